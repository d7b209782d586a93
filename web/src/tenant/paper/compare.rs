//! The table of all surveys: every strategy on the same keys, worked out beside the page.

use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker};

use crate::export;
use crate::layout::survey::order;
use crate::player::Player;
use crate::player::fact::Edit;
use crate::player::fact::tenant::paper::screen::{COLUMNS, STRATEGIES};
use crate::pulse::{Fact, Var};
use crate::widgets::button::Button;
use crate::widgets::follow::{live, perhaps, say};
use crate::widgets::piece::{CollectPieces, Piece, Show, view};
use crate::worker::{hire, object};

/// One row, as the worker gives it.
#[derive(Clone, Debug, Default, PartialEq)]
struct Row {
    name: String,
    strategy: String,
    cells: Vec<String>,
    values: Vec<f64>,
}

/// A field of what the worker says.
fn field(said: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(said, &JsValue::from_str(name)).unwrap_or_default()
}

impl Row {
    /// A row as `api::table` writes it.
    fn read(row: &js_sys::Array) -> Self {
        let words = |at| row.get(at).as_string().unwrap_or_default();
        let list = |at| js_sys::Array::from(&row.get(at)).to_vec().into_iter();
        Self {
            name: words(0),
            strategy: words(1),
            cells: list(2).filter_map(|cell| cell.as_string()).collect(),
            values: list(3).filter_map(|value| value.as_f64()).collect(),
        }
    }
}

/// The heading of the column that the browser's own clock fills.
const LOOKUP: (&str, &str) =
    ("lookup", "time to find a key's node, measured here with this browser's clock");

/// The comparison, as far as it has come.
#[derive(Clone, Copy)]
struct Comparison {
    player: Player,
    rows: Var<Vec<Row>>,
    total: Var<u32>,
    /// Hundredths of the keys that are placed.
    placed: Var<u32>,
    running: Var<bool>,
    told: Var<String>,
    /// The text and the moment that the rows are of.
    of: Var<(String, u64)>,
    /// The column to sort by, and whether the largest comes first.
    sort: Var<(usize, bool)>,
    worker: StoredValue<Option<Worker>, LocalStorage>,
}

impl Comparison {
    fn new(player: Player) -> Self {
        Self {
            player,
            rows: Var::new(Vec::new()),
            total: Var::new(0),
            placed: Var::new(0),
            running: Var::new(false),
            told: Var::new(String::new()),
            of: Var::new((String::new(), 0)),
            sort: Var::new((usize::MAX, false)),
            worker: StoredValue::new_local(None),
        }
    }

    fn cancel(self) {
        self.running.set(false);
        self.worker.try_update_value(|worker| {
            if let Some(worker) = worker.take() {
                worker.set_onmessage(None);
                worker.terminate();
            }
        });
    }

    fn start(self) {
        self.cancel();
        self.rows.set(Vec::new());
        self.total.set(0);
        self.placed.set(0);
        self.told.set(String::new());
        let Some((worker, load)) = hire() else {
            self.told.set(
                "This browser gives no worker, so nothing can be measured beside the page."
                    .to_owned(),
            );
            return;
        };
        self.running.set(true);
        let (text, at) = (self.player.text.get_untracked(), self.player.clock.get_untracked());
        self.of.set((text.clone(), at));
        let asked = worker.clone();
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let said = event.data();
            if field(&said, "ready").is_truthy() {
                let files = js_sys::Array::new();
                for (name, bytes) in self.player.read(crate::player::fact::Session::files) {
                    let bytes = js_sys::Uint8Array::from(&bytes[..]);
                    files.push(&js_sys::Array::of2(&name.into(), &bytes));
                }
                let table = object(&[
                    ("text", JsValue::from_str(&text)),
                    ("at", JsValue::from_f64(at as f64)),
                    ("files", files.into()),
                ]);
                let _ = asked.post_message(&object(&[("table", table)]));
            }
            if let Ok(steps) = field(&said, "prepared").dyn_into::<js_sys::Array>() {
                let step = |at| steps.get(at).as_f64().unwrap_or(0.0);
                self.placed.set((step(0) * 100.0 / step(1).max(1.0)) as u32);
            }
            if let Some(total) = field(&said, "total").as_f64() {
                self.placed.set(100);
                self.total.set(total as u32);
            }
            if let Ok(row) = field(&said, "row").dyn_into::<js_sys::Array>() {
                self.rows.update(|rows| rows.push(Row::read(&row)));
            }
            if let Some(error) = field(&said, "error").as_string() {
                self.told.set(error);
                self.cancel();
            } else if field(&said, "end").is_truthy() {
                self.cancel();
            }
        });
        worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        // The worker calls it for as long as it lives.
        heard.forget();
        let _ = worker.post_message(&load);
        self.worker.set_value(Some(worker));
    }

    /// The rows in the order that is asked for.
    fn sorted(self) -> Vec<Row> {
        let (column, down) = self.sort.get();
        let mut rows = self.rows.get();
        if column != usize::MAX {
            order(&mut rows, |one, other| {
                let (one, other) = if down { (other, one) } else { (one, other) };
                match (one.values.get(column), other.values.get(column)) {
                    (Some(one), Some(other)) => one < other,
                    _ => one.name < other.name,
                }
            });
        }
        rows
    }

    /// The table in lines of cells, the head first.
    fn lines(self) -> Vec<Vec<String>> {
        let mut lines = vec![vec!["name".to_owned(), "strategy".to_owned()]];
        lines[0].extend(headings().iter().map(|heading| heading.0.to_owned()));
        for row in untrack(|| self.sorted()) {
            let mut line = vec![row.name, row.strategy];
            line.extend(row.cells);
            lines.push(line);
        }
        lines
    }
}

