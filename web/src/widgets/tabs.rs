//! Tabs: one of several panels shows; arrows move between their names.

use crate::pulse::Var;
use crate::widgets::follow::say;
use crate::widgets::piece::{CollectPieces, Piece, view};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A row of tabs. The panels themselves belong to the caller and carry the id `panel-<name>`.
#[component]
pub fn Tabs(
    /// What the row chooses between, in words.
    label: &'static str,
    /// The names and words of the tabs.
    tabs: Vec<(&'static str, &'static str)>,
    /// The chosen one.
    chosen: Var<&'static str>,
) -> Piece {
    let names: Vec<&'static str> = tabs.iter().map(|tab| tab.0).collect();
    let key = move |event: KeyboardEvent| {
        let count = names.len();
        let Some(place) = names.iter().position(|name| *name == chosen.get_untracked()) else {
            return;
        };
        let next = match event.key().as_str() {
            "ArrowLeft" => (place + count - 1) % count,
            "ArrowRight" => (place + 1) % count,
            "Home" => 0,
            "End" => count - 1,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        chosen.set(names[next]);
        let id = format!("tab-{}", names[next]);
        if let Some(element) = document().get_element_by_id(&id) {
            let _ = element.unchecked_into::<web_sys::HtmlElement>().focus();
        }
    };
    view! {
        <div class="tabs" role="tablist" aria-label=label on:keydown=key>
            {tabs
                .into_iter()
                .map(|(name, words)| {
                    view! {
                        <button
                            type="button"
                            role="tab"
                            id=format!("tab-{name}")
                            class="tab"
                            aria-controls=format!("panel-{name}")
                            aria-selected=say(move || (chosen.get() == name).to_string())
                            tabindex=say(move || if chosen.get() == name { "0" } else { "-1" })
                            on:click=move |_| chosen.set(name)
                        >
                            {words}
                        </button>
                    }
                })
                .collect_view()}
        </div>
    }
}
