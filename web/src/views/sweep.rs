//! The map of seeds: the same text under many seeds, a cell each and each a link, and what fails how often.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use super::nemesis::Nemesis;
use super::shrink::{Shrinking, shrinking};
use crate::layout::seeds::{CELLS_MAX, Fate, drawn, tally};
use crate::layout::unit;
use crate::player::fact::with_seed;
use crate::player::{Player, link_of};
use crate::pulse::{Fact, Var, effect};
use crate::widgets::follow::{live, say};
use crate::widgets::piece::{CollectPieces, For, Piece, Show, view};
use crate::worker::{SeedReport, Sweep};

/// The most seeds that one sweep runs in the page.
const SEEDS_MAX: u64 = 10_000;
/// Of the failing ones so many are listed with what fails.
const LISTED_MAX: usize = 50;

/// What became of a seed.
fn fate(report: &SeedReport) -> Fate {
    match report {
        SeedReport { holds: true, .. } => Fate::Held,
        SeedReport { failed, .. } if !failed.is_empty() => Fate::Failed,
        SeedReport { untested, undecided: 0, truncated: None, diagnostics, .. }
            if !untested.is_empty() && diagnostics.iter().all(|mistake| mistake.mild) =>
        {
            Fate::Untested
        }
        _ => Fate::Unknown,
    }
}

/// The same in words.
fn told(report: &SeedReport) -> String {
    let seed = report.seed;
    match fate(report) {
        Fate::Failed => format!("Seed {seed}: {}", report.failed.join("; ")),
        Fate::Unknown => {
            let mistake = report.diagnostics.iter().find(|mistake| !mistake.mild);
            let mistake = mistake.map(|mistake| mistake.message.as_str());
            let why = mistake.or(report.truncated.as_deref()).unwrap_or_default();
            format!("Seed {seed}: {} not decided. {why}", report.undecided)
        }
        Fate::Untested => {
            format!("Seed {seed}: not put to the test: {}", report.untested.join("; "))
        }
        Fate::Held | Fate::Ahead => format!("Seed {seed}: all holds"),
    }
}

/// The panel that runs and shows a sweep.
#[component]
pub fn SweepPanel(
    /// The run whose text is swept.
    player: Player,
) -> Piece {
    let sweep = Sweep::default();
    let shrink = Shrinking::default();
    let count = Var::new(100_u64);
    on_cleanup(move || {
        sweep.cancel();
        shrink.stop();
    });
    let start = move |_| {
        if sweep.running.get_untracked() {
            sweep.cancel();
        } else {
            shrink.clear();
            sweep.start(player.text.get_untracked(), 1, count.get_untracked() + 1);
        }
    };
    // The first seed that fails is shrunk unasked, once all have been run.
    effect(move || {
        if sweep.ended.get() {
            let first = sweep.seeds.with_untracked(|seeds| {
                seeds.iter().find(|seed| fate(seed) == Fate::Failed).cloned()
            });
            if let Some(first) = first {
                shorten(sweep, shrink, &first);
            }
        }
    });
    view! {
        <div class="sweep" data-role="sweep">
            <p class="quiet">"The same text under many seeds: luck is part of every distributed system."</p>
            <Nemesis player=player />
            <div class="button-row">
                <label class="sweep-count">
                    "Seeds"
                    <input
                        class="field"
                        type="number"
                        min="1"
                        max=SEEDS_MAX.to_string()
                        prop:value=move || count.get().to_string()
                        on:input=move |event| {
                            if let Ok(number) = event_target_value(&event).parse::<u64>() {
                                count.set(number.clamp(1, SEEDS_MAX));
                            }
                        }
                        on:change=move |event| {
                            // What was no number of seeds does not go on standing there as if it were.
                            event_target::<HtmlInputElement>(&event).set_value(&count.get_untracked().to_string());
                        }
                        on:keydown=|event| event.stop_propagation()
                    />
                </label>
                <button type="button" class="button small" data-role="sweep-start" on:click=start>
                    {live(move || if sweep.running.get() { "Cancel" } else { "Run them" })}
                </button>
            </div>
            <Show when=move || { sweep.total.get() > 0 }>
                <progress
                    aria-label="Seeds run"
                    max=say(move || sweep.total.get().to_string())
                    prop:value=move || sweep.seeds.with(Vec::len).to_string()
                ></progress>
                <p data-role="sweep-summary" role="status">{live(move || summary(sweep))}</p>
            </Show>
            {live(move || sweep.error.get().map(|words| view! { <p class="state fault" role="alert">{words}</p> }))}
            {map(sweep)}
            {failures(sweep, shrink)}
            {shrinking(shrink)}
        </div>
    }
}

