//! The words that makers of ids bring into the language.

use crate::text::Entry;

/// Words that bring it into being.
pub const STATEMENTS: &[Entry] = &[("ids", "nodes that make unique ids")];

/// Such statements.
pub const EXAMPLES: &[Entry] = &[("ids", "ids      a: snowflake, 3 nodes, 1000/s each, 10000 ids")];

/// What `when` can wait for.
pub const EVENTS: &[Entry] = &[
    ("exhausted", "a node has given all ids of a millisecond"),
    ("refuses", "a node makes no id, as its clock went back"),
    ("waiting", "a node waits for its clock to catch up before it makes ids"),
];

/// What can be measured.
pub const METRICS: &[Entry] = &[
    ("ids", "ids made"),
    ("collisions", "ids that had been made before"),
    ("out-of-order", "ids below one that was made before"),
    ("refused", "asks for an id that were refused"),
    ("waits", "asks for an id that had to wait"),
    ("traceable", "the share of ids whose bits name the node that made them"),
    ("time-error", "how far the time in an id was from the true time, at most"),
    ("leaves-touched", "leaves of an index that a thousand new ids touch, in the mean"),
    ("splits", "leaves of the index that were split"),
    ("fill", "how full the leaves of the index are"),
    ("at-the-end", "the share of new ids that went into the last leaf of the index"),
];

/// Of these, the ones that are times.
pub const TIMES: &[&str] = &["time-error"];

/// Of these, the ones that say nothing of a run in which no client asked anything.
pub const OF_OPERATIONS: &[&str] = &[];

/// Laws by name.
pub const LAWS: &[Entry] = &[("unique", "no id is made twice")];

/// What one may expect at first.
pub const CLAIM: &str = "expect unique";
