//! A replicated store, from the text into the world: its replicas, and those that come later.

use super::bugs::Bug;
use super::reach::{ClientConfig, Start};
use super::read_mode::ReadMode;
use super::replica::ReplicaConfig;
use super::spec::{Founding, reading};
use super::words::READINGS;
use super::{Config, Message, Process, Request, Spec, fact, forgery, replica, stale, words};
use crate::base::{NodeId, Role, Span};
use crate::placement::Strategy;
use crate::raft::Membership;
use crate::raft::config::Flaw;
use crate::sim::Power;
use crate::store::Item;
use crate::tenant::setup::{Builder, Change, Head, Newcomer, NoOrder, Operation, Setup};
use crate::tenant::{
    Bug as AnyBug, Config as AnyConfig, Forgery, Order, Past, Request as AnyRequest, Site, Step,
    Wish,
};
use crate::text::reader::{Read, Reader};
use crate::text::{Chapter, Entry};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A replicated store is preloaded with at most so many keys.
const FURNITURE_MAX: usize = 100_000;
/// A replica whose disk was lost has been let in again after so long, if nothing else keeps it away.
const READMITTED: Span = Span::seconds(8);

/// What a store has beside its machines.
#[derive(Clone, Debug)]
pub struct Built {
    /// The voters that it begins with.
    pub founders: Arc<[NodeId]>,
    /// What every replica holds before the first entry.
    pub preloaded: Arc<[Item]>,
}

impl Setup for Spec {
    type Built = Built;
    type Process = Process;
    type Way = ReadMode;
    type Own = NoOrder;

    const STATEMENTS: &[Entry] = words::STATEMENTS;
    const OPTIONS: &[Entry] = words::OPTIONS;
    const WITHOUT: &[Entry] = words::WITHOUT;
    const LAWS: &[Entry] = words::LAWS;
    const WHOLE: &str = "agreement";
    const METRICS: &[Entry] = words::METRICS;
    const VOTES: bool = true;
    const CLAIM: &str = words::CLAIM;
    const WAYS: &[Entry] = READINGS;
    const READS: &[Entry] = READINGS;
    const READS_WALL: bool = false;
    const CALAMITIES: &[&str] = &["transfer", "members", "snapshot", "campaign"];

    fn read(_: &str, reader: &mut Reader<'_, '_>) -> Read<(Self, Head)> {
        // Every replica holds every key.
        let (mut spec, mut head) = (Self::default(), Head::of(Strategy::ring(128)));
        head.options(reader, |reader, head| spec.option(reader, &mut head.nodes))?;
        spec.check(reader)?;
        head.replicas = head.nodes;
        Ok((spec, head))
    }

    fn way(reader: &mut Reader<'_, '_>) -> Read<ReadMode> {
        reading(reader)
    }

