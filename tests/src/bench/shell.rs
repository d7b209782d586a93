//! How soon the first words of the page are painted, beside a page that is nothing but one line.

use super::line;
use crate::page;
use crate::place;
use crate::site::Site;
use crate::tool::Toolbox;
use crate::webdriver::{Engine, Window};

/// Starts of each page, in turns, every one in a browser of its own.
const STARTS: usize = 9;
/// Longest time between the last byte of the page's HTML and its first words.
const MOST: f64 = 100.0;

/// A page without style, script or engine.
const ONE_LINE: &str =
    "<!doctype html><html lang=en><title>One line</title><p>One line.</p></html>";

/// Milliseconds from the last byte of the HTML to the first words.
const PAINTED: &str = "
    const paint = () => performance.getEntriesByName('first-contentful-paint')[0];
    while (!paint()) await new Promise((go) => setTimeout(go, 20));
    return paint().startTime - performance.getEntriesByType('navigation')[0].responseEnd;";

/// Starts the release page again and again and asks the browser when it painted first.
pub(super) fn shell() -> Result<bool, String> {
    let dist = page::release()?;
    let plain = place::scratch().join("one-line");
    place::make(&plain)?;
    std::fs::write(plain.join("index.html"), ONE_LINE).map_err(|error| error.to_string())?;
    let toolbox = Toolbox::open()?;
    let (plain, page) = (Site::open(&plain)?, Site::open(&dist)?);
    let mut taken = [Vec::new(), Vec::new()];
    for _ in 0..STARTS {
        for (site, taken) in [&plain, &page].into_iter().zip(&mut taken) {
            let window = Window::open(Engine::Chromium, &toolbox)?;
            window.resize(1440, 900)?;
            window.visit(&site.address())?;
            let span = window.run_async(PAINTED, &[])?;
            taken.push(span.as_f64().ok_or("the browser does not tell when it painted")?);
        }
    }
    let [plain, page] = taken.map(Spans::of);
    println!("shell: {STARTS} starts in a new Chromium, with everything on this machine");
    let quiet = format!("{:.0} ms", plain.median);
    println!("  {:<42} {quiet:>16}   {plain}", "one line of text, first paint after HTML");
    let figure = format!("{:.0} ms", page.median);
    let wanted = format!("under {MOST:.0} ms; {page}");
    Ok(line("  the page, first paint after HTML", &figure, &wanted, page.median < MOST))
}

/// The times of all starts, in short.
struct Spans {
    least: f64,
    median: f64,
    most: f64,
}

impl Spans {
    fn of(mut all: Vec<f64>) -> Self {
        all.sort_by(f64::total_cmp);
        let at = |index: usize| all.get(index).copied().unwrap_or(f64::NAN);
        Self { least: at(0), median: at(all.len() / 2), most: at(all.len().saturating_sub(1)) }
    }
}

impl std::fmt::Display for Spans {
    fn fmt(&self, words: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(words, "of all starts {:.0} to {:.0} ms", self.least, self.most)
    }
}
