//! A border between two panels that can be dragged, moved with arrows, and is remembered.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;

use super::store;
use crate::pulse::Var;
use crate::widgets::follow::{say, whether};
use crate::widgets::piece::{Piece, view};

/// The width of a panel: remembered under `name`, held between `least` and `most`.
#[must_use]
pub fn remembered(name: &'static str, usual: f64, least: f64, most: f64) -> Var<f64> {
    let before = store::recall(name).and_then(|text| text.parse::<i32>().ok().map(f64::from));
    Var::new(before.unwrap_or(usual).clamp(least, most))
}

/// The border of a panel that stands on the `side` given; dragging it changes `width`.
#[component]
pub fn Border(
    /// The name the width is remembered under.
    name: &'static str,
    /// What it resizes, in words.
    label: &'static str,
    /// The width it changes.
    width: Var<f64>,
    /// The smallest and the largest width.
    limits: (f64, f64),
    /// Whether the panel stands on the right of the border.
    #[prop(optional)]
    right: bool,
) -> Piece {
    let held = Var::new(None::<(f64, f64)>);
    let node = NodeRef::<leptos::html::Div>::new();
    let sign = if right { -1.0 } else { 1.0 };
    let change = move |next: f64| {
        width.set(next.clamp(limits.0, limits.1));
    };
    let down = move |event: PointerEvent| {
        if let Some(element) = node.get_untracked() {
            let _ = element.set_pointer_capture(event.pointer_id());
        }
        held.set(Some((f64::from(event.client_x()), width.get_untracked())));
    };
    let drag = move |event: PointerEvent| {
        if let Some((x, before)) = held.get_untracked() {
            change(before + (f64::from(event.client_x()) - x) * sign);
        }
    };
    let release = move |_: PointerEvent| {
        held.set(None);
        store::remember(name, &(width.get_untracked() as i64).to_string());
    };
    let key = move |event: KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowLeft" => -16.0,
            "ArrowRight" => 16.0,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        change(width.get_untracked() + by * sign);
        store::remember(name, &(width.get_untracked() as i64).to_string());
    };
    view! {
        <div
            class="border"
            class:held=whether(move || held.get().is_some())
            node_ref=node
            role="separator"
            tabindex="0"
            aria-orientation="vertical"
            aria-label=label
            aria-valuemin=(limits.0 as i64).to_string()
            aria-valuemax=(limits.1 as i64).to_string()
            aria-valuenow=say(move || (width.get() as i64).to_string())
            on:pointerdown=down
            on:pointermove=drag
            on:pointerup=release
            on:pointercancel=release
            on:keydown=key
        ></div>
    }
}
