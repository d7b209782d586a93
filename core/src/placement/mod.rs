//! Which node owns a key: one strategy a file, all behind one small trait.
//!
//! A strategy sees a key as a position among 2^64 places. It says who owns it, who holds the
//! copies, and what share of all places each node has; it moves nothing.
//!
//! **Invariant:** no messages, no time, no chance. The same nodes give the same owners, whatever the
//! order in which they came.

pub mod modulo;
pub mod ring;

pub use modulo::Modulo;
pub use ring::Ring;

use crate::base::NodeId;

/// A node as a strategy sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The node.
    pub node: NodeId,
    /// Its name, which decides its points: numbers may differ from run to run, names do not.
    pub name: &'a str,
    /// Its weight in hundredths.
    pub weight: u32,
}

/// The nodes that hold a key: the first one serves it, the others hold copies.
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

    /// Adds a node behind the others, unless it is there or there is no room.
    pub fn add(&mut self, node: NodeId) {
        if usize::from(self.len) < Self::MAX && !self.contains(node) {
            self.nodes[usize::from(self.len)] = node;
            self.len += 1;
        }
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

/// A way to place keys on nodes.
pub trait Placement {
    /// The node that owns a position, and those that hold its copies: at most `count` in all.
    fn owners(&self, position: u64, count: usize) -> Owners;

    /// What share of all places a node owns, in millionths.
    fn share(&self, node: NodeId) -> u32;
}
