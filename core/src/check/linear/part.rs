//! A history cut into what can be judged apart: keys, and keys that batches join.

use super::Verdict;
use crate::base::order;
use crate::check::history::{History, Output};
use crate::check::symbol::Symbol;
use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;

/// The operations of one key, or of keys that batches join, and the order that was found for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The keys; more than one if batches join them.
    pub keys: Vec<Symbol>,
    /// Their operations, by their places in the history, in the order of their calls.
    pub operations: Vec<u32>,
    /// What is known of it.
    pub verdict: Option<Verdict>,
    /// The order; what never returned is in it only where it was needed, and what tells nothing is not.
    pub order: Vec<u32>,
}

/// One search of a judgement.
#[derive(Clone, Debug)]
pub(super) enum Task {
    /// A whole part.
    Whole(usize),
    /// One key of joined ones, and what has to do with it: without an order of it there is none of the part.
    Key(usize, Symbol, Vec<u32>),
}

/// The parts of a history, the smallest first.
pub(super) fn parts(history: &History) -> Vec<Part> {
    let mut joined = Joined::new(history);
    let mut sorted: Vec<(Symbol, u32)> = history
        .operations
        .iter()
        .zip(0..)
        .map(|(operation, at)| (joined.first(operation.key), at))
        .collect();
    order::sort(&mut sorted);
    let mut parts: Vec<Part> = Vec::new();
    let mut last = None;
    for (first, at) in sorted {
        match parts.last_mut().filter(|_| last == Some(first)) {
            Some(part) => part.operations.push(at),
            None => parts.push(Part {
                keys: joined.with(first),
                operations: alloc::vec![at],
                verdict: None,
                order: Vec::new(),
            }),
        }
        last = Some(first);
    }
    order::sort_by(&mut parts, |one, two| {
        (one.operations.len(), &one.keys) < (two.operations.len(), &two.keys)
    });
    parts
}

/// What is to be searched of some parts: of joined keys each alone first.
pub(super) fn tasks(history: &History, parts: &[Part]) -> VecDeque<Task> {
    let mut tasks = VecDeque::with_capacity(parts.len());
    for (at, part) in parts.iter().enumerate() {
        if part.keys.len() > 1 {
            let of_keys = by_key(history, &part.operations).into_iter();
            tasks.extend(of_keys.map(|(key, operations)| Task::Key(at, key, operations)));
        }
        tasks.push_back(Task::Whole(at));
    }
    tasks
}

impl Task {
    /// Of which part.
    pub(super) fn part(&self) -> usize {
        match self {
            Self::Whole(part) | Self::Key(part, ..) => *part,
        }
    }

    /// The keys and the operations that it is about.
    pub(super) fn about<'t>(&'t self, parts: &'t [Part]) -> (&'t [Symbol], &'t [u32]) {
        match self {
            Self::Whole(part) => (&parts[*part].keys, &parts[*part].operations),
            Self::Key(_, key, operations) => (core::slice::from_ref(key), operations),
        }
    }
}

/// Which of some operations have to do with each key.
fn by_key(history: &History, operations: &[u32]) -> BTreeMap<Symbol, Vec<u32>> {
    let mut found: BTreeMap<Symbol, Vec<u32>> = BTreeMap::new();
    for at in operations {
        for access in history.each(&history.operations[*at as usize]) {
            let of_key = found.entry(access.key).or_default();
            if of_key.last() != Some(at) {
                of_key.push(*at);
            }
        }
    }
    found
}

/// Keys that batches join.
struct Joined {
    /// A key nearer to the first one of those that it is joined with.
    nearer: BTreeMap<Symbol, Symbol>,
    /// By the first one, all others.
    others: BTreeMap<Symbol, Vec<Symbol>>,
}

impl Joined {
    /// The keys that the batches of a history join. A batch that never happened joins none.
    fn new(history: &History) -> Self {
        let mut joined = Self { nearer: BTreeMap::new(), others: BTreeMap::new() };
        let batches = history.operations.iter().filter(|operation| operation.is_batch());
        for batch in batches.filter(|operation| operation.output != Output::Never) {
            for access in history.each(batch) {
                let (one, other) = (joined.first(batch.key), joined.first(access.key));
                if one != other {
                    joined.nearer.insert(one.max(other), one.min(other));
                }
            }
        }
        let keys: Vec<Symbol> = joined.nearer.keys().copied().collect();
        for key in keys {
            let first = joined.first(key);
            joined.others.entry(first).or_default().push(key);
        }
        joined
    }

    /// The first of the keys that a key is joined with.
    fn first(&mut self, key: Symbol) -> Symbol {
        let mut first = key;
        while let Some(nearer) = self.nearer.get(&first) {
            first = *nearer;
        }
        let mut at = key;
        while at != first {
            at = self.nearer.insert(at, first).unwrap_or(first);
        }
        first
    }

    /// A first key and all that are joined with it.
    fn with(&self, first: Symbol) -> Vec<Symbol> {
        let others = self.others.get(&first).into_iter().flatten().copied();
        core::iter::once(first).chain(others).collect()
    }
}
