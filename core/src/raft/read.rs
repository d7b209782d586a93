//! Reads that cost no entry: a leader makes sure that it still leads, then answers from what it has
//! applied; a follower asks the leader up to where it must have applied.

use super::bug::Bug;
use super::entry::Payload;
use super::entry_id::Index;
use super::message::{Body, Refusal};
use super::node::{Node, NodeTurn, Role};
use super::quorum::{self, Tally};
use crate::base::{NodeId, Rng};
use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// A read that is decided: it may be answered once this place is applied, or not at all.
pub(super) type Answer = (u64, Result<Index, Refusal>);

/// Who wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asker {
    /// The node's own owner, under its own number.
    Own(u64),
    /// Another node, under its number.
    Node(NodeId, u64),
}

/// A read that waits at the leader.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    asker: Asker,
    /// The round that confirms it; nothing as long as the leader has committed nothing of its own.
    round: Option<u64>,
    index: Index,
    /// What its caller calls it; only the mistake looks at it.
    name: u64,
}

/// Reads under way.
#[derive(Clone, Debug)]
pub(super) struct PendingReads {
    waiting: VecDeque<Waiting>,
    /// Reads that the leader was asked about: its number for them, and the owner's.
    asked: Vec<(u64, u64)>,
    pub answers: VecDeque<Answer>,
    /// Tells this start of the node from any other, so that an answer to an earlier one is not
    /// taken for its own.
    life: u64,
    count: u64,
    named: Vec<(u64, NodeId)>,
}

impl PendingReads {
    pub(super) fn new(rng: &mut Rng) -> Self {
        Self {
            waiting: VecDeque::new(),
            asked: Vec::new(),
            answers: VecDeque::new(),
            life: rng.bits() << 32,
            count: 0,
            named: Vec::new(),
        }
    }

    /// How many reads are not decided.
    pub(super) fn waits(&self) -> usize {
        self.waiting.len() + self.asked.len()
    }

    pub(super) fn forget_asked(&mut self) {
        for (_, own) in self.asked.drain(..) {
            self.answers.push_back((own, Err(Refusal::NotLeader(None))));
        }
    }

    pub(super) fn forget_waiting(&mut self) {
        self.named.clear();
        for waiting in self.waiting.drain(..) {
            if let Asker::Own(own) = waiting.asker {
                self.answers.push_back((own, Err(Refusal::NotLeader(None))));
            }
        }
    }
}

impl<P: Payload> Node<P> {
    /// Asks up to where the owner must have applied to answer a read of now; the answer comes by
    /// [`Node::next_read`] under the owner's number. `name` is what the reader calls it.
    pub fn read(&mut self, own: u64, name: u64, lease: bool, turn: &mut NodeTurn<'_, P>) {
        if self.role == Role::Leader {
            let holds = self.lease_until().is_some_and(|until| turn.now < until);
            if lease && holds && self.has_committed_own() {
                self.reading.answers.push_back((own, Ok(self.commit)));
            } else {
                self.enqueue(Asker::Own(own), name, turn);
            }
        } else if let Some(leader) = self.leader {
            self.reading.count += 1;
            let id = self.reading.life | self.reading.count;
            if self.reading.asked.len() >= ASKED_MAX {
                let (_, oldest) = self.reading.asked.remove(0);
                self.reading.answers.push_back((oldest, Err(Refusal::Full)));
            }
            self.reading.asked.push((id, own));
            self.say(leader, Body::ReadIndex { id }, turn);
        } else {
            self.reading.answers.push_back((own, Err(Refusal::NotLeader(None))));
        }
    }

    pub(super) fn on_read_index(&mut self, from: NodeId, id: u64, turn: &mut NodeTurn<'_, P>) {
        if self.role == Role::Leader {
            self.enqueue(Asker::Node(from, id), id, turn);
        } else {
            self.say(from, Body::ReadIndexReply { id, index: None }, turn);
        }
    }

    pub(super) fn on_read_index_reply(&mut self, id: u64, index: Option<Index>) {
        let Some(place) = self.reading.asked.iter().position(|(asked, _)| *asked == id) else {
            return;
        };
        let (_, own) = self.reading.asked.swap_remove(place);
        let answer = index.ok_or(Refusal::NotLeader(None));
        self.reading.answers.push_back((own, answer));
    }

    /// True once an entry of this leader's own term is committed: before that, it cannot know what
    /// the one before it has committed.
    pub(super) fn has_committed_own(&self) -> bool {
        self.commit >= self.leading.start || self.makes(Bug::EarlyRead)
    }

