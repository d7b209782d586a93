//! Opening a text and going on with another: at once, or in steps between which a screen is drawn.

use super::Session;
use super::run::Script;
use super::source::Files;
use super::stock::{Filling, Progress, Stock};
use super::timeline::Timeline;
use crate::base::Time;
use crate::scenario;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// In the time that an event takes, so many keys are gathered.
const KEYS_AN_EVENT: usize = 8;

impl Session {
    /// Opens a text. Whatever it is, there is a session; [`Self::diagnostics`] says what is wrong.
    #[must_use]
    pub fn open(text: &str) -> Self {
        Self::open_with(text, Arc::default())
    }

    /// Opens a text that reads keys from files.
    #[must_use]
    pub fn open_with(text: &str, files: Arc<Files>) -> Self {
        Self::begin(text, files, &Stock::default(), false)
    }

    /// Opens a text for a screen: what takes long is left for [`Self::compute`], and until then
    /// surveys have no keys. [`Self::preparing`] tells how far it is.
    #[must_use]
    pub fn open_in_steps(text: &str) -> Self {
        Self::begin(text, Arc::default(), &Stock::default(), true)
    }

    /// Another text with the same files and the same keys at hand.
    pub(super) fn beside(&self, text: &str) -> Self {
        Self::begin(text, self.script.files.clone(), &self.script.stock, false)
    }

    fn begin(text: &str, files: Arc<Files>, stock: &Stock, stepwise: bool) -> Self {
        let (scenario, problems) = scenario::parse(text);
        let filling = Filling::new(&scenario, &files, stock);
        let waits = stepwise && filling.is_long();
        let stock = if waits { Stock::default() } else { Stock::full(&scenario, &files, stock) };
        let script = Script::new(scenario, files, stock);
        let timeline = Timeline::new(&script);
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
            judges: false,
            stepwise,
            filling: waits.then_some(filling),
            wanted: None,
        }
    }

    /// How far it is with what comes before the run; nothing once the run goes.
    #[must_use]
    pub fn preparing(&self) -> Option<Progress> {
        self.filling.as_ref().map(Filling::progress)
    }

    /// True if the present moment will be another one without anybody asking.
    #[must_use]
    pub fn is_underway(&self) -> bool {
        self.filling.is_some() || self.wanted.is_some()
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
            None => self.script.stock.clone(),
        };
        let filling = Filling::new(&scenario, &files, &known);
        let waits = self.stepwise && filling.is_long();
        let stock = if waits { Stock::default() } else { Stock::full(&scenario, &files, &known) };
        let script = Script::new(scenario, files, stock);
        let now = self.wanted.unwrap_or_else(|| self.now());
        match self.script.agrees_until(&script).filter(|_| !waits && self.script.stock.is_full()) {
            Some(moment) => self.timeline.rewrite(moment),
            None => self.timeline = Timeline::new(&script),
        }
        self.judged = None;
        self.text = text;
        self.script = script;
        self.problems = problems;
        self.filling = waits.then_some(filling);
        self.view = self.timeline.checkpoint_at(Time::ZERO).clone();
        self.seek(now.min(self.script.end));
    }

    /// Works out so many further events beyond the front, or what is to be done before; true once the
    /// run has ended.
    pub fn compute(&mut self, most: u32) -> bool {
        if let Some(filling) = &mut self.filling {
            let keys = (most as usize).saturating_mul(KEYS_AN_EVENT);
            if filling.step(&self.script.scenario, keys) {
                self.start();
            }
            return false;
        }
        if !self.is_complete() {
            self.timeline.extend(&self.script, most);
            self.judge_at_end();
            self.revision += 1;
        }
        if let Some(wanted) = self.wanted {
            self.seek(wanted);
        }
        self.is_complete()
    }

    /// Begins the run, now that all is there.
    fn start(&mut self) {
        if let Some(filling) = self.filling.take() {
            let now = self.wanted.unwrap_or_else(|| self.now());
            self.script.stock = Arc::new(filling.into_stock());
            self.timeline = Timeline::new(&self.script);
            self.judged = None;
            self.view = self.timeline.checkpoint_at(Time::ZERO).clone();
            self.seek(now);
        }
    }
}
