//! The smallest part of a history that has no order: operations are left out as long as none comes.
//!
//! Only what may be left out is tried: without it, an order of all would still be an order of the rest.
//! That is so for whatever changes nothing. It is so for a write too, if nobody in the rest looks for
//! what it wrote or for what was written behind that, and nobody tells what the key did *not* hold; or if
//! all who look for it called after another write had returned that was called after it. The last write
//! of a value stays beside a read that found it all the same: a read never stands there out of the blue.

use crate::check::history::{History, Input, OPEN, Operation, Output};
use crate::check::word::{ABSENT, Word};
use alloc::vec::Vec;

/// Leaves operations out, question by question.
#[derive(Clone, Debug)]
pub(super) struct Shrink {
    left: Vec<u32>,
    culprit: u32,
    until: u32,
    /// How many are left out at once, and from where on.
    size: usize,
    at: usize,
    /// True if something was left out since the size was last one and the place the first.
    changed: bool,
    asked: Vec<u32>,
}

impl Shrink {
    /// The operations of a key that were called until a moment; the culprit stays.
    pub(super) fn new(history: &History, operations: &[u32], until: u32, culprit: u32) -> Self {
        let mut left: Vec<u32> = operations.to_vec();
        left.retain(|at| {
            let operation = &history.operations[*at as usize];
            let tells = operation.back <= until || operation.writes();
            operation.call <= until && operation.output != Output::Never && tells
        });
        let size = (left.len() / 2).max(1);
        Self { left, culprit, until, size, at: 0, changed: false, asked: Vec::new() }
    }

    /// What is left.
    pub(super) fn left(&self) -> &[u32] {
        &self.left
    }

    /// The next operations of which it is asked whether they have no order either.
    pub(super) fn next(&mut self, history: &History) -> Option<Vec<u32>> {
        loop {
            if self.at >= self.left.len() {
                if self.size == 1 && !self.changed {
                    return None;
                }
                if self.size == 1 {
                    self.changed = false;
                }
                self.at = 0;
                self.size = (self.size / 2).max(1);
            }
            let out = self.at..(self.at + self.size).min(self.left.len());
            let removed: Vec<u32> = self.removable(history, out.clone());
            if removed.is_empty() {
                self.at = out.end;
                continue;
            }
            let mut rest = self.left.clone();
            rest.retain(|at| !removed.contains(at));
            self.asked.clone_from(&rest);
            return Some(rest);
        }
    }

    /// The answer: true if those that were asked about have no order either.
    pub(super) fn hear(&mut self, none: bool) {
        if none {
            self.left = core::mem::take(&mut self.asked);
            self.changed = true;
        } else {
            self.at += self.size;
        }
    }

    /// Those among some places that may be left out together.
    fn removable(&self, history: &History, places: core::ops::Range<usize>) -> Vec<u32> {
        let operation = |at: u32| self.seen(&history.operations[at as usize]);
        let among = |at: &usize| places.contains(at);
        let rest = |at: &usize| !among(at) || self.left[*at] == self.culprit;
        let staying: Vec<Operation> =
            (0..self.left.len()).filter(rest).map(|at| operation(self.left[at])).collect();
        let tried = places.clone().map(|at| self.left[at]).filter(|at| *at != self.culprit);
        let mut removed: Vec<u32> = Vec::new();
        let mut kept: Vec<Operation> = Vec::new();
        let (writes, others): (Vec<u32>, Vec<u32>) = tried.partition(|at| changes(&operation(*at)));
        removed.extend(others);
        // From the last to the first: what is kept may look for what an earlier one wrote.
        for at in writes.into_iter().rev() {
            let write = operation(at);
            let all = || staying.iter().chain(&kept);
            let later = all().filter(|other| other.call > write.back && overwrites(other));
            let again = all().any(|other| {
                other.call > write.call && wrote(other).is_some() && wrote(other) == wrote(&write)
            });
            let gone = later.map(|other| other.back).min().filter(|_| again).unwrap_or(OPEN);
            if all().any(|other| other.call < gone && hinders(&write, other, history)) {
                kept.push(write);
            } else {
                removed.push(at);
            }
        }
        removed
    }

    /// An operation as it was seen until the moment.
    fn seen(&self, operation: &Operation) -> Operation {
        let mut operation = *operation;
        if operation.back > self.until {
            (operation.output, operation.back) = (Output::Unknown, OPEN);
        }
        operation
    }
}

/// True if an operation may have changed what the key holds.
fn changes(operation: &Operation) -> bool {
    operation.writes() && !matches!(operation.output, Output::Differs | Output::Found(_))
}

/// True if nothing of what the key held before can be seen after an operation.
fn overwrites(operation: &Operation) -> bool {
    matches!(operation.input, Input::Put(_) | Input::Delete | Input::Cas(..))
        && operation.output == Output::Done
}

/// What the key holds after a write, if that is known from the write alone.
fn wrote(operation: &Operation) -> Option<Word> {
    match operation.input {
        Input::Put(value) | Input::Cas(_, value) if changes(operation) => Some(value),
        Input::Delete => Some(ABSENT),
        _ => None,
    }
}

/// True if a write may not be left out while another operation is there.
fn hinders(write: &Operation, other: &Operation, history: &History) -> bool {
    let text = |word: Word| history.words.text(word);
    // What the other looks for: what it found, or what it compared with.
    let looks = match (other.input, other.output) {
        (Input::Get | Input::Cas(..), Output::Found(found)) => Some(found),
        (Input::Cas(from, _), Output::Done | Output::Unknown) => Some(from),
        // These tell what the key did not hold, at whatever moment.
        (_, Output::Differs) | (Input::PutAt(..), _) | (_, Output::FoundAt(..)) => return true,
        _ => None,
    };
    let Some(looks) = looks else { return false };
    if let Input::Append(more) = write.input {
        return text(looks).contains(text(more));
    }
    let Some(wrote) = wrote(write) else { return true };
    wrote == looks || wrote == ABSENT || looks != ABSENT && text(looks).starts_with(text(wrote))
}
