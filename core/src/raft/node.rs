//! One node of a Raft cluster: what it knows, and who handles what comes in.

mod known;
mod role;
mod saving;

use super::bug::Bug;
use super::config::Config;
use super::disk::{Durable, Recovered, Write};
use super::entry::{Entry, Payload, Snapshot};
use super::entry_id::{EntryId, Index, Term};
use super::log::Log;
use super::membership::{Membership, ReplicaId};
use super::message::{Body, Message, Note, Refusal, Timer};
use super::progress::Progress;
use super::quorum;
use super::read::PendingReads;
use super::snapshot::Incoming;
use crate::base::{NodeId, Span, Time};
use crate::machine::Turn;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
pub(super) use saving::Disk;

/// What a node is at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Role {
    /// It follows a leader, or waits for one.
    Follower = 0,
    /// It asks whether it would win.
    PreCandidate = 1,
    /// It stands for election.
    Candidate = 2,
    /// It leads.
    Leader = 3,
}

impl Role {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Follower => "follower",
            Self::PreCandidate => "pre-candidate",
            Self::Candidate => "candidate",
            Self::Leader => "leader",
        }
    }
}

/// A node.
#[derive(Clone, Debug)]
pub struct Node<P: Payload> {
    pub(super) id: NodeId,
    /// Which replica this node is, by its disk.
    pub(super) replica: ReplicaId,
    pub(super) config: Arc<Config>,
    pub(super) term: Term,
    pub(super) vote: Option<NodeId>,
    pub(super) role: Role,
    pub(super) leader: Option<NodeId>,
    pub(super) log: Log<P>,
    pub(super) snapshot: Option<Arc<Snapshot<P>>>,
    /// The members from a place on, oldest first; the last ones are in force.
    pub(super) memberships: Vec<(Index, Arc<Membership>)>,
    pub(super) commit: Index,
    pub(super) applied: Index,
    pub(super) votes: Vec<(NodeId, bool)>,
    /// When it last heard a leader, on its own clock.
    pub(super) heard_at: Option<Time>,
    /// Since when it waits to stand for election, and for how long.
    pub(super) waits: (Time, Span),
    pub(super) disk: Disk<P>,
    pub(super) leading: LeaderState<P>,
    pub(super) incoming: Option<Incoming>,
    pub(super) installed: Option<Arc<Snapshot<P>>>,
    pub(super) reading: PendingReads,
    /// A moment on the leader's clock up to which this node has everything, as the leader vouches.
    pub(super) fresh: Option<Time>,
}

/// What only a leader knows.
#[derive(Clone, Debug)]
pub(super) struct LeaderState<P: Payload> {
    pub progress: Vec<(NodeId, Progress<P>)>,
    /// The leader's own disk holds its log up to here.
    pub stored: Index,
    /// Its first entry.
    pub start: Index,
    /// Bytes of its entries that are not committed.
    pub uncommitted: u64,
    /// Rounds of heartbeats that are not confirmed, and when they left.
    pub rounds: VecDeque<(u64, Time)>,
    pub round: u64,
    pub lease_until: Option<Time>,
    /// When the last round left that a majority has answered: then it surely led.
    pub led_at: Option<Time>,
    /// Somebody was told to stand for election: no lease is safe any more.
    pub lease_void: bool,
    pub transfer: Option<(NodeId, bool)>,
    /// The last slice that was sent, for the next node that needs the same.
    pub slice: Option<(Index, Arc<[Entry<P>]>)>,
}

impl<P: Payload> Default for LeaderState<P> {
    fn default() -> Self {
        Self {
            progress: Vec::new(),
            stored: Index(0),
            start: Index(0),
            uncommitted: 0,
            rounds: VecDeque::new(),
            round: 0,
            lease_until: None,
            led_at: None,
            lease_void: false,
            transfer: None,
            slice: None,
        }
    }
}

pub(super) type NodeTurn<'a, P> = Turn<'a, Node<P>>;

impl<P: Payload> Node<P> {
    /// Starts from what survived.
    pub fn start(config: &Arc<Config>, durable: &Durable<P>, turn: &mut NodeTurn<'_, P>) -> Self {
        let Recovered { mut durable, mut lost, changed } = durable.recover();
        if config.bugs.has(Bug::Amnesia) {
            lost = false;
        }
        let known = durable.replica.unwrap_or(ReplicaId::FIRST);
        let replica = if lost { super::readmit::another(known, turn.rng) } else { known };
        let renamed = durable.replica.replace(replica) != Some(replica);
        let base = match &durable.snapshot {
            Some(snapshot) => (snapshot.mark.index, snapshot.members.clone()),
            None => (Index(0), config.members.clone()),
        };
        let log = durable.log.clone();
        let mut node = Self {
            id: turn.id,
            replica,
            config: config.clone(),
            term: durable.hard.term,
            vote: durable.hard.vote,
            role: Role::Follower,
            leader: None,
            log,
            snapshot: durable.snapshot.clone(),
            memberships: alloc::vec![base.clone()],
            commit: base.0,
            applied: base.0,
            votes: Vec::new(),
            heard_at: None,
            waits: (turn.now, Span::ZERO),
            disk: Disk::default(),
            leading: LeaderState::default(),
            incoming: None,
            installed: durable.snapshot.clone(),
            reading: PendingReads::new(turn.rng),
            fresh: None,
        };
        let changes: Vec<_> = node.log.from(base.0.next()).filter_map(membership_at).collect();
        node.memberships.extend(changes);
        // Before the fall it may have confirmed a lease, which holds for a while.
        node.heard_at = (config.lease.is_some() && node.term > Term(0)).then_some(turn.now);
        node.wait_again(turn);
        turn.note(Note::Became { role: node.role, term: node.term, last: node.log.last() });
        if lost {
            turn.note(Note::DiskLost { replica, last: node.log.last() });
        }
        if changed || renamed {
            // The disk must say what memory says before anything is added to either.
            node.seal(Write::Reset(Arc::new(durable)));
            node.finish(turn);
        }
        node
    }

