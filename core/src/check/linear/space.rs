//! The states of one key, by number: only what some operation can tell apart is kept apart.
//!
//! What a key holds matters only where somebody looks: a value that no read found and no
//! compare-and-set compared with is like any other such value. So a state is a beginning of one of the
//! values that were looked for, or [`HIDDEN`]. A hidden state stays hidden under appends, and shows
//! nobody anything, so all hidden states may be one: nothing is lost by it, and there are far fewer.

use crate::base::hash::mix;
use crate::base::order;
use crate::check::symbol::{ABSENT, Symbol, Symbols};
use alloc::vec::Vec;

/// The number of a state.
pub(super) type State = u32;

/// The key is absent.
pub(super) const GONE: State = 0;
/// The key holds something that nobody looks for.
pub(super) const HIDDEN: State = 1;

/// Bytes that are compared at a stretch.
const BLOCK: usize = 16;

/// The states of a key.
#[derive(Clone, Debug)]
pub(super) struct Space {
    /// The values that were looked for, in the order of their texts.
    seen: Vec<Symbol>,
    /// Each state as the first value that begins with it, and its length; or a version and a value.
    states: Vec<(u32, u32)>,
    table: Vec<u32>,
    /// What an append makes of a state: both, and what comes of it plus one.
    steps: Vec<(u32, u32, u32)>,
    stepped: usize,
}

impl Space {
    /// The states of a key of which these values were looked for.
    pub(super) fn new(mut seen: Vec<Symbol>, words: &Symbols) -> Self {
        order::sort(&mut seen);
        seen.dedup();
        seen.retain(|word| *word != ABSENT);
        order::sort_by(&mut seen, |one, two| words.text(*one) < words.text(*two));
        let nobody = (u32::MAX, u32::MAX);
        Self {
            seen,
            states: alloc::vec![nobody; 2],
            table: alloc::vec![0; 64],
            steps: alloc::vec![(0, 0, 0); 64],
            stepped: 0,
        }
    }

    /// How many states are known.
    pub(super) fn len(&self) -> usize {
        self.states.len()
    }

    /// The state in which the key holds a value.
    pub(super) fn holding(&mut self, value: Symbol, words: &Symbols) -> State {
        if value == ABSENT {
            return GONE;
        }
        self.beginning(0, 0, words.text(value), words)
    }

    /// The state of a beginning of a value that was looked for.
    pub(super) fn beginning_with(&mut self, text: &str, words: &Symbols) -> State {
        self.beginning(0, 0, text, words)
    }

