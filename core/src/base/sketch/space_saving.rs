//! Space-saving: the heaviest keys of a stream, with a fixed number of counters.
//!
//! A key that has no counter takes over the smallest one and starts from its count. So a count is
//! never too low, is too high by at most what it took over, and every key with more than 1/k of the
//! stream has a counter (Metwally, Agrawal, El Abbadi, 2005).

use crate::base::order;
use alloc::string::String;
use alloc::vec::Vec;

/// One counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heavy {
    /// The key.
    pub key: String,
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
    /// A binary heap of counts and their counters' places, the smallest count first.
    heap: Vec<(u64, u32)>,
    /// Where each counter is in the heap.
    at: Vec<u32>,
    found: Places,
}

/// Where the counter of a hash is: a row of slots, each with a counter's place and one more, or 0.
#[derive(Clone, Debug)]
struct Places(Vec<u32>);

impl Places {
    /// Four slots a counter at least, so that most are found where they are looked for first.
    fn new(counters: usize) -> Self {
        Self(alloc::vec![0; (counters * 4).next_power_of_two()])
    }

    fn home(&self, hash: u64) -> usize {
        hash as usize & (self.0.len() - 1)
    }

    fn after(&self, slot: usize) -> usize {
        (slot + 1) & (self.0.len() - 1)
    }

    /// The slot of a hash: its own, or the empty one in which it would stand.
    fn slot(&self, hash: u64, hashes: &[u64]) -> usize {
        let (slots, last) = (&self.0[..], self.0.len() - 1);
        let mut slot = hash as usize & last;
        while slots[slot] > 0 && hashes[slots[slot] as usize - 1] != hash {
            slot = (slot + 1) & last;
        }
        slot
    }

    /// Empties the slot of a hash, and moves those up that it had kept from their own.
    fn remove(&mut self, hash: u64, hashes: &[u64]) {
        let mut hole = self.slot(hash, hashes);
        let mut slot = self.after(hole);
        self.0[hole] = 0;
        while self.0[slot] > 0 {
            let home = self.home(hashes[self.0[slot] as usize - 1]);
            let behind = |from: usize| slot.wrapping_sub(from) & (self.0.len() - 1);
            if behind(home) >= behind(hole) {
                self.0.swap(hole, slot);
                hole = slot;
            }
            slot = self.after(slot);
        }
    }
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
            found: Places::new(counters.clamp(1, COUNTERS_MAX)),
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
        let slot = self.found.slot(hash, &self.hashes);
        if let Some(place) = self.found.0[slot].checked_sub(1) {
            let counter = &mut self.counters[place as usize];
            counter.count = counter.count.saturating_add(times);
            let entry = (counter.count, place);
            self.sink(self.at[place as usize] as usize, entry);
            return;
        }
        let place = if self.counters.len() < self.most {
            let place = self.counters.len() as u32;
            self.counters.push(Heavy { key: key.into(), count: times, over: 0 });
            self.hashes.push(hash);
            self.at.push(self.heap.len() as u32);
            self.heap.push((times, place));
            self.rise(self.heap.len() - 1);
            place
        } else {
            let place = self.heap[0].1;
            let counter = &mut self.counters[place as usize];
            let over = counter.count;
            // The room of the key before is taken over: of very many keys most come but once.
            counter.key.clear();
            counter.key.push_str(key);
            (counter.count, counter.over) = (over.saturating_add(times), over);
            self.found.remove(self.hashes[place as usize], &self.hashes);
            self.hashes[place as usize] = hash;
            self.sink(0, (over.saturating_add(times), place));
            place
        };
        let slot = self.found.slot(hash, &self.hashes);
        self.found.0[slot] = place + 1;
    }

    /// The heaviest keys, heaviest first; equal ones by key.
    #[must_use]
    pub fn top(&self, most: usize) -> Vec<&Heavy> {
        let mut all: Vec<&Heavy> = self.counters.iter().collect();
        order::sort_by(&mut all, |a, b| (b.count, &a.key) < (a.count, &b.key));
        all.truncate(most);
        all
    }

    fn rise(&mut self, mut at: usize) {
        while at > 0 && self.heap[at].0 < self.heap[(at - 1) / 2].0 {
            let above = (at - 1) / 2;
            self.heap.swap(at, above);
            self.at[self.heap[at].1 as usize] = at as u32;
            self.at[self.heap[above].1 as usize] = above as u32;
            at = above;
        }
    }

    /// Lays an entry where the one before it was, or further down, behind all that are smaller.
    fn sink(&mut self, mut at: usize, entry: (u64, u32)) {
        let (heap, places) = (&mut self.heap[..], &mut self.at[..]);
        loop {
            let mut least = 2 * at + 1;
            if least >= heap.len() {
                break;
            }
            if least + 1 < heap.len() && heap[least + 1].0 < heap[least].0 {
                least += 1;
            }
            if entry.0 <= heap[least].0 {
                break;
            }
            heap[at] = heap[least];
            places[heap[at].1 as usize] = at as u32;
            at = least;
        }
        heap[at] = entry;
        places[entry.1 as usize] = at as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;
    use crate::base::hash::position;
    use alloc::collections::BTreeMap;
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
