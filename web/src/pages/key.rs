//! The keys of the lab: one place that knows them all.

use leptos::ev::KeyboardEvent;
use wasm_bindgen::JsCast;

use crate::player::fact::Role;
use crate::player::{Chosen, Player};
use crate::views::caption;

/// The keys and what they do, as the help shows them.
#[must_use]
pub fn list() -> Vec<(&'static str, &'static str)> {
    vec![
        ("Space", "Play or pause"),
        (". ,", "One event on, one back"),
        ("M", "To the next message"),
        ("→ ←", "On and back by a hundredth; with Shift by a tenth"),
        ("N P", "To the next or previous fault or note"),
        ("< >", "To the previous or next step of the story"),
        ("Home End", "To the start, to the end"),
        ("[ ]", "Slower, faster"),
        ("1 … 9", "Choose a node"),
        ("C", "Crash or restart the chosen node"),
        ("X", "Cut the chosen node off"),
        ("H", "Heal the network"),
        ("L", "Let the chosen node leave"),
        ("Ctrl+Z Ctrl+Y", "Undo, redo the text"),
        ("B", "Keep this run as a branch"),
        ("E", "Write in the script"),
        ("S", "Copy a link to this moment"),
        ("Tab Enter", "Walk the stage, open the inspector"),
        ("T", "The ring, or messages over time"),
        ("V", "What the clients saw"),
        ("Esc", "Let go, close"),
        ("?", "These keys"),
    ]
}

/// What a key asks of the page, where the player alone cannot do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Show or hide the keys.
    Keys,
    /// Show the messages over time, or the ring.
    Messages,
    /// Show what the clients saw, or go back.
    History,
    /// Copy a link.
    Share,
    /// Put the caret into the script.
    Write,
    /// Close whatever is open.
    Close,
}

/// Whether the hand is in a field where keys mean letters.
fn is_writing(event: &KeyboardEvent) -> bool {
    event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()).is_some_and(
        |element| {
            matches!(
                element.tag_name().to_ascii_lowercase().as_str(),
                "textarea" | "input" | "select"
            )
        },
    )
}

fn on_button(event: &KeyboardEvent) -> bool {
    event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()).is_some_and(
        |element| {
            matches!(element.tag_name().to_ascii_lowercase().as_str(), "button" | "a" | "summary")
        },
    )
}

/// Does what a key says; answers with a wish if the page must do it.
pub fn press(player: Player, event: &KeyboardEvent) -> Option<Wish> {
    if is_writing(event) || event.alt_key() {
        return None;
    }
    let key = event.key();
    if event.ctrl_key() || event.meta_key() {
        match key.as_str() {
            "z" | "Z" if event.shift_key() => player.redo(),
            "z" => player.undo(),
            "y" => player.redo(),
            _ => return None,
        }
        event.prevent_default();
        return None;
    }
    if matches!(key.as_str(), " " | "Enter") && on_button(event) {
        return None;
    }
    let end = player.read(|session| session.end().0);
    let step = if event.shift_key() { end / 10 } else { end / 100 }.max(1);
    let now = player.clock.get_untracked();
    match key.as_str() {
        " " | "k" | "K" => player.toggle(),
        "." => player.step_event(),
        "," => player.step_back(),
        ">" => drop(caption::step(player, true)),
        "<" => drop(caption::step(player, false)),
        "m" | "M" => player.step_message(),
        "ArrowRight" => player.seek(now + step),
        "ArrowLeft" => player.seek(now.saturating_sub(step)),
        "Home" => player.seek(0),
        "End" => player.seek(end),
        "[" => player.faster(-1),
        "]" => player.faster(1),
        "n" | "N" => jump(player, now, true),
        "p" | "P" => jump(player, now, false),
        "c" | "C" => crash(player),
        "x" | "X" => on_chosen(player, |name| format!("cut {name}")),
        "l" | "L" => on_chosen(player, |name| format!("leave {name}")),
        "h" | "H" => player.act("heal"),
        "b" | "B" => player.fork(),
        "e" | "E" => return Some(Wish::Write),
        "s" | "S" => return Some(Wish::Share),
        "t" | "T" => return Some(Wish::Messages),
        "v" | "V" => return Some(Wish::History),
        "?" => return Some(Wish::Keys),
        "Escape" => {
            player.let_go();
            return Some(Wish::Close);
        }
        digit if digit.len() == 1 && digit.as_bytes()[0].is_ascii_digit() => number(player, digit),
        _ => return None,
    }
    event.prevent_default();
    None
}

/// To the next or the previous fault, note or caption.
fn jump(player: Player, now: u64, forward: bool) {
    let lanes = player.lanes.get_untracked();
    let moments =
        || lanes.faults.iter().chain(&lanes.notes).chain(&lanes.captions).map(|mark| mark.at.0);
    let target = if forward {
        moments().filter(|at| *at > now).min()
    } else {
        moments().filter(|at| *at < now).max()
    };
    if let Some(at) = target {
        player.pause();
        player.seek(at);
    }
}

fn chosen_node(player: Player) -> Option<String> {
    player.chosen.with_untracked(|chosen| {
        chosen
            .iter()
            .find_map(|one| if let Chosen::Node(name) = one { Some(name.clone()) } else { None })
    })
}

fn on_chosen(player: Player, statement: impl Fn(&str) -> String) {
    if let Some(name) = chosen_node(player) {
        player.act(&statement(&name));
    }
}

fn crash(player: Player) {
    let down = |name: &str| {
        player.scene.with_untracked(|scene| {
            scene
                .nodes
                .iter()
                .any(|node| node.name == name && node.power == crate::player::fact::Power::Down)
        })
    };
    on_chosen(
        player,
        |name| if down(name) { format!("restart {name}") } else { format!("crash {name}") },
    );
}

fn number(player: Player, digit: &str) {
    let place: usize = digit.parse().unwrap_or(0);
    let name = player.scene.with_untracked(|scene| {
        scene
            .nodes
            .iter()
            .filter(|node| matches!(node.role, Role::Storage | Role::Replica))
            .nth(place.wrapping_sub(1))
            .map(|node| node.name.clone())
    });
    if let Some(name) = name {
        player.choose(Chosen::Node(name), false);
    }
}
