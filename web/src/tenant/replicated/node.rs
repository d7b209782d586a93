//! The mark of a replica: role by shape, term by hue and number, its wait as an arc, its vote as a tip.

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;

use super::authority;
use super::face::{Face, crown, face, meaning, outline, sentence, sign};
use crate::layout::group::arc;
use crate::layout::point::{Point, short};
use crate::layout::unit;
use crate::player::{Chosen, Player};
use crate::pulse::Fact;
use crate::tenant::ring::plan::Plan;
use crate::views::badge::Badge;
use crate::views::word;
use crate::widgets::follow::{live, perhaps, say};
use crate::widgets::piece::{Piece, Show, view};

/// The hue of a term: its place in the fixed sequence of eight.
#[must_use]
pub fn hue(term: u32) -> String {
    format!("var(--node-{})", term.saturating_sub(1) % 8 + 1)
}

/// One replica.
#[component]
pub fn ReplicaMark(
    /// The run.
    player: Player,
    /// Where everything stands.
    plan: Fact<Plan>,
    /// The node's number.
    id: u32,
    /// Whether it is part of a miniature.
    small: bool,
) -> Piece {
    let told: Fact<Option<(Face, String)>> = Fact::of(move || {
        player.scene.with(|scene| {
            player.replicas.with(|all| {
                let node = scene.nodes.iter().find(|node| node.id.0 == id)?;
                let fact = all.iter().find(|fact| fact.id.0 == id)?;
                let name = |other: u32| {
                    let of = all.iter().find(|fact| fact.id.0 == other);
                    of.map(|fact| fact.name.clone()).unwrap_or_default()
                };
                let face = face(node, fact, authority(all, fact.cluster as usize));
                let sentence = sentence(&face, fact, name);
                Some((face, sentence))
            })
        })
    });
    let state = Fact::of(move || told.with(|told| told.as_ref().map_or("", |told| told.0.state)));
    let out = Fact::of(move || told.with(|told| told.as_ref().is_some_and(|told| told.0.out)));
    let name = Fact::of(move || {
        told.with(|told| told.as_ref().map(|told| told.0.name.clone()).unwrap_or_default())
    });
    let term = Fact::of(move || told.with(|told| told.as_ref().map_or(0, |told| told.0.term)));
    let at = Fact::of(move || plan.with(|plan| plan.marks.get(&id).copied().unwrap_or_default()));
    let radius = move || at.get().1;
    let spot = Fact::of(move || {
        plan.with(|plan| {
            let place = plan.storage.iter().position(|one| *one == id)?;
            plan.place.nodes.get(place).copied()
        })
    });
    let roomy = Fact::of(move || !small && plan.with(|plan| plan.place.roomy));
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
    // The arcs follow the clock: what is left of a wait or of a lease.
    let left = move |pick: fn(&Face) -> Option<(u64, u64)>| {
        let span = told.with(|told| told.as_ref().and_then(|told| pick(&told.0)));
        span.map_or(0.0, |(since, until)| {
            let now = player.clock.get();
            until.saturating_sub(now) as f64 / until.saturating_sub(since).max(1) as f64
        })
    };
    let wait = move || arc(radius() + 5.0, left(|face| face.wait));
    let lease = move || arc(radius() + 5.0, left(|face| face.lease));
    // The tip on its rim points at the one it voted for in its term.
    let tip = move || {
        let to = told.with(|told| told.as_ref().and_then(|told| told.0.vote))?;
        let (to, _) = plan.with(|plan| plan.marks.get(&to).copied())?;
        let (from, radius) = at.get();
        let length = from.distance(to).max(1.0);
        let (x, y) = ((to.x - from.x) / length, (to.y - from.y) / length);
        let p = |along: f64, aside: f64| {
            format!("{} {}", short(x * along - y * aside), short(y * along + x * aside))
        };
        let near = radius + 2.0;
        Some(format!("M{}L{}L{}Z", p(near, -4.5), p(near + 8.0, 0.0), p(near, 4.5)))
    };
    let offset = move || {
        spot.get().map_or_else(Point::default, |spot| {
            Point::new(spot.words.x - spot.at.x, spot.words.y - spot.at.y)
        })
    };
    let words = move || told.with(|told| told.as_ref().map(|told| told.0.words.clone()));
    let ails = move || told.with(|told| told.as_ref().map(|told| told.0.ails.clone()));
    let clock = move || {
        let ahead = told.with(|told| told.as_ref().map_or(0, |told| told.0.ahead));
        (ahead.unsigned_abs() >= 1_000).then(|| {
            let sign = if ahead < 0 { "−" } else { "+" };
            format!(", clock {sign}{}", unit::time(ahead.unsigned_abs() as f64))
        })
    };
    view! {
        <g
            class=say(move || format!("node replica {} {}{}", state.get(), meaning(state.get()), if chosen.get() { " chosen" } else { "" }) + if out.get() { " out" } else { "" })
            data-node=say(move || name.get())
            data-role="replica"
            data-state=say(move || state.get())
            data-term=say(move || term.get().to_string())
            role=(!small).then_some("button")
            tabindex=(!small).then_some("0")
            aria-pressed=perhaps(move || (!small).then(|| chosen.get().to_string()))
            style:transform=say(move || format!("translate({}px,{}px)", short(at.get().0.x), short(at.get().0.y)))
            style=("--hue", say(move || hue(term.get())))
            on:click=click
            on:keydown=key
        >
            <title>{say(move || told.with(|told| told.as_ref().map(|told| told.1.clone()).unwrap_or_default()))}</title>
            <circle class="node-halo" r=say(move || short(radius() + 9.0))></circle>
            <path class="node-disk" d=say(move || outline(state.get(), radius()))></path>
            <path class="replica-wait" d=say(wait)></path>
            <path class="replica-lease" d=say(lease)></path>
            <path class="replica-vote" d=perhaps(tip)></path>
            <Show when=move || state.get() == "leader"><path class="replica-crown" d=say(move || crown(radius()))></path></Show>
            <text class="node-name" text-anchor="middle" dy="0.36em" style:font-size=say(move || format!("{}px", short((radius() * 0.66).clamp(7.0, 14.0))))>
                {live(move || name.with(|name| word::short_name(name).to_owned()))}
            </text>
            <Badge radius=Fact::of(radius) sign=Fact::of(move || sign(state.get())) />
            <Show when=move || roomy.get()>
                <text
                    class="node-figure"
                    text-anchor=say(move || spot.get().map_or("start", |spot| spot.anchor))
                    x=say(move || short(offset().x))
                    y=say(move || short(offset().y))
                >
                    <tspan>{live(move || format!("term {}", term.get()))}</tspan>
                    <tspan class="node-doing" x=say(move || short(offset().x)) dy="1.25em">{live(words)}{live(clock)}</tspan>
                    <tspan class="node-ails" x=say(move || short(offset().x)) dy="1.25em">{live(ails)}</tspan>
                </text>
            </Show>
        </g>
    }
}
