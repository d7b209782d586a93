//! From a long text that fails to the shortest one that fails in the same way.
//!
//! What a nemesis stands for is written out first; then statements are taken away, many at once and
//! then one by one, as long as the same expectation still fails; then the end is drawn near, and
//! numbers are made smaller. Each step tries one text, so that a screen can show how it goes and stop.

use super::Session;
use crate::base::Time;
use crate::scenario::nemesis::written_out;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A text on its way to the shortest that fails.
#[derive(Clone, Debug)]
pub struct Shrink {
    best: Vec<String>,
    expectation: String,
    stage: Stage,
    tried: u32,
    /// When the expectation was decided in the best text so far.
    decided: Option<Time>,
    /// So many events at least must show the failure: a text in which nothing happens any more
    /// fails in another way.
    shown: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Is there anything to shrink?
    First,
    /// Take so many lines away at once, from that removable line on.
    Remove { size: usize, from: usize, gone: bool },
    /// End soon after the failure.
    End,
    /// Make the numbers of a line smaller.
    Numbers { line: usize, word: usize },
    /// Nothing is left to try.
    Done,
}

/// So many texts are tried at most.
const TRIES_MAX: u32 = 2_000;
/// A run is worked out in slices of so many events.
const SLICE: u32 = 100_000;

/// Words without which there is nothing to fail.
const KEPT: [&str; 6] = ["title", "summary", "tags", "seed", "expect", "bug"];

impl Shrink {
    /// Begins with a text in which that expectation fails.
    #[must_use]
    pub fn new(text: &str, expectation: &str) -> Self {
        let text = written_out(text).unwrap_or_else(|| String::from(text));
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        Self {
            best: lines.map(String::from).collect(),
            expectation: String::from(expectation),
            stage: Stage::First,
            tried: 0,
            decided: None,
            shown: 0,
        }
    }

