//! Hints: what a node keeps for homes that are away, and how they get it when they are back.
//!
//! A hint lies on the disk with its number and the moment from which its age counts, by the monotonic clock:
//! neither a restart nor who sets the wall clock changes it. Where hints count for writes, none is given up for
//! its age, as it may be the only copy. So it is not its age that keeps a hint from bringing back what was
//! deleted: who wants to forget a tombstone asks all that may keep hints, and each puts the tombstone in place of
//! what it hides and hands that over. It does not give the hint up: the tombstone may be on one disk alone, and
//! what it hides on no other one.

use super::Node;
use crate::base::{NodeId, Span, Time};
use crate::quorum::Hint;
use crate::tenant::quorum::bugs::Bug;
use crate::tenant::quorum::machine::ProcessTurn;
use crate::tenant::quorum::message::{Message, NOBODY, Note, Timer, Why, Write};
use crate::tenant::quorum::record::{Record, is_dead, settle};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// How often a node tries to hand its hints over.
const HANDOFF: Span = Span::millis(250);
/// So many hints go to a home at a time.
const AT_ONCE: usize = 16;

impl Node {
    pub(super) fn arm_handoff(&self, turn: &mut ProcessTurn<'_>) {
        if !self.hints.is_empty() {
            turn.arm(Timer::Handoff, HANDOFF);
        }
    }

    /// Keeps a record for another node, without end if it counts for its write; false if there is no room.
    pub(super) fn keep_hint(
        &mut self,
        home: NodeId,
        record: Record,
        counts: bool,
        turn: &mut ProcessTurn<'_>,
    ) -> bool {
        if self.has(Bug::DropHints) {
            return true;
        }
        self.give_up_old(turn);
        let idle = self.hints.is_empty();
        // In a sloppy store no hint has an end.
        let since = if counts && !self.config.spec.sloppy { Time::NEVER } else { turn.now };
        let Some(number) = self.hints.keep(home, record.clone(), (since, turn.now)) else {
            return false;
        };
        let hint = Hint { home, since, what: record.clone(), number };
        self.save(Write::Hint(Box::new(hint)), turn);
        turn.note(Note::Kept { number, home, record: Arc::new(record) });
        if idle {
            turn.arm(Timer::Handoff, HANDOFF);
        }
        true
    }

    /// A coordinator asks for a record to be kept for a home.
    pub(super) fn stand_in(
        &mut self,
        from: NodeId,
        token: u32,
        home: NodeId,
        record: Record,
        turn: &mut ProcessTurn<'_>,
    ) {
        let kept = self.keep_hint(home, record, false, turn);
        let answer = if kept { Message::Replicated { token } } else { Message::NoRoom { token } };
        turn.send(from, answer);
    }

    /// Gives up hints that are too old.
    fn give_up_old(&mut self, turn: &mut ProcessTurn<'_>) {
        let (lasts, now) = (self.config.spec.lasts(), turn.now);
        self.give_up(|hint| now.since(hint.since) > lasts, turn);
    }

    /// Puts a tombstone in place of the hints that it hides; false if a hint for its key is kept.
    pub(super) fn is_free_of_hints(
        &mut self,
        tombstone: &Record,
        turn: &mut ProcessTurn<'_>,
    ) -> bool {
        let own = self.hints.iter().filter(|hint| hint.what.key == tombstone.key);
        let own: Vec<Hint<Record>> = own.cloned().collect();
        // What was sent may be under way.
        let grace = self.config.spec.grace;
        let sent = self.sent.get(&tombstone.key.position());
        let is_quiet = sent.is_none_or(|at| turn.now.since(*at) > grace);
        let is_free = own.is_empty() && is_quiet;
        for mut hint in own {
            let mut cells = (*tombstone.cells).clone();
            cells.merge(&hint.what.cells);
            if self.config.spec.lww {
                settle(&mut cells);
            }
            if cells.values() != tombstone.cells.values() || cells == *hint.what.cells {
                continue;
            }
            hint.what.cells = Arc::new(cells);
            self.hints.replace(hint.number, hint.what.clone());
            let (number, home, record) = (hint.number, hint.home, Arc::new(hint.what.clone()));
            self.save(Write::Hint(Box::new(hint)), turn);
            turn.note(Note::Kept { number, home, record });
        }
        is_free
    }

    fn give_up(&mut self, is: impl Fn(&Hint<Record>) -> bool, turn: &mut ProcessTurn<'_>) {
        let given_up = self.hints.iter().filter(|hint| is(hint));
        let numbers: Vec<u64> = given_up.map(|hint| hint.number).collect();
        if numbers.is_empty() {
            return;
        }
        for number in &numbers {
            self.hints.done(*number);
            self.save(Write::HintDone(*number), turn);
        }
        turn.note(Note::Expired { numbers: numbers.into() });
    }

    /// Offers homes what is kept for them; one at a time while nothing is heard of a home.
    pub(super) fn hand_over(&mut self, turn: &mut ProcessTurn<'_>) {
        self.give_up_old(turn);
        let mut homes: Vec<NodeId> = self.hints.iter().map(|hint| hint.home).collect();
        crate::base::order::sort(&mut homes);
        homes.dedup();
        for home in homes {
            let most = if self.suspects.contains(&home) { 1 } else { AT_ONCE };
            let due: Vec<(u64, Record)> = self
                .hints
                .due(home, most, turn.now)
                .map(|hint| (hint.number, hint.what.clone()))
                .collect();
            for (number, record) in due {
                let known = self.handing.iter().find(|(_, under)| **under == number);
                let token = match known.map(|(token, _)| *token) {
                    Some(token) => token,
                    None => self.next_token(),
                };
                self.handing.insert(token, number);
                if !is_dead(&record.cells) {
                    self.sent.insert(record.key.position(), turn.now);
                }
                let (why, nobody) = (Why::Handoff, NOBODY);
                let record = Box::new(record);
                turn.send(home, Message::Replicate { token, record, why, home: nobody });
            }
        }
        self.arm_handoff(turn);
    }

    /// A home has what was kept for it.
    pub(super) fn handed_over(&mut self, token: u32, turn: &mut ProcessTurn<'_>) {
        let Some(number) = self.handing.remove(&token) else { return };
        let found = self.hints.iter().find(|hint| hint.number == number);
        let Some((home, key)) = found.map(|hint| (hint.home, hint.what.key.clone())) else {
            return;
        };
        self.hints.done(number);
        self.save(Write::HintDone(number), turn);
        turn.note(Note::HandedOver { number, home, key });
        if self.hints.iter().any(|hint| hint.home == home) && self.handing.is_empty() {
            // The home is there: the rest follows at once.
            self.hand_over(turn);
        }
    }
}
