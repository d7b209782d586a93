//! The words that quorum stores bring into the language.

use crate::text::Entry;

/// Words that bring it into being.
pub const STATEMENTS: &[Entry] = &[(
    "quorum",
    "a store without a leader: each key has N homes, a write waits for W, a read for R",
)];

/// Such statements.
pub const EXAMPLES: &[Entry] =
    &[("quorum", "quorum   5 nodes, 3 replicas, read 2, write 2, sloppy")];

/// What a quorum store can be told at the start.
pub const OPTIONS: &[Entry] = &[
    ("nodes", "how many nodes: 5 nodes"),
    ("replicas", "copies of each key, N: 3 replicas"),
    ("read", "copies that a read waits for, R: read 2"),
    ("write", "copies that a write waits for, W: write 2"),
    ("siblings", "values that did not see each other stay side by side"),
    ("lww", "last write wins, by the wall clocks of clients"),
    ("sloppy", "a node that stands in for a home counts for a write"),
    ("anti-entropy", "how often a node compares hashes with another: anti-entropy every 1s"),
    (
        "tombstones",
        "how long deletes are remembered at least, beside while a node is away: tombstones keep 10s",
    ),
    ("hints", "how long hints for a home are kept: hints keep 8s"),
    ("wait", "how long a coordinator waits for copies: wait 50ms"),
    ("timeout", "how long a client waits for one answer: timeout 250ms"),
    ("deadline", "how long a client tries in all: deadline 1s"),
    ("no", "without: no read-repair, no anti-entropy, no hints"),
];

/// How many copies an operation can wait for.
pub const LEVELS: &[Entry] = &[
    ("ANY", "for a write: anybody, even if it only keeps a hint"),
    ("ONE", "one copy"),
    ("TWO", "two copies"),
    ("THREE", "three copies"),
    ("QUORUM", "more than half of all copies"),
    ("LOCAL_QUORUM", "more than half of the copies in the coordinator's region"),
    ("ALL", "every copy"),
];

/// What a quorum store can do without.
pub const WITHOUT: &[Entry] = &[
    ("read-repair", "reads repair no copies"),
    ("anti-entropy", "nodes never compare what they hold"),
    ("hints", "nobody keeps anything for a home that is away"),
];

/// What only its nodes understand, each with a statement.
pub const ORDERS: &[Entry] =
    &[("repair", "let nodes compare what they hold with all others, now: repair n2")];

/// What `when` can wait for.
pub const EVENTS: &[Entry] = &[
    ("hinted", "a node keeps a hint for a home that is away"),
    ("handed-over", "a home is given what was kept for it"),
    ("siblings", "a read finds values that did not see each other"),
    ("read-repair", "a read repairs copies that are behind"),
    ("unmet", "a coordinator has too few answers"),
    ("collected", "a tombstone is forgotten"),
];

/// What can be measured.
pub const METRICS: &[Entry] = &[
    ("siblings", "values that a read found side by side, at most"),
    ("read-repairs", "reads that repaired copies"),
    ("hints", "hints that were kept for homes that were away"),
    ("handed-over", "hints that their homes were given"),
    ("expired-hints", "hints that were given up for their age"),
    ("compared", "times that two nodes compared hashes"),
    ("repaired-records", "records that repairs and anti-entropy brought to copies"),
    ("collected", "tombstones that were forgotten, counting each copy"),
    ("unmet", "operations for which a coordinator had too few answers"),
    ("behind", "keys whose homes hold different values now"),
    ("judged-reads", "reads that had to see the last acknowledged write"),
    ("missed-reads", "of these, reads that missed it"),
];

/// Of these, the ones that are times.
pub const TIMES: &[&str] = &[];

/// Of these, the ones that say nothing of a run in which no client asked anything.
pub const OF_OPERATIONS: &[&str] = &["judged-reads", "missed-reads"];

/// Laws by name.
pub const LAWS: &[Entry] = &[
    (
        "sees-last",
        "a read whose copies overlap those of the last acknowledged write, which no write overlapped, sees it",
    ),
    ("kept", "no acknowledged write is lost while fewer copies are lost than had it"),
    ("converged", "the homes of each key hold the same values, at the end"),
    ("deleted-stays", "no read that overlaps an acknowledged delete finds what it deleted"),
];

/// What one may expect at first.
pub const CLAIM: &str = "expect sees-last";
