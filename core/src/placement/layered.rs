//! Partitions of partitions: by region, then by hash; by month, then by hash; and so on.
//!
//! ```text
//! key eu:2026-03:17      region ─▶ eu ─▶ month ─▶ from 2026-03 ─▶ hash ─▶ 2 of 4      one partition
//! ```
//!
//! A key's parts between colons are its columns. Each level cuts by one column: by a list of values,
//! by ranges, or by hash. A query that names a column reads only the partitions that can hold it.

use super::list::part;
use super::table::Table;
use super::{Owners, Place, Placement, Spot};
use crate::base::NodeId;
use crate::base::hash::Family;
use crate::base::hash::tagged;
use alloc::sync::Arc;

/// How a level cuts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cut {
    /// One partition a value, and one for all others.
    Values(Arc<[Arc<str>]>),
    /// From each of these values on, and one before the first.
    From(Arc<[Arc<str>]>),
    /// So many partitions by hash.
    Hash(u32),
}

tagged!(Cut {
    0 Values(a),
    1 From(a),
    2 Hash(a),
});

/// One level.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Level {
    /// The column's name.
    pub column: Arc<str>,
    /// Which part of the key it is, from nought; a hash level may take the whole key.
    pub part: Option<u32>,
    /// How it cuts.
    pub cut: Cut,
}

impl Level {
    /// How many partitions it makes.
    #[must_use]
    pub fn len(&self) -> u32 {
        match &self.cut {
            Cut::Values(values) | Cut::From(values) => values.len() as u32 + 1,
            Cut::Hash(count) => (*count).max(1),
        }
    }

    /// True if it makes no partition, which cannot be.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Which of its partitions a value belongs to.
    #[must_use]
    pub fn find(&self, value: &[u8]) -> u32 {
        match &self.cut {
            Cut::Values(values) => {
                let at = values.iter().position(|known| known.as_bytes() == value);
                at.unwrap_or(values.len()) as u32
            }
            Cut::From(values) => values.partition_point(|from| from.as_bytes() <= value) as u32,
            Cut::Hash(count) => (Family::Xxh3.of(value) % u64::from((*count).max(1))) as u32,
        }
    }

    fn value<'k>(&self, key: &'k [u8]) -> &'k [u8] {
        self.part.map_or(key, |number| part(key, number as usize))
    }
}

/// Partitions on nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layered {
    levels: Arc<[Level]>,
    table: Table,
}

/// More partitions than this are not made.
pub const PARTITIONS_MAX: u32 = 65_536;

impl Layered {
    /// The partitions of these levels, on no node yet.
    #[must_use]
    pub fn new(levels: &Arc<[Level]>) -> Self {
        let count = levels.iter().fold(1_u32, |count, level| count.saturating_mul(level.len()));
        Self { levels: levels.clone(), table: Table::new(count.min(PARTITIONS_MAX)) }
    }

    /// The levels, the outermost first.
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// The node of each partition.
    #[must_use]
    pub fn pieces(&self) -> &[NodeId] {
        self.table.pieces()
    }

    /// The partition of a key.
    #[must_use]
    pub fn partition(&self, key: &[u8]) -> usize {
        let mut number = 0_usize;
        for level in &*self.levels {
            number = number * level.len() as usize + level.find(level.value(key)) as usize;
        }
        number % self.table.pieces().len()
    }

    /// Lays a partition on a node.
    pub fn give(&mut self, partition: usize, node: NodeId) {
        self.table.give(partition, node);
    }
}

impl Placement for Layered {
    fn owners(&self, spot: Spot<'_>, count: usize) -> Owners {
        self.table.owners(self.partition(spot.key), count)
    }

    fn owner(&self, spot: Spot<'_>) -> Option<NodeId> {
        self.table.node(self.partition(spot.key))
    }

    fn reads_keys(&self) -> bool {
        true
    }

    fn share(&self, node: NodeId) -> u32 {
        self.table.share(node)
    }

    fn bytes(&self) -> u64 {
        let names = self.levels.iter().map(|level| match &level.cut {
            Cut::Values(values) | Cut::From(values) => values.iter().map(|v| v.len() as u64).sum(),
            Cut::Hash(_) => 4,
        });
        self.table.bytes() + names.sum::<u64>()
    }

    fn join(&mut self, place: &Place<'_>) {
        self.table.join(place.node, place.weight);
    }

    fn leave(&mut self, node: NodeId) {
        self.table.leave(node);
    }
}
