//! What one run of a scenario brought, as lines and as JSON.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use shardlab::session::{Diagnostic, MetricFact, Session, Verdict};

use super::mark::Mark;
use super::open::open;
use crate::say;

/// Events computed at a stretch between two looks at the clock or at the progress.
const STRETCH: u32 = 100_000;

/// One finished run.
#[derive(Debug, Clone)]
pub struct Report {
    /// The title of the scenario.
    pub title: String,
    /// The seed it ran with.
    pub seed: u64,
    /// The hash over its trace.
    pub hash: u64,
    /// How many events it had.
    pub events: u32,
    /// How far it went, in microseconds.
    pub end_us: u64,
    /// That it was cut before its end, in words.
    pub truncated: Option<String>,
    /// Whether it came to its end and all expectations hold.
    pub holds: bool,
    /// What became of its expectations.
    pub verdicts: Vec<Verdict>,
    /// Of each expectation about a law that is made of others, those that nothing put to the test, and why.
    pub untried: Vec<Vec<(&'static str, &'static str)>>,
    /// What it measured.
    pub metrics: Vec<MetricFact>,
    /// What befell nodes and the network, and captions, in the order of time.
    pub timeline: Vec<(u64, String)>,
    /// What does not keep the text from running, but is hardly meant so; marked.
    pub hints: String,
    /// The same as facts, and behind them what is to be remarked on the run: statements that changed nothing,
    /// orders that were refused or still wait.
    pub remarks: Vec<Diagnostic>,
    /// So many of them were known before the run.
    known: usize,
    /// How long the run took here.
    pub took: Duration,
}

/// A session of a text that is understood in all its lines; the error is its bad places, marked.
pub fn understood(file: &str, text: &str) -> Result<Session, String> {
    let session = open(file, text)?;
    let problems = marked(file, text, &session, false);
    if !problems.is_empty() {
        return Err(problems);
    }
    // What expects nothing of nobody would hold whatever comes.
    if session.scenario().parties().next().is_none() && session.tables().is_empty() {
        return Err(format!(
            "{file}: nothing runs: the text has no cluster, such as ring 4 nodes\n"
        ));
    }
    Ok(session)
}

/// Runs a text to its end; the error is its bad places, marked.
pub fn report(file: &str, text: &str) -> Result<Report, String> {
    let started = Instant::now();
    let mut session = understood(file, text)?;
    while !session.compute(STRETCH) {}
    let mut remarks = session.diagnostics();
    let known = remarks.len();
    remarks.extend(session.remarks());
    Ok(Report {
        title: session.title(),
        seed: session.scenario().seed,
        hash: session.hash(),
        events: session.event_count(),
        end_us: session.end().0,
        truncated: session.truncated().map(|it| it.words()),
        holds: session.holds(),
        untried: (0..session.verdicts().len()).map(|number| session.untried(number)).collect(),
        verdicts: session.verdicts(),
        metrics: session.final_metrics(),
        timeline: timeline(&session),
        hints: marked(file, text, &session, true),
        remarks,
        known,
        took: started.elapsed(),
    })
}

impl Report {
    /// Tells the lines of remarks as they are in the text that somebody wrote, where another seed has brought
    /// a line of its own into it.
    pub fn tell_of(&mut self, written: &str, run: &str) {
        if written.lines().count() == run.lines().count() {
            return;
        }
        let same = written.lines().zip(run.lines()).take_while(|(one, other)| one == other);
        let added = same.count() as u32 + 1;
        for remark in self.remarks.iter_mut().filter(|remark| remark.line > added) {
            remark.line -= 1;
        }
    }

