//! The start of the start page: a run that is already running, and three buttons that work on it.

use leptos::prelude::*;

use crate::lab::stage::Stage;
use crate::layout::unit;
use crate::player::fact::{Power, Role, Standing};
use crate::player::{Player, pace};
use crate::pulse::Fact;
use crate::views::caption::Caption;
use crate::widgets::button::Button;
use crate::widgets::follow::{live, say};
use crate::widgets::icon::Icon;
use crate::widgets::piece::{Piece, view};

/// The place of a tenth of real time among the speeds: slow enough to follow a message.
const SPEED: usize = 6;

/// The running hero.
#[component]
pub fn Hero(
    /// The text that runs.
    text: &'static str,
) -> Piece {
    let player = Player::open(text);
    player.speed.set(SPEED);
    player.play();
    let facts = player.see(|scene| {
        let sum = |of: fn(&crate::player::fact::ClusterFact) -> u64| {
            scene.clusters.iter().map(of).sum::<u64>()
        };
        (sum(|one| one.keys), sum(|one| one.moved), sum(|one| one.unavailable), sum(|one| one.lost))
    });
    let up = player.see(|scene| {
        let storage: Vec<_> =
            scene.nodes.iter().filter(|node| node.role == Role::Storage).collect();
        let running = storage.iter().filter(|node| node.power == Power::Up).count();
        (running, storage.len())
    });
    let add = move |()| {
        player.act(&format!("join {}", next_name(player)));
        player.play();
    };
    let down = player.see(|scene| {
        scene
            .nodes
            .iter()
            .find(|node| node.role == Role::Storage && node.power == Power::Down)
            .map(|node| node.name.clone())
    });
    let crash_label = Fact::of(move || {
        down.get().map_or_else(|| "Crash one".to_owned(), |name| format!("Bring {name} back"))
    });
    let crash_icon =
        Fact::of(move || if down.get().is_some() { "restart" } else { "crash" }.to_owned());
    let crash = move |()| {
        if let Some(name) = down.get_untracked() {
            player.act(&format!("restart {name}"));
            player.play();
            return;
        }
        let victim = player.scene.with_untracked(|scene| {
            scene
                .nodes
                .iter()
                .filter(|node| {
                    node.role == Role::Storage
                        && node.power == Power::Up
                        && node.standing == Standing::Serving
                })
                .max_by_key(|node| node.keys)
                .map(|node| node.name.clone())
        });
        if let Some(name) = victim {
            player.act(&format!("crash {name}"));
            player.play();
        }
    };
    let link = move || {
        player.text.track();
        player.read(|session| format!("#{}", session.link()))
    };
    let share_moved = move || {
        let (keys, moved, ..) = facts.get();
        if keys == 0 { 0.0 } else { moved as f64 / keys as f64 }
    };
    view! {
        <section class="hero" aria-label="A running example">
            <div class="hero-words">
                <h1>"Build a distributed database, break it, and measure what happens."</h1>
                <p class="hero-claim">
                    "Storage nodes share "{live(move || unit::count(facts.get().0 as f64))}
                    " keys on a ring, here in this page. Every number is measured in this very run."
                </p>
                <div class="button-row hero-buttons">
                    <Button label="Add a node" icon="plus" class="main" role_name="hero-add" on_press=add />
                    <Button label=crash_label icon=crash_icon role_name="hero-crash" on_press=crash />
                    <a class="button" href=say(link) data-role="hero-open">
                        <Icon name="open" />
                        <span>"Open in the lab"</span>
                    </a>
                </div>
                <dl class="figures">
                    <Figure name="Nodes running" value=Fact::of(move || { let (up, all) = up.get(); if up == all { up.to_string() } else { format!("{up} of {all}") } }) meaning="rest" />
                    <Figure name="Keys moved" value=Fact::of(move || unit::percent(share_moved())) meaning="moved" />
                    <Figure name="Cannot be read now" value=Fact::of(move || unit::count(facts.get().2 as f64)) meaning="waiting" />
                    <Figure name="Lost for good" value=Fact::of(move || unit::count(facts.get().3 as f64)) meaning="fault" />
                </dl>
                <p class="hero-clock quiet">
                    <button type="button" class="link" data-role="hero-play" on:click=move |_| player.toggle()>
                        {live(move || if player.playing.get() { "Pause" } else { "Play" })}
                    </button>
                    " at "
                    <span class="mono">{live(move || unit::clock(player.clock.get() / 1000 * 1000))}</span>
                    {live(move || format!(", {} of real time", pace::words(player.speed.get())))}
                </p>
            </div>
            <div class="hero-stage">
                <Stage player=player label="A ring of storage nodes under traffic" />
                <Caption player=player />
            </div>
        </section>
    }
}

/// A number with its name.
#[component]
fn Figure(name: &'static str, value: Fact<String>, meaning: &'static str) -> Piece {
    let idle = move || value.with(|value| value == "0" || value == "0 %");
    view! {
        <div class=format!("figure {meaning}") class:idle=idle data-figure=name>
            <dt>{name}</dt>
            <dd>{live(move || value.get())}</dd>
        </div>
    }
}

/// The next free name: `n5` after `n4`.
fn next_name(player: Player) -> String {
    let most = player.scene.with_untracked(|scene| {
        scene
            .nodes
            .iter()
            .filter(|node| node.role == Role::Storage)
            .filter_map(|node| {
                crate::views::word::short_name(&node.name).strip_prefix('n')?.parse::<u32>().ok()
            })
            .max()
            .unwrap_or(0)
    });
    // A name that the text already speaks of is taken, even if it has not come yet.
    let taken = player.text.get_untracked().matches("join n").count() as u32;
    format!("n{}", most.max(4 + taken.min(most)) + 1)
}
