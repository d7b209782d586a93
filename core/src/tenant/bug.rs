//! Known mistakes that a scenario can switch on, so that the checks can be seen to catch them.

use crate::base::hash::tagged;
use crate::raft;

/// One mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bug {
    /// A write is acknowledged before any disk has it.
    EarlyAck,
    /// While keys move, new writes do not go to the next owner, and afterwards nobody compares versions.
    NoForward,
    /// An owner lets go of a key as soon as it has sent it, not when the move has settled.
    DropEarly,
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

tagged!(Bug {
    0 EarlyAck,
    1 NoForward,
    2 DropEarly,
    3 Raft(a),
    4 NoDedup,
    5 ForgetClients,
    6 LocalRead,
    7 LongLease,
});

impl Bug {
    /// All of them, with the word that the language has for each and what it does.
    pub const ALL: [(Self, &'static str, &'static str); 19] = [
        (Self::EarlyAck, "early-ack", "a write is acknowledged before any disk has it"),
        (Self::NoForward, "no-forward", "writes during a move do not reach the next owner"),
        (Self::DropEarly, "drop-early", "an owner lets go of a key as soon as it has sent it"),
        (
            Self::Raft(raft::Bug::CommitOldTerms),
            "commit-old-terms",
            "an older term's entry is committed because a majority holds it",
        ),
        (
            Self::Raft(raft::Bug::VoteBlindly),
            "vote-blindly",
            "a vote is given without a look at the candidate's log",
        ),
        (Self::Raft(raft::Bug::ForgetVote), "forget-vote", "a vote is not kept on the disk"),
        (
            Self::Raft(raft::Bug::AckUnsynced),
            "ack-unsynced",
            "entries are acknowledged before they are on the disk",
        ),
        (
            Self::Raft(raft::Bug::EarlyRead),
            "early-read",
            "reads are confirmed before the leader has committed an entry of its own",
        ),
        (
            Self::Raft(raft::Bug::ReusedRead),
            "reused-read",
            "an old confirmation counts for a new read of the same client",
        ),
        (
            Self::Raft(raft::Bug::TruncateMatching),
            "truncate-matching",
            "an old append cuts off what came after it",
        ),
        (
            Self::Raft(raft::Bug::ForgetMembers),
            "forget-members",
            "a snapshot carries the first members",
        ),
        (Self::Raft(raft::Bug::OneStep), "one-step", "members are exchanged in one step"),
        (Self::Raft(raft::Bug::StaleAppend), "stale-append", "an append of an older term is taken"),
        (
            Self::Raft(raft::Bug::LearnerCounts),
            "learner-counts",
            "learners count when a majority is counted",
        ),
        (
            Self::Raft(raft::Bug::Amnesia),
            "amnesia",
            "a node that lost its disk votes and counts as before",
        ),
        (Self::NoDedup, "no-dedup", "a command that stands in the log twice is applied twice"),
        (Self::ForgetClients, "forget-clients", "a snapshot forgets what clients were told"),
        (Self::LocalRead, "local-read", "a read that should be confirmed is answered at once"),
        (Self::LongLease, "long-lease", "a lease may last longer than the others are sure to wait"),
    ];

    /// The mistake of that name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, _)| *name == word).map(|(bug, _, _)| *bug)
    }
}
