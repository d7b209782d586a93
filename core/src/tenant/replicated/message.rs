//! What replicas and their clients say to each other and to the outside, and their trace annotations.

use super::kv::{Answer, ClientId, Kv};
use super::read_mode::ReadMode;
use super::replica::Order;
use crate::base::hash::tagged;
use crate::base::{Form, NodeId};
use crate::client::Op;
use crate::client::workload::Workload;
pub use crate::client::{Outcome, Reply, Verb};
use crate::raft::{self, Index, Refusal};
use crate::store::{Item, Key, Value};
use alloc::sync::Arc;
use core::hash::Hash;

/// What travels between nodes.
#[derive(Clone, Debug)]
pub enum Message {
    /// Replica to replica: what their logs agree by.
    Raft(Arc<raft::Message<Kv>>),
    /// Client to replica: do this.
    ClientRequest(Arc<ClientRequest>),
    /// Replica to client: it is done.
    ClientReply {
        /// The client's number for it.
        op: u32,
        /// What came of it.
        answer: Answer,
        /// Up to here the replica had applied the log.
        index: Index,
    },
    /// Replica to client: not here.
    NotLeader {
        /// The client's number for it.
        op: u32,
        /// Where, if the replica knows.
        leader: Option<NodeId>,
    },
    /// Replica to leader: let me belong.
    Admit {
        /// As a voter, not as a learner only.
        voter: bool,
    },
    /// Replica to leader: let me go.
    Release,
}

tagged!(Message {
    16 Raft(a),
    17 ClientRequest(a),
    18 ClientReply { op, answer, index },
    19 NotLeader { op, leader },
    20 Admit { voter },
    21 Release,
});

/// What a client wants of the store.
#[derive(Clone, Debug, Hash)]
pub struct ClientRequest {
    /// The client's number for it.
    pub op: u32,
    /// The client, in this life of its own.
    pub session: ClientId,
    /// What to do; all of it or nothing.
    pub acts: Arc<[Op]>,
    /// How to read; nothing if it writes.
    pub reading: Option<ReadMode>,
    /// What must be applied before it is answered.
    pub floor: Index,
}

/// What a message takes beside what it carries.
const HEADER: u64 = 40;

impl Message {
    /// How many bytes it takes on the wire.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        HEADER
            + match self {
                Self::Raft(message) => message.bytes(),
                Self::ClientRequest(call) => 16 + call.acts.iter().map(Op::bytes).sum::<u64>(),
                Self::ClientReply { answer, .. } => answer.iter().map(Outcome::bytes).sum(),
                Self::NotLeader { .. } | Self::Admit { .. } | Self::Release => 8,
            }
    }

    /// How many entries of a log, or parts of an operation, it carries that a node must look at one by
    /// one.
    #[must_use]
    pub fn entries(&self) -> u64 {
        match self {
            Self::Raft(message) => message.entries(),
            Self::ClientRequest(call) => call.acts.len() as u64,
            Self::ClientReply { .. }
            | Self::NotLeader { .. }
            | Self::Admit { .. }
            | Self::Release => 0,
        }
    }

    /// A word for its kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Raft(message) => message.kind(),
            Self::ClientRequest(call) if call.reading.is_some() => "read",
            Self::ClientRequest(_) => "write",
            Self::ClientReply { .. } => "answer",
            Self::NotLeader { .. } => "elsewhere",
            Self::Admit { .. } => "admit",
            Self::Release => "release",
        }
    }

    /// How it is drawn.
    #[must_use]
    pub fn form(&self) -> Form {
        match self {
            Self::Raft(message) => message.form(),
            Self::ClientRequest(_) => Form::Ask,
            Self::ClientReply { .. } | Self::NotLeader { .. } => Form::Tell,
            Self::Admit { .. } | Self::Release => Form::Rule,
        }
    }
}

/// Alarms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// A storage node says that it is there.
    Hello,
    /// A storage node sends again what was not answered.
    Again,
    /// A client's next operation of its workload is due.
    Next,
    /// A client has waited long enough for an answer.
    Timeout(u32),
    /// What a replica's log waits for.
    Raft(raft::Timer),
}

tagged!(Timer {
    1 Hello,
    2 Again,
    3 Next,
    4 Timeout(a),
    5 Raft(a),
});

/// What comes from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// To a client: read a key.
    Get(Key),
    /// To a client: write a key.
    Put(Key, Value),
    /// To a client: work like this from now on; nothing stops it.
    Work(Option<Arc<Workload>>),
    /// To a storage node: hand over and go.
    Leave,
    /// To a client: do this, all of it or nothing, and read it so.
    Call(Arc<[Op]>, Option<ReadMode>),
    /// To a replica: if you lead, do this.
    Order(Order),
    /// To a replica: stand for election.
    Campaign,
    /// To a replica: compact the log into a snapshot.
    Compact,
}

tagged!(Request {
    0 Get(a),
    1 Put(a, b),
    2 Work(a),
    3 Leave,
    7 Call(a, b),
    8 Order(a),
    9 Campaign,
    10 Compact,
});

/// Trace annotations of replicas, beside those of clients.
#[derive(Clone, Debug)]
pub enum Note {
    /// A replica's log lets something be seen.
    Raft(raft::Note<Kv>),
    /// A replica applied an entry to its store.
    Applied {
        /// The place of the entry.
        index: Index,
        /// It had been applied before, so nothing was done but to answer.
        again: bool,
        /// What was written.
        items: Arc<[Arc<Item>]>,
        /// A number that tells the state after it from others.
        digest: u64,
    },
    /// A replica began anew from a snapshot of its store.
    Restored {
        /// The place that the snapshot stands for.
        index: Index,
        /// What is in it.
        items: Arc<[Item]>,
        /// A number that tells the state from others.
        digest: u64,
    },
    /// A replica is too far behind to answer a read.
    TooStale {
        /// The client's number for it.
        op: u32,
    },
    /// A leader does not carry out what it was told to.
    Refused(Refusal),
}

tagged!(Note {
    20 Raft(a),
    21 Applied { index, again, items, digest },
    22 Restored { index, items, digest },
    23 TooStale { op },
    24 Refused(a),
});
