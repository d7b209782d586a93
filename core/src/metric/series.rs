//! Numbers over time, in equal stretches.

use crate::base::{Span, Time};
use alloc::vec::Vec;

/// How many stretches a run has.
pub const STRETCHES: u64 = 240;

/// What happened in one stretch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    /// Operations answered.
    pub good: u32,
    /// Operations without an answer, or with a wrong one.
    pub bad: u32,
    /// Keys that no running node held, at worst.
    pub unavailable: u32,
    /// Bytes that streams have moved.
    pub moved_bytes: u64,
    /// The sum of the operations' times, in microseconds.
    pub latency_sum: u64,
    /// The longest time of an operation, in microseconds.
    pub latency_max: u64,
    /// Times that a replica began to lead.
    pub elections: u32,
    /// Entries that are known to be committed.
    pub committed: u64,
    /// Entries in the longest log.
    pub log: u64,
}

/// Stretches from zero to the end of a run, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    stretch: u64,
    stretches: Vec<Stretch>,
}

impl Series {
    /// An empty series for a run that ends then.
    #[must_use]
    pub fn new(end: Time) -> Self {
        Self { stretch: end.0.div_ceil(STRETCHES).max(1), stretches: Vec::new() }
    }

    /// How long a stretch is.
    #[must_use]
    pub fn stretch(&self) -> Span {
        Span(self.stretch)
    }

    /// The stretches so far.
    #[must_use]
    pub fn stretches(&self) -> &[Stretch] {
        &self.stretches
    }

    /// The stretch of a moment; those before it are there too.
    pub fn at(&mut self, moment: Time) -> &mut Stretch {
        let place = (moment.0 / self.stretch).min(STRETCHES) as usize;
        while self.stretches.len() <= place {
            // What is a state and no event goes on until something changes it.
            let last = self.stretches.last().copied().unwrap_or_default();
            let Stretch { unavailable, committed, log, .. } = last;
            self.stretches.push(Stretch { unavailable, committed, log, ..Stretch::default() });
        }
        &mut self.stretches[place]
    }
}
