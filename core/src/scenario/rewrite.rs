//! Edits of a text that are no statement at a moment: another seed, other keys, other parties.
//!
//! A screen that offers such a choice says what it wants as an [`Edit`], and the text is changed by the
//! grammar that reads it: what stands in quotation marks or behind `#` is never taken for a word, and
//! lines that go on with the one above go with it.
//!
//! **Invariant:** total; what the edit is not about stays as it was written.

use crate::base::Time;
use crate::text::token::{Line, Token, TokenKind, lines};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

/// A change of the text.
#[derive(Clone, Debug)]
pub enum Edit<'e> {
    /// Another seed.
    Seed(u64),
    /// These keys in place of all that are loaded.
    Load(&'e str),
    /// A nemesis of these calamities, or none. How often they come stays as it is written.
    Nemesis(Option<&'e str>),
    /// In statements with that first word, this number before that option's word.
    Option(&'e str, &'e str, u32),
    /// These statements in place of all with that first word, as `word statement` each. What spoke of
    /// one that goes speaks of all, but for expectations about it, which go too.
    Parties(&'e str, Vec<String>),
}

/// A statement and the bytes of its lines.
struct Place<'t> {
    line: Line<'t>,
    bytes: Range<usize>,
}

impl Place<'_> {
    fn word(&self) -> &str {
        self.line.tokens.first().filter(|it| it.kind == TokenKind::Word).map_or("", |it| it.raw)
    }
}

fn places(text: &str) -> Vec<Place<'_>> {
    let all = lines(text);
    let ends = all.iter().skip(1).map(|line| line.start as usize).chain([text.len()]);
    let bytes: Vec<Range<usize>> =
        all.iter().zip(ends).map(|(line, end)| line.start as usize..end).collect();
    all.into_iter().zip(bytes).map(|(line, bytes)| Place { line, bytes }).collect()
}

/// The text after an edit, for a run that ends at `end`.
#[must_use]
pub fn rewritten(text: &str, edit: &Edit<'_>, end: Time) -> String {
    match edit {
        Edit::Seed(seed) => put(text, "seed", &[format!("seed     {seed}")], |_| true),
        Edit::Load(keys) => {
            let happens =
                |word: &str| matches!(word, "at" | "when" | "every" | "nemesis" | "expect");
            put(text, "load", &[format!("load     {keys}")], happens)
        }
        Edit::Nemesis(words) => {
            let line = words.map(|words| nemesis_line(text, words, end));
            let late = |word: &str| matches!(word, "at" | "when" | "every" | "end" | "expect");
            put(text, "nemesis", line.as_slice(), late)
        }
        Edit::Option(word, option, value) => {
            let of_word = |place: &Place<'_>| place.word() == *word;
            let numbers = places(text).into_iter().filter(of_word);
            let spans: Vec<Range<usize>> =
                numbers.filter_map(|place| number_before(&place.line, option)).map(span).collect();
            replaced(text, spans.into_iter().map(|span| (span, format!("{value}"))))
        }
        Edit::Parties(word, statements) => {
            let text = meant_for_all(text, word);
            let lines: Vec<String> =
                statements.iter().map(|statement| format!("{word:<8} {statement}")).collect();
            put(&text, word, &lines, |_| true)
        }
    }
}

/// The number that stands before an option's word in the first statement that has it.
#[must_use]
pub fn option(text: &str, word: &str, option: &str) -> Option<u32> {
    let mut all = places(text).into_iter().filter(|place| place.word() == word);
    all.find_map(|place| number_before(&place.line, option)?.raw.parse().ok())
}

/// The calamities that a text calls for, if it has a nemesis.
#[must_use]
pub fn nemesis(text: &str) -> Option<String> {
    let place = places(text).into_iter().find(|place| place.word() == "nemesis")?;
    let words = place.line.tokens.iter().skip(1).take_while(|token| token.raw != ",");
    Some(words.map(|token| token.raw).collect::<Vec<_>>().join(" "))
}

fn span(token: Token<'_>) -> Range<usize> {
    token.start as usize..token.end() as usize
}

fn number_before<'t>(line: &Line<'t>, option: &str) -> Option<Token<'t>> {
    let at = line.tokens.iter().position(|token| token.raw == option)?;
    line.tokens.get(at.checked_sub(1)?).copied()
}

