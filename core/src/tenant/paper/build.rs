//! A survey, from the text into the world: one machine, and nodes that are names.

use super::finding::Revision;
use super::{Process, Request, Spec, words};
use crate::base::{NodeId, Role};
use crate::placement::placing::Given;
use crate::placement::strategy::Work;
use crate::placement::{Placement, Spot};
use crate::tenant::setup::{Builder, Change, Head, NoOrder, NoWay, Setup};
use crate::tenant::{Config, Found, Site, strategy};
use crate::text::Entry;
use crate::text::reader::{Read, Reader};
use alloc::string::String;
use alloc::sync::Arc;

/// What a survey has beside its machine.
#[derive(Clone, Debug)]
pub struct Built {
    /// The node that places.
    pub survey: NodeId,
}

impl Setup for Spec {
    type Built = Built;
    type Process = Process;
    type Way = NoWay;
    type Own = NoOrder;

    const STATEMENTS: &[Entry] = words::STATEMENTS;
    const LAWS: &[Entry] = words::LAWS;
    const PLACES: bool = true;
    const METRICS: &[Entry] = words::METRICS;
    const CLAIM: &str = words::CLAIM;
    const HAS_CLIENTS: bool = false;
    const HAS_MACHINES: bool = false;
    const IS_SURVEYED: bool = true;

    fn read(_: &str, reader: &mut Reader<'_, '_>) -> Read<(Self, Head)> {
        let Some(token) = reader.take() else {
            return reader
                .refuse(String::from("By which strategy? Such as: place a: ring, 10 nodes"));
        };
        let Some(strategy) = strategy::named(token.raw) else {
            return reader.unknown("strategy", token, strategy::STRATEGIES);
        };
        reader.accept(",");
        let (mut spec, mut head) = (Self::default(), Head::of(strategy));
        strategy::options(reader, &mut head, false, |reader, _| spec.option(reader))?;
        Ok((spec, head))
    }

    fn word(&self, head: &Head) -> &'static str {
        head.strategy.word()
    }

    fn work(&self, head: &Head) -> Option<Work> {
        Some(head.strategy.work(head.nodes.into()))
    }

    fn bears(&self, head: &Head) -> Option<u32> {
        Some(head.replicas.saturating_sub(1))
    }

    fn build(&self, builder: &mut impl Builder) -> Built {
        let survey = builder.enroll("survey", Role::Survey);
        let Given { nodes, keys, start } = builder.survey();
        let config = self.build(&builder.cluster().head.strategy, nodes, keys, start);
        builder.install(survey, Config::Paper(Arc::new(config)));
        Built { survey }
    }

    fn desk(built: &Built) -> NodeId {
        built.survey
    }

    fn change(&self, built: &Built, change: &Change, builder: &mut impl Builder) {
        let revision = match change {
            Change::Join(newcomer) if !newcomer.votes => return,
            Change::Join(newcomer) => Revision::Join(newcomer.short.clone(), newcomer.weight),
            Change::Leave(node) => Revision::Leave(node.clone()),
            Change::Weight(node, weight) => Revision::Weight(node.clone(), *weight),
            Change::Split(key) => Revision::Split(key.clone()),
            Change::Merge(key) => Revision::Merge(key.clone()),
            Change::Move(key, node) => Revision::Give(key.clone(), node.clone()),
        };
        builder.prepare(built.survey, Request::Revise(revision).into());
    }

    fn find(site: Site<'_, Process>, built: &Built, key: &str) -> Option<Found> {
        let survey = site.machine(built.survey)?;
        let owners = survey.placed().owners(Spot::of(key.as_bytes()), 3);
        let owners =
            owners.as_slice().iter().map(|node| String::from(survey.name(*node))).collect();
        Some(Found::by(survey.placed(), key, owners))
    }

    fn prepare(survey: &mut Process, Request::Revise(revision): &Request, work: &mut u64) -> bool {
        survey.prepare(revision, work)
    }

    fn preparing(survey: &Process) -> Option<(usize, usize)> {
        survey.working()
    }
}
