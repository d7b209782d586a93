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
    let mut table = alloc::vec![FREE; size as usize];
    let heaviest = weights.iter().copied().max().unwrap_or(0);
    if orders.is_empty() || heaviest == 0 || size == 0 {
        return table;
    }
    let mut next: Vec<u32> = orders.iter().map(|(offset, _)| offset % size).collect();
    let mut credit = alloc::vec![0_u32; orders.len()];
    let even = weights.iter().all(|weight| *weight == heaviest);
    let mut left = size;
    while left > 0 {
        for node in 0..orders.len() {
            if !even {
                credit[node] += weights.get(node).copied().unwrap_or(heaviest);
                if credit[node] < heaviest {
                    continue;
                }
                credit[node] -= heaviest;
            }
            let skip = orders[node].1;
            let mut at = next[node];
            while table[at as usize] != FREE {
                at += skip;
                if at >= size {
                    at -= size;
                }
            }
            table[at as usize] = node as u32;
            at += skip;
            next[node] = if at >= size { at - size } else { at };
            left -= 1;
            if left == 0 {
                break;
            }
        }
    }
    table
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
}

impl Maglev {
    /// The size that the paper and others take.
    pub const SIZE: u32 = 65_537;

    /// A table of at least so many slots.
    #[must_use]
    pub fn new(size: u32) -> Self {
        Self { size: prime_from(size), nodes: Vec::new(), table: Vec::new() }
    }

    /// The slots in order.
    #[must_use]
    pub fn table(&self) -> &[NodeId] {
        &self.table
    }

    /// Lets many nodes in, filling the table once.
    pub fn join_all(&mut self, places: &[Place<'_>]) {
        for place in places {
            self.nodes.retain(|(node, ..)| *node != place.node);
            self.nodes.push((place.node, place.name.into(), place.weight.max(1)));
        }
        self.build();
    }

    fn build(&mut self) {
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
        let nodes = &self.nodes;
        self.table = if nodes.is_empty() {
            Vec::new()
        } else {
            fill(self.size, &orders, &weights).iter().map(|node| nodes[*node as usize].0).collect()
        };
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
        self.nodes.retain(|(other, ..)| *other != node);
        self.build();
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
