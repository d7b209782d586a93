//! The band of arcs: what stretch of the circle belongs to whom, and the points that divide it.

use leptos::prelude::*;

use super::plan::Plan;
use crate::layout::point::short;
use crate::layout::ring;
use crate::player::{Chosen, Player};
use crate::pulse::Fact;
use crate::widgets::follow::{live, say};
use crate::widgets::piece::{CollectPieces, Piece, view};

/// The band of a ring.
#[component]
pub fn Arcs(
    /// The run.
    player: Player,
    /// Which cluster.
    cluster: usize,
    /// Where everything stands.
    plan: Fact<Plan>,
) -> Piece {
    let names = player.see(move |scene| {
        scene
            .nodes
            .iter()
            .filter(|node| node.cluster as usize == cluster)
            .map(|node| (node.id.0, node.name.clone(), node.power))
            .collect::<Vec<_>>()
    });
    let chosen = Fact::of(move || {
        player.chosen.with(|chosen| {
            chosen
                .iter()
                .filter_map(
                    |one| if let Chosen::Node(name) = one { Some(name.clone()) } else { None },
                )
                .collect::<Vec<_>>()
        })
    });
    view! {
        <g class="arcs" aria-hidden="true">
            <circle
                class="arcs-ground"
                cx=say(move || plan.with(|plan| short(plan.place.center.x)))
                cy=say(move || plan.with(|plan| short(plan.place.center.y)))
                r=say(move || plan.with(|plan| short(plan.place.radius)))
                style:stroke-width=say(move || plan.with(|plan| short(plan.place.band)))
            ></circle>
            {live(move || {
                let names = names.get();
                let picked = chosen.get();
                plan.with(|plan| {
                    let place = &plan.place;
                    let (inner, outer) = (place.radius - place.band / 2.0, place.radius + place.band / 2.0);
                    let mine = |id: u32| names.iter().find(|one| one.0 == id);
                    let any = plan.storage.iter().any(|id| mine(*id).is_some_and(|one| picked.contains(&one.1)));
                    plan.storage
                        .iter()
                        .enumerate()
                        .map(|(owner, id)| {
                            let fact = mine(*id);
                            let name = fact.map(|one| one.1.clone()).unwrap_or_default();
                            let down = fact.is_some_and(|one| one.2 == crate::player::fact::Power::Down);
                            let faint = any && !picked.contains(&name);
                            let dense = plan.slices.len() > 160;
                            view! {
                                <path
                                    class="arc"
                                    class:faint=faint
                                    class:dense=dense
                                    class:down=down
                                    data-owner=name
                                    d=ring::band(&plan.slices, owner, place.center, inner, outer)
                                    style=format!("--hue:var(--node-{})", owner % 8 + 1)
                                ></path>
                            }
                        })
                        .collect_view()
                })
            })}
            <path
                class="arc-ticks"
                d=say(move || {
                    plan.with(|plan| {
                        let place = &plan.place;
                        let (inner, outer) = (place.radius - place.band / 2.0, place.radius + place.band / 2.0);
                        if plan.points.iter().map(Vec::len).sum::<usize>() > 400 {
                            return String::new();
                        }
                        plan.points.iter().chain([&plan.cuts]).map(|points| ring::ticks(points, place.center, inner - 1.0, outer + 3.0)).collect::<String>()
                    })
                })
            ></path>
        </g>
    }
}
