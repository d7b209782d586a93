//! Who belongs: while members change, two lines inside the round show whose majorities must agree.

use leptos::prelude::*;

use super::authority;
use crate::layout::group::bracket;
use crate::layout::point::short;
use crate::player::Player;
use crate::player::fact::NodeId;
use crate::pulse::Fact;
use crate::tenant::ring::plan::Plan;
use crate::widgets::follow::say;
use crate::widgets::piece::{Piece, Show, view};

/// The voters of now and of before, in the leader's eyes.
#[component]
pub fn Outlines(
    /// The run.
    player: Player,
    /// The place of the cluster.
    cluster: usize,
    /// Where everything stands.
    plan: Fact<Plan>,
    /// Whether it is part of a miniature.
    small: bool,
) -> Piece {
    let members = Fact::of(move || {
        player.replicas.with(|all| {
            let fact = authority(all, cluster)?;
            let joint = !fact.outgoing.is_empty();
            joint.then(|| (fact.voters.clone(), fact.outgoing.clone()))
        })
    });
    let line = move |old: bool| {
        let Some((voters, outgoing)) = members.get() else { return String::new() };
        let list: Vec<NodeId> = if old { outgoing } else { voters };
        plan.with(|plan| {
            let belongs: Vec<bool> =
                plan.storage.iter().map(|id| list.contains(&NodeId(*id))).collect();
            let place = &plan.place;
            let inside = place.node_radius + if old { 19.0 } else { 11.0 };
            bracket(place.center, (place.radius - inside, place.band - inside), &belongs)
        })
    };
    let x = move || short(plan.with(|plan| plan.place.center.x));
    let y = move |down: f64| short(plan.with(|plan| plan.place.center.y) + down);
    view! {
        <Show when=move || members.with(Option::is_some)>
            <g class="outlines" data-role="joint">
                <path class="voters-new" d=say(move || line(false))></path>
                <path class="voters-old" d=say(move || line(true))></path>
                <Show when=move || !small && plan.with(|plan| plan.place.band > 70.0)>
                    <text class="outline-words" x=say(x) y=say(move || y(-6.0)) text-anchor="middle">"old voters ╌╌"</text>
                    <text class="outline-words" x=say(x) y=say(move || y(10.0)) text-anchor="middle">"new voters ──"</text>
                </Show>
            </g>
        </Show>
    }
}
