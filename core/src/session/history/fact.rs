//! A history for a screen: bars by client, the order that was found, and what fits into none.

use crate::base::order;
use crate::check::model::{self, Entry, Held};
use crate::check::{History, Judgement, Operation, Output, Symbol, Verdict, Violation};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A history, or what of it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryFact {
    /// `linearizable`, `not linearizable`, `unknown` or `not judged`.
    pub verdict: String,
    /// A sentence about it.
    pub reason: String,
    /// How many operations there are in all.
    pub operations: u32,
    /// How many keys there are.
    pub keys: u32,
    /// The keys with the most operations, at most [`KEYS_MAX`], that of a violation first.
    pub busiest: Vec<(String, u32)>,
    /// The key whose operations these are, or the keys that batches join.
    pub key: String,
    /// How many keys these are.
    pub joined: u32,
    /// How many operations of that key there are, of which `bars` may be the first.
    pub of_key: u32,
    /// How many operations prove the violation, if there is one.
    pub smallest: u32,
    /// The bars, in the order of their calls; at most [`BARS_MAX`].
    pub bars: Vec<BarFact>,
}

/// One operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BarFact {
    /// Its client.
    pub client: String,
    /// What it asked for and what it was told, in the shortest words.
    pub told: String,
    /// The answer alone: what the client believes.
    pub answer: String,
    /// When it was called, in the unit of the history.
    pub from: u64,
    /// When it returned; nothing if it stays open.
    pub to: Option<u64>,
    /// What its call is known by: an event, or a line.
    pub called: u32,
    /// What its end is known by.
    pub returned: u32,
    /// Its place in the order that was found, from one.
    pub number: Option<u32>,
    /// What the key holds after it, in that order; of joined keys, each: `x = 1, y = 0`.
    pub state: String,
    /// It fits no order.
    pub culprit: bool,
    /// It is one of those that prove the violation.
    pub proves: bool,
}

/// Why a history is linearizable.
pub(super) const IN_ORDER: &str = "One order of all operations on a key, or on keys that batches join, explains what every client saw.";

/// A screen is given at most so many bars.
pub const BARS_MAX: usize = 240;
/// A screen may choose among at most so many keys.
pub const KEYS_MAX: usize = 24;

/// The fact of a judgement: of one key, the one of a violation or the busiest if none is named; only what
/// proves the violation if `smallest`. `time` gives the moment of a call or a return: what it is known
/// by, and its place in the order of all.
pub fn of(
    judgement: &Judgement,
    key: Option<&str>,
    smallest: bool,
    reason: String,
    time: &dyn Fn(u32, u32) -> u64,
) -> HistoryFact {
    let history = &**judgement.history();
    let violation = judgement.violation();
    let mut parts: Vec<usize> = (0..judgement.parts().len()).collect();
    let size = |at: usize| judgement.parts()[at].operations.len();
    let wrong = |at: usize| {
        let of = |it: &Violation| judgement.parts()[at].keys.contains(&it.keys[0]);
        violation.is_some_and(of)
    };
    order::sort_by(&mut parts, |one, two| {
        (!wrong(*one), size(*two), *one) < (!wrong(*two), size(*one), *two)
    });
    let named = |at: usize| history.keys(&judgement.parts()[at].keys);
    let mut fact = HistoryFact {
        verdict: judgement.verdict().map_or_else(String::new, |verdict| verdict.to_string()),
        reason,
        operations: history.operations.len() as u32,
        keys: judgement.parts().iter().map(|part| part.keys.len() as u32).sum(),
        busiest: parts.iter().take(KEYS_MAX).map(|at| (named(*at), size(*at) as u32)).collect(),
        smallest: violation.map_or(0, |it| it.smallest.len() as u32),
        ..HistoryFact::default()
    };
    let chosen = key.and_then(|key| parts.iter().find(|at| named(**at) == key));
    let Some(chosen) = chosen.or(parts.first()).copied() else { return fact };
    let part = &judgement.parts()[chosen];
    fact.key = named(chosen);
    fact.joined = part.keys.len() as u32;
    fact.of_key = size(chosen) as u32;
    let violation = violation.filter(|_| wrong(chosen));
    let ordered = violation.map_or(part.order.as_slice(), |it| it.order.as_slice());
    let states = states(history, &part.keys, ordered);
    let joined = part.keys.len() > 1;
    let number = |at: u32| ordered.iter().position(|it| *it == at);
    let shown = match violation.filter(|_| smallest) {
        Some(violation) => violation.smallest.as_slice(),
        None => part.operations.as_slice(),
    };
    for at in around(shown, violation.map(|it| it.culprit)) {
        let operation = &history.operations[*at as usize];
        let place = number(*at);
        fact.bars.push(BarFact {
            client: history.client(*at).to_string(),
            told: if joined { history.told_with_keys(*at) } else { history.told(*at) },
            answer: history.answered(*at),
            from: time(operation.called, operation.call),
            to: (!operation.is_open()).then(|| time(operation.returned, operation.back)),
            called: operation.called,
            returned: operation.returned,
            number: place.map(|place| place as u32 + 1),
            state: place.map_or_else(String::new, |place| states[place].clone()),
            culprit: violation.is_some_and(|it| it.culprit == *at),
            proves: violation.is_some_and(|it| it.smallest.contains(at)),
        });
    }
    fact
}

/// The bars that are shown of too many: those up to the culprit, or the first.
fn around(operations: &[u32], culprit: Option<u32>) -> &[u32] {
    let last = culprit.and_then(|culprit| operations.iter().position(|at| *at == culprit));
    let end = last.map_or(BARS_MAX, |last| (last + 20).max(BARS_MAX)).min(operations.len());
    &operations[end.saturating_sub(BARS_MAX)..end]
}

/// Of more joined keys than these, only what an operation is about is told.
const HELD_MAX: usize = 4;

/// What the keys hold after each operation of an order.
fn states(history: &History, keys: &[Symbol], order: &[u32]) -> Vec<String> {
    let mut held = Held::new();
    let mut states = Vec::new();
    for at in order {
        let operation = history.operations[*at as usize];
        // What returned only after a violation is in its order as one that may have happened.
        let open = Operation { output: Output::Unknown, ..operation };
        let next = model::after(&Entry, history, &held, &operation);
        held = next.or_else(|| model::after(&Entry, history, &held, &open)).unwrap_or(held);
        let holds = |key: Symbol| match held.get(&key) {
            Some(Some(text)) => short(text),
            Some(None) => String::from("null"),
            None => short(history.words.shown(history.start)),
        };
        states.push(match keys {
            [key] => holds(*key),
            keys => {
                let of_it = |key: &&Symbol| {
                    keys.len() <= HELD_MAX
                        || history.each(&operation).any(|access| access.key == **key)
                };
                let told = keys.iter().filter(of_it);
                let told = told.map(|key| format!("{} = {}", history.value(*key), holds(*key)));
                told.collect::<Vec<_>>().join(", ")
            }
        });
    }
    states
}

fn short(text: &str) -> String {
    const LONGEST: usize = 40;
    let letters = text.chars().count();
    if letters <= LONGEST {
        return String::from(text);
    }
    let end: String = text.chars().skip(letters - LONGEST).collect();
    format!("…{end}")
}

/// Whether a verdict is a yes, a no, or neither.
#[must_use]
pub fn holds(verdict: Option<Verdict>) -> Option<bool> {
    match verdict {
        Some(Verdict::Linearizable) => Some(true),
        Some(Verdict::Not) => Some(false),
        Some(Verdict::Unknown) | None => None,
    }
}
