//! Points, boxes and the few pieces of circle arithmetic that every picture needs.

use super::curve;
use std::f64::consts::{FRAC_PI_2, TAU};

/// A place on the stage, in pixels, y downwards.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Pixels from the left.
    pub x: f64,
    /// Pixels from the top.
    pub y: f64,
}

impl Point {
    /// The point at `x`, `y`.
    #[must_use]
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The point `radius` away from this one at `angle`, where zero is twelve o'clock and the
    /// angle grows clockwise.
    #[must_use]
    pub fn polar(self, angle: f64, radius: f64) -> Self {
        let turned = angle - FRAC_PI_2;
        Self::new(self.x + curve::cos(turned) * radius, self.y + curve::sin(turned) * radius)
    }

    /// The point a share `t` of the way to `other`.
    #[must_use]
    pub fn toward(self, other: Self, t: f64) -> Self {
        Self::new(self.x + (other.x - self.x) * t, self.y + (other.y - self.y) * t)
    }

    /// The distance to `other`.
    #[must_use]
    pub fn distance(self, other: Self) -> f64 {
        let (x, y) = (self.x - other.x, self.y - other.y);
        (x * x + y * y).sqrt()
    }
}

/// A box on the stage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Frame {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Frame {
    /// The middle of the box.
    #[must_use]
    pub fn center(self) -> Point {
        Point::new(self.x + self.width / 2.0, self.y + self.height / 2.0)
    }
}

/// Splits a stage into `count` boxes, in rows and columns such that the smallest side is largest.
#[must_use]
pub fn split(width: f64, height: f64, count: usize) -> Vec<Frame> {
    if count == 0 {
        return Vec::new();
    }
    let columns = (1..=count)
        .max_by(|&a, &b| side(width, height, count, a).total_cmp(&side(width, height, count, b)))
        .unwrap_or(1);
    let rows = count.div_ceil(columns);
    let (cell_width, cell_height) = (width / columns as f64, height / rows as f64);
    (0..count)
        .map(|index| {
            let (row, column) = (index / columns, index % columns);
            let in_row = if row + 1 == rows { count - row * columns } else { columns };
            let indent = (columns - in_row) as f64 * cell_width / 2.0;
            Frame {
                x: indent + column as f64 * cell_width,
                y: row as f64 * cell_height,
                width: cell_width,
                height: cell_height,
            }
        })
        .collect()
}

fn side(width: f64, height: f64, count: usize, columns: usize) -> f64 {
    (width / columns as f64).min(height / count.div_ceil(columns) as f64)
}

/// The angle of a position on a ring of 2^64 places.
#[must_use]
pub fn angle(position: u64) -> f64 {
    position as f64 / 18_446_744_073_709_551_616.0 * TAU
}

/// A number as short as a picture needs it: a tenth of a pixel.
#[must_use]
pub fn short(value: f64) -> String {
    fixed(value, 1)
}

/// A number with at most so many decimals, and none that are zero. Numbers that no screen can show
/// are held to what an `i64` can.
#[must_use]
pub fn fixed(value: f64, decimals: u32) -> String {
    let scale = 10_i64.pow(decimals);
    let parts = (value * scale as f64).round() as i64;
    let sign = if parts < 0 { "-" } else { "" };
    let (whole, rest) =
        (parts.unsigned_abs() / scale.unsigned_abs(), parts.unsigned_abs() % scale.unsigned_abs());
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    let digits = format!("{rest:0width$}", width = decimals as usize);
    format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_o_clock_is_zero_and_it_runs_clockwise() {
        let center = Point::new(100.0, 100.0);
        let top = center.polar(0.0, 50.0);
        let right = center.polar(TAU / 4.0, 50.0);
        assert!(top.distance(Point::new(100.0, 50.0)) < 1e-9);
        assert!(right.distance(Point::new(150.0, 100.0)) < 1e-9);
    }

    #[test]
    fn two_boxes_stand_side_by_side_on_a_wide_stage_and_above_each_other_on_a_phone() {
        let wide = split(1000.0, 500.0, 2);
        assert_eq!((wide[0].y, wide[1].y), (0.0, 0.0));
        let tall = split(360.0, 600.0, 2);
        assert_eq!((tall[0].x, tall[1].x), (0.0, 0.0));
        assert!(split(10.0, 10.0, 0).is_empty());
    }

    #[test]
    fn a_last_row_that_is_not_full_is_centered() {
        let three = split(800.0, 800.0, 3);
        assert_eq!(three.len(), 3);
        assert!(three[2].x > 0.0);
    }

    #[test]
    fn short_numbers() {
        assert_eq!(short(12.0), "12");
        assert_eq!(short(12.345), "12.3");
        assert_eq!(short(-0.04), "0");
        assert_eq!(short(-0.25), "-0.3");
        assert_eq!(fixed(1.5, 3), "1.5");
        assert_eq!(fixed(1.005, 3), "1.005");
        assert_eq!(fixed(f64::NAN, 1), "0");
    }
}
