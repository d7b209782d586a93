//! A node under the glass: its state, what it state_rows, what it last said and heard, its actions.

use leptos::prelude::*;

use crate::layout::unit;
use crate::player::Player;
use crate::player::fact::{EventFact, Lane, NodeFact, Role, Time};
use crate::pulse::{Fact, Var};
use crate::tenant::replicated::face::{face, meaning};
use crate::views::action::{Actions, action, of_node, of_replica};
use crate::views::event::{EventList, Why};
use crate::views::row::Rows;
use crate::views::word;
use crate::widgets::follow::{live, say};
use crate::widgets::piece::{Piece, Show, view};

/// How far back its last words are looked for.
const BACK: u32 = 600;
/// How many of them are shown.
const WORDS: usize = 6;

/// One node.
#[component]
pub fn NodePanel(
    /// The run.
    player: Player,
    /// Its name in the text.
    name: String,
) -> Piece {
    let wanted = name.clone();
    let fact =
        player.see(move |scene| scene.nodes.iter().find(|node| node.name == wanted).cloned());
    let figures = Fact::of(move || fact.with(|fact| fact.as_ref().map(rows).unwrap_or_default()));
    let state_rows = Fact::of(move || {
        fact.with(|fact| fact.as_ref().map(|node| node.state.clone()).unwrap_or_default())
    });
    let actions = Fact::of(move || {
        let Some(node) = fact.get() else { return Vec::new() };
        let mut list = of_node(&node);
        if node.role == Role::Replica {
            list.extend(player.replicas.with(|all| of_replica(&node, all)));
        }
        let owns = matches!(node.role, Role::Storage | Role::Replica);
        if owns && player.scene.with(|scene| !scene.cuts.is_empty()) {
            list.push(action("Heal", "restart", "heal".to_owned()));
        }
        list
    });
    let state = Fact::of(move || {
        let told = player.replicas.with(|all| {
            fact.with(|fact| {
                let node = fact.as_ref()?;
                let replica = all.iter().find(|one| one.id == node.id)?;
                let state = face(node, replica, None).state;
                Some((meaning(state), state))
            })
        });
        told.or_else(|| {
            fact.with(|fact| fact.as_ref().map(|node| (word::meaning(node), word::doing(node))))
        })
        .unwrap_or(("rest", "not here at this moment"))
    });
    let asked = Var::new(false);
    let last = Fact::of(move || {
        player.beat.track();
        let id = fact.with(|fact| fact.as_ref().map(|node| node.id));
        id.map_or_else(Vec::new, |id| {
            player.read(|session| {
                let end = session.seq_after(Time(session.now().0));
                let start = end.saturating_sub(BACK);
                let mut lines = session.events(start, end - start);
                lines.retain(|event| event.node == id);
                lines.reverse();
                lines.truncate(WORDS);
                lines
            })
        })
    });
    view! {
        <article class="panel-part" data-role="node-panel" data-node=name.clone()>
            <header class="panel-part-head">
                <h3>{name.clone()}</h3>
                <span class=say(move || format!("state {}", state.get().0))>{live(move || state.get().1)}</span>
            </header>
            <Actions player=player actions=actions />
            <Rows rows=figures />
            <Show when=move || !state_rows.with(Vec::is_empty)>
                <h4>"What it believes"</h4>
                <Rows rows=state_rows />
            </Show>
            <Show when=move || !last.with(Vec::is_empty)>
                <h4>"What it last did and heard"</h4>
                <EventList player=player events=last />
                <button type="button" class="link" data-role="why" on:click=move |_| asked.update(|asked| *asked = !*asked)>
                    {live(move || if asked.get() { "Close the causes" } else { "Why? The causes of the newest" })}
                </button>
                {live(move || (asked.get()).then(|| newest(&last.get()).map(|seq| view! { <Why player=player seq=seq /> })))}
            </Show>
        </article>
    }
}

/// The newest event worth asking about: a note or a fault if there is one among the last.
fn newest(events: &[EventFact]) -> Option<u32> {
    events
        .iter()
        .find(|event| matches!(event.lane, Lane::Note | Lane::Fault))
        .or_else(|| events.first())
        .map(|event| event.seq)
}

fn rows(node: &NodeFact) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let mut add = |label: &str, value: String| rows.push((label.to_owned(), value));
    if node.role == Role::Storage {
        add("Keys", unit::count(node.keys as f64));
        add("Bytes", unit::bytes(node.bytes as f64));
        add("Share of the map", unit::percent(f64::from(node.share) / 1e6));
        if node.weight != 100 {
            add("Weight", unit::digits(f64::from(node.weight) / 100.0));
        }
    }
    if node.unsafe_writes > 0 {
        add("Writes not yet on its disk", unit::count(f64::from(node.unsafe_writes)));
    }
    if let Some(queue) = node.queue {
        add("Messages in line", unit::count(f64::from(queue)));
        add("Busy so far", unit::percent(f64::from(node.busy) / 1e6));
    }
    if !node.ails.is_empty() {
        add("Its machine", node.ails.join(", "));
    }
    if node.clock_error != 0 {
        add("Clock ahead by", unit::time(node.clock_error as f64));
    }
    rows
}
