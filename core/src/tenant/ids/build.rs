//! Nodes that make ids, from the text into the world.

use super::spec::IDS_MAX;
use super::{Process, Spec, spec, words};
use crate::base::{NodeId, Role};
use crate::placement::Strategy;
use crate::tenant::Config;
use crate::tenant::setup::{Builder, Head, NoOrder, NoWay, Setup};
use crate::text::reader::{Read, Reader};
use crate::text::{Chapter, Entry};
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

impl Setup for Spec {
    type Built = ();
    type Process = Process;
    type Way = NoWay;
    type Own = NoOrder;

    const STATEMENTS: &[Entry] = words::STATEMENTS;
    const LAWS: &[Entry] = words::LAWS;
    const METRICS: &[Entry] = words::METRICS;
    const CLAIM: &str = words::CLAIM;
    const MANY: (&str, usize) = ("makers of ids", 8);
    const HOLDS_KEYS: bool = false;
    const HAS_CLIENTS: bool = false;
    const GROWS: bool = false;

    fn read(_: &str, reader: &mut Reader<'_, '_>) -> Read<(Self, Head)> {
        let spec = Self::read(reader)?;
        // No keys are placed here.
        let head = Head { nodes: spec.nodes, ..Head::of(Strategy::Directory) };
        Ok((spec, head))
    }

    fn check<'s>(
        &'s self,
        reader: &mut Reader<'_, '_>,
        others: impl Iterator<Item = &'s Self>,
    ) -> Read<()> {
        let asked: u64 = others.map(|other| u64::from(other.count)).sum();
        if asked + u64::from(self.count) > IDS_MAX {
            return reader.refuse(format!("A scenario asks for at most {IDS_MAX} ids in all."));
        }
        Ok(())
    }

    fn next(behind: &[&str]) -> Vec<Entry> {
        match behind {
            [] => spec::kinds().to_vec(),
            [name] if name.ends_with(':') => spec::kinds().to_vec(),
            [.., "backwards"] => spec::ways().to_vec(),
            _ => Vec::new(),
        }
    }

    fn chapters() -> Vec<Chapter> {
        let line = |(word, _)| format!("ids      a: {word}, 3 nodes, 1000/s each, 10000 ids");
        Vec::from([Chapter::new("Makers of ids", &spec::kinds(), line)])
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
