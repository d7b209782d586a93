//! What a screen may know of the machines of a quorum store.

use super::node::{DEPTH, NodeConfig};
use super::record::{Record, digest};
use super::tell::{names, shown, values};
use super::{Config, Durable, Process};
use crate::base::{NodeId, NodeTable};
use crate::quorum::{Context, Tree};
use crate::store::{CowMap, Key};
use crate::tenant::Site;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What a machine has to say about itself, in lines with a label.
#[must_use]
pub fn rows(process: &Process, nodes: &NodeTable) -> Vec<(String, String)> {
    let line = |label: &str, value: String| (String::from(label), value);
    match process {
        Process::Node(node) => {
            let suspects = names(node.suspects(), nodes);
            let suspects = if suspects.is_empty() { String::from("nobody") } else { suspects };
            let mut lines = Vec::from([
                line("Holds", format!("{} records", node.records().len())),
                line("Believes to be away", suspects),
            ]);
            for hint in node.hints().iter().take(8) {
                lines.push((format!("Keeps for {}", nodes.name(hint.home)), shown(&hint.what)));
            }
            lines
        }
        Process::Client(client) => {
            Vec::from([line("Open operations", format!("{}", client.open()))])
        }
    }
}

/// What the disk of a machine that is off holds, in words.
#[must_use]
pub fn on_disk(_: &Config, disk: &Durable) -> Option<String> {
    Some(format!("{} records, {} hints", disk.records.len(), disk.hints.len()))
}

/// What a node is about, in two or three words each.
#[must_use]
pub fn signs(process: &Process) -> Vec<String> {
    let Process::Node(node) = process else { return Vec::new() };
    let hints = match node.hints().len() {
        0 => None,
        1 => Some(String::from("1 hint")),
        count => Some(format!("{count} hints")),
    };
    // A screen asks at every frame: what is too much to be looked through is not.
    let few = (node.records().len() <= RECORDS_MAX).then(|| node.records().iter());
    let records = few.into_iter().flatten();
    let beside = records.filter(|record| record.cells.values().len() > 1).count();
    let siblings = (beside > 0).then(|| format!("{beside} × siblings"));
    let refilling = node.is_refilling().then(|| String::from("refilling"));
    [refilling, hints, siblings].into_iter().flatten().collect()
}

/// What one node has of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyFact {
    /// The node.
    pub node: NodeId,
    /// Its name.
    pub name: String,
    /// Its place in the preference list, from one; nothing if it is no home.
    pub place: Option<u32>,
    /// It runs.
    pub is_up: bool,
    /// The values that it holds side by side; none if it holds nothing of the key.
    pub values: Vec<String>,
    /// It knows all that anybody knows of the key.
    pub is_newest: bool,
    /// What it keeps for a home: its name, and what.
    pub hints: Vec<(String, String)>,
}

/// A key on all nodes of a store: its homes first, in the order of the preference list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyCopies {
    /// The key.
    pub key: String,
    /// Where it lies on the circle of 2^64 places.
    pub position: u64,
    /// Its homes, and other nodes that hold something of it.
    pub copies: Vec<CopyFact>,
    /// In a sentence, how its copies stand.
    pub said: String,
}

/// Hints that one node keeps for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HintFact {
    /// Who keeps them.
    pub keeper: NodeId,
    /// For whom.
    pub home: NodeId,
    /// How many.
    pub count: u32,
}

/// Two nodes whose hash trees of what they share differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeFact {
    /// One of them.
    pub one: String,
    /// The other.
    pub other: String,
    /// The stretches in which they differ, as numbers of leaves, of [`LEAVES`].
    pub leaves: Vec<u32>,
}

/// A tree has so many leaves.
pub const LEAVES: u32 = 1 << DEPTH;
/// More records than this are not compared for a screen.
const RECORDS_MAX: u64 = 20_000;

fn setup(site: Site<'_, Process>) -> Option<Arc<NodeConfig>> {
    site.nodes().find_map(|node| match site.config(node)? {
        Config::Node(config) => Some(config.clone()),
        Config::Client(_) => None,
    })
}

/// The records of a node: in its memory while it runs, else on its disk.
fn records(site: Site<'_, Process>, node: NodeId) -> Option<&CowMap<Record>> {
    match site.machine(node) {
        Some(Process::Node(node)) => Some(node.records()),
        Some(Process::Client(_)) => None,
        None => Some(&site.durable(node)?.records),
    }
}

/// What a node keeps for homes, with the home of each.
fn kept(site: Site<'_, Process>, node: NodeId) -> Vec<(NodeId, &Record)> {
    match site.machine(node) {
        Some(Process::Node(node)) => {
            node.hints().iter().map(|hint| (hint.home, &hint.what)).collect()
        }
        Some(Process::Client(_)) => Vec::new(),
        None => {
            let hints = site.durable(node).into_iter().flat_map(|disk| disk.hints.values());
            hints.map(|hint| (hint.home, &hint.what)).collect()
        }
    }
}

