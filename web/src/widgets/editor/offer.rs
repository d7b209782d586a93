//! The words that could follow, in a list under the caret.

use crate::pulse::{Fact, Var};
use crate::widgets::follow::{live, say};
use crate::widgets::piece::{CollectPieces, Piece, Show, view};
use leptos::prelude::*;

/// A word that could stand in place of a stretch of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The word.
    pub word: String,
    /// What it is, in few words.
    pub note: String,
    /// The first byte it would replace.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// The list of offers with the chosen one marked.
#[component]
pub fn OfferList(
    /// The offers and the index of the chosen one.
    choice: Var<(Vec<Offer>, usize)>,
    /// The line and column under which the list stands.
    place: Fact<Option<(usize, usize)>>,
    /// One was taken.
    on_take: Callback<Offer>,
) -> Piece {
    view! {
        <Show when=move || place.get().is_some()>
            <ul
                class="editor-offers"
                role="listbox"
                aria-label="Words that fit here"
                data-role="offers"
                style:left=say(move || format!("calc(var(--gutter) + {}ch)", place.get().unwrap_or_default().1))
                style:top=say(move || format!("calc({} * var(--line-height) + 8px)", place.get().unwrap_or_default().0 + 1))
            >
                {live(move || {
                    let (offers, at) = choice.get();
                    offers
                        .into_iter()
                        .take(10)
                        .enumerate()
                        .map(|(index, offer)| {
                            let taken = offer.clone();
                            view! {
                                <li
                                    role="option"
                                    aria-selected=(index == at).to_string()
                                    on:pointerdown=move |event| {
                                        event.prevent_default();
                                        on_take.run(taken.clone());
                                    }
                                >
                                    <code>{offer.word}</code>
                                    <span>{offer.note}</span>
                                </li>
                            }
                        })
                        .collect_view()
                })}
            </ul>
        </Show>
    }
}
