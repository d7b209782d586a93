//! Replicas and their clients, from the text into the world.

use super::super::build::{Out, add};
use super::super::fact::Role;
use super::super::name::split;
use super::super::perform::each;
use super::super::run::{Ground, Run};
use super::super::script::Script;
use super::super::source;
use crate::base::{NodeId, Span};
use crate::placement::Strategy;
use crate::raft::Membership;
use crate::scenario::{Kind, Scenario};
use crate::sim::Power;
use crate::store::{Item, Value};
use crate::tenant::replicated::Request;
use crate::tenant::replicated::caller::CallerConfig;
use crate::tenant::replicated::replica::{Order, ReplicaConfig};
use crate::tenant::replicated::spec::Founding;
use crate::tenant::ring::Plan;
use crate::tenant::{Config, replicated};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A replicated store is furnished with at most so many keys.
const FURNITURE_MAX: usize = 100_000;

/// Puts the replicas of a cluster into the table of nodes.
pub(in super::super) fn cast(run: &mut Run, scenario: &Scenario, cluster: usize) -> Ground {
    let spec = &scenario.clusters[cluster];
    let mut first = None;
    for short in names(scenario, cluster) {
        let node = run.nodes.add(cluster, &short, Role::Replica);
        first.get_or_insert(node);
    }
    let strategy = Arc::new(Strategy::ring(1));
    let plan = Arc::new(Plan::empty(&strategy, spec.replicas as usize));
    Ground { controller: first.unwrap_or(NodeId::WORLD), plan, bugs: Arc::default() }
}

fn names(scenario: &Scenario, cluster: usize) -> impl Iterator<Item = String> {
    let spec = &scenario.clusters[cluster];
    let learners = match spec.kind {
        Kind::Raft(raft) => raft.learners,
        Kind::Running(_) | Kind::Survey(_) | Kind::Quorum(_) => 0,
    };
    (1..=spec.nodes + learners).map(|number| format!("n{number}"))
}

/// The voters that a cluster begins with.
fn founders(run: &Run, scenario: &Scenario, cluster: usize) -> Vec<NodeId> {
    let count = scenario.clusters[cluster].nodes as usize;
    names(scenario, cluster).take(count).filter_map(|name| run.nodes.find(cluster, &name)).collect()
}

/// Adds the replicas of a cluster to the world.
pub(in super::super) fn add_replicas(
    run: &mut Run,
    script: &Script,
    cluster: usize,
    raft: &replicated::Spec,
) {
    let scenario = &script.scenario;
    let mut members = Membership::of(founders(run, scenario, cluster));
    let all: Vec<NodeId> =
        names(scenario, cluster).filter_map(|name| run.nodes.find(cluster, &name)).collect();
    members.learners = all.iter().copied().filter(|node| !members.votes(*node)).collect();
    let items = furniture(script, cluster);
    let config = config(run, scenario, cluster, raft, members, items, None);
    for node in all {
        add(run, scenario, node, Config::Replicated(replicated::Config::Replica(config.clone())));
    }
}

fn config(
    run: &Run,
    scenario: &Scenario,
    cluster: usize,
    raft: &replicated::Spec,
    members: Membership,
    furniture: Arc<[Item]>,
    joins: Option<bool>,
) -> Arc<ReplicaConfig> {
    let founders = founders(run, scenario, cluster).into();
    let bugs: Vec<_> = scenario.bugs.iter().filter_map(|bug| bug.replicated()).collect();
    Arc::new(raft.build(Founding { founders, members, furniture, joins }, &bugs))
}

/// What every replica holds before the first entry.
fn furniture(script: &Script, cluster: usize) -> Arc<[Item]> {
    let scenario = &script.scenario;
    let name = &scenario.clusters[cluster].name;
    let loads = scenario.loads.iter();
    let mut items = Vec::new();
    for load in loads.filter(|load| load.cluster.as_ref().is_none_or(|own| own == name)) {
        for (number, key) in (0..).zip(source::keys(load, &script.files)) {
            if items.len() == FURNITURE_MAX {
                break;
            }
            let value = Value::Filler { stamp: number, bytes: load.value_bytes };
            items.push(Item::loaded(&String::from_utf8_lossy(&key), value));
        }
    }
    items.into()
}

