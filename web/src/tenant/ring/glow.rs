//! Persistence: messages leave a fading trace on a canvas under the marks, as on an oscilloscope, so
//! that traffic too fast to follow is still seen. Crowds of flights are painted here too.

use leptos::prelude::*;

use super::flights::MARKS_MAX;
use super::plan::Plan;
use crate::layout::chord::{Chord, progress};
use crate::layout::point::{Frame, Point, short};
use crate::paint::glow::{Painter, Stroke};
use crate::player::Player;
use crate::player::fact::{Form, What};
use crate::pulse::{Fact, effect};
use crate::widgets::follow::say;
use crate::widgets::piece::{Piece, view};

/// The canvas of one cluster.
#[component]
pub fn Glow(
    /// The run.
    player: Player,
    /// Which cluster.
    cluster: usize,
    /// The box it has.
    #[prop(into)]
    frame: Fact<Frame>,
    /// Whether it is part of a miniature.
    small: bool,
) -> Piece {
    let plan = Plan::watch(player, cluster, frame, small);
    let node = NodeRef::<leptos::html::Canvas>::new();
    let painter = StoredValue::new_local(None::<Painter>);
    let bounds = Fact::of(move || {
        plan.with(|plan| {
            let place = &plan.place;
            let far = |at: Point| place.center.distance(at) + place.node_radius;
            let crowd = plan.crowd.iter().map(|crowd| crowd.1);
            let clients = plan.inside.iter().map(|one| one.1).chain(crowd);
            let clients = clients.filter(|_| plan.grouped);
            let ends = place.nodes.iter().map(|spot| spot.at).chain(clients);
            let reach = ends.map(far).fold(place.radius, f64::max);
            (place.center.x - reach, place.center.y - reach, reach * 2.0)
        })
    });
    effect(move || {
        let Some(canvas) = node.get() else { return };
        painter.set_value(Painter::new(&canvas, bounds.get().2));
    });
    let last = StoredValue::new(0_u32);
    effect(move || {
        let now = player.clock.get();
        player.text.track();
        let (left, top, _) = bounds.get();
        let mut strokes: Vec<Stroke> = player.scene.with_untracked(|scene| {
            plan.with_untracked(|plan| {
                let crowded = scene.flights.len() > MARKS_MAX;
                scene
                    .flights
                    .iter()
                    .filter_map(|flight| {
                        let (a, b) =
                            (plan.marks.get(&flight.from.0)?, plan.marks.get(&flight.to.0)?);
                        let chord = Chord::between(a.0, a.1, b.0, b.1, 3.0);
                        let share = progress(flight.left.0, flight.due.0, now);
                        let at = chord.at(share);
                        // In a crowd whole chords would cover each other: only a short tail is left.
                        let start = if crowded { chord.at(share - 0.06) } else { chord.start };
                        Some(Stroke {
                            start: (start.x - left, start.y - top),
                            at: (at.x - left, at.y - top),
                            form: flight.form.ink().word(),
                            dot: crowded,
                        })
                    })
                    .collect()
            })
        });
        // Messages that came and went between two frames are seen too: as a whole chord, once.
        let (arrived, seen) = arrivals(player, last.get_value());
        last.set_value(seen);
        plan.with_untracked(|plan| {
            strokes.extend(arrived.into_iter().filter_map(|(from, to, form)| {
                let (a, b) = (plan.marks.get(&from)?, plan.marks.get(&to)?);
                let chord = Chord::between(a.0, a.1, b.0, b.1, 3.0);
                Some(Stroke {
                    start: (chord.start.x - left, chord.start.y - top),
                    at: (chord.end.x - left, chord.end.y - top),
                    form: form.ink().word(),
                    dot: false,
                })
            }));
        });
        painter.try_update_value(|painter| {
            if let Some(painter) = painter {
                // After a leap in time nothing is left of what was.
                painter.paint(&strokes, small, !player.playing.get_untracked());
            }
        });
    });
    view! {
        <canvas
            class="glow"
            node_ref=node
            aria-hidden="true"
            style:left=say(move || format!("{}px", short(bounds.get().0)))
            style:top=say(move || format!("{}px", short(bounds.get().1)))
        ></canvas>
    }
}

/// Events looked through for arrivals in one frame, at most.
const EVENTS_MAX: u32 = 160;

/// The messages that arrived since the event numbered `since`, as pairs of node numbers with
/// their forms, and the number up to which was looked. After a leap in time there is nothing to show.
fn arrivals(player: Player, since: u32) -> (Vec<(u32, u32, Form)>, u32) {
    player.read(|session| {
        let end = session.seq_after(session.now());
        if !player.playing.get_untracked() || since > end || since == 0 {
            return (Vec::new(), end);
        }
        let start = since.max(end.saturating_sub(EVENTS_MAX));
        let pairs = session
            .events(start, end - start)
            .into_iter()
            .filter(|event| event.what == What::Delivered)
            .filter_map(|event| {
                let sent = session.event(event.cause?)?;
                let What::Sent(form) = sent.what else { return None };
                Some((sent.node.0, event.node.0, form))
            })
            .collect();
        (pairs, end)
    })
}
