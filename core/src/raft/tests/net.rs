//! Nodes whose every message, alarm and write is in the hand of the test.

use super::Numbers;
use crate::base::{NodeId, Rng, Span, Time};
use crate::machine::{Effect, Turn};
use crate::raft::{
    Body, Config, Durable, Entry, EntryId, Index, Membership, Message, Node, Note, Refusal,
    ReplicaId, Role, Term, Timer, What, Write,
};
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;

pub(crate) type Said = Message<Numbers>;
type Seen = Note<Numbers>;
type NodeTurn<'a> = Turn<'a, Node<Numbers>>;

/// A write that is not on the disk yet, or a fence behind such a one, and what is said once it is there.
type Held = (Option<Write<Numbers>>, Vec<Effect<Node<Numbers>>>);

pub(crate) struct Place {
    pub(crate) node: Option<Node<Numbers>>,
    pub(crate) durable: Durable<Numbers>,
    pub(crate) applied: Vec<u32>,
    /// Reads that were decided.
    pub(crate) reads: Vec<(u64, Result<Index, Refusal>)>,
    config: Arc<Config>,
    rng: Rng,
    /// Writes wait until the test lets them land.
    slow: bool,
    held: VecDeque<Held>,
}

pub(crate) struct Net {
    pub(crate) now: Time,
    pub(crate) places: Vec<Place>,
    pub(crate) wires: VecDeque<(u32, u32, Said)>,
    pub(crate) notes: Vec<(u32, Seen)>,
    /// How many notes there were at each start of a node.
    pub(crate) starts: Vec<usize>,
    /// Messages that were delivered.
    pub(crate) delivered: usize,
    cut: Vec<(u32, u32)>,
}

pub(crate) fn mark(index: u64, term: u32) -> EntryId {
    EntryId::new(Index(index), Term(term))
}

pub(crate) fn ids(nodes: &[u32]) -> Vec<NodeId> {
    nodes.iter().copied().map(NodeId).collect()
}

impl Place {
    /// Its next start finds a quick disk.
    pub(crate) fn slow_no_more(&mut self) {
        self.slow = false;
    }
}

impl Net {
    /// So many voters, set up as usual.
    pub(crate) fn of(count: u32) -> Self {
        Self::with(count, |_| {})
    }

    /// So many voters, set up differently.
    pub(crate) fn with(count: u32, change: impl Fn(&mut Config)) -> Self {
        let members = Arc::new(Membership::of((0..count).map(NodeId)));
        Self::of_logs(&alloc::vec![&[][..]; count as usize], |config| {
            config.members = members.clone();
            change(config);
        })
    }

    /// Voters whose logs hold entries of these terms, and who are in the term of the last.
    pub(crate) fn of_logs(logs: &[&[u32]], change: impl Fn(&mut Config)) -> Self {
        let mut net = Self {
            now: Time(1_000_000),
            places: Vec::new(),
            wires: VecDeque::new(),
            notes: Vec::new(),
            starts: Vec::new(),
            delivered: 0,
            cut: Vec::new(),
        };
        for (number, terms) in logs.iter().enumerate() {
            let members = Arc::new(Membership::of((0..logs.len() as u32).map(NodeId)));
            let mut config = Config { members, ..Config::default() };
            change(&mut config);
            let mut durable = Durable::default();
            let entry = |(at, term): (usize, &u32)| {
                Entry::new(Term(*term), What::Command(*term * 100 + at as u32))
            };
            let entries: Vec<_> = terms.iter().enumerate().map(entry).collect();
            durable.log.append(&entries.into());
            durable.hard.term = Term(terms.last().copied().unwrap_or(0));
            net.add(number as u64, config, durable);
        }
        for node in 0..net.places.len() as u32 {
            net.start(node);
        }
        net
    }

    /// One more node, which is off.
    pub(crate) fn add(&mut self, name: u64, config: Config, durable: Durable<Numbers>) -> u32 {
        self.places.push(Place {
            node: None,
            durable,
            applied: Vec::new(),
            reads: Vec::new(),
            config: Arc::new(config),
            rng: Rng::derive(5, name),
            slow: false,
            held: VecDeque::new(),
        });
        self.places.len() as u32 - 1
    }

    pub(crate) fn node(&self, node: u32) -> &Node<Numbers> {
        self.places[node as usize].node.as_ref().expect("it runs")
    }

    pub(crate) fn node_mut(&mut self, node: u32) -> &mut Node<Numbers> {
        self.places[node as usize].node.as_mut().expect("it runs")
    }

    pub(crate) fn role(&self, node: u32) -> Role {
        self.node(node).role()
    }

