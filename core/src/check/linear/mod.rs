//! Is a history linearizable? That is: is there one order of its operations, such that each takes effect
//! at one moment between its call and its return, and a single client alone would see the same answers?
//!
//! ```text
//! c1  |--put 1--|                      order   put 1, get 1, put 2, get 2
//! c2       |------put 2------|
//! c3          |-get 1-|   |-get 2-|
//! ```
//!
//! **The search** is that of Wing and Gong: the next in the order is one that was called before any of
//! the others had returned; if it does not go on, back. Lowe added the memory: a set of placed operations
//! and a state are searched once. Keys do not know of each other, so each is searched alone; but keys that
//! a batch has to do with at once are joined, and searched together (`joint`). That each of them alone has
//! an order is necessary, and quickly looked at, so it is looked at first.
//!
//! What keeps it quick, and exact all the same:
//!
//! - What changes nothing and fits is placed at once: no later place can be better for it.
//! - A set of operations is a front and the few holes before it (`memo`), not a bit for each.
//! - What never returned may never have happened. Such operations that do the same are told apart only
//!   by how many were used, and to have used fewer is never worse.
//! - Of two that do the same, the one that was called and returned first goes first.
//! - Values that nobody looked for are one state (`space`).
//! - An append that alone can have completed a value tells what it found (`append`).
//! - A value that one operation alone can have written stands once (`zone`).
//! - If a value is still to be read and nothing leads to it any more, there is no use in going on.
//!
//! **Left out:** the problem is NP-complete, so some histories take longer than anyone waits. Work and
//! memory are bounded, and the answer is then [`Verdict::Unknown`], which is never a yes.
//!
//! Wing, Gong: *Testing and verifying concurrent objects* (1993). Lowe: *Testing for linearizability*
//! (2017). Horn, Kroening: *Faster linearizability checking via P-compositionality* (2015).

mod append;
mod explain;
mod hunt;
mod joint;
mod key_history;
mod lane;
mod memo;
mod part;
mod rows;
mod search;
mod shrink;
mod space;
#[cfg(test)]
mod tests;
mod zone;

pub use explain::Violation;
pub use part::Part;

use super::history::{History, Input, OPEN, Operation, Output};
use super::model::{CasRegister, Entry, Model, Register, VersionedEntry};
use super::symbol::ABSENT;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use explain::Explanation;
use hunt::Hunt;
use part::Task;
use search::End;

/// What a history is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// Registers: get and put.
    Register,
    /// Registers that can compare and set.
    CasRegister,
    /// A store: get, put, append, delete, compare and set.
    Store,
    /// A store whose keys count their writes.
    Versioned,
}

impl Object {
    /// True if the object knows such an operation. A batch is known by its accesses; keys that count their
    /// writes have none.
    #[must_use]
    pub fn knows(self, history: &History, operation: &Operation) -> bool {
        let versions = self == Self::Versioned;
        !(versions && operation.is_batch())
            && history.each(operation).all(|access| {
                self.takes(access.input)
                    && match access.output {
                        Output::FoundAt(..) => versions,
                        Output::Found(_) => !versions,
                        _ => true,
                    }
            })
    }

    fn takes(self, input: Input) -> bool {
        match self {
            Self::Register => Register.takes(input),
            Self::CasRegister => CasRegister.takes(input),
            Self::Store => Entry.takes(input),
            Self::Versioned => VersionedEntry.takes(input),
        }
    }
}

/// How much may be spent on a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// How often operations are looked at.
    pub work: u64,
    /// Words of four bytes that one key's search may remember.
    pub memory: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { work: 2_000_000_000, memory: 48 << 20 }
    }
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is an order.
    Linearizable,
    /// There is none.
    Not,
    /// Neither was clear when the budget was spent.
    Unknown,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Linearizable => "linearizable",
            Self::Not => "not linearizable",
            Self::Unknown => "unknown",
        })
    }
}

/// Why a history cannot be judged at all: the place of an operation that the object does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unjudged(pub u32);

/// A judgement that can be interrupted, and is never more than its budget.
#[derive(Clone, Debug)]
pub struct Judgement {
    history: Arc<History>,
    budget: Budget,
    parts: Vec<Part>,
    /// What is still to be searched; what was too hard at first comes behind.
    tasks: VecDeque<Task>,
    /// How many of them have not had their first try.
    fresh: usize,
    work: u64,
    places: u64,
    search: Option<Hunt>,
    explanation: Option<Explanation>,
    verdict: Option<Verdict>,
}

/// What each part may spend on its first try, so that a hard one does not hide an easy violation.
const FIRST_TRY: u64 = 2_000_000;

impl Judgement {
    /// Begins to judge a history of an object.
    pub fn new(history: Arc<History>, object: Object, budget: Budget) -> Result<Self, Unjudged> {
        let unknown = |operation: &Operation| !object.knows(&history, operation);
        if let Some(at) = history.operations.iter().position(unknown) {
            return Err(Unjudged(at as u32));
        }
        let parts = part::parts(&history);
        Ok(Self::about(history, budget, parts))
    }

