//! How a client reaches a replicated store: one thing at a time, at the leader that it last heard of.
//!
//! What it asks keeps its number, so that it is done once however often it is sent. Reads that anybody may
//! answer are spread over all replicas.

use super::kv::{Answer, ClientId};
use super::machine::{Process, ProcessTurn};
use super::message::{ClientRequest, Message, Note, Outcome, Request, Timer, Verb};
use super::read_mode::ReadMode;
use super::replica::session;
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Rng, Span};
use crate::client::workload::Workload;
use crate::client::{self, Alarm, Heard, Op, Operation, Reach, Wish};
use crate::raft::Index;
use crate::store::{Key, Value};
use alloc::format;
use alloc::sync::Arc;

/// What a client is told at first.
pub type ClientConfig = client::Config<Start>;

/// What it knows at first.
#[derive(Clone, Debug)]
pub struct Start {
    /// The replicas.
    pub replicas: Arc<[NodeId]>,
    /// How its reads go if nothing else is said.
    pub reading: ReadMode,
}

/// The way to a replicated store.
#[derive(Clone, Debug)]
pub struct ByLeader {
    config: Arc<ClientConfig>,
    session: ClientId,
    target: Option<NodeId>,
    /// The place of its own last write, and of what it saw last.
    wrote: Index,
    saw: Index,
    /// What it believes that keys hold, for the next compare-and-swap.
    belief: VecMap<u64, Value>,
}

/// What is kept of an operation.
#[derive(Clone, Debug)]
pub struct Call {
    request: Arc<ClientRequest>,
    hops: u32,
}

/// It remembers what so many keys hold.
const BELIEF_MAX: usize = 1_000;
/// Sent elsewhere so often without a pause, it takes one.
const HOPS_MAX: u32 = 3;
/// The pause.
const PAUSE: Span = Span::millis(20);
/// Values of at most so many bytes are texts that can be read; larger ones only have a size.
const SMALL: u32 = 100;

impl ByLeader {
    /// Whom it takes for the leader.
    #[must_use]
    pub fn target(&self) -> Option<NodeId> {
        self.target
    }

    fn next_replica(&self) -> Option<NodeId> {
        let replicas = &self.config.store.replicas;
        let at = replicas.iter().position(|replica| Some(*replica) == self.target);
        replicas.get(at.map_or(0, |at| (at + 1) % replicas.len())).copied()
    }
}

impl From<Alarm> for Timer {
    fn from(alarm: Alarm) -> Self {
        match alarm {
            Alarm::Next => Self::Next,
            Alarm::Timeout(op) => Self::Timeout(op),
        }
    }
}

impl Reach for ByLeader {
    type Process = Process;
    type Note = Note;
    type Config = Start;
    type Ops = Arc<[Op]>;
    type Answer = Answer;
    type Way = ReadMode;
    type Call = Call;

    const OPEN_MAX: usize = 1;
    const LINE_MAX: usize = 256;
    const AGAIN: Option<Timer> = Some(Timer::Again);
    const NOTES_FIRST: bool = true;

    fn boot(config: &Arc<ClientConfig>, turn: &mut ProcessTurn<'_>) -> (Self, u32) {
        let session = session(turn.id, turn.rng.bits());
        let (target, belief) = (None, VecMap::new());
        let (wrote, saw) = (Index(0), Index(0));
        (Self { config: config.clone(), session, target, wrote, saw, belief }, 0)
    }

    fn alarm(timer: Timer) -> Option<Alarm> {
        match timer {
            Timer::Next => Some(Alarm::Next),
            Timer::Timeout(op) => Some(Alarm::Timeout(op)),
            Timer::Hello | Timer::Again | Timer::Raft(_) => None,
        }
    }

    fn wish(request: Request) -> Wish<Self> {
        match request {
            Request::Get(key) => Wish::Do([Op::get(key)].into(), None),
            Request::Put(key, Value::Gone) => {
                let delete = Op { verb: Verb::Delete, key, value: None, expected: None };
                Wish::Do([delete].into(), None)
            }
            Request::Put(key, value) => Wish::Do([Op::put(key, value)].into(), None),
            Request::Call(ops, reading) => Wish::Do(ops, reading),
            Request::Work(work) => Wish::Work(work),
            Request::Leave | Request::Order(_) | Request::Campaign | Request::Compact => {
                Wish::Other
            }
        }
    }

