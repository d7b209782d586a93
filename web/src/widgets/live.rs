//! The voice: a live region that tells the run at a pace one can follow.

use crate::pulse::{Fact, Var, effect};
use crate::widgets::follow::live;
use crate::widgets::piece::{Piece, view};
use leptos::prelude::*;
use std::time::Duration;

/// A region read aloud. At most one sentence every two seconds; what came between is summed up by
/// the newest.
#[component]
pub fn LiveRegion(
    /// The newest thing that happened, in a sentence.
    #[prop(into)]
    said: Fact<String>,
) -> Piece {
    let heard = Var::new(String::new());
    let waiting = StoredValue::new(false);
    effect(move || {
        let now = said.get();
        if now.is_empty() || waiting.get_value() {
            return;
        }
        waiting.set_value(true);
        heard.set(now);
        set_timeout(
            move || {
                waiting.try_set_value(false);
                if let (Some(newest), Some(before)) =
                    (said.try_get_untracked(), heard.try_get_untracked())
                    && newest != before
                {
                    heard.set(newest);
                }
            },
            Duration::from_millis(2000),
        );
    });
    view! { <div class="hidden-words" role="log" aria-live="polite" data-role="narration">{live(move || heard.get())}</div> }
}
