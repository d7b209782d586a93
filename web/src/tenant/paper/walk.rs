//! A walk along the keys of a survey without a mouse: arrows go from key to key, and each is told with
//! its place, its node and its copies, and marked as if the mouse were over it.

use leptos::ev::{FocusEvent, KeyboardEvent};

use super::Desk;
use super::plan::{Picture, Plan};
use crate::layout::point::short;
use crate::layout::{survey as sheet, unit};
use crate::player::fact::tenant::paper;
use crate::player::fact::tenant::paper::screen::{DotFact, SurveyFact};
use crate::widgets::follow::say;
use crate::widgets::piece::{Piece, view};

/// Keys that one walks along, at most; of more, evenly picked ones stand for all.
const KEYS_MAX: usize = 300;

/// The keys in the order of the walk: as they lie on a circle, or as they are written where that counts.
fn row(desk: Desk, cluster: usize, written: bool) -> Vec<DotFact> {
    let mut row = desk.player.read(|session| paper::screen::dots(session.site(cluster), KEYS_MAX));
    sheet::order(&mut row, |one, other| match written {
        true => one.key < other.key,
        false => one.position < other.position,
    });
    row
}

/// Where a step leads from a place in the row: to another key, or to the next key on another node.
fn step(row: &[DotFact], from: Option<usize>, pressed: &str) -> Option<usize> {
    let last = row.len().checked_sub(1)?;
    let known =
        ["ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "PageUp", "PageDown", "Home", "End"];
    if !known.contains(&pressed) {
        return None;
    }
    let Some(from) = from else { return Some(0) };
    let other = |at: &usize| row[*at].node != row[from].node;
    Some(match pressed {
        "ArrowRight" | "ArrowUp" => (from + 1) % row.len(),
        "ArrowLeft" | "ArrowDown" => from.checked_sub(1).unwrap_or(last),
        "PageUp" => (from + 1..row.len()).chain(0..from).find(other).unwrap_or(from),
        "PageDown" => (0..from).rev().chain((from..row.len()).rev()).find(other).unwrap_or(from),
        "End" => last,
        _ => 0,
    })
}

/// The field that takes the keys of the keyboard.
pub(super) fn walk(desk: Desk, cluster: usize, fact: &SurveyFact, plan: &Plan) -> Piece {
    if desk.small || fact.keys == 0 {
        return Piece::Nothing;
    }
    let (player, written) = (desk.player, !fact.ranges.is_empty());
    let round = matches!(plan.picture, Picture::Ring(_));
    let place = move || {
        let key = player.key.get();
        let row = row(desk, cluster, written);
        (row.iter().position(|dot| dot.key == key), row.len())
    };
    let told = move || {
        let key = player.key.get();
        let found = player.read(|session| session.where_is(&key)).into_iter();
        let Some(one) = found.filter(|_| !key.is_empty()).find(|one| one.cluster == Some(cluster))
        else {
            return "no key yet".to_owned();
        };
        let around = one.place as f64 / 18_446_744_073_709_551_616.0;
        let place =
            if round { format!(", {} round", unit::percent(around)) } else { String::new() };
        let copies = if one.copies.is_empty() {
            String::new()
        } else {
            format!(", copies on {}", one.copies.join(" and "))
        };
        format!("{key}{place}, on {}{copies}", one.owner)
    };
    let go = move |pressed: &str| {
        let row = row(desk, cluster, written);
        let key = player.key.get_untracked();
        let from = row.iter().position(|dot| dot.key == key);
        let to = step(&row, from, pressed);
        if let Some(dot) = to.and_then(|to| row.get(to)) {
            player.key.set(dot.key.clone());
        }
        to.is_some()
    };
    let name = if fact.name.is_empty() { fact.strategy } else { &fact.name };
    let frame = plan.frame;
    view! {
        <rect
            class="survey-walk"
            data-role="survey-walk"
            role="slider"
            tabindex="0"
            aria-label=format!("Keys of {name}: arrows go from key to key, Page Up and Page Down to another node")
            aria-valuemin="1"
            aria-valuemax=say(move || place().1.to_string())
            aria-valuenow=say(move || place().0.map_or(1, |at| at + 1).to_string())
            aria-valuetext=say(told)
            x=short(frame.x + 6.0)
            y=short(frame.y + 3.0)
            width=short((frame.width - 12.0).max(0.0))
            height=short((frame.height - 6.0).max(0.0))
            rx="6"
            on:focus=move |_: FocusEvent| if player.key.with_untracked(String::is_empty) {
                go("Home");
            }
            on:keydown=move |event: KeyboardEvent| {
                let pressed = event.key();
                if pressed == "Escape" {
                    player.key.set(String::new());
                } else if !go(&pressed) {
                    return;
                }
                event.prevent_default();
                event.stop_propagation();
            }
        ></rect>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::player::fact::NodeId;

    #[test]
    fn steps_go_from_key_to_key_and_from_node_to_node() {
        let dot = |(at, node): (u64, u32)| DotFact {
            key: at.to_string(),
            position: at,
            node: NodeId(node),
            was: NodeId(node),
        };
        let row: Vec<DotFact> = [(1, 0), (2, 0), (3, 1), (4, 2)].into_iter().map(dot).collect();
        let to = |from, pressed| step(&row, Some(from), pressed);
        assert_eq!((to(3, "ArrowRight"), to(0, "ArrowLeft")), (Some(0), Some(3)));
        assert_eq!(
            (to(0, "PageUp"), to(3, "PageUp"), to(2, "PageDown")),
            (Some(2), Some(0), Some(1))
        );
        assert_eq!((to(1, "Home"), to(1, "End"), to(1, "a")), (Some(0), Some(3), None));
        assert_eq!((step(&row, None, "End"), step(&[], None, "End")), (Some(0), None));
    }
}
