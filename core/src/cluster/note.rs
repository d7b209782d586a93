//! Notes: what machines let be seen of themselves, for measures, laws and screens.

use super::kv::Kv;
use super::map::Task;
use super::message::{Batch, Outcome, Verb};
use super::survey::Finding;
use crate::base::NodeId;
use crate::raft::{self, Index, Refusal};
use crate::store::{Item, Key, Value};
use crate::unique::Kind;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hash::Hash;

/// What machines let be seen.
#[derive(Clone, Debug, Hash)]
#[repr(u8)]
pub enum Note {
    /// A client began an operation.
    Asked {
        /// Its number for it.
        op: u32,
        /// What it does.
        verb: Verb,
        /// To which key.
        key: Key,
        /// What it writes or appends.
        value: Option<Value>,
        /// What must stand there for it to write; gone if the key must be absent.
        expected: Option<Value>,
    } = 0,
    /// A client's operation ended.
    Answered {
        /// Its number for it.
        op: u32,
        /// How.
        outcome: Outcome,
    } = 1,
    /// A client was sent elsewhere.
    Redirected {
        /// Its number for the operation.
        op: u32,
    } = 2,
    /// A client tried again.
    Retried {
        /// Its number for the operation.
        op: u32,
    } = 3,
    /// The scenario put these on the node before the start.
    Loaded(Arc<Batch>) = 4,
    /// An item is on the node's disk.
    Stored(Arc<Item>) = 5,
    /// A batch of a stream is on the node's disk.
    Took(Arc<Batch>) = 6,
    /// The node began to stream to another.
    Streaming {
        /// To whom.
        to: NodeId,
        /// How many keys.
        keys: u32,
        /// How many bytes.
        bytes: u64,
    } = 7,
    /// The node let go of keys that are not its own.
    Dropped(Arc<Vec<Key>>) = 8,
    /// The controller began a change.
    Began(Task) = 9,
    /// The controller put a change off until nodes are back: the one that joins, or those that may be the
    /// only ones to have keys that would change hands.
    Waits {
        /// The change.
        task: Task,
        /// The nodes.
        whom: Arc<[NodeId]>,
    } = 10,
    /// A change is through.
    Done(Task) = 11,
    /// The controller gave a node up for now.
    Suspected(NodeId) = 12,
    /// A node that was given up is back.
    Back(NodeId) = 13,
    /// A survey wrote down what it found.
    Surveyed(Arc<Finding>) = 14,
    /// A question was looked at: how many partitions it reads, of how many, and why, as a tree.
    Explained {
        /// Partitions that are read.
        touched: u32,
        /// Partitions that there are.
        of: u32,
        /// The way through the levels.
        tree: Arc<str>,
    } = 15,
    /// A caption.
    Said(Arc<str>) = 16,
    /// The scenario stopped the run here.
    Stopped = 17,
    /// The node made ids.
    Made(Arc<Made>) = 18,
    /// Something keeps the node from making ids.
    Trouble(super::maker::Trouble) = 19,
    /// A replica's log lets something be seen.
    Raft(raft::Note<Kv>) = 20,
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
    } = 21,
    /// A replica began anew from a snapshot of its store.
    Restored {
        /// The place that the snapshot stands for.
        index: Index,
        /// What is in it.
        items: Arc<[Item]>,
        /// A number that tells the state from others.
        digest: u64,
    } = 22,
    /// A replica is too far behind to answer a read.
    TooStale {
        /// The caller's number for it.
        op: u32,
    } = 23,
    /// A leader does not carry out what it was told to.
    Refused(Refusal) = 24,
}

/// What a maker of ids did with what it was asked for at one moment.
#[derive(Clone, Debug, Hash)]
pub struct Made {
    /// What it makes.
    pub kind: Kind,
    /// Its number.
    pub number: u32,
    /// How many entries a page of the index holds.
    pub page: u32,
    /// The ids, in the order in which they were made.
    pub ids: Vec<u128>,
    /// Asks that were refused.
    pub refused: u32,
    /// Asks that must wait from now on.
    pub waits: u32,
}
