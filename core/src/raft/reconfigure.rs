//! Changing who belongs, and handing leadership over.

use super::bug::Bug;
use super::entry::{Payload, What};
use super::mark::Index;
use super::membership::{Change, Invalid, Membership};
use super::message::{Body, Note, Refusal, Timer};
use super::node::{Node, NodeTurn};
use crate::base::NodeId;
use alloc::sync::Arc;

impl<P: Payload> Node<P> {
    pub(super) fn note_members(&self, turn: &mut NodeTurn<'_, P>) {
        let (index, members) = (self.members_since(), self.members().clone());
        turn.note(Note::Members { index, members });
    }

    /// Makes these the voters and those the learners: in a simple step if at most one voter comes or
    /// goes, else by a joint membership that ends by itself.
    ///
    /// # Errors
    ///
    /// If the node does not lead, another change is under way, or nobody would be left.
    pub fn reconfigure(
        &mut self,
        voters: &[NodeId],
        learners: &[NodeId],
        turn: &mut NodeTurn<'_, P>,
    ) -> Result<Index, Refusal> {
        let changes = self.members().changes_to(voters, learners);
        self.change(&changes, true, turn)
    }

    /// Changes members.
    ///
    /// # Errors
    ///
    /// If the node does not lead, another change is under way, or nobody would be left.
    pub fn change(
        &mut self,
        changes: &[Change],
        auto_leave: bool,
        turn: &mut NodeTurn<'_, P>,
    ) -> Result<Index, Refusal> {
        self.may_change()?;
        let now = self.members().clone();
        let next = match now.simple(changes) {
            Err(Invalid::TooMany) if self.makes(Bug::OneStep) => {
                now.enter(changes, false).and_then(|joint| joint.leave())
            }
            Err(Invalid::TooMany) => now.enter(changes, auto_leave),
            other => other,
        };
        let next = next.map_err(Refusal::Members)?;
        Ok(self.append_members(next, turn))
    }

    /// Ends a joint membership that does not end by itself.
    ///
    /// # Errors
    ///
    /// If the node does not lead, or no committed joint membership is in force.
    pub fn leave_joint(&mut self, turn: &mut NodeTurn<'_, P>) -> Result<Index, Refusal> {
        self.may_change()?;
        let next = self.members().leave().map_err(Refusal::Members)?;
        Ok(self.append_members(next, turn))
    }

    /// One change after the other, and none before this leader has committed an entry of its own:
    /// an older leader's change might still come back otherwise.
    pub(super) fn may_change(&self) -> Result<(), Refusal> {
        self.must_lead()?;
        if self.reign.transfer.is_some() {
            return Err(Refusal::Transferring);
        }
        if self.members_since() > self.commit || self.commit < self.reign.start {
            return Err(Refusal::Busy);
        }
        Ok(())
    }

    pub(super) fn append_members(&mut self, next: Membership, turn: &mut NodeTurn<'_, P>) -> Index {
        self.append_own(alloc::vec![What::Members(Arc::new(next))], turn);
        self.finish(turn);
        self.log.last().index
    }

    /// What follows once the members in force are committed: a joint membership that ends by itself
    /// is left, and a leader that no longer belongs steps down.
    pub(super) fn end_change(&mut self, turn: &mut NodeTurn<'_, P>) {
        if self.members_since() > self.commit {
            return;
        }
        let members = self.members().clone();
        if members.is_joint() && members.auto_leave {
            if let Ok(next) = members.leave() {
                self.append_own(alloc::vec![What::Members(Arc::new(next))], turn);
            }
        } else if !members.votes(self.id) {
            self.become_follower(self.term, None, turn);
        } else if let Some((to, _)) = self.reign.transfer
            && !members.votes(to)
        {
            self.end_transfer(turn);
        }
    }

    /// Hands leadership over to a voter, once that has caught up.
    ///
    /// # Errors
    ///
    /// If the node does not lead, or the other cannot.
    pub fn transfer(&mut self, to: NodeId, turn: &mut NodeTurn<'_, P>) -> Result<(), Refusal> {
        self.must_lead()?;
        if to == self.id {
            return Ok(());
        }
        if !self.members().votes(to) {
            return Err(Refusal::NotVoter);
        }
        if self.reign.transfer.is_some_and(|(under_way, _)| under_way == to) {
            return Ok(());
        }
        self.reign.transfer = Some((to, false));
        turn.note(Note::Transferring { to });
        turn.arm(Timer::Transfer, self.config.election.0);
        self.send_to(to, turn);
        self.hand_over(to, turn);
        Ok(())
    }

    /// Tells the next leader to stand once it holds everything.
    pub(super) fn hand_over(&mut self, node: NodeId, turn: &mut NodeTurn<'_, P>) {
        let last = self.log.last().index;
        let Some((to, false)) = self.reign.transfer else { return };
        let holds = |progress: &mut super::progress::Progress<P>| {
            !progress.forgot && progress.matched >= last
        };
        if to != node || !self.progress_of(to).is_some_and(holds) {
            return;
        }
        self.reign.transfer = Some((to, true));
        // From now on somebody may lead whenever that message arrives, so no lease is safe in this
        // term any more, even if the hand-over is given up.
        self.reign.lease_void = true;
        self.say(to, Body::TimeoutNow, turn);
    }

    pub(super) fn end_transfer(&mut self, turn: &mut NodeTurn<'_, P>) {
        if self.reign.transfer.take().is_some() {
            turn.disarm(Timer::Transfer);
            turn.note(Note::TransferEnded);
        }
    }
}
