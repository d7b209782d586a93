//! Members: asking to be let in, letting in, and carrying out orders.

use super::Order;
use crate::base::{NodeId, Span, Time};
use crate::raft::Refusal;
use crate::tenant::replicated::machine::ProcessTurn;
use crate::tenant::replicated::message::{Message, Note, Timer};
use alloc::sync::Arc;

/// How often a node that wants to belong, or to go, says so.
const KNOCK: Span = Span::millis(100);

/// An order that could not be carried out for so long is dropped.
const ORDER_TIMEOUT: Span = Span::seconds(10);

impl super::Replica {
    /// Asks to be let in, or to be let go, until it is so.
    pub(super) fn knock(&mut self, turn: &mut ProcessTurn<'_>) {
        let me = turn.id;
        let Some(message) = self.wish(me) else { return };
        turn.arm(Timer::Hello, KNOCK);
        let founders = &self.config.founders;
        let known = self.raft().leader();
        let to = known.or_else(|| {
            let at = turn.rng.below(founders.len().max(1) as u64) as usize;
            founders.get(at).copied()
        });
        match to {
            Some(to) if to == me => self.admit(me, None),
            Some(to) => turn.send(to, message),
            None => {}
        }
    }

    /// What the node still wants of the leader.
    pub(super) fn wish(&self, me: NodeId) -> Option<Message> {
        let members = self.raft().members();
        if self.leaves {
            return members.contains(me).then_some(Message::Release);
        }
        let voter = self.config.joins?;
        let belongs = members.votes(me) || (!voter && members.learners.contains(&me));
        (!belongs).then_some(Message::Admit { voter })
    }

    /// The order that it was given and that nobody has carried out as far as it knows.
    #[must_use]
    pub fn order(&self) -> Option<&Order> {
        self.order.as_ref().map(|(order, _)| order)
    }

    /// True if the node still asks to be let in or to be let go.
    #[must_use]
    pub fn asks(&self, me: NodeId) -> bool {
        self.wish(me).is_some()
    }

    /// True if the node was told to go, and has not started anew since.
    #[must_use]
    pub fn leaves(&self) -> bool {
        self.leaves
    }

    /// Somebody wants to belong, as a voter or not, or to go.
    pub(super) fn admit(&mut self, node: NodeId, wish: Option<bool>) {
        self.guests.retain(|(guest, _)| *guest != node);
        match wish {
            Some(voter) => self.guests.push((node, voter)),
            None => {
                let members = self.raft().members();
                let without = |list: &[NodeId]| -> Arc<[NodeId]> {
                    list.iter().copied().filter(|other| *other != node).collect()
                };
                let order = Order::Members(without(&members.voters), without(&members.learners));
                if members.contains(node) && !members.is_joint() {
                    self.order.get_or_insert((order, Time::NEVER));
                }
            }
        }
    }

    /// Every replica is given an order, as nobody outside knows who leads. It is for the leader of that
    /// moment, or, if there is none, for the next one: a replica that has heard a leader which was there
    /// since then must not carry it out when it leads itself one day.
    pub(super) fn forget_done(&mut self) {
        let members = self.raft().members();
        let Some((order, since)) = &self.order else { return };
        let done = match order {
            Order::Transfer(to) => self.raft().leader() == Some(*to),
            Order::Members(voters, learners) => {
                let same = |now: &[NodeId], wanted: &[NodeId]| {
                    now.len() == wanted.len() && wanted.iter().all(|node| now.contains(node))
                };
                !members.is_joint()
                    && same(&members.voters, voters)
                    && same(&members.learners, learners)
            }
        };
        // A word of the leader may have been under way when the order was given, and the leader down.
        let margin = self.config.raft.election.0;
        // Who wants to go asks again and again: that order is made anew by the next leader.
        if done || *since == Time::NEVER || self.raft().has_heard_since(*since + margin) {
            self.order = None;
        }
    }

    /// What a leader does beside its log: orders, guests.
    pub(super) fn carry_out(&mut self, turn: &mut ProcessTurn<'_>) {
        let late =
            |since: Time, now: Time| since != Time::NEVER && now.since(since) > ORDER_TIMEOUT;
        if let Some((order, since)) = self.order.clone() {
            let done = match &order {
                _ if late(since, turn.now) => Err(Refusal::Busy),
                Order::Members(voters, learners) => turn
                    .within(|inner| self.raft_mut().reconfigure(voters, learners, inner))
                    .map(|_| ()),
                Order::Transfer(to) => turn.within(|inner| self.raft_mut().transfer(*to, inner)),
            };
            // What cannot be at all is not tried again; what cannot be yet is, for a while.
            let waits = matches!(done, Err(Refusal::Busy | Refusal::Transferring));
            if !waits || late(since, turn.now) {
                self.order = None;
                let refused = done.err().filter(|why| !matches!(why, Refusal::NotLeader(_)));
                if let Some(why) = refused.filter(|why| self.refused != Some(*why)) {
                    turn.note(Note::Refused(why));
                }
                self.refused = refused;
            }
        }
        let Some((guest, voter)) = self.guests.first().copied() else { return };
        let members = self.raft().members().clone();
        if members.votes(guest) || (!voter && members.learners.contains(&guest)) {
            self.guests.remove(0);
            return;
        }
        let mut voters = members.voters.clone();
        let mut learners = members.learners.clone();
        // Another newcomer catches up: it is not put off by this one, unless it is gone.
        let timeout = self.config.raft.election.0;
        let comes = self.raft().progress().iter().any(|(node, progress)| {
            let there = progress.heard_at.is_some_and(|at| turn.now.since(at) <= timeout);
            members.awaits(*node) && there
        });
        if members.awaits(guest) || comes {
            return;
        }
        learners.retain(|learner| *learner != guest);
        if voter {
            voters.push(guest);
        } else {
            learners.push(guest);
        }
        // If the leader is busy it tries again at its next turn.
        let _ = turn.within(|inner| self.raft_mut().reconfigure(&voters, &learners, inner));
    }
}
