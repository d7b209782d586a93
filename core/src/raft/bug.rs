//! Known mistakes of Raft implementations that a scenario can switch on.

/// One mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bug {
    /// An entry of an older term is committed because a majority holds it (figure 8 of the paper).
    CommitOldTerms,
    /// A vote is given without a look at the candidate's log.
    VoteBlindly,
    /// The vote is not kept on the disk.
    ForgetVote,
    /// An append is acknowledged before it is on the disk.
    AckUnsynced,
    /// A read is confirmed before the leader has committed an entry of its own term.
    EarlyRead,
    /// What confirms a read is named by its caller, so an old answer confirms a new read.
    ReusedRead,
    /// An append cuts off what stands behind it, even if it matches.
    TruncateMatching,
    /// A snapshot carries the first members, not those of its place.
    ForgetMembers,
    /// Members are exchanged in one step, however many.
    OneStep,
    /// An append of an older term is taken.
    StaleAppend,
    /// Learners count when a majority is counted.
    LearnerCounts,
    /// A node whose disk lost what it had acknowledged votes and counts as if nothing had happened.
    Amnesia,
}

/// A set of mistakes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bugs(u16);

impl Bugs {
    /// The same set with one more.
    #[must_use]
    pub fn with(self, bug: Bug) -> Self {
        Self(self.0 | 1 << bug as u16)
    }

    /// True if the mistake is made.
    #[must_use]
    pub fn has(self, bug: Bug) -> bool {
        self.0 & 1 << bug as u16 != 0
    }
}
