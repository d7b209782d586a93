//! The measured numbers of the run, each with its meaning, and a line over time for the chosen one.

use leptos::prelude::*;

use crate::layout::point::short;
use crate::layout::series::{Rise, area, steps};
use crate::layout::timeline::Scale;
use crate::layout::unit;
use crate::player::Player;
use crate::player::fact::{SeriesFact, Session};
use crate::widgets::follow::{live, memo, say, whether};

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

/// The table of figures.
#[component]
pub fn Metrics(
    /// The run.
    player: Player,
    /// The name of the metric that the timeline draws.
    picked: RwSignal<String>,
) -> impl IntoView {
    let metrics = player.watch_slowly(Session::metrics);
    view! {
        <table class="metrics" data-role="metrics">
            <caption class="hidden-words">"What this run measured so far"</caption>
            <thead class="hidden-words">
                <tr><th scope="col">"Figure"</th><th scope="col">"Measured"</th></tr>
            </thead>
            <tbody>
                {live(move || {
                    metrics
                        .get()
                        .into_iter()
                        .map(|metric| {
                            let name = metric.name.clone();
                            let hook = metric.name.clone();
                            let pick = metric.name.clone();
                            view! {
                                <tr class:picked=whether(move || picked.get() == name) data-metric=hook>
                                    <th scope="row">
                                        <button
                                            type="button"
                                            title=metric.meaning
                                            on:click=move |_| picked.set(pick.clone())
                                        >
                                            <span class="term">{metric.name}</span>
                                        </button>
                                    </th>
                                    <td>{metric.shown}</td>
                                </tr>
                            }
                        })
                        .collect_view()
                })}
            </tbody>
        </table>
        <p class="quiet metrics-hint">"Choose a figure to draw it over time, if it has a course."</p>
    }
}

/// A line over time with the band that an expectation allows behind it.
#[component]
pub fn Course(
    /// The series.
    #[prop(into)]
    series: Signal<SeriesFact>,
    /// The scale of the timeline.
    #[prop(into)]
    scale: Signal<Scale>,
    /// How high the drawing is.
    height: f64,
) -> impl IntoView {
    let rise = memo(move || {
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
            <text class="course-top" x="4" y="10">{live(move || unit::amount(rise.get().high, unit()))}</text>
        </svg>
    }
}
