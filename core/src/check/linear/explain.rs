//! Why there is no order: the first return that no order allows, the order up to it, and the fewest
//! operations that already have none.

use super::Hunt;
use super::search::End;
use super::shrink::Shrink;
use crate::base::order;
use crate::check::history::{History, OPEN, Output};
use crate::check::symbol::Symbol;
use alloc::vec::Vec;

/// A violation of one key, or of several that batches join. Operations are told by their places in the
/// history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The keys: one where what it holds explains it, whatever batches do with others.
    pub keys: Vec<Symbol>,
    /// The operation with whose return no order was left; none had been missing before.
    pub culprit: u32,
    /// The longest legal prefix: an order of all that had returned before the culprit did. What returned
    /// later or never is in it where it was needed.
    pub order: Vec<u32>,
    /// Few operations that have no order on these keys either, the culprit among them, in the order of their calls.
    pub smallest: Vec<u32>,
    /// True if leaving out any further one that may be left out would leave an order.
    pub is_smallest: bool,
}

/// Works a violation out, bit by bit.
#[derive(Clone, Debug)]
pub(super) struct Explanation {
    violation: Violation,
    operations: Vec<u32>,
    /// The moments of the returns; with the `high`th there is no order, with the `low`th there was.
    returns: Vec<(u32, u32)>,
    low: usize,
    high: usize,
    stage: Stage,
    search: Option<Hunt>,
    memory: usize,
    work: u64,
    /// True if something stayed because the question whether it may go cost too much.
    unsure: bool,
}

#[derive(Clone, Debug)]
enum Stage {
    /// Looks for the culprit between `low` and `high`.
    Bisect,
    /// Looks for the order before it.
    Order,
    /// Leaves operations out.
    Shrink(Shrink),
    Done,
}

/// One question costs at most so much; a question that costs more counts as if there were an order.
const QUESTION_MAX: u64 = 20_000_000;
/// All questions together cost at most so much.
const WORK_MAX: u64 = 400_000_000;

impl Explanation {
    /// Operations of which it is known that there is no order of them on some keys.
    pub(super) fn new(
        history: &History,
        keys: &[Symbol],
        operations: &[u32],
        memory: usize,
    ) -> Self {
        let operation = |at: u32| &history.operations[at as usize];
        let returned = operations
            .iter()
            .filter(|at| operation(**at).back != OPEN && operation(**at).output != Output::Never);
        let mut returns: Vec<(u32, u32)> = returned.map(|at| (operation(*at).back, *at)).collect();
        order::sort(&mut returns);
        let violation = Violation {
            keys: keys.to_vec(),
            culprit: returns.last().map_or(0, |(_, at)| *at),
            order: Vec::new(),
            smallest: operations.to_vec(),
            is_smallest: false,
        };
        let high = returns.len();
        Self {
            violation,
            operations: operations.to_vec(),
            returns,
            low: 0,
            high,
            stage: Stage::Bisect,
            search: None,
            memory,
            work: 0,
            unsure: false,
        }
    }

    pub(super) fn violation(&self) -> &Violation {
        &self.violation
    }

    pub(super) fn is_done(&self) -> bool {
        matches!(self.stage, Stage::Done)
    }

    pub(super) fn work(&self) -> u64 {
        self.work
    }

    /// Goes on for so much work.
    pub(super) fn advance(&mut self, history: &History, work: u64) {
        let until = self.work.saturating_add(work);
        while self.work < until && !self.is_done() {
            if self.search.is_none() && !self.ask(history) {
                continue;
            }
            let Some(search) = self.search.as_mut() else { continue };
            let before = search.work();
            let end =
                search.advance(history, until.saturating_sub(self.work).clamp(1, QUESTION_MAX));
            self.work += search.work() - before + 1;
            if end.is_none() && search.work() < QUESTION_MAX && self.work < WORK_MAX {
                continue;
            }
            let found = (end == Some(End::Found)).then(|| search.order());
            self.search = None;
            self.unsure |= !matches!(end, Some(End::Found | End::None))
                && matches!(self.stage, Stage::Shrink(_));
            self.hear(history, end == Some(End::None), found);
        }
    }

    /// Begins the next question; false if that changed the stage instead.
    fn ask(&mut self, history: &History) -> bool {
        let tired = self.work >= WORK_MAX;
        let asked = match &mut self.stage {
            Stage::Bisect if self.high - self.low > 1 && !tired => {
                let until = self.returns[(self.low + self.high) / 2 - 1].0;
                Some((self.operations.clone(), until))
            }
            Stage::Bisect => {
                self.violation.culprit = self.returns[self.high - 1].1;
                self.stage = Stage::Order;
                None
            }
            Stage::Order => {
                let until = self.high.checked_sub(2).map_or(0, |before| self.returns[before].0);
                Some((self.operations.clone(), until))
            }
            Stage::Shrink(shrink) => {
                let until = self.returns[self.high - 1].0;
                match shrink.next(history).filter(|_| !tired) {
                    Some(fewer) => Some((fewer, until)),
                    None => {
                        self.violation.is_smallest = !tired && !self.unsure;
                        self.stage = Stage::Done;
                        None
                    }
                }
            }
            Stage::Done => None,
        };
        let Some((operations, until)) = asked else { return false };
        self.work += operations.len() as u64;
        let keys = &self.violation.keys;
        self.search = Some(Hunt::new(history, keys, &operations, until, self.memory));
        true
    }

    /// Takes the answer to the last question.
    fn hear(&mut self, history: &History, none: bool, found: Option<Vec<u32>>) {
        match &mut self.stage {
            Stage::Bisect => {
                let middle = (self.low + self.high) / 2;
                if none {
                    self.high = middle;
                } else {
                    self.low = middle;
                }
            }
            Stage::Order => {
                self.violation.order = found.unwrap_or_default();
                let until = self.returns[self.high - 1].0;
                let Violation { keys, culprit, .. } = &self.violation;
                let shrink = Shrink::new(history, keys, &self.operations, until, *culprit);
                self.violation.smallest = shrink.left().to_vec();
                self.stage = Stage::Shrink(shrink);
            }
            Stage::Shrink(shrink) => {
                shrink.hear(none);
                self.violation.smallest = shrink.left().to_vec();
            }
            Stage::Done => {}
        }
    }
}
