//! Messages on their way: a mark each, moving at the run's own time, formed by what it carries.

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;

use super::plan::Plan;
use crate::layout::chord::{Chord, flight_radius, progress};
use crate::layout::point::short;
use crate::player::fact::{FlightFact, Form};
use crate::player::{Chosen, Player};
use crate::pulse::Fact;
use crate::views::word;
use crate::widgets::follow::{perhaps, say, whether};
use crate::widgets::piece::{For, Piece, view};

/// More flights than this are painted on the canvas below instead of being marks of their own.
pub const MARKS_MAX: usize = 160;

/// The flights of one cluster.
#[component]
pub fn Flights(
    /// The run.
    player: Player,
    /// Where everything stands.
    plan: Fact<Plan>,
    /// Whether it is part of a miniature.
    small: bool,
) -> Piece {
    let flights = Fact::of(move || {
        player.scene.with(|scene| {
            plan.with(|plan| {
                let mine = |flight: &&FlightFact| {
                    plan.marks.contains_key(&flight.from.0) && plan.marks.contains_key(&flight.to.0)
                };
                if scene.flights.iter().filter(mine).count() > MARKS_MAX {
                    return Vec::new();
                }
                scene.flights.iter().filter(mine).cloned().collect::<Vec<_>>()
            })
        })
    });
    view! {
        <g class="flights">
            <For each=move || flights.get() key=|flight| flight.seq let:flight>
                <FlightMark player=player plan=plan flight=flight small=small />
            </For>
        </g>
    }
}

/// The radius of nodes that leaves messages their full size.
const ROOMY: f64 = 22.0;

/// One message.
#[component]
fn FlightMark(player: Player, plan: Fact<Plan>, flight: FlightFact, small: bool) -> Piece {
    let seq = flight.seq;
    let (from, to) = (flight.from.0, flight.to.0);
    let (left, due) = (flight.left.0, flight.due.0);
    let chord = Fact::of(move || {
        plan.with(|plan| match (plan.marks.get(&from), plan.marks.get(&to)) {
            (Some(a), Some(b)) => Chord::between(a.0, a.1, b.0, b.1, 3.0),
            _ => Chord::default(),
        })
    });
    let form = flight.form;
    // Where nodes are small, so are messages: they would hide the names otherwise.
    let radius = move || {
        let scale = plan.with(|plan| (plan.place.node_radius / ROOMY).clamp(0.6, 1.0));
        flight_radius(u64::from(flight.bytes)) * scale
    };
    let chosen = Fact::of(move || player.is_chosen(&Chosen::Flight(seq)));
    let label = player.read(|session| {
        word::flight(&flight, &session.name(flight.from), &session.name(flight.to))
    });
    let title = label.clone();
    let choose = move |beside: bool| {
        player.pause();
        player.choose(Chosen::Flight(seq), beside);
    };
    let click = move |event: MouseEvent| {
        event.stop_propagation();
        choose(event.shift_key());
    };
    let key = move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "Enter" | " ") {
            event.prevent_default();
            event.stop_propagation();
            choose(event.shift_key());
        }
    };
    let place = move || {
        let at = chord.get().at(progress(left, due, player.clock.get()));
        format!("translate({},{})", short(at.x), short(at.y))
    };
    let turn = move || {
        if matches!(form, Form::Tell | Form::Ask | Form::Yes) {
            format!("rotate({})", short(chord.get().turn()))
        } else {
            String::new()
        }
    };
    view! {
        <g
            class=format!("flight {}", form.word())
            class:chosen=whether(move || chosen.get())
            data-flight=seq
            data-kind=flight.kind
            data-role="flight"
            role=(!small).then_some("button")
            tabindex=perhaps(move || (!small).then(|| if player.playing.get() { "-1" } else { "0" }))
            aria-label=(!small).then_some(label)
            transform=say(place)
            on:click=click
            on:keydown=key
        >
            <title>{title}</title>
            <circle class="flight-reach" r="11"></circle>
            <path class="flight-shape" d=say(move || shape(form, radius())) transform=say(turn)></path>
        </g>
    }
}

/// The outline of a flight around zero: a dot asks, an open dot tells, a square carries data, a
/// diamond rules; a triangle stands for election, a tick is a vote, two squares are a snapshot, and
/// what only keeps up or confirms is a small dot.
#[must_use]
pub fn shape(form: Form, radius: f64) -> String {
    let r = short(radius);
    match form {
        Form::Data => format!("M-{r} -{r}H{r}V{r}H-{r}Z"),
        Form::Rule => format!("M0 -{r}L{r} 0L0 {r}L-{r} 0Z"),
        Form::Stand => {
            let (a, b) = (short(radius * 1.5), short(radius * 1.1));
            format!("M0 -{a}L{a} {b}H-{a}Z")
        }
        Form::Yes | Form::No => {
            let (a, b) = (short(radius * 1.3), short(radius * 0.5));
            if form == Form::Yes {
                format!("M-{a} 0L-{b} {a}L{a} -{a}L-{b} {b}Z")
            } else {
                format!("M-{a} -{b}H{a}V{b}H-{a}Z")
            }
        }
        Form::Block => {
            let a = short(radius * 1.4);
            format!("M-{a} -{a}H{a}V{a}H-{a}ZM-{r} -{r}V{r}H{r}V-{r}Z")
        }
        Form::Pulse | Form::Ack => {
            let r = short(radius * 0.62);
            format!("M-{r} 0A{r} {r} 0 1 1 {r} 0A{r} {r} 0 1 1 -{r} 0Z")
        }
        Form::Ask => format!("M-{r} -{r}L{} 0L-{r} {r}Z", short(radius * 1.3)),
        Form::Tell => format!("M-{r} 0A{r} {r} 0 1 1 {r} 0A{r} {r} 0 1 1 -{r} 0Z"),
    }
}
