//! What a leader does: it appends, sends, counts, and steps down when nobody hears it.

use super::bug::Bug;
use super::disk::Write;
use super::entry::{Entry, Payload, What};
use super::entry_id::{EntryId, Index};
use super::membership::ReplicaId;
use super::message::{Body, Note, Refusal, Timer};
use super::node::{LeaderState, Node, NodeTurn, Role};
use super::progress::{Progress, Stage};
use super::quorum::{self, Tally};
use crate::base::{NodeId, Time};
use alloc::sync::Arc;
use alloc::vec::Vec;

impl<P: Payload> Node<P> {
    pub(super) fn begin_reign(&mut self, turn: &mut NodeTurn<'_, P>) {
        let next = self.log.last().index.next();
        let stored = self.leading.stored;
        let uncommitted = self.log.from(self.commit.next()).map(|(_, entry)| entry.bytes()).sum();
        self.leading = LeaderState { start: next, uncommitted, ..LeaderState::default() };
        // What was on the disk when it began, as far as it has heard from the disk; after a start
        // everything in the log came from there.
        self.leading.stored = match self.disk.appends.is_empty() {
            true => self.log.last().index,
            false => stored,
        };
        self.reach_out(next);
        turn.arm(Timer::Heartbeat, self.config.heartbeat);
        if self.config.check_quorum {
            turn.arm(Timer::Quorum, self.config.election.0);
        }
    }

    /// Knows of everybody among the members, and of nobody else; newcomers are tried from a place on.
    pub(super) fn reach_out(&mut self, next: Index) {
        let members = self.members().clone();
        self.leading.progress.retain(|(node, _)| members.contains(*node));
        for node in members.everybody().filter(|node| *node != self.id) {
            if let Err(place) = self.leading.progress.binary_search_by_key(&node, |(id, _)| *id) {
                let mut progress = Progress::new(members.replica_of(node), next);
                progress.active = true;
                self.leading.progress.insert(place, (node, progress));
            }
        }
    }

    pub(super) fn progress_of(&mut self, node: NodeId) -> Option<&mut Progress<P>> {
        self.leading.progress.iter_mut().find(|(id, _)| *id == node).map(|(_, progress)| progress)
    }

    // --- Appending -------------------------------------------------------------------------------

    /// Appends commands, all or none, and sends them on; the mark of the last one.
    ///
    /// # Errors
    ///
    /// If the node does not lead, is handing over, or too much waits to be committed already.
    pub fn propose(
        &mut self,
        commands: Vec<P::Command>,
        turn: &mut NodeTurn<'_, P>,
    ) -> Result<EntryId, Refusal> {
        self.must_lead()?;
        if self.leading.transfer.is_some() {
            return Err(Refusal::Transferring);
        }
        if self.leading.uncommitted > self.config.uncommitted_bytes {
            return Err(Refusal::Full);
        }
        self.append_own(commands.into_iter().map(What::Command).collect(), turn);
        self.finish(turn);
        Ok(self.log.last())
    }

    pub(super) fn append_own(&mut self, whats: Vec<What<P>>, turn: &mut NodeTurn<'_, P>) {
        let term = self.term;
        let prev = self.log.last();
        let after = prev.index;
        let entries: Arc<[Entry<P>]> =
            whats.into_iter().map(|what| Entry::new(term, what)).collect();
        self.leading.uncommitted += entries.iter().map(Entry::bytes).sum::<u64>();
        self.take_entries(&entries);
        if self.members_since() > after {
            self.note_members(turn);
            self.reach_out(after.next());
            // Fewer may be needed now than reads have waited for.
            self.confirm(turn);
        }
        turn.note(Note::Appended { after, entries: entries.clone() });
        self.leading.slice = Some((after.next(), entries.clone()));
        // The others' disks work while this one's does.
        self.send_all(turn);
        let hard = self.hard_if_dirty();
        let number = self.save(Write::Append { hard, prev, entries });
        let last = self.log.last();
        if self.makes(Bug::AckUnsynced) {
            self.leading.stored = last.index;
            self.advance(turn);
        } else {
            self.disk.appends.push_back((number, last));
        }
    }

