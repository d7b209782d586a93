//! Where everything of one survey stands in its box: title, picture, marks of nodes, figures.

use crate::layout::place::{self, Place};
use crate::layout::point::{Frame, Point, angle};
use crate::layout::ring;
use crate::layout::survey::{self as sheet, CELLS_MAX, Lens};
use crate::player::fact::NodeId;
use crate::player::fact::tenant::paper::screen::SurveyFact;

/// Nodes beyond this number have no marks of their own around a ring.
pub const MARKS_MAX: usize = 64;
/// The height of the title.
const TITLE: f64 = 44.0;
/// The height of the figures under the picture.
const FIGURES: f64 = 66.0;

/// The picture that fits a strategy.
#[derive(Clone, Debug, PartialEq)]
pub enum Picture {
    /// A circle of points.
    Ring(Place),
    /// A map of pieces: its box, its columns, and that every so many-th piece is shown.
    Map(Frame, usize, usize),
    /// Bars of ranges.
    Ranges(Vec<Frame>),
    /// Nothing but the nodes.
    Bars,
}

/// The plan of a survey.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The whole box.
    pub frame: Frame,
    /// The picture.
    pub picture: Picture,
    /// The box of each node's mark.
    pub marks: Vec<Frame>,
    /// Where the nodes stand if they are bars: the line under them.
    pub floor: f64,
    /// Whether there is room for words.
    pub worded: bool,
    /// Whether there is room for a name and one figure only.
    pub terse: bool,
    /// The middle and the radius of the ring under the lens.
    pub ring: (Point, f64),
    /// How close one looks.
    pub zoom: f64,
}

impl Plan {
    /// The plan of a survey in a box.
    #[must_use]
    pub fn of(fact: &SurveyFact, frame: Frame, small: bool, lens: Lens) -> Self {
        let worded = !small && frame.height > 190.0 && frame.width > 120.0;
        let terse = !small && !worded && frame.height > 70.0;
        let (above, below) = match (worded, terse) {
            (true, _) => (TITLE, FIGURES),
            (_, true) => (20.0, 22.0),
            _ => (6.0, 6.0),
        };
        let inner = Frame {
            x: frame.x + 16.0,
            y: frame.y + above,
            width: (frame.width - 32.0).max(20.0),
            height: (frame.height - above - below).max(20.0),
        };
        let count = fact.nodes.len();
        let mut plan = Self {
            frame,
            picture: Picture::Bars,
            marks: Vec::new(),
            floor: inner.y + inner.height,
            worded,
            terse,
            ring: (Point::default(), 0.0),
            zoom: 1.0,
        };
        if !fact.points.is_empty() {
            let shown = if count > MARKS_MAX { 0 } else { count };
            // Nodes with one point each stand at it, else evenly.
            let mut wanted = ring::evenly(shown);
            if fact.points.len() == shown {
                for (position, node) in &fact.points {
                    if let Some(index) = index_of(fact, *node) {
                        wanted[index] = angle(*position);
                    }
                }
            }
            let place = place::fit(inner, 0.0, &wanted);
            plan.ring = lens.on(place.center, place.radius);
            plan.zoom = lens.zoom;
            let side = place.node_radius;
            let around = |at: Point| Frame {
                x: at.x - side,
                y: at.y - side,
                width: side * 2.0,
                height: side * 2.0,
            };
            plan.marks = place.nodes.iter().map(|spot| around(spot.at)).collect();
            plan.picture = Picture::Ring(place);
            return plan;
        }
        let room = if worded { 16.0 } else { 0.0 };
        let parted = !fact.pieces.is_empty() || !fact.ranges.is_empty();
        let upper = Frame { height: inner.height * 0.6 - room, ..inner };
        if !fact.pieces.is_empty() {
            let step = fact.pieces.len().div_ceil(CELLS_MAX);
            let columns = sheet::columns(fact.pieces.len().div_ceil(step), upper);
            plan.picture = Picture::Map(upper, columns, step);
        } else if !fact.ranges.is_empty() {
            let counts: Vec<u32> = fact.ranges.iter().map(|range| range.keys).collect();
            let top = Frame { y: upper.y + room, height: upper.height - room * 2.0, ..upper };
            plan.picture = Picture::Ranges(sheet::bars(&counts, top));
        }
        let start = if parted { inner.height * 0.6 + room } else { room };
        let lower =
            Frame { y: inner.y + start, height: (inner.height - start - room).max(10.0), ..inner };
        plan.floor = lower.y + lower.height;
        let held: Vec<u32> = fact.nodes.iter().map(|node| node.keys).collect();
        plan.marks = sheet::bars(&held, lower);
        plan
    }

    /// The point on the rim of the ring at a place of the circle.
    #[must_use]
    pub fn rim(&self, position: u64, inwards: f64) -> Point {
        self.ring.0.polar(angle(position), self.ring.1 - inwards)
    }

    /// Whether a point lies in the box, with a little to spare.
    #[must_use]
    pub fn shows(&self, point: Point) -> bool {
        let frame = self.frame;
        point.x > frame.x
            && point.x < frame.x + frame.width
            && point.y > frame.y
            && point.y < frame.y + frame.height
    }
}

/// The place of a node among those of a survey.
#[must_use]
pub fn index_of(fact: &SurveyFact, node: NodeId) -> Option<usize> {
    fact.nodes.iter().position(|holding| holding.node == node)
}

/// The hue of a node: its number in the fixed sequence of eight.
#[must_use]
pub fn hue(node: NodeId) -> String {
    format!("var(--node-{})", node.0 % 8 + 1)
}
