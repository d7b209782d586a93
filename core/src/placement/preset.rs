//! Rings exactly as products lay them: ketama for memcached, Cassandra's two partitioners.
//!
//! Their points depend on all nodes together, by the share of weight or by even distances, so each
//! has its own way to let a node in.

use super::ring::{Circle, Ring};
use super::{Owners, Place, Placement, Spot};
use crate::base::hash::md5;
use crate::base::{NodeId, order};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The points of libketama: for each server with its memory, 40 digests a server in the mean, four
/// points a digest. The share is worked out in single precision, as the library does.
#[must_use]
pub fn ketama_points(servers: &[(&str, u64)]) -> Vec<(u32, usize)> {
    let memory: u128 = servers.iter().map(|(_, memory)| u128::from(*memory)).sum();
    let mut points = Vec::new();
    for (number, (address, own)) in servers.iter().enumerate() {
        let share = *own as f32 / memory.max(1) as f32;
        let digests = (f64::from(share) * 40.0 * servers.len() as f64) as f32 as u32;
        for digest in 0..digests {
            let bytes = md5(format!("{address}-{digest}").as_bytes());
            for four in bytes.chunks_exact(4) {
                points.push((u32::from_le_bytes([four[0], four[1], four[2], four[3]]), number));
            }
        }
    }
    order::sort(&mut points);
    points
}

/// A ring that a product lays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    ring: Ring,
    nodes: Vec<(NodeId, String, u32)>,
}

impl Preset {
    /// An empty ring on that circle.
    #[must_use]
    pub fn new(circle: Circle) -> Self {
        Self { ring: Ring::on(circle, 1), nodes: Vec::new() }
    }

    /// The ring beneath.
    #[must_use]
    pub fn ring(&self) -> &Ring {
        &self.ring
    }

    /// Lets many nodes in at once: tokens then lie at even distances.
    pub fn join_all(&mut self, places: &[Place<'_>]) {
        self.nodes =
            places.iter().map(|place| (place.node, place.name.into(), place.weight)).collect();
        let count = places.len().max(1) as u128;
        let even = (0..)
            .zip(places)
            .map(|(number, place): (u128, _)| (((number << 64) / count) as u64, place.node));
        self.ring = match self.ring.circle() {
            Circle::Ketama => self.ketama(),
            circle => Ring::of(circle, even.collect()),
        };
    }

    fn ketama(&self) -> Ring {
        let servers: Vec<(&str, u64)> = self
            .nodes
            .iter()
            .map(|(_, name, weight)| (name.as_str(), u64::from(*weight)))
            .collect();
        let points = ketama_points(&servers).into_iter();
        let nodes = &self.nodes;
        Ring::of(
            Circle::Ketama,
            points.map(|(point, at)| (u64::from(point) << 32, nodes[at].0)).collect(),
        )
    }
}

impl Placement for Preset {
    fn owners(&self, spot: Spot<'_>, count: usize) -> Owners {
        self.ring.owners(spot, count)
    }

    fn owner(&self, spot: Spot<'_>) -> Option<NodeId> {
        self.ring.owner(spot)
    }

    fn reads_keys(&self) -> bool {
        self.ring.reads_keys()
    }

    fn share(&self, node: NodeId) -> u32 {
        self.ring.share(node)
    }

    fn bytes(&self) -> u64 {
        self.ring.bytes()
    }

    fn join(&mut self, place: &Place<'_>) {
        let known = self.nodes.iter_mut().find(|(node, ..)| *node == place.node);
        let new = known.is_none();
        match known {
            Some(known) => known.2 = place.weight,
            None => self.nodes.push((place.node, place.name.into(), place.weight)),
        }
        match self.ring.circle() {
            Circle::Ketama => self.ring = self.ketama(),
            // A token cannot weigh more or less.
            _ if !new => {}
            circle => {
                // A new node takes the upper half of the widest arc.
                let mut points = self.ring.points().to_vec();
                let mut before = points.last().map_or(0, |(last, _)| *last);
                let mut widest = (0, 0);
                for (point, _) in &points {
                    let arc = point.wrapping_sub(before);
                    if arc > widest.0 || points.len() == 1 {
                        widest = (
                            arc,
                            before.wrapping_add(if points.len() == 1 { 1 << 63 } else { arc / 2 }),
                        );
                    }
                    before = *point;
                }
                points.push((widest.1, place.node));
                self.ring = Ring::of(circle, points);
            }
        }
    }

    fn leave(&mut self, node: NodeId) {
        self.nodes.retain(|(other, ..)| *other != node);
        match self.ring.circle() {
            Circle::Ketama => self.ring = self.ketama(),
            _ => self.ring.leave(node),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ketama_lays_as_many_points_as_the_library() {
        let equal = [("10.0.1.1:11211", 600), ("10.0.1.2:11211", 600), ("10.0.1.3:11211", 600)];
        assert_eq!(ketama_points(&equal).len(), 480);
        assert_eq!(ketama_points(&[]).len(), 0);
        assert_eq!(ketama_points(&[("a", 0)]).len(), 0);
    }

    #[test]
    fn tokens_lie_at_even_distances_and_a_new_one_halves_the_widest_arc() {
        let mut ring = Preset::new(Circle::Cassandra);
        let names = ["n1", "n2", "n3", "n4"];
        let places: Vec<Place<'_>> = (0..)
            .zip(names)
            .map(|(number, name)| Place { node: NodeId(number), name, weight: 100 })
            .collect();
        ring.join_all(&places);
        assert!((0..4).all(|node| ring.share(NodeId(node)) == 250_000));
        ring.join(&Place { node: NodeId(9), name: "n5", weight: 100 });
        assert_eq!(ring.share(NodeId(9)), 125_000);
        ring.leave(NodeId(9));
        assert!((0..4).all(|node| ring.share(NodeId(node)) == 250_000));
    }
}
