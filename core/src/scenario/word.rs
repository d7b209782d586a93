//! The vocabulary: every word of the language with what it means, for the parser, the completion
//! and the help alike.

pub use crate::text::Entry;

/// Words that a statement can begin with.
pub const VERBS: &[Entry] = &[
    ("title", "the name of the scenario"),
    ("summary", "what it shows, in one line"),
    ("tags", "words to find it by"),
    ("seed", "the number behind all chance in the run"),
    ("end", "when the run ends"),
    ("network", "how all links behave: latency, bandwidth, loss"),
    ("link", "how the links between some nodes behave"),
    ("disk", "how disks behave: write, sync, depth, grouped, bandwidth, size, fails, lie"),
    (
        "node",
        "what work costs on a node, what its card sends, and how slow it is: message, entry, card, slow",
    ),
    ("clock", "a node's clocks: drift, skew"),
    ("group", "a name for some nodes"),
    ("rack", "nodes that stand in one rack"),
    ("region", "nodes that stand in one region"),
    ("place", "keys placed on paper by a strategy, up to a million of them"),
    ("ring", "a cluster on a consistent-hash ring"),
    ("modulo", "a cluster by hash modulo the number of nodes"),
    ("rendezvous", "a cluster where the highest score owns a key"),
    ("skeleton", "rendezvous on a tree"),
    ("jump", "a cluster by jump hash"),
    ("maglev", "a cluster by a table that nodes fill in turns"),
    ("multiprobe", "a ring of single points that a key probes several times"),
    ("anchor", "a cluster by AnchorHash"),
    ("slots", "a cluster by 16,384 slots and CRC16, as Redis has it"),
    ("logical", "a cluster by many logical shards and a map"),
    ("range", "a cluster by ranges of keys in order"),
    ("list", "a cluster by a list of values, such as regions"),
    ("layered", "a cluster by partitions of partitions"),
    ("directory", "a cluster by an entry for each tenant"),
    ("ketama", "a ring as memcached clients lay it"),
    ("cassandra", "a ring of Murmur3 tokens as Cassandra lays it"),
    ("md5ring", "a ring of md5(key) % 2^32"),
    ("raft", "a store that nodes keep by agreeing on a log"),
    ("ids", "nodes that make unique ids"),
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
    ("snapshot", "let a node put a snapshot in the stead of its log"),
    ("learner", "let nodes join that are sent the log and decide nothing"),
    ("move", "lay a slot, a range, a value or a tenant on another node"),
    ("explain", "say which partitions a question reads"),
    ("nemesis", "faults that the seed draws"),
    ("say", "show a caption"),
    ("stop", "end the run"),
    ("expect", "what must come of the run"),
];

/// How keys can be placed.
pub const STRATEGIES: &[Entry] = &[
    ("ring", "the first node clockwise on a circle"),
    ("modulo", "the rest of a division by the number of nodes"),
    ("rendezvous", "the node with the highest score for the key"),
    ("skeleton", "the highest score at each branch of a tree"),
    ("jump", "jumps from bucket to bucket"),
    ("maglev", "a table that nodes fill in turns"),
    ("multiprobe", "the nearest point to one of several probes"),
    ("bounded", "a ring on which full nodes send keys on; on paper only"),
    ("anchor", "working buckets among a fixed set"),
    ("slots", "16,384 slots by CRC16 with {tags}, and a map"),
    ("logical", "logical shards and a map"),
    ("range", "keys in order, cut at split points"),
    ("list", "the first part of a key decides, by a list"),
    ("layered", "partitions of partitions: by value, by range, by hash"),
    ("directory", "an entry for each tenant"),
    ("ketama", "a ring as memcached clients lay it"),
    ("cassandra", "Murmur3 tokens at even distances"),
    ("md5ring", "md5(key) % 2^32, points node:0, node:1 …"),
];

/// Words for what a client does.
pub const OPERATIONS: &[Entry] = &[
    ("get", "read a key"),
    ("put", "write a key"),
    ("delete", "delete a key"),
    ("cas", "write a key if it holds what is expected"),
    ("append", "write behind what a key holds"),
];

