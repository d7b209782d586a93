//! Rendezvous: every node draws a score for the key, and the highest score owns it.
//!
//! ```text
//! key ○     n1: 41   n2: 87 ◀ owner   n3: 12   n4: 80 ◀ first copy
//! ```
//!
//! Nothing to remember but the nodes; the next highest scores hold the copies; a new node takes only
//! the keys for which it draws the highest score. The price is a score a node for every lookup. With
//! weights a score is -w / ln(u): shares are then exactly as the weights. Thaler and Ravishankar,
//! 1998; Schindelhauer and Schomaker, 2005.

use super::{Owners, Place, Placement, Spot};
use crate::base::NodeId;
use crate::base::hash::{Family, mix};
use alloc::vec::Vec;

/// The series of the inverse hyperbolic tangent, the smallest term first.
const TERMS: [f64; 9] = [
    1.0 / 17.0,
    1.0 / 15.0,
    1.0 / 13.0,
    1.0 / 11.0,
    1.0 / 9.0,
    1.0 / 7.0,
    1.0 / 5.0,
    1.0 / 3.0,
    1.0,
];

/// The natural logarithm of a variate from 0 to 1, made of 64 bits, by additions, products and one
/// division: the same bits on every machine.
#[must_use]
pub fn log_of(bits: u64) -> f64 {
    let bits = bits | 1;
    let zeros = bits.leading_zeros();
    // The leading one and 52 bits behind it are a number from 1 to 2.
    let mantissa = (bits << zeros) >> 11;
    let mut number = mantissa as f64 / (1_u64 << 52) as f64;
    let mut power = -f64::from(zeros) - 1.0;
    if number > core::f64::consts::SQRT_2 {
        number /= 2.0;
        power += 1.0;
    }
    let s = (number - 1.0) / (number + 1.0);
    let square = s * s;
    // Horner's rule over 1/17, 1/15 … 1: what is left out is below one in 10^14.
    let sum = TERMS.iter().fold(0.0, |sum, term| sum * square + term);
    power * core::f64::consts::LN_2 + 2.0 * s * sum
}

/// A weighted score: the higher, the better.
#[must_use]
pub fn score(bits: u64, weight: u32) -> f64 {
    -f64::from(weight) / log_of(bits)
}

/// False if a score is certainly below another, which is told without a logarithm: -ln(u) is at least
/// 1 - u. Among many nodes few are left for a closer look. The bound leaves room for what rounding does.
fn may_reach(bits: u64, weight: u32, score: f64) -> bool {
    let below_one = (!bits >> 1) as i64 as f64 / (1_u64 << 63) as f64;
    f64::from(weight) * 1.000_001 >= score * below_one
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Drawer {
    seed: u64,
    node: NodeId,
    weight: u32,
}

/// Nodes that draw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendezvous {
    nodes: Vec<Drawer>,
    uneven: bool,
}

impl Rendezvous {
    /// Calls for the nodes in the order of their scores; equal scores by number.
    fn best(&self, position: u64, count: usize) -> Owners {
        let mut best: [(f64, u64, NodeId); Owners::MAX] = [(-1.0, 0, NodeId::WORLD); Owners::MAX];
        let wanted = count.min(self.nodes.len()).min(Owners::MAX);
        if wanted == 0 {
            return Owners::NONE;
        }
        for drawer in &self.nodes {
            let drawn = mix(position ^ drawer.seed);
            if self.uneven && !may_reach(drawn, drawer.weight, best[wanted - 1].0) {
                continue;
            }
            let score = if self.uneven { score(drawn, drawer.weight) } else { 0.0 };
            let mut at = wanted;
            while at > 0 && (best[at - 1].0, best[at - 1].1) < (score, drawn) {
                at -= 1;
            }
            if at < wanted {
                best.copy_within(at..wanted - 1, at + 1);
                best[at] = (score, drawn, drawer.node);
            }
        }
        let mut owners = Owners::NONE;
        for (.., node) in &best[..wanted] {
            owners.add(*node);
        }
        owners
    }
}

