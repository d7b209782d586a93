//! A replicated store: its nodes in a circle, who leads, what flies, and the logs below.

pub mod ask;
pub mod asking;
pub mod cell;
pub mod entry;
pub mod face;
pub mod logs;
pub mod node;
pub mod outline;
pub mod terms;

use leptos::prelude::*;

use super::ring::clients::Inside;
use super::ring::cut::Cuts;
use super::ring::flights::Flights;
use super::ring::glows;
use super::ring::plan::Plan;
use crate::layout::point::{Frame, short};
use crate::player::Player;
use crate::player::fact::tenant::replicated::{self, fact::ReplicaFact};
use crate::player::fact::{Form, Session};
use crate::pulse::Fact;
use crate::tenant::{Bench, Ground, Lane, Layers, Panel};
use crate::views::word;
use crate::widgets::follow::{live, perhaps, say};
use crate::widgets::piece::{For, Piece, Show, view};
use logs::Logs;

/// What a replicated store brings to the page.
pub const BENCH: Bench = Bench {
    parties: Session::of::<replicated::Process>,
    stage,
    legend: &LEGEND,
    courses: &["latency", "throughput", "failed", "committed", "log", "elections"],
    panels: &[Panel {
        name: "ask",
        title: "Ask the store",
        open: true,
        view: |player, _| view! { <ask::Ask player=player /> },
    }],
    lane: Some(Lane {
        title: "Terms",
        view: |player, party, scale, end| {
            view! { <terms::Terms player=player cluster=party scale=scale end=end /> }
        },
    }),
    until: &[
        "leader",
        "crash",
        "candidate",
        "follower",
        "truncated",
        "compacted",
        "installed",
        "members",
        "transferring",
        "stepped-down",
        "disk-lost",
        "refused",
    ],
    runs_on: true,
    ..Bench::PLAIN
};

/// What messages of replicas carry.
const LEGEND: [(Form, &str); 6] = [
    (Form::Ask, "asks"),
    (Form::Tell, "answers"),
    (Form::Data, "entries"),
    (Form::Stand, "vote?"),
    (Form::Yes, "vote"),
    (Form::Pulse, "heartbeat"),
];

/// Its groups on a stage, with their logs over them.
fn stage(ground: Ground) -> Layers {
    let Ground { player, small, parties, .. } = ground;
    let logged = move || if small { Vec::new() } else { parties.get() };
    Layers {
        under: glows(ground),
        drawing: view! {
            <For each=move || parties.get() key=|party| *party let:party>
                <GroupView player=player cluster=party frame=ground.frame(party) small=small />
            </For>
        },
        over: view! {
            <For each=logged key=|party| *party let:party>
                <Logs player=player cluster=party frame=ground.frame(party) />
            </For>
        },
    }
}

/// One group of replicas.
#[component]
pub fn GroupView(
    /// The run.
    player: Player,
    /// The place of its cluster.
    cluster: usize,
    /// The box it has.
    #[prop(into)]
    frame: Fact<Frame>,
    /// Whether it is a miniature.
    small: bool,
) -> Piece {
    let plan = Plan::watch(player, cluster, frame, small);
    let name = player.see(move |scene| scene.clusters.get(cluster).map(|fact| fact.name.clone()));
    let state = Fact::of(move || player.replicas.with(|all| state(all, cluster)));
    let narrow = Fact::of(move || frame.get().width < 300.0);
    let title = move || match name.get().filter(|name| !name.is_empty()) {
        Some(name) if narrow.get() => name,
        Some(name) => format!("{name} · raft"),
        None => "raft".to_owned(),
    };
    let x = move || short(plan.with(|plan| plan.place.center.x));
    view! {
        <g class="group" data-role="group" data-cluster=perhaps(move || name.get())>
            <Show when=move || !small>
                <text class="ring-title" x=say(x) y=say(move || short(plan.with(|plan| plan.place.top - 28.0))) text-anchor="middle">
                    {say(title)}
                </text>
                <text class="ring-second" x=say(x) y=say(move || short(plan.with(|plan| plan.place.top - 10.0))) text-anchor="middle" data-role="group-state">
                    {live(move || {
                        let state = state.get();
                        let words = state.split(" · ").next().unwrap_or_default();
                        match frame.get().width {
                            width if width < 200.0 => words.split(" term").next().unwrap_or_default().to_owned(),
                            _ if narrow.get() => words.to_owned(),
                            _ => state,
                        }
                    })}
                </text>
            </Show>
            <outline::Outlines player=player cluster=cluster plan=plan small=small />
            <asking::Asking player=player plan=plan />
            <Cuts player=player plan=plan />
            <Inside player=player plan=plan small=small />
            <Flights player=player plan=plan small=small />
            <For each=move || plan.with(|plan| plan.storage.clone()) key=|id| *id let:id>
                <node::ReplicaMark player=player plan=plan id=id small=small />
            </For>
        </g>
    }
}

/// What the group is doing, in a line.
fn state(all: &[ReplicaFact], cluster: usize) -> String {
    let mine = || all.iter().filter(move |fact| fact.cluster as usize == cluster);
    let short = |fact: &ReplicaFact| word::short_name(&fact.name).to_owned();
    let leaders: Vec<&ReplicaFact> = mine().filter(|fact| fact.role == "leader").collect();
    let mut words = match leaders.as_slice() {
        [] => "nobody leads".to_owned(),
        [one] => format!("{} leads term {}", short(one), one.term),
        several => {
            let each: Vec<String> =
                several.iter().map(|one| format!("{} term {}", short(one), one.term)).collect();
            format!("{} think that they lead", each.join(", "))
        }
    };
    let newest = leaders.iter().max_by_key(|fact| fact.term);
    if let Some(to) = newest.and_then(|fact| fact.transfer)
        && let Some(to) = mine().find(|fact| fact.id == to)
    {
        words.push_str(&format!(", hands over to {}", short(to)));
    }
    let committed = mine().map(|fact| fact.commit).max().unwrap_or(0);
    format!("{words} · {committed} committed")
}

/// The replica whose word on the members counts: the leader of the newest term, else who knows most.
#[must_use]
pub fn authority(all: &[ReplicaFact], cluster: usize) -> Option<&ReplicaFact> {
    let mine = all.iter().filter(|fact| fact.cluster as usize == cluster && !fact.role.is_empty());
    mine.max_by_key(|fact| (fact.role == "leader", fact.term, fact.last))
}
