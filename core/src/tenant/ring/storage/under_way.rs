//! Which keys have a write on its way to the disk: what memory holds ahead of it.
//!
//! Memory takes an item at once; the disk has it when its write has landed. Whatever tells others
//! that the item is there (an answer to a reader, an acknowledgement) waits for that.

use super::Storage;
use crate::tenant::ring::machine::ProcessTurn;
use crate::tenant::ring::message::Write;
use alloc::collections::{BTreeMap, VecDeque};

/// The writes of this life that have not landed, by the places of their keys.
#[derive(Clone, Debug, Default)]
pub(super) struct UnderWay {
    /// The number of the last write that was ordered.
    ordered: u32,
    /// The last write that concerns each place.
    last: BTreeMap<u64, u32>,
    /// The same, in the order in which they land.
    queue: VecDeque<(u32, u64)>,
}

impl UnderWay {
    /// Forgets what has landed.
    pub(super) fn settle(&mut self, landed: u32) {
        while let Some((number, position)) = self.queue.front().copied() {
            if number > landed {
                return;
            }
            self.queue.pop_front();
            if self.last.get(&position) == Some(&number) {
                self.last.remove(&position);
            }
        }
    }

    /// True if the last write to a place has not landed.
    pub(super) fn concerns(&self, position: u64) -> bool {
        self.last.contains_key(&position)
    }

    fn order(&mut self, write: &Write) {
        self.ordered += 1;
        let number = self.ordered;
        let mut note = |position| {
            self.last.insert(position, number);
            self.queue.push_back((number, position));
        };
        match write {
            Write::Item(item) => note(item.key.position()),
            Write::Batch(batch) => batch.items.iter().for_each(|item| note(item.key.position())),
            Write::Drop(keys) => keys.iter().for_each(|key| note(key.position())),
            Write::Format(_) | Write::ClusterMap(_) => {}
        }
    }
}

impl Storage {
    /// Orders a write, at most one in a turn: what is said after it waits until it has landed.
    pub(super) fn save(&mut self, write: Write, turn: &mut ProcessTurn<'_>) {
        self.under_way.order(&write);
        turn.save(write);
    }
}
