//! What a follower does with entries and heartbeats.

use super::bug::{Bug, Bugs};
use super::disk::Write;
use super::entry::{Entry, Payload};
use super::entry_id::{EntryId, Index};
use super::membership::Membership;
use super::message::{Body, Note};
use super::node::{Node, NodeTurn};
use crate::base::{NodeId, Time};
use alloc::sync::Arc;

impl<P: Payload> Node<P> {
    pub(super) fn on_append(
        &mut self,
        from: NodeId,
        prev: EntryId,
        entries: &Arc<[Entry<P>]>,
        commit: Index,
        acked: bool,
        turn: &mut NodeTurn<'_, P>,
    ) {
        if prev.index < self.commit && self.log.term(prev.index).is_none() {
            // It is in the snapshot already.
            self.acknowledge(from, self.commit, turn);
            return;
        }
        if !self.log.holds(prev) {
            let hint = self.log.last_not_after(prev.index, prev.term);
            self.say(from, Body::Rejected { prev: prev.index, hint, acked }, turn);
            return;
        }
        let upto = Index(prev.index.0 + entries.len() as u64);
        // What is there already stays: an old append must not cut off what came after it.
        let mut known = 0;
        if !self.makes(Bug::TruncateMatching) {
            for entry in entries.iter() {
                let index = Index(prev.index.0 + known as u64 + 1);
                if self.log.term(index) != Some(entry.term) {
                    break;
                }
                known += 1;
            }
        }
        let after = Index(prev.index.0 + known as u64);
        let fresh = known < entries.len();
        // What is committed is never another entry. Somebody's disk has lied, or this is no leader: to go
        // on would hide it. Where a mistake is made on purpose, the laws say what comes of it.
        if fresh && after < self.commit && self.config.bugs == Bugs::default() {
            turn.note(Note::AtOdds { after });
            turn.halt();
            return;
        }
        if fresh {
            let fresh: Arc<[Entry<P>]> =
                if known == 0 { entries.clone() } else { entries[known..].into() };
            self.truncate(after, turn);
            self.take_entries(&fresh);
            turn.note(Note::Appended { after, entries: fresh.clone() });
            // Told before the write is ordered, so that what is seen of a node is in order.
            self.commit_to(commit.min(upto), None, turn);
            let hard = self.hard_if_dirty();
            let prev = EntryId::new(after, self.log.term(after).unwrap_or(prev.term));
            let number = self.save(Write::Append { hard, prev, entries: fresh });
            self.disk.appends.push_back((number, self.log.last()));
            if self.makes(Bug::AckUnsynced) {
                turn.send(from, self.message(from, Body::Appended { upto }));
            } else {
                self.acknowledge(from, upto, turn);
            }
        } else {
            self.commit_to(commit.min(upto), None, turn);
            self.acknowledge(from, upto, turn);
        }
    }

    /// Everything up to a place that this log surely shares with the leader's is committed.
    pub(super) fn commit_to(
        &mut self,
        upto: Index,
        counted: Option<Arc<Membership>>,
        turn: &mut NodeTurn<'_, P>,
    ) {
        let upto = upto.min(self.log.last().index);
        if upto > self.commit {
            self.commit = upto;
            turn.note(Note::Committed { upto, counted });
        }
    }

    pub(super) fn on_heartbeat(
        &mut self,
        from: NodeId,
        commit: EntryId,
        round: u64,
        stamp: Time,
        turn: &mut NodeTurn<'_, P>,
    ) {
        if commit.index <= self.commit || self.log.holds(commit) {
            self.commit_to(commit.index, None, turn);
            self.fresh = self.fresh.max(Some(stamp));
        }
        self.answer_beat(from, round, turn);
    }

    /// A heartbeat is answered also by another replica than the one that is meant: so the leader learns
    /// of it.
    pub(super) fn answer_beat(&mut self, from: NodeId, round: u64, turn: &mut NodeTurn<'_, P>) {
        if round > 0 {
            self.say(from, Body::HeartbeatReply { round }, turn);
        }
    }
}
