//! Many Raft groups on one machine.
//!
//! The problem: a sharded store has thousands of Raft groups on a handful of machines. If each group
//! saved, sent and woke up for itself, a machine would sync its disk thousands of times for what fits
//! into one write, and heartbeats of idle groups would be most of the traffic.
//!
//! The idea: a [`Host`] runs the groups' [`Node`]s and does nothing of what they say at once. It
//! collects it, and at the end of the turn:
//!
//! ```text
//!   group 1 ─┐  sends ───────────▶ one envelope a peer        leaves now
//!   group 2 ─┼▶ writes ──────────▶ one write, one sync
//!   group 3 ─┘  promises ────────▶ one envelope a peer        leaves once that write has landed
//!               alarms ──────────▶ one alarm, for the earliest
//! ```
//!
//! Heartbeats are due at multiples of the heartbeat interval on the machine's own clock, so all groups
//! that a machine leads beat in the same turn and share an envelope. An idle group falls quiet: it has no
//! alarm and sends nothing, and its machines vouch for it (`quiet`).
//!
//! **A merged write is safe by construction.** Each part belongs to one group and is that group's own
//! write. Power that fails in the middle leaves some parts whole, at most one torn as its group's
//! write alone can be torn, and nothing of the rest: for each group that is a crash it can have alone.
//!
//! **Chance.** The stream of a group is derived from the machine's, the group's number and the moment of
//! the start, so another group on the machine changes no draw of this one, and no two starts draw alike.
//! (Groups still share a disk and wires: where these have a bandwidth or a random delay, times differ.)
//!
//! **Replicas.** A replica that is destroyed leaves a tombstone. It tells a leader that still counts on
//! the replica that its log is gone; and if the group comes back to this machine, it does so as another
//! replica, which the leader must let in first (`readmit`).
//!
//! What differs from the products: CockroachDB merges heartbeats and lets ranges fall quiet by the
//! liveness of nodes; TiKV lets regions hibernate; both decide by a record that all share. Here two
//! machines compare a sum of what they believe to be quiet with every pulse.
//!
//! **Invariant:** a group behaves as its node would on a machine of its own, but for heartbeats that
//! come up to one interval early and quorum checks up to one interval late.

mod alarm;
mod disk;
mod machine;
mod message;
mod outbox;
mod quiet;
#[cfg(test)]
mod tests;

pub use disk::{Change, Durable, Tombstone, Write};
pub use message::{Envelope, Item, Note, Pulse, Reply, Request, Timer, Waking};

pub use super::app::App;
use super::app::Replica;
use super::config::Config as RaftConfig;
use super::entry_id::EntryId;
use super::machine::Reply as RaftReply;
use super::membership::ReplicaId;
use super::node::{Node, NodeTurn};
use super::{Durable as RaftDurable, Membership};
use crate::base::hash::mix;
use crate::base::vec_map::VecMap;
use crate::base::{Rng, Span, Time};
use crate::machine::{Effect, RequestId, Turn};
use alarm::Alarms;
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use outbox::Outbox;
use quiet::Peers;

/// The number of a group, unique among all machines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(pub u32);

/// How a host is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// The groups that it is a member of from the beginning.
    pub groups: Vec<(GroupId, Arc<Membership>)>,
    /// How the groups are set up, but for their members.
    pub raft: RaftConfig,
    /// Where the chance of its groups comes from: it belongs to the run and the machine.
    pub chance: u64,
    /// How long the host collects writes and messages before it lets them go; zero for the end of each
    /// turn.
    pub linger: Span,
    /// A group falls quiet after so many heartbeats with nothing to do; never if zero.
    pub quiet_after: u32,
    /// The log of a group becomes a snapshot at so many bytes.
    pub log_bytes: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            groups: Vec::new(),
            raft: RaftConfig::default(),
            chance: 0,
            linger: Span::ZERO,
            quiet_after: 8,
            log_bytes: 1 << 20,
        }
    }
}

/// One group's replica on this machine.
#[derive(Clone, Debug)]
pub struct Member<A: App> {
    replica: Replica<A>,
    rng: Rng,
    /// Tells it from earlier replicas of the group on this machine.
    birth: u32,
    /// It is quiet.
    quiet: bool,
    /// Heartbeats in a row with nothing to do, and the last entry at the last of them.
    idle: u32,
    last: EntryId,
}

