//! Keys on paper: each survey in its own box, with the picture that fits its strategy, what a change
//! moved, and the figures of the bill.

pub mod bench;
pub mod compare;
pub mod hand;
pub mod key;
pub mod panel;
pub mod picture;
pub mod plan;
pub mod walk;

use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent};
use leptos::prelude::*;

use crate::layout::point::{Frame, short};
use crate::layout::survey::Lens;
use crate::layout::unit;
use crate::player::fact::Session;
use crate::player::fact::tenant::paper::{self, screen::SurveyFact};
use crate::player::{Chosen, Player};
use crate::pulse::{Fact, Var};
use crate::tenant::{Bench, Ground, Layers, Panel};
use crate::widgets::follow::live;
use crate::widgets::piece::{CollectPieces, For, Piece, Show, view};
use hand::Hand;
use plan::Plan;

/// What placing on paper brings to the page. It takes no time and sends nothing.
pub const BENCH: Bench = Bench {
    parties: Session::of::<paper::Process>,
    stage,
    foot: |width| if width < 560.0 { FOOT * 2.0 } else { FOOT },
    word: "Nodes",
    results: &[Panel {
        name: "compare",
        title: "Compare",
        open: true,
        view: |player, _| view! { <compare::Compare player=player /> },
    }],
    places: true,
    ..Bench::PLAIN
};

/// The height of the bench under surveys; on a narrow stage it takes two lines.
const FOOT: f64 = 44.0;

/// Its surveys on a stage, with their bench below.
fn stage(ground: Ground) -> Layers {
    let Ground { player, small, parties, .. } = ground;
    let desk = Desk::new(player, small);
    let some = Fact::of(move || !small && parties.with(|parties| !parties.is_empty()));
    Layers {
        drawing: view! {
            <For each=move || parties.get() key=|party| *party let:party>
                <SurveyView desk=desk cluster=party frame=ground.frame(party) />
            </For>
        },
        over: view! { <Show when=move || some.get()><bench::Bench desk=desk /></Show> },
        ..Layers::default()
    }
}

/// Nodes that are buttons of their own, at most; more are drawn, and found by their keys.
const BUTTONS_MAX: usize = 128;

/// What the surveys of one stage share.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The run.
    pub player: Player,
    /// What a hand drags.
    pub hand: Hand,
    /// The lens over the rings.
    pub lens: Var<Lens>,
    /// Fingers on a ring: the number of each, and where it is.
    pub fingers: Var<Vec<(i32, f64, f64)>>,
    /// Whether it is a miniature.
    pub small: bool,
}

impl Desk {
    /// The desk of a stage.
    #[must_use]
    pub fn new(player: Player, small: bool) -> Self {
        Self {
            player,
            hand: Hand::new(),
            lens: Var::new(Lens::default()),
            fingers: Var::new(Vec::new()),
            small,
        }
    }

    /// Reads one survey and its plan.
    fn read<T>(
        self,
        cluster: usize,
        frame: Fact<Frame>,
        read: impl FnOnce(&SurveyFact, &Plan) -> T,
    ) -> Option<T> {
        let (frame, lens) = (frame.get(), self.lens.get());
        self.player.surveys.with(|all| {
            let fact = &all.iter().find(|one| one.0 == cluster)?.1;
            Some(read(fact, &Plan::of(fact, frame, self.small, lens)))
        })
    }
}

/// One survey.
#[component]
pub fn SurveyView(
    /// What it shares with others.
    desk: Desk,
    /// Its place in the text.
    cluster: usize,
    /// The box it has.
    frame: Fact<Frame>,
) -> Piece {
    view! {
        <g class="survey" data-role="survey" data-cluster=cluster>
            {live(move || desk.read(cluster, frame, |fact, plan| draw(desk, cluster, fact, plan)))}
            {live(move || desk.read(cluster, frame, |fact, plan| key::mark(desk.player, cluster, fact, plan)))}
        </g>
    }
}

fn draw(desk: Desk, cluster: usize, fact: &SurveyFact, plan: &Plan) -> Piece {
    let (worded, terse) = (plan.worded, plan.terse);
    view! {
        {worded.then(|| title(fact, plan))}
        {terse.then(|| terse_words(fact, plan))}
        {walk::walk(desk, cluster, fact, plan)}
        {picture::draw(desk, cluster, fact, plan)}
        {if plan.marks.len() > BUTTONS_MAX {
            picture::crowd(plan)
        } else {
            (0..plan.marks.len()).map(|index| node(desk, fact, plan, index)).collect_view()
        }}
        {worded.then(|| figures(fact, plan))}
    }
}

/// Words of a class at a place.
fn words(class: &'static str, x: f64, y: f64, text: String) -> Piece {
    view! { <text class=class text-anchor="middle" x=short(x) y=short(y)>{text}</text> }
}

/// The name and what was moved, where there is room for no more.
fn terse_words(fact: &SurveyFact, plan: &Plan) -> Piece {
    let x = plan.frame.center().x;
    let moved = fact.moved_all as f64 / f64::from(fact.keys.max(1));
    let name = if fact.name.is_empty() { fact.strategy } else { &fact.name };
    view! {
        {words("survey-label", x, plan.frame.y + 14.0, name.to_owned())}
        <text class="survey-note strong" text-anchor="middle" x=short(x) y=short(plan.frame.y + plan.frame.height - 7.0)
            data-role="survey-moved" data-moved=fact.moved_all data-expected=fact.expected_all>{format!("moved {}", unit::percent(moved))}</text>
    }
}

