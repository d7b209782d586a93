//! The one client of all stores: what it does, how that ended, what it lets be seen, and its work.
//!
//! [`Client`] makes or takes operations, sends them, waits, tries again, gives up. How it reaches a store is
//! the store's own ([`Reach`]): whom it asks, in which words, what an answer means. What it does is told in
//! the words of this file, so that histories, latencies and expectations are the same everywhere.

pub mod absence;
pub mod law;
mod machine;
pub mod measure;
mod op;
pub mod pattern;
pub mod reach;
pub mod tell;
pub mod words;
pub mod workload;

pub use machine::{Client, Operation};
pub use op::Op;
pub use reach::{Alarm, Config, Heard, Reach, Wish};

use crate::base::hash::tagged;
use crate::store::{Item, Key, Value};
use alloc::boxed::Box;
use alloc::sync::Arc;
use core::hash::{Hash, Hasher};

/// Trace annotations of a client's operations.
#[derive(Clone, Debug)]
pub enum Note {
    /// A client began an operation. Boxed, as every event of a trace takes as much room as the largest.
    Asked(Box<Asked>),
    /// A client's operation ended.
    Answered {
        /// Its number for it.
        op: u32,
        /// How.
        outcome: Outcome,
    },
    /// A client was sent elsewhere.
    Redirected {
        /// Its number for the operation.
        op: u32,
    },
    /// A client tried again.
    Retried {
        /// Its number for the operation.
        op: u32,
    },
    /// A client could not begin what it was to do: too much of its work was open.
    NotBegun {
        /// What it was to do.
        verb: Verb,
        /// To which key.
        key: Key,
    },
}

tagged!(Note {
    0 Asked(a),
    1 Answered { op, outcome },
    2 Redirected { op },
    3 Retried { op },
    4 NotBegun { verb, key },
});

/// What a client begins.
#[derive(Clone, Debug, Hash)]
pub struct Asked {
    /// Its number for it.
    pub op: u32,
    /// What it does.
    pub verb: Verb,
    /// To which key.
    pub key: Key,
    /// What it writes or appends.
    pub value: Option<Value>,
    /// What must stand there for it to write; gone if the key must be absent.
    pub expected: Option<Value>,
}

/// Trace annotations of a machine whose clients are measured like all others.
#[derive(Clone, Debug)]
pub enum Noted<N> {
    /// A client's operation.
    Client(Note),
    /// Something of the tenant's own.
    Own(N),
}

impl<N> From<N> for Noted<N> {
    fn from(note: N) -> Self {
        Self::Own(note)
    }
}

impl<N: Hash> Hash for Noted<N> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Client(note) => note.hash(state),
            Self::Own(note) => note.hash(state),
        }
    }
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// It was understood; what follows is seen elsewhere.
    Noted,
    /// An operation has ended.
    Ended(Outcome),
}

tagged!(Reply {
    0 Noted,
    1 Ended(a),
});

/// How an operation ended, as its client believes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A read found this.
    Found(Arc<Item>),
    /// A read found nothing.
    Absent,
    /// A write is acknowledged, as this version.
    Written(Arc<Item>),
    /// The key held something else than was expected, and nothing was written.
    Differs(Value),
    /// It was refused, and never happened.
    Refused,
    /// No answer in time: a write may have happened, or not, or may still happen.
    Unknown,
}

tagged!(Outcome {
    0 Found(a),
    1 Absent,
    2 Written(a),
    3 Differs(a),
    4 Refused,
    5 Unknown,
});

impl Outcome {
    /// How many bytes it takes on the wire.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Found(item) => item.bytes(),
            Self::Differs(value) => value.bytes(),
            Self::Written(_) | Self::Absent | Self::Refused | Self::Unknown => 8,
        }
    }
}

/// What a client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Verb {
    /// Read.
    Get = 0,
    /// Write.
    Put = 1,
    /// Write "gone".
    Delete = 2,
    /// Write if the key holds what is expected.
    Cas = 3,
    /// Write behind what is there.
    Append = 4,
}

impl Verb {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Put => "put",
            Self::Delete => "delete",
            Self::Cas => "cas",
            Self::Append => "append",
        }
    }
}

#[cfg(test)]
mod tests;
