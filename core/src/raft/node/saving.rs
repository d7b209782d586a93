//! Disk and word: one write a turn, and what is said only once it has landed.

use super::{Node, NodeTurn, Role};
use crate::base::{NodeId, Span};
use crate::raft::bug::Bug;
use crate::raft::disk::{Hard, Write};
use crate::raft::entry::Payload;
use crate::raft::entry_id::{EntryId, Index};
use crate::raft::message::{Body, Message, Note, Timer};
use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// What is on its way to the disk.
#[derive(Clone, Debug)]
pub(in crate::raft) struct Disk<P: Payload> {
    /// Term or vote have changed and are not written yet.
    pub dirty: bool,
    /// The write that last carries them, or the name of the replica.
    pub hard: u32,
    /// The write that gives the disk to this replica, or makes it say what memory says; until it has
    /// landed no other is ordered.
    pub seal: Option<u32>,
    /// The owner will say when the turn ends.
    pub held: bool,
    /// What this turn must write.
    pub writes: Vec<Write<P>>,
    /// What is said once that has landed.
    pub promises: Vec<(NodeId, Message<P>)>,
    /// What is so once that has landed.
    pub vows: Vec<Note<P>>,
    /// Writes that were ordered.
    pub issued: u32,
    /// Writes that have landed.
    pub landed: u32,
    /// Which write brings the log up to which entry.
    pub appends: VecDeque<(u32, EntryId)>,
    /// Which write under way changes the log on the disk, and from which place on.
    pub changes: VecDeque<(u32, Index)>,
    /// The write that a candidacy waits for.
    pub candidacy: Option<u32>,
}

impl<P: Payload> Default for Disk<P> {
    fn default() -> Self {
        Self {
            dirty: false,
            hard: 0,
            seal: None,
            held: false,
            writes: Vec::new(),
            promises: Vec::new(),
            vows: Vec::new(),
            issued: 0,
            landed: 0,
            appends: VecDeque::new(),
            changes: VecDeque::new(),
            candidacy: None,
        }
    }
}

impl<P: Payload> Node<P> {
    pub(in crate::raft) fn hard(&self) -> Hard {
        let vote = self.vote.filter(|_| !self.makes(Bug::ForgetVote));
        Hard { term: self.term, vote }
    }

    /// The term and vote, if they must go along with a write that is ordered now.
    pub(in crate::raft) fn hard_if_dirty(&mut self) -> Option<Hard> {
        if !core::mem::take(&mut self.disk.dirty) {
            return None;
        }
        self.disk.hard = self.disk.issued.wrapping_add(1);
        Some(self.hard())
    }

    /// Orders a write that everything after it stands on. A crash may keep any of the writes that are
    /// under way and lose the others: one that came after this one must not land on the disk of before,
    /// and nothing is said in the name of a replica that a fall would take back.
    pub(in crate::raft) fn seal(&mut self, write: Write<P>) {
        let number = self.save(write);
        self.disk.seal = Some(number);
        self.disk.hard = number;
    }

    /// True while a fall would take the term, the vote or the replica back.
    fn hard_is_open(&self) -> bool {
        self.disk.dirty || self.disk.hard.wrapping_sub(self.disk.landed) as i32 > 0
    }

    /// Term or vote have changed: nothing may be said in them before they are on the disk.
    pub(in crate::raft) fn bind(&mut self) {
        self.disk.dirty = true;
    }

    /// Orders a write with the others of this turn; the number under which all of them land.
    pub(in crate::raft) fn save(&mut self, write: Write<P>) -> u32 {
        let number = self.disk.issued.wrapping_add(1);
        if let Some(from) = write.changes_log_from() {
            self.disk.changes.push_back((number, from));
        }
        self.disk.writes.push(write);
        number
    }

    /// Says something to a node in its own term, which is on the disk before that: who hears a term
    /// relies on it, a leader for its lease for example, and a fall must not take it back.
    pub(in crate::raft) fn say(&mut self, to: NodeId, body: Body<P>, turn: &mut NodeTurn<'_, P>) {
        self.say_unless(self.hard_is_open(), to, body, turn);
    }

