//! `cargo lab check`: histories that others wrote down, judged natively or in a browser.

mod known;
mod told;

use std::path::PathBuf;

pub use known::Known;
pub use told::Told;

use crate::vector::Asked;

/// What stands in a file, for the help.
const FORMATS: &str = concat!(
    "\
A file holds the events of one history, in the order in which they happened. Every operation is called \
(invoke) and comes back: ok, fail (it took no effect) or info (nobody knows). One process has one operation \
at a time; events of the process nemesis are passed over.

  etcd          lines of Jepsen's log:  INFO  jepsen.util - 4<tab>:invoke<tab>:cas<tab>[2 4]
  porcupine-kv  maps of EDN, one key each:  {:process 0, :type :invoke, :f :put, :key \"a\", :value \"p\"}
  knossos-cas   maps of EDN about one register:  {:process 0, :type :invoke, :f :cas, :value [nil 1]}
  jepsen        such maps in EDN or JSON, one a line or in a list; a value is a pair of key and value
  elle          the same, each event a transaction

Functions are read, write, append, delete, cas (get, put, del and remove are known too), txn, and batch: several \
of them at once, all or nothing, each with its key. What a batch read stands in the values of its return, in the \
same order. A batch that failed or is not known needs no values. In the kind jepsen:

",
    include_str!("batch.jsonl")
);

/// Which histories, and what is expected of them.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = FORMATS, after_help = "The forms of the files: cargo lab check --help")]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_batch_in_the_help_is_read_and_judged() {
        let batch = include_str!("batch.jsonl");
        let linearizable = |text: &str| {
            let budget = shardlab::check::Budget::default().work;
            let answer =
                Asked::open(None).unwrap().judge("jepsen", text.as_bytes(), budget).unwrap();
            Told::of("batch", &answer).unwrap().linearizable
        };
        assert_eq!(linearizable(batch), Some(true));
        let half = batch.replace(r#"["get", "y", 1]"#, r#"["get", "y", null]"#);
        assert!(half != batch);
        assert_eq!(linearizable(&half), Some(false), "half of a batch was seen");
        assert!(FORMATS.ends_with(batch) && oracle::kinds().all(|kind| FORMATS.contains(kind)));
    }
}
