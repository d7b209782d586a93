//! Where a group of replicas stands: nodes in a circle, clients beside it, the logs below.

use std::f64::consts::TAU;

use super::curve;
use super::place::{Place, Spot};
use super::point::{Frame, Point, short};

/// The height of one row of the logs, and of what stands above and below the rows: the head, a bar to
/// scroll by, the legend.
const ROW: f64 = 27.0;
const ROWS_BESIDE: f64 = 54.0;
/// A round of less height than this, its title with it, has no room for what it says.
const ROUND: f64 = 230.0;
/// A round of less height than this is better off without logs below it.
const ROUND_LEAST: f64 = 130.0;
/// What a crown needs above the topmost node of a miniature.
const CROWN: f64 = 8.0;

/// Divides a box: for the round, and for the logs of so many nodes. They stand below it, or beside it
/// in a box that is wide and too low for both; where many groups share the stage there are none.
#[must_use]
pub fn parts(frame: Frame, rows: usize) -> (Frame, Frame) {
    let wanted = rows as f64 * ROW + ROWS_BESIDE;
    if frame.width >= 600.0 && frame.height < wanted + ROUND {
        let left = frame.width * 0.5;
        let low = wanted.min(frame.height);
        let y = frame.y + ((frame.height - low) / 2.0).min(40.0);
        let logs = Frame { x: frame.x + left, y, width: frame.width - left, height: low };
        return (Frame { width: left, ..frame }, logs);
    }
    let low = wanted.min(frame.height * 0.5);
    // Of many groups none has room for its logs; a round that can be read is worth more.
    let low = if rows > 0 && frame.height - low < ROUND_LEAST { 0.0 } else { low };
    let high = frame.height - low;
    let logs = Frame { y: frame.y + high, height: low, ..frame };
    (Frame { height: high, ..frame }, logs)
}

/// The first of `count` nodes stands at twelve o'clock, the others follow clockwise.
#[must_use]
pub fn angles(count: usize) -> Vec<f64> {
    let part = TAU / count.max(1) as f64;
    (0..count).map(|index| part * index as f64).collect()
}

/// Fits a round of `count` nodes into a box, wider than high where the box is; `title` pixels at its
/// top are kept free, with `words` there is room for two lines at every node, and with `clients` for
/// them on the left.
#[must_use]
pub fn fit(frame: Frame, title: f64, count: usize, words: bool, clients: bool) -> Place {
    let aside = match clients {
        true if words && frame.width < 520.0 => 44.0,
        // In a miniature a client takes the edge, and the round what is left.
        true if !words => edge(frame) + 12.0,
        _ => 0.0,
    };
    let frame = Frame { x: frame.x + aside, width: frame.width - aside, ..frame };
    // A miniature has no title above it, but a crown all the same.
    let title = if words { title } else { title + CROWN };
    let (width, height) = (frame.width, (frame.height - title).max(60.0));
    let part = TAU / count.max(1) as f64;
    let roomy = words && (width >= 520.0 || count <= 3 && width >= 300.0);
    let beside = if roomy { 92.0 } else { 8.0 };
    let wanted = (width.min(height) * 0.095).clamp(if words { 11.0 } else { 8.0 }, 24.0);
    // A crown stands on a leader, an arc around who waits.
    let tall = (height / 2.0 - wanted - 12.0).clamp(12.0, 190.0);
    let wide = (width / 2.0 - wanted - beside).max(18.0).min((tall * 1.5).max(120.0));
    let (tall, wide) = if count == 1 { (0.0, 0.0) } else { (tall, wide) };
    let center = Point::new(frame.x + width / 2.0, frame.y + title + height / 2.0);
    let angles = angles(count);
    // Neighbors must not touch, with the arcs around them: where a round is flat, those above and below.
    let apart = angles.windows(2).map(|pair| {
        let (one, two) = (on(center, (wide, tall), pair[0]), on(center, (wide, tall), pair[1]));
        one.distance(two)
    });
    let apart = apart.fold(wide.max(18.0) * part, f64::min);
    let node_radius = wanted.min((apart * 0.36).max(5.0));
    let nodes = angles
        .into_iter()
        .map(|angle| {
            let at = on(center, (wide, tall), angle);
            let right = curve::sin(angle) > -0.01;
            let reach = if right { node_radius + 13.0 } else { -(node_radius + 13.0) };
            let words = Point::new(at.x + reach, at.y - 3.0);
            Spot { at, angle, words, anchor: if right { "start" } else { "end" } }
        })
        .collect();
    Place { center, radius: wide, band: tall, node_radius, nodes, roomy, top: frame.y + title }
}

/// How far from the left edge clients stand: further where there is room.
fn edge(frame: Frame) -> f64 {
    (frame.width * 0.1).clamp(12.0, 30.0)
}

/// The point of an ellipse at an angle from twelve o'clock.
fn on(center: Point, (wide, tall): (f64, f64), angle: f64) -> Point {
    let round = Point::default().polar(angle, 1.0);
    Point::new(center.x + round.x * wide, center.y + round.y * tall)
}