/// The text with other words at some places, which are in order.
fn replaced(text: &str, changes: impl Iterator<Item = (Range<usize>, String)>) -> String {
    let (mut out, mut done) = (String::with_capacity(text.len() + 16), 0);
    for (bytes, words) in changes {
        out.push_str(&text[done..bytes.start]);
        out.push_str(&words);
        done = bytes.end;
    }
    out.push_str(&text[done..]);
    out
}

/// The text with these lines in place of the statements with that first word. If there are none, they
/// come before the first statement whose word is `late`, or at the end.
fn put(text: &str, word: &str, new: &[String], late: impl Fn(&str) -> bool) -> String {
    let all = places(text);
    let known = all.iter().position(|place| place.word() == word);
    let at = known.or_else(|| all.iter().position(|place| late(place.word())));
    let mut out = String::with_capacity(text.len() + 96);
    let lines = |out: &mut String| {
        for line in new {
            out.push_str(line);
            out.push('\n');
        }
    };
    for (number, place) in all.iter().enumerate() {
        if Some(number) == at {
            lines(&mut out);
        }
        if place.word() != word {
            out.push_str(&text[place.bytes.clone()]);
        }
    }
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    if at.is_none() {
        lines(&mut out);
    }
    out
}

fn nemesis_line(text: &str, words: &str, end: Time) -> String {
    let written = places(text).into_iter().find(|place| place.word() == "nemesis");
    let when = written.and_then(|place| {
        let comma = place.line.tokens.iter().find(|token| token.raw == ",")?;
        Some(&text[comma.end() as usize..place.bytes.end])
    });
    match when {
        Some(when) => format!("nemesis  {words},{}", when.trim_end_matches('\n')),
        // The last quarter of a run is left to mend.
        None => {
            let from = (end.0 / 8_000).clamp(1, 1_000);
            let until = (end.0 / 4_000 * 3).max(from + 1);
            let often = "every 300ms..1500ms, lasting 200ms..2s";
            format!("nemesis  {words}, {often}, from {from}ms, until {until}ms")
        }
    }
}