    /// Says that the disk holds the log up to a place. It waits for the writes that this rests on, in
    /// this turn or under way, and for no other: what the disk has held for long is confirmed at once.
    pub(in crate::raft) fn acknowledge(
        &mut self,
        to: NodeId,
        upto: Index,
        turn: &mut NodeTurn<'_, P>,
    ) {
        let open = self.disk.changes.iter().any(|(_, from)| *from <= upto);
        self.say_unless(open || self.hard_is_open(), to, Body::Appended { upto }, turn);
    }

    /// Says something now, or behind the writes of this turn and those that are under way.
    fn say_unless(&mut self, open: bool, to: NodeId, body: Body<P>, turn: &mut NodeTurn<'_, P>) {
        let message = self.message(to, body);
        if open {
            self.disk.promises.push((to, message));
        } else {
            turn.send(to, message);
        }
    }

    /// A message of this replica in its own term, to the replica that it knows of.
    pub(in crate::raft) fn message(&self, to: NodeId, body: Body<P>) -> Message<P> {
        let known = self.leading.progress.iter().find(|(node, _)| *node == to);
        let to = known.map_or_else(|| self.members().replica_of(to), |(_, it)| it.replica);
        Message { term: self.term, replica: self.replica, to, body }
    }

    /// Waits with writes and promises until [`Node::release`], so that an owner who does several
    /// things in one turn orders one write for all of them.
    pub fn hold(&mut self) {
        self.disk.held = true;
    }

    /// Orders the writes of the turn and says what relies on them.
    pub fn release(&mut self, turn: &mut NodeTurn<'_, P>) {
        self.disk.held = false;
        self.finish(turn);
    }

    /// Ends a turn: one write for all that must be kept, then what was promised. Several writes in a
    /// turn would let a later turn's write overtake the second of them. What rests on earlier writes
    /// alone waits for those and costs no sync of its own.
    pub(in crate::raft) fn finish(&mut self, turn: &mut NodeTurn<'_, P>) {
        if self.disk.held || self.disk.seal == Some(self.disk.issued) {
            return;
        }
        // What was written in an earlier turn, or earlier in this one, may carry an older term.
        if let Some(hard) = self.hard_if_dirty() {
            self.disk.writes.push(Write::Hard(hard));
        }
        let write = match self.disk.writes.len() {
            0 | 1 => self.disk.writes.pop(),
            _ => Some(Write::All(core::mem::take(&mut self.disk.writes))),
        };
        if let Some(write) = write {
            self.disk.issued = self.disk.issued.wrapping_add(1);
            turn.save(write);
            turn.arm(Timer::Stored(self.disk.issued), Span::ZERO);
        } else if !self.disk.promises.is_empty() && self.disk.issued != self.disk.landed {
            turn.fence();
        }
        for vow in self.disk.vows.drain(..) {
            turn.note(vow);
        }
        for (to, message) in self.disk.promises.drain(..) {
            turn.send(to, message);
        }
    }

    pub(in crate::raft) fn stored(&mut self, number: u32, turn: &mut NodeTurn<'_, P>) {
        self.disk.landed = number;
        self.disk.seal = self.disk.seal.filter(|seal| *seal != number);
        let mut reached = None;
        while self.disk.appends.front().is_some_and(|(at, _)| at.wrapping_sub(number) as i32 <= 0) {
            reached = self.disk.appends.pop_front().map(|(_, mark)| mark);
        }
        while self.disk.changes.front().is_some_and(|(at, _)| at.wrapping_sub(number) as i32 <= 0) {
            self.disk.changes.pop_front();
        }
        if let Some(mark) = reached.filter(|mark| self.log.holds(*mark)) {
            self.leading.stored = self.leading.stored.max(mark.index);
            if self.role == Role::Leader {
                self.advance(turn);
            }
        }
        if self.disk.candidacy == Some(number) {
            self.disk.candidacy = None;
            self.count_own_vote(turn);
        }
    }
}
