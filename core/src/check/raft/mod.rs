//! Raft's own laws, watched through the notes of its nodes.
//!
//! A log is told apart by its last entry alone: that same place and term mean the same entry and the
//! same entry before it is itself a law, and it is checked whenever an entry comes into a log. So a
//! node's log is a few runs of terms here, and a node that comes back is known by its last entry.
//!
//! Notes must be read in the order in which the nodes say them. What a lying or damaged disk loses is
//! outside what Raft promises; the laws then say what came of it.

mod entries;
mod law;
mod state;
mod terms;

use crate::base::{NodeId, Time};
use crate::raft::{
    Durable, Entry, EntryId, Index, Membership, Note, Payload, ReplicaId, Role, Term, quorum,
};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use entries::{Entries, Known, PLACES_MAX};
pub use law::{Law, Sometimes, Violation};
use state::States;
use terms::Terms;

/// What is known of one node.
#[derive(Clone, Debug, Default)]
struct Seen {
    /// It has just started, and its next note says with which log.
    fresh: bool,
    leads: bool,
    term: Term,
    log: Terms,
    commit: (Index, u32),
    /// Its last votes. A replica that comes after another one votes in a name of its own, so nobody
    /// may vote twice in the same, whatever became of disks in between.
    votes: Vec<Ballot>,
    /// Where its disk ended when it last wrote, and before it was emptied or damaged.
    disk: EntryId,
    emptied: EntryId,
    /// Its disk has called something safe that was not.
    lied: bool,
}

/// A vote: for whom, in which term, in the name of which replica, and the event.
#[derive(Clone, Copy, Debug)]
struct Ballot {
    to: NodeId,
    term: Term,
    replica: ReplicaId,
    seq: u32,
}

/// Watches the laws through a run.
#[derive(Clone, Debug, Default)]
pub struct Laws {
    nodes: Vec<Seen>,
    leaders: Vec<(Term, NodeId, u32)>,
    entries: Entries,
    /// The log of what anybody has committed.
    committed: Terms,
    /// From which place on entries were committed by a leader of which term, and the event.
    led: Vec<(Index, Term, u32)>,
    sometimes: Sometimes,
    violations: Arc<Vec<Violation>>,
    count: u32,
    /// The state after a place, as the first replica that came there showed it.
    states: States,
}

/// Violations of each law that are kept; the others are counted.
const VIOLATIONS_MAX: usize = 32;
/// Leaders, and each node's votes, that are remembered.
const TERMS_MAX: usize = 1_024;
/// Nodes that are watched; the numbers of nodes are small.
const NODES_MAX: usize = 4_096;

impl Laws {
    /// The laws before anything has happened.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The first laws that were broken, in order.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// How often a law was broken.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }

    /// How often what makes the laws worth watching has happened.
    #[must_use]
    pub fn sometimes(&self) -> Sometimes {
        self.sometimes
    }

    /// The last place that anybody has committed.
    #[must_use]
    pub fn committed(&self) -> Index {
        self.committed.last()
    }

    /// A node has started: its next note says with what.
    pub fn started(&mut self, node: NodeId) {
        if let Some(seen) = self.seen(node) {
            seen.fresh = true;
            seen.leads = false;
            seen.commit = (Index(0), 0);
        }
    }

    /// A node's disk is empty: it is a new node now, which has promised nothing.
    pub fn wiped(&mut self, node: NodeId) {
        if let Some(seen) = self.seen(node) {
            let emptied = seen.emptied.max(seen.disk);
            let votes = core::mem::take(&mut seen.votes);
            *seen = Seen { emptied, votes, lied: seen.lied, ..Seen::default() };
        }
    }

    /// A node's disk has lost what it had called safe: what it acknowledged is not held against anybody.
    pub fn lied(&mut self, node: NodeId) {
        if let Some(seen) = self.seen(node) {
            seen.lied = true;
        }
    }

    /// A node's disk holds a log that ends there now.
    pub fn landed(&mut self, node: NodeId, last: EntryId) {
        if let Some(seen) = self.seen(node) {
            seen.disk = last;
        }
    }

    /// Up to which place a disk holds what is committed.
    #[must_use]
    pub fn covered<P: Payload>(&self, disk: &Durable<P>) -> Index {
        let snapshot = disk.snapshot.as_ref().map_or(Index(0), |kept| kept.mark.index);
        let mut at = disk.log.last().index.min(self.committed.last());
        // Behind the last place that both know to be the same, logs may differ.
        while at > snapshot
            && disk
                .log
                .term(at)
                .is_some_and(|term| self.committed.at(at).is_some_and(|known| known != term))
        {
            at = at.before();
        }
        at.max(snapshot)
    }

