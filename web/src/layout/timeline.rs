//! The time axis: moments to pixels and back, ticks at round times, and crowds of marks thinned.

use super::curve;
use super::unit;

/// A stretch of time laid over a width of pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The moment at the left edge, in microseconds.
    pub start: f64,
    /// The moment at the right edge.
    pub end: f64,
    /// Pixels between them.
    pub width: f64,
}

impl Scale {
    /// A scale that is never empty.
    #[must_use]
    pub fn new(start: u64, end: u64, width: f64) -> Self {
        let start = start as f64;
        Self { start, end: (end as f64).max(start + 1.0), width: width.max(1.0) }
    }

    /// The pixel of a moment.
    #[must_use]
    pub fn x(self, time: u64) -> f64 {
        (time as f64 - self.start) / (self.end - self.start) * self.width
    }

    /// The moment under a pixel, held within the scale.
    #[must_use]
    pub fn time(self, x: f64) -> u64 {
        let share = (x / self.width).clamp(0.0, 1.0);
        (self.start + share * (self.end - self.start)).round() as u64
    }

    /// Whether a moment is on the scale.
    #[must_use]
    pub fn holds(self, time: u64) -> bool {
        self.start <= time as f64 && time as f64 <= self.end
    }

    /// The scale seen `factor` times closer, with the moment under `x` staying where it is, and
    /// never wider than `limit` microseconds from zero.
    #[must_use]
    pub fn zoom(self, x: f64, factor: f64, limit: u64) -> (u64, u64) {
        let limit = limit.max(1) as f64;
        let held = self.start + (x / self.width).clamp(0.0, 1.0) * (self.end - self.start);
        let span = ((self.end - self.start) / factor).clamp(50.0_f64.min(limit), limit);
        let start = (held - (x / self.width) * span).clamp(0.0, (limit - span).max(0.0));
        (start.round() as u64, (start + span).round() as u64)
    }
}

/// A tick of the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Its pixel.
    pub x: f64,
    /// Its moment as people read it.
    pub label: String,
}

/// Ticks at round moments, at least `gap` pixels apart.
#[must_use]
pub fn ticks(scale: Scale, gap: f64) -> Vec<Tick> {
    let step = step((scale.end - scale.start) / (scale.width / gap).max(1.0));
    let first = (scale.start / step).ceil() as u64;
    let last = (scale.end / step).floor() as u64;
    (first..=last.min(first + 200))
        .map(|index| {
            let moment = (index as f64 * step).round();
            let label = if moment == 0.0 { "0".to_owned() } else { unit::time(moment) };
            Tick { x: scale.x(moment as u64), label }
        })
        .collect()
}

/// The smallest of 1, 2 or 5 times a power of ten that is not below `least`.
#[must_use]
pub fn step(least: f64) -> f64 {
    let least = least.max(1.0);
    let power = curve::decade(least);
    for factor in [1.0, 2.0, 5.0, 10.0] {
        if factor * power >= least * 0.999 {
            return factor * power;
        }
    }
    power * 10.0
}

/// Marks that would stand closer than they can be told apart, taken together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crowd {
    /// The pixel of the first.
    pub x: f64,
    /// How far the last stands from it.
    pub width: f64,
    /// The index of the first.
    pub first: usize,
    /// How many there are.
    pub count: usize,
}

/// Gathers `times`, which ascend, into crowds of marks closer than `gap` pixels.
#[must_use]
pub fn crowds(times: &[u64], scale: Scale, gap: f64) -> Vec<Crowd> {
    let mut result: Vec<Crowd> = Vec::new();
    for (index, &time) in times.iter().enumerate() {
        if !scale.holds(time) {
            continue;
        }
        let x = scale.x(time);
        match result.last_mut() {
            Some(crowd) if x - (crowd.x + crowd.width) < gap && x - crowd.x < gap * 3.0 => {
                crowd.width = x - crowd.x;
                crowd.count += 1;
            }
            _ => result.push(Crowd { x, width: 0.0, first: index, count: 1 }),
        }
    }
    result
}

/// Words along the axis: of labels that begin at `xs`, which fit before the next mark, or before
/// the `end` of the axis.
#[must_use]
pub fn fitting(xs: &[f64], widths: &[f64], end: f64) -> Vec<bool> {
    let next = xs.iter().skip(1).copied().chain([end]);
    xs.iter().zip(widths).zip(next).map(|((&x, &width), next)| x + width <= next).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_and_moments_are_inverse() {
        let scale = Scale::new(0, 10_000_000, 500.0);
        assert_eq!(scale.x(5_000_000), 250.0);
        assert_eq!(scale.time(250.0), 5_000_000);
        assert_eq!(scale.time(-9.0), 0);
        assert_eq!(scale.time(9_999.0), 10_000_000);
    }

    #[test]
    fn ticks_are_round() {
        let labels: Vec<String> = ticks(Scale::new(0, 10_000_000, 600.0), 100.0)
            .into_iter()
            .map(|tick| tick.label)
            .collect();
        assert_eq!(labels, ["0", "2 s", "4 s", "6 s", "8 s", "10 s"]);
    }

    #[test]
    fn an_empty_run_has_a_scale() {
        let scale = Scale::new(0, 0, 0.0);
        assert!(scale.x(0).is_finite());
        assert!(!ticks(scale, 80.0).is_empty());
    }

    #[test]
    fn zooming_holds_the_moment_under_the_pointer() {
        let scale = Scale::new(0, 1_000_000, 100.0);
        let (start, end) = scale.zoom(50.0, 2.0, 1_000_000);
        assert_eq!((start, end), (250_000, 750_000));
        let (start, end) = Scale::new(start, end, 100.0).zoom(0.0, 0.01, 1_000_000);
        assert_eq!((start, end), (0, 1_000_000));
    }

    #[test]
    fn a_crowd_stands_for_its_marks() {
        let scale = Scale::new(0, 1000, 1000.0);
        let crowds = crowds(&[1, 2, 3, 500, 2000], scale, 4.0);
        assert_eq!(crowds.len(), 2);
        assert_eq!((crowds[0].first, crowds[0].count), (0, 3));
        assert_eq!((crowds[1].first, crowds[1].count), (3, 1));
    }

    #[test]
    fn words_that_would_touch_are_left_out() {
        assert_eq!(fitting(&[0.0, 10.0, 60.0], &[40.0, 40.0, 40.0], 200.0), [false, true, true]);
    }
}
