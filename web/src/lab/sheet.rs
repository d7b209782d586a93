//! What has no place in the drawing, as sheets on the stage: what tenants lay out so, and tables with their columns.

use leptos::prelude::*;

use crate::layout::unit;
use crate::player::Player;
use crate::player::fact::{GroupFact, QueryFact, Session, TableFact};
use crate::tenant::TENANTS;
use crate::widgets::follow::live;
use crate::widgets::piece::{CollectPieces, Piece, view};

/// All sheets of a run; nothing where there are none.
#[component]
pub fn Sheets(
    /// The run.
    player: Player,
    /// Small sheets have their head and their picture alone.
    small: bool,
) -> Piece {
    let parties = player.watch(|session| {
        let sheets = TENANTS.into_iter().enumerate().filter(|(_, bench)| bench.sheet.is_some());
        sheets
            .flat_map(|(at, bench)| {
                (bench.parties)(session).into_iter().map(move |party| (at, party))
            })
            .collect::<Vec<_>>()
    });
    let tables = player.watch(Session::tables);
    view! {
        {live(move || {
            let (parties, tables) = (parties.get(), tables.get());
            (parties.len() + tables.len() > 0)
                .then(|| {
                    let sheet = |(at, party): (usize, usize)| {
                        TENANTS[at].sheet.map(|sheet| sheet(player, party, small))
                    };
                    let sheets = parties.into_iter().filter_map(sheet).collect_view();
                    let tables = tables.into_iter().map(|fact| table(fact, small)).collect_view();
                    view! { <div class="sheets" class:small=small tabindex=(!small).then_some("0") role="group" aria-label="Sheets">{sheets}{tables}</div> }
                })
        })}
    }
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
