//! The legend: which form of a message carries what.

use leptos::prelude::*;

use super::ring::flights::shape;
use crate::widgets::piece::{CollectPieces, Piece, view};

/// The forms and what they carry.
const FORMS: [(&str, &str); 4] =
    [("ask", "asks"), ("tell", "answers"), ("data", "carries keys"), ("rule", "about the map")];

/// A line that explains the forms of messages.
#[component]
pub fn Legend() -> Piece {
    view! {
        <ul class="legend" aria-label="Forms of messages">
            {FORMS
                .into_iter()
                .map(|(form, words)| {
                    view! {
                        <li>
                            <svg class=format!("flight {form}") viewBox="-8 -8 16 16" width="14" height="14" aria-hidden="true">
                                <path class="flight-shape" d=shape(form, 4.5)></path>
                            </svg>
                            {words}
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}
