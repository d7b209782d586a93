//! Where two copies differ, without sending them: a tree of hashes over stretches of the 2^64 places.
//!
//! A leaf is the sum of the hashes of what lies in its stretch, so that it is kept up to date entry by entry in
//! any order; a node is a hash of its two children. Two trees are compared from the top: what is equal is not
//! looked into, so d different stretches cost at most 2·d·depth comparisons and one.

use crate::base::hash::mix;
use alloc::vec::Vec;

/// A tree has at most two to so many leaves.
pub const DEPTH_MAX: u32 = 16;

/// A tree of hashes. The root is at 1, the children of `i` at `2i` and `2i + 1`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tree {
    depth: u32,
    nodes: Vec<u64>,
}

/// Where two trees differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The stretches, as numbers of leaves.
    pub leaves: Vec<u32>,
    /// How many hashes were compared.
    pub compared: u32,
}

impl Tree {
    /// The tree of no entries with two to the power of `depth` leaves.
    #[must_use]
    pub fn new(depth: u32) -> Self {
        let depth = depth.min(DEPTH_MAX);
        let leaves = 1 << depth;
        let mut tree = Self { depth, nodes: alloc::vec![0; 2 * leaves] };
        for at in (1..leaves).rev() {
            tree.sum(at);
        }
        tree
    }

    /// The leaf of a place.
    #[must_use]
    pub fn leaf(&self, position: u64) -> u32 {
        // A shift by all 64 bits, for a tree of one leaf, leaves nothing.
        position.checked_shr(64 - self.depth).unwrap_or(0) as u32
    }

    /// An entry is there now; the digest says what it holds.
    pub fn add(&mut self, position: u64, digest: u64) {
        self.change(position, |leaf| leaf.wrapping_add(weigh(position, digest)));
    }

    /// An entry that was added is not there any more.
    pub fn remove(&mut self, position: u64, digest: u64) {
        self.change(position, |leaf| leaf.wrapping_sub(weigh(position, digest)));
    }

    /// The hash of everything.
    #[must_use]
    pub fn root(&self) -> u64 {
        self.nodes[1]
    }

    /// How many bytes it takes to send it.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        8 * self.nodes.len() as u64
    }

    /// Where another tree differs; nothing can be said of one of another depth.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<Difference> {
        if self.depth != other.depth {
            return None;
        }
        let (mut leaves, mut compared, first) = (Vec::new(), 0, 1 << self.depth);
        let mut open = alloc::vec![1_usize];
        while let Some(at) = open.pop() {
            compared += 1;
            if self.nodes[at] == other.nodes[at] {
                continue;
            }
            if at >= first {
                leaves.push((at - first) as u32);
            } else {
                open.extend([2 * at + 1, 2 * at]);
            }
        }
        Some(Difference { leaves, compared })
    }

    fn change(&mut self, position: u64, change: impl FnOnce(u64) -> u64) {
        let mut at = (1 << self.depth) + self.leaf(position) as usize;
        self.nodes[at] = change(self.nodes[at]);
        while at > 1 {
            at /= 2;
            self.sum(at);
        }
    }

    fn sum(&mut self, at: usize) {
        let (left, right) = (self.nodes[2 * at], self.nodes[2 * at + 1]);
        self.nodes[at] = mix(mix(left).wrapping_add(right.rotate_left(32)));
    }
}

fn weigh(position: u64, digest: u64) -> u64 {
    mix(mix(position) ^ digest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;
    use alloc::collections::{BTreeMap, BTreeSet};

    #[test]
    fn trees_differ_where_the_sets_do_and_at_the_cost_that_is_said() {
        let mut found = 0;
        for seed in 0..400 {
            let mut rng = Rng::derive(seed, 5);
            let depth = rng.below(11) as u32;
            let (mut left, mut right) = (Tree::new(depth), Tree::new(depth));
            let mut sets: [BTreeMap<u64, u64>; 2] = Default::default();
            for _ in 0..rng.below(300) {
                let (position, digest) = (rng.bits(), rng.bits());
                for (set, tree) in sets.iter_mut().zip([&mut left, &mut right]) {
                    if rng.chance(990_000) {
                        set.insert(position, digest);
                        tree.add(position, digest);
                    }
                }
            }
            for (set, tree) in sets.iter_mut().zip([&mut left, &mut right]) {
                let changed: Vec<u64> =
                    set.keys().copied().filter(|_| rng.chance(10_000)).collect();
                for position in changed {
                    let digest = rng.bits();
                    let old = set.insert(position, digest).expect("it is there");
                    tree.remove(position, old);
                    tree.add(position, digest);
                }
            }
            let differs = |position: &u64| sets[0].get(position) != sets[1].get(position);
            let all = sets.iter().flat_map(BTreeMap::keys).filter(|at| differs(at));
            let expected: BTreeSet<u32> = all.map(|position| left.leaf(*position)).collect();
            let difference = left.difference(&right).expect("of one depth");
            assert!(expected.iter().eq(&difference.leaves), "seed {seed}");
            let bound = 2 * expected.len() as u32 * depth + 1;
            assert!(difference.compared <= bound, "seed {seed}: {difference:?} above {bound}");
            assert_eq!(left.root() == right.root(), expected.is_empty(), "seed {seed}");
            found += expected.len();
        }
        assert!(found > 500, "{found}");
    }

    #[test]
    fn a_tree_is_that_of_its_entries_whatever_came_and_went() {
        let (mut one, mut other) = (Tree::new(6), Tree::new(6));
        for entry in 0..50 {
            one.add(mix(entry), entry);
            other.add(mix(49 - entry), 49 - entry);
        }
        other.add(7, 7);
        assert_ne!(one, other);
        other.remove(7, 7);
        assert_eq!(one, other);
        assert_eq!(one.difference(&Tree::new(5)), None);
        assert_eq!(Tree::new(99).leaf(u64::MAX), (1 << DEPTH_MAX) - 1);
    }
}
