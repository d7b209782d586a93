//! Facts in plain words: what a node is doing, what a message carries.

use crate::layout::unit;
use crate::player::fact::{FlightFact, NodeFact, Power, Role, Standing};

/// What a node is doing, in one or two words.
#[must_use]
pub fn doing(node: &NodeFact) -> &'static str {
    match (node.power, node.standing, node.role) {
        (Power::Down, ..) => "crashed",
        (Power::Paused, ..) => "paused",
        (Power::Up, Standing::Serving, _) => "serving",
        (Power::Up, Standing::Joining, _) => "joining",
        (Power::Up, Standing::Leaving, _) => "leaving",
        (Power::Up, Standing::Behind, _) => "catching up",
        (Power::Up, Standing::Suspected, _) => "suspected",
        (Power::Up, Standing::Outside, Role::Storage) => "off the map",
        (Power::Up, Standing::Outside, _) => "running",
    }
}

/// The meaning of what it is doing: `good`, `waiting`, `fault`, `moved` or `rest`.
#[must_use]
pub fn meaning(node: &NodeFact) -> &'static str {
    match (node.power, node.standing) {
        (Power::Down, _) => "fault",
        (Power::Paused, _) | (Power::Up, Standing::Suspected) => "waiting",
        (Power::Up, Standing::Joining | Standing::Leaving | Standing::Behind) => "moved",
        (Power::Up, Standing::Serving) => "good",
        (Power::Up, Standing::Outside) => "rest",
    }
}

/// The sign in a node's badge, so that nobody needs the color.
#[must_use]
pub fn sign(node: &NodeFact) -> &'static str {
    match (node.power, node.standing) {
        (Power::Down, _) => "×",
        (Power::Paused, _) => "‖",
        (Power::Up, Standing::Joining) => "+",
        (Power::Up, Standing::Leaving) => "−",
        (Power::Up, Standing::Behind) => "↻",
        (Power::Up, Standing::Suspected) => "?",
        (Power::Up, Standing::Serving | Standing::Outside) => "",
    }
}

/// A node in a sentence, for those who listen.
#[must_use]
pub fn sentence(node: &NodeFact) -> String {
    match node.role {
        Role::Storage => format!(
            "{}, {}, {} keys, {} of the map",
            node.name,
            doing(node),
            unit::count(node.keys as f64),
            unit::percent(f64::from(node.share) / 1e6)
        ),
        Role::Controller => format!("{}, {}", node.name, doing(node)),
        Role::Maker => format!("{}, maker of ids, {}", node.name, doing(node)),
        Role::Client => format!("{}, client, {}", node.name, doing(node)),
        Role::Survey => format!("{}, keys on paper", node.name),
        Role::Replica => format!("{}, replica, {}", node.name, doing(node)),
    }
}

/// The short name that fits into a node's mark: `n3` for `a.n3`.
#[must_use]
pub fn short_name(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The form of a flight, by what it carries: `data`, `ask`, `tell` or `rule`; among replicas also
/// `stand`, `yes`, `no`, `block`, `pulse` and `ack`.
#[must_use]
pub fn form(kind: &str) -> &'static str {
    match kind {
        "get" | "put" | "delete" | "read" | "write" => "ask",
        "answer" | "refused" | "copied" | "took" | "elsewhere" => "tell",
        "copy" | "batch" | "append" => "data",
        "vote?" | "pre-vote?" | "stand now" => "stand",
        "vote" | "pre-vote" => "yes",
        "no vote" | "rejected" => "no",
        "snapshot" => "block",
        "heartbeat" | "commit" => "pulse",
        "appended" | "alive" | "taken" | "read index?" | "read index" => "ack",
        _ => "rule",
    }
}

/// The ink of a form, where only four are told apart.
#[must_use]
pub fn ink(form: &'static str) -> &'static str {
    match form {
        "block" => "data",
        "yes" | "ack" => "tell",
        "stand" | "no" | "pulse" => "rule",
        other => other,
    }
}

/// The kind of message in the line of an event that sent it: `→ n2 get user:7 (40 B)` says `get`.
/// What replicas say to each other is a sentence; its first words tell what it is.
#[must_use]
pub fn said_kind(line: &str) -> &str {
    let said = line.splitn(3, ' ').nth(2).unwrap_or_default();
    const SENTENCES: [(&str, &str); 11] = [
        ("vote for me", "vote?"),
        ("would you vote", "pre-vote?"),
        ("you have my vote", "vote"),
        ("I would", "pre-vote"),
        ("no, my term", "no vote"),
        ("I hold", "appended"),
        ("I do not hold", "rejected"),
        ("I lead", "heartbeat"),
        ("committed up to", "commit"),
        ("you do", "alive"),
        ("stand for election", "stand now"),
    ];
    let sentence = SENTENCES.iter().find(|(start, _)| said.starts_with(start));
    let first = || said.split(' ').next().unwrap_or_default().trim_end_matches([',', ':']);
    sentence.map_or_else(first, |(_, kind)| kind)
}

/// A flight in a sentence.
#[must_use]
pub fn flight(flight: &FlightFact, from: &str, to: &str) -> String {
    format!("{} from {from} to {to}, {}", flight.text, unit::bytes(f64::from(flight.bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shortened_inside_their_ring() {
        assert_eq!(short_name("a.n3"), "n3");
        assert_eq!(short_name("n3"), "n3");
    }

    #[test]
    fn kinds_have_forms() {
        assert_eq!(form("batch"), "data");
        assert_eq!(form("put"), "ask");
        assert_eq!(form("answer"), "tell");
        assert_eq!(form("beat"), "rule");
        assert_eq!(said_kind("→ b.n2 refused, see plan 3 (40 B)"), "refused");
        assert_eq!(form(said_kind("→ n2 vote for me in term 3: my log ends at 1 (40 B)")), "stand");
        assert_eq!(
            form(said_kind("→ n2 append entry 4 behind 3, term 1, committed 2 (90 B)")),
            "data"
        );
        assert_eq!(ink(form("heartbeat")), "rule");
    }
}
