//! The only way out of a run: what happened, in order, and what led to it.

use crate::base::hash::Fold;
use crate::base::hash::tagged;
use crate::base::{NodeId, Time};
use crate::machine::{Machine, RequestId, WriteError};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::hash::{Hash, Hasher};

/// What an event carries that nothing in the run led to: an order from the scenario.
pub const NO_CAUSE: u32 = u32::MAX;

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Event<M: Machine> {
    /// Its number in the run, from zero.
    pub seq: u32,
    /// The event that led to it, or [`NO_CAUSE`].
    pub cause: u32,
    /// When, in true time.
    pub at: Time,
    /// Where.
    pub node: NodeId,
    /// What.
    pub kind: Kind<M>,
}

/// What can happen.
#[derive(Clone, Debug)]
pub enum Kind<M: Machine> {
    /// A message left.
    Sent {
        /// For whom.
        to: NodeId,
        /// How long it is on the wire.
        bytes: u32,
        /// What it says.
        message: M::Message,
    },
    /// A message arrived; the cause is its [`Kind::Sent`].
    Delivered {
        /// From whom.
        from: NodeId,
    },
    /// A message was lost; the cause is its [`Kind::Sent`].
    Lost {
        /// Why.
        why: Loss,
    },
    /// An alarm went off.
    Rang(M::Timer),
    /// A write landed on the disk.
    Landed {
        /// Its size.
        bytes: u32,
    },
    /// Somebody outside wanted something.
    Requested {
        /// The number of the request.
        id: RequestId,
        /// What was wanted.
        request: Box<M::Request>,
    },
    /// A request was answered.
    Replied {
        /// The number of the request.
        id: RequestId,
        /// The answer.
        reply: M::Reply,
    },
    /// A machine let something be seen.
    Noted(M::Note),
    /// The world was changed from outside.
    Fault(Fault),
}

/// Why a message never arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Loss {
    /// The link lost it.
    Chance = 0,
    /// The link was cut.
    Cut = 1,
    /// Nobody was there.
    Down = 2,
    /// Somebody took it out of the air.
    Dropped = 3,
}

/// What the world did to a node or to the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A node started.
    Started,
    /// A node stopped, without a word.
    Crashed,
    /// A node stands still; its timers and its inbox wait.
    Paused,
    /// A node goes on.
    Resumed,
    /// A disk is empty now.
    Wiped,
    /// Something on a disk is damaged.
    Corrupted,
    /// The next crash of this node leaves any subset of the writes under way, whole or torn.
    Loosened,
    /// A crash caught writes under way on a loosened disk, or a write failed: this is what became of
    /// them.
    Torn {
        /// So many are gone.
        lost: u32,
        /// So many are whole.
        kept: u32,
        /// So many are there in part.
        torn: u32,
    },
    /// A write failed.
    WriteFailed(WriteError),
    /// A node stopped its own process.
    Halted,
    /// Writes that the disk had called safe are gone.
    Unsynced {
        /// How many.
        writes: u32,
    },
    /// A clock was moved.
    ClockMoved {
        /// By how many microseconds.
        by: i64,
    },
    /// A clock runs at another rate.
    ClockRate {
        /// Faster than true time by so many millionths.
        drift: i32,
    },
    /// A cut between two sides; the number tells cuts apart.
    Cut {
        /// Which cut.
        number: u32,
    },
    /// Every cut is mended.
    Healed,
    /// Links behave differently from now on.
    Network,
    /// A disk behaves differently from now on.
    Disk,
    /// A flight was put off, in microseconds.
    Delayed {
        /// By how much.
        by: u64,
    },
    /// A flight will arrive twice.
    Doubled,
    /// A message on its way was changed: no fault that a protocol is made for.
    Edited,
    /// A node works at another cost, or sends through another card, from now on.
    Work,
}

