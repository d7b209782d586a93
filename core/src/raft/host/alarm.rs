//! The alarms of all groups, behind one alarm of the machine.

use super::{App, GroupId, HostTurn, Timer};
use crate::base::vec_map::VecMap;
use crate::base::{Span, Time};
use crate::raft::Timer as RaftTimer;
use alloc::collections::BTreeSet;

/// When which alarm of which group is due, on the machine's monotonic clock.
#[derive(Clone, Debug)]
pub(super) struct Alarms {
    due: BTreeSet<(Time, GroupId, RaftTimer)>,
    of: VecMap<GroupId, [Option<Time>; 4]>,
    /// What the machine's alarm is set for.
    set: Option<Time>,
    /// The time of this turn. An alarm that a fast clock rings a little early counts as in time.
    now: Time,
    /// Heartbeats are due at multiples of this.
    beat: Span,
}

/// An alarm's place among those of its group; a landed write is no alarm.
fn slot(timer: RaftTimer) -> Option<usize> {
    match timer {
        RaftTimer::Election => Some(0),
        RaftTimer::Heartbeat => Some(1),
        RaftTimer::Quorum => Some(2),
        RaftTimer::Transfer => Some(3),
        RaftTimer::Stored(_) => None,
    }
}

impl Alarms {
    pub(super) fn new(beat: Span) -> Self {
        Self {
            due: BTreeSet::new(),
            of: VecMap::new(),
            set: None,
            now: Time::ZERO,
            beat: Span(beat.0.max(1)),
        }
    }

    /// A turn begins.
    pub(super) fn begin(&mut self, now: Time) {
        self.now = now;
    }

    /// The turn of the machine's own alarm begins.
    pub(super) fn rang(&mut self) {
        self.now = self.now.max(self.set.take().unwrap_or_default());
    }

    /// The time as alarms see it.
    pub(super) fn now(&self) -> Time {
        self.now
    }

    /// The last multiple of the heartbeat interval up to a moment.
    pub(super) fn beat_before(&self, moment: Time) -> Time {
        Time(moment.0 - moment.0 % self.beat.0)
    }

    /// Sets an alarm of a group anew.
    pub(super) fn arm(&mut self, group: GroupId, timer: RaftTimer, after: Span) {
        let due = self.now + after;
        let due = match timer {
            // Not before the next beat, and together with everybody else's.
            RaftTimer::Heartbeat => {
                self.beat_before(due).max(self.beat_before(self.now) + self.beat)
            }
            // Not early: followers that answer each beat must all have had their time.
            RaftTimer::Quorum => {
                let before = self.beat_before(due);
                if before < due { before + self.beat } else { due }
            }
            _ => due,
        };
        self.put(group, timer, Some(due));
    }

    pub(super) fn disarm(&mut self, group: GroupId, timer: RaftTimer) {
        self.put(group, timer, None);
    }

    fn put(&mut self, group: GroupId, timer: RaftTimer, due: Option<Time>) {
        let Some(at) = slot(timer) else { return };
        let known = &mut self.of.at(group, || [None; 4])[at];
        if let Some(before) = core::mem::replace(known, due) {
            self.due.remove(&(before, group, timer));
        }
        if let Some(due) = due {
            self.due.insert((due, group, timer));
        }
    }

    /// Takes all alarms of a group back.
    pub(super) fn forget(&mut self, group: GroupId) {
        let timers = [RaftTimer::Election, RaftTimer::Heartbeat, RaftTimer::Quorum];
        for timer in timers.into_iter().chain([RaftTimer::Transfer]) {
            self.disarm(group, timer);
        }
        self.of.remove(&group);
    }

    /// Takes the next alarm that is due out.
    pub(super) fn next(&mut self) -> Option<(GroupId, RaftTimer)> {
        let (due, group, timer) = *self.due.first()?;
        if due > self.now {
            return None;
        }
        self.disarm(group, timer);
        Some((group, timer))
    }

    /// When the first alarm is due. One of a candidacy that has been put off meanwhile moves on.
    pub(super) fn first(&mut self, stands: impl Fn(GroupId) -> Option<Time>) -> Option<Time> {
        loop {
            let (due, group, timer) = *self.due.first()?;
            match stands(group).filter(|_| timer == RaftTimer::Election) {
                Some(later) if later > due => self.put(group, timer, Some(later)),
                _ => return Some(due),
            }
        }
    }

    /// Sets the machine's alarm, if it is not set for that moment already.
    pub(super) fn set<A: App>(&mut self, due: Option<Time>, turn: &mut HostTurn<'_, A>) {
        if self.set == due {
            return;
        }
        self.set = due;
        match due {
            Some(due) => turn.arm(Timer::Alarm, due.since(turn.now)),
            None => turn.disarm(Timer::Alarm),
        }
    }
}
