//! The ring: one cluster of storage nodes around the circle of all places.

pub mod arcs;
pub mod clients;
pub mod cut;
pub mod flights;
pub mod glow;
pub mod keys;
pub mod node;
pub mod plan;
pub mod streams;

use leptos::prelude::*;

use crate::layout::point::{Frame, short};
use crate::layout::unit;
use crate::player::Player;
use crate::player::fact::tenant::ring;
use crate::player::fact::{Form, Session};
use crate::pulse::Fact;
use crate::tenant::quorum::lines::Lines;
use crate::tenant::{Bench, Ground, Layers};
use crate::widgets::follow::{live, perhaps, say, whether};
use crate::widgets::piece::{CollectPieces, For, Piece, Show, view};
use glow::Glow;
use plan::Plan;

/// What the ring brings to the page.
pub const BENCH: Bench = Bench {
    parties: Session::of::<ring::Process>,
    stage,
    word: "Ring",
    legend: &LEGEND,
    courses: &COURSES,
    until: &["joined", "crash", "lost", "left", "suspected", "replaced"],
    places: true,
    ..Bench::PLAIN
};

/// What messages of such a store carry.
const LEGEND: [(Form, &str); 5] = [
    (Form::Ask, "asks"),
    (Form::Tell, "answers"),
    (Form::Data, "carries keys"),
    (Form::Rule, "about the map"),
    (Form::Pulse, "heartbeat"),
];

/// The figures of such a store that have a course.
pub const COURSES: [&str; 5] = ["latency", "throughput", "failed", "unavailable", "moved-bytes"];

/// Its parties on a stage, whose nodes stand on a circle of places.
#[must_use]
pub fn stage(ground: Ground) -> Layers {
    let Ground { player, small, parties, .. } = ground;
    let each = move || parties.get();
    Layers {
        under: glows(ground),
        drawing: view! {
            <For each=each key=|party| *party let:party>
                <RingView player=player cluster=party frame=ground.frame(party) small=small />
            </For>
        },
        ..Layers::default()
    }
}

/// The glow of what flies between the nodes of its parties.
#[must_use]
pub fn glows(ground: Ground) -> Piece {
    let Ground { player, small, parties, .. } = ground;
    view! {
        <For each=move || parties.get() key=|party| *party let:party>
            <Glow player=player cluster=party frame=ground.frame(party) small=small />
        </For>
    }
}

/// One cluster: its title, its ring, its nodes, what flies between them.
#[component]
pub fn RingView(
    /// The run.
    player: Player,
    /// Which cluster.
    cluster: usize,
    /// The box it has.
    #[prop(into)]
    frame: Fact<Frame>,
    /// Whether it is a miniature.
    small: bool,
) -> Piece {
    let plan = Plan::watch(player, cluster, frame, small);
    let title = player.see(move |scene| {
        scene.clusters.get(cluster).map(|fact| {
            (
                fact.name.clone(),
                fact.strategy.clone(),
                fact.vnodes,
                fact.replicas,
                fact.doing.clone(),
            )
        })
    });
    let figures = player.see(move |scene| {
        scene.clusters.get(cluster).map(|fact| (fact.keys, fact.moved, fact.unavailable, fact.lost))
    });
    let narrow = Fact::of(move || frame.get().width < 300.0);
    let words = move || {
        title.get().map_or_else(String::new, |(name, strategy, vnodes, replicas, _)| {
            let points = if vnodes > 1 && !narrow.get() {
                format!(", {vnodes} vnodes")
            } else {
                String::new()
            };
            let copies = if replicas > 1 && !narrow.get() {
                format!(", {replicas} copies")
            } else {
                String::new()
            };
            if name.is_empty() || name == strategy {
                format!("{strategy}{points}{copies}")
            } else {
                format!("{name} · {strategy}{points}{copies}")
            }
        })
    };
    let doing = move || title.get().map_or_else(String::new, |title| title.4);
    let second = move || {
        let (keys, moved, unavailable, lost) = figures.get().unwrap_or_default();
        let mut parts = vec![("rest", unit::amount(keys as f64, "keys"))];
        let mut tell = |count: u64, class: &'static str, word: &str| {
            if count > 0 {
                parts.push((class, format!(" · {} {word}", unit::count(count as f64))));
            }
        };
        tell(moved, "moved", "moved");
        tell(unavailable, "waiting", if narrow.get() { "away" } else { "unavailable" });
        tell(lost, "fault", "lost");
        parts
    };
    view! {
        <g class="ring" data-role="ring" data-cluster=perhaps(move || title.get().map(|title| title.0))>
            <Show when=move || !small>
                <text
                    class="ring-title"
                    x=say(move || short(plan.get().place.center.x))
                    y=say(move || short(plan.get().place.top - 28.0))
                    text-anchor="middle"
                >
                    {say(words)}
                    <tspan class="ring-doing" class:busy=whether(move || doing() != "steady")>
                        {live(move || if narrow.get() && doing() == "steady" { String::new() } else { format!("  {}", doing()) })}
                    </tspan>
                </text>
                <text
                    class="ring-second"
                    x=say(move || short(plan.get().place.center.x))
                    y=say(move || short(plan.get().place.top - 10.0))
                    text-anchor="middle"
                >
                    {live(move || second().into_iter().map(|(class, words)| view! { <tspan class=class>{words}</tspan> }).collect_view())}
                </text>
            </Show>
            <arcs::Arcs player=player cluster=cluster plan=plan />
            <keys::Keys player=player cluster=cluster plan=plan />
            <streams::Streams player=player plan=plan small=small />
            <Show when=move || !small><Lines player=player cluster=cluster plan=plan /></Show>
            <cut::Cuts player=player plan=plan />
            <clients::Inside player=player plan=plan small=small />
            <For
                each=move || plan.with(|plan| plan.storage.clone())
                key=|id| *id
                let:id
            >
                <node::NodeMark player=player plan=plan id=id small=small />
            </For>
            <flights::Flights player=player plan=plan small=small />
        </g>
    }
}
