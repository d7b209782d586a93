//! A client of a replicated store: one operation at a time, tried until it is answered or given up.
//!
//! It goes to the leader that it last heard of, is sent elsewhere, waits, tries again under the same
//! number, and says what it believes: answered, refused, or not known. Work that comes while an
//! operation is open waits in line.

use super::kv::{Answer, ClientId};
use super::machine::{Process, ProcessTurn};
use super::message::{Call, Message, Outcome, Reply, Request, Timer, Verb};
use super::replica::{ReadMode, session};
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Span, Time};
use crate::client::Op;
use crate::client::workload::Workload;
use crate::client::{self, Noted};
use crate::machine::{Input, RequestId};
use crate::raft::Index;
use crate::store::{Key, Value};
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What a caller is told at first.
#[derive(Clone, Debug)]
pub struct CallerConfig {
    /// The replicas that it knows.
    pub replicas: Arc<[NodeId]>,
    /// How its reads go if nothing else is said.
    pub reading: ReadMode,
    /// How long it waits for one answer.
    pub timeout: Span,
    /// How long it tries in all.
    pub deadline: Span,
}

/// What somebody wants of it.
#[derive(Clone, Debug)]
struct Wish {
    acts: Arc<[Op]>,
    reading: Option<ReadMode>,
    asked: Option<RequestId>,
}

/// The operation under way.
#[derive(Clone, Debug)]
struct Current {
    wish: Wish,
    /// The number of its first act; each act has one of its own in the history.
    op: u32,
    call: Arc<Call>,
    began: Time,
    hops: u32,
}

/// The machine.
#[derive(Clone, Debug)]
pub struct Caller {
    config: Arc<CallerConfig>,
    session: ClientId,
    target: Option<NodeId>,
    line: VecDeque<Wish>,
    current: Option<Current>,
    work: Option<Arc<Workload>>,
    count: u32,
    made: u64,
    /// The place of its own last write, and of what it saw last.
    wrote: Index,
    saw: Index,
    /// What it believes that keys hold, for the next compare-and-swap.
    belief: VecMap<u64, Value>,
}

/// So many wishes wait in line; more are not begun.
const LINE_MAX: usize = 256;
/// It remembers what so many keys hold.
const BELIEF_MAX: usize = 1_000;
/// Sent elsewhere so often without a pause, it takes one.
const HOPS_MAX: u32 = 3;
/// The pause.
const PAUSE: Span = Span::millis(20);

impl Caller {
    /// Starts.
    pub fn boot(config: &Arc<CallerConfig>, turn: &mut ProcessTurn<'_>) -> Self {
        Self {
            config: config.clone(),
            session: session(turn.id, turn.rng.bits()),
            target: None,
            line: VecDeque::new(),
            current: None,
            work: None,
            count: 0,
            made: 0,
            wrote: Index(0),
            saw: Index(0),
            belief: VecMap::new(),
        }
    }

    /// Operations that wait for an answer, or in line.
    #[must_use]
    pub fn open(&self) -> usize {
        self.line.len() + usize::from(self.current.is_some())
    }

    /// Whom it takes for the leader.
    #[must_use]
    pub fn target(&self) -> Option<NodeId> {
        self.target
    }

    /// Takes one input.
    pub fn step(&mut self, input: Input<Process>, turn: &mut ProcessTurn<'_>) {
        match input {
            Input::Message { message: Message::Return { op, answer, index }, .. } => {
                self.returned(op, &answer, index, turn);
            }
            Input::Message { message: Message::Elsewhere { op, leader }, .. } => {
                self.elsewhere(op, leader, turn);
            }
            Input::Message { .. } => {}
            Input::Timer(Timer::Next) => {
                self.generate(turn);
                self.arm_next(turn);
            }
            Input::Timer(Timer::Timeout(op)) => self.time_out(op, turn),
            Input::Timer(Timer::Again) => self.attempt(turn),
            // It writes nothing.
            Input::Timer(_) | Input::WriteFailed(_) => {}
            Input::Request { id, request } => self.request(id, request, turn),
        }
    }

