//! From role to role.

use super::{LeaderState, Node, NodeTurn, Role};
use crate::base::{NodeId, Span};
use crate::raft::entry::Payload;
use crate::raft::entry_id::Term;
use crate::raft::message::{Note, Timer};

impl<P: Payload> Node<P> {
    /// Waits anew, for a time drawn anew.
    pub(in crate::raft) fn wait_again(&mut self, turn: &mut NodeTurn<'_, P>) {
        let (low, high) = self.config.election;
        let span = Span(turn.rng.between(low.0, high.0));
        self.waits = (turn.now, span);
        turn.arm(Timer::Election, span);
    }

    pub(in crate::raft) fn become_follower(
        &mut self,
        term: Term,
        leader: Option<NodeId>,
        turn: &mut NodeTurn<'_, P>,
    ) {
        let led = self.role == Role::Leader;
        let changed = self.role != Role::Follower || term != self.term;
        if term != self.term {
            self.term = term;
            self.vote = None;
            self.bind();
            self.fresh = None;
            // What a leader of before has begun to send, it will not go on sending.
            self.incoming = None;
        }
        self.role = Role::Follower;
        self.votes.clear();
        self.disk.candidacy = None;
        self.set_leader(leader);
        if led {
            self.end_reign(turn);
        }
        if changed {
            turn.note(Note::Became { role: self.role, term, last: self.log.last() });
        }
        if led {
            self.wait_again(turn);
        }
    }

    pub(in crate::raft) fn set_leader(&mut self, leader: Option<NodeId>) {
        if self.leader != leader {
            self.leader = leader;
            // Whatever was asked of the old one is not answered any more.
            self.reading.forget_asked();
        }
    }

    pub(super) fn end_reign(&mut self, turn: &mut NodeTurn<'_, P>) {
        let stored = self.leading.stored;
        self.leading = LeaderState { stored, ..LeaderState::default() };
        self.reading.forget_waiting();
        turn.disarm(Timer::Heartbeat);
        turn.disarm(Timer::Quorum);
        turn.disarm(Timer::Transfer);
    }

    /// A message from the leader of this term.
    pub(super) fn follow(&mut self, leader: NodeId, turn: &mut NodeTurn<'_, P>) {
        if self.role == Role::Leader {
            // Two leaders in one term cannot be, unless a mistake is switched on: the one that comes
            // second yields, and the laws report it.
            self.become_follower(self.term, Some(leader), turn);
        } else if self.role != Role::Follower {
            self.become_follower(self.term, Some(leader), turn);
        }
        self.set_leader(Some(leader));
        self.heard_at = Some(turn.now);
        self.waits.0 = turn.now;
    }
}