    /// A leader commits up to an entry: a majority of the members must have it on their disks. `keeps`
    /// tells whether the disk of a node has it, as the replica that the members list. A disk that was
    /// emptied since then, or one that lies, is not held against the leader.
    pub fn on_disks(
        &mut self,
        at: Time,
        seq: u32,
        node: NodeId,
        mark: EntryId,
        members: &Membership,
        keeps: impl Fn(NodeId) -> bool,
    ) {
        let had = |voter: NodeId| {
            let seen = self.nodes.get(voter.index());
            seen.is_some_and(|seen| seen.lied || seen.emptied >= mark)
        };
        let vote = |voter: NodeId| Some(keeps(voter) || had(voter));
        let won = quorum::joint_tally(&members.voters, &members.outgoing, vote);
        let sound = |voter: NodeId| Some(keeps(voter));
        let shown = quorum::joint_tally(&members.voters, &members.outgoing, sound);
        // What holds only because disks are taken at their word was not put to the test.
        let excused = won == quorum::Tally::Won && shown != quorum::Tally::Won;
        self.sometimes.stored += u64::from(!excused);
        if won != quorum::Tally::Won {
            let whole = members.voters.iter().filter(|voter| keeps(**voter)).count();
            let words = format!(
                "{node} commits {mark}, and {whole} of {} disks have it",
                members.voters.len()
            );
            self.broken(Law::Stored, Here { at, seq, node }, None, words);
        }
    }

    /// A replica has applied the log up to a place, and its state is that.
    pub fn applied(&mut self, at: Time, seq: u32, node: NodeId, index: Index, digest: u64) {
        match self.states.meet(index, (digest, node, seq)) {
            None => {}
            Some((same, other, before)) => {
                self.sometimes.compared += u64::from(other != node);
                if same != digest {
                    let words = format!(
                        "after entry {} the state of {node} is another than that of {other}",
                        index.0
                    );
                    self.broken(Law::SameDigest, Here { at, seq, node }, Some(before), words);
                }
            }
        }
    }

    fn seen(&mut self, node: NodeId) -> Option<&mut Seen> {
        let place = node.index();
        if place >= NODES_MAX {
            return None;
        }
        if self.nodes.len() <= place {
            self.nodes.resize(place + 1, Seen::default());
        }
        self.nodes.get_mut(place)
    }

    fn broken(&mut self, law: Law, here: Here, before: Option<u32>, words: String) {
        self.count = self.count.saturating_add(1);
        let kept = self.violations.iter().filter(|kept| kept.law == law).count();
        if kept < VIOLATIONS_MAX {
            let Here { at, seq, node } = here;
            let violation = Violation { law, at, seq, before, node, words };
            Arc::make_mut(&mut self.violations).push(violation);
        }
    }

    /// Reads a note of a node.
    pub fn read<P: Payload>(&mut self, at: Time, seq: u32, node: NodeId, note: &Note<P>) {
        if self.seen(node).is_none() {
            return;
        }
        let here = Here { at, seq, node };
        let sometimes = &mut self.sometimes;
        match note {
            Note::Became { role, term, last } => self.on_became(here, *role, *term, *last),
            Note::Voted { to, term, replica } => self.on_voted(here, *to, *term, *replica),
            Note::Appended { after, entries } => self.on_appended(here, *after, entries),
            Note::Truncated { after } => self.on_truncated(here, *after),
            Note::Committed { upto, .. } => self.on_committed(here, *upto),
            Note::Installed { mark, .. } => self.on_installed(here, *mark),
            Note::Compacted { .. } => sometimes.compactions += 1,
            Note::Members { members, .. } => {
                sometimes.memberships += 1;
                sometimes.joint += u32::from(members.is_joint());
            }
            Note::Transferring { .. } => sometimes.transfers += 1,
            Note::QuorumLost { .. } => sometimes.quorums_lost += 1,
            Note::SnapshotSent { .. } => sometimes.snapshots_sent += 1,
            Note::DiskLost { .. } => self.on_disk_lost(here),
            Note::Forgot { .. } => sometimes.forgot += 1,
            Note::TransferEnded | Note::AtOdds { .. } => {}
        }
    }

    // --- Terms and votes -------------------------------------------------------------------------

    fn on_became(&mut self, here: Here, role: Role, term: Term, last: EntryId) {
        let Here { seq, node, .. } = here;
        if core::mem::take(&mut self.nodes[node.index()].fresh) {
            let log = self.rebuilt(last);
            let seen = &mut self.nodes[node.index()];
            seen.term = term;
            seen.log = log;
            self.sometimes.restarts += u32::from(last.index > Index(0));
        }
        let seen = &mut self.nodes[node.index()];
        let before = core::mem::replace(&mut seen.term, term);
        seen.leads = role == Role::Leader;
        if term < before {
            let words = format!("{node} went from term {} back to term {}", before.0, term.0);
            self.broken(Law::NoWayBack, here, None, words);
        }
        match role {
            Role::Follower => {}
            Role::PreCandidate => self.sometimes.pre_candidates += 1,
            Role::Candidate => self.sometimes.candidates += 1,
            Role::Leader => {
                self.sometimes.leaders += 1;
                self.check_alone(here, term);
                self.check_complete(here, term);
                if self.leaders.len() >= TERMS_MAX {
                    self.leaders.remove(0);
                }
                self.leaders.push((term, node, seq));
            }
        }
    }

