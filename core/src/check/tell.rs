//! Operations in words, as a person writes them on a board.

use super::history::{History, Input, Output};
use super::word::Word;
use alloc::format;
use alloc::string::String;

/// A value in words takes at most so many letters; of a longer one the end is what tells it apart.
const VALUE_MAX: usize = 40;

impl History {
    /// What an operation asked for: `put 3`.
    #[must_use]
    pub fn asked(&self, operation: u32) -> String {
        let Some(operation) = self.operations.get(operation as usize) else { return String::new() };
        let value = |word: Word| self.value(word);
        match operation.input {
            Input::Get => String::from("get"),
            Input::Put(put) => format!("put {}", value(put)),
            Input::Append(more) => format!("append {}", value(more)),
            Input::Delete => String::from("delete"),
            Input::Cas(from, to) => format!("cas {} to {}", value(from), value(to)),
            Input::PutAt(version, put) => format!("put {} at {version}", value(put)),
            Input::Transaction(text) => value(text),
        }
    }

    /// What came of it: `found 3`.
    #[must_use]
    pub fn answered(&self, operation: u32) -> String {
        let Some(operation) = self.operations.get(operation as usize) else { return String::new() };
        match operation.output {
            Output::Unknown => String::from("unknown"),
            Output::Done => String::from("done"),
            Output::Found(found) => format!("found {}", self.value(found)),
            Output::FoundAt(version, found) => format!("found {} at {version}", self.value(found)),
            Output::Differs => String::from("differs"),
            Output::Never => String::from("never happened"),
        }
    }

    /// Both in the shortest words: `get 3`, `put 3`, `cas 1 to 2 differs`, `put 3 ?`.
    #[must_use]
    pub fn told(&self, operation: u32) -> String {
        let asked = self.asked(operation);
        let Some(it) = self.operations.get(operation as usize) else { return asked };
        match (it.input, it.output) {
            (_, Output::Unknown) => format!("{asked} ?"),
            (Input::Get, Output::Found(found)) => format!("get {}", self.value(found)),
            (Input::Get, Output::FoundAt(version, found)) => {
                format!("get {} at {version}", self.value(found))
            }
            (Input::Transaction(_), Output::Found(found)) => self.value(found),
            (_, Output::Done) => asked,
            _ => format!("{asked} {}", self.answered(operation)),
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
    pub fn value(&self, word: Word) -> String {
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
