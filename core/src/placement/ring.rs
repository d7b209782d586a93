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
//!
//! Points lie sorted in one row. An index by the top bits of a position says where in the row to
//! begin, so that a lookup is two reads and a step or two instead of a binary search. A node that
//! joins is merged in, and the index is moved along with it: nothing is sorted again.

use super::{Owners, Place, Placement, Spot};
use crate::base::hash::tagged;
use crate::base::hash::{Family, md5, random_token};
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, order};
use alloc::format;
use alloc::vec::Vec;

/// How keys and points come to lie on the circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Circle {
    /// 2^64 places, by a hash; a node's points are `n1#0`, `n1#1` …
    Wide(Family),
    /// 2^32 places, by the upper half of a hash.
    Short(Family),
    /// `md5(key) % 2^32`; a node's points are `n1:0`, `n1:1` …
    Md5,
    /// The first four bytes of an MD5, the last one first; points as memcached clients lay them.
    Ketama,
    /// Cassandra's Murmur3 tokens; nodes lie at even distances.
    Cassandra,
    /// Cassandra's older MD5 tokens.
    Random,
}

tagged!(Circle {
    0 Wide(a),
    1 Short(a),
    2 Md5,
    3 Ketama,
    4 Cassandra,
    5 Random,
});

impl Circle {
    /// Where a key lies; narrow circles are stretched to 2^64 places.
    #[must_use]
    pub fn of(self, spot: Spot<'_>) -> u64 {
        match self {
            Self::Wide(Family::Xxh3) => spot.position,
            Self::Wide(family) => family.of(spot.key),
            Self::Short(family) => family.of(spot.key) & !0xffff_ffff,
            Self::Md5 => {
                let [.., a, b, c, d] = md5(spot.key);
                u64::from(u32::from_be_bytes([a, b, c, d])) << 32
            }
            Self::Ketama => {
                let [a, b, c, d, ..] = md5(spot.key);
                u64::from(u32::from_le_bytes([a, b, c, d])) << 32
            }
            Self::Cassandra => Family::Cassandra.of(spot.key) ^ 1 << 63,
            Self::Random => (random_token(spot.key) >> 63).min(u128::from(u64::MAX)) as u64,
        }
    }

    fn point(self, name: &str, number: u32) -> u64 {
        let text = match self {
            Self::Md5 => format!("{name}:{number}"),
            _ => format!("{name}#{number}"),
        };
        self.of(Spot::of(text.as_bytes()))
    }
}

/// Points on the circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ring {
    circle: Circle,
    vnodes: u32,
    /// The points by position, and behind them the first one again, at the end of the circle.
    row: Vec<(u64, NodeId)>,
    /// For each stretch of the circle, the first point that does not lie before it.
    index: Vec<u32>,
    shift: u32,
    /// The index has two to so many stretches at least.
    bits: u32,
    nodes: Vec<NodeId>,
}

impl Ring {
    /// An empty ring with so many points for a node of weight 100, on a wide circle.
    #[must_use]
    pub fn new(vnodes: u32) -> Self {
        Self::on(Circle::Wide(Family::Xxh3), vnodes)
    }

    /// An empty ring on a circle.
    #[must_use]
    pub fn on(circle: Circle, vnodes: u32) -> Self {
        let mut ring = Self {
            circle,
            vnodes,
            row: Vec::new(),
            index: Vec::new(),
            shift: 0,
            bits: 1,
            nodes: Vec::new(),
        };
        ring.build();
        ring
    }

    /// The same ring with an index of two to so many stretches at least: where points are few and
    /// lookups very many, nearly all begin at the very point.
    #[must_use]
    pub fn indexed(mut self, bits: u32) -> Self {
        self.bits = bits;
        self.row.pop();
        self.build();
        self
    }

    /// A ring of points that somebody else has laid.
    #[must_use]
    pub fn of(circle: Circle, mut points: Vec<(u64, NodeId)>) -> Self {
        order::sort(&mut points);
        let mut nodes: Vec<NodeId> = points.iter().map(|(_, node)| *node).collect();
        order::sort(&mut nodes);
        nodes.dedup();
        let (vnodes, index) = (1, Vec::new());
        let mut ring = Self { circle, vnodes, row: points, index, shift: 0, bits: 1, nodes };
        ring.build();
        ring
    }

    /// How keys come to lie on it.
    #[must_use]
    pub fn circle(&self) -> Circle {
        self.circle
    }

    /// The points, by position.
    #[must_use]
    pub fn points(&self) -> &[(u64, NodeId)] {
        &self.row[..self.len()]
    }

    /// How many points it has.
    #[must_use]
    fn len(&self) -> usize {
        self.row.len().saturating_sub(1)
    }

    /// The first point that does not lie before a position; the number of points if there is none.
    #[must_use]
    #[inline(always)]
    pub(super) fn first(&self, position: u64) -> usize {
        let (index, row) = (self.index.as_slice(), self.row.as_slice());
        let mut at = index[(position >> self.shift) as usize] as usize;
        while row[at].0 < position {
            at += 1;
        }
        at
    }

