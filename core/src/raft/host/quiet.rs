//! Groups that have nothing to do cost nothing.
//!
//! A leader whose followers all hold and know everything says so (`Item::Quiet`) and takes its alarms
//! back; a follower that holds exactly that log does the same. From then on their machines stand in for
//! them: a host that shares quiet groups with another one sends it a *pulse* with each beat, however many
//! groups these are, and any other envelope counts as well.
//!
//! What wakes a group:
//! * a request, or a message of its own. A leader that wakes sends a heartbeat, which wakes the others.
//! * a machine that was not heard for the shortest election wait, or that has started anew: its groups
//!   wake, and a follower goes on waiting from when it last heard the leader's machine. So a dead
//!   leader is replaced no later than in a group that was never quiet.
//! * a leader that is not quiet any more, or does not lead any more, although its machine is well. Its
//!   heartbeat may have been lost, or there is nobody left to send one. So each pulse carries a sum over the
//!   groups that its sender leads quietly. If it is not what the receiver expects, twice in a row, the
//!   receiver says what it believes, group by group, and what is not so wakes.
//!
//! If a follower misses that its group falls quiet, it stands for election as it would if heartbeats were
//! lost, and its question wakes the leader; pre-vote keeps the term.
//!
//! Quiet time is safe: a group that wakes behaves like a node that was late to hear its messages.

use super::{App, GroupId, Host, HostTurn, Item, Note, Pulse, Waking};
use crate::base::hash::mix;
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Span, Time};
use crate::raft::entry::Payload;
use crate::raft::node::{Node, NodeTurn, Role};
use crate::raft::progress::Stage;
use crate::raft::{Body, EntryId, Message, ReplicaId, Term, Timer};
use alloc::vec::Vec;

/// What a host knows of another one.
#[derive(Clone, Debug, Default)]
struct Peer {
    /// Which start of it was heard last, and when.
    life: Option<u64>,
    heard: Time,
    /// Quiet groups that this host leads and the peer follows: how many, and their sum.
    leads: (u32, u64),
    /// Quiet groups that the peer leads and this host follows.
    follows: (u32, u64),
    /// The last pulse was not what was expected.
    odd: bool,
}

impl Peer {
    fn is_related(&self) -> bool {
        self.leads.0 + self.follows.0 > 0
    }
}

/// The other hosts.
#[derive(Clone, Debug, Default)]
pub(super) struct Peers {
    of: VecMap<NodeId, Peer>,
    /// When the next pulse is due, if there are quiet groups.
    pulse: Option<Time>,
}

impl Peers {
    /// When something must be done for the quiet groups.
    pub(super) fn due(&self, timeout: Span) -> Option<Time> {
        let related = self.of.values().filter(|peer| peer.is_related());
        related.map(|peer| peer.heard + timeout).chain(self.pulse).min()
    }

    fn heard(&self, node: NodeId) -> Option<Time> {
        self.of.get(&node).filter(|peer| peer.life.is_some()).map(|peer| peer.heard)
    }
}

/// A group's share of a sum.
fn share(group: GroupId, term: Term) -> u64 {
    mix(u64::from(group.0) << 32 | u64::from(term.0))
}

impl<A: App> Host<A> {
    // --- Falling quiet ---------------------------------------------------------------------------

    /// A leader's heartbeat is due: true if the group falls quiet instead.
    pub(super) fn falls_quiet(&mut self, group: GroupId, turn: &mut HostTurn<'_, A>) -> bool {
        let after = self.config.quiet_after;
        let timeout = self.config.raft.election.0;
        let (now, peers) = (self.alarms.now(), &self.peers);
        let Some(member) = self.members.get_mut(&group) else { return false };
        let node = member.replica.node();
        let heard = |peer| peers.heard(peer).is_some_and(|heard| now.since(heard) < timeout);
        let idle = after > 0
            && node.could_rest()
            && node.log.last() == member.last
            && node.progress().iter().all(|(peer, _)| heard(*peer));
        member.last = node.log.last();
        member.idle = if idle { member.idle + 1 } else { 0 };
        if !idle || member.idle < after {
            return false;
        }
        let (term, last) = (node.term, node.log.last());
        for (peer, progress) in node.progress() {
            let item = Item::Quiet { term, to: progress.replica, last };
            self.outbox.send(*peer, group, item, false);
        }
        self.rest(group, turn);
        true
    }

