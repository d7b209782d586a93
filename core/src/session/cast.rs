//! Who is in a run: nodes with their names, in the order in which they came.

use super::fact::Role;
use crate::base::NodeId;
use crate::scenario::Scenario;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// One node of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Its name in its cluster: `n3`.
    pub short: Arc<str>,
    /// Its name in the run: `n3`, or `a.n3` where there are several clusters.
    pub name: Arc<str>,
    /// The place of its cluster in the text.
    pub cluster: usize,
    /// What it is for.
    pub role: Role,
}

/// All nodes so far. Copies share the list until one of them grows.
#[derive(Clone, Debug, Default)]
pub struct Cast(Arc<Vec<Actor>>);

impl Cast {
    /// All of them, by number.
    #[must_use]
    pub fn actors(&self) -> &[Actor] {
        &self.0
    }

    /// One of them.
    #[must_use]
    pub fn actor(&self, node: NodeId) -> Option<&Actor> {
        self.0.get(node.index())
    }

    /// Its name, or `world`.
    #[must_use]
    pub fn name(&self, node: NodeId) -> String {
        self.actor(node).map_or_else(|| String::from("world"), |actor| String::from(&*actor.name))
    }

    /// The node with that short name in a cluster.
    #[must_use]
    pub fn find(&self, cluster: usize, short: &str) -> Option<NodeId> {
        let at = self.0.iter().position(|a| a.cluster == cluster && &*a.short == short)?;
        Some(NodeId(at as u32))
    }

    /// Adds a node.
    pub fn add(&mut self, scenario: &Scenario, cluster: usize, short: &str, role: Role) -> NodeId {
        let name = full_name(scenario, cluster, short);
        let actor = Actor { short: short.into(), name: name.as_str().into(), cluster, role };
        let list = Arc::make_mut(&mut self.0);
        list.push(actor);
        NodeId((list.len() - 1) as u32)
    }

    /// The nodes that a name of the text means: a node of every cluster, of one, or a group.
    #[must_use]
    pub fn meant(&self, scenario: &Scenario, name: &str) -> Vec<NodeId> {
        if let Some((_, members)) = scenario.groups.iter().find(|(group, _)| group == name) {
            // A group of groups is not looked into: names end here.
            return members.iter().flat_map(|member| self.named(member)).collect();
        }
        self.named(name)
    }

    /// The nodes that keep keys: those meant by what is said of the work of all.
    pub fn workers(&self) -> impl Iterator<Item = NodeId> {
        let keeps = |actor: &Actor| matches!(actor.role, Role::Storage | Role::Replica);
        (0..).zip(self.0.iter()).filter(move |(_, a)| keeps(a)).map(|(node, _)| NodeId(node))
    }

    fn named(&self, name: &str) -> Vec<NodeId> {
        let fits = |actor: &Actor| &*actor.name == name || &*actor.short == name;
        (0..).zip(self.0.iter()).filter(|(_, actor)| fits(actor)).map(|(n, _)| NodeId(n)).collect()
    }
}

/// A node's name in the run.
#[must_use]
pub fn full_name(scenario: &Scenario, cluster: usize, short: &str) -> String {
    match scenario.parties().nth(cluster) {
        Some(party) if scenario.parties().count() > 1 => format!("{party}.{short}"),
        _ => String::from(short),
    }
}

/// The clusters that a name's prefix means, and the name without it.
#[must_use]
pub fn split<'n>(scenario: &Scenario, name: &'n str) -> (Vec<usize>, &'n str) {
    if let Some((prefix, short)) = name.split_once('.')
        && let Some(at) = scenario.clusters.iter().position(|cluster| cluster.name == prefix)
    {
        return (alloc::vec![at], short);
    }
    if scenario
        .makers
        .iter()
        .any(|makers| name.split_once('.').is_some_and(|(n, _)| n == makers.name))
    {
        return (Vec::new(), name);
    }
    ((0..scenario.clusters.len()).collect(), name)
}
