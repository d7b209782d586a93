//! Very many keys in little room: their bytes behind each other, and where each lies.

use super::Spot;
use crate::base::hash::Family;
use crate::base::sketch::{HyperLogLog, SpaceSaving};
use alloc::string::String;
use alloc::vec::Vec;

/// A row of keys, in the order in which they came; a key may come more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeySet {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    positions: Vec<u64>,
    /// Some of them in their own order.
    ordered: Vec<u32>,
    /// How many lie in each of even stretches of all places.
    density: Vec<u32>,
    /// About how many different ones there are.
    distinct: u64,
    /// The most frequent ones, with their counts, each at most so much too high.
    heavy: Vec<(String, u64, u64)>,
}

/// So many keys stand for all when order matters.
const SAMPLE: usize = 4_096;

/// Counters that the most frequent keys are found with, and how many of those are told.
const COUNTERS: usize = 256;
const HEAVY: usize = 10;

/// All keys together have at most so many bytes.
pub const BYTES_MAX: usize = 256 << 20;

/// Stretches in which keys are counted.
pub const STRETCHES: usize = 360;

/// The stretch of a position.
#[must_use]
pub fn stretch(position: u64) -> usize {
    ((u128::from(position) * STRETCHES as u128) >> 64) as usize
}

/// Keys as they come, one by one, counted on the way.
#[derive(Clone, Debug)]
pub struct Filling {
    set: KeySet,
    distinct: HyperLogLog,
    heavy: SpaceSaving,
}

impl Default for Filling {
    /// Some kilobytes tell who is hot and how many there are, however many keys there are.
    fn default() -> Self {
        let (distinct, heavy) = (HyperLogLog::new(12), SpaceSaving::new(COUNTERS));
        Self { set: KeySet::default(), distinct, heavy }
    }
}

impl Filling {
    /// How many keys there are so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.set.len()
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// Adds a key. False if there is no room for it.
    pub fn push(&mut self, key: &[u8]) -> bool {
        let set = &mut self.set;
        if set.bytes.len() + key.len() > BYTES_MAX {
            return false;
        }
        let position = Family::Xxh3.of(key);
        set.bytes.extend_from_slice(key);
        set.ends.push(set.bytes.len() as u32);
        set.positions.push(position);
        if set.density.is_empty() {
            set.density.resize(STRETCHES, 0);
        }
        set.density[stretch(position)] += 1;
        self.distinct.add(position);
        if let Ok(text) = core::str::from_utf8(key) {
            self.heavy.add(position, text, 1);
        }
        true
    }

    /// The set, a sample of it put in order.
    #[must_use]
    pub fn finish(self) -> KeySet {
        let mut set = self.set;
        let step = set.len().div_ceil(SAMPLE).max(1);
        let mut ordered: Vec<u32> = (0..set.len() as u32).step_by(step).collect();
        ordered.sort_unstable_by(|one, two| set.key(*one as usize).cmp(set.key(*two as usize)));
        set.ordered = ordered;
        set.distinct = self.distinct.count();
        let top = self.heavy.top(HEAVY).into_iter();
        set.heavy = top.map(|heavy| (heavy.key.clone(), heavy.count, heavy.over)).collect();
        set
    }
}

impl KeySet {
    /// How many keys lie in each of [`STRETCHES`] even stretches of all places; nothing without keys.
    #[must_use]
    pub fn density(&self) -> &[u32] {
        &self.density
    }

    /// About how many different keys there are.
    #[must_use]
    pub fn distinct(&self) -> u64 {
        self.distinct
    }

    /// The most frequent keys with their counts, each at most so much too high; the first is the
    /// most frequent.
    #[must_use]
    pub fn heavy(&self) -> &[(String, u64, u64)] {
        &self.heavy
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
