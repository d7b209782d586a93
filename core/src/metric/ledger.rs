//! Who holds which version of which key, and which versions are acknowledged.

use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Time};
use crate::store::{CowMap, Item, Key, Keyed, Value, Version};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use smallvec::SmallVec;

/// What is known of one key.
#[derive(Clone, Debug)]
struct Entry {
    key: Key,
    acknowledged: Version,
    gone: bool,
    moved: bool,
    copies: SmallVec<[Held; 3]>,
}

/// One node's copy of a key: its newest version there, and how many bytes that takes.
#[derive(Clone, Copy, Debug)]
struct Held {
    version: Version,
    node: NodeId,
    bytes: u32,
}

impl Held {
    fn new(node: NodeId, item: &Item) -> Self {
        let bytes = item.bytes().min(u64::from(u32::MAX)) as u32;
        Self { version: item.version, node, bytes }
    }
}

impl Entry {
    /// Something is acknowledged of the key, and it has a value.
    fn counts(&self) -> bool {
        self.acknowledged > Version(0) && !self.gone
    }
}

impl Keyed for Entry {
    fn position(&self) -> u64 {
        self.key.position()
    }
    fn key(&self) -> &str {
        self.key.text()
    }
}

/// The newest acknowledged version of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newest {
    /// Which.
    pub version: Version,
    /// It says that the key has no value any more.
    pub gone: bool,
}

/// How a key stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Stand {
    counts: bool,
    lost: bool,
    unavailable: bool,
}

/// What one node holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// Keys.
    pub keys: u64,
    /// Bytes.
    pub bytes: u64,
    /// False while the node does not run.
    pub running: bool,
}

/// Keys and bytes that have gone from one node to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passage {
    /// Keys.
    pub keys: u64,
    /// Bytes.
    pub bytes: u64,
}

/// The disks of a replicated store: a version is the place of the log at which it was written, so what a
/// disk holds is told by one place, and what it lost too.
#[derive(Clone, Debug, Default)]
struct Disks {
    /// Up to where each node's disk holds the log.
    upto: VecMap<NodeId, u64>,
    /// Every disk holds the log up to here.
    floor: u64,
    /// Beyond that, the newest acknowledged versions of the keys that have a value, and of how many keys.
    versions: BTreeMap<u64, u32>,
}

/// What is there from the start carries this version and is part of every node's set-up, not of its disk.
const FROM_THE_START: u64 = 1;

impl Disks {
    fn new(entries: &CowMap<Entry>) -> Self {
        let mut disks = Self { floor: FROM_THE_START, ..Self::default() };
        disks.collect(entries);
        disks
    }

    /// Counts a newest version in, or out.
    fn count(&mut self, (version, gone): (Version, bool), more: bool) {
        let version = version.0;
        if version <= self.floor || gone {
            return;
        }
        let keys = self.versions.entry(version).or_default();
        *keys = if more { *keys + 1 } else { keys.saturating_sub(1) };
        if *keys == 0 {
            self.versions.remove(&version);
        }
    }

    /// Counts all keys anew.
    fn collect(&mut self, entries: &CowMap<Entry>) {
        self.versions.clear();
        for entry in entries.iter() {
            self.count((entry.acknowledged, entry.gone), true);
        }
    }

    /// A disk holds the log up to a place; true if that is news.
    fn store(&mut self, node: NodeId, upto: u64, entries: &CowMap<Entry>) -> bool {
        if self.upto.insert(node, upto) == Some(upto) {
            return false;
        }
        let least = self.upto.values().copied().min().unwrap_or(0).max(FROM_THE_START);
        if least < self.floor {
            self.floor = least;
            self.collect(entries);
        }
        self.floor = least;
        while let Some(first) = self.versions.first_entry()
            && *first.key() <= least
        {
            first.remove();
        }
        true
    }