    // --- Sending ---------------------------------------------------------------------------------

    pub(super) fn send_all(&mut self, turn: &mut NodeTurn<'_, P>) {
        for at in 0..self.leading.progress.len() {
            self.send_more(at, turn);
        }
    }

    pub(super) fn send_to(&mut self, node: NodeId, turn: &mut NodeTurn<'_, P>) {
        if let Ok(at) = self.leading.progress.binary_search_by_key(&node, |(id, _)| *id) {
            self.send_more(at, turn);
        }
    }

    /// Sends a node what it lacks, as far as its window is open.
    fn send_more(&mut self, at: usize, turn: &mut NodeTurn<'_, P>) {
        let last = self.log.last().index;
        loop {
            let Some((node, progress)) = self.leading.progress.get(at) else { return };
            let (node, next) = (*node, progress.next);
            if progress.is_full(self.config.window, self.config.window_bytes) || next > last {
                return;
            }
            let Some(term) = self.log.term(next.before()).filter(|_| next > self.log.base().index)
            else {
                self.send_snapshot(at, turn);
                return;
            };
            let entries = self.slice(next);
            let prev = EntryId::new(next.before(), term);
            let upto = Index(prev.index.0 + entries.len() as u64);
            let bytes = entries.iter().map(Entry::bytes).sum();
            let commit = self.commit;
            let progress = &mut self.leading.progress[at].1;
            let acked = prev.index <= progress.matched;
            progress.sent(upto, bytes);
            progress.told = progress.told.max(commit.min(upto));
            self.say(node, Body::Append { prev, entries, commit, acked }, turn);
        }
    }

    /// The entries from a place on; nodes that stand at the same place share one copy.
    fn slice(&mut self, from: Index) -> Arc<[Entry<P>]> {
        let last = self.log.last().index;
        if let Some((start, entries)) = &self.leading.slice
            && *start == from
            && from.0 + entries.len() as u64 == last.0 + 1
            && (entries.len() == 1
                || entries.iter().map(Entry::bytes).sum::<u64>() <= self.config.append_bytes)
        {
            return entries.clone();
        }
        let entries = self.log.slice(from, self.config.append_bytes);
        self.leading.slice = Some((from, entries.clone()));
        entries
    }

    /// Says to everybody that the leader is there, in a new round.
    pub(super) fn beat(&mut self, turn: &mut NodeTurn<'_, P>) {
        self.leading.round += 1;
        let round = self.leading.round;
        self.leading.rounds.push_back((round, turn.now));
        // Rounds that nobody answers must not pile up.
        while self.leading.rounds.len() > ROUNDS_MAX {
            self.leading.rounds.pop_front();
        }
        self.say_beat(round, turn);
        self.confirm(turn);
    }

    pub(super) fn say_beat(&mut self, round: u64, turn: &mut NodeTurn<'_, P>) {
        for at in 0..self.leading.progress.len() {
            let commit = self.commit_of(at);
            let (node, progress) = &mut self.leading.progress[at];
            progress.told = progress.told.max(commit.index);
            let node = *node;
            let stamp = self.vouches(at);
            self.say(node, Body::Heartbeat { commit, round, stamp }, turn);
        }
    }

    /// The last entry that is committed and that a node has acknowledged; nothing if it is in the
    /// snapshot already, which the node is sent then.
    fn commit_of(&self, at: usize) -> EntryId {
        let matched = self.leading.progress.get(at).map_or(Index(0), |(_, it)| it.matched);
        let index = self.commit.min(matched);
        self.log.term(index).map_or(EntryId::default(), |term| EntryId::new(index, term))
    }

