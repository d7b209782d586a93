//! The beginning of a run, in parts: keys are laid on disks, nodes are turned on, and what was loaded
//! is counted. A million keys with copies take seconds, and a screen wants to be drawn between.

use super::build::{Out, order};
use super::run::Run;
use super::script::Script;
use super::source::{Cursor, loads_of};
use crate::base::NodeId;
use crate::base::vec_map::VecMap;
use crate::scenario::{ClusterSpec, LoadSource, Scenario};
use crate::store::{Batch, Item, Value};
use crate::tenant::{Config, Note, ScriptNote};
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A cluster with machines holds at most so many keys of one load; a survey holds more.
const RUNNING_KEYS_MAX: usize = 1_000_000;
/// What is loaded onto a node is laid on its disk, and counted, so many items at a time.
const ITEMS_AT_ONCE: usize = 50_000;
/// What it takes to make an item, and to lay it on a disk or to count it.
const ITEM: u64 = 64;
/// A start with more work is done in parts where there is a screen.
const AT_ONCE: u64 = 10_000_000;

/// How far the start of a run is.
#[derive(Clone, Debug, Default)]
pub struct Start {
    stage: Stage,
    /// What lies on each node, in the order in which it is told.
    loaded: Vec<(NodeId, Arc<Batch>)>,
    done: u64,
}

#[derive(Clone, Debug)]
enum Stage {
    /// The keys of a cluster are dealt out to its nodes.
    Deal(usize, Cursor, VecMap<NodeId, Vec<Item>>),
    /// They are laid on the disks, from that batch on.
    Lay(usize),
    /// Everything that has happened is read, from that event on.
    Read(usize, u32),
}

impl Default for Stage {
    fn default() -> Self {
        Self::Deal(0, Cursor::default(), VecMap::new())
    }
}

/// About how much work it is to lay the keys of a scenario on disks, and to count them.
#[must_use]
pub fn work(scenario: &Scenario) -> u64 {
    let laid = scenario.clusters.iter().filter(|cluster| deals(cluster));
    laid.map(|cluster| {
        let loads = loads_of(scenario, &cluster.name).into_iter();
        let keys: u64 = loads
            .map(|load| match &load.source {
                LoadSource::These(keys) => keys.len() as u64,
                LoadSource::Pattern(_) | LoadSource::File { .. } => u64::from(load.count),
            })
            .sum();
        keys * (lookup(cluster) + 3 * ITEM * u64::from(cluster.kind.copies(&cluster.head)))
    })
    .fold(0, u64::saturating_add)
}

/// True if keys of a cluster are dealt out to its nodes.
fn deals(cluster: &ClusterSpec) -> bool {
    cluster.kind.copies(&cluster.head) > 0
}

/// What it takes to find out where a key of a cluster lies.
fn lookup(cluster: &ClusterSpec) -> u64 {
    cluster.kind.work(&cluster.head).map_or(0, |work| work.lookup)
}

/// True if the start takes so long that it should be done in parts.
#[must_use]
pub fn is_long(scenario: &Scenario) -> bool {
    work(scenario) > AT_ONCE
}

impl Start {
    /// How much work is done.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.done
    }

    /// Goes on until so much work is done, or a little more; true once the run has begun. What happens
    /// is added to `out`, which is not to be changed until then.
    pub(super) fn step(
        &mut self,
        run: &mut Run,
        script: &Script,
        work: &mut u64,
        out: Out<'_>,
    ) -> bool {
        while *work > 0 {
            let before = *work;
            match &mut self.stage {
                Stage::Deal(cluster, cursor, items) => {
                    let Some(spec) = script.scenario.clusters.get(*cluster) else {
                        self.stage = Stage::Lay(0);
                        continue;
                    };
                    let dealt = !deals(spec) || deal(run, script, *cluster, cursor, items, work);
                    if dealt {
                        let items = core::mem::replace(items, VecMap::new());
                        (*cluster, *cursor) = (*cluster + 1, Cursor::default());
                        self.loaded.extend(batches(items));
                    }
                }
                Stage::Lay(next) => match self.loaded.get(*next) {
                    Some((node, batch)) => {
                        let party = run.nodes.get(*node).map_or(0, |actor| actor.cluster);
                        if let Some(spec) = script.scenario.party(party) {
                            run.world.preload(*node, |durable| spec.kind.lay(durable, batch));
                        }
                        *work = work.saturating_sub(ITEM * batch.items.len() as u64 + 1);
                        *next += 1;
                    }
                    None => {
                        self.turn_on(run, script, out);
                        self.stage = Stage::Read(0, 0);
                    }
                },
                Stage::Read(at, cascade) => {
                    let Some(event) = out.get(*at) else { return true };
                    let items = match &event.kind {
                        crate::sim::Kind::Noted(Note::Script(ScriptNote::Loaded(batch))) => {
                            batch.items.len() as u64
                        }
                        _ => 0,
                    };
                    run.read_one(script, out, at, cascade);
                    *work = work.saturating_sub(ITEM * (items + 1));
                }
            }
            self.done += before - *work;
        }
        false
    }

    /// Turns everything on, tells what is there, and does what the text says of the start.
    fn turn_on(&self, run: &mut Run, script: &Script, out: Out<'_>) {
        let mut preloaded = Vec::new();
        for node in (0..run.world.len() as u32).map(NodeId) {
            if let Some(items) = run.world.config(node).and_then(Config::preloaded) {
                preloaded.push((node, Arc::new(Batch::new(NodeId::WORLD, items))));
            }
        }
        for node in 0..run.world.len() {
            run.world.start(NodeId(node as u32), out);
        }
        for (node, batch) in preloaded.iter().chain(&self.loaded) {
            run.world.note(*node, Note::Script(ScriptNote::Loaded(batch.clone())), out);
        }
        order(run, script, out);
    }
}

/// Deals keys of a cluster out to those that own them; true once there are no more.
fn deal(
    run: &Run,
    script: &Script,
    cluster: usize,
    cursor: &mut Cursor,
    items: &mut VecMap<NodeId, Vec<Item>>,
    work: &mut u64,
) -> bool {
    let scenario = &script.scenario;
    let spec = &scenario.clusters[cluster];
    let loads = loads_of(scenario, &spec.name);
    let lookup = lookup(spec);
    let Some(built) = run.built.get(cluster) else { return true };
    while *work > 0 {
        let Some((load, number, key)) = cursor.next(&loads, &script.files) else { return true };
        if number >= RUNNING_KEYS_MAX {
            cursor.skip_load();
            continue;
        }
        let value = Value::Filler { stamp: number as u32, bytes: loads[load].value_bytes };
        let item = Item::loaded(&String::from_utf8_lossy(key), value);
        let owners = built.homes(&item.key);
        for node in owners.as_slice() {
            items.of(*node).push(item.clone());
        }
        *work = work.saturating_sub(lookup + ITEM * owners.len() as u64);
    }
    false
}

/// The items of each node, in parts of at most [`ITEMS_AT_ONCE`].
fn batches(items: VecMap<NodeId, Vec<Item>>) -> Vec<(NodeId, Arc<Batch>)> {
    let mut batches = Vec::new();
    for (node, mut items) in items {
        while !items.is_empty() {
            let rest = items.split_off(items.len().min(ITEMS_AT_ONCE));
            let part = core::mem::replace(&mut items, rest);
            batches.push((node, Arc::new(Batch::new(NodeId::WORLD, part))));
        }
    }
    batches
}