    /// The node of the point that lies at a very position.
    #[must_use]
    pub fn exactly(&self, position: u64) -> Option<NodeId> {
        let at = self.first(position);
        let (point, node) = self.points().get(at)?;
        (*point == position).then_some(*node)
    }

    /// The node that owns a position on the circle.
    #[must_use]
    #[inline(always)]
    pub fn at(&self, position: u64) -> Option<NodeId> {
        // The last entry of the row is the first point again, so the end needs no case of its own.
        let node = self.row.as_slice()[self.first(position)].1;
        (node != NodeId::WORLD).then_some(node)
    }

    /// How far it is clockwise from a position to the next point.
    #[must_use]
    #[inline(always)]
    pub fn distance(&self, position: u64) -> u64 {
        let at = self.first(position);
        let row = self.row.as_slice();
        // Behind the last point comes the first one.
        row[if at + 1 == row.len() { 0 } else { at }].0.wrapping_sub(position)
    }

    /// The nodes from a position on, clockwise, each once, until there are so many.
    #[must_use]
    pub fn from(&self, position: u64, count: usize) -> Owners {
        let mut owners = Owners::NONE;
        let wanted = count.min(self.nodes.len()).min(Owners::MAX);
        let first = self.first(position);
        let points = self.points();
        for (_, node) in points[first.min(points.len())..].iter().chain(points) {
            if owners.len() == wanted {
                break;
            }
            owners.add(*node);
        }
        owners
    }

    /// Lays the closing point and the index anew, for a row of points without the closing one.
    fn build(&mut self) {
        let len = self.row.len();
        // Between two and four stretches a point: most lookups begin at the very point.
        let bits = (usize::BITS - len.leading_zeros() + 1).clamp(self.bits, 24);
        self.shift = 64 - bits;
        self.index = Vec::with_capacity(1 << bits);
        for (at, (point, _)) in self.row.iter().enumerate() {
            let stretch = (point >> self.shift) as usize;
            if self.index.len() <= stretch {
                self.index.resize(stretch + 1, at as u32);
            }
        }
        self.index.resize(1 << bits, len as u32);
        let closing = self.row.first().map_or(NodeId::WORLD, |(_, node)| *node);
        self.row.push((u64::MAX, closing));
    }

    /// Merges sorted points of one node in, from behind, moving whole stretches at once.
    fn merge(&mut self, points: &[(u64, NodeId)]) {
        let old = self.len();
        if points.is_empty() {
            return;
        }
        if (old + points.len()) * 2 > self.index.len() {
            self.row.pop();
            self.row.extend_from_slice(points);
            let (mut left, mut right, mut at) = (old, points.len(), old + points.len());
            while right > 0 {
                at -= 1;
                if left > 0 && self.row[left - 1] > points[right - 1] {
                    self.row[at] = self.row[left - 1];
                    left -= 1;
                } else {
                    self.row[at] = points[right - 1];
                    right -= 1;
                }
            }
            self.build();
            return;
        }
        let closing = self.row[old];
        self.row.resize(old + points.len() + 1, closing);
        let mut end = old;
        for (number, point) in points.iter().enumerate().rev() {
            let mut from = self.index[(point.0 >> self.shift) as usize] as usize;
            while from < end && self.row[from] < *point {
                from += 1;
            }
            self.row.copy_within(from..end, from + number + 1);
            self.row[from + number] = *point;
            end = from;
        }
        // Stretches behind a new point begin later by the number of new points before them.
        for (number, point) in points.iter().enumerate() {
            let from = (point.0 >> self.shift) as usize + 1;
            let next = points.get(number + 1);
            let to = next.map_or(self.index.len(), |next| (next.0 >> self.shift) as usize + 1);
            for entry in &mut self.index[from..to] {
                *entry += number as u32 + 1;
            }
        }
        let len = self.row.len() - 1;
        self.row[len] = (u64::MAX, self.row[0].1);
    }
}

/// How many points a node has.
#[must_use]
pub fn points_of(vnodes: u32, weight: u32) -> u32 {
    ((u64::from(vnodes) * u64::from(weight) + 50) / 100).clamp(1, 100_000) as u32
}

/// What share of the circle each of these nodes has, in millionths, in one walk.
#[must_use]
pub fn shares(points: &[(u64, NodeId)], nodes: &[NodeId]) -> Vec<u32> {
    let mut places: VecMap<NodeId, u128> = VecMap::new();
    let mut before = points.last().map_or(0, |(last, _)| *last);
    for (point, owner) in points {
        let arc = if points.len() == 1 { 1 << 64 } else { u128::from(point.wrapping_sub(before)) };
        *places.of(*owner) += arc;
        before = *point;
    }
    let share = |node| places.get(node).map_or(0, |places| ((places * 1_000_000) >> 64) as u32);
    nodes.iter().map(share).collect()
}

impl Placement for Ring {
    fn owners(&self, spot: Spot<'_>, count: usize) -> Owners {
        self.from(self.circle.of(spot), count)
    }

