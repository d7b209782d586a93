//! Ranges: keys in their own order, cut at split points; a range lies on one node.
//!
//! ```text
//! ──────────┬────────────┬──────────┬───────────        a range scan asks one node or two,
//!   n1      "g"   n2     "n"   n3   "t"   n4             not all of them
//! ```
//!
//! Neighbouring keys stay together, which is the point, and the trouble: keys that grow (times,
//! numbers) all go to the last range. A range that is too large is split, one that is small is merged
//! with its neighbour; that changes the map, and moves nothing by itself.

use super::keys::KeySet;
use super::{Owners, Place, Placement, Spot};
use crate::base::{NodeId, order};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Where a range begins, and the node that it lies on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The first key that belongs to it; the first range begins with the empty key.
    pub start: Arc<[u8]>,
    /// Its node.
    pub node: NodeId,
}

/// Ranges on nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Range {
    pieces: Vec<Piece>,
    nodes: Vec<(NodeId, u32)>,
    /// Some keys in order, from which sizes are guessed when a node joins.
    sample: Arc<Vec<Arc<[u8]>>>,
    /// Ranges a node that are cut when the keys are first seen.
    each: usize,
}

/// More keys than this are not kept to guess sizes by.
const SAMPLE_MAX: usize = 4_096;

/// About so many keys are put in order to find the cuts.
const LEARNED: usize = 50_000;

impl Range {
    /// One range over everything, cut at these keys.
    #[must_use]
    pub fn new(splits: &[Arc<str>], each: u32) -> Self {
        let mut starts: Vec<Arc<[u8]>> = alloc::vec![Arc::from(&b""[..])];
        starts.extend(splits.iter().map(|split| Arc::from(split.as_bytes())));
        order::sort(&mut starts);
        starts.dedup();
        let pieces = starts.into_iter().map(|start| Piece { start, node: NodeId::WORLD });
        Self { pieces: pieces.collect(), each: each.max(1) as usize, ..Self::default() }
    }

    /// The ranges in order.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The range that a key belongs to.
    #[must_use]
    pub fn find(&self, key: &[u8]) -> usize {
        self.pieces.partition_point(|piece| &*piece.start <= key).saturating_sub(1)
    }

