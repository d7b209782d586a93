//! Lines from clients to the replicas that they ask.

use leptos::prelude::*;

use crate::layout::chord::Chord;
use crate::player::Player;
use crate::player::fact::tenant::replicated;
use crate::pulse::Fact;
use crate::tenant::ring::plan::Plan;
use crate::widgets::follow::live;
use crate::widgets::piece::{CollectPieces, Piece, view};

/// Whom the clients of a group ask; those that share a mark share their lines.
#[component]
pub fn Asking(
    /// The run.
    player: Player,
    /// Where everything stands.
    plan: Fact<Plan>,
) -> Piece {
    let asked = player.watch(|session| replicated::fact::all_clients(session.sites()));
    let lines = Fact::of(move || {
        plan.with(|plan| {
            let mut lines: Vec<(String, bool)> = asked.with(|asked| {
                let drawn = asked.iter().filter_map(|client| {
                    let (from, to) =
                        (plan.marks.get(&client.id.0)?, plan.marks.get(&client.asks?.0)?);
                    let chord = Chord::between(from.0, from.1 + 3.0, to.0, to.1 + 10.0, 0.0);
                    Some((chord.path(), client.open > 0))
                });
                drawn.collect()
            });
            lines.sort();
            lines.dedup();
            lines
        })
    });
    view! {
        <g class="asking" aria-hidden="true">
            {live(move || {
                let lines = lines.get().into_iter();
                lines.map(|(path, open)| view! { <path class="asks" class:open=open d=path></path> }).collect_view()
            })}
        </g>
    }
}
