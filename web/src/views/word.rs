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

/// What is wrong with its machine, to go on with behind other words; empty if nothing is.
#[must_use]
pub fn ails(node: &NodeFact) -> String {
    node.ails.iter().flat_map(|ail| [", ", ail]).collect()
}

/// A node in a sentence, for those who listen.
#[must_use]
pub fn sentence(node: &NodeFact) -> String {
    let told = match node.role {
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
    };
    told + &ails(node)
}

/// The short name that fits into a node's mark: `n3` for `a.n3`.
#[must_use]
pub fn short_name(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
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
}