    fn owner(&self, spot: Spot<'_>) -> Option<NodeId> {
        self.at(self.circle.of(spot))
    }

    fn reads_keys(&self) -> bool {
        self.circle != Circle::Wide(Family::Xxh3)
    }

    fn share(&self, node: NodeId) -> u32 {
        shares(self.points(), &[node])[0]
    }

    fn bytes(&self) -> u64 {
        // A position of eight bytes and a node of four for each point, and the index.
        12 * self.len() as u64 + 4 * self.index.len() as u64
    }

    fn join(&mut self, place: &Place<'_>) {
        if self.nodes.contains(&place.node) {
            self.leave(place.node);
        }
        let numbers = 0..points_of(self.vnodes, place.weight);
        let circle = self.circle;
        let mut points: Vec<(u64, NodeId)> =
            numbers.map(|number| (circle.point(place.name, number), place.node)).collect();
        order::sort(&mut points);
        self.nodes.push(place.node);
        self.merge(&points);
    }

    fn leave(&mut self, node: NodeId) {
        self.nodes.retain(|other| *other != node);
        self.row.pop();
        self.row.retain(|(_, owner)| *owner != node);
        self.build();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::hash::mix;
    use alloc::string::String;

    pub(super) fn spot(position: u64) -> Spot<'static> {
        Spot { position, key: &[] }
    }

    fn ring(count: u32, vnodes: u32) -> Ring {
        let mut ring = Ring::new(vnodes);
        for number in 0..count {
            let name = format!("n{}", number + 1);
            ring.join(&Place { node: NodeId(number), name: &name, weight: 100 });
        }
        ring
    }

    #[test]
    fn replicas_are_distinct_and_as_many_as_there_can_be() {
        let ring = ring(3, 8);
        for key in 0..1_000 {
            let of_key = ring.owners(spot(mix(key)), 5);
            let mut nodes = of_key.as_slice().to_vec();
            nodes.sort_unstable();
            assert_eq!(nodes, [NodeId(0), NodeId(1), NodeId(2)]);
        }
    }

    #[test]
    fn the_first_point_clockwise_owns_and_the_end_wraps() {
        // Points at 0, 25, 50 and 75 per cent of the circle; a fifth at 60 takes 50 to 60 only.
        let circle = Circle::Wide(Family::Xxh3);
        let quarter = 1_u64 << 62;
        let points: Vec<(u64, NodeId)> =
            (0..4).map(|n| (quarter.wrapping_mul(n), NodeId(n as u32))).collect();
        let before = Ring::of(circle, points.clone());
        let mut more = points;
        more.insert(3, (u64::MAX / 100 * 60, NodeId(9)));
        let after = Ring::of(circle, more);
        assert_eq!(before.at(quarter * 3 + 1), Some(NodeId(0)));
        for percent in 0..100 {
            let at = u64::MAX / 100 * percent + u64::MAX / 200;
            let moved = before.at(at) != after.at(at);
            assert_eq!(moved, (50..60).contains(&percent), "{percent}");
        }
        assert_eq!(after.share(NodeId(9)), 99_999);
        assert_eq!((0..4).map(|n| before.share(NodeId(n))).sum::<u32>(), 1_000_000);
    }

    #[test]
    fn a_ring_merged_and_thinned_is_the_ring_built_at_once() {
        let mut ring = ring(40, 37);
        for number in [3, 17, 0, 39] {
            ring.leave(NodeId(number));
        }
        let name = |number: u32| -> String { format!("n{}", number + 1) };
        for (number, weight) in [(3, 50), (0, 100), (5, 250)] {
            ring.join(&Place { node: NodeId(number), name: &name(number), weight });
        }
        let mut points = Vec::new();
        for number in (0..40).filter(|number| ![17, 39].contains(number)) {
            let weight = [(3, 50), (5, 250)].iter().find(|(node, _)| *node == number);
            for point in 0..points_of(37, weight.map_or(100, |(_, weight)| *weight)) {
                points.push((ring.circle.point(&name(number), point), NodeId(number)));
            }
        }
        order::sort(&mut points);
        assert_eq!(ring.points(), points);
        for key in 0..20_000 {
            let at = mix(key);
            let slow = points.iter().find(|(point, _)| *point >= at).unwrap_or(&points[0]).1;
            assert_eq!(ring.at(at), Some(slow));
        }
        for (point, node) in points {
            assert_eq!(ring.at(point), Some(node));
        }
        assert!(ring.at(u64::MAX).is_some() && ring.at(0).is_some());
    }

    #[test]
    fn a_ring_without_nodes_has_no_owner() {
        let mut ring = Ring::new(150);
        assert_eq!(ring.owners(spot(5), 3), Owners::NONE);
        assert_eq!((ring.at(5), ring.share(NodeId(0))), (None, 0));
        ring.join(&Place { node: NodeId(0), name: "n1", weight: 100 });
        ring.leave(NodeId(0));
        assert_eq!(ring.at(u64::MAX), None);
    }
}
