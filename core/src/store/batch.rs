//! Items that travel together, and are laid on a disk together.

use super::item::Item;
use crate::base::NodeId;
use crate::base::hash::Fold;
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
