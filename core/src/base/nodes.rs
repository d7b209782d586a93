//! The nodes of a run: their names, what they are for, and what a name of the text means.

use super::NodeId;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What a node is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It holds keys.
    Storage,
    /// It keeps the map.
    Controller,
    /// It reads and writes.
    Client,
    /// It places keys on paper.
    Survey,
    /// It makes ids.
    Maker,
    /// It holds a copy of a replicated store.
    Replica,
}

/// One node of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeEntry {
    /// Its name in its cluster: `n3`.
    pub short: Arc<str>,
    /// Its name in the run: `n3`, or `a.n3` where there are several clusters.
    pub name: Arc<str>,
    /// The place of its cluster in the text.
    pub cluster: usize,
    /// What it is for.
    pub role: Role,
}

/// All nodes so far, in the order in which they came. Copies share the list until one of them grows.
#[derive(Clone, Debug, Default)]
pub struct NodeTable {
    entries: Arc<Vec<NodeEntry>>,
    /// The names of the parties, by number.
    parties: Arc<[Arc<str>]>,
    /// Names for sets of nodes.
    groups: Arc<[(String, Vec<String>)]>,
    /// Racks and regions: names for the nodes that stand there, unless a node or a group is called so.
    places: Arc<[(String, Vec<String>)]>,
}

impl NodeTable {
    /// No node yet, of parties with these names and with these names for sets of nodes: groups, and places.
    #[must_use]
    pub fn new<'p>(
        parties: impl Iterator<Item = &'p str>,
        groups: &[(String, Vec<String>)],
        places: Vec<(String, Vec<String>)>,
    ) -> Self {
        Self {
            entries: Arc::default(),
            parties: parties.map(Arc::from).collect(),
            groups: groups.into(),
            places: places.into(),
        }
    }

    /// The name of a party.
    #[must_use]
    pub fn party(&self, party: usize) -> &str {
        self.parties.get(party).map_or("", |name| name)
    }

    /// All of them, by number.
    #[must_use]
    pub fn all(&self) -> &[NodeEntry] {
        &self.entries
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, node: NodeId) -> Option<&NodeEntry> {
        self.entries.get(node.index())
    }

    /// Its name, or `world`.
    #[must_use]
    pub fn name(&self, node: NodeId) -> String {
        self.get(node).map_or_else(|| String::from("world"), |entry| String::from(&*entry.name))
    }

    /// The node with that short name in a cluster.
    #[must_use]
    pub fn find(&self, cluster: usize, short: &str) -> Option<NodeId> {
        let at =
            self.entries.iter().position(|one| one.cluster == cluster && &*one.short == short)?;
        Some(NodeId(at as u32))
    }

    /// Adds a node.
    pub fn add(&mut self, cluster: usize, short: &str, role: Role) -> NodeId {
        let name = match self.parties.get(cluster) {
            Some(party) if self.parties.len() > 1 => format!("{party}.{short}"),
            _ => String::from(short),
        };
        let entry = NodeEntry { short: short.into(), name: name.as_str().into(), cluster, role };
        let list = Arc::make_mut(&mut self.entries);
        list.push(entry);
        NodeId((list.len() - 1) as u32)
    }

    /// The nodes that a name of the text means: a group, a node of every cluster or of one, or all nodes
    /// of a rack or a region.
    #[must_use]
    pub fn meant(&self, name: &str) -> Vec<NodeId> {
        if let Some((_, members)) = self.groups.iter().find(|(group, _)| group == name) {
            // A group of groups is not looked into: names end here.
            return members.iter().flat_map(|member| self.named(member)).collect();
        }
        let named = self.named(name);
        if !named.is_empty() {
            return named;
        }
        let there = self.places.iter().filter(|(place, _)| place == name);
        let mut nodes: Vec<NodeId> = Vec::new();
        for node in there.flat_map(|(_, members)| members).flat_map(|member| self.named(member)) {
            if !nodes.contains(&node) {
                nodes.push(node);
            }
        }
        nodes
    }

    /// True if a name of the text means this node: whether it is among [`Self::meant`].
    #[must_use]
    pub fn means(&self, name: &str, node: NodeId) -> bool {
        let Some(entry) = self.get(node) else { return false };
        let is = |one: &NodeEntry, name: &str| &*one.name == name || &*one.short == name;
        if let Some((_, members)) = self.groups.iter().find(|(group, _)| group == name) {
            return members.iter().any(|member| is(entry, member));
        }
        let mut there = self.places.iter().filter(|(place, _)| place == name);
        is(entry, name)
            || there.any(|(_, members)| members.iter().any(|member| is(entry, member)))
                && !self.entries.iter().any(|other| is(other, name))
    }

    /// The nodes that keep keys: those meant by what is said of the work of all.
    pub fn workers(&self) -> impl Iterator<Item = NodeId> {
        let keeps = |entry: &NodeEntry| matches!(entry.role, Role::Storage | Role::Replica);
        (0..).zip(self.entries.iter()).filter(move |(_, one)| keeps(one)).map(|(n, _)| NodeId(n))
    }

    fn named(&self, name: &str) -> Vec<NodeId> {
        let fits = |entry: &NodeEntry| &*entry.name == name || &*entry.short == name;
        let all = (0..).zip(self.entries.iter());
        all.filter(|(_, entry)| fits(entry)).map(|(n, _)| NodeId(n)).collect()
    }
}
