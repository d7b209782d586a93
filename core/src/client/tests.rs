//! The client against a store that a test plays by hand.

use super::reach::{Alarm, Config, Heard, Reach, Wish};
use super::{Client, Note, Noted, Op, Operation, Outcome, Reply, Verb};
use crate::base::hash::tagged;
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Rng, Span, Time};
use crate::machine::{Effect, Input, Machine, RequestId, Turn};
use crate::store::{Key, Value};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What the store of the test says and hears.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Message {
    Ask(u32),
    Absent(u32),
    Elsewhere(u32, bool),
    Failed(u32),
}

tagged!(Message {
    0 Ask(a),
    1 Absent(a),
    2 Elsewhere(a, b),
    3 Failed(a),
});

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    Next,
    Timeout(u32),
    Again,
}

tagged!(Timer {
    0 Next,
    1 Timeout(a),
    2 Again,
});

impl From<Alarm> for Timer {
    fn from(alarm: Alarm) -> Self {
        match alarm {
            Alarm::Next => Self::Next,
            Alarm::Timeout(op) => Self::Timeout(op),
        }
    }
}

/// The way to a store that is asked one thing at a time, or several.
#[derive(Clone, Debug)]
struct Way<const ONE: bool>;

/// A client as a whole machine.
#[derive(Clone, Debug)]
struct Process<const ONE: bool>(Client<Way<ONE>>);

impl<const ONE: bool> Machine for Process<ONE> {
    type Config = Arc<Config<()>>;
    type Durable = ();
    type Write = ();
    type Message = Message;
    type Timer = Timer;
    type Request = Key;
    type Reply = Reply;
    type Note = Noted<()>;

    fn boot(config: &Self::Config, (): &(), turn: &mut Turn<'_, Self>) -> Self {
        Self(Client::boot(config, turn))
    }
    fn settle((): &mut (), (): ()) {}
    fn step(&mut self, input: Input<Self>, turn: &mut Turn<'_, Self>) {
        self.0.step(input, turn);
    }
    fn tear((): (), _: &mut Rng) -> Option<()> {
        None
    }
    fn corrupt((): &mut (), _: &mut Rng) -> bool {
        false
    }
    fn disk_bytes((): &()) -> u64 {
        0
    }
    fn message_bytes(_: &Message) -> u64 {
        0
    }
    fn write_bytes((): &()) -> u64 {
        0
    }
}

impl<const ONE: bool> Reach for Way<ONE> {
    type Process = Process<ONE>;
    type Note = ();
    type Config = ();
    type Ops = Arc<[Op]>;
    type Answer = Vec<Outcome>;
    type Way = ();
    /// How often it was sent.
    type Call = u32;

    const OPEN_MAX: usize = if ONE { 1 } else { 2 };
    const LINE_MAX: usize = if ONE { 1 } else { 0 };
    const AGAIN: Option<Timer> = if ONE { Some(Timer::Again) } else { None };

    fn boot(_: &Arc<Config<()>>, _: &mut Turn<'_, Process<ONE>>) -> (Self, u32) {
        (Self, 0)
    }
    fn alarm(timer: Timer) -> Option<Alarm> {
        match timer {
            Timer::Next => Some(Alarm::Next),
            Timer::Timeout(op) => Some(Alarm::Timeout(op)),
            Timer::Again => None,
        }
    }
    fn wish(key: Key) -> Wish<Self> {
        // A key with a comma stands for two that are read together.
        let ops = key.text().split(',').map(|key| Op::get(Key::new(key)));
        Wish::Do(ops.collect(), None)
    }
    fn begin(
        &mut self,
        _: u32,
        _: &Arc<[Op]>,
        _: Option<()>,
        _: &mut Turn<'_, Process<ONE>>,
    ) -> u32 {
        0
    }
    fn send(
        &mut self,
        op: u32,
        operation: &mut Operation<Self>,
        turn: &mut Turn<'_, Process<ONE>>,
    ) {
        turn.send(NodeId(operation.call), Message::Ask(op));
        operation.call += 1;
    }
    fn hear(
        &mut self,
        _: NodeId,
        message: Message,
        open: &mut VecMap<u32, Operation<Self>>,
        _: &mut Turn<'_, Process<ONE>>,
    ) -> Option<(u32, Heard<Vec<Outcome>>)> {
        Some(match message {
            Message::Ask(_) => return None,
            Message::Absent(op) => {
                let count = open.get(&op)?.ops.len();
                (op, Heard::Ended(alloc::vec![Outcome::Absent; count]))
            }
            Message::Elsewhere(op, now) => {
                open.get(&op)?;
                (op, Heard::Elsewhere((!now).then_some(PAUSE)))
            }
            Message::Failed(op) => {
                open.get(&op)?;
                (op, Heard::Failed(PAUSE))
            }
        })
    }
    fn retry(&mut self, operation: &mut Operation<Self>, _: &mut Turn<'_, Process<ONE>>) {
        operation.call += 10;
    }
}

const PAUSE: Span = Span::millis(20);

struct Bench<const ONE: bool> {
    process: Process<ONE>,
    rng: Rng,
    now: Time,
}

impl<const ONE: bool> Bench<ONE> {
    fn new() -> Self {
        let config = Arc::new(Config::new((Span::millis(100), Span::millis(250)), ()));
        let mut rng = Rng::derive(1, 1);
        let mut effects = Vec::new();
        let mut turn = Turn::new(NodeId(0), Time::ZERO, &mut rng, &mut effects);
        let process = Process::boot(&config, &(), &mut turn);
        Self { process, rng, now: Time::ZERO }
    }

