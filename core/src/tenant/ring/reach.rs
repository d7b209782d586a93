//! How a client reaches a ring: by the plan it last heard of, owner after owner.

use super::machine::{Process, ProcessTurn};
use super::map::ClusterMap;
use super::message::{Message, Note, Outcome, Request, Timer, UNWRITTEN, Verb};
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Span};
use crate::client::{self, Alarm, Heard, Op, Operation, Reach, Wish};
use crate::store::{Item, Value};
use alloc::sync::Arc;

/// What a client is told at first.
pub type ClientConfig = client::Config<Start>;

/// What it knows at first.
#[derive(Clone, Debug)]
pub struct Start {
    /// Who keeps the map.
    pub controller: NodeId,
    /// The plan it starts with.
    pub plan: Arc<ClusterMap>,
}

/// The way to a ring.
#[derive(Clone, Debug)]
pub struct ByPlan {
    config: Arc<ClientConfig>,
    plan: Arc<ClusterMap>,
}

/// What is kept of an operation.
#[derive(Clone, Debug)]
pub struct Call {
    item: Option<Arc<Item>>,
    tries: u32,
    /// Whom it was sent to last, by which plan, and how many have refused it under that plan.
    sent: (NodeId, u32),
    refusals: usize,
}

/// What every owner has refused is asked again after so long.
const REFUSED_AGAIN: Span = Span::millis(20);

impl ByPlan {
    /// The plan that it goes by.
    #[must_use]
    pub fn plan(&self) -> &ClusterMap {
        &self.plan
    }

    fn adopt(&mut self, plan: Arc<ClusterMap>) {
        if plan.epoch > self.plan.epoch {
            self.plan = plan;
        }
    }

    /// Somebody who was asked does not serve the key. Where the plan is news, the owner that it names is
    /// asked at once, and under the same plan each owner once; after that only time can help. A refusal
    /// that comes twice, or from who was asked earlier, sends nothing: it would be answered again.
    fn refused(&self, from: NodeId, operation: &mut Operation<Self>) -> Option<Option<Span>> {
        let others = self.plan.map.serving(&operation.op()?.key).as_slice().len();
        let call = &mut operation.call;
        if call.sent.0 != from {
            return None;
        }
        call.tries += 1;
        let news = self.plan.epoch > call.sent.1;
        call.refusals = if news { 0 } else { call.refusals + 1 };
        call.sent.0 = NodeId::WORLD;
        let again = news || call.refusals < others;
        Some((!again).then(|| self.config.timeout.min(REFUSED_AGAIN)))
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

impl Reach for ByPlan {
    type Process = Process;
    type Note = Note;
    type Config = Start;
    type Ops = [Op; 1];
    type Answer = [Outcome; 1];
    type Way = ();
    type Call = Call;

    const OPEN_MAX: usize = 256;
    const LINE_MAX: usize = 0;

    fn boot(config: &Arc<ClientConfig>, _: &mut ProcessTurn<'_>) -> (Self, u32) {
        (Self { config: config.clone(), plan: config.store.plan.clone() }, 0)
    }

    fn alarm(timer: Timer) -> Option<Alarm> {
        match timer {
            Timer::Next => Some(Alarm::Next),
            Timer::Timeout(op) => Some(Alarm::Timeout(op)),
            Timer::Heartbeat | Timer::Hello | Timer::Again => None,
        }
    }

    fn wish(request: Request) -> Wish<Self> {
        match request {
            Request::Get(key) => Wish::Do([Op::get(key)], None),
            Request::Put(key, value) => Wish::Do([Op::put(key, value)], None),
            Request::Work(work) => Wish::Work(work),
            Request::Leave | Request::Weight(_) | Request::Edit(_) | Request::Change(_) => {
                Wish::Other
            }
        }
    }

    fn begin(&mut self, _: u32, [op]: &[Op; 1], _: Option<()>, _: &mut ProcessTurn<'_>) -> Call {
        let item = |value: &Value| {
            Arc::new(Item { key: op.key.clone(), version: UNWRITTEN, value: value.clone() })
        };
        let item = op.value.as_ref().map(item);
        Call { item, tries: 0, sent: (NodeId::WORLD, 0), refusals: 0 }
    }

    /// Sends to an owner: the first one at first, then one after the other.
    fn send(&mut self, op: u32, operation: &mut Operation<Self>, turn: &mut ProcessTurn<'_>) {
        let ([Op { key, .. }], call) = (&operation.ops, &mut operation.call);
        let serving = self.plan.map.serving(key);
        let owners = serving.as_slice();
        if owners.is_empty() {
            turn.send(self.config.store.controller, Message::AskPlan);
            return;
        }
        let to = owners[call.tries as usize % owners.len()];
        let message = match &call.item {
            None => Message::Get { op, key: key.clone() },
            Some(item) => Message::Put { op, item: item.clone() },
        };
        turn.send(to, message);
        call.sent = (to, self.plan.epoch);
    }

    fn hear(
        &mut self,
        from: NodeId,
        message: Message,
        open: &mut VecMap<u32, Operation<Self>>,
        _: &mut ProcessTurn<'_>,
    ) -> Option<(u32, Heard<[Outcome; 1]>)> {
        match message {
            Message::Answer { op, found } => {
                let outcome = match (open.get(&op)?.op()?.verb, found) {
                    (Verb::Get, Some(item)) if item.value == Value::Gone => Outcome::Absent,
                    (Verb::Get, Some(item)) => Outcome::Found(item),
                    (Verb::Get, None) => Outcome::Absent,
                    (_, Some(item)) => Outcome::Written(item),
                    (_, None) => return None,
                };
                Some((op, Heard::Ended([outcome])))
            }
            Message::Refused { op, plan } => {
                self.adopt(plan);
                let pause = self.refused(from, open.get_mut(&op)?)?;
                Some((op, Heard::Elsewhere(pause)))
            }
            Message::ClusterMap(plan) => {
                self.adopt(plan);
                None
            }
            _ => None,
        }
    }

    fn retry(&mut self, operation: &mut Operation<Self>, turn: &mut ProcessTurn<'_>) {
        operation.call.tries += 1;
        operation.call.refusals = 0;
        turn.send(self.config.store.controller, Message::AskPlan);
    }
}
