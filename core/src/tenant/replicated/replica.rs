//! A replica: a Raft node and the store that its log is about, talking to clients.
//!
//! Writes go through the log. How reads go is the cluster's choice, or the read's own:
//!
//! | reads | who answers | what it relies on |
//! | --- | --- | --- |
//! | `log` | the leader, by an entry | nothing more than writes do |
//! | `index` | the leader, after a round of heartbeats | nothing more |
//! | `lease` | the leader, alone while its lease holds | clocks that run alike |
//! | `follower` | anybody, after asking the leader how far | nothing more |
//! | `within` a span | anybody who had everything that lately | clocks that show alike; may be that stale |
//! | `session` | anybody who has the client's own last write | may be stale otherwise |
//! | `monotonic` | anybody who has what the client saw last | may be stale otherwise |
//! | `local` | anybody, at once | nothing: may be as stale as can be |

mod members;

use super::kv::{Answer, Applied, ClientId, Command, Kv, Rules, Store};
use super::machine::{Process, ProcessTurn};
use super::message::{ClientRequest, Message, Note, Outcome, Reply, Request, Timer};
pub use super::read_mode::ReadMode;
use crate::base::hash::tagged;
use crate::base::{NodeId, Span, Time};
use crate::client::Noted;
use crate::machine::Input;
use crate::raft::{self, EntryId, Index, Refusal, Role};
use crate::store::Item;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What a replica is told at first.
#[derive(Clone, Debug)]
pub struct ReplicaConfig {
    /// How its Raft node is set up.
    pub raft: Arc<raft::Config>,
    /// Whom a node asks that wants to belong.
    pub founders: Arc<[NodeId]>,
    /// It does not belong from the start, and asks to be let in: as a learner only, or as a voter.
    pub joins: Option<bool>,
    /// The log may take so many bytes before it becomes a snapshot.
    pub log_bytes: u64,
    /// What is there at the start.
    pub preloaded: Arc<[Item]>,
    /// How commands are applied.
    pub rules: Rules,
    /// Reads that should be confirmed are answered at once.
    pub reads_at_once: bool,
}

/// A command of a client that stands in the leader's log.
#[derive(Clone, Copy, Debug)]
struct Open {
    mark: EntryId,
    client: NodeId,
    op: u32,
}

/// A read that waits.
#[derive(Clone, Debug)]
struct Read {
    number: u64,
    client: NodeId,
    call: Arc<ClientRequest>,
    /// What must be applied before it is answered, once that is known.
    floor: Option<Index>,
    since: Time,
}

/// An order of the operator that the leader carries out as soon as it can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Have these voters and learners.
    Members(Arc<[NodeId]>, Arc<[NodeId]>),
    /// Hand leadership to that node.
    Transfer(NodeId),
}

tagged!(Order {
    0 Members(a, b),
    1 Transfer(a),
});

/// The machine.
#[derive(Clone, Debug)]
pub struct Replica {
    config: Arc<ReplicaConfig>,
    log: raft::Replica<Kv>,
    open: Vec<Open>,
    reads: Vec<Read>,
    count: u64,
    order: Option<(Order, Time)>,
    /// Who wants to belong, and whether as a voter.
    guests: Vec<(NodeId, bool)>,
    leaves: bool,
    /// Why the last order could not be. It is said once to who wants to go and asks again and again.
    refused: Option<Refusal>,
}

/// So many commands and reads wait at a replica; more are refused.
const WAITING_MAX: usize = 10_000;
/// A read that cannot be answered for so long is sent elsewhere.
const READ_TIMEOUT: Span = Span::millis(200);

impl From<raft::Message<Kv>> for Message {
    fn from(message: raft::Message<Kv>) -> Self {
        Self::Raft(Arc::new(message))
    }
}

impl From<raft::Timer> for Timer {
    fn from(timer: raft::Timer) -> Self {
        Self::Raft(timer)
    }
}

impl From<raft::Note<Kv>> for Noted<Note> {
    fn from(note: raft::Note<Kv>) -> Self {
        Self::Own(Note::Raft(note))
    }
}

impl From<raft::machine::Reply> for Reply {
    /// A node inside a replica answers nobody itself.
    fn from(_: raft::machine::Reply) -> Self {
        Self::Noted
    }
}

impl Replica {
    /// Starts from what survived.
    pub fn boot(
        config: &Arc<ReplicaConfig>,
        durable: &raft::Durable<Kv>,
        turn: &mut ProcessTurn<'_>,
    ) -> Self {
        let node = turn.within(|inner| raft::Node::start(&config.raft, durable, inner));
        let mut store = Store::default();
        for item in config.preloaded.iter() {
            store.preload(item.clone());
        }
        let mut replica = Self {
            config: config.clone(),
            log: raft::Replica::new(node, Arc::new(store), config.rules.clone()),
            open: Vec::new(),
            reads: Vec::new(),
            count: 0,
            order: None,
            guests: Vec::new(),
            leaves: false,
            refused: None,
        };
        if config.joins.is_some() {
            turn.arm(Timer::Hello, Span::ZERO);
        }
        replica.settle(turn);
        replica
    }

