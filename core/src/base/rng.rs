//! Seeded chance: one small stream of numbers for each node and each link.

use super::hash::mix;

/// A stream of numbers that its seed and its name decide (SplitMix64).
///
/// Streams are derived, never shared: a new node gets a stream of its own, and the others draw what
/// they would have drawn without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rng(u64);

impl Rng {
    /// The stream that belongs to `name` in a run with this seed.
    #[must_use]
    pub fn derive(seed: u64, name: u64) -> Self {
        Self(mix(mix(seed ^ 0x5bd1_e995_9d1b_32a7) ^ name.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// The next 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number from 0 up to but not including `end`; 0 if there is none.
    pub fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(end)) >> 64) as u64
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        let (low, high) = (low.min(high), low.max(high));
        match (high - low).checked_add(1) {
            Some(count) => low + self.below(count),
            None => self.bits(),
        }
    }

    /// True so many times in a million.
    pub fn chance(&mut self, per_million: u32) -> bool {
        per_million > 0 && self.below(1_000_000) < u64::from(per_million)
    }

    /// A normal variate of mean 0 and deviation 1, in 1/65536ths: the sum of twelve uniform ones.
    pub fn normal(&mut self) -> i64 {
        let mut sum = 0;
        for _ in 0..3 {
            let bits = self.bits();
            sum += (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
        }
        sum as i64 - 6 * 65_536
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_with_other_names_have_nothing_in_common() {
        let mut one = Rng::derive(7, 1);
        let mut two = Rng::derive(7, 2);
        let same = (0..1_000).filter(|_| one.bits() == two.bits()).count();
        assert_eq!(same, 0);
    }

    #[test]
    fn numbers_stay_in_their_range_and_reach_both_ends() {
        let mut rng = Rng::derive(1, 1);
        let drawn: alloc::vec::Vec<u64> = (0..1_000).map(|_| rng.between(3, 6)).collect();
        assert!(drawn.iter().all(|&n| (3..=6).contains(&n)));
        assert!(drawn.contains(&3) && drawn.contains(&6));
        assert_eq!(rng.below(0), 0);
        assert_eq!(rng.between(9, 9), 9);
    }

    #[test]
    fn the_normal_variate_has_mean_zero_and_deviation_one() {
        let mut rng = Rng::derive(5, 5);
        let drawn: alloc::vec::Vec<i64> = (0..20_000).map(|_| rng.normal()).collect();
        let mean = drawn.iter().sum::<i64>() / 20_000;
        let variance = drawn.iter().map(|n| n * n).sum::<i64>() / 20_000;
        assert!(mean.abs() < 1_500, "{mean}");
        assert!((4_080_000_000..4_510_000_000).contains(&variance), "{variance}");
    }
}
