//! On the ring of a quorum store: the followed key with its preference list, and hints with their homes.

use leptos::prelude::*;

use crate::layout::chord::Chord;
use crate::layout::point::{Point, angle, short};
use crate::player::Player;
use crate::player::fact::tenant::quorum;
use crate::pulse::Fact;
use crate::tenant::ring::plan::Plan;
use crate::widgets::follow::live;
use crate::widgets::piece::{CollectPieces, Piece, view};

/// A hint that somebody keeps: a line from the keeper to the home, and a number.
#[derive(Clone, Debug, PartialEq)]
struct Kept {
    path: String,
    at: Point,
    count: u32,
    said: String,
}

/// The homes of a key: a dot where the key lies, and a line to each home with its place in the list.
#[derive(Clone, Debug, PartialEq)]
struct Homes {
    key: String,
    dot: Point,
    lines: Vec<(String, Point, usize)>,
}

/// The lines of one cluster; none if it is no quorum store.
#[component]
pub fn Lines(
    /// The run.
    player: Player,
    /// Which cluster.
    cluster: usize,
    /// Where everything stands.
    plan: Fact<Plan>,
) -> Piece {
    let is_quorum =
        player.watch_text(move |session| session.of::<quorum::Process>().contains(&cluster));
    let hints = Fact::of(move || {
        if !is_quorum.get() {
            return Vec::new();
        }
        player.scene.with(|_| ());
        let hints = player.read(|session| {
            let hints = quorum::fact::hints(session.site(cluster));
            let told = |hint: &quorum::fact::HintFact| {
                let (keeper, home) = (session.name(hint.keeper), session.name(hint.home));
                format!("{keeper} keeps {} hints for {home}", hint.count)
            };
            hints.iter().map(|hint| (hint.clone(), told(hint))).collect::<Vec<_>>()
        });
        plan.with(|plan| {
            let kept = |(hint, said): (quorum::fact::HintFact, String)| {
                let (from, to) = (plan.marks.get(&hint.keeper.0)?, plan.marks.get(&hint.home.0)?);
                let path = Chord::between(from.0, from.1, to.0, to.1, 0.0);
                let path = path.bow(plan.place.center, -0.3);
                let at = from.0.toward(to.0, 0.3).toward(plan.place.center, 0.15);
                Some(Kept { path, at, count: hint.count, said })
            };
            hints.into_iter().filter_map(kept).collect::<Vec<_>>()
        })
    });
    let homes = Fact::of(move || {
        player.text.track();
        let key = player.key.get();
        if key.is_empty() || !is_quorum.get() {
            return None;
        }
        player.beat.track();
        let (position, homes) = player.read(|session| {
            let found = quorum::fact::copies(session.site(cluster), &key)?;
            let homes = found.copies.iter().filter(|copy| copy.place.is_some());
            Some((found.position, homes.map(|copy| copy.node.0).collect::<Vec<_>>()))
        })?;
        plan.with(|plan| {
            let dot = plan.place.center.polar(angle(position), plan.place.radius);
            let line = |(at, node): (usize, u32)| {
                let (spot, radius) = *plan.marks.get(&node)?;
                let path = Chord::between(dot, 4.0, spot, radius, 0.0).bow(plan.place.center, 0.2);
                let label = dot.toward(spot, 0.5).toward(plan.place.center, 0.12);
                Some((path, label, at))
            };
            let lines = (1..).zip(homes).filter_map(line).collect();
            Some(Homes { key, dot, lines })
        })
    });
    view! {
        <g class="quorum-lines">
            {live(move || hints.get().into_iter().map(|kept| view! {
                <g class="hint" data-role="hint">
                    <title>{kept.said.clone()}</title>
                    <path class="hint-line" d=kept.path.clone()></path>
                    <text class="hint-count" x=short(kept.at.x) y=short(kept.at.y) text-anchor="middle">{kept.count.to_string()}</text>
                </g>
            }).collect_view())}
            {live(move || homes.get().map(|homes| view! {
                <g class="homes" data-role="homes">
                    {homes.lines.iter().map(|(path, at, number)| view! {
                        <path class="home-line" d=path.clone()></path>
                        <text class="home-number" x=short(at.x) y=short(at.y) text-anchor="middle">{number.to_string()}</text>
                    }).collect_view()}
                    <circle class="home-key" cx=short(homes.dot.x) cy=short(homes.dot.y) r="4"></circle>
                    <text class="home-number" x=short(homes.dot.x) y=short(homes.dot.y - 8.0) text-anchor="middle">{homes.key.clone()}</text>
                </g>
            }))}
        </g>
    }
}