    /// Its Raft node.
    #[must_use]
    pub fn raft(&self) -> &raft::Node<Kv> {
        self.log.node()
    }

    /// Its Raft node, to be given something to do.
    fn raft_mut(&mut self) -> &mut raft::Node<Kv> {
        self.log.node_mut()
    }

    /// Its store.
    #[must_use]
    pub fn store(&self) -> &Store {
        self.log.state()
    }

    /// Up to here its store has applied the log.
    #[must_use]
    pub fn applied(&self) -> Index {
        self.log.applied()
    }

    /// Takes one input.
    pub fn step(&mut self, input: Input<Process>, turn: &mut ProcessTurn<'_>) {
        self.raft_mut().hold();
        match input {
            Input::Message { from, message } => self.receive(from, message, turn),
            Input::Timer(Timer::Raft(timer)) => {
                turn.within(|inner| self.raft_mut().ring(timer, inner));
            }
            Input::Timer(Timer::Hello) => self.knock(turn),
            Input::Timer(Timer::Again) => {}
            Input::Timer(_) => {}
            Input::WriteFailed(_) => return turn.halt(),
            Input::Request { id, request } => {
                turn.reply(id, Reply::Noted);
                self.request(request, turn);
            }
        }
        self.settle(turn);
    }

    fn request(&mut self, request: Request, turn: &mut ProcessTurn<'_>) {
        match request {
            Request::Order(order) => {
                self.order = Some((order, turn.now));
                self.refused = None;
            }
            Request::Leave => {
                self.leaves = true;
                self.knock(turn);
            }
            Request::Campaign => turn.within(|inner| self.raft_mut().campaign(inner)),
            Request::Compact => turn.within(|inner| self.log.compact(inner)),
            _ => {}
        }
    }

    fn receive(&mut self, from: NodeId, message: Message, turn: &mut ProcessTurn<'_>) {
        match message {
            Message::Raft(message) => {
                let message = Arc::unwrap_or_clone(message);
                turn.within(|inner| self.raft_mut().receive(from, message, inner));
            }
            Message::ClientRequest(call) => self.call(from, &call, turn),
            // Only who leads can do anything about it; others say who does.
            Message::Admit { .. } | Message::Release if self.raft().role() != Role::Leader => {
                let leader = self.raft().leader().filter(|leader| *leader != turn.id);
                turn.send(from, Message::NotLeader { op: 0, leader });
            }
            Message::Admit { voter } => self.admit(from, Some(voter)),
            Message::Release => self.admit(from, None),
            Message::NotLeader { leader: Some(leader), .. } => {
                if let Some(wish) = self.wish(turn.id) {
                    turn.send(leader, wish);
                }
            }
            _ => {}
        }
    }

    // --- Clients ---------------------------------------------------------------------------------

    fn call(&mut self, client: NodeId, call: &Arc<ClientRequest>, turn: &mut ProcessTurn<'_>) {
        if self.open.len() + self.reads.len() >= WAITING_MAX {
            self.turn_away(client, call.op, turn);
        } else if call.reading == Some(ReadMode::Log) || call.reading.is_none() {
            self.propose(client, call, turn);
        } else {
            self.read(client, call, turn);
        }
    }

    fn turn_away(&self, client: NodeId, op: u32, turn: &mut ProcessTurn<'_>) {
        let leader = self.raft().leader().filter(|leader| *leader != turn.id);
        turn.send(client, Message::NotLeader { op, leader });
    }

    fn propose(&mut self, client: NodeId, call: &Arc<ClientRequest>, turn: &mut ProcessTurn<'_>) {
        let command = Arc::new(Command::new(call.session, call.op, call.acts.clone()));
        let proposed = turn.within(|inner| self.raft_mut().propose(alloc::vec![command], inner));
        match proposed {
            Ok(mark) => self.open.push(Open { mark, client, op: call.op }),
            Err(_) => self.turn_away(client, call.op, turn),
        }
    }