    /// What the key holds in a state, unless it is absent or hidden.
    pub(super) fn text<'a>(&self, state: State, words: &'a Symbols) -> Option<&'a str> {
        let (first, len) = self.states[state as usize];
        words.text(*self.seen.get(first as usize)?).get(..len as usize)
    }

    /// The values that were looked for, each without what was in the one before it, but for so many bytes.
    pub(super) fn pieces<'a>(&self, words: &'a Symbols, overlap: usize) -> Vec<&'a [u8]> {
        let mut before: &[u8] = &[];
        let piece = |word: &Symbol| {
            let value = words.text(*word).as_bytes();
            let blocks = value.chunks_exact(BLOCK).zip(before.chunks_exact(BLOCK));
            let same = BLOCK * blocks.take_while(|(one, other)| one == other).count();
            before = value;
            &value[same.saturating_sub(overlap)..]
        };
        self.seen.iter().map(piece).collect()
    }

    /// The state in which the key holds a value and has been written so many times.
    pub(super) fn version(&mut self, version: u32, value: Symbol) -> State {
        self.state(version, value.0)
    }

    /// How many times the key has been written in a state of [`Self::version`].
    pub(super) fn version_of(&self, state: State) -> u32 {
        self.states[state as usize].0
    }

    /// The state after something is written behind what the key holds.
    pub(super) fn append(&mut self, state: State, more: Symbol, words: &Symbols) -> State {
        if state == HIDDEN {
            return HIDDEN;
        }
        if state == GONE {
            // The absent word appends nothing, and makes an empty text of an absent key all the same.
            return self.beginning_with(words.text(more), words);
        }
        let mask = self.steps.len() - 1;
        let mut slot = mix(u64::from(state) << 32 | u64::from(more.0)) as usize & mask;
        loop {
            match self.steps[slot] {
                (_, _, 0) => break,
                (from, by, to) if from == state && by == more.0 => return to - 1,
                _ => slot = (slot + 1) & mask,
            }
        }
        let (first, len) = self.states[state as usize];
        let to = self.beginning(first, len, words.text(more), words);
        self.remember(state, more.0, to);
        to
    }

    /// The state that begins like value number `first` for `len` bytes and goes on with `more`.
    fn beginning(&mut self, first: u32, len: u32, more: &str, words: &Symbols) -> State {
        let more = more.as_bytes();
        let known = len as usize;
        let base = self.seen.get(first as usize).map_or("", |word| words.text(*word));
        let prefix = base.as_bytes().get(..known).unwrap_or_default();
        // The first value that is not below the beginning and what follows it.
        let below = |word: &Symbol| {
            let text = words.text(*word).as_bytes();
            match text.get(..known) {
                Some(start) if start == prefix => text[known..] < *more,
                _ => text < prefix,
            }
        };
        let at = first as usize + self.seen[first as usize..].partition_point(below);
        let begins = self.seen.get(at).is_some_and(|word| {
            let text = words.text(*word).as_bytes();
            text.starts_with(prefix) && text[known..].starts_with(more)
        });
        if begins { self.state(at as u32, (known + more.len()) as u32) } else { HIDDEN }
    }

    fn state(&mut self, one: u32, two: u32) -> State {
        if self.states.len() * 2 > self.table.len() {
            let size = self.table.len() * 2;
            self.table = alloc::vec![0; size];
            for at in 2..self.states.len() as u32 {
                let slot = self.slot(self.states[at as usize]);
                self.table[slot] = at;
            }
        }
        let slot = self.slot((one, two));
        if self.table[slot] == 0 {
            self.table[slot] = self.states.len() as u32;
            self.states.push((one, two));
        }
        self.table[slot]
    }

    fn slot(&self, key: (u32, u32)) -> usize {
        let mask = self.table.len() - 1;
        let mut slot = mix(u64::from(key.0) << 32 | u64::from(key.1)) as usize & mask;
        while self.table[slot] > 0 && self.states[self.table[slot] as usize] != key {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn remember(&mut self, from: u32, by: u32, to: u32) {
        self.stepped += 1;
        if self.stepped * 2 > self.steps.len() {
            let larger = alloc::vec![(0, 0, 0); self.steps.len() * 2];
            let smaller = core::mem::replace(&mut self.steps, larger);
            for step in smaller.into_iter().filter(|(_, _, to)| *to > 0) {
                self.put(step);
            }
        }
        self.put((from, by, to + 1));
    }

    fn put(&mut self, step: (u32, u32, u32)) {
        let mask = self.steps.len() - 1;
        let mut slot = mix(u64::from(step.0) << 32 | u64::from(step.1)) as usize & mask;
        while self.steps[slot].2 > 0 {
            slot = (slot + 1) & mask;
        }
        self.steps[slot] = step;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_beginnings_of_what_was_looked_for() {
        let mut words = Symbols::default();
        let [ab, abc, x, a, b, c] = ["ab", "abc", "x", "a", "b", "c"].map(|text| words.take(text));
        let mut space = Space::new(alloc::vec![x, abc, ab, ABSENT, ab], &words);
        let one = space.holding(a, &words);
        assert!(one > HIDDEN, "a beginning of ab and abc");
        assert_eq!(space.append(GONE, a, &words), one);
        let two = space.append(one, b, &words);
        assert_eq!(two, space.holding(ab, &words));
        let three = space.append(two, c, &words);
        assert_eq!(three, space.holding(abc, &words));
        assert_eq!(space.append(one, b, &words), two, "from memory");
        assert_eq!(space.append(one, c, &words), HIDDEN);
        assert_eq!(space.append(three, c, &words), HIDDEN);
        assert_eq!(space.holding(b, &words), HIDDEN);
        assert_ne!(space.holding(x, &words), HIDDEN);
        assert_eq!(space.holding(ABSENT, &words), GONE);
    }
}
