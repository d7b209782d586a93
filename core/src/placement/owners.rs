//! The nodes that hold a key: the first one serves it, the others hold copies.

use crate::base::NodeId;

/// A short row of different nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owners {
    nodes: [NodeId; Self::MAX],
    len: u8,
}

impl Owners {
    /// No key has more copies than this.
    pub const MAX: usize = 8;

    /// Nobody.
    pub const NONE: Self = Self { nodes: [NodeId::WORLD; Self::MAX], len: 0 };

    /// One node alone.
    #[must_use]
    pub fn one(node: NodeId) -> Self {
        let mut owners = Self::NONE;
        owners.add(node);
        owners
    }

    /// Adds a node behind the others, unless it is there or there is no room.
    pub fn add(&mut self, node: NodeId) {
        if usize::from(self.len) < Self::MAX && !self.contains(node) {
            self.nodes[usize::from(self.len)] = node;
            self.len += 1;
        }
    }

    /// Adds nodes of a row, from a place on and around its end, until there are so many.
    pub fn fill(&mut self, row: &[NodeId], first: usize, count: usize) {
        let (before, behind) = row.split_at(first.min(row.len()));
        for node in behind.iter().chain(before) {
            if self.len() >= count {
                break;
            }
            self.add(*node);
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::from(self.len)
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// True if the node is one of them.
    #[must_use]
    pub fn contains(&self, node: NodeId) -> bool {
        self.as_slice().contains(&node)
    }

    /// The nodes, the first one first.
    #[must_use]
    pub fn as_slice(&self) -> &[NodeId] {
        &self.nodes[..usize::from(self.len)]
    }
}
