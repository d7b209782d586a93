//! What the machines of a quorum store say to each other and to the outside, and their trace annotations.

use super::record::{Cell, Cells, Record, cells_bytes};
use crate::base::hash::tagged;
use crate::base::{Form, NodeId};
pub use crate::client::Reply;
use crate::client::workload::Workload;
use crate::quorum::{Context, Dot, Hint, Level, Tree};
use crate::store::{Key, Value, Version};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Why a record goes to another node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Why {
    /// It has just been written.
    Write = 0,
    /// A read found that the node lacks it.
    Repair = 1,
    /// The node was away, and somebody kept it as a hint.
    Handoff = 2,
    /// It is to be kept as a hint for another node.
    StandIn = 3,
    /// It is a tombstone past its grace period: every home must have it before one may forget it.
    Confirm = 4,
    /// The node's disk was emptied.
    Refill = 5,
}

/// What a client wants to be written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Put {
    /// The client's number for it.
    pub op: u32,
    /// The key.
    pub key: Key,
    /// The value and its version.
    pub cell: Cell,
    /// Which write it is, wherever it is tried.
    pub dot: Dot,
    /// What the client has seen of the key: the value replaces just that.
    pub seen: Context,
    /// How many copies must have it; as the store is set up if `None`.
    pub level: Option<Level>,
}

/// A write that a coordinator has taken in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Coordinated {
    /// The client that writes.
    pub client: NodeId,
    /// The client's number for it.
    pub op: u32,
    /// The key.
    pub key: Key,
    /// The version.
    pub version: Version,
    /// Which write it is.
    pub dot: Dot,
    /// What it replaces; all that is older, if `None`.
    pub replaces: Option<Context>,
    /// The value is that the key is gone.
    pub gone: bool,
    /// The homes of the key.
    pub homes: Arc<[NodeId]>,
}

/// Where the hashes of two nodes differ, and what one of them holds there.
#[derive(Clone, Debug, Hash)]
pub struct Differs {
    /// The stretches.
    pub leaves: Arc<[u32]>,
    /// Behind which place the records stand; from the first one on if 0.
    pub after: u64,
    /// Up to which place.
    pub until: u64,
    /// The records there.
    pub records: Arc<[Record]>,
}

/// What a node whose disk was emptied held.
#[derive(Clone, Debug, Hash)]
pub struct Refilled {
    /// For which start of the receiver's.
    pub token: u32,
    /// Behind which place the records stand.
    pub after: u64,
    /// Up to which place; the last one if there are no more.
    pub until: u64,
    /// The records there.
    pub records: Arc<[Record]>,
}

/// What a client begins to write.
#[derive(Clone, Debug, Hash)]
pub struct Writes {
    /// Its number for it.
    pub op: u32,
    /// The key.
    pub key: Key,
    /// The version that it writes.
    pub version: Version,
    /// How many copies must have it.
    pub needs: u32,
    /// A hint for a home counts as much as its copy.
    pub hints: bool,
}

/// What a process finds on its disk when it starts.
#[derive(Clone, Debug, Hash)]
pub struct Booted {
    /// The records.
    pub records: Arc<[Record]>,
    /// The hints, by number.
    pub hints: Arc<[(u64, Record)]>,
    /// The homes of each record's key.
    pub homes: Arc<[Arc<[NodeId]>]>,
    /// It sees that its disk was emptied.
    pub emptied: bool,
}