/// Makes a failing seed short by the first expectation that fails in it.
fn shorten(sweep: Sweep, shrink: Shrinking, report: &SeedReport) {
    if let Some(broken) = report.broken.first() {
        let text = sweep.text.with_untracked(|text| with_seed(text, report.seed));
        shrink.start(report.seed, text, broken.clone());
    }
}

/// How far it is, in words.
fn summary(sweep: Sweep) -> String {
    sweep.seeds.with(|seeds| {
        let count = |wanted: Fate| seeds.iter().filter(|seed| fate(seed) == wanted).count();
        let mut words = format!(
            "{} of {} seeds, {} where something does not hold",
            unit::grouped(seeds.len() as u64),
            unit::grouped(sweep.total.get()),
            unit::grouped(count(Fate::Failed) as u64),
        );
        let untested = count(Fate::Untested);
        if untested > 0 {
            words.push_str(&format!(", {untested} that put some law to no test"));
        }
        let unknown = count(Fate::Unknown);
        if unknown > 0 {
            words.push_str(&format!(", {unknown} not decided"));
            let cut = |seed: &&SeedReport| seed.truncated.is_some() && fate(seed) == Fate::Unknown;
            let cut = seeds.iter().filter(cut).count();
            if cut > 0 {
                words.push_str(&format!(" ({cut} cut before their end)"));
            }
            let first = seeds.iter().find(|seed| fate(seed) == Fate::Unknown);
            let mistake = first.and_then(|seed| seed.diagnostics.iter().find(|one| !one.mild));
            let why = mistake.map(|mistake| mistake.message.as_str());
            if let Some(why) = why.or(first.and_then(|seed| seed.truncated.as_deref())) {
                words.push_str(&format!(". {why}"));
            }
        }
        words
    })
}

/// The cells: those that have been run, and pale ones for those that are to come.
fn map(sweep: Sweep) -> Piece {
    let cells = Fact::of(move || {
        let total = usize::try_from(sweep.total.get()).unwrap_or_default();
        sweep.seeds.with(|seeds| {
            let mut fates: Vec<Fate> = seeds.iter().map(fate).collect();
            // Of those to come, none beyond the first can have a cell yet.
            fates.resize(fates.len().max(total.min(CELLS_MAX)), Fate::Ahead);
            let cells = drawn(&fates).into_iter();
            cells.map(|at| (at, fates[at])).collect::<Vec<_>>()
        })
    });
    let one = move |(at, fate): (usize, Fate)| {
        let (class, sign) = fate.looks();
        let report = sweep.seeds.with_untracked(|seeds| seeds.get(at).cloned());
        match report {
            None => view! { <li class=format!("seed {class}") aria-hidden="true"></li> },
            Some(report) => {
                let words = told(&report);
                view! {
                    <li class=format!("seed {class}")>
                        <a role="link" tabindex=if at == 0 { "0" } else { "-1" } data-seed=report.seed.to_string()
                            title=words.clone() aria-label=words>{sign}</a>
                    </li>
                }
            }
        }
    };
    let rest = move || {
        let run = sweep.seeds.with(Vec::len);
        let hidden = run.saturating_sub(cells.with(Vec::len));
        (hidden > 0).then(|| {
            let words = format!("{} more are counted and not drawn.", unit::grouped(hidden as u64));
            view! { <p class="quiet" data-role="sweep-rest">{words}</p> }
        })
    };
    view! {
        <ul
            class="seeds"
            data-role="seeds"
            aria-label="Seeds"
            on:focusin=move |event: ev::FocusEvent| lead(sweep, &event)
            on:pointerover=move |event: ev::PointerEvent| lead(sweep, &event)
            on:click=move |event: ev::MouseEvent| lead(sweep, &event)
            on:keydown=move |event: ev::KeyboardEvent| walk(sweep, &event)
        >
            <For each=move || cells.get() key=|cell| (cell.0, cell.1 as u8) let:cell>
                {one(cell)}
            </For>
        </ul>
        {live(rest)}
        <Show when=move || sweep.seeds.with(|seeds| !seeds.is_empty())>
            <p class="quiet seeds-legend" aria-hidden="true">
                <span><span class="seed good"></span>"holds"</span>
                <span><span class="seed fault">"×"</span>"does not"</span>
                <span><span class="seed waiting">"?"</span>"not decided"</span>
                <span><span class="seed waiting">"–"</span>"not put to the test"</span>
                <span><span class="seed ahead"></span>"to come"</span>
            </p>
        </Show>
    }
}

