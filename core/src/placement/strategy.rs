//! The strategies by name, each with what it needs to be told.

use super::layered::Level;
use super::ring::Circle;
use super::slots::Slotting;
use crate::base::hash::Family;
use crate::base::hash::tagged;
use alloc::sync::Arc;

/// How keys are placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// Hash modulo the number of nodes.
    Modulo,
    /// A hash ring with so many points for a node of weight 100.
    Ring {
        /// The points.
        vnodes: u32,
        /// How keys and points come to lie on it.
        circle: Circle,
    },
    /// A ring whose points are laid by hand.
    Laid {
        /// Nodes by name, each with a place of 2^64.
        points: Arc<[(Arc<str>, u64)]>,
    },
    /// The node with the highest score.
    Rendezvous,
    /// The highest score at each branch of a tree.
    Skeleton {
        /// Children a branch.
        fan: u32,
    },
    /// Jump hash.
    Jump,
    /// A table filled by turns.
    Maglev {
        /// Its slots.
        size: u32,
    },
    /// A ring of single points that a key probes several times.
    MultiProbe {
        /// How many times.
        probes: u32,
    },
    /// A ring on which full nodes send keys on.
    Bounded {
        /// Points a node.
        vnodes: u32,
        /// By how many hundredths a node may be above the mean.
        over: u32,
    },
    /// Working buckets among a fixed set.
    Anchor {
        /// The set.
        capacity: u32,
    },
    /// Fixed slots and a map.
    Slots {
        /// How many.
        count: u32,
        /// How a key comes to its slot.
        slotting: Slotting,
    },
    /// Ranges of keys in order.
    Range {
        /// Where they are cut at the start.
        splits: Arc<[Arc<str>]>,
        /// Or how many a node, cut by the keys that there are.
        each: u32,
        /// A range with more keys than this is split.
        most: Option<u32>,
    },
    /// The first part of a key decides, by a table.
    List {
        /// Values, each with the name of its node.
        values: Arc<[(Arc<str>, Arc<str>)]>,
    },
    /// Partitions of partitions.
    Layered {
        /// The levels, the outermost first.
        levels: Arc<[Level]>,
    },
    /// An entry for each tenant.
    Directory,
}

tagged!(Strategy {
    0 Modulo,
    1 Ring { vnodes, circle },
    2 Laid { points },
    3 Rendezvous,
    4 Skeleton { fan },
    5 Jump,
    6 Maglev { size },
    7 MultiProbe { probes },
    8 Bounded { vnodes, over },
    9 Anchor { capacity },
    10 Slots { count, slotting },
    11 Range { splits, each, most },
    12 List { values },
    13 Layered { levels },
    14 Directory,
});

/// About how much work placing is: a look at a node, a point or a slot is one. It is told before
/// anything is placed, so that too much of it can be refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// To let all nodes in.
    pub start: u64,
    /// To let one in or go.
    pub change: u64,
    /// To look one key up.
    pub lookup: u64,
}

impl Work {
    /// To place so many keys for the first time.
    #[must_use]
    pub fn first(&self, keys: u64) -> u64 {
        self.start.saturating_add(keys.saturating_mul(self.lookup))
    }

    /// To place so many keys again after a change.
    #[must_use]
    pub fn again(&self, keys: u64) -> u64 {
        self.change.saturating_add(keys.saturating_mul(self.lookup))
    }
}

impl Strategy {
    /// About how much work it is to place keys on so many nodes.
    #[must_use]
    pub fn work(&self, nodes: u64) -> Work {
        let one_by_one = |change: u64, lookup| Work { start: nodes * change / 2, change, lookup };
        match self {
            // A slot is looked at about as often as the logarithm of their number, here and there.
            Self::Maglev { size } => {
                let fill = 40 * u64::from(*size) + nodes;
                Work { start: fill, change: fill, lookup: 16 }
            }
            Self::Ring { vnodes, .. } => one_by_one(nodes * u64::from(*vnodes) + 64, 16),
            // The less room there is, the more full nodes a key passes by.
            Self::Bounded { vnodes, over } => {
                let passed = 1_000 / u64::from(*over).pow(2).max(1);
                one_by_one(nodes * u64::from(*vnodes) + 64, 16 + passed)
            }
            Self::Rendezvous => one_by_one(nodes + 64, nodes + 4),
            Self::MultiProbe { probes } => one_by_one(nodes + 64, 16 * u64::from(*probes) + 4),
            Self::Skeleton { .. } | Self::Jump | Self::Anchor { .. } => one_by_one(nodes + 64, 64),
            Self::Slots { count, .. } => one_by_one(2 * u64::from(*count) + 64, 16),
            Self::Modulo
            | Self::Laid { .. }
            | Self::Range { .. }
            | Self::List { .. }
            | Self::Layered { .. }
            | Self::Directory => one_by_one(nodes + 64, 16),
        }
    }

    /// A ring on a wide circle.
    #[must_use]
    pub fn ring(vnodes: u32) -> Self {
        Self::Ring { vnodes, circle: Circle::Wide(Family::Xxh3) }
    }

    /// Its word in the language.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Modulo => "modulo",
            Self::Ring { circle: Circle::Ketama, .. } => "ketama",
            Self::Ring { circle: Circle::Cassandra | Circle::Random, .. } => "cassandra",
            Self::Ring { .. } | Self::Laid { .. } => "ring",
            Self::Rendezvous => "rendezvous",
            Self::Skeleton { .. } => "skeleton",
            Self::Jump => "jump",
            Self::Maglev { .. } => "maglev",
            Self::MultiProbe { .. } => "multiprobe",
            Self::Bounded { .. } => "bounded",
            Self::Anchor { .. } => "anchor",
            Self::Slots { .. } => "slots",
            Self::Range { .. } => "range",
            Self::List { .. } => "list",
            Self::Layered { .. } => "layered",
            Self::Directory => "directory",
        }
    }

    /// True if keys in order lie together, so that a range of them is on few nodes.
    #[must_use]
    pub fn keeps_order(&self) -> bool {
        matches!(self, Self::Range { .. })
    }

    /// True if where a key goes depends on the keys before it.
    #[must_use]
    pub fn is_by_load(&self) -> bool {
        matches!(self, Self::Bounded { .. })
    }
}
