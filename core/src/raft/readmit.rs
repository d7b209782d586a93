//! A node that has lost its disk is found out, kept from voting, and let in again as another replica.
//!
//! What makes it safe: a node that lost its vote or acknowledged entries says nothing any more in the
//! name of the replica that promised them. The leader takes that replica out of the voters by a change of
//! members that the others commit without it, and puts the new one in like any newcomer: first as a
//! learner, then, once it has caught up, as a voter. So every majority that is ever counted consists of
//! replicas that hold what they acknowledged. If too few of those are left, nothing is committed until
//! somebody comes back: that is the price, and there is no other way to be sure.
//!
//! How it is found out: a blank or damaged disk at the start of the node itself; a disk that lied by the
//! leader, when a node does not hold what it has acknowledged in this very term. Appends say so
//! ([`Body::Append`]'s `acked`), so a late refusal of an earlier append is never mistaken for it.
//!
//! Messages outlive the replica that they were meant for. So each names the replica that it comes from
//! and the one that it is for: what a leader says to the replica of before is no promise to the new one,
//! which answers its heartbeats and heeds nothing else. And a new name counts once it is on the disk:
//! until then nothing is written and nothing is said (`node/saving`).

use super::bug::Bug;
use super::disk::Write;
use super::entry::Payload;
use super::membership::{Change, ReplicaId};
use super::message::{Body, Note};
use super::node::{Node, NodeTurn, Role};
use super::progress::Progress;
use crate::base::{NodeId, Rng};

/// An id that no other replica of the node has.
pub(super) fn another(than: ReplicaId, rng: &mut Rng) -> ReplicaId {
    let drawn = ReplicaId(rng.bits() as u32);
    if drawn == than || drawn == ReplicaId::FIRST { ReplicaId(than.0 ^ 1 << 31) } else { drawn }
}

impl<P: Payload> Node<P> {
    /// True if the members count another replica as this node: it neither votes nor counts.
    #[must_use]
    pub fn is_estranged(&self) -> bool {
        self.members().replica_of(self.id) != self.replica
    }

    /// True if a node counts when a majority is counted: the leader hears the replica that the members
    /// list, and not one that came after it.
    pub(super) fn counts(&self, node: NodeId, heard: ReplicaId) -> bool {
        self.members().replica_of(node) == heard || self.makes(Bug::Amnesia)
    }

    /// True if what a leader knows of a node counts: it is known of the replica that the members list,
    /// and that one has not lost what it acknowledged.
    pub(super) fn relies_on(&self, node: NodeId, progress: &Progress<P>) -> bool {
        !progress.forgot && self.counts(node, progress.replica)
    }

    /// True unless a message answers in the name of a replica that the leader no longer deals with. Its
    /// heartbeats' answers are always heard: they tell that there is a new one.
    pub(super) fn is_from_known(&self, from: NodeId, replica: ReplicaId, body: &Body<P>) -> bool {
        match body {
            Body::Appended { .. } | Body::Rejected { .. } | Body::SnapshotTaken { .. } => {
                let known = self.leading.progress.iter().find(|(node, _)| *node == from);
                known.is_none_or(|(_, progress)| progress.replica == replica)
            }
            Body::Vote { .. } => self.counts(from, replica),
            _ => true,
        }
    }

    /// A replica answers that is not the one of before: nothing that is known of that one holds for it.
    /// Only the answer to a round that began since the last change of this kind is taken, so that a late
    /// word of an earlier replica changes nothing.
    pub(super) fn meet_replica(
        &mut self,
        from: NodeId,
        replica: ReplicaId,
        round: u64,
        turn: &mut NodeTurn<'_, P>,
    ) {
        let next = self.log.last().index.next();
        let latest = self.leading.round;
        let Some(progress) = self.progress_of(from) else { return };
        if progress.replica == replica || round <= progress.since_round || round > latest {
            return;
        }
        let matched = progress.matched;
        let told = progress.forgot;
        progress.begin_again(replica, next, latest);
        if !told {
            turn.note(Note::Forgot { node: from, upto: matched });
        }
    }

    /// A node has refused what it had acknowledged to this leader: it lost it.
    pub(super) fn found_out(&mut self, node: NodeId, turn: &mut NodeTurn<'_, P>) {
        let Some(progress) = self.progress_of(node) else { return };
        if progress.forgot {
            return;
        }
        let upto = progress.matched;
        progress.forget();
        turn.note(Note::Forgot { node, upto });
        self.remind(node, turn);
    }

    /// Tells a node that it has forgotten, again with each of its heartbeats until another replica
    /// answers for it.
    pub(super) fn remind(&mut self, node: NodeId, turn: &mut NodeTurn<'_, P>) {
        if self.progress_of(node).is_some_and(|progress| progress.forgot) {
            self.say(node, Body::Forgotten, turn);
        }
    }

    /// The leader knows that this replica has acknowledged to it what it did not hold later. That is so
    /// also if late messages have brought it meanwhile: what it said in between relied on too little.
    /// Until the new name is on the disk nothing is said in it, so the leader, which hears no other
    /// replica, still knows that this one has forgotten if a fall takes the new name back.
    pub(super) fn on_forgotten(&mut self, from: NodeId, turn: &mut NodeTurn<'_, P>) {
        let meant = self.leader == Some(from) && self.role == Role::Follower;
        if !meant || self.makes(Bug::Amnesia) {
            return;
        }
        self.replica = another(self.replica, turn.rng);
        self.seal(Write::Rename(self.replica));
        self.disk.vows.push(Note::DiskLost { replica: self.replica, last: self.log.last() });
    }

    /// A change of members under way may count on a newcomer that lost its disk after it had caught up, and
    /// would wait for it for ever. Its new replica takes the place of the one that is
    /// gone: as long as the members are joint, every majority needs one of the old half, in which the node
    /// is not; and once that entry is committed, the nodes that counted for it hold the log up to there.
    fn rename_newcomer(&mut self, turn: &mut NodeTurn<'_, P>) {
        let waits = self.members_since() > self.commit && self.commit >= self.leading.start;
        if !waits || self.makes(Bug::Amnesia) {
            return;
        }
        let members = self.members();
        let found = self.leading.progress.iter().find_map(|(node, progress)| {
            let other = progress.replica != members.replica_of(*node) && progress.active;
            other.then(|| members.renamed(*node, progress.replica)).flatten()
        });
        if let Some(next) = found {
            self.append_members(next, turn);
        }
    }

    /// Lets those in again who have come back as other replicas: one change at a time.
    pub(super) fn tend_returned(&mut self, turn: &mut NodeTurn<'_, P>) {
        self.rename_newcomer(turn);
        if self.may_change().is_err() || self.makes(Bug::Amnesia) {
            return;
        }
        let members = self.members();
        let readmit = self.leading.progress.iter().find_map(|(node, progress)| {
            (progress.replica != members.replica_of(*node))
                .then_some(Change::Readmit(*node, progress.replica))
        });
        let now = turn.now;
        let promote = || {
            let mut back = members.returned.iter().filter(|one| one.voter);
            back.find(|one| self.keeps_up(one.node, now)).map(|one| Change::Voter(one.node))
        };
        if let Some(change) = readmit.or_else(promote) {
            // A group that would be left without voters goes on as it is.
            let _ = self.change(&[change], true, turn);
        }
    }
}
