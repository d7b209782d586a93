//! A node's disk: writes that take time, and a power cut that takes what was not yet safe.

use crate::base::{Rng, Span, Spread, Time};

/// How a disk behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiskProfile {
    /// How long a write takes before its bytes move.
    pub write: Spread,
    /// How long until a written thing is safe; waiting for it does not hold up the next write.
    pub sync: Spread,
    /// Bytes a second; 0 for no limit.
    pub bandwidth: u64,
    /// If set, the disk lies: it calls a write safe at once and makes it safe only this much later.
    pub lie: Option<Span>,
    /// Bytes that fit on it; no limit if nothing is set.
    pub size: Option<u64>,
    /// Writes that fail with an error, in a million.
    pub fails: u32,
}

impl Default for DiskProfile {
    fn default() -> Self {
        Self {
            write: Spread::Constant(Span::micros(50)),
            sync: Spread::Constant(Span::millis(1)),
            bandwidth: 0,
            lie: None,
            size: None,
            fails: 0,
        }
    }
}

/// The times of one write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Landing {
    /// When the node may go on as if it were safe.
    pub answered: Time,
    /// When it is safe.
    pub safe: Time,
}

/// Where a disk stands in its work.
#[derive(Clone, Debug)]
pub struct Disk {
    /// How it behaves.
    pub profile: DiskProfile,
    busy_until: Time,
    last: Landing,
}

impl Disk {
    /// An idle disk.
    #[must_use]
    pub fn new(profile: DiskProfile) -> Self {
        let last = Landing { answered: Time::ZERO, safe: Time::ZERO };
        Self { profile, busy_until: Time::ZERO, last }
    }

    /// Takes on a write; later writes never land before earlier ones.
    pub fn write(&mut self, now: Time, bytes: u64, rng: &mut Rng) -> Landing {
        let start = now.max(self.busy_until);
        let moving = match self.profile.bandwidth {
            0 => Span::ZERO,
            rate => Span((u128::from(bytes) * 1_000_000 / u128::from(rate)).min(1 << 60) as u64),
        };
        let written = start + self.profile.write.sample(rng) + moving;
        self.busy_until = written;
        let synced = written + self.profile.sync.sample(rng);
        let landing = match self.profile.lie {
            None => Landing { answered: synced, safe: synced },
            Some(late) => Landing { answered: written, safe: synced + late },
        };
        self.last = Landing {
            answered: landing.answered.max(self.last.answered),
            safe: landing.safe.max(self.last.safe),
        };
        self.last
    }

    /// When the last write that was taken on is answered.
    #[must_use]
    pub fn answered(&self) -> Time {
        self.last.answered
    }

    /// Forgets its work: the power is gone.
    pub fn stop(&mut self, now: Time) {
        self.busy_until = now;
        self.last = Landing { answered: now, safe: now };
    }
}