    /// The report as lines for a terminal.
    #[must_use]
    pub fn shown(&self) -> String {
        let mut text = format!("{}\n", self.title);
        if let Some(words) = &self.truncated {
            let _ = writeln!(text, "  CUT    {words}");
        }
        for (verdict, untried) in self.verdicts.iter().zip(&self.untried) {
            let word = match outcome(verdict) {
                HOLDS => HOLDS.to_owned(),
                other => other.to_uppercase(),
            };
            let Verdict { text: expectation, measured, .. } = verdict;
            let _ = writeln!(text, "  {word}  {expectation}  ({measured})");
            if verdict.holds != Some(true) {
                let _ = writeln!(text, "         {}", verdict.reason);
            } else if !untried.is_empty() {
                let parts: Vec<String> =
                    untried.iter().map(|(law, why)| format!("{law} ({why})")).collect();
                let _ = writeln!(text, "         not put to the test: {}", parts.join(", "));
            }
        }
        for Diagnostic { line, message, .. } in &self.remarks[self.known..] {
            let _ = writeln!(text, "  REMARK line {line}: {message}");
        }
        for (at, words) in self.timeline.iter().take(TIMELINE_MAX) {
            let _ = writeln!(text, "  {:>9.3} s  {words}", *at as f64 / 1e6);
        }
        if let more @ 1.. = self.timeline.len().saturating_sub(TIMELINE_MAX) {
            let _ = writeln!(text, "             and {more} more; --trace FILE writes all events");
        }
        let width = self.metrics.iter().map(|it| it.name.chars().count()).max().unwrap_or_default();
        for metric in &self.metrics {
            let _ = writeln!(text, "  {:<width$}  {}", metric.name, metric.shown);
        }
        let seconds = self.end_us as f64 / 1e6;
        let (events, hash, took) = (self.events, self.hash, say::duration(self.took));
        let _ = writeln!(
            text,
            "  seed {}, {events} events in {seconds} s of its time, {took} of ours; trace {hash:016x}",
            self.seed
        );
        text
    }

    /// The report as a JSON value.
    #[must_use]
    pub fn json(&self) -> Value {
        let verdict = |(it, untried): (&Verdict, &Vec<(&'static str, &'static str)>)| {
            let untried: Vec<&str> = untried.iter().map(|(law, _)| *law).collect();
            json!({
                "text": it.text, "holds": it.holds, "outcome": outcome(it), "measured": it.measured, "reason": it.reason,
                "evidence": it.evidence, "untried": untried,
            })
        };
        let metric = |it: &MetricFact| (it.name.clone(), json!(it.value as f64 / 1e6));
        let remark = |it: &Diagnostic| json!({ "line": it.line, "message": it.message });
        let shown = |it: &MetricFact| (it.name.clone(), json!(it.shown));
        json!({
            "title": self.title,
            "seed": self.seed,
            "holds": self.holds,
            "truncated": self.truncated,
            "hash": format!("{:016x}", self.hash),
            "events": self.events,
            "end_us": self.end_us,
            "verdicts": self.verdicts.iter().zip(&self.untried).map(verdict).collect::<Vec<_>>(),
            "remarks": self.remarks.iter().map(remark).collect::<Vec<_>>(),
            "metrics": self.metrics.iter().map(metric).collect::<serde_json::Map<_, _>>(),
            "shown": self.metrics.iter().map(shown).collect::<serde_json::Map<_, _>>(),
        })
    }
}

/// So many happenings are printed.
const TIMELINE_MAX: usize = 24;

/// What befell nodes and the network, and captions, in the order of time.
fn timeline(session: &Session) -> Vec<(u64, String)> {
    let lanes = session.lanes();
    let captions = lanes.captions.into_iter().map(|mark| (mark.at.0, format!("\"{}\"", mark.text)));
    let faults = lanes.faults.into_iter().map(|mark| (mark.at.0, mark.text));
    let mut all: Vec<_> = faults.chain(captions).collect();
    all.sort_by_key(|(at, _)| *at);
    all
}

/// What became of an expectation, in a word.
#[must_use]
pub fn outcome(verdict: &Verdict) -> &'static str {
    match verdict.holds {
        _ if verdict.is_untested() => UNTESTED,
        _ if verdict.is_undecided() => OPEN,
        Some(true) => HOLDS,
        Some(false) | None => FAILS,
    }
}