    // --- What its owner takes --------------------------------------------------------------------

    /// The next committed entry that the owner has not taken, if any.
    pub fn next_committed(&mut self) -> Option<(Index, Entry<P>)> {
        if self.applied >= self.commit || self.installed.is_some() {
            return None;
        }
        let index = self.applied.next();
        let entry = self.log.get(index)?.clone();
        self.applied = index;
        Some((index, entry))
    }

    /// A snapshot that the owner must begin anew from before it takes more entries.
    pub fn next_installed(&mut self) -> Option<Arc<Snapshot<P>>> {
        self.installed.take()
    }

    /// The next read that is decided.
    pub fn next_read(&mut self) -> Option<(u64, Result<Index, Refusal>)> {
        self.reading.answers.pop_front()
    }

    /// Compacts the log: replaces the entries up to `upto` with a snapshot of the applied state.
    pub fn compact(&mut self, upto: Index, state: P::State, turn: &mut NodeTurn<'_, P>) {
        let upto = upto.min(self.applied);
        let Some(term) = self.log.term(upto).filter(|_| upto > self.log.base().index) else {
            return;
        };
        let mark = EntryId::new(upto, term);
        let members = match self.makes(Bug::ForgetMembers) {
            true => self.config.members.clone(),
            false => self.members_at(upto),
        };
        let snapshot = Arc::new(Snapshot::new(mark, members, state));
        // What a slow node may still need stays in the log for a while.
        let cut = Index(upto.0.saturating_sub(self.config.kept)).max(self.log.base().index);
        turn.note(Note::Compacted { mark, bytes: snapshot.bytes() });
        self.log.compact(cut);
        self.forget_memberships(cut);
        self.snapshot = Some(snapshot.clone());
        self.save(Write::Compact(snapshot, cut));
        self.finish(turn);
    }

    /// Keeps the members at a place and those behind it.
    pub(super) fn forget_memberships(&mut self, upto: Index) {
        let kept = self.memberships.partition_point(|(from, _)| *from <= upto).saturating_sub(1);
        self.memberships.drain(..kept);
    }

    // --- What comes in ---------------------------------------------------------------------------

    /// Takes a message.
    pub fn receive(&mut self, from: NodeId, message: Message<P>, turn: &mut NodeTurn<'_, P>) {
        let Message { term, replica, to, body } = message;
        let known = self.is_from_known(from, replica, &body);
        // Also the term of one that nobody knows counts: it takes nothing from a leader of an older one.
        if term > self.term {
            if !self.meet_newer(from, term, &body, turn) {
                return;
            }
        } else if term < self.term && !self.meet_older(from, &body, turn) {
            return;
        }
        let meant = to == self.replica;
        match body {
            _ if !known => {}
            // The replica that is asked has lost its disk since; this one does not vote in its name.
            Body::RequestVote { pre, .. } if !meant => {
                self.say(from, Body::Vote { pre, granted: false }, turn);
            }
            Body::RequestVote { pre, last, forced } => {
                self.on_request_vote(from, term, pre, last, forced, turn);
            }
            Body::Vote { pre, granted } => self.on_vote(from, pre, granted, turn),
            Body::Append { .. } | Body::InstallSnapshot { .. } if !meant => self.follow(from, turn),
            Body::Heartbeat { round, .. } if !meant => {
                self.follow(from, turn);
                self.answer_beat(from, round, turn);
            }
            Body::Forgotten | Body::TimeoutNow if !meant => {}
            Body::Append { prev, entries, commit, acked } => {
                self.follow(from, turn);
                self.on_append(from, prev, &entries, commit, acked, turn);
            }
            Body::Heartbeat { commit, round, stamp } => {
                self.follow(from, turn);
                self.on_heartbeat(from, commit, round, stamp, turn);
            }
            Body::InstallSnapshot { mark, offset, bytes, whole } => {
                self.follow(from, turn);
                self.on_piece(from, mark, offset, bytes, whole, turn);
            }
            Body::Appended { upto } => self.on_appended(from, upto, turn),
            Body::Rejected { prev, hint, acked } => self.on_rejected(from, prev, hint, acked, turn),
            Body::Forgotten => self.on_forgotten(from, turn),
            Body::HeartbeatReply { round } => self.on_alive(from, replica, round, turn),
            Body::SnapshotTaken { index, offset, piece } => {
                self.on_taken(from, index, offset, piece, turn);
            }
            Body::TimeoutNow => self.on_timeout_now(turn),
            Body::ReadIndex { id } => self.on_read_index(from, id, turn),
            Body::ReadIndexReply { id, index } => self.on_read_index_reply(id, index),
        }
        self.finish(turn);
    }

