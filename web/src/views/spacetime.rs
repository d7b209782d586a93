//! The space-time picture: time to the right, one line of life a node, one slanted stroke a message.

use crate::layout::curve;
use leptos::prelude::*;

use crate::layout::point::short;
use crate::layout::timeline::{Scale, ticks};
use crate::layout::trace::{Stroke, life, stroke};
use crate::player::fact::{Lane, NodeId, Role, Session, Snapshot, Time, What};
use crate::player::{Chosen, Player};
use crate::pulse::Fact;
use crate::widgets::follow::{live, say};
use crate::widgets::measure::size_of;
use crate::widgets::piece::{CollectPieces, Piece, view};

/// Messages shown at most.
const STROKES_MAX: usize = 90;
/// How many events back they are looked for.
const BACK: u32 = 900;
/// Lines of life at most; of more nodes the first are shown.
const LIVES_MAX: usize = 24;
/// Room for names on the left and for the axis above.
const NAMES: f64 = 96.0;
const AXIS: f64 = 26.0;

/// A message that has arrived, was lost, or is on its way.
#[derive(Clone, Debug, PartialEq)]
struct Passage {
    seq: u32,
    from: (u64, NodeId),
    to: (u64, NodeId),
    lost: bool,
    form: &'static str,
    text: String,
}

/// What stands on one line of life.
#[derive(Clone, Debug, PartialEq)]
struct Dot {
    seq: u32,
    at: u64,
    node: NodeId,
    fault: bool,
    text: String,
}

/// Everything the picture shows.
#[derive(Clone, Debug, Default, PartialEq)]
struct Picture {
    lives: Vec<(NodeId, String)>,
    passages: Vec<Passage>,
    dots: Vec<Dot>,
    start: u64,
    end: u64,
}

/// Reads the events before the present moment into a picture.
fn picture(session: &Session, scene: &Snapshot) -> Picture {
    let now = session.now().0;
    let end = session.seq_after(Time(now));
    let first = end.saturating_sub(BACK);
    let events = session.events(first, end - first);
    // Events come in the order of their numbers.
    let by_seq = |seq: u32| {
        events.binary_search_by_key(&seq, |event| event.seq).ok().map(|place| &events[place])
    };
    let mut lives: Vec<(NodeId, String)> = Vec::new();
    for role in [Role::Client, Role::Controller, Role::Storage, Role::Replica, Role::Maker] {
        lives.extend(
            scene
                .nodes
                .iter()
                .filter(|node| node.role == role)
                .map(|node| (node.id, node.name.clone())),
        );
    }
    lives.truncate(LIVES_MAX);
    let alive = |id: NodeId| lives.iter().any(|life| life.0 == id);
    let mut passages: Vec<Passage> = Vec::new();
    for event in events.iter().rev().filter(|event| event.lane == Lane::Wire) {
        let Some(sent) = event.cause.and_then(by_seq) else { continue };
        let What::Sent(form) = sent.what else { continue };
        if sent.node == event.node || !alive(sent.node) || !alive(event.node) {
            continue;
        }
        let lost = event.what == What::Lost;
        passages.push(Passage {
            seq: event.seq,
            from: (sent.at.0, sent.node),
            to: (event.at.0, event.node),
            lost,
            form: form.ink().word(),
            text: sent.text.clone(),
        });
        if passages.len() >= STROKES_MAX {
            break;
        }
    }
    let start = passages.iter().map(|one| one.from.0).min().unwrap_or(now.saturating_sub(10_000));
    for flight in scene.flights.iter().take(STROKES_MAX) {
        if alive(flight.from) && alive(flight.to) {
            passages.push(Passage {
                seq: flight.seq,
                from: (flight.left.0, flight.from),
                to: (flight.due.0, flight.to),
                lost: false,
                form: flight.form.ink().word(),
                text: flight.text.clone(),
            });
        }
    }
    let dots = events
        .iter()
        .filter(|event| {
            matches!(event.lane, Lane::Note | Lane::Fault)
                && event.at.0 >= start
                && alive(event.node)
        })
        .map(|event| Dot {
            seq: event.seq,
            at: event.at.0,
            node: event.node,
            fault: event.lane == Lane::Fault,
            text: event.text.clone(),
        })
        .collect();
    let start = start.min(now.saturating_sub(1_000));
    // A little of the future is shown, so that what is on its way has somewhere to go.
    Picture { lives, passages, dots, start, end: now + (now - start) / 12 + 100 }
}

