//! One bad day of a Raft cluster, made of a seed: who is there, what breaks, and what must hold.

mod weather;

use std::collections::BTreeMap;
use std::sync::Arc;

use shardlab::base::{NodeId, Rng, Span, Spread, Time};
use shardlab::check::raft::{Laws, Sometimes};
use shardlab::machine::RequestId;
use shardlab::raft::bug::Bugs;
use shardlab::raft::machine::{Reply, Request};
use shardlab::raft::{Body, Config, Index, Membership, Message, Role};
use shardlab::sim::{DiskProfile, Event, Fault, Kind, LinkProfile, Power, World};

use super::replica::{Numbers, Order, Replica, Sum};

/// After the last fault a cluster whose nodes all run commits within this time.
pub(crate) const PROGRESS_WITHIN: Span = Span::seconds(5);

/// A day of more events than this is a storm: a calm one has a few thousand.
const EVENTS_MAX: u32 = 300_000;

/// What came of a day.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) broken: Vec<String>,
    pub(crate) sometimes: Sometimes,
    /// Reads that were answered, and of these on a follower.
    pub(crate) reads: u32,
    pub(crate) follower_reads: u32,
    pub(crate) torn: u32,
    pub(crate) full: u32,
    pub(crate) wiped: u32,
    pub(crate) corrupted: u32,
    /// More disks were lost than the protocol bears.
    pub(crate) beyond: bool,
    /// Times that a leader lost its followers one after the other while one of them stood.
    pub(crate) isolated: u32,
    /// Times that a snapshot was broken off, and that a piece of it came again late.
    pub(crate) broken_off: u32,
    pub(crate) late_pieces: u32,
    /// Times that the power went while a start was written.
    pub(crate) fell_again: u32,
    /// Nodes that stayed away while the others had to go on.
    pub(crate) away: u32,
    pub(crate) events: u32,
    pub(crate) hash: u64,
}

pub(crate) struct Day {
    world: World<Replica>,
    rng: Rng,
    laws: Laws,
    out: Vec<Event<Replica>>,
    /// What all have agreed on at a place.
    sums: BTreeMap<Index, (NodeId, Sum)>,
    /// The greatest place that anybody has committed.
    committed: Index,
    /// Reads under way, and what was committed when they were asked.
    reads: BTreeMap<RequestId, Index>,
    /// Nodes whose disk lies, and which must not fall therefore.
    liar: Option<NodeId>,
    lease: bool,
    /// Disks are lost without a thought of how many can be borne.
    reckless: bool,
    /// Nodes whose disk was full.
    filled: Vec<NodeId>,
    /// The longest wait between two things that happen, in milliseconds.
    pace: u64,
    outcome: Outcome,
}

impl Day {
    pub(crate) fn new(seed: u64, bugs: Bugs) -> Self {
        let mut rng = Rng::derive(seed, 77);
        let voters = [3, 5, 7][rng.below(3) as usize];
        let spares = rng.below(3) as u32;
        let check_quorum = rng.chance(700_000);
        let lease = check_quorum && rng.chance(500_000);
        let mut config = Config {
            members: Arc::new(Membership::of((0..voters).map(NodeId))),
            pre_vote: rng.chance(700_000),
            check_quorum,
            lease: lease.then_some(Span::millis(120)),
            window: rng.between(1, 8) as u32,
            window_bytes: rng.between(100, 2_000),
            append_bytes: rng.between(20, 400),
            piece_bytes: if rng.chance(500_000) { 100 } else { rng.between(50, 2_000) },
            kept: rng.below(20),
            bugs,
            ..Config::default()
        };
        if rng.chance(200_000) {
            config.uncommitted_bytes = 100;
        }
        assert_eq!(config.check(), Ok(()));
        let first = Arc::new(config);
        let spare = Arc::new(Config { members: Arc::default(), ..(*first).clone() });
        let mut world = World::new(seed, LinkProfile::default());
        let mut out = Vec::new();
        for node in 0..voters + spares {
            let config = if node < voters { &first } else { &spare };
            world.add(u64::from(node), config.clone(), DiskProfile::default());
        }
        for node in 0..voters + spares {
            world.start(NodeId(node), &mut out);
        }
        let liar = rng.chance(150_000).then(|| NodeId(rng.below(u64::from(voters)) as u32));
        if let Some(liar) = liar {
            let lie = Some(Span::millis(50));
            world.set_disk(liar, DiskProfile { lie, ..DiskProfile::default() }, &mut out);
        }
        let reckless = rng.chance(150_000);
        let pace = if rng.chance(300_000) { 15 } else { 120 };
        if rng.chance(200_000) {
            // One disk is slow from the first election on.
            let slow = NodeId(rng.below(u64::from(voters)) as u32);
            let sync = Spread::Constant(Span::millis(rng.between(50, 2_000)));
            let lie = world.disk(slow).lie;
            world.set_disk(slow, DiskProfile { sync, lie, ..DiskProfile::default() }, &mut out);
        }
        Self {
            world,
            rng,
            laws: Laws::new(),
            out,
            sums: BTreeMap::new(),
            committed: Index(0),
            reads: BTreeMap::new(),
            liar,
            lease,
            reckless,
            filled: Vec::new(),
            pace,
            outcome: Outcome::default(),
        }
    }