/// Places of so many clients: one below the other at the left edge.
#[must_use]
pub fn beside(frame: Frame, title: f64, count: usize) -> Vec<Point> {
    let height = frame.height - title;
    let part = height / (count + 1) as f64;
    (1..=count)
        .map(|index| Point::new(frame.x + edge(frame), frame.y + title + part * index as f64))
        .collect()
}

/// The part of a circle around zero that a share stands for, from twelve o'clock, as a path.
#[must_use]
pub fn arc(radius: f64, share: f64) -> String {
    let turn = share.clamp(0.0, 0.999) * TAU;
    if turn < 0.01 {
        return String::new();
    }
    let (start, end) = (Point::default().polar(0.0, radius), Point::default().polar(turn, radius));
    let large = u8::from(turn > TAU / 2.0);
    let r = short(radius);
    format!(
        "M{} {}A{r} {r} 0 {large} 1 {} {}",
        short(start.x),
        short(start.y),
        short(end.x),
        short(end.y)
    )
}

/// A line along those nodes of a round that belong together; neighbors are joined.
#[must_use]
pub fn bracket(center: Point, radii: (f64, f64), belongs: &[bool]) -> String {
    let part = TAU / belongs.len().max(1) as f64;
    let mut path = String::new();
    let radii = (radii.0.max(6.0), radii.1.max(6.0));
    for (index, _) in belongs.iter().enumerate().filter(|(_, belongs)| **belongs) {
        let next = belongs[(index + 1) % belongs.len()];
        let middle = part * index as f64;
        let start = on(center, radii, middle - part * 0.3);
        // One that joins its neighbor reaches over to where that one begins.
        let reach = if next && belongs.len() > 1 { 0.7 } else { 0.3 };
        let end = on(center, radii, middle + part * reach);
        let large = u8::from(part * (0.3 + reach) > TAU / 2.0);
        path.push_str(&format!(
            "M{} {}A{} {} 0 {large} 1 {} {}",
            short(start.x),
            short(start.y),
            short(radii.0),
            short(radii.1),
            short(end.x),
            short(end.y)
        ));
    }
    path
}

/// The columns that are shown of logs that end at `last` and begin behind `least`: at most `most`,
/// the last ones.
#[must_use]
pub fn window(least: u64, last: u64, most: u64) -> (u64, u64) {
    let last = last.max(1);
    let first = last.saturating_sub(most - 1).max(least.min(last)).max(1);
    (first, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame { x: 10.0, y: 20.0, width: 700.0, height: 420.0 };

    #[test]
    fn the_circle_stands_in_its_box_and_the_logs_below() {
        let (above, below) = parts(FRAME, 5);
        assert_eq!(above.height + below.height, FRAME.height);
        assert_eq!(below.y, above.y + above.height);
        let (left, right) = parts(Frame { height: 300.0, ..FRAME }, 5);
        assert_eq!((left.height, right.x), (300.0, left.x + left.width));
        let low = Frame { width: 180.0, height: 150.0, ..FRAME };
        assert_eq!((parts(low, 3).0, parts(low, 3).1.height), (low, 0.0));
        let place = fit(above, 46.0, 5, true, true);
        for spot in &place.nodes {
            assert!(spot.at.y - place.node_radius > above.y + 46.0, "{spot:?}");
            assert!(spot.at.y + place.node_radius < below.y, "{spot:?}");
            let end = if spot.anchor == "start" { 70.0 } else { -70.0 };
            assert!((FRAME.x..FRAME.x + FRAME.width).contains(&(spot.words.x + end)), "{spot:?}");
        }
    }

    #[test]
    fn twenty_five_nodes_do_not_touch() {
        let place = fit(FRAME, 46.0, 25, true, true);
        let gap = place.nodes[0].at.distance(place.nodes[1].at);
        assert!(gap > place.node_radius * 2.0, "{gap} {}", place.node_radius);
    }

    #[test]
    fn in_a_box_of_a_phone_three_nodes_do_not_touch() {
        let small = Frame { x: 0.0, y: 0.0, width: 128.0, height: 112.0 };
        let place = fit(small, 40.0, 3, true, true);
        for pair in [(0, 1), (1, 2), (2, 0)] {
            let gap = place.nodes[pair.0].at.distance(place.nodes[pair.1].at);
            assert!(gap > place.node_radius * 2.6, "{gap} {}", place.node_radius);
        }
    }

    #[test]
    fn a_countdown_shrinks_to_nothing() {
        assert!(arc(10.0, 0.0).is_empty());
        assert!(arc(10.0, 0.75).contains(" 1 1 "));
        assert!(arc(10.0, 2.0).starts_with("M0 -10"));
    }

    #[test]
    fn a_bracket_joins_neighbors_only() {
        let path = bracket(Point::default(), (50.0, 50.0), &[true, true, false, true, false]);
        assert_eq!(path.matches('M').count(), 3);
        assert!(bracket(Point::default(), (50.0, 50.0), &[false; 3]).is_empty());
        assert!(bracket(Point::default(), (50.0, 50.0), &[]).is_empty());
    }

    #[test]
    fn long_logs_show_their_end() {
        assert_eq!(window(1, 80, 32), (49, 80));
        assert_eq!(window(1, 5, 32), (1, 5));
        assert_eq!(window(60, 80, 32), (60, 80));
        assert_eq!(window(1, 0, 32), (1, 1));
    }
}
