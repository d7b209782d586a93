//! Which term stands at which place of a log, in a few words: places of one term follow each other.

use crate::raft::{EntryId, Index, Term};
use alloc::vec::Vec;

/// The terms of a log, as runs of places. What stands before the first run is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Terms {
    runs: Vec<(Index, Term)>,
    last: Index,
}

impl Terms {
    /// A log of which only one place is known, its last.
    pub(super) fn behind(mark: EntryId) -> Self {
        Self { runs: alloc::vec![(mark.index, mark.term)], last: mark.index }
    }

    /// A log of which nothing is known but where it ends.
    pub(super) fn unknown(last: Index) -> Self {
        Self { runs: Vec::new(), last }
    }

    /// The last place.
    pub(super) fn last(&self) -> Index {
        self.last
    }

    /// The term at a place, if it is known. Nothing stands at place zero, in no term.
    pub(super) fn at(&self, index: Index) -> Option<Term> {
        if index == Index(0) {
            return Some(Term(0));
        }
        let run = self.runs.partition_point(|(from, _)| *from <= index).checked_sub(1)?;
        (index <= self.last).then(|| self.runs[run].1)
    }

    /// Puts a term at the end.
    pub(super) fn push(&mut self, term: Term) {
        self.last = self.last.next();
        if self.runs.last().is_none_or(|(_, run)| *run != term) {
            self.runs.push((self.last, term));
        }
    }

    /// Puts a term in front of a log of which a place behind is known.
    pub(super) fn push_front(&mut self, mark: EntryId) {
        match self.runs.first_mut() {
            Some((from, term)) if *term == mark.term => *from = mark.index,
            _ => self.runs.insert(0, (mark.index, mark.term)),
        }
    }

    /// Cuts off what stands behind a place.
    pub(super) fn truncate(&mut self, after: Index) {
        self.last = self.last.min(after);
        while self.runs.last().is_some_and(|(from, _)| *from > after) {
            self.runs.pop();
        }
    }

    /// Forgets what stands before a place.
    pub(super) fn forget(&mut self, before: Index) {
        let gone = self.runs.partition_point(|(from, _)| *from <= before).saturating_sub(1);
        self.runs.drain(..gone);
        if let Some((from, _)) = self.runs.first_mut() {
            *from = (*from).max(before);
        }
    }

    /// The first place behind `after` and up to `upto` at which both are known and differ.
    pub(super) fn differs(&self, other: &Self, after: Index, upto: Index) -> Option<Index> {
        let known = |terms: &Self| terms.runs.first().map(|(from, _)| *from);
        let mut at = after.next().max(known(self)?).max(known(other)?);
        let end = upto.min(self.last).min(other.last);
        while at <= end {
            if self.at(at) != other.at(at) {
                return Some(at);
            }
            // The next place at which either changes.
            let next = |terms: &Self| {
                let run = terms.runs.partition_point(|(from, _)| *from <= at);
                terms.runs.get(run).map_or(Index(u64::MAX), |(from, _)| *from)
            };
            at = next(self).min(next(other));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;

    fn of(terms: &[u32]) -> Terms {
        let mut made = Terms::default();
        for term in terms {
            made.push(Term(*term));
        }
        made
    }

    #[test]
    fn runs_say_what_a_plain_list_says() {
        let mut rng = Rng::derive(3, 3);
        for _ in 0..2_000 {
            let draw = |rng: &mut Rng| -> Vec<u32> {
                let mut term = 1;
                let mut next = |rng: &mut Rng| {
                    term += rng.below(2) as u32;
                    term
                };
                (0..rng.below(9)).map(|_| next(rng)).collect()
            };
            let (one, two) = (draw(&mut rng), draw(&mut rng));
            let (after, upto) = (rng.below(9), rng.below(10));
            let plain = (after..upto)
                .map(|place| place as usize)
                .find(|place| matches!((one.get(*place), two.get(*place)), (Some(a), Some(b)) if a != b))
                .map(|place| Index(place as u64 + 1));
            assert_eq!(of(&one).differs(&of(&two), Index(after), Index(upto)), plain);
            let mut cut = of(&one);
            cut.truncate(Index(upto));
            let kept = &one[..one.len().min(upto as usize)];
            assert_eq!(cut, of(kept));
            for (place, term) in kept.iter().enumerate() {
                assert_eq!(cut.at(Index(place as u64 + 1)), Some(Term(*term)));
            }
            assert_eq!(cut.at(Index(kept.len() as u64 + 1)), None);
        }
    }

    #[test]
    fn a_log_grows_at_its_front_and_is_forgotten_there() {
        let mut terms = Terms::behind(EntryId::new(Index(5), Term(3)));
        terms.push_front(EntryId::new(Index(4), Term(3)));
        terms.push_front(EntryId::new(Index(3), Term(1)));
        assert_eq!(terms.at(Index(3)), Some(Term(1)));
        assert_eq!((terms.at(Index(4)), terms.at(Index(2))), (Some(Term(3)), None));
        terms.forget(Index(4));
        assert_eq!((terms.at(Index(3)), terms.at(Index(5))), (None, Some(Term(3))));
    }
}
