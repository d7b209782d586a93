//! Anti-entropy: nodes compare hash trees of the keys that they share, and exchange what differs.
//!
//! ```text
//! n1 ── compare: tree ──▶ n2      n2 finds the stretches in which the trees differ
//! n1 ◀── differs: its records there, from one place to another ── n2
//! n1 ── missing: what n2 lacks ──▶ n2
//! ```
//!
//! Tombstones past their grace period are in no tree: a node that has forgotten one is not behind. Only who
//! sends a value that such a tombstone hides is told of it.

use super::Node;
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Span};
use crate::quorum::Tree;
use crate::tenant::quorum::machine::ProcessTurn;
use crate::tenant::quorum::message::{Differs, Message, Note, Timer, Why};
use crate::tenant::quorum::record::{Record, digest};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A tree has two to so many leaves.
pub const DEPTH: u32 = 6;
/// One message carries at most so many records; the next comparison goes on behind them.
const RECORDS_MAX: usize = 256;

impl Node {
    pub(super) fn arm_entropy(&self, first: bool, turn: &mut ProcessTurn<'_>) {
        if let Some(every) = self.config.spec.entropy {
            // Nodes that start together do not compare together.
            let after = if first { Span(1 + turn.rng.below(every.0)) } else { every };
            turn.arm(Timer::AntiEntropy, after);
        }
    }

    /// The records of keys that this node and another one are homes of.
    pub(super) fn shared<'n>(
        &'n self,
        other: NodeId,
        turn: &ProcessTurn<'_>,
    ) -> impl Iterator<Item = &'n Record> {
        let (wall, grace) = (turn.wall, self.config.spec.grace);
        self.with_past(other, turn).filter(move |record| !record.is_past(grace, wall))
    }

    /// These, and tombstones that are past their grace.
    pub(super) fn with_past<'n>(
        &'n self,
        other: NodeId,
        turn: &ProcessTurn<'_>,
    ) -> impl Iterator<Item = &'n Record> {
        let me = turn.id;
        self.records.iter().filter(move |record| {
            let homes = self.config.layout.preference(&record.key).homes;
            homes.contains(&me) && homes.contains(&other)
        })
    }

    fn tree(&self, other: NodeId, turn: &ProcessTurn<'_>) -> Tree {
        let mut tree = Tree::new(DEPTH);
        for record in self.shared(other, turn) {
            tree.add(record.key.position(), digest(&record.cells));
        }
        tree
    }

    /// Sends its hashes to all others, as an operator asks for: it may be the last chance before tombstones are
    /// forgotten.
    pub(super) fn compare_all(&self, turn: &mut ProcessTurn<'_>) {
        let others: Vec<NodeId> =
            self.config.layout.nodes().filter(|node| *node != turn.id).collect();
        for other in others {
            let tree = Arc::new(self.tree(other, turn));
            turn.send(other, Message::Compare { tree });
        }
    }

    /// Sends its hashes to the next node in turn.
    pub(super) fn compare_next(&mut self, turn: &mut ProcessTurn<'_>) {
        let others: Vec<NodeId> =
            self.config.layout.nodes().filter(|node| *node != turn.id).collect();
        if let Some(other) = others.get(self.partner % others.len().max(1)) {
            self.partner = self.partner.wrapping_add(1);
            let tree = Arc::new(self.tree(*other, turn));
            turn.send(*other, Message::Compare { tree });
        }
        self.arm_entropy(false, turn);
    }

    /// Another node has sent its hashes.
    pub(super) fn compare(&mut self, from: NodeId, tree: &Tree, turn: &mut ProcessTurn<'_>) {
        let own = self.tree(from, turn);
        let Some(found) = own.difference(tree) else { return };
        let (differ, hashes) = (found.leaves.len() as u32, found.compared);
        turn.note(Note::Compared { with: from, differ, hashes });
        if differ > 0 {
            let after = self.cursors.remove(&from).unwrap_or(0);
            let places = (after, u64::MAX);
            let records: Arc<[Record]> =
                self.among(from, &found.leaves, places, turn).take(RECORDS_MAX).cloned().collect();
            let until = match records.last() {
                Some(last) if records.len() == RECORDS_MAX => last.key.position(),
                Some(_) | None => u64::MAX,
            };
            if until != u64::MAX {
                self.cursors.insert(from, until);
            }
            let leaves = found.leaves.into();
            turn.send(from, Message::Differs(Box::new(Differs { leaves, after, until, records })));
        }
    }

    /// Its records in stretches, behind one place and up to another.
    fn among<'n>(
        &'n self,
        other: NodeId,
        leaves: &[u32],
        (after, until): (u64, u64),
        turn: &ProcessTurn<'_>,
    ) -> impl Iterator<Item = &'n Record> {
        let tree = Tree::new(DEPTH);
        self.shared(other, turn).filter(move |record| {
            let place = record.key.position();
            // Nothing is behind the last place or before the first one.
            (place > after || after == 0)
                && place <= until
                && leaves.binary_search(&tree.leaf(place)).is_ok()
        })
    }

    /// Another node has sent what it holds where hashes differ.
    pub(super) fn differs(
        &mut self,
        from: NodeId,
        leaves: &[u32],
        places: (u64, u64),
        records: &[Record],
        turn: &mut ProcessTurn<'_>,
    ) {
        let theirs: VecMap<(u64, &str), &Record> = records
            .iter()
            .map(|record| ((record.key.position(), record.key.text()), record))
            .collect();
        let same = |record: &Record| {
            theirs.get(&(record.key.position(), record.key.text())).is_some_and(|it| *it == record)
        };
        let own = self.among(from, leaves, places, turn);
        let missing: Vec<Record> =
            own.filter(|record| !same(record)).take(RECORDS_MAX).cloned().collect();
        if !missing.is_empty() {
            turn.send(from, Message::Missing { records: missing.into() });
        }
        self.take_in_all(from, records, Why::Repair, turn);
    }
}
