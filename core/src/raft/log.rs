//! The list of entries behind a snapshot.

use super::entry::{Entry, Payload};
use super::entry_id::{EntryId, Index, Term};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The entries behind a mark. What was appended together is shared with the message that brought it and
/// the write that keeps it, so that a log, its disk and their copies hold one entry once.
#[derive(Clone, Debug, PartialEq)]
pub struct Log<P: Payload> {
    base: EntryId,
    entries: Vec<Slot<P>>,
    bytes: u64,
}

/// One entry, among those that were appended together.
#[derive(Clone, Debug)]
struct Slot<P: Payload> {
    among: Arc<[Entry<P>]>,
    at: u32,
}

impl<P: Payload> Slot<P> {
    fn entry(&self) -> &Entry<P> {
        &self.among[self.at as usize]
    }
}

impl<P: Payload> PartialEq for Slot<P> {
    fn eq(&self, other: &Self) -> bool {
        self.entry() == other.entry()
    }
}

fn bytes_of<P: Payload>(slots: &[Slot<P>]) -> u64 {
    slots.iter().map(|slot| slot.entry().bytes()).sum()
}

impl<P: Payload> Default for Log<P> {
    fn default() -> Self {
        Self { base: EntryId::default(), entries: Vec::new(), bytes: 0 }
    }
}

impl<P: Payload> Log<P> {
    /// What is before the first entry.
    #[must_use]
    pub fn base(&self) -> EntryId {
        self.base
    }

    /// The last entry, or what is before the first.
    #[must_use]
    pub fn last(&self) -> EntryId {
        let index = Index(self.base.index.0 + self.entries.len() as u64);
        EntryId::new(index, self.entries.last().map_or(self.base.term, |slot| slot.entry().term))
    }

    /// How many bytes the entries take.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn place(&self, index: Index) -> Option<usize> {
        index.0.checked_sub(self.base.index.0 + 1).map(|place| place as usize)
    }

    /// The entry at a place.
    #[must_use]
    pub fn get(&self, index: Index) -> Option<&Entry<P>> {
        self.entries.get(self.place(index)?).map(Slot::entry)
    }

    /// The term at a place; nothing if the place is cut off or not there yet.
    #[must_use]
    pub fn term(&self, index: Index) -> Option<Term> {
        if index == self.base.index {
            return Some(self.base.term);
        }
        self.get(index).map(|entry| entry.term)
    }

    /// True if the log holds that very entry.
    #[must_use]
    pub fn holds(&self, mark: EntryId) -> bool {
        self.term(mark.index) == Some(mark.term)
    }

    /// The entries from a place on, with their places.
    pub fn from(&self, index: Index) -> impl Iterator<Item = (Index, &Entry<P>)> {
        let start = index.max(self.base.index.next());
        let place = self.place(start).unwrap_or(0).min(self.entries.len());
        (start.0..).map(Index).zip(self.entries[place..].iter().map(Slot::entry))
    }

    /// The entries from a place on: at least one if there is any, then as many as fit. They are not copied
    /// if they were appended together.
    #[must_use]
    pub fn slice(&self, from: Index, bytes_max: u64) -> Arc<[Entry<P>]> {
        let Some(place) = self.place(from) else { return Arc::new([]) };
        let rest = self.entries.get(place..).unwrap_or(&[]);
        let mut bytes = 0;
        let mut count = 0;
        for slot in rest {
            bytes += slot.entry().bytes();
            if count > 0 && bytes > bytes_max {
                break;
            }
            count += 1;
        }
        let taken = &rest[..count];
        match taken {
            // Those that were appended together stand side by side, from the first of them on.
            [first, .., last] | [first @ last]
                if (first.at, first.among.len()) == (0, count)
                    && Arc::ptr_eq(&first.among, &last.among) =>
            {
                first.among.clone()
            }
            _ => taken.iter().map(|slot| slot.entry().clone()).collect(),
        }
    }

    /// Adds entries at the end.
    pub fn append(&mut self, entries: &Arc<[Entry<P>]>) {
        self.bytes += entries.iter().map(Entry::bytes).sum::<u64>();
        let slots = (0..entries.len() as u32).map(|at| Slot { among: entries.clone(), at });
        self.entries.extend(slots);
    }

    /// Cuts off what stands behind a place.
    pub fn truncate(&mut self, after: Index) {
        let kept = after.0.saturating_sub(self.base.index.0) as usize;
        if kept < self.entries.len() {
            self.bytes -= bytes_of(&self.entries[kept..]);
            self.entries.truncate(kept);
        }
    }

    /// Lets go of what stands up to a place that the log has.
    pub fn compact(&mut self, upto: Index) {
        let Some(term) = self.term(upto) else { return };
        let gone = (upto.0 - self.base.index.0) as usize;
        self.bytes -= bytes_of(&self.entries[..gone]);
        self.entries.drain(..gone);
        self.base = EntryId::new(upto, term);
    }

    /// Begins anew behind a mark.
    pub fn restart(&mut self, base: EntryId) {
        *self = Self { base, entries: Vec::new(), bytes: 0 };
    }

    /// The last entry at or before a place whose term is not greater than one: where two logs could
    /// still agree when one of them has that term there.
    #[must_use]
    pub fn last_not_after(&self, index: Index, term: Term) -> EntryId {
        let mut at = index.min(self.last().index);
        while at > self.base.index && self.term(at).is_some_and(|here| here > term) {
            at = at.before();
        }
        EntryId::new(at, self.term(at).unwrap_or(self.base.term))
    }
}
