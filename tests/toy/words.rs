//! The words that the toy brings into the language.

use crate::text::Entry;

/// Words that bring it into being.
pub const STATEMENTS: &[Entry] = &[("toy", "nodes in a circle that hand a token on")];

/// Such statements.
pub const EXAMPLES: &[Entry] = &[("toy", "toy      a: 3 nodes, every 100ms")];

/// What it can be told at the start.
pub const OPTIONS: &[Entry] = &[
    ("nodes", "how many nodes: 3 nodes"),
    ("every", "how long a node keeps the token: every 100ms"),
];

/// What only its nodes understand, each with a statement.
pub const ORDERS: &[Entry] = &[("hold", "a node keeps the token for longer: hold n2 500ms")];

/// What `when` can wait for.
pub const EVENTS: &[Entry] = &[("passed", "a node hands the token on")];

/// What can be measured.
pub const METRICS: &[Entry] = &[("passes", "how often the token was handed on")];

/// Of these, the ones that are times.
pub const TIMES: &[&str] = &[];

/// Of these, the ones that say nothing of a run in which no client asked anything.
pub const OF_OPERATIONS: &[&str] = &[];

/// Laws by name.
pub const LAWS: &[Entry] = &[("one-token", "at most one node has the token")];

/// What one may expect at first.
pub const CLAIM: &str = "expect one-token";
