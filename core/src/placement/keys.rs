//! Very many keys in little room: their bytes behind each other, and where each lies.

use super::Spot;
use crate::base::hash::Family;
use alloc::vec::Vec;

/// A row of keys, in the order in which they came; a key may come more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeySet {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    positions: Vec<u64>,
    /// Some of them in their own order.
    ordered: Vec<u32>,
}

/// So many keys stand for all when order matters.
const SAMPLE: usize = 4_096;

/// All keys together have at most so many bytes.
pub const BYTES_MAX: usize = 256 << 20;

impl KeySet {
    /// Adds a key. False if there is no room for it.
    pub fn push(&mut self, key: &[u8]) -> bool {
        if self.bytes.len() + key.len() > BYTES_MAX {
            return false;
        }
        self.bytes.extend_from_slice(key);
        self.ends.push(self.bytes.len() as u32);
        self.positions.push(Family::Xxh3.of(key));
        true
    }

    /// Puts a sample of the keys in order, once all are there.
    pub fn finish(&mut self) {
        let step = self.len().div_ceil(SAMPLE).max(1);
        let mut ordered: Vec<u32> = (0..self.len() as u32).step_by(step).collect();
        ordered.sort_unstable_by(|one, two| self.key(*one as usize).cmp(self.key(*two as usize)));
        self.ordered = ordered;
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The bytes of a key; none behind the last one.
    #[must_use]
    pub fn key(&self, at: usize) -> &[u8] {
        let from = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end);
        let to = self.ends.get(at).map_or(from, |end| *end);
        &self.bytes[from as usize..to as usize]
    }

    /// A key as a strategy sees it.
    #[must_use]
    pub fn spot(&self, at: usize) -> Spot<'_> {
        Spot { position: self.positions[at], key: self.key(at) }
    }

    /// Where the keys lie, in the order in which they came.
    #[must_use]
    pub fn positions(&self) -> &[u64] {
        &self.positions
    }

    /// All keys.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|at| self.key(at))
    }

    /// Some of the keys, in their own order.
    #[must_use]
    pub fn ordered(&self) -> &[u32] {
        &self.ordered
    }
}
