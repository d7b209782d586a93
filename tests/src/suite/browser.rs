//! The end-to-end part: every visit in every engine that can be had.

use std::time::Instant;

use super::{Report, Tally};
use crate::site::Site;
use crate::tool::Toolbox;
use crate::visit::{VISITS, Visit};
use crate::webdriver::{ENGINES, Engine, Window};
use crate::{page, place, say};

/// The window of a visitor with a usual screen.
const WINDOW: (u32, u32) = (1400, 900);

/// Which visits to make in which engines.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Choice {
    /// Only this engine: chromium, firefox or webkit.
    #[arg(long)]
    engine: Option<String>,
    /// Only visits whose name holds these words.
    #[arg(long, default_value = "")]
    only: String,
}

impl Choice {
    fn wants(&self, engine: Engine) -> bool {
        self.engine.as_ref().is_none_or(|name| name == engine.name())
    }
}

pub(super) fn browser(choice: &Choice) -> Result<Report, String> {
    let dist = page::quick()?;
    let toolbox = Toolbox::open()?;
    let site = Site::open(&dist)?;
    let mut report = Report::default();
    for engine in ENGINES.into_iter().filter(|engine| choice.wants(*engine)) {
        match Window::open(engine, &toolbox) {
            Ok(window) => tour(&mut report, window, &site, &toolbox, choice),
            Err(problem) => {
                let count = VISITS.len() as u64;
                report.tally.skipped += count;
                let engine = engine.name();
                report.remarks.push(format!("skipped {count} in {engine}: {problem}"));
            }
        }
    }
    Ok(report)
}

/// All visits in one engine, one line each; a window that died is opened again.
fn tour(report: &mut Report, mut window: Window, site: &Site, toolbox: &Toolbox, choice: &Choice) {
    let engine = window.engine;
    window.resize(WINDOW.0, WINDOW.1).ok();
    for (name, make) in VISITS.iter().filter(|(name, _)| name.contains(&choice.only)) {
        let begun = Instant::now();
        let mut visit = Visit::new(&window, site.address(), toolbox);
        let result = make(&mut visit);
        let took = say::duration(begun.elapsed());
        let remarks = visit.remarks;
        report.remarks.extend(remarks.iter().map(|it| format!("{} {name}: {it}", engine.name())));
        match result {
            Ok(()) => {
                println!("  {} {name} … ok in {took}", engine.name());
                report.tally = report.tally + Tally::passed();
            }
            Err(problem) => {
                println!("  {} {name} … FAILED in {took}", engine.name());
                report.tally = report.tally + Tally::failed();
                let story = story(&window, engine, name);
                report.output.push_str(&format!("{} {name}: {problem}\n{story}", engine.name()));
                if let Ok(fresh) = Window::open(engine, toolbox) {
                    fresh.resize(WINDOW.0, WINDOW.1).ok();
                    window = fresh;
                }
            }
        }
    }
}

/// What a failed visit leaves behind: a picture, the address, the console.
fn story(window: &Window, engine: Engine, name: &str) -> String {
    let file = place::scratch().join("failed");
    let file = file.join(format!("{}-{}.png", engine.name(), name.replace(' ', "-")));
    let picture = match window.picture(&file) {
        Ok(()) => format!("  picture: {}\n", file.display()),
        Err(problem) => format!("  no picture: {problem}\n"),
    };
    let address = window.address().unwrap_or_default();
    let console = window.console().into_iter().map(|line| format!("  console {line}\n"));
    format!("{picture}  address: {address}\n{}", console.collect::<String>())
}
