//! What reads cost and what they are worth: their time, the messages that they cause, and how old what
//! they found was.

use super::caused::Caused;
use super::histogram::Histogram;
use crate::base::Span;

/// The numbers of one cluster's reads.
#[derive(Clone, Debug, Default)]
pub struct ReadMeasures {
    /// How long answered reads took.
    pub latency: Histogram,
    /// How long before a read began what it found had been overwritten; zero for a fresh one.
    pub staleness: Histogram,
    /// The messages that reads caused.
    pub caused: Caused,
}

impl ReadMeasures {
    /// A read was answered with something so old.
    pub fn answered(&mut self, took: Span, old: Span) {
        self.latency.add(took);
        self.staleness.add(old);
    }
}
