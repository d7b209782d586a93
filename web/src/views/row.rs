//! Rows of a word and a value, as the inspector shows facts.

use leptos::prelude::*;

use crate::pulse::Fact;
use crate::widgets::follow::live;
use crate::widgets::piece::{CollectPieces, Piece, view};

/// A list of labels and values that follows its signal.
#[component]
pub fn Rows(
    /// The labels and values.
    #[prop(into)]
    rows: Fact<Vec<(String, String)>>,
) -> Piece {
    view! {
        <dl class="rows">
            {live(move || rows.get().into_iter().map(|row| view! { <div><dt>{row.0}</dt><dd>{row.1}</dd></div> }).collect_view())}
        </dl>
    }
}
