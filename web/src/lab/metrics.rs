//! The measured numbers of the run, each with its meaning, and a line over time for the chosen one.

use leptos::prelude::*;

use crate::layout::beside::{Figure, Mark, of, side_by_side};
use crate::layout::point::short;
use crate::layout::series::{Rise, area, steps};
use crate::layout::timeline::Scale;
use crate::layout::unit;
use crate::player::Player;
use crate::player::fact::{SeriesFact, Session};
use crate::pulse::{Fact, Var};
use crate::tenant::{self, TENANTS};
use crate::widgets::button::Button;
use crate::widgets::follow::{live, say};
use crate::widgets::piece::{CollectPieces, Piece, Show, view};
use crate::widgets::term::Term;

/// The points of a series, one at the end of each stretch.
#[must_use]
pub fn points(series: &SeriesFact) -> Vec<(u64, f64)> {
    series
        .values
        .iter()
        .enumerate()
        .map(|(index, value)| (series.stretch.0 * (index as u64 + 1), *value))
        .collect()
}

/// The figures: a list of them, or a table where several clusters stand side by side.
#[component]
pub fn Metrics(
    /// The run.
    player: Player,
) -> Piece {
    let now = Fact::of(move || {
        player.beat.track();
        player.read(Session::metrics)
    });
    let whole = player.watch_slowly(Session::final_metrics);
    // Some are compared while they run, others as a whole, until somebody asks otherwise.
    let reads = player.watch_text(|session| tenant::of(session).any(|bench| bench.runs_on));
    let chosen = Var::new(None);
    let at_now = Fact::of(move || chosen.get().unwrap_or(reads.get()));
    let names = player.watch_text(|session| {
        let names: Vec<String> = session.scenario().parties().map(String::from).collect();
        if names.len() > 1 { names } else { Vec::new() }
    });
    let several = Fact::of(move || names.with(|names| !names.is_empty()));
    let single = Fact::of(move || {
        names.with(|names| {
            let all = whole.get().into_iter();
            all.filter(|metric| of(&metric.name, names).is_none()).collect::<Vec<_>>()
        })
    });
    let grid = Fact::of(move || {
        let shown = if at_now.get() { now } else { whole };
        shown.with(|metrics| {
            let metrics =
                metrics.iter().map(|one| (&*one.name, &*one.shown, one.value, one.meaning));
            names.with(|names| side_by_side(metrics, names, reads.get()))
        })
    });
    view! {
        <Show when=move || several.get()>
            <div class="button-row">
                <Button label="Whole run" class="small" role_name="metrics-whole"
                    pressed=Fact::of(move || !at_now.get()) on_press=move |()| chosen.set(Some(false)) />
                <Button label="By now" class="small" role_name="metrics-now"
                    pressed=Fact::of(move || at_now.get()) on_press=move |()| chosen.set(Some(true)) />
            </div>
            <Show when=move || grid.with(|(heads, _)| !heads.is_empty())>
                <div class="compare-scroll" tabindex="0" role="region" aria-label="Clusters compared">
                    <table class="metrics ranking" data-role="metrics-ranking">
                        <caption class="hidden-words">"A line for each cluster; in each column the best and the worst are marked."</caption>
                        <thead>
                            <tr>
                                <th scope="col">"Cluster"</th>
                                {live(move || grid.with(|(heads, _)| heads.iter().map(|figure| view! {
                                    <th scope="col"><Term word=figure.head means=figure.means /></th>
                                }).collect_view()))}
                            </tr>
                        </thead>
                        <tbody>{live(move || names.get().into_iter().enumerate().map(|(at, name)| grid.with(|(heads, _)| line(name, at, heads))).collect_view())}</tbody>
                    </table>
                </div>
            </Show>
            <div class="compare-scroll" tabindex="0" role="region" aria-label="Other figures of each cluster">
                <table class="metrics side-by-side" data-role="metrics-beside">
                    <thead>
                        <tr>
                            <th scope="col">"Figure"</th>
                            {live(move || names.get().into_iter().map(|name| view! { <th scope="col">{name}</th> }).collect_view())}
                        </tr>
                    </thead>
                    <tbody>{live(move || grid.get().1.into_iter().map(beside).collect_view())}</tbody>
                </table>
            </div>
        </Show>
        <Show when=move || single.with(Vec::is_empty) && !several.get()>
            <p class="quiet">"There is nothing to measure: no cluster runs."</p>
        </Show>
        <Show when=move || !single.with(Vec::is_empty)>
            <table class="metrics" data-role="metrics">
                <caption class="hidden-words">"What this run measured"</caption>
                <thead>
                    <tr><th scope="col">"Figure"</th><th scope="col">"By now"</th><th scope="col">"Whole run"</th></tr>
                </thead>
                <tbody>
                    {live(move || {
                        let by_now = now.get();
                        single
                            .get()
                            .into_iter()
                            .map(|metric| {
                                let shown = by_now.iter().find(|one| one.name == metric.name);
                                let shown = shown.map_or_else(|| "–".to_owned(), |one| one.shown.clone());
                                let hook = metric.name.clone();
                                view! {
                                    <tr data-metric=hook>
                                        <th scope="row"><Term word=metric.name means=metric.meaning /></th>
                                        <td>{shown}</td>
                                        <td>{metric.shown}</td>
                                    </tr>
                                }
                            })
                            .collect_view()
                    })}
                </tbody>
            </table>
        </Show>
    }
}

