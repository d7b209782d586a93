//! A history from a file, read and judged bit by bit, so that its progress can be shown.

use super::fact::{self, HistoryFact};
use crate::check::history::{Input, Operation};
use crate::check::reader::{Format, Wrong};
use crate::check::{Budget, Judgement};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;

/// A file's history before the judge.
#[derive(Clone, Debug)]
pub struct Trial {
    judgement: Judgement,
    /// The history is of transactions, and only shown.
    withheld: bool,
}

/// What a file's history may cost.
const BUDGET: Budget = Budget { work: 2_000_000_000, memory: 24 << 20 };

/// The words for what a history can be written in.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    Format::ALL.into_iter().map(|(word, _)| word)
}

impl Trial {
    /// Reads a history of a kind, or of the kind that it looks like; else the line and what is wrong.
    pub fn open(kind: &str, bytes: &[u8]) -> Result<Self, (u32, String)> {
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4_000)]);
        let named = Format::ALL.into_iter().find(|(word, _)| *word == kind);
        let format = named.map(|(_, format)| format).or_else(|| Format::of(&head));
        let Some(format) = format else {
            let words: alloc::vec::Vec<&str> = kinds().collect();
            let message = match bytes.is_empty() {
                true => String::from("there is nothing in it"),
                false => format!("this looks like no history: {}", words.join(", ")),
            };
            return Err((1, message));
        };
        let history = format.read(bytes).map_err(|Wrong { line, message }| (line, message))?;
        let history = Arc::new(history);
        let is_transaction =
            |operation: &Operation| matches!(operation.input, Input::Transaction(_));
        let withheld = history.operations.iter().any(is_transaction);
        let judgement = match withheld {
            true => Judgement::withheld(history),
            false => {
                Judgement::new(history.clone(), format.object(), BUDGET).map_err(|unjudged| {
                    let line = history.operations[unjudged.0 as usize].called;
                    (line, String::from("an operation that such an object does not have"))
                })?
            }
        };
        Ok(Self { judgement, withheld })
    }

    /// Goes on for so much work; true once it is done.
    pub fn advance(&mut self, work: u64) -> bool {
        self.judgement.advance(work)
    }

    /// How many operations are decided, and how many there are.
    #[must_use]
    pub fn progress(&self) -> (u32, u32) {
        self.judgement.progress()
    }

    /// What is known; moments are places in the order of all calls and returns.
    #[must_use]
    pub fn fact(&self, key: Option<&str>, smallest: bool) -> HistoryFact {
        let history = &**self.judgement.history();
        if self.withheld {
            let reason = "Transactions are drawn, and not judged: whether one order explains them is a \
                          question about cycles.";
            let mut fact =
                fact::of(&self.judgement, None, false, String::from(reason), &|_, moment| {
                    u64::from(moment)
                });
            fact.verdict = String::from("not judged");
            return fact;
        }
        let reason = match (self.judgement.verdict(), self.judgement.violation()) {
            (_, Some(violation)) => {
                let culprit = &history.operations[violation.culprit as usize];
                let told = match violation.keys.len() {
                    1 => history.told(violation.culprit),
                    _ => history.told_with_keys(violation.culprit),
                };
                format!(
                    "Line {}: {told} of client {} on {} fits no order; {} operations prove it.",
                    culprit.returned,
                    history.client(violation.culprit),
                    history.keys(&violation.keys),
                    violation.smallest.len()
                )
            }
            (verdict, None) => match fact::holds(verdict) {
                Some(true) => String::from(fact::IN_ORDER),
                _ => String::from("The budget was spent before it was clear: that is no yes."),
            },
        };
        fact::of(&self.judgement, key, smallest, reason, &|_, moment| u64::from(moment))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STALE: &str = "INFO  jepsen.util - 0 :invoke :write 1\nINFO  jepsen.util - 0 :ok :write 1
INFO  jepsen.util - 1 :invoke :write 2\nINFO  jepsen.util - 1 :ok :write 2
INFO  jepsen.util - 2 :invoke :read nil\nINFO  jepsen.util - 3 :invoke :read nil
INFO  jepsen.util - 3 :ok :read 2\nINFO  jepsen.util - 2 :ok :read 1\n";

    #[test]
    fn a_file_is_judged_and_drawn_with_its_smallest_violation() {
        let mut trial = Trial::open("", STALE.as_bytes()).expect("a log");
        while !trial.advance(5) {}
        assert_eq!(trial.progress().1, 4);
        let all = trial.fact(None, false);
        assert_eq!(
            (all.verdict.as_str(), all.bars.len(), all.smallest),
            ("not linearizable", 4, 3)
        );
        assert!(all.reason.starts_with("Line 8: get 1 of client 2"), "{}", all.reason);
        let numbers: alloc::vec::Vec<_> = all.bars.iter().map(|bar| bar.number).collect();
        assert_eq!(numbers, [Some(1), Some(2), None, Some(3)]);
        assert_eq!((all.bars[1].state.as_str(), all.bars[2].culprit), ("2", true));
        let few = trial.fact(None, true);
        assert!(few.bars.iter().all(|bar| bar.proves) && few.bars.len() == 3);
    }

    #[test]
    fn what_is_no_history_says_where() {
        assert_eq!(Trial::open("", b"").map(|_| ()).map_err(|(line, _)| line), Err(1));
        assert_eq!(Trial::open("", b"apples").map(|_| ()).map_err(|(line, _)| line), Err(1));
        let torn = STALE.replace("3 :ok :read 2", "3 :o");
        assert_eq!(Trial::open("", torn.as_bytes()).map(|_| ()).map_err(|(line, _)| line), Err(7));
    }

    #[test]
    fn transactions_are_drawn_and_not_judged() {
        let text = r#"[{"process": 0, "type": "invoke", "value": [["append", 1, 1]]},
{"process": 1, "type": "invoke", "value": [["r", 1, null]]},
{"process": 0, "type": "ok", "value": [["append", 1, 1]]},
{"process": 1, "type": "ok", "value": [["r", 1, [1]]]}]"#;
        let mut trial = Trial::open("", text.as_bytes()).expect("transactions");
        assert!(trial.advance(1));
        let fact = trial.fact(None, true);
        assert_eq!((fact.verdict.as_str(), fact.bars.len()), ("not judged", 2));
        assert!(fact.bars.iter().all(|bar| bar.number.is_none() && bar.to.is_some()));
        assert!(fact.bars[1].told.contains("[1]"), "{:?}", fact.bars[1]);
    }
}