impl Placement for Rendezvous {
    fn owners(&self, spot: Spot<'_>, count: usize) -> Owners {
        self.best(spot.position, count)
    }

    fn owner(&self, spot: Spot<'_>) -> Option<NodeId> {
        if self.uneven {
            return self.best(spot.position, 1).as_slice().first().copied();
        }
        let mut best = None;
        let mut highest = 0;
        for drawer in self.nodes.as_slice() {
            let drawn = mix(spot.position ^ drawer.seed);
            if drawn >= highest {
                (highest, best) = (drawn, Some(drawer.node));
            }
        }
        best
    }

    fn share(&self, node: NodeId) -> u32 {
        let all: u64 = self.nodes.iter().map(|drawer| u64::from(drawer.weight)).sum();
        let own = self.nodes.iter().find(|drawer| drawer.node == node);
        own.map_or(0, |drawer| (u64::from(drawer.weight) * 1_000_000 / all.max(1)) as u32)
    }

    fn bytes(&self) -> u64 {
        16 * self.nodes.len() as u64
    }

    fn join(&mut self, place: &Place<'_>) {
        self.nodes.retain(|drawer| drawer.node != place.node);
        let seed = Family::Xxh3.of(place.name.as_bytes());
        let drawer = Drawer { seed, node: place.node, weight: place.weight.max(1) };
        let at = self.nodes.partition_point(|other| other.node < place.node);
        self.nodes.insert(at, drawer);
        self.uneven = self.nodes.iter().any(|drawer| drawer.weight != self.nodes[0].weight);
    }

    fn leave(&mut self, node: NodeId) {
        self.nodes.retain(|drawer| drawer.node != node);
        self.uneven = self.nodes.iter().any(|drawer| drawer.weight != self.nodes[0].weight);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "the host's logarithm is what ours is held against"
    )]
    fn the_logarithm_is_the_logarithm() {
        for bits in [1, 3, u64::MAX, u64::MAX / 2, u64::MAX / 3, 1 << 40, 0x1234_5678_9abc_def0] {
            let wanted = (bits as f64 / (u64::MAX as f64 + 1.0)).ln();
            assert!((log_of(bits) - wanted).abs() < 1e-11 + wanted.abs() * 1e-11, "{bits}");
        }
    }

    #[test]
    fn what_is_passed_over_would_not_have_reached_the_score() {
        for round in 0..200_000_u64 {
            let (one, other) = (mix(round), mix(round ^ 0x5a5a_0000));
            // Also places next to one and next to each other, where scores are close.
            let one = if round % 3 == 0 { !(one >> (round % 64)) } else { one };
            let other = if round % 5 == 0 { one.wrapping_add(round % 7) } else { other };
            let (light, heavy) = (1 + (round % 300) as u32, 1 + (round % 7_000) as u32);
            if score(one, light) >= score(other, heavy) {
                assert!(may_reach(one, light, score(other, heavy)), "{one} {other}");
            }
        }
        assert!(may_reach(0, 1, -1.0) && !may_reach(1 << 63, 100, 1e5));
    }

    #[test]
    fn shares_are_as_the_weights() {
        let mut nodes = Rendezvous::default();
        for (number, name) in ["n1", "n2", "n3", "n4"].iter().enumerate() {
            let (node, weight) = (NodeId(number as u32), 100 * (number as u32 + 1));
            nodes.join(&Place { node, name, weight });
        }
        let mut counts = [0_u32; 4];
        for key in 0..400_000 {
            let spot = Spot { position: mix(key), key: &[] };
            let node = nodes.owner(spot).expect("there are nodes");
            counts[node.0 as usize] += 1;
        }
        for (number, count) in counts.iter().enumerate() {
            assert!(count.abs_diff(40_000 * (number as u32 + 1)) < 1_000, "{counts:?}");
        }
    }
}
