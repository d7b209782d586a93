//! Keys on paper: a lens on the ring, a map of pieces, bars of ranges and of nodes.

use std::fmt::Write as _;

use super::point::{Frame, Point, short};

/// Pieces that a map shows at most; of more, every so many-th is shown.
pub const CELLS_MAX: usize = 4_096;

/// A lens on a ring: how many times it magnifies, and the angle that it is held over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lens {
    /// How many times larger than the whole.
    pub zoom: f64,
    /// The angle that stays where it is.
    pub angle: f64,
}

impl Default for Lens {
    fn default() -> Self {
        Self { zoom: 1.0, angle: 0.0 }
    }
}

impl Lens {
    /// The lens, turned closer by a factor over an angle; from one to 512 times.
    #[must_use]
    pub fn closer(self, factor: f64, angle: f64) -> Self {
        let zoom = (self.zoom * factor).clamp(1.0, 512.0);
        // Far away there is nothing to hold it over.
        if zoom < 1.01 { Self::default() } else { Self { zoom, angle } }
    }

    /// The middle and the radius of a ring under the lens.
    #[must_use]
    pub fn on(self, center: Point, radius: f64) -> (Point, f64) {
        let large = radius * self.zoom;
        // What is looked at moves to the middle as one comes closer.
        let held = center.polar(self.angle, radius / self.zoom.max(1.0));
        let rim = Point::default().polar(self.angle, large);
        if self.zoom <= 1.0 {
            return (center, radius);
        }
        (Point::new(held.x - rim.x, held.y - rim.y), large)
    }
}

/// How many columns a map of `count` cells has in a box, so that its cells are about square.
#[must_use]
pub fn columns(count: usize, frame: Frame) -> usize {
    let mut columns = 1;
    while columns < count
        && frame.width / columns as f64 > frame.height / count.div_ceil(columns) as f64
    {
        columns += 1;
    }
    columns
}

/// One path for the cells of `owner`, runs joined, row by row.
#[must_use]
pub fn cells(owners: &[usize], owner: usize, columns: usize, frame: Frame) -> String {
    let rows = owners.len().div_ceil(columns.max(1)).max(1);
    let (width, height) = (frame.width / columns.max(1) as f64, frame.height / rows as f64);
    let gap = if width > 6.0 { 1.0 } else { 0.0 };
    let mut path = String::new();
    for (row, line) in owners.chunks(columns.max(1)).enumerate() {
        let mut at = 0;
        while at < line.len() {
            let run = line[at..].iter().take_while(|one| **one == owner).count();
            if run > 0 {
                let _ = write!(
                    path,
                    "M{} {}h{}v{}h-{}z",
                    short(frame.x + at as f64 * width),
                    short(frame.y + row as f64 * height),
                    short(run as f64 * width - gap),
                    short(height - gap),
                    short(run as f64 * width - gap),
                );
            }
            at += run.max(1);
        }
    }
    path
}

/// The cell under a point.
#[must_use]
pub fn cell_at(point: Point, count: usize, columns: usize, frame: Frame) -> Option<usize> {
    let rows = count.div_ceil(columns.max(1)).max(1);
    let column = ((point.x - frame.x) / frame.width * columns as f64).floor();
    let row = ((point.y - frame.y) / frame.height * rows as f64).floor();
    let inside = column >= 0.0 && row >= 0.0 && column < columns as f64 && row < rows as f64;
    let at = if inside { row as usize * columns + column as usize } else { usize::MAX };
    (at < count).then_some(at)
}

/// Bars of the given amounts beside each other, standing on the box's lower edge; the highest
/// reaches its top.
#[must_use]
pub fn bars(amounts: &[u32], frame: Frame) -> Vec<Frame> {
    let most = f64::from(amounts.iter().copied().max().unwrap_or(0).max(1));
    let width = frame.width / amounts.len().max(1) as f64;
    let gap = if width > 10.0 { (width * 0.18).min(8.0) } else { 0.0 };
    amounts
        .iter()
        .enumerate()
        .map(|(at, amount)| {
            let height = (f64::from(*amount) / most * frame.height).max(1.0);
            Frame {
                x: frame.x + at as f64 * width + gap / 2.0,
                y: frame.y + frame.height - height,
                width: (width - gap).max(0.5),
                height,
            }
        })
        .collect()
}

