//! What the machines of a cluster say to each other, to the outside, and to whoever watches.

use super::kv::{Act, Answer, Kv, Session};
use super::map::{Edit, Plan, Task};
pub use super::note::{Made, Note};
use super::replica::{Order, Reading};
use super::survey::Revision;
use crate::base::hash::Fold;
use crate::base::{Form, NodeId};
use crate::placement::site::Site;
use crate::raft::{self, Index};
use crate::store::{Item, Key, Value, Version};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hash::{Hash, Hasher};

/// Keys that travel together.
#[derive(Clone, Debug)]
pub struct Batch {
    /// From whom; the world itself if they were loaded at the start.
    pub from: NodeId,
    /// What travels.
    pub items: Vec<Item>,
    bytes: u64,
    digest: u64,
}

impl Batch {
    /// A batch of these items.
    #[must_use]
    pub fn new(from: NodeId, items: Vec<Item>) -> Self {
        let bytes = items.iter().map(Item::bytes).sum();
        let digest = Fold::of(&(from, &items));
        Self { from, items, bytes, digest }
    }

    /// Their size.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Hash for Batch {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.digest);
    }
}

/// What travels between nodes.
#[derive(Clone, Debug, Hash)]
#[repr(u8)]
pub enum Message {
    /// Client to owner: what does the key hold?
    Get {
        /// The client's number for it.
        op: u32,
        /// The key.
        key: Key,
    } = 0,
    /// Client to owner: let the key hold this (the version is not yet known).
    Put {
        /// The client's number for it.
        op: u32,
        /// Key and value.
        item: Arc<Item>,
    } = 1,
    /// Owner to client: the key holds this, or it is written.
    Answer {
        /// The client's number for it.
        op: u32,
        /// What was found or written; nothing if the key is absent.
        found: Option<Arc<Item>>,
    } = 2,
    /// Owner to client, or owner to owner: not by this plan.
    Refused {
        /// The number of what was refused.
        op: u32,
        /// The plan that refuses it.
        plan: Arc<Plan>,
    } = 3,
    /// Owner to owner: hold this copy.
    Copy {
        /// The sender's number for it.
        token: u32,
        /// The sender's plan.
        epoch: u32,
        /// The item.
        item: Arc<Item>,
    } = 4,
    /// The copy is on the disk.
    Copied {
        /// The number of the copy.
        token: u32,
    } = 5,
    /// Owner to next owner: take these.
    Batch {
        /// Its number in the stream.
        number: u32,
        /// The sender's plan.
        epoch: u32,
        /// The items.
        batch: Arc<Batch>,
    } = 6,
    /// The batch is on the disk.
    Took {
        /// Its number in the stream.
        number: u32,
        /// The plan it belongs to.
        epoch: u32,
    } = 7,
    /// Storage node to controller: here I am.
    Hello {
        /// Its name, which decides its points.
        name: Arc<str>,
        /// The weight it wants, in hundredths.
        weight: u32,
        /// Where it stands.
        site: Site,
        /// The number that it has drawn for this life.
        life: u64,
        /// It is its first life, in the cluster that it was founded with.
        first: bool,
        /// The number of its disk.
        disk: u64,
    } = 8,
    /// Storage node to controller: let me do this.
    Order(Task) = 9,
    /// Controller to storage node: are you there?
    Beat {
        /// The controller's plan.
        epoch: u32,
    } = 10,
    /// Storage node to controller: I am.
    Alive {
        /// The node's plan.
        epoch: u32,
        /// The number that it has drawn for this life: tells starts apart.
        life: u64,
        /// It is its first life, in the cluster that it was founded with.
        first: bool,
        /// The number of its disk: tells disks apart.
        disk: u64,
    } = 11,
    /// The plan in force.
    Plan(Arc<Plan>) = 12,
    /// Client to controller: which plan is in force?
    AskPlan = 13,
    /// Storage node to controller: all that the next owners need has arrived.
    Streamed {
        /// The plan.
        epoch: u32,
    } = 14,
    /// Storage node to controller: the last writes have arrived too.
    Drained {
        /// The plan.
        epoch: u32,
    } = 15,
    /// Replica to replica: what their logs agree by.
    Raft(Arc<raft::Message<Kv>>) = 16,
    /// Caller to replica: do this.
    Call(Arc<Call>) = 17,
    /// Replica to caller: it is done.
    Return {
        /// The caller's number for it.
        op: u32,
        /// What came of it.
        answer: Answer,
        /// Up to here the replica had applied the log.
        index: Index,
    } = 18,
    /// Replica to caller: not here.
    Elsewhere {
        /// The caller's number for it.
        op: u32,
        /// Where, if the replica knows.
        leader: Option<NodeId>,
    } = 19,
    /// Replica to leader: let me belong.
    Admit {
        /// As a voter, not as a learner only.
        voter: bool,
    } = 20,
    /// Replica to leader: let me go.
    Release = 21,
    /// Old owner to owner: do you hold these, in at least these versions? I would let go of them.
    Offer {
        /// The sender's number for it.
        number: u32,
        /// The sender's plan.
        epoch: u32,
        /// The keys with the versions that the sender holds.
        keys: Arc<Vec<(Key, Version)>>,
    } = 22,
    /// Owner to old owner: all that you offered is on my disk but these.
    Lacks {
        /// The number of the offer.
        number: u32,
        /// The places in it of the keys that are missing.
        missing: Arc<[u32]>,
    } = 23,
}