    /// Keys whose acknowledged version is on none of the disks that end there or before.
    fn beyond(&self, upto: u64) -> u64 {
        self.versions.range(upto.saturating_add(1)..).map(|(_, keys)| u64::from(*keys)).sum()
    }
}

/// Versions that nodes keep for others, by the places of the keys: who keeps it, and its number there. No read
/// finds them, but they are not lost.
type Kept = BTreeMap<u64, Vec<(NodeId, u64, Version)>>;

/// The keys of one cluster.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// For a replicated store: what counts is what the disks hold, not what memories applied.
    disks: Option<Disks>,
    entries: CowMap<Entry>,
    holdings: VecMap<NodeId, Holding>,
    passages: VecMap<(NodeId, NodeId), Passage>,
    keys: u64,
    lost: u64,
    unavailable: u64,
    moved: u64,
    copied: Passage,
    /// What is kept for others.
    kept: Kept,
    unavailable_since: Option<Time>,
    unavailable_longest: u64,
    unavailable_most: u64,
}

impl Ledger {
    fn stand(holdings: &VecMap<NodeId, Holding>, kept: &Kept, entry: &Entry) -> Stand {
        if !entry.counts() {
            return Stand::default();
        }
        let mut stand = Stand { counts: true, lost: true, unavailable: true };
        for Held { version, node, .. } in &entry.copies {
            if *version >= entry.acknowledged {
                stand.lost = false;
                if holdings.get(node).is_some_and(|holding| holding.running) {
                    stand.unavailable = false;
                }
            }
        }
        if stand.lost
            && let Some(kept) = kept.get(&entry.key.position())
        {
            stand.lost = !kept.iter().any(|(.., version)| *version >= entry.acknowledged);
        }
        stand
    }

    /// Changes one entry, made if it is not there, and keeps the counts right.
    fn touch(
        &mut self,
        key: &Key,
        now: Time,
        change: impl FnOnce(&mut Entry, &mut VecMap<NodeId, Holding>),
    ) {
        self.alter(key, now, |entry, holdings, _| change(entry, holdings));
    }

    fn alter(
        &mut self,
        key: &Key,
        now: Time,
        change: impl FnOnce(&mut Entry, &mut VecMap<NodeId, Holding>, &mut Kept),
    ) {
        let entry = self.entries.at(key.position(), key.text(), || Entry {
            key: key.clone(),
            acknowledged: Version(0),
            gone: false,
            moved: false,
            copies: SmallVec::new(),
        });
        let count = |number: &mut u64, before: bool, after: bool| {
            *number = *number + u64::from(after) - u64::from(before);
        };
        if let Some(disks) = &mut self.disks {
            let before = (entry.acknowledged, entry.gone);
            change(entry, &mut self.holdings, &mut self.kept);
            let after = (entry.acknowledged, entry.gone);
            if before == after {
                return;
            }
            count(&mut self.keys, before.0 > Version(0) && !before.1, entry.counts());
            disks.count(before, false);
            disks.count(after, true);
            self.reckon(now);
            return;
        }
        let before = Self::stand(&self.holdings, &self.kept, entry);
        change(entry, &mut self.holdings, &mut self.kept);
        let after = Self::stand(&self.holdings, &self.kept, entry);
        count(&mut self.keys, before.counts, after.counts);
        count(&mut self.lost, before.lost, after.lost);
        count(&mut self.unavailable, before.unavailable, after.unavailable);
        self.watch(now);
    }

    fn watch(&mut self, now: Time) {
        self.unavailable_most = self.unavailable_most.max(self.unavailable);
        match (self.unavailable > 0, self.unavailable_since) {
            (true, None) => self.unavailable_since = Some(now),
            (false, Some(since)) => {
                self.unavailable_longest = self.unavailable_longest.max(now.since(since).0);
                self.unavailable_since = None;
            }
            _ => {}
        }
    }

