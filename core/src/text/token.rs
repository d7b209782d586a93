//! Lines into words, each with its place in the text.

use alloc::string::String;
use alloc::vec::Vec;

/// What kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A word, a name, a number with its unit.
    Word,
    /// Something in quotation marks.
    Text,
    /// `,` `:` `|` `->` or a comparison.
    Mark,
}

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'t> {
    /// What kind.
    pub kind: TokenKind,
    /// As it stands in the text, with its quotation marks.
    pub raw: &'t str,
    /// Its first byte.
    pub start: u32,
}

impl<'t> Token<'t> {
    /// The byte behind its last one.
    #[must_use]
    pub fn end(&self) -> u32 {
        self.start + self.raw.len() as u32
    }

    /// What it says, without quotation marks.
    #[must_use]
    pub fn said(&self) -> &'t str {
        match self.kind {
            TokenKind::Text => {
                let inner = self.raw.strip_prefix('"').unwrap_or(self.raw);
                inner.strip_suffix('"').unwrap_or(inner)
            }
            TokenKind::Word | TokenKind::Mark => self.raw,
        }
    }
}

/// A statement's line, with the lines that go on with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line<'t> {
    /// The number of its first line in the text, from one.
    pub number: u32,
    /// Where it starts.
    pub start: u32,
    /// Its tokens; none on a line that is empty or only a comment.
    pub tokens: Vec<Token<'t>>,
    /// The rest of the line behind its first word, for words that take it as it is.
    pub rest: String,
    /// The byte behind that rest, in the text; 0 for other words.
    pub rest_end: u32,
    /// Its comment, without `#`.
    pub comment: Option<String>,
}

/// Marks that stand alone wherever they are.
const MARKS: [&str; 9] = ["->", "<=", ">=", "!=", ",", "|", "=", "<", ">"];

/// Words whose line is taken as it stands, comment and all.
pub const RAW_WORDS: [&str; 2] = ["title", "summary"];

/// All lines of a text, in order.
#[must_use]
pub fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut start = 0;
    for (number, whole) in text.split('\n').enumerate() {
        let at = start as u32;
        start += whole.len() + 1;
        let goes_on = whole.starts_with([' ', '\t']) && !whole.trim().is_empty();
        let mut scanned = scan(whole, at);
        scanned.number = number as u32 + 1;
        match lines.last_mut() {
            Some(above) if goes_on && !above.tokens.is_empty() => {
                if RAW_WORDS.contains(&above.tokens[0].raw) {
                    if !above.rest.is_empty() {
                        above.rest.push(' ');
                    }
                    above.rest.push_str(whole.trim());
                    above.rest_end = at + whole.trim_end().len() as u32;
                    continue;
                }
                above.tokens.append(&mut scanned.tokens);
                match (&mut above.comment, scanned.comment) {
                    (Some(one), Some(two)) => {
                        one.push(' ');
                        one.push_str(&two);
                    }
                    (one @ None, two) => *one = two,
                    (Some(_), None) => {}
                }
            }
            _ => lines.push(scanned),
        }
    }
    lines
}

fn scan(whole: &str, at: u32) -> Line<'_> {
    let mut line = Line { start: at, ..Line::default() };
    let mut place = 0;
    while let Some(next) = whole[place..].chars().next() {
        // A mark of the order of bytes says nothing: some editors begin a text with it.
        if next.is_whitespace() || next == '\u{feff}' && at == 0 && place == 0 {
            place += next.len_utf8();
            continue;
        }
        let left = &whole[place..];
        if next == '#' {
            line.comment = Some(String::from(left[1..].trim()));
            break;
        }
        let start = at + place as u32;
        let (kind, raw) = if next == '"' {
            let len = left[1..].find('"').map_or(left.len(), |end| end + 2);
            (TokenKind::Text, left[..len].trim_end())
        } else if let Some(mark) = MARKS.iter().find(|mark| left.starts_with(**mark)) {
            (TokenKind::Mark, &left[..mark.len()])
        } else if next == ':' {
            (TokenKind::Mark, &left[..1])
        } else {
            (TokenKind::Word, &left[..word_len(left)])
        };
        if line.tokens.is_empty() && RAW_WORDS.contains(&raw) && kind == TokenKind::Word {
            line.rest = String::from(left[raw.len()..].trim());
            line.rest_end = at + whole.trim_end().len() as u32;
            line.tokens.push(Token { kind, raw, start });
            return line;
        }
        line.tokens.push(Token { kind, raw, start });
        place += raw.len().max(1);
    }
    line
}

/// True if a colon before this text stands alone: no word goes on behind it.
fn ends_word(rest: &str) -> bool {
    rest.chars().next().is_none_or(|next| next.is_whitespace() || next == '"')
        || MARKS.iter().any(|mark| rest.starts_with(mark))
}

/// How long the word at the start of a text is: up to a blank, a mark, or a colon at its end.
fn word_len(text: &str) -> usize {
    let mut len = 0;
    for (at, letter) in text.char_indices() {
        let rest = &text[at..];
        let ends = at > 0
            && (letter.is_whitespace()
                || letter == '"'
                || MARKS.iter().any(|mark| rest.starts_with(mark))
                || letter == ':' && ends_word(&rest[1..]));
        if ends {
            return at;
        }
        len = at + letter.len_utf8();
    }
    len
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_marks_and_texts_come_apart() {
        let lines = lines("at 1s c1: cut n1->n2|n3,x \"a b\" # why\n  more\n\n# only");
        let raw: Vec<&str> = lines[0].tokens.iter().map(|token| token.raw).collect();
        let wanted = [
            "at", "1s", "c1", ":", "cut", "n1", "->", "n2", "|", "n3", ",", "x", "\"a b\"", "more",
        ];
        assert_eq!(raw, wanted);
        assert_eq!(lines[0].comment.as_deref(), Some("why"));
        assert_eq!(lines[2].comment.as_deref(), Some("only"));
        assert_eq!((lines[2].number, lines.len()), (4, 3));
    }

    #[test]
    fn a_text_may_begin_with_a_mark_of_its_bytes() {
        for text in ["\u{feff}title  One\nseed 7", "\u{feff}# none\n\u{feff}seed 7"] {
            let lines = lines(text);
            let seed = lines.last().map(|line| line.tokens[0]);
            assert!(lines[0].rest == "One" || lines[0].comment.is_some());
            // Elsewhere it is a letter like any other.
            let raw = if text.contains("One") { "seed" } else { "\u{feff}seed" };
            assert_eq!(seed.map(|token| token.raw), Some(raw));
        }
    }

    #[test]
    fn a_key_may_hold_a_colon_and_a_title_anything() {
        let lines = lines("put seat:1 ann\ntitle  Figure 8: \"old\" # terms");
        assert_eq!(lines[0].tokens[1].raw, "seat:1");
        assert_eq!(lines[1].rest, "Figure 8: \"old\" # terms");
    }
}