    /// What it says to an input, in short words.
    fn step(&mut self, input: Input<Process<ONE>>) -> String {
        let mut effects = Vec::new();
        let mut turn = Turn::new(NodeId(0), self.now, &mut self.rng, &mut effects);
        self.process.step(input, &mut turn);
        let words: Vec<String> = effects.iter().map(word).collect();
        words.join(", ")
    }

    fn ask(&mut self, id: u32, key: &str) -> String {
        self.step(Input::Request { id: RequestId(id), request: Key::new(key) })
    }

    fn hear(&mut self, message: Message) -> String {
        self.step(Input::Message { from: NodeId(9), message })
    }

    fn timer(&mut self, millis: u64, timer: Timer) -> String {
        self.now = Time::ZERO + Span::millis(millis);
        self.step(Input::Timer(timer))
    }
}

fn word<M>(effect: &Effect<M>) -> String
where
    M: Machine<Message = Message, Timer = Timer, Reply = Reply, Note = Noted<()>>,
{
    match effect {
        Effect::Send { to, message } => format!("{message:?} to {}", to.0),
        Effect::Arm { timer, after } => format!("{timer:?} in {}", after.0 / 1_000),
        Effect::Disarm(timer) => format!("no {timer:?}"),
        Effect::Reply { id, reply: Reply::Ended(outcome) } => format!("{} {outcome:?}", id.0),
        Effect::Note(Noted::Client(note)) => match note {
            Note::Asked(it) if it.verb == Verb::Get => format!("asked {} {}", it.op, it.key.text()),
            Note::Answered { op, outcome } => format!("answered {op} {outcome:?}"),
            Note::Redirected { op } => format!("redirected {op}"),
            Note::Retried { op } => format!("retried {op}"),
            Note::Asked(_) => String::from("asked otherwise"),
            Note::NotBegun { verb, key } => format!("no {} {}", verb.word(), key.text()),
        },
        _ => String::from("something else"),
    }
}

#[test]
fn nobody_answers_and_it_tries_until_an_answer_would_come_behind_the_deadline() {
    let mut bench = Bench::<false>::new();
    assert_eq!(bench.ask(7, "x"), "asked 1 x, Timeout(1) in 100, Ask(1) to 0");
    let again = bench.timer(100, Timer::Timeout(1));
    assert_eq!(again, "retried 1, Timeout(1) in 100, Ask(1) to 11");
    let end = bench.timer(200, Timer::Timeout(1));
    assert_eq!(end, "no Timeout(1), 7 Unknown, answered 1 Unknown");
    // What comes later is about nothing.
    assert_eq!(bench.hear(Message::Absent(1)), "");
    assert_eq!(bench.timer(300, Timer::Timeout(1)), "");
    assert_eq!(bench.process.0.open(), 0);
}

#[test]
fn several_are_open_at_a_time_and_what_is_too_much_is_not_begun() {
    let mut bench = Bench::<false>::new();
    bench.ask(1, "x");
    assert_eq!(bench.ask(2, "y,z"), "asked 2 y, asked 3 z, Timeout(2) in 100, Ask(2) to 0");
    assert_eq!(bench.ask(3, "v,w"), "3 Refused, no get v, no get w");
    let ended = "no Timeout(2), 2 Absent, answered 2 Absent, answered 3 Absent";
    assert_eq!(bench.hear(Message::Absent(2)), ended);
    assert_eq!(bench.ask(4, "w"), "asked 4 w, Timeout(4) in 100, Ask(4) to 0");
    // Where several are open, a pause is a timeout that comes soon.
    assert_eq!(bench.hear(Message::Failed(1)), "Timeout(1) in 20");
    assert_eq!(bench.hear(Message::Elsewhere(1, false)), "redirected 1, Timeout(1) in 20");
}

#[test]
fn one_at_a_time_the_others_wait_in_line_and_a_pause_is_no_retry() {
    let mut bench = Bench::<true>::new();
    bench.ask(1, "x");
    assert_eq!(bench.ask(2, "y"), "");
    let left = "3 Refused, no get z";
    assert_eq!((bench.ask(3, "z").as_str(), bench.process.0.open()), (left, 2));
    let at_once = bench.hear(Message::Elsewhere(1, true));
    assert_eq!(at_once, "redirected 1, Timeout(1) in 100, Ask(1) to 1");
    assert_eq!(bench.hear(Message::Elsewhere(1, false)), "redirected 1, Again in 20");
    assert_eq!(bench.timer(20, Timer::Again), "Timeout(1) in 100, Ask(1) to 2");
    let next = "no Timeout(1), no Again, 1 Absent, answered 1 Absent, \
                asked 2 y, Timeout(2) in 100, Ask(2) to 0";
    assert_eq!(bench.hear(Message::Absent(1)), next);
    // A pause that would end too late ends the operation.
    bench.now = Time::ZERO + Span::millis(200);
    let end = "redirected 2, no Timeout(2), no Again, 2 Unknown, answered 2 Unknown";
    assert_eq!(bench.hear(Message::Elsewhere(2, false)), end);
}

#[test]
fn a_value_of_gone_is_a_delete() {
    assert_eq!(Op::put(Key::new("x"), Value::Gone).verb, Verb::Delete);
    assert_eq!(Op::put(Key::new("x"), Value::Text("1".into())).verb, Verb::Put);
}