    /// Up to when a node has everything: since the leader surely led, if the node lacks nothing that is
    /// committed; else nothing new is said.
    fn vouches(&self, at: usize) -> Time {
        let holds = self.leading.progress.get(at).is_some_and(|(_, p)| p.matched >= self.commit);
        let led_at = self.leading.led_at.filter(|_| holds && self.has_committed_own());
        led_at.unwrap_or(Time::ZERO)
    }

    pub(super) fn on_beat(&mut self, turn: &mut NodeTurn<'_, P>) {
        if self.role == Role::Leader {
            turn.arm(Timer::Heartbeat, self.config.heartbeat);
            self.beat(turn);
            self.tend_returned(turn);
            self.tend_wanted(turn);
        }
    }

    // --- Answers ---------------------------------------------------------------------------------

    pub(super) fn on_appended(&mut self, from: NodeId, upto: Index, turn: &mut NodeTurn<'_, P>) {
        let last = self.log.last().index;
        if self.role != Role::Leader || upto > last {
            return;
        }
        let timeout = self.config.election.0;
        let Some(progress) = self.progress_of(from) else { return };
        progress.is_there(turn.now);
        let news = progress.took(upto);
        progress.run(last, turn.now, timeout);
        if news {
            self.advance(turn);
        }
        self.tend_wanted(turn);
        if self.role == Role::Leader {
            self.send_to(from, turn);
            self.tell_commit_to(from, turn);
            self.hand_over(from, turn);
        }
    }

    pub(super) fn on_rejected(
        &mut self,
        from: NodeId,
        prev: Index,
        hint: EntryId,
        acked: bool,
        turn: &mut NodeTurn<'_, P>,
    ) {
        if self.role != Role::Leader {
            return;
        }
        if acked {
            self.found_out(from, turn);
            return;
        }
        // The other's hint, shortened by what this log knows of that term.
        let agreed = self.log.last_not_after(hint.index, hint.term);
        let Some(progress) = self.progress_of(from) else { return };
        progress.is_there(turn.now);
        if progress.refused(prev, agreed.index) {
            self.send_to(from, turn);
        }
    }

    pub(super) fn on_alive(
        &mut self,
        from: NodeId,
        replica: ReplicaId,
        round: u64,
        turn: &mut NodeTurn<'_, P>,
    ) {
        if self.role != Role::Leader {
            return;
        }
        self.meet_replica(from, replica, round, turn);
        if self.progress_of(from).is_none_or(|progress| progress.replica != replica) {
            return;
        }
        let (window, bytes) = (self.config.window, self.config.window_bytes);
        let last = self.log.last().index;
        let Some(progress) = self.progress_of(from) else { return };
        progress.is_there(turn.now);
        progress.heard(window, bytes, last);
        if round <= progress.round && self.makes(Bug::ReusedRead) {
            self.confirm_by_name(from, round, turn);
        }
        // A round that has not begun cannot be answered; who takes names for rounds does not see that.
        let begun = round <= self.leading.round || self.makes(Bug::ReusedRead);
        let Some(progress) = self.progress_of(from) else { return };
        if begun && round > progress.round {
            progress.round = round;
            self.confirm(turn);
        }
        self.nudge(from, turn);
        self.send_to(from, turn);
        self.feel(from, turn);
        self.remind(from, turn);
    }

    /// An empty append behind everything that was sent: if something of it was lost, the answer says
    /// so.
    fn feel(&mut self, node: NodeId, turn: &mut NodeTurn<'_, P>) {
        let last = self.log.last();
        let commit = self.commit;
        let Some(progress) = self.progress_of(node) else { return };
        let careful = !progress.forgot && !matches!(progress.stage, Stage::Snapshot { .. });
        if careful && progress.next > last.index && progress.matched < last.index {
            let entries: Arc<[Entry<P>]> = Arc::new([]);
            self.say(node, Body::Append { prev: last, entries, commit, acked: false }, turn);
        }
    }

    // --- Counting --------------------------------------------------------------------------------

