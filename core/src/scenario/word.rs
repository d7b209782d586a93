//! The vocabulary: every word of the language with what it means, for the parser, the completion
//! and the help alike.

pub use crate::tenant::strategy::STRATEGIES;
pub use crate::text::Entry;

use crate::text::word::joined;
use crate::{client, tenant};

/// Words of the header, and of the world.
const HEADER: &[Entry] = &[
    ("title", "the name of the scenario"),
    ("summary", "what it shows, in one line"),
    ("tags", "words to find it by"),
    ("seed", "the number behind all chance in the run"),
    ("end", "when the run ends"),
    ("network", "how all links behave: latency, bandwidth, loss"),
    ("link", "how the links between some nodes behave"),
    (
        "disk",
        "how disks behave, those of all machines if no node is named, the controller of a map among them: \
         write, sync, depth, grouped, bandwidth, size, fails, lie",
    ),
    (
        "node",
        "what work costs on a node, what its card sends, and how slow it is: message, entry, card, slow",
    ),
    ("clock", "a node's clocks: drift, skew"),
    ("group", "a name for some nodes"),
    ("rack", "nodes that stand in one rack"),
    ("region", "nodes that stand in one region"),
];

/// Words of tables and keys, and of what happens.
const HAPPENINGS: &[Entry] = &[
    ("table", "the columns of a table, the key first, with their sizes"),
    ("groups", "columns of a table that lie together"),
    ("query", "a question to one row of a table, and its share of all questions"),
    ("scan", "a question to all rows of a table, and its share of all questions"),
    ("load", "keys that are there at the start"),
    ("traffic", "clients that read and write on their own"),
    ("quiet", "clients of that traffic stop"),
    ("bug", "switch a known mistake on"),
    ("at", "at a time"),
    ("every", "again and again"),
    ("after", "so long after the statement above"),
    ("when", "when something happens"),
    ("crash", "turn nodes off without a word"),
    ("restart", "turn nodes on again"),
    ("pause", "let nodes stand still"),
    ("resume", "let paused nodes go on"),
    ("wipe", "turn nodes off and empty their disks"),
    ("corrupt", "damage something on a disk"),
    (
        "tear",
        "the next crash leaves any of the writes under way: lost, whole or torn, each by chance",
    ),
    ("skew", "set a wall clock forward or back; timeouts and leases do not notice"),
    ("drift", "let a node's clocks run fast or slow"),
    ("cut", "break the network between two sides"),
    ("heal", "mend every cut"),
    ("slow", "let links take so many times as long; a node that is slow itself: node n2 slow 10x"),
    ("lose", "let links lose messages"),
    ("duplicate", "let links or a flight deliver twice"),
    ("reorder", "let messages overtake each other"),
    ("drop", "take a flight out of the air"),
    ("delay", "put a flight off"),
    ("edit", "change the term or the value that a flight carries"),
    ("join", "let nodes join the cluster"),
    ("leave", "let nodes hand over and go"),
    ("weight", "give a node another weight"),
    ("split", "cut a range at a key"),
    ("merge", "join a range to the one before it"),
    ("members", "which nodes a replicated store has"),
    ("transfer", "let the leader hand over to a node"),
    ("campaign", "let a node stand for election"),
    ("snapshot", "let a node compacted its log into a snapshot"),
    ("learner", "let nodes join that are sent the log and decide nothing"),
    ("move", "lay a slot, a range, a value or a tenant on another node"),
    ("explain", "say which partitions a question reads"),
    ("nemesis", "faults that the seed draws"),
    ("say", "show a caption"),
    ("stop", "end the run"),
    ("expect", "what must come of the run"),
];

/// Words that a statement can begin with.
pub const VERBS: &[Entry] =
    joined!(Entry, ("", ""); HEADER, tenant::STATEMENTS, tenant::ORDERS, HAPPENINGS);

/// Words for what a client does.
pub const OPERATIONS: &[Entry] = &[
    ("get", "read a key"),
    ("put", "write a key"),
    ("delete", "delete a key"),
    ("cas", "write a key if it holds what is expected"),
    ("append", "write behind what a key holds"),
];

/// What a nemesis can do.
pub const CALAMITIES: &[Entry] = &[
    ("crash", "a node is off for a while"),
    ("blackout", "all nodes are off for a while"),
    ("pause", "a node stands still for a while"),
    ("wipe", "a node is off for a while and comes back with an empty disk"),
    ("cut", "the network falls apart for a while"),
    ("one-way", "messages pass in one direction only for a while"),
    ("lose", "links lose messages for a while"),
    ("duplicate", "links deliver twice for a while"),
    ("reorder", "messages overtake each other for a while"),
    ("slow", "a node's links are slow for a while"),
    ("skew", "a wall clock is set forward or back a little"),
    ("jump", "a wall clock is set forward or back by up to a minute"),
    ("corrupt", "a record on a disk is damaged, and found at the next start"),
    ("tear", "a node falls in the middle of its writes: any of them may be whole, torn or gone"),
    (
        "full",
        "a disk is full for a while; a write that does not fit stops its node until there is room",
    ),
    ("lie", "a disk calls things safe that are not yet, while its node does not fall"),
    ("double", "a message comes a second time, and late"),
    ("campaign", "a node is told to stand for election"),
    ("join", "a new node joins"),
    ("leave", "a node that has joined leaves again"),
    ("mix", "some of all these, as the seed draws them"),
    ("transfer", "the leader is asked to hand over"),
    ("members", "the members of a replicated store change"),
    ("snapshot", "a node compacts its log into a snapshot"),
];

