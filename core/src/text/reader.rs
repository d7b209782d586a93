//! Reads the tokens of one line, and says what is wrong with them.

use super::Diagnostic;
use super::quantity::{Quantity, Unit, is_unit, quantity, units_for};
use super::token::{Line, Token, TokenKind};
use super::word::{Entry, nearest};
use crate::base::{Span, Spread};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A problem was written down; the statement is left out.
#[derive(Clone, Copy, Debug)]
pub struct Refused;

/// How many problems get a hint.
const PROBLEMS_HINTED: usize = 50;

/// What reading gives.
pub type Read<T> = Result<T, Refused>;

/// A place in the tokens of a line.
#[derive(Debug)]
pub struct Reader<'l, 't> {
    line: &'l Line<'t>,
    at: usize,
    /// Up to where names were read last, and how many.
    named: (usize, usize),
    problems: &'l mut Vec<Diagnostic>,
}

impl<'l, 't> Reader<'l, 't> {
    /// The start of a line.
    pub fn new(line: &'l Line<'t>, problems: &'l mut Vec<Diagnostic>) -> Self {
        Self { line, at: 0, named: (0, 0), problems }
    }

    /// The line.
    #[must_use]
    pub fn line(&self) -> &'l Line<'t> {
        self.line
    }

    /// How many tokens have been read.
    #[must_use]
    pub fn place(&self) -> usize {
        self.at
    }