/// The cell that an event is about.
fn cell_of(event: &ev::Event) -> Option<Element> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest("[data-seed]").ok()?
}

/// Gives a cell its link once somebody turns to it: to pack a thousand texts at once takes too long.
fn lead(sweep: Sweep, event: &ev::Event) {
    let Some(cell) = cell_of(event).filter(|cell| !cell.has_attribute("href")) else { return };
    let seed = cell.get_attribute("data-seed").and_then(|seed| seed.parse().ok());
    if let Some(seed) = seed {
        let text = sweep.text.with_untracked(|text| with_seed(text, seed));
        let _ = cell.set_attribute("href", &format!("#{}", link_of(&text)));
    }
}

/// The arrows walk from cell to cell; of all of them one can be reached by Tab.
fn walk(sweep: Sweep, event: &ev::KeyboardEvent) {
    let Some(here) = cell_of(event) else { return };
    let Ok(Some(map)) = here.closest(".seeds") else { return };
    let Ok(cells) = map.query_selector_all("[data-seed]") else { return };
    let cells: Vec<HtmlElement> =
        (0..cells.length()).filter_map(|at| cells.get(at)?.dyn_into().ok()).collect();
    let Some(at) = cells.iter().position(|cell| **cell == here) else { return };
    // A row is as long as the cells that stand as high as the first.
    let top = |cell: &HtmlElement| cell.get_bounding_client_rect().top();
    let first = cells.first().map_or(0.0, top);
    let row = cells.iter().take_while(|cell| (top(cell) - first).abs() < 2.0).count();
    let last = cells.len() - 1;
    let next = match event.key().as_str() {
        "ArrowRight" => at + 1,
        "ArrowLeft" => at.saturating_sub(1),
        "ArrowDown" => at + row,
        "ArrowUp" => at.checked_sub(row).unwrap_or(at),
        "Home" => 0,
        "End" => last,
        "Enter" => {
            // The link follows by itself; the keys of the lab are not meant.
            event.stop_propagation();
            return lead(sweep, event);
        }
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    if let Some(next) = cells.get(next.min(last)) {
        let _ = here.set_attribute("tabindex", "-1");
        let _ = next.set_attribute("tabindex", "0");
        let _ = next.focus();
    }
}

/// What fails how often, and the seeds in which it does.
fn failures(sweep: Sweep, shrink: Shrinking) -> Piece {
    let failing = Fact::of(move || {
        sweep.seeds.with(|seeds| {
            let failing = seeds.iter().filter(|seed| fate(seed) == Fate::Failed);
            failing.take(LISTED_MAX).cloned().collect::<Vec<_>>()
        })
    });
    let counts = Fact::of(move || {
        sweep.seeds.with(|seeds| tally(seeds.iter().flat_map(|seed| &seed.broken)))
    });
    let row = move |report: SeedReport| {
        let text = sweep.text.with_untracked(|text| with_seed(text, report.seed));
        let seed = report.seed;
        let words = report.failed.join("; ");
        view! {
            <li class="failing-seed">
                <a href=format!("#{}", link_of(&text))>{format!("Seed {seed}")}</a>
                <span class="quiet">{words}</span>
                <button type="button" class="button small" data-role="shrink-start" aria-label=format!("Shrink seed {seed}")
                    on:click=move |_| shorten(sweep, shrink, &report)>"Shrink"</button>
            </li>
        }
    };
    view! {
        <Show when=move || counts.with(|counts| !counts.is_empty())>
            <ul class="tally" aria-label="What fails how often" data-role="sweep-tally">
                {live(move || counts.get().into_iter().map(|(words, count)| view! {
                    <li><code>{words}</code>{format!(" fails in {}", unit::grouped(count as u64))}</li>
                }).collect_view())}
            </ul>
            <ul class="failing" aria-label="Failing seeds">
                <For each=move || failing.get() key=|report| report.seed let:report>
                    {row(report)}
                </For>
            </ul>
        </Show>
    }
}