    pub(crate) fn term(&self, node: u32) -> u32 {
        self.node(node).term().0
    }

    pub(crate) fn commit(&self, node: u32) -> u64 {
        self.node(node).commit().0
    }

    pub(crate) fn last(&self, node: u32) -> EntryId {
        self.node(node).log().last()
    }

    pub(crate) fn terms(&self, node: u32) -> Vec<u32> {
        self.node(node).log().from(Index(1)).map(|(_, entry)| entry.term.0).collect()
    }

    pub(crate) fn start(&mut self, node: u32) {
        let place = &mut self.places[node as usize];
        let mut effects = Vec::new();
        let mut turn = Turn::new(NodeId(node), self.now, &mut place.rng, &mut effects);
        place.node = Some(Node::start(&place.config, &place.durable, &mut turn));
        place.applied =
            place.durable.snapshot.as_ref().map_or_else(Vec::new, |it| it.state.clone());
        self.starts.push(self.notes.len());
        self.apply(node, effects);
    }

    /// The node falls; what is not on its disk is gone.
    pub(crate) fn crash(&mut self, node: u32) {
        let place = &mut self.places[node as usize];
        place.node = None;
        place.held.clear();
    }

    pub(crate) fn restart(&mut self, node: u32) {
        self.crash(node);
        self.start(node);
    }

    /// From now on writes of this node wait.
    pub(crate) fn slow(&mut self, node: u32) {
        self.places[node as usize].slow = true;
    }

    /// The oldest write of the node lands, and what waited at a fence for it alone is said.
    pub(crate) fn land(&mut self, node: u32) {
        let Some((write, rest)) = self.places[node as usize].held.pop_front() else { return };
        if let Some(write) = write {
            write.settle(&mut self.places[node as usize].durable);
        }
        self.apply(node, rest);
        if self.places[node as usize].held.front().is_some_and(|(write, _)| write.is_none()) {
            self.land(node);
        }
    }

    /// How many writes of a node have not landed.
    pub(crate) fn writes(&self, node: u32) -> usize {
        let held = &self.places[node as usize].held;
        held.iter().filter(|(write, _)| write.is_some()).count()
    }

    /// The writes of a node that have not landed, in order.
    pub(crate) fn take_writes(&mut self, node: u32) -> Vec<Write<Numbers>> {
        let held = core::mem::take(&mut self.places[node as usize].held);
        held.into_iter().filter_map(|(write, _)| write).collect()
    }

    /// The disk of this node is quick again.
    pub(crate) fn quick(&mut self, node: u32) {
        self.places[node as usize].slow = false;
        while !self.places[node as usize].held.is_empty() {
            self.land(node);
        }
    }

    fn apply(&mut self, node: u32, effects: Vec<Effect<Node<Numbers>>>) {
        let mut rang = None;
        let mut effects = effects.into_iter();
        while let Some(effect) = effects.next() {
            match effect {
                Effect::Send { to, message } => {
                    if !self.cut.contains(&(node, to.0)) {
                        self.wires.push_back((node, to.0, message));
                    }
                }
                Effect::Save(write) if self.places[node as usize].slow => {
                    self.places[node as usize].held.push_back((Some(write), effects.collect()));
                    break;
                }
                Effect::Fence if !self.places[node as usize].held.is_empty() => {
                    self.places[node as usize].held.push_back((None, effects.collect()));
                    break;
                }
                Effect::Save(write) => write.settle(&mut self.places[node as usize].durable),
                Effect::Arm { timer: timer @ Timer::Stored(_), .. } => rang = Some(timer),
                Effect::Note(note) => self.notes.push((node, note)),
                Effect::Arm { .. } | Effect::Disarm(_) => {}
                Effect::Fence | Effect::Reply { .. } | Effect::Halt => {}
            }
        }
        if let Some(timer) = rang {
            self.ring(node, timer);
        }
    }

