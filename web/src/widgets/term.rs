//! A word of the trade, underlined with dots and explained in one sentence.

use crate::widgets::piece::{Piece, view};
use leptos::prelude::*;

/// A term with its explanation, on hover and on focus.
#[component]
pub fn Term(
    /// The word.
    #[prop(into)]
    word: String,
    /// What it means, in one sentence.
    #[prop(into)]
    means: String,
) -> Piece {
    let label = format!("{word}: {means}");
    view! { <dfn class="term" tabindex="0" title=means aria-label=label style="font-style:normal">{word}</dfn> }
}
