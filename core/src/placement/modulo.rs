//! Hash modulo: the position, divided by the number of nodes; the rest is the owner.
//!
//! ```text
//! hash(key) mod 4:  0 → n1   1 → n2   2 → n3   3 → n4
//! hash(key) mod 5:  0 → n1   1 → n2   2 → n3   3 → n4   4 → n5     four keys in five have moved
//! ```
//!
//! Perfectly even and nothing to remember, until the number of nodes changes: from N to N+1 nodes,
//! N/(N+1) of all keys have another owner.

use super::{Owners, Place, Placement};
use crate::base::NodeId;
use alloc::vec::Vec;

/// Nodes in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modulo {
    nodes: Vec<NodeId>,
}

impl Modulo {
    /// The nodes in the order given; weights mean nothing here.
    #[must_use]
    pub fn new(places: &[Place<'_>]) -> Self {
        Self { nodes: places.iter().map(|place| place.node).collect() }
    }
}

impl Placement for Modulo {
    fn owners(&self, position: u64, count: usize) -> Owners {
        let mut owners = Owners::NONE;
        let len = self.nodes.len() as u64;
        if len > 0 {
            let first = (position % len) as usize;
            for step in 0..count.min(self.nodes.len()) {
                owners.add(self.nodes[(first + step) % self.nodes.len()]);
            }
        }
        owners
    }

    fn share(&self, node: NodeId) -> u32 {
        if self.nodes.contains(&node) { 1_000_000 / self.nodes.len() as u32 } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::hash::mix;

    #[test]
    fn four_to_five_nodes_remaps_four_keys_in_five() {
        for (nodes, wanted) in [(4_u32, 80_000), (10, 90_909), (100, 99_010)] {
            let names: Vec<_> = (0..=nodes).map(NodeId).collect();
            let row = |count: u32| Modulo { nodes: names[..count as usize].to_vec() };
            let (before, after) = (row(nodes), row(nodes + 1));
            let moved = (0..100_000_u64)
                .filter(|&key| before.owners(mix(key), 1) != after.owners(mix(key), 1))
                .count();
            assert!(moved.abs_diff(wanted) < 500, "{nodes}: {moved}");
        }
    }
}
