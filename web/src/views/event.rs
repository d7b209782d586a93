//! Events as lines, and the chain of causes behind one: the answer to "why?".

use leptos::prelude::*;

use crate::layout::unit;
use crate::player::fact::{EventFact, Lane};
use crate::player::{Chosen, Player};
use crate::pulse::Fact;
use crate::widgets::follow::whether;
use crate::widgets::piece::{For, Piece, view};

/// The class and the sign of a lane.
#[must_use]
pub fn lane(event: &EventFact) -> (&'static str, &'static str) {
    match event.lane {
        Lane::Fault => ("fault", "▲"),
        Lane::Note => ("note", "●"),
        Lane::Operation => ("operation", "◆"),
        Lane::Wire => ("wire", "·"),
    }
}

/// One event as a line that can be chosen; choosing it goes to its moment.
#[component]
pub fn EventLine(
    /// The run.
    player: Player,
    /// The event.
    event: EventFact,
) -> Piece {
    let (class, sign) = lane(&event);
    let (seq, at) = (event.seq, event.at.0);
    let go = move |_| {
        player.pause();
        player.seek(at);
        player.chosen.set(vec![Chosen::Event(seq)]);
    };
    let here = move || player.clock.get() >= at;
    view! {
        <li class=format!("event {class}") class:ahead=whether(move || !here()) data-event=seq>
            <button type="button" on:click=go>
                <span class="event-at">{unit::moment(at)}</span>
                <span class="event-sign" aria-hidden="true">{sign}</span>
                <span class="event-place">{event.place}</span>
                <span class="event-text">{event.text}</span>
            </button>
        </li>
    }
}

/// Events one under the other.
#[component]
pub fn EventList(
    /// The run.
    player: Player,
    /// The events.
    #[prop(into)]
    events: Fact<Vec<EventFact>>,
) -> Piece {
    view! {
        <ol class="events">
            <For each=move || events.get() key=|event| event.seq let:event>
                <EventLine player=player event=event />
            </For>
        </ol>
    }
}

/// What happens again and again on one node stands once, as the last of it, which led on.
fn gathered(chain: Vec<EventFact>) -> Vec<EventFact> {
    let mut lines: Vec<(EventFact, usize)> = Vec::new();
    for event in chain {
        match lines.last_mut() {
            Some((line, times)) if line.place == event.place && line.text == event.text => {
                (*line, *times) = (event, *times + 1);
            }
            _ => lines.push((event, 1)),
        }
    }
    let told = |(event, times): (EventFact, usize)| match times {
        1 => event,
        _ => EventFact { text: format!("{}, {times} times", event.text), ..event },
    };
    lines.into_iter().map(told).collect()
}

/// The causes of an event, the first cause first.
#[component]
pub fn Why(
    /// The run.
    player: Player,
    /// The event asked about.
    seq: u32,
) -> Piece {
    let chain = player.read(|session| session.why(seq));
    let first = chain.first().map(|event| event.at.0);
    let last = chain.last().map(|event| event.at.0);
    let took = match (first, last) {
        (Some(first), Some(last)) if last > first => {
            format!("{} steps over {}", chain.len(), unit::time((last - first) as f64))
        }
        _ => String::new(),
    };
    view! {
        <div class="why" data-role="why">
            <h3>"Why? " <span class="quiet">{took}</span></h3>
            <div class="chain"><EventList player=player events=Fact::from(gathered(chain)) /></div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::player::fact::{NodeId, Time, What};

    #[test]
    fn what_happens_again_and_again_stands_once() {
        let line = |seq: u32, text: &str| EventFact {
            seq,
            at: Time(u64::from(seq)),
            node: NodeId(0),
            place: "n1".to_owned(),
            cause: None,
            lane: Lane::Wire,
            what: What::Rang,
            kind: "rang",
            text: text.to_owned(),
        };
        let chain = vec![
            line(1, "starts"),
            line(2, "hello"),
            line(5, "hello"),
            line(7, "hello"),
            line(8, "joins"),
        ];
        let told = gathered(chain);
        let told: Vec<_> = told.iter().map(|event| (event.seq, &*event.text)).collect();
        assert_eq!(told, [(1, "starts"), (7, "hello, 3 times"), (8, "joins")]);
    }
}
