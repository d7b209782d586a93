//! One bad day of a Raft cluster, made of a seed: who is there, what breaks, and what must hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use shardlab::base::{NodeId, Rng, Span, Spread, Time};
use shardlab::check::raft::{Laws, Sometimes};
use shardlab::machine::RequestId;
use shardlab::raft::bug::Bugs;
use shardlab::raft::machine::{Reply, Request};
use shardlab::raft::{Body, Config, Index, Membership, Message, Role};
use shardlab::sim::{
    Change, Cut, DiskProfile, Event, Fault, Flight, Kind, LinkProfile, Meddling, Power, Rule, Side,
    World,
};

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

    /// Something happens that a cluster must bear, or an operator wants something.
    fn happen(&mut self) {
        let node = self.node();
        let everybody = || Side::AllBut(vec![]);
        match self.rng.below(31) {
            0 | 1 => {
                let left = Side::These(self.some());
                let Side::These(nodes) = &left else { return };
                let right = Side::AllBut(nodes.clone());
                let one_way = self.rng.chance(300_000);
                self.world.cut(Cut { left, right, one_way }, &mut self.out);
            }
            2 => {
                let (left, right) = (Side::These(vec![node]), Side::These(self.some()));
                self.world.cut(Cut { left, right, one_way: true }, &mut self.out);
            }
            3 | 4 => self.world.heal(&mut self.out),
            5 | 6 if self.liar != Some(node) => {
                if self.rng.chance(400_000) {
                    self.world.loosen(node, &mut self.out);
                }
                self.world.crash(node, &mut self.out);
            }
            7 | 8 => self.world.start(node, &mut self.out),
            9 => self.world.pause(node, &mut self.out),
            10 => self.world.resume(node, &mut self.out),
            11 => {
                let change = Change {
                    loss: Some(self.rng.below(200_000) as u32),
                    duplicate: Some(self.rng.below(200_000) as u32),
                    reorder: Some(self.rng.below(300_000) as u32),
                    slow: Some(self.rng.between(50, 1_000) as u32),
                    ..Change::default()
                };
                self.world.rule(Rule { from: everybody(), to: everybody(), change }, &mut self.out);
            }
            12 => {
                let sync = Spread::Uniform(Span::ZERO, Span::millis(self.rng.between(1, 60)));
                let lie = self.world.disk(node).lie;
                let slow = DiskProfile { sync, lie, ..DiskProfile::default() };
                self.world.set_disk(node, slow, &mut self.out);
            }
            13 | 14 => {
                let mut voters = self.some();
                let learners: Vec<NodeId> =
                    self.some().into_iter().filter(|it| !voters.contains(it)).collect();
                if self.rng.chance(300_000) {
                    // Nobody may be left: that is refused.
                    voters.retain(|it| !learners.contains(it));
                }
                for leader in self.leaders() {
                    let order = Request::Members(voters.clone(), learners.clone());
                    self.ask(leader, Order::Raft(order));
                }
            }
            15 => {
                for leader in self.leaders() {
                    self.ask(leader, Order::Raft(Request::Transfer(node)));
                }
            }
            16 | 17 => self.ask(node, Order::Compact),
            18 => self.ask(node, Order::Raft(Request::Campaign)),
            // An empty or damaged disk, found at the next start.
            19 if self.may_lose(node) => {
                self.world.wipe(node, &mut self.out);
            }
            20 | 21 if self.may_lose(node) => {
                self.world.corrupt(node, &mut self.out);
                if self.rng.chance(500_000) {
                    self.world.crash(node, &mut self.out);
                    self.world.start(node, &mut self.out);
                }
            }
            // The next write fails, and the node is off until there is room and somebody starts it.
            28 if self.liar != Some(node) => {
                let full = DiskProfile { size: Some(0), ..DiskProfile::default() };
                self.world.set_disk(node, full, &mut self.out);
                self.filled.push(node);
                self.outcome.full += 1;
            }
            22 | 23 => self.isolate(),
            24 | 25 => self.break_off(),
            26 | 27 if self.may_lose(node) => self.fall_again(node),
            _ if self.lease && self.rng.chance(500_000) => {
                // Leases bear clocks that differ by less than their margin.
                let drift = self.rng.between(0, 40_000) as i32 - 20_000;
                self.world.drift(node, drift, &mut self.out);
            }
            _ => {
                let (from, to) = (node, self.node());
                let what = match self.rng.below(3) {
                    0 => Meddling::Drop,
                    1 => Meddling::Double,
                    _ => Meddling::Delay(Span::millis(400)),
                };
                self.world.meddle(from, to, 0, what, &mut self.out);
            }
        }
        self.digest();
    }

    /// A leader is no longer heard by those whom it does not need; once they have noticed, it is cut off
    /// from one that it needs, which is told to stand at that very moment.
    fn isolate(&mut self) {
        let Some(leader) = self.leaders().pop() else { return };
        let Some(replica) = self.world.machine(leader) else { return };
        let mut others = replica.node.members().voters.clone();
        others.retain(|node| *node != leader);
        if others.is_empty() {
            return;
        }
        let first = self.rng.below(others.len() as u64) as usize;
        others.rotate_left(first);
        let stands = others[0];
        let deaf = others[others.len() - others.len() / 2..].to_vec();
        self.world.heal(&mut self.out);
        for node in others.iter().copied() {
            self.world.start(node, &mut self.out);
            self.world.resume(node, &mut self.out);
        }
        let pause = self.rng.between(20, 200);
        self.run(Span::millis(pause));
        let (left, right) = (Side::These(vec![leader]), Side::These(deaf));
        let one_way = self.rng.chance(500_000);
        self.world.cut(Cut { left, right, one_way }, &mut self.out);
        for _ in 0..self.rng.between(5, 20) {
            self.write();
            self.run(Span::millis(25));
        }
        let (left, right) = (Side::These(vec![leader]), Side::These(vec![stands]));
        self.world.cut(Cut { left, right, one_way: false }, &mut self.out);
        self.ask(stands, Order::Raft(Request::Campaign));
        self.outcome.isolated += 1;
        for _ in 0..self.rng.between(5, 25) {
            let pause = self.rng.between(1, 10);
            self.run(Span::millis(pause));
            self.write();
            for node in self.leaders() {
                self.ask(node, Order::Raft(Request::Read { lease: true }));
            }
        }
    }

    /// A follower falls behind until it needs a snapshot. In the middle of that its leader goes, or it
    /// falls itself and hears a piece of before again.
    fn break_off(&mut self) {
        let (node, Some(leader)) = (self.node(), self.leaders().pop()) else { return };
        if node == leader || self.liar == Some(node) || self.liar == Some(leader) {
            return;
        }
        self.world.crash(node, &mut self.out);
        for _ in 0..self.rng.between(3, 12) {
            self.write();
            let pause = self.rng.between(1, 30);
            self.run(Span::millis(pause));
        }
        self.ask(leader, Order::Compact);
        self.world.start(node, &mut self.out);
        let late = self.rng.chance(500_000);
        let mut doubled = false;
        for _ in 0..100 {
            doubled |= late && !doubled && self.double_first_piece(leader, node);
            let incoming = self.world.machine(node).and_then(|it| it.node.incoming());
            let enough = if late { 100 * self.rng.between(1, 6) } else { 0 };
            if incoming.is_none_or(|it| it.offset < enough) {
                self.run(Span::micros(700));
                continue;
            }
            self.outcome.broken_off += 1;
            if late {
                self.world.crash(node, &mut self.out);
                let down = self.rng.between(1, 150);
                self.run(Span::millis(down));
                self.world.start(node, &mut self.out);
            } else if self.rng.chance(500_000) {
                self.world.crash(leader, &mut self.out);
            } else {
                let (left, right) = (Side::These(vec![leader]), Side::AllBut(vec![leader]));
                self.world.cut(Cut { left, right, one_way: false }, &mut self.out);
            }
            break;
        }
        self.digest();
    }

    /// A majority has just got what the others lack when a disk of it is damaged. It is slow, and the power
    /// goes once more while a start writes anew what is left of it: of what is under way some is lost and
    /// some is kept. Then one of those who lack something stands.
    fn fall_again(&mut self, node: NodeId) {
        let Some(leader) = self.leaders().pop().filter(|leader| *leader != node) else { return };
        let Some(replica) = self.world.machine(leader) else { return };
        let mut behind = replica.node.members().voters.clone();
        let lack = behind.len() / 2;
        behind.retain(|other| *other != leader && *other != node);
        behind.truncate(lack);
        self.world.heal(&mut self.out);
        let (left, right) = (Side::These(behind.clone()), Side::AllBut(behind.clone()));
        self.world.cut(Cut { left, right, one_way: false }, &mut self.out);
        for _ in 0..self.rng.between(1, 6) {
            self.write();
            self.run(Span::millis(25));
        }
        let sync = Spread::Constant(Span::millis(self.rng.between(20, 100)));
        self.world.set_disk(node, DiskProfile { sync, ..DiskProfile::default() }, &mut self.out);
        self.world.corrupt(node, &mut self.out);
        self.world.crash(node, &mut self.out);
        self.world.start(node, &mut self.out);
        let pause = self.rng.between(1, 60);
        self.run(Span::millis(pause));
        self.world.loosen(node, &mut self.out);
        let pause = self.rng.between(1, 60);
        self.run(Span::millis(pause));
        self.world.crash(node, &mut self.out);
        if self.rng.chance(700_000) {
            self.world.crash(leader, &mut self.out);
        }
        self.world.heal(&mut self.out);
        self.world.start(node, &mut self.out);
        if let Some(first) = behind.first() {
            self.ask(*first, Order::Raft(Request::Campaign));
        }
        self.outcome.fell_again += 1;
    }

    /// The first piece of a snapshot comes a second time, and late.
    fn double_first_piece(&mut self, leader: NodeId, node: NodeId) -> bool {
        let between = |flight: &Flight| flight.from == leader && flight.to == node;
        let mut flights: Vec<_> =
            self.world.flights().filter(|(flight, _)| between(flight)).collect();
        flights.sort_by_key(|(flight, _)| flight.due);
        let first = |message: &Message<Numbers>| {
            matches!(message.body, Body::InstallSnapshot { offset: 0, whole: None, .. })
        };
        let Some(place) = flights.iter().position(|(_, message)| first(message)) else {
            return false;
        };
        let late = Meddling::Delay(Span::millis(self.rng.between(20, 300)));
        let out = &mut self.out;
        self.world.meddle(leader, node, place, Meddling::Double, out);
        self.world.meddle(leader, node, place, late, out);
        self.outcome.late_pieces += 1;
        true
    }

    /// Everybody runs, every link and every disk is well.
    fn mend(&mut self) {
        self.world.heal(&mut self.out);
        let well = LinkProfile::default();
        let change = Change {
            loss: Some(well.loss),
            duplicate: Some(well.duplicate),
            reorder: Some(well.reorder),
            slow: Some(well.slow),
            ..Change::default()
        };
        let (from, to) = (Side::AllBut(vec![]), Side::AllBut(vec![]));
        self.world.rule(Rule { from, to, change }, &mut self.out);
        for node in std::mem::take(&mut self.filled) {
            // A write may have failed of which the node has not heard yet.
            self.world.crash(node, &mut self.out);
        }
        for node in (0..self.len()).map(NodeId) {
            self.world.set_disk(node, DiskProfile::default(), &mut self.out);
            self.world.resume(node, &mut self.out);
            self.world.start(node, &mut self.out);
        }
        self.digest();
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
