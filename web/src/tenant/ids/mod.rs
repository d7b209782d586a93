//! Makers of ids: their sheet on the stage, and what an id says.

pub mod reader;

use crate::layout::point::{fixed, short};
use crate::layout::unit;
use crate::player::Player;
use crate::player::fact::Session;
use crate::player::fact::tenant::ids::{self, fact::IdsFact};
use crate::pulse::Fact;
use crate::tenant::Bench;
use crate::widgets::follow::{live, say};
use crate::widgets::piece::{CollectPieces, Piece, view};

/// What makers of ids bring to the page.
pub const BENCH: Bench =
    Bench { parties: Session::of::<ids::Process>, sheet: Some(makers), ..Bench::PLAIN };

/// The group of makers that is the party of that number.
fn fact_of(session: &Session, party: usize) -> Option<IdsFact> {
    let at = session.of::<ids::Process>().into_iter().position(|one| one == party)?;
    session.views::<ids::Process>().nth(at).and_then(ids::fact::makers)
}

/// One group of makers: counts, the leaves of their index, the last id of each node.
fn makers(player: Player, at: usize, small: bool) -> Piece {
    let fact = player.watch(move |session| fact_of(session, at));
    let of = move |part: fn(&IdsFact) -> String| {
        say(move || fact.with(|fact| fact.as_ref().map(part).unwrap_or_default()))
    };
    let last = player.watch(move |session| {
        let makers = fact_of(session, at).into_iter();
        let last = makers.flat_map(|fact| fact.last.into_iter().take(LAST_SHOWN));
        last.map(|(node, id)| (session.name(node), id)).collect::<Vec<_>>()
    });
    view! {
        <section class="sheet" data-sheet="ids">
            <h3>{of(title)}</h3>
            <p class="quiet">{of(counts)}</p>
            <svg class="leaves" viewBox="0 0 400 100" preserveAspectRatio="none" role="img" aria-label=of(index)>
                <path d=of(bars) />
            </svg>
            {(!small)
                .then(|| view! {
                    <p class="quiet">{of(index)}</p>
                    {latest(last)}
                })}
        </section>
    }
}

/// So many nodes show their last id.
const LAST_SHOWN: usize = 8;

fn latest(last: Fact<Vec<(String, String)>>) -> Piece {
    view! {
        <ul class="latest">
            {live(move || {
                let rows = last.get().into_iter();
                rows.map(|(node, id)| view! { <li><span>{node}</span><code>{id}</code></li> }).collect_view()
            })}
        </ul>
    }
}

fn title(fact: &IdsFact) -> String {
    if fact.name.is_empty() {
        fact.kind.to_owned()
    } else {
        format!("{}: {}", fact.name, fact.kind)
    }
}

fn counts(fact: &IdsFact) -> String {
    let mut text = format!("{} ids", unit::grouped(fact.made));
    for (count, word) in [
        (fact.collisions, "made twice"),
        (fact.out_of_order, "out of order"),
        (fact.refused, "refused"),
        (fact.waits, "waited"),
    ] {
        if count > 0 {
            text.push_str(&format!(", {} {word}", unit::grouped(count)));
        }
    }
    text
}

fn index(fact: &IdsFact) -> String {
    format!(
        "{} leaves of {} entries, {} splits; a thousand new ids touch {} leaves",
        unit::grouped(fact.leaf_count),
        fact.page,
        unit::grouped(fact.splits),
        unit::digits(fact.touched as f64 / 1e6)
    )
}

/// The leaves from first to last, each as high as it is full.
fn bars(fact: &IdsFact) -> String {
    let width = 400.0 / fact.leaves.len().max(1) as f64;
    let mut path = String::new();
    for (at, fill) in fact.leaves.iter().enumerate() {
        let (x, high) = (at as f64 * width, f64::from(*fill) / 10.0);
        let (x, high, wide) = (short(x), short(high), fixed(width * 0.86, 2));
        path.push_str(&format!("M{x} 100v-{high}h{wide}v{high}z"));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_are_drawn_from_edge_to_edge_as_high_as_they_are_full() {
        let fact = IdsFact {
            name: "a".to_owned(),
            kind: "ulid",
            party: 0,
            made: 1_500,
            collisions: 2,
            out_of_order: 0,
            refused: 0,
            waits: 0,
            last: Vec::new(),
            page: 100,
            leaves: vec![1_000, 500],
            leaf_count: 2,
            splits: 1,
            touched: 11_000_000,
        };
        assert_eq!(bars(&fact), "M0 100v-100h172v100zM200 100v-50h172v50z");
        assert_eq!(counts(&fact), "1,500 ids, 2 made twice");
        assert_eq!(title(&fact), "a: ulid");
    }
}
