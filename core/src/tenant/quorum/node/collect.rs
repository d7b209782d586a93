//! Tombstones: a delete is a write like any other, and is forgotten when nobody can bring the value back.
//!
//! A tombstone past its grace period is forgotten by a home once all homes have said that their disks hold
//! it and have done so for the grace period: none of them has an older value then, or has one under way. All
//! that may keep hints say too that they keep none for the key and have sent none for the grace period: that is
//! every node, as a write of ANY may come through any. They are asked in turn, some at a time, so that a tombstone
//! which somebody does not confirm keeps no other one waiting. A repair gives a tombstone that is past its grace to
//! no node that holds nothing. (Cassandra asks its operators to repair within the grace period instead; a node that
//! was away for longer brings deleted values back there.)
//!
//! So tombstones pile up while a node is away, or so slow that its answer takes longer than a quarter of the grace
//! period: an answer to a question of before says too little of now. And what no node can know is a put
//! that its client has sent twice, if the second one arrives when all have forgotten the first: it is taken, and the
//! laws are broken. The grace period must be longer than messages are under way.

use super::Node;
use crate::base::{NodeId, Span};
use crate::store::{Engine, Key};
use crate::tenant::quorum::machine::ProcessTurn;
use crate::tenant::quorum::message::{Message, NOBODY, Note, Timer, Why, Write};
use crate::tenant::quorum::record::{Record, is_dead};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Bound;

/// So many tombstones are confirmed at a time.
const AT_ONCE: usize = 32;
/// The shortest time between two looks.
const EVERY_MIN: Span = Span::millis(250);

/// A tombstone of which one asks whether every home has it.
#[derive(Clone, Debug)]
pub(super) struct Confirming {
    record: Record,
    waiting: Vec<NodeId>,
}

impl Node {
    pub(super) fn arm_collect(&self, turn: &mut ProcessTurn<'_>) {
        let every = Span(self.config.spec.grace.0 / 4).max(EVERY_MIN);
        turn.arm(Timer::Collect, every);
    }

    /// Asks all homes of tombstones past their grace period whether they have them.
    pub(super) fn collect(&mut self, turn: &mut ProcessTurn<'_>) {
        self.arm_collect(turn);
        // What was not answered is asked anew.
        self.confirming.clear();
        let (grace, wall) = (self.config.spec.grace, turn.wall);
        let dead = self.records.iter().filter(|record| is_dead(&record.cells));
        let places: Vec<u64> = dead.map(|record| record.key.position()).collect();
        // They come in the order of their places.
        self.dead.retain(|place, _| places.binary_search(place).is_ok());
        self.sent.retain(|_, at| turn.now.since(*at) <= grace);
        for place in places {
            self.dead.entry(place).or_insert(turn.now);
        }
        let is_due = |record: &&Record| record.is_past(grace, wall) && self.is_old(record, turn);
        // On from where the last look ended, and around.
        let after = self.confirm_after.as_ref();
        let behind = (after.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded);
        let before = after.map(|key| self.records.scan((Bound::Unbounded, Bound::Included(key))));
        let around = self.records.scan(behind).chain(before.into_iter().flatten());
        let past: Vec<Record> = around.filter(is_due).take(AT_ONCE).cloned().collect();
        self.confirm_after = past.last().map(|record| record.key.clone());
        for record in past {
            if !self.is_free_of_hints(&record, turn) {
                // A tombstone is not forgotten in the turn in which hints are.
                continue;
            }
            let mut waiting: Vec<NodeId> = match self.config.spec.hints {
                true => self.config.layout.nodes().collect(),
                false => self.config.layout.preference(&record.key).homes,
            };
            waiting.retain(|home| *home != turn.id);
            let token = self.next_token();
            for &home in &waiting {
                let (record, why, nobody) = (record.clone(), Why::Confirm, NOBODY);
                let record = Box::new(record);
                turn.send(home, Message::Replicate { token, record, why, home: nobody });
            }
            let alone = waiting.is_empty();
            self.confirming.insert(token, Confirming { record, waiting });
            if alone {
                // One write of records a turn: a second one could be overtaken by a later turn's.
                self.forget(token, turn);
                return;
            }
        }
    }

    /// True if this node has held a tombstone for the grace period itself: what it sent before it knew of the
    /// delete, as a hint for example, is gone by then.
    fn is_old(&self, record: &Record, turn: &ProcessTurn<'_>) -> bool {
        let since = self.dead.get(&record.key.position());
        since.is_some_and(|since| turn.now.since(*since) > self.config.spec.grace)
    }

    /// Asked whether it has a tombstone: true if it has had it for long, or has forgotten it, and keeps no hint
    /// for its key.
    pub(super) fn confirms(&mut self, record: &Record, turn: &mut ProcessTurn<'_>) -> bool {
        // What was sent to fill its disk again may be under way.
        if !self.is_whole(&record.key) {
            return false;
        }
        let is_home = self.config.layout.preference(&record.key).homes.contains(&turn.id);
        // One write of records a turn, and before those of hints.
        if is_home && self.take_in(record, Why::Repair, turn) {
            return false;
        }
        if !self.is_free_of_hints(record, turn) {
            return false;
        }
        if !is_home {
            return true;
        }
        match self.records.get(record.key.position(), record.key.text()) {
            None => record.is_past(self.config.spec.grace, turn.wall),
            // Who holds a newer value has nothing that the tombstone hides.
            Some(own) => !is_dead(&own.cells) || self.is_old(own, turn),
        }
    }

    /// A home has a tombstone on its disk, or has forgotten it already.
    pub(super) fn confirmed(&mut self, from: NodeId, token: u32, turn: &mut ProcessTurn<'_>) {
        let Some(confirming) = self.confirming.get_mut(&token) else { return };
        confirming.waiting.retain(|home| *home != from);
        if confirming.waiting.is_empty() {
            self.forget(token, turn);
        }
    }

    fn forget(&mut self, token: u32, turn: &mut ProcessTurn<'_>) {
        let Some(Confirming { record, .. }) = self.confirming.remove(&token) else { return };
        let key: Key = record.key.clone();
        // It may have been written again meanwhile.
        if self.records.get(key.position(), key.text()) != Some(&record) {
            return;
        }
        self.records.take(key.position(), key.text());
        self.save(Write::Forget(Box::new(key)), turn);
        turn.note(Note::Collected(record));
    }
}
