//! The client of every store: it asks, waits, is sent elsewhere, tries again, and says what it believes.
//!
//! ```text
//!            request, workload
//!                    │
//!      line ──▶ open: begin, send ──▶ answered ──▶ end: noted, told, the next one in line
//!                    ▲    │
//!                    │    ├──▶ sent elsewhere: at once, or after a pause
//!                    │    └──▶ no answer in time: a retry, or given up at the deadline
//!                    └───────────┘
//! ```
//!
//! An operation keeps its number however often it is sent. What nobody has answered when the deadline comes is
//! not known: it may have happened, or not, or may still happen.

use super::reach::{Alarm, Config, Heard, MessageOf, Reach, ReachTurn, Wish};
use super::workload::Workload;
use super::{Asked, Note, Noted, Op, Outcome, Reply, Verb};
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Span, Time};
use crate::machine::{Input, RequestId};
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::sync::Arc;

/// An operation that has not ended, or several that are asked together.
#[derive(Clone, Debug)]
pub struct Operation<R: Reach> {
    /// What is wanted.
    pub ops: R::Ops,
    /// What the way to the store keeps of it.
    pub call: R::Call,
    began: Time,
    asked: Option<RequestId>,
}

impl<R: Reach> Operation<R> {
    /// The first of what is wanted, which is all where operations are asked one by one.
    pub fn op(&self) -> Option<&Op> {
        self.ops.as_ref().first()
    }

    /// True if nothing but reads is wanted.
    pub fn reads(&self) -> bool {
        self.ops.as_ref().iter().all(|op| op.verb == Verb::Get)
    }
}

/// What waits in line.
#[derive(Clone, Debug)]
struct Waiting<R: Reach> {
    ops: R::Ops,
    way: Option<R::Way>,
    asked: Option<RequestId>,
}

/// The machine that reads and writes.
#[derive(Clone, Debug)]
pub struct Client<R: Reach> {
    config: Arc<Config<R::Config>>,
    reach: R,
    open: VecMap<u32, Operation<R>>,
    line: VecDeque<Waiting<R>>,
    work: Option<Arc<Workload>>,
    /// The number of the last operation.
    count: u32,
    /// How many values its workload has made.
    made: u64,
}

impl<R: Reach> Client<R> {
    /// Starts.
    pub fn boot(config: &Arc<Config<R::Config>>, turn: &mut ReachTurn<'_, R>) -> Self {
        let (reach, count) = R::boot(config, turn);
        Self {
            config: config.clone(),
            reach,
            open: VecMap::new(),
            line: VecDeque::new(),
            work: None,
            count,
            made: 0,
        }
    }

    /// The way to its store, and what it has learnt of that.
    #[must_use]
    pub fn reach(&self) -> &R {
        &self.reach
    }

    /// Operations that wait for an answer, or in line.
    #[must_use]
    pub fn open(&self) -> usize {
        self.open.len() + self.line.len()
    }

    /// Takes one input.
    pub fn step(&mut self, input: Input<R::Process>, turn: &mut ReachTurn<'_, R>) {
        match input {
            Input::Message { from, message } => self.hear(from, message, turn),
            Input::Timer(timer) if R::AGAIN == Some(timer) => {
                let first = self.open.keys().next().copied();
                if let Some(op) = first {
                    self.send(op, turn);
                }
            }
            Input::Timer(timer) => match R::alarm(timer) {
                Some(Alarm::Next) => {
                    self.generate(turn);
                    self.arm_next(turn);
                }
                Some(Alarm::Timeout(op)) => self.time_out(op, turn),
                None => {}
            },
            // It writes nothing.
            Input::WriteFailed(_) => {}
            Input::Request { id, request } => match R::wish(request) {
                Wish::Do(ops, way) => self.take(Waiting { ops, way, asked: Some(id) }, turn),
                Wish::Work(work) => {
                    turn.reply(id, Reply::Noted);
                    self.work = work;
                    turn.disarm(Alarm::Next.into());
                    self.arm_next(turn);
                }
                Wish::Other => turn.reply(id, Reply::Noted),
            },
        }
    }

    // --- What is to be done ----------------------------------------------------------------------

    fn arm_next(&self, turn: &mut ReachTurn<'_, R>) {
        if let Some(work) = &self.work {
            let wait = work.wait(turn.rng);
            turn.arm(Alarm::Next.into(), wait);
        }
    }

    /// Makes the next operation of the workload.
    fn generate(&mut self, turn: &mut ReachTurn<'_, R>) {
        let Some(work) = &self.work else { return };
        let verb = R::verb(work.verb(turn.rng));
        let number = work.keys.draw(turn.rng, self.made, work.turn);
        let what = (verb, work.keys.key(number));
        let op = self.reach.compose(what, work, &mut self.made, turn.rng);
        self.take(Waiting { ops: [op].into(), way: None, asked: None }, turn);
    }

