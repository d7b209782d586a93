//! How a leader is found: asking first, standing, voting.

use super::bug::Bug;
use super::entry::{Payload, What};
use super::entry_id::{EntryId, Term};
use super::message::{Body, Message, Note, Timer};
use super::node::{Node, NodeTurn, Role};
use super::quorum::Tally;
use crate::base::{NodeId, Span};

impl<P: Payload> Node<P> {
    /// The wait may be over; if a leader was heard meanwhile, it goes on for what is left of it.
    pub(super) fn on_election(&mut self, turn: &mut NodeTurn<'_, P>) {
        if self.role == Role::Leader {
            return;
        }
        let (since, span) = self.waits;
        let waited = turn.now.since(since);
        if waited < span {
            // A clock that runs fast shows a little less than was asked for when the alarm rings;
            // asking for that little might take no time at all.
            let rest = Span(span.0 - waited.0).max(Span::millis(1));
            turn.arm(Timer::Election, rest);
            return;
        }
        self.wait_again(turn);
        if self.may_stand() {
            self.stand(self.config.pre_vote, false, turn);
        } else {
            self.set_leader(None);
        }
    }

    /// Stands for election at once, as if the wait were over. Where there are leases, a node that has
    /// answered a leader has promised it not to vote for a while, not even for itself: it stands when
    /// that time is over, unless it has heard a leader again.
    pub fn campaign(&mut self, turn: &mut NodeTurn<'_, P>) {
        if self.role == Role::Leader || !self.may_stand() {
            return;
        }
        let bound = self.heard_at.filter(|_| self.config.lease.is_some());
        if let Some(heard) = bound.filter(|_| self.hears_leader(turn.now)) {
            let promise = self.config.election.0;
            self.waits = (heard, promise);
            turn.arm(Timer::Election, Span(promise.0 - turn.now.since(heard).0));
        } else {
            self.wait_again(turn);
            self.stand(self.config.pre_vote, false, turn);
            self.finish(turn);
        }
    }

    /// A voter, whole, and with no change of members that is committed but not applied.
    fn may_stand(&self) -> bool {
        let unapplied =
            self.memberships.iter().any(|(from, _)| *from > self.applied && *from <= self.commit);
        self.is_promotable() && !unapplied
    }

    /// The leader wants this node to lead.
    pub(super) fn on_timeout_now(&mut self, turn: &mut NodeTurn<'_, P>) {
        if self.role == Role::Follower && self.may_stand() {
            self.wait_again(turn);
            self.stand(false, true, turn);
        }
    }

    fn stand(&mut self, pre: bool, forced: bool, turn: &mut NodeTurn<'_, P>) {
        self.set_leader(None);
        self.votes.clear();
        let last = self.log.last();
        if pre {
            self.role = Role::PreCandidate;
            self.votes.push((self.id, true));
            turn.note(Note::Became { role: self.role, term: self.term, last });
        } else {
            self.role = Role::Candidate;
            self.term = Term(self.term.0.saturating_add(1));
            self.vote = Some(self.id);
            self.fresh = None;
            self.bind();
            turn.note(Note::Became { role: self.role, term: self.term, last });
            // A vote is given once it is on the disk: a fall before that takes it back.
            let (to, term, replica) = (self.id, self.term, self.replica);
            self.disk.vows.push(Note::Voted { to, term, replica });
            self.disk.candidacy = Some(self.disk.issued.wrapping_add(1));
        }
        let term = if pre { Term(self.term.0.saturating_add(1)) } else { self.term };
        let members = self.members().clone();
        for other in members.everybody().filter(|node| *node != self.id && members.votes(*node)) {
            let body = Body::RequestVote { pre, last, forced };
            let message = Message { term, ..self.message(other, body) };
            match pre {
                true => turn.send(other, message),
                false => self.disk.promises.push((other, message)),
            }
        }
        self.count(turn);
    }

    pub(super) fn count_own_vote(&mut self, turn: &mut NodeTurn<'_, P>) {
        if self.role == Role::Candidate {
            self.votes.push((self.id, true));
            self.count(turn);
        }
    }

    pub(super) fn on_request_vote(
        &mut self,
        from: NodeId,
        term: Term,
        pre: bool,
        last: EntryId,
        forced: bool,
        turn: &mut NodeTurn<'_, P>,
    ) {
        // Nobody is elected while a leader is heard, unless the leader itself wants it.
        let peaceful = forced || !self.hears_leader(turn.now);
        let newer = last >= self.log.last() || self.makes(Bug::VoteBlindly);
        let free = match pre {
            true => term > self.term,
            false => self.vote == Some(from) || (self.vote.is_none() && self.leader.is_none()),
        };
        if !(peaceful && newer && free) {
            self.say(from, Body::Vote { pre, granted: false }, turn);
            return;
        }
        if pre {
            // An opinion binds nobody; it carries the term that it is about.
            let body = Body::Vote { pre, granted: true };
            turn.send(from, Message { term, ..self.message(from, body) });
            return;
        }
        self.waits.0 = turn.now;
        if self.vote.is_none() {
            self.vote = Some(from);
            self.bind();
            self.disk.vows.push(Note::Voted { to: from, term, replica: self.replica });
        }
        self.say(from, Body::Vote { pre, granted: true }, turn);
    }

    pub(super) fn on_vote(
        &mut self,
        from: NodeId,
        pre: bool,
        granted: bool,
        turn: &mut NodeTurn<'_, P>,
    ) {
        let asked = if pre { Role::PreCandidate } else { Role::Candidate };
        if self.role != asked || self.votes.iter().any(|(voter, _)| *voter == from) {
            return;
        }
        self.votes.push((from, granted));
        self.count(turn);
    }

    fn count(&mut self, turn: &mut NodeTurn<'_, P>) {
        let votes = &self.votes;
        let vote = |node: NodeId| votes.iter().find(|(voter, _)| *voter == node).map(|vote| vote.1);
        match (self.tally(vote), self.role) {
            (Tally::Won, Role::PreCandidate) => self.stand(false, false, turn),
            (Tally::Won, Role::Candidate) => self.lead(turn),
            (Tally::Lost, Role::PreCandidate | Role::Candidate) => {
                self.become_follower(self.term, None, turn);
            }
            (Tally::Open, _) | (_, Role::Follower | Role::Leader) => {}
        }
    }

    fn lead(&mut self, turn: &mut NodeTurn<'_, P>) {
        self.role = Role::Leader;
        self.leader = Some(self.id);
        self.votes.clear();
        turn.disarm(Timer::Election);
        turn.note(Note::Became { role: self.role, term: self.term, last: self.log.last() });
        self.begin_reign(turn);
        // The first entry of its own term commits everything before it.
        self.append_own(alloc::vec![What::Nothing], turn);
        self.beat(turn);
    }
}
