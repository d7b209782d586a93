//! An entry of a log under the glass: what it says, how far it is, and why it is committed.

use leptos::prelude::*;

use crate::player::Player;
use crate::player::fact::tenant::replicated::{self, fact::ReplicaFact};
use crate::pulse::Fact;
use crate::views::event::EventList;
use crate::views::row::Rows;
use crate::widgets::follow::live;
use crate::widgets::piece::{Piece, Show, view};

/// One entry.
#[component]
pub fn EntryPanel(
    /// The run.
    player: Player,
    /// The name of the node in whose log it stands.
    name: String,
    /// Its place.
    index: u64,
) -> Piece {
    let wanted = name.clone();
    let fact = Fact::of(move || {
        player.replicas.with(|all| all.iter().find(|fact| fact.name == wanted).cloned())
    });
    let rows = Fact::of(move || fact.with(|fact| rows(fact.as_ref(), index)));
    let story = Fact::of(move || {
        let found = fact.with(|fact| {
            let fact = fact.as_ref()?;
            let cell = fact.cells.iter().find(|cell| cell.index == index)?;
            Some((fact.cluster, cell.term))
        });
        found.map_or_else(Vec::new, |(cluster, term)| {
            player.slow.track();
            player.read(|session| {
                session.story(|past| replicated::story::entry(past, cluster as usize, index, term))
            })
        })
    });
    view! {
        <article class="panel-part" data-role="entry-panel">
            <header class="panel-part-head"><h3>{format!("Entry {index} of {name}")}</h3></header>
            <Rows rows=rows />
            <Show when=move || !story.with(Vec::is_empty)>
                <div class="why" data-role="entry-why">
                    <h3>{live(move || if story.with(|story| story.iter().any(|event| event.kind == "committed")) { "Why is it committed?" } else { "What became of it?" })}</h3>
                    <div class="chain"><EventList player=player events=story /></div>
                </div>
            </Show>
        </article>
    }
}

fn rows(fact: Option<&ReplicaFact>, index: u64) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let mut add = |label: &str, value: String| rows.push((label.to_owned(), value));
    let Some(fact) = fact else { return rows };
    match fact.cells.iter().find(|cell| cell.index == index) {
        Some(cell) => {
            add("Says", cell.text.clone());
            add("Term", cell.term.to_string());
            let how = match () {
                () if index <= fact.applied => "applied",
                () if index <= fact.commit => "committed",
                () => "not known to be committed",
            };
            add("Here", how.to_owned());
        }
        None if index <= fact.snapshot => add("Here", "in the snapshot".to_owned()),
        None => add("Here", "not in this log at this moment".to_owned()),
    }
    rows
}
