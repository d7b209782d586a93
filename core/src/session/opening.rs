//! Opening a text and going on with another: at once, or in steps between which a screen is drawn.

use super::Session;
use super::key_cache::{Filling, KeyCache, Progress};
use super::script::Script;
use super::source::Files;
use super::start;
use super::timeline::Timeline;
use crate::base::Time;
use crate::scenario;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What is to be done before a run counts as events, by the time it takes: so much work is one.
const WORK_AN_EVENT: u64 = 64;

/// The timeline of a script: begun, or still to be begun if that takes long and is done in steps.
fn timeline(script: &Script, stepwise: bool) -> Timeline {
    match stepwise && start::is_long(&script.scenario) {
        true => Timeline::begin(script),
        false => Timeline::new(script),
    }
}

impl Session {
    /// Opens a text. Whatever it is, there is a session; [`Self::diagnostics`] says what is wrong.
    #[must_use]
    pub fn open(text: &str) -> Self {
        Self::open_with(text, Arc::default())
    }

    /// Opens a text that reads keys from files.
    #[must_use]
    pub fn open_with(text: &str, files: Arc<Files>) -> Self {
        Self::begin(text, files, &KeyCache::default(), false)
    }

    /// Opens a text for a screen: what takes long is left for [`Self::compute`], and until then
    /// surveys have no keys. [`Self::preparing`] tells how far it is.
    #[must_use]
    pub fn open_in_steps(text: &str) -> Self {
        Self::begin(text, Arc::default(), &KeyCache::default(), true)
    }

    /// Another text with the same files and the same keys at hand.
    pub(super) fn beside(&self, text: &str) -> Self {
        Self::begin(text, self.script.files.clone(), &self.script.key_cache, false)
    }

    fn begin(text: &str, files: Arc<Files>, key_cache: &KeyCache, stepwise: bool) -> Self {
        let (scenario, problems) = scenario::parse(text);
        let filling = Filling::new(&scenario, &files, key_cache);
        let waits = stepwise && filling.is_long();
        let key_cache =
            if waits { KeyCache::default() } else { KeyCache::full(&scenario, &files, key_cache) };
        let script = Script::new(scenario, files, key_cache);
        let timeline = timeline(&script, stepwise);
        let view = timeline.checkpoint_at(Time::ZERO).clone();
        Self {
            text: String::from(text),
            script,
            problems,
            timeline,
            view,
            revision: 1,
            past: Vec::new(),
            future: Vec::new(),
            branches: Vec::new(),
            judged: None,
            judging: None,
            judges: false,
            stepwise,
            filling: waits.then_some(filling),
            wanted: None,
        }
    }

    /// How far it is with what comes before the run; nothing once the run goes.
    #[must_use]
    pub fn preparing(&self) -> Option<Progress> {
        let filling = self.filling.as_ref().map(Filling::progress);
        filling.or_else(|| {
            let done = self.timeline.starting()?;
            let all = start::work(&self.script.scenario).max(done + 1);
            Some(Progress { done, all, surveys: self.surveyed() })
        })
    }

    /// How far it is with what stands between the present moment and the one that was asked for; nothing
    /// if time stands where it should.
    #[must_use]
    pub fn working(&self) -> Option<Progress> {
        self.wanted?;
        let (done, all) = self.timeline.front().preparing().unwrap_or((0, 1));
        Some(Progress { done: done as u64, all: all.max(1) as u64, surveys: self.surveyed() })
    }

    /// Gives up what takes long: stays at the present moment, or takes the last edit back if nothing
    /// can be shown of its text yet. False if there is nothing to go back to.
    pub fn cancel(&mut self) -> bool {
        if self.preparing().is_none() {
            return self.wanted.take().is_some();
        }
        let undone = self.can_undo();
        self.undo();
        undone
    }

    /// True if the present moment will be another one without anybody asking.
    #[must_use]
    pub fn is_underway(&self) -> bool {
        self.filling.is_some() || self.wanted.is_some() || self.is_starting()
    }

    /// True until the run has begun.
    pub(super) fn is_starting(&self) -> bool {
        self.timeline.starting().is_some()
    }

    /// Gives a file that the text may read, and runs it anew.
    pub fn give_file(&mut self, name: &str, bytes: &[u8]) {
        let mut files = (*self.script.files).clone();
        files.insert(String::from(name), Arc::from(bytes));
        let text = core::mem::take(&mut self.text);
        self.go_on(text, Arc::new(files));
        self.revision += 1;
    }

    /// Runs another text, from where it parts from the one before.
    pub(super) fn take_text(&mut self, text: String) {
        self.go_on(text, self.script.files.clone());
    }

    fn go_on(&mut self, text: String, files: Arc<Files>) {
        let (scenario, problems) = scenario::parse(&text);
        let known = match self.filling.take() {
            Some(filling) => Arc::new(filling.into_stock()),
            None => self.script.key_cache.clone(),
        };
        let filling = Filling::new(&scenario, &files, &known);
        let waits = self.stepwise && filling.is_long();
        let key_cache =
            if waits { KeyCache::default() } else { KeyCache::full(&scenario, &files, &known) };
        let script = Script::new(scenario, files, key_cache);
        let now = self.wanted.unwrap_or_else(|| self.now());
        match self
            .script
            .agrees_until(&script)
            .filter(|_| !waits && self.script.key_cache.is_full() && !self.is_starting())
        {
            Some(moment) => self.timeline.rewrite(moment),
            None => self.timeline = timeline(&script, self.stepwise),
        }
        (self.judged, self.judging) = (None, None);
        self.text = text;
        self.script = script;
        self.problems = problems;
        self.filling = waits.then_some(filling);
        self.view = self.timeline.checkpoint_at(Time::ZERO).clone();
        self.seek(now.min(self.script.end));
    }

    /// Works out so many further events beyond the front, or what is to be done before; true once the
    /// run has ended, and what its clients saw is judged if that is wanted.
    pub fn compute(&mut self, most: u32) -> bool {
        if let Some(filling) = &mut self.filling {
            let work = u64::from(most).saturating_mul(WORK_AN_EVENT);
            if filling.step(&self.script.scenario, work) {
                self.start();
            }
            return false;
        }
        if self.is_starting() {
            let mut work = u64::from(most).saturating_mul(WORK_AN_EVENT);
            if self.timeline.start(&self.script, &mut work) {
                self.begin_at(self.wanted.unwrap_or_else(|| self.now()));
            }
            return false;
        }
        if !self.is_complete() {
            self.timeline.extend(&self.script, most);
            self.judge_at_end();
            self.revision += 1;
        } else if self.judging.is_some() {
            self.judge_at_end();
            self.revision += 1;
        }
        if let Some(wanted) = self.wanted {
            self.seek(wanted);
        }
        self.is_complete() && self.wanted.is_none() && self.judging.is_none()
    }

    /// Begins the run, now that all is there.
    fn start(&mut self) {
        if let Some(filling) = self.filling.take() {
            let now = self.wanted.unwrap_or_else(|| self.now());
            self.script.key_cache = Arc::new(filling.into_stock());
            self.timeline = timeline(&self.script, self.stepwise);
            self.begin_at(now);
        }
    }

    fn begin_at(&mut self, moment: Time) {
        (self.judged, self.judging) = (None, None);
        self.view = self.timeline.checkpoint_at(Time::ZERO).clone();
        self.seek(moment);
    }
}