    fn flaw(&self, bugs: &[AnyBug]) -> Option<&'static str> {
        let shown = bugs.contains(&Bug::LongLease.into());
        (self.leases_too_long() && !shown).then(|| Flaw::LeaseLong.words())
    }

    fn chapters() -> Vec<Chapter> {
        let read = |(word, _)| {
            let bound = if word == "within" { " 500ms" } else { "" };
            format!("at 1s    c1: get x by {word}{bound}")
        };
        let option = |(word, meaning): Entry| {
            let said = meaning.rsplit(": ").next().unwrap_or_default();
            let said = said.split(',').next().unwrap_or_default();
            match word {
                "nodes" => format!("raft     {said}"),
                _ => format!("raft     5 nodes, {said}"),
            }
        };
        Vec::from([
            Chapter::new("Ways to read", READINGS, read),
            Chapter::new("A replicated store", words::OPTIONS, option),
        ])
    }

    fn word(&self, _: &Head) -> &'static str {
        "raft"
    }

    fn nodes(&self, head: &Head) -> u32 {
        head.nodes + self.learners
    }

    fn bears(&self, head: &Head) -> Option<u32> {
        Some(head.nodes.saturating_sub(1) / 2)
    }

    fn heals(&self) -> Option<Span> {
        Some(READMITTED)
    }

    fn build(&self, builder: &mut impl Builder) -> Built {
        let voters = builder.cluster().head.nodes;
        let all: Vec<NodeId> = (1..=voters + self.learners)
            .map(|number| builder.enroll(&format!("n{number}"), Role::Replica))
            .collect();
        let founders: Vec<NodeId> = all.iter().copied().take(voters as usize).collect();
        let mut members = Membership::of(founders.clone());
        members.learners = all.iter().copied().filter(|node| !members.votes(*node)).collect();
        let preloaded = builder.items(FURNITURE_MAX).into();
        let built = Built { founders: founders.into(), preloaded };
        let config = config(self, &built, members, None, builder);
        for node in all {
            builder.install(node, Config::Replica(config.clone()).into());
        }
        built
    }

    fn desk(built: &Built) -> NodeId {
        built.founders.first().copied().unwrap_or(NodeId::WORLD)
    }

    fn preloaded(config: &Config) -> Option<Vec<Item>> {
        match config {
            Config::Replica(config) => Some(config.preloaded.to_vec()),
            Config::Client(_) => None,
        }
    }

    fn change(&self, built: &Built, change: &Change, builder: &mut impl Builder) {
        match change {
            Change::Join(newcomer) => join(self, built, newcomer, builder),
            // Replicas are asked by themselves; there is no map to be changed.
            Change::Leave(_)
            | Change::Weight(..)
            | Change::Split(_)
            | Change::Merge(_)
            | Change::Move(..) => {}
        }
    }

    fn client(&self, _: &str, _: &Built, builder: &impl Builder) -> Option<AnyConfig> {
        let replicas = builder.of_role(Role::Replica).into();
        let start = Start { replicas, reading: self.reading };
        let config = ClientConfig::new(builder.cluster().head.timeout, start);
        Some(Config::Client(Arc::new(config)).into())
    }

    fn order(order: &Order) -> Option<Request> {
        Some(match order {
            Order::Leave => Request::Leave,
            Order::Work(work) => Request::Work(work.clone()),
            Order::Members(voters, learners) => {
                Request::Order(replica::Order::Members(voters.clone(), learners.clone()))
            }
            Order::Transfer(node) => Request::Order(replica::Order::Transfer(*node)),
            Order::Campaign => Request::Campaign,
            Order::Compact => Request::Compact,
            // Every replica holds everything: weights mean nothing.
            Order::Weight(_) => return None,
        })
    }

    fn operate(operation: &Operation) -> Option<AnyRequest> {
        let request = match operation {
            Operation::Get(key) => Request::Get(key.clone()),
            Operation::Put(key, value) => Request::Put(key.clone(), value.clone()),
            Operation::Call(ops, None) => Request::Call(ops.clone(), None),
            Operation::Call(ops, Some(way)) => Request::Call(ops.clone(), Some(way.replicated()?)),
        };
        Some(request.into())
    }

    fn waits(site: Site<'_, Process>, _: &Built, wish: &Wish) -> Option<String> {
        fact::waits(site, wish)
    }

    fn story_of(past: Past<'_>, seq: u32) -> Vec<Step> {
        stale::read(past, seq)
    }

    fn forge(message: &Message, forgery: &Forgery) -> Option<Message> {
        forgery::forge(message, forgery)
    }
}

fn config(
    spec: &Spec,
    built: &Built,
    members: Membership,
    joins: Option<bool>,
    builder: &impl Builder,
) -> Arc<ReplicaConfig> {
    let bugs: Vec<_> = builder.bugs().iter().filter_map(|bug| bug.replicated()).collect();
    let (founders, preloaded) = (built.founders.clone(), built.preloaded.clone());
    Arc::new(spec.build(Founding { founders, members, preloaded, joins }, &bugs))
}

/// Lets a node start that asks to belong; one that is there already is turned on.
fn join(spec: &Spec, built: &Built, newcomer: &Newcomer, builder: &mut impl Builder) {
    if let Some(node) = builder.find(&newcomer.short) {
        if builder.world().power(node) == Power::Down {
            builder.start(node);
        }
        return;
    }
    let node = builder.enroll(&newcomer.short, Role::Replica);
    let config = config(spec, built, Membership::default(), Some(newcomer.votes), builder);
    builder.install(node, Config::Replica(config).into());
    builder.start(node);
}