    /// The leader has fallen quiet.
    pub(super) fn on_quiet(
        &mut self,
        from: NodeId,
        group: GroupId,
        said: (Term, ReplicaId, EntryId),
        turn: &mut HostTurn<'_, A>,
    ) {
        let (term, to, last) = said;
        let Some(member) = self.members.get(&group) else { return };
        let node = member.node();
        let agrees = node.leader == Some(from) && (node.term, node.replica) == (term, to);
        if member.quiet || !agrees || !node.holds_exactly(last) || self.config.quiet_after == 0 {
            return;
        }
        // The leader of this term says that it is committed.
        self.run(group, turn, |node, inner| node.commit_to(last.index, None, inner));
        self.rest(group, turn);
    }

    fn rest(&mut self, group: GroupId, turn: &mut HostTurn<'_, A>) {
        let Some(member) = self.members.get_mut(&group) else { return };
        member.quiet = true;
        turn.note(Note::Quiet(group, member.node().term));
        self.alarms.forget(group);
        self.relate(group, true);
    }

    /// Enters a quiet group with the peers that it relies on, or strikes it out.
    fn relate(&mut self, group: GroupId, on: bool) {
        let Some(member) = self.members.get(&group) else { return };
        let node = member.node();
        let share = share(group, node.term);
        let change = |(count, sum): &mut (u32, u64)| {
            *count = if on { *count + 1 } else { count.saturating_sub(1) };
            *sum ^= share;
        };
        if node.role == Role::Leader {
            for (peer, _) in node.progress() {
                change(&mut self.peers.of.at(*peer, Peer::default).leads);
            }
        } else if let Some(leader) = node.leader {
            change(&mut self.peers.of.at(leader, Peer::default).follows);
        }
        let some = self.peers.of.values().any(Peer::is_related);
        let next = self.alarms.beat_before(self.alarms.now()) + self.config.raft.heartbeat;
        self.peers.pulse = some.then(|| self.peers.pulse.unwrap_or(next));
    }

    /// The replica of a group is about to be destroyed.
    pub(super) fn forget_quiet(&mut self, group: GroupId) {
        if self.members.get(&group).is_some_and(|member| member.quiet) {
            self.relate(group, false);
        }
    }

    // --- Waking ----------------------------------------------------------------------------------

    /// Wakes a group, if it is quiet.
    pub(super) fn wake(&mut self, group: GroupId, why: Waking, turn: &mut HostTurn<'_, A>) {
        let Some(member) = self.members.get_mut(&group) else { return };
        if why == Waking::Asked {
            member.idle = 0;
        }
        if !member.quiet {
            return;
        }
        self.relate(group, false);
        let Some(member) = self.members.get_mut(&group) else { return };
        (member.quiet, member.idle) = (false, 0);
        let heard = member.node().leader.and_then(|leader| self.peers.heard(leader));
        turn.note(Note::Woke(group, why));
        self.run(group, turn, |node, inner| node.rouse(heard, inner));
    }

    /// Wakes the quiet groups that rely on a peer.
    fn lose(&mut self, peer: NodeId, turn: &mut HostTurn<'_, A>) {
        let relies = |node: &Node<A>| match node.role {
            Role::Leader => node.progress().iter().any(|(other, _)| *other == peer),
            _ => node.leader == Some(peer),
        };
        let these = self.members.iter().filter(|(_, it)| it.quiet && relies(it.node()));
        let these: Vec<GroupId> = these.map(|(group, _)| *group).collect();
        for group in these {
            self.wake(group, Waking::PeerLost, turn);
        }
    }

    /// Whether a message has no news for a quiet group: an answer that was under way when its leader fell
    /// quiet.
    pub(super) fn is_stale(&self, from: NodeId, group: GroupId, message: &Message<A>) -> bool {
        let Some(member) = self.members.get(&group).filter(|member| member.quiet) else {
            return false;
        };
        let answer = matches!(message.body, Body::HeartbeatReply { .. } | Body::Appended { .. });
        let node = member.node();
        let known = node.progress().iter().find(|(peer, _)| *peer == from);
        answer
            && message.term == node.term
            && known.is_some_and(|(_, progress)| progress.replica == message.replica)
    }

    // --- Pulses ----------------------------------------------------------------------------------

    /// An envelope has come from a peer.
    pub(super) fn hear(&mut self, from: NodeId, life: u64, turn: &mut HostTurn<'_, A>) {
        let known = self.peers.of.at(from, Peer::default);
        if known.life.is_some_and(|known| known != life) {
            // Before the time is set anew: what was heard of that life ends with it.
            self.lose(from, turn);
        }
        let peer = self.peers.of.at(from, Peer::default);
        (peer.life, peer.heard) = (Some(life), turn.now);
    }

    /// Looks for peers that were not heard for too long.
    pub(super) fn watch(&mut self, turn: &mut HostTurn<'_, A>) {
        let (now, timeout) = (self.alarms.now(), self.config.raft.election.0);
        let late = |peer: &Peer| peer.is_related() && now.since(peer.heard) >= timeout;
        let late: Vec<NodeId> =
            self.peers.of.iter().filter(|(_, peer)| late(peer)).map(|(node, _)| *node).collect();
        for peer in late {
            self.lose(peer, turn);
        }
    }

