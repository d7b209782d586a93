//! Maglev: every node fills a table in its own order, one turn after the other.
//!
//! ```text
//! n1 wants 3 0 4 1 5 2 6      table  0  1  2  3  4  5  6
//! n2 wants 0 2 4 6 1 3 5            n2 n1 n2 n1 n3 n3 n1     (by turns: n1 n2 n3 n1 n2 …)
//! n3 wants 3 4 5 6 0 1 2
//! ```
//!
//! A lookup is one read of the table. Nodes differ by one slot at most. When a node comes or goes,
//! the table is filled anew, and a few slots more than needed change hands: the larger the table, the
//! fewer. Weights are turns: a node of weight 50 fills every second time. Eisenbud et al., NSDI 2016.

use super::{Owners, Place, Placement, Spot};
use crate::base::hash::Family;
use crate::base::{NodeId, order};
use alloc::string::String;
use alloc::vec::Vec;

/// A slot that nobody has filled yet.
const FREE: u32 = u32::MAX;

/// Fills a table of so many slots, a prime, from each node's offset and skip and its weight in
/// hundredths; slots hold numbers of nodes.
#[must_use]
pub fn fill(size: u32, orders: &[(u32, u32)], weights: &[u32]) -> Vec<u32> {
    let mut filling = Filling::new(size, orders, weights);
    let mut work = u64::MAX;
    while !filling.step(&mut work) {}
    filling.table
}

/// A table while it is filled: five million slots take a second, so it can be done in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Filling {
    table: Vec<u32>,
    /// One bit a slot, set once it is filled: a slot is looked at many times, and bits of a large table
    /// stay near the processor where its slots do not.
    taken: Vec<u64>,
    skips: Vec<u32>,
    weights: Vec<u32>,
    heaviest: u32,
    even: bool,
    /// Where each node looks next, and what it has saved up for its turn.
    next: Vec<u32>,
    credit: Vec<u32>,
    /// Whose turn it is, and how many slots are free.
    node: usize,
    left: u32,
}

impl Filling {
    fn new(size: u32, orders: &[(u32, u32)], weights: &[u32]) -> Self {
        let heaviest = weights.iter().copied().max().unwrap_or(0);
        let empty = orders.is_empty() || heaviest == 0;
        Self {
            table: alloc::vec![FREE; size as usize],
            taken: alloc::vec![0; (size as usize).div_ceil(64)],
            skips: orders.iter().map(|(_, skip)| *skip).collect(),
            weights: weights.to_vec(),
            heaviest,
            even: weights.iter().all(|weight| *weight == heaviest),
            next: orders.iter().map(|(offset, _)| offset % size.max(1)).collect(),
            credit: alloc::vec![0; orders.len()],
            node: 0,
            left: if empty { 0 } else { size },
        }
    }

    /// Fills slots until so much work is done, a look at a slot or at a node each; true once none is free.
    fn step(&mut self, work: &mut u64) -> bool {
        let (size, nodes) = (self.table.len() as u32, self.skips.len());
        while self.left > 0 {
            if *work == 0 {
                return false;
            }
            *work -= 1;
            let node = self.node;
            self.node = if node + 1 == nodes { 0 } else { node + 1 };
            if !self.even {
                self.credit[node] += self.weights.get(node).copied().unwrap_or(self.heaviest);
                if self.credit[node] < self.heaviest {
                    continue;
                }
                self.credit[node] -= self.heaviest;
            }
            let skip = self.skips[node];
            let mut at = self.next[node];
            while self.taken[at as usize / 64] >> (at % 64) & 1 == 1 {
                *work = work.saturating_sub(1);
                at += skip;
                if at >= size {
                    at -= size;
                }
            }
            self.taken[at as usize / 64] |= 1 << (at % 64);
            self.table[at as usize] = node as u32;
            at += skip;
            self.next[node] = if at >= size { at - size } else { at };
            self.left -= 1;
        }
        true
    }
}

/// The smallest prime that is not below a number.
#[must_use]
pub fn prime_from(number: u32) -> u32 {
    let is_prime = |n: u32| n > 1 && (2..).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d));
    (number.max(2)..).find(|n| is_prime(*n)).unwrap_or(2)
}

/// A table of nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maglev {
    size: u32,
    nodes: Vec<(NodeId, String, u32)>,
    table: Vec<NodeId>,
    /// The next table, while it is filled.
    filling: Option<Filling>,
}

impl Maglev {
    /// The size that the paper and others take.
    pub const SIZE: u32 = 65_537;

    /// A table of at least so many slots.
    #[must_use]
    pub fn new(size: u32) -> Self {
        Self { size: prime_from(size), nodes: Vec::new(), table: Vec::new(), filling: None }
    }

    /// The slots in order.
    #[must_use]
    pub fn table(&self) -> &[NodeId] {
        &self.table
    }