    fn read(&mut self, client: NodeId, call: &Arc<ClientRequest>, turn: &mut ProcessTurn<'_>) {
        let mut reading = call.reading.unwrap_or_default();
        let leads = self.raft().role() == Role::Leader;
        if reading.needs_leader() && !leads {
            self.turn_away(client, call.op, turn);
            return;
        }
        if self.config.reads_at_once {
            reading = ReadMode::Local;
        }
        let mut read = Read {
            number: 0,
            client,
            call: call.clone(),
            floor: Some(call.floor),
            since: turn.now,
        };
        match reading {
            ReadMode::Log | ReadMode::Index | ReadMode::Lease | ReadMode::Follower => {
                self.count += 1;
                read.number = self.count;
                read.floor = None;
                let (number, name) = (self.count, call.session);
                self.reads.push(read);
                let lease = reading == ReadMode::Lease;
                turn.within(|inner| self.raft_mut().read(number, name, lease, inner));
                return;
            }
            ReadMode::Within(span) => {
                let fresh = self.raft().fresh().is_some_and(|stamp| turn.now.since(stamp) <= span);
                if !fresh {
                    turn.note(Note::TooStale { op: call.op });
                    self.turn_away(client, call.op, turn);
                    return;
                }
                read.floor = Some(self.raft().commit());
            }
            ReadMode::Local => read.floor = Some(Index(0)),
            ReadMode::Session | ReadMode::Monotonic => {}
        }
        self.reads.push(read);
    }

    fn answer(&self, client: NodeId, op: u32, answer: Answer, turn: &mut ProcessTurn<'_>) {
        turn.send(client, Message::ClientReply { op, answer, index: self.applied() });
    }

    // --- The store -------------------------------------------------------------------------------

    /// Takes what is committed, and answers who waits for it.
    fn settle(&mut self, turn: &mut ProcessTurn<'_>) {
        if self.log.restore() {
            let items: Vec<Item> = self.store().items().cloned().collect();
            let (index, digest) = (self.applied(), self.store().state_digest());
            turn.note(Note::Restored { index, items: items.into(), digest });
        }
        while let Some((mark, applied)) = self.log.apply() {
            if let Some(applied) = applied {
                self.applied_one(mark, &applied, turn);
            }
        }
        self.close(turn);
        while let Some((number, index)) = self.raft_mut().next_read() {
            self.read_at(number, index, turn);
        }
        self.answer_reads(turn);
        turn.within(|inner| self.log.compact_beyond(self.config.log_bytes, inner));
        if self.raft().role() == Role::Leader {
            self.carry_out(turn);
        } else {
            // Who knocked at a leader of before will knock again.
            self.guests.clear();
            self.forget_done();
        }
        turn.within(|inner| self.raft_mut().release(inner));
    }

    fn applied_one(&mut self, mark: EntryId, applied: &Applied, turn: &mut ProcessTurn<'_>) {
        let again = !matches!(applied, Applied::Now(_));
        let (Applied::Now(answer) | Applied::Before(answer)) = applied else { return };
        let written = answer.iter().filter_map(|outcome| match outcome {
            Outcome::Written(item) => Some(item.clone()),
            _ => None,
        });
        let (items, digest) = (written.collect(), self.store().state_digest());
        turn.note(Note::Applied { index: mark.index, again, items, digest });
        if let Some(place) = self.open.iter().position(|open| open.mark == mark) {
            let open = self.open.swap_remove(place);
            self.answer(open.client, open.op, answer.clone(), turn);
        }
    }

    /// Commands in whose place another entry was committed will never be applied.
    fn close(&mut self, turn: &mut ProcessTurn<'_>) {
        let applied = self.applied();
        if self.open.iter().all(|open| open.mark.index > applied) {
            return;
        }
        let (gone, kept): (Vec<Open>, Vec<Open>) =
            self.open.iter().partition(|open| open.mark.index <= applied);
        self.open = kept;
        for open in gone {
            self.turn_away(open.client, open.op, turn);
        }
    }

    fn read_at(&mut self, number: u64, index: Result<Index, Refusal>, turn: &mut ProcessTurn<'_>) {
        let Some(place) = self.reads.iter().position(|read| read.number == number) else { return };
        match index {
            Ok(index) => self.reads[place].floor = Some(index),
            Err(_) => {
                let read = self.reads.swap_remove(place);
                self.turn_away(read.client, read.call.op, turn);
            }
        }
    }

    fn answer_reads(&mut self, turn: &mut ProcessTurn<'_>) {
        let (applied, now) = (self.applied(), turn.now);
        let is_ready = |read: &Read| read.floor.is_some_and(|floor| floor <= applied);
        let is_late = |read: &Read| now.since(read.since) > READ_TIMEOUT;
        if !self.reads.iter().any(|read| is_ready(read) || is_late(read)) {
            return;
        }
        let mut kept = Vec::new();
        for read in core::mem::take(&mut self.reads) {
            if is_ready(&read) {
                let found = read.call.acts.iter().map(|act| self.store().look(&act.key)).collect();
                self.answer(read.client, read.call.op, found, turn);
            } else if is_late(&read) {
                self.turn_away(read.client, read.call.op, turn);
            } else {
                kept.push(read);
            }
        }
        self.reads = kept;
    }

    // --- Members ---------------------------------------------------------------------------------
}

/// A session of a client: its node, and which of its lives.
#[must_use]
pub fn session(node: NodeId, life: u64) -> ClientId {
    u64::from(node.0) << 32 | life & 0xffff_ffff
}
