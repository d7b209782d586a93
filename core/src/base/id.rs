//! The name of a node inside one world.

use core::fmt;

/// A node of a world, counted from zero in the order in which nodes were added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

impl NodeId {
    /// What events carry that belong to no node: a cut, a caption, a change of the network.
    pub const WORLD: Self = Self(u32::MAX);

    /// The place of this node in a list of all nodes.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::WORLD { out.write_str("world") } else { write!(out, "#{}", self.0) }
    }
}
