//! What an editor needs: the kind of every word, and the words that could come next.

use super::check::known_names;
use super::parse::{TEXT_MAX, parse};
use super::word::{
    DISK_OPTIONS, EVENTS, Entry, LAWS, METRICS, MOODS, NODE_OPTIONS, OPERATIONS, VERBS, further,
};
use crate::base::order;
use crate::tenant::{Bug, Spec};
use crate::text::quantity::quantity;
use crate::text::reader::range;
use crate::text::token::{RAW_WORDS, TokenKind, lines};
use alloc::string::String;
use alloc::vec::Vec;

/// A word that could stand at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The word.
    pub word: String,
    /// What it means.
    pub note: String,
    /// The first byte of what it takes the place of.
    pub start: u32,
    /// The byte behind it.
    pub end: u32,
}

/// The places of words with their kinds: `word-verb`, `word-number`, `word-text` and so on.
#[must_use]
pub fn highlight(text: &str) -> Vec<(u32, u32, &'static str)> {
    let mut marks = Vec::new();
    if text.len() > TEXT_MAX {
        return marks;
    }
    let names = known_names(&parse(text).0);
    for line in lines(text) {
        for (at, token) in line.tokens.iter().enumerate() {
            let known = |words: &[Entry]| words.iter().any(|(word, _)| *word == token.raw);
            let kind = match token.kind {
                TokenKind::Text => "word-text",
                TokenKind::Mark => "word-mark",
                TokenKind::Word if quantity(token.raw).is_some() || range(token.raw).is_some() => {
                    "word-number"
                }
                TokenKind::Word if known(VERBS) || known(OPERATIONS) => "word-verb",
                TokenKind::Word if names.contains(token.raw) => "word-name",
                TokenKind::Word => "word-word",
            };
            marks.push((token.start, token.end(), kind));
            if at == 0 && RAW_WORDS.contains(&token.raw) {
                let end = text[token.end() as usize..]
                    .find('\n')
                    .map_or(text.len(), |length| token.end() as usize + length);
                marks.push((token.end(), end as u32, "word-text"));
            }
        }
    }
    for (start, end) in comments(text) {
        marks.push((start, end, "word-comment"));
    }
    order::sort(&mut marks);
    marks
}

/// The places of comments.
fn comments(text: &str) -> Vec<(u32, u32)> {
    let mut places = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let raw = RAW_WORDS.iter().any(|word| line.starts_with(word));
        let mut quoted = false;
        let mut before = ' ';
        for (at, letter) in line.char_indices() {
            match letter {
                '"' => quoted = !quoted,
                '#' if !quoted
                    && !raw
                    && (before.is_whitespace() || ",|=<>:\"".contains(before)) =>
                {
                    places.push(((start + at) as u32, (start + line.len()) as u32));
                    break;
                }
                _ => {}
            }
            before = letter;
        }
        start += line.len() + 1;
    }
    places
}

/// The word of a measure without the name in its brackets.
fn bare(word: &str) -> &str {
    word.split('(').next().unwrap_or(word)
}

/// The words that could stand where the cursor is.
#[must_use]
pub fn complete(text: &str, cursor: u32) -> Vec<Completion> {
    let mut cursor = (cursor as usize).min(text.len());
    while !text.is_char_boundary(cursor) {
        cursor -= 1;
    }
    if text.len() > TEXT_MAX {
        return Vec::new();
    }
    let line_start = text[..cursor].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line_start..cursor];
    let word_start = before.rfind(|c: char| c.is_whitespace() || ",|(\"".contains(c));
    let word_start = line_start + word_start.map_or(0, |at| at + 1);
    let typed = &text[word_start..cursor];
    let head: Vec<&str> = text[line_start..word_start].split_whitespace().collect();
    let scenario = parse(text).0;
    let mut words: Vec<(String, String)> = Vec::new();
    let mut offer = |entries: &[Entry]| {
        words.extend(entries.iter().map(|(word, note)| (String::from(*word), String::from(*note))));
    };
    let starts = match head.as_slice() {
        [] | ["at" | "after", _] => true,
        ["every", _, rest @ ..] => rest.len() % 2 == 0,
        ["when", .., last] => EVENTS.iter().any(|(event, _)| event == last) || *last == "again",
        _ => false,
    };
    let names = |words: &mut Vec<(String, String)>| {
        for name in known_names(&scenario) {
            words.push((name, String::from("a node, a client or a group of this scenario")));
        }
    };
    match head.as_slice() {
        _ if starts => offer(VERBS),
        ["expect", rest @ ..] if rest.iter().all(|word| MOODS.iter().any(|(m, _)| m == word)) => {
            offer(MOODS);
            offer(LAWS);
            offer(METRICS);
        }
        ["expect", .., words] if further(bare(words)).next().is_some() => {
            offer(&further(bare(words)).collect::<Vec<Entry>>());
        }
        ["bug"] => {
            for (_, word, what) in Bug::all() {
                offer(&[(word, what)]);
            }
        }
        [word, behind @ ..] if !Spec::next(word, behind).is_empty() => {
            offer(&Spec::next(word, behind));
        }
        [word, .., "reads"] | [word, .., "reads", "by"] if Spec::begins(word) => {
            offer(Spec::reads(word));
        }
        [word, .., "no"] if Spec::begins(word) => offer(Spec::options(word).1),
        [word, ..] if !Spec::options(word).0.is_empty() => offer(Spec::options(word).0),
        ["disk", ..] | ["at" | "after", _, "disk", ..] => {
            offer(DISK_OPTIONS);
            names(&mut words);
        }
        ["node", ..] | ["at" | "after", _, "node", ..] => {
            offer(NODE_OPTIONS);
            names(&mut words);
        }
        [.., "by"] if head.iter().any(|word| word.ends_with(':')) => offer(crate::tenant::WAYS),
        [.., client] if client.ends_with(':') => offer(OPERATIONS),
        ["when"] => {
            names(&mut words);
            words.extend(EVENTS.iter().map(|(w, n)| (String::from(*w), String::from(*n))));
        }
        ["when", _] => offer(EVENTS),
        _ => names(&mut words),
    }
    words.retain(|(word, _)| word.starts_with(typed) && word != typed);
    words.truncate(40);
    words
        .into_iter()
        .map(|(word, note)| Completion { word, note, start: word_start as u32, end: cursor as u32 })
        .collect()
}
