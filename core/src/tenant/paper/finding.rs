//! A change on paper, and what it has made of the keys.

use crate::base::hash::tagged;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A change on paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revision {
    /// The first placing.
    Start,
    /// A node comes, with that weight in hundredths.
    Join(Arc<str>, u32),
    /// A node goes.
    Leave(Arc<str>),
    /// A node has another weight.
    Weight(Arc<str>, u32),
    /// A range is cut so that a new one begins at this key.
    Split(Arc<str>),
    /// The range that begins at this key is joined to the one before it.
    Merge(Arc<str>),
    /// What a key belongs to is laid on a node.
    Give(Arc<str>, Arc<str>),
}

tagged!(Revision {
    0 Start,
    1 Join(a, b),
    2 Leave(a),
    3 Weight(a, b),
    4 Split(a),
    5 Merge(a),
    6 Give(a, b),
});

/// What a node would hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Holding {
    /// The node.
    pub name: Arc<str>,
    /// Its weight in hundredths.
    pub weight: u32,
    /// Keys on it.
    pub keys: u32,
    /// Its share of all places, in millionths, whatever keys there are.
    pub share: u32,
}

/// What was found after a change.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    /// The change.
    pub revision: Revision,
    /// How many keys there are.
    pub keys: u32,
    /// How many of them this change moved.
    pub moved: u32,
    /// How many all changes so far moved.
    pub moved_all: u64,
    /// The share that theory expects to move, of all changes so far, in millionths.
    pub expected_all: u64,
    /// Keys that moved from a node to another, by place in `nodes`; a node that left is behind them.
    pub pairs: Vec<(u32, u32, u32)>,
    /// The nodes.
    pub nodes: Vec<Holding>,
    /// The node that left in this change.
    pub left: Option<Arc<str>>,
    /// How many nodes a range query asks, in the mean, in thousandths.
    pub fan_out: u32,
    /// What a router must remember, in bytes.
    pub bytes: u64,
    /// About how many different keys there are.
    pub distinct: u64,
    /// How often the most frequent key comes, at most.
    pub hottest: u64,
    /// Nodes that took keys over in this change.
    pub heirs: u32,
}
