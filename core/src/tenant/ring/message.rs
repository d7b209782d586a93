//! What the machines of a ring say to each other and to the outside, and their trace annotations.

use super::map::{ClusterMap, Edit, Task};
use crate::base::hash::tagged;
use crate::base::{Form, NodeId};
use crate::client::workload::Workload;
pub use crate::client::{Outcome, Reply, Verb};
use crate::placement::site::Site;
pub use crate::store::Batch;
use crate::store::{Item, Key, Value, Version};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// How a storage node makes itself known to its controller.
#[derive(Clone, Debug, Hash)]
pub struct Hello {
    /// Its name, which decides its points.
    pub name: Arc<str>,
    /// The weight it wants, in hundredths.
    pub weight: u32,
    /// Where it stands.
    pub site: Site,
    /// The number that it has drawn for this life.
    pub life: u64,
    /// It is its first life, in the cluster that it was founded with.
    pub first: bool,
    /// The number of its disk.
    pub disk: u64,
}

/// What travels between nodes.
#[derive(Clone, Debug)]
pub enum Message {
    /// Client to owner: what does the key hold?
    Get {
        /// The client's number for it.
        op: u32,
        /// The key.
        key: Key,
    },
    /// Client to owner: let the key hold this (the version is not yet known).
    Put {
        /// The client's number for it.
        op: u32,
        /// Key and value.
        item: Arc<Item>,
    },
    /// Owner to client: the key holds this, or it is written.
    Answer {
        /// The client's number for it.
        op: u32,
        /// What was found or written; nothing if the key is absent.
        found: Option<Arc<Item>>,
    },
    /// Owner to client, or owner to owner: not by this plan.
    Refused {
        /// The number of what was refused.
        op: u32,
        /// The plan that refuses it.
        plan: Arc<ClusterMap>,
    },
    /// Owner to owner: hold this copy.
    Replicate {
        /// The sender's number for it.
        token: u32,
        /// The sender's plan.
        epoch: u32,
        /// The item.
        item: Arc<Item>,
    },
    /// The copy is on the disk.
    ReplicateAck {
        /// The number of the copy.
        token: u32,
    },
    /// Owner to next owner: take these.
    Batch {
        /// Its number in the stream.
        number: u32,
        /// The sender's plan.
        epoch: u32,
        /// The items.
        batch: Arc<Batch>,
    },
    /// The batch is on the disk.
    BatchAck {
        /// Its number in the stream.
        number: u32,
        /// The plan it belongs to.
        epoch: u32,
    },
    /// Storage node to controller: here I am. Boxed, as every message takes as much room as the largest.
    Hello(Box<Hello>),
    /// Storage node to controller: let me do this.
    Order(Task),
    /// Controller to storage node: are you there?
    Heartbeat {
        /// The controller's plan.
        epoch: u32,
    },
    /// Storage node to controller: I am.
    HeartbeatAck {
        /// The node's plan.
        epoch: u32,
        /// The number that it has drawn for this life: tells starts apart.
        life: u64,
        /// It is its first life, in the cluster that it was founded with.
        first: bool,
        /// The number of its disk: tells disks apart.
        disk: u64,
    },
    /// The plan in force.
    ClusterMap(Arc<ClusterMap>),
    /// Client to controller: which plan is in force?
    AskPlan,
    /// Storage node to controller: all that the next owners need has arrived.
    Streamed {
        /// The plan.
        epoch: u32,
    },
    /// Storage node to controller: the last writes have arrived too.
    Drained {
        /// The plan.
        epoch: u32,
    },
    /// Old owner to owner: do you hold these, in at least these versions? I would let go of them.
    Offer {
        /// The sender's number for it.
        number: u32,
        /// The sender's plan.
        epoch: u32,
        /// The keys with the versions that the sender holds.
        keys: Arc<Vec<(Key, Version)>>,
    },
    /// Owner to old owner: all that you offered is on my disk but these.
    Lacks {
        /// The number of the offer.
        number: u32,
        /// The places in it of the keys that are missing.
        missing: Arc<[u32]>,
    },
}

tagged!(Message {
    0 Get { op, key },
    1 Put { op, item },
    2 Answer { op, found },
    3 Refused { op, plan },
    4 Replicate { token, epoch, item },
    5 ReplicateAck { token },
    6 Batch { number, epoch, batch },
    7 BatchAck { number, epoch },
    8 Hello(a),
    9 Order(a),
    10 Heartbeat { epoch },
    11 HeartbeatAck { epoch, life, first, disk },
    12 ClusterMap(a),
    13 AskPlan,
    14 Streamed { epoch },
    15 Drained { epoch },
    22 Offer { number, epoch, keys },
    23 Lacks { number, missing },
});

/// What a message takes beside what it carries.
const HEADER: u64 = 40;