impl<A: App> Member<A> {
    /// Its Raft node.
    #[must_use]
    pub fn node(&self) -> &Node<A> {
        self.replica.node()
    }

    /// What its log has led to.
    #[must_use]
    pub fn state(&self) -> &A::State {
        self.replica.state()
    }

    /// True if it is quiet.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }
}

/// The machine.
#[derive(Clone, Debug)]
pub struct Host<A: App> {
    config: Arc<Config>,
    /// Tells this start of the host from any other.
    life: u64,
    members: VecMap<GroupId, Box<Member<A>>>,
    tombstones: VecMap<GroupId, Tombstone>,
    /// Replicas that were begun since the start.
    births: u32,
    alarms: Alarms,
    peers: Peers,
    outbox: Outbox<A>,
    /// Room for what a node says, kept from turn to turn.
    room: Vec<Effect<Node<A>>>,
}

type HostTurn<'a, A> = Turn<'a, Host<A>>;

impl<A: App> Host<A> {
    /// Starts all groups from what survived.
    fn start(config: &Arc<Config>, durable: &Durable<A>, turn: &mut HostTurn<'_, A>) -> Self {
        let life = Rng::derive(config.chance, turn.now.0).bits();
        let mut host = Self {
            config: config.clone(),
            life,
            members: VecMap::new(),
            tombstones: durable.tombstones.clone(),
            births: 0,
            alarms: Alarms::new(config.raft.heartbeat),
            peers: Peers::default(),
            outbox: Outbox::default(),
            room: Vec::new(),
        };
        host.alarms.begin(turn.now);
        for (group, members) in &config.groups {
            if !durable.groups.contains_key(group) && !durable.tombstones.contains_key(group) {
                host.begin(*group, members.clone(), &durable.fresh(), turn);
            }
        }
        for (group, kept) in durable.groups.iter() {
            let founders = config.groups.iter().find(|(founded, _)| founded == group);
            let members = kept.members.as_ref().or(founders.map(|(_, members)| members));
            // Without members it is what a crash has left of a replica that was being created.
            if let Some(members) = members {
                host.begin(*group, members.clone(), &kept.disk, turn);
            }
        }
        host.end(turn);
        host
    }

    /// Starts the replica of a group.
    fn begin(
        &mut self,
        group: GroupId,
        members: Arc<Membership>,
        disk: &RaftDurable<A>,
        turn: &mut HostTurn<'_, A>,
    ) {
        let config = Arc::new(RaftConfig { members, ..self.config.raft.clone() });
        let mut rng = Rng::derive(mix(self.config.chance ^ u64::from(group.0)), turn.now.0);
        let mut effects = core::mem::take(&mut self.room);
        let node = {
            let mut inner = Turn::new(turn.id, turn.now, &mut rng, &mut effects);
            (inner.wall, inner.landed) = (turn.wall, turn.landed);
            Node::start(&config, disk, &mut inner)
        };
        self.births += 1;
        let member = Member {
            replica: Replica::new(node, A::fresh(), A::Rules::default()),
            rng,
            birth: self.births,
            quiet: false,
            idle: 0,
            last: EntryId::default(),
        };
        self.members.insert(group, Box::new(member));
        self.take(group, effects, turn);
        self.run(group, turn, |_, _| {});
    }

    /// The replica of a group.
    #[must_use]
    pub fn member(&self, group: GroupId) -> Option<&Member<A>> {
        self.members.get(&group).map(|member| &**member)
    }

    /// All replicas.
    pub fn members(&self) -> impl Iterator<Item = (GroupId, &Member<A>)> {
        self.members.iter().map(|(group, member)| (*group, &**member))
    }

    // --- One group's part of a turn --------------------------------------------------------------

