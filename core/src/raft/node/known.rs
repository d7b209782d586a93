//! What a node knows, as seen from outside.

use super::{Node, Role};
use crate::base::{NodeId, Time};
use crate::raft::bug::Bug;
use crate::raft::config::Config;
use crate::raft::entry::Payload;
use crate::raft::entry_id::{Index, Term};
use crate::raft::log::Log;
use crate::raft::membership::{Membership, ReplicaId};
use crate::raft::progress::Progress;
use alloc::sync::Arc;

impl<P: Payload> Node<P> {
    /// Its set-up.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Its term.
    #[must_use]
    pub fn term(&self) -> Term {
        self.term
    }

    /// Whom it voted for in its term.
    #[must_use]
    pub fn vote(&self) -> Option<NodeId> {
        self.vote
    }

    /// Which replica it is.
    #[must_use]
    pub fn replica(&self) -> ReplicaId {
        self.replica
    }

    /// True while it waits for the write that says which replica it is, or what a start has made of its
    /// disk: until then it orders no other.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.disk.seal.is_some()
    }

    /// True if it has heard a leader since a moment on its own clock.
    #[must_use]
    pub fn has_heard_since(&self, moment: Time) -> bool {
        self.heard_at.is_some_and(|heard| heard > moment)
    }

    /// Its role.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// The leader that it knows of.
    #[must_use]
    pub fn leader(&self) -> Option<NodeId> {
        self.leader
    }

    /// Its log.
    #[must_use]
    pub fn log(&self) -> &Log<P> {
        &self.log
    }

    /// Up to here it knows everything to be committed.
    #[must_use]
    pub fn commit(&self) -> Index {
        self.commit
    }

    /// Up to here its owner has taken what is committed.
    #[must_use]
    pub fn applied(&self) -> Index {
        self.applied
    }

    /// The members in force.
    #[must_use]
    pub fn members(&self) -> &Arc<Membership> {
        // There is always a first one.
        &self.memberships[self.memberships.len() - 1].1
    }

    /// The place from which on the members in force count.
    #[must_use]
    pub fn members_since(&self) -> Index {
        self.memberships[self.memberships.len() - 1].0
    }

    /// The members at a place.
    #[must_use]
    pub fn members_at(&self, index: Index) -> Arc<Membership> {
        let at = self.memberships.partition_point(|(from, _)| *from <= index).saturating_sub(1);
        self.memberships[at].1.clone()
    }

    /// Who has answered a candidacy, and how.
    #[must_use]
    pub fn votes(&self) -> &[(NodeId, bool)] {
        &self.votes
    }

    /// What a leader knows of the others.
    #[must_use]
    pub fn progress(&self) -> &[(NodeId, Progress<P>)] {
        &self.leading.progress
    }

    /// When it will stand for election if nothing comes between, on its own clock.
    #[must_use]
    pub fn stands_at(&self) -> Option<Time> {
        (self.role != Role::Leader && self.is_promotable()).then(|| self.waits.0 + self.waits.1)
    }

    /// Since when it waits, on its own clock.
    #[must_use]
    pub fn waits_since(&self) -> Time {
        self.waits.0
    }

    /// Until when a leader may answer reads on its own, on its own clock.
    #[must_use]
    pub fn lease_until(&self) -> Option<Time> {
        self.leading.lease_until.filter(|_| self.role == Role::Leader && !self.leading.lease_void)
    }

    /// To whom leadership is being handed over.
    #[must_use]
    pub fn transferee(&self) -> Option<NodeId> {
        self.leading.transfer.map(|(to, _)| to)
    }

    /// Up to when this node surely has everything, on the leader's clock; for the leader itself, when
    /// it surely led.
    #[must_use]
    pub fn fresh(&self) -> Option<Time> {
        match self.role {
            Role::Leader => self.leading.led_at.filter(|_| self.has_committed_own()),
            _ => self.fresh,
        }
    }

    /// True if it may stand for election. As long as the members that leave it out are not committed,
    /// a voter of before may: nobody else might have a log that is long enough.
    #[must_use]
    pub fn is_promotable(&self) -> bool {
        let committed = self.memberships.partition_point(|(from, _)| *from <= self.commit);
        let mut count = self.memberships[committed.saturating_sub(1)..].iter();
        count.any(|(_, members)| {
            members.votes(self.id) && members.replica_of(self.id) == self.replica
        })
    }

    pub(in crate::raft) fn makes(&self, bug: Bug) -> bool {
        self.config.bugs.has(bug)
    }
}
