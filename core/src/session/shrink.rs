//! From a long text that fails to the shortest one that fails in the same way.
//!
//! What a nemesis stands for is written out first; then statements are taken away, many at once and
//! then one by one, as long as the same expectation still fails; then the end is drawn near, and
//! numbers are made smaller. Each step tries one text, so that a screen can show how it goes and stop.
//!
//! The words of an expectation are not enough to tell one failure from another: a text without clients
//! has no throughput either. See `Failure` for what must stay.

use super::fact::{Ground, Verdict};
use super::{Session, judge};
use crate::base::Time;
use crate::scenario::nemesis::written_out;
use crate::scenario::{Claim, Command, When, parse};
use crate::tenant::Spec;
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
    /// The failure that is to be kept; nothing before the first text was run.
    failure: Option<Failure>,
    /// The last text that was run without its faults, and whether the expectation held in it.
    calm: Option<(String, bool)>,
}

/// What a failure is beyond the words of its expectation: a shorter text fails in the same way only if
/// all of this is the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Failure {
    /// On what the verdict rests.
    ground: Ground,
    /// So many events show it, of the first two: where there were some, there must be some.
    shown: usize,
    /// Whether clients had operations under way, if the expectation is about those.
    operations: bool,
    /// Whether the measured number was zero: no throughput is not a low one.
    zero: Option<bool>,
    /// Whether the expectation holds in the same text without what goes wrong in it. Then the text
    /// fails by what goes wrong, and not because its world has become too small.
    caused: bool,
    /// What the text is told; a shorter one must not be told anything else.
    problems: Vec<String>,
}

impl Failure {
    /// True if another failure is of the same kind.
    fn is_kept_by(&self, other: &Self) -> bool {
        self.ground == other.ground
            && self.shown <= other.shown
            && self.operations <= other.operations
            && self.zero == other.zero
            && other.problems.iter().all(|problem| self.problems.contains(problem))
    }
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
        let mut best: Vec<String> = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            match best.last_mut().filter(|above| !above.contains('#')) {
                // A line that goes on with the one above comes and goes with it.
                Some(above) if line.starts_with([' ', '\t']) => {
                    above.push(' ');
                    above.push_str(line.trim());
                }
                _ => best.push(String::from(line)),
            }
        }
        Self {
            best,
            expectation: String::from(expectation),
            stage: Stage::First,
            tried: 0,
            decided: None,
            failure: None,
            calm: None,
        }
    }

    /// The shortest text that fails, as far as it is known.
    #[must_use]
    pub fn text(&self) -> String {
        joined(&self.best)
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
            KEPT.contains(&first) || first.starts_with('#') || Spec::begins(first)
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

    /// True if the expectation fails in a text in the way in which it fails in the first one.
    fn fails(&mut self, lines: &[String]) -> bool {
        self.tried += 1;
        let text = joined(lines);
        let session = Session::open(&text);
        // Where the first text was understood, a shorter one must be.
        let first = self.failure.clone();
        let known =
            |message: &String| first.as_ref().is_none_or(|first| first.problems.contains(message));
        let mut problems = session.diagnostics().into_iter();
        if problems.any(|problem| !problem.mild || !known(&problem.message)) {
            return false;
        }
        let session = run(session);
        let verdicts = session.verdicts();
        let verdict = verdicts.iter().find(|verdict| verdict.text == self.expectation);
        let Some(verdict) = verdict.filter(|verdict| verdict.holds == Some(false)) else {
            return false;
        };
        let mut failure = failure(&session, verdict);
        match first {
            None => {
                failure.caused = self.holds_when_calm(lines);
                self.failure = Some(failure);
            }
            Some(first) => {
                if !first.is_kept_by(&failure) || first.caused && !self.holds_when_calm(lines) {
                    return false;
                }
            }
        }
        self.decided = verdict.at;
        true
    }

    /// Whether the expectation holds in the same world with the same clients, if nothing goes wrong.
    fn holds_when_calm(&mut self, lines: &[String]) -> bool {
        let text = calm(lines);
        if let Some((_, holds)) = self.calm.as_ref().filter(|(known, _)| *known == text) {
            return *holds;
        }
        let session = run(Session::open(&text));
        let verdicts = session.verdicts();
        let mut verdicts = verdicts.iter().filter(|verdict| verdict.text == self.expectation);
        let holds = verdicts.any(|verdict| verdict.holds == Some(true));
        self.calm = Some((text, holds));
        holds
    }
}

