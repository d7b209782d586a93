//! Bounded load: a ring on which a node that is full lets a key go on to the next one.
//!
//! ```text
//! bound = ⌈(1+ε)·m/n⌉        key ○→ n1 (full) → n2 (full) → n3 ◀ here
//! ```
//!
//! No node ever holds more than the bound, whatever the arcs. It depends on the order in which keys
//! came, so somebody must remember where each key went. When nodes come or go, keys that would now
//! be taken earlier on their way are taken, the newest keys of a node above the bound go on, and
//! nothing else moves. Mirrokni, Thorup and Zadimoghaddam, SODA 2018.

use super::ring::Ring;
use super::{Owners, Place, Placement, Spot};
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, order};
use alloc::vec::Vec;

/// A ring with loads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounded {
    ring: Ring,
    over: u32,
    loads: VecMap<NodeId, u32>,
    placed: u32,
    steps: u64,
}

impl Bounded {
    /// An empty ring whose nodes may hold so many hundredths more than the mean.
    #[must_use]
    pub fn new(vnodes: u32, over: u32) -> Self {
        Self { ring: Ring::new(vnodes), over, loads: VecMap::new(), placed: 0, steps: 0 }
    }

    /// The ring beneath.
    #[must_use]
    pub fn ring(&self) -> &Ring {
        &self.ring
    }

    /// How many keys a node may hold, of so many in all.
    #[must_use]
    pub fn bound(&self, keys: u32) -> u32 {
        let nodes = self.loads.len().max(1) as u64;
        (u64::from(keys) * u64::from(100 + self.over)).div_ceil(100 * nodes) as u32
    }

    /// How many keys each node holds.
    #[must_use]
    pub fn loads(&self) -> &VecMap<NodeId, u32> {
        &self.loads
    }

    /// How many full points were passed so far.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The first node on the way from a position that a test lets through.
    fn first(
        &mut self,
        position: u64,
        mut fits: impl FnMut(NodeId, u32) -> bool,
    ) -> Option<NodeId> {
        let points = self.ring.points();
        let from = self.ring.first(position).min(points.len());
        for (_, node) in points[from..].iter().chain(&points[..from]) {
            if fits(*node, self.loads.get(node).copied().unwrap_or(0)) {
                return Some(*node);
            }
            self.steps += 1;
        }
        None
    }

    /// Places one more key, of so many that there will be.
    pub fn take(&mut self, position: u64, of: u32) -> Option<NodeId> {
        let bound = self.bound(of);
        let node = self.first(position, |_, load| load < bound)?;
        *self.loads.of(node) += 1;
        self.placed += 1;
        Some(node)
    }

    /// Begins to place keys again after nodes came or went; `held` says where each key is, in the
    /// order in which they came.
    #[must_use]
    pub fn settling(&self, held: &[NodeId]) -> Settling {
        let empty = self.loads.iter().filter(|(_, load)| **load == 0);
        let mut fresh: Vec<NodeId> = empty.map(|(node, _)| *node).collect();
        order::sort(&mut fresh);
        let bound = self.bound(held.len() as u32);
        Settling { bound, fresh, counted: false, next: 0, newest: held.len() }
    }

    /// Goes on with it until so much work is done; true once every key is in its place.
    pub fn settle(
        &mut self,
        settling: &mut Settling,
        positions: &[u64],
        held: &mut [NodeId],
        work: &mut u64,
    ) -> bool {
        if !settling.counted {
            settling.counted = true;
            self.count(held);
            *work = work.saturating_sub(held.len() as u64);
        }
        let bound = settling.bound;
        while settling.next < held.len() {
            if *work == 0 {
                return false;
            }
            let (at, before) = (settling.next, self.steps);
            self.reconsider(settling, positions[at], &mut held[at]);
            settling.next += 1;
            *work = work.saturating_sub(16 + self.steps - before);
        }
        // A larger n has a lower bound: the newest keys above it go on.
        while settling.newest > 0 {
            if *work == 0 {
                return false;
            }
            settling.newest -= 1;
            let (at, before) = (settling.newest, self.steps);
            if self.loads.get(&held[at]).copied().unwrap_or(0) > bound
                && let Some(found) = self.first(positions[at], |_, load| load < bound)
            {
                *self.loads.of(held[at]) -= 1;
                *self.loads.of(found) += 1;
                held[at] = found;
            }
            *work = work.saturating_sub(8 + self.steps - before);
        }
        self.placed = positions.len() as u32;
        true
    }