    fn request(&mut self, id: RequestId, request: Request, turn: &mut ProcessTurn<'_>) {
        let one = |verb, key, value, expected| -> Arc<[Op]> {
            Arc::new([Op { verb, key, value, expected }])
        };
        let (acts, reading) = match request {
            Request::Get(key) => (one(Verb::Get, key, None, None), None),
            Request::Put(key, Value::Gone) => (one(Verb::Delete, key, None, None), None),
            Request::Put(key, value) => (one(Verb::Put, key, Some(value), None), None),
            Request::Call(acts, reading) => (acts, reading),
            Request::Work(work) => {
                self.work = work;
                turn.disarm(Timer::Next);
                self.arm_next(turn);
                turn.reply(id, Reply::Noted);
                return;
            }
            _ => {
                turn.reply(id, Reply::Noted);
                return;
            }
        };
        self.wish(Wish { acts, reading, asked: Some(id) }, turn);
    }

    // --- Work ------------------------------------------------------------------------------------

    fn arm_next(&self, turn: &mut ProcessTurn<'_>) {
        if let Some(work) = &self.work {
            let wait = work.wait(turn.rng);
            turn.arm(Timer::Next, wait);
        }
    }

    fn generate(&mut self, turn: &mut ProcessTurn<'_>) {
        let Some(work) = self.work.clone() else { return };
        let verb = work.verb(turn.rng);
        let number = work.keys.draw(turn.rng, self.made, work.turn);
        let key = work.keys.key(number);
        self.made += u64::from(verb != Verb::Get);
        let fresh = || Value::Text(format!("{}.{}", work.turn.0 + 1, self.made).into());
        let (value, expected) = match verb {
            Verb::Get | Verb::Delete => (None, None),
            Verb::Put if work.value_bytes <= SMALL => (Some(fresh()), None),
            Verb::Put => {
                let stamp = turn.rng.bits() as u32;
                (Some(Value::Filler { stamp, bytes: work.value_bytes }), None)
            }
            Verb::Cas => {
                let known = self.belief.get(&key.position()).cloned();
                (Some(fresh()), Some(known.unwrap_or(Value::Gone)))
            }
            Verb::Append => (Some(Value::Text(format!("{} ", fresh().shown()).into())), None),
        };
        let acts = Arc::new([Op { verb, key, value, expected }]);
        self.wish(Wish { acts, reading: None, asked: None }, turn);
    }

    fn wish(&mut self, wish: Wish, turn: &mut ProcessTurn<'_>) {
        if self.line.len() < LINE_MAX {
            self.line.push_back(wish);
        }
        self.begin(turn);
    }

    fn begin(&mut self, turn: &mut ProcessTurn<'_>) {
        if self.current.is_some() {
            return;
        }
        let Some(wish) = self.line.pop_front() else { return };
        let op = self.count + 1;
        self.count = self.count.saturating_add(wish.acts.len().max(1) as u32);
        for (number, act) in (op..).zip(wish.acts.iter()) {
            let Op { verb, key, value, expected } = act.clone();
            turn.note(Noted::Client(client::Note::Asked {
                op: number,
                verb,
                key,
                value: value.map(Box::new),
                expected: expected.map(Box::new),
            }));
        }
        let reads = wish.acts.iter().all(|act| act.verb == Verb::Get);
        let reading = reads.then(|| wish.reading.unwrap_or(self.config.reading));
        let floor = match reading {
            Some(ReadMode::Session) => self.wrote,
            Some(ReadMode::Monotonic) => self.saw.max(self.wrote),
            _ => Index(0),
        };
        let acts = wish.acts.clone();
        let call = Arc::new(Call { op, session: self.session, acts, reading, floor });
        let began = turn.now;
        self.current = Some(Current { wish, op, call, began, hops: 0 });
        // Reads that anybody may answer are spread over all.
        if reading.is_some_and(|reading| !reading.needs_leader()) {
            self.target = None;
        }
        self.attempt(turn);
    }