/// What the replicas of a cluster hold from the start.
pub(in super::super) fn furnished(run: &Run, node: NodeId) -> Vec<Item> {
    match run.world.config(node) {
        Some(Config::Replicated(replicated::Config::Replica(config))) => config.furniture.to_vec(),
        _ => Vec::new(),
    }
}

/// Lets a node start that asks to belong; one that is there already is turned on.
pub(in super::super) fn join(
    run: &mut Run,
    script: &Script,
    cluster: usize,
    short: &str,
    voter: bool,
    out: Out<'_>,
) {
    let scenario = &script.scenario;
    let Kind::Raft(raft) = scenario.clusters[cluster].kind else { return };
    if let Some(node) = run.nodes.find(cluster, short) {
        if run.world.power(node) == Power::Down {
            run.world.start(node, out);
        }
        return;
    }
    let node = run.nodes.add(cluster, short, Role::Replica);
    let items = furniture(script, cluster);
    let members = Membership::default();
    let config = config(run, scenario, cluster, &raft, members, items, Some(voter));
    add(run, scenario, node, Config::Replicated(replicated::Config::Replica(config)));
    run.world.start(node, out);
}

/// How a client of a replicated store is set up.
pub(in super::super) fn caller(run: &Run, scenario: &Scenario, cluster: usize) -> Config {
    let spec = &scenario.clusters[cluster];
    let reading = match spec.kind {
        Kind::Raft(raft) => raft.reading,
        Kind::Running(_) | Kind::Survey(_) | Kind::Quorum(_) => Default::default(),
    };
    let (patience, deadline) = spec.patience;
    let replicas: Vec<NodeId> = (0..)
        .zip(run.nodes.all())
        .filter(|(_, actor)| actor.cluster == cluster && actor.role == Role::Replica)
        .map(|(number, _)| NodeId(number))
        .collect();
    Config::Replicated(replicated::Config::Caller(Arc::new(CallerConfig {
        replicas: replicas.into(),
        reading,
        patience: patience.max(Span::millis(1)),
        deadline,
    })))
}

/// Gives every replica of the clusters meant an order, which the leader will carry out.
pub(in super::super) fn order(
    run: &mut Run,
    scenario: &Scenario,
    of: Option<&str>,
    make: impl Fn(&Run, usize) -> Option<Order>,
    out: Out<'_>,
) {
    let fits = |name: &str| of.is_none_or(|of| of == name);
    for (cluster, spec) in scenario.clusters.iter().enumerate() {
        if !matches!(spec.kind, Kind::Raft(_)) || !fits(&spec.name) {
            continue;
        }
        let Some(order) = make(run, cluster) else { continue };
        let replicas: Vec<NodeId> = (0..)
            .zip(run.nodes.all())
            .filter(|(_, actor)| actor.cluster == cluster && actor.role == Role::Replica)
            .map(|(number, _)| NodeId(number))
            .collect();
        each(run, &replicas, |run, node| {
            run.world.request(node, Request::Order(order.clone()).into(), out);
        });
    }
}

/// The nodes of a cluster with these names.
pub(in super::super) fn nodes(
    run: &Run,
    scenario: &Scenario,
    cluster: usize,
    names: &[String],
) -> Arc<[NodeId]> {
    let find = |name: &String| {
        let (clusters, short) = split(scenario, name);
        clusters.contains(&cluster).then(|| run.nodes.find(cluster, short)).flatten()
    };
    let mut found: Vec<NodeId> = names.iter().filter_map(find).collect();
    crate::base::order::sort(&mut found);
    found.dedup();
    found.into()
}
