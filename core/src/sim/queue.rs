//! What is due, soonest first: a heap of small keys over a slab of things.

use crate::base::{Time, order};
use alloc::vec::Vec;

/// Things that are due at a time; among equal times, in the order in which they were put.
#[derive(Clone, Debug)]
pub struct Queue<T> {
    heap: Vec<u128>,
    slab: Vec<Option<T>>,
    free: Vec<u32>,
    count: u32,
}

/// Four children a parent: half the levels of a binary heap, and neighbours in one cache line.
const ARITY: usize = 4;

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { heap: Vec::new(), slab: Vec::new(), free: Vec::new(), count: 0 }
    }
}

impl<T> Queue<T> {
    /// Puts a thing in, due at a time.
    pub fn put(&mut self, due: Time, thing: T) {
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slab[slot as usize] = Some(thing);
                slot
            }
            None => {
                self.slab.push(Some(thing));
                (self.slab.len() - 1) as u32
            }
        };
        let key = u128::from(due.0) << 64 | u128::from(self.count) << 32 | u128::from(slot);
        self.count = self.count.wrapping_add(1);
        self.heap.push(key);
        self.rise(self.heap.len() - 1);
    }

    /// When the next thing is due.
    #[must_use]
    pub fn due(&self) -> Option<Time> {
        self.heap.first().map(|key| Time((key >> 64) as u64))
    }

    /// Takes the next thing out.
    pub fn take(&mut self) -> Option<(Time, T)> {
        let key = *self.heap.first()?;
        let last = self.heap.pop()?;
        if !self.heap.is_empty() {
            self.heap[0] = last;
            self.sink();
        }
        let slot = key as u32;
        self.free.push(slot);
        let thing = self.slab[slot as usize].take()?;
        Some((Time((key >> 64) as u64), thing))
    }

    /// Everything that is due, soonest first.
    #[must_use]
    pub fn sorted(&self) -> Vec<(Time, &T)> {
        let mut keys = self.heap.clone();
        order::sort(&mut keys);
        keys.iter()
            .filter_map(|key| {
                let thing = self.slab[*key as u32 as usize].as_ref()?;
                Some((Time((key >> 64) as u64), thing))
            })
            .collect()
    }

    /// Everything that is due, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (Time, &T)> {
        self.heap.iter().filter_map(|key| {
            let thing = self.slab[*key as u32 as usize].as_ref()?;
            Some((Time((key >> 64) as u64), thing))
        })
    }

    /// Takes out the first thing, soonest first, that answers to `wanted`.
    pub fn pluck(&mut self, mut wanted: impl FnMut(Time, &T) -> bool) -> Option<(Time, T)> {
        let mut keys = self.heap.clone();
        order::sort(&mut keys);
        let key = keys.into_iter().find(|key| {
            self.slab[*key as u32 as usize]
                .as_ref()
                .is_some_and(|thing| wanted(Time((key >> 64) as u64), thing))
        })?;
        self.heap.retain(|&other| other != key);
        // A sorted list is a heap.
        order::sort(&mut self.heap);
        self.free.push(key as u32);
        let thing = self.slab[key as u32 as usize].take()?;
        Some((Time((key >> 64) as u64), thing))
    }

    /// How many things are due.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// True if nothing is due.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    fn rise(&mut self, mut at: usize) {
        let key = self.heap[at];
        while at > 0 {
            let parent = (at - 1) / ARITY;
            if self.heap[parent] <= key {
                break;
            }
            self.heap[at] = self.heap[parent];
            at = parent;
        }
        self.heap[at] = key;
    }

    fn sink(&mut self) {
        let mut at = 0;
        let key = self.heap[0];
        let len = self.heap.len();
        loop {
            let first = at * ARITY + 1;
            if first >= len {
                break;
            }
            let mut least = first;
            for child in first + 1..(first + ARITY).min(len) {
                if self.heap[child] < self.heap[least] {
                    least = child;
                }
            }
            if key <= self.heap[least] {
                break;
            }
            self.heap[at] = self.heap[least];
            at = least;
        }
        self.heap[at] = key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;

    #[test]
    fn things_come_out_by_time_and_then_by_turn() {
        let mut rng = Rng::derive(1, 1);
        let mut queue = Queue::default();
        for number in 0..2_000_u64 {
            queue.put(Time(rng.below(50)), number);
            if rng.chance(300_000) {
                let _ = queue.take();
            }
        }
        let mut last = (Time::ZERO, 0);
        while let Some((due, number)) = queue.take() {
            assert!((due, number) >= last, "{due:?} {number} after {last:?}");
            last = (due, number);
        }
    }

    #[test]
    fn plucking_takes_the_soonest_that_fits_and_leaves_the_rest_in_order() {
        let mut queue = Queue::default();
        for number in [5_u64, 3, 8, 4, 9, 1] {
            queue.put(Time(number), number);
        }
        assert_eq!(queue.pluck(|_, number| number % 4 == 0), Some((Time(4), 4)));
        let rest: Vec<u64> = core::iter::from_fn(|| queue.take()).map(|(_, n)| n).collect();
        assert_eq!(rest, [1, 3, 5, 8, 9]);
    }
}