/// How a disk can behave.
pub const DISK_OPTIONS: &[Entry] = &[
    ("write", "how long a write takes before its bytes move: write 50us, or none"),
    ("sync", "how long a sync takes: sync 1ms..3ms, or none"),
    ("depth", "how many syncs run at once, one if nothing is said: depth 4"),
    ("grouped", "group commit: one sync covers all that was written before it began"),
    ("single", "every write is synced by itself"),
    ("bandwidth", "bytes a second: bandwidth 100MB/s, or none for no limit"),
    (
        "size",
        "how much fits on it; a write that does not fit fails: size 10kB, or none for no limit",
    ),
    ("full", "nothing fits on it any more; size gives it room again"),
    ("fails", "the share of writes that fail with an error: fails 1%"),
    ("lie", "it calls a write safe at once, and makes it safe so much later: lie 200ms"),
    ("honest", "it calls a write safe when it is"),
];

/// What work on a node can cost.
pub const NODE_OPTIONS: &[Entry] = &[
    ("message", "how long it works on a message; the others wait in line: message 50us, or none"),
    ("entry", "how long it works on each entry of a message, beside that: entry 5us, or none"),
    ("card", "bytes a second that leave on all its links together: card 10MB/s, or none"),
    ("slow", "its work and its disk take so many times as long, its links do not: slow 10x"),
];

/// What can happen to any node.
const NODE_EVENTS: &[Entry] = &[
    ("crashed", "a node was turned off"),
    ("halted", "a node stopped its own process, as a write had failed"),
    ("started", "a node was turned on"),
];

/// What `when` can wait for.
pub const EVENTS: &[Entry] =
    joined!(Entry, ("", ""); tenant::EVENTS, client::words::EVENTS, NODE_EVENTS);

/// What can be measured of the keys, the messages and the work of any cluster, or of a node.
const NODE_METRICS: &[Entry] = &[
    ("touched", "partitions that the last question reads"),
    ("keys", "keys that are acknowledged, or that a node holds"),
    ("share", "the share of all keys that a node holds"),
    ("queue", "messages in line at one node whose work costs time, at most"),
    ("disk-queue", "writes that one node's disk has not answered, at most at once"),
    ("card-queue", "messages in line at the network card of one node that has a limit, at most"),
    ("busy", "the share of the time for which a node worked; of several, the busiest"),
    ("messages", "messages sent"),
    ("sent-bytes", "bytes sent"),
    ("lost-messages", "messages that never arrived"),
];

/// What can be measured, of a whole cluster or of a node.
pub const METRICS: &[Entry] = joined!(Entry, ("", ""); tenant::METRICS, client::words::METRICS, NODE_METRICS, super::table::METRICS);

/// Laws by name.
pub const LAWS: &[Entry] = joined!(Entry, ("", ""); client::words::LAWS, tenant::LAWS);

/// What can stand between `expect` and the claim.
pub const MOODS: &[Entry] = &[
    ("not", "it must not be so"),
    ("always", "at every moment"),
    ("sometimes", "at some moment"),
    ("eventually", "from some moment on"),
];

/// Words that a metric had in earlier versions or that people try first.
pub const METRIC_ALIASES: &[(&str, &str)] = &[
    ("median", "p50"),
    ("errors", "failed"),
    ("stale", "wrong"),
    ("imbalance", "balance"),
    ("latency-p50", "p50"),
    ("latency-p99", "p99"),
    ("latency-p999", "p999"),
];

/// Measures that are times.
pub const TIMES: &[&str] = joined!(&str, ""; tenant::TIMES, client::words::TIMES);

/// What may follow the words of a measure that are written apart: `staleness p99` is `staleness-p99`.
pub fn further(words: &str) -> impl Iterator<Item = Entry> + '_ {
    let rest = move |(metric, meaning): &Entry| -> Option<Entry> {
        Some((metric.strip_prefix(words)?.strip_prefix('-')?, *meaning))
    };
    METRICS.iter().filter_map(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::nearest;

    #[test]
    fn a_slip_of_the_hand_finds_its_word() {
        let verbs = || VERBS.iter().map(|(word, _)| *word);
        assert_eq!(nearest("crush", verbs()), Some("crash"));
        assert_eq!(nearest("ejoin", verbs()), Some("join"));
        assert_eq!(nearest("netwrok", verbs()), Some("network"));
        assert_eq!(nearest("qqqqqq", verbs()), None);
    }
}