/// The angle of a point around a middle, clockwise from twelve o'clock, in whole turns of 1.
#[must_use]
pub fn turn_of(point: Point, center: Point) -> f64 {
    let (x, y) = (point.x - center.x, point.y - center.y);
    // A step of Newton's would do; the circle is small, so halving the interval is enough.
    let (mut low, mut high) = (0.0, 1.0);
    let side = if x >= 0.0 { 0.0 } else { 0.5 };
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        let arm = Point::default().polar((side + middle / 2.0) * std::f64::consts::TAU, 1.0);
        // Positive while the arm has not yet passed the point.
        if arm.x * y - arm.y * x > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    side + low / 2.0
}

/// The nearest of some positions on the circle of 2^64 places; they need no order.
#[must_use]
pub fn nearest(positions: impl Iterator<Item = u64>, wanted: u64) -> Option<usize> {
    let apart = |one: u64| one.wrapping_sub(wanted).min(wanted.wrapping_sub(one));
    positions.enumerate().min_by_key(|(_, position)| apart(*position)).map(|(at, _)| at)
}

/// Orders a few things: the sort of the library would bring more than it is worth here.
pub fn order<T>(items: &mut [T], before: impl Fn(&T, &T) -> bool) {
    for end in 1..items.len() {
        let mut at = end;
        while at > 0 && before(&items[at], &items[at - 1]) {
            items.swap(at, at - 1);
            at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOX: Frame = Frame { x: 10.0, y: 20.0, width: 100.0, height: 50.0 };

    #[test]
    fn a_lens_comes_closer_and_goes_back_to_the_whole() {
        let lens = Lens::default().closer(4.0, 1.0);
        assert_eq!(lens, Lens { zoom: 4.0, angle: 1.0 });
        assert_eq!(lens.closer(0.01, 2.0), Lens::default());
        let center = Point::new(50.0, 50.0);
        assert_eq!(Lens::default().on(center, 30.0), (center, 30.0));
        let (far, large) = lens.on(center, 30.0);
        let rim = far.polar(1.0, large);
        assert_eq!(large, 120.0);
        assert!(rim.distance(center) < 8.0, "the rim that is looked at comes to the middle");
    }

    #[test]
    fn a_map_fills_its_box_and_joins_runs() {
        assert_eq!(columns(8, BOX), 4);
        let owners = [0, 0, 1, 0, 1, 1, 1, 1];
        assert_eq!(cells(&owners, 1, 4, BOX), "M60 20h24v24h-24zM10 45h99v24h-99z");
        assert_eq!(cell_at(Point::new(12.0, 46.0), 8, 4, BOX), Some(4));
        assert_eq!(cell_at(Point::new(9.0, 46.0), 8, 4, BOX), None);
        assert_eq!(cell_at(Point::new(109.0, 69.0), 7, 4, BOX), None);
    }

    #[test]
    fn the_highest_bar_fills_the_box() {
        let bars = bars(&[1, 4], BOX);
        assert_eq!((bars[1].y, bars[1].height), (20.0, 50.0));
        assert_eq!(bars[0].height, 12.5);
        assert!(bars[0].x + bars[0].width < bars[1].x);
    }

    #[test]
    fn a_turn_is_read_off_a_point() {
        let middle = Point::new(5.0, 5.0);
        for (x, y, turn) in [(6.0, 4.0, 0.125), (6.0, 5.0, 0.25), (5.0, 9.0, 0.5), (4.0, 5.0, 0.75)]
        {
            let read = turn_of(Point::new(x, y), middle);
            assert!((read - turn).abs() < 1e-6, "{x} {y}: {read}");
        }
    }

    #[test]
    fn a_few_things_are_ordered_and_equals_keep_their_places() {
        let mut few = [(2, 'a'), (1, 'b'), (2, 'c'), (0, 'd')];
        order(&mut few, |one, other| one.0 < other.0);
        assert_eq!(few, [(0, 'd'), (1, 'b'), (2, 'a'), (2, 'c')]);
    }

    #[test]
    fn the_nearest_lies_across_zero_too() {
        assert_eq!(nearest([5, u64::MAX - 1, 1 << 60].into_iter(), u64::MAX), Some(1));
        assert_eq!(nearest([9, 5].into_iter(), 2), Some(1));
        assert_eq!(nearest([].into_iter(), 2), None);
    }
}
