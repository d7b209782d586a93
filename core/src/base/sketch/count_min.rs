//! Count-min: how often any key was seen, in a table far smaller than the keys.
//!
//! Each row counts every key in one of its cells; the smallest cell of a key is the answer. It is
//! never too low, and with a width of e/ε and a depth of ln(1/δ) it is too high by more than ε of the
//! stream with a chance of at most δ (Cormode, Muthukrishnan, 2005).

use crate::base::hash::mix;
use alloc::vec::Vec;

/// The table.
#[derive(Clone, Debug)]
pub struct CountMin {
    width: u32,
    depth: u32,
    cells: Vec<u32>,
    total: u64,
}

const WIDTH_MAX: u32 = 1 << 20;
const DEPTH_MAX: u32 = 16;

impl CountMin {
    /// A table of that width and depth, both at least one.
    #[must_use]
    pub fn new(width: u32, depth: u32) -> Self {
        let (width, depth) = (width.clamp(1, WIDTH_MAX), depth.clamp(1, DEPTH_MAX));
        Self { width, depth, cells: alloc::vec![0; (width * depth) as usize], total: 0 }
    }

    /// A table for an error of so many millionths of the stream, that is exceeded with a chance of so
    /// many millionths.
    #[must_use]
    pub fn within(error: u32, chance: u32) -> Self {
        let width = 2_718_282_u32.div_ceil(error.max(1));
        // Each row divides what is left by e; counted finely, so that rounding costs no row.
        let (mut depth, mut left) = (0, 1_000_000_000_000_u64);
        while left > u64::from(chance.max(1)) * 1_000_000 {
            left = left / 1_000_000 * 367_879 + left % 1_000_000 * 367_879 / 1_000_000;
            depth += 1;
        }
        Self::new(width, depth)
    }

    /// Its width and its depth.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.depth)
    }

    /// How much was counted in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Counts the key with that hash so many times.
    pub fn add(&mut self, hash: u64, times: u32) {
        self.total += u64::from(times);
        for row in 0..self.depth {
            let cell = self.cell(hash, row);
            self.cells[cell] = self.cells[cell].saturating_add(times);
        }
    }

    /// How often the key with that hash was seen, at most.
    #[must_use]
    pub fn count(&self, hash: u64) -> u32 {
        (0..self.depth).map(|row| self.cells[self.cell(hash, row)]).min().unwrap_or(0)
    }

    fn cell(&self, hash: u64, row: u32) -> usize {
        let bits = mix(hash.wrapping_add(u64::from(row + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        let column = (u128::from(bits) * u128::from(self.width)) >> 64;
        row as usize * self.width as usize + column as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;

    #[test]
    fn a_count_is_never_low_and_seldom_far_too_high() {
        let mut sketch = CountMin::within(10_000, 50_000);
        assert_eq!(sketch.size(), (272, 3));
        let mut rng = Rng::derive(4, 1);
        let mut truth = alloc::vec![0_u32; 3_000];
        for _ in 0..30_000 {
            let key = rng.below(100) * rng.below(30);
            truth[key as usize] += 1;
            sketch.add(mix(key), 1);
        }
        let over = |key: usize| sketch.count(mix(key as u64)).checked_sub(truth[key]);
        assert!((0..3_000).all(|key| over(key).is_some()), "never too low");
        let far = (0..3_000).filter(|&key| over(key).is_some_and(|over| over > 300)).count();
        assert!(far <= 150, "{far}");
    }

    #[test]
    fn the_smallest_table_is_a_sum_and_a_full_cell_stays_full() {
        let mut sketch = CountMin::new(0, 0);
        sketch.add(1, 2);
        sketch.add(2, 3);
        assert_eq!((sketch.count(9), sketch.total()), (5, 5));
        sketch.add(1, u32::MAX);
        assert_eq!(sketch.count(1), u32::MAX);
        assert_eq!(CountMin::within(0, 0).size(), (WIDTH_MAX, 14));
    }
}
