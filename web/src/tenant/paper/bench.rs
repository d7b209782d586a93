//! The bench under the surveys: a node to drag in, points of rings, the lens; all of it by keys too.

use leptos::ev::{Event, MouseEvent, PointerEvent};
use leptos::prelude::*;

use super::Desk;
use crate::layout::survey::Lens;
use crate::player::fact::Edit;
use crate::pulse::{Fact, Var};
use crate::widgets::button::Button;
use crate::widgets::follow::{live, say};
use crate::widgets::piece::{Piece, Show, view};

/// Points that a slider offers.
const VNODES: [u32; 11] = [1, 2, 5, 10, 20, 50, 100, 150, 200, 500, 1000];

/// The name that the next node gets: one above the highest number.
fn next(desk: Desk) -> String {
    let number = |name: &str| name.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().ok();
    let highest = desk.player.surveys.with(|all| {
        let names = all.iter().flat_map(|one| &one.1.nodes);
        names.filter_map(|node| number(&node.name)).max().unwrap_or(0_u32)
    });
    format!("n{}", highest + 1)
}

/// The bench.
#[component]
pub fn Bench(
    /// What it shares with the surveys.
    desk: Desk,
) -> Piece {
    let player = desk.player;
    let hand = desk.hand;
    let name = Fact::of(move || next(desk));
    let rings =
        Fact::of(move || player.surveys.with(|all| all.iter().any(|one| !one.1.points.is_empty())));
    let vnodes = player.watch_text(|session| session.option("place", "vnodes"));
    let join = move || format!("join {}", name.get_untracked());
    view! {
        <div class="bench" role="group" aria-label="What applies to all">
            <button type="button" class="button small bench-node" data-role="add-node"
                title="Press, or drag it onto a picture"
                on:click=move |_: MouseEvent| if !hand.was_drag() { player.act(&join()) }
                on:pointerdown=move |event: PointerEvent| hand.take(&event, join(), false)
                on:pointermove=move |event: PointerEvent| hand.follow(&event)
                on:pointerup=move |_: PointerEvent| hand.drop(player)
            >
                <span class="bench-disk" aria-hidden="true">"+"</span>
                {live(move || format!("Add {}", name.get()))}
            </button>
            {live(move || vnodes.get().map(|now| view! { <Points desk=desk now=now /> }))}
            <Show when=move || rings.get()>
                <span class="bench-lens" role="group" aria-label="Lens over the rings">
                    <Button label="Look from further" icon="minus" bare=true class="small" role_name="zoom-out" on_press=move |()| closer(desk.lens, 0.5) />
                    <Button label="Look closer" icon="plus" bare=true class="small" role_name="zoom-in" on_press=move |()| closer(desk.lens, 2.0) />
                    <output data-role="zoom">{say(move || format!("{}×", desk.lens.get().zoom.round() as i64))}</output>
                    <input type="range" class="bench-turn" min="0" max="359" aria-label="Where on the ring, in degrees"
                        prop:value=say(move || turn(desk.lens.get()).to_string())
                        on:input=move |event: Event| {
                            let degrees: i32 = event_target_value(&event).parse().unwrap_or(0);
                            desk.lens.update(|lens| lens.angle = f64::from(degrees).to_radians());
                        } />
                </span>
            </Show>
            {live(move || desk.hand.drag.get().filter(|drag| drag.far).map(|drag| view! {
                <span class="drag-ghost" class:ready=drag.ready data-role="drag-ghost"
                    style:left=format!("{}px", drag.at.0 as i64) style:top=format!("{}px", drag.at.1 as i64)>
                    {if drag.ready { format!("Let go: {}", drag.statement) } else if drag.out { "Drag it off the picture".to_owned() } else { "Drop it on a picture".to_owned() }}
                </span>
            }))}
        </div>
    }
}

fn turn(lens: Lens) -> i64 {
    (lens.angle.to_degrees().round() as i64).rem_euclid(360)
}

fn closer(lens: Var<Lens>, factor: f64) {
    lens.update(|lens| *lens = lens.closer(factor, lens.angle));
}

/// How many points a node has on its ring.
#[component]
fn Points(desk: Desk, now: u32) -> Piece {
    let place = VNODES.iter().position(|one| *one >= now).unwrap_or(VNODES.len() - 1);
    let shown = Var::new(now);
    let read = |event: &Event| {
        let place: usize = event_target_value(event).parse().unwrap_or(0);
        VNODES[place.min(VNODES.len() - 1)]
    };
    view! {
        <label class="bench-points">
            {live(move || format!("{} vnodes", shown.get()))}
            <input type="range" data-role="vnodes" min="0" max=(VNODES.len() - 1).to_string() step="1"
                prop:value=place.to_string()
                aria-valuetext=say(move || format!("{} vnodes", shown.get()))
                on:input=move |event: Event| shown.set(read(&event))
                on:change=move |event: Event| {
                    let player = desk.player;
                    player.rewrite(&Edit::Option("place", "vnodes", read(&event)));
                } />
        </label>
    }
}
