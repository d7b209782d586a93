//! `cargo lab run`: plays scenarios to their end and says what held.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use shardlab::session::Session;

use super::open::open;
use super::report::{Report, report, understood};
use crate::place;

/// Events of a trace written at a stretch.
const LINES: u32 = 4_096;

/// What to run, and what to leave behind.
#[derive(Debug, Clone, clap::Args)]
pub struct Run {
    /// Scenario files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Another seed than the one in the text.
    #[arg(long)]
    seed: Option<u64>,
    /// One JSON line a scenario.
    #[arg(long)]
    json: bool,
    /// Writes all events of the run, one line each, to this file.
    #[arg(long)]
    trace: Option<PathBuf>,
}

/// Runs the files; `Ok(false)` if an expectation does not hold, an error for bad input.
pub fn run(wish: &Run) -> Result<bool, String> {
    let (mut held, mut problems) = (true, String::new());
    for file in &wish.files {
        let (name, text) = (file.display().to_string(), place::read(file)?);
        let seeded = match wish.seed {
            // Another seed may be a line more, so what is wrong is told of the text as it is written.
            Some(seed) => understood(&name, &text).map(|session| session.text_with_seed(seed)),
            None => Ok(text.clone()),
        };
        match seeded.and_then(|seeded| Ok((report(&name, &seeded)?, seeded))) {
            Ok((mut report, seeded)) => {
                report.tell_of(&text, &seeded);
                held &= report.holds;
                eprint!("{}", report.hints);
                print(&report, wish.json);
                if let Some(trace) = &wish.trace {
                    write_trace(trace, &name, &seeded)?;
                }
            }
            Err(problem) => problems.push_str(&problem),
        }
    }
    if problems.is_empty() { Ok(held) } else { Err(problems) }
}

fn print(report: &Report, json: bool) {
    if json { println!("{}", report.json()) } else { print!("{}", report.shown()) }
}

fn write_trace(file: &Path, source: &str, text: &str) -> Result<(), String> {
    let mut session = open(source, text)?;
    while !session.compute(100_000) {}
    place::write(file, trace(&session))
}

/// All events of a finished run as lines: number, time, node, cause, what happened.
#[must_use]
pub fn trace(session: &Session) -> String {
    let (mut lines, mut next) = (String::new(), 0);
    loop {
        let events = session.events(next, LINES);
        let Some(last) = events.last() else { return lines };
        next = last.seq + 1;
        for event in &events {
            let cause = event.cause.map_or_else(|| "-".to_owned(), |cause| cause.to_string());
            let (seq, at) = (event.seq, event.at.0);
            let _ =
                writeln!(lines, "{seq:>7} {at:>10} {cause:>7} {:<8} {}", event.place, event.text);
        }
    }
}