    fn take(&mut self, waiting: Waiting<R>, turn: &mut ReachTurn<'_, R>) {
        if self.open.len() < R::OPEN_MAX {
            self.begin(waiting, turn);
        } else if self.line.len() < R::LINE_MAX {
            self.line.push_back(waiting);
        } else {
            self.leave(&waiting, turn);
        }
    }

    /// Too much is open: what is not begun never happens, and is told, or overload would look like rest.
    fn leave(&self, waiting: &Waiting<R>, turn: &mut ReachTurn<'_, R>) {
        if let Some(id) = waiting.asked {
            turn.reply(id, Reply::Ended(Outcome::Refused));
        }
        for Op { verb, key, .. } in waiting.ops.as_ref() {
            turn.note(Noted::Client(Note::NotBegun { verb: *verb, key: key.clone() }));
        }
    }

    fn begin(&mut self, waiting: Waiting<R>, turn: &mut ReachTurn<'_, R>) {
        let Waiting { ops, way, asked } = waiting;
        let op = self.count.wrapping_add(1);
        let parts = ops.as_ref().len().max(1) as u32;
        self.count = self.count.wrapping_add(parts);
        let mut number = op;
        for part in ops.as_ref() {
            let Op { verb, key, value, expected } = part.clone();
            let asked = Asked { op: number, verb, key, value, expected };
            turn.note(Noted::Client(Note::Asked(Box::new(asked))));
            number = number.wrapping_add(1);
        }
        let call = self.reach.begin(op, &ops, way, turn);
        self.open.insert(op, Operation { ops, call, began: turn.now, asked });
        self.send(op, turn);
    }

    // --- On the way ------------------------------------------------------------------------------

    fn send(&mut self, op: u32, turn: &mut ReachTurn<'_, R>) {
        let Some(operation) = self.open.get_mut(&op) else { return };
        turn.arm(Alarm::Timeout(op).into(), self.config.timeout);
        self.reach.send(op, operation, turn);
    }

    fn hear(&mut self, from: NodeId, message: MessageOf<R>, turn: &mut ReachTurn<'_, R>) {
        let Some((op, heard)) = self.reach.hear(from, message, &mut self.open, turn) else {
            return;
        };
        match heard {
            Heard::Ended(answer) => self.end(op, Some(&answer), turn),
            Heard::Elsewhere(pause) => {
                turn.note(Noted::Client(Note::Redirected { op }));
                match pause {
                    None => self.send(op, turn),
                    Some(pause) => self.pause(op, pause, turn),
                }
            }
            Heard::Failed(pause) => self.pause(op, pause, turn),
        }
    }

    fn pause(&mut self, op: u32, pause: Span, turn: &mut ReachTurn<'_, R>) {
        match R::AGAIN {
            None => turn.arm(Alarm::Timeout(op).into(), pause),
            Some(again) if self.is_in_time(op, turn.now) => turn.arm(again, pause),
            Some(_) => self.give_up(op, turn),
        }
    }

    /// True if an answer to what is sent now can come before the deadline.
    fn is_in_time(&self, op: u32, now: Time) -> bool {
        let began = self.open.get(&op).map_or(Time::ZERO, |operation| operation.began);
        now.since(began) + self.config.timeout <= self.config.deadline
    }

    fn time_out(&mut self, op: u32, turn: &mut ReachTurn<'_, R>) {
        if !self.open.contains_key(&op) {
            return;
        }
        if !self.is_in_time(op, turn.now) {
            self.give_up(op, turn);
            return;
        }
        turn.note(Noted::Client(Note::Retried { op }));
        if let Some(operation) = self.open.get_mut(&op) {
            self.reach.retry(operation, turn);
        }
        self.send(op, turn);
    }

    fn give_up(&mut self, op: u32, turn: &mut ReachTurn<'_, R>) {
        self.reach.give_up(op, turn);
        self.end(op, None, turn);
    }

    // --- The end ---------------------------------------------------------------------------------

    fn end(&mut self, op: u32, answer: Option<&R::Answer>, turn: &mut ReachTurn<'_, R>) {
        let Some(Operation { ops, asked, .. }) = self.open.remove(&op) else { return };
        turn.disarm(Alarm::Timeout(op).into());
        if let Some(again) = R::AGAIN {
            turn.disarm(again);
        }
        let answer = answer.map(R::Answer::as_ref).unwrap_or_default();
        let outcome = |at: usize| answer.get(at).cloned().unwrap_or(Outcome::Unknown);
        let reply = asked.map(|id| (id, Reply::Ended(outcome(0))));
        let (before, behind) = if R::NOTES_FIRST { (None, reply) } else { (reply, None) };
        if let Some((id, reply)) = before {
            turn.reply(id, reply);
        }
        let mut number = op;
        for (at, part) in ops.as_ref().iter().enumerate() {
            let outcome = outcome(at);
            self.reach.learn(part, &outcome);
            turn.note(Noted::Client(Note::Answered { op: number, outcome }));
            number = number.wrapping_add(1);
        }
        if let Some((id, reply)) = behind {
            turn.reply(id, reply);
        }
        if let Some(waiting) = self.line.pop_front() {
            self.begin(waiting, turn);
        }
    }
}
