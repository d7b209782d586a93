//! The timeline: faults, notes, operations, the chosen metric and the verdicts over one axis, with
//! the playhead across all of them.

use crate::layout::curve;
use leptos::ev::WheelEvent;
use leptos::prelude::*;
use std::sync::Arc;

use super::metrics::{Course, courses};
use crate::layout::point::short;
use crate::layout::timeline::{Crowd, Scale, crowds, fitting, ticks};
use crate::layout::unit;
use crate::player::fact::{Lanes, MarkFact, OperationBar, SeriesFact, Session};
use crate::player::{Chosen, Player};
use crate::pulse::{Fact, Var};
use crate::tenant::{Lane, TENANTS};
use crate::widgets::follow::{live, say, whether};
use crate::widgets::measure::size_of;
use crate::widgets::piece::{CollectPieces, For, Piece, Show, view};
use crate::widgets::scrubber::{Scrub, Scrubber};

/// The heights of the lanes with bars and lines.
const BARS: f64 = 26.0;
const COURSE: f64 = 40.0;
/// The tip of a crowd of marks tells so many of them.
const LINES_MAX: usize = 8;

/// The parties that have a lane of their own, with it.
fn lanes_of(session: &Session) -> impl Iterator<Item = (usize, Lane)> {
    let lanes = TENANTS.into_iter().filter_map(|bench| Some((bench.parties, bench.lane?)));
    lanes.flat_map(|(parties, lane)| parties(session).into_iter().map(move |at| (at, lane)))
}

/// The timeline of a run.
#[component]
pub fn Timeline(
    /// The run.
    player: Player,
    /// The name of the metric to draw.
    picked: Var<String>,
) -> Piece {
    let node = NodeRef::<leptos::html::Div>::new();
    let size = size_of(node);
    let lanes = player.lanes;
    let end = player.watch_slowly(|session| (session.end().0, session.front().0));
    let names = player.watch_text(courses);
    let series = Fact::of(move || {
        player.slow.track();
        player.read(|session| session.series(&picked.get()).unwrap_or_default())
    });
    let shown = Var::new(None::<(u64, u64)>);
    let scale = Fact::of(move || {
        let (start, last) = shown.get().unwrap_or((0, end.get().0));
        Scale::new(start, last, size.get().0)
    });
    let share = Fact::of(move || scale.get().x(player.clock.get()) / scale.get().width);
    let said = Fact::of(move || unit::clock(player.clock.get()));
    let values = Fact::of(move || (player.clock.get() as f64 / 1e3, end.get().0 as f64 / 1e3));
    let scrub = move |wish: Scrub| {
        let scale = scale.get_untracked();
        let now = player.clock.get_untracked() as f64;
        match wish {
            Scrub::To(share) => player.seek(scale.time(share * scale.width)),
            Scrub::By(share) => {
                player.seek((now + share * (scale.end - scale.start)).max(0.0) as u64);
            }
            Scrub::Start => player.seek(0),
            Scrub::End => player.seek(end.get_untracked().0),
            Scrub::Done => {}
        }
    };
    let wheel = move |event: WheelEvent| {
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            return;
        }
        event.prevent_default();
        let now = scale.get_untracked();
        let turn = if event.delta_y() == 0.0 { event.delta_x() } else { event.delta_y() };
        let x = node.get_untracked().map_or(0.0, |element| {
            f64::from(event.client_x()) - element.get_bounding_client_rect().left()
        });
        let whole = end.get_untracked().0;
        let (start, last) = now.zoom(x, curve::exp(-turn / 400.0), whole);
        shown.set(if start == 0 && last >= whole { None } else { Some((start, last)) });
    };
    let groups =
        player.watch_text(|session| lanes_of(session).map(|(at, _)| at).collect::<Vec<_>>());
    // The lane of one party says what it shows; those of several say whose they are.
    let titles = player.watch_text(|session| {
        let clusters = &session.scenario().clusters;
        let name = |at: usize| clusters.get(at).map_or_else(String::new, |one| one.name.clone());
        let alone = lanes_of(session).count() == 1;
        let title = |(at, lane): (usize, Lane)| match alone {
            true => lane.title.to_owned(),
            false => name(at),
        };
        lanes_of(session).map(title).collect::<Vec<String>>()
    });
    let bad_count =
        move || lanes.with(|lanes| lanes.operations.iter().map(|bar| bar.bad).sum::<u32>());
    view! {
        <section class="timeline" aria-label="Timeline" data-role="timeline" class:many=whether(move || groups.with(Vec::len) > 3) style=("--terms", say(move || groups.with(Vec::len).to_string()))>
            <ul class="lane-names" aria-hidden="true">
                <li class="lane-axis"></li>
                <li>"Faults"</li>
                <li>"Notes"</li>
                {live(move || titles.get().into_iter().map(|name| view! { <li class="lane-terms">{name}</li> }).collect_view())}
                <li class="lane-operations" title=say(move || format!("{} ended badly", unit::count(f64::from(bad_count()))))>"Operations"</li>
                <li class="lane-course">" "</li>
                <li>"Verdicts"</li>
            </ul>
            <label class="course-pick" hidden=whether(move || names.with(Vec::is_empty))>
                <span class="hidden-words">"Number to draw over time"</span>
                <select
                    data-role="course"
                    on:change=move |event| picked.set(event_target_value(&event))
                    on:keydown=|event| event.stop_propagation()
                >
                    {live(move || {
                        names
                            .get()
                            .into_iter()
                            .map(|name| {
                                let chosen = name == picked.get();
                                view! { <option value=name.clone() selected=chosen>{name.clone()}</option> }
                            })
                            .collect_view()
                    })}
                </select>
            </label>
            <div class="lanes" node_ref=node on:wheel=wheel>
                <Scrubber share=share said=said values=values on_scrub=scrub>
                    <Axis scale=scale />
                    <Marks player=player scale=scale class="fault" marks=Fact::of(move || lanes.with(|lanes| lanes.faults.clone())) />
                    <Marks player=player scale=scale class="note" marks=Fact::of(move || notes(&lanes.get())) />
                    <For each=move || groups.get() key=|at| *at let:cluster>
                        {player.read(|session| lanes_of(session).find(|(at, _)| *at == cluster)).map(|(_, lane)| {
                            (lane.view)(player, cluster, scale, Fact::of(move || end.get().1))
                        })}
                    </For>
                    <Operations scale=scale stretch=Fact::of(move || lanes.with(|lanes| lanes.stretch.0)) bars=Fact::of(move || lanes.with(|lanes| lanes.operations.clone())) />
                    <div class="lane lane-course"><Course series=series scale=scale height=COURSE /></div>
                    <VerdictMarks player=player scale=scale lanes=lanes />
                    <div
                        class="unknown"
                        aria-hidden="true"
                        title="Not computed yet"
                        style:left=say(move || format!("{}px", short(scale.get().x(end.get().1).clamp(0.0, scale.get().width))))
                        style:display=say(move || if end.get().1 < end.get().0 { "block" } else { "none" })
                    ></div>
                </Scrubber>
            </div>
            <Show when=move || shown.get().is_some()>
                <button type="button" class="button small timeline-whole" on:click=move |_| shown.set(None)>"Show the whole run"</button>
            </Show>
            <p class="hidden-words">{live(move || tell(&series.get(), player.clock.get()))}</p>
        </section>
    }
}