    /// The shortest text that fails, as far as it is known.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.best.join("\n");
        text.push('\n');
        text
    }

    /// How many texts were tried.
    #[must_use]
    pub fn tried(&self) -> u32 {
        self.tried
    }

    /// How many statements are left that could go.
    #[must_use]
    pub fn left(&self) -> usize {
        self.removable().len()
    }

    /// True once nothing is left to try.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.stage == Stage::Done
    }

    /// Tries one text; true once nothing is left to try.
    pub fn step(&mut self) -> bool {
        if self.tried >= TRIES_MAX {
            self.stage = Stage::Done;
        }
        match self.stage {
            Stage::First => {
                let size = self.removable().len().next_power_of_two();
                self.stage = match self.fails(&self.best.clone()) {
                    true => Stage::Remove { size, from: 0, gone: false },
                    false => Stage::Done,
                };
            }
            Stage::Remove { size, from, gone } => self.remove(size, from, gone),
            Stage::End => self.draw_near(),
            Stage::Numbers { line, word } => self.make_smaller(line, word),
            Stage::Done => {}
        }
        self.is_done()
    }

    /// The places of lines that could go.
    fn removable(&self) -> Vec<usize> {
        let kept = |line: &str| {
            let first = line.split_whitespace().next().unwrap_or("");
            KEPT.contains(&first) || first.starts_with('#') || is_cluster(first)
        };
        let lines = self.best.iter().enumerate();
        lines.filter(|(_, line)| !kept(line)).map(|(at, _)| at).collect()
    }

    fn remove(&mut self, size: usize, from: usize, gone: bool) {
        let removable = self.removable();
        if from >= removable.len() {
            self.stage = match size {
                0 | 1 if gone => Stage::Remove { size: 1, from: 0, gone: false },
                0 | 1 => Stage::End,
                _ => Stage::Remove { size: size / 2, from: 0, gone: false },
            };
            return;
        }
        let out: Vec<usize> = removable.iter().copied().skip(from).take(size).collect();
        let lines = self.best.iter().enumerate();
        let text: Vec<String> =
            lines.filter(|(at, _)| !out.contains(at)).map(|(_, line)| line.clone()).collect();
        let fails = self.fails(&text);
        if fails {
            self.best = text;
        }
        let from = if fails { from } else { from + size };
        self.stage = Stage::Remove { size, from, gone: gone || fails };
    }

    fn draw_near(&mut self) {
        self.stage = Stage::Numbers { line: 0, word: 0 };
        let Some(decided) = self.decided else { return };
        let end = format!("end      {}ms", decided.0 / 1_000 + 1);
        let is_end = |line: &&String| line.split_whitespace().next() == Some("end");
        let mut text: Vec<String> =
            self.best.iter().filter(|line| !is_end(line)).cloned().collect();
        text.push(end);
        if self.fails(&text) {
            self.best = text;
        }
    }

    /// `5 nodes`, `5 clients`, `of 100`: fewer will often do.
    fn make_smaller(&mut self, line: usize, word: usize) {
        let Some(text) = self.best.get(line).cloned() else {
            self.stage = Stage::Done;
            return;
        };
        let words: Vec<&str> = text.split_whitespace().collect();
        if word >= words.len() {
            self.stage = Stage::Numbers { line: line + 1, word: 0 };
            return;
        }
        self.stage = Stage::Numbers { line, word: word + 1 };
        let counts = words.get(word + 1).map(|next| next.trim_end_matches(','));
        let counted = matches!(counts, Some("nodes" | "clients" | "keys"))
            || word > 0 && words[word - 1] == "of";
        let Ok(number) = words[word].trim_end_matches(',').parse::<u32>() else { return };
        if !counted || number <= 1 || KEPT.contains(&words[0]) {
            return;
        }
        let comma = if words[word].ends_with(',') { "," } else { "" };
        for smaller in [1, 2, 3, number / 2, number - 1] {
            if smaller >= number {
                break;
            }
            let with: Vec<String> = words
                .iter()
                .enumerate()
                .map(|(at, old)| match at == word {
                    true => format!("{smaller}{comma}"),
                    false => old.to_string(),
                })
                .collect();
            let mut all = self.best.clone();
            all[line] = with.join(" ");
            if self.fails(&all) {
                self.best = all;
                break;
            }
        }
    }

    /// True if the expectation fails in a text that can be read without a complaint.
    fn fails(&mut self, lines: &[String]) -> bool {
        self.tried += 1;
        let mut text = lines.join("\n");
        text.push('\n');
        let mut session = Session::open(&text);
        if session.diagnostics().iter().any(|problem| !problem.mild) {
            return false;
        }
        while !session.compute(SLICE) {}
        let verdicts = session.verdicts();
        let verdict = verdicts.iter().find(|verdict| verdict.text == self.expectation);
        let shown = verdict.map_or(0, |verdict| verdict.evidence.len().min(2));
        if self.stage == Stage::First {
            self.shown = shown;
        }
        let fails = verdict.is_some_and(|verdict| verdict.holds == Some(false));
        let fails = fails && shown >= self.shown;
        if fails {
            self.decided = verdict.and_then(|verdict| verdict.at);
        }
        fails
    }
}

fn is_cluster(word: &str) -> bool {
    word == "raft" || crate::scenario::word::STRATEGIES.iter().any(|(known, _)| *known == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_matter_goes() {
        let text = "seed 1\nring 4 nodes\nload 100 keys \"k:{n}\"\nat 1s pause n2\nat 2s crash n1\nat 2500ms resume n2\nat 3s slow n3 2x\nat 4s restart n1\nend 10s\nexpect always unavailable-now = 0\n";
        let mut shrink = Shrink::new(text, "always unavailable-now = 0");
        while !shrink.step() {}
        let left = shrink.text();
        let timed = left.lines().filter(|line| line.starts_with("at ")).count();
        assert_eq!(timed, 1, "{left}");
        assert!(left.contains("load"), "{left}");
        assert!(shrink.tried() < 100);
    }

    #[test]
    fn a_text_that_holds_is_left_alone() {
        let text = "ring 4 nodes\nat 1s crash n1\nexpect failed = 0\n";
        let mut shrink = Shrink::new(text, "failed = 0");
        while !shrink.step() {}
        assert_eq!(shrink.text(), text);
    }
}