/// A line of the table: a cluster, and what one asks first of it.
fn line(name: String, at: usize, heads: &[Figure]) -> Piece {
    let cells = heads.iter().map(|figure| {
        let cell = figure.cells.get(at).cloned().unwrap_or_default();
        // A mark is a shape and a word beside its colour.
        let (sign, class, said) = match cell.mark {
            Some(Mark::Best) => ("▲", "best", " (best)"),
            Some(Mark::Worst) => ("▼", "worst", " (worst)"),
            None => ("", "", ""),
        };
        view! {
            <td class=class data-metric=figure.word.clone()>
                <span class="rank" aria-hidden="true">{sign}</span>{cell.shown}<span class="hidden-words">{said}</span>
            </td>
        }
    });
    let cells = cells.collect_view();
    view! { <tr data-cluster=name.clone()><th scope="row">{name}</th>{cells}</tr> }
}

fn beside(figure: Figure) -> Piece {
    view! {
        <tr data-metric=figure.word.clone()>
            <th scope="row"><Term word=figure.word means=figure.means /></th>
            {figure.cells.into_iter().map(|cell| view! { <td>{cell.shown}</td> }).collect_view()}
        </tr>
    }
}

/// The numbers that have a course over time, in the order in which they are offered: of clusters that
/// own keys by a map, and of those that agree on a log.
/// The names of the courses that a run has: of each cluster, where there are several.
#[must_use]
pub fn courses(session: &Session) -> Vec<String> {
    // What takes no time has no course.
    let clusters = session.snapshot().clusters;
    let several = clusters.len() > 1;
    let mut found: Vec<(&'static str, usize)> = Vec::new();
    for bench in TENANTS {
        for party in (bench.parties)(session) {
            found.extend(bench.courses.iter().map(|word| (*word, party)));
        }
    }
    // One word of all clusters stands together.
    let mut words: Vec<&str> = Vec::new();
    for (word, _) in &found {
        if !words.contains(word) {
            words.push(word);
        }
    }
    let mut names = Vec::new();
    for word in words {
        let mut of: Vec<usize> =
            found.iter().filter(|(known, _)| *known == word).map(|(_, party)| *party).collect();
        of.sort_unstable();
        let name = |party: usize| clusters.get(party).map(|cluster| cluster.name.as_str());
        names.extend(of.into_iter().map(|party| match name(party).filter(|_| several) {
            Some(name) => format!("{word}({name})"),
            None => word.to_owned(),
        }));
    }
    names.retain(|name| session.series(name).is_some());
    names
}

/// A line over time with the band that an expectation allows behind it.
#[component]
pub fn Course(
    /// The series.
    #[prop(into)]
    series: Fact<SeriesFact>,
    /// The scale of the timeline.
    #[prop(into)]
    scale: Fact<Scale>,
    /// How high the drawing is.
    height: f64,
) -> Piece {
    let rise = Fact::of(move || {
        series.with(|series| {
            let band = series
                .band
                .iter()
                .flat_map(|band| [band.0, band.1])
                .filter(|edge| edge.is_finite());
            Rise::fit(series.values.iter().copied().chain(band), height - 2.0)
        })
    });
    let band = move || {
        series.with(|series| series.band).map(|(low, high)| {
            let rise = rise.get();
            let top = if high.is_finite() { rise.y(high) } else { 0.0 };
            (top, (rise.y(low) - top).max(2.0))
        })
    };
    let unit = move || series.with(|series| series.unit);
    view! {
        <svg
            class="course"
            role="img"
            aria-label=say(move || series.with(|series| format!("{} over time, in {}", series.name, series.unit)))
            width=say(move || short(scale.get().width))
            height=short(height)
        >
            {live(move || {
                band()
                    .map(|(top, tall)| {
                        view! { <rect class="course-band" x="0" y=short(top) width="100%" height=short(tall)></rect> }
                    })
            })}
            <path class="course-area" d=say(move || series.with(|series| area(&points(series), scale.get(), rise.get())))></path>
            <path class="course-line" d=say(move || series.with(|series| steps(&points(series), scale.get(), rise.get())))></path>
            <text class="course-top" x="4" y="10">{live(move || {
                // Without a line there is nothing to measure by.
                let any = series.with(|series| !series.values.is_empty());
                if any { unit::amount(rise.get().high, unit()) } else { String::new() }
            })}</text>
        </svg>
    }
}
