//! Known mistakes of quorum stores that a scenario can switch on, so that the laws can be seen to catch them.

/// One mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bug {
    /// A delete removes the record at once.
    NoTombstones,
    /// A node says that it keeps a hint and keeps nothing.
    DropHints,
    /// A repair puts the first answer in place of what a copy holds.
    BlindRepair,
    /// A copy at a node that stands in counts as a copy at a home.
    SloppyStrict,
}

/// All of them, with the word that the language has for each and what it does.
pub const BUGS: &[(Bug, &str, &str)] = &[
    (Bug::NoTombstones, "no-tombstones", "a delete removes the record and leaves no tombstone"),
    (Bug::DropHints, "drop-hints", "a node says that it keeps a hint and keeps nothing"),
    (Bug::BlindRepair, "blind-repair", "a repair copies the first answer, whatever its version"),
    (Bug::SloppyStrict, "sloppy-strict", "a hint counts as a copy at a home of the key"),
];