/// The space-time picture of what has just happened.
#[component]
pub fn SpaceTime(
    /// The run.
    player: Player,
) -> Piece {
    let node = NodeRef::<leptos::html::Div>::new();
    let size = size_of(node);
    let drawn = Fact::of(move || {
        player.beat.track();
        let scene = player.scene.get_untracked();
        player.read(|session| picture(session, &scene))
    });
    let scale = Fact::of(move || {
        let (start, end) = drawn.with(|drawn| (drawn.start, drawn.end));
        Scale::new(start, end, (size.get().0 - NAMES - 12.0).max(40.0))
    });
    let height = move || (size.get().1 - AXIS - 8.0).max(40.0);
    let y_of = move |drawn: &Picture, id: NodeId| {
        let place = drawn.lives.iter().position(|life| life.0 == id).unwrap_or(0);
        AXIS + life(place, drawn.lives.len(), height())
    };
    view! {
        <div class="spacetime" node_ref=node data-role="spacetime">
            <svg
                width=say(move || short(size.get().0))
                height=say(move || short(size.get().1))
                role="group"
                aria-label="Messages over time"
            >
                {live(move || {
                    ticks(scale.get(), 110.0)
                        .into_iter()
                        .map(|tick| {
                            let x = short(NAMES + tick.x);
                            view! {
                                <line class="spacetime-tick" x1=x.clone() x2=x.clone() y1="20" y2="100%"></line>
                                <text class="spacetime-time" x=x y="14" text-anchor="middle">{tick.label}</text>
                            }
                        })
                        .collect_view()
                })}
                {live(move || {
                    drawn.with(|drawn| {
                        drawn
                            .lives
                            .iter()
                            .map(|(id, name)| {
                                let y = y_of(drawn, *id);
                                let thing = Chosen::Node(name.clone());
                                view! {
                                    <line class="spacetime-life" x1=short(NAMES) x2="100%" y1=short(y) y2=short(y)></line>
                                    <text class="spacetime-name" x=short(NAMES - 10.0) y=short(y + 4.0) text-anchor="end"
                                        on:click=move |_| player.choose(thing.clone(), false)>
                                        {name.clone()}
                                    </text>
                                }
                            })
                            .collect_view()
                    })
                })}
                {live(move || {
                    let scale = scale.get();
                    drawn.with(|drawn| {
                        drawn
                            .passages
                            .iter()
                            .map(|one| {
                                let line = stroke(
                                    scale,
                                    (one.from.0, y_of(drawn, one.from.1)),
                                    (one.to.0, y_of(drawn, one.to.1)),
                                    one.lost,
                                );
                                view! { <Line line=line form=one.form lost=one.lost text=one.text.clone() seq=one.seq player=player /> }
                            })
                            .collect_view()
                    })
                })}
                {live(move || {
                    let scale = scale.get();
                    drawn.with(|drawn| {
                        drawn
                            .dots
                            .iter()
                            .map(|dot| {
                                let (x, y) = (NAMES + scale.x(dot.at), y_of(drawn, dot.node));
                                let seq = dot.seq;
                                let shape = if dot.fault { "M0 -6L6 5H-6Z" } else { "M-4 0A4 4 0 1 1 4 0A4 4 0 1 1 -4 0Z" };
                                view! {
                                    <g class="spacetime-dot" class:fault=dot.fault transform=format!("translate({},{})", short(x), short(y))
                                        on:click=move |_| player.choose(Chosen::Event(seq), false)>
                                        <title>{dot.text.clone()}</title>
                                        <path d=shape></path>
                                    </g>
                                }
                            })
                            .collect_view()
                    })
                })}
                <line
                    class="spacetime-now"
                    x1=say(move || short(NAMES + scale.get().x(player.clock.get())))
                    x2=say(move || short(NAMES + scale.get().x(player.clock.get())))
                    y1="18"
                    y2="100%"
                ></line>
            </svg>
        </div>
    }
}

/// One message as a stroke with a head.
#[component]
fn Line(
    line: Stroke,
    form: &'static str,
    lost: bool,
    text: String,
    seq: u32,
    player: Player,
) -> Piece {
    let path = format!(
        "M{} {}L{} {}",
        short(NAMES + line.x1),
        short(line.y1),
        short(NAMES + line.x2),
        short(line.y2)
    );
    let turn = curve::atan2(line.y2 - line.y1, line.x2 - line.x1).to_degrees();
    let head =
        format!("translate({},{}) rotate({})", short(NAMES + line.x2), short(line.y2), short(turn));
    let shape = if lost { "M-4 -4L4 4M4 -4L-4 4" } else { "M-7 -3.5L0 0L-7 3.5" };
    view! {
        <g class=format!("passage {form}") class:lost=lost on:click=move |_| player.choose(Chosen::Event(seq), false)>
            <title>{text}</title>
            <path class="passage-reach" d=path.clone()></path>
            <path class="passage-line" d=path></path>
            <path class="passage-head" d=shape transform=head></path>
        </g>
    }
}
