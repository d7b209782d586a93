//! A client: it reads and writes by the map it last heard of, and tries again when it must.

use super::machine::{Process, ProcessTurn};
use super::map::ClusterMap;
use super::message::{Message, Outcome, Reply, Request, Timer, UNWRITTEN, Verb};
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Span, Time};
use crate::client::workload::Workload;
use crate::client::{self, Noted};
use crate::machine::{Input, RequestId};
use crate::store::{Item, Key, Value};
use alloc::boxed::Box;
use alloc::sync::Arc;

/// What a client is told at first.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// Who keeps the map.
    pub controller: NodeId,
    /// The plan it starts with.
    pub plan: Arc<ClusterMap>,
    /// How long it waits for one answer.
    pub timeout: Span,
    /// How long it tries in all.
    pub deadline: Span,
    /// Its work at the start.
    pub work: Option<Arc<Workload>>,
}

#[derive(Clone, Debug)]
struct Operation {
    verb: Verb,
    key: Key,
    item: Option<Arc<Item>>,
    began: Time,
    tries: u32,
    asked: Option<RequestId>,
    /// Whom it was sent to last, by which plan, and how many have refused it under that plan.
    sent: (NodeId, u32),
    refusals: usize,
}

/// The machine that reads and writes.
#[derive(Clone, Debug)]
pub struct Client {
    config: Arc<ClientConfig>,
    plan: Arc<ClusterMap>,
    work: Option<Arc<Workload>>,
    open: VecMap<u32, Operation>,
    count: u32,
    made: u64,
}

/// What every owner has refused is asked again after so long.
const REFUSED_AGAIN: Span = Span::millis(20);

/// A client has at most so many operations open; more work than that is not begun.
const OPEN_MAX: usize = 256;

impl Client {
    /// Starts, and begins to work.
    pub fn boot(config: &Arc<ClientConfig>, turn: &mut ProcessTurn<'_>) -> Self {
        let mut client = Self {
            config: config.clone(),
            plan: config.plan.clone(),
            work: None,
            open: VecMap::new(),
            count: 0,
            made: 0,
        };
        client.work_on(config.work.clone(), turn);
        client
    }

    /// The plan that it goes by.
    #[must_use]
    pub fn plan(&self) -> &ClusterMap {
        &self.plan
    }

    /// Operations that wait for an answer.
    #[must_use]
    pub fn open(&self) -> usize {
        self.open.len()
    }

    /// Takes one input.
    pub fn step(&mut self, input: Input<Process>, turn: &mut ProcessTurn<'_>) {
        match input {
            Input::Message { message: Message::Answer { op, found }, .. } => {
                self.end(op, found, turn);
            }
            Input::Message { from, message: Message::Refused { op, plan } } => {
                self.adopt(plan);
                self.refused(from, op, turn);
            }
            Input::Message { message: Message::ClusterMap(plan), .. } => self.adopt(plan),
            Input::Message { .. } => {}
            Input::Timer(Timer::Next) => {
                self.generate(turn);
                self.arm_next(turn);
            }
            Input::Timer(Timer::Timeout(op)) => self.time_out(op, turn),
            // It writes nothing.
            Input::Timer(_) | Input::WriteFailed(_) => {}
            Input::Request { id, request } => match request {
                Request::Get(key) => self.begin(Verb::Get, key, None, Some(id), turn),
                Request::Put(key, value) => {
                    let verb = if value == Value::Gone { Verb::Delete } else { Verb::Put };
                    self.begin(verb, key, Some(value), Some(id), turn);
                }
                Request::Work(work) => {
                    turn.reply(id, Reply::Noted);
                    self.work_on(work, turn);
                }
                _ => turn.reply(id, Reply::Noted),
            },
        }
    }

    fn adopt(&mut self, plan: Arc<ClusterMap>) {
        if plan.epoch > self.plan.epoch {
            self.plan = plan;
        }
    }

    fn work_on(&mut self, work: Option<Arc<Workload>>, turn: &mut ProcessTurn<'_>) {
        self.work = work;
        turn.disarm(Timer::Next);
        self.arm_next(turn);
    }

    fn arm_next(&self, turn: &mut ProcessTurn<'_>) {
        if let Some(work) = &self.work {
            let wait = work.wait(turn.rng);
            turn.arm(Timer::Next, wait);
        }
    }

    fn generate(&mut self, turn: &mut ProcessTurn<'_>) {
        let Some(work) = &self.work else { return };
        let verb = work.verb(turn.rng);
        let number = work.keys.draw(turn.rng, self.made, work.turn);
        let key = work.keys.key(number);
        let value = match verb {
            Verb::Get => None,
            Verb::Put | Verb::Cas | Verb::Append => {
                self.made += 1;
                Some(Value::Filler { stamp: turn.rng.bits() as u32, bytes: work.value_bytes })
            }
            Verb::Delete => Some(Value::Gone),
        };
        self.begin(verb, key, value, None, turn);
    }

