//! The states that replicas showed, place by place, so that later ones can be compared.

use crate::base::NodeId;
use crate::raft::Index;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A state, which replica showed it, and in which event.
type Shown = (u64, NodeId, u32);

/// The last places at which a state was shown. Copies share the pages that neither has changed.
#[derive(Clone, Debug, Default)]
pub(super) struct States {
    /// Pages of places in order, oldest first.
    pages: VecDeque<Arc<Vec<(Index, Shown)>>>,
}

/// Places on one page, and pages that are kept: a replica that is further behind is not compared.
const PAGE: usize = 128;
const PAGES_MAX: usize = 64;

impl States {
    /// What another replica showed at a place; nothing if this is the first one there.
    pub(super) fn meet(&mut self, index: Index, shown: Shown) -> Option<Shown> {
        let last = self.pages.back().and_then(|page| page.last()).map(|(last, _)| *last);
        if last.is_none_or(|last| last < index) {
            if self.pages.back().is_none_or(|page| page.len() >= PAGE) {
                self.pages.push_back(Arc::new(Vec::with_capacity(PAGE)));
            }
            if self.pages.len() > PAGES_MAX {
                self.pages.pop_front();
            }
            if let Some(page) = self.pages.back_mut() {
                Arc::make_mut(page).push((index, shown));
            }
            return None;
        }
        // The page whose last place is not before this one.
        let page =
            self.pages.partition_point(|page| page.last().is_none_or(|(end, _)| *end < index));
        let page = self.pages.get(page)?;
        page.binary_search_by_key(&index, |(at, _)| *at).ok().map(|at| page[at].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_to_come_to_a_place_is_remembered_for_a_while() {
        let mut states = States::default();
        let shown = |at: u64, node: u32| (at * 7, NodeId(node), at as u32);
        let most = (PAGE * PAGES_MAX) as u64;
        for at in (1..=4 * most).step_by(2) {
            assert_eq!(states.meet(Index(at), shown(at, 0)), None);
        }
        assert_eq!(states.meet(Index(4 * most - 1), shown(1, 1)), Some(shown(4 * most - 1, 0)));
        assert_eq!(states.meet(Index(4 * most - 2), shown(1, 1)), None, "nothing was shown there");
        assert_eq!(states.meet(Index(2 * most + 1), shown(1, 1)), Some(shown(2 * most + 1, 0)));
        assert_eq!(states.meet(Index(1), shown(1, 1)), None, "that is too long ago");
    }
}
