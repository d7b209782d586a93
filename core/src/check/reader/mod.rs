//! Readers of histories that others wrote down.
//!
//! | format | a line or form |
//! | --- | --- |
//! | Jepsen's log | `INFO  jepsen.util - 4 :invoke :cas [2 4]` |
//! | EDN | `{:process 0, :type :ok, :f :read, :value 3}`, alone or in a list |
//! | JSON | `{"process": 0, "type": "ok", "f": "read", "value": 3}`, a line each or in a list |
//!
//! Rules that change verdicts: an operation without a return, or that ends with `info`, stays open to
//! the end and may have happened or not. A `fail` never happened; but a compare-and-set that failed has
//! compared, unless it says otherwise. A read that failed tells nothing. Transactions are read, so that
//! they can be shown; whether they are serializable is a question about cycles, not one for this judge.
//!
//! A batch is `{"f": "batch", "value": [["put", "x", 1], ["get", "y", null]]}`: what happens together, or
//! not at all. One that failed did nothing, and tells nothing.
//!
//! Numbers and texts that are written alike are the same value.

mod event;
mod form;
mod log;

use super::history::History;
use super::linear::Object;
use super::record::Record;
use alloc::format;
use alloc::string::String;
use core::fmt;
use form::Forms;

/// What a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The log of Jepsen's test of etcd: one register that compares and sets.
    Etcd,
    /// EDN of a store with get, put and append, in which an absent key reads as the empty text.
    PorcupineKv,
    /// EDN of registers that compare and set.
    KnossosCas,
    /// JSON of a store.
    Jepsen,
    /// JSON of transactions.
    Elle,
}

/// Where a text is no history, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The line, from one.
    pub line: u32,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// The key of a history that names none.
pub const ONE_KEY: &str = "register";
/// What stands for a key where transactions are about several.
pub const ALL_KEYS: &str = "all keys";

impl Format {
    /// Every format, with the word for it.
    pub const ALL: [(&'static str, Self); 5] = [
        ("etcd", Self::Etcd),
        ("porcupine-kv", Self::PorcupineKv),
        ("knossos-cas", Self::KnossosCas),
        ("jepsen", Self::Jepsen),
        ("elle", Self::Elle),
    ];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, format)| *format == self).map_or("", |(word, _)| word)
    }

    /// What its histories are of.
    #[must_use]
    pub fn object(self) -> Object {
        match self {
            Self::Etcd | Self::KnossosCas => Object::CasRegister,
            Self::PorcupineKv | Self::Jepsen | Self::Elle => Object::Store,
        }
    }

    /// The format that a text is most likely written in.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let head = text.get(..text.len().min(4_000)).unwrap_or_else(|| {
            let end = (0..=4_000).rev().find(|at| text.is_char_boundary(*at));
            &text[..end.unwrap_or(0)]
        });
        let has = |part: &str| head.contains(part);
        if has("jepsen.util") {
            Some(Self::Etcd)
        } else if has("\"type\"") && (has("[[\"append\"") || has("[[\"r\"") || has("[[\"w\"")) {
            Some(Self::Elle)
        } else if has("\"type\"") || has("\"process\"") {
            Some(Self::Jepsen)
        } else if has(":key") {
            Some(Self::PorcupineKv)
        } else if has(":type") || has(":process") {
            Some(Self::KnossosCas)
        } else {
            None
        }
    }

    /// Reads a history.
    pub fn read(self, bytes: &[u8]) -> Result<History, Wrong> {
        let text = core::str::from_utf8(bytes).map_err(|error| {
            let before = &bytes[..error.valid_up_to()];
            let line = before.iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
            Wrong { line, message: String::from("this is no text: bytes that are no UTF-8") }
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut record = Record::new((self == Self::PorcupineKv).then_some(""));
        let last = match self {
            Self::Etcd => log::read(text, &mut record)?,
            _ => self.forms(text, &mut record)?,
        };
        let history = record.history();
        if history.operations.is_empty() {
            let message = format!("there is no operation of a history of {} in it", self.word());
            return Err(Wrong { line: last, message });
        }
        Ok(history)
    }

    fn forms(self, text: &str, record: &mut Record) -> Result<u32, Wrong> {
        let mut forms = Forms::new(text, matches!(self, Self::Jepsen | Self::Elle));
        while let Some((line, form)) = forms.next()? {
            let event = event::Event::of(&form, self).map_err(|message| Wrong { line, message })?;
            if let Some(event) = event {
                event.write(record, line).map_err(|message| Wrong { line, message })?;
            }
        }
        Ok(forms.line())
    }
}

#[cfg(test)]
mod tests;