    fn len(&self) -> u32 {
        self.world.len() as u32
    }

    fn node(&mut self) -> NodeId {
        NodeId(self.rng.below(u64::from(self.len())) as u32)
    }

    fn some(&mut self) -> Vec<NodeId> {
        (0..self.len()).map(NodeId).filter(|_| self.rng.chance(400_000)).collect()
    }

    /// What memory holds the disk holds, once nothing is on its way to an honest disk.
    fn check_disk(&mut self, node: NodeId) {
        if self.liar == Some(node) || self.world.unsafe_writes(node) > 0 {
            return;
        }
        let (Some(replica), Some(disk)) = (self.world.machine(node), self.world.durable(node))
        else {
            return;
        };
        let (memory, raft) = (replica.node.log(), &replica.node);
        if raft.is_sealed() {
            // What came after a start waits for it to land, and has not been ordered.
            return;
        }
        if (memory.base(), memory.last()) != (disk.log.base(), disk.log.last())
            || disk.hard.term != raft.term()
            || disk.replica != Some(raft.replica())
        {
            let (is, has) = (memory.last(), disk.log.last());
            self.outcome.broken.push(format!("{node}: memory ends at {is}, the disk at {has}"));
        }
    }

    /// What a node says in a term, its disk has: a crash must not take back a term that others rely on.
    fn check_term(&mut self, node: NodeId, message: &Message<Numbers>) {
        let binds = !matches!(
            message.body,
            Body::RequestVote { pre: true, .. } | Body::Vote { pre: true, .. }
        );
        let Some(disk) = self.world.durable(node) else { return };
        let has = disk.hard.term.max(disk.log.last().term);
        if binds && self.liar != Some(node) && has < message.term {
            let (said, kind) = (message.term.0, message.kind());
            let words = format!("{node} says {kind} in term {said}, its disk has term {}", has.0);
            self.outcome.broken.push(words);
        }
    }

    /// Reads what has happened.
    fn digest(&mut self) {
        for event in std::mem::take(&mut self.out) {
            match &event.kind {
                Kind::Noted(note) => {
                    self.laws.read(event.at, event.seq, event.node, note);
                    if let shardlab::raft::Note::Committed { upto, .. } = note {
                        self.committed = self.committed.max(*upto);
                    }
                }
                Kind::Fault(Fault::Started) => self.laws.started(event.node),
                Kind::Fault(Fault::Torn { .. }) => self.outcome.torn += 1,
                Kind::Fault(Fault::Wiped) => {
                    self.outcome.wiped += 1;
                    self.laws.wiped(event.node);
                }
                Kind::Fault(Fault::Corrupted) => self.outcome.corrupted += 1,
                Kind::Replied { id, reply } => self.answered(*id, reply, event.node),
                Kind::Landed { .. } => self.check_disk(event.node),
                Kind::Sent { message, .. } => self.check_term(event.node, message),
                _ => {}
            }
            if let Some(replica) = self.world.machine(event.node) {
                let here = (event.node, replica.sum);
                let there = *self.sums.entry(replica.node.applied()).or_insert(here);
                if there.1 != here.1 {
                    let index = replica.node.applied().0;
                    self.outcome
                        .broken
                        .push(format!("states differ at {index}: {here:?} {there:?}"));
                }
            }
        }
    }