    /// Vouches for quiet groups, if that is due.
    pub(super) fn add_pulses(&mut self) {
        let now = self.alarms.now();
        if self.peers.pulse.is_none_or(|due| due > now) {
            return;
        }
        self.peers.pulse = Some(self.alarms.beat_before(now) + self.config.raft.heartbeat);
        for (node, peer) in self.peers.of.iter().filter(|(_, peer)| peer.is_related()) {
            self.outbox.pulse(*node, Pulse { leads: peer.leads.1 });
        }
    }

    /// A peer vouches for the groups that it leads quietly.
    pub(super) fn on_pulse(&mut self, from: NodeId, pulse: Pulse) {
        let peer = self.peers.of.at(from, Peer::default);
        let odd = peer.follows.1 != pulse.leads;
        // Once may be because of what is under way.
        let ask = odd && peer.odd;
        peer.odd = odd && !ask;
        if !ask {
            return;
        }
        for (group, member) in self.members.iter() {
            let node = member.node();
            if member.quiet && node.role != Role::Leader && node.leader == Some(from) {
                self.outbox.send(from, *group, Item::Believes(node.term), false);
            }
        }
    }

    /// A peer relies on this host to lead a quiet group.
    pub(super) fn on_believes(&mut self, from: NodeId, group: GroupId, term: Term) {
        let leads = |node: &Node<A>| node.role == Role::Leader && node.term == term;
        let member = self.members.get(&group);
        if !member.is_some_and(|member| member.quiet && leads(member.node())) {
            self.outbox.send(from, group, Item::Awake(term), false);
        }
    }

    /// The leader of a quiet group is not quiet, or does not lead.
    pub(super) fn on_awake(
        &mut self,
        from: NodeId,
        group: GroupId,
        term: Term,
        turn: &mut HostTurn<'_, A>,
    ) {
        let follows = |node: &Node<A>| node.leader == Some(from) && node.term == term;
        if self.members.get(&group).is_some_and(|member| follows(member.node())) {
            self.wake(group, Waking::NotQuiet, turn);
        }
    }
}

impl<P: Payload> Node<P> {
    /// Nothing waits for the disk, and nothing else is under way.
    fn is_settled(&self) -> bool {
        let disk = &self.disk;
        let written = disk.issued == disk.landed && !disk.dirty && disk.seal.is_none();
        written && self.incoming.is_none()
    }

    /// A follower whose log ends with that entry. A read that it has asked the leader about keeps nobody
    /// awake: the answer wakes it, and if the question was lost there is none.
    fn holds_exactly(&self, last: EntryId) -> bool {
        self.role == Role::Follower && self.is_settled() && self.log.last() == last
    }

    /// A leader that has nothing to do, and whose followers all have everything.
    fn could_rest(&self) -> bool {
        let last = self.log.last().index;
        let members = self.members();
        let whole = !members.is_joint()
            && members.wanted.is_none()
            && members.returned.iter().all(|returned| !returned.voter);
        let has_all = |(node, progress): &(NodeId, super::super::progress::Progress<P>)| {
            self.relies_on(*node, progress)
                && progress.matched == last
                && progress.told == last
                && matches!(progress.stage, Stage::Replicate)
                && progress.round + ROUNDS_OPEN >= self.leading.round
        };
        self.role == Role::Leader
            && self.is_settled()
            && whole
            && (self.commit, self.applied, self.leading.stored) == (last, last, last)
            && self.leading.transfer.is_none()
            && self.reading.waits() == 0
            && self.leading.progress.iter().all(has_all)
    }

    /// Goes on after quiet time; a follower has heard of its leader's machine until then.
    fn rouse(&mut self, heard: Option<Time>, turn: &mut NodeTurn<'_, P>) {
        if self.role == Role::Leader {
            for (_, progress) in &mut self.leading.progress {
                progress.active = true;
            }
            if self.config.check_quorum {
                turn.arm(Timer::Quorum, self.config.election.0);
            }
            self.ring(Timer::Heartbeat, turn);
            return;
        }
        self.heard_at = self.heard_at.max(heard);
        self.waits.0 = heard.map_or(self.waits.0, |heard| self.waits.0.max(heard));
        let rest = (self.waits.0 + self.waits.1).since(turn.now);
        turn.arm(Timer::Election, rest);
    }
}

/// A leader may fall quiet while so many rounds of heartbeats are on their way.
const ROUNDS_OPEN: u64 = 8;
