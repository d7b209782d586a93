//! How what happened is told: in which lane, by which word, in which sentence.

use alloc::string::String;

/// Which lane of the timeline an event belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// What was done to the world.
    Fault,
    /// Trace annotations of machines.
    Note,
    /// What clients did.
    Operation,
    /// Messages, alarms, disks: the machinery.
    Wire,
}

/// What is told of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its lane.
    pub lane: Lane,
    /// A word for its kind.
    pub kind: &'static str,
    /// The sentence.
    pub text: String,
}

impl Told {
    /// In a lane, by a word, in a sentence.
    #[must_use]
    pub fn new(lane: Lane, kind: &'static str, text: String) -> Self {
        Self { lane, kind, text }
    }
}

/// Whether a note is a mark on the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It is everyday.
    Quiet,
    /// It is one, and says itself what it is about.
    Plain,
    /// It is one, and many nodes say such things: the mark names the node.
    Placed,
    /// It is one if somebody stopped leading by it.
    IfLed,
    /// It is one, and the words before its colon are enough: what follows are the numbers of one of many.
    Head,
}
