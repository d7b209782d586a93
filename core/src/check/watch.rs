//! Always, sometimes, eventually, at the end: when something must be so, and when that is decided.

use crate::base::{Span, Time};

/// When something must be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// At the end.
    AtEnd,
    /// At every moment.
    Always,
    /// At some moment.
    Sometimes,
    /// From some moment on, to the end; no later than so long after the last fault.
    Eventually(Option<Span>),
}

/// Watches one claim through a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    mood: Mood,
    now: bool,
    seen: bool,
    first_true: Option<(Time, u32)>,
    first_false: Option<(Time, u32)>,
    since: (Time, u32),
    last_fault: Time,
}

/// What was decided, when, and by which event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// True if it was as it must be.
    pub holds: bool,
    /// When that was clear.
    pub at: Time,
    /// The event that made it clear.
    pub seq: u32,
}

impl Watch {
    /// A watch that has seen nothing.
    #[must_use]
    pub fn new(mood: Mood) -> Self {
        Self {
            mood,
            now: false,
            seen: false,
            first_true: None,
            first_false: None,
            since: (Time::ZERO, 0),
            last_fault: Time::ZERO,
        }
    }

    /// When it must be so.
    #[must_use]
    pub fn mood(&self) -> Mood {
        self.mood
    }

    /// Something was done to the world.
    pub fn fault(&mut self, at: Time) {
        self.last_fault = at;
    }

    /// Sees whether the claim is so after an event.
    pub fn see(&mut self, at: Time, seq: u32, so: bool) {
        if !self.seen || self.now != so {
            self.since = (at, seq);
        }
        self.seen = true;
        self.now = so;
        let first = if so { &mut self.first_true } else { &mut self.first_false };
        first.get_or_insert((at, seq));
    }

    /// When something was done to the world last.
    #[must_use]
    pub fn last_fault(&self) -> Time {
        self.last_fault
    }

    /// True if it is so now, but has become so too long after the last fault.
    #[must_use]
    pub fn is_late(&self) -> bool {
        let Mood::Eventually(Some(limit)) = self.mood else { return false };
        self.now && self.since.0 > self.last_fault + limit
    }

    /// What is decided so far; once the run has ended, everything is.
    #[must_use]
    pub fn decision(&self, ended: Option<(Time, u32)>) -> Option<Decision> {
        let decided = |holds: bool, (at, seq): (Time, u32)| Some(Decision { holds, at, seq });
        match self.mood {
            Mood::AtEnd => ended.and_then(|end| decided(self.now, end)),
            Mood::Always => match self.first_false {
                Some(place) => decided(false, place),
                None => ended.and_then(|end| decided(true, end)),
            },
            Mood::Sometimes => match self.first_true {
                Some(place) => decided(true, place),
                None => ended.and_then(|end| decided(false, end)),
            },
            Mood::Eventually(_) => {
                let end = ended?;
                match self.now {
                    true if self.is_late() => decided(false, self.since),
                    true => decided(true, self.since),
                    false => decided(false, end),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(mood: Mood, seen: &[(u64, bool)], fault: u64) -> bool {
        let mut watch = Watch::new(mood);
        watch.fault(Time(fault));
        for (at, so) in seen {
            watch.see(Time(*at), *at as u32, *so);
        }
        watch.decision(Some((Time(100), 100))).is_some_and(|decision| decision.holds)
    }

    #[test]
    fn each_mood_accepts_its_own_and_refuses_the_others() {
        let dip = [(1, true), (5, false), (9, true)];
        assert!(!judge(Mood::Always, &dip, 0));
        assert!(judge(Mood::Always, &[(1, true), (9, true)], 0));
        assert!(judge(Mood::Sometimes, &[(1, false), (5, true), (9, false)], 0));
        assert!(!judge(Mood::Sometimes, &[(1, false)], 0));
        assert!(judge(Mood::Eventually(None), &dip, 0));
        assert!(!judge(Mood::Eventually(None), &[(1, true), (5, false)], 0));
        assert!(judge(Mood::Eventually(Some(Span(5))), &dip, 5));
        assert!(!judge(Mood::Eventually(Some(Span(3))), &dip, 5));
        assert!(judge(Mood::AtEnd, &dip, 0));
    }

    #[test]
    fn a_violation_is_decided_before_the_end_and_names_its_event() {
        let mut watch = Watch::new(Mood::Always);
        watch.see(Time(3), 3, true);
        assert_eq!(watch.decision(None), None);
        watch.see(Time(7), 7, false);
        watch.see(Time(8), 8, true);
        assert_eq!(watch.decision(None), Some(Decision { holds: false, at: Time(7), seq: 7 }));
    }
}
