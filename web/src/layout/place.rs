//! Where everything of one ring stands in its box: the circle, the nodes, the clients, the words.

use super::curve;
use std::f64::consts::TAU;

use super::point::{Frame, Point};
use super::ring;

/// The measures of one ring in its box.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The middle of the ring.
    pub center: Point,
    /// The middle line of the band of arcs.
    pub radius: f64,
    /// How wide the band is.
    pub band: f64,
    /// The radius of a node's mark.
    pub node_radius: f64,
    /// The places of the nodes, in the order they were given.
    pub nodes: Vec<Spot>,
    /// Whether there is room for a line of figures at every node.
    pub roomy: bool,
    /// The line above which the title stands, close to the ring.
    pub top: f64,
}

/// The place of a node and of its words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// The middle of its mark.
    pub at: Point,
    /// Its angle around the ring.
    pub angle: f64,
    /// Where its words begin.
    pub words: Point,
    /// Which end of the words stands there: `start`, `middle` or `end`.
    pub anchor: &'static str,
}

/// Fits a ring of nodes that want to stand at `wanted` angles into a box; `title` pixels at its top
/// are kept free.
#[must_use]
pub fn fit(frame: Frame, title: f64, wanted: &[f64]) -> Place {
    let count = wanted.len().max(1) as f64;
    let (width, height) = (frame.width, (frame.height - title).max(80.0));
    let side = width.min(height);
    let roomy = side >= 300.0 && wanted.len() <= 16;
    let by_size = (side * 0.052).clamp(9.0, 24.0);
    let node_radius = by_size.min(side * 0.36 * TAU / count * 0.38).max(5.0);
    // Words stand beside the nodes or stacked above and below them, whichever leaves more room.
    let beside_limit = (height / 2.0 - node_radius - 44.0).min(width / 2.0 - node_radius - 90.0);
    let stacked_limit =
        (height / 2.0 - node_radius - 44.0).min(width / 2.0 - node_radius.max(44.0) - 2.0);
    let stacked = stacked_limit > beside_limit + 6.0;
    let bare_limit = (height.min(width)) / 2.0 - node_radius - 8.0;
    let orbit = if roomy { beside_limit.max(stacked_limit) } else { bare_limit };
    let band = (side * 0.036).clamp(7.0, 20.0);
    let radius = (orbit - node_radius - band * 0.5 - (side * 0.016).max(4.0)).max(16.0);
    let orbit = orbit.max(radius + band);
    let center = Point::new(frame.x + width / 2.0, frame.y + title + height / 2.0);
    // Stacked words need room between neighbors; words beside a node do not.
    let words_between = if roomy && stacked { 44.0 } else { 8.0 };
    let gap = (node_radius * 2.0 + words_between) / orbit;
    let reach = orbit + node_radius + if roomy { 36.0 } else { 8.0 };
    let top = (center.y - reach).max(frame.y + title);
    let nodes = ring::spread(wanted, gap)
        .into_iter()
        .map(|angle| {
            let at = center.polar(angle, orbit);
            let (words, anchor) = beside(at, angle, node_radius, stacked);
            Spot { at, angle, words, anchor }
        })
        .collect();
    Place { center, radius, band, node_radius, nodes, roomy, top }
}

/// Words stand outside the circle: to the right on the right half, to the left on the left half,
/// above or below near the poles, and everywhere if they are stacked.
fn beside(at: Point, angle: f64, node_radius: f64, stacked: bool) -> (Point, &'static str) {
    let (sin, cos) = (curve::sin(angle), curve::cos(angle));
    if stacked || sin.abs() < 0.3 {
        let drop = if cos > 0.05 { -(node_radius + 24.0) } else { node_radius + 22.0 };
        return (Point::new(at.x, at.y + drop), "middle");
    }
    let reach = node_radius + 15.0;
    let anchor = if sin > 0.0 { "start" } else { "end" };
    (Point::new(at.x + reach * sin.signum(), at.y - cos * 2.0 - 3.0), anchor)
}

/// Places of things that share the middle of a ring, such as clients and a controller: one stands in
/// the middle, more stand on a small circle.
#[must_use]
pub fn inside(center: Point, radius: f64, count: usize) -> Vec<Point> {
    match count {
        0 => Vec::new(),
        1 => vec![center],
        _ => {
            let orbit = (radius * 0.34).clamp(11.0, 90.0);
            // A quarter turn off, so that two stand beside each other and their names do not touch.
            ring::evenly(count).into_iter().map(|angle| center.polar(angle, orbit)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside_frame(place: &Place, frame: Frame) {
        for spot in &place.nodes {
            assert!(
                spot.at.x - place.node_radius >= frame.x
                    && spot.at.x + place.node_radius <= frame.x + frame.width
            );
            assert!(
                spot.at.y - place.node_radius >= frame.y
                    && spot.at.y + place.node_radius <= frame.y + frame.height
            );
        }
    }

    #[test]
    fn nodes_stay_in_their_box_and_outside_the_ring() {
        for (width, height) in [(900.0, 560.0), (360.0, 320.0), (280.0, 180.0), (1600.0, 1000.0)] {
            for count in [1, 2, 4, 5, 12, 50] {
                let frame = Frame { x: 10.0, y: 20.0, width, height };
                let place = fit(frame, 28.0, &ring::evenly(count));
                inside_frame(&place, frame);
                for spot in &place.nodes {
                    assert!(place.center.distance(spot.at) > place.radius);
                }
            }
        }
    }

    #[test]
    fn nodes_do_not_overlap() {
        let place =
            fit(Frame { x: 0.0, y: 0.0, width: 900.0, height: 600.0 }, 28.0, &ring::evenly(50));
        for (index, one) in place.nodes.iter().enumerate() {
            for other in &place.nodes[index + 1..] {
                assert!(one.at.distance(other.at) > place.node_radius * 1.9);
            }
        }
    }

    #[test]
    fn words_stand_away_from_the_ring() {
        let place =
            fit(Frame { x: 0.0, y: 0.0, width: 900.0, height: 600.0 }, 28.0, &ring::evenly(4));
        for spot in &place.nodes {
            assert!(place.center.distance(spot.words) > place.center.distance(spot.at) - 4.0);
        }
    }

    #[test]
    fn one_thing_inside_stands_in_the_middle() {
        let center = Point::new(5.0, 5.0);
        assert_eq!(inside(center, 100.0, 1), [center]);
        assert_eq!(inside(center, 100.0, 3).len(), 3);
    }
}
