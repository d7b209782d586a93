//! Changing who belongs, and handing leadership over.

use super::bug::Bug;
use super::entry::{Payload, What};
use super::entry_id::Index;
use super::membership::{Change, Invalid, Membership};
use super::message::{Body, Note, Refusal, Timer};
use super::node::{Node, NodeTurn};
use super::progress::Progress;
use crate::base::{NodeId, Time};
use alloc::sync::Arc;

impl<P: Payload> Node<P> {
    pub(super) fn note_members(&self, turn: &mut NodeTurn<'_, P>) {
        let (index, members) = (self.members_since(), self.members().clone());
        turn.note(Note::Members { index, members });
    }

    /// Makes these the voters and those the learners: in a simple step if at most one voter comes or
    /// goes, else by a joint membership that ends by itself. A node that is new to the voters is a learner
    /// first, and the change waits until all of them keep up ([`Membership::prepare`]).
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
        self.may_change()?;
        let now = self.members();
        let fresh = voters.iter().any(|node| !now.voters.contains(node));
        if !fresh || now.is_joint() || self.makes(Bug::OneStep) {
            return self.exchange(voters, learners, turn);
        }
        let next = now.prepare(voters, learners).map_err(Refusal::Members)?;
        if next == **now {
            return Ok(self.members_since());
        }
        Ok(self.append_members(next, turn))
    }

    /// Makes these the voters and those the learners, whether they keep up or not.
    fn exchange(
        &mut self,
        voters: &[NodeId],
        learners: &[NodeId],
        turn: &mut NodeTurn<'_, P>,
    ) -> Result<Index, Refusal> {
        let now = Membership { wanted: None, ..Membership::clone(self.members()) };
        let changes = now.changes_to(voters, learners);
        self.change_from(&now, &changes, true, turn)
    }

    /// Goes on with the change that the members prepare, once all newcomers keep up.
    pub(super) fn tend_wanted(&mut self, turn: &mut NodeTurn<'_, P>) {
        let members = self.members();
        let Some(wanted) = &members.wanted else { return };
        let fresh = wanted.voters.iter().filter(|node| members.awaits(**node));
        // Its word is younger than the wish: what was heard of it before may have been said by a replica
        // that is gone.
        let holds = |node: NodeId| {
            let known = self.leading.progress.iter().find(|(id, _)| *id == node);
            known.is_some_and(|(_, progress)| progress.matched >= self.members_since())
        };
        let ready = fresh.copied().all(|node| holds(node) && self.keeps_up(node, turn.now));
        if ready && self.may_change().is_ok() {
            let wanted = wanted.clone();
            // It was possible when it was asked for, and nothing else has been since.
            let _ = self.exchange(&wanted.voters, &wanted.learners, turn);
        }
    }

    /// True if a member would hold nobody up as a voter: the replica that the members list is heard, and
    /// keeps up with what is written.
    #[must_use]
    pub fn keeps_up(&self, node: NodeId, now: Time) -> bool {
        let (commit, timeout) = (self.commit, self.config.election.0);
        let known = self.leading.progress.iter().find(|(id, _)| *id == node);
        known.is_some_and(|(_, progress)| {
            progress.replica == self.members().replica_of(node)
                && progress.keeps_up(commit, now, timeout)
        })
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
        let now = self.members().clone();
        self.change_from(&now, changes, auto_leave, turn)
    }

    fn change_from(
        &mut self,
        now: &Membership,
        changes: &[Change],
        auto_leave: bool,
        turn: &mut NodeTurn<'_, P>,
    ) -> Result<Index, Refusal> {
        self.may_change()?;
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
        if self.leading.transfer.is_some() {
            return Err(Refusal::Transferring);
        }
        if self.members_since() > self.commit || self.commit < self.leading.start {
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
        } else if let Some((to, _)) = self.leading.transfer
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
        let able = |progress: &Progress<P>| self.relies_on(to, progress);
        let known = self.leading.progress.iter().find(|(node, _)| *node == to);
        if !self.members().votes(to) || !known.is_some_and(|(_, progress)| able(progress)) {
            return Err(Refusal::NotVoter);
        }
        if self.leading.transfer.is_some_and(|(under_way, _)| under_way == to) {
            return Ok(());
        }
        self.leading.transfer = Some((to, false));
        turn.note(Note::Transferring { to });
        turn.arm(Timer::Transfer, self.config.election.0);
        self.send_to(to, turn);
        self.hand_over(to, turn);
        Ok(())
    }

    /// Tells the next leader to stand once it holds everything.
    pub(super) fn hand_over(&mut self, node: NodeId, turn: &mut NodeTurn<'_, P>) {
        let last = self.log.last().index;
        let Some((to, false)) = self.leading.transfer else { return };
        let holds = |progress: &mut Progress<P>| !progress.forgot && progress.matched >= last;
        if to != node || !self.progress_of(to).is_some_and(holds) {
            return;
        }
        self.leading.transfer = Some((to, true));
        // From now on somebody may lead whenever that message arrives, so no lease is safe in this
        // term any more, even if the hand-over is given up.
        self.leading.lease_void = true;
        self.say(to, Body::TimeoutNow, turn);
    }

    pub(super) fn end_transfer(&mut self, turn: &mut NodeTurn<'_, P>) {
        if self.leading.transfer.take().is_some() {
            turn.disarm(Timer::Transfer);
            turn.note(Note::TransferEnded);
        }
    }
}
