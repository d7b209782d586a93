//! Measured lines: scales with a baseline at zero, paths in steps, areas and expected bands.

use super::curve;
use std::fmt::Write as _;

use super::point::short;
use super::timeline::Scale;

/// The height of a chart: amounts from `low` to `high` over `height` pixels, growing upwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rise {
    /// The amount at the bottom.
    pub low: f64,
    /// The amount at the top.
    pub high: f64,
    /// Pixels between them.
    pub height: f64,
}

impl Rise {
    /// A rise from zero to a round number that is not below any value or band edge.
    #[must_use]
    pub fn fit(values: impl Iterator<Item = f64>, height: f64) -> Self {
        let top = values.filter(|value| value.is_finite()).fold(0.0_f64, f64::max);
        Self { low: 0.0, high: round_up(top), height: height.max(1.0) }
    }

    /// The pixel of an amount, from the top.
    #[must_use]
    pub fn y(self, value: f64) -> f64 {
        let share = (value - self.low) / (self.high - self.low).max(f64::MIN_POSITIVE);
        self.height * (1.0 - share.clamp(0.0, 1.0))
    }
}

/// The smallest of 1, 1.5, 2, 3, 5, 8 times a power of ten that is not below `value`.
#[must_use]
pub fn round_up(value: f64) -> f64 {
    if value <= 0.0 || !value.is_finite() {
        return 1.0;
    }
    let power = curve::decade(value);
    for factor in [1.0, 1.5, 2.0, 3.0, 5.0, 8.0] {
        if factor * power >= value * 0.999_999 {
            return factor * power;
        }
    }
    power * 10.0
}

/// A line through `points` that holds each value until the next: what was measured, nothing
/// between. Points that fall on one pixel become the highest and the lowest of them.
#[must_use]
pub fn steps(points: &[(u64, f64)], scale: Scale, rise: Rise) -> String {
    let mut path = String::new();
    let mut pen = 'M';
    let mut index = 0;
    while index < points.len() {
        let x = scale.x(points[index].0);
        let column = x.floor();
        let (mut low, mut high, mut last) = (f64::INFINITY, f64::NEG_INFINITY, points[index].1);
        while index < points.len() && scale.x(points[index].0).floor() <= column {
            last = points[index].1;
            low = low.min(last);
            high = high.max(last);
            index += 1;
        }
        if x < -1.0 || x > scale.width + 1.0 || !last.is_finite() {
            continue;
        }
        if pen == 'M' {
            let _ = write!(path, "M{} {}", short(x), short(rise.y(last)));
            pen = 'L';
        } else {
            let _ = write!(path, "H{}", short(x));
        }
        if high > low {
            let _ = write!(path, "V{}V{}", short(rise.y(high)), short(rise.y(low)));
        }
        let _ = write!(path, "V{}", short(rise.y(last)));
    }
    path
}

/// The area under [`steps`], down to the baseline.
#[must_use]
pub fn area(points: &[(u64, f64)], scale: Scale, rise: Rise) -> String {
    let line = steps(points, scale, rise);
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    if line.is_empty() {
        return line;
    }
    let base = rise.y(0.0);
    let (left, right) = (scale.x(first.0).max(0.0), scale.x(last.0).min(scale.width));
    format!("{line}H{}V{}H{}Z", short(right), short(base), short(left))
}

/// The value that holds at `time`: that of the last point not after it.
#[must_use]
pub fn value_at(points: &[(u64, f64)], time: u64) -> Option<f64> {
    let after = points.partition_point(|point| point.0 <= time);
    after.checked_sub(1).map(|index| points[index].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINTS: [(u64, f64); 3] = [(0, 0.0), (500, 10.0), (1000, 5.0)];

    #[test]
    fn a_line_steps_and_never_slopes() {
        let scale = Scale::new(0, 1000, 100.0);
        let rise = Rise::fit(POINTS.iter().map(|point| point.1), 50.0);
        assert_eq!(rise.high, 10.0);
        assert_eq!(steps(&POINTS, scale, rise), "M0 50V50H50V0H100V25");
        assert!(area(&POINTS, scale, rise).ends_with('Z'));
        assert_eq!(area(&[], scale, rise), "");
    }

    #[test]
    fn a_crowded_column_keeps_its_extremes() {
        let points: Vec<(u64, f64)> =
            (0..1000).map(|index| (index, f64::from(index as u32 % 7))).collect();
        let path =
            steps(&points, Scale::new(0, 1000, 10.0), Rise { low: 0.0, high: 6.0, height: 60.0 });
        assert!(path.len() < 600);
        assert!(path.contains("V0V60"));
    }

    #[test]
    fn values_hold_until_the_next() {
        assert_eq!(value_at(&POINTS, 499), Some(0.0));
        assert_eq!(value_at(&POINTS, 500), Some(10.0));
        assert_eq!(value_at(&[], 5), None);
    }

    #[test]
    fn tops_are_round() {
        assert_eq!(round_up(0.0), 1.0);
        assert_eq!(round_up(17.0), 20.0);
        assert_eq!(round_up(100.0), 100.0);
    }
}
