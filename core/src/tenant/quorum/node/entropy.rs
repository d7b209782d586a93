//! Anti-entropy: nodes compare hash trees of the keys that they share, and exchange what differs.
//!
//! ```text
//! n1 ── compare: tree ──▶ n2      n2 finds the stretches in which the trees differ
//! n1 ◀── differs: its records there ── n2
//! n1 ── missing: what n2 lacks ──▶ n2
//! ```
//!
//! Tombstones past their grace period are in no tree: a node that has forgotten one is not behind. Only who
//! sends a value that such a tombstone hides is told of it.

use super::Node;
use crate::base::{NodeId, Span};
use crate::quorum::Tree;
use crate::tenant::quorum::machine::ProcessTurn;
use crate::tenant::quorum::message::{Message, Note, Timer};
use crate::tenant::quorum::record::{Record, digest};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A tree has two to so many leaves.
const DEPTH: u32 = 6;
/// One message carries at most so many records; what is left over comes with the next comparison.
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
    fn shared<'n>(
        &'n self,
        other: NodeId,
        turn: &ProcessTurn<'_>,
    ) -> impl Iterator<Item = &'n Record> {
        let (me, wall, grace) = (turn.id, turn.wall, self.config.spec.grace);
        self.records.iter().filter(move |record| {
            let homes = self.config.layout.preference(&record.key).homes;
            homes.contains(&me) && homes.contains(&other) && !record.is_past(grace, wall)
        })
    }

    fn tree(&self, other: NodeId, turn: &ProcessTurn<'_>) -> Tree {
        let mut tree = Tree::new(DEPTH);
        for record in self.shared(other, turn) {
            tree.add(record.key.position(), digest(&record.cells));
        }
        tree
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
            let records = self.among(from, &found.leaves, turn);
            let leaves = found.leaves.into();
            turn.send(from, Message::Differs { leaves, records });
        }
    }

    /// Its records in stretches.
    fn among(&self, other: NodeId, leaves: &[u32], turn: &ProcessTurn<'_>) -> Arc<[Record]> {
        let tree = Tree::new(DEPTH);
        let inside =
            |record: &&Record| leaves.binary_search(&tree.leaf(record.key.position())).is_ok();
        let found: Vec<Record> =
            self.shared(other, turn).filter(inside).take(RECORDS_MAX).cloned().collect();
        found.into()
    }

    /// Another node has sent what it holds where hashes differ.
    pub(super) fn differs(
        &mut self,
        from: NodeId,
        leaves: &[u32],
        records: &[Record],
        turn: &mut ProcessTurn<'_>,
    ) {
        let own = self.among(from, leaves, turn);
        let same = |record: &Record| records.iter().any(|other| other == record);
        let missing: Vec<Record> = own.iter().filter(|record| !same(record)).cloned().collect();
        if !missing.is_empty() {
            turn.send(from, Message::Missing { records: missing.into() });
        }
        self.take_in_all(from, records, turn);
    }
}
