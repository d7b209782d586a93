//! Which nodes differ, by their hash trees: a row of leaves for each pair.

use std::fmt::Write as _;

use leptos::prelude::*;

use crate::player::Player;
use crate::player::fact::tenant::quorum;
use crate::player::fact::tenant::quorum::fact::{LEAVES, TreeFact};
use crate::pulse::Fact;
use crate::widgets::follow::live;
use crate::widgets::piece::{CollectPieces, Piece, view};

/// More pairs than this are counted, not shown.
const PAIRS_MAX: usize = 12;
/// The width and the height of a leaf.
const LEAF: (u32, u32) = (4, 12);

/// The pairs whose trees differ at this moment.
#[component]
pub fn Trees(
    /// The run.
    player: Player,
) -> Piece {
    let found = Fact::of(move || {
        player.text.track();
        player.beat.track();
        player.read(|session| quorum::fact::trees(session.sites::<quorum::Process>().next()?))
    });
    view! {
        <h4>"Hash trees"</h4>
        <div class="trees" data-role="trees">
            {live(move || match found.get() {
                None => view! { <p class="quiet">"There are too many records to compare them for a picture."</p> },
                Some(pairs) if pairs.is_empty() => view! { <p class="good">"All trees agree: every two homes hold the same."</p> },
                Some(pairs) => {
                    let more = pairs.len().saturating_sub(PAIRS_MAX);
                    let rows = pairs.into_iter().take(PAIRS_MAX).map(pair).collect_view();
                    view! {
                        <p class="quiet">{format!("Each row is the keys that two nodes share, in {LEAVES} stretches; a dark one differs.")}</p>
                        {rows}
                        {(more > 0).then(|| view! { <p class="quiet">{format!("{more} more pairs differ.")}</p> })}
                    }
                }
            })}
        </div>
    }
}

fn pair(fact: TreeFact) -> Piece {
    let (width, height) = LEAF;
    let mut path = String::new();
    for leaf in &fact.leaves {
        let _ = write!(path, "M{} 0h{width}v{height}h-{width}z", leaf * width);
    }
    let (one, other, count) = (fact.one, fact.other, fact.leaves.len());
    let said = format!("{one} and {other} differ in {count} of {LEAVES} stretches");
    view! {
        <div class="tree-pair" data-role="tree-pair">
            <span>{format!("{one} – {other}")}</span>
            <svg viewBox=format!("0 0 {} {height}", LEAVES * width) role="img" aria-label=said preserveAspectRatio="none">
                <rect class="tree-bed" width=LEAVES * width height=height></rect>
                <path class="tree-differs" d=path></path>
            </svg>
            <span class="tree-count">{count.to_string()}</span>
        </div>
    }
}
