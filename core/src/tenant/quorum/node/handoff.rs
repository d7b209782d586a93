//! Hints: what a node keeps for homes that are away, and how they get it when they are back.
//!
//! A hint lies on the disk with its number and the moment from which its age counts, by the wall clock: a
//! restart sets neither back. It is given up before a tombstone can be collected, so that it brings back
//! nothing that was deleted.

use super::Node;
use crate::base::{NodeId, Span, Time};
use crate::quorum::Hint;
use crate::tenant::quorum::bugs::Bug;
use crate::tenant::quorum::machine::ProcessTurn;
use crate::tenant::quorum::message::{Message, NOBODY, Note, Timer, Why, Write};
use crate::tenant::quorum::record::{Record, newest};
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

    /// Keeps a record for another node; false if there is no room.
    pub(super) fn keep_hint(
        &mut self,
        home: NodeId,
        record: Record,
        turn: &mut ProcessTurn<'_>,
    ) -> bool {
        if self.has(Bug::DropHints) {
            return true;
        }
        self.give_up_old(turn);
        let idle = self.hints.is_empty();
        // Its age is that of the write, however long the request to keep it was on its way.
        let written = newest(&record.cells).map_or(turn.wall, |cell| Time(cell.version.0 >> 8));
        let since = turn.wall.min(written);
        if turn.wall.since(since) > self.config.spec.hints_last {
            return false;
        }
        let Some(number) = self.hints.keep(home, record.clone(), since) else { return false };
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
        let kept = self.keep_hint(home, record, turn);
        let answer = if kept { Message::Replicated { token } } else { Message::NoRoom { token } };
        turn.send(from, answer);
    }

    /// Gives up hints that are too old.
    fn give_up_old(&mut self, turn: &mut ProcessTurn<'_>) {
        let lasts = self.config.spec.hints_last;
        let old = |hint: &&Hint<Record>| turn.wall.since(hint.since) > lasts;
        let numbers: Vec<u64> = self.hints.iter().filter(old).map(|hint| hint.number).collect();
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
                .due(home, most, turn.wall)
                .map(|hint| (hint.number, hint.what.clone()))
                .collect();
            for (number, record) in due {
                let known = self.handing.iter().find(|(_, under)| **under == number);
                let token = match known.map(|(token, _)| *token) {
                    Some(token) => token,
                    None => self.next_token(),
                };
                self.handing.insert(token, number);
                let (why, nobody) = (Why::Handoff, NOBODY);
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
