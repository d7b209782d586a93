//! Nodes placed by one of the strategies: a closed set, so that a map is a plain value.

use super::keys::KeySet;
use super::layered::Layered;
use super::preset::Preset;
use super::ring::{Circle, shares};
use super::{
    Anchor, Bounded, Directory, Jump, Laid, List, Maglev, Modulo, MultiProbe, Owners, Place,
    Placement, Range, Rendezvous, Ring, Skeleton, Slots, Spot, Strategy,
};
use crate::base::NodeId;
use crate::base::ordered::Ordered;
use alloc::vec::Vec;

/// Nodes and where keys go among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placed {
    /// By the rest of a division.
    Modulo(Modulo),
    /// On a circle.
    Ring(Ring),
    /// On a circle, by hand.
    Laid(Laid),
    /// On a product's circle.
    Preset(Preset),
    /// By the highest score.
    Rendezvous(Rendezvous),
    /// By the highest score on a tree.
    Skeleton(Skeleton),
    /// By jumps.
    Jump(Jump),
    /// By a table filled in turns.
    Maglev(Maglev),
    /// By several probes.
    MultiProbe(MultiProbe),
    /// On a circle, by load.
    Bounded(Bounded),
    /// Among working buckets.
    Anchor(Anchor),
    /// By slots.
    Slots(Slots),
    /// By order.
    Range(Range),
    /// By a list of values.
    List(List),
    /// By levels of partitions.
    Layered(Layered),
    /// By entries.
    Directory(Directory),
}

impl Placed {
    /// No nodes yet, by that strategy.
    #[must_use]
    pub fn new(strategy: &Strategy) -> Self {
        match strategy {
            Strategy::Modulo => Self::Modulo(Modulo::default()),
            Strategy::Ring {
                circle: circle @ (Circle::Ketama | Circle::Cassandra | Circle::Random),
                ..
            } => Self::Preset(Preset::new(*circle)),
            Strategy::Ring { vnodes, circle } => Self::Ring(Ring::on(*circle, *vnodes)),
            Strategy::Laid { points } => Self::Laid(Laid::new(points)),
            Strategy::Rendezvous => Self::Rendezvous(Rendezvous::default()),
            Strategy::Skeleton { fan } => Self::Skeleton(Skeleton::new(*fan)),
            Strategy::Jump => Self::Jump(Jump::default()),
            Strategy::Maglev { size } => Self::Maglev(Maglev::new(*size)),
            Strategy::MultiProbe { probes } => Self::MultiProbe(MultiProbe::new(*probes)),
            Strategy::Bounded { vnodes, over } => Self::Bounded(Bounded::new(*vnodes, *over)),
            Strategy::Anchor { capacity } => Self::Anchor(Anchor::new(*capacity)),
            Strategy::Slots { count, slotting } => Self::Slots(Slots::new(*count, *slotting)),
            Strategy::Range { splits, each, .. } => Self::Range(Range::new(splits, *each)),
            Strategy::List { values } => Self::List(List::new(values)),
            Strategy::Layered { levels } => Self::Layered(Layered::new(levels)),
            Strategy::Directory => Self::Directory(Directory::default()),
        }
    }

    /// These nodes by that strategy.
    #[must_use]
    pub fn of(strategy: &Strategy, places: &[Place<'_>]) -> Self {
        let mut placed = Self::new(strategy);
        match &mut placed {
            // Tables that are filled once for all, and tokens at even distances.
            Self::Maglev(maglev) => maglev.join_all(places),
            Self::Preset(preset) => preset.join_all(places),
            _ => places.iter().for_each(|place| placed.join(place)),
        }
        placed
    }

    /// Sees the keys that there are; strategies that place by them draw their lines.
    pub fn learn<'k>(&mut self, keys: impl Iterator<Item = &'k [u8]>) {
        match self {
            Self::Range(range) => range.learn(keys),
            Self::Directory(directory) => directory.learn(keys),
            _ => {}
        }
    }

    /// True if it wants to see keys before it places them.
    #[must_use]
    pub fn learns(&self) -> bool {
        matches!(self, Self::Range(_) | Self::Directory(_))
    }

    /// Lays what a key belongs to on a node: its slot, its range, its value or its tenant. False if
    /// this strategy moves nothing alone.
    pub fn give(&mut self, key: &[u8], node: NodeId) -> bool {
        match self {
            Self::Slots(slots) => slots.give(slots.slot(Spot::of(key)), node),
            Self::Layered(layered) => layered.give(layered.partition(key), node),
            Self::Range(range) => range.give(key, node),
            Self::List(list) => list.give(super::list::first_part(key), node),
            Self::Directory(directory) => directory.give(super::list::first_part(key), node),
            _ => return false,
        }
        true
    }

