//! What nodes say to each other, write down, wait for and let be seen.

use super::entry::{Entry, Payload, Snapshot};
use super::log::Log;
use super::mark::{Index, Mark, Term};
use super::membership::Membership;
use super::node::Role;
use crate::base::{NodeId, Time};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A message between nodes.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Message<P: Payload> {
    /// The sender's term; of a pre-vote, the term that it would stand in.
    pub term: Term,
    /// What it says.
    pub body: Body<P>,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Body<P: Payload> {
    /// Vote for me; or, before that: would you?
    RequestVote {
        /// It is only a question.
        pre: bool,
        /// My last entry.
        last: Mark,
        /// The leader itself wants it so.
        forced: bool,
    },
    /// Yes or no.
    Vote {
        /// It is only an opinion.
        pre: bool,
        /// Yes.
        granted: bool,
    },
    /// Append these behind that.
    Append {
        /// What must stand before them.
        prev: Mark,
        /// The entries.
        entries: Arc<[Entry<P>]>,
        /// Up to here everything is committed.
        commit: Index,
    },
    /// I hold everything up to there, on my disk.
    Appended {
        /// Up to where.
        upto: Index,
    },
    /// I do not hold what should stand before it.
    Rejected {
        /// The place where it should stand.
        prev: Index,
        /// Up to here we may agree.
        hint: Mark,
    },
    /// I am the leader.
    Heartbeat {
        /// Up to here everything is committed that you hold.
        commit: Index,
        /// The number of the round that wants an answer; 0 if none is wanted.
        round: u64,
        /// Up to then, on my clock, you have everything; the beginning of time if I do not know.
        stamp: Time,
    },
    /// You are.
    HeartbeatReply {
        /// The round.
        round: u64,
    },
    /// A piece of a snapshot.
    InstallSnapshot {
        /// What it stands for.
        mark: Mark,
        /// Where the piece begins.
        offset: u64,
        /// How long it is.
        bytes: u64,
        /// With the last piece it is whole.
        whole: Option<Arc<Snapshot<P>>>,
    },
    /// I have so much of it.
    SnapshotTaken {
        /// Of which.
        index: Index,
        /// How many bytes.
        offset: u64,
    },
    /// Stand for election now.
    TimeoutNow,
    /// Follower to leader: up to where must I have applied to answer a read?
    ReadIndex {
        /// The follower's number for it, never used twice.
        id: u64,
    },
    /// Up to there; nothing if I cannot say.
    ReadIndexReply {
        /// The follower's number for it.
        id: u64,
        /// Up to where.
        index: Option<Index>,
    },
}

/// What a message takes beside what it carries.
const HEADER: u64 = 32;

impl<P: Payload> Message<P> {
    /// How many bytes it takes on the wire.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        HEADER
            + match &self.body {
                Body::Append { entries, .. } => entries.iter().map(Entry::bytes).sum(),
                Body::InstallSnapshot { bytes, .. } => *bytes,
                _ => 0,
            }
    }

    /// A word for its kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.body {
            Body::RequestVote { pre: true, .. } => "pre-vote?",
            Body::RequestVote { .. } => "vote?",
            Body::Vote { granted: true, pre: true } => "pre-vote",
            Body::Vote { granted: true, .. } => "vote",
            Body::Vote { .. } => "no vote",
            Body::Append { .. } => "append",
            Body::Appended { .. } => "appended",
            Body::Rejected { .. } => "rejected",
            Body::Heartbeat { round: 0, .. } => "commit",
            Body::Heartbeat { .. } => "heartbeat",
            Body::HeartbeatReply { .. } => "alive",
            Body::InstallSnapshot { .. } => "snapshot",
            Body::SnapshotTaken { .. } => "taken",
            Body::TimeoutNow => "stand now",
            Body::ReadIndex { .. } => "read index?",
            Body::ReadIndexReply { .. } => "read index",
        }
    }
}

/// Alarms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// No leader was heard for a while.
    Election,
    /// The leader says that it is there.
    Heartbeat,
    /// The leader counts who it has heard.
    Quorum,
    /// A transfer has taken too long.
    Transfer,
    /// The write of that number is on the disk.
    Stored(u32),
}

/// What must not be forgotten: the term, and whom the node voted for in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Hard {
    /// The term.
    pub term: Term,
    /// The vote.
    pub vote: Option<NodeId>,
}

/// What survives a crash.
#[derive(Clone, Debug)]
pub struct Durable<P: Payload> {
    /// Term and vote.
    pub hard: Hard,
    /// The snapshot that the log begins behind.
    pub snapshot: Option<Arc<Snapshot<P>>>,
    /// The log.
    pub log: Log<P>,
}

