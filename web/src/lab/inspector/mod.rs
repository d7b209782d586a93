//! The inspector: what the chosen thing is now, what it believes, what can be done to it, and why.

pub mod flight;
pub mod link;
pub mod node;

use leptos::prelude::*;

use crate::player::{Chosen, Player};
use crate::pulse::Fact;
use crate::tenant::paper::panel::{HoldingPanel, is_on_paper};
use crate::tenant::replicated::entry::EntryPanel;
use crate::views::event::{EventList, Why};
use crate::widgets::button::Button;
use crate::widgets::follow::{live, whether};
use crate::widgets::piece::{For, Piece, Show, view};

/// The inspector of what is chosen; two things stand beside each other.
#[component]
pub fn Inspector(
    /// The run.
    player: Player,
) -> Piece {
    view! {
        <div class="inspector" data-role="inspector">
            <Show
                when=move || !player.chosen.with(Vec::is_empty)
                fallback=|| {
                    view! {
                        <p class="quiet">
                            "Choose a node, a stream or a message on the stage to see what it knows and to act on it. Hold Shift to compare two."
                        </p>
                    }
                }
            >
                <div class="inspected" class:two=whether(move || player.chosen.with(Vec::len) == 2)>
                    <For each=move || player.chosen.get() key=Chosen::write let:thing>
                        {match thing {
                            Chosen::Node(name) if is_on_paper(player, &name) => view! { <HoldingPanel player=player name=name /> },
                            Chosen::Node(name) => view! { <node::NodePanel player=player name=name /> },
                            Chosen::Entry(name, index) => view! { <EntryPanel player=player name=name index=index /> },
                            Chosen::Link(from, to) => view! { <link::LinkPanel player=player from=from to=to /> },
                            Chosen::Flight(seq) => view! { <flight::FlightPanel player=player seq=seq /> },
                            Chosen::Event(seq) => view! { <EventPanel player=player seq=seq /> },
                        }}
                    </For>
                </div>
                <Button label="Let go" class="plain small" key="Esc" on_press=move |()| player.let_go() />
            </Show>
        </div>
    }
}

/// An event, and why it happened.
#[component]
fn EventPanel(player: Player, seq: u32) -> Piece {
    let event = player.read(|session| session.event(seq));
    let stale = player.read(|session| session.story_of(seq));
    view! {
        <article class="panel-part" data-role="event-panel">
            <h3>{format!("Event {seq}")}</h3>
            {event.as_ref().filter(|event| event.kind == "explained").map(|event| view! {
                <pre class="explain" data-role="explain" tabindex="0">{event.text.clone()}</pre>
            })}
            {(!stale.is_empty()).then(|| view! {
                <div class="why" data-role="stale-why">
                    <h3>"Why was this read stale?"</h3>
                    <div class="chain"><EventList player=player events=Fact::from(stale.clone()) /></div>
                </div>
            })}
            <EventList player=player events=Fact::from(event.into_iter().collect::<Vec<_>>()) />
            {live(move || {
                player.revision.track();
                view! { <Why player=player seq=seq /> }
            })}
        </article>
    }
}
