//! The log around the present moment: what has just happened, and what comes next.

use leptos::prelude::*;

use super::event::EventList;
use crate::player::Player;
use crate::player::fact::{Lane, Time};
use crate::pulse::{Fact, Var};
use crate::widgets::follow::whether;
use crate::widgets::piece::{Piece, Show, view};

/// How many lines are shown.
const LINES: u32 = 60;

/// The events up to the present moment, newest first.
#[component]
pub fn Trace(
    /// The run.
    player: Player,
) -> Piece {
    let machinery = Var::new(false);
    // While time runs, the log follows a few times a second: faster cannot be read.
    let lines = Fact::of(move || {
        player.beat.track();
        let all = machinery.get();
        player.read(|session| {
            let end = session.seq_after(Time(session.now().0));
            let mut lines = Vec::new();
            let mut upper = end;
            let mut rounds = 0;
            while upper > 0 && lines.len() < LINES as usize && rounds < 12 {
                let lower = upper.saturating_sub(200);
                let mut part = session.events(lower, upper - lower);
                part.retain(|event| all || event.lane != Lane::Wire);
                lines.extend(part.into_iter().rev());
                upper = lower;
                rounds += 1;
            }
            lines.truncate(LINES as usize);
            lines
        })
    });
    view! {
        <div class="trace" data-role="trace">
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=whether(move || machinery.get())
                    on:change=move |event| machinery.set(event_target_checked(&event))
                />
                "Messages, alarms and disks too"
            </label>
            <EventList player=player events=lines />
            <Show when=move || lines.with(Vec::is_empty)>
                <p class="quiet">"Nothing has happened yet."</p>
            </Show>
        </div>
    }
}