/// A key on all nodes; nothing if the party is no quorum store.
#[must_use]
pub fn copies(site: Site<'_, Process>, key: &str) -> Option<KeyCopies> {
    let setup = setup(site)?;
    let layout = &setup.layout;
    let sought = Key::new(key);
    let preference = layout.preference(&sought);
    let record = |node: NodeId| {
        records(site, node)?.get(sought.position(), sought.text()).filter(|it| it.key == sought)
    };
    let mut known = Context::default();
    for node in layout.nodes() {
        let hints = kept(site, node).into_iter().filter(|(_, what)| what.key == sought);
        let contexts = hints.map(|(_, what)| what.cells.context());
        for context in contexts.chain(record(node).map(|record| record.cells.context())) {
            known.join(context);
        }
    }
    let fact = |node: NodeId, place: Option<u32>| {
        let record = record(node);
        let hints = kept(site, node).into_iter().filter(|(_, what)| what.key == sought);
        CopyFact {
            node,
            name: site.table().name(node),
            place,
            is_up: site.machine(node).is_some(),
            values: record.map_or_else(Vec::new, |record| {
                record.cells.values().iter().map(|(_, cell)| cell.value.shown()).collect()
            }),
            is_newest: record.is_some_and(|record| record.cells.context().includes(&known)),
            hints: hints
                .map(|(home, what)| (site.table().name(home), values(&what.cells)))
                .collect(),
        }
    };
    let homes = (1..).zip(&preference.homes).map(|(place, node)| fact(*node, Some(place)));
    let others = preference.others.iter().map(|node| fact(*node, None));
    let others = others.filter(|fact| !fact.values.is_empty() || !fact.hints.is_empty());
    let copies: Vec<CopyFact> = homes.chain(others).collect();
    let said = sentence(&copies);
    Some(KeyCopies { key: key.to_string(), position: sought.position(), copies, said })
}

fn sentence(copies: &[CopyFact]) -> String {
    let homes = copies.iter().filter(|copy| copy.place.is_some());
    let (all, newest) =
        (homes.clone().count(), homes.clone().filter(|copy| copy.is_newest).count());
    if copies.iter().all(|copy| copy.values.is_empty() && copy.hints.is_empty()) {
        return String::from("Nobody has written this key.");
    }
    let siblings = copies.iter().map(|copy| copy.values.len()).max().unwrap_or(0);
    let mut said = match newest {
        0 => format!("None of its {all} homes has everything."),
        _ if newest == all => format!("All {all} homes have everything."),
        _ => {
            let behind: Vec<&str> =
                homes.filter(|copy| !copy.is_newest).map(|copy| copy.name.as_str()).collect();
            format!("{newest} of {all} homes have everything; {} not.", behind.join(", "))
        }
    };
    for copy in copies.iter().filter(|copy| !copy.hints.is_empty()) {
        let mut for_whom: Vec<&str> = copy.hints.iter().map(|(home, _)| home.as_str()).collect();
        for_whom.dedup();
        said += &format!(" {} keeps it for {}.", copy.name, for_whom.join(", "));
    }
    if siblings > 1 {
        said += &format!(" {siblings} values stand side by side: no writer had seen the other's.");
    }
    said
}

/// The key that is most worth looking at: with most values side by side, or else the first that is not the
/// same on all its homes, or else the first at all. Of very many keys only the first ones are looked at.
#[must_use]
pub fn notable(site: Site<'_, Process>) -> Option<String> {
    let setup = setup(site)?;
    let layout = &setup.layout;
    let mut best: Option<(usize, &Record)> = None;
    let all = layout.nodes().filter_map(|node| records(site, node)).flat_map(CowMap::iter);
    for record in all.take(RECORDS_MAX as usize) {
        let beside = record.cells.values().len();
        let same = |node: &NodeId| {
            let held = records(site, *node);
            let held = held.and_then(|held| held.get(record.key.position(), record.key.text()));
            held.is_some_and(|held| held == record)
        };
        let weight = match beside {
            0 | 1 if layout.preference(&record.key).homes.iter().all(same) => 0,
            beside => beside,
        };
        if best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, record));
        }
    }
    best.map(|(_, record)| String::from(record.key.text()))
}

/// All hints, by who keeps them and for whom.
#[must_use]
pub fn hints(site: Site<'_, Process>) -> Vec<HintFact> {
    let mut all: Vec<HintFact> = Vec::new();
    for keeper in site.nodes() {
        for (home, _) in kept(site, keeper) {
            let same = |fact: &&mut HintFact| fact.keeper == keeper && fact.home == home;
            match all.iter_mut().find(same) {
                Some(fact) => fact.count += 1,
                None => all.push(HintFact { keeper, home, count: 1 }),
            }
        }
    }
    all
}

/// The pairs of nodes whose hash trees differ at this moment, over the keys of which both are homes; nothing
/// if there is too much to compare.
#[must_use]
pub fn trees(site: Site<'_, Process>) -> Option<Vec<TreeFact>> {
    let setup = setup(site)?;
    let (layout, grace) = (&setup.layout, setup.spec.grace);
    let nodes: Vec<NodeId> = layout.nodes().collect();
    let all: u64 = nodes.iter().filter_map(|node| records(site, *node)).map(CowMap::len).sum();
    if all > RECORDS_MAX {
        return None;
    }
    let tree = |node: NodeId, other: NodeId| {
        let mut tree = Tree::new(DEPTH);
        for record in records(site, node).into_iter().flat_map(CowMap::iter) {
            let homes = layout.preference(&record.key).homes;
            // As the nodes themselves do, which leave out old tombstones.
            let is_past = record.is_past(grace, site.wall(node));
            if homes.contains(&node) && homes.contains(&other) && !is_past {
                tree.add(record.key.position(), digest(&record.cells));
            }
        }
        tree
    };
    let mut facts = Vec::new();
    for (at, one) in nodes.iter().enumerate() {
        for other in &nodes[at + 1..] {
            let found = tree(*one, *other).difference(&tree(*other, *one));
            let mut leaves = found.map_or_else(Vec::new, |found| found.leaves);
            if !leaves.is_empty() {
                crate::base::order::sort(&mut leaves);
                let name = |node: NodeId| site.table().name(node);
                facts.push(TreeFact { one: name(*one), other: name(*other), leaves });
            }
        }
    }
    Some(facts)
}
