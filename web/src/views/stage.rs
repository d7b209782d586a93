//! The stage: every cluster in its own box, side by side or above each other.

use leptos::prelude::*;

use super::blank::Blank;
use super::raft::GroupView;
use super::raft::logs::Logs;
use super::ring::RingView;
use super::ring::glow::Glow;
use super::sheet::Sheets;
use super::survey::bench::Bench;
use super::survey::{Desk, SurveyView};
use crate::layout::point::{short, split};
use crate::player::Player;
use crate::player::fact::Session;
use crate::player::fact::tenant::paper;
use crate::player::fact::tenant::replicated;
use crate::pulse::Fact;
use crate::widgets::follow::say;
use crate::widgets::measure::size_of;
use crate::widgets::piece::{For, Piece, Show, view};

/// The height of the bench under surveys; on a narrow stage it takes two lines.
const BENCH: f64 = 44.0;

/// The stage of a run.
#[component]
pub fn Stage(
    /// The run.
    player: Player,
    /// A small stage has no titles, no words at the nodes, and cannot be touched.
    #[prop(optional)]
    small: bool,
    /// The words that name the stage.
    #[prop(into, default = "Stage".to_owned())]
    label: String,
) -> Piece {
    let node = NodeRef::<leptos::html::Div>::new();
    let size = size_of(node);
    let desk = Desk::new(player, small);
    let papers = player.watch_text(Session::of::<paper::Process>);
    let groups = player.watch_text(Session::of::<replicated::Process>);
    let on_paper = Fact::of(move || papers.with(|papers| !papers.is_empty()));
    let benched = move || !small && on_paper.get();
    let count = player.see(|scene| scene.clusters.len());
    let frames = Fact::of(move || {
        let (width, height) = size.get();
        let bench = if !benched() {
            0.0
        } else if width < 560.0 {
            BENCH * 2.0
        } else {
            BENCH
        };
        if width < 40.0 || height < 40.0 + bench {
            Vec::new()
        } else {
            split(width, height - bench, count.get())
        }
    });
    let frame = move |index: usize| {
        Fact::of(move || frames.with(|frames| frames.get(index).copied().unwrap_or_default()))
    };
    let shown = Fact::of(move || frames.with(Vec::len));
    // A cluster has machines or is on paper; the text says which.
    let some = move |paper: bool| -> Vec<usize> {
        let fits = move |at: &usize| papers.with(|papers| papers.contains(at)) == paper;
        (0..shown.get()).filter(fits).collect()
    };
    let grouped = move |yes: bool| -> Vec<usize> {
        let fits = |at: &usize| groups.with(|groups| groups.contains(at)) == yes;
        some(false).into_iter().filter(fits).collect()
    };
    view! {
        <div class="stage" class:small=small node_ref=node data-role="stage">
            <For each=move || some(false) key=|index| *index let:index>
                <Glow player=player cluster=index frame=frame(index) small=small />
            </For>
            <svg
                class="stage-drawing"
                role=if small { "img" } else { "group" }
                aria-label=label
                width=say(move || short(size.get().0))
                height=say(move || short(size.get().1))
                on:click=move |_| player.let_go()
            >
                <Definitions />
                <For each=move || some(true) key=|index| *index let:index>
                    <SurveyView desk=desk cluster=index frame=frame(index) />
                </For>
                <For each=move || grouped(false) key=|index| *index let:index>
                    <RingView player=player cluster=index frame=frame(index) small=small />
                </For>
                <For each=move || grouped(true) key=|index| *index let:index>
                    <GroupView player=player cluster=index frame=frame(index) small=small />
                </For>
            </svg>
            <For each=move || if small { Vec::new() } else { grouped(true) } key=|index| *index let:index>
                <Logs player=player cluster=index frame=frame(index) />
            </For>
            <Sheets player=player small=small />
            <Show when=move || !small><Blank player=player /></Show>
            <Preparing player=player />
            <Show when=benched><Bench desk=desk /></Show>
            <Show when=move || size.get().0 == 0.0>
                <p class="hidden-words">"The stage is being laid out."</p>
            </Show>
        </div>
    }
}

/// How far it is with the keys that are placed before the run goes.
#[component]
fn Preparing(player: Player) -> Piece {
    let progress = Fact::of(move || player.preparing.get());
    let waits = Fact::of(move || progress.with(Option::is_some));
    let hundredths =
        move || progress.with(|progress| progress.map_or(0, |one| one.done * 100 / one.all.max(1)));
    view! {
        <Show when=move || waits.get()>
            <div class="preparing" role="status" data-role="preparing">
                <p>"Placing the keys …"</p>
                <progress aria-label="Keys placed" max="100" prop:value=say(move || hundredths().to_string())></progress>
                <button type="button" class="button small" data-role="preparing-cancel" on:click=move |_| player.cancel()>"Cancel"</button>
            </div>
        </Show>
    }
}

/// Patterns that say by shape what a color says.
#[component]
fn Definitions() -> Piece {
    view! {
        <defs>
            <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect width="6" height="6" class="hatch-ground"></rect>
                <line x1="0" y1="0" x2="0" y2="6" class="hatch-line"></line>
            </pattern>
        </defs>
    }
}
