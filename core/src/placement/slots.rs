//! Fixed slots: a key's slot never changes, only the map from slots to nodes does.
//!
//! ```text
//! key ─hash─▶ slot 7,186 of 16,384 ─map─▶ n2          routing is two steps; only the second moves
//! ```
//!
//! Redis Cluster has 16,384 slots by CRC16, and a `{tag}` inside a key decides alone, so that keys
//! can be kept together. Others keep 100 to 10,000 logical shards on a few servers in the same way.
//! A router remembers two bytes a slot; slots move one at a time.

use super::table::Table;
use super::{Owners, Place, Placement, Spot};
use crate::base::NodeId;
use crate::base::hash::crc16;

/// How a key comes to its slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Slotting {
    /// CRC16 of the key, or of its `{tag}`.
    Redis = 0,
    /// The position, in even stretches.
    Even = 1,
}

/// The part of a key that decides where it goes in Redis Cluster: what stands between the first
/// `{` and the first `}` behind it, unless that is empty.
#[must_use]
pub fn tag(key: &[u8]) -> &[u8] {
    let Some(open) = key.iter().position(|byte| *byte == b'{') else { return key };
    match key[open + 1..].iter().position(|byte| *byte == b'}') {
        Some(length) if length > 0 => &key[open + 1..open + 1 + length],
        _ => key,
    }
}

/// The slot of a key in Redis Cluster.
#[must_use]
pub fn redis_slot(key: &[u8]) -> u16 {
    crc16(tag(key)) % 16_384
}

/// Slots on nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slots {
    slotting: Slotting,
    table: Table,
}

impl Slots {
    /// So many slots, on no node yet.
    #[must_use]
    pub fn new(count: u32, slotting: Slotting) -> Self {
        Self { slotting, table: Table::new(count) }
    }

    /// The slot of a key.
    #[must_use]
    pub fn slot(&self, spot: Spot<'_>) -> usize {
        let count = self.table.pieces().len();
        match self.slotting {
            Slotting::Redis => usize::from(crc16(tag(spot.key))) % count,
            Slotting::Even => ((u128::from(spot.position) * count as u128) >> 64) as usize,
        }
    }

    /// The node of each slot.
    #[must_use]
    pub fn pieces(&self) -> &[NodeId] {
        self.table.pieces()
    }

    /// Lays a slot on a node.
    pub fn give(&mut self, slot: usize, node: NodeId) {
        self.table.give(slot, node);
    }
}

impl Placement for Slots {
    fn owners(&self, spot: Spot<'_>, count: usize) -> Owners {
        self.table.owners(self.slot(spot), count)
    }

    fn owner(&self, spot: Spot<'_>) -> Option<NodeId> {
        self.table.node(self.slot(spot))
    }

    fn reads_keys(&self) -> bool {
        self.slotting == Slotting::Redis
    }

    fn share(&self, node: NodeId) -> u32 {
        self.table.share(node)
    }

    fn bytes(&self) -> u64 {
        self.table.bytes()
    }

    fn join(&mut self, place: &Place<'_>) {
        self.table.join(place.node, place.weight);
    }

    fn leave(&mut self, node: NodeId) {
        self.table.leave(node);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_decides_alone_unless_it_is_empty() {
        for (key, slot) in [
            ("foo{}{bar}", 8_363),
            ("foo{{bar}}zap", 4_015),
            ("foo{bar}{zap}", 5_061),
            ("somekey", 11_058),
            ("foo{hash_tag}", 2_515),
            ("{user1000}.following", 3_443),
        ] {
            assert_eq!(redis_slot(key.as_bytes()), slot, "{key}");
        }
        assert_eq!(redis_slot(b"{user1000}.followers"), redis_slot(b"user1000"));
        assert_eq!((tag(b"{"), tag(b"}{"), tag(b"")), (&b"{"[..], &b"}{"[..], &b""[..]));
    }
}
