//! Known mistakes of Raft implementations that a scenario can switch on.

/// One mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Bug {
    /// An entry of an older term is committed because a majority holds it (figure 8 of the paper).
    CommitOldTerms = 0,
    /// A vote is given without a look at the candidate's log.
    VoteBlindly = 1,
    /// The vote is not kept on the disk.
    ForgetVote = 2,
    /// An append is acknowledged before it is on the disk.
    AckUnsynced = 3,
    /// A read is confirmed before the leader has committed an entry of its own term.
    EarlyRead = 4,
    /// What confirms a read is named by its caller, so an old answer confirms a new read.
    ReusedRead = 5,
    /// An append cuts off what stands behind it, even if it matches.
    TruncateMatching = 6,
    /// A snapshot carries the first members, not those of its place.
    ForgetMembers = 7,
    /// Members are exchanged in one step, however many.
    OneStep = 8,
    /// An append of an older term is taken.
    StaleAppend = 9,
    /// Learners count when a majority is counted.
    LearnerCounts = 10,
    /// A node whose disk lost what it had acknowledged votes and counts as if nothing had happened.
    Amnesia = 11,
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