/// What a caller wants of the store.
#[derive(Clone, Debug, Hash)]
pub struct Call {
    /// The caller's number for it.
    pub op: u32,
    /// The caller, in this life of its own.
    pub session: Session,
    /// What to do; all of it or nothing.
    pub acts: Arc<[Act]>,
    /// How to read; nothing if it writes.
    pub reading: Option<Reading>,
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
                Self::Get { key, .. } => key.text().len() as u64,
                Self::Put { item, .. } | Self::Copy { item, .. } => item.bytes(),
                Self::Answer { found, .. } => found.as_ref().map_or(0, |item| item.bytes()),
                Self::Refused { plan, .. } | Self::Plan(plan) => plan.bytes(),
                Self::Batch { batch, .. } => batch.bytes(),
                Self::Raft(message) => message.bytes(),
                Self::Call(call) => 16 + call.acts.iter().map(Act::bytes).sum::<u64>(),
                Self::Return { answer, .. } => answer.iter().map(Outcome::bytes).sum(),
                Self::Offer { keys, .. } => {
                    keys.iter().map(|(key, _)| 8 + key.text().len() as u64).sum()
                }
                Self::Lacks { missing, .. } => 8 + 4 * missing.len() as u64,
                Self::Copied { .. }
                | Self::Took { .. }
                | Self::Hello { .. }
                | Self::Order(_)
                | Self::Beat { .. }
                | Self::Alive { .. }
                | Self::AskPlan
                | Self::Streamed { .. }
                | Self::Drained { .. }
                | Self::Elsewhere { .. }
                | Self::Admit { .. }
                | Self::Release => 8,
            }
    }

    /// How many entries it carries that a node must look at one by one: items, and entries of a log.
    #[must_use]
    pub fn entries(&self) -> u64 {
        match self {
            Self::Put { .. } | Self::Copy { .. } => 1,
            Self::Batch { batch, .. } => batch.items.len() as u64,
            Self::Raft(message) => message.entries(),
            Self::Call(call) => call.acts.len() as u64,
            _ => 0,
        }
    }

    /// A word for its kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Get { .. } => "get",
            Self::Put { .. } => "put",
            Self::Answer { .. } => "answer",
            Self::Refused { .. } => "refused",
            Self::Copy { .. } => "copy",
            Self::Copied { .. } => "copied",
            Self::Batch { .. } => "batch",
            Self::Took { .. } => "took",
            Self::Hello { .. } => "hello",
            Self::Order(_) => "order",
            Self::Beat { .. } => "beat",
            Self::Alive { .. } => "alive",
            Self::Plan(_) => "plan",
            Self::AskPlan => "ask",
            Self::Streamed { .. } => "streamed",
            Self::Drained { .. } => "drained",
            Self::Raft(message) => message.kind(),
            Self::Call(call) if call.reading.is_some() => "read",
            Self::Call(_) => "write",
            Self::Return { .. } => "answer",
            Self::Elsewhere { .. } => "elsewhere",
            Self::Admit { .. } => "admit",
            Self::Release => "release",
            Self::Offer { .. } => "offer",
            Self::Lacks { .. } => "lacks",
        }
    }

    /// How it is drawn.
    #[must_use]
    pub fn form(&self) -> Form {
        match self {
            Self::Get { .. } | Self::Put { .. } | Self::Call(_) => Form::Ask,
            Self::Answer { .. }
            | Self::Refused { .. }
            | Self::Copied { .. }
            | Self::Took { .. }
            | Self::Return { .. }
            | Self::Elsewhere { .. }
            | Self::Lacks { .. } => Form::Tell,
            Self::Copy { .. } | Self::Batch { .. } => Form::Data,
            Self::Raft(message) => message.form(),
            Self::Beat { .. } => Form::Pulse,
            Self::Alive { .. } => Form::Ack,
            Self::Hello { .. }
            | Self::Order(_)
            | Self::Plan(_)
            | Self::AskPlan
            | Self::Streamed { .. }
            | Self::Drained { .. }
            | Self::Admit { .. }
            | Self::Release
            | Self::Offer { .. } => Form::Rule,
        }
    }
}