impl Message {
    /// How many bytes it takes on the wire.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        HEADER
            + match self {
                Self::Get { key, .. } => key.text().len() as u64,
                Self::Put { item, .. } | Self::Replicate { item, .. } => item.bytes(),
                Self::Answer { found, .. } => found.as_ref().map_or(0, |item| item.bytes()),
                Self::Refused { plan, .. } | Self::ClusterMap(plan) => plan.bytes(),
                Self::Batch { batch, .. } => batch.bytes(),
                Self::Offer { keys, .. } => {
                    keys.iter().map(|(key, _)| 8 + key.text().len() as u64).sum()
                }
                Self::Lacks { missing, .. } => 8 + 4 * missing.len() as u64,
                Self::ReplicateAck { .. }
                | Self::BatchAck { .. }
                | Self::Hello(_)
                | Self::Order(_)
                | Self::Heartbeat { .. }
                | Self::HeartbeatAck { .. }
                | Self::AskPlan
                | Self::Streamed { .. }
                | Self::Drained { .. } => 8,
            }
    }

    /// How many items it carries that a node must look at one by one.
    #[must_use]
    pub fn entries(&self) -> u64 {
        match self {
            Self::Put { .. } | Self::Replicate { .. } => 1,
            Self::Batch { batch, .. } => batch.items.len() as u64,
            Self::Get { .. }
            | Self::Answer { .. }
            | Self::Refused { .. }
            | Self::ReplicateAck { .. }
            | Self::BatchAck { .. }
            | Self::Hello(_)
            | Self::Order(_)
            | Self::Heartbeat { .. }
            | Self::HeartbeatAck { .. }
            | Self::ClusterMap(_)
            | Self::AskPlan
            | Self::Streamed { .. }
            | Self::Drained { .. }
            | Self::Offer { .. }
            | Self::Lacks { .. } => 0,
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
            Self::Replicate { .. } => "copy",
            Self::ReplicateAck { .. } => "copied",
            Self::Batch { .. } => "batch",
            Self::BatchAck { .. } => "took",
            Self::Hello(_) => "hello",
            Self::Order(_) => "order",
            Self::Heartbeat { .. } => "beat",
            Self::HeartbeatAck { .. } => "alive",
            Self::ClusterMap(_) => "plan",
            Self::AskPlan => "ask",
            Self::Streamed { .. } => "streamed",
            Self::Drained { .. } => "drained",
            Self::Offer { .. } => "offer",
            Self::Lacks { .. } => "lacks",
        }
    }

    /// How it is drawn.
    #[must_use]
    pub fn form(&self) -> Form {
        match self {
            Self::Get { .. } | Self::Put { .. } => Form::Ask,
            Self::Answer { .. }
            | Self::Refused { .. }
            | Self::ReplicateAck { .. }
            | Self::BatchAck { .. }
            | Self::Lacks { .. } => Form::Tell,
            Self::Replicate { .. } | Self::Batch { .. } => Form::Data,
            Self::Heartbeat { .. } => Form::Pulse,
            Self::HeartbeatAck { .. } => Form::Ack,
            Self::Hello(_)
            | Self::Order(_)
            | Self::ClusterMap(_)
            | Self::AskPlan
            | Self::Streamed { .. }
            | Self::Drained { .. }
            | Self::Offer { .. } => Form::Rule,
        }
    }
}

/// Alarms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// The controller asks who is there.
    Heartbeat,
    /// A storage node says that it is there.
    Hello,
    /// A storage node sends again what was not answered.
    Again,
    /// A client's next operation of its workload is due.
    Next,
    /// A client has waited long enough for an answer.
    Timeout(u32),
}

tagged!(Timer {
    0 Heartbeat,
    1 Hello,
    2 Again,
    3 Next,
    4 Timeout(a),
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
    /// To a storage node: have this weight, in hundredths.
    Weight(u32),
    /// To a controller: change the table so.
    Edit(Edit),
    /// To a controller: see to a change of a node that is off, and cannot ask for it itself.
    Change(Task),
}

tagged!(Request {
    0 Get(a),
    1 Put(a, b),
    2 Work(a),
    3 Leave,
    4 Weight(a),
    5 Edit(a),
    6 Change(a),
});

/// Trace annotations of machines, beside those of clients.
#[derive(Clone, Debug)]
pub enum Note {
    /// An item is on the node's disk.
    Stored(Arc<Item>),
    /// A batch of a stream is on the node's disk.
    BatchStored(Arc<Batch>),
    /// The node began to stream to another.
    Streaming {
        /// To whom.
        to: NodeId,
        /// How many keys.
        keys: u32,
        /// How many bytes.
        bytes: u64,
    },
    /// The node let go of keys that are not its own.
    Dropped(Arc<Vec<Key>>),
    /// The controller began a change.
    Began(Task),
    /// The controller put a change off until nodes are back: the one that joins, or those that may be the
    /// only ones to have keys that would change hands.
    Waits {
        /// The change.
        task: Box<Task>,
        /// The nodes.
        whom: Arc<[NodeId]>,
    },
    /// A change is through.
    Done(Task),
    /// The controller gave a node up for now.
    Suspected(NodeId),
    /// A node that was given up is back.
    Back(NodeId),
}

tagged!(Note {
    5 Stored(a),
    6 BatchStored(a),
    7 Streaming { to, keys, bytes },
    8 Dropped(a),
    9 Began(a),
    10 Waits { task, whom },
    11 Done(a),
    12 Suspected(a),
    13 Back(a),
});

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
    ClusterMap(Arc<super::controller::Ledger>),
}

impl Write {
    /// How many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Format(_) => 8,
            Self::Item(item) => item.bytes(),
            Self::Batch(batch) => batch.bytes(),
            Self::Drop(keys) => 8 * keys.len() as u64,
            Self::ClusterMap(ledger) => ledger.plan.bytes(),
        }
    }
}

/// The version of an item that nobody has written yet.
pub const UNWRITTEN: Version = Version(0);
