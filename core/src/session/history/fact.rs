//! A history for a screen: bars by client, the order that was found, and what fits into none.

use crate::base::order;
use crate::check::model::{Entry, Model};
use crate::check::{ABSENT, History, Judgement, Operation, Output, Verdict, Word};
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
    /// The key whose operations these are.
    pub key: String,
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
    /// What the key holds after it, in that order.
    pub state: String,
    /// It fits no order.
    pub culprit: bool,
    /// It is one of those that prove the violation.
    pub proves: bool,
}

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
    let wrong = |at: usize| violation.is_some_and(|it| it.key == judgement.parts()[at].key);
    order::sort_by(&mut parts, |one, two| {
        (!wrong(*one), size(*two), *one) < (!wrong(*two), size(*one), *two)
    });
    let named = |at: usize| history.words.shown(judgement.parts()[at].key).to_string();
    let mut fact = HistoryFact {
        verdict: judgement.verdict().map_or_else(String::new, |verdict| verdict.to_string()),
        reason,
        operations: history.operations.len() as u32,
        keys: parts.len() as u32,
        busiest: parts.iter().take(KEYS_MAX).map(|at| (named(*at), size(*at) as u32)).collect(),
        smallest: violation.map_or(0, |it| it.smallest.len() as u32),
        ..HistoryFact::default()
    };
    let chosen = key.and_then(|key| parts.iter().find(|at| named(**at) == key));
    let Some(chosen) = chosen.or(parts.first()).copied() else { return fact };
    let part = &judgement.parts()[chosen];
    fact.key = named(chosen);
    fact.of_key = size(chosen) as u32;
    let violation = violation.filter(|_| wrong(chosen));
    let ordered = violation.map_or(part.order.as_slice(), |it| it.order.as_slice());
    let states = states(history, ordered);
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
            told: history.told(*at),
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

/// What the key holds after each operation of an order.
fn states(history: &History, order: &[u32]) -> Vec<String> {
    let words = &history.words;
    let text = |word: Word| (word != ABSENT).then(|| String::from(words.text(word)));
    let mut state = Entry.start(text(history.start).as_deref());
    let mut states = Vec::new();
    for at in order {
        let Operation { input, output, .. } = history.operations[*at as usize];
        // What returned only after a violation is in its order as one that may have happened.
        let next = Entry.step(&state, input, output, words);
        let next = next.or_else(|| Entry.step(&state, input, Output::Unknown, words));
        state = next.unwrap_or(state);
        states.push(match &state {
            None => String::from("null"),
            Some(text) => short(text),
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
    alloc::format!("…{end}")
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
