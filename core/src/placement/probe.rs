//! Multi-probe: one point a node, and a key tries several places and takes the nearest point.
//!
//! ```text
//! probes ○ ○ ○        the one with the shortest way clockwise to a point decides
//! ───○─────●──○●───────○────────●──
//!              ▲ owner
//! ```
//!
//! As even at the peak as a ring with very many points, with one point a node; the lookup pays for
//! it, k probes instead of one. With k probes the fullest node has about 1 + 1/(k-1) times the mean.
//! Appleton and O'Reilly, 2015.

use super::ring::Ring;
use super::{Owners, Place, Placement, Spot};
use crate::base::NodeId;
use crate::base::hash::mix;

/// A ring of single points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MultiProbe {
    ring: Ring,
    probes: u32,
}

/// So many places tell the shares.
const SAMPLE: u64 = 20_000;

/// The index of the points has two to so many stretches.
const INDEX_BITS: u32 = 10;

impl MultiProbe {
    /// An empty ring on which a key tries so many places.
    #[must_use]
    pub fn new(probes: u32) -> Self {
        Self { ring: Ring::new(1).indexed(INDEX_BITS), probes: probes.max(1) }
    }

    /// How many places a key tries.
    #[must_use]
    pub fn probes(&self) -> u32 {
        self.probes
    }

    /// The points by position.
    #[must_use]
    pub fn points(&self) -> &[(u64, NodeId)] {
        self.ring.points()
    }

    /// The owners of places picked evenly: no closed form of the shares is known.
    pub fn sample(&self) -> impl Iterator<Item = NodeId> {
        (0..SAMPLE).filter_map(|number| self.ring.at(self.chosen(mix(number))))
    }

    /// The place that decides for a key.
    #[must_use]
    pub fn chosen(&self, position: u64) -> u64 {
        let mut best = (u64::MAX, position);
        for probe in 0..u64::from(self.probes) {
            let place = mix(position.wrapping_add(probe.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
            let distance = self.ring.distance(place);
            // Equal ways are decided by the place, so that the order of the probes does not count.
            if distance < best.0 || (distance == best.0 && place < best.1) {
                best = (distance, place);
            }
        }
        best.1
    }
}

impl Placement for MultiProbe {
    fn owners(&self, spot: Spot<'_>, count: usize) -> Owners {
        self.ring.from(self.chosen(spot.position), count)
    }

    fn owner(&self, spot: Spot<'_>) -> Option<NodeId> {
        self.ring.at(self.chosen(spot.position))
    }

    /// Taken from a sample of places: no closed form is known.
    fn share(&self, node: NodeId) -> u32 {
        let hits = self.sample().filter(|owner| *owner == node).count() as u64;
        (hits * 1_000_000 / SAMPLE) as u32
    }

    fn bytes(&self) -> u64 {
        12 * self.ring.points().len() as u64
    }

    fn join(&mut self, place: &Place<'_>) {
        self.ring.join(&Place { weight: 100, ..place.clone() });
    }

    fn leave(&mut self, node: NodeId) {
        self.ring.leave(node);
    }
}