    fn recount(&mut self, now: Time) {
        if self.disks.is_some() {
            self.reckon(now);
            return;
        }
        let (mut keys, mut lost, mut unavailable) = (0, 0, 0);
        for entry in self.entries.iter() {
            let stand = Self::stand(&self.holdings, &self.kept, entry);
            keys += u64::from(stand.counts);
            lost += u64::from(stand.lost);
            unavailable += u64::from(stand.unavailable);
        }
        self.keys = keys;
        (self.lost, self.unavailable) = (lost, unavailable);
        self.watch(now);
    }

    /// A node's disk holds the log of a replicated store up to a place, or no longer beyond it.
    pub fn stored(&mut self, node: NodeId, upto: u64, now: Time) {
        let disks = self.disks.get_or_insert_with(|| Disks::new(&self.entries));
        if disks.store(node, upto, &self.entries) {
            self.reckon(now);
        }
    }

    /// Up to where a node's disk holds the log of a replicated store, as far as was said.
    #[must_use]
    pub fn stored_upto(&self, node: NodeId) -> Option<u64> {
        self.disks.as_ref()?.upto.get(&node).copied()
    }

    /// Counts the keys that no disk holds, and those that no disk of a running node does.
    fn reckon(&mut self, now: Time) {
        let Some(disks) = &self.disks else { return };
        let running = |node: &NodeId| self.holdings.get(node).is_some_and(|held| held.running);
        let best = disks.upto.values().copied().max().unwrap_or(0);
        let reached = disks.upto.iter().filter(|(node, _)| running(node)).map(|(_, upto)| *upto);
        let reached = reached.max();
        self.lost = disks.beyond(best);
        self.unavailable = reached.map_or(self.keys, |upto| disks.beyond(upto));
        self.watch(now);
    }

    /// A node holds an item now; true if it is a key that it did not hold before.
    pub fn hold(&mut self, node: NodeId, item: &Item, now: Time) -> bool {
        let mut fresh = false;
        self.touch(&item.key, now, |entry, holdings| {
            let holding = holdings.of(node);
            let held = Held::new(node, item);
            match entry.copies.iter_mut().find(|copy| copy.node == node) {
                // A newer value takes the place of the one before, and may be longer or shorter.
                Some(copy) if copy.version <= held.version => {
                    holding.bytes = holding.bytes.saturating_sub(copy.bytes.into());
                    holding.bytes += u64::from(held.bytes);
                    *copy = held;
                }
                Some(_) => {}
                None => {
                    fresh = true;
                    holding.keys += 1;
                    holding.bytes += u64::from(held.bytes);
                    entry.copies.push(held);
                }
            }
        });
        fresh
    }

    /// A version is acknowledged.
    pub fn acknowledge(&mut self, item: &Item, now: Time) {
        self.touch(&item.key, now, |entry, _| {
            if item.version >= entry.acknowledged {
                entry.acknowledged = item.version;
                entry.gone = item.value == Value::Gone;
            }
        });
    }

    /// An item has come to a node in a stream; `counts` if a change of the map, not a repair, moved it.
    pub fn pass(&mut self, from: NodeId, to: NodeId, item: &Item, counts: bool, now: Time) {
        let fresh = self.hold(to, item, now);
        let bytes = item.bytes();
        let passage = self.passages.of((from, to));
        passage.keys += 1;
        passage.bytes += bytes;
        self.copied.keys += 1;
        self.copied.bytes += bytes;
        if fresh && counts {
            let mut first = false;
            if let Some(entry) = self.entries.get_mut(item.key.position(), item.key.text()) {
                first = !entry.moved && entry.acknowledged > Version(0);
                entry.moved |= first;
            }
            self.moved += u64::from(first);
        }
    }

    /// A node has let go of a key.
    pub fn drop_key(&mut self, node: NodeId, key: &Key, now: Time) {
        self.touch(key, now, |entry, holdings| {
            if let Some(at) = entry.copies.iter().position(|copy| copy.node == node) {
                let held = entry.copies.remove(at);
                let holding = holdings.of(node);
                holding.keys = holding.keys.saturating_sub(1);
                holding.bytes = holding.bytes.saturating_sub(held.bytes.into());
            }
        });
    }