/// A text that spoke of one of the parties with that first word, as one that speaks of all: `at 1s join
/// a.n5` as `at 1s join n5`, `load a: 9 keys` as `load 9 keys`.
fn meant_for_all(text: &str, word: &str) -> String {
    let all = places(text);
    let mut names: Vec<&str> = Vec::new();
    for place in all.iter().filter(|place| place.word() == word) {
        if let [_, name, colon, ..] = &place.line.tokens[..]
            && colon.raw == ":"
        {
            names.push(name.raw);
        }
    }
    let mut changes: Vec<(Range<usize>, String)> = Vec::new();
    for place in all.iter().filter(|place| place.word() != word) {
        let tokens = &place.line.tokens;
        let plain = |token: &&Token<'_>| token.kind == TokenKind::Word;
        if place.word() == "expect" && tokens.iter().filter(plain).any(|it| it.raw.contains('(')) {
            changes.push((place.bytes.clone(), String::new()));
            continue;
        }
        for (at, token) in tokens.iter().enumerate().filter(|(_, token)| plain(token)) {
            let next = tokens.get(at + 1);
            if names.contains(&token.raw) && next.is_some_and(|next| next.raw == ":") {
                // With the blanks behind the colon.
                let end = tokens.get(at + 2).map_or(span(*token).end + 1, |it| it.start as usize);
                changes.push((token.start as usize..end, String::new()));
            } else if let Some((head, rest)) = token.raw.split_once('.')
                && names.contains(&head)
            {
                changes.push((span(*token), String::from(rest)));
            }
        }
    }
    replaced(text, changes.into_iter())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "title T\nplace    a: ring, 10 nodes, 150 vnodes\nplace b: jump, 4 nodes\n\
        load     9 keys \"k{n}\"\nat 1s join n5\nexpect moved(a) < 2\nexpect balance < 2\n";

    fn edit(text: &str, edit: &Edit<'_>) -> String {
        rewritten(text, edit, Time(8_000_000))
    }

    #[test]
    fn a_seed_is_changed_or_added() {
        let text = "title a\nseed 7\nend 1s\n";
        assert_eq!(edit(text, &Edit::Seed(9)), "title a\nseed     9\nend 1s\n");
        assert_eq!(edit("end 1s\n", &Edit::Seed(9)), "seed     9\nend 1s\n");
        assert_eq!(edit("", &Edit::Seed(9)), "seed     9\n");
    }

    #[test]
    fn an_option_is_read_and_written_where_it_stands() {
        assert_eq!(option(TEXT, "place", "vnodes"), Some(150));
        assert_eq!(option("place b: jump, 4 nodes", "place", "vnodes"), None);
        let text = edit(TEXT, &Edit::Option("place", "vnodes", 20));
        assert!(text.contains("place    a: ring, 10 nodes, 20 vnodes\nplace b: jump, 4 nodes\n"));
        // In a line that goes on, and not in a comment.
        let text = "place a: ring, 3 nodes, # 7 vnodes\n  5 vnodes\n";
        let edited = edit(text, &Edit::Option("place", "vnodes", 20));
        assert_eq!(edited, "place a: ring, 3 nodes, # 7 vnodes\n  20 vnodes\n");
    }

    fn all(text: &str) -> String {
        edit(
            text,
            &Edit::Parties(
                "place",
                ["x: jump, 7 nodes", "y: maglev, 7 nodes"].map(String::from).into(),
            ),
        )
    }

    #[test]
    fn other_parties_take_the_place_of_some() {
        let text = all(TEXT);
        assert!(
            text.contains("title T\nplace    x: jump, 7 nodes\nplace    y: maglev, 7 nodes\nload")
        );
        assert!(!text.contains("a: ring") && !text.contains("moved(a)"));
        assert!(text.contains("expect balance < 2") && text.contains("load     9 keys"));
        let text = "place a: ring, 2 nodes\nload a: 9 keys \"a.{n}\"\nat 1s join a.n5 # a.n5\nat 2s say \"a: a.n5\"\n";
        let text = all(text);
        assert!(
            text.ends_with("load 9 keys \"a.{n}\"\nat 1s join n5 # a.n5\nat 2s say \"a: a.n5\"\n"),
            "{text}"
        );
    }

    #[test]
    fn other_keys_take_the_place_of_those_that_were_loaded() {
        let text = edit(TEXT, &Edit::Load("file \"a.csv\" column \"1\""));
        assert!(text.contains("4 nodes\nload     file \"a.csv\" column \"1\"\nat 1s"));
        assert!(!text.contains("9 keys"));
        let text = edit("place a: jump, 2 nodes", &Edit::Load("x"));
        assert_eq!(text, "place a: jump, 2 nodes\nload     x\n");
        let text = "place a: jump, 2 nodes\nload these \"a\",\n  \"b\"\nend 1s\n";
        assert_eq!(edit(text, &Edit::Load("x")), "place a: jump, 2 nodes\nload     x\nend 1s\n");
    }

    const GROUP: &str = "title a\nraft 3 nodes\nat 1s crash n1\nend 8s\n";

    #[test]
    fn a_nemesis_is_put_before_what_happens() {
        let mixed = edit(GROUP, &Edit::Nemesis(Some("crash pause")));
        let fresh = "nemesis  crash pause, every 300ms..1500ms, lasting 200ms..2s, from 1000ms, until 6000ms";
        assert_eq!(mixed.lines().nth(2), Some(fresh));
        assert_eq!(nemesis(&mixed).as_deref(), Some("crash pause"));
        assert_eq!(edit(&mixed, &Edit::Nemesis(None)), GROUP);
    }

    #[test]
    fn another_nemesis_keeps_its_times_and_stands_alone() {
        let two = "raft 3 nodes\nnemesis crash, every 1s, until 4s\nnemesis cut\nend 8s\n";
        let mixed = edit(two, &Edit::Nemesis(Some("skew")));
        assert_eq!(mixed, "raft 3 nodes\nnemesis  skew, every 1s, until 4s\nend 8s\n");
    }

    #[test]
    fn a_short_run_has_a_short_nemesis() {
        let mixed = rewritten("ring 2 nodes", &Edit::Nemesis(Some("cut")), Time(400_000));
        assert!(mixed.ends_with("from 50ms, until 300ms\n"), "{mixed}");
    }
}
