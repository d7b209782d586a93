//! A violation in a sentence: who saw what, and what had been seen or answered before.

use super::fold::LOADER;
use crate::base::Time;
use crate::check::{Access, History, Input, Output, Symbol, Violation};
use crate::sim::Trace;
use crate::tenant::Process;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// The sentence.
pub(super) fn of(history: &History, violation: &Violation, trace: &Trace<Process>) -> String {
    let culprit = &history.operations[violation.culprit as usize];
    if violation.keys.len() > 1 || culprit.is_batch() {
        return of_joined(history, violation, trace);
    }
    let key = history.words.shown(culprit.key);
    let who = |at: u32| history.client(at).to_string();
    let when = |seq: u32| trace.get(seq).map_or(Time::ZERO, |event| event.at);
    let saw = match (culprit.input, culprit.output) {
        (Input::Get, Output::Found(found)) => format!(
            "{} read {key} = {} at {}",
            who(violation.culprit),
            history.value(found),
            when(culprit.returned)
        ),
        _ => format!(
            "{} was answered at {}: {} of {key} {}",
            who(violation.culprit),
            when(culprit.returned),
            history.asked(violation.culprit),
            history.answered(violation.culprit)
        ),
    };
    let seen = match (culprit.input, culprit.output) {
        (Input::Get, Output::Found(found)) => Some(found),
        (Input::Cas(from, _), Output::Done) => Some(from),
        _ => None,
    };
    let wrote = |at: &u32| match history.operations[*at as usize].input {
        Input::Put(value) | Input::Cas(_, value) => Some(value),
        Input::Delete => Some(crate::check::ABSENT),
        Input::Batch(..) => {
            // Of a batch that writes the key, what it writes last.
            let of_key = history.each(&history.operations[*at as usize]);
            let of_key = of_key.filter(|access| access.key == culprit.key);
            let write = |access: Access| match access.input {
                Input::Put(value) | Input::Cas(_, value) => Some(value),
                Input::Delete => Some(crate::check::ABSENT),
                _ => None,
            };
            of_key.filter_map(write).last()
        }
        _ => None,
    };
    if seen.is_some_and(|seen| seen != crate::check::ABSENT)
        && violation.smallest.len() == 1
        && !violation.smallest.iter().any(|at| wrote(at) == seen)
    {
        return format!("{saw}, and nobody had written that.");
    }
    // The last thing that was sure before the culprit called, and that tells of another value.
    let before = violation.smallest.iter().filter(|at| {
        let operation = &history.operations[**at as usize];
        let found = match operation.output {
            Output::Found(found) => Some(found),
            _ => wrote(at),
        };
        **at != violation.culprit && operation.back < culprit.call && found != seen
    });
    let last = before.max_by_key(|at| history.operations[**at as usize].back);
    let Some(last) = last else {
        let many = violation.smallest.len();
        return format!("{saw}, and no order of these {many} operations explains it.");
    };
    let operation = &history.operations[*last as usize];
    let moment = when(operation.returned);
    if who(*last) == LOADER {
        return format!("{saw}, though {} was there from the start.", history.asked(*last));
    }
    match (operation.input, operation.output) {
        (Input::Get, Output::Found(found)) => {
            let found = history.value(found);
            format!("{saw}, after {} had read {found} at {moment}.", who(*last))
        }
        (Input::Put(value), _) => {
            let value = history.value(value);
            format!(
                "{saw}, after {}'s write of {value} had been acknowledged at {moment}.",
                who(*last)
            )
        }
        _ => format!(
            "{saw}, after {}'s {} had been acknowledged at {moment}.",
            who(*last),
            history.asked(*last)
        ),
    }
}

/// The sentence of a violation of joined keys: what each of two saw, and which batch they saw half of.
fn of_joined(history: &History, violation: &Violation, trace: &Trace<Process>) -> String {
    let operation = |at: u32| &history.operations[at as usize];
    let when = |at: u32| trace.get(operation(at).returned).map_or(Time::ZERO, |event| event.at);
    let told = |at: u32| format!("{}'s {}", history.client(at), history.told_with_keys(at));
    let culprit = violation.culprit;
    let saw = format!("{} was answered at {}", told(culprit), when(culprit));
    let others = || violation.smallest.iter().copied().filter(|at| *at != culprit);
    // The last thing that was sure before the culprit was called.
    let sure = others().filter(|at| operation(*at).back < operation(culprit).call);
    let last = sure.max_by_key(|at| operation(*at).back);
    let after = last.map_or_else(String::new, |last| {
        format!(" after {} had been at {}", told(last), when(last))
    });
    // The last batch is the one of which somebody saw one half only.
    let is_batch = |at: &u32| operation(*at).is_batch() && violation.keys.len() > 1;
    let batch = others().rfind(|at| Some(*at) != last && is_batch(at));
    let batch = batch.or(Some(culprit).filter(is_batch));
    let whole = batch.map_or_else(String::new, |batch| match batch == culprit {
        true => String::from(", which is one operation"),
        false => format!(", and {} is one operation", told(batch)),
    });
    let mut keys: Vec<Symbol> = Vec::new();
    for access in violation.smallest.iter().flat_map(|at| history.each(operation(*at))) {
        if !keys.contains(&access.key) && violation.keys.contains(&access.key) {
            keys.push(access.key);
        }
    }
    let many = violation.smallest.len();
    format!(
        "{saw}{after}{whole}: no order of these {many} operations on {} explains it.",
        history.keys(&keys)
    )
}
