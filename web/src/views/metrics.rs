//! The measured numbers of the run, each with its meaning, and a line over time for the chosen one.

use leptos::prelude::*;

use crate::layout::point::short;
use crate::layout::series::{Rise, area, steps};
use crate::layout::timeline::Scale;
use crate::layout::unit;
use crate::player::Player;
use crate::player::fact::{SeriesFact, Session};
use crate::pulse::Fact;
use crate::widgets::follow::{live, say};
use crate::widgets::piece::{CollectPieces, Piece, view};
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

/// The table of figures: at the present moment, and for the whole run as far as it is known.
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
    view! {
        <table class="metrics" data-role="metrics">
            <caption class="hidden-words">"What this run measured"</caption>
            <thead>
                <tr><th scope="col">"Figure"</th><th scope="col">"By now"</th><th scope="col">"Whole run"</th></tr>
            </thead>
            <tbody>
                {live(move || {
                    let by_now = now.get();
                    whole
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
    }
}

/// The numbers that have a course over time, in the order in which they are offered: of clusters that
/// own keys by a map, and of those that agree on a log.
const COURSES: [&str; 5] = ["latency", "throughput", "failed", "unavailable", "moved-bytes"];
const GROUPED: [&str; 6] = ["latency", "throughput", "failed", "committed", "log", "elections"];

/// The names of the courses that a run has: of each cluster, where there are several.
#[must_use]
pub fn courses(session: &Session) -> Vec<String> {
    // What is on paper takes no time, so it has no course.
    let (papers, groups) = (session.surveys(), session.groups());
    let clusters: Vec<_> = (0..).zip(session.snapshot().clusters).collect();
    let of = |at: usize| if groups.contains(&at) { &GROUPED[..] } else { &COURSES[..] };
    let mut names = Vec::new();
    if clusters.len() > 1 {
        let mut words = COURSES.to_vec();
        words.extend(&GROUPED[3..]);
        for word in words {
            let running = clusters.iter().filter(|(at, _)| !papers.contains(at));
            let fitting = running.filter(|(at, _)| of(*at).contains(&word));
            names.extend(fitting.map(|(_, cluster)| format!("{word}({})", cluster.name)));
        }
    } else if papers.is_empty() {
        names.extend(of(0).iter().map(|word| (*word).to_owned()));
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
