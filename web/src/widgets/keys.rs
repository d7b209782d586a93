//! The panel that lists every key; it stands beside the work, not over it.

use leptos::prelude::*;

use super::icon::Icon;
use crate::pulse::Var;
use crate::widgets::piece::{CollectPieces, Piece, Show, view};

/// A list of keys and what they do, shown while `open`.
#[component]
pub fn KeyHelp(
    /// Whether it shows.
    open: Var<bool>,
    /// The keys and what each does.
    keys: Vec<(&'static str, &'static str)>,
) -> Piece {
    view! {
        <Show when=move || open.get()>
            <aside class="keys" aria-label="Keys" data-role="keys">
                <div class="keys-head">
                    <h2>"Keys"</h2>
                    <button
                        type="button"
                        class="button plain icon small"
                        aria-label="Close the keys"
                        on:click=move |_| open.set(false)
                    >
                        <Icon name="cross" />
                    </button>
                </div>
                <dl>
                    {keys
                        .iter()
                        .map(|(key, what)| {
                            view! {
                                <div>
                                    <dt>{key.split(' ').map(|one| view! { <kbd>{one}</kbd> " " }).collect_view()}</dt>
                                    <dd>{*what}</dd>
                                </div>
                            }
                        })
                        .collect_view()}
                </dl>
            </aside>
        </Show>
    }
}
