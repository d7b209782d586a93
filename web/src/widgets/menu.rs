//! A button that opens a short list of actions, and closes on Escape or when focus leaves.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::icon::Icon;
use crate::pulse::Var;
use crate::widgets::follow::say;
use crate::widgets::piece::{ChildrenFn, Piece, Show, view};

/// A button with a list under it.
#[component]
pub fn Menu(
    /// What the list is for.
    #[prop(into)]
    label: String,
    /// The glyph on the button.
    #[prop(into)]
    icon: String,
    /// Whether the word shows beside the glyph.
    #[prop(optional)]
    worded: bool,
    /// The buttons in the list.
    children: ChildrenFn,
) -> Piece {
    let open = Var::new(false);
    let node = NodeRef::<leptos::html::Div>::new();
    let left = move |event: FocusEvent| {
        let inside = node.get_untracked().is_some_and(|element| {
            let next =
                event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
            element.contains(next.as_ref())
        });
        if !inside {
            open.set(false);
        }
    };
    let key = move |event: KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            event.stop_propagation();
            open.set(false);
        }
    };
    view! {
        <div class="menu" node_ref=node on:focusout=left on:keydown=key>
            <button
                type="button"
                class=if worded { "button plain" } else { "button plain icon" }
                aria-label=label.clone()
                title=label.clone()
                aria-expanded=say(move || open.get().to_string())
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Icon name=icon />
                {worded.then(|| view! { <span class="wide-only">{label.clone()}</span> })}
            </button>
            <Show when=move || open.get()>
                <div class="menu-list" on:click=move |_| open.set(false)>{children()}</div>
            </Show>
        </div>
    }
}
