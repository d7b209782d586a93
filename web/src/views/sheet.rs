//! What is no cluster: makers of ids with their index, tables with their columns, as sheets on the
//! stage.

use leptos::prelude::*;

use crate::layout::point::{fixed, short};
use crate::layout::unit;
use crate::player::Player;
use crate::player::fact::tenant::ids;
use crate::player::fact::tenant::ids::fact::IdsFact;
use crate::player::fact::{GroupFact, QueryFact, Session, TableFact};
use crate::pulse::Fact;
use crate::widgets::follow::{live, say};
use crate::widgets::piece::{CollectPieces, Piece, view};

/// All sheets of a run; nothing where there are none.
#[component]
pub fn Sheets(
    /// The run.
    player: Player,
    /// Small sheets have their head and their picture alone.
    small: bool,
) -> Piece {
    let count = player.watch(|session| session.of::<ids::Process>().len());
    let tables = player.watch(Session::tables);
    view! {
        {live(move || {
            let (count, tables) = (count.get(), tables.get());
            (count + tables.len() > 0)
                .then(|| {
                    let makers = (0..count).map(|at| makers(player, at, small)).collect_view();
                    let tables = tables.into_iter().map(|fact| table(fact, small)).collect_view();
                    view! { <div class="sheets" class:small=small tabindex=(!small).then_some("0") role="group" aria-label="Sheets">{makers}{tables}</div> }
                })
        })}
    }
}

/// The group of makers of that number.
fn fact_of(session: &Session, at: usize) -> Option<IdsFact> {
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

/// One table: its groups of columns, and what each question reads before and after.
fn table(fact: TableFact, small: bool) -> Piece {
    let key = fact.columns.first().map(|(name, _)| name.clone()).unwrap_or_default();
    let group = move |group: &GroupFact| {
        let names = [std::slice::from_ref(&key), &group.columns].concat().join(" ");
        let rows = match (group.rows_in_page, group.pages_in_row) {
            (0, pages) => format!("a row takes {pages} pages"),
            (rows, _) => format!("{rows} rows a page"),
        };
        let pages = unit::grouped(group.pages);
        view! { <li><code>{names}</code><span>{format!("{rows}, {pages} pages")}</span></li> }
    };
    let head = format!("{} before, {} after", bytes(fact.read.0), bytes(fact.read.1));
    view! {
        <section class="sheet" data-sheet="columns">
            <h3>{fact.name}</h3>
            <p class="quiet">{format!("A question reads {head}.")}</p>
            <ul class="columns">{fact.groups.iter().skip(1).map(group).collect_view()}</ul>
            {(!small)
                .then(|| view! {
                    <table class="metrics">
                        <thead><tr><th scope="col">"Question"</th><th scope="col">"Before"</th><th scope="col">"After"</th></tr></thead>
                        <tbody>{fact.queries.iter().map(question).collect_view()}</tbody>
                    </table>
                })}
        </section>
    }
}

fn question(query: &QueryFact) -> Piece {
    let all = if query.scan { " of all rows" } else { "" };
    let share = unit::percent(f64::from(query.share) / 1e6);
    let what = format!("{share} {}{all}", query.columns.join(" "));
    view! {
        <tr><th scope="row">{what}</th><td>{bytes(query.read.0)}</td><td>{bytes(query.read.1)}</td></tr>
    }
}

fn bytes(count: u64) -> String {
    unit::bytes(count as f64)
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
