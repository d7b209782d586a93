//! The glyphs: one drawing for one idea, on a grid of sixteen.

use crate::pulse::Fact;
use crate::widgets::follow::say;
use crate::widgets::piece::{Piece, view};
use leptos::prelude::*;

/// The drawings by name; an unknown name draws nothing.
fn strokes(name: &str) -> &'static str {
    match name {
        "back" => "M10 3L5 8l5 5",
        "step" => "M4 3.5l5 4.5-5 4.5zM12 3.5v9",
        "step-back" => "M12 3.5L7 8l5 4.5zM4 3.5v9",
        "message" => "M2.5 8h7M7 5l3 3-3 3M13 3.5v9",
        "restart" => "M12.8 6.2A5.2 5.2 0 1 0 13.2 9M13 3v3.4H9.6",
        "to-start" => "M3.5 3.5v9M12.5 3.5L6.5 8l6 4.5z",
        "undo" => "M6 3.5L3 6.5l3 3M3.2 6.5H9a3.7 3.7 0 0 1 0 7.4H7",
        "redo" => "M10 3.5l3 3-3 3M12.8 6.5H7a3.7 3.7 0 0 0 0 7.4h2",
        "plus" => "M8 3v10M3 8h10",
        "minus" => "M3 8h10",
        "cross" => "M4 4l8 8M12 4l-8 8",
        "crash" => "M9 1.8L4 9h3.4L6.6 14.2 12 6.6H8.4z",
        "wipe" => "M3.5 12.5h9M5.2 10.2l5-6.4 2.6 2-5 6.4H6.4z",
        "leave" => "M9.5 3H3.5v10h6M7 8h6.5M11 5.5L13.5 8 11 10.5",
        "cut" => "M2.5 8h3.2M10.3 8h3.2M7 4.8l-.8 6.4M9.8 4.8L9 11.2",
        "slow" => "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3.2l2 1.4",
        "share" => {
            "M6.7 9.3a2.6 2.6 0 0 0 3.7 0l2.3-2.3A2.6 2.6 0 0 0 9 3.300l-.8.8M9.300 6.700a2.600 2.600 0 0 0-3.700 0L3.300 9A2.600 2.600 0 0 0 7 12.700l.8-.8"
        }
        "export" => "M8 2.500v7.500M5 7l3 3 3-3M3 13.200h10",
        "sun" => {
            "M8 5.400a2.600 2.600 0 1 0 0 5.200 2.600 2.600 0 0 0 0-5.200M8 1.500v1.600M8 12.900v1.600M1.500 8h1.600M12.900 8h1.600M3.400 3.400l1.100 1.100M11.500 11.500l1.100 1.100M3.400 12.600l1.100-1.100M11.500 4.500l1.100-1.100"
        }
        "moon" => "M12.800 9.600A5.400 5.400 0 0 1 6.400 3.200a5.400 5.400 0 1 0 6.400 6.400z",
        "system" => "M2.500 3.500h11v7h-11zM6 13h4M8 10.500V13",
        "keys" => "M2 4.500h12v7H2zM4.500 7h.01M7 7h.01M9.500 7h.01M11.800 7h.01M5.500 9.300h5",
        "why" => {
            "M5.800 6.100a2.200 2.200 0 1 1 3.300 1.900c-.8.5-1.100.8-1.100 1.700M8 12.200v.01"
        }
        "code" => "M5.500 4.500L2 8l3.500 3.500M10.500 4.500L14 8l-3.500 3.500",
        "panel" => "M2.500 3h11v10h-11zM10 3v10",
        "branch" => {
            "M4.500 5.500v5M4.500 3.900a.8.8 0 1 0 0 .01M4.500 12.100a.8.8 0 1 0 0 .01M11.500 5.300a.8.8 0 1 0 0 .01M11.500 6.200c0 2.600-7 1.600-7 4"
        }
        "open" => "M6 3.500H3.500v9h9V10M9 3.500h3.500V7M12.500 3.500L7.500 8.500",
        "next" => "M6 3l5 5-5 5",
        "down" => "M3.500 6L8 10.500 12.500 6",
        _ => "",
    }
}

/// The filled drawings.
fn solids(name: &str) -> &'static str {
    match name {
        "play" => "M4 2.600v10.800L13 8z",
        "pause" => "M4 3h2.800v10H4zM9.200 3H12v10H9.200z",
        "more" => {
            "M3 6.800a1.200 1.200 0 1 0 0 2.400 1.200 1.200 0 0 0 0-2.400M8 6.800a1.200 1.200 0 1 0 0 2.400 1.200 1.200 0 0 0 0-2.400M13 6.800a1.200 1.200 0 1 0 0 2.400 1.200 1.200 0 0 0 0-2.400"
        }
        _ => "",
    }
}

/// A glyph that stands beside words or in a labelled button.
#[component]
pub fn Icon(
    /// Its name.
    #[prop(into)]
    name: Fact<String>,
) -> Piece {
    view! {
        <svg class="icon-drawing" viewBox="0 0 16 16" aria-hidden="true">
            <path d=say(move || strokes(&name.get()))></path>
            <path class="solid" d=say(move || solids(&name.get()))></path>
        </svg>
    }
}

/// The name of the house, with its mark.
#[component]
pub fn Wordmark() -> Piece {
    view! {
        <svg viewBox="0 0 32 32" aria-hidden="true" fill="none">
            <circle cx="16" cy="16" r="10.500" stroke="currentColor" stroke-width="2"></circle>
            <circle cx="16" cy="5.500" r="4" style="fill:var(--node-1)"></circle>
            <circle cx="25.100" cy="21.200" r="4" style="fill:var(--node-2)"></circle>
            <circle cx="6.900" cy="21.200" r="4" style="fill:var(--node-3)"></circle>
        </svg>
        <span class="name-in-lab">"Shardlab"</span>
    }
}
