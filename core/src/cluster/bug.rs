//! Known mistakes that a scenario can switch on, so that the checks can be seen to catch them.

/// One mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bug {
    /// A write is acknowledged before any disk has it.
    EarlyAck,
    /// While keys move, new writes are not forwarded to the next owner.
    NoForward,
    /// An owner lets go of a key as soon as it has sent it, not when the move has settled.
    DropEarly,
}

impl Bug {
    /// All of them, with the word that the language has for each and what it does.
    pub const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::EarlyAck, "early-ack", "a write is acknowledged before any disk has it"),
        (Self::NoForward, "no-forward", "writes during a move do not reach the next owner"),
        (Self::DropEarly, "drop-early", "an owner lets go of a key as soon as it has sent it"),
    ];

    /// The mistake of that name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, _)| *name == word).map(|(bug, _, _)| *bug)
    }
}