    fn begin(
        &mut self,
        verb: Verb,
        key: Key,
        value: Option<Value>,
        asked: Option<RequestId>,
        turn: &mut ProcessTurn<'_>,
    ) {
        if self.open.len() >= OPEN_MAX {
            return;
        }
        self.count = self.count.wrapping_add(1);
        let op = self.count;
        turn.note(Noted::Client(client::Note::Asked {
            op,
            verb,
            key: key.clone(),
            value: value.clone().map(Box::new),
            expected: None,
        }));
        let item =
            value.map(|value| Arc::new(Item { key: key.clone(), version: UNWRITTEN, value }));
        let began = turn.now;
        self.open.insert(
            op,
            Operation {
                verb,
                key,
                item,
                began,
                tries: 0,
                asked,
                sent: (NodeId::WORLD, 0),
                refusals: 0,
            },
        );
        self.attempt(op, turn);
    }

    /// Sends an operation to an owner: the first one at first, then one after the other.
    fn attempt(&mut self, op: u32, turn: &mut ProcessTurn<'_>) {
        let Some(operation) = self.open.get(&op) else { return };
        turn.arm(Timer::Timeout(op), self.config.timeout);
        let serving = self.plan.map.serving(&operation.key);
        let owners = serving.as_slice();
        if owners.is_empty() {
            turn.send(self.config.controller, Message::AskPlan);
            return;
        }
        let to = owners[operation.tries as usize % owners.len()];
        let epoch = self.plan.epoch;
        let message = match &operation.item {
            None => Message::Get { op, key: operation.key.clone() },
            Some(item) => Message::Put { op, item: item.clone() },
        };
        turn.send(to, message);
        if let Some(operation) = self.open.get_mut(&op) {
            operation.sent = (to, epoch);
        }
    }

    /// Somebody who was asked does not serve the key. Where the plan is news, the owner that it names is
    /// asked at once, and under the same plan each owner once; after that only time can help. A refusal
    /// that comes twice, or from who was asked earlier, sends nothing: it would be answered again.
    fn refused(&mut self, from: NodeId, op: u32, turn: &mut ProcessTurn<'_>) {
        let Some(operation) = self.open.get_mut(&op).filter(|open| open.sent.0 == from) else {
            return;
        };
        operation.tries += 1;
        let news = self.plan.epoch > operation.sent.1;
        operation.refusals = if news { 0 } else { operation.refusals + 1 };
        operation.sent.0 = NodeId::WORLD;
        let others = self.plan.map.serving(&operation.key).as_slice().len();
        let again = news || operation.refusals < others;
        turn.note(Noted::Client(client::Note::Redirected { op }));
        match again {
            true => self.attempt(op, turn),
            false => turn.arm(Timer::Timeout(op), self.config.timeout.min(REFUSED_AGAIN)),
        }
    }

    fn time_out(&mut self, op: u32, turn: &mut ProcessTurn<'_>) {
        let Some(operation) = self.open.get_mut(&op) else { return };
        if turn.now.since(operation.began) + self.config.timeout > self.config.deadline {
            self.close(op, Outcome::Unknown, turn);
            return;
        }
        operation.tries += 1;
        operation.refusals = 0;
        turn.note(Noted::Client(client::Note::Retried { op }));
        turn.send(self.config.controller, Message::AskPlan);
        self.attempt(op, turn);
    }

    fn end(&mut self, op: u32, found: Option<Arc<Item>>, turn: &mut ProcessTurn<'_>) {
        let Some(operation) = self.open.get(&op) else { return };
        let outcome = match (operation.verb, found) {
            (Verb::Get, Some(item)) if item.value == Value::Gone => Outcome::Absent,
            (Verb::Get, Some(item)) => Outcome::Found(item),
            (Verb::Get, None) => Outcome::Absent,
            (_, Some(item)) => Outcome::Written(item),
            (_, None) => return,
        };
        self.close(op, outcome, turn);
    }

    fn close(&mut self, op: u32, outcome: Outcome, turn: &mut ProcessTurn<'_>) {
        turn.disarm(Timer::Timeout(op));
        if let Some(operation) = self.open.remove(&op) {
            if let Some(id) = operation.asked {
                turn.reply(id, Reply::Ended(outcome.clone()));
            }
            turn.note(Noted::Client(client::Note::Answered { op, outcome }));
        }
    }
}