    fn compose(
        &self,
        (verb, key): (Verb, Key),
        work: &Workload,
        made: &mut u64,
        rng: &mut Rng,
    ) -> Op {
        *made += u64::from(verb != Verb::Get);
        let fresh = || Value::Text(format!("{}.{made}", work.turn.0 + 1).into());
        let (value, expected) = match verb {
            Verb::Get | Verb::Delete => (None, None),
            Verb::Put if work.value_bytes <= SMALL => (Some(fresh()), None),
            Verb::Put => (Some(work.filler(rng)), None),
            Verb::Cas => {
                let known = self.belief.get(&key.position()).cloned();
                (Some(fresh()), Some(known.unwrap_or(Value::Gone)))
            }
            Verb::Append => (Some(Value::Text(format!("{} ", fresh().shown()).into())), None),
        };
        Op { verb, key, value, expected }
    }

    fn begin(
        &mut self,
        op: u32,
        ops: &Arc<[Op]>,
        way: Option<ReadMode>,
        _: &mut ProcessTurn<'_>,
    ) -> Call {
        let reads = ops.iter().all(|op| op.verb == Verb::Get);
        let reading = reads.then(|| way.unwrap_or(self.config.store.reading));
        let floor = match reading {
            Some(ReadMode::Session) => self.wrote,
            Some(ReadMode::Monotonic) => self.saw.max(self.wrote),
            _ => Index(0),
        };
        // Reads that anybody may answer are spread over all.
        if reading.is_some_and(|reading| !reading.needs_leader()) {
            self.target = None;
        }
        let (session, acts) = (self.session, ops.clone());
        let request = Arc::new(ClientRequest { op, session, acts, reading, floor });
        Call { request, hops: 0 }
    }

    fn send(&mut self, _: u32, operation: &mut Operation<Self>, turn: &mut ProcessTurn<'_>) {
        let replicas = &self.config.store.replicas;
        if replicas.is_empty() {
            return;
        }
        let to = *self
            .target
            .get_or_insert_with(|| replicas[turn.rng.below(replicas.len() as u64) as usize]);
        turn.send(to, Message::ClientRequest(operation.call.request.clone()));
    }

    fn hear(
        &mut self,
        _: NodeId,
        message: Message,
        open: &mut VecMap<u32, Operation<Self>>,
        _: &mut ProcessTurn<'_>,
    ) -> Option<(u32, Heard<Answer>)> {
        match message {
            Message::ClientReply { op, answer, index } => {
                open.get(&op)?;
                self.saw = self.saw.max(index);
                Some((op, Heard::Ended(answer)))
            }
            Message::NotLeader { op, leader } => {
                let call = &mut open.get_mut(&op)?.call;
                call.hops += 1;
                let known = leader.filter(|leader| Some(*leader) != self.target);
                self.target = known.or_else(|| self.next_replica());
                let at_once = known.is_some() && !call.hops.is_multiple_of(HOPS_MAX);
                Some((op, Heard::Elsewhere((!at_once).then_some(PAUSE))))
            }
            Message::Raft(_)
            | Message::ClientRequest(_)
            | Message::Admit { .. }
            | Message::Release => None,
        }
    }

    fn retry(&mut self, _: &mut Operation<Self>, _: &mut ProcessTurn<'_>) {
        self.target = self.next_replica();
    }

    /// Where the store was when it wrote, and what the key holds now as far as it knows.
    fn learn(&mut self, op: &Op, outcome: &Outcome) {
        let value = match outcome {
            Outcome::Written(item) => {
                self.wrote = self.wrote.max(Index(item.version.0));
                item.value.clone()
            }
            Outcome::Found(item) => item.value.clone(),
            Outcome::Differs(value) => value.clone(),
            Outcome::Absent => Value::Gone,
            Outcome::Refused | Outcome::Unknown => return,
        };
        let place = op.key.position();
        if self.belief.len() < BELIEF_MAX || self.belief.contains_key(&place) {
            self.belief.insert(place, value);
        }
    }
}