/// What travels between nodes.
#[derive(Clone, Debug)]
pub enum Message {
    /// Client to coordinator: what does the key hold?
    Get {
        /// The client's number for it.
        op: u32,
        /// The key.
        key: Key,
        /// How many copies must answer; as the store is set up if `None`.
        level: Option<Level>,
    },
    /// Client to coordinator: let the key hold this. Boxed, as every message takes as much room as the largest.
    Put(Box<Put>),
    /// Coordinator to client: so many copies say together that the key holds this.
    Found {
        /// The client's number for it.
        op: u32,
        /// What they say.
        cells: Arc<Cells>,
        /// How many copies have answered.
        copies: u32,
    },
    /// Coordinator to client: the write is on the disks of so many homes, and so many others keep a hint.
    Written {
        /// The client's number for it.
        op: u32,
        /// Homes that have it.
        copies: u32,
        /// Others that keep it for a home.
        hints: u32,
    },
    /// Coordinator to client: too few copies have answered in time.
    Failed {
        /// The client's number for it.
        op: u32,
        /// How many have answered.
        got: u32,
        /// How many were needed.
        needed: u32,
    },
    /// Coordinator to home: what do you hold?
    Read {
        /// The sender's number for it.
        token: u32,
        /// The key.
        key: Key,
    },
    /// Home to coordinator: this.
    Holds {
        /// The number of the question.
        token: u32,
        /// The values; none if nobody has written here.
        cells: Arc<Cells>,
    },
    /// Node to node: take this in.
    Replicate {
        /// The sender's number for it.
        token: u32,
        /// The record.
        record: Box<Record>,
        /// Why.
        why: Why,
        /// The home that it is kept for, if the receiver is none.
        home: NodeId,
    },
    /// It is on the disk.
    Replicated {
        /// The number of what is.
        token: u32,
    },
    /// There is no room for a hint.
    NoRoom {
        /// The number of what found none.
        token: u32,
    },
    /// Node to node: my hashes of the keys that both of us are homes of.
    Compare {
        /// The hashes.
        tree: Arc<Tree>,
    },
    /// Node to node: our hashes differ in these stretches, where I hold this from one place to another.
    Differs(Box<Differs>),
    /// Node to node: what you lack, or have older values of.
    Missing {
        /// The records.
        records: Arc<[Record]>,
    },
    /// Home to coordinator: my disk was emptied, and I do not know yet what I held.
    Unknown {
        /// The number of the question.
        token: u32,
    },
    /// Node to node: my disk was emptied; what do we share?
    Refill {
        /// Of which start of the sender's: what an earlier one was told says nothing of what is held now.
        token: u32,
        /// Behind which place; from the first one on if 0.
        after: u64,
    },
    /// Node to node: this.
    Refilled(Box<Refilled>),
}

tagged!(Message {
    0 Get { op, key, level },
    1 Put(a),
    2 Found { op, cells, copies },
    3 Written { op, copies, hints },
    4 Failed { op, got, needed },
    5 Read { token, key },
    6 Holds { token, cells },
    7 Replicate { token, record, why, home },
    8 Replicated { token },
    9 NoRoom { token },
    10 Compare { tree },
    11 Differs(a),
    12 Missing { records },
    13 Unknown { token },
    14 Refill { token, after },
    15 Refilled(a),
});

/// What a message takes beside what it carries.
const HEADER: u64 = 40;

fn records_bytes(records: &[Record]) -> u64 {
    records.iter().map(Record::bytes).sum()
}

