//! Operations in words, as a person writes them on a board.

use super::history::{Access, History, Input, Output};
use super::symbol::Symbol;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// A value in words takes at most so many letters; of a longer one the end is what tells it apart.
const VALUE_MAX: usize = 40;

/// How an operation is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    /// The key is known.
    Left,
    /// With its key.
    Named,
}

impl History {
    /// What an operation asked for: `put 3`; of a batch, `put x 3 and get y`.
    #[must_use]
    pub fn asked(&self, operation: u32) -> String {
        self.each_told(operation, |access, keys| self.question(access, keys))
    }

    /// What came of it: `found 3`.
    #[must_use]
    pub fn answered(&self, operation: u32) -> String {
        let Some(it) = self.operations.get(operation as usize) else { return String::new() };
        match it.is_batch() && it.output == Output::Done {
            true => self.each_told(operation, |access, _| self.answer(access.output)),
            false => self.answer(it.output),
        }
    }

    /// Both in the shortest words: `get 3`, `put 3`, `cas 1 to 2 differs`, `put 3 ?`.
    #[must_use]
    pub fn told(&self, operation: u32) -> String {
        self.told_as(operation, Keys::Left)
    }

    /// The same with the keys, as where several are looked at: `get x = 3`, `put x 3`.
    #[must_use]
    pub fn told_with_keys(&self, operation: u32) -> String {
        self.told_as(operation, Keys::Named)
    }

    fn told_as(&self, operation: u32, keys: Keys) -> String {
        let Some(it) = self.operations.get(operation as usize) else { return String::new() };
        if it.is_batch() {
            let asked = self.asked(operation);
            return match it.output {
                Output::Done => self.each_told(operation, |access, keys| self.both(access, keys)),
                Output::Unknown => format!("{asked} ?"),
                output => format!("{asked} {}", self.answer(output)),
            };
        }
        self.each(it).map(|access| self.both(&access, keys)).collect()
    }

    /// What each access of an operation is told as; those of a batch with their keys.
    fn each_told(&self, operation: u32, tell: impl Fn(&Access, Keys) -> String) -> String {
        let Some(it) = self.operations.get(operation as usize) else { return String::new() };
        let keys = if it.is_batch() { Keys::Named } else { Keys::Left };
        let told: Vec<String> = self.each(it).map(|access| tell(&access, keys)).collect();
        told.join(" and ")
    }

    fn both(&self, access: &Access, keys: Keys) -> String {
        let asked = self.question(access, keys);
        let is = if keys == Keys::Named { "= " } else { "" };
        match (access.input, access.output) {
            (_, Output::Unknown) => format!("{asked} ?"),
            (Input::Get, Output::Found(found)) => format!("{asked} {is}{}", self.value(found)),
            (Input::Get, Output::FoundAt(version, found)) => {
                format!("{asked} {is}{} at {version}", self.value(found))
            }
            (Input::Transaction(_), Output::Found(found)) => self.value(found),
            (_, Output::Done) => asked,
            (_, output) => format!("{asked} {}", self.answer(output)),
        }
    }

    fn question(&self, access: &Access, keys: Keys) -> String {
        let value = |word: Symbol| self.value(word);
        let verb = match keys {
            Keys::Left => String::from(access.input.word()),
            Keys::Named => format!("{} {}", access.input.word(), self.value(access.key)),
        };
        match access.input {
            Input::Get | Input::Delete | Input::Batch(..) => verb,
            Input::Put(put) => format!("{verb} {}", value(put)),
            Input::Append(more) => format!("{verb} {}", value(more)),
            Input::Cas(from, to) => format!("{verb} {} to {}", value(from), value(to)),
            Input::PutAt(version, put) => format!("{verb} {} at {version}", value(put)),
            Input::Transaction(text) => value(text),
        }
    }

    fn answer(&self, output: Output) -> String {
        match output {
            Output::Unknown => String::from("unknown"),
            Output::Done => String::from("done"),
            Output::Found(found) => format!("found {}", self.value(found)),
            Output::FoundAt(version, found) => format!("found {} at {version}", self.value(found)),
            Output::Differs => String::from("differs"),
            Output::Never => String::from("never happened"),
        }
    }

    /// Keys in words: `x, y`, or `x, y and 7 more`.
    #[must_use]
    pub fn keys(&self, keys: &[Symbol]) -> String {
        const NAMED: usize = 3;
        let named = if keys.len() > NAMED { NAMED - 1 } else { keys.len() };
        let names: Vec<&str> = keys[..named].iter().map(|key| self.words.shown(*key)).collect();
        let names = names.join(", ");
        match keys.len() - named {
            0 => names,
            more => format!("{names} and {more} more"),
        }
    }

    /// The name of an operation's client.
    #[must_use]
    pub fn client(&self, operation: u32) -> &str {
        let client = self.operations.get(operation as usize).map_or(0, |it| it.client);
        self.words.text(self.clients.get(client as usize).copied().unwrap_or_default())
    }

    /// A value in words, cut at its beginning if it is long.
    #[must_use]
    pub fn value(&self, word: Symbol) -> String {
        let text = self.words.shown(word);
        let letters = text.chars().count();
        if letters <= VALUE_MAX {
            return match text {
                "" => String::from("\"\""),
                text => String::from(text),
            };
        }
        let end: String = text.chars().skip(letters - VALUE_MAX).collect();
        format!("…{end}")
    }
}
