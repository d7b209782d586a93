//! A home whose disk was emptied gets its records back before it answers reads.
//!
//! ```text
//! n1, empty ── refill: behind this place ──▶ n2
//! n1 ◀── refilled: its records up to there ── n2      until n2 has no more
//! ```
//!
//! A write may lose all but one of the W homes that have it. If an emptied home said at once that it holds
//! nothing, R answers could come from it and from homes that never had the write. So it says that it does not
//! know until every other home of the key has sent what it has. A mark on the disk keeps that through a restart.
//! (Cassandra asks its operators to replace the node, which then streams before it serves; Dynamo and Riak
//! answer at once.)
//!
//! A store is formed at the start of time: a node that starts later and finds an empty disk has lost it, or has
//! never held anything, which costs nothing.

use super::Node;
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Span, Time};
use crate::store::Key;
use crate::tenant::quorum::machine::{Durable, ProcessTurn};
use crate::tenant::quorum::message::{Message, Timer, Write};
use crate::tenant::quorum::record::Record;
use alloc::sync::Arc;

/// Who has not answered is asked again after so long.
const AGAIN: Span = Span::millis(250);
/// One message carries at most so many records.
const RECORDS_MAX: usize = 256;

/// From whom a node waits for records, and behind which place.
pub(super) type Refilling = VecMap<NodeId, u64>;

impl Node {
    /// Asks all others for what they share with it, if its disk was emptied.
    pub(super) fn begin_refill(&mut self, disk: &Durable, turn: &mut ProcessTurn<'_>) {
        let is_empty = disk.records.is_empty() && disk.hints.is_empty();
        let is_lost = is_empty && turn.now > Time::ZERO;
        if !disk.refilling && !is_lost {
            return;
        }
        let others = self.config.layout.nodes().filter(|node| *node != turn.id);
        self.refilling = others.map(|node| (node, 0)).collect();
        if self.refilling.is_empty() {
            return;
        }
        if !disk.refilling {
            // What is asked below is said behind it.
            self.save(Write::Refilling(true), turn);
        }
        self.ask_for_refill(turn);
    }

    pub(super) fn ask_for_refill(&mut self, turn: &mut ProcessTurn<'_>) {
        if self.refilling.is_empty() {
            return;
        }
        for (node, after) in self.refilling.iter() {
            turn.send(*node, Message::Refill { after: *after });
        }
        turn.arm(Timer::Refill, AGAIN);
    }

    /// An emptied node asks for what both are homes of, behind a place; from the first one on if 0.
    pub(super) fn refill(&mut self, from: NodeId, after: u64, turn: &mut ProcessTurn<'_>) {
        let is_behind = |record: &&Record| after == 0 || record.key.position() > after;
        let records: Arc<[Record]> =
            self.shared(from, turn).filter(is_behind).take(RECORDS_MAX).cloned().collect();
        let until = match records.last() {
            Some(last) if records.len() == RECORDS_MAX => last.key.position(),
            Some(_) | None => u64::MAX,
        };
        turn.send(from, Message::Refilled { after, until, records });
    }

    /// Another node has sent what it holds.
    pub(super) fn refilled(
        &mut self,
        from: NodeId,
        (after, until): (u64, u64),
        records: &[Record],
        turn: &mut ProcessTurn<'_>,
    ) {
        if self.refilling.get(&from) != Some(&after) {
            return;
        }
        self.take_in_all(from, records, turn);
        if until < u64::MAX {
            self.refilling.insert(from, until);
            turn.send(from, Message::Refill { after: until });
            return;
        }
        self.refilling.remove(&from);
        if self.refilling.is_empty() {
            turn.disarm(Timer::Refill);
            self.save(Write::Refilling(false), turn);
        }
    }

    /// True if its disk holds of a key all that it has ever said that it holds.
    pub(super) fn is_whole(&self, key: &Key) -> bool {
        if self.refilling.is_empty() {
            return true;
        }
        let homes = self.config.layout.preference(key).homes;
        !homes.iter().any(|home| self.refilling.contains_key(home))
    }
}