    /// Up to where a majority holds the log.
    fn held(&self) -> Index {
        let members = self.members();
        let leading = &self.leading;
        let matched = |node: NodeId| {
            if node == self.id {
                return leading.stored.0;
            }
            let known = leading.progress.iter().find(|(id, _)| *id == node);
            known
                .filter(|(node, progress)| self.relies_on(*node, progress))
                .map_or(0, |(_, progress)| progress.matched.0)
        };
        if self.makes(Bug::LearnerCounts) {
            return self.held_with_learners(matched);
        }
        quorum::joint_reached(&members.voters, &members.outgoing, matched)
    }

    /// The mistake: as many nodes as a majority of the voters, voters or not.
    fn held_with_learners(&self, matched: impl Fn(NodeId) -> u64) -> Index {
        let members = self.members();
        let mut numbers: Vec<u64> = members.everybody().map(matched).collect();
        crate::base::order::sort_by(&mut numbers, |one, two| one > two);
        let needed = quorum::majority(members.voters.len());
        Index(numbers.get(needed.saturating_sub(1)).copied().unwrap_or(0))
    }

    /// Commits what a majority holds: an entry of this term, and with it all before it.
    pub(super) fn advance(&mut self, turn: &mut NodeTurn<'_, P>) {
        let held = self.held();
        let own = self.log.term(held) == Some(self.term) || self.makes(Bug::CommitOldTerms);
        if held <= self.commit || !own {
            return;
        }
        let freed: u64 = self
            .log
            .from(self.commit.next())
            .take_while(|(index, _)| *index <= held)
            .map(|(_, entry)| entry.bytes())
            .sum();
        self.leading.uncommitted = self.leading.uncommitted.saturating_sub(freed);
        self.commit_to(held, Some(self.members().clone()), turn);
        self.tell_commit(turn);
        self.release_early_reads(turn);
        self.end_change(turn);
    }

    /// Tells everybody at once what is committed of what they hold; an append may have said it.
    fn tell_commit(&mut self, turn: &mut NodeTurn<'_, P>) {
        for at in 0..self.leading.progress.len() {
            self.tell_commit_at(at, turn);
        }
    }

    /// A node whose answer came after the others' had decided still has to hear of it.
    fn tell_commit_to(&mut self, node: NodeId, turn: &mut NodeTurn<'_, P>) {
        if let Ok(at) = self.leading.progress.binary_search_by_key(&node, |(id, _)| *id) {
            self.tell_commit_at(at, turn);
        }
    }

    fn tell_commit_at(&mut self, at: usize, turn: &mut NodeTurn<'_, P>) {
        let commit = self.commit_of(at);
        let Some((node, progress)) = self.leading.progress.get_mut(at) else { return };
        if commit.index > progress.told && !matches!(progress.stage, Stage::Snapshot { .. }) {
            progress.told = commit.index;
            let node = *node;
            let stamp = self.vouches(at);
            self.say(node, Body::Heartbeat { commit, round: 0, stamp }, turn);
        }
    }

    /// Counts who was heard since the last time; without a majority the leader steps down.
    pub(super) fn on_quorum(&mut self, turn: &mut NodeTurn<'_, P>) {
        if self.role != Role::Leader {
            return;
        }
        let progress = &self.leading.progress;
        let heard = |node: NodeId| {
            let known = progress.iter().find(|(id, _)| *id == node);
            let heard = known
                .is_some_and(|(node, progress)| progress.active && self.relies_on(*node, progress));
            Some(node == self.id || heard)
        };
        if self.tally(heard) != Tally::Won {
            turn.note(Note::QuorumLost { term: self.term });
            self.become_follower(self.term, None, turn);
            return;
        }
        for (_, progress) in &mut self.leading.progress {
            progress.active = false;
        }
        turn.arm(Timer::Quorum, self.config.election.0);
    }
}

/// So many rounds of heartbeats are remembered while nobody answers.
const ROUNDS_MAX: usize = 64;
