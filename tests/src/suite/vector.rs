//! The vectors and histories of the wasm proof: what holds natively holds in browsers.

use std::path::Path;

use super::{Report, Tally};
use crate::check::Known;
use crate::vector::{Asked, File};
use crate::webdriver::{ENGINES, Engine};

/// Our own vectors and every history in every engine that can be had, one test an engine.
pub(super) fn everywhere(folder: &Path) -> Result<Report, String> {
    let files = crate::place::files(folder);
    let files: Vec<File> = files.iter().map(|path| File::read(path)).collect::<Result<_, _>>()?;
    let mut report = Report::default();
    if Known::outside().is_none() {
        report.remarks.push("skipped the histories of others: they are not here".to_owned());
    }
    for engine in ENGINES {
        match failures(engine, &files) {
            Ok(failures) if failures.is_empty() => report.tally = report.tally + Tally::passed(),
            Ok(failures) => {
                report.tally = report.tally + Tally::failed();
                report.output.push_str(&format!("{}: {}\n", engine.name(), failures.join("\n")));
            }
            Err(problem) => {
                report.tally = report.tally + Tally::skipped();
                report.remarks.push(format!("skipped vectors in {}: {problem}", engine.name()));
            }
        }
    }
    Ok(report)
}

fn failures(engine: Engine, files: &[File]) -> Result<Vec<String>, String> {
    let mut asked = Asked::open(Some(engine.name()))?;
    let mut failures = Vec::new();
    for file in files {
        failures.extend(file.check(&mut asked)?.failures);
    }
    for history in Known::own().into_iter().chain(Known::outside().unwrap_or_default()) {
        failures.extend(history.check(&mut asked)?);
    }
    Ok(failures)
}
