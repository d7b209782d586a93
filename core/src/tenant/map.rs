//! What a screen may know of the keys of any party: which node stands where, and what is on the move.

use crate::base::NodeId;
use crate::base::vec_map::VecMap;
use crate::placement::{Placed, Spot, way};
use alloc::string::String;
use alloc::vec::Vec;

/// What a storage node is to its cluster's map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It owns keys and serves them.
    Serving,
    /// It is taking over its keys.
    Joining,
    /// It is handing its keys over.
    Leaving,
    /// It is back and catching up.
    Behind,
    /// The controller has given it up for now.
    Suspected,
    /// It is not on the map.
    Outside,
}

/// Data on the move between two nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamFact {
    /// From which node.
    pub from: NodeId,
    /// To which node.
    pub to: NodeId,
    /// Keys that have arrived in this stream.
    pub keys: u64,
    /// Bytes that have arrived in this stream.
    pub bytes: u64,
    /// Keys that are still to go.
    pub left: u64,
    /// Bytes a second, over the last stretch.
    pub rate: u64,
}

/// A node on a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberFact {
    /// What it is to the map.
    pub standing: Standing,
    /// It can be told to hand over its keys and go.
    pub may_leave: bool,
    /// Its weight in hundredths.
    pub weight: u32,
    /// Its share of all places, in millionths.
    pub share: u32,
}

/// The map in force of a party whose nodes go by one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MapFact {
    /// Its number, where maps change.
    pub epoch: u32,
    /// What the party is doing, if it is doing anything.
    pub doing: Option<String>,
    /// Points on the circle of 2^64 places, by position; empty where the strategy has none.
    pub points: Vec<(u64, NodeId)>,
    /// Pieces of a table in their order: the node of some neighbours, and how many they are.
    pub pieces: Vec<(NodeId, u32)>,
    /// Nodes that stand on it, or are about to.
    pub members: VecMap<NodeId, MemberFact>,
    /// Data that moves between two nodes at this moment.
    pub streams: Vec<StreamFact>,
}

/// Where a key goes by a party's rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The place on the circle, the piece or the range.
    pub place: u64,
    /// The way there, each step with a name and a value.
    pub steps: Vec<(&'static str, String)>,
    /// The nodes that own it, or hold copies, the owner first.
    pub owners: Vec<String>,
}

impl Found {
    /// By a strategy.
    #[must_use]
    pub fn by(placed: &Placed, key: &str, owners: Vec<String>) -> Self {
        let spot = Spot::of(key.as_bytes());
        Self { place: way::place(placed, spot), steps: way::steps(placed, spot), owners }
    }
}
