//! From a long text that fails to the shortest one that fails in the same way.
//!
//! What a nemesis stands for is written out first; then statements are taken away, many at once and
//! then one by one, as long as the same expectation still fails; then the end is drawn near, and
//! numbers are made smaller. Each step tries one text, so that a screen can show how it goes and stop.
//!
//! The words of an expectation are not enough to tell one failure from another: a text without clients
//! has no throughput either. See `Failure` for what must stay. What else is expected and holds must go on
//! to hold, and what mends a fault stays as long as the fault does (`mend`).

mod failure;
mod mend;

use super::Session;
use crate::base::Time;
use crate::scenario::nemesis::written_out;
use crate::scenario::{Command, When, parse};
use crate::tenant::Spec;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use failure::{Away, Failure};

/// A text on its way to the shortest that fails.
#[derive(Clone, Debug)]
pub struct Shrink {
    best: Vec<String>,
    /// For the place of each line of it that mends something, the places of what it mends.
    mends: BTreeMap<usize, Vec<usize>>,
    expectation: String,
    stage: Stage,
    tried: u32,
    /// When the expectation was decided in the best text so far, and when its run ended.
    decided: Option<(Time, Time)>,
    /// The failure that is to be kept; nothing before the first text was run.
    failure: Option<Failure>,
    /// The last text that was run without its faults, and whether the expectation held in it.
    calm: Option<(String, bool)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Is there anything to shrink?
    First,
    /// Take so many lines away at once, from that removable line on.
    Remove { size: usize, from: usize, gone: bool },
    /// End soon after the failure, by so much later than as soon as can be: a share of what is left.
    End { later: u64 },
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
        let mends = mends(&best);
        Self {
            best,
            mends,
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
        self.removable().len() + self.mends.len()
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
            Stage::End { later } => self.draw_near(later),
            Stage::Numbers { line, word } => self.make_smaller(line, word),
            Stage::Done => {}
        }
        self.is_done()
    }

    /// Goes on with a text that fails.
    fn take(&mut self, text: Vec<String>) {
        self.mends = mends(&text);
        self.best = text;
    }

    /// The places of lines that could go. What mends something goes with what it mends.
    fn removable(&self) -> Vec<usize> {
        let kept = |line: &str| {
            let first = line.split_whitespace().next().unwrap_or("");
            KEPT.contains(&first) || first.starts_with('#') || Spec::begins(first)
        };
        let lines = self.best.iter().enumerate();
        let could = lines.filter(|(at, line)| !kept(line) && !self.mends.contains_key(at));
        could.map(|(at, _)| at).collect()
    }

    fn remove(&mut self, size: usize, from: usize, gone: bool) {
        let removable = self.removable();
        if from >= removable.len() {
            self.stage = match size {
                0 | 1 if gone => Stage::Remove { size: 1, from: 0, gone: false },
                0 | 1 => Stage::End { later: 0 },
                _ => Stage::Remove { size: size / 2, from: 0, gone: false },
            };
            return;
        }
        let mut out: Vec<usize> = removable.iter().copied().skip(from).take(size).collect();
        let idle = |(_, faults): &(&usize, &Vec<usize>)| faults.iter().all(|at| out.contains(at));
        let idle: Vec<usize> = self.mends.iter().filter(idle).map(|(at, _)| *at).collect();
        out.extend(idle);
        let lines = self.best.iter().enumerate();
        let text: Vec<String> =
            lines.filter(|(at, _)| !out.contains(at)).map(|(_, line)| line.clone()).collect();
        let fails = self.fails(&text);
        if fails {
            self.take(text);
        }
        let from = if fails { from } else { from + size };
        self.stage = Stage::Remove { size, from, gone: gone || fails };
    }

    /// Ends the run soon after the failure: at first as soon as everything has been done that the text does,
    /// then later and later, as what else is expected may need time.
    fn draw_near(&mut self, later: u64) {
        self.stage = Stage::Numbers { line: 0, word: 0 };
        let Some((decided, ended)) = self.decided else { return };
        let (scenario, _) = parse(&joined(&self.best));
        let done = scenario.statements.iter().filter_map(|statement| match statement.when {
            When::At(at) => Some(at),
            When::Start | When::Every { .. } | When::On { .. } => None,
        });
        let soonest = done.max().unwrap_or(Time::ZERO).max(decided);
        let left = ended.since(soonest).0;
        let end = (soonest.0 + left / 8 * later) / 1_000 + 1;
        if end * 1_000 >= ended.0 {
            return;
        }
        let is_end = |line: &&String| line.split_whitespace().next() == Some("end");
        let mut text: Vec<String> =
            self.best.iter().filter(|line| !is_end(line)).cloned().collect();
        text.push(format!("end      {end}ms"));
        if self.fails(&text) {
            self.take(text);
        } else if later < 4 {
            self.stage = Stage::End { later: (2 * later).max(1) };
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
                self.take(all);
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
        let mut session = session;
        let away = Away::during(&mut session);
        let verdicts = session.verdicts();
        let of = |number: &usize| verdicts[*number].text == self.expectation;
        let Some(number) = (0..verdicts.len()).find(of) else { return false };
        if verdicts[number].holds != Some(false) {
            return false;
        }
        let mut failure = Failure::of(&session, &verdicts, number, away);
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
        self.decided = verdicts[number].at.map(|at| (at, session.end()));
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

/// For the place of each line that mends something, the places of what it mends.
fn mends(lines: &[String]) -> BTreeMap<usize, Vec<usize>> {
    let (scenario, _) = parse(&joined(lines));
    let place = |line: u32| (line as usize).saturating_sub(1);
    let found = mend::mends(&scenario).into_iter();
    found.map(|(line, of)| (place(line), of.into_iter().map(place).collect())).collect()
}

#[cfg(test)]
mod tests;
