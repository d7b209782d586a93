//! Things by position on the circle; copies share every part that neither has changed.

use super::engine::{Bounds, Engine};
use super::item::Key;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Bound;

/// Something that lies at a position and is told apart by its key.
pub trait Keyed: Clone {
    /// Where it lies.
    fn position(&self) -> u64;
    /// What tells it apart from others at the same position.
    fn key(&self) -> &str;
}

/// An ordered collection whose copies are cheap: a checkpoint of a hundred thousand keys is a few
/// hundred counters, and a change after it copies one small bucket.
#[derive(Clone, Debug)]
pub struct CowMap<T> {
    buckets: Vec<Arc<Vec<T>>>,
    bits: u32,
    len: u64,
}

/// The top bits of a position choose the bucket, so buckets are in the order of positions. Small
/// shelves have few buckets; a bucket holds about so many things before there are more of them.
const BITS: core::ops::RangeInclusive<u32> = 5..=15;
const FILL: u64 = 12;

impl<T> Default for CowMap<T> {
    fn default() -> Self {
        Self { buckets: Vec::new(), bits: *BITS.start(), len: 0 }
    }
}

impl<T: Keyed> CowMap<T> {
    fn bucket(&self, position: u64) -> usize {
        (position >> (64 - self.bits)) as usize
    }

    fn grow(&mut self) {
        self.bits = (self.bits + 2).min(*BITS.end());
        let old =
            core::mem::replace(&mut self.buckets, alloc::vec![Arc::default(); 1 << self.bits]);
        for bucket in old {
            for thing in bucket.iter() {
                let place = self.bucket(thing.position());
                Arc::make_mut(&mut self.buckets[place]).push(thing.clone());
            }
        }
    }

    fn find(bucket: &[T], position: u64, key: &str) -> Result<usize, usize> {
        bucket.binary_search_by(|thing| {
            thing.position().cmp(&position).then_with(|| thing.key().cmp(key))
        })
    }

    /// The thing with that key.
    #[must_use]
    pub fn get(&self, position: u64, key: &str) -> Option<&T> {
        let bucket = self.buckets.get(self.bucket(position))?;
        Self::find(bucket, position, key).ok().map(|at| &bucket[at])
    }

    /// The thing with that key, to be changed.
    pub fn get_mut(&mut self, position: u64, key: &str) -> Option<&mut T> {
        let place = self.bucket(position);
        let bucket = self.buckets.get_mut(place)?;
        let at = Self::find(bucket, position, key).ok()?;
        Arc::make_mut(bucket).get_mut(at)
    }

    /// The thing with that key, to be changed; made if it is not there.
    pub fn at(&mut self, position: u64, key: &str, make: impl FnOnce() -> T) -> &mut T {
        self.make_room();
        let place = self.bucket(position);
        let bucket = Arc::make_mut(&mut self.buckets[place]);
        let at = Self::find(bucket, position, key).unwrap_or_else(|at| {
            bucket.insert(at, make());
            self.len += 1;
            at
        });
        &mut bucket[at]
    }

    fn make_room(&mut self) {
        if self.buckets.is_empty() {
            self.buckets = alloc::vec![Arc::default(); 1 << self.bits];
        } else if self.len > FILL << self.bits && self.bits < *BITS.end() {
            self.grow();
        }
    }

    /// Puts a thing in the place of what has its key; gives what was there.
    pub fn put(&mut self, thing: T) -> Option<T> {
        self.make_room();
        let place = self.bucket(thing.position());
        let bucket = Arc::make_mut(&mut self.buckets[place]);
        match Self::find(bucket, thing.position(), thing.key()) {
            Ok(at) => Some(core::mem::replace(&mut bucket[at], thing)),
            Err(at) => {
                bucket.insert(at, thing);
                self.len += 1;
                None
            }
        }
    }

    /// Takes out the thing with that key.
    pub fn take(&mut self, position: u64, key: &str) -> Option<T> {
        let place = self.bucket(position);
        let bucket = self.buckets.get_mut(place)?;
        let at = Self::find(bucket, position, key).ok()?;
        self.len -= 1;
        Some(Arc::make_mut(bucket).remove(at))
    }

    /// How many things there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// True if there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Everything, by position.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.buckets.iter().flat_map(|bucket| bucket.iter())
    }

    /// Changes everything, by position.
    pub fn change(&mut self, mut change: impl FnMut(&mut T)) {
        for bucket in &mut self.buckets {
            if !bucket.is_empty() {
                for thing in Arc::make_mut(bucket) {
                    change(thing);
                }
            }
        }
    }
}

impl<T: Keyed> CowMap<T> {
    /// The bucket of a key, and how many things of that bucket lie before the key; with `through`, up to
    /// and with it.
    fn edge(&self, key: &Key, through: bool) -> (usize, usize) {
        let place = self.bucket(key.position());
        let bucket = self.buckets.get(place).map_or(&[][..], |bucket| bucket);
        let at = match Self::find(bucket, key.position(), key.text()) {
            Ok(at) => at + usize::from(through),
            Err(at) => at,
        };
        (place, at)
    }
}

impl<T: Keyed> Engine for CowMap<T> {
    type Key = Key;
    type Entry = T;

    fn get(&self, key: &Key) -> Option<&T> {
        self.get(key.position(), key.text())
    }

    fn put(&mut self, entry: T) -> Option<T> {
        self.put(entry)
    }

    fn delete(&mut self, key: &Key) -> Option<T> {
        self.take(key.position(), key.text())
    }

    fn scan<'a>(&'a self, (low, high): Bounds<'_, Key>) -> impl DoubleEndedIterator<Item = &'a T> {
        let (first, from) = match low {
            Bound::Included(key) => self.edge(key, false),
            Bound::Excluded(key) => self.edge(key, true),
            Bound::Unbounded => (0, 0),
        };
        let (last, to) = match high {
            Bound::Included(key) => self.edge(key, true),
            Bound::Excluded(key) => self.edge(key, false),
            Bound::Unbounded => (self.buckets.len(), 0),
        };
        (first..=last).flat_map(move |place| {
            let bucket = self.buckets.get(place).map_or(&[][..], |bucket| bucket);
            let from = if place == first { from } else { 0 };
            let to = if place == last { to } else { bucket.len() };
            bucket.get(from..to).unwrap_or(&[])
        })
    }

    fn len(&self) -> u64 {
        self.len()
    }
}

#[cfg(test)]
mod tests {
    use super::super::item::{Item, Key, Value, Version};
    use super::*;
    use alloc::format;

    fn item(number: u32) -> Item {
        let value = Value::Filler { stamp: number, bytes: 1 };
        Item { key: Key::new(&format!("k{number}")), version: Version(0), value }
    }

    #[test]
    fn a_copy_does_not_see_later_changes() {
        let mut shelf = CowMap::default();
        for number in 0..2_000 {
            assert!(shelf.put(item(number)).is_none());
        }
        let copy = shelf.clone();
        let gone = item(7);
        assert!(shelf.take(gone.position(), gone.key()).is_some());
        assert!(shelf.put(item(8)).is_some());
        assert_eq!((shelf.len(), copy.len()), (1_999, 2_000));
        assert!(copy.get(gone.position(), gone.key()).is_some());
        assert!(shelf.get(gone.position(), gone.key()).is_none());
        let mut last = 0;
        for thing in copy.iter() {
            assert!(thing.position() >= last);
            last = thing.position();
        }
        assert_eq!(copy.iter().count(), 2_000);
    }
}
