//! Moving through time: forwards, to any moment, one event, one message, back.

use super::{Session, Truncation};
use crate::base::{Span, Time};
use crate::sim::Kind;
use alloc::vec::Vec;

/// On the way to a moment, so much work on paper is done at once where work is done in steps.
const WORK_AT_ONCE: u64 = 4_000_000;

impl Session {
    /// The moment that is looked at.
    #[must_use]
    pub fn now(&self) -> Time {
        self.view.now()
    }

    /// When the run ends.
    #[must_use]
    pub fn end(&self) -> Time {
        self.timeline.front().ended.unwrap_or(self.script.end)
    }

    /// The furthest moment that has been worked out.
    #[must_use]
    pub fn front(&self) -> Time {
        self.timeline.front().ended.unwrap_or_else(|| self.timeline.front().now())
    }

    /// True once the whole run has been worked out.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.timeline.front().ended.is_some()
    }

    /// That the run was cut before its end, if it was.
    #[must_use]
    pub fn truncated(&self) -> Option<Truncation> {
        self.timeline.front().truncated
    }

    /// Goes up whenever a fact may have changed; never back.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Lets time pass.
    pub fn advance(&mut self, span: Span) {
        if self.filling.is_none() && !self.is_starting() {
            self.walk_to(self.now() + span);
        }
    }

    /// Goes to a moment; if that takes long and the session works in steps, on the way there.
    pub fn seek(&mut self, moment: Time) {
        let moment = moment.min(self.script.end);
        if moment < self.now() {
            self.view = self.timeline.checkpoint_at(moment).clone();
        }
        self.walk_to(moment);
        self.revision += 1;
    }

    fn walk_to(&mut self, moment: Time) {
        let moment = moment.min(self.script.end);
        if self.is_starting() {
            self.wanted = Some(moment);
            return;
        }
        let most = self.work_at_once();
        let known = self.timeline.extend_to(&self.script, moment, most);
        self.judge_at_end();
        let before = self.view.world.seq();
        let checkpoint = self.timeline.checkpoint_at(moment);
        if checkpoint.world.seq() > before {
            self.view = checkpoint.clone();
        }
        let goal = self.view.work().saturating_add(most);
        // What the front has not worked out yet would be worked out twice.
        let mut arrived = known;
        let mut unheard = Vec::new();
        while arrived && self.view.due(&self.script).is_some_and(|due| due <= moment) {
            arrived = self.view.work() < goal;
            if !arrived || !self.view.step(&self.script, &mut unheard) {
                break;
            }
            unheard.clear();
        }
        self.wanted = (!arrived).then_some(moment);
        if arrived && self.view.ended.is_none() && self.view.now() < moment {
            self.view.world.wait(moment);
        }
        if self.view.world.seq() != before {
            self.revision += 1;
        }
    }

    fn work_at_once(&self) -> u64 {
        if self.stepwise { WORK_AT_ONCE } else { u64::MAX }
    }

    /// Goes to just behind the next thing that happens.
    pub fn step_event(&mut self) {
        self.step_until(|_| true);
    }

    /// Goes to just behind the next arrival of a message.
    pub fn step_message(&mut self) {
        self.step_until(|kind| matches!(kind, Kind::Delivered { .. } | Kind::Lost { .. }));
    }

    fn step_until(&mut self, wanted: impl Fn(&Kind<crate::tenant::Process>) -> bool) {
        if self.is_starting() {
            return;
        }
        let most = self.work_at_once();
        let goal = self.view.work().saturating_add(most);
        let mut heard = Vec::new();
        while let Some(due) = self.view.due(&self.script) {
            // What takes too long is reached by and by, with all that happens at its moment.
            if !self.timeline.extend_to(&self.script, due, most) || self.view.work() >= goal {
                self.wanted = Some(due);
                break;
            }
            heard.clear();
            if !self.view.step(&self.script, &mut heard) || heard.iter().any(|e| wanted(&e.kind)) {
                break;
            }
        }
        self.judge_at_end();
        self.revision += 1;
    }

    /// Goes to just before the last thing that happened.
    pub fn step_back(&mut self) {
        if self.is_starting() {
            return;
        }
        let seq = self.view.world.seq();
        let start = self.timeline.checkpoint_before(seq).clone();
        let mut boundary = start.world.seq();
        let mut probe = start.clone();
        let mut unheard = Vec::new();
        while probe.world.seq() < seq && probe.step(&self.script, &mut unheard) {
            if probe.world.seq() < seq {
                boundary = probe.world.seq();
            }
            unheard.clear();
        }
        self.view = start;
        while self.view.world.seq() < boundary && self.view.step(&self.script, &mut unheard) {
            unheard.clear();
        }
        self.revision += 1;
    }
}
