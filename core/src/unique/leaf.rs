//! The leaves of a B+-tree: what inserting keys in a given order costs.
//!
//! Keys that rise fill the last leaf and leave full ones behind. Keys of chance touch leaves all over
//! the tree, split them in the middle and leave them seven tenths full.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What became of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Insert {
    /// It is in its leaf.
    Fits,
    /// It is there, and its leaf had to be split.
    Split,
    /// It was there before.
    Known,
}

/// The leaves in their order.
#[derive(Clone, Debug)]
pub struct Leaves {
    page: usize,
    leaves: BTreeMap<u128, Leaf>,
    inserts: u64,
    len: u64,
    splits: u64,
    in_last: u64,
    touches: u64,
}

/// Copies share a leaf until one of them changes it.
#[derive(Clone, Debug, Default)]
struct Leaf {
    keys: Arc<Vec<u128>>,
    /// The stretch of inserts in which it was touched last.
    touched: u64,
}

/// Touched leaves are counted over so many inserts.
pub const STRETCH: u64 = 1_000;

/// A page has at most so many entries.
const PAGE_MAX: usize = 10_000;

impl Leaves {
    /// An empty tree whose leaves hold so many entries, two at least.
    #[must_use]
    pub fn new(page: usize) -> Self {
        let page = page.clamp(2, PAGE_MAX);
        let leaves = BTreeMap::from([(0, Leaf::default())]);
        Self { page, leaves, inserts: 0, len: 0, splits: 0, in_last: 0, touches: 0 }
    }

    /// Inserts a key.
    pub fn insert(&mut self, key: u128) -> Insert {
        let last = self.leaves.last_key_value().map_or(0, |(low, _)| *low);
        // The first leaf begins at zero, so there is always one.
        let Some((&low, leaf)) = self.leaves.range_mut(..=key).next_back() else {
            return Insert::Known;
        };
        self.inserts += 1;
        let stretch = self.inserts.div_ceil(STRETCH);
        if leaf.touched != stretch {
            leaf.touched = stretch;
            self.touches += 1;
        }
        let Err(place) = leaf.keys.binary_search(&key) else { return Insert::Known };
        self.len += 1;
        self.in_last += u64::from(low == last);
        let keys = Arc::make_mut(&mut leaf.keys);
        if keys.len() < self.page {
            keys.insert(place, key);
            return Insert::Fits;
        }
        // A key behind all others begins a leaf of its own: what rises leaves full leaves behind.
        let at = if low == last && place == keys.len() { place } else { keys.len() / 2 };
        let mut upper = keys.split_off(at);
        if place < at || at < self.page && place == at {
            keys.insert(place, key);
        } else {
            upper.insert(place - at, key);
        }
        let first = upper[0];
        self.splits += 1;
        self.touches += 1;
        self.leaves.insert(first, Leaf { keys: Arc::new(upper), touched: stretch });
        Insert::Split
    }

    /// Different keys in the tree.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// True before the first key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many leaves there are.
    #[must_use]
    pub fn leaves(&self) -> u64 {
        self.leaves.len() as u64
    }

    /// How often a leaf was split.
    #[must_use]
    pub fn splits(&self) -> u64 {
        self.splits
    }

    /// How full leaves are, in millionths of their room.
    #[must_use]
    pub fn fill(&self) -> u64 {
        self.len * 1_000_000 / (self.leaves() * self.page as u64)
    }

    /// The share of all inserts that went into the last leaf, in millionths.
    #[must_use]
    pub fn in_last(&self) -> u64 {
        self.in_last * 1_000_000 / self.len.max(1)
    }

    /// Different leaves that a thousand inserts touch, in the mean, in millionths.
    #[must_use]
    pub fn touched(&self) -> u64 {
        (u128::from(self.touches) * 1_000_000 / u128::from(self.inserts.div_ceil(STRETCH).max(1)))
            as u64
    }

    /// How many keys each leaf holds, from the first to the last.
    pub fn fills(&self) -> impl Iterator<Item = usize> {
        self.leaves.values().map(|leaf| leaf.keys.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;

    #[test]
    fn rising_keys_fill_every_leaf_and_split_only_at_the_end() {
        let mut leaves = Leaves::new(100);
        for key in 0..10_000 {
            leaves.insert(key);
        }
        assert_eq!((leaves.leaves(), leaves.splits()), (100, 99));
        assert_eq!((leaves.fill(), leaves.in_last()), (1_000_000, 1_000_000));
        assert!(leaves.touched() <= 11_000_000, "{}", leaves.touched());
    }

    #[test]
    fn keys_of_chance_leave_leaves_seven_tenths_full() {
        let mut leaves = Leaves::new(100);
        let mut rng = Rng::derive(2, 2);
        for _ in 0..100_000 {
            leaves.insert(u128::from(rng.bits()));
        }
        // ln 2, as Yao found for B-trees.
        assert!((670_000..720_000).contains(&leaves.fill()), "{}", leaves.fill());
        assert!(leaves.in_last() < 20_000, "{}", leaves.in_last());
        assert!(leaves.touched() > 300_000_000, "{}", leaves.touched());
        assert_eq!(leaves.fills().sum::<usize>() as u64, leaves.len());
    }

    #[test]
    fn every_key_is_found_again_and_leaves_stay_sorted() {
        for page in [0, 1, 2, 3, 5] {
            let mut leaves = Leaves::new(page);
            let mut rng = Rng::derive(page as u64, 9);
            let keys: Vec<u128> = (0..500).map(|_| u128::from(rng.below(300))).collect();
            let mut known = alloc::collections::BTreeSet::new();
            for key in &keys {
                assert_eq!(leaves.insert(*key) == Insert::Known, !known.insert(*key));
            }
            let all: Vec<u128> =
                leaves.leaves.values().flat_map(|leaf| leaf.keys.iter().copied()).collect();
            assert!(all.iter().eq(known.iter()), "page {page}");
            assert!(leaves.leaves.iter().all(|(low, leaf)| {
                leaf.keys.len() <= page.max(2) && leaf.keys.iter().all(|key| key >= low)
            }));
        }
        let mut leaves = Leaves::new(2);
        assert!(leaves.is_empty() && leaves.fill() == 0 && leaves.touched() == 0);
        leaves.insert(u128::MAX);
        assert_eq!(leaves.insert(u128::MAX), Insert::Known);
    }
}