    /// The ranges of very many keys. The first bytes of a key mostly tell its range; only keys that
    /// begin like a cut are compared.
    fn found<'k>(
        &'k self,
        keys: &'k KeySet,
        range: core::ops::Range<usize>,
    ) -> impl Iterator<Item = usize> + 'k {
        let heads: Vec<u64> = self.pieces.iter().map(|piece| head(&piece.start)).collect();
        range.map(move |at| {
            let key = keys.key(at);
            let own = head(key);
            let from = heads.partition_point(|head| *head < own);
            let alike = heads[from..].iter().take_while(|head| **head == own).count();
            let alike = &self.pieces[from..from + alike];
            (from + alike.partition_point(|piece| &*piece.start <= key)).saturating_sub(1)
        })
    }

    /// How many keys lie in each range.
    #[must_use]
    pub fn counts(&self, keys: &KeySet) -> Vec<u32> {
        let mut counts = alloc::vec![0; self.pieces.len()];
        for at in self.found(keys, 0..keys.len()) {
            counts[at] += 1;
        }
        counts
    }

    /// The ranges that keys from one to another, the last one excluded, can lie in.
    #[must_use]
    pub fn between(&self, from: &[u8], to: &[u8]) -> core::ops::Range<usize> {
        let first = self.find(from);
        let behind = self.pieces.partition_point(|piece| &*piece.start < to);
        first..behind.max(first + 1).min(self.pieces.len())
    }

    /// Cuts the range of a key in two; the key is the first one of the new range, which stays where
    /// it is. False if there is a cut already.
    pub fn split(&mut self, at: &[u8]) -> bool {
        let found = self.find(at);
        match self.pieces.get(found) {
            Some(piece) if &*piece.start != at => {
                let node = piece.node;
                self.pieces.insert(found + 1, Piece { start: at.into(), node });
                true
            }
            _ => false,
        }
    }

    /// Joins the range that begins with a key to the one before it. False if there is none.
    pub fn merge(&mut self, at: &[u8]) -> bool {
        let found = self.find(at);
        let there = found > 0 && self.pieces.get(found).is_some_and(|piece| &*piece.start == at);
        if there {
            self.pieces.remove(found);
        }
        there
    }

    /// Lays the range of a key on a node.
    pub fn give(&mut self, key: &[u8], node: NodeId) {
        let found = self.find(key);
        if let Some(piece) = self.pieces.get_mut(found) {
            piece.node = node;
        }
    }

    /// The node with the fewest ranges for its weight.
    #[must_use]
    pub fn lightest(&self) -> Option<NodeId> {
        let load = |node: NodeId, weight: u32| {
            let own = self.pieces.iter().filter(|piece| piece.node == node).count() as u64;
            own * 100_000 / u64::from(weight)
        };
        let least = self.nodes.iter().min_by_key(|(node, weight)| load(*node, *weight));
        least.map(|(node, _)| *node)
    }

    /// Sees the keys that there are: without cuts so far, it is cut so that all nodes have alike.
    pub fn learn<'k>(&mut self, keys: impl Iterator<Item = &'k [u8]>) {
        let mut seen: Vec<&[u8]> = keys.collect();
        // Of very many keys, every so many-th tells as well where to cut.
        let apart = (seen.len() / LEARNED).max(1);
        seen = seen.into_iter().step_by(apart).collect();
        seen.sort_unstable();
        let step = seen.len().div_ceil(SAMPLE_MAX).max(1);
        self.sample = Arc::new(seen.iter().step_by(step).map(|key| Arc::from(*key)).collect());
        if self.pieces.len() > 1 || self.nodes.is_empty() || seen.is_empty() {
            return;
        }
        let wanted = self.nodes.len() * self.each;
        for cut in 1..wanted {
            self.split(seen[seen.len() * cut / wanted]);
        }
        let (pieces, nodes) = (self.pieces.len(), &self.nodes);
        for (at, piece) in self.pieces.iter_mut().enumerate() {
            piece.node = nodes[at * nodes.len() / pieces].0;
        }
    }

    /// How many keys of the sample lie in each range.
    fn sizes(&self) -> Vec<usize> {
        let ends = self
            .pieces
            .iter()
            .skip(1)
            .map(|piece| self.sample.partition_point(|key| **key < *piece.start));
        let mut before = 0;
        let mut sizes = Vec::new();
        for end in ends.chain([self.sample.len()]) {
            sizes.push(end.saturating_sub(before));
            before = end;
        }
        sizes
    }

    /// Takes ranges, or halves of them, from the fullest nodes until a node has its part.
    fn preload(&mut self, node: NodeId) {
        if self.sample.is_empty() {
            return;
        }
        let all: u64 = self.nodes.iter().map(|(_, weight)| u64::from(*weight)).sum();
        let own = self.nodes.iter().find(|(other, _)| *other == node).map_or(0, |(_, w)| *w);
        let wanted = (self.sample.len() as u64 * u64::from(own) / all.max(1)) as usize;
        for _ in 0..4 * self.nodes.len() + self.pieces.len() {
            let sizes = self.sizes();
            let load = |node: NodeId| -> usize {
                self.pieces.iter().zip(&sizes).filter(|(p, _)| p.node == node).map(|(_, s)| s).sum()
            };
            let missing = wanted.saturating_sub(load(node));
            let others = self.nodes.iter().map(|(other, _)| *other).filter(|other| *other != node);
            let Some(fullest) = others.max_by_key(|other| load(*other)) else { return };
            let largest = (0..self.pieces.len())
                .filter(|at| self.pieces[*at].node == fullest)
                .max_by_key(|at| sizes[*at]);
            let Some(at) = largest else { return };
            if missing == 0 || sizes[at] == 0 || load(fullest) <= load(node) + 1 {
                return;
            }
            let surplus = (load(fullest) - load(node)).div_ceil(2).min(missing).max(1);
            if sizes[at] > surplus {
                // Only the end of the range moves.
                let end: usize = sizes[..=at].iter().sum();
                let cut = self.sample[end - surplus].clone();
                if !self.split(&cut) {
                    return;
                }
                self.pieces[at + 1].node = node;
            } else {
                self.pieces[at].node = node;
            }
        }
    }
}

impl Placement for Range {
    fn owners(&self, spot: Spot<'_>, count: usize) -> Owners {
        let mut owners = Owners::NONE;
        let Some(first) = self.owner(spot) else { return owners };
        owners.add(first);
        let row: Vec<NodeId> = self.nodes.iter().map(|(node, _)| *node).collect();
        let at = row.iter().position(|node| *node == first).unwrap_or(0);
        owners.fill(&row, at, count.min(row.len()));
        owners
    }

    fn owner(&self, spot: Spot<'_>) -> Option<NodeId> {
        let piece = self.pieces.get(self.find(spot.key))?;
        (piece.node != NodeId::WORLD).then_some(piece.node)
    }

