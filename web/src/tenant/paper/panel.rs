//! A node of a survey under the glass: what it holds, what the last change brought, and its actions.

use leptos::ev::Event;
use leptos::prelude::*;

use super::full_name;
use crate::layout::unit;
use crate::player::Player;
use crate::player::fact::tenant::paper::screen::HoldingFact;
use crate::pulse::Fact;
use crate::views::action::{Actions, action};
use crate::views::row::Rows;
use crate::widgets::follow::live;
use crate::widgets::piece::{Piece, view};

/// The node of that name: its survey's name, the node, what was moved from and to it.
fn find(player: Player, full: &str) -> Option<(String, HoldingFact, u64, u64)> {
    player.surveys.with(|all| {
        all.iter().find_map(|(_, fact)| {
            let node = fact.nodes.iter().find(|node| full_name(fact, &node.name) == full)?;
            let sum = |at: fn(&(String, String, u32)) -> &String| {
                let pairs = fact.pairs.iter().filter(|pair| *at(pair) == node.name);
                pairs.map(|pair| u64::from(pair.2)).sum()
            };
            Some((fact.name.clone(), node.clone(), sum(|pair| &pair.1), sum(|pair| &pair.0)))
        })
    })
}

/// Whether a name is that of a node on paper, there now or not.
#[must_use]
pub fn is_on_paper(player: Player, full: &str) -> bool {
    let survey = full.split_once('.').map_or("", |(survey, _)| survey);
    player.surveys.with_untracked(|all| all.iter().any(|(_, fact)| fact.name == survey))
}

/// One node.
#[component]
pub fn HoldingPanel(
    /// The run.
    player: Player,
    /// Its name, with that of its survey.
    name: String,
) -> Piece {
    let wanted = name.clone();
    let fact = Fact::of(move || find(player, &wanted));
    let several = Fact::of(move || player.surveys.with(|all| all.len() > 1));
    let rows = Fact::of(move || {
        let Some((_, node, came, went)) = fact.get() else { return Vec::new() };
        let mut rows = vec![
            ("Keys".to_owned(), unit::grouped(u64::from(node.keys))),
            ("Share of all places".to_owned(), unit::percent(f64::from(node.share) / 1e6)),
            ("Weight".to_owned(), unit::digits(f64::from(node.weight) / 100.0)),
        ];
        if came + went > 0 {
            rows.push((
                "The last change brought".to_owned(),
                format!("{} keys", unit::grouped(came)),
            ));
            rows.push(("The last change took".to_owned(), format!("{} keys", unit::grouped(went))));
        }
        rows
    });
    let actions = Fact::of(move || {
        let Some((survey, node, ..)) = fact.get() else { return Vec::new() };
        let mut list = vec![action("Remove", "leave", format!("leave {}", node.name))];
        if several.get() && !survey.is_empty() {
            let words = format!("Remove from {survey} only");
            list.push(action(&words, "leave", format!("leave {survey}.{}", node.name)));
        }
        list
    });
    view! {
        <article class="panel-part" data-role="holding-panel" data-node=name.clone()>
            <header class="panel-part-head">
                <h3>{name}</h3>
                <span class="state rest">{live(move || if fact.with(Option::is_some) { "on paper" } else { "not here at this moment" })}</span>
            </header>
            <Actions player=player actions=actions />
            {live(move || fact.get().map(|(_, node, ..)| weight(player, &node)))}
            <Rows rows=rows />
        </article>
    }
}

/// A slider that writes the node's weight.
fn weight(player: Player, node: &HoldingFact) -> Piece {
    let name = node.name.clone();
    let now = f64::from(node.weight) / 100.0;
    view! {
        <label class="bench-points">
            "Weight"
            <input type="range" data-role="weight" min="0.25" max="4" step="0.25" prop:value=unit::digits(now)
                on:change=move |event: Event| player.act(&format!("weight {name} {}", event_target_value(&event))) />
        </label>
    }
}
