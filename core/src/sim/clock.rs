//! A node's two clocks, which may be wrong.
//!
//! The *monotonic* clock only drifts: it runs fast or slow and never goes back. Timeouts, alarms and
//! leases go by it. The *wall* clock is the monotonic one plus whatever it was set ahead or back by;
//! ids, timestamps and versions go by it.
//!
//! Both belong to the machine, not to the process: they run on while a node is off, so a restart
//! sets neither back. All monotonic clocks start at zero with the run and are apart only by drift.

use crate::base::{Span, Time};

/// How a node's clocks show time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// The true moment from which the drift counts.
    since: Time,
    /// What the monotonic clock showed then, less the true time, in microseconds.
    offset: i64,
    /// How far the wall clock was set ahead of the monotonic one, in microseconds.
    set: i64,
    /// How much faster than true time they run, in millionths; slower if negative.
    drift: i32,
}

/// A clock never runs more than half as fast again, nor less than half as fast.
pub const DRIFT_MAX: i32 = 500_000;

impl Clock {
    /// What the monotonic clock shows at a true moment.
    #[must_use]
    pub fn monotonic(&self, now: Time) -> Time {
        Time(now.0.saturating_add_signed(self.drifted(now)))
    }

    /// What the wall clock shows at a true moment.
    #[must_use]
    pub fn wall(&self, now: Time) -> Time {
        Time(now.0.saturating_add_signed(self.error(now)))
    }

    /// How far the wall clock is ahead of true time, in microseconds.
    #[must_use]
    pub fn error(&self, now: Time) -> i64 {
        self.drifted(now).saturating_add(self.set)
    }

    /// How far the monotonic clock is ahead of true time, in microseconds.
    fn drifted(&self, now: Time) -> i64 {
        let passed = i128::from(now.since(self.since).0);
        let drifted = passed * i128::from(self.drift) / 1_000_000;
        (i128::from(self.offset) + drifted).clamp(i64::MIN.into(), i64::MAX.into()) as i64
    }

    /// How long a span of this clock takes in true time, rounded up: no alarm rings before the clock
    /// shows its time.
    #[must_use]
    pub fn lasts(&self, span: Span) -> Span {
        if self.drift == 0 {
            return span;
        }
        let rate = (1_000_000 + i128::from(self.drift)) as u128;
        Span((u128::from(span.0) * 1_000_000).div_ceil(rate).min(u128::from(u64::MAX)) as u64)
    }

    /// Lets both clocks run at another rate from now on.
    pub fn run_at(&mut self, drift: i32, now: Time) {
        self.offset = self.drifted(now);
        self.since = now;
        self.drift = drift.clamp(-DRIFT_MAX, DRIFT_MAX);
    }

    /// Sets the wall clock forward or back; the monotonic one does not notice.
    pub fn jump(&mut self, by: i64) {
        self.set = self.set.saturating_add(by);
    }

    /// How much faster than true time it runs, in millionths.
    #[must_use]
    pub fn drift(&self) -> i32 {
        self.drift
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_clock_gains_and_its_alarms_come_early() {
        let mut clock = Clock::default();
        clock.run_at(100_000, Time(1_000_000));
        assert_eq!(clock.monotonic(Time(2_000_000)), Time(2_100_000));
        assert_eq!(clock.lasts(Span(110)), Span(100));
        assert_eq!(clock.lasts(Span(1)), Span(1));
        clock.jump(-2_000_000);
        assert_eq!(clock.wall(Time(2_000_000)), Time(100_000));
        assert_eq!(clock.monotonic(Time(2_000_000)), Time(2_100_000));
        clock.jump(i64::MIN);
        assert_eq!(clock.wall(Time(5)), Time(0));
        assert_eq!(clock.monotonic(Time(5)), Time(5));
    }
}
