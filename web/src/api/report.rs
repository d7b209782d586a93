//! Reports: what a run measured, as plain values that JavaScript can read.

use serde::Serialize;
use shardlab::session::{self, Session};

/// One expectation and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    text: String,
    holds: Option<bool>,
    untested: bool,
    measured: String,
    reason: String,
    at_us: Option<u64>,
}

/// One measured number.
#[derive(Clone, Debug, Serialize)]
pub struct Metric {
    name: String,
    shown: String,
    value: i64,
    meaning: &'static str,
}

/// Something wrong with a text.
#[derive(Clone, Debug, Serialize)]
pub struct Diagnostic {
    line: u32,
    start: u32,
    end: u32,
    message: String,
    suggestion: Option<String>,
    mild: bool,
}

/// What a text says.
#[derive(Clone, Debug, Serialize)]
pub struct Parsed {
    title: String,
    summary: String,
    printed: String,
    diagnostics: Vec<Diagnostic>,
    link: String,
}

/// What a run measured.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    title: String,
    ok: bool,
    truncated: Option<String>,
    end_us: u64,
    events: u32,
    hash: String,
    verdicts: Vec<Verdict>,
    metrics: Vec<Metric>,
    diagnostics: Vec<Diagnostic>,
    remarks: Vec<Diagnostic>,
}

/// What became of one seed.
#[derive(Clone, Debug, Serialize)]
pub struct SeedReport {
    seed: u64,
    holds: bool,
    failed: Vec<String>,
    broken: Vec<String>,
    undecided: u32,
    untested: Vec<String>,
    truncated: Option<String>,
    diagnostics: Vec<Diagnostic>,
    hash: String,
}

/// One event of the trace.
#[derive(Clone, Debug)]
pub struct Event<'a>(&'a session::EventFact);

fn diagnostics(session: &Session) -> Vec<Diagnostic> {
    plain(session.diagnostics())
}

fn plain(found: Vec<session::Diagnostic>) -> Vec<Diagnostic> {
    found
        .into_iter()
        .map(|one| Diagnostic {
            line: one.line,
            start: one.start,
            end: one.end,
            message: one.message,
            suggestion: one.suggestion,
            mild: one.mild,
        })
        .collect()
}

fn truncated(session: &Session) -> Option<String> {
    session.truncated().map(|truncated| truncated.words())
}

fn hash(session: &Session) -> String {
    format!("{:016x}", session.hash())
}

impl Report {
    /// The report of a session that knows its whole run.
    #[must_use]
    pub fn of(session: &Session) -> Self {
        let verdicts = session.verdicts();
        Self {
            title: session.title(),
            ok: session.holds(),
            truncated: truncated(session),
            end_us: session.end().0,
            events: session.event_count(),
            hash: hash(session),
            verdicts: verdicts
                .into_iter()
                .map(|one| Verdict {
                    untested: one.is_untested(),
                    text: one.text,
                    holds: one.holds,
                    measured: one.measured,
                    reason: one.reason,
                    at_us: one.at.map(|at| at.0),
                })
                .collect(),
            metrics: session
                .final_metrics()
                .into_iter()
                .map(|one| Metric {
                    name: one.name,
                    shown: one.shown,
                    value: one.value,
                    meaning: one.meaning,
                })
                .collect(),
            diagnostics: diagnostics(session),
            remarks: plain(session.remarks()),
        }
    }
}

impl Parsed {
    /// What a session understood of its text.
    #[must_use]
    pub fn of(session: &Session) -> Self {
        Self {
            title: session.title(),
            summary: session.summary(),
            printed: session.printed(),
            diagnostics: diagnostics(session),
            link: session.link(),
        }
    }
}

impl SeedReport {
    /// What became of a seed.
    #[must_use]
    pub fn of(seed: u64, session: &Session) -> Self {
        let mut report = Self {
            seed,
            holds: session.holds(),
            failed: Vec::new(),
            broken: Vec::new(),
            undecided: 0,
            untested: Vec::new(),
            truncated: truncated(session),
            diagnostics: diagnostics(session),
            hash: hash(session),
        };
        for verdict in session.verdicts() {
            match verdict.holds {
                _ if verdict.is_untested() => report.untested.push(verdict.text),
                _ if verdict.is_undecided() => report.undecided += 1,
                Some(true) => {}
                Some(false) | None => {
                    report.failed.push(format!("{}: {}", verdict.text, verdict.measured));
                    report.broken.push(verdict.text);
                }
            }
        }
        report
    }
}

impl<'a> Event<'a> {
    /// An event to be written.
    #[must_use]
    pub fn of(event: &'a session::EventFact) -> Self {
        Self(event)
    }

    /// The event as an object of JSON.
    #[must_use]
    pub fn json(&self) -> String {
        let cause = self.0.cause.map_or_else(|| "null".to_owned(), |cause| cause.to_string());
        format!(
            "{{\"seq\":{},\"at_us\":{},\"place\":{},\"cause\":{cause},\"kind\":{},\"text\":{}}}",
            self.0.seq,
            self.0.at.0,
            quoted(&self.0.place),
            quoted(self.0.kind),
            quoted(&self.0.text),
        )
    }
}

/// A string of JSON.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            control if (control as u32) < 0x20 => {
                out.push_str(&format!("\\u{:04x}", control as u32));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn strings_of_json_are_safe() {
        assert_eq!(quoted("a\"b\\c\n\u{1}"), "\"a\\\"b\\\\c\\n\\u0001\"");
    }
}
