//! Hash modulo: the position, divided by the number of nodes; the rest is the owner.
//!
//! ```text
//! hash(key) mod 4:  0 → n1   1 → n2   2 → n3   3 → n4
//! hash(key) mod 5:  0 → n1   1 → n2   2 → n3   3 → n4   4 → n5     four keys in five have moved
//! ```
//!
//! Perfectly even and nothing to remember, until the number of nodes changes: from N to N+1 nodes,
//! N/(N+1) of all keys have another owner. Weights mean nothing here.

use super::{Owners, Place, Placement, Spot};
use crate::base::NodeId;
use alloc::vec::Vec;

/// Nodes in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Modulo {
    nodes: Vec<NodeId>,
}

impl Placement for Modulo {
    fn owners(&self, spot: Spot<'_>, count: usize) -> Owners {
        let mut owners = Owners::NONE;
        let len = self.nodes.len() as u64;
        if len > 0 {
            owners.fill(&self.nodes, (spot.position % len) as usize, count);
        }
        owners
    }

    fn owner(&self, spot: Spot<'_>) -> Option<NodeId> {
        let at = spot.position.checked_rem(self.nodes.len() as u64)?;
        self.nodes.get(at as usize).copied()
    }

    fn share(&self, node: NodeId) -> u32 {
        if self.nodes.contains(&node) { 1_000_000 / self.nodes.len() as u32 } else { 0 }
    }

    fn bytes(&self) -> u64 {
        4 * self.nodes.len() as u64
    }

    fn join(&mut self, place: &Place<'_>) {
        // The row is kept in order, so that the same nodes give the same owners.
        if let Err(at) = self.nodes.binary_search(&place.node) {
            self.nodes.insert(at, place.node);
        }
    }

    fn leave(&mut self, node: NodeId) {
        self.nodes.retain(|other| *other != node);
    }
}