    /// Counts what each node that is there holds.
    fn count(&mut self, held: &[NodeId]) {
        let mut loads: VecMap<NodeId, u32> = VecMap::new();
        for node in self.loads.keys() {
            loads.insert(*node, 0);
        }
        for node in held {
            if let Some(load) = loads.get_mut(node) {
                *load += 1;
            }
        }
        self.loads = loads;
    }

    /// A key moves if its node is gone, or if a node that came is met before its own.
    fn reconsider(&mut self, settling: &Settling, position: u64, node: &mut NodeId) {
        let (bound, own) = (settling.bound, *node);
        let gone = !self.loads.contains_key(node);
        let found = if gone {
            self.first(position, |_, load| load < bound)
        } else if settling.fresh.is_empty() {
            return;
        } else {
            self.first(position, |other, load| {
                other == own || (load < bound && settling.fresh.binary_search(&other).is_ok())
            })
        };
        if let Some(found) = found.filter(|found| found != node) {
            if let Some(load) = self.loads.get_mut(node) {
                *load -= 1;
            }
            *self.loads.of(found) += 1;
            *node = found;
        }
    }
}

/// Keys under a bound on their way to where they belong after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settling {
    bound: u32,
    /// Nodes that held nothing, in order.
    fresh: Vec<NodeId>,
    counted: bool,
    /// The next key to be reconsidered, and behind the next newest one.
    next: usize,
    newest: usize,
}

impl Settling {
    /// How many keys have been reconsidered.
    #[must_use]
    pub fn done(&self) -> usize {
        self.next
    }
}

impl Placement for Bounded {
    fn owners(&self, spot: Spot<'_>, count: usize) -> Owners {
        self.ring.owners(spot, count)
    }

    fn share(&self, node: NodeId) -> u32 {
        self.ring.share(node)
    }

    fn bytes(&self) -> u64 {
        self.ring.bytes() + 4 * self.loads.len() as u64
    }

    fn join(&mut self, place: &Place<'_>) {
        self.ring.join(place);
        self.loads.of(place.node);
    }

    fn leave(&mut self, node: NodeId) {
        self.ring.leave(node);
        self.loads.remove(&node);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::hash::mix;
    use alloc::format;

    fn settle(ring: &mut Bounded, positions: &[u64], held: &mut [NodeId]) {
        let (mut at_once, mut kept) = (ring.clone(), held.to_vec());
        let mut settling = at_once.settling(&kept);
        assert!(at_once.settle(&mut settling, positions, &mut kept, &mut u64::MAX.clone()));
        let mut settling = ring.settling(held);
        let mut parts = 0;
        while !ring.settle(&mut settling, positions, held, &mut 5_000) {
            parts += 1;
        }
        assert!(parts > 10 && *held == kept && *ring == at_once);
    }

    #[test]
    fn no_node_is_ever_above_the_bound() {
        for over in [10, 25, 50, 100] {
            let mut ring = Bounded::new(1, over);
            for number in 0..50 {
                let name = format!("n{number}");
                ring.join(&Place { node: NodeId(number), name: &name, weight: 100 });
            }
            let positions: Vec<u64> = (0..20_000).map(mix).collect();
            let mut held: Vec<NodeId> =
                positions.iter().filter_map(|at| ring.take(*at, 20_000)).collect();
            assert_eq!(held.len(), positions.len());
            let check = |ring: &Bounded, held: &[NodeId]| {
                let bound = ring.bound(20_000);
                let mut counts = VecMap::new();
                for node in held {
                    *counts.at(*node, || 0) += 1;
                }
                assert!(counts.values().all(|count| *count <= bound), "{bound}: {counts:?}");
                assert!(counts.iter().all(|(node, count)| ring.loads().get(node) == Some(count)));
            };
            check(&ring, &held);
            ring.leave(NodeId(7));
            settle(&mut ring, &positions, &mut held);
            check(&ring, &held);
            assert!(!held.contains(&NodeId(7)));
            ring.join(&Place { node: NodeId(99), name: "n99", weight: 100 });
            settle(&mut ring, &positions, &mut held);
            check(&ring, &held);
        }
        assert_eq!(Bounded::new(1, 25).take(5, 1), None);
    }
}
