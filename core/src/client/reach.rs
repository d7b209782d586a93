//! How a client reaches a store: what each tenant says of its own, and the one client asks for.

use super::workload::Workload;
use super::{Noted, Op, Operation, Outcome, Reply, Verb};
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Rng, Span};
use crate::machine::{Machine, Turn};
use crate::store::{Key, Value};
use alloc::sync::Arc;
use core::fmt::Debug;
use core::hash::Hash;

/// A turn of the machine that a client is a part of.
pub type ReachTurn<'t, R> = Turn<'t, <R as Reach>::Process>;
/// What travels between the nodes of the store.
pub type MessageOf<R> = <<R as Reach>::Process as Machine>::Message;
/// Alarms of the machine that a client is a part of.
pub type TimerOf<R> = <<R as Reach>::Process as Machine>::Timer;
/// What comes from outside to the machine that a client is a part of.
pub type RequestOf<R> = <<R as Reach>::Process as Machine>::Request;

/// The alarms of a client, which the store's own timers name in their way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// The next operation of the workload is due.
    Next,
    /// The answer to the operation of that number is overdue.
    Timeout(u32),
}

/// What somebody outside wants of a client.
#[derive(Clone, Debug)]
pub enum Wish<R: Reach> {
    /// Do this: all of it or nothing, and in this way.
    Do(R::Ops, Option<R::Way>),
    /// Work like this from now on; nothing stops it.
    Work(Option<Arc<Workload>>),
    /// It is not for clients.
    Other,
}

/// What a message means for an operation.
#[derive(Clone, Debug)]
pub enum Heard<A> {
    /// It has ended so.
    Ended(A),
    /// It belongs elsewhere: it is sent there at once, or after so long.
    Elsewhere(Option<Span>),
    /// It has failed, and may be tried again after so long.
    Failed(Span),
}

/// A way to a store: whom a client asks, in which words, what an answer means, and what it learns of it.
///
/// The client itself does the rest: work, numbers, the line, timeouts, deadlines, and what is seen of it all.
pub trait Reach: Clone + Debug + Sized {
    /// The machine that the client is a part of.
    type Process: Machine<Reply = Reply, Note = Noted<Self::Note>, Timer: From<Alarm>>;
    /// Trace annotations of the store's machines beside what clients do.
    type Note: Clone + Debug + Hash;
    /// What it is told at first.
    type Config: Clone + Debug;
    /// What is asked at a time: one operation, or as many as happen together.
    type Ops: AsRef<[Op]> + From<[Op; 1]> + Clone + Debug;
    /// How these ended, one by one.
    type Answer: AsRef<[Outcome]>;
    /// How an operation is to be done, if not as usual.
    type Way: Clone + Debug;
    /// What it keeps of an operation until that has ended.
    type Call: Clone + Debug;

    /// So many operations are open at a time.
    const OPEN_MAX: usize;
    /// So many more wait in line; what comes beyond them is not begun.
    const LINE_MAX: usize;
    /// The alarm by which an operation is sent again after a pause, where that is no retry. Only for a store
    /// that is asked one thing at a time; elsewhere a pause is a timeout that comes soon.
    const AGAIN: Option<TimerOf<Self>> = None;
    /// The end of an operation is noted before it is told to whom has asked for it. It is one moment either
    /// way, but the order stands in the digests of traces.
    const NOTES_FIRST: bool = false;

    /// Starts, and gives the number before that of the first operation.
    fn boot(config: &Arc<Config<Self::Config>>, turn: &mut ReachTurn<'_, Self>) -> (Self, u32);

    /// The client's alarm that has this name in the store.
    fn alarm(timer: TimerOf<Self>) -> Option<Alarm>;

    /// What a request wants of a client.
    fn wish(request: RequestOf<Self>) -> Wish<Self>;

    /// What it does instead of an operation of a workload that the store does not know.
    fn verb(verb: Verb) -> Verb {
        verb
    }

    /// Makes an operation of a workload; `made` counts the values that were made.
    fn compose(
        &self,
        (verb, key): (Verb, Key),
        work: &Workload,
        made: &mut u64,
        rng: &mut Rng,
    ) -> Op {
        let value = match verb {
            Verb::Get => None,
            Verb::Delete => Some(Value::Gone),
            Verb::Put | Verb::Cas | Verb::Append => {
                *made += 1;
                Some(work.filler(rng))
            }
        };
        Op { verb, key, value, expected: None }
    }

    /// Begins an operation: all that stays the same however often it is sent.
    fn begin(
        &mut self,
        op: u32,
        ops: &Self::Ops,
        way: Option<Self::Way>,
        turn: &mut ReachTurn<'_, Self>,
    ) -> Self::Call;

    /// Sends an operation to whom it takes for the right one now.
    fn send(&mut self, op: u32, operation: &mut Operation<Self>, turn: &mut ReachTurn<'_, Self>);

    /// Takes a message in; says what it means for an open operation, if anything.
    fn hear(
        &mut self,
        from: NodeId,
        message: MessageOf<Self>,
        open: &mut VecMap<u32, Operation<Self>>,
        turn: &mut ReachTurn<'_, Self>,
    ) -> Option<(u32, Heard<Self::Answer>)>;

    /// Nobody has answered in time: the operation is about to be sent again.
    fn retry(&mut self, operation: &mut Operation<Self>, turn: &mut ReachTurn<'_, Self>);

    /// An operation is given up.
    fn give_up(&mut self, _op: u32, _turn: &mut ReachTurn<'_, Self>) {}

    /// One of the operations that were asked together has ended so.
    fn learn(&mut self, _op: &Op, _outcome: &Outcome) {}
}

/// What a client is told at first.
#[derive(Clone, Debug)]
pub struct Config<S> {
    /// How long it waits for one answer.
    pub timeout: Span,
    /// How long it tries in all.
    pub deadline: Span,
    /// What the way to its store needs to know.
    pub store: S,
}

impl<S> Config<S> {
    /// For a client that waits so long for one answer, and so long in all.
    #[must_use]
    pub fn new((timeout, deadline): (Span, Span), store: S) -> Self {
        Self { timeout: timeout.max(Span::millis(1)), deadline, store }
    }
}
