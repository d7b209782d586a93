//! A ring with points laid by hand: the picture of the textbook, to the percent.
//!
//! ```text
//! n1 at 0 %   n2 at 25 %   n3 at 50 %   n4 at 75 %        n5 comes at 60 %: it takes 50 % to 60 %
//! ```

use super::ring::{Circle, Ring};
use super::{Owners, Place, Placement, Spot};
use crate::base::NodeId;
use crate::base::hash::Family;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A ring whose points stand in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Laid {
    /// The name of a node and where its point lies, of 2^64 places.
    points: Arc<[(Arc<str>, u64)]>,
    ring: Ring,
}

impl Laid {
    /// These points, of no node yet.
    #[must_use]
    pub fn new(points: &Arc<[(Arc<str>, u64)]>) -> Self {
        let ring = Ring::of(Circle::Wide(Family::Xxh3), Vec::new());
        Self { points: points.clone(), ring }
    }

    /// The ring beneath.
    #[must_use]
    pub fn ring(&self) -> &Ring {
        &self.ring
    }
}

impl Placement for Laid {
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
        let mut points = self.ring.points().to_vec();
        points.retain(|(_, node)| *node != place.node);
        let own = self.points.iter().filter(|(name, _)| **name == *place.name);
        let before = points.len();
        points.extend(own.map(|(_, at)| (*at, place.node)));
        if points.len() == before {
            // Nobody said where: its name does.
            points.push((Family::Xxh3.of(place.name.as_bytes()), place.node));
        }
        self.ring = Ring::of(self.ring.circle(), points);
    }

    fn leave(&mut self, node: NodeId) {
        self.ring.leave(node);
    }
}