    /// It is another replica from now on, which has promised nothing.
    fn on_disk_lost(&mut self, here: Here) {
        self.sometimes.disks_lost += 1;
        let seen = &mut self.nodes[here.node.index()];
        seen.emptied = seen.emptied.max(seen.disk);
    }

    fn check_alone(&mut self, here: Here, term: Term) {
        let node = here.node;
        let other = self.leaders.iter().find(|leader| leader.0 == term && leader.1 != node);
        if let Some((_, other, before)) = other.copied() {
            let words = format!("{node} leads in term {}, and so does {other}", term.0);
            self.broken(Law::OneLeader, here, Some(before), words);
        }
    }

    /// What was committed in earlier terms must be in the new leader's log. A leader of an old term
    /// that learns of its votes late may lack what newer ones have committed.
    fn check_complete(&mut self, here: Here, term: Term) {
        let node = here.node;
        self.sometimes.heirs += u32::from(self.committed.last() > Index(0));
        let place = self.led.partition_point(|(_, of, _)| *of < term);
        let upto = match self.led.get(place) {
            Some((from, ..)) => from.before(),
            None => self.committed.last(),
        };
        let log = &self.nodes[node.index()].log;
        let missing = log
            .differs(&self.committed, Index(0), upto)
            .or_else(|| (log.last() < upto).then(|| log.last().next()));
        if let Some(index) = missing {
            let words = format!(
                "{node} leads in term {} without entry {}, which is committed",
                term.0, index.0
            );
            let before = self.committed_by(index);
            self.broken(Law::LeaderComplete, here, before, words);
        }
    }

    /// The event by which a place was committed, or one soon after.
    fn committed_by(&self, index: Index) -> Option<u32> {
        let place = self.led.partition_point(|(from, ..)| *from <= index).checked_sub(1)?;
        Some(self.led[place].2)
    }

    fn on_voted(&mut self, here: Here, to: NodeId, term: Term, replica: ReplicaId) {
        let node = here.node;
        self.sometimes.votes += u32::from(to != node);
        let votes = &mut self.nodes[node.index()].votes;
        let twice = |vote: &&Ballot| (vote.term, vote.replica) == (term, replica) && vote.to != to;
        let other = votes.iter().find(twice).copied();
        if votes.len() >= TERMS_MAX {
            votes.remove(0);
        }
        votes.push(Ballot { to, term, replica, seq: here.seq });
        if let Some(before) = other {
            let words = format!("{node} votes for {to} in term {}, and for {}", term.0, before.to);
            self.broken(Law::OneVote, here, Some(before.seq), words);
        }
    }

    // --- Logs ------------------------------------------------------------------------------------

    /// The log that ends in an entry, as far as it is remembered.
    fn rebuilt(&self, last: EntryId) -> Terms {
        if last.index == Index(0) {
            return Terms::default();
        }
        let mut log = Terms::behind(last);
        let mut mark = last;
        while let Some(known) = self.entries.get(mark) {
            mark = EntryId::new(mark.index.before(), known.parent);
            if mark.index <= self.entries.floor() {
                break;
            }
            log.push_front(mark);
        }
        log
    }

    fn on_appended<P: Payload>(&mut self, here: Here, after: Index, entries: &[Entry<P>]) {
        let Here { node, seq, .. } = here;
        self.sometimes.appends += 1;
        self.check_kept(here, after);
        let seen = &mut self.nodes[node.index()];
        if after > seen.log.last() {
            let words = format!(
                "{node} appends behind place {}, and its log ends at {}",
                after.0,
                seen.log.last().0
            );
            self.broken(Law::LogMatching, here, None, words);
            self.nodes[node.index()].log = Terms::unknown(after);
        }
        let log = &mut self.nodes[node.index()].log;
        log.truncate(after);
        // What is too far back to be remembered is not held against anybody.
        let mut parent = log.at(after);
        for entry in entries {
            let log = &mut self.nodes[node.index()].log;
            log.push(entry.term);
            let mark = EntryId::new(log.last(), entry.term);
            let digest = entry.digest();
            match self.entries.get(mark).copied() {
                Some(known)
                    if known.digest != digest || parent.is_some_and(|p| p != known.parent) =>
                {
                    let what = if known.digest == digest { "behind another" } else { "different" };
                    let words = format!("{node} holds {mark}, and it is {what} than elsewhere");
                    self.broken(Law::LogMatching, here, Some(known.seq), words);
                }
                Some(known) => self.sometimes.shared += u64::from(known.seq != seq),
                None => {
                    if let Some(parent) = parent {
                        self.remember(Known { mark, parent, digest, seq });
                    }
                }
            }
            parent = Some(entry.term);
        }
    }

