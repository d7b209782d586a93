//! The legend: which form of a message carries what.

use leptos::prelude::*;

use crate::player::Player;
use crate::player::fact::Form;
use crate::tenant;
use crate::tenant::ring::flights::shape;
use crate::widgets::follow::{live, whether};
use crate::widgets::piece::{CollectPieces, Piece, view};

/// A line that explains the forms of messages.
#[component]
pub fn Legend(
    /// The run.
    player: Player,
) -> Piece {
    // A form that means two things in one run says both.
    let forms = player.watch_text(|session| {
        let mut forms: Vec<(Form, Vec<&'static str>)> = Vec::new();
        for (form, words) in tenant::of(session).flat_map(|bench| bench.legend) {
            match forms.iter_mut().find(|(known, _)| known == form) {
                Some((_, said)) if said.contains(words) => {}
                Some((_, said)) => said.push(words),
                None => forms.push((*form, vec![*words])),
            }
        }
        forms
    });
    view! {
        <ul class="legend" hidden=whether(move || forms.with(Vec::is_empty)) aria-label="Forms of messages">
            {live(move || forms.get().into_iter().map(|(form, words)| {
                view! {
                    <li>
                        <svg class=format!("flight {}", form.word()) viewBox="-8 -8 16 16" width="14" height="14" aria-hidden="true">
                            <path class="flight-shape" d=shape(form, 4.5)></path>
                        </svg>
                        {words.join(" / ")}
                    </li>
                }
            }).collect_view())}
        </ul>
    }
}