impl<P: Payload> Default for Durable<P> {
    fn default() -> Self {
        Self { hard: Hard::default(), snapshot: None, log: Log::default() }
    }
}

/// A write to the disk.
#[derive(Clone, Debug)]
pub enum Write<P: Payload> {
    /// Nothing; what was written before has landed when this has.
    Barrier,
    /// Term and vote.
    Hard(Hard),
    /// Entries behind a place, in the stead of what stands there.
    Append {
        /// Term and vote, if they changed too.
        hard: Option<Hard>,
        /// The place.
        after: Index,
        /// The entries.
        entries: Arc<[Entry<P>]>,
    },
    /// A snapshot from the leader, in the stead of everything.
    Install(Option<Hard>, Arc<Snapshot<P>>),
    /// A snapshot of one's own, in the stead of the log up to a place.
    Compact(Arc<Snapshot<P>>, Index),
    /// All of these, in order.
    All(Vec<Self>),
}

impl<P: Payload> Write<P> {
    /// How many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Barrier => 0,
            Self::Hard(_) => 8,
            Self::Append { entries, .. } => 8 + entries.iter().map(Entry::bytes).sum::<u64>(),
            Self::Install(_, snapshot) | Self::Compact(snapshot, _) => 8 + snapshot.bytes(),
            Self::All(writes) => writes.iter().map(Self::bytes).sum(),
        }
    }

    /// Applies it.
    pub fn settle(self, durable: &mut Durable<P>) {
        match self {
            Self::Barrier => {}
            Self::Hard(hard) => durable.hard = hard,
            Self::Append { hard, after, entries } => {
                durable.hard = hard.unwrap_or(durable.hard);
                durable.log.truncate(after);
                // A write before this one may have been damaged; what does not join on is lost.
                if durable.log.last().index == after {
                    durable.log.append(&entries);
                }
            }
            Self::Install(hard, snapshot) => {
                durable.hard = hard.unwrap_or(durable.hard);
                if durable.log.holds(snapshot.mark) {
                    durable.log.compact(snapshot.mark.index);
                } else {
                    durable.log.restart(snapshot.mark);
                }
                durable.snapshot = Some(snapshot);
            }
            Self::All(writes) => {
                for write in writes {
                    write.settle(durable);
                }
            }
            Self::Compact(snapshot, upto) => {
                durable.log.compact(upto);
                durable.snapshot = Some(snapshot);
            }
        }
    }
}

/// Why a node does not do what it is asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// Another node leads, or nobody.
    NotLeader(Option<NodeId>),
    /// Leadership is being handed over.
    Transferring,
    /// Too much waits to be committed.
    Full,
    /// A change of members is under way, or the leader is too new to begin one.
    Busy,
    /// Members cannot be changed so.
    Members(super::membership::Invalid),
    /// That node cannot lead.
    NotVoter,
}

/// What a node lets be seen.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Note<P: Payload> {
    /// It has another role, or another term.
    Became {
        /// The role.
        role: Role,
        /// The term.
        term: Term,
        /// Its last entry.
        last: Mark,
    },
    /// It gave its vote.
    Voted {
        /// To whom.
        to: NodeId,
        /// In which term.
        term: Term,
    },
    /// Entries stand in its log, though not yet on its disk.
    Appended {
        /// Behind which place.
        after: Index,
        /// The entries.
        entries: Arc<[Entry<P>]>,
    },
    /// It cut off what stood behind a place.
    Truncated {
        /// The place.
        after: Index,
    },
    /// It knows that everything up to a place is committed.
    Committed {
        /// The place.
        upto: Index,
    },
    /// It put a snapshot in the stead of the log up to a place.
    Compacted {
        /// What the snapshot stands for.
        mark: Mark,
        /// Its size.
        bytes: u64,
    },
    /// It took a snapshot from the leader.
    Installed {
        /// What the snapshot stands for.
        mark: Mark,
        /// What it says.
        digest: u64,
    },
    /// These are its members from a place on.
    Members {
        /// The place.
        index: Index,
        /// The members.
        members: Arc<Membership>,
    },
    /// It hands leadership over.
    Transferring {
        /// To whom.
        to: NodeId,
    },
    /// The hand-over came to nothing.
    TransferEnded,
    /// It led, and heard no majority.
    QuorumLost {
        /// In which term.
        term: Term,
    },
    /// It sends a snapshot to a node whose log ends before its own begins.
    SnapshotSent {
        /// To whom.
        to: NodeId,
        /// What it stands for.
        mark: Mark,
        /// Its size.
        bytes: u64,
    },
}
