//! Changing the text: written anew, a statement at the present moment, taken back, made again.

use super::Session;
use crate::base::Time;
use crate::scenario::{Edit, LoadSource, When, rewrite, rewritten};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// So many texts can be taken back.
const UNDO_MAX: usize = 200;

/// A text with another seed.
#[must_use]
pub fn with_seed(text: &str, seed: u64) -> String {
    rewritten(text, &Edit::Seed(seed), Time::ZERO)
}

impl Session {
    /// The text with another seed.
    #[must_use]
    pub fn text_with_seed(&self, seed: u64) -> String {
        with_seed(&self.text, seed)
    }

    /// Changes the text in a way that is no statement at a moment.
    pub fn rewrite(&mut self, edit: &Edit<'_>) {
        let text = rewritten(&self.text, edit, self.end());
        self.edit(&text);
    }

    /// The calamities of the text's nemesis, if it has one.
    #[must_use]
    pub fn nemesis(&self) -> Option<String> {
        rewrite::nemesis(&self.text)
    }

    /// The number before an option's word in the first statement with that first word which has it.
    #[must_use]
    pub fn option(&self, word: &str, option: &str) -> Option<u32> {
        rewrite::option(&self.text, word, option)
    }

    /// The column that the text asks of a file with that name.
    #[must_use]
    pub fn column_asked(&self, file: &str) -> Option<String> {
        self.script.scenario.loads.iter().find_map(|load| match &load.source {
            LoadSource::File { name, column } if name == file => Some(column.clone()),
            _ => None,
        })
    }

    /// Puts another text in place of this one and runs it again from where they part.
    pub fn edit(&mut self, text: &str) {
        if text == self.text {
            return;
        }
        self.past.push(core::mem::take(&mut self.text));
        if self.past.len() > UNDO_MAX {
            self.past.remove(0);
        }
        self.future.clear();
        self.take_text(String::from(text));
    }

    /// Writes a statement at the present moment into the text.
    pub fn act(&mut self, statement: &str) {
        let mut text = self.text.clone();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        let line = format!(
            "{:<8} {statement}\n",
            format!("at {}", self.wanted.unwrap_or_else(|| self.now()))
        );
        // Expectations stand at the end; what happens stands before them.
        let at =
            self.script.scenario.expectations.first().map_or(text.len(), |e| e.span.0 as usize);
        let at = if text.is_char_boundary(at) { at } else { text.len() };
        let last = self.script.scenario.expectations.iter().all(|e| e.span.0 as usize >= at)
            && self.script.scenario.statements.iter().all(|s| (s.span.0 as usize) < at);
        text.insert_str(if last { at } else { text.len() }, &line);
        self.edit(&text);
    }

    /// Takes out of the text what it has planned for after the present moment, so that the
    /// viewer goes on from here: statements that have not begun, and those that wait for an event
    /// that has not come.
    pub fn take_over(&mut self) {
        let now = self.now();
        let statements = (0..).zip(&self.script.scenario.statements);
        let planned = statements.filter(|(number, statement)| match &statement.when {
            When::Start => false,
            When::At(at) => *at > now,
            When::Every { from, .. } => *from > now,
            When::On { .. } => !self.view.has_fired(&self.script, *number),
        });
        let lines: Vec<u32> = planned.map(|(_, statement)| statement.line).collect();
        let kept = (1..).zip(self.text.lines()).filter(|(line, _)| !lines.contains(line));
        let text: String = kept.flat_map(|(_, line)| [line, "\n"]).collect();
        if !lines.is_empty() {
            self.edit(&text);
        }
    }

    /// Takes the last change of the text back.
    pub fn undo(&mut self) {
        if let Some(text) = self.past.pop() {
            let now = core::mem::take(&mut self.text);
            self.future.push(now);
            self.take_text(text);
        }
    }

    /// Makes the last change that was taken back again.
    pub fn redo(&mut self) {
        if let Some(text) = self.future.pop() {
            let now = core::mem::take(&mut self.text);
            self.past.push(now);
            self.take_text(text);
        }
    }

    /// True if there is a change to take back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// True if there is a change to make again.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}
