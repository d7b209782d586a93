//! AnchorHash: a fixed set of buckets, some of them working; a key that meets a bucket that is out is
//! sent on among those that worked when it went.
//!
//! ```text
//! buckets   0  1  2̶  3  4̶  5      key → 4 (out) → among the five that were left: 2 (out) → … → 3
//! ```
//!
//! Any node can leave, and only its keys move; the last one that left comes back to the very same
//! keys. A lookup takes a few hashes, however many nodes there are. The capacity is chosen at the
//! start. Mendelson et al., 2018.

use super::{Owners, Place, Placement, Spot};
use crate::base::NodeId;
use crate::base::hash::mix;
use alloc::vec::Vec;

/// Buckets, of which some work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// How many worked when a bucket went; 0 while it works.
    out: Vec<u32>,
    /// The successor of a bucket that went.
    next: Vec<u32>,
    /// Which bucket stands at a place of the working set, and where each bucket stands.
    standing: Vec<u32>,
    place: Vec<u32>,
    /// Buckets that are out, the last one on top.
    free: Vec<u32>,
    nodes: Vec<NodeId>,
    working: u32,
}

impl Anchor {
    /// Room for so many nodes, none of which is there yet.
    #[must_use]
    pub fn new(capacity: u32) -> Self {
        let numbers: Vec<u32> = (0..capacity.max(1)).collect();
        Self {
            // Buckets go one after the other, the last one first.
            out: numbers.clone(),
            next: numbers.clone(),
            standing: numbers.clone(),
            place: numbers.clone(),
            free: numbers.iter().rev().copied().collect(),
            nodes: alloc::vec![NodeId::WORLD; numbers.len()],
            working: 0,
        }
    }

    fn bucket(&self, key: u64) -> u32 {
        let draw = |bucket: u32, of: u32| {
            let bits = mix(key ^ mix(u64::from(bucket) + 1));
            ((u128::from(bits) * u128::from(of)) >> 64) as u32
        };
        let mut bucket = ((u128::from(mix(key)) * self.out.len() as u128) >> 64) as u32;
        while self.out[bucket as usize] > 0 {
            let left = self.out[bucket as usize];
            let mut onward = draw(bucket, left);
            while self.out[onward as usize] >= left {
                onward = self.next[onward as usize];
            }
            bucket = onward;
        }
        bucket
    }

    fn remove(&mut self, bucket: u32) {
        self.free.push(bucket);
        self.working -= 1;
        let last = self.working;
        self.out[bucket as usize] = last;
        let mover = self.standing[last as usize];
        self.standing[self.place[bucket as usize] as usize] = mover;
        self.next[bucket as usize] = mover;
        self.place[mover as usize] = self.place[bucket as usize];
    }

    fn add(&mut self) -> Option<u32> {
        let bucket = self.free.pop()?;
        let at = bucket as usize;
        self.out[at] = 0;
        let last = self.working as usize;
        let stands = self.standing[last] as usize;
        self.place[stands] = last as u32;
        self.standing[self.place[at] as usize] = bucket;
        self.next[at] = bucket;
        self.working += 1;
        Some(bucket)
    }

    /// Doubles the capacity when it is used up; keys move as if everything were new.
    fn grow(&mut self) {
        let nodes: Vec<NodeId> = self.working_nodes();
        let mut wider = Self::new(self.out.len() as u32 * 2);
        for node in nodes {
            wider.seat(node);
        }
        *self = wider;
    }

    fn working_nodes(&self) -> Vec<NodeId> {
        let buckets = self.nodes.iter().zip(&self.out);
        buckets
            .filter(|(_, out)| **out == 0)
            .map(|(node, _)| *node)
            .filter(|n| *n != NodeId::WORLD)
            .collect()
    }

    fn seat(&mut self, node: NodeId) {
        if let Some(bucket) = self.add() {
            self.nodes[bucket as usize] = node;
        }
    }
}

impl Placement for Anchor {
    fn owners(&self, spot: Spot<'_>, count: usize) -> Owners {
        let mut owners = Owners::NONE;
        let wanted = count.min(self.working as usize);
        let mut key = spot.position;
        for _ in 0..64 * count {
            if owners.len() >= wanted {
                return owners;
            }
            owners.add(self.nodes[self.bucket(key) as usize]);
            key = mix(key ^ 0x616e_6368);
        }
        owners.fill(&self.working_nodes(), 0, wanted);
        owners
    }

    fn owner(&self, spot: Spot<'_>) -> Option<NodeId> {
        (self.working > 0).then(|| self.nodes[self.bucket(spot.position) as usize])
    }

    fn share(&self, node: NodeId) -> u32 {
        if self.working_nodes().contains(&node) { 1_000_000 / self.working.max(1) } else { 0 }
    }

    fn bytes(&self) -> u64 {
        20 * self.out.len() as u64
    }

    fn join(&mut self, place: &Place<'_>) {
        if self.working_nodes().contains(&place.node) {
            return;
        }
        if self.free.is_empty() {
            self.grow();
        }
        self.seat(place.node);
    }

    fn leave(&mut self, node: NodeId) {
        let buckets = self.nodes.iter().zip(&self.out);
        if let Some(at) = buckets.into_iter().position(|(other, out)| *other == node && *out == 0) {
            self.remove(at as u32);
            self.nodes[at] = NodeId::WORLD;
        }
    }
}
