//! HyperLogLog: how many different keys there are, from the longest runs of zeros in their hashes.
//!
//! The first bits of a hash choose a register; the register keeps the longest run of zeros that it
//! has seen in the rest. The relative error is 1.04/√m for m registers (Flajolet and others, 2007).
//! The estimate is Ertl's (2017): one formula from no key to very many, made of IEEE additions,
//! multiplications and divisions only, which give the same bits on every machine.

use alloc::vec::Vec;

/// The registers.
#[derive(Clone, Debug)]
pub struct HyperLogLog {
    precision: u32,
    registers: Vec<u8>,
}

/// 1 / (2 ln 2).
const ALPHA: f64 = 0.721_347_520_444_481_7;

impl HyperLogLog {
    /// 2^precision registers, precision 4 to 16.
    #[must_use]
    pub fn new(precision: u32) -> Self {
        let precision = precision.clamp(4, 16);
        Self { precision, registers: alloc::vec![0; 1 << precision] }
    }

    /// Sees the key with that hash.
    pub fn add(&mut self, hash: u64) {
        let register = (hash >> (64 - self.precision)) as usize;
        // The bit behind the hash ends a run of zeros only.
        let run = ((hash << self.precision) | 1 << (self.precision - 1)).leading_zeros() + 1;
        self.registers[register] = self.registers[register].max(run as u8);
    }

    /// Sees everything that another sketch of the same precision has seen; false for another one.
    pub fn merge(&mut self, other: &Self) -> bool {
        if self.precision != other.precision {
            return false;
        }
        for (mine, theirs) in self.registers.iter_mut().zip(&other.registers) {
            *mine = (*mine).max(*theirs);
        }
        true
    }

    /// About how many different keys were seen.
    #[must_use]
    pub fn count(&self) -> u64 {
        let mut counts = [0_u32; 65];
        for register in &self.registers {
            counts[usize::from(*register)] += 1;
        }
        let registers = self.registers.len() as f64;
        if counts[0] as usize == self.registers.len() {
            return 0;
        }
        // Registers at the very top are left out of the correction: it takes 2^60 keys to fill them.
        let tail = counts[1..].iter().rev().fold(0.0, |sum, count| (sum + f64::from(*count)) * 0.5);
        let sum = registers * sigma(f64::from(counts[0]) / registers) + tail;
        (ALPHA * registers * registers / sum + 0.5) as u64
    }
}

/// x + Σ 2^(k-1) x^(2^k), for 0 ≤ x < 1: what the empty registers weigh.
fn sigma(mut x: f64) -> f64 {
    let (mut sum, mut factor) = (x, 1.0);
    // Squared so often, no double below one is more than nothing.
    for _ in 0..64 {
        x *= x;
        sum += x * factor;
        factor += factor;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::hash::mix;

    #[test]
    fn the_estimate_is_near_from_nothing_to_a_million() {
        let mut sketch = HyperLogLog::new(12);
        assert_eq!(sketch.count(), 0);
        let mut seen = 0;
        for count in [1_u64, 10, 100, 1_000, 10_000, 100_000, 1_000_000] {
            while seen < count {
                sketch.add(mix(seen));
                sketch.add(mix(seen));
                seen += 1;
            }
            let error = sketch.count().abs_diff(count);
            // Three times 1.04/√4096.
            assert!(error * 1_000 <= count * 49, "{} for {count}", sketch.count());
        }
    }

    #[test]
    fn a_merged_sketch_is_the_sketch_of_both() {
        let (mut all, mut odd, mut even) =
            (HyperLogLog::new(10), HyperLogLog::new(10), HyperLogLog::new(10));
        for key in 0..5_000 {
            all.add(mix(key));
            if key % 2 == 0 { even.add(mix(key)) } else { odd.add(mix(key)) }
        }
        assert!(odd.merge(&even));
        assert_eq!(odd.registers, all.registers);
        assert!(!odd.merge(&HyperLogLog::new(11)));
    }

    #[test]
    fn extreme_hashes_and_precisions_stay_in_their_registers() {
        for precision in [0, 4, 16, 99] {
            let mut sketch = HyperLogLog::new(precision);
            sketch.add(0);
            sketch.add(u64::MAX);
            assert_eq!(sketch.count(), 2);
        }
    }
}
