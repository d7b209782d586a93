//! `cargo lab look`: pictures of the page in given states, for people who want to see it.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;

use crate::site::Site;
use crate::tool::Toolbox;
use crate::webdriver::{Engine, Window};
use crate::{page, place, say};

/// Which pictures to take.
#[derive(Debug, Clone, clap::Args)]
pub struct Look {
    /// What follows the address of the page, `#…` or `?…`; none means the start page.
    states: Vec<String>,
    /// Where the pictures go.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Widths in pixels; under 600 the page is shown as on a phone.
    #[arg(long, value_delimiter = ',', default_values_t = [1440, 390])]
    width: Vec<u32>,
    /// Colour schemes.
    #[arg(long, value_delimiter = ',', value_parser = ["light", "dark"], default_values_t = ["light".to_owned(), "dark".to_owned()])]
    theme: Vec<String>,
    /// Steps before each picture, separated by `;`: `click CSS`, `hover CSS`, `key Control+z`,
    /// `type text`, `wait 500`, `script return 1`, `shot name`.
    #[arg(long = "do", default_value = "")]
    steps: String,
    /// A folder that is already built; without it the page is built first.
    #[arg(long)]
    dist: Option<PathBuf>,
    /// The whole length of the page rather than its first screen.
    #[arg(long)]
    full: bool,
    /// Milliseconds to wait after the page has started.
    #[arg(long, default_value_t = 900)]
    settle: u64,
}

/// Takes the pictures and prints where they are, and what the page wrote to its console.
pub fn look(wish: &Look) -> Result<(), String> {
    let dist = wish.dist.clone().map_or_else(page::quick, Ok)?;
    if !dist.join("index.html").is_file() {
        return Err(format!("{} holds no page: there is no index.html", dist.display()));
    }
    let toolbox = Toolbox::open()?;
    let site = Site::open(&dist)?;
    let out = wish.out.clone().unwrap_or_else(|| place::scratch().join("look"));
    let states = if wish.states.is_empty() { vec![String::new()] } else { wish.states.clone() };
    let window = Window::open(Engine::Chromium, &toolbox)?;
    for (number, state) in states.iter().enumerate() {
        for width in &wish.width {
            for theme in &wish.theme {
                let name = format!("{}-{width}-{theme}", name(number, state));
                dress(&window, *width, theme)?;
                // A change behind `#` alone would not load the page anew.
                window.visit("about:blank")?;
                window.visit(&format!("{}{state}", site.address()))?;
                started(&window).unwrap_or_else(|error| say::step(&format!("{name}: {error}")));
                std::thread::sleep(Duration::from_millis(wish.settle));
                let shot = |suffix: &str| -> Result<(), String> {
                    let file = out.join(format!("{name}{suffix}.png"));
                    picture(&window, wish.full, *width, &file)?;
                    println!("{}", file.display());
                    Ok(())
                };
                for step in wish.steps.split(';').map(str::trim).filter(|step| !step.is_empty()) {
                    act(&window, step, &shot)
                        .map_err(|error| format!("{name}: {step}: {error}"))?;
                }
                shot("")?;
                for line in window.console() {
                    println!("  console {line}");
                }
            }
        }
    }
    Ok(())
}

/// Waits until the application has started inside the page.
fn started(window: &Window) -> Result<(), String> {
    window.wait_until("document.readyState === 'complete' && window.wasmBindings")
}

fn dress(window: &Window, width: u32, theme: &str) -> Result<(), String> {
    let features = json!([{ "name": "prefers-color-scheme", "value": theme }]);
    window.devtools("Emulation.setEmulatedMedia", &json!({ "features": features }))?;
    let phone = width < 600;
    let height = if phone { 844 } else { width * 5 / 8 };
    let scale = if phone { 2 } else { 1 };
    let metrics =
        json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": phone });
    window.devtools("Emulation.setDeviceMetricsOverride", &metrics).map(drop)
}

fn act(
    window: &Window,
    step: &str,
    shot: &dyn Fn(&str) -> Result<(), String>,
) -> Result<(), String> {
    let (verb, rest) = step.split_once(' ').unwrap_or((step, ""));
    match verb {
        "click" => window.click(rest)?,
        "hover" => window.hover(rest)?,
        "key" => window.key(rest)?,
        "type" => window.type_text(rest)?,
        "script" => println!("  script {}", window.run(rest, &[])?),
        "shot" => return shot(&format!("-{rest}")),
        "wait" => {
            let span = rest.parse().map_err(|_| "wait takes milliseconds".to_owned())?;
            std::thread::sleep(Duration::from_millis(span));
            return Ok(());
        }
        _ => return Err("no such step: click, hover, key, type, wait, script or shot".to_owned()),
    }
    // What a step changes is drawn in the next frames.
    std::thread::sleep(Duration::from_millis(250));
    Ok(())
}

fn picture(window: &Window, full: bool, width: u32, file: &std::path::Path) -> Result<(), String> {
    if !full {
        return window.picture(file);
    }
    let length = window.run("return document.documentElement.scrollHeight", &[])?;
    let phone = width < 600;
    let metrics =
        json!({ "width": width, "height": length, "deviceScaleFactor": 1, "mobile": phone });
    window.devtools("Emulation.setDeviceMetricsOverride", &metrics)?;
    std::thread::sleep(Duration::from_millis(400));
    window.picture(file)
}

/// A file name for a state: its number and its first readable letters.
fn name(number: usize, state: &str) -> String {
    let letters = state.chars().filter(char::is_ascii_alphanumeric).take(24);
    let word: String = letters.collect();
    format!("{}-{}", number + 1, if word.is_empty() { "start" } else { &word })
}
