//! The words that replicated stores bring into the language.

use crate::text::Entry;

/// Words that bring it into being.
pub const STATEMENTS: &[Entry] = &[("raft", "a store that nodes keep by agreeing on a log")];

/// Such statements.
pub const EXAMPLES: &[Entry] = &[("raft", "raft     5 nodes, reads index")];

/// What a replicated store can be told at the start.
pub const OPTIONS: &[Entry] = &[
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

/// What `when` can wait for.
pub const EVENTS: &[Entry] = &[
    ("leader", "a node leads"),
    ("candidate", "a node stands for election"),
    ("follower", "a node follows"),
    ("compacted", "a node compacted its log into a snapshot"),
    ("installed", "a node took a snapshot from the leader"),
    ("truncated", "a node cut entries off its log"),
    ("members", "the members of a replicated store change"),
    ("disk-lost", "a node finds that its disk lost what it had acknowledged"),
    ("broken", "one of Raft's laws is broken"),
];

/// What a replicated store can do without.
pub const WITHOUT: &[Entry] = &[
    ("pre-vote", "nodes stand for election without asking first"),
    ("check-quorum", "a leader that hears no majority leads on"),
    ("snapshots", "logs grow for ever"),
];

/// What can be measured.
pub const METRICS: &[Entry] = &[
    ("elections", "times that a node began to lead"),
    ("terms", "the highest term"),
    ("committed", "entries that are committed"),
    ("idle", "how long nothing new has been committed"),
    ("truncated", "times that a node cut entries off its log"),
    ("snapshots", "snapshots that nodes made of their logs"),
    ("installed", "snapshots that nodes took from a leader"),
    ("log", "entries in the longest log, at most"),
    ("repeated", "commands that stood in the log twice and were applied once"),
];

/// Of these, the ones that are times.
pub const TIMES: &[&str] = &["idle"];

/// Of these, the ones that say nothing of a run in which no client asked anything.
pub const OF_OPERATIONS: &[&str] = &["repeated", "committed"];

/// Laws by name.
pub const LAWS: &[Entry] = &[
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
];

/// What one may expect at first.
pub const CLAIM: &str = "expect linearizable";
