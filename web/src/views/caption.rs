//! The caption in force: what the scenario says about what one sees.

use leptos::prelude::*;

use crate::player::Player;
use crate::widgets::follow::live;
use crate::widgets::piece::{Piece, Show, view};

/// The caption under the stage.
#[component]
pub fn Caption(
    /// The run.
    player: Player,
) -> Piece {
    let said = player.see(|scene| scene.caption.as_ref().map(|caption| caption.text.clone()));
    view! {
        <Show when=move || said.get().is_some()>
            <p class="caption" data-role="caption">{live(move || said.get())}</p>
        </Show>
    }
}
