//! A stage with nothing on it: what one may write to begin.

use leptos::prelude::*;

use crate::player::Player;
use crate::player::fact::Session;
use crate::pulse::Fact;
use crate::views::book::add_line;
use crate::widgets::button::Button;
use crate::widgets::piece::{CollectPieces, Piece, Show, view};

/// Lines to begin with.
const LINES: [&str; 3] = ["raft 5 nodes", "ring 4 nodes, 100 vnodes", "place a: jump, 10 nodes"];

/// Words and lines for a text without a cluster.
#[component]
pub fn Blank(
    /// The run.
    player: Player,
) -> Piece {
    let empty = player.watch_text(|session| {
        session.scenario().parties().next().is_none() && Session::tables(session).is_empty()
    });
    let empty = Fact::of(move || empty.get());
    view! {
        <Show when=move || empty.get()>
            <div class="stage-blank" data-role="blank">
                <p>"Nothing runs yet: the text has no cluster. Begin with a line such as"</p>
                <div class="button-row">
                    {LINES.into_iter().map(|line| view! { <Button label=line class="small mono" on_press=move |()| add_line(player, line) /> }).collect_view()}
                </div>
            </div>
        </Show>
    }
}
