//! The canonical form of a scenario: the same words, evenly set.

use super::command::Scenario;
use crate::text::token::{Line, Token, TokenKind};
use alloc::string::String;

/// What stands first is followed by blanks up to this column.
const COLUMN: usize = 9;

/// The text of a scenario in its canonical form.
#[must_use]
pub fn print(scenario: &Scenario) -> String {
    let mut text = String::new();
    for line in &scenario.printed {
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// One line in its canonical form; `head` is how many tokens say when.
pub(super) fn print_line(line: &Line<'_>, head: usize) -> String {
    let mut text = String::new();
    if let Some(first) = line.tokens.first() {
        let raw = crate::text::token::RAW_WORDS.contains(&first.raw);
        let named = line.tokens.get(1).is_some_and(|token| token.raw == ":");
        let head = match head {
            0 if named => 0,
            0 => 1,
            count => count,
        };
        join(&mut text, &line.tokens[..head.min(line.tokens.len())]);
        let rest = &line.tokens[head.min(line.tokens.len())..];
        if head > 0 && (!rest.is_empty() || raw && !line.rest.is_empty()) {
            while text.chars().count() < COLUMN - 1 {
                text.push(' ');
            }
            text.push(' ');
        }
        if raw {
            text.push_str(&line.rest);
        } else {
            let mut tail = String::new();
            join(&mut tail, rest);
            text.push_str(&tail);
        }
    }
    if let Some(comment) = &line.comment {
        if !text.is_empty() {
            text.push_str("  ");
        }
        text.push('#');
        if !comment.is_empty() {
            text.push(' ');
            text.push_str(comment);
        }
    }
    text
}

fn join(text: &mut String, tokens: &[Token<'_>]) {
    let mut before = "";
    for token in tokens {
        // Two colons in a row would become one word.
        let tight =
            token.kind == TokenKind::Mark && matches!(token.raw, "," | ":") && before != ":";
        before = token.raw;
        if !text.is_empty() && !tight {
            text.push(' ');
        }
        text.push_str(token.raw);
        if token.kind == TokenKind::Text && (token.raw.len() < 2 || !token.raw.ends_with('"')) {
            text.push('"');
        }
    }
}