fn headings() -> Vec<(&'static str, &'static str)> {
    COLUMNS.into_iter().chain([LOOKUP]).collect()
}

/// A table as CSV.
fn csv(lines: &[Vec<String>]) -> String {
    lines.iter().map(|line| format!("\"{}\"\n", line.join("\",\""))).collect()
}

/// A table as Markdown.
fn markdown(lines: &[Vec<String>]) -> String {
    let mut text = String::new();
    for (number, line) in lines.iter().enumerate() {
        text += &format!("| {} |\n", line.join(" | "));
        if number == 0 {
            text += &format!("|{}\n", " --- |".repeat(line.len()));
        }
    }
    text
}

/// The panel that compares all surveys.
#[component]
pub fn Compare(
    /// The run.
    player: Player,
) -> Piece {
    let table = Comparison::new(player);
    on_cleanup(move || table.cancel());
    let label = Fact::of(move || if table.running.get() { "Stop" } else { "Measure" }.to_owned());
    let stale = move || {
        let (text, at) = table.of.get();
        !table.rows.with(Vec::is_empty) && (player.text.get() != text || player.clock.get() != at)
    };
    view! {
        <div class="compare" data-role="compare">
            <p class="quiet">"Every survey of this run at this moment: balance, what a change would move, memory, and the time of a lookup."</p>
            <div class="button-row">
                <Button label=label class="small" role_name="compare-start" on_press=move |()| {
                    if table.running.get_untracked() { table.cancel() } else { table.start() }
                } />
                <Button label="Compare all strategies on these keys" class="small" role_name="compare-all" on_press=move |()| {
                    let nodes = player.surveys.with_untracked(|all| all.iter().map(|one| one.1.nodes.len()).max());
                    player.rewrite(&Edit::Parties("place", all_strategies(nodes.unwrap_or(10))));
                } />
            </div>
            <Show when=move || table.running.get()>
                // Half of the way is the first placing, the other half the changes that are tried.
                <progress aria-label="Strategies measured" max="200"
                    prop:value=say(move || {
                        let (done, total) = (table.rows.with(Vec::len), table.total.get().max(1));
                        (table.placed.get() as usize + done * 100 / total as usize).to_string()
                    })></progress>
            </Show>
            <p role="status" data-role="compare-told">
                {live(move || {
                    let (done, total) = (table.rows.with(Vec::len), table.total.get());
                    let told = table.told.get();
                    if !told.is_empty() {
                        told
                    } else if table.running.get() {
                        if total == 0 { format!("Placing the keys beside the page: {} %", table.placed.get()) } else { format!("{done} of {total} measured") }
                    } else if stale() {
                        "The run has changed since: measure again.".to_owned()
                    } else {
                        String::new()
                    }
                })}
            </p>
            <Show when=move || !table.rows.with(Vec::is_empty)>
                <div class="compare-scroll" tabindex="0" role="region" aria-label="Comparison of strategies">
                    <table class="metrics compare-table">
                        <thead><tr>
                            {head(table, usize::MAX - 1, "survey", "its name in the text and its strategy")}
                            {headings().into_iter().enumerate().map(|(at, (name, meaning))| head(table, at, name, meaning)).collect_view()}
                        </tr></thead>
                        <tbody>
                            {live(move || table.sorted().into_iter().map(row).collect_view())}
                        </tbody>
                    </table>
                </div>
                <div class="button-row">
                    <Button label="Take it as CSV" class="small" role_name="compare-csv"
                        on_press=move |()| export::file("strategies.csv", "text/csv", &csv(&table.lines())) />
                    <Button label="Take it as Markdown" class="small" role_name="compare-markdown"
                        on_press=move |()| export::file("strategies.md", "text/markdown", &markdown(&table.lines())) />
                </div>
            </Show>
        </div>
    }
}

fn head(table: Comparison, column: usize, name: &'static str, meaning: &'static str) -> Piece {
    let order = move || {
        let (by, down) = table.sort.get();
        (by == column).then_some(if down { "descending" } else { "ascending" })
    };
    view! {
        <th scope="col" aria-sort=perhaps(order)>
            <button type="button" title=meaning data-role="compare-sort" on:click=move |_| {
                table.sort.update(|sort| *sort = (column, sort.0 == column && !sort.1));
            }>{name}{live(move || match order() { Some("descending") => " ↓", Some(_) => " ↑", None => "" })}</button>
        </th>
    }
}

fn row(row: Row) -> Piece {
    let named = row.name != row.strategy && !row.name.is_empty();
    view! {
        <tr data-survey=row.name.clone()>
            <th scope="row">{if named { format!("{} · {}", row.name, row.strategy) } else { row.strategy }}</th>
            {row.cells.into_iter().map(|cell| view! { <td>{cell}</td> }).collect_view()}
        </tr>
    }
}

/// A `place` statement for every strategy, each under its name.
fn all_strategies(nodes: usize) -> Vec<String> {
    let placed = |strategy: &str| {
        let (name, rest) = strategy.split_once(',').unwrap_or((strategy, ""));
        let comma = if rest.is_empty() { "" } else { "," };
        format!("{name}: {name}, {nodes} nodes{comma}{rest}")
    };
    STRATEGIES.into_iter().map(placed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_taken_along() {
        let lines =
            [vec!["name".to_owned(), "moved".to_owned()], vec!["a".to_owned(), "9 %".to_owned()]];
        assert_eq!(csv(&lines), "\"name\",\"moved\"\n\"a\",\"9 %\"\n");
        assert_eq!(markdown(&lines), "| name | moved |\n| --- | --- |\n| a | 9 % |\n");
    }
}
