//! Space-saving: the heaviest keys of a stream, with a fixed number of counters.
//!
//! A key that has no counter takes over the smallest one and starts from its count. So a count is
//! never too low, is too high by at most what it took over, and every key with more than 1/k of the
//! stream has a counter (Metwally, Agrawal, El Abbadi, 2005).

use crate::base::order;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// One counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heavy {
    /// The key.
    pub key: Box<str>,
    /// How often it was seen, at most.
    pub count: u64,
    /// How much of the count may be another key's.
    pub over: u64,
}

/// The counters.
#[derive(Clone, Debug)]
pub struct SpaceSaving {
    most: usize,
    total: u64,
    /// Counters never move; the heap below orders their places.
    counters: Vec<Heavy>,
    hashes: Vec<u64>,
    /// A binary heap of counters' places, the smallest count first.
    heap: Vec<u32>,
    /// Where each counter is in the heap.
    at: Vec<u32>,
    found: BTreeMap<u64, u32>,
}

/// More counters than this are not kept.
const COUNTERS_MAX: usize = 65_536;

impl SpaceSaving {
    /// So many counters, one at least.
    #[must_use]
    pub fn new(counters: usize) -> Self {
        Self {
            most: counters.clamp(1, COUNTERS_MAX),
            total: 0,
            counters: Vec::new(),
            hashes: Vec::new(),
            heap: Vec::new(),
            at: Vec::new(),
            found: BTreeMap::new(),
        }
    }

    /// How much was counted in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Counts a key, whose hash is given, so many times.
    pub fn add(&mut self, hash: u64, key: &str, times: u64) {
        self.total = self.total.saturating_add(times);
        if let Some(&place) = self.found.get(&hash) {
            let counter = &mut self.counters[place as usize];
            counter.count = counter.count.saturating_add(times);
            self.sink(self.at[place as usize] as usize);
            return;
        }
        let place = if self.counters.len() < self.most {
            let place = self.counters.len() as u32;
            self.counters.push(Heavy { key: key.into(), count: times, over: 0 });
            self.hashes.push(hash);
            self.at.push(self.heap.len() as u32);
            self.heap.push(place);
            self.rise(self.heap.len() - 1);
            place
        } else {
            let place = self.heap[0];
            let counter = &mut self.counters[place as usize];
            let over = counter.count;
            *counter = Heavy { key: key.into(), count: over.saturating_add(times), over };
            self.found.remove(&self.hashes[place as usize]);
            self.hashes[place as usize] = hash;
            self.sink(0);
            place
        };
        self.found.insert(hash, place);
    }

    /// The heaviest keys, heaviest first; equal ones by key.
    #[must_use]
    pub fn top(&self, most: usize) -> Vec<&Heavy> {
        let mut all: Vec<&Heavy> = self.counters.iter().collect();
        order::sort_by(&mut all, |a, b| (b.count, &a.key) < (a.count, &b.key));
        all.truncate(most);
        all
    }

    fn count(&self, heap: usize) -> u64 {
        self.counters[self.heap[heap] as usize].count
    }

    fn swap(&mut self, one: usize, two: usize) {
        self.heap.swap(one, two);
        self.at[self.heap[one] as usize] = one as u32;
        self.at[self.heap[two] as usize] = two as u32;
    }

    fn rise(&mut self, mut at: usize) {
        while at > 0 && self.count(at) < self.count((at - 1) / 2) {
            self.swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    fn sink(&mut self, mut at: usize) {
        loop {
            let children = 2 * at + 1..(2 * at + 3).min(self.heap.len());
            let Some(least) = children.min_by_key(|&child| self.count(child)) else { return };
            if self.count(at) <= self.count(least) {
                return;
            }
            self.swap(at, least);
            at = least;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;
    use crate::base::hash::position;
    use alloc::format;

    #[test]
    fn counts_are_never_low_and_no_heavy_key_is_missing() {
        let mut rng = Rng::derive(3, 1);
        let mut sketch = SpaceSaving::new(50);
        let mut truth: BTreeMap<u64, u64> = BTreeMap::new();
        for _ in 0..20_000 {
            // The product of two numbers is skewed: small ones are frequent.
            let key = rng.below(100) * rng.below(30);
            *truth.entry(key).or_default() += 1;
            let text = format!("{key}");
            sketch.add(position(&text), &text, 1);
        }
        assert_eq!(sketch.total(), 20_000);
        assert_eq!(sketch.counters.iter().map(|c| c.count).sum::<u64>(), 20_000);
        for heavy in sketch.top(50) {
            let real = truth[&heavy.key.parse::<u64>().unwrap()];
            assert!(heavy.count - heavy.over <= real && real <= heavy.count, "{heavy:?} {real}");
            assert!(heavy.over <= 20_000 / 50);
        }
        for (key, count) in truth.iter().filter(|(_, count)| **count > 20_000 / 50) {
            let text = format!("{key}");
            assert!(sketch.top(50).iter().any(|h| *h.key == *text), "{key}, {count} times");
        }
    }

    #[test]
    fn few_keys_are_counted_exactly_and_one_counter_works() {
        let mut sketch = SpaceSaving::new(0);
        for key in ["a", "b", "b"] {
            sketch.add(position(key), key, 1);
        }
        assert_eq!(sketch.top(9), [&Heavy { key: "b".into(), count: 3, over: 1 }]);
        let mut sketch = SpaceSaving::new(8);
        for key in ["a", "b", "b", "c", "b"] {
            sketch.add(position(key), key, 2);
        }
        let top: Vec<_> = sketch.top(2).iter().map(|h| (&*h.key, h.count, h.over)).collect();
        assert_eq!(top, [("b", 6, 0), ("a", 2, 0)]);
    }
}