fn title(fact: &SurveyFact, plan: &Plan) -> Piece {
    let (x, y) = (plan.frame.center().x, plan.frame.y);
    let mut first = fact.strategy.to_owned();
    if !fact.name.is_empty() && fact.name != fact.strategy {
        first = format!("{} · {first}", fact.name);
    }
    let mut second = format!(
        "{} keys · {} nodes",
        unit::count(f64::from(fact.keys)),
        unit::grouped(fact.nodes.len() as u64)
    );
    let mut parts = |count: usize, word: &str| {
        if count > 0 {
            second += &format!(" · {} {word}", unit::grouped(count as u64));
        }
    };
    parts(fact.points.len(), "points");
    parts(fact.pieces.len(), "pieces");
    parts(fact.ranges.len(), "ranges");
    view! {
        {words("ring-title", x, y + 18.0, first)}
        {words("ring-second", x, y + 35.0, second)}
    }
}

/// What was moved beside what theory expects, and the rest of the bill.
fn figures(fact: &SurveyFact, plan: &Plan) -> Piece {
    let x = plan.frame.center().x;
    let y = plan.frame.y + plan.frame.height;
    let all = f64::from(fact.keys.max(1));
    let moved = fact.moved_all as f64 / all;
    let expected = fact.expected_all as f64 / 1e6;
    let wide = plan.frame.width > 330.0;
    let (bar, most) = ((plan.frame.width - 60.0).min(220.0), moved.max(expected).max(1.0));
    let left = x - bar / 2.0;
    let mut told = format!("moved {}", unit::percent(moved));
    if fact.expected_all > 0 {
        told += &format!(", expected {}", unit::percent(expected));
    }
    let bill = format!(
        "fullest {}× · {} {} · {}",
        fact.balance.shown(),
        if wide { "a range query asks" } else { "asks" },
        unit::digits(f64::from(fact.fan_out) / 1e3),
        unit::bytes(fact.bytes as f64),
    );
    // The share stands above already.
    let change = fact.change.split(" (").next().unwrap_or_default().to_owned();
    let last = if wide { format!("spread {} · {}", fact.spread.shown(), change) } else { change };
    view! {
        <rect class="survey-bed" x=short(left) y=short(y - 62.0) width=short(bar) height="5"></rect>
        <rect class="survey-moved" x=short(left) y=short(y - 62.0) width=short(bar * moved / most) height="5"></rect>
        <path class="survey-expected" d=format!("M{} {}v11", short(left + bar * expected / most), short(y - 65.0))></path>
        <text class="survey-figure" text-anchor="middle" x=short(x) y=short(y - 42.0) data-role="survey-moved"
            data-moved=fact.moved_all data-expected=fact.expected_all>{told}</text>
        {words("ring-second", x, y - 25.0, bill)}
        {words("ring-second", x, y - 9.0, fit(last, plan.frame.width))}
    }
}

/// A line cut to what a width holds.
fn fit(words: String, width: f64) -> String {
    let most = ((width - 20.0) / 6.9) as usize;
    if words.chars().count() <= most {
        return words;
    }
    let cut: String = words.chars().take(most.saturating_sub(1)).collect();
    cut + "…"
}

/// The name of a node of a survey, as the text means that one alone.
#[must_use]
pub fn full_name(fact: &SurveyFact, node: &str) -> String {
    if fact.name.is_empty() { node.to_owned() } else { format!("{}.{node}", fact.name) }
}

/// A node: to choose, to drag out, and to read.
fn node(desk: Desk, fact: &SurveyFact, plan: &Plan, index: usize) -> Piece {
    let (Some(holding), Some(frame)) = (fact.nodes.get(index), plan.marks.get(index)) else {
        return Piece::Nothing;
    };
    if plan.zoom > 1.0 {
        return Piece::Nothing;
    }
    let Desk { player, hand, small, .. } = desk;
    let thing = Chosen::Node(full_name(fact, &holding.name));
    let chosen = player.is_chosen(&thing);
    let gained = fact.pairs.iter().any(|pair| pair.1 == holding.name);
    let sentence = format!(
        "{}, {} keys, {} of all places",
        thing.write(),
        unit::grouped(u64::from(holding.keys)),
        unit::percent(f64::from(holding.share) / 1e6)
    );
    let name = thing.write();
    let leave = format!("leave {}", holding.name);
    let choose = move |beside: bool| player.choose(thing.clone(), beside);
    let press = choose.clone();
    let class = format!(
        "node survey-node{}{}",
        if chosen { " chosen" } else { "" },
        if gained && frame.width > 14.0 { " moved" } else { "" }
    );
    let inside = picture::node(fact, plan, index, *frame);
    if small {
        return view! { <g class=class style=("--hue", plan::hue(holding.node))>{inside}</g> };
    }
    view! {
        <g
            class=class
            data-role="survey-node"
            data-node=name
            role="button"
            tabindex="0"
            aria-pressed=chosen.to_string()
            style=("--hue", plan::hue(holding.node))
            on:click=move |event: MouseEvent| {
                event.stop_propagation();
                if !hand.was_drag() {
                    choose(event.shift_key() || event.ctrl_key() || event.meta_key());
                }
            }
            on:keydown=move |event: KeyboardEvent| {
                if matches!(event.key().as_str(), "Enter" | " ") {
                    event.prevent_default();
                    event.stop_propagation();
                    press(event.shift_key());
                }
            }
            on:pointerdown=move |event: PointerEvent| hand.take(&event, leave.clone(), true)
            on:pointermove=move |event: PointerEvent| hand.follow(&event)
            on:pointerup=move |_: PointerEvent| hand.drop(player)
        >
            <title>{sentence}</title>
            {inside}
        </g>
    }
}
