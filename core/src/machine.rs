//! The one shape of every protocol: inputs in, effects said, nothing done.
//!
//! A [`Machine`] is a node's program. The world hands it one [`Input`] at a time, and a [`Turn`] in
//! which it says what should happen. It has no clock, no socket, no disk and no chance of its own,
//! so the same inputs always give the same effects, natively and in a browser.
//!
//! **Effects are ordered.** What follows a [`Effect::Save`] leaves only after that write has landed
//! on the simulated disk; a crash before that loses both. "Write it down, then answer" is a rule of
//! the world, not a comment. An answer that rests on a write of an earlier turn, such as one to a
//! message that came twice, is said after a [`Effect::Fence`].
//!
//! **A write can fail.** The machine hears of it, and what was held behind that write never leaves.
//! After a failed write or sync nobody knows what the disk holds, so a machine that relies on its
//! disk says [`Effect::Halt`]: its process stops, and reads its disk anew when it is restarted.

use crate::base::{NodeId, Rng, Span, Time};
use alloc::vec::Vec;
use core::fmt::Debug;
use core::hash::Hash;

/// A protocol node: a deterministic state machine that does no IO.
pub trait Machine: Clone + Debug + Sized {
    /// What a node is told once, before its first start.
    type Config: Clone + Debug;
    /// What survives a crash.
    type Durable: Clone + Debug + Default;
    /// One change to what survives.
    type Write: Clone + Debug;
    /// What travels between nodes.
    type Message: Clone + Debug + Hash;
    /// Alarms by name: a closed enum.
    type Timer: Copy + Ord + Debug + Hash;
    /// What comes from outside: an operation, an order of the operator.
    type Request: Clone + Debug + Hash;
    /// The answer to a request.
    type Reply: Clone + Debug + PartialEq + Hash;
    /// What the node wants seen: "became leader".
    type Note: Clone + Debug + Hash;

    /// Starts from what survived.
    fn boot(config: &Self::Config, durable: &Self::Durable, turn: &mut Turn<'_, Self>) -> Self;
    /// Applies a write that has landed.
    fn settle(durable: &mut Self::Durable, write: Self::Write);
    /// Takes one input to its end.
    fn step(&mut self, input: Input<Self>, turn: &mut Turn<'_, Self>);
    /// What is left of a write when the power goes in the middle of it; nothing if none of it counts.
    fn tear(write: Self::Write, rng: &mut Rng) -> Option<Self::Write>;
    /// A disk that somebody has emptied. It may differ from that of a node which has never run.
    fn blank() -> Self::Durable {
        Self::Durable::default()
    }
    /// Damages something on the disk; false if there was nothing to damage.
    fn corrupt(durable: &mut Self::Durable, rng: &mut Rng) -> bool;
    /// How many bytes of the disk are in use. It is asked only on a disk of a limited size.
    fn disk_bytes(durable: &Self::Durable) -> u64;
    /// How many bytes a message takes on the wire.
    fn message_bytes(message: &Self::Message) -> u64;
    /// How many entries a message carries that a node must work on one by one. It is asked only of nodes
    /// whose work costs time.
    fn message_entries(_message: &Self::Message) -> u64 {
        0
    }
    /// How many bytes a write takes on the disk.
    fn write_bytes(write: &Self::Write) -> u64;
}

/// The number of a request, unique in a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u32);

/// Why a write failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum WriteError {
    /// There is no room on the disk: nothing was written.
    Full = 0,
    /// The disk reported an error: nobody knows what was written.
    Failed = 1,
}

/// What reaches a machine.
#[derive(Clone, Debug)]
pub enum Input<M: Machine> {
    /// A message has arrived.
    Message {
        /// Who sent it.
        from: NodeId,
        /// What it says.
        message: M::Message,
    },
    /// An alarm has gone off.
    Timer(M::Timer),
    /// Somebody outside wants something.
    Request {
        /// The number to answer to.
        id: RequestId,
        /// What is wanted.
        request: M::Request,
    },
    /// The oldest write under way has failed; what was to follow it never leaves.
    WriteFailed(WriteError),
}

/// What a machine says should happen.
#[derive(Clone, Debug)]
pub enum Effect<M: Machine> {
    /// Send a message.
    Send {
        /// To whom.
        to: NodeId,
        /// What it says.
        message: M::Message,
    },
    /// Set an alarm; an alarm of the same name is replaced.
    Arm {
        /// Its name.
        timer: M::Timer,
        /// How long from now, by the node's monotonic clock.
        after: Span,
    },
    /// Take an alarm back.
    Disarm(M::Timer),
    /// Write to the disk; what is said after this waits until it has landed.
    Save(M::Write),
    /// What is said after this waits until every write that this node has ordered so far has landed.
    Fence,
    /// Answer a request.
    Reply {
        /// Which.
        id: RequestId,
        /// The answer.
        reply: M::Reply,
    },
    /// Let it be seen.
    Note(M::Note),
    /// Stop the process: the node is off until somebody restarts it. What is said after this is lost.
    Halt,
}

impl<M: Machine> Effect<M> {
    /// What a machine inside another one says, in the other one's words.
    pub fn lift<O: Machine>(self) -> Effect<O>
    where
        O::Message: From<M::Message>,
        O::Timer: From<M::Timer>,
        O::Write: From<M::Write>,
        O::Reply: From<M::Reply>,
        O::Note: From<M::Note>,
    {
        match self {
            Self::Send { to, message } => Effect::Send { to, message: message.into() },
            Self::Arm { timer, after } => Effect::Arm { timer: timer.into(), after },
            Self::Disarm(timer) => Effect::Disarm(timer.into()),
            Self::Save(write) => Effect::Save(write.into()),
            Self::Fence => Effect::Fence,
            Self::Reply { id, reply } => Effect::Reply { id, reply: reply.into() },
            Self::Note(note) => Effect::Note(note.into()),
            Self::Halt => Effect::Halt,
        }
    }
}

/// Where the effects of a turn go.
enum Out<'a, M: Machine> {
    /// Into a list, for the world.
    List(&'a mut Vec<Effect<M>>),
    /// To the machine around this one.
    Outer(&'a mut dyn FnMut(Effect<M>)),
}

impl<M: Machine> Out<'_, M> {
    fn take(&mut self, effect: Effect<M>) {
        match self {
            Self::List(effects) => effects.push(effect),
            Self::Outer(outer) => outer(effect),
        }
    }
}

/// One input's worth of time at a node: what it knows, and what it says.
pub struct Turn<'a, M: Machine> {
    /// The node itself.
    pub id: NodeId,
    /// The time on the node's monotonic clock, which may run fast or slow and never goes back.
    pub now: Time,
    /// The time on the node's wall clock, which may also be set forward or back. For ids, timestamps
    /// and versions; never for how long something takes.
    pub wall: Time,
    /// How many writes of this node have landed since it started, in the order of their saving.
    pub landed: u32,
    /// The node's own stream of chance.
    pub rng: &'a mut Rng,
    out: Out<'a, M>,
}

