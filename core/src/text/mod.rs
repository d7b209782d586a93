//! Reading a text of statements: lines into words, words into quantities, and what was not understood.
//!
//! Nothing here knows a word of the language. A room with words of its own reads them with a
//! [`Reader`], which says what is wrong and where.

mod chapter;
pub mod quantity;
pub mod reader;
pub mod token;
pub mod word;

pub use chapter::{BookEntry, Chapter};
pub use quantity::{Quantity, Unit, quantity};
pub use reader::{Read, Reader, Refused, range};
pub use token::{Line, Token, TokenKind, lines};
pub use word::{Entry, nearest};

use alloc::string::String;

/// Something that was not understood, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its line, from one.
    pub line: u32,
    /// Its first byte.
    pub start: u32,
    /// The byte behind its last.
    pub end: u32,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What to put there instead.
    pub suggestion: Option<String>,
    /// True for a hint that does not keep anything from running.
    pub mild: bool,
}