    /// An alarm went off.
    pub fn ring(&mut self, timer: Timer, turn: &mut NodeTurn<'_, P>) {
        match timer {
            Timer::Election => self.on_election(turn),
            Timer::Heartbeat => self.on_beat(turn),
            Timer::Quorum => self.on_quorum(turn),
            Timer::Transfer => self.end_transfer(turn),
            Timer::Stored(number) => self.stored(number, turn),
        }
        self.finish(turn);
    }

    /// A message of a newer term: false if it is to be left alone.
    fn meet_newer(
        &mut self,
        from: NodeId,
        term: Term,
        body: &Body<P>,
        turn: &mut NodeTurn<'_, P>,
    ) -> bool {
        match body {
            Body::RequestVote { forced, .. } if !*forced && self.hears_leader(turn.now) => false,
            Body::RequestVote { pre: true, .. } | Body::Vote { pre: true, granted: true } => true,
            Body::Append { .. } | Body::Heartbeat { .. } | Body::InstallSnapshot { .. } => {
                self.become_follower(term, Some(from), turn);
                true
            }
            _ => {
                self.become_follower(term, None, turn);
                true
            }
        }
    }

    /// A message of an older term: false if that is all.
    fn meet_older(&mut self, from: NodeId, body: &Body<P>, turn: &mut NodeTurn<'_, P>) -> bool {
        match body {
            Body::Append { .. } if self.makes(Bug::StaleAppend) && self.role != Role::Leader => {
                true
            }
            // A node that thinks that it leads, or cannot win for its low term, must hear of this one.
            Body::Append { .. } | Body::Heartbeat { .. } | Body::InstallSnapshot { .. } => {
                let hint = self.log.last();
                self.say(from, Body::Rejected { prev: Index(u64::MAX), hint, acked: false }, turn);
                false
            }
            Body::RequestVote { pre, .. } => {
                self.say(from, Body::Vote { pre: *pre, granted: false }, turn);
                false
            }
            _ => false,
        }
    }

    /// True if a leader was heard so lately that nobody should be elected in its stead.
    pub(super) fn hears_leader(&self, now: Time) -> bool {
        if !self.config.check_quorum {
            return false;
        }
        // A leader hears itself, until it has counted and stepped down.
        self.role == Role::Leader
            || self.heard_at.is_some_and(|heard| now.since(heard) < self.config.election.0)
    }

    // --- Log -------------------------------------------------------------------------------------

    /// Adds entries at the end, in the node's own memory.
    pub(super) fn take_entries(&mut self, entries: &Arc<[Entry<P>]>) {
        let before = self.log.last().index;
        self.log.append(entries);
        if entries.iter().any(|entry| matches!(entry.what, super::entry::What::Members(_))) {
            let changes: Vec<_> = self.log.from(before.next()).filter_map(membership_at).collect();
            self.memberships.extend(changes);
        }
    }

    /// Cuts off what stands behind a place.
    pub(super) fn truncate(&mut self, after: Index, turn: &mut NodeTurn<'_, P>) {
        if self.log.last().index <= after {
            return;
        }
        self.log.truncate(after);
        self.leading.stored = self.leading.stored.min(after);
        // What was on its way to the disk is not in the log any more, even if the same entry
        // should come again.
        self.disk.appends.retain(|(_, mark)| mark.index <= after);
        while self.memberships.len() > 1 && self.members_since() > after {
            self.memberships.pop();
        }
        turn.note(Note::Truncated { after });
    }

    /// How a vote of the members in force stands.
    pub(super) fn tally(&self, vote: impl Fn(NodeId) -> Option<bool>) -> quorum::Tally {
        let members = self.members();
        quorum::joint_tally(&members.voters, &members.outgoing, vote)
    }

    /// Why the node does not lead, or nothing if it does.
    pub(super) fn must_lead(&self) -> Result<(), Refusal> {
        if self.role == Role::Leader { Ok(()) } else { Err(Refusal::NotLeader(self.leader)) }
    }
}

fn membership_at<P: Payload>(
    (index, entry): (Index, &Entry<P>),
) -> Option<(Index, Arc<Membership>)> {
    match &entry.what {
        super::entry::What::Members(members) => Some((index, members.clone())),
        super::entry::What::Nothing | super::entry::What::Command(_) => None,
    }
}
