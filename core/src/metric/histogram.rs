//! Spans by size, in a few kilobytes.
//!
//! A span counts as the longest one of its step, and a step is at most a thirty-second of the spans in it: a
//! percentile is never too short, and up to 3.1 % too long. The mean is exact, so it can be less than every
//! percentile of equal spans.

use crate::base::Span;
use alloc::vec::Vec;

/// A histogram with 32 steps for every doubling. Spans below 32 µs are exact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    counts: Vec<u32>,
    total: u64,
    sum: u64,
}

const STEP_BITS: u32 = 5;

fn place(micros: u64) -> usize {
    let top = 63 - (micros | 1).leading_zeros();
    if top < STEP_BITS {
        return micros as usize;
    }
    let shift = top - STEP_BITS;
    ((u64::from(shift + 1) << STEP_BITS) + ((micros >> shift) & ((1 << STEP_BITS) - 1))) as usize
}

fn value(place: usize) -> u64 {
    let place = place as u64;
    let shift = place >> STEP_BITS;
    if shift == 0 {
        return place;
    }
    let low = (1 << STEP_BITS | place & ((1 << STEP_BITS) - 1)) << (shift - 1);
    low + ((1 << (shift - 1)) - 1)
}

impl Histogram {
    /// Counts one span.
    pub fn add(&mut self, span: Span) {
        let place = place(span.0);
        if place >= self.counts.len() {
            self.counts.resize(place + 1, 0);
        }
        self.counts[place] += 1;
        self.total += 1;
        self.sum += span.0;
    }

    /// How many spans were counted.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The mean; zero if there are none.
    #[must_use]
    pub fn mean(&self) -> Span {
        Span(self.sum.checked_div(self.total).unwrap_or(0))
    }

    /// The span that so many of a thousand spans do not exceed, up to 3.1 % too long; zero if there are none.
    #[must_use]
    pub fn quantile(&self, per_mille: u64) -> Span {
        let wanted = (self.total * per_mille).div_ceil(1_000).max(1);
        let mut seen = 0;
        for (place, count) in self.counts.iter().enumerate() {
            seen += u64::from(*count);
            if seen >= wanted {
                return Span(value(place));
            }
        }
        Span::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_right_within_three_per_cent() {
        let mut histogram = Histogram::default();
        for micros in 1..=100_000 {
            histogram.add(Span(micros));
        }
        for (per_mille, wanted) in [(500, 50_000.0), (990, 99_000.0), (999, 99_900.0)] {
            let got = histogram.quantile(per_mille).0 as f64;
            assert!((got / wanted - 1.0).abs() < 0.035, "{per_mille}: {got}");
        }
        for micros in (0..2_000).chain([9_999, 123_456, 7_654_321]) {
            let mut one = Histogram::default();
            one.add(Span(micros));
            let got = one.quantile(500).0;
            assert!((micros..=micros + micros / 32).contains(&got), "{micros}: {got}");
        }
        assert_eq!(histogram.mean(), Span(50_000));
        assert_eq!(Histogram::default().quantile(990), Span::ZERO);
        let mut wide = Histogram::default();
        wide.add(Span(u64::MAX / 2));
        assert!(wide.quantile(500).0 > u64::MAX / 4);
    }
}
