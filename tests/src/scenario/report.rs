//! What one run of a scenario brought, as lines and as JSON.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use shardlab::session::{MetricFact, Session, Verdict};

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
    /// What it measured.
    pub metrics: Vec<MetricFact>,
    /// What does not keep the text from running, but is hardly meant so; marked.
    pub hints: String,
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
    Ok(Report {
        title: session.title(),
        seed: session.scenario().seed,
        hash: session.hash(),
        events: session.event_count(),
        end_us: session.end().0,
        truncated: session.truncated().map(|it| it.words()),
        holds: session.holds(),
        verdicts: session.verdicts(),
        metrics: session.final_metrics(),
        hints: marked(file, text, &session, true),
        took: started.elapsed(),
    })
}

impl Report {
    /// The report as lines for a terminal.
    #[must_use]
    pub fn shown(&self) -> String {
        let mut text = format!("{}\n", self.title);
        if let Some(words) = &self.truncated {
            let _ = writeln!(text, "  CUT    {words}");
        }
        for verdict in &self.verdicts {
            let word = match verdict.holds {
                Some(true) => "holds",
                Some(false) => "FAILS",
                None => "OPEN",
            };
            let Verdict { text: expectation, measured, .. } = verdict;
            let _ = writeln!(text, "  {word}  {expectation}  ({measured})");
            if verdict.holds != Some(true) {
                let _ = writeln!(text, "         {}", verdict.reason);
            }
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
        let verdict = |it: &Verdict| {
            json!({
                "text": it.text, "holds": it.holds, "measured": it.measured, "reason": it.reason,
                "evidence": it.evidence,
            })
        };
        let metric = |it: &MetricFact| (it.name.clone(), json!(it.value as f64 / 1e6));
        let shown = |it: &MetricFact| (it.name.clone(), json!(it.shown));
        json!({
            "title": self.title,
            "seed": self.seed,
            "holds": self.holds,
            "truncated": self.truncated,
            "hash": format!("{:016x}", self.hash),
            "events": self.events,
            "end_us": self.end_us,
            "verdicts": self.verdicts.iter().map(verdict).collect::<Vec<_>>(),
            "metrics": self.metrics.iter().map(metric).collect::<serde_json::Map<_, _>>(),
            "shown": self.metrics.iter().map(shown).collect::<serde_json::Map<_, _>>(),
        })
    }
}

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
