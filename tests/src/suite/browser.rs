//! The end-to-end part: every visit in every engine that can be had.

use std::path::Path;
use std::time::{Duration, Instant};

use super::{Report, Tally};
use crate::site::Site;
use crate::tool::Toolbox;
use crate::visit::{self, VISITS, Visit};
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

/// A visit with its name, as `visit` lists them.
type Planned = &'static (&'static str, visit::Make);

pub(super) fn browser(choice: &Choice) -> Result<Report, String> {
    let wanted = |(name, _): &Planned| name.contains(&choice.only);
    let mut report = Report::default();
    let visits: Vec<Planned> = VISITS.iter().filter(wanted).collect();
    tours(&mut report, &page::quick()?, &visits, choice)?;
    Ok(report)
}

/// What is asked of the page for visitors, whose style and engine come otherwise than in the one for tests.
const OF_RELEASE: [&str; 5] = [
    "the page starts in a folder of a host",
    "an engine that does not come is told in words",
    "every scenario has the same trace here as natively",
    "a run plays and pauses",
    "many seeds are mapped, and what fails is made short",
];

/// Builds the page for visitors, weighs it, and pays it some visits.
pub(super) fn released(choice: &Choice) -> Result<Report, String> {
    page::build()?;
    let mut report = Report { tally: Tally::passed(), ..Report::default() };
    let wanted = |(name, _): &Planned| OF_RELEASE.contains(name) && name.contains(&choice.only);
    let visits: Vec<Planned> = VISITS.iter().filter(wanted).collect();
    tours(&mut report, &place::root().join("dist"), &visits, choice)?;
    Ok(report)
}

/// The visits in every engine that is wanted and can be had.
fn tours(
    report: &mut Report,
    dist: &Path,
    visits: &[Planned],
    choice: &Choice,
) -> Result<(), String> {
    let toolbox = Toolbox::open()?;
    let site = Site::open(dist)?;
    for engine in ENGINES.into_iter().filter(|engine| choice.wants(*engine)) {
        match Window::open(engine, &toolbox) {
            Ok(window) => tour(report, window, &site, &toolbox, visits),
            Err(problem) => {
                let count = visits.len() as u64;
                report.tally.skipped += count;
                let engine = engine.name();
                report.remarks.push(format!("skipped {count} in {engine}: {problem}"));
            }
        }
    }
    Ok(())
}

/// How many visits of a part may need a second try. WebKit now and then loses a page before it lives, or
/// hangs with its window: it answers nothing more, or it answers and draws no frame any more.
const SECOND_TRIES: u64 = 3;

/// An engine that draws no frame for so long, while the timers of its page run, has stopped.
const STOPPED: Duration = Duration::from_secs(10);

/// Visits in one engine, one line each. A visit whose page never came to life, or whose engine has stopped
/// to draw, is made once more in a new window, aloud; a visit that had its page in an engine that draws never
/// is.
fn tour(
    report: &mut Report,
    mut window: Window,
    site: &Site,
    toolbox: &Toolbox,
    visits: &[Planned],
) {
    let engine = window.engine;
    window.resize(WINDOW.0, WINDOW.1).ok();
    for (name, make) in visits {
        let begun = Instant::now();
        let mut go = |remarks: &mut Vec<String>| {
            let mut visit = Visit::new(&window, site.address(), toolbox);
            let mut result = make(&mut visit);
            remarks.append(&mut visit.remarks);
            let mut alive = visit.alive;
            if let Err(problem) = &mut result {
                if alive && !window.draws(STOPPED) {
                    alive = false;
                    problem.push_str("; the engine has drawn no frame for ten seconds");
                }
                *problem = format!("{} {name}: {problem}\n{}", engine.name(), story(&window, name));
                if let Ok(fresh) = Window::open(engine, toolbox) {
                    fresh.resize(WINDOW.0, WINDOW.1).ok();
                    window = fresh;
                }
            }
            (result, alive)
        };
        let (mut remarks, mut how) = (Vec::new(), "ok");
        let (mut result, alive) = go(&mut remarks);
        if let Err(problem) = &result
            && !alive
            && report.second_tries < SECOND_TRIES
        {
            report.second_tries += 1;
            report.output.push_str(problem);
            remarks = vec![format!("tried again in a new window, as it failed: {problem}")];
            (result, _) = go(&mut remarks);
            how = "ok at the second try";
        }
        let took = say::duration(begun.elapsed());
        report.remarks.extend(remarks.iter().map(|it| format!("{} {name}: {it}", engine.name())));
        match result {
            Ok(()) => {
                println!("  {} {name} … {how} in {took}", engine.name());
                report.tally = report.tally + Tally::passed();
            }
            Err(problem) => {
                println!("  {} {name} … FAILED in {took}", engine.name());
                report.tally = report.tally + Tally::failed();
                report.output.push_str(&problem);
            }
        }
    }
}

/// What a failed visit leaves behind: a picture, the address, the console.
fn story(window: &Window, name: &str) -> String {
    let file = place::scratch().join("failed");
    let file = file.join(format!("{}-{}.png", window.engine.name(), name.replace(' ', "-")));
    let picture = match window.picture(&file) {
        Ok(()) => format!("  picture: {}\n", file.display()),
        Err(problem) => format!("  no picture: {problem}\n"),
    };
    let address = window.address().unwrap_or_default();
    let console = window.console().into_iter().map(|line| format!("  console {line}\n"));
    format!("{picture}  address: {address}\n{}", console.collect::<String>())
}