    fn reads_keys(&self) -> bool {
        true
    }

    fn place(&self, keys: &KeySet, range: core::ops::Range<usize>) -> Vec<NodeId> {
        let node = |at: usize| self.pieces.get(at).map_or(NodeId::WORLD, |piece| piece.node);
        self.found(keys, range).map(node).collect()
    }

    fn share(&self, node: NodeId) -> u32 {
        let own = self.pieces.iter().filter(|piece| piece.node == node).count() as u64;
        (own * 1_000_000 / self.pieces.len().max(1) as u64) as u32
    }

    fn bytes(&self) -> u64 {
        self.pieces.iter().map(|piece| 12 + piece.start.len() as u64).sum()
    }

    fn join(&mut self, place: &Place<'_>) {
        let fresh = !self.nodes.iter().any(|(node, _)| *node == place.node);
        self.nodes.retain(|(node, _)| *node != place.node);
        self.nodes.push((place.node, place.weight.max(1)));
        order::sort(&mut self.nodes);
        let homeless = self.pieces.iter().any(|piece| piece.node == NodeId::WORLD);
        if homeless || (fresh && self.sample.is_empty()) {
            // Before there are keys, ranges are dealt out in order.
            let (pieces, nodes) = (self.pieces.len(), &self.nodes);
            for (at, piece) in self.pieces.iter_mut().enumerate() {
                piece.node = nodes[at * nodes.len() / pieces].0;
            }
        } else {
            self.preload(place.node);
        }
    }

    fn leave(&mut self, node: NodeId) {
        self.nodes.retain(|(other, _)| *other != node);
        for at in 0..self.pieces.len() {
            if self.pieces[at].node == node {
                let heir = self.lightest().unwrap_or(NodeId::WORLD);
                self.pieces[at].node = heir;
            }
        }
    }
}

/// The first bytes of a key as a number, which is in order where keys are.
fn head(key: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let len = key.len().min(8);
    bytes[..len].copy_from_slice(&key[..len]);
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::String;

    fn place(number: u32) -> Place<'static> {
        Place { node: NodeId(number), name: "", weight: 100 }
    }

    #[test]
    fn every_key_has_one_range_whatever_is_split_and_merged() {
        let keys: Vec<String> = (0..1_000).map(|n| format!("key:{n:04}")).collect();
        let mut ranges = Range::new(&[], 2);
        for number in 0..4 {
            ranges.join(&place(number));
        }
        ranges.learn(keys.iter().map(String::as_bytes));
        assert_eq!(ranges.pieces().len(), 8);
        let load = |ranges: &Range, node| {
            let owner =
                |key: &&String| ranges.owner(Spot::of(key.as_bytes())) == Some(NodeId(node));
            keys.iter().filter(owner).count()
        };
        for node in 0..4 {
            assert!((245..=255).contains(&load(&ranges, node)));
        }
        assert!(ranges.split(b"key:0100") && !ranges.split(b"key:0100"));
        assert!(ranges.merge(b"key:0100") && !ranges.merge(b"key:0100") && !ranges.merge(b""));
        ranges.join(&place(4));
        let loads: Vec<usize> = (0..5).map(|node| load(&ranges, node)).collect();
        assert_eq!(loads.iter().sum::<usize>(), 1_000);
        assert!((190..=210).contains(&loads[4]), "{loads:?}");
        ranges.leave(NodeId(2));
        assert_eq!(load(&ranges, 2), 0);
        assert_eq!((0..5).map(|node| load(&ranges, node)).sum::<usize>(), 1_000);
        assert_eq!(ranges.between(b"", b"key:0001").len(), 1);
        assert_eq!(ranges.between(b"", b"z").len(), ranges.pieces().len());
        assert_eq!(ranges.between(b"z", b"a").len(), 1);
    }

    #[test]
    fn ranges_without_nodes_or_keys_have_no_owner() {
        let mut ranges = Range::new(&["m".into()], 1);
        assert_eq!(ranges.owner(Spot::of(b"a")), None);
        ranges.learn(core::iter::empty());
        ranges.join(&place(0));
        ranges.join(&place(1));
        assert_eq!(ranges.owner(Spot::of(b"a")), Some(NodeId(0)));
        assert_eq!(ranges.owner(Spot::of(b"m")), Some(NodeId(1)));
        ranges.leave(NodeId(0));
        ranges.leave(NodeId(1));
        assert_eq!(ranges.owner(Spot::of(b"a")), None);
    }
}