/// Notes and captions share a lane; captions say their words.
fn notes(lanes: &Lanes) -> Vec<MarkFact> {
    let mut marks = lanes.notes.clone();
    for mark in &lanes.captions {
        let place = marks.partition_point(|other| other.at <= mark.at);
        marks.insert(place, MarkFact { text: format!("“{}”", mark.text), ..mark.clone() });
    }
    marks
}

/// The measured value at a moment, for those who listen.
fn tell(series: &SeriesFact, now: u64) -> String {
    let points = super::metrics::points(series);
    crate::layout::series::value_at(&points, now)
        .map(|value| format!("{}: {}", series.name, unit::amount(value, series.unit)))
        .unwrap_or_default()
}

/// The axis with its ticks.
#[component]
fn Axis(scale: Fact<Scale>) -> Piece {
    view! {
        <div class="lane lane-axis" aria-hidden="true">
            {live(move || {
                let scale = scale.get();
                ticks(scale, 92.0)
                    .into_iter()
                    .map(|tick| {
                        let last = tick.x > scale.width - 40.0;
                        view! { <span class="tick" class:last=last style:left=format!("{}px", short(tick.x))>{tick.label}</span> }
                    })
                    .collect_view()
            })}
        </div>
    }
}

/// Marks with words where there is room; crowds are one mark with a count.
#[component]
fn Marks(
    player: Player,
    scale: Fact<Scale>,
    class: &'static str,
    marks: Fact<Vec<MarkFact>>,
) -> Piece {
    let drawn = Fact::of(move || {
        let scale = scale.get();
        marks.with(|marks| {
            let times: Vec<u64> = marks.iter().map(|mark| mark.at.0).collect();
            let crowds = crowds(&times, scale, 7.0);
            let words: Vec<String> = crowds.iter().map(|crowd| words(crowd, marks)).collect();
            let xs: Vec<f64> = crowds.iter().map(|crowd| crowd.x).collect();
            let widths: Vec<f64> =
                words.iter().map(|words| 16.0 + words.chars().count() as f64 * 6.4).collect();
            let fits = fitting(&xs, &widths, scale.width);
            crowds
                .iter()
                .enumerate()
                .map(|(index, crowd)| {
                    let mark = &marks[crowd.first];
                    let room = fits[index];
                    (xs[index], words[index].clone(), room, mark.at.0, mark.seq, all(crowd, marks))
                })
                .collect::<Vec<_>>()
        })
    });
    let sign = if class == "fault" { "▲" } else { "●" };
    view! {
        <div class=format!("lane marks {class}")>
            {live(move || {
                drawn
                    .get()
                    .into_iter()
                    .map(|(x, words, room, at, seq, title)| {
                        let go = move |_| {
                            player.pause();
                            player.seek(at);
                            if let Some(seq) = seq {
                                player.chosen.set(vec![Chosen::Event(seq)]);
                            }
                        };
                        view! {
                            <button
                                type="button"
                                class="mark"
                                data-mark=class
                                data-at=at
                                tabindex="-1"
                                title=title
                                style:left=format!("{}px", short(x))
                                on:click=go
                            >
                                <span class="mark-sign" aria-hidden="true">{sign}</span>
                                <span class=if room { "" } else { "hidden-words" }>{words}</span>
                            </button>
                        }
                    })
                    .collect_view()
            })}
        </div>
    }
}

