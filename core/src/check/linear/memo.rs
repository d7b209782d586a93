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
    /// Each place: next with the same core, front, state, number of holes, of used groups; then the
    /// holes, and the used groups with how many.
    words: Vec<u32>,
    /// Half of a core's hash, and the last place that was found with it.
    table: Vec<(u32, Place)>,
    cores: usize,
    limit: usize,
}

const HEAD: usize = 5;
const NONE: u32 = u32::MAX;

/// What a hole adds to the hash of a place: it is added and taken away by exclusive or.
pub(super) fn mark(hole: u32) -> u64 {
    mix(u64::from(hole) + 1)
}

impl Memo {
    /// A memory of at most so many words of four bytes.
    pub(super) fn new(limit: usize) -> Self {
        Self { words: Vec::new(), table: alloc::vec![(0, NONE); 64], cores: 0, limit }
    }

    /// Front, state and holes of a place.
    pub(super) fn read(&self, place: Place) -> (u32, State, &[u32]) {
        let at = place as usize;
        let holes = &self.words[at + HEAD..at + HEAD + self.words[at + 3] as usize];
        (self.words[at + 1], self.words[at + 2], holes)
    }

    /// How many words are taken.
    fn len(&self) -> usize {
        self.words.len() + 2 * self.table.len()
    }

    /// Remembers a place, unless one is known that can do all that it can. `marks` is what its holes add
    /// up to; the memory holds `beside` words of others too, and `work` counts comparisons.
    pub(super) fn keep(
        &mut self,
        (front, state, holes): (u32, State, &[u32]),
        marks: u64,
        used: &[u32],
        beside: usize,
        work: &mut u64,
    ) -> Kept {
        let bits = mix(u64::from(front) << 32 | u64::from(state)) ^ marks;
        let half = (bits >> 32) as u32;
        let mask = self.table.len() - 1;
        let mut slot = half as usize & mask;
        let mut first = NONE;
        while self.table[slot].1 != NONE {
            let (other, at) = self.table[slot];
            if other == half && self.read(at) == (front, state, holes) {
                first = at;
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
            other = self.words[other as usize];
        }
        let place = self.words.len();
        if beside + self.len() + HEAD + holes.len() + 2 * used.len() > self.limit {
            return Kept::Full;
        }
        let groups = used.iter().filter(|count| **count > 0).count() as u32;
        self.words.extend([first, front, state, holes.len() as u32, groups]);
        self.words.extend_from_slice(holes);
        for (group, count) in (0..).zip(used).filter(|(_, count)| **count > 0) {
            self.words.extend([group, *count]);
        }
        self.table[slot] = (half, place as u32);
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
        let from = at + HEAD + self.words[at + 3] as usize;
        let pairs = &self.words[from..from + 2 * self.words[at + 4] as usize];
        pairs.chunks_exact(2).all(|pair| pair[1] <= used[pair[0] as usize])
    }

    fn grow(&mut self) {
        let size = self.table.len() * 2;
        let smaller = core::mem::replace(&mut self.table, alloc::vec![(0, NONE); size]);
        for entry in smaller.into_iter().filter(|(_, place)| *place != NONE) {
            let mut slot = entry.0 as usize & (size - 1);
            while self.table[slot].1 != NONE {
                slot = (slot + 1) & (size - 1);
            }
            self.table[slot] = entry;
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
            let marks = holes.iter().fold(0, |marks, hole| marks ^ mark(*hole));
            matches!(memo.keep((5, state, holes), marks, used, 0, &mut work), Kept::New(_))
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
        let mut memo = Memo::new(30_000);
        let mut work = 0;
        let mut keep = |memo: &mut Memo, state: State| {
            memo.keep((1, state, &[state]), mark(state), &[], 0, &mut work)
        };
        for state in 0..2_000 {
            assert!(matches!(keep(&mut memo, state), Kept::New(_)));
        }
        for state in 0..2_000 {
            assert_eq!(keep(&mut memo, state), Kept::Known);
        }
        let full = (2_000..4_000).any(|state| keep(&mut memo, state) == Kept::Full);
        assert!(full && memo.len() <= 30_000);
    }
}
