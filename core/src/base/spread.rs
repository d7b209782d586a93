//! How long something takes, when it does not always take the same.

use super::fixed::{exp2, log2};
use super::{Rng, Span};
use crate::base::hash::tagged;

/// A distribution of spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// Always the same.
    Constant(Span),
    /// Anything between two spans, each equally likely.
    Uniform(Span, Span),
    /// A bell around a mean, cut off at zero.
    Normal {
        /// The middle of the bell.
        mean: Span,
        /// Its standard deviation.
        deviation: Span,
    },
    /// Mostly near the median, at times far above it (log-normal).
    Longtail {
        /// Half of all samples are below this.
        median: Span,
        /// One sample in a hundred is above this.
        p99: Span,
    },
}

tagged!(Spread {
    0 Constant(a),
    1 Uniform(a, b),
    2 Normal { mean, deviation },
    3 Longtail { median, p99 },
});

impl Spread {
    /// No time at all.
    pub const ZERO: Self = Self::Constant(Span::ZERO);

    /// One span, drawn from the stream.
    pub fn sample(&self, rng: &mut Rng) -> Span {
        match *self {
            Self::Constant(span) => span,
            Self::Uniform(low, high) => Span(rng.between(low.0, high.0)),
            Self::Normal { mean, deviation } => {
                let offset = i128::from(rng.normal()) * i128::from(deviation.0) / 65_536;
                Span((i128::from(mean.0) + offset).clamp(0, i128::from(u64::MAX)) as u64)
            }
            Self::Longtail { median, p99 } => {
                // The 99th percentile of a normal variate is 2.326 deviations out.
                let reach = log2(p99.0.max(1)).saturating_sub(log2(median.0.max(1)));
                let power = i128::from(reach) * i128::from(rng.normal()) * 1_000 / 2_326 / 65_536;
                let factor = exp2(power.clamp(-(20 << 32), 20 << 32) as i64);
                Span(((u128::from(median.0) * u128::from(factor)) >> 32).min(1 << 60) as u64)
            }
        }
    }

    /// A typical span, for pictures and for plans.
    #[must_use]
    pub fn middle(&self) -> Span {
        match *self {
            Self::Constant(span) => span,
            Self::Uniform(low, high) => Span(low.0 / 2 + high.0 / 2),
            Self::Normal { mean, .. } => mean,
            Self::Longtail { median, .. } => median,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn a_long_tail_keeps_its_median_and_its_p99() {
        let spread = Spread::Longtail { median: Span::millis(10), p99: Span::millis(80) };
        let mut rng = Rng::derive(1, 9);
        let mut drawn: Vec<u64> = (0..20_000).map(|_| spread.sample(&mut rng).0).collect();
        drawn.sort_unstable();
        assert!((9_500..10_500).contains(&drawn[10_000]), "{}", drawn[10_000]);
        assert!((68_000..92_000).contains(&drawn[19_800]), "{}", drawn[19_800]);
    }

    #[test]
    fn no_spread_overflows_at_the_ends_of_time() {
        let mut rng = Rng::derive(1, 1);
        let end = Span(u64::MAX);
        for spread in [
            Spread::Uniform(Span::ZERO, end),
            Spread::Normal { mean: end, deviation: end },
            Spread::Longtail { median: end, p99: end },
            Spread::Longtail { median: Span::ZERO, p99: Span::ZERO },
        ] {
            for _ in 0..100 {
                let _ = spread.sample(&mut rng);
            }
        }
    }
}