    fn answered(&mut self, id: RequestId, reply: &Reply, node: NodeId) {
        let (Some(needed), Reply::ReadAt(index)) = (self.reads.remove(&id), reply) else { return };
        self.outcome.reads += 1;
        let leads = self.world.machine(node).is_some_and(|it| it.node.role() == Role::Leader);
        self.outcome.follower_reads += u32::from(!leads);
        if *index < needed {
            let words = format!(
                "a read at {node} is answered at {}, and {} was committed when it was asked",
                index.0, needed.0
            );
            self.outcome.broken.push(words);
        }
    }

    fn run(&mut self, span: Span) {
        let until = self.world.now() + span;
        while self.world.due().is_some_and(|due| due <= until) {
            if self.world.seq() > EVENTS_MAX {
                self.stormed();
                return;
            }
            self.world.step(&mut self.out);
            self.digest();
        }
        self.world.wait(until);
    }

    /// Nodes keep each other busy without an end.
    fn stormed(&mut self) {
        if self.outcome.broken.last().is_none_or(|it| !it.starts_with("a storm")) {
            let flights: Vec<String> =
                self.world.flights().take(5).map(|flight| format!("{flight:?}")).collect();
            self.outcome.broken.push(format!("a storm: {flights:#?}"));
        }
    }

    fn leaders(&self) -> Vec<NodeId> {
        let leads = |node: &NodeId| {
            self.world.machine(*node).is_some_and(|it| it.node.role() == Role::Leader)
        };
        (0..self.len()).map(NodeId).filter(leads).collect()
    }

    fn ask(&mut self, node: NodeId, order: Order) {
        let is_read = matches!(order, Order::Raft(Request::Read { .. }));
        if self.world.power(node) == Power::Down {
            return;
        }
        // What was committed before it was asked; the answer may come at once.
        self.digest();
        let needed = self.committed;
        let mut out = Vec::new();
        let id = self.world.request(node, order, &mut out);
        if is_read {
            self.reads.insert(id, needed);
        }
        self.out.append(&mut out);
        self.digest();
    }

    fn write(&mut self) {
        for leader in self.leaders() {
            let count = self.rng.between(1, 5);
            let commands = (0..count).map(|_| self.rng.bits() as u32).collect();
            self.ask(leader, Order::Raft(Request::Propose(commands)));
        }
    }

    /// Plays the day to its end.
    pub(crate) fn play(mut self, faults: u32) -> Outcome {
        self.digest();
        self.run(Span::millis(400));
        for _ in 0..faults {
            self.happen();
            for _ in 0..self.rng.below(5) {
                self.write();
                if self.rng.chance(600_000) {
                    let (node, lease) = (self.node(), self.rng.chance(500_000));
                    self.ask(node, Order::Raft(Request::Read { lease }));
                }
                let pause = self.rng.between(1, self.pace);
                self.run(Span::millis(pause));
            }
        }
        self.mend();
        self.outcome.beyond = self.is_beyond(&[]);
        if !self.outcome.beyond && self.members_are_agreed_on() && self.rng.chance(500_000) {
            self.go_without_some();
        }
        if !self.outcome.beyond {
            self.progress(&[]);
        }
        if !self.outcome.beyond && self.outcome.broken.is_empty() {
            self.catch_up();
        }
        for violation in self.laws.violations() {
            self.outcome.broken.push(format!("{}: {violation:?}", violation.law.words()));
        }
        self.outcome.sometimes = self.laws.sometimes();
        self.outcome.events = self.world.seq();
        self.outcome.hash = self.world.hash();
        self.outcome
    }

    /// A disk may be lost while all others that matter are whole, or on any day without a thought.
    fn may_lose(&self, node: NodeId) -> bool {
        self.liar.is_none() && (self.reckless || !self.is_beyond_without(&[node], 1))
    }

    /// True if more disks are lost, or away, than the protocol bears: then nothing wrong is committed,
    /// but nothing new need be either.
    fn is_beyond(&self, away: &[NodeId]) -> bool {
        self.is_beyond_without(away, 0)
    }

