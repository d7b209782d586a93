//! `cargo lab test`: every proof of the house, part by part, closed by one line of counts.

mod browser;
mod cargo;
mod tally;
mod vector;

use std::time::Instant;

use clap::ValueEnum;

use crate::{place, say};
pub use browser::Choice;
pub use tally::Tally;

/// A part of the proof that can be asked for alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// The code is formatted.
    Fmt,
    /// The compiler and clippy have nothing to say, natively and for wasm.
    Lint,
    /// The documentation builds without a warning.
    Doc,
    /// The engine builds without a standard library.
    Nostd,
    /// Unit tests, laws, golden files, floors.
    Native,
    /// Tests of the page's code, and published vectors, inside headless browsers.
    Wasm,
    /// The release page: it builds, weighs little, and works in any folder.
    Page,
    /// The page used as a person would, in Chromium, Firefox and WebKit.
    Browser,
}

/// What one part brought.
#[derive(Debug, Clone, Default)]
struct Report {
    tally: Tally,
    /// Visits of the page that were made a second time.
    second_tries: u64,
    /// Shown always: what was skipped and why, one line a finding.
    remarks: Vec<String>,
    /// Shown when something failed.
    output: String,
}

impl Report {
    /// A part that could not be carried out at all.
    fn broken(problem: String) -> Self {
        Self { tally: Tally::failed(), output: problem, ..Self::default() }
    }
}

/// Runs the parts, all if none is named; `Ok(false)` when something failed.
pub fn test(parts: &[Part], choice: &Choice) -> Result<bool, String> {
    let started = Instant::now();
    let all = Part::value_variants();
    let mut total = Tally::default();
    for part in all.iter().filter(|part| parts.is_empty() || parts.contains(part)) {
        let name = part.to_possible_value().map_or_else(String::new, |it| it.get_name().to_owned());
        say::step(&format!("{name} …"));
        let begun = Instant::now();
        let report = prove(*part, choice).unwrap_or_else(Report::broken);
        place::write(&place::scratch().join("log").join(format!("{name}.txt")), &report.output)?;
        for remark in &report.remarks {
            say::step(&format!("{name}: {remark}"));
        }
        if report.tally.failed > 0 {
            println!("{}", report.output.trim_end());
        }
        let took = say::duration(begun.elapsed());
        println!("{name}: {} in {took}", report.tally);
        total = total + report.tally;
    }
    println!("lab test: {total} in {}", say::duration(started.elapsed()));
    Ok(total.failed == 0)
}

fn prove(part: Part, choice: &Choice) -> Result<Report, String> {
    match part {
        Part::Fmt => cargo::format(),
        Part::Lint => cargo::lint(),
        Part::Doc => cargo::document(),
        Part::Nostd => cargo::bare(),
        Part::Native => cargo::native(),
        Part::Wasm => cargo::wasm(),
        Part::Page => browser::released(choice),
        Part::Browser => browser::browser(choice),
    }
}