    pub(crate) fn turn<T>(
        &mut self,
        node: u32,
        act: impl FnOnce(&mut Node<Numbers>, &mut NodeTurn<'_>) -> T,
    ) -> T {
        let mut effects = Vec::new();
        let place = &mut self.places[node as usize];
        let machine = place.node.as_mut().expect("it runs");
        let mut turn = Turn::new(NodeId(node), self.now, &mut place.rng, &mut effects);
        let result = act(machine, &mut turn);
        if let Some(snapshot) = machine.next_installed() {
            place.applied.clone_from(&snapshot.state);
        }
        while let Some((_, entry)) = machine.next_committed() {
            if let What::Command(number) = entry.what {
                place.applied.push(number);
            }
        }
        while let Some(answer) = machine.next_read() {
            place.reads.push(answer);
        }
        self.apply(node, effects);
        result
    }

    pub(crate) fn ring(&mut self, node: u32, timer: Timer) {
        self.turn(node, |node, turn| node.ring(timer, turn));
    }

    /// Time passes; nothing rings by itself.
    pub(crate) fn pass(&mut self, span: Span) {
        self.now += span;
    }

    /// The node has waited for so long that it stands.
    pub(crate) fn wait_out(&mut self, node: u32) {
        self.pass(Span::seconds(1));
        self.ring(node, Timer::Election);
    }

    pub(crate) fn propose(&mut self, node: u32, number: u32) -> Result<EntryId, Refusal> {
        self.turn(node, |node, turn| node.propose(alloc::vec![number], turn))
    }

    pub(crate) fn read(&mut self, node: u32, own: u64, lease: bool) {
        self.turn(node, |node, turn| node.read(own, own, lease, turn));
    }

    pub(crate) fn compact(&mut self, node: u32) {
        let state = self.places[node as usize].applied.clone();
        self.turn(node, |node, turn| node.compact(node.applied(), state, turn));
    }

    /// Gives a node a message that nobody sent.
    pub(crate) fn tell(&mut self, from: u32, to: u32, term: u32, body: Body<Numbers>) {
        let (replica, meant) = (ReplicaId::FIRST, self.node(to).replica());
        let message = Message { term: Term(term), replica, to: meant, body };
        self.turn(to, |node, turn| node.receive(NodeId(from), message, turn));
    }

    /// Messages between two nodes.
    pub(crate) fn between(&self, from: u32, to: u32) -> Vec<&Said> {
        let these = self.wires.iter().filter(|wire| (wire.0, wire.1) == (from, to));
        these.map(|wire| &wire.2).collect()
    }

    /// Takes the first message between two nodes out of the air.
    pub(crate) fn take(&mut self, from: u32, to: u32) -> Option<Said> {
        let at = self.wires.iter().position(|wire| (wire.0, wire.1) == (from, to))?;
        self.wires.remove(at).map(|wire| wire.2)
    }

    /// Delivers the first message between two nodes; a node that is off does not get it.
    pub(crate) fn deliver(&mut self, from: u32, to: u32) {
        let message = self.take(from, to).expect("there is such a message");
        self.hand(from, to, message);
    }

    pub(crate) fn hand(&mut self, from: u32, to: u32, message: Said) {
        if self.places.get(to as usize).is_some_and(|place| place.node.is_some()) {
            self.delivered += 1;
            self.turn(to, |node, turn| node.receive(NodeId(from), message, turn));
        }
    }

    /// Drops everything that is in the air.
    pub(crate) fn drop_all(&mut self) {
        self.wires.clear();
    }

    /// Delivers until nothing is in the air.
    pub(crate) fn settle(&mut self) {
        let mut most = 10_000;
        while let Some((from, to, message)) = self.wires.pop_front() {
            self.hand(from, to, message);
            most -= 1;
            assert!(most > 0, "they never come to rest");
        }
    }

    /// Nothing goes between these two groups any more.
    pub(crate) fn cut(&mut self, left: &[u32], right: &[u32]) {
        for one in left {
            for two in right {
                self.cut.extend([(*one, *two), (*two, *one)]);
            }
        }
        let cut = self.cut.clone();
        self.wires.retain(|wire| !cut.contains(&(wire.0, wire.1)));
    }

    /// Nothing goes to or from this node.
    pub(crate) fn isolate(&mut self, node: u32) {
        let others: Vec<u32> = (0..self.places.len() as u32).filter(|it| *it != node).collect();
        self.cut(&[node], &others);
    }

    pub(crate) fn heal(&mut self) {
        self.cut.clear();
    }

    /// The node is made leader by what everybody would do.
    pub(crate) fn elect(&mut self, node: u32) {
        // The first time it may learn of a higher term only.
        for _ in 0..2 {
            if self.role(node) != Role::Leader {
                self.wait_out(node);
                self.settle();
            }
        }
        assert_eq!(self.role(node), Role::Leader);
    }

    /// A heartbeat of the leader, and all that follows.
    pub(crate) fn beat(&mut self, node: u32) {
        self.ring(node, Timer::Heartbeat);
        self.settle();
    }

    pub(crate) fn leaders(&self) -> Vec<u32> {
        let all = 0..self.places.len() as u32;
        let leads = |node: &u32| {
            let node = self.places[*node as usize].node.as_ref();
            node.is_some_and(|node| node.role() == Role::Leader)
        };
        all.filter(leads).collect()
    }
}
