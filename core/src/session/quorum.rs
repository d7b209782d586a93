//! Quorum stores and their clients, from the text into the world.

use super::build::add;
use super::fact::Role;
use super::name::full_name;
use super::perform::Operation;
use super::run::{Ground, Run};
use super::script::Script;
use super::source;
use crate::base::{NodeId, Span};
use crate::placement::Strategy;
use crate::quorum::Site;
use crate::scenario::Scenario;
use crate::store::{Item, Value};
use crate::tenant::quorum::client::ClientConfig;
use crate::tenant::quorum::layout::Layout;
use crate::tenant::quorum::record::Record;
use crate::tenant::ring::Plan;
use crate::tenant::{Config, Request, quorum};
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A store begins with at most so many keys.
const KEYS_MAX: usize = 100_000;

fn names(scenario: &Scenario, cluster: usize) -> impl Iterator<Item = String> {
    (1..=scenario.clusters[cluster].nodes).map(|number| format!("n{number}"))
}

fn site(scenario: &Scenario, cluster: usize, short: &str) -> Site {
    let site = source::site(scenario, short, &full_name(scenario, cluster, short));
    Site { region: site.region.into(), rack: site.rack.into() }
}

/// Puts the nodes of a store into the table of nodes.
pub(super) fn cast(run: &mut Run, scenario: &Scenario, cluster: usize) -> Ground {
    let mut first = None;
    for short in names(scenario, cluster) {
        let node = run.nodes.add(cluster, &short, Role::Storage);
        first.get_or_insert(node);
    }
    let plan = Arc::new(Plan::empty(&Arc::new(Strategy::ring(1)), 1));
    Ground { controller: first.unwrap_or(NodeId::WORLD), plan, bugs: Arc::default() }
}

fn layout(run: &Run, scenario: &Scenario, cluster: usize) -> Arc<Layout> {
    let nodes: Vec<(NodeId, Arc<str>, Site)> = names(scenario, cluster)
        .filter_map(|short| {
            let node = run.nodes.find(cluster, &short)?;
            Some((node, short.as_str().into(), site(scenario, cluster, &short)))
        })
        .collect();
    Arc::new(Layout::new(&nodes, scenario.clusters[cluster].replicas as usize))
}

/// Adds the nodes of a store to the world, with what is loaded on their disks.
pub(super) fn add_nodes(run: &mut Run, script: &Script, cluster: usize, spec: &quorum::Spec) {
    let scenario = &script.scenario;
    let layout = layout(run, scenario, cluster);
    let bugs: Vec<_> = scenario.bugs.iter().filter_map(|bug| bug.quorum()).collect();
    let config = Arc::new(spec.build(layout.clone(), &bugs));
    let nodes: Vec<NodeId> = layout.nodes().collect();
    for &node in &nodes {
        add(run, scenario, node, Config::Quorum(quorum::Config::Node(config.clone())));
    }
    let own = &scenario.clusters[cluster].name;
    let loads =
        scenario.loads.iter().filter(|load| load.cluster.as_ref().is_none_or(|of| of == own));
    for load in loads {
        for (number, key) in (0..).zip(source::keys(load, &script.files)).take(KEYS_MAX) {
            let value = Value::Filler { stamp: number, bytes: load.value_bytes };
            let item = Item::loaded(&String::from_utf8_lossy(&key), value);
            let homes = layout.preference(&item.key).homes;
            let record = Record::loaded(item);
            for home in homes {
                run.world.furnish(home, |durable| {
                    durable.quorum.records.put(record.clone());
                });
            }
        }
    }
}

/// What a node of a store holds from the start; nothing of other nodes.
pub(super) fn furnished(run: &Run, node: NodeId) -> Option<Vec<Item>> {
    match run.world.config(node)? {
        Config::Quorum(quorum::Config::Node(_)) => {
            let records = run.world.durable(node)?.quorum.records.iter();
            let items: Vec<Item> = records.filter_map(Record::item).collect();
            (!items.is_empty()).then_some(items)
        }
        Config::Quorum(quorum::Config::Client(_))
        | Config::Ring(_)
        | Config::Paper(_)
        | Config::Replicated(_)
        | Config::Ids(_) => None,
    }
}

/// How a client of a store is set up.
pub(super) fn client(
    run: &Run,
    scenario: &Scenario,
    cluster: usize,
    short: &str,
    spec: &quorum::Spec,
) -> Config {
    let (patience, deadline) = scenario.clusters[cluster].patience;
    Config::Quorum(quorum::Config::Client(Arc::new(ClientConfig {
        layout: layout(run, scenario, cluster),
        lww: spec.lww,
        sloppy: spec.sloppy,
        region: site(scenario, cluster, short).region,
        patience: patience.max(Span::millis(1)),
        deadline,
    })))
}

/// What a client is asked; nothing if it cannot be done here.
pub(super) fn request(operation: &Operation) -> Option<Request> {
    Some(Request::Quorum(match operation {
        Operation::Get(key) => quorum::Request::Get(key.clone(), None),
        Operation::Put(key, value) => {
            quorum::Request::Put(key.clone(), Box::new(value.clone()), None)
        }
        Operation::Wait(key, None, level) => quorum::Request::Get(key.clone(), Some(*level)),
        Operation::Wait(key, Some(value), level) => {
            quorum::Request::Put(key.clone(), Box::new(value.clone()), Some(*level))
        }
        Operation::Call(..) => return None,
    }))
}
