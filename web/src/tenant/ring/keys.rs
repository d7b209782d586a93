//! Keys as fine marks inside the ring: each stands where it hashes to, in the hue of who holds it.

use leptos::prelude::*;

use super::plan::Plan;
use crate::layout::point::{angle, short};
use crate::layout::ring;
use crate::player::Player;
use crate::pulse::Fact;
use crate::widgets::follow::say;
use crate::widgets::piece::{CollectPieces, Piece, view};

/// How many keys are shown of each cluster, at most.
const KEYS_MAX: usize = 360;

/// A sample of the keys of a cluster.
#[component]
pub fn Keys(
    /// The run.
    player: Player,
    /// Which cluster.
    cluster: usize,
    /// Where everything stands.
    plan: Fact<Plan>,
) -> Piece {
    let keys = Fact::of(move || {
        player.beat.track();
        player.read(|session| {
            session
                .keys(cluster as u32, KEYS_MAX)
                .into_iter()
                .map(|key| (key.position, key.holders.first().map(|id| id.0)))
                .collect::<Vec<_>>()
        })
    });
    let marks = Fact::of(move || {
        let keys = keys.get();
        plan.with(|plan| {
            let place = &plan.place;
            let outer = place.radius - place.band / 2.0 - 3.0;
            let length = (place.radius * 0.06).clamp(3.0, 9.0);
            let modulo = plan.points.iter().all(Vec::is_empty);
            let mut paths = vec![String::new(); 9];
            let mut gone = String::new();
            for (position, holder) in keys {
                let owner = holder.and_then(|id| plan.storage.iter().position(|one| *one == id));
                let turn = match owner {
                    Some(owner) if modulo => within(plan, owner, position),
                    _ => angle(position),
                };
                let (a, b) =
                    (place.center.polar(turn, outer), place.center.polar(turn, outer - length));
                let stroke =
                    format!("M{} {}L{} {}", short(a.x), short(a.y), short(b.x), short(b.y));
                match owner {
                    Some(owner) => paths[owner % 8 + 1].push_str(&stroke),
                    None => gone.push_str(&stroke),
                }
            }
            (paths, gone)
        })
    });
    view! {
        <g class="keys-marks" aria-hidden="true">
            {(1..=8)
                .map(|hue| {
                    view! {
                        <path
                            class="key-marks"
                            d=say(move || marks.with(|marks| marks.0[hue].clone()))
                            style=format!("--hue:var(--node-{hue})")
                        ></path>
                    }
                })
                .collect_view()}
            <path class="key-marks gone" d=say(move || marks.with(|marks| marks.1.clone()))></path>
        </g>
    }
}

/// Where a key stands within the part of the table that its owner has.
fn within(plan: &Plan, owner: usize, position: u64) -> f64 {
    ring::along(&plan.slices, owner, angle(position) / std::f64::consts::TAU)
}

/// The share of the ring that one owner has, for words.
#[must_use]
pub fn share(plan: &Plan, owner: usize) -> f64 {
    ring::share(&plan.slices, owner)
}