/// How a replicated store can be read.
pub const READINGS: &[Entry] = &[
    ("log", "through the log, as a write"),
    ("index", "by the leader, once a majority has confirmed it"),
    ("lease", "by the leader alone, while its lease holds"),
    ("follower", "by anybody, after asking the leader how far the log is"),
    ("within", "by anybody who had everything within so long"),
    ("session", "by anybody who has the reader's own last write"),
    ("monotonic", "by anybody who has what the reader saw last"),
    ("local", "by anybody, at once"),
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
    ("lie", "a disk calls things safe that are not yet, while its node does not fall"),
    ("double", "a message comes a second time, and late"),
    ("campaign", "a node is told to stand for election"),
    ("join", "a new node joins"),
    ("leave", "a node that has joined leaves again"),
    ("mix", "some of all these, as the seed draws them"),
    ("transfer", "the leader is asked to hand over"),
    ("members", "the members of a replicated store change"),
    ("snapshot", "a node puts a snapshot in the stead of its log"),
];

/// How a disk can behave.
pub const DISK_OPTIONS: &[Entry] = &[
    ("write", "how long a write takes before its bytes move: write 50us"),
    ("sync", "how long a sync takes: sync 1ms..3ms"),
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

/// What a replicated store can be told at the start.
pub const RAFT_OPTIONS: &[Entry] = &[
    ("nodes", "how many vote: 5 nodes"),
    ("learner", "how many are sent the log and decide nothing: 1 learner"),
    ("election", "how long a follower waits for a leader: election 150ms..300ms"),
    ("heartbeat", "how often the leader says that it is there: heartbeat 30ms"),
    ("reads", "how clients read if they do not say: reads index"),
    ("lease", "for how long a leader may answer reads alone: lease 100ms"),
    ("snapshot", "how large a log may grow: snapshot every 10kB"),
    ("piece", "how large a piece of a snapshot is: piece 1kB"),
    ("window", "how many appends to a node may be under way: window 64"),
    ("timeout", "how long a client waits for one answer: timeout 500ms"),
    ("deadline", "how long a client tries in all: deadline 5s"),
    ("no", "without: no pre-vote, no check-quorum, no snapshots"),
];

/// What `when` can wait for.
pub const EVENTS: &[Entry] = &[
    ("joined", "a node has taken over its keys"),
    ("left", "a node has handed its keys over"),
    ("weighted", "a node has its new weight"),
    ("replaced", "the copies of a lost node are rebuilt"),
    ("repaired", "nodes that were away have caught up"),
    ("edited", "the table was split, merged or moved"),
    ("joining", "a node begins to take over keys"),
    ("leaving", "a node begins to hand over"),
    ("streaming", "a node begins to send keys to another"),
    ("suspected", "the controller gives a node up for now"),
    ("back", "a node that was given up answers again"),
    ("waits", "a change is put off, as a node does not answer"),
    ("exhausted", "a node has given all ids of a millisecond"),
    ("refuses", "a node makes no id, as its clock went back"),
    ("waiting", "a node waits for its clock to catch up before it makes ids"),
    ("leader", "a node leads"),
    ("candidate", "a node stands for election"),
    ("follower", "a node follows"),
    ("compacted", "a node put a snapshot in the stead of its log"),
    ("installed", "a node took a snapshot from the leader"),
    ("truncated", "a node cut entries off its log"),
    ("members", "the members of a replicated store change"),
    ("disk-lost", "a node finds that its disk lost what it had acknowledged"),
    ("broken", "one of Raft's laws is broken"),
    ("crashed", "a node was turned off"),
    ("halted", "a node stopped its own process, as a write had failed"),
    ("started", "a node was turned on"),
    ("failed", "an operation got no answer in time"),
];

/// What can be measured, of a whole cluster or of a node.
pub const METRICS: &[Entry] = &[
    ("moved", "the share of all keys that a change of the map has moved"),
    ("moved-keys", "keys that changes of the map have moved"),
    ("moved-bytes", "bytes that changes of the map and repairs have moved"),
    ("copied", "copies of keys that were streamed, counting each time"),
    ("balance", "keys on the fullest node over the mean of all serving nodes"),
    ("spread", "how uneven keys lie: their deviation over their mean"),
    ("expected-moved", "the share of all keys that theory expects to move, on paper"),
    ("fan-out", "nodes that a query for neighbouring keys asks, in the mean, on paper"),
    ("memory", "bytes that a router must remember, on paper"),
    ("arc", "the share of all places that a node owns, whatever keys there are, on paper"),
    ("heirs", "nodes that took keys over in the last change, on paper"),
    ("hottest", "the share of all keys that the most frequent one has, on paper"),
    ("distinct", "about how many different keys there are, on paper"),
    ("touched", "partitions that the last question reads"),
    ("edits", "splits, merges and moves of the table"),
    ("keys", "keys that are acknowledged, or that a node holds"),
    ("bytes", "bytes that nodes hold"),
    ("share", "the share of all keys that a node holds"),
    ("lost", "acknowledged keys of which no copy is left"),
    ("unavailable", "acknowledged keys that no running node holds, at worst"),
    ("unavailable-now", "acknowledged keys that no running node holds, at the moment"),
    ("unavailable-time", "the longest time for which some key was held by no running node"),
    ("operations", "operations that ended"),
    ("failed", "operations that got no answer in time"),
    ("available", "the share of operations that were answered"),
    ("wrong", "reads that missed a write acknowledged before they began"),
    ("latency", "the mean time from asking to the answer"),
    ("p50", "half of all operations were faster"),
    ("p99", "of a hundred operations, one was slower"),
    ("p999", "of a thousand operations, one was slower"),
    ("read-p50", "half of all reads were faster"),
    ("read-p99", "of a hundred reads, one was slower"),
    ("read-p999", "of a thousand reads, one was slower"),
    ("staleness", "how long before a read began its value had been overwritten, in the mean"),
    ("staleness-p50", "half of all reads found something younger; zero is fresh"),
    ("staleness-p99", "of a hundred reads, one found something older"),
    ("staleness-p999", "of a thousand reads, one found something older"),
    ("staleness-max", "how old the oldest value was that a read found"),
    (
        "messages-per-read",
        "messages that reads caused, for each read answered: calls and answers, questions to the \
         leader, heartbeats begun for reads, appends by their share of reads, what answers these",
    ),
    ("throughput", "operations answered in a second"),
    ("queue", "messages in line at one node whose work costs time, at most"),
    ("busy", "the share of the time for which a node worked; of several, the busiest"),
    ("redirects", "times that a client was sent elsewhere"),
    ("retries", "times that a client tried again"),
    ("messages", "messages sent"),
    ("sent-bytes", "bytes sent"),
    ("lost-messages", "messages that never arrived"),
    ("elections", "times that a node began to lead"),
    ("terms", "the highest term"),
    ("committed", "entries that are committed"),
    ("idle", "how long nothing new has been committed"),
    ("truncated", "times that a node cut entries off its log"),
    ("snapshots", "snapshots that nodes made of their logs"),
    ("installed", "snapshots that nodes took from a leader"),
    ("log", "entries in the longest log, at most"),
    ("repeated", "commands that stood in the log twice and were applied once"),
    ("joins", "nodes that have joined"),
    ("leaves", "nodes that have left"),
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
    ("read-before", "bytes that a question to a table reads while all columns lie together"),
    ("read-after", "bytes that a question to a table reads from its groups of columns"),
    ("read-share", "what a question reads from the groups, of what it read before"),
    ("stored-before", "bytes of a table's pages while all columns lie together"),
    ("stored-after", "bytes of the pages of a table's groups of columns"),
    ("at-the-end", "the share of new ids that went into the last leaf of the index"),
];

/// Laws by name.
pub const LAWS: &[Entry] = &[
    ("available", "every key has a running owner and every operation an answer"),
    ("durable", "no acknowledged write is lost"),
    ("fresh", "no read misses a write that was acknowledged before it began"),
    ("linearizable", "one order of all operations explains what every client saw, at the end"),
    ("unique", "no id is made twice"),
    ("agreement", "Raft's laws hold, every one of them"),
    ("one-leader", "in each term at most one node leads"),
    ("one-vote", "in each term a node votes once"),
    ("leader-appends", "a leader only appends to its own log"),
    ("log-matching", "the same place and term mean the same entries up to there"),
    ("leader-complete", "a leader holds all that was committed before"),
    ("same-state", "no two nodes commit different entries at one place"),
    ("committed-stays", "what a node knows to be committed stays in its log"),
    ("no-way-back", "terms and commits of a node only grow"),
    ("stored", "what a replicated store acknowledges is on the disks of a majority"),
    ("same-digest", "replicas that have applied the same entries hold the same state"),
    ("replicated", "every key has all its copies, at the end"),
];

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
pub const TIMES: &[&str] = &[
    "unavailable-time",
    "latency",
    "p50",
    "p99",
    "p999",
    "read-p50",
    "read-p99",
    "read-p999",
    "staleness",
    "staleness-p50",
    "staleness-p99",
    "staleness-p999",
    "staleness-max",
    "idle",
    "time-error",
];

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