/// Alarms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Timer {
    /// The controller asks who is there.
    Beat = 0,
    /// A storage node says that it is there.
    Hello = 1,
    /// A storage node sends again what was not answered.
    Again = 2,
    /// A client's next operation of its workload is due.
    Next = 3,
    /// A client has waited long enough for an answer.
    Patience(u32) = 4,
    /// What a replica's log waits for.
    Raft(raft::Timer) = 5,
}

/// What comes from outside.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Request {
    /// To a client: read a key.
    Get(Key) = 0,
    /// To a client: write a key.
    Put(Key, Value) = 1,
    /// To a client: work like this from now on; nothing stops it.
    Work(Option<Arc<super::workload::Workload>>) = 2,
    /// To a storage node: hand over and go.
    Leave = 3,
    /// To a storage node: have this weight, in hundredths.
    Weight(u32) = 4,
    /// To a controller: change the table so.
    Edit(Edit) = 5,
    /// To a survey: change the paper so.
    Revise(Revision) = 6,
    /// To a caller: do this, all of it or nothing, and read it so.
    Call(Arc<[Act]>, Option<Reading>) = 7,
    /// To a replica: if you lead, do this.
    Order(Order) = 8,
    /// To a replica: stand for election.
    Campaign = 9,
    /// To a replica: put a snapshot in the stead of the log.
    Compact = 10,
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Reply {
    /// It was understood; what follows is seen elsewhere.
    Noted = 0,
    /// An operation has ended.
    Ended(Outcome) = 1,
}

/// How an operation ended, as its client believes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Outcome {
    /// A read found this.
    Found(Arc<Item>) = 0,
    /// A read found nothing.
    Absent = 1,
    /// A write is acknowledged, as this version.
    Written(Arc<Item>) = 2,
    /// The key held something else than was expected, and nothing was written.
    Differs(Value) = 3,
    /// It was refused, and never happened.
    Refused = 4,
    /// No answer in time: a write may have happened, or not, or may still happen.
    Unknown = 5,
}

impl Outcome {
    /// How many bytes it takes on the wire.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Found(item) => item.bytes(),
            Self::Differs(value) => value.bytes(),
            Self::Written(_) | Self::Absent | Self::Refused | Self::Unknown => 8,
        }
    }
}

/// What a client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Verb {
    /// Read.
    Get = 0,
    /// Write.
    Put = 1,
    /// Write "gone".
    Delete = 2,
    /// Write if the key holds what is expected.
    Cas = 3,
    /// Write behind what is there.
    Append = 4,
}

impl Verb {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Put => "put",
            Self::Delete => "delete",
            Self::Cas => "cas",
            Self::Append => "append",
        }
    }
}

/// A write to the disk.
#[derive(Clone, Debug)]
pub enum Write {
    /// The first one of a disk: its number.
    Format(u64),
    /// One item.
    Item(Arc<Item>),
    /// Many items.
    Batch(Arc<Batch>),
    /// Keys to let go.
    Drop(Arc<Vec<Key>>),
    /// The controller's state.
    Plan(Arc<super::controller::Ledger>),
    /// How many ids a maker has given.
    Given(u32),
    /// What a replica's log keeps.
    Raft(raft::Write<Kv>),
}

impl Write {
    /// How many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Format(_) | Self::Given(_) => 8,
            Self::Item(item) => item.bytes(),
            Self::Batch(batch) => batch.bytes(),
            Self::Drop(keys) => 8 * keys.len() as u64,
            Self::Plan(ledger) => ledger.plan.bytes(),
            Self::Raft(write) => write.bytes(),
        }
    }
}

/// The version of an item that nobody has written yet.
pub const UNWRITTEN: Version = Version(0);
