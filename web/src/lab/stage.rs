//! The stage: every cluster in its own box, side by side or above each other.

use leptos::prelude::*;

use super::sheet::Sheets;
use crate::layout::point::{short, split};
use crate::player::Player;
use crate::pulse::Fact;
use crate::tenant::{self, Bench, Ground, TENANTS};
use crate::views::blank::Blank;
use crate::widgets::follow::say;
use crate::widgets::measure::size_of;
use crate::widgets::piece::{Piece, Show, view};

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
    let count = player.see(|scene| scene.clusters.len());
    // What stands under the drawings, such as a bench, is no part of a miniature.
    let feet = player.watch_text(move |session| {
        let benches = tenant::of(session).filter(|_| !small);
        benches.map(|bench| bench.foot).collect::<Vec<fn(f64) -> f64>>()
    });
    let frames = Fact::of(move || {
        let (width, height) = size.get();
        let foot = feet.with(|feet| feet.iter().map(|foot| foot(width)).fold(0.0, f64::max));
        if width < 40.0 || height < 40.0 + foot {
            Vec::new()
        } else {
            split(width, height - foot, count.get())
        }
    });
    let shown = Fact::of(move || frames.with(Vec::len));
    let ground = |bench: &'static Bench| {
        let own = player.watch_text(bench.parties);
        let parties = Fact::of(move || {
            let shown = shown.get();
            own.with(|own| own.iter().copied().filter(|party| *party < shown).collect::<Vec<_>>())
        });
        Ground { player, small, parties, frames }
    };
    let layers: Vec<_> = TENANTS.into_iter().map(|bench| (bench.stage)(ground(bench))).collect();
    let (mut under, mut drawing, mut over) = (Vec::new(), Vec::new(), Vec::new());
    for layer in layers {
        under.push(layer.under);
        drawing.push(layer.drawing);
        over.push(layer.over);
    }
    view! {
        <div class="stage" class:small=small node_ref=node data-role="stage">
            {under}
            <svg
                class="stage-drawing"
                role=if small { "img" } else { "group" }
                aria-label=label
                width=say(move || short(size.get().0))
                height=say(move || short(size.get().1))
                on:click=move |_| player.let_go()
            >
                <Definitions />
                {drawing}
            </svg>
            {over}
            <Sheets player=player small=small />
            <Show when=move || !small><Blank player=player /></Show>
            <Preparing player=player />
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
