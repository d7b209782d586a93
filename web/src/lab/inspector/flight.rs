//! A message under the glass: what it says, when it arrives, what can be done to it, and why it flies.

use leptos::prelude::*;

use crate::layout::unit;
use crate::player::Player;
use crate::pulse::Fact;
use crate::views::action::{Actions, action};
use crate::views::event::Why;
use crate::views::row::Rows;
use crate::widgets::follow::live;
use crate::widgets::piece::{Piece, view};
use shardlab::session::{NodeFact, Role};

/// One message in flight.
#[component]
pub fn FlightPanel(
    /// The run.
    player: Player,
    /// The event that sent it.
    seq: u32,
) -> Piece {
    let fact = player.see(move |scene| {
        let flight = scene.flights.iter().find(|flight| flight.seq == seq)?.clone();
        let name = |id| {
            scene
                .nodes
                .iter()
                .find(|node| node.id == id)
                .map(|node| node.name.clone())
                .unwrap_or_default()
        };
        // Only a replicated store is shown what somebody could forge.
        let replica = |node: &NodeFact| {
            node.role == Role::Replica && (node.id == flight.from || node.id == flight.to)
        };
        let replicated = scene.nodes.iter().any(replica);
        Some((name(flight.from), name(flight.to), flight, replicated))
    });
    let rows = Fact::of(move || {
        fact.get().map_or_else(Vec::new, |(from, to, flight, _)| {
            vec![
                ("From".to_owned(), from),
                ("To".to_owned(), to),
                ("Size".to_owned(), unit::bytes(f64::from(flight.bytes))),
                ("Left at".to_owned(), unit::clock(flight.left.0)),
                ("Arrives at".to_owned(), unit::clock(flight.due.0)),
            ]
        })
    });
    let actions = Fact::of(move || {
        fact.get().map_or_else(Vec::new, |(from, to, flight, replicated)| {
            let way = format!("{from} -> {to} {}", flight.number);
            let mut actions = vec![
                action("Drop", "cross", format!("drop {way}")),
                action("Delay", "slow", format!("delay {way} by 10ms")),
                action("Duplicate", "plus", format!("duplicate {way}")),
            ];
            if replicated && flight.text.contains("term") {
                actions.push(action("Forge a later term", "wipe", format!("edit {way} term 99")));
            }
            if replicated && matches!(flight.kind, "append" | "write" | "answer") {
                actions.push(action("Forge the value", "wipe", format!("edit {way} value forged")));
            }
            actions
        })
    });
    let says = move || {
        fact.with(|fact| {
            fact.as_ref().map_or_else(
                || "It is no longer on its way.".to_owned(),
                |fact| fact.2.text.clone(),
            )
        })
    };
    view! {
        <article class="panel-part" data-role="flight-panel">
            <header class="panel-part-head">
                <h3>{live(move || fact.with(|fact| fact.as_ref().map_or_else(|| format!("Message {seq}"), |fact| fact.2.kind.to_owned())))}</h3>
            </header>
            <p class="mono flight-says">{says}</p>
            <Actions player=player actions=actions />
            <Rows rows=rows />
            <Why player=player seq=seq />
        </article>
    }
}
