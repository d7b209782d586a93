//! Words of the language with a line for each, to be looked up.

use super::Entry;
use alloc::string::String;
use alloc::vec::Vec;

/// A part of the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// What its words are about.
    pub title: &'static str,
    /// Its words.
    pub entries: Vec<BookEntry>,
}

/// A word of the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookEntry {
    /// The word.
    pub word: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// A line that says it.
    pub line: String,
}

impl Chapter {
    /// These words, each with a line that says it.
    #[must_use]
    pub fn new(title: &'static str, words: &[Entry], line: impl Fn(Entry) -> String) -> Self {
        let lesson =
            |entry: &Entry| BookEntry { word: entry.0, meaning: entry.1, line: line(*entry) };
        Self { title, entries: words.iter().map(lesson).collect() }
    }
}
