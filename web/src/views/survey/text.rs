//! Edits of the text that no statement can express: points of a ring, and all strategies at once.

use crate::player::fact::tenant::paper::screen::STRATEGIES;

fn is_place(line: &str) -> bool {
    line.split_whitespace().next() == Some("place")
}

/// The text with so many vnodes for every ring that is placed on paper.
#[must_use]
pub fn with_vnodes(text: &str, vnodes: u32) -> String {
    edited(text, |line| {
        if !is_place(line) {
            return line.to_owned();
        }
        let part = |part: &str| {
            if part.trim_end().ends_with("vnodes") {
                format!(" {vnodes} vnodes")
            } else {
                part.to_owned()
            }
        };
        line.split(',').map(part).collect::<Vec<_>>().join(",")
    })
}

/// The vnodes of the first ring on paper that says so.
#[must_use]
pub fn vnodes(text: &str) -> Option<u32> {
    let mut lines = text.lines().filter(|line| is_place(line));
    lines.find_map(|line| {
        let part = line.split(',').find(|part| part.trim_end().ends_with("vnodes"))?;
        part.split_whitespace().next()?.parse().ok()
    })
}

/// The text with a `place` line for every strategy in place of its own, for so many nodes.
#[must_use]
pub fn with_all(text: &str, nodes: usize) -> String {
    let mut lines = String::new();
    for strategy in STRATEGIES {
        let (name, rest) = strategy.split_once(',').unwrap_or((strategy, ""));
        let comma = if rest.is_empty() { "" } else { "," };
        lines += &format!("place    {name}: {name}, {nodes} nodes{comma}{rest}\n");
    }
    let mut placed = false;
    let mut out = String::with_capacity(text.len() + lines.len());
    let gone: Vec<&str> = text.lines().filter_map(name_of).collect();
    for line in text.lines() {
        // What speaks of a name that goes would be refused.
        let of_one = line.starts_with("expect") && line.contains('(');
        if is_place(line) {
            if !placed {
                out += &lines;
                placed = true;
            }
        } else if !of_one {
            out += &meant_for_all(line, &gone);
            out.push('\n');
        }
    }
    out
}

/// The name that a `place` line gives its survey.
fn name_of(line: &str) -> Option<&str> {
    let (head, _) = line.split_once(':').filter(|_| is_place(line))?;
    head.split_whitespace().nth(1)
}

/// A line that spoke of one survey, as one that speaks of all: `at 1s join a.n5` as `at 1s join n5`,
/// `load a: 9 keys` as `load 9 keys`. What stands in quotation marks stays.
fn meant_for_all(line: &str, gone: &[&str]) -> String {
    let (plain, quoted) = line.split_at(line.find('"').unwrap_or(line.len()));
    let word = |word: &str| {
        let (head, rest) = word.split_at(word.find(['.', ':']).unwrap_or(word.len()));
        match gone.contains(&head) && !rest.is_empty() {
            true if rest == ":" => None,
            true => Some(rest[1..].to_owned()),
            false => Some(word.to_owned()),
        }
    };
    let words: Vec<String> = plain.split(' ').filter_map(word).collect();
    words.join(" ") + quoted
}

/// The text with a line in place of its `load` lines, or added to it.
#[must_use]
pub fn with_load(text: &str, load: &str) -> String {
    let is_load = |line: &str| line.split_whitespace().next() == Some("load");
    let mut placed = false;
    let mut out = String::with_capacity(text.len() + load.len() + 8);
    let mut put = |out: &mut String| {
        if !std::mem::replace(&mut placed, true) {
            *out += &format!("load     {load}\n");
        }
    };
    for line in text.lines() {
        if is_load(line) {
            put(&mut out);
        } else {
            if line.starts_with("at ") || line.starts_with("expect") {
                put(&mut out);
            }
            out += line;
            out.push('\n');
        }
    }
    put(&mut out);
    out
}

fn edited(text: &str, edit: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.lines() {
        out += &edit(line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "title T\nplace    a: ring, 10 nodes, 150 vnodes\nplace b: jump, 4 nodes\n\
        load     9 keys \"k{n}\"\nat 1s join n5\nexpect moved(a) < 2\nexpect balance < 2\n";

    #[test]
    fn vnodes_are_read_and_written_where_they_stand() {
        assert_eq!(vnodes(TEXT), Some(150));
        assert_eq!(vnodes("place b: jump, 4 nodes"), None);
        let text = with_vnodes(TEXT, 20);
        assert!(text.contains("place    a: ring, 10 nodes, 20 vnodes\nplace b: jump, 4 nodes\n"));
    }

    #[test]
    fn all_strategies_take_the_place_of_some() {
        let text = with_all(TEXT, 7);
        assert!(text.contains("place    ring: ring, 7 nodes, 150 vnodes\n"));
        assert!(!text.contains("a: ring") && !text.contains("moved(a)"));
        assert!(text.contains("expect balance < 2") && text.contains("load     9 keys"));
        let text = "place a: ring, 2 nodes\nload a: 9 keys \"a.{n}\"\nat 1s join a.n5\nat 2s say \"a: a.n5\"\n";
        let text = with_all(text, 2);
        assert!(text.contains("load 9 keys \"a.{n}\"\nat 1s join n5\nat 2s say \"a: a.n5\"\n"));
    }

    #[test]
    fn other_keys_take_the_place_of_those_that_were_loaded() {
        let text = with_load(TEXT, "file \"a.csv\" column \"1\"");
        assert!(text.contains("4 nodes\nload     file \"a.csv\" column \"1\"\nat 1s"));
        assert!(!text.contains("9 keys"));
        assert_eq!(
            with_load("place a: jump, 2 nodes", "x"),
            "place a: jump, 2 nodes\nload     x\n"
        );
    }
}
