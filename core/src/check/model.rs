//! Models: what one client alone would see of a store. The plain truth, against which orders are played.

use super::history::{History, Input, Operation, Output};
use super::symbol::{Symbol, Symbols};
use alloc::collections::BTreeMap;
use alloc::string::String;

/// What an object does when one operation comes after the other.
pub trait Model {
    /// What the object is in between.
    type State: Clone + Eq;

    /// Before anything was done; `start` is what its key holds then.
    fn start(&self, start: Option<&str>) -> Self::State;

    /// After an operation with that result; nothing if it cannot have had it then.
    fn step(
        &self,
        state: &Self::State,
        input: Input,
        output: Output,
        words: &Symbols,
    ) -> Option<Self::State>;

    /// True if the object knows such an operation.
    fn takes(&self, input: Input) -> bool;
}

/// A register: get and put.
#[derive(Clone, Copy, Debug)]
pub struct Register;
/// A register that can also compare and set.
#[derive(Clone, Copy, Debug)]
pub struct CasRegister;
/// A key of a store: get, put, append, delete, compare and set.
#[derive(Clone, Copy, Debug)]
pub struct Entry;
/// A key that counts its writes: get with the count, put at a count.
#[derive(Clone, Copy, Debug)]
pub struct VersionedEntry;

/// The text of a word; nothing for the absent one.
fn value(words: &Symbols, word: Symbol) -> Option<String> {
    (word != super::symbol::ABSENT).then(|| String::from(words.text(word)))
}

impl Model for Entry {
    type State = Option<String>;

    fn start(&self, start: Option<&str>) -> Self::State {
        start.map(String::from)
    }

    fn step(
        &self,
        state: &Self::State,
        input: Input,
        output: Output,
        words: &Symbols,
    ) -> Option<Self::State> {
        let holds = |word: Symbol| state.as_deref() == value(words, word).as_deref();
        match (input, output) {
            (_, Output::Never) => Some(state.clone()),
            (Input::Get, Output::Found(found)) => holds(found).then(|| state.clone()),
            (Input::Get, Output::Unknown) => Some(state.clone()),
            (Input::Put(put), Output::Done | Output::Unknown) => Some(value(words, put)),
            (Input::Delete, Output::Done | Output::Unknown) => Some(None),
            (Input::Append(more), Output::Done | Output::Unknown) => {
                let mut text = state.clone().unwrap_or_default();
                text.push_str(words.text(more));
                Some(Some(text))
            }
            (Input::Cas(from, to), Output::Done) => holds(from).then(|| value(words, to)),
            (Input::Cas(from, _), Output::Differs) => (!holds(from)).then(|| state.clone()),
            (Input::Cas(from, _), Output::Found(found)) => {
                (found != from && holds(found)).then(|| state.clone())
            }
            (Input::Cas(from, to), Output::Unknown) => {
                Some(if holds(from) { value(words, to) } else { state.clone() })
            }
            _ => None,
        }
    }

    fn takes(&self, input: Input) -> bool {
        !matches!(input, Input::PutAt(..) | Input::Transaction(_) | Input::Batch(..))
    }
}

impl Model for CasRegister {
    type State = Option<String>;

    fn start(&self, start: Option<&str>) -> Self::State {
        Entry.start(start)
    }

    fn step(
        &self,
        state: &Self::State,
        input: Input,
        output: Output,
        words: &Symbols,
    ) -> Option<Self::State> {
        Entry.step(state, input, output, words).filter(|_| self.takes(input))
    }

    fn takes(&self, input: Input) -> bool {
        matches!(input, Input::Get | Input::Put(_) | Input::Cas(..))
    }
}

impl Model for Register {
    type State = Option<String>;

    fn start(&self, start: Option<&str>) -> Self::State {
        Entry.start(start)
    }

    fn step(
        &self,
        state: &Self::State,
        input: Input,
        output: Output,
        words: &Symbols,
    ) -> Option<Self::State> {
        Entry.step(state, input, output, words).filter(|_| self.takes(input))
    }

    fn takes(&self, input: Input) -> bool {
        matches!(input, Input::Get | Input::Put(_))
    }
}

impl Model for VersionedEntry {
    type State = (u32, Option<String>);

    fn start(&self, start: Option<&str>) -> Self::State {
        (0, start.map(String::from))
    }

    fn step(
        &self,
        state: &Self::State,
        input: Input,
        output: Output,
        words: &Symbols,
    ) -> Option<Self::State> {
        let (version, held) = state;
        match (input, output) {
            (_, Output::Never) | (Input::Get, Output::Unknown) => Some(state.clone()),
            (Input::Get, Output::FoundAt(at, found)) => {
                (at == *version && *held == value(words, found)).then(|| state.clone())
            }
            (Input::PutAt(at, put), Output::Done) => {
                (at == *version).then(|| (version + 1, value(words, put)))
            }
            (Input::PutAt(at, _), Output::Differs) => (at != *version).then(|| state.clone()),
            (Input::PutAt(at, put), Output::Unknown) => {
                Some(if at == *version { (version + 1, value(words, put)) } else { state.clone() })
            }
            _ => None,
        }
    }

    fn takes(&self, input: Input) -> bool {
        matches!(input, Input::Get | Input::PutAt(..))
    }
}

/// What each key holds; one that is not there holds what every key does at the start.
pub type Held<S> = BTreeMap<Symbol, S>;

/// What keys hold after an operation; nothing if it cannot have had its result there.
pub fn after<M: Model>(
    model: &M,
    history: &History,
    held: &Held<M::State>,
    operation: &Operation,
) -> Option<Held<M::State>> {
    let start = value(&history.words, history.start);
    let found = |held: &Held<M::State>, key: Symbol| {
        held.get(&key).cloned().unwrap_or_else(|| model.start(start.as_deref()))
    };
    let mut next = held.clone();
    let is_open = operation.is_batch() && operation.output == Output::Unknown;
    for access in history.each(operation) {
        let compares = matches!(access.input, Input::Cas(..) | Input::PutAt(..));
        let output = if compares && is_open { Output::Done } else { access.output };
        let from = found(if compares { held } else { &next }, access.key);
        match model.step(&from, access.input, output, &history.words) {
            // What compared and did nothing leaves alone what the batch wrote before.
            Some(_) if compares && matches!(output, Output::Differs | Output::Found(_)) => {}
            Some(state) => {
                next.insert(access.key, state);
            }
            // A batch of which nobody knows anything did nothing where it could not.
            None if is_open => return Some(held.clone()),
            None => return None,
        }
    }
    Some(next)
}

/// Plays operations in an order; the place of the first that cannot have had its result.
pub fn play<M: Model>(
    model: &M,
    history: &History,
    order: &[u32],
) -> Result<Held<M::State>, usize> {
    let mut held = Held::new();
    for (at, operation) in order.iter().enumerate() {
        let operation = &history.operations[*operation as usize];
        held = after(model, history, &held, operation).ok_or(at)?;
    }
    Ok(held)
}
