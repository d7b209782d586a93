//! The lane of terms: who led from when until when, on the axis of faults and operations.

use leptos::prelude::*;

use super::node::hue;
use crate::layout::point::short;
use crate::layout::timeline::Scale;
use crate::layout::unit;
use crate::player::fact::TermFact;
use crate::player::{Chosen, Player};
use crate::pulse::Fact;
use crate::views::word::short_name;
use crate::widgets::follow::live;
use crate::widgets::piece::{CollectPieces, Piece, view};

/// The terms of one group.
#[component]
pub fn Terms(
    /// The run.
    player: Player,
    /// The place of its cluster.
    cluster: usize,
    /// The scale of the timeline.
    scale: Fact<Scale>,
    /// As far as the run is known.
    end: Fact<u64>,
) -> Piece {
    let terms = Fact::of(move || {
        player.lanes.with(|lanes| {
            let mine = lanes.terms.iter().filter(|term| term.cluster as usize == cluster);
            mine.cloned().collect::<Vec<_>>()
        })
    });
    view! {
        <div class="lane marks terms" data-role="terms">
            {live(move || {
                let (scale, end) = (scale.get(), end.get());
                let band = |term: TermFact| band(player, &term, scale, end);
                terms.get().into_iter().filter_map(band).collect_view()
            })}
        </div>
    }
}

/// One term as a band, with its leader and its number where there is room.
fn band(player: Player, term: &TermFact, scale: Scale, end: u64) -> Option<Piece> {
    let until = term.until.map_or(end, |until| until.0);
    let left = scale.x(term.from.0).clamp(0.0, scale.width);
    let right = scale.x(until).clamp(0.0, scale.width);
    if right - left < 0.5 && !scale.holds(term.from.0) {
        return None;
    }
    let name = short_name(&term.name).to_owned();
    let words = format!("{name} · {}", term.term);
    let room = right - left > words.chars().count() as f64 * 6.6 + 8.0;
    let span = unit::time(until.saturating_sub(term.from.0) as f64);
    let title = format!(
        "{}: {} leads term {} for {span}",
        unit::time(term.from.0 as f64),
        term.name,
        term.term
    );
    let (at, seq) = (term.from.0, term.seq);
    let go = move |_| {
        player.pause();
        player.seek(at);
        player.chosen.set(vec![Chosen::Event(seq)]);
    };
    Some(view! {
        <button
            type="button"
            class="term-band"
            data-mark="term"
            data-at=at
            tabindex="-1"
            title=title
            style=format!("left:{}px;width:{}px;--hue:{}", short(left), short((right - left).max(2.0)), hue(term.term))
            on:click=go
        >
            <span class=if room { "" } else { "hidden-words" }>{words}</span>
        </button>
    })
}
