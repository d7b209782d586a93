//! Jump hash: a key's generator jumps from bucket to bucket, and the last one before N owns it.
//!
//! ```text
//! buckets  0  1  2  3  4  5  6  7 …
//! key      ●─────▶●────────▶●───────────▶(11)      with 7 buckets: 5, with 12: 11
//! ```
//!
//! Nothing to remember but N, perfectly even, and from N to N+1 only the new bucket gains keys. But
//! buckets are numbers without names: only the last one can go. A node that leaves from the middle
//! hands its number to the last node, so twice as much moves. Lamping and Veach, 2014.

use super::{Owners, Place, Placement, Spot};
use crate::base::NodeId;
use crate::base::hash::mix;
use alloc::vec::Vec;

/// The bucket of a hash, of so many. The division is the published one: it is exact in the same way
/// on every machine.
#[must_use]
pub fn jump(mut key: u64, buckets: u32) -> u32 {
    let (mut bucket, mut next) = (0_u32, 0_u64);
    while next < u64::from(buckets) {
        bucket = next as u32;
        key = key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        let step = (1_u64 << 31) as f64 / ((key >> 33) + 1) as f64;
        next = ((f64::from(bucket) + 1.0) * step) as u64;
    }
    bucket
}

/// Nodes in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Jump {
    nodes: Vec<NodeId>,
}

impl Placement for Jump {
    fn owners(&self, spot: Spot<'_>, count: usize) -> Owners {
        let mut owners = Owners::NONE;
        let (len, mut key) = (self.nodes.len() as u32, spot.position);
        // Copies go where other generators of the same key end.
        for _ in 0..64 * count {
            if len == 0 || owners.len() >= count.min(len as usize) {
                return owners;
            }
            owners.add(self.nodes[jump(key, len) as usize]);
            key = mix(key ^ 0x6a75_6d70);
        }
        owners.fill(&self.nodes, 0, count);
        owners
    }

    fn owner(&self, spot: Spot<'_>) -> Option<NodeId> {
        self.nodes.get(jump(spot.position, self.nodes.len() as u32) as usize).copied()
    }

    fn share(&self, node: NodeId) -> u32 {
        if self.nodes.contains(&node) { 1_000_000 / self.nodes.len() as u32 } else { 0 }
    }

    fn bytes(&self) -> u64 {
        4 + 4 * self.nodes.len() as u64
    }

    fn join(&mut self, place: &Place<'_>) {
        if !self.nodes.contains(&place.node) {
            self.nodes.push(place.node);
        }
    }

    fn leave(&mut self, node: NodeId) {
        if let Some(at) = self.nodes.iter().position(|other| *other == node) {
            self.nodes.swap_remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_keys_land_in_their_buckets() {
        let found: Vec<u32> = (1..=5).map(|key| jump(key, 100)).collect();
        assert_eq!(found, [55, 62, 8, 45, 59]);
        assert_eq!(jump(7, 0), 0);
        assert_eq!(jump(u64::MAX, 1), 0);
    }

    #[test]
    fn a_new_bucket_takes_and_nothing_else_moves() {
        for buckets in 1..200 {
            for key in 0..200 {
                let (was, is) = (jump(mix(key), buckets), jump(mix(key), buckets + 1));
                assert!(was == is || is == buckets);
            }
        }
    }
}
