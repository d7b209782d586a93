//! `cargo lab check`: histories that others wrote down, judged natively or in a browser.

mod known;
mod told;

use std::path::PathBuf;

pub use known::Known;
pub use told::Told;

use crate::vector::Asked;

/// Which histories, and what is expected of them.
#[derive(Debug, Clone, clap::Args)]
pub struct Check {
    /// What the files are written in: etcd, porcupine-kv, knossos-cas, jepsen or elle.
    #[arg(value_parser = kind)]
    kind: String,
    /// Files of histories.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Expects every file to be linearizable, or none.
    #[arg(long, value_parser = ["yes", "no"])]
    expect: Option<String>,
    /// Prints one JSON object a file.
    #[arg(long)]
    json: bool,
    /// How often operations may be looked at in a file before the verdict is unknown.
    #[arg(long, default_value_t = shardlab::check::Budget::default().work)]
    budget: u64,
    /// Prints the fewest operations that already have no order.
    #[arg(long)]
    why: bool,
    /// Judges in a browser instead: chromium, firefox or webkit.
    #[arg(long)]
    engine: Option<String>,
}

fn kind(word: &str) -> Result<String, String> {
    let mut words = oracle::kinds();
    if words.any(|known| known == word) {
        return Ok(word.to_owned());
    }
    Err(format!("one of {}", oracle::kinds().collect::<Vec<_>>().join(", ")))
}

/// Judges every file; false if one is not as expected. What is not known is never as expected.
pub fn check(wish: &Check) -> Result<bool, String> {
    let mut asked = Asked::open(wish.engine.as_deref())?;
    let expected = wish.expect.as_deref() != Some("no");
    let (mut held, mut problems) = (true, Vec::new());
    for file in &wish.files {
        let name = file.display().to_string();
        let told = std::fs::read(file)
            .map_err(|error| format!("{name}: {error}"))
            .and_then(|bytes| asked.judge(&wish.kind, &bytes, wish.budget))
            .and_then(|answer| Told::of(&name, &answer));
        match told {
            Ok(told) => {
                held &= told.linearizable == Some(expected);
                if wish.json {
                    println!("{}", told.json);
                } else {
                    print!("{}", told.shown(wish.why));
                }
            }
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(held) } else { Err(problems.join("\n")) }
}
