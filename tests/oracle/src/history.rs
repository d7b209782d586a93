//! A history put to the judge: bytes in, a JSON object out.

use serde_json::{Value, json};
use shardlab::check::reader::{Format, Wrong};
use shardlab::check::{Budget, History, Input, Judgement, Verdict};
use std::sync::Arc;

/// The words for what a history can be written in.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    Format::ALL.into_iter().map(|(word, _)| word)
}

/// How much work is done between two looks at the clock.
const SLICE: u64 = 1_000_000;

/// Judges a history with a budget; `clock` tells microseconds.
pub(crate) fn judge(kind: &str, bytes: &[u8], budget: u64, clock: &dyn Fn() -> u64) -> Value {
    let Some((_, format)) = Format::ALL.into_iter().find(|(word, _)| *word == kind) else {
        return json!({ "problem": format!("there is no kind of history called {kind}") });
    };
    let history = match format.read(bytes) {
        Ok(history) => Arc::new(history),
        Err(Wrong { line, message }) => return json!({ "problem": message, "line": line }),
    };
    let budget = Budget { work: budget, ..Budget::default() };
    let began = clock();
    let mut judgement = match Judgement::new(history.clone(), format.object(), budget) {
        Ok(judgement) => judgement,
        Err(unjudged) => {
            let operation = &history.operations[unjudged.0 as usize];
            let problem = match operation.input {
                Input::Transaction(_) => {
                    "transactions are read but not judged: whether they are serializable is a \
                     question about cycles, not one of linearizability"
                }
                _ => "the object of this kind of history knows no such operation",
            };
            return json!({ "problem": problem, "line": operation.called });
        }
    };
    let verdict = judgement.decide();
    let took = clock() - began;
    while !judgement.advance(SLICE) {}
    let (work, places) = judgement.spent();
    let mut answer = json!({
        "kind": kind,
        "verdict": verdict.to_string(),
        "operations": history.operations.len(),
        "keys": judgement.parts().iter().map(|part| part.keys.len()).sum::<usize>(),
        "microseconds": took,
        "work": work,
        "places": places,
    });
    if verdict == Verdict::Unknown {
        answer["undecided"] =
            json!(judgement.parts().iter().filter(|it| it.order.is_empty()).count());
    }
    if let Some(violation) = judgement.violation() {
        let joined = violation.keys.len() > 1;
        answer["key"] = json!(history.keys(&violation.keys));
        answer["culprit"] = told(&history, violation.culprit, joined);
        answer["before"] = json!(violation.order.len());
        let smallest = violation.smallest.iter().map(|at| told(&history, *at, joined));
        answer["smallest"] = smallest.collect();
    }
    answer
}

fn told(history: &History, operation: u32, joined: bool) -> Value {
    let it = &history.operations[operation as usize];
    json!({
        "line": it.returned,
        "called": it.called,
        "returned": it.returned,
        "client": history.client(operation),
        "told": if joined { history.told_with_keys(operation) } else { history.told(operation) },
    })
}