/// Of a crowd the first is said, and how many more there are: they may be of any kind.
fn words(crowd: &Crowd, marks: &[MarkFact]) -> String {
    let first = &marks[crowd.first].text;
    match crowd.count {
        1 => first.clone(),
        many => format!("{first} and {} more", many - 1),
    }
}

/// All that a mark stands for, as far as one reads on.
fn all(crowd: &Crowd, marks: &[MarkFact]) -> String {
    let of = &marks[crowd.first..crowd.first + crowd.count];
    let line = |mark: &MarkFact| format!("{}: {}", unit::time(mark.at.0 as f64), mark.text);
    let mut lines: Vec<String> = of.iter().take(LINES_MAX).map(line).collect();
    if of.len() > LINES_MAX {
        lines.push(format!("and {} more", of.len() - LINES_MAX));
    }
    lines.join("\n")
}

/// Operations that ended well rise, those that ended badly hang below.
#[component]
fn Operations(scale: Fact<Scale>, stretch: Fact<u64>, bars: Fact<Vec<OperationBar>>) -> Piece {
    let paths = Fact::of(move || {
        let scale = scale.get();
        bars.with(|bars| {
            let most = bars.iter().map(|bar| bar.good + bar.bad).max().unwrap_or(0).max(1);
            let stretch = stretch.get();
            let (mut good, mut bad) = (String::new(), String::new());
            for (index, bar) in bars.iter().enumerate() {
                let left = scale.x(index as u64 * stretch);
                let right = scale.x((index as u64 + 1) * stretch);
                if right < 0.0 || left > scale.width || bar.good + bar.bad == 0 {
                    continue;
                }
                let tall = |count: u32| {
                    if count == 0 {
                        0.0
                    } else {
                        (f64::from(count) / f64::from(most) * (BARS - 2.0)).max(1.5)
                    }
                };
                let (up, down) = (tall(bar.good), tall(bar.bad));
                let wide = (right - left - 0.4).max(0.6);
                good.push_str(&format!(
                    "M{} {}v-{}h{}v{}z",
                    short(left),
                    short(BARS),
                    short(up),
                    short(wide),
                    short(up)
                ));
                bad.push_str(&format!(
                    "M{} {}v-{}h{}v{}z",
                    short(left),
                    short(BARS - up),
                    short(down),
                    short(wide),
                    short(down)
                ));
            }
            (good, bad)
        })
    });
    view! {
        <div class="lane lane-operations">
            <svg width=say(move || short(scale.get().width)) height=short(BARS) role="img" aria-label="Client operations over time: those that ended well, and those that did not">
                <path class="operations-good" d=say(move || paths.with(|paths| paths.0.clone()))></path>
                <path class="operations-bad" d=say(move || paths.with(|paths| paths.1.clone()))></path>
            </svg>
        </div>
    }
}

/// Verdicts where they were decided.
#[component]
fn VerdictMarks(player: Player, scale: Fact<Scale>, lanes: Fact<Arc<Lanes>>) -> Piece {
    view! {
        <div class="lane marks verdict-marks">
            {live(move || {
                let scale = scale.get();
                lanes
                    .get()
                    .verdicts
                    .iter()
                    .filter(|(mark, _)| scale.holds(mark.at.0))
                    .map(|(mark, held)| {
                        let (class, sign) = if *held { ("mark good", "✓") } else { ("mark fault", "✗") };
                        let at = mark.at.0;
                        let seq = mark.seq;
                        let title = format!("{}: {}", unit::time(at as f64), mark.text);
                        let words = format!("{} {}", mark.text, if *held { "holds" } else { "does not hold" });
                        view! {
                            <button
                                type="button"
                                class=class
                                data-mark="verdict"
                                data-at=at
                                tabindex="-1"
                                title=title
                                style:left=format!("{}px", short(scale.x(at).min(scale.width - 10.0)))
                                on:click=move |_| {
                                    player.pause();
                                    player.seek(at);
                                    if let Some(seq) = seq {
                                        player.chosen.set(vec![Chosen::Event(seq)]);
                                    }
                                }
                            >
                                <span class="mark-sign" aria-hidden="true">{sign}</span>
                                <span class="hidden-words">{words}</span>
                            </button>
                        }
                    })
                    .collect_view()
            })}
        </div>
    }
}
