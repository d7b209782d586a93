//! Golden files: a scenario, a line `---`, and the lines that its run must give.
//!
//! What a person would tell of a run stands there: faults, notes, operations and verdicts, one a
//! line. With `--- all` every message and alarm stands there too.

use std::fmt::Write as _;

use shardlab::session::{EventFact, Lane, Session};

/// The line between a scenario and what it gives.
const FENCE: &str = "\n---";

/// A golden file in its two parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Golden<'a> {
    /// The scenario.
    pub text: &'a str,
    /// What follows the fence on its line: `all`, or nothing.
    pub wish: &'a str,
    /// What the run must give.
    pub lines: &'a str,
}

impl<'a> Golden<'a> {
    /// Takes a golden file apart; without a fence nothing is expected yet.
    #[must_use]
    pub fn read(file: &'a str) -> Self {
        let Some(at) = file.find(FENCE) else { return Self { text: file, wish: "", lines: "" } };
        let (text, rest) = (&file[..=at], &file[at + FENCE.len()..]);
        let (wish, lines) = rest.split_once('\n').unwrap_or((rest, ""));
        Self { text, wish: wish.trim(), lines }
    }

    /// The file as it is when the run gives these lines.
    #[must_use]
    pub fn with(&self, lines: &str) -> String {
        let gap = if self.wish.is_empty() { "" } else { " " };
        format!("{}---{gap}{}\n{lines}", self.text, self.wish)
    }

    /// Runs the scenario and tells what it gives.
    #[must_use]
    pub fn play(&self) -> String {
        let mut session = Session::open(self.text);
        let mut lines = String::new();
        for problem in session.diagnostics() {
            let _ = writeln!(lines, "! line {}: {}", problem.line, problem.message);
        }
        while !session.compute(100_000) {}
        let mut next = 0;
        loop {
            let events = session.events(next, 4_096);
            let Some(last) = events.last() else { break };
            next = last.seq + 1;
            for event in events.iter().filter(|it| self.wish == "all" || it.lane != Lane::Wire) {
                let _ = writeln!(lines, "{}", told(event));
            }
        }
        for verdict in session.verdicts() {
            let sign = match verdict.holds {
                Some(true) => '✓',
                Some(false) => '✗',
                None => '?',
            };
            let _ = writeln!(lines, "{sign} {}  ({})", verdict.text, verdict.measured);
        }
        lines
    }
}

/// One event: the moment in seconds, where, what.
fn told(event: &EventFact) -> String {
    let (seconds, micros) = (event.at.0 / 1_000_000, event.at.0 % 1_000_000);
    let line = format!("{seconds:>3}.{micros:06} {:<8} {}", event.place, event.text);
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_apart_and_together() {
        let file = "ring\nend 1s\n--- all\n  0.000000 n1 x\n";
        let golden = Golden::read(file);
        assert_eq!((golden.text, golden.wish), ("ring\nend 1s\n", "all"));
        assert_eq!(golden.with(golden.lines), file);
        assert_eq!(Golden::read("ring\n").with("x\n"), "ring\n---\nx\n");
    }
}