/// The word for an expectation that holds.
pub const HOLDS: &str = "holds";

/// The word for an expectation that does not hold.
pub const FAILS: &str = "fails";

/// The word for an expectation that was not decided.
pub const OPEN: &str = "open";

/// The word for an expectation about a law that nothing in the run put to the test.
pub const UNTESTED: &str = "untested";

/// The bad places of a text, or those that are only odd, marked.
fn marked(file: &str, text: &str, session: &Session, mild: bool) -> String {
    let severity = if mild { "hint" } else { "error" };
    let shown = session.diagnostics().into_iter().filter(|it| it.mild == mild).map(|it| {
        let span = (it.start as usize, it.end as usize);
        let suggestion = it.suggestion.as_deref();
        Mark { file, text, span, severity, message: &it.message, suggestion }.shown()
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_says_who_fell_and_what_was_said() {
        let text = "raft 3 nodes\nend 4s\ndisk n1 size 1B\nat 1s say \"Look.\"\nat 2s wipe n2\nat 3s cut n3\n";
        let shown = report("a.lab", text).unwrap().shown();
        for wanted in
            ["1.000 s  \"Look.\"", "2.000 s  n2 crashes", "n2 has an empty disk", "cut off: n3"]
        {
            assert!(shown.contains(wanted), "{wanted}: {shown}");
        }
        assert!(shown.contains("n1 stops its process"), "{shown}");
    }

    #[test]
    fn a_law_of_many_says_which_of_them_nothing_put_to_the_test() {
        let text = "raft 3 nodes\nend 4s\nat 2s c1: put x 1\nexpect agreement\nexpect durable\n";
        let told = report("a.lab", text).unwrap();
        assert!(told.holds, "{told:?}");
        let words = "not put to the test: leader-complete (no leader came after something had been committed)";
        assert!(told.shown().contains(words), "{}", told.shown());
        assert_eq!(told.json()["verdicts"][0]["untried"], json!(["leader-complete"]));
        assert_eq!(told.json()["verdicts"][1]["untried"], json!([]));
    }

    #[test]
    fn a_law_without_a_test_has_a_word_of_its_own() {
        let told =
            report("a.lab", "ring 3 nodes\nend 1s\nexpect durable\nexpect lost = 1\n").unwrap();
        let outcomes: Vec<_> = told.verdicts.iter().map(outcome).collect();
        assert_eq!((outcomes, told.holds), (vec![UNTESTED, "fails"], false));
        assert!(told.shown().contains("  UNTESTED  durable"), "{}", told.shown());
        assert_eq!(told.json()["verdicts"][0]["outcome"], UNTESTED);
    }

    #[test]
    fn what_changed_nothing_and_what_was_refused_is_told_with_its_line() {
        let text = "raft 3 nodes\nend 9s\nat 2s members n1 n2\nat 3s drop n1 -> n3\n\
                    at 4s transfer leader to n3\nnemesis jump, until 9s\n";
        let told = report("a.lab", text).unwrap();
        for wanted in [
            "REMARK line 4: This changed nothing: it met no message, as none was on its way from n1 to n3.",
            "REMARK line 5: It was refused: n",
        ] {
            assert!(told.shown().contains(wanted), "{wanted}: {}", told.shown());
        }
        assert!(told.hints.contains("a.lab:6:") && !told.shown().contains("\"jump\""), "{told:?}");
        let lines = |told: &Report| -> Vec<Value> {
            told.json()["remarks"].as_array().unwrap().iter().map(|it| it["line"].clone()).collect()
        };
        assert_eq!(lines(&told), [6, 4, 5]);
        let seeded = Session::open(text).text_with_seed(3);
        let mut told = report("a.lab", &seeded).unwrap();
        told.tell_of(text, &seeded);
        assert_eq!(lines(&told), [6, 4, 5], "{seeded}");
    }
}