    /// The points on a circle, by position; none if it has none.
    #[must_use]
    pub fn points(&self) -> &[(u64, NodeId)] {
        match self {
            Self::Ring(ring) => ring.points(),
            Self::Laid(laid) => laid.ring().points(),
            Self::Preset(preset) => preset.ring().points(),
            Self::MultiProbe(probe) => probe.points(),
            Self::Bounded(bounded) => bounded.ring().points(),
            _ => &[],
        }
    }

    /// The node of each fixed piece, such as slots; none if it has none.
    #[must_use]
    pub fn pieces(&self) -> &[NodeId] {
        match self {
            Self::Slots(slots) => slots.pieces(),
            Self::Layered(layered) => layered.pieces(),
            Self::Maglev(maglev) => maglev.table(),
            _ => &[],
        }
    }

    /// What share of all places each of these nodes has, in millionths.
    #[must_use]
    pub fn shares(&self, nodes: &[NodeId]) -> Vec<u32> {
        let counted = |owners: &mut dyn Iterator<Item = NodeId>| -> Vec<u32> {
            let mut counts: Ordered<NodeId, u64> = Ordered::new();
            let mut all = 0;
            for owner in owners {
                *counts.of(owner) += 1;
                all += 1;
            }
            let count = |node| counts.get(node).copied().unwrap_or(0);
            nodes.iter().map(|node| (count(node) * 1_000_000 / all.max(1)) as u32).collect()
        };
        match self {
            Self::MultiProbe(probe) => counted(&mut probe.sample()),
            _ if !self.points().is_empty() => shares(self.points(), nodes),
            _ if !self.pieces().is_empty() => counted(&mut self.pieces().iter().copied()),
            _ => nodes.iter().map(|node| self.share(*node)).collect(),
        }
    }

    /// The nodes in the order in which a key would go to them; all of them on a circle, as many as a
    /// key can have elsewhere.
    #[must_use]
    pub fn walk(&self, spot: Spot<'_>) -> Vec<NodeId> {
        let (circle, points) = match self {
            Self::Ring(ring) => (ring.circle(), ring.points()),
            Self::Laid(laid) => (laid.ring().circle(), laid.ring().points()),
            Self::Preset(preset) => (preset.ring().circle(), preset.ring().points()),
            _ => return self.owners(spot, Owners::MAX).as_slice().to_vec(),
        };
        let at = circle.of(spot);
        let from = points.partition_point(|(point, _)| *point < at);
        let mut walk = Vec::new();
        for (_, node) in points[from..].iter().chain(&points[..from]) {
            if !walk.contains(node) {
                walk.push(*node);
            }
        }
        walk
    }

    fn inner(&self) -> &dyn Placement {
        match self {
            Self::Modulo(placed) => placed,
            Self::Ring(placed) => placed,
            Self::Laid(placed) => placed,
            Self::Preset(placed) => placed,
            Self::Rendezvous(placed) => placed,
            Self::Skeleton(placed) => placed,
            Self::Jump(placed) => placed,
            Self::Maglev(placed) => placed,
            Self::MultiProbe(placed) => placed,
            Self::Bounded(placed) => placed,
            Self::Anchor(placed) => placed,
            Self::Slots(placed) => placed,
            Self::Range(placed) => placed,
            Self::List(placed) => placed,
            Self::Layered(placed) => placed,
            Self::Directory(placed) => placed,
        }
    }

    fn inner_mut(&mut self) -> &mut dyn Placement {
        match self {
            Self::Modulo(placed) => placed,
            Self::Ring(placed) => placed,
            Self::Laid(placed) => placed,
            Self::Preset(placed) => placed,
            Self::Rendezvous(placed) => placed,
            Self::Skeleton(placed) => placed,
            Self::Jump(placed) => placed,
            Self::Maglev(placed) => placed,
            Self::MultiProbe(placed) => placed,
            Self::Bounded(placed) => placed,
            Self::Anchor(placed) => placed,
            Self::Slots(placed) => placed,
            Self::Range(placed) => placed,
            Self::List(placed) => placed,
            Self::Layered(placed) => placed,
            Self::Directory(placed) => placed,
        }
    }
}

impl Placement for Placed {
    fn owners(&self, spot: Spot<'_>, count: usize) -> Owners {
        self.inner().owners(spot, count)
    }

    fn owner(&self, spot: Spot<'_>) -> Option<NodeId> {
        self.inner().owner(spot)
    }

    fn place(&self, keys: &KeySet) -> Vec<NodeId> {
        self.inner().place(keys)
    }

    fn share(&self, node: NodeId) -> u32 {
        self.inner().share(node)
    }

    fn bytes(&self) -> u64 {
        self.inner().bytes()
    }

    fn join(&mut self, place: &Place<'_>) {
        self.inner_mut().join(place);
    }

    fn leave(&mut self, node: NodeId) {
        self.inner_mut().leave(node);
    }
}
