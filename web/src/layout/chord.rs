//! The lines between nodes: flights on straight chords, streams as ribbons.

use super::curve;
use super::point::{Point, short};

/// A straight way from one node to another, trimmed at their edges and shifted a little to its own
/// right, so that both directions of a pair are apart.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Chord {
    /// Where it leaves the sender's edge.
    pub start: Point,
    /// Where it meets the receiver's edge.
    pub end: Point,
}

impl Chord {
    /// The chord between two round marks with the given radii.
    #[must_use]
    pub fn between(from: Point, from_radius: f64, to: Point, to_radius: f64, shift: f64) -> Self {
        let length = from.distance(to);
        if length < 1.0 {
            return Self { start: from, end: to };
        }
        let (ux, uy) = ((to.x - from.x) / length, (to.y - from.y) / length);
        let (sx, sy) = (-uy * shift, ux * shift);
        let room = (length - from_radius - to_radius).max(0.0);
        let start = Point::new(from.x + ux * from_radius + sx, from.y + uy * from_radius + sy);
        Self { start, end: Point::new(start.x + ux * room, start.y + uy * room) }
    }

    /// The place at a share `t` of the way, held within the chord.
    #[must_use]
    pub fn at(self, t: f64) -> Point {
        self.start.toward(self.end, t.clamp(0.0, 1.0))
    }

    /// The direction in degrees, for turning an arrow head.
    #[must_use]
    pub fn turn(self) -> f64 {
        curve::atan2(self.end.y - self.start.y, self.end.x - self.start.x).to_degrees()
    }

    /// The chord as a path.
    #[must_use]
    pub fn path(self) -> String {
        format!(
            "M{} {}L{} {}",
            short(self.start.x),
            short(self.start.y),
            short(self.end.x),
            short(self.end.y)
        )
    }

    /// The chord as a path that gives way to `center`: bent away from it, so that a stream does not
    /// cover what stands in the middle.
    #[must_use]
    pub fn bow(self, center: Point, bend: f64) -> String {
        let middle = self.start.toward(self.end, 0.5);
        let control = center.toward(middle, 1.0 + bend);
        format!(
            "M{} {}Q{} {} {} {}",
            short(self.start.x),
            short(self.start.y),
            short(control.x),
            short(control.y),
            short(self.end.x),
            short(self.end.y)
        )
    }
}

/// How far along a flight is, given when it was sent and when it is due.
#[must_use]
pub fn progress(sent: u64, due: u64, now: u64) -> f64 {
    if now <= sent {
        return 0.0;
    }
    if now >= due || due <= sent {
        return 1.0;
    }
    (now - sent) as f64 / (due - sent) as f64
}

/// The radius of a flight that carries `bytes`: a kilobyte is small, a megabyte is not.
#[must_use]
pub fn flight_radius(bytes: u64) -> f64 {
    let size = curve::log10(bytes.max(1) as f64);
    (1.6 + size * 0.72).clamp(2.2, 6.6)
}

/// The width of a stream of `rate` bytes a second beside a fastest one.
#[must_use]
pub fn stream_width(rate: f64, fastest: f64) -> f64 {
    if fastest <= 0.0 {
        return 1.5;
    }
    1.5 + 8.5 * (rate / fastest).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chord_stays_outside_both_nodes() {
        let chord = Chord::between(Point::new(0.0, 0.0), 10.0, Point::new(100.0, 0.0), 20.0, 3.0);
        assert_eq!(chord.start, Point::new(10.0, 3.0));
        assert_eq!(chord.end, Point::new(80.0, 3.0));
        assert_eq!(chord.at(0.5), Point::new(45.0, 3.0));
        assert_eq!(chord.at(7.0), chord.end);
        let back = Chord::between(Point::new(100.0, 0.0), 20.0, Point::new(0.0, 0.0), 10.0, 3.0);
        assert_eq!(back.start.y, -3.0);
    }

    #[test]
    fn a_chord_from_a_point_to_itself_is_harmless() {
        let here = Point::new(5.0, 5.0);
        assert_eq!(Chord::between(here, 9.0, here, 9.0, 1.0).at(0.5), here);
    }

    #[test]
    fn progress_is_a_share() {
        assert_eq!(progress(10, 20, 5), 0.0);
        assert_eq!(progress(10, 20, 15), 0.5);
        assert_eq!(progress(10, 20, 25), 1.0);
        assert_eq!(progress(10, 10, 10), 0.0);
    }

    #[test]
    fn more_bytes_look_larger() {
        assert!(flight_radius(1_000_000) > flight_radius(1_000));
        assert!(stream_width(10.0, 10.0) > stream_width(1.0, 10.0));
        assert_eq!(stream_width(1.0, 0.0), 1.5);
    }
}