impl<'a, M: Machine> Turn<'a, M> {
    /// A turn that collects its effects in the list given, on a node whose clocks agree.
    pub fn new(id: NodeId, now: Time, rng: &'a mut Rng, effects: &'a mut Vec<Effect<M>>) -> Self {
        Self { id, now, wall: now, landed: 0, rng, out: Out::List(effects) }
    }

    fn say(&mut self, effect: Effect<M>) {
        self.out.take(effect);
    }

    /// Says that a message should go.
    pub fn send(&mut self, to: NodeId, message: M::Message) {
        self.say(Effect::Send { to, message });
    }

    /// Says that an alarm should go off.
    pub fn arm(&mut self, timer: M::Timer, after: Span) {
        self.say(Effect::Arm { timer, after });
    }

    /// Says that an alarm should not go off.
    pub fn disarm(&mut self, timer: M::Timer) {
        self.say(Effect::Disarm(timer));
    }

    /// Says that something should be on the disk before anything that is said later leaves.
    pub fn save(&mut self, write: M::Write) {
        self.say(Effect::Save(write));
    }

    /// Says that what is said later leaves only after all that was saved before, in this turn or in
    /// an earlier one, is on the disk. It writes nothing itself.
    pub fn fence(&mut self) {
        self.say(Effect::Fence);
    }

    /// Answers a request.
    pub fn reply(&mut self, id: RequestId, reply: M::Reply) {
        self.say(Effect::Reply { id, reply });
    }

    /// Lets something be seen.
    pub fn note(&mut self, note: impl Into<M::Note>) {
        self.say(Effect::Note(note.into()));
    }

    /// Stops the process.
    pub fn halt(&mut self) {
        self.say(Effect::Halt);
    }

    /// Runs a machine inside this one: what it says comes out in this one's words.
    pub fn within<N: Machine, T>(&mut self, run: impl FnOnce(&mut Turn<'_, N>) -> T) -> T
    where
        M::Message: From<N::Message>,
        M::Timer: From<N::Timer>,
        M::Write: From<N::Write>,
        M::Reply: From<N::Reply>,
        M::Note: From<N::Note>,
    {
        let (id, now, wall, landed) = (self.id, self.now, self.wall, self.landed);
        let out = &mut self.out;
        let mut outer = |effect: Effect<N>| out.take(effect.lift());
        let rng = &mut *self.rng;
        run(&mut Turn { id, now, wall, landed, rng, out: Out::Outer(&mut outer) })
    }
}
