//! Nodes that make ids, from the text into the world.

use super::{Process, Spec, words};
use crate::base::{NodeId, Role};
use crate::placement::Strategy;
use crate::tenant::setup::{Builder, Change, Head, NoWay, Operation, Setup};
use crate::tenant::{Config, Request};
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

    fn read(word: &str, reader: &mut Reader<'_, '_>) -> Read<Option<(Self, Head)>> {
        if word != "ids" {
            return Ok(None);
        }
        let spec = Self::read(reader)?;
        // No keys are placed here.
        let head = Head { nodes: spec.nodes, ..Head::of(Strategy::Directory) };
        Ok(Some((spec, head)))
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

    fn change(&self, (): &(), change: &Change, _: &mut impl Builder) {
        match change {
            Change::Join(_)
            | Change::Leave(_)
            | Change::Weight(..)
            | Change::Split(_)
            | Change::Merge(_)
            | Change::Move(..) => {}
        }
    }

    fn client(&self, _: &str, (): &(), _: &impl Builder) -> Option<Config> {
        None
    }

    fn operate(_: &Operation) -> Option<Request> {
        None
    }
}
