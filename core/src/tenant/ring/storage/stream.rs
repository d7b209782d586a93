//! A stream of keys to their next owner, batch by batch.

use crate::base::vec_map::VecMap;
use crate::base::{Span, Time};
use crate::store::Item;
use crate::tenant::ring::message::Batch;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Keys on their way to another node. What is written meanwhile is none of the stream's concern: it
/// is copied to the next owner like to every other one.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    pub(super) items: Arc<Vec<Item>>,
    pub(super) done: usize,
    pub(super) flying: VecMap<u32, Flying>,
    pub(super) arrived_keys: u64,
    pub(super) arrived_bytes: u64,
    pub(super) began: Time,
}

/// A batch that has not been answered.
#[derive(Clone, Debug)]
pub(super) struct Flying {
    pub(super) batch: Arc<Batch>,
    pub(super) sent: Time,
    pub(super) timeout: Span,
}

impl Stream {
    pub(super) fn new(items: Vec<Item>, began: Time) -> Self {
        Self {
            items: Arc::new(items),
            done: 0,
            flying: VecMap::new(),
            arrived_keys: 0,
            arrived_bytes: 0,
            began,
        }
    }

    pub(super) fn left(&self) -> usize {
        self.items.len() - self.done
    }

    /// True once everything is on the other's disk.
    pub(super) fn is_through(&self) -> bool {
        self.left() == 0 && self.flying.is_empty()
    }

    pub(super) fn next(&mut self) -> Option<Item> {
        let item = self.items.get(self.done)?;
        self.done += 1;
        Some(item.clone())
    }
}
