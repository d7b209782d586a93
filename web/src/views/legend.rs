//! The legend: which form of a message carries what.

use leptos::prelude::*;

use super::ring::flights::shape;
use crate::player::Player;
use crate::player::fact::Form;
use crate::player::fact::tenant::replicated;
use crate::widgets::follow::live;
use crate::widgets::piece::{CollectPieces, Piece, view};

/// The forms and what they carry.
const FORMS: [(Form, &str); 5] = [
    (Form::Ask, "asks"),
    (Form::Tell, "answers"),
    (Form::Data, "carries keys"),
    (Form::Rule, "about the map"),
    (Form::Pulse, "heartbeat"),
];

/// What they carry among replicas.
const GROUPED: [(Form, &str); 6] = [
    (Form::Ask, "asks"),
    (Form::Tell, "answers"),
    (Form::Data, "entries"),
    (Form::Stand, "vote?"),
    (Form::Yes, "vote"),
    (Form::Pulse, "heartbeat"),
];

/// A line that explains the forms of messages.
#[component]
pub fn Legend(
    /// The run.
    player: Player,
) -> Piece {
    let groups = player.watch_text(|session| session.of::<replicated::Process>().len());
    let forms = move || if groups.get() > 0 { GROUPED.to_vec() } else { FORMS.to_vec() };
    view! {
        <ul class="legend" aria-label="Forms of messages">
            {live(move || forms().into_iter().map(|(form, words)| {
                view! {
                    <li>
                        <svg class=format!("flight {}", form.word()) viewBox="-8 -8 16 16" width="14" height="14" aria-hidden="true">
                            <path class="flight-shape" d=shape(form, 4.5)></path>
                        </svg>
                        {words}
                    </li>
                }
            }).collect_view())}
        </ul>
    }
}
