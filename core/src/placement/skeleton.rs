//! Rendezvous on a skeleton: nodes are leaves of a tree, and a key draws scores from the root down.
//!
//! ```text
//!            ○ 7 nodes
//!        ╱       ╲            at each branch the children draw, weighted by the nodes below them
//!     ○ 4         ○ 3
//!    ╱ ╲         ╱ ╲
//!  n1…n2 n3…n4  n5…n6 n7
//! ```
//!
//! A lookup draws a few scores a level instead of one a node. A new node is hung behind the others:
//! its branch grows heavier, so keys go to that branch and, inside it, mostly to the new node. A node
//! that leaves from the middle hands its place to the last one.

use super::rendezvous::score;
use super::{Owners, Place, Placement, Spot};
use crate::base::NodeId;
use crate::base::hash::{Family, mix};
use alloc::vec::Vec;

/// Nodes on a tree whose branches have so many children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skeleton {
    fan: usize,
    nodes: Vec<(NodeId, u64, u32)>,
    /// The sum of all weights before each node, and of all behind the last one.
    sums: Vec<u64>,
}

impl Skeleton {
    /// An empty tree.
    #[must_use]
    pub fn new(fan: u32) -> Self {
        Self { fan: fan.clamp(2, 64) as usize, nodes: Vec::new(), sums: alloc::vec![0] }
    }

    fn weigh(&mut self) {
        self.sums = alloc::vec![0];
        let mut sum = 0;
        for (.., weight) in &self.nodes {
            sum += u64::from(*weight);
            self.sums.push(sum);
        }
    }

    /// The node at which a key's way down ends.
    fn descend(&self, key: u64) -> Option<NodeId> {
        let (nodes, sums) = (self.nodes.as_slice(), self.sums.as_slice());
        let len = nodes.len();
        if len == 0 {
            return None;
        }
        let mut width = 1;
        while width < len {
            width *= self.fan;
        }
        let mut first = 0;
        while width > 1 {
            width /= self.fan;
            // The draw, the weight and the place of the best child so far.
            let mut best: Option<(u64, u32, usize)> = None;
            for child in 0..self.fan {
                let from = first + child * width;
                if from >= len {
                    break;
                }
                let to = (from + width).min(len);
                let weight = (sums[to] - sums[from]).min(u64::from(u32::MAX)) as u32;
                // A branch is known by its place, a node by its name.
                let seed = match width {
                    1 => nodes[from].1,
                    _ => mix((from as u64) << 32 | width as u64),
                };
                let drawn = mix(key ^ seed);
                // No logarithm is needed where the higher draw has no less weight.
                let wins = best.is_none_or(|(highest, heaviest, _)| {
                    if drawn > highest && weight >= heaviest {
                        true
                    } else if drawn <= highest && weight <= heaviest {
                        false
                    } else {
                        score(drawn, weight) > score(highest, heaviest)
                    }
                });
                if wins {
                    best = Some((drawn, weight, from));
                }
            }
            first = best.map_or(first, |(.., from)| from);
        }
        self.nodes.get(first).map(|(node, ..)| *node)
    }
}

impl Placement for Skeleton {
    fn owners(&self, spot: Spot<'_>, count: usize) -> Owners {
        let mut owners = Owners::NONE;
        let wanted = count.min(self.nodes.len());
        let mut key = spot.position;
        for _ in 0..64 * count {
            if owners.len() >= wanted {
                return owners;
            }
            if let Some(node) = self.descend(key) {
                owners.add(node);
            }
            key = mix(key ^ 0x736b_656c);
        }
        let row: Vec<NodeId> = self.nodes.iter().map(|(node, ..)| *node).collect();
        owners.fill(&row, 0, wanted);
        owners
    }

    fn owner(&self, spot: Spot<'_>) -> Option<NodeId> {
        self.descend(spot.position)
    }

    fn share(&self, node: NodeId) -> u32 {
        let all = self.sums.last().copied().unwrap_or(0).max(1);
        let own = self.nodes.iter().find(|(other, ..)| *other == node);
        own.map_or(0, |(.., weight)| (u64::from(*weight) * 1_000_000 / all) as u32)
    }

    fn bytes(&self) -> u64 {
        24 * self.nodes.len() as u64
    }

    fn join(&mut self, place: &Place<'_>) {
        let seed = Family::Xxh3.of(place.name.as_bytes());
        match self.nodes.iter_mut().find(|(node, ..)| *node == place.node) {
            Some(known) => known.2 = place.weight.max(1),
            None => self.nodes.push((place.node, seed, place.weight.max(1))),
        }
        self.weigh();
    }

    fn leave(&mut self, node: NodeId) {
        if let Some(at) = self.nodes.iter().position(|(other, ..)| *other == node) {
            self.nodes.swap_remove(at);
        }
        self.weigh();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn shares_are_as_the_weights_and_a_branch_takes_what_its_nodes_weigh() {
        for weights in [[100; 7], [100, 200, 300, 100, 50, 250, 100]] {
            let mut tree = Skeleton::new(3);
            for (number, weight) in (0..).zip(weights) {
                let name = format!("n{number}");
                tree.join(&Place { node: NodeId(number), name: &name, weight });
            }
            let mut counts = [0_u32; 7];
            for key in 0..140_000 {
                let node = tree.owner(Spot { position: mix(key), key: &[] });
                counts[node.map_or(0, NodeId::index)] += 1;
            }
            let all: u32 = weights.iter().sum();
            for (count, weight) in counts.into_iter().zip(weights) {
                let wanted = 140_000 / all * weight;
                assert!(count.abs_diff(wanted) < 900, "{counts:?} for {weights:?}");
            }
        }
    }
}
