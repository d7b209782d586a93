//! The toy, from the text into the world: a circle of nodes, of which the first has the token.

use super::machine::Config;
use super::{Process, Request, Spec, bugs, words};
use crate::base::{NodeId, Role, Span};
use crate::placement::Strategy;
use crate::tenant::setup::{Builder, Head, NoWay, Setup};
use crate::text::Entry;
use crate::text::reader::{Read, Reader};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

impl Setup for Spec {
    type Built = NodeId;
    type Process = Process;
    type Way = NoWay;
    type Own = Span;

    const STATEMENTS: &[Entry] = words::STATEMENTS;
    const OPTIONS: &[Entry] = words::OPTIONS;
    const LAWS: &[Entry] = words::LAWS;
    const METRICS: &[Entry] = words::METRICS;
    const CLAIM: &str = words::CLAIM;
    const ORDERS: &[Entry] = words::ORDERS;
    const HAS_CLIENTS: bool = false;
    const GROWS: bool = false;

    fn read(_: &str, reader: &mut Reader<'_, '_>) -> Read<(Self, Head)> {
        // No keys are placed here.
        let mut head = Head::of(Strategy::Directory);
        let mut spec = Self { every: Span::millis(100) };
        while reader.peek().is_some() {
            spec.option(reader, &mut head.nodes)?;
            if !reader.accept(",") {
                break;
            }
        }
        Ok((spec, head))
    }

    fn read_order(_: &str, reader: &mut Reader<'_, '_>) -> Read<(Vec<String>, Span)> {
        let nodes = reader.names("who keeps the token, such as n2")?;
        Ok((nodes, reader.time("how long it keeps the token")?))
    }

    fn obey(span: &Span, _: &Config) -> Option<Request> {
        Some(Request::Hold(*span))
    }

    fn word(&self, _: &Head) -> &'static str {
        "toy"
    }

    fn bears(&self, _: &Head) -> Option<u32> {
        Some(0)
    }

    fn build(&self, builder: &mut impl Builder) -> NodeId {
        let count = builder.cluster().head.nodes;
        let doubles = builder.bugs().contains(&bugs::Bug::DoubleToken.into());
        let numbers = 1..=count;
        let nodes: Vec<NodeId> =
            numbers.map(|number| builder.enroll(&format!("n{number}"), Role::Storage)).collect();
        let nexts = nodes.iter().cycle().skip(1);
        for (node, next) in nodes.iter().zip(nexts) {
            let (next, first) = (*next, *node == nodes[0]);
            let config = Config { next, every: self.every, first, doubles };
            builder.install(*node, config.into());
        }
        nodes[0]
    }

    fn desk(built: &NodeId) -> NodeId {
        *built
    }
}
