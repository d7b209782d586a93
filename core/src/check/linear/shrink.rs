//! The smallest part of a history that has no order: operations are left out as long as none comes.
//!
//! Only what may be left out is tried: without it, an order of all would still be an order of the rest.
//! That is so for whatever changes nothing. It is so for a write too, if nobody in the rest looks for
//! what it wrote or for what was written behind that, and nobody tells what the key did *not* hold; or if
//! all who look for it called after another write had returned that was called after it. The last write
//! of a value stays beside a read that found it all the same: a read never stands there out of the blue.
//! What writes several keys may be left out if that is so of each.

use crate::base::order;
use crate::check::history::{Access, History, Input, OPEN, Operation, Output};
use crate::check::symbol::{ABSENT, Symbol};
use alloc::vec::Vec;

/// Leaves operations out, question by question.
#[derive(Clone, Debug)]
pub(super) struct Shrink {
    /// The keys, in order.
    keys: Vec<Symbol>,
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
    /// The operations of some keys that were called until a moment; the culprit stays.
    pub(super) fn new(
        history: &History,
        keys: &[Symbol],
        operations: &[u32],
        until: u32,
        culprit: u32,
    ) -> Self {
        let mut keys = keys.to_vec();
        order::sort(&mut keys);
        let mut left: Vec<u32> = operations.to_vec();
        left.retain(|at| {
            let operation = &history.operations[*at as usize];
            let tells = operation.back <= until || history.writes(operation);
            operation.call <= until && operation.output != Output::Never && tells
        });
        let size = (left.len() / 2).max(1);
        Self { keys, left, culprit, until, size, at: 0, changed: false, asked: Vec::new() }
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
        let looks = |at: u32, into: &mut Vec<Look>| {
            let operation = self.seen(&history.operations[at as usize]);
            let of_keys = |access: &Access| self.keys.binary_search(&access.key).is_ok();
            let times = (operation.call, operation.back);
            let look = |access| Look { access, call: times.0, back: times.1 };
            into.extend(history.each(&operation).filter(of_keys).map(look));
        };
        let mut staying: Vec<Look> = Vec::new();
        for (at, operation) in self.left.iter().enumerate() {
            if !places.contains(&at) || *operation == self.culprit {
                looks(*operation, &mut staying);
            }
        }
        let mut removed: Vec<u32> = Vec::new();
        let mut tried: Vec<Look> = Vec::new();
        // From the last to the first: what is kept may look for what an earlier one wrote. What changes
        // nothing is never kept, so it hinders nothing that stands before it.
        let writes = |at: u32| {
            let operation = self.seen(&history.operations[at as usize]);
            history.each(&operation).any(|access| changes(&access))
        };
        let all = places.rev().map(|at| self.left[at]).filter(|at| *at != self.culprit);
        for at in all {
            tried.clear();
            looks(at, &mut tried);
            let stays =
                |write: &Look| changes(&write.access) && write.is_looked_for(&staying, history);
            if writes(at) && tried.iter().any(stays) {
                staying.append(&mut tried);
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

/// One access, and when.
struct Look {
    access: Access,
    call: u32,
    back: u32,
}

impl Look {
    /// True if a write may not be left out while others are there.
    fn is_looked_for(&self, others: &[Self], history: &History) -> bool {
        let key = self.access.key;
        let all = || others.iter().filter(|other| other.access.key == key);
        let later = all().filter(|other| other.call > self.back && overwrites(&other.access));
        let mine = wrote(&self.access);
        let again = mine.is_some()
            && all().any(|other| other.call > self.call && wrote(&other.access) == mine);
        let gone = later.map(|other| other.back).min().filter(|_| again).unwrap_or(OPEN);
        all().any(|other| other.call < gone && hinders(&self.access, &other.access, history))
    }
}

/// True if an access may have changed what the key holds.
fn changes(access: &Access) -> bool {
    access.input != Input::Get && !matches!(access.output, Output::Differs | Output::Found(_))
}

/// True if nothing of what the key held before can be seen after an access.
fn overwrites(access: &Access) -> bool {
    matches!(access.input, Input::Put(_) | Input::Delete | Input::Cas(..))
        && access.output == Output::Done
}

/// What the key holds after a write, if that is known from the write alone.
fn wrote(access: &Access) -> Option<Symbol> {
    match access.input {
        Input::Put(value) | Input::Cas(_, value) if changes(access) => Some(value),
        Input::Delete => Some(ABSENT),
        _ => None,
    }
}

/// True if a write may not be left out while another access is there.
fn hinders(write: &Access, other: &Access, history: &History) -> bool {
    let text = |word: Symbol| history.words.text(word);
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
