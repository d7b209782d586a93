//! The words that keys on paper bring into the language.

use crate::text::Entry;

/// Words that bring it into being.
pub const STATEMENTS: &[Entry] =
    &[("place", "keys placed on paper by a strategy, up to a million of them")];

/// Such statements.
pub const EXAMPLES: &[Entry] = &[("place", "place    a: jump, 10 nodes")];

/// What `when` can wait for: nothing.
pub const EVENTS: &[Entry] = &[];

/// What can be measured.
pub const METRICS: &[Entry] = &[
    ("expected-moved", "the share of all keys that theory expects to move, on paper"),
    ("fan-out", "nodes that a query for neighbouring keys asks, in the mean, on paper"),
    ("memory", "bytes that a router must remember, on paper"),
    ("arc", "the share of all places that a node owns, whatever keys there are, on paper"),
    ("heirs", "nodes that took keys over in the last change, on paper"),
    ("hottest", "the share of all keys that the most frequent one has, on paper"),
    ("distinct", "about how many different keys there are, on paper"),
];

/// Of these, the ones that are times.
pub const TIMES: &[&str] = &[];

/// Of these, the ones that say nothing of a run in which no client asked anything.
pub const OF_OPERATIONS: &[&str] = &[];

/// Laws by name: none.
pub const LAWS: &[Entry] = &[];

/// What one may expect at first.
pub const CLAIM: &str = "expect balance < 1.5";