    /// The same without some more, with so many to spare.
    fn is_beyond_without(&self, without: &[NodeId], spare: usize) -> bool {
        let holds = |node: NodeId, replica| {
            !without.contains(&node)
                && self.world.durable(node).is_some_and(|disk| {
                    let found = disk.recover();
                    !found.lost && found.durable.replica == Some(replica)
                })
        };
        let nodes = (0..self.len()).map(NodeId);
        nodes.filter_map(|node| self.world.machine(node)).any(|replica| {
            let members = replica.node.members();
            [&members.voters, &members.outgoing].into_iter().any(|voters| {
                let whole =
                    voters.iter().filter(|node| holds(**node, members.replica_of(**node))).count();
                2 * whole <= voters.len() + spare && !voters.is_empty()
            })
        })
    }

    /// True if nobody's log has members that are not committed. Such members can tie a candidate to nodes
    /// that are away, or that have heard a later leader as learners and may not stand themselves.
    fn members_are_agreed_on(&self) -> bool {
        let nodes = (0..self.len()).filter_map(|node| self.world.machine(NodeId(node)));
        nodes.into_iter().all(|it| it.node.members_since() <= self.committed)
    }

    /// As many nodes as can be borne stay away, and the others go on.
    fn go_without_some(&mut self) {
        let mut away: Vec<NodeId> = Vec::new();
        let first = self.rng.below(u64::from(self.len())) as u32;
        for node in (0..self.len()).map(|node| NodeId((node + first) % self.len())) {
            away.push(node);
            if self.liar == Some(node) || self.is_beyond(&away) {
                away.pop();
            }
        }
        for node in &away {
            self.world.crash(*node, &mut self.out);
        }
        self.digest();
        self.outcome.away += away.len() as u32;
        self.progress(&away);
        for node in &away {
            self.world.start(*node, &mut self.out);
        }
        self.digest();
    }

    /// A healed cluster commits what is new within the stated time.
    fn progress(&mut self, away: &[NodeId]) {
        let before = self.committed;
        let until = self.world.now() + PROGRESS_WITHIN;
        let mut committed_at = Time::NEVER;
        while self.world.now() < until && self.world.seq() <= EVENTS_MAX {
            self.write();
            self.run(Span::millis(50));
            // One entry of a new leader and one command at least.
            if self.committed.0 > before.0 + 2 {
                committed_at = self.world.now();
                break;
            }
        }
        if committed_at == Time::NEVER && self.is_beyond(away) {
            // A change of members that came late relies on a lost disk.
            self.outcome.beyond = true;
        } else if committed_at == Time::NEVER {
            let (gone, roles) = (away.len(), self.roles());
            let words = format!("no progress after the last fault without {gone}: {roles:#?}");
            self.outcome.broken.push(words);
        }
    }

    /// Every member of a healed cluster gets what is committed within the stated time.
    fn catch_up(&mut self) {
        let committed = self.committed;
        let until = self.world.now() + PROGRESS_WITHIN;
        while self.world.now() < until && self.world.seq() <= EVENTS_MAX {
            self.run(Span::millis(50));
            let leader = self.leaders().pop().and_then(|leader| self.world.machine(leader));
            let behind = |node: NodeId| {
                self.world.machine(node).is_none_or(|it| it.node.applied() < committed)
            };
            if leader.is_some_and(|it| !it.node.members().everybody().any(behind)) {
                return;
            }
        }
        if self.is_beyond(&[]) {
            self.outcome.beyond = true;
        } else {
            let roles = self.roles();
            self.outcome.broken.push(format!("somebody stays behind {}: {roles:#?}", committed.0));
        }
    }

    /// How all stand, for a report.
    fn roles(&self) -> Vec<String> {
        let nodes = (0..self.len()).filter_map(|node| self.world.machine(NodeId(node)));
        let told = |it: &Replica| {
            let node = &it.node;
            let (last, incoming) = (node.log().last(), node.incoming());
            format!(
                "{:?} {:?} {} last {last} commit {} {:?} {incoming:?}",
                node.replica(),
                node.role(),
                node.term().0,
                node.commit().0,
                node.members()
            )
        };
        nodes.map(told).collect()
    }
}
