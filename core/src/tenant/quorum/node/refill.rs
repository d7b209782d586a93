//! A home whose disk was emptied gets its records back before it answers reads.
//!
//! ```text
//! n1, empty ── refill: behind this place ──▶ n2
//! n1 ◀── refilled: its records up to there ── n2      until n2 has no more
//! ```
//!
//! A write may lose all but one of the W homes that have it. If an emptied home said at once that it holds
//! nothing, R answers could come from it and from homes that never had the write. So it says that it does not
//! know until every other home of the key has sent what it has, tombstones past their grace too: nobody else may
//! have them. An answer counts only for the start that has asked.
//! (Cassandra asks its operators to replace the node, which then streams before it serves; Dynamo and Riak
//! answer at once.)
//!
//! Each disk carries a mark from the day on which the store was formed, and an emptied one lacks it. So a node that
//! has never held anything is not taken for one that has lost it, and the mark needs no write that could be torn
//! before what is held is complete: it is written anew once all that was sent has landed.

use super::Node;
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Span};
use crate::store::Key;
use crate::tenant::quorum::machine::{Durable, ProcessTurn};
use crate::tenant::quorum::message::{Message, Refilled, Timer, Why, Write};
use crate::tenant::quorum::record::Record;
use alloc::boxed::Box;
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
        if !disk.emptied {
            return;
        }
        let others = self.config.layout.nodes().filter(|node| *node != turn.id);
        self.refilling = others.map(|node| (node, 0)).collect();
        self.refill_token = self.next_token();
        self.ask_for_refill(turn);
    }

    pub(super) fn ask_for_refill(&mut self, turn: &mut ProcessTurn<'_>) {
        if self.refilling.is_empty() {
            self.become_whole(turn);
            return;
        }
        let token = self.refill_token;
        for (node, after) in self.refilling.iter() {
            turn.send(*node, Message::Refill { token, after: *after });
        }
        turn.arm(Timer::Refill, AGAIN);
    }

    /// Marks the disk once all that was sent is on it. A mark that is written beside the last records could land
    /// while the power takes these.
    fn become_whole(&mut self, turn: &mut ProcessTurn<'_>) {
        match self.whole_after {
            Some(number) if number > turn.landed => turn.arm(Timer::Refill, AGAIN),
            Some(_) => {
                self.whole_after = None;
                self.save(Write::Whole, turn);
            }
            None => {}
        }
    }

    /// An emptied node asks for what both are homes of, behind a place; from the first one on if 0.
    pub(super) fn refill(
        &mut self,
        from: NodeId,
        token: u32,
        after: u64,
        turn: &mut ProcessTurn<'_>,
    ) {
        let is_behind = |record: &&Record| after == 0 || record.key.position() > after;
        let records: Arc<[Record]> =
            self.with_past(from, turn).filter(is_behind).take(RECORDS_MAX).cloned().collect();
        let until = match records.last() {
            Some(last) if records.len() == RECORDS_MAX => last.key.position(),
            Some(_) | None => u64::MAX,
        };
        turn.send(from, Message::Refilled(Box::new(Refilled { token, after, until, records })));
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
        self.take_in_all(from, records, Why::Refill, turn);
        if until < u64::MAX {
            self.refilling.insert(from, until);
            let token = self.refill_token;
            turn.send(from, Message::Refill { token, after: until });
            return;
        }
        self.refilling.remove(&from);
        if self.refilling.is_empty() {
            self.whole_after = Some(self.ordered);
            turn.arm(Timer::Refill, Span::ZERO);
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
