//! A history: what clients asked, when, and what they were told.

use super::symbol::{Symbol, Symbols};
use alloc::vec::Vec;

/// What an operation asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input {
    /// What does the key hold?
    Get,
    /// Let the key hold this.
    Put(Symbol),
    /// Write this behind what the key holds.
    Append(Symbol),
    /// Let the key be absent.
    Delete,
    /// If the key holds the first, let it hold the second.
    Cas(Symbol, Symbol),
    /// If the key has been written so many times, let it hold this.
    PutAt(u32, Symbol),
    /// A transaction, as text: it is shown, and not judged here.
    Transaction(Symbol),
    /// A batch: accesses that happen together, or not at all. Where they begin among
    /// [`History::accesses`], and how many there are.
    Batch(u32, u32),
}

/// What a batch does with one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// The key.
    pub key: Symbol,
    /// What it asks for.
    pub input: Input,
    /// What came of it.
    pub output: Output,
}

/// What came of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Output {
    /// Nobody knows: it may have happened, or not, or may still happen.
    Unknown,
    /// It is done.
    Done,
    /// The key holds this; a compare-and-set that found this did nothing.
    Found(Symbol),
    /// The key holds this, and has been written so many times.
    FoundAt(u32, Symbol),
    /// It compared, and what it found was something else; it did nothing.
    Differs,
    /// It never happened.
    Never,
}

/// The moment of a return that did not come.
pub const OPEN: u32 = u32::MAX;

/// One operation of one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Whose, by its number among [`History::clients`].
    pub client: u32,
    /// On which key; the first one of a batch.
    pub key: Symbol,
    /// What it asked for.
    pub input: Input,
    /// What came of it; a batch that returned is done, and tells more in its accesses.
    pub output: Output,
    /// When it was called, in the order of all calls and returns.
    pub call: u32,
    /// When it returned, in the same order, or [`OPEN`].
    pub back: u32,
    /// What the call is known by outside: an event of a trace, or a line of a file.
    pub called: u32,
    /// What its end is known by outside; that of the call if it never ended.
    pub returned: u32,
}

/// What clients saw of a store.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The operations, in the order of their calls.
    pub operations: Vec<Operation>,
    /// What batches do, batch by batch.
    pub accesses: Vec<Access>,
    /// The names of the clients.
    pub clients: Vec<Symbol>,
    /// Keys, values and names.
    pub words: Symbols,
    /// What every key holds at the start.
    pub start: Symbol,
}

impl History {
    /// What an operation does with each of its keys, in turn. In a batch, a compare looks at what was there
    /// before the batch; a read sees what the batch has written so far.
    pub fn each(&self, operation: &Operation) -> impl Iterator<Item = Access> + '_ {
        let Operation { key, input, output, .. } = *operation;
        let (first, count) = match input {
            Input::Batch(first, count) => (first as usize, count as usize),
            _ => (0, 0),
        };
        let batch = self.accesses.get(first..first + count).unwrap_or_default();
        let alone = !matches!(input, Input::Batch(..));
        let known = !matches!(output, Output::Unknown | Output::Never);
        let of_batch = batch.iter().map(move |access| match known {
            true => *access,
            false => Access { output, ..*access },
        });
        alone.then_some(Access { key, input, output }).into_iter().chain(of_batch)
    }

    /// True if an operation may change what a key holds.
    #[must_use]
    pub fn writes(&self, operation: &Operation) -> bool {
        self.each(operation).any(|access| access.input != Input::Get)
    }
}

impl Operation {
    /// True if it is one of several accesses.
    #[must_use]
    pub fn is_batch(&self) -> bool {
        matches!(self.input, Input::Batch(..))
    }

    /// True if nobody knows what came of it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.back == OPEN
    }
}
