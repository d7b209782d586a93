//! Where a search has been: a place is not searched twice, nor one that can do no more than another.
//!
//! A place is a state and the operations that have been put in order so far. Of those that returned,
//! the *front* tells all but a few: the *holes* before it are still to be placed, and they are never
//! more than were open at one moment. Of those that never returned, each group tells how many were
//! used. Of two places that differ in that only, the one that used less can do all that the other can.

use super::space::State;
use crate::base::hash::mix;
use alloc::vec::Vec;

/// Where a place lies in the memory.
pub(super) type Place = u32;

/// What becomes of a place that is to be remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// It is new.
    New(Place),
    /// A place that was searched, or is being searched, can do all that it can.
    Known,
    /// There is no room for it.
    Full,
}

/// The places that were searched.
#[derive(Clone, Debug)]
pub(super) struct Memo {
    /// Each place: hash, next with the same core, front, state, number of holes, of used groups; then
    /// the holes, and the used groups with how many.
    words: Vec<u32>,
    table: Vec<u32>,
    cores: usize,
    limit: usize,
}

const HEAD: usize = 6;
const NONE: u32 = u32::MAX;

impl Memo {
    /// A memory of at most so many words of four bytes.
    pub(super) fn new(limit: usize) -> Self {
        Self { words: Vec::new(), table: alloc::vec![NONE; 64], cores: 0, limit }
    }

    /// Front, state and holes of a place.
    pub(super) fn read(&self, place: Place) -> (u32, State, &[u32]) {
        let at = place as usize;
        let holes = &self.words[at + HEAD..at + HEAD + self.words[at + 4] as usize];
        (self.words[at + 2], self.words[at + 3], holes)
    }

    /// How many words are taken.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.words.len()
    }

    /// Remembers a place, unless one is known that can do all that it can. `work` counts comparisons.
    pub(super) fn keep(
        &mut self,
        front: u32,
        state: State,
        holes: &[u32],
        used: &[u32],
        work: &mut u64,
    ) -> Kept {
        let mut bits = mix(u64::from(front) << 32 | u64::from(state));
        for hole in holes {
            bits = mix(bits ^ u64::from(*hole));
        }
        let hash = bits as u32;
        let mask = self.table.len() - 1;
        let mut slot = hash as usize & mask;
        let mut first = NONE;
        while self.table[slot] != NONE {
            let at = self.table[slot] as usize;
            if self.words[at] == hash && self.read(at as u32) == (front, state, holes) {
                first = at as u32;
                break;
            }
            slot = (slot + 1) & mask;
        }
        let mut other = first;
        while other != NONE {
            *work += 1;
            if self.uses_no_more(other, used) {
                return Kept::Known;
            }
            other = self.words[other as usize + 1];
        }
        let place = self.words.len();
        if place + HEAD + holes.len() + 2 * used.len() > self.limit {
            return Kept::Full;
        }
        let groups = used.iter().filter(|count| **count > 0).count() as u32;
        self.words.extend([hash, first, front, state, holes.len() as u32, groups]);
        self.words.extend_from_slice(holes);
        for (group, count) in (0..).zip(used).filter(|(_, count)| **count > 0) {
            self.words.extend([group, *count]);
        }
        self.table[slot] = place as u32;
        if first == NONE {
            self.cores += 1;
            if self.cores * 2 > self.table.len() {
                self.grow();
            }
        }
        Kept::New(place as u32)
    }

    /// True if a known place used no open operation that is not in `used`.
    fn uses_no_more(&self, place: Place, used: &[u32]) -> bool {
        let at = place as usize;
        let from = at + HEAD + self.words[at + 4] as usize;
        let pairs = &self.words[from..from + 2 * self.words[at + 5] as usize];
        pairs.chunks_exact(2).all(|pair| pair[1] <= used[pair[0] as usize])
    }

    fn grow(&mut self) {
        let size = self.table.len() * 2;
        let smaller = core::mem::replace(&mut self.table, alloc::vec![NONE; size]);
        for place in smaller.into_iter().filter(|place| *place != NONE) {
            let mut slot = self.words[place as usize] as usize & (size - 1);
            while self.table[slot] != NONE {
                slot = (slot + 1) & (size - 1);
            }
            self.table[slot] = place;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_uses_more_is_known_and_one_that_uses_less_is_new() {
        let mut memo = Memo::new(1_000);
        let mut work = 0;
        let mut keep = |state, holes: &[u32], used: &[u32]| {
            matches!(memo.keep(5, state, holes, used, &mut work), Kept::New(_))
        };
        assert!(keep(1, &[3], &[1, 1]));
        assert!(!keep(1, &[3], &[1, 1]));
        assert!(!keep(1, &[3], &[2, 1]));
        assert!(keep(1, &[3], &[2, 0]));
        assert!(keep(1, &[3], &[0, 2]));
        assert!(!keep(1, &[3], &[2, 2]));
        assert!(keep(2, &[3], &[2, 2]));
        assert!(keep(1, &[4], &[2, 2]));
        assert!(keep(1, &[], &[0, 0]));
        assert!(work > 0);
    }

    #[test]
    fn many_places_are_found_again_and_a_full_memory_says_so() {
        let mut memo = Memo::new(20_000);
        let mut work = 0;
        for state in 0..2_000 {
            assert!(matches!(memo.keep(1, state, &[state], &[], &mut work), Kept::New(_)));
        }
        for state in 0..2_000 {
            assert_eq!(memo.keep(1, state, &[state], &[], &mut work), Kept::Known);
        }
        let mut full = false;
        for state in 2_000..4_000 {
            full |= memo.keep(1, state, &[state], &[], &mut work) == Kept::Full;
        }
        assert!(full && memo.len() <= 20_000);
    }
}