    fn about(history: Arc<History>, budget: Budget, parts: Vec<Part>) -> Self {
        let tasks = part::tasks(&history, &parts);
        Self {
            history,
            budget,
            parts,
            fresh: tasks.len(),
            tasks,
            work: 0,
            places: 0,
            search: None,
            explanation: None,
            verdict: None,
        }
    }

    /// A history that is shown and not judged: its verdict is that nobody knows.
    #[must_use]
    pub fn withheld(history: Arc<History>) -> Self {
        let operations = (0..history.operations.len() as u32).collect();
        let key = history.operations.first().map_or(ABSENT, |operation| operation.key);
        let verdict = Some(Verdict::Unknown);
        let part = Part { keys: alloc::vec![key], operations, verdict, order: Vec::new() };
        let nothing = Budget { work: 0, memory: 0 };
        Self { verdict, ..Self::about(history, nothing, alloc::vec![part]) }
    }

    /// Goes on for so much work; true once it is done. A violation is explained before it is done.
    pub fn advance(&mut self, work: u64) -> bool {
        let until = self.work.saturating_add(work);
        while self.work < until && !self.is_done() {
            match self.explanation.as_mut() {
                Some(explanation) => {
                    let before = explanation.work();
                    explanation.advance(&self.history, until - self.work);
                    self.work += explanation.work() - before;
                }
                None => self.search_on(until),
            }
        }
        self.is_done()
    }

    /// Judges to the end, without explaining; what this costs is what a verdict costs.
    pub fn decide(&mut self) -> Verdict {
        while self.verdict.is_none() {
            self.search_on(u64::MAX);
        }
        self.verdict.unwrap_or(Verdict::Unknown)
    }

    /// True once the verdict is there, and a violation is explained.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.verdict.is_some() && self.explanation.as_ref().is_none_or(Explanation::is_done)
    }

    /// The verdict, once it is there.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        self.verdict
    }

    /// The operations by key, or by joined keys; those of a violation are as they were when it was found.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// What is wrong, as far as it is worked out.
    #[must_use]
    pub fn violation(&self) -> Option<&Violation> {
        self.explanation.as_ref().map(Explanation::violation)
    }

    /// The history.
    #[must_use]
    pub fn history(&self) -> &Arc<History> {
        &self.history
    }

    /// How often operations were looked at, and how many places were searched.
    #[must_use]
    pub fn spent(&self) -> (u64, u64) {
        (self.work, self.places)
    }

    /// How many operations are decided, and how many there are.
    #[must_use]
    pub fn progress(&self) -> (u32, u32) {
        let decided = self.parts.iter().filter(|part| part.verdict.is_some());
        let done: usize = decided.map(|part| part.operations.len()).sum();
        (done as u32, self.history.operations.len() as u32)
    }

    fn search_on(&mut self, until: u64) {
        if self.verdict.is_some() {
            return;
        }
        if self.work >= self.budget.work {
            self.verdict = Some(Verdict::Unknown);
            return;
        }
        let decided = |task: &Task| self.parts[task.part()].verdict == Some(Verdict::Linearizable);
        if self.search.is_none() && self.tasks.front().is_some_and(decided) {
            self.fresh = self.fresh.saturating_sub(1);
            self.tasks.pop_front();
            return;
        }
        let Some(task) = self.tasks.front() else {
            let unknown = self.parts.iter().any(|part| part.verdict != Some(Verdict::Linearizable));
            self.verdict = Some(if unknown { Verdict::Unknown } else { Verdict::Linearizable });
            return;
        };
        let (history, memory) = (&self.history, self.budget.memory);
        let search = self.search.get_or_insert_with(|| {
            let (keys, operations) = task.about(&self.parts);
            Hunt::new(history, keys, operations, OPEN, memory)
        });
        let before = search.work();
        let left = if self.fresh > 0 { FIRST_TRY.saturating_sub(before) } else { u64::MAX };
        let end = search
            .advance(history, left.min(until.min(self.budget.work).saturating_sub(self.work)));
        self.work += search.work() - before + 1;
        let tired = self.fresh > 0 && search.work() >= FIRST_TRY;
        if end.is_none() && !tired {
            return;
        }
        self.fresh = self.fresh.saturating_sub(1);
        let (Some(search), Some(task)) = (self.search.take(), self.tasks.pop_front()) else {
            return;
        };
        let Some(end) = end else {
            self.tasks.push_back(task);
            return;
        };
        self.places += search.places();
        match (end, &task) {
            (End::None, task) => {
                let (keys, operations) = task.about(&self.parts);
                self.explanation = Some(Explanation::new(history, keys, operations, memory));
                self.parts[task.part()].verdict = Some(Verdict::Not);
                self.verdict = Some(Verdict::Not);
            }
            (End::Found, Task::Whole(part)) => {
                self.parts[*part].verdict = Some(Verdict::Linearizable);
                self.parts[*part].order = search.order();
            }
            (End::Full, Task::Whole(part)) => self.parts[*part].verdict = Some(Verdict::Unknown),
            // That one key alone has an order, or is too hard, decides nothing.
            (End::Found | End::Full, Task::Key(..)) => {}
        }
    }
}
