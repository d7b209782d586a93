//! Known mistakes of replicated stores that a scenario can switch on, so that the checks can be seen to catch
//! them.

use crate::raft;

/// One mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bug {
    /// A mistake of the replicated log.
    Raft(raft::Bug),
    /// A command that stands in the log twice is applied twice.
    NoDedup,
    /// A snapshot forgets what clients were told.
    ForgetClients,
    /// A read that should be confirmed is answered at once.
    LocalRead,
    /// A lease may last longer than the others are sure to wait.
    LongLease,
}

/// All of them, with the word that the language has for each and what it does.
pub const BUGS: &[(Bug, &str, &str)] = &[
    (
        Bug::Raft(raft::Bug::CommitOldTerms),
        "commit-old-terms",
        "an older term's entry is committed because a majority holds it",
    ),
    (
        Bug::Raft(raft::Bug::VoteBlindly),
        "vote-blindly",
        "a vote is given without a look at the candidate's log",
    ),
    (Bug::Raft(raft::Bug::ForgetVote), "forget-vote", "a vote is not kept on the disk"),
    (
        Bug::Raft(raft::Bug::AckUnsynced),
        "ack-unsynced",
        "entries are acknowledged before they are on the disk",
    ),
    (
        Bug::Raft(raft::Bug::EarlyRead),
        "early-read",
        "reads are confirmed before the leader has committed an entry of its own",
    ),
    (
        Bug::Raft(raft::Bug::ReusedRead),
        "reused-read",
        "an old confirmation counts for a new read of the same client",
    ),
    (
        Bug::Raft(raft::Bug::TruncateMatching),
        "truncate-matching",
        "an old append cuts off what came after it",
    ),
    (Bug::Raft(raft::Bug::ForgetMembers), "forget-members", "a snapshot carries the first members"),
    (Bug::Raft(raft::Bug::OneStep), "one-step", "members are exchanged in one step"),
    (Bug::Raft(raft::Bug::StaleAppend), "stale-append", "an append of an older term is taken"),
    (
        Bug::Raft(raft::Bug::LearnerCounts),
        "learner-counts",
        "learners count when a majority is counted",
    ),
    (
        Bug::Raft(raft::Bug::Amnesia),
        "amnesia",
        "a node that lost its disk votes and counts as before",
    ),
    (Bug::NoDedup, "no-dedup", "a command that stands in the log twice is applied twice"),
    (Bug::ForgetClients, "forget-clients", "a snapshot forgets what clients were told"),
    (Bug::LocalRead, "local-read", "a read that should be confirmed is answered at once"),
    (Bug::LongLease, "long-lease", "a lease may last longer than the others are sure to wait"),
];
