//! Symbols: every key, value and client of a history is kept once and known by its number.

use crate::base::hash::Fold;
use alloc::string::String;
use alloc::vec::Vec;

/// The number of a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(pub u32);

/// What an absent key holds. It is no text; the empty text is another word.
pub const ABSENT: Symbol = Symbol(0);

/// All words of a history.
#[derive(Clone, Debug)]
pub struct Symbols {
    text: String,
    ends: Vec<u32>,
    /// Open addressing: a word's number plus one, or nothing; its length is a power of two.
    table: Vec<u32>,
}

impl Default for Symbols {
    fn default() -> Self {
        // The first word is the absent one: it is in no table, so no text is equal to it.
        Self { text: String::new(), ends: alloc::vec![0], table: alloc::vec![0; 64] }
    }
}

impl Symbols {
    /// The number of a text.
    pub fn take(&mut self, text: &str) -> Symbol {
        let mut slot = self.slot(text);
        if self.table[slot] > 0 {
            return Symbol(self.table[slot] - 1);
        }
        if self.ends.len() * 2 > self.table.len() {
            self.grow();
            slot = self.slot(text);
        }
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
        self.table[slot] = self.ends.len() as u32;
        Symbol(self.ends.len() as u32 - 1)
    }

    /// The text of a number; that of the absent word is empty.
    #[must_use]
    pub fn text(&self, word: Symbol) -> &str {
        let at = word.0 as usize;
        let from = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let to = self.ends.get(at).copied().unwrap_or(from);
        self.text.get(from as usize..to as usize).unwrap_or_default()
    }

    /// The text as a person reads it: `null` for the absent word.
    #[must_use]
    pub fn shown(&self, word: Symbol) -> &str {
        if word == ABSENT { "null" } else { self.text(word) }
    }

    /// How many words there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True if nothing but the absent word is there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.len() == 1
    }

    /// How many bytes of text the words take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Where a text lies in the table, or the free place for it.
    fn slot(&self, text: &str) -> usize {
        let mask = self.table.len() - 1;
        let mut slot = Fold::of(text) as usize & mask;
        while self.table[slot] > 0 && self.text(Symbol(self.table[slot] - 1)) != text {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        self.table = alloc::vec![0; self.table.len() * 2];
        for at in 1..self.ends.len() as u32 {
            let slot = self.slot(self.text(Symbol(at)));
            self.table[slot] = at + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn a_word_is_kept_once_and_the_absent_one_is_no_text() {
        let mut words = Symbols::default();
        let numbers: Vec<Symbol> = (0..500).map(|at| words.take(&format!("w{at}"))).collect();
        for (at, word) in numbers.iter().enumerate() {
            assert_eq!(words.take(&format!("w{at}")), *word);
            assert_eq!(words.text(*word), format!("w{at}"));
        }
        let empty = words.take("");
        assert_ne!(empty, ABSENT);
        assert_eq!((words.text(empty), words.shown(ABSENT)), ("", "null"));
        assert_eq!(words.len(), 502);
    }
}
