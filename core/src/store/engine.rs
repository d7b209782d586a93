//! What a lab asks of the place where its data lie.
//!
//! Ranges, versions and tables need order: the keys from here to there, the next smaller key. A lab that
//! needs no more than this trait runs on any engine behind it.
//!
//! | engine | in the order of | for |
//! | --- | --- | --- |
//! | [`CowTree`](super::CowTree) | keys | ranges, versions, tables |
//! | [`CowMap`](super::CowMap) | positions on the circle | stores that place keys by their hash |
//!
//! **Snapshots.** A snapshot is a copy: it costs little, and no later change is seen in it. So a snapshot
//! is an engine like any other, a reader needs no lock, and a checkpoint of a run is a copy of its engines.
//!
//! What differs from engines on disks (RocksDB, LMDB): nothing is written here, as the simulated disk is
//! the world's; what a machine saves says its tenant.

use core::ops::Bound;

/// The bounds of a scan.
pub type Bounds<'a, K> = (Bound<&'a K>, Bound<&'a K>);

/// Entries in an order of their keys.
pub trait Engine: Clone + Default {
    /// What entries are told apart and ordered by.
    type Key: Ord;
    /// An entry, with its key.
    type Entry: Clone;

    /// The entry of a key.
    fn get(&self, key: &Self::Key) -> Option<&Self::Entry>;
    /// Puts an entry in the place of the one with its key, and gives that back.
    fn put(&mut self, entry: Self::Entry) -> Option<Self::Entry>;
    /// Takes out the entry of a key.
    fn delete(&mut self, key: &Self::Key) -> Option<Self::Entry>;
    /// The entries between two bounds, from both ends.
    fn scan<'a>(
        &'a self,
        bounds: Bounds<'_, Self::Key>,
    ) -> impl DoubleEndedIterator<Item = &'a Self::Entry>;
    /// How many entries there are.
    fn len(&self) -> u64;

    /// True if there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entries as they are now, whatever is changed later.
    #[must_use]
    fn snapshot(&self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::super::item::{Item, Key, Value, Version};
    use super::super::{CowMap, CowTree};
    use super::{Bounds, Engine};
    use crate::base::Rng;
    use alloc::collections::BTreeMap;
    use alloc::format;
    use alloc::vec::Vec;
    use core::ops::Bound;

    fn bound<K>(rng: &mut Rng, key: &'static K) -> Bound<&'static K> {
        match rng.below(3) {
            0 => Bound::Included(key),
            1 => Bound::Excluded(key),
            _ => Bound::Unbounded,
        }
    }

    /// Plays random changes on an engine and on a map of the standard library, with snapshots of both.
    fn agrees<E: Engine>(
        seed: u64,
        key: impl Fn(u64) -> E::Key,
        entry: impl Fn(u64, u32) -> E::Entry,
        stamp: impl Fn(&E::Entry) -> u32,
    ) where
        E::Key: Clone + 'static,
        E::Entry: core::fmt::Debug,
    {
        let mut rng = Rng::derive(seed, 5);
        let keys = 1 + rng.below(400);
        let mut engine = E::default();
        let mut model: BTreeMap<E::Key, u32> = BTreeMap::new();
        let mut snapshots: Vec<(E, BTreeMap<E::Key, u32>)> = Vec::new();
        for step in 0..2_000_u32 {
            let number = rng.below(keys);
            // Now more is put, now more is taken out, so that trees grow and shrink.
            let grows = step / 400 % 2 == 0;
            match rng.below(10) {
                0..4 => {
                    let old = engine.put(entry(number, step)).map(|old| stamp(&old));
                    assert_eq!(old, model.insert(key(number), step));
                }
                4..7 if grows => {
                    engine.put(entry(number, step));
                    model.insert(key(number), step);
                }
                4..8 => {
                    let old = engine.delete(&key(number)).map(|old| stamp(&old));
                    assert_eq!(old, model.remove(&key(number)));
                }
                8 => {
                    let found = engine.get(&key(number)).map(&stamp);
                    assert_eq!(found.as_ref(), model.get(&key(number)));
                }
                _ if step % 7 == 0 => snapshots.push((engine.snapshot(), model.clone())),
                _ => {}
            }
            assert_eq!(engine.len(), model.len() as u64);
        }
        snapshots.push((engine, model));
        for (engine, model) in &snapshots {
            for _ in 0..8 {
                let (one, other) = (key(rng.below(keys)), key(rng.below(keys)));
                let (low, high) = (one.clone().min(other.clone()), one.max(other));
                let (low, high) = (alloc::boxed::Box::new(low), alloc::boxed::Box::new(high));
                let (low, high): (&'static E::Key, &'static E::Key) =
                    (alloc::boxed::Box::leak(low), alloc::boxed::Box::leak(high));
                let bounds: Bounds<'_, E::Key> = (bound(&mut rng, low), bound(&mut rng, high));
                // The standard library panics where nothing can lie between two bounds.
                let nothing =
                    low == high && matches!(bounds, (Bound::Excluded(_), Bound::Excluded(_)));
                let wanted: Vec<u32> = match nothing {
                    true => Vec::new(),
                    false => model.range(bounds).map(|(_, stamp)| *stamp).collect(),
                };
                let forth: Vec<u32> = engine.scan(bounds).map(&stamp).collect();
                let mut back: Vec<u32> = engine.scan(bounds).rev().map(&stamp).collect();
                back.reverse();
                assert_eq!((&forth, &back), (&wanted, &wanted));
                // From both ends by turns, until they meet.
                let (mut scan, mut left, mut right) = (engine.scan(bounds), Vec::new(), Vec::new());
                loop {
                    let one = match rng.below(2) {
                        0 => scan.next().map(|it| left.push(stamp(it))),
                        _ => scan.next_back().map(|it| right.push(stamp(it))),
                    };
                    if one.is_none() {
                        break;
                    }
                }
                left.extend(right.into_iter().rev());
                assert_eq!(left, wanted);
            }
        }
    }

    #[test]
    fn engines_do_what_a_sorted_map_does_and_snapshots_stay() {
        for seed in 0..60 {
            agrees::<CowTree<u64, u32>>(seed, |key| key, |key, stamp| (key, stamp), |it| it.1);
            let name = |number: u64| Key::new(&format!("k{number}"));
            agrees::<CowMap<Item>>(
                seed,
                name,
                |number, stamp| Item {
                    key: name(number),
                    version: Version(u64::from(stamp)),
                    value: Value::Gone,
                },
                |item| item.version.0 as u32,
            );
        }
    }
}