    /// Lets the replica of a group do something, applies what is committed by it, and collects what it
    /// says. Nothing happens if there is no such replica.
    fn run<T>(
        &mut self,
        group: GroupId,
        turn: &mut HostTurn<'_, A>,
        act: impl FnOnce(&mut Node<A>, &mut NodeTurn<'_, A>) -> T,
    ) -> Option<T> {
        let member = self.members.get_mut(&group)?;
        let mut effects = core::mem::take(&mut self.room);
        let Member { replica, rng, .. } = &mut **member;
        let mut inner = Turn::new(turn.id, turn.now, rng, &mut effects);
        (inner.wall, inner.landed) = (turn.wall, turn.landed);
        // One write for what is done and what comes of it.
        replica.node_mut().hold();
        let result = act(replica.node_mut(), &mut inner);
        replica.restore();
        while replica.apply().is_some() {}
        replica.compact_beyond(self.config.log_bytes, &mut inner);
        replica.node_mut().release(&mut inner);
        while let Some((asked, index)) = replica.node_mut().next_read() {
            let reply = Reply::Group(index.map_or_else(RaftReply::Refused, RaftReply::ReadAt));
            self.outbox.reply(RequestId(asked as u32), reply);
        }
        self.take(group, effects, turn);
        Some(result)
    }

    /// Collects what a replica says. What it says after a write leaves after the merged one.
    fn take(
        &mut self,
        group: GroupId,
        mut effects: Vec<Effect<Node<A>>>,
        turn: &mut HostTurn<'_, A>,
    ) {
        let mut behind = false;
        let birth = self.members.get(&group).map_or(0, |member| member.birth);
        for effect in effects.drain(..) {
            match effect {
                Effect::Send { to, message } => {
                    self.outbox.send(to, group, Item::Raft(message), behind);
                }
                Effect::Save(write) => {
                    self.outbox.write(group, Change::Raft(write));
                    behind = true;
                }
                Effect::Fence => {
                    self.outbox.fence = true;
                    behind = true;
                }
                Effect::Arm { timer: super::Timer::Stored(number), .. } => {
                    self.outbox.stored(group, birth, number);
                }
                Effect::Arm { timer, after } => self.alarms.arm(group, timer, after),
                Effect::Disarm(timer) => self.alarms.disarm(group, timer),
                Effect::Note(note) if behind => self.outbox.note(Note::Raft(group, note)),
                Effect::Note(note) => turn.note(Note::Raft(group, note)),
                // A node answers nobody by itself; its owner asks it.
                Effect::Reply { .. } => {}
                Effect::Halt => self.outbox.halts = true,
            }
        }
        self.room = effects;
    }

    // --- Replicas that come and go ---------------------------------------------------------------

    /// Makes a replica of a group; false if there is one.
    fn create(
        &mut self,
        group: GroupId,
        members: &Arc<Membership>,
        turn: &mut HostTurn<'_, A>,
    ) -> bool {
        if self.members.contains_key(&group) {
            return false;
        }
        let mut rng = Rng::derive(mix(self.life ^ u64::from(group.0)), turn.now.0);
        // Who was here before has made promises that the new replica does not know of.
        let replica = match self.tombstones.remove(&group) {
            Some(tombstone) => super::readmit::another(tombstone.replica, &mut rng),
            None => ReplicaId::FIRST,
        };
        let disk = RaftDurable { replica: Some(replica), ..RaftDurable::default() };
        self.outbox.write(group, Change::Create(members.clone(), replica));
        self.begin(group, members.clone(), &disk, turn);
        true
    }

    /// Destroys the replica of a group; false if there is none.
    fn destroy(&mut self, group: GroupId, turn: &mut HostTurn<'_, A>) -> bool {
        self.forget_quiet(group);
        let Some(member) = self.members.remove(&group) else { return false };
        let tombstone = Tombstone { replica: member.node().replica() };
        self.alarms.forget(group);
        self.outbox.forget(group);
        self.tombstones.insert(group, tombstone);
        self.outbox.write(group, Change::Destroy(tombstone));
        turn.note(Note::Destroyed(group, tombstone.replica));
        true
    }

    // --- Time ------------------------------------------------------------------------------------

    /// Lets go of what the turn has collected, and sets the one alarm.
    fn end(&mut self, turn: &mut HostTurn<'_, A>) {
        self.add_pulses();
        let earliest = self.earliest();
        // Before the write: an alarm behind it would be set only once it has landed.
        self.alarms.set(earliest, turn);
        if !self.outbox.holds_back(self.config.linger, turn) {
            self.outbox.release(self.life, turn);
        }
    }

    /// When the host must wake up by itself.
    fn earliest(&mut self) -> Option<Time> {
        let members = &self.members;
        // A follower that hears its leader puts its candidacy off without an alarm.
        let stands = |group| members.get(&group).and_then(|member| member.node().stands_at());
        let alarm = self.alarms.first(stands);
        [alarm, self.peers.due(self.config.raft.election.0)].into_iter().flatten().min()
    }
}
