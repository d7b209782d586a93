//! A stream of keys to their next owner, item by item and batch by batch.

use crate::base::ordered::Ordered;
use crate::base::{Span, Time};
use crate::cluster::message::Batch;
use crate::store::Item;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Keys on their way to another node: those it had at first, then those written since.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    pub(super) first: Arc<Vec<Item>>,
    pub(super) done: usize,
    pub(super) tail: VecDeque<Item>,
    pub(super) flying: Ordered<u32, Flying>,
    pub(super) arrived_keys: u64,
    pub(super) arrived_bytes: u64,
    pub(super) began: Time,
}

/// A batch that has not been answered.
#[derive(Clone, Debug)]
pub(super) struct Flying {
    pub(super) batch: Arc<Batch>,
    pub(super) sent: Time,
    pub(super) patience: Span,
    /// It carries keys that were there when the stream began.
    pub(super) first: bool,
}

impl Stream {
    pub(super) fn new(began: Time) -> Self {
        Self {
            first: Arc::default(),
            done: 0,
            tail: VecDeque::new(),
            flying: Ordered::new(),
            arrived_keys: 0,
            arrived_bytes: 0,
            began,
        }
    }

    pub(super) fn left(&self) -> usize {
        self.first.len() - self.done + self.tail.len()
    }

    /// True once all that was there when the stream began has arrived.
    pub(super) fn is_caught_up(&self) -> bool {
        self.done == self.first.len() && !self.flying.values().any(|flying| flying.first)
    }

    pub(super) fn is_through(&self) -> bool {
        self.left() == 0 && self.flying.is_empty()
    }

    pub(super) fn next(&mut self) -> Option<Item> {
        if let Some(item) = self.first.get(self.done) {
            self.done += 1;
            return Some(item.clone());
        }
        self.tail.pop_front()
    }
}
