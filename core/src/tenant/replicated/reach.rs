//! How a client reaches a replicated store: one thing at a time, at the leader that it last heard of.
//!
//! What it asks keeps its number, so that it is done once however often it is sent. Reads that anybody may
//! answer are spread over all replicas.

use super::kv::{Answer, ClientId, TEXT_MAX};
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
use alloc::string::String;
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
/// Values of at most so many bytes are texts that can be read; larger ones only have a size. Where no size
/// is stated a text is as short as it can be.
const SMALL: u32 = 100;

/// A name filled up to a size; one that is longer stays whole, as names must differ.
fn padded(name: &str, bytes: usize) -> String {
    format!("{name:.<bytes$}")
}

/// A value of the size that the text states: one that can be read if it is small and the name fits.
fn sized(name: &str, work: &Workload, rng: &mut Rng) -> Value {
    if work.value_bytes <= SMALL && name.len() <= work.value_bytes as usize {
        Value::Text(padded(name, work.value_bytes as usize).into())
    } else {
        work.filler(rng)
    }
}

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
        let name = format!("{}.{made}", work.turn.0 + 1);
        let (value, expected) = match verb {
            Verb::Get | Verb::Delete => (None, None),
            Verb::Put if work.sized => (Some(sized(&name, work, rng)), None),
            Verb::Put if work.value_bytes <= SMALL => (Some(Value::Text(name.into())), None),
            Verb::Put => (Some(work.filler(rng)), None),
            Verb::Cas => {
                let known = self.belief.get(&key.position()).cloned();
                let value = match work.sized {
                    true => sized(&name, work, rng),
                    false => Value::Text(name.into()),
                };
                (Some(value), Some(known.unwrap_or(Value::Gone)))
            }
            // What is longer than a text may grow is refused however long it is.
            Verb::Append => {
                let bytes = if work.sized { work.value_bytes as usize } else { 0 };
                let name = padded(&name, bytes.min(TEXT_MAX + 1).saturating_sub(1));
                (Some(Value::Text(format!("{name} ").into())), None)
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::workload::{Choice, Keys, VALUE_BYTES};

    /// The values of the first three operations of one kind.
    fn values(verb: Verb, stated: Option<u32>) -> [Value; 3] {
        let store = Start { replicas: Arc::new([]), reading: ReadMode::Log };
        let config = ClientConfig::new((Span::millis(1), Span::millis(1)), store);
        let work = Workload {
            every: Span::millis(1),
            gets: 0,
            puts: 0,
            appends: 0,
            swaps: 0,
            keys: Keys::new("k{n}", 1, Choice::Uniform),
            value_bytes: stated.unwrap_or(VALUE_BYTES),
            sized: stated.is_some(),
            turn: (0, 1),
        };
        let mut rng = Rng::derive(1, 1);
        let client = ByLeader {
            config: Arc::new(config),
            session: 0,
            target: None,
            wrote: Index(0),
            saw: Index(0),
            belief: VecMap::new(),
        };
        let mut made = 8;
        [(); 3].map(|()| {
            let op = client.compose((verb, Key::new("k")), &work, &mut made, &mut rng);
            op.value.expect("it writes")
        })
    }

    #[test]
    fn a_size_that_is_stated_is_obeyed_whatever_is_written() {
        for verb in [Verb::Put, Verb::Cas, Verb::Append] {
            for bytes in [5, 6, 10, 100, 101, 10_000] {
                let values = values(verb, Some(bytes));
                let all = values.iter().all(|value| value.bytes() == u64::from(bytes));
                assert!(all, "{verb:?} {bytes}: {values:?}");
                assert!(values[0] != values[1] && values[1] != values[2], "{values:?}");
            }
        }
        // A name that does not fit becomes nameless bytes; what is appended keeps it.
        let sizes = |verb| values(verb, Some(2)).map(|value| value.bytes());
        assert_eq!(sizes(Verb::Put), [2; 3]);
        assert_eq!(sizes(Verb::Append), [4, 5, 5]);
    }

    #[test]
    fn without_a_stated_size_texts_are_short() {
        let text = |text: &str| Value::Text(text.into());
        assert_eq!(values(Verb::Put, None), ["1.9", "1.10", "1.11"].map(text));
        assert_eq!(values(Verb::Append, None), ["1.9 ", "1.10 ", "1.11 "].map(text));
    }
}