    fn enqueue(&mut self, asker: Asker, name: u64, turn: &mut NodeTurn<'_, P>) {
        let mut waiting = Waiting { asker, round: None, index: self.commit, name };
        if !self.has_committed_own() {
            self.reading.waiting.push_back(waiting);
            return;
        }
        if self.makes(Bug::ReusedRead) {
            waiting.round = Some(u64::MAX);
            self.reading.waiting.push_back(waiting);
            self.say_beat(name.max(1), turn);
            self.confirm_by_name(self.id, name.max(1), turn);
            return;
        }
        self.give_round(&mut waiting, turn);
        self.reading.waiting.push_back(waiting);
        self.confirm(turn);
    }

    /// A read is confirmed by a round that begins after it has come. Reads that come while several
    /// rounds are under way share the next one.
    fn give_round(&mut self, waiting: &mut Waiting, turn: &mut NodeTurn<'_, P>) {
        waiting.round = Some(self.leading.round + 1);
        if self.leading.rounds.len() < ROUNDS_AT_ONCE {
            self.beat(turn);
        }
    }

    /// An entry of its own is committed: what came too early can be confirmed now.
    pub(super) fn release_early_reads(&mut self, turn: &mut NodeTurn<'_, P>) {
        if !self.has_committed_own() || self.reading.waiting.iter().all(|w| w.round.is_some()) {
            return;
        }
        for waiting in core::mem::take(&mut self.reading.waiting) {
            match waiting.round {
                Some(_) => self.reading.waiting.push_back(waiting),
                None => self.enqueue(waiting.asker, waiting.name, turn),
            }
        }
    }

    /// Looks which rounds a majority has answered, renews the lease, and lets reads go.
    pub(super) fn confirm(&mut self, turn: &mut NodeTurn<'_, P>) {
        let members = self.members();
        let leading = &self.leading;
        let answered = |node: NodeId| {
            if node == self.id {
                return leading.round;
            }
            let known = leading.progress.iter().find(|(id, _)| *id == node);
            known
                .filter(|(node, progress)| self.relies_on(*node, progress))
                .map_or(0, |(_, progress)| progress.round)
        };
        let confirmed = quorum::joint_reached(&members.voters, &members.outgoing, answered).0;
        while let Some((_, left)) = self.leading.rounds.front().filter(|(r, _)| *r <= confirmed) {
            let until = self.config.lease.map(|lease| *left + lease);
            self.leading.lease_until = self.leading.lease_until.max(until);
            self.leading.led_at = self.leading.led_at.max(Some(*left));
            self.leading.rounds.pop_front();
        }
        let is_confirmed = |waiting: &Waiting| waiting.round.is_some_and(|r| r <= confirmed);
        if self.reading.waiting.iter().any(is_confirmed) {
            let mut kept = VecDeque::new();
            for waiting in core::mem::take(&mut self.reading.waiting) {
                match is_confirmed(&waiting) {
                    true => self.answer(waiting, turn),
                    false => kept.push_back(waiting),
                }
            }
            self.reading.waiting = kept;
        }
        let newest = self.leading.round;
        let wants = |waiting: &Waiting| waiting.round.is_some_and(|r| r > newest && r != u64::MAX);
        let wants_round = self.reading.waiting.iter().any(wants);
        if wants_round && self.leading.rounds.is_empty() {
            self.beat(turn);
        }
    }

    fn answer(&mut self, waiting: Waiting, turn: &mut NodeTurn<'_, P>) {
        match waiting.asker {
            Asker::Own(own) => self.reading.answers.push_back((own, Ok(waiting.index))),
            Asker::Node(node, id) => {
                let index = Some(waiting.index);
                self.say(node, Body::ReadIndexReply { id, index }, turn);
            }
        }
    }

    /// The mistake: a node that has ever answered to that name counts for every read of that name.
    pub(super) fn confirm_by_name(&mut self, from: NodeId, name: u64, turn: &mut NodeTurn<'_, P>) {
        let named = &mut self.reading.named;
        if !named.contains(&(name, from)) {
            named.push((name, from));
        }
        let named = core::mem::take(&mut self.reading.named);
        let (done, kept): (Vec<Waiting>, Vec<Waiting>) =
            self.reading.waiting.iter().copied().partition(|waiting| {
                let answered =
                    |node| Some(node == self.id || named.contains(&(waiting.name.max(1), node)));
                waiting.round.is_some() && self.tally(answered) == Tally::Won
            });
        self.reading.named = named;
        self.reading.waiting = kept.into();
        for waiting in done {
            self.answer(waiting, turn);
        }
    }
}

/// A follower has at most so many questions open at its leader.
const ASKED_MAX: usize = 1_024;

/// So many rounds of heartbeats are begun for reads before the first of them is answered.
const ROUNDS_AT_ONCE: usize = 4;
