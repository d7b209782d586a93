//! Nodes that make ids, from the text into the world.

use super::{Process, Spec, words};
use crate::base::{NodeId, Role};
use crate::placement::Strategy;
use crate::tenant::Config;
use crate::tenant::setup::{Builder, Head, NoWay, Setup};
use crate::text::Entry;
use crate::text::reader::{Read, Reader};
use alloc::format;
use alloc::sync::Arc;

impl Setup for Spec {
    type Built = ();
    type Process = Process;
    type Way = NoWay;

    const STATEMENTS: &[Entry] = words::STATEMENTS;
    const LAWS: &[Entry] = words::LAWS;
    const METRICS: &[Entry] = words::METRICS;
    const CLAIM: &str = words::CLAIM;
    const HAS_CLIENTS: bool = false;
    const GROWS: bool = false;

    fn read(_: &str, reader: &mut Reader<'_, '_>) -> Read<(Self, Head)> {
        let spec = Self::read(reader)?;
        // No keys are placed here.
        let head = Head { nodes: spec.nodes, ..Head::of(Strategy::Directory) };
        Ok((spec, head))
    }

    fn word(&self, _: &Head) -> &'static str {
        "ids"
    }

    fn bears(&self, _: &Head) -> Option<u32> {
        None
    }

    fn build(&self, builder: &mut impl Builder) {
        for number in 1..=self.nodes {
            let node = builder.enroll(&format!("n{number}"), Role::Maker);
            builder.install(node, Config::Ids(Arc::new(self.build(number))));
        }
    }

    /// Makers never talk to each other, and nobody speaks for all.
    fn desk((): &()) -> NodeId {
        NodeId::WORLD
    }
}