impl Message {
    /// How many bytes it takes on the wire.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let context = |context: &Context| 16 * context.dots().len() as u64;
        HEADER
            + match self {
                Self::Get { key, .. } | Self::Read { key, .. } => key.text().len() as u64,
                Self::Put(put) => {
                    put.key.text().len() as u64 + 24 + put.cell.value.bytes() + context(&put.seen)
                }
                Self::Found { cells, .. } | Self::Holds { cells, .. } => cells_bytes(cells),
                Self::Replicate { record, .. } => record.bytes(),
                Self::Compare { tree } => tree.bytes(),
                Self::Differs(it) => 16 + 4 * it.leaves.len() as u64 + records_bytes(&it.records),
                Self::Missing { records } => records_bytes(records),
                Self::Refilled(it) => 20 + records_bytes(&it.records),
                Self::Refill { .. } => 12,
                Self::Written { .. }
                | Self::Failed { .. }
                | Self::Replicated { .. }
                | Self::NoRoom { .. }
                | Self::Unknown { .. } => 8,
            }
    }

    /// How many records it carries that a node must look at one by one.
    #[must_use]
    pub fn entries(&self) -> u64 {
        match self {
            Self::Put(_) | Self::Replicate { .. } => 1,
            Self::Differs(it) => it.records.len() as u64,
            Self::Missing { records } => records.len() as u64,
            Self::Refilled(it) => it.records.len() as u64,
            Self::Get { .. }
            | Self::Found { .. }
            | Self::Written { .. }
            | Self::Failed { .. }
            | Self::Read { .. }
            | Self::Holds { .. }
            | Self::Replicated { .. }
            | Self::NoRoom { .. }
            | Self::Unknown { .. }
            | Self::Refill { .. }
            | Self::Compare { .. } => 0,
        }
    }

    /// A word for its kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Get { .. } => "get",
            Self::Put(_) => "put",
            Self::Found { .. } => "found",
            Self::Written { .. } => "written",
            Self::Failed { .. } => "failed",
            Self::Read { .. } => "read",
            Self::Holds { .. } => "holds",
            Self::Replicate { why, .. } => match why {
                Why::Write => "replicate",
                Why::Repair => "repair",
                Why::Handoff => "handoff",
                Why::StandIn => "hint",
                Why::Confirm => "confirm",
                Why::Refill => "refill",
            },
            Self::Replicated { .. } => "replicated",
            Self::NoRoom { .. } => "no-room",
            Self::Compare { .. } => "compare",
            Self::Differs(_) => "differs",
            Self::Missing { .. } => "missing",
            Self::Unknown { .. } => "unknown",
            Self::Refill { .. } => "refill",
            Self::Refilled(_) => "refilled",
        }
    }

    /// How it is drawn.
    #[must_use]
    pub fn form(&self) -> Form {
        match self {
            Self::Get { .. } | Self::Put(_) | Self::Read { .. } | Self::Refill { .. } => Form::Ask,
            Self::Found { .. } | Self::Written { .. } | Self::Holds { .. } => Form::Tell,
            Self::Failed { .. } | Self::NoRoom { .. } | Self::Unknown { .. } => Form::No,
            Self::Replicate { .. } => Form::Data,
            Self::Replicated { .. } => Form::Ack,
            Self::Compare { .. } => Form::Rule,
            Self::Differs(_) | Self::Missing { .. } | Self::Refilled(_) => Form::Block,
        }
    }
}

/// Alarms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// A coordinator has waited long enough for the copies of one operation.
    Wait(u32),
    /// The coordinator's own copy of a write is on its disk.
    Own(u32),
    /// The coordinator's own hint for a write is on its disk.
    OwnHint(u32),
    /// A node tries to hand its hints over.
    Handoff,
    /// A node compares what it holds with another one.
    AntiEntropy,
    /// A node looks for tombstones past their grace period.
    Collect,
    /// A node whose disk was emptied asks again for what it held.
    Refill,
    /// A client's next operation of its workload is due.
    Next,
    /// A client has waited long enough for an answer.
    Timeout(u32),
}

tagged!(Timer {
    0 Wait(a),
    1 Handoff,
    2 AntiEntropy,
    3 Collect,
    4 Next,
    5 Timeout(a),
    6 Own(a),
    7 OwnHint(a),
    8 Refill,
});

/// What comes from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// To a client: read a key.
    Get(Key, Option<Level>),
    /// To a client: write a key; gone to delete it.
    Put(Key, Box<Value>, Option<Level>),
    /// To a client: work like this from now on; nothing stops it.
    Work(Option<Arc<Workload>>),
    /// To a node: compare what you hold with all others, now.
    Repair,
}

tagged!(Request {
    0 Get(a, b),
    1 Put(a, b, c),
    2 Work(a),
    3 Repair,
});

