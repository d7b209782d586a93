//! Data that moves between nodes, as a ribbon whose width is its rate.

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;

use super::plan::Plan;
use crate::layout::chord::{Chord, stream_width};
use crate::layout::point::short;
use crate::layout::unit;
use crate::player::{Chosen, Player};
use crate::pulse::Fact;
use crate::widgets::follow::{perhaps, say};
use crate::widgets::piece::{For, Piece, view};

/// The streams of one cluster.
#[component]
pub fn Streams(
    /// The run.
    player: Player,
    /// Where everything stands.
    plan: Fact<Plan>,
    /// Whether it is part of a miniature.
    small: bool,
) -> Piece {
    let pairs = Fact::of(move || {
        player.scene.with(|scene| {
            plan.with(|plan| {
                scene
                    .streams
                    .iter()
                    .filter(|stream| {
                        plan.marks.contains_key(&stream.from.0)
                            && plan.marks.contains_key(&stream.to.0)
                    })
                    .map(|stream| (stream.from.0, stream.to.0))
                    .collect::<Vec<_>>()
            })
        })
    });
    view! {
        <g class="streams">
            <For each=move || pairs.get() key=|pair| *pair let:pair>
                <StreamMark player=player plan=plan pair=pair small=small />
            </For>
        </g>
    }
}

/// One stream.
#[component]
fn StreamMark(player: Player, plan: Fact<Plan>, pair: (u32, u32), small: bool) -> Piece {
    let fact = player.see(move |scene| {
        let fastest = scene.streams.iter().map(|stream| stream.rate).max().unwrap_or(0);
        scene
            .streams
            .iter()
            .find(|stream| (stream.from.0, stream.to.0) == pair)
            .map(|stream| (*stream, fastest))
    });
    let names = player.see(move |scene| {
        let name = |id: u32| {
            scene
                .nodes
                .iter()
                .find(|node| node.id.0 == id)
                .map(|node| node.name.clone())
                .unwrap_or_default()
        };
        (name(pair.0), name(pair.1))
    });
    let path = move || {
        plan.with(|plan| match (plan.marks.get(&pair.0), plan.marks.get(&pair.1)) {
            (Some(a), Some(b)) => {
                Chord::between(a.0, a.1, b.0, b.1, 0.0).bow(plan.place.center, -0.22)
            }
            _ => String::new(),
        })
    };
    let width = move || {
        fact.get().map_or(1.5, |(stream, fastest)| stream_width(stream.rate as f64, fastest as f64))
    };
    let sentence = move || {
        fact.get()
            .map(|(stream, _)| {
                let (from, to) = names.get();
                format!(
                    "{from} sends keys to {to}: {} arrived, {} to go, {}/s",
                    unit::count(stream.keys as f64),
                    unit::count(stream.left as f64),
                    unit::bytes(stream.rate as f64)
                )
            })
            .unwrap_or_default()
    };
    let thing = move || Chosen::Link(names.get_untracked().0, names.get_untracked().1);
    let click = move |event: MouseEvent| {
        event.stop_propagation();
        player.choose(thing(), event.shift_key());
    };
    let key = move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "Enter" | " ") {
            event.prevent_default();
            event.stop_propagation();
            player.choose(thing(), event.shift_key());
        }
    };
    // The dashes stand where the run's own clock puts them, and stand still with it.
    let shift = move || short(-((player.clock.get() % 4_000_000) as f64 / 1e6) * 48.0);
    view! {
        <g class="stream" data-role="stream" data-link=say(move || format!("{}~{}", names.get().0, names.get().1)) role=(!small).then_some("button")
            tabindex=(!small).then_some("0")
            aria-label=perhaps(move || (!small).then(sentence)) on:click=click on:keydown=key>
            <title>{say(sentence)}</title>
            <path class="stream-bed" d=say(path) style:stroke-width=say(move || format!("{}px", short(width())))></path>
            <path class="stream-flow" d=say(path) style:stroke-width=say(move || format!("{}px", short((width() * 0.45).clamp(1.5, 3.5)))) style:stroke-dashoffset=say(shift)></path>
        </g>
    }
}
