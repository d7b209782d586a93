//! The playhead: a slider over the lanes that follows mouse, finger and keys.

use crate::pulse::{Fact, Var};
use crate::widgets::follow::{say, whether};
use crate::widgets::piece::{ChildrenFn, Piece, view};
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A wish of the hand on the scrubber.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scrub {
    /// Go to this share of what is shown.
    To(f64),
    /// Go on by this share of what is shown; negative is back.
    By(f64),
    /// Go to the very start.
    Start,
    /// Go to the very end.
    End,
    /// The hand has let go.
    Done,
}

/// A slider over whatever is drawn inside it.
#[component]
pub fn Scrubber(
    /// Where the playhead stands, as a share of the width; outside 0 to 1 it is not shown.
    #[prop(into)]
    share: Fact<f64>,
    /// The moment in words, for those who listen.
    #[prop(into)]
    said: Fact<String>,
    /// The moment, the first and the last, in milliseconds, for those who listen.
    #[prop(into)]
    values: Fact<(f64, f64)>,
    /// What to do.
    #[prop(into)]
    on_scrub: Callback<Scrub>,
    /// The lanes.
    children: ChildrenFn,
) -> Piece {
    let node = NodeRef::<leptos::html::Div>::new();
    let held = Var::new(false);
    let go = move |event: &PointerEvent| {
        if let Some(element) = node.get_untracked() {
            let bounds = element.get_bounding_client_rect();
            let x = f64::from(event.client_x()) - bounds.left();
            on_scrub.run(Scrub::To((x / bounds.width().max(1.0)).clamp(0.0, 1.0)));
        }
    };
    let down = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        let on_mark = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|element| element.closest("[data-mark]").ok().flatten().is_some());
        if on_mark {
            return;
        }
        if let Some(element) = node.get_untracked() {
            let _ = element.set_pointer_capture(event.pointer_id());
        }
        held.set(true);
        go(&event);
    };
    let release = move |_: PointerEvent| {
        if held.get_untracked() {
            held.set(false);
            on_scrub.run(Scrub::Done);
        }
    };
    let key = move |event: KeyboardEvent| {
        let step = if event.shift_key() { 0.1 } else { 0.01 };
        let wish = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => Scrub::By(-step),
            "ArrowRight" | "ArrowUp" => Scrub::By(step),
            "PageDown" => Scrub::By(-0.1),
            "PageUp" => Scrub::By(0.1),
            "Home" => Scrub::Start,
            "End" => Scrub::End,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        on_scrub.run(wish);
    };
    view! {
        <div
            class="scrubber"
            class:held=whether(move || held.get())
            node_ref=node
            data-role="scrubber"
            on:pointerdown=down
            on:pointermove=move |event| if held.get_untracked() { go(&event) }
            on:pointerup=release
            on:pointercancel=release
        >
            {children()}
            <div
                class="playhead"
                role="slider"
                tabindex="0"
                aria-label="Moment of the run, in milliseconds"
                aria-valuemin="0"
                aria-valuemax=say(move || millis(values.get().1))
                aria-valuenow=say(move || millis(values.get().0))
                aria-valuetext=say(move || said.get())
                data-role="playhead"
                on:keydown=key
                style:left=say(move || format!("{}%", millis(share.get() * 100.0)))
                style:display=say(move || if (0.0..=1.0).contains(&share.get()) { "block" } else { "none" })
            ></div>
        </div>
    }
}

/// A number that is not negative, with three decimals.
fn millis(value: f64) -> String {
    let parts = (value.max(0.0) * 1000.0).round() as u64;
    format!("{}.{:03}", parts / 1000, parts % 1000)
}
