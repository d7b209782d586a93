//! A section with a heading that folds away, and remembers that it is folded.

use leptos::prelude::*;

use super::store;
use crate::pulse::{Fact, Var};
use crate::widgets::follow::{live, say, whether};
use crate::widgets::piece::{ChildrenFn, Piece, Show, view};

/// A heading and what stands under it.
#[component]
pub fn Fold(
    /// The name it is remembered under.
    name: &'static str,
    /// The heading.
    #[prop(into)]
    title: Fact<String>,
    /// A few words on the right of the heading.
    #[prop(into, optional)]
    note: Fact<String>,
    /// Whether it begins open for somebody who never touched it.
    #[prop(default = true)]
    open: bool,
    /// What folds.
    children: ChildrenFn,
) -> Piece {
    let key = format!("fold.{name}");
    let open = Var::new(store::recall(&key).map_or(open, |text| text == "open"));
    let turn = move |_| {
        open.update(|open| *open = !*open);
        store::remember(&key, if open.get_untracked() { "open" } else { "closed" });
    };
    view! {
        <section class="fold" data-role=format!("section-{name}")>
            <h2 class="fold-head">
                <button type="button" aria-expanded=say(move || open.get().to_string()) on:click=turn>
                    <svg class="fold-arrow" class:open=whether(move || open.get()) viewBox="0 0 16 16" aria-hidden="true">
                        <path d="M6 4l4 4-4 4"></path>
                    </svg>
                    <span class="fold-title">{live(move || title.get())}</span>
                    <span class="fold-note">{live(move || note.get())}</span>
                </button>
            </h2>
            <Show when=move || open.get()>
                <div class="fold-body">{children()}</div>
            </Show>
        </section>
    }
}
