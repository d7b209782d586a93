//! What nodes say to each other, wait for, and their trace annotations.

use super::entry::{Entry, Payload, Snapshot};
use super::entry_id::{EntryId, Index, Term};
use super::membership::{Membership, ReplicaId};
use super::node::Role;
use crate::base::hash::tagged;
use crate::base::{Form, NodeId, Time};
use alloc::sync::Arc;

/// A message between nodes.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Message<P: Payload> {
    /// The sender's term; of a pre-vote, the term that it would stand in.
    pub term: Term,
    /// Which replica the sender is. A node that lost its disk comes back as another one, and what the
    /// old one said does not bind it.
    pub replica: ReplicaId,
    /// Which replica of the receiver is meant: the one that the sender knows of. What a leader says of
    /// a log holds for the log of that replica, and no vote is asked of another. One that has lost its
    /// disk may not know from its own log whether it has been let in again.
    pub to: ReplicaId,
    /// What it says.
    pub body: Body<P>,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq)]
pub enum Body<P: Payload> {
    /// Vote for me; or, before that: would you?
    RequestVote {
        /// It is only a question.
        pre: bool,
        /// My last entry.
        last: EntryId,
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
        prev: EntryId,
        /// The entries.
        entries: Arc<[Entry<P>]>,
        /// Up to here everything is committed.
        commit: Index,
        /// The follower has acknowledged `prev` to this leader: if it does not hold it, it lost it.
        acked: bool,
    },
    /// Append succeeded; the follower's durable match index.
    Appended {
        /// Up to where.
        upto: Index,
    },
    /// I do not hold what should stand before it.
    Rejected {
        /// The place where it should stand.
        prev: Index,
        /// Up to here we may agree.
        hint: EntryId,
        /// The append that is refused said that I had acknowledged what should stand before it.
        acked: bool,
    },
    /// You do not hold what you have acknowledged to me: you lost what you promised.
    Forgotten,
    /// I am the leader.
    Heartbeat {
        /// The last entry that is committed and that you have acknowledged: if you hold it, everything
        /// up to it is committed. A disk may have lied.
        commit: EntryId,
        /// The number of the round that wants an answer; 0 if none is wanted.
        round: u64,
        /// If you hold that entry: up to then, on my clock, you have everything; the beginning of time
        /// if I do not know.
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
        mark: EntryId,
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
        /// Where the piece begins that is answered, so that the answer to a late double is known.
        piece: u64,
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

tagged!(Body<P> where P: Payload {
    0 RequestVote { pre, last, forced },
    1 Vote { pre, granted },
    2 Append { prev, entries, commit, acked },
    3 Appended { upto },
    4 Rejected { prev, hint, acked },
    5 Forgotten,
    6 Heartbeat { commit, round, stamp },
    7 HeartbeatReply { round },
    8 InstallSnapshot { mark, offset, bytes, whole },
    9 SnapshotTaken { index, offset, piece },
    10 TimeoutNow,
    11 ReadIndex { id },
    12 ReadIndexReply { id, index },
});

/// What a message takes beside what it carries.
const HEADER: u64 = 32;

impl<P: Payload> Message<P> {
    /// How many entries of the log it carries.
    #[must_use]
    pub fn entries(&self) -> u64 {
        match &self.body {
            Body::Append { entries, .. } => entries.len() as u64,
            _ => 0,
        }
    }

    /// How many bytes it takes on the wire.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        HEADER + self.carries()
    }

    /// How many bytes it takes without what every message has.
    #[must_use]
    pub fn carries(&self) -> u64 {
        match &self.body {
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
            Body::Forgotten => "forgotten",
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

    /// How it is drawn.
    #[must_use]
    pub fn form(&self) -> Form {
        match &self.body {
            Body::RequestVote { .. } | Body::TimeoutNow => Form::Stand,
            Body::Vote { granted: true, .. } => Form::Yes,
            Body::Vote { granted: false, .. } | Body::Rejected { .. } | Body::Forgotten => Form::No,
            Body::Append { .. } => Form::Data,
            Body::Heartbeat { .. } => Form::Pulse,
            Body::InstallSnapshot { .. } => Form::Block,
            Body::Appended { .. }
            | Body::HeartbeatReply { .. }
            | Body::SnapshotTaken { .. }
            | Body::ReadIndex { .. }
            | Body::ReadIndexReply { .. } => Form::Ack,
        }
    }
}

/// Alarms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

tagged!(Timer {
    0 Election,
    1 Heartbeat,
    2 Quorum,
    3 Transfer,
    4 Stored(a),
});

/// Why a node does not do what it is asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

tagged!(Refusal {
    0 NotLeader(a),
    1 Transferring,
    2 Full,
    3 Busy,
    4 Members(a),
    5 NotVoter,
});

/// Trace annotations of a node.
#[derive(Clone, Debug, PartialEq)]
pub enum Note<P: Payload> {
    /// It has another role, or another term.
    Became {
        /// The role.
        role: Role,
        /// The term.
        term: Term,
        /// Its last entry.
        last: EntryId,
    },
    /// It gave its vote.
    Voted {
        /// To whom.
        to: NodeId,
        /// In which term.
        term: Term,
        /// In the name of which replica.
        replica: ReplicaId,
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
        /// The members among whom a leader has counted a majority; nothing if the node was told.
        counted: Option<Arc<Membership>>,
    },
    /// It compacted the log up to a place into a snapshot.
    Compacted {
        /// What the snapshot stands for.
        mark: EntryId,
        /// Its size.
        bytes: u64,
    },
    /// It started without all that it had acknowledged, or learned of it from its leader. It neither
    /// votes nor counts until the members list it under its new name.
    DiskLost {
        /// The replica that it is from now on.
        replica: ReplicaId,
        /// What is left of its log.
        last: EntryId,
    },
    /// As leader it has learned that a node does not hold what it had acknowledged.
    Forgot {
        /// Which.
        node: NodeId,
        /// Up to where it had acknowledged in this term.
        upto: Index,
    },
    /// It took a snapshot from the leader.
    Installed {
        /// What the snapshot stands for.
        mark: EntryId,
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
        mark: EntryId,
        /// Its size.
        bytes: u64,
    },
    /// Its leader holds another entry than the one that it knows to be committed: it stops.
    AtOdds {
        /// The last place up to which they agree.
        after: Index,
    },
}

tagged!(Note<P> where P: Payload {
    0 Became { role, term, last },
    1 Voted { to, term, replica },
    2 Appended { after, entries },
    3 Truncated { after },
    4 Committed { upto, counted },
    5 Compacted { mark, bytes },
    6 DiskLost { replica, last },
    7 Forgot { node, upto },
    8 Installed { mark, digest },
    9 Members { index, members },
    10 Transferring { to },
    11 TransferEnded,
    12 QuorumLost { term },
    13 SnapshotSent { to, mark, bytes },
    14 AtOdds { after },
});
