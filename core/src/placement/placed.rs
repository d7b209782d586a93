//! Nodes placed by one of the strategies: a closed set, so that a map is a plain value.

use super::keys::KeySet;
use super::layered::Layered;
use super::preset::Preset;
use super::ring::{Circle, shares};
use super::{
    Anchor, Bounded, Directory, Jump, Laid, List, Maglev, Modulo, MultiProbe, Owners, Place,
    Placement, Range, Rendezvous, Ring, Skeleton, Slots, Spot, Strategy,
};
use crate::base::hash::mix;
use crate::base::{NodeId, order};
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

    /// True if nodes come together at the start: a table is filled once for all of them, and tokens
    /// lie at even distances.
    #[must_use]
    pub fn joins_together(&self) -> bool {
        matches!(self, Self::Maglev(_) | Self::Preset(_))
    }

    /// Lets nodes in. Nothing may be looked up until [`Self::advance`] is through.
    pub fn join_later(&mut self, places: &[Place<'_>]) {
        match self {
            Self::Maglev(maglev) => maglev.join_later(places),
            // Its tokens lie at even distances only for those that come first.
            Self::Preset(preset) if preset.ring().points().is_empty() => preset.join_all(places),
            _ => places.iter().for_each(|place| self.join(place)),
        }
    }

    /// Lets a node go. Nothing may be looked up until [`Self::advance`] is through.
    pub fn leave_later(&mut self, node: NodeId) {
        match self {
            Self::Maglev(maglev) => maglev.leave_later(node),
            _ => self.leave(node),
        }
    }

    /// Works on a table that takes long, until so much work is done; true once it can be used.
    pub fn advance(&mut self, work: &mut u64) -> bool {
        match self {
            Self::Maglev(maglev) => maglev.advance(work),
            _ => true,
        }
    }

    /// About how much work it is to look a key up: a look at a node, a point or a slot is one.
    #[must_use]
    pub fn lookup_cost(&self) -> u64 {
        match self {
            Self::Rendezvous(_) => self.bytes() / 16 + 4,
            Self::MultiProbe(probe) => 16 * u64::from(probe.probes()) + 4,
            Self::Skeleton(_) | Self::Jump(_) | Self::Anchor(_) => 64,
            _ => 16,
        }
    }

    /// About how much work it was to let a node in or go, without a table that is filled later.
    #[must_use]
    pub fn change_cost(&self) -> u64 {
        64 + match self {
            Self::Maglev(_) => 0,
            Self::Layered(_) | Self::Slots(_) => 2 * self.pieces().len() as u64,
            Self::Directory(_) => self.bytes(),
            _ => self.points().len() as u64,
        }
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
        // A table may have millions of pieces, so they are counted by number.
        let width = nodes.iter().map(|node| node.index() + 1).max().unwrap_or(0);
        let counted = |owners: &mut dyn Iterator<Item = NodeId>| -> Vec<u32> {
            let mut counts = alloc::vec![0_u64; width];
            let mut all = 0;
            for owner in owners {
                if let Some(count) = counts.get_mut(owner.index()) {
                    *count += 1;
                }
                all += 1;
            }
            let count = |node: &NodeId| counts.get(node.index()).copied().unwrap_or(0);
            nodes.iter().map(|node| (count(node) * 1_000_000 / all.max(1)) as u32).collect()
        };
        match self {
            Self::MultiProbe(probe) => counted(&mut probe.sample()),
            _ if !self.points().is_empty() => shares(self.points(), nodes),
            _ if !self.pieces().is_empty() => counted(&mut self.pieces().iter().copied()),
            _ => nodes.iter().map(|node| self.share(*node)).collect(),
        }
    }

    /// All of these nodes in the order in which a key would go to them: on a circle the order of the
    /// circle, without nodes that have no point on it; elsewhere the owners of as many copies as a key can
    /// have, and then the others, drawn by the key, so that a node that comes or goes shifts no other.
    #[must_use]
    pub fn walk(&self, spot: Spot<'_>, nodes: impl Iterator<Item = NodeId>) -> Vec<NodeId> {
        let ring = match self {
            Self::Ring(ring) => Some(ring),
            Self::Laid(laid) => Some(laid.ring()),
            Self::Preset(preset) => Some(preset.ring()),
            Self::Bounded(bounded) => Some(bounded.ring()),
            _ => None,
        };
        let (at, points) = match (self, ring) {
            (Self::MultiProbe(probe), _) => (probe.chosen(spot.position), probe.points()),
            (_, Some(ring)) => (ring.circle().of(spot), ring.points()),
            (_, None) => {
                let mut walk = self.owners(spot, Owners::MAX).as_slice().to_vec();
                let drawn = |node: NodeId| (mix(spot.position ^ mix(u64::from(node.0))), node);
                let mut rest: Vec<(u64, NodeId)> =
                    nodes.filter(|node| !walk.contains(node)).map(drawn).collect();
                order::sort(&mut rest);
                walk.extend(rest.into_iter().map(|(_, node)| node));
                return walk;
            }
        };
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

    fn place(&self, keys: &KeySet, range: core::ops::Range<usize>) -> Vec<NodeId> {
        self.inner().place(keys, range)
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