    /// A node keeps an item for another one, by a number of its own.
    pub fn keep(&mut self, node: NodeId, number: u64, item: &Item, now: Time) {
        self.alter(&item.key, now, |entry, _, kept| {
            kept.entry(entry.key.position()).or_default().push((node, number, item.version));
        });
    }

    /// A node keeps something for another one no more.
    pub fn release(&mut self, node: NodeId, number: u64, key: &Key, now: Time) {
        self.alter(key, now, |entry, _, kept| {
            if let Some(row) = kept.get_mut(&entry.key.position()) {
                row.retain(|(keeper, known, _)| (*keeper, *known) != (node, number));
                if row.is_empty() {
                    kept.remove(&entry.key.position());
                }
            }
        });
    }

    /// A node runs, or does not.
    pub fn power(&mut self, node: NodeId, running: bool, now: Time) {
        let holding = self.holdings.of(node);
        if holding.running != running {
            holding.running = running;
            if holding.keys > 0 || self.disks.is_some() {
                self.recount(now);
            }
        }
    }

    /// A node holds just what is on its disk, and keeps nothing for others: something there was lost in a way that no note tells.
    pub fn resync<'i>(&mut self, node: NodeId, disk: impl Iterator<Item = &'i Item>, now: Time) {
        // As many as a node holds: what grows with the keys has a tree.
        let mut there: BTreeMap<&str, &Item> = BTreeMap::new();
        for item in disk {
            there.insert(item.key.text(), item);
        }
        let mut held = Holding { running: self.holding(node).running, ..Holding::default() };
        self.entries.change(|entry| {
            entry.copies.retain(|copy| copy.node != node);
            if let Some(item) = there.remove(entry.key.text()) {
                let copy = Held::new(node, item);
                entry.copies.push(copy);
                held.keys += 1;
                held.bytes += u64::from(copy.bytes);
            }
        });
        self.holdings.insert(node, held);
        self.kept.retain(|_, row| {
            row.retain(|(keeper, ..)| *keeper != node);
            !row.is_empty()
        });
        for item in there.into_values() {
            self.hold(node, item, now);
        }
        self.recount(now);
    }

    /// True once something was acknowledged, whether it is there still or not.
    #[must_use]
    pub fn has_acknowledged(&self) -> bool {
        self.entries.iter().any(|entry| entry.acknowledged > Version(0))
    }

    /// What is acknowledged of a key.
    #[must_use]
    pub fn newest(&self, key: &Key) -> Option<Newest> {
        let entry = self.entries.get(key.position(), key.text())?;
        let newest = Newest { version: entry.acknowledged, gone: entry.gone };
        (newest.version > Version(0)).then_some(newest)
    }

    /// Acknowledged keys that have a value.
    #[must_use]
    pub fn keys(&self) -> u64 {
        self.keys
    }

    /// Of those, how many have no copy left.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// Of those, how many no running node holds.
    #[must_use]
    pub fn unavailable(&self) -> u64 {
        self.unavailable
    }

    /// The most that were ever unavailable at once.
    #[must_use]
    pub fn unavailable_most(&self) -> u64 {
        self.unavailable_most
    }

    /// The longest time for which some key was unavailable, in microseconds.
    #[must_use]
    pub fn unavailable_longest(&self, now: Time) -> u64 {
        let open = self.unavailable_since.map_or(0, |since| now.since(since).0);
        self.unavailable_longest.max(open)
    }

    /// Keys that changes of the map have moved.
    #[must_use]
    pub fn moved(&self) -> u64 {
        self.moved
    }

    /// Everything that streams have carried.
    #[must_use]
    pub fn copied(&self) -> Passage {
        self.copied
    }

    /// What streams have carried from each node to each other one.
    #[must_use]
    pub fn passages(&self) -> &VecMap<(NodeId, NodeId), Passage> {
        &self.passages
    }

    /// What a node holds.
    #[must_use]
    pub fn holding(&self, node: NodeId) -> Holding {
        self.holdings.get(&node).copied().unwrap_or_default()
    }

    /// Keys with a value that have fewer copies of their acknowledged version than so many.
    #[must_use]
    pub fn short_of(&self, copies: usize) -> u64 {
        if let Some(disks) = &self.disks {
            let mut ends: Vec<u64> = disks.upto.values().copied().collect();
            crate::base::order::sort_by(&mut ends, |one, two| one > two);
            let end = copies.checked_sub(1).map_or(Some(u64::MAX), |at| ends.get(at).copied());
            return end.map_or(self.keys, |end| disks.beyond(end));
        }
        let short = |entry: &&Entry| {
            let whole =
                entry.copies.iter().filter(|copy| copy.version >= entry.acknowledged).count();
            Self::stand(&self.holdings, &self.kept, entry).counts && whole < copies
        };
        self.entries.iter().filter(short).count() as u64
    }

    /// Up to so many keys with their holders, evenly picked along the circle.
    #[must_use]
    pub fn sample(&self, most: usize) -> Vec<(Key, Vec<NodeId>)> {
        let every = (self.entries.len() as usize).div_ceil(most.max(1)).max(1);
        let holders = |entry: &Entry| entry.copies.iter().map(|copy| copy.node).collect();
        self.entries
            .iter()
            .step_by(every)
            .filter(|entry| !entry.gone)
            .map(|entry| (entry.key.clone(), holders(entry)))
            .collect()
    }

    /// How many keys each node holds first, in equal stretches of the circle.
    #[must_use]
    pub fn density(&self, stretches: usize) -> Vec<u32> {
        let mut counts = alloc::vec![0; stretches.max(1)];
        for entry in self.entries.iter() {
            let at = (u128::from(entry.position()) * counts.len() as u128) >> 64;
            counts[at as usize] += 1;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;
    use alloc::format;

    #[test]
    fn a_node_holds_as_many_bytes_as_the_newest_copies_take_whatever_befalls_them() {
        let (mut ledger, mut rng) = (Ledger::default(), Rng::derive(1, 1));
        let mut disks: [BTreeMap<u64, Item>; 3] = Default::default();
        let (mut longer, mut shorter) = (0, 0);
        for step in 0..5_000 {
            let (node, number) = (rng.below(3), rng.below(8));
            let (id, disk) = (NodeId(node as u32), &mut disks[node as usize]);
            let key = Key::new(&format!("k{number}"));
            let value = Value::Filler { stamp: step, bytes: 1 << rng.below(14) };
            let version = Version(1 + rng.below(u64::from(step) + 1));
            let item = Item { key: key.clone(), version, value };
            match rng.below(20) {
                0 => {
                    disk.remove(&number);
                    ledger.drop_key(id, &key, Time(0));
                }
                1 => {
                    disk.retain(|_, _| rng.below(2) == 0);
                    ledger.resync(id, disk.values(), Time(0));
                }
                _ => {
                    let old = disk.get(&number).map(|old| (old.version, old.bytes()));
                    if old.is_none_or(|(old, _)| old <= version) {
                        longer += u32::from(old.is_some_and(|(_, old)| old < item.bytes()));
                        shorter += u32::from(old.is_some_and(|(_, old)| old > item.bytes()));
                        disk.insert(number, item.clone());
                    }
                    ledger.hold(id, &item, Time(0));
                }
            }
            for (node, disk) in disks.iter().enumerate() {
                let held = ledger.holding(NodeId(node as u32));
                assert_eq!(held.keys, disk.len() as u64, "step {step}");
                assert_eq!(held.bytes, disk.values().map(Item::bytes).sum::<u64>(), "step {step}");
            }
        }
        assert!(longer > 200 && shorter > 200, "{longer} {shorter}");
    }
}
