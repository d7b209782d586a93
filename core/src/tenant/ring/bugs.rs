//! Known mistakes of rings that a scenario can switch on, so that the checks can be seen to catch them.

/// One mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bug {
    /// A write is acknowledged before any disk has it.
    EarlyAck,
    /// While keys move, new writes do not go to the next owner, and afterwards nobody compares versions.
    NoForward,
    /// An owner lets go of a key as soon as it has sent it, not when the move has settled.
    DropEarly,
}

/// All of them, with the word that the language has for each and what it does.
pub const BUGS: &[(Bug, &str, &str)] = &[
    (Bug::EarlyAck, "early-ack", "a write is acknowledged before any disk has it"),
    (Bug::NoForward, "no-forward", "writes during a move do not reach the next owner"),
    (Bug::DropEarly, "drop-early", "an owner lets go of a key as soon as it has sent it"),
];