    /// The next token, not yet read.
    #[must_use]
    pub fn peek(&self) -> Option<Token<'t>> {
        self.line.tokens.get(self.at).copied()
    }

    /// The token behind the next one.
    #[must_use]
    pub fn peek_second(&self) -> Option<Token<'t>> {
        self.line.tokens.get(self.at + 1).copied()
    }

    /// The raw text of the next token; empty at the end.
    #[must_use]
    pub fn ahead(&self) -> &'t str {
        self.peek().map_or("", |token| token.raw)
    }

    /// Reads one token.
    pub fn take(&mut self) -> Option<Token<'t>> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    /// Reads the next token if it is this one.
    pub fn accept(&mut self, raw: &str) -> bool {
        let found =
            self.peek().is_some_and(|token| token.raw == raw && token.kind != TokenKind::Text);
        self.at += usize::from(found);
        found
    }

    /// The place of the last token read, or of the whole line.
    #[must_use]
    pub fn span(&self) -> (u32, u32) {
        match self.at.checked_sub(1).and_then(|at| self.line.tokens.get(at)) {
            Some(token) => (token.start, token.end()),
            None => self.whole(),
        }
    }

    /// The place of the whole statement.
    #[must_use]
    pub fn whole(&self) -> (u32, u32) {
        let start = self.line.tokens.first().map_or(self.line.start, |token| token.start);
        let end = self.line.tokens.last().map_or(start, Token::end);
        (start, end.max(self.line.rest_end))
    }

    /// Says what is wrong at a place.
    pub fn complain(&mut self, span: (u32, u32), message: String, suggestion: Option<&str>) {
        self.problems.push(Diagnostic {
            line: self.line.number,
            start: span.0,
            end: span.1,
            message,
            suggestion: suggestion.map(ToString::to_string),
            mild: false,
        });
    }

    /// Refuses the token just read.
    pub fn refuse<T>(&mut self, message: String) -> Read<T> {
        let span = self.span();
        self.complain(span, message, None);
        Err(Refused)
    }

    /// Refuses a word that is not in a list, and names the nearest that is.
    pub fn unknown<T>(&mut self, what: &str, token: Token<'_>, words: &[Entry]) -> Read<T> {
        let near = self.near(token.raw, words);
        let message = match near {
            Some(word) => format!("There is no {what} \"{}\". Did you mean \"{word}\"?", token.raw),
            None => {
                let some: Vec<&str> = words.iter().map(|(word, _)| *word).take(12).collect();
                format!(
                    "There is no {what} \"{}\". Some that there are: {}.",
                    token.raw,
                    some.join(", ")
                )
            }
        };
        self.complain((token.start, token.end()), message, near);
        Err(Refused)
    }

    /// The word that was probably meant. After so many problems nobody reads the hints, and a paste of
    /// noise must not take long.
    pub fn near(&self, word: &str, words: &[Entry]) -> Option<&'static str> {
        let few = self.problems.len() < PROBLEMS_HINTED;
        few.then(|| nearest(word, words.iter().map(|(word, _)| *word))).flatten()
    }

    /// Refuses the word just read, which is not one of some, and names the nearest that is.
    pub fn neither<T>(&mut self, word: &str, words: &[&str]) -> Read<T> {
        let few = self.problems.len() < PROBLEMS_HINTED;
        let near = few.then(|| nearest(word, words.iter().copied())).flatten();
        let mut message = format!("\"{word}\" is not one of: {}.", words.join(", "));
        if let Some(near) = near {
            message += &format!(" Did you mean \"{near}\"?");
        }
        let span = self.span();
        self.complain(span, message, near);
        Err(Refused)
    }

    /// Reads one word of some. Names before it take every word that they do not know to be another's, so if
    /// there is none of these words, the last name may be the one that was misspelt: it stands before a
    /// number or at the end, and is not written as nodes are.
    pub fn option(&mut self, words: &[&str]) -> Read<&'t str> {
        let next = self.peek();
        if let Some(token) = next.filter(|token| words.contains(&token.raw)) {
            self.at += 1;
            return Ok(token.raw);
        }
        let number = next.is_none_or(|token| {
            token.raw == "none" || quantity(token.raw.trim_end_matches('x')).is_some()
        });
        let before = self.at.checked_sub(1).and_then(|at| self.line.tokens.get(at)).copied();
        let misspelt = before.filter(|token| {
            number
                && token.kind == TokenKind::Word
                && !token.raw.ends_with(|c: char| c.is_ascii_digit())
                && (self.named.0 == self.at && self.named.1 > 1
                    || nearest(token.raw, words.iter().copied()).is_some())
        });
        match (misspelt, next) {
            (Some(token), _) => self.neither(token.raw, words),
            (None, Some(token)) => {
                self.at += 1;
                self.neither(token.raw, words)
            }
            (None, None) => self.missing(&format!("one of {}", words.join(", "))),
        }
    }

    /// Reads a word.
    pub fn word(&mut self, what: &str) -> Read<&'t str> {
        match self.take() {
            Some(token) if token.kind == TokenKind::Word => Ok(token.raw),
            Some(token) => self.refuse(format!("Here should be {what}, not {}.", token.raw)),
            None => self.missing(what),
        }
    }

    /// Reads a word or a text in quotation marks.
    pub fn text(&mut self, what: &str) -> Read<&'t str> {
        match self.take() {
            Some(token) if token.kind != TokenKind::Mark => Ok(token.said()),
            Some(token) => self.refuse(format!("Here should be {what}, not {}.", token.raw)),
            None => self.missing(what),
        }
    }

    fn missing<T>(&mut self, what: &str) -> Read<T> {
        let (_, end) = self.whole();
        let start = self.line.tokens.last().map_or(self.line.start, |token| token.start);
        self.complain((start, end), format!("Something is missing here: {what}."), None);
        Err(Refused)
    }

    /// Reads a quantity; its unit may stand apart.
    pub fn quantity(&mut self, what: &str) -> Read<Quantity> {
        let word = self.word(what)?;
        let apart = self.peek().filter(|token| token.kind == TokenKind::Word && is_unit(token.raw));
        let read = match apart {
            Some(unit) if word.ends_with(|c: char| c.is_ascii_digit()) => {
                self.at += 1;
                quantity(&format!("{word}{}", unit.raw))
            }
            _ => quantity(word),
        };
        match read {
            Some(quantity) => Ok(quantity),
            None => {
                let units = units_for(word).unwrap_or_default();
                self.refuse(format!("{word} is not {what}.{units}"))
            }
        }
    }

    /// Reads a quantity of one unit, not negative, in millionths.
    pub fn amount(&mut self, what: &str, unit: Unit) -> Read<u64> {
        let quantity = self.quantity(what)?;
        if quantity.unit == unit
            && let Ok(millionths) = u64::try_from(quantity.millionths)
        {
            return Ok(millionths);
        }
        self.refuse(format!("This should be {what}."))
    }

    /// Reads a length of time.
    pub fn time(&mut self, what: &str) -> Read<Span> {
        self.amount(&format!("{what}, such as 150ms"), Unit::Time).map(Span)
    }

    /// Reads a share, in millionths.
    pub fn share(&mut self, what: &str) -> Read<u32> {
        match self.amount(&format!("{what}, such as 5%"), Unit::Share)? {
            share @ 0..=1_000_000 => Ok(share as u32),
            _ => self.refuse(String::from("A share is at most 100%.")),
        }
    }

    /// Reads a whole number within limits.
    pub fn count(&mut self, what: &str, low: u64, high: u64) -> Read<u64> {
        let millionths = self.amount(&format!("{what}, a whole number"), Unit::Plain)?;
        let count = millionths / 1_000_000;
        if !millionths.is_multiple_of(1_000_000) || !(low..=high).contains(&count) {
            return self.refuse(format!("This should be {what}: {low} to {high}."));
        }
        Ok(count)
    }

    /// Reads a size in bytes.
    pub fn bytes(&mut self, what: &str, high: u64) -> Read<u64> {
        let quantity = self.quantity(what)?;
        let fits = matches!(quantity.unit, Unit::Bytes | Unit::Plain);
        match u64::try_from(quantity.millionths / 1_000_000) {
            Ok(bytes) if fits && bytes <= high => Ok(bytes),
            _ => self
                .refuse(format!("This should be {what}, such as 1kB, and at most {high} bytes.")),
        }
    }

    /// Reads bytes a second.
    pub fn byte_rate(&mut self, what: &str) -> Read<u64> {
        match self.amount(&format!("{what}, such as 20MB/s"), Unit::ByteRate)? / 1_000_000 {
            0 => self.refuse(String::from("A bandwidth is at least 1B/s.")),
            rate => Ok(rate),
        }
    }

    /// Reads a distribution of times: `5ms`, `1ms..3ms`, `normal 10ms 2ms`, `longtail 10ms p99 80ms`.
    pub fn spread(&mut self, what: &str) -> Read<Spread> {
        match self.ahead() {
            "normal" => {
                self.at += 1;
                let mean = self.time("the mean")?;
                let deviation = self.time("the deviation")?;
                Ok(Spread::Normal { mean, deviation })
            }
            "longtail" => {
                self.at += 1;
                let median = self.time("the median")?;
                self.accept("p99");
                let p99 = self.time("the 99th percentile")?;
                Ok(Spread::Longtail { median, p99 })
            }
            "uniform" => {
                self.at += 1;
                self.spread(what)
            }
            ahead if ahead.contains("..") => {
                let word = self.word(what)?;
                match range(word) {
                    Some((low, high)) if low.unit == Unit::Time && low.millionths >= 0 => Ok(
                        Spread::Uniform(Span(low.millionths as u64), Span(high.millionths as u64)),
                    ),
                    _ => self.refuse(format!("{word} is not {what}, such as 1ms..3ms.")),
                }
            }
            _ => Ok(Spread::Constant(self.time(what)?)),
        }
    }

    /// Reads names until something that is not one.
    pub fn names(&mut self, what: &str) -> Read<Vec<String>> {
        let mut names = Vec::new();
        let number = |token: Token<'_>| quantity(token.raw.trim_end_matches('x')).is_some();
        while let Some(token) = self.peek() {
            // A group may be called slow, too: only before how slow it is no name.
            let how = |token: Token<'_>| number(token) || token.raw == "none";
            let slow = || token.raw == "slow" && self.peek_second().is_some_and(how);
            let stops = token.kind != TokenKind::Word
                || number(token)
                || (STOPS.contains(&token.raw) || slow()) && !names.is_empty();
            if stops {
                break;
            }
            self.at += 1;
            names.push(String::from(token.raw));
        }
        self.named = (self.at, names.len());
        if names.is_empty() { self.missing(what) } else { Ok(names) }
    }

    /// Complains about what is left over.
    pub fn finish(&mut self) {
        if let Some(token) = self.peek() {
            let word = token.raw.trim_matches('"');
            let message = format!("I do not know what to do with \"{word}\" here.");
            self.complain((token.start, token.end()), message, None);
        }
    }
}

/// Words that end a list of names.
const STOPS: [&str; 24] = [
    "none",
    "learner",
    "learners",
    "latency",
    "bandwidth",
    "loss",
    "duplicate",
    "reorder",
    "drift",
    "skew",
    "write",
    "sync",
    "lie",
    "honest",
    "depth",
    "grouped",
    "single",
    "size",
    "full",
    "fails",
    "message",
    "entry",
    "card",
    "weight",
];

/// The two ends of a range with the same unit; a unit at the end counts for both.
#[must_use]
pub fn range(word: &str) -> Option<(Quantity, Quantity)> {
    let (low, high) = word.split_once("..")?;
    let high_quantity = quantity(high)?;
    let mut low_quantity = quantity(low)?;
    if low_quantity.unit == Unit::Plain && high_quantity.unit != Unit::Plain {
        let unit = high.trim_start_matches(|c: char| c.is_ascii_digit() || ".-_".contains(c));
        low_quantity = quantity(&format!("{low}{unit}"))?;
    }
    (low_quantity.unit == high_quantity.unit && low_quantity.millionths <= high_quantity.millionths)
        .then_some((low_quantity, high_quantity))
}