/// Trace annotations of machines, beside those of clients.
#[derive(Clone, Debug)]
pub enum Note {
    /// A client begins to read.
    Reads {
        /// Its number for it.
        op: u32,
        /// The key.
        key: Key,
        /// How many copies must answer.
        needs: u32,
    },
    /// A client begins to write.
    Writes(Box<Writes>),
    /// A client's read has ended: it saw these versions, of so many copies.
    Saw {
        /// Its number for it.
        op: u32,
        /// The versions.
        versions: Arc<[Version]>,
        /// Of these, how many have a value.
        alive: u32,
        /// How many copies have answered.
        copies: u32,
    },
    /// A client's write is acknowledged.
    Acked {
        /// Its number for it.
        op: u32,
        /// Which write it is.
        dot: Dot,
        /// How many homes have it, as its coordinator says.
        copies: u32,
        /// How many others keep it for a home.
        hints: u32,
    },
    /// A client is told of an operation that only copies of one region count for: those at these homes, in the region
    /// of its coordinator.
    Near {
        /// Its number for it.
        op: u32,
        /// The homes.
        homes: Arc<[NodeId]>,
    },
    /// A client gives an operation up.
    GaveUp {
        /// Its number for it.
        op: u32,
    },
    /// A coordinator has taken a write in: it will be on the disks of these homes.
    Coordinated(Box<Coordinated>),
    /// A coordinator has too few answers.
    Unmet {
        /// The key.
        key: Key,
        /// How many have answered.
        got: u32,
        /// How many were needed.
        needed: u32,
    },
    /// A record is on the node's disk.
    Stored(Record, Why),
    /// A hint is on the node's disk.
    Kept {
        /// Its number with this node.
        number: u64,
        /// For whom.
        home: NodeId,
        /// What.
        record: Arc<Record>,
    },
    /// The node for which a hint was kept has it.
    HandedOver {
        /// Its number with this node.
        number: u64,
        /// For whom it was.
        home: NodeId,
        /// The key.
        key: Key,
    },
    /// Hints were given up for their age.
    Expired {
        /// Their numbers with this node.
        numbers: Arc<[u64]>,
    },
    /// A read found more than one value: writers had not seen each other.
    Siblings {
        /// The key.
        key: Key,
        /// How many.
        count: u32,
    },
    /// A read found that copies differ and repairs them.
    Repairs {
        /// The key.
        key: Key,
        /// Who lacked something.
        behind: Arc<Vec<NodeId>>,
    },
    /// Two nodes have compared hashes: so many stretches differ.
    Compared {
        /// With whom.
        with: NodeId,
        /// Stretches that differ.
        differ: u32,
        /// Hashes that were compared.
        hashes: u32,
    },
    /// A tombstone was forgotten: every home had it, and it was past its grace period.
    Collected(Record),
    /// A record was removed by a delete that leaves no tombstone.
    Removed(Key),
    /// A process starts and finds this on its disk.
    Booted(Box<Booted>),
}

tagged!(Note {
    0 Reads { op, key, needs },
    16 Writes(a),
    1 Saw { op, versions, alive, copies },
    2 Acked { op, dot, copies, hints },
    3 GaveUp { op },
    4 Coordinated(a),
    5 Unmet { key, got, needed },
    6 Stored(a, b),
    7 Kept { number, home, record },
    8 HandedOver { number, home, key },
    9 Expired { numbers },
    10 Siblings { key, count },
    11 Repairs { key, behind },
    12 Compared { with, differ, hashes },
    13 Collected(a),
    14 Removed(a),
    15 Booted(a),
    17 Near { op, homes },
});

/// A write to the disk.
#[derive(Clone, Debug)]
pub enum Write {
    /// What a key holds now.
    Record(Box<Record>),
    /// What many keys hold now.
    Records(Arc<Vec<Record>>),
    /// A hint to keep.
    Hint(Box<Hint<Record>>),
    /// A hint that is not needed any more.
    HintDone(u64),
    /// A key to forget.
    Forget(Box<Key>),
    /// The disk was emptied and is filled again.
    Whole,
}

impl Write {
    /// How many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Record(record) => record.bytes(),
            Self::Records(records) => records_bytes(records),
            Self::Hint(hint) => 24 + hint.what.bytes(),
            Self::HintDone(_) | Self::Forget(_) | Self::Whole => 8,
        }
    }
}

/// Nobody stands in: the receiver is a home itself.
pub const NOBODY: NodeId = NodeId::WORLD;
