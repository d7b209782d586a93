//! Raft's laws, what breaks one, and the places that a run should reach.

use crate::base::{NodeId, Time};
use alloc::string::String;

/// One law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Law {
    /// In each term at most one node leads.
    OneLeader = 0,
    /// In each term a node votes once, whatever happens to it in between.
    OneVote = 1,
    /// A leader only ever appends to its own log.
    LeaderAppends = 2,
    /// The same place and term mean the same entry, and the same entries before it.
    LogMatching = 3,
    /// A leader holds every entry that was committed in the terms before its own.
    LeaderComplete = 4,
    /// At no place do two nodes commit different entries.
    SameState = 5,
    /// What a node knows to be committed stays in its log.
    CommittedStays = 6,
    /// Term and commit index of a node that runs only grow.
    NoWayBack = 7,
    /// What a leader commits is on the disks of a majority.
    Stored = 8,
    /// Replicas that have applied the same entries hold the same state.
    SameDigest = 9,
}

impl Law {
    /// Every law.
    pub const ALL: [Self; 10] = [
        Self::OneLeader,
        Self::OneVote,
        Self::LeaderAppends,
        Self::LogMatching,
        Self::LeaderComplete,
        Self::SameState,
        Self::CommittedStays,
        Self::NoWayBack,
        Self::Stored,
        Self::SameDigest,
    ];

    /// What it says, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::OneLeader => "one leader a term",
            Self::OneVote => "one vote a term",
            Self::LeaderAppends => "a leader only appends",
            Self::LogMatching => "same place and term, same log",
            Self::LeaderComplete => "a leader holds all that is committed",
            Self::SameState => "nobody commits anything else",
            Self::CommittedStays => "what is committed stays",
            Self::NoWayBack => "terms and commits only grow",
            Self::Stored => "what is acknowledged is on a majority's disks",
            Self::SameDigest => "same entries applied, same state",
        }
    }

    /// What has to happen before the law can be broken, in words, and whether it has happened. A law
    /// that was never put to the test does not hold: it says nothing.
    #[must_use]
    pub fn exercised(self, seen: &Sometimes) -> (&'static str, bool) {
        match self {
            Self::OneLeader => ("nobody was elected", seen.leaders > 0),
            Self::OneVote => ("nobody voted", seen.votes > 0 || seen.leaders > 0),
            Self::LeaderAppends => ("no leader appended anything", seen.leaders > 0),
            Self::LogMatching => ("no entry came into a second log", seen.shared > 0),
            Self::LeaderComplete => {
                ("no leader came after something had been committed", seen.heirs > 0)
            }
            Self::SameState => ("no two nodes committed the same entry", seen.agreed > 0),
            Self::CommittedStays | Self::NoWayBack => ("nothing was committed", seen.commits > 0),
            Self::Stored => (
                "no leader committed anything that disks could show which do not lie",
                seen.stored > 0,
            ),
            Self::SameDigest => ("no two replicas applied the same entry", seen.compared > 0),
        }
    }
}

/// A law that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub law: Law,
    /// When.
    pub at: Time,
    /// The event that broke it.
    pub seq: u32,
    /// The earlier event that it does not go together with, if one is known.
    pub before: Option<u32>,
    /// The node that did it.
    pub node: NodeId,
    /// What happened.
    pub words: String,
}

/// How often what makes the laws worth watching has happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sometimes {
    /// Nodes that began to lead.
    pub leaders: u32,
    /// Nodes that stood for election.
    pub candidates: u32,
    /// Nodes that asked whether they would win.
    pub pre_candidates: u32,
    /// Votes that were given to another node.
    pub votes: u32,
    /// Leaders that heard no majority.
    pub quorums_lost: u32,
    /// Times that entries came into a log.
    pub appends: u32,
    /// Times that a log was cut off.
    pub truncations: u32,
    /// Places that somebody has committed.
    pub commits: u64,
    /// Snapshots that were made.
    pub compactions: u32,
    /// Snapshots that set out.
    pub snapshots_sent: u32,
    /// Snapshots that arrived.
    pub installs: u32,
    /// Memberships that came into force at a leader.
    pub memberships: u32,
    /// Of these, joint ones.
    pub joint: u32,
    /// Hand-overs of leadership that were begun.
    pub transfers: u32,
    /// Nodes that came back with entries in their log.
    pub restarts: u32,
    /// Entries that came into a second log.
    pub shared: u64,
    /// Leaders that began when something had been committed before.
    pub heirs: u32,
    /// Times that a node committed what another had committed before.
    pub agreed: u64,
    /// Commits of leaders that were held against the disks.
    pub stored: u64,
    /// Times that the states of two replicas were compared.
    pub compared: u64,
    /// Nodes that came back without all that they had acknowledged.
    pub disks_lost: u32,
    /// Of these, as their leaders saw it.
    pub forgot: u32,
}
