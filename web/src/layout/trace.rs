//! The space-time picture: one line of life a node, one slanted stroke a message.

use super::timeline::Scale;

/// A message between two lines of life.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Where it left.
    pub x1: f64,
    /// The line it left.
    pub y1: f64,
    /// Where it arrived, or where it was lost.
    pub x2: f64,
    /// The line it meant to reach.
    pub y2: f64,
}

/// The height of the line of life at `index` of `count` lines in `height` pixels.
#[must_use]
pub fn life(index: usize, count: usize, height: f64) -> f64 {
    (index as f64 + 0.5) * height / count.max(1) as f64
}

/// The stroke of a message; one that was lost ends half way.
#[must_use]
pub fn stroke(scale: Scale, sent: (u64, f64), due: (u64, f64), lost: bool) -> Stroke {
    let (x1, x2) = (scale.x(sent.0), scale.x(due.0));
    if lost {
        return Stroke { x1, y1: sent.1, x2: (x1 + x2) / 2.0, y2: (sent.1 + due.1) / 2.0 };
    }
    Stroke { x1, y1: sent.1, x2, y2: due.1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_life_share_the_height() {
        assert_eq!(life(0, 2, 100.0), 25.0);
        assert_eq!(life(1, 2, 100.0), 75.0);
    }

    #[test]
    fn a_lost_message_ends_half_way() {
        let scale = Scale::new(0, 100, 100.0);
        let stroke = stroke(scale, (0, 10.0), (100, 50.0), true);
        assert_eq!((stroke.x2, stroke.y2), (50.0, 30.0));
    }
}