    /// Lets many nodes in, filling the table once.
    pub fn join_all(&mut self, places: &[Place<'_>]) {
        self.join_later(places);
        self.finish();
    }

    /// Lets many nodes in; the table is the old one until [`Self::advance`] has filled the new one.
    pub fn join_later(&mut self, places: &[Place<'_>]) {
        for place in places {
            self.nodes.retain(|(node, ..)| *node != place.node);
            self.nodes.push((place.node, place.name.into(), place.weight.max(1)));
        }
        self.begin();
    }

    /// Lets a node go; the table is the old one until [`Self::advance`] has filled the new one.
    pub fn leave_later(&mut self, node: NodeId) {
        self.nodes.retain(|(other, ..)| *other != node);
        self.begin();
    }

    /// Fills the table until so much work is done; true once it is full.
    pub fn advance(&mut self, work: &mut u64) -> bool {
        let Some(filling) = &mut self.filling else { return true };
        if !filling.step(work) {
            return false;
        }
        let nodes = &self.nodes;
        self.table = filling.table.iter().map(|node| nodes[*node as usize].0).collect();
        self.filling = None;
        true
    }

    fn finish(&mut self) {
        let mut work = u64::MAX;
        while !self.advance(&mut work) {}
    }

    fn begin(&mut self) {
        order::sort_by(&mut self.nodes, |one, two| one.1 < two.1);
        let orders: Vec<(u32, u32)> = self
            .nodes
            .iter()
            .map(|(_, name, _)| {
                let (one, two) =
                    (Family::Xxh3.of(name.as_bytes()), Family::Fnv1a.of(name.as_bytes()));
                let size = u64::from(self.size);
                ((one % size) as u32, (two % (size - 1) + 1) as u32)
            })
            .collect();
        let weights: Vec<u32> = self.nodes.iter().map(|(.., weight)| *weight).collect();
        self.filling = None;
        if self.nodes.is_empty() {
            self.table = Vec::new();
        } else {
            self.filling = Some(Filling::new(self.size, &orders, &weights));
        }
    }
}

impl Placement for Maglev {
    fn owners(&self, spot: Spot<'_>, count: usize) -> Owners {
        let mut owners = Owners::NONE;
        if !self.table.is_empty() {
            let first = (spot.position % u64::from(self.size)) as usize;
            owners.fill(&self.table, first, count.min(self.nodes.len()));
        }
        owners
    }

    fn owner(&self, spot: Spot<'_>) -> Option<NodeId> {
        self.table.get((spot.position % u64::from(self.size)) as usize).copied()
    }

    fn share(&self, node: NodeId) -> u32 {
        let slots = self.table.iter().filter(|owner| **owner == node).count() as u64;
        (slots * 1_000_000 / u64::from(self.size)) as u32
    }

    fn bytes(&self) -> u64 {
        4 * self.table.len() as u64 + 4 * self.nodes.len() as u64
    }

    fn join(&mut self, place: &Place<'_>) {
        self.join_all(core::slice::from_ref(place));
    }

    fn leave(&mut self, node: NodeId) {
        self.leave_later(node);
        self.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_paper() {
        let orders = [(3, 4), (0, 2), (3, 1)];
        assert_eq!(fill(7, &orders, &[100; 3]), [1, 0, 1, 0, 2, 2, 0]);
        assert_eq!(fill(7, &[orders[0], orders[2]], &[100; 2]), [0, 0, 0, 0, 1, 1, 1]);
    }

    #[test]
    fn a_table_filled_in_parts_is_the_same() {
        let names: Vec<String> = (1..60).map(|number| alloc::format!("n{number}")).collect();
        let places: Vec<Place<'_>> = (0..)
            .zip(&names)
            .map(|(at, name)| Place { node: NodeId(at), name, weight: 100 + at % 3 })
            .collect();
        let (mut whole, mut parts) = (Maglev::new(5_000), Maglev::new(5_000));
        whole.join_all(&places);
        parts.join_later(&places);
        let mut steps = 0;
        while !parts.advance(&mut 1_000) {
            assert!(parts.table().is_empty());
            steps += 1;
        }
        assert!(steps > 5 && parts == whole);
        whole.leave(NodeId(3));
        parts.leave_later(NodeId(3));
        while !parts.advance(&mut 1_000) {}
        assert_eq!(parts, whole);
    }

    #[test]
    fn nodes_differ_by_one_slot_and_weights_are_turns() {
        let orders: Vec<(u32, u32)> = (0..100).map(|n| (n * 613, n * 71 + 1)).collect();
        let table = fill(65_537, &orders, &[100; 100]);
        for node in 0..100 {
            let slots = table.iter().filter(|owner| **owner == node).count();
            assert!((655..=656).contains(&slots), "{node}: {slots}");
        }
        let table = fill(65_537, &orders[..2], &[100, 50]);
        let light = table.iter().filter(|owner| **owner == 1).count();
        assert!(light.abs_diff(65_537 / 3) < 3, "{light}");
        assert!(fill(7, &[], &[]).iter().all(|owner| *owner == FREE));
        assert_eq!(prime_from(65_536), 65_537);
    }
}
