//! A storage node: its disk, its load, its state as a sign and a word, and a place to click.

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;

use super::plan::Plan;
use crate::layout::point::{Point, short};
use crate::layout::ring;
use crate::layout::unit;
use crate::player::fact::{NodeFact, Standing};
use crate::player::{Chosen, Player};
use crate::pulse::Fact;
use crate::views::badge::Badge;
use crate::views::word;
use crate::widgets::follow::{live, perhaps, say};
use crate::widgets::piece::{Piece, Show, view};

/// One storage node.
#[component]
pub fn NodeMark(
    /// The run.
    player: Player,
    /// Where everything stands.
    plan: Fact<Plan>,
    /// The node's number.
    id: u32,
    /// Whether it is part of a miniature.
    small: bool,
) -> Piece {
    let fact = player.see(move |scene| scene.nodes.iter().find(|node| node.id.0 == id).cloned());
    let fullest = player.see(move |scene| {
        let cluster = scene.nodes.iter().find(|node| node.id.0 == id).map(|node| node.cluster);
        scene
            .nodes
            .iter()
            .filter(|node| Some(node.cluster) == cluster)
            .map(|node| node.keys)
            .max()
            .unwrap_or(0)
    });
    let name = Fact::of(move || {
        fact.with(|fact| fact.as_ref().map(|node| node.name.clone()).unwrap_or_default())
    });
    let told =
        move |tell: fn(&NodeFact) -> &'static str| fact.with(|fact| fact.as_ref().map_or("", tell));
    let sentence = move || fact.with(|fact| fact.as_ref().map(word::sentence).unwrap_or_default());
    let spot = Fact::of(move || {
        plan.with(|plan| {
            plan.storage
                .iter()
                .position(|one| *one == id)
                .and_then(|index| plan.place.nodes.get(index).copied())
        })
    });
    let radius = Fact::of(move || plan.with(|plan| plan.place.node_radius));
    let roomy = Fact::of(move || !small && plan.with(|plan| plan.place.roomy));
    let hue = Fact::of(move || plan.with(|plan| plan.hue(id)));
    let chosen = Fact::of(move || name.with(|name| player.is_chosen(&Chosen::Node(name.clone()))));
    let choose = move |beside: bool| player.choose(Chosen::Node(name.get_untracked()), beside);
    let click = move |event: MouseEvent| {
        event.stop_propagation();
        choose(event.shift_key() || event.ctrl_key() || event.meta_key());
    };
    let key = move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "Enter" | " ") {
            event.prevent_default();
            event.stop_propagation();
            choose(event.shift_key());
        }
    };
    let class = move || {
        let outside =
            fact.with(|fact| fact.as_ref().is_some_and(|node| node.standing == Standing::Outside));
        format!(
            "node {}{}{}",
            told(word::meaning),
            if chosen.get() { " chosen" } else { "" },
            if outside { " outside" } else { "" }
        )
    };
    let load = move || {
        let most = fullest.get().max(1) as f64;
        let keys = fact.with(|fact| fact.as_ref().map_or(0, |node| node.keys)) as f64;
        let mut path = String::new();
        let turn = (keys / most).clamp(0.0, 1.0) * std::f64::consts::TAU;
        if turn > 0.01 {
            ring::sector(
                &mut path,
                Point::default(),
                radius.get() + 2.0,
                radius.get() + 5.0,
                0.0,
                turn,
            );
        }
        path
    };
    let offset = move || {
        spot.get().map_or_else(Point::default, |spot| {
            Point::new(spot.words.x - spot.at.x, spot.words.y - spot.at.y)
        })
    };
    let told_signs = move || {
        fact.with(|fact| fact.as_ref().map(|node| node.signs.join(", ")).unwrap_or_default())
    };
    let anchor = move || spot.get().map_or("middle", |spot| spot.anchor);
    view! {
        <g
            class=say(class)
            data-node=say(move || name.get())
            data-role="storage"
            data-state=say(move || told(word::doing))
            role=(!small).then_some("button")
            tabindex=(!small).then_some("0")
            aria-pressed=perhaps(move || (!small).then(|| chosen.get().to_string()))
            style:transform=say(move || {
                spot.get().map_or_else(String::new, |spot| format!("translate({}px,{}px)", short(spot.at.x), short(spot.at.y)))
            })
            style=("--hue", say(move || format!("var(--node-{})", hue.get().max(1))))
            on:click=click
            on:keydown=key
        >
            <title>{say(sentence)}</title>
            <circle class="node-halo" r=say(move || short(radius.get() + 9.0))></circle>
            <circle class="node-disk" r=say(move || short(radius.get()))></circle>
            <path class="node-load" d=say(load)></path>
            <text class="node-name" text-anchor="middle" dy="0.36em" style:font-size=say(move || format!("{}px", short((radius.get() * 0.62).clamp(7.0, 14.0))))>
                {live(move || name.with(|name| word::short_name(name).to_owned()))}
            </text>
            <Badge radius=radius sign=Fact::of(move || told(word::sign)) />
            <Show when=move || roomy.get()>
                <text
                    class="node-figure"
                    text-anchor=say(anchor)
                    x=say(move || short(offset().x))
                    y=say(move || short(offset().y))
                >
                    <tspan>{live(move || fact.with(|fact| fact.as_ref().map(|node| unit::amount(node.keys as f64, "keys"))))}</tspan>
                    <tspan class="node-doing" x=say(move || short(offset().x)) dy="1.25em">
                        {live(move || {
                            let doing = told(word::doing);
                            let signs = told_signs();
                            if doing == "serving" && !signs.is_empty() {
                                signs
                            } else if doing == "serving" {
                                fact.with(|fact| fact.as_ref().map(|node| format!("owns {}", unit::percent(f64::from(node.share) / 1e6))).unwrap_or_default())
                            } else {
                                doing.to_owned()
                            }
                        })}
                    </tspan>
                    <tspan class="node-ails" x=say(move || short(offset().x)) dy="1.25em">
                        {live(move || fact.with(|fact| fact.as_ref().map(|node| node.ails.join(", "))))}
                    </tspan>
                </text>
            </Show>
        </g>
    }
}