    fn attempt(&mut self, turn: &mut ProcessTurn<'_>) {
        let Some(current) = &mut self.current else { return };
        let replicas = &self.config.replicas;
        if replicas.is_empty() {
            return;
        }
        let to = *self
            .target
            .get_or_insert_with(|| replicas[turn.rng.below(replicas.len() as u64) as usize]);
        turn.arm(Timer::Timeout(current.op), self.config.timeout);
        turn.send(to, Message::Call(current.call.clone()));
    }

    fn elsewhere(&mut self, op: u32, leader: Option<NodeId>, turn: &mut ProcessTurn<'_>) {
        let Some(current) = self.current.as_mut().filter(|current| current.op == op) else {
            return;
        };
        current.hops += 1;
        turn.note(Noted::Client(client::Note::Redirected { op }));
        let known = leader.filter(|leader| Some(*leader) != self.target);
        self.target = known.or_else(|| self.next_replica());
        if known.is_some() && self.current.as_ref().is_some_and(|c| c.hops % HOPS_MAX != 0) {
            self.attempt(turn);
        } else if self.in_time(turn.now) {
            turn.arm(Timer::Again, PAUSE);
        } else {
            self.give_up(turn);
        }
    }

    fn next_replica(&self) -> Option<NodeId> {
        let replicas = &self.config.replicas;
        let at = replicas.iter().position(|replica| Some(*replica) == self.target);
        replicas.get(at.map_or(0, |at| (at + 1) % replicas.len())).copied()
    }

    fn in_time(&self, now: Time) -> bool {
        let began = self.current.as_ref().map_or(Time::ZERO, |current| current.began);
        now.since(began) + self.config.timeout <= self.config.deadline
    }

    fn time_out(&mut self, op: u32, turn: &mut ProcessTurn<'_>) {
        if self.current.as_ref().is_none_or(|current| current.op != op) {
            return;
        }
        if !self.in_time(turn.now) {
            self.give_up(turn);
            return;
        }
        turn.note(Noted::Client(client::Note::Retried { op }));
        self.target = self.next_replica();
        self.attempt(turn);
    }

    // --- Answers ---------------------------------------------------------------------------------

    fn returned(&mut self, op: u32, answer: &Answer, index: Index, turn: &mut ProcessTurn<'_>) {
        if self.current.as_ref().is_none_or(|current| current.op != op) {
            return;
        }
        self.saw = self.saw.max(index);
        self.end(answer, turn);
    }

    fn give_up(&mut self, turn: &mut ProcessTurn<'_>) {
        let Some(current) = &self.current else { return };
        let answer: Vec<Outcome> = current.call.acts.iter().map(|_| Outcome::Unknown).collect();
        self.end(&answer.into(), turn);
    }

    fn end(&mut self, answer: &Answer, turn: &mut ProcessTurn<'_>) {
        let Some(current) = self.current.take() else { return };
        turn.disarm(Timer::Timeout(current.op));
        turn.disarm(Timer::Again);
        for ((number, act), outcome) in
            (current.op..).zip(current.call.acts.iter()).zip(answer.iter())
        {
            if let Outcome::Written(item) = outcome {
                self.wrote = self.wrote.max(Index(item.version.0));
            }
            self.learn(&act.key, outcome);
            turn.note(Noted::Client(client::Note::Answered {
                op: number,
                outcome: outcome.clone(),
            }));
        }
        if let Some(id) = current.wish.asked {
            let first = answer.first().cloned().unwrap_or(Outcome::Unknown);
            turn.reply(id, Reply::Ended(first));
        }
        self.begin(turn);
    }

    fn learn(&mut self, key: &Key, outcome: &Outcome) {
        let value = match outcome {
            Outcome::Found(item) | Outcome::Written(item) => item.value.clone(),
            Outcome::Differs(value) => value.clone(),
            Outcome::Absent => Value::Gone,
            Outcome::Refused | Outcome::Unknown => return,
        };
        if self.belief.len() < BELIEF_MAX || self.belief.contains_key(&key.position()) {
            self.belief.insert(key.position(), value);
        }
    }
}

/// Values of at most so many bytes are texts that can be read; larger ones only have a size.
const SMALL: u32 = 100;
