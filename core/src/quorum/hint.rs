//! What is kept for a node that is away, to be handed over when it is back.
//!
//! A hint is a promise with an end: there is room for so many, and one that is too old is given up. What is
//! given up is counted, as only anti-entropy will bring it home then.

use crate::base::{NodeId, Span, Time, order};
use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// Something kept for another node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint<T> {
    /// For whom.
    pub home: NodeId,
    /// Since when, by a clock of the keeper's that a restart does not set back.
    pub since: Time,
    /// What.
    pub what: T,
    /// Its number with this keeper.
    pub number: u64,
}

/// What one node keeps for others, the oldest first.
#[derive(Clone, Debug)]
pub struct Hints<T> {
    limit: usize,
    lasts: Span,
    kept: VecDeque<Hint<T>>,
    next: u64,
    /// How many found no room.
    pub refused: u64,
    /// How many were given up for their age.
    pub expired: u64,
}

impl<T> Hints<T> {
    /// None yet. There is room for so many, and each lasts so long.
    #[must_use]
    pub fn new(limit: usize, lasts: Span) -> Self {
        Self { limit, lasts, kept: VecDeque::new(), next: 0, refused: 0, expired: 0 }
    }

    /// What a disk kept through a restart, with numbers and ages; new numbers come behind all of them.
    #[must_use]
    pub fn restored(limit: usize, lasts: Span, kept: impl IntoIterator<Item = Hint<T>>) -> Self {
        let mut kept: Vec<Hint<T>> = kept.into_iter().collect();
        order::sort_by(&mut kept, |one, other| one.number < other.number);
        let next = kept.last().map_or(0, |hint| hint.number.saturating_add(1));
        Self { kept: kept.into(), next, ..Self::new(limit, lasts) }
    }

    /// All that is kept, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Hint<T>> {
        self.kept.iter()
    }

    /// Keeps something for a node, and gives its number; nothing if there is no room. A caller that is refused must
    /// not count this as a copy. The age counts from a time that may be ahead: what counts as a copy has no end.
    pub fn keep(&mut self, home: NodeId, what: T, (since, now): (Time, Time)) -> Option<u64> {
        self.expire(now);
        if self.kept.len() >= self.limit {
            self.refused = self.refused.saturating_add(1);
            return None;
        }
        let number = self.next;
        self.next += 1;
        self.kept.push_back(Hint { home, since, what, number });
        Some(number)
    }

    /// The oldest hints for a node, at most so many. They stay until they are [`Hints::done`].
    pub fn due(&mut self, home: NodeId, most: usize, now: Time) -> impl Iterator<Item = &Hint<T>> {
        self.expire(now);
        self.kept.iter().filter(move |hint| hint.home == home).take(most)
    }

    /// Puts something else in place of a hint, which keeps its number and age.
    pub fn replace(&mut self, number: u64, what: T) {
        let at = self.kept.binary_search_by(|hint| hint.number.cmp(&number));
        if let Some(hint) = at.ok().and_then(|at| self.kept.get_mut(at)) {
            hint.what = what;
        }
    }

    /// The node has what was kept for it; true if it was still kept.
    pub fn done(&mut self, number: u64) -> bool {
        let at = self.kept.binary_search_by(|hint| hint.number.cmp(&number));
        at.is_ok_and(|at| self.kept.remove(at).is_some())
    }

    /// How many are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// True if none are kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    fn expire(&mut self, now: Time) {
        let (before, lasts) = (self.kept.len(), self.lasts);
        self.kept.retain(|hint| now.since(hint.since) <= lasts);
        self.expired = self.expired.saturating_add((before - self.kept.len()) as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;

    #[test]
    fn a_restart_keeps_numbers_and_ages() {
        let mut hints = Hints::new(8, Span(100));
        let numbers: Vec<u64> = (0..4)
            .filter_map(|at| hints.keep(NodeId(1), at, (Time(10 * at), Time(10 * at))))
            .collect();
        assert!(hints.done(numbers[1]));
        let kept: Vec<Hint<u64>> = hints.iter().cloned().collect();
        let mut again = Hints::restored(8, Span(100), kept.into_iter().rev());
        assert_eq!(again.keep(NodeId(2), 9, (Time(105), Time(105))), Some(numbers[3] + 1));
        let left: Vec<u64> = again.iter().map(|hint| hint.number).collect();
        assert_eq!(left, [numbers[2], numbers[3], numbers[3] + 1], "the first was too old");
        assert_eq!(again.expired, 1);
    }

    #[test]
    fn hints_are_a_plain_list_with_room_and_an_end() {
        let mut counted = [0; 3];
        for seed in 0..300 {
            let mut rng = Rng::derive(seed, 6);
            let (limit, lasts) = (rng.between(1, 8) as usize, Span(rng.between(20, 200)));
            let mut hints = Hints::new(limit, lasts);
            let mut plain: Vec<(u64, NodeId, Time)> = Vec::new();
            let (mut now, mut expired, mut refused) = (Time::ZERO, 0, 0);
            for what in 0..100_u64 {
                now += Span(rng.below(20));
                let before = plain.len();
                let node = NodeId(rng.below(3) as u32);
                match rng.below(3) {
                    0 => {
                        plain.retain(|(_, _, since)| now.since(*since) <= lasts);
                        expired += (before - plain.len()) as u64;
                        let kept = hints.keep(node, what, (now, now));
                        assert_eq!(kept.is_some(), plain.len() < limit);
                        match kept {
                            Some(number) => plain.push((number, node, now)),
                            None => refused += 1,
                        }
                    }
                    1 => {
                        plain.retain(|(_, _, since)| now.since(*since) <= lasts);
                        expired += (before - plain.len()) as u64;
                        let due: Vec<u64> = hints.due(node, 2, now).map(|h| h.number).collect();
                        let own = plain.iter().filter(|(_, home, _)| *home == node);
                        assert!(own.take(2).map(|(number, ..)| *number).eq(due));
                    }
                    _ => {
                        let number = rng.below(what + 1);
                        plain.retain(|(known, ..)| *known != number);
                        let done = hints.done(number);
                        assert_eq!(done, plain.len() < before);
                        counted[2] += u64::from(done);
                    }
                }
                assert_eq!((hints.len(), hints.is_empty()), (plain.len(), plain.is_empty()));
            }
            assert_eq!((hints.expired, hints.refused), (expired, refused), "seed {seed}");
            counted[0] += expired;
            counted[1] += refused;
        }
        assert!(counted.iter().all(|count| *count > 100), "{counted:?}");
    }
}
