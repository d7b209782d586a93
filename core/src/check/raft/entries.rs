//! Every entry that any node has ever held, by its mark: what it says, what stands before it, and
//! who has seen it first.

use crate::raft::{EntryId, Index, Term};
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// One entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) mark: EntryId,
    /// The term of the entry before it.
    pub(super) parent: Term,
    pub(super) digest: u64,
    /// The event that brought it into a log for the first time.
    pub(super) seq: u32,
}

/// Entries lie in the order of their places.
fn key(mark: EntryId) -> (Index, Term) {
    (mark.index, mark.term)
}

/// Entries by place. Copies share the pages that neither has changed.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    pages: VecDeque<Arc<Vec<Known>>>,
    /// The number of the first page.
    first: u64,
}

/// Places on one page.
const PAGE: u64 = 256;

/// Pages that are remembered: the last 65,536 places. What a cluster does further back in its log
/// than that is not checked any more.
const PAGES_MAX: usize = 256;
/// So many places.
pub(super) const PLACES_MAX: u64 = PAGES_MAX as u64 * PAGE;

/// Entries on one page: several leaders may have tried to fill the same places.
const PAGE_ENTRIES_MAX: usize = 4 * PAGE as usize;

impl Entries {
    /// The first place that is remembered.
    pub(super) fn floor(&self) -> Index {
        Index(self.first * PAGE)
    }

    pub(super) fn get(&self, mark: EntryId) -> Option<&Known> {
        let page = (mark.index.0 / PAGE).checked_sub(self.first)?;
        let page = self.pages.get(page as usize)?;
        page.binary_search_by_key(&key(mark), |known| key(known.mark)).ok().map(|at| &page[at])
    }

    /// Remembers an entry; true if that made older places be forgotten.
    pub(super) fn put(&mut self, known: Known) -> bool {
        let number = known.mark.index.0 / PAGE;
        if self.pages.is_empty() {
            self.first = number;
        }
        let Some(page) = number.checked_sub(self.first) else { return false };
        if page >= 2 * PAGES_MAX as u64 {
            // Far beyond all that is known: begin anew there.
            self.pages.clear();
            self.first = number;
            self.pages.push_back(Arc::new(alloc::vec![known]));
            return true;
        }
        while self.pages.len() as u64 <= page {
            self.pages.push_back(Arc::default());
        }
        let page = Arc::make_mut(&mut self.pages[page as usize]);
        if page.len() < PAGE_ENTRIES_MAX {
            let at = page.partition_point(|other| key(other.mark) < key(known.mark));
            page.insert(at, known);
        }
        let before = self.first;
        while self.pages.len() > PAGES_MAX {
            self.pages.pop_front();
            self.first += 1;
        }
        before != self.first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_places_are_remembered() {
        let mut entries = Entries::default();
        let known = |index: u64| Known {
            mark: EntryId::new(Index(index), Term(1)),
            parent: Term(1),
            digest: index,
            seq: index as u32,
        };
        let most = PLACES_MAX;
        for index in 1..2 * most {
            entries.put(known(index));
        }
        assert_eq!(entries.floor(), Index(most));
        assert_eq!(entries.get(known(most - 1).mark), None);
        assert_eq!(entries.get(known(most).mark), Some(&known(most)));
        assert_eq!(entries.pages.len(), PAGES_MAX);
        entries.put(known(most * 9));
        assert_eq!(entries.pages.len(), 1, "a leap does not fill the room between");
    }
}
