//! What each tenant brings to the page, a folder for each: how its parties are drawn on the stage, its panels, its
//! legend. Stage and lab compose what the tenants of a text bring, and know none of them by name.

pub mod ids;
pub mod paper;
pub mod quorum;
pub mod replicated;
pub mod ring;

use crate::layout::point::Frame;
use crate::layout::timeline::Scale;
use crate::player::Player;
use crate::player::fact::{Form, Session};
use crate::pulse::{Fact, Var};
use crate::widgets::notice::Notice;
use crate::widgets::piece::Piece;

/// The tenants of the page, in the order in which their layers and panels stand.
pub const TENANTS: [&Bench; 5] =
    [&paper::BENCH, &ring::BENCH, &quorum::BENCH, &replicated::BENCH, &ids::BENCH];

/// What a tenant brings.
pub struct Bench {
    /// The parties of a run that are its own.
    pub parties: fn(&Session) -> Vec<usize>,
    /// Draws them; nobody asks unless there are some.
    pub stage: fn(Ground) -> Layers,
    /// The height that it needs under the drawings of a stage of that width.
    pub foot: fn(f64) -> f64,
    /// The word on the switch for a stage that shows it.
    pub word: &'static str,
    /// Which form of a message carries what.
    pub legend: &'static [(Form, &'static str)],
    /// The figures whose course it shows, the first one first; none if it takes no time.
    pub courses: &'static [&'static str],
    /// Its panels in the inspector.
    pub panels: &'static [Panel],
    /// Its panels before the verdicts.
    pub results: &'static [Panel],
    /// Lays one of its parties out as a sheet, if it has no place in the drawing.
    pub sheet: Option<fn(Player, usize, bool) -> Piece>,
    /// A lane of the timeline for each of its parties.
    pub lane: Option<Lane>,
    /// Words that one may run until, the best ones first.
    pub until: &'static [&'static str],
    /// Keys of the reader's own can be looked up in it.
    pub places: bool,
    /// Its figures are read while it runs, not as a whole.
    pub runs_on: bool,
}

impl Bench {
    /// Nothing but its parties.
    const PLAIN: Self = Self {
        parties: |_| Vec::new(),
        stage: |_| Layers::default(),
        foot: |_| 0.0,
        word: "Nodes",
        legend: &[],
        courses: &[],
        panels: &[],
        results: &[],
        sheet: None,
        lane: None,
        until: &[],
        places: false,
        runs_on: false,
    };

    /// True if some of them are in that run.
    #[must_use]
    pub fn is_in(&self, session: &Session) -> bool {
        !(self.parties)(session).is_empty()
    }
}

/// A lane of the timeline.
#[derive(Clone, Copy)]
pub struct Lane {
    /// What it shows, in a word.
    pub title: &'static str,
    /// That of a party, on a scale, as far as the run is known.
    pub view: fn(Player, usize, Fact<Scale>, Fact<u64>) -> Piece,
}

/// A panel that folds.
pub struct Panel {
    /// The name that it is remembered under.
    pub name: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// Whether it begins open.
    pub open: bool,
    /// What stands in it.
    pub view: fn(Player, Var<Option<Notice>>) -> Piece,
}

/// The ground that a stage gives a tenant.
#[derive(Clone, Copy)]
pub struct Ground {
    /// The run.
    pub player: Player,
    /// A small stage has no titles, no words at the nodes, and cannot be touched.
    pub small: bool,
    /// The tenant's parties that the stage has room for.
    pub parties: Fact<Vec<usize>>,
    /// The boxes of all parties.
    pub frames: Fact<Vec<Frame>>,
}

impl Ground {
    /// The box of a party.
    #[must_use]
    pub fn frame(self, party: usize) -> Fact<Frame> {
        let frames = self.frames;
        Fact::of(move || frames.with(|frames| frames.get(party).copied().unwrap_or_default()))
    }
}

/// What a tenant draws, from the ground up.
pub struct Layers {
    /// Under the drawing.
    pub under: Piece,
    /// In the drawing.
    pub drawing: Piece,
    /// Over the drawing.
    pub over: Piece,
}

impl Default for Layers {
    fn default() -> Self {
        Self { under: Piece::Nothing, drawing: Piece::Nothing, over: Piece::Nothing }
    }
}

/// The tenants of a run.
pub fn of(session: &Session) -> impl Iterator<Item = &'static Bench> {
    TENANTS.into_iter().filter(|bench| bench.is_in(session))
}
