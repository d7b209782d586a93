//! The hash ring: nodes and keys on one circle, and the first node clockwise owns the key.
//!
//! ```text
//!            n1
//!        ╭───●───╮          a key at ○ belongs to n2, the next point clockwise;
//!     n4 ●   ○→  ● n2       a new node takes the arc before its own point,
//!        ╰───●───╯          and nothing else moves
//!            n3
//! ```
//!
//! One point a node leaves arcs of very different lengths; many points a node ("vnodes") even them
//! out, the spread falling like 1/√V. A heavier node has more points. Karger et al., STOC 1997.

use super::{Owners, Place, Placement};
use crate::base::hash::position;
use crate::base::{NodeId, order};
use alloc::format;
use alloc::vec::Vec;

/// Points on the circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ring {
    points: Vec<(u64, NodeId)>,
    nodes: usize,
}

impl Ring {
    /// A ring with `vnodes` points for a node of weight 100, at least one for every node.
    #[must_use]
    pub fn new(places: &[Place<'_>], vnodes: u32) -> Self {
        let mut points = Vec::new();
        for place in places {
            for number in 0..points_of(vnodes, place.weight) {
                points.push((position(&format!("{}#{number}", place.name)), place.node));
            }
        }
        order::sort(&mut points);
        Self { points, nodes: places.len() }
    }

    /// The points, by position.
    #[must_use]
    pub fn points(&self) -> &[(u64, NodeId)] {
        &self.points
    }
}

/// How many points a node has.
#[must_use]
pub fn points_of(vnodes: u32, weight: u32) -> u32 {
    ((u64::from(vnodes) * u64::from(weight) + 50) / 100).clamp(1, 100_000) as u32
}

impl Placement for Ring {
    fn owners(&self, position: u64, count: usize) -> Owners {
        let mut owners = Owners::NONE;
        let wanted = count.min(self.nodes).min(Owners::MAX);
        let first = self.points.partition_point(|(point, _)| *point < position);
        for (_, node) in self.points[first..].iter().chain(&self.points[..first]) {
            if owners.as_slice().len() == wanted {
                break;
            }
            owners.add(*node);
        }
        owners
    }

    fn share(&self, node: NodeId) -> u32 {
        let Some((last, _)) = self.points.last() else { return 0 };
        let mut before = *last;
        let mut places: u128 = 0;
        for (point, owner) in &self.points {
            let arc = point.wrapping_sub(before);
            if *owner == node {
                places += if self.points.len() == 1 { 1 << 64 } else { u128::from(arc) };
            }
            before = *point;
        }
        ((places * 1_000_000) >> 64) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::hash::mix;
    use alloc::string::String;

    fn ring(count: u32, vnodes: u32, replicas: usize) -> impl Fn(u64) -> Owners {
        let names: Vec<String> = (0..count).map(|n| format!("n{}", n + 1)).collect();
        let places: Vec<Place<'_>> = names
            .iter()
            .zip(0..)
            .map(|(name, n)| Place { node: NodeId(n), name, weight: 100 })
            .collect();
        let ring = Ring::new(&places, vnodes);
        move |key| ring.owners(mix(key), replicas)
    }

    #[test]
    fn a_joining_node_takes_keys_and_no_key_moves_between_others() {
        for nodes in [4, 10, 100] {
            let (before, after) = (ring(nodes, 150, 1), ring(nodes + 1, 150, 1));
            let mut moved = 0;
            for key in 0..50_000 {
                let (was, is) = (before(key), after(key));
                if was != is {
                    moved += 1;
                    assert_eq!(is.as_slice(), [NodeId(nodes)]);
                }
            }
            let expected = 50_000 / (i64::from(nodes) + 1);
            assert!((moved - expected).abs() < expected / 3, "{nodes}: {moved} of {expected}");
        }
    }

    #[test]
    fn replicas_are_distinct_and_as_many_as_there_can_be() {
        let owners = ring(3, 8, 5);
        for key in 0..1_000 {
            let of_key = owners(key);
            let mut nodes = of_key.as_slice().to_vec();
            nodes.sort_unstable();
            assert_eq!(nodes, [NodeId(0), NodeId(1), NodeId(2)]);
        }
    }

    #[test]
    fn the_first_point_clockwise_owns_and_the_end_wraps() {
        // Points at 0, 25, 50 and 75 per cent of the circle; a fifth at 60 takes 50 to 60 only.
        let quarter = 1_u64 << 62;
        let points: Vec<(u64, NodeId)> =
            (0..4).map(|n| (quarter.wrapping_mul(n), NodeId(n as u32))).collect();
        let before = Ring { points: points.clone(), nodes: 4 };
        let mut more = points;
        more.insert(3, (u64::MAX / 100 * 60, NodeId(9)));
        let after = Ring { points: more, nodes: 5 };
        assert_eq!(before.owners(quarter * 3 + 1, 1).as_slice(), [NodeId(0)]);
        for percent in 0..100 {
            let at = u64::MAX / 100 * percent + u64::MAX / 200;
            let moved = before.owners(at, 1) != after.owners(at, 1);
            assert_eq!(moved, (50..60).contains(&percent), "{percent}");
        }
        assert_eq!(after.share(NodeId(9)), 99_999);
        assert_eq!((0..4).map(|n| before.share(NodeId(n))).sum::<u32>(), 1_000_000);
    }

    #[test]
    fn a_ring_without_nodes_has_no_owner() {
        assert_eq!(Ring::new(&[], 150).owners(5, 3), Owners::NONE);
        assert_eq!(Ring::new(&[], 150).share(NodeId(0)), 0);
    }
}
