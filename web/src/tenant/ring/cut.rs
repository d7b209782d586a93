//! Cuts in the network: a broken line between any two nodes that cannot hear each other.

use leptos::prelude::*;

use super::plan::Plan;
use crate::layout::chord::Chord;
use crate::layout::point::short;
use crate::player::Player;
use crate::pulse::Fact;
use crate::widgets::follow::live;
use crate::widgets::piece::{CollectPieces, Piece, view};

/// More broken pairs than this are not drawn one by one.
const PAIRS_MAX: usize = 60;

/// The cuts that concern one cluster.
#[component]
pub fn Cuts(
    /// The run.
    player: Player,
    /// Where everything stands.
    plan: Fact<Plan>,
) -> Piece {
    let pairs = Fact::of(move || {
        player.scene.with(|scene| {
            plan.with(|plan| {
                let mut pairs: Vec<(u32, u32, bool)> = Vec::new();
                for cut in &scene.cuts {
                    let ids = |side: &[_], other: &[_]| -> Vec<u32> {
                        let _ = other;
                        side.iter().map(|id: &crate::player::fact::NodeId| id.0).collect()
                    };
                    let (mut left, mut right) =
                        (ids(&cut.left, &cut.right), ids(&cut.right, &cut.left));
                    if left.is_empty() {
                        left =
                            plan.marks.keys().copied().filter(|id| !right.contains(id)).collect();
                    }
                    if right.is_empty() {
                        right =
                            plan.marks.keys().copied().filter(|id| !left.contains(id)).collect();
                    }
                    for &one in &left {
                        for &other in &right {
                            if one != other
                                && plan.marks.contains_key(&one)
                                && plan.marks.contains_key(&other)
                            {
                                pairs.push((one, other, cut.one_way));
                            }
                        }
                    }
                }
                pairs.truncate(PAIRS_MAX);
                pairs
            })
        })
    });
    view! {
        <g class="cuts" data-role="cuts" aria-hidden="true">
            {live(move || {
                pairs
                    .get()
                    .into_iter()
                    .filter_map(|(from, to, one_way)| {
                        plan.with(|plan| {
                            let (a, b) = (plan.marks.get(&from)?, plan.marks.get(&to)?);
                            let chord = Chord::between(a.0, a.1 + 6.0, b.0, b.1 + 6.0, 0.0);
                            let middle = chord.at(0.5);
                            let turn = chord.turn();
                            Some(
                                view! {
                                    <g class="cut" class:one-way=one_way>
                                        <path class="cut-line" d=chord.path()></path>
                                        <g transform=format!("translate({},{}) rotate({})", short(middle.x), short(middle.y), short(turn))>
                                            <path class="cut-mark" d=if one_way { "M-4 -6L4 0L-4 6M7 -7V7" } else { "M-3 -7V7M3 -7V7" }></path>
                                        </g>
                                    </g>
                                },
                            )
                        })
                    })
                    .collect_view()
            })}
        </g>
    }
}
