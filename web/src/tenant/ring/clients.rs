//! What stands in the middle of a ring: clients that ask, and the controller that keeps the map.

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;

use super::plan::Plan;
use crate::layout::point::{Point, short};
use crate::player::fact::Role;
use crate::player::{Chosen, Player};
use crate::pulse::Fact;
use crate::views::word;
use crate::widgets::follow::{live, perhaps, say};
use crate::widgets::piece::{For, Piece, Show, view};

/// The marks inside the ring.
#[component]
pub fn Inside(
    /// The run.
    player: Player,
    /// Where everything stands.
    plan: Fact<Plan>,
    /// Whether it is part of a miniature.
    small: bool,
) -> Piece {
    let crowd = Fact::of(move || {
        plan.with(|plan| plan.crowd.as_ref().map(|crowd| (crowd.0[0], crowd.0.len())))
    });
    view! {
        <g class="inside">
            <For
                each=move || plan.with(|plan| plan.inside.iter().map(|one| one.0).collect::<Vec<_>>())
                key=|id| *id
                let:id
            >
                <InnerMark player=player plan=plan id=id count=1 small=small />
            </For>
            {live(move || crowd.get().map(|(id, count)| view! { <InnerMark player=player plan=plan id=id count=count small=small /> }))}
        </g>
    }
}

/// A client, a crowd of clients, or a controller.
#[component]
fn InnerMark(player: Player, plan: Fact<Plan>, id: u32, count: usize, small: bool) -> Piece {
    let fact = player.see(move |scene| scene.nodes.iter().find(|node| node.id.0 == id).cloned());
    let name = Fact::of(move || {
        fact.with(|fact| fact.as_ref().map(|node| node.name.clone()).unwrap_or_default())
    });
    let controller = Fact::of(move || {
        fact.with(|fact| fact.as_ref().is_some_and(|node| node.role == Role::Controller))
    });
    let at = Fact::of(move || {
        plan.with(|plan| plan.marks.get(&id).map_or((Point::default(), 8.0), |mark| *mark))
    });
    let chosen = Fact::of(move || name.with(|name| player.is_chosen(&Chosen::Node(name.clone()))));
    let sentence = move || {
        if count > 1 {
            format!("{count} clients; the first is {}", name.get())
        } else {
            fact.with(|fact| fact.as_ref().map(word::sentence).unwrap_or_default())
        }
    };
    let label = move || {
        if count > 1 {
            format!("{count} clients")
        } else {
            word::short_name(&name.get()).to_owned()
        }
    };
    let click = move |event: MouseEvent| {
        event.stop_propagation();
        player.choose(
            Chosen::Node(name.get_untracked()),
            event.shift_key() || event.ctrl_key() || event.meta_key(),
        );
    };
    let key = move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "Enter" | " ") {
            event.prevent_default();
            event.stop_propagation();
            player.choose(Chosen::Node(name.get_untracked()), event.shift_key());
        }
    };
    view! {
        <g
            class=say(move || {
                let meaning = fact.with(|fact| fact.as_ref().map_or("", word::meaning));
                format!("inner {meaning}{}", if chosen.get() { " chosen" } else { "" })
            })
            data-node=say(move || name.get())
            data-role=say(move || if controller.get() { "controller" } else { "client" })
            role=(!small).then_some("button")
            tabindex=(!small).then_some("0")
            aria-label=perhaps(move || (!small).then(sentence))
            aria-pressed=perhaps(move || (!small).then(|| chosen.get().to_string()))
            style:transform=say(move || format!("translate({}px,{}px)", short(at.get().0.x), short(at.get().0.y)))
            on:click=click
            on:keydown=key
        >
            <title>{say(sentence)}</title>
            <circle class="node-halo" r=say(move || short(at.get().1 + 7.0))></circle>
            {live(move || {
                let r = at.get().1;
                if controller.get() {
                    let (a, b) = (short(r), short(r * 0.62));
                    view! { <path class="inner-shape" d=format!("M0 -{a}L{a} 0L0 {a}L-{a} 0Z")></path><path class="inner-mark" d=format!("M-{b} 0H{b}")></path> }

                } else {
                    let (a, b) = (short(r * 0.86), short(r * 0.36));
                    view! {
                        <rect class="inner-shape" x=format!("-{a}") y=format!("-{a}") width=short(r * 1.72) height=short(r * 1.72) rx="3"></rect>
                        <path class="inner-mark" d=format!("M-{b} -{b}L{b} 0L-{b} {b}")></path>
                    }

                }
            })}
            <Show when=move || !small && plan.with(|plan| plan.place.roomy && (plan.grouped || plan.place.radius > 96.0))>
                <text class="inner-name" text-anchor="middle" y=say(move || short(at.get().1 + 14.0))>{say(label)}</text>
            </Show>
        </g>
    }
}
