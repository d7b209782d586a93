//! The way between two nodes under the glass: what streams along it, what flies on it, its actions.

use leptos::prelude::*;

use crate::layout::unit;
use crate::player::{Chosen, Player};
use crate::pulse::Fact;
use crate::views::action::{Actions, action};
use crate::views::row::Rows;
use crate::widgets::piece::{CollectPieces, Piece, view};

/// The way from one node to another.
#[component]
pub fn LinkPanel(
    /// The run.
    player: Player,
    /// Where it begins.
    from: String,
    /// Where it ends.
    to: String,
) -> Piece {
    let title = format!("{from} → {to}");
    let (a, b) = (from.clone(), to.clone());
    let rows = player.see(move |scene| {
        let id = |name: &str| scene.nodes.iter().find(|node| node.name == name).map(|node| node.id);
        let (Some(from), Some(to)) = (id(&a), id(&b)) else { return Vec::new() };
        let mut rows = Vec::new();
        if let Some(stream) =
            scene.streams.iter().find(|stream| stream.from == from && stream.to == to)
        {
            rows.push(("Keys arrived".to_owned(), unit::count(stream.keys as f64)));
            rows.push(("Keys to go".to_owned(), unit::count(stream.left as f64)));
            rows.push(("Bytes arrived".to_owned(), unit::bytes(stream.bytes as f64)));
            rows.push(("Rate".to_owned(), format!("{}/s", unit::bytes(stream.rate as f64))));
        }
        let flights =
            scene.flights.iter().filter(|flight| flight.from == from && flight.to == to).count();
        rows.push(("Messages on their way".to_owned(), flights.to_string()));
        rows
    });
    let actions = vec![
        action("Cut", "cut", format!("cut {from} | {to}")),
        action("Cut one way", "cut", format!("cut {from} -> {to}")),
        action("Slow down", "slow", format!("slow {from} -> {to} 10x")),
        action("Heal", "restart", "heal".to_owned()),
    ];
    let ends = [from, to];
    view! {
        <article class="panel-part" data-role="link-panel">
            <header class="panel-part-head"><h3>{title}</h3></header>
            <Actions player=player actions=Fact::from(actions) />
            <Rows rows=rows />
            <div class="button-row">
                {ends
                    .into_iter()
                    .map(|name| {
                        let label = format!("Look at {name}");
                        view! {
                            <button type="button" class="link" on:click=move |_| player.chosen.set(vec![Chosen::Node(name.clone())])>
                                {label}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
        </article>
    }
}