tagged!(Fault {
    0 Started,
    1 Crashed,
    2 Paused,
    3 Resumed,
    4 Wiped,
    5 Corrupted,
    6 Loosened,
    7 Torn { lost, kept, torn },
    8 WriteFailed(a),
    9 Halted,
    10 Unsynced { writes },
    11 ClockMoved { by },
    12 ClockRate { drift },
    13 Cut { number },
    14 Healed,
    15 Network,
    16 Disk,
    17 Delayed { by },
    18 Doubled,
    19 Edited,
    20 Work,
});

impl<M: Machine> Event<M> {
    /// One number for everything that the event says.
    #[must_use]
    pub fn digest(&self) -> u64 {
        let mut fold = Fold::default();
        fold.write_u64(self.at.0);
        fold.write_u64(u64::from(self.node.0) << 32 | u64::from(self.cause));
        match &self.kind {
            Kind::Sent { to, bytes, message } => {
                fold.write_u64(1 << 60 | u64::from(to.0) << 28 ^ u64::from(*bytes));
                message.hash(&mut fold);
            }
            Kind::Delivered { from } => fold.write_u64(2 << 60 | u64::from(from.0)),
            Kind::Lost { why } => fold.write_u64(3 << 60 | *why as u64),
            Kind::Rang(timer) => {
                fold.write_u64(4 << 60);
                timer.hash(&mut fold);
            }
            Kind::Landed { bytes } => fold.write_u64(5 << 60 | u64::from(*bytes)),
            Kind::Requested { id, request } => {
                fold.write_u64(6 << 60 | u64::from(id.0));
                request.hash(&mut fold);
            }
            Kind::Replied { id, reply } => {
                fold.write_u64(7 << 60 | u64::from(id.0));
                reply.hash(&mut fold);
            }
            Kind::Noted(note) => {
                fold.write_u64(8 << 60);
                note.hash(&mut fold);
            }
            Kind::Fault(fault) => {
                fold.write_u64(9 << 60);
                fault.hash(&mut fold);
            }
        }
        fold.finish()
    }
}

/// Every event of a run, from the first to the last one known.
#[derive(Clone, Debug)]
pub struct Trace<M: Machine> {
    chunks: Vec<Vec<Event<M>>>,
    len: u32,
}

/// Chunks keep the memory of a growing trace close to what it holds.
const CHUNK: usize = 8_192;

/// A trace holds this many events: a run that goes on is stopped, and says so.
pub const EVENTS_MAX: u32 = 1_000_000;

impl<M: Machine> Default for Trace<M> {
    fn default() -> Self {
        Self { chunks: Vec::new(), len: 0 }
    }
}

impl<M: Machine> Trace<M> {
    /// Adds the next event; its number must be the length so far.
    pub fn push(&mut self, event: Event<M>) {
        assert!(event.seq == self.len, "events are numbered in the order of the trace");
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => chunk.push(event),
            _ => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(event);
                self.chunks.push(chunk);
            }
        }
        self.len += 1;
    }

    /// How many events there are.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.len
    }

    /// True before the first event.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// One event by its number.
    #[must_use]
    pub fn get(&self, seq: u32) -> Option<&Event<M>> {
        self.chunks.get(seq as usize / CHUNK)?.get(seq as usize % CHUNK)
    }

    /// The events from a number on.
    pub fn since(&self, seq: u32) -> impl Iterator<Item = &Event<M>> {
        let skip = seq as usize % CHUNK;
        self.chunks.iter().skip(seq as usize / CHUNK).flatten().skip(skip)
    }

    /// Forgets the events from a number on.
    pub fn truncate(&mut self, len: u32) {
        if len < self.len {
            self.chunks.truncate((len as usize).div_ceil(CHUNK));
            if let Some(chunk) =
                self.chunks.last_mut().filter(|_| !len.is_multiple_of(CHUNK as u32))
            {
                chunk.truncate(len as usize % CHUNK);
            }
            self.len = len;
        }
    }

    /// How many events happened before a moment.
    #[must_use]
    pub fn before(&self, moment: Time) -> u32 {
        let (mut low, mut high) = (0, self.len);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.get(middle).is_some_and(|event| event.at < moment) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}