    fn remember(&mut self, known: Known) {
        if self.entries.put(known) {
            let floor = self.entries.floor();
            self.committed.forget(floor);
            for node in &mut self.nodes {
                node.log.forget(floor);
            }
            let gone = self.led.partition_point(|(from, ..)| *from <= floor).saturating_sub(1);
            self.led.drain(..gone);
        }
    }

    /// Something is about to stand behind a place: what stands there now must not be committed, and
    /// must not be a leader's.
    fn check_kept(&mut self, here: Here, after: Index) {
        let node = here.node;
        let seen = &self.nodes[node.index()];
        let (commit, last) = (seen.commit, seen.log.last());
        if after < commit.0.min(last) {
            let words = format!(
                "{node} lets go of what stands behind place {}, and {} was committed",
                after.0, commit.0.0
            );
            self.broken(Law::CommittedStays, here, Some(commit.1), words);
        }
        if self.nodes[node.index()].leads && after < last {
            let words = format!("{node} leads and lets go of what stands behind place {}", after.0);
            self.broken(Law::LeaderAppends, here, None, words);
        }
    }

    fn on_truncated(&mut self, here: Here, after: Index) {
        self.sometimes.truncations += 1;
        self.check_kept(here, after);
        self.nodes[here.node.index()].log.truncate(after);
    }

    fn on_installed(&mut self, here: Here, mark: EntryId) {
        self.sometimes.installs += 1;
        let node = here.node;
        let commit = self.nodes[node.index()].commit;
        if mark.index < commit.0 {
            let words =
                format!("{node} takes a snapshot up to {mark}, and {} was committed", commit.0.0);
            self.broken(Law::CommittedStays, here, Some(commit.1), words);
        }
        if self.nodes[node.index()].leads {
            let words = format!("{node} leads and takes a snapshot up to {mark}");
            self.broken(Law::LeaderAppends, here, None, words);
        }
        self.nodes[node.index()].log = self.rebuilt(mark);
    }

    // --- Commits ---------------------------------------------------------------------------------

    fn on_committed(&mut self, here: Here, upto: Index) {
        let Here { node, seq, .. } = here;
        let seen = &mut self.nodes[node.index()];
        let (before, proof) = seen.commit;
        if upto < before {
            let words = format!("{node} went from commit {} back to {}", before.0, upto.0);
            self.broken(Law::NoWayBack, here, Some(proof), words);
            return;
        }
        seen.commit = (upto, seq);
        let term = seen.term;
        self.sometimes.agreed += u64::from(upto > before && before < self.committed.last());
        let seen = &self.nodes[node.index()];
        let last = seen.log.last();
        if upto > last {
            let words = format!("{node} commits {}, and its log ends at {}", upto.0, last.0);
            self.broken(Law::SameState, here, None, words);
        }
        let log = &self.nodes[node.index()].log;
        if let Some(index) = log.differs(&self.committed, before, upto) {
            let terms = (log.at(index), self.committed.at(index));
            let words = format!(
                "{node} commits {}@{}, and {}@{} is committed there",
                index.0,
                terms.0.unwrap_or_default().0,
                index.0,
                terms.1.unwrap_or_default().0
            );
            let before = self.committed_by(index);
            self.broken(Law::SameState, here, before, words);
        }
        self.extend_committed(here, term, upto);
    }

    /// What a node commits beyond all others is committed from now on.
    fn extend_committed(&mut self, here: Here, term: Term, upto: Index) {
        let known = self.committed.last();
        let log = &self.nodes[here.node.index()].log;
        let upto = upto.min(log.last());
        if upto <= known {
            return;
        }
        self.sometimes.commits = self.sometimes.commits.saturating_add(upto.0 - known.0);
        // More at a time than is remembered comes only from numbers without sense.
        for index in known.0.max(upto.0.saturating_sub(PLACES_MAX)) + 1..=upto.0 {
            match log.at(Index(index)) {
                Some(term) if self.committed.last().0 + 1 == index => self.committed.push(term),
                // Seen from the middle: all before it is unknown.
                Some(term) => self.committed = Terms::behind(EntryId::new(Index(index), term)),
                None => {}
            }
        }
        if self.led.last().is_none_or(|(_, of, _)| *of < term) {
            self.led.push((known.next(), term, here.seq));
        }
    }
}

/// The event that is being read.
#[derive(Clone, Copy, Debug)]
struct Here {
    at: Time,
    seq: u32,
    node: NodeId,
}

#[cfg(test)]
mod mistake;
#[cfg(test)]
mod tests;
