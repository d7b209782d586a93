//! The sign at a node's shoulder that says what it does by shape: it stands beside the name, never on it.

use crate::layout::point::short;
use crate::pulse::Fact;
use crate::widgets::follow::{live, say};
use crate::widgets::piece::{Piece, Show, view};
use leptos::prelude::*;

/// A sign at a node of some radius; an empty sign is none.
#[component]
pub fn Badge(
    /// The radius of the node.
    radius: Fact<f64>,
    /// What it shows.
    sign: Fact<&'static str>,
) -> Piece {
    let size = move || (radius.get() * 0.45).clamp(5.5, 7.5);
    let away = move || (radius.get() * 0.76).max(size() + 4.0);
    view! {
        <Show when=move || !sign.get().is_empty()>
            <g class="node-badge" style:transform=say(move || format!("translate({0}px,-{0}px)", short(away())))>
                <circle r=say(move || short(size()))></circle>
                <text text-anchor="middle" dy="0.36em" style:font-size=say(move || format!("{}px", short(size() * 1.4)))>
                    {live(move || sign.get())}
                </text>
            </g>
        </Show>
    }
}