fn joined(lines: &[String]) -> String {
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

fn run(mut session: Session) -> Session {
    while !session.compute(SLICE) {}
    session
}

/// The lines without mistakes, and without what is done to the world while it runs.
fn calm(lines: &[String]) -> String {
    let (scenario, _) = parse(&joined(lines));
    let harmless = |command: &Command| {
        matches!(
            command,
            Command::Get(..)
                | Command::Put(..)
                | Command::Delete(..)
                | Command::Operate(..)
                | Command::Traffic(_)
                | Command::Quiet(_)
                | Command::Explain(..)
                | Command::Say(_)
                | Command::Stop
        )
    };
    let timed = scenario.statements.iter().filter(|statement| statement.when != When::Start);
    let out: Vec<u32> =
        timed.filter(|statement| !harmless(&statement.what)).map(|it| it.line).collect();
    let kept = (1..).zip(lines).filter(|(number, line)| {
        !out.contains(number) && line.split_whitespace().next() != Some("bug")
    });
    let kept: Vec<String> = kept.map(|(_, line)| line.clone()).collect();
    joined(&kept)
}

/// What a failed verdict of a run that has ended is beyond its words.
fn failure(session: &Session, verdict: &Verdict) -> Failure {
    let mut expectations = session.scenario().expectations.iter();
    let expectation = expectations.find(|expectation| expectation.text == verdict.text);
    let claim = expectation.map(|expectation| &expectation.claim);
    let front = session.timeline.front();
    let zero = match claim {
        Some(Claim::Measure { metric, .. }) => {
            session.source(front).number(metric).map(|number| number.millionths == 0)
        }
        _ => None,
    };
    let stretches = front.measures.clusters().iter().flat_map(|of| of.common.series.stretches());
    let operations = stretches.map(|stretch| stretch.good + stretch.bad).any(|count| count > 0);
    Failure {
        ground: verdict.ground,
        shown: verdict.evidence.len().min(2),
        operations: operations && claim.is_some_and(judge::is_about_operations),
        zero,
        caused: false,
        problems: session.diagnostics().into_iter().map(|problem| problem.message).collect(),
    }
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

    fn shrunk(text: &str, expectation: &str) -> Session {
        let mut shrink = Shrink::new(text, expectation);
        while !shrink.step() {}
        let session = run(Session::open(&shrink.text()));
        let verdicts = session.verdicts();
        let verdict = verdicts.iter().find(|verdict| verdict.text == expectation);
        let verdict = verdict.unwrap_or_else(|| panic!("it is still expected: {}", shrink.text()));
        assert_eq!(verdict.holds, Some(false), "{}", shrink.text());
        assert_eq!(verdict.ground, Ground::Measured, "{}", shrink.text());
        assert!(session.diagnostics().is_empty(), "{}", shrink.text());
        assert!(shrink.text().lines().count() < text.lines().count(), "{}", shrink.text());
        session
    }

    fn operations(session: &Session) -> u32 {
        session.lanes().operations.iter().map(|bar| bar.good + bar.bad).sum()
    }

    #[test]
    fn slow_reads_stay_reads_that_somebody_waits_for() {
        let session = shrunk(
            "seed 1\nend 6s\nnetwork latency 5ms\nring a: 3 nodes, 8 vnodes\nload 50 keys \"user:{n}\"
traffic c: 100/s, 100% get, keys uniform, 4 clients\nat 2s slow n1 20x\nat 4s crash n2
expect read p99 < 50ms\n",
            "read p99 < 50ms",
        );
        assert!(operations(&session) > 0, "{}", session.text());
    }

    #[test]
    fn low_throughput_is_not_the_throughput_of_nobody() {
        let session = shrunk(
            "seed 1\nend 6s\nring a: 3 nodes, 8 vnodes\nload 50 keys \"user:{n}\"
traffic c: 100/s, 100% get, keys uniform, 4 clients\nat 1s say \"soon\"\nat 2s crash n1 n2
expect throughput > 80\n",
            "throughput > 80",
        );
        assert!(operations(&session) > 0, "{}", session.text());
        assert!(session.text().contains("crash"), "{}", session.text());
    }

    #[test]
    fn an_id_is_refused_by_the_clock_that_was_set_back() {
        let session = shrunk(
            "seed 1\nend 8s\nids a: snowflake, 3 nodes, 1000/s each, 3000 ids, backwards refuse
at 200ms say \"soon\"\nat 500ms skew n2 -300ms\nexpect refused = 0\n",
            "refused = 0",
        );
        assert!(session.text().contains("skew n2"), "{}", session.text());
    }

    #[test]
    fn a_name_that_is_gone_is_another_failure() {
        let session = shrunk(
            "seed 1\nend 5s\nring a: 4 nodes, 8 vnodes\nload 50 keys \"user:{n}\"\nat 1s join n5
at 2s say \"two\"\nexpect keys(n5) = 0\n",
            "keys(n5) = 0",
        );
        assert!(session.text().contains("join n5"), "{}", session.text());
    }

    #[test]
    fn a_line_that_goes_on_comes_and_goes_with_the_one_above() {
        let text = "ring 4 nodes,\n  8 vnodes\nload 50 keys \"k:{n}\",\n  values 10B\nat 1s\n  crash n1\nexpect always unavailable-now = 0\n";
        let shrink = Shrink::new(text, "always unavailable-now = 0");
        assert_eq!(shrink.best.len(), 4, "{:?}", shrink.best);
    }

    #[test]
    fn a_broken_law_does_not_become_one_that_nothing_tested() {
        let session = shrunk(
            "seed 1\nend 6s\nring a: 1 node\nat 500ms say \"soon\"\nat 1s c1: put x 1\nat 2s wipe n1
at 3s restart n1\nexpect durable\n",
            "durable",
        );
        assert!(
            session.text().contains("put") && session.text().contains("wipe"),
            "{}",
            session.text()
        );
    }

    #[test]
    fn a_law_that_nothing_tested_does_not_become_a_broken_one() {
        let text =
            "seed 1\nend 6s\nring a: 1 node\nat 1s say \"soon\"\nat 2s c1: get x\nat 3s wipe n1
expect fresh\n";
        let mut shrink = Shrink::new(text, "fresh");
        while !shrink.step() {}
        let verdicts = run(Session::open(&shrink.text())).verdicts();
        assert!(verdicts.iter().all(Verdict::is_untested), "{}: {verdicts:?}", shrink.text());
        assert!(shrink.text().lines().count() < text.lines().count(), "{}", shrink.text());
    }
}
