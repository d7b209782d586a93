//! `cargo lab sweep`: one scenario with many seeds, on all cores.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use serde_json::{Value, json};
use shardlab::base::hash::position;
use shardlab::session::shrink::Shrink;
use shardlab::session::{Session, Verdict};

use super::array;
use super::merge::Summary;
use super::report::{FAILS, outcome, report, understood};
use super::seed::{Range, Share};
use crate::{place, say};

/// What to sweep.
#[derive(Debug, Clone, clap::Args)]
pub struct Sweep {
    /// The scenario file.
    file: PathBuf,
    /// Seeds from A up to, but without, B: `1..1000`.
    #[arg(long)]
    seeds: Range,
    /// Only the K-th of N parts, `K/N`, so that machines can share the work. Without it the part comes
    /// from the job array around: Kubernetes, Slurm, a CI matrix, or `SHARDLAB_PART_INDEX` (from 0) and
    /// `SHARDLAB_PART_COUNT`.
    #[arg(long)]
    part: Option<Share>,
    /// One JSON line a seed, in the order of the seeds, for `cargo lab merge`.
    #[arg(long)]
    json: bool,
    /// The first seed that fails becomes the shortest text that fails in the same way: faults keep what mends
    /// them, and what else was expected and held still holds.
    #[arg(long)]
    shrink: bool,
}

/// Most failing seeds that are printed as texts.
const TEXTS_MAX: usize = 3;

/// Sweeps; `Ok(false)` if some seed fails, an error for bad input.
pub fn sweep(wish: &Sweep) -> Result<bool, String> {
    let name = wish.file.display().to_string();
    let text = place::read(&wish.file)?;
    let session = understood(&name, &text)?;
    let share = part(wish.part)?;
    let seeds: Vec<u64> = share.seeds(wish.seeds).collect();
    if seeds.is_empty() {
        // What is read by `merge` has lines of seeds only.
        say::step(&nobody(share, wish.seeds));
        return Ok(true);
    }
    let bar = say::bar(&name, seeds.len() as u64);
    // The same whatever the seed line says, so that parts of one sweep know each other.
    let digest = format!("{:016x}", position(&session.text_with_seed(0)));
    let mut lines = Vec::new();
    every(
        &seeds,
        |seed| line(&name, &text, &session.text_with_seed(seed), &digest, wish.seeds),
        |line| {
            bar.inc(1);
            let line = line?.to_string();
            if wish.json {
                println!("{line}");
            }
            lines.push(line);
            Ok(())
        },
    )?;
    bar.finish_and_clear();
    let summary = Summary::join(lines.iter().map(String::as_str))?;
    let (failing, undecided, untested) =
        (summary.failing(), summary.undecided(), summary.untested());
    if !wish.json {
        print!("{}", summary.counts());
        if let (true, Some(seed)) = (wish.shrink, failing.first()) {
            print!("{}", shrunk(&session.text_with_seed(*seed)));
            return Ok(false);
        }
        for seed in failing.iter().take(TEXTS_MAX) {
            println!("\n# Fails; this text reproduces it:\n{}", session.text_with_seed(*seed));
        }
        let others = [
            (&undecided, "Here something was not decided"),
            (&untested, "Here nothing put some law to the test"),
        ];
        let other = others.iter().find(|(seeds, _)| !seeds.is_empty());
        if let (true, Some((seeds, words))) = (failing.is_empty(), other) {
            println!("\n# {words}:\n{}", session.text_with_seed(seeds[0]));
        }
    }
    Ok(summary.held())
}

/// What is said of a part without seeds.
fn nobody(share: Share, seeds: Range) -> String {
    let Range { start, end } = seeds;
    format!("No seed of {start}..{end} falls into part {share}: there is nothing to run.")
}

/// The part to run: the one that was asked for, or that of the job array around, which is told.
fn part(asked: Option<Share>) -> Result<Share, String> {
    if let Some(share) = asked {
        return Ok(share);
    }
    let Some(found) = array::found(|name| std::env::var(name).ok())? else {
        return Ok(Share::WHOLE);
    };
    say::step(&format!("part {} of the seeds, by {}", found.share, found.source));
    Ok(found.share)
}

/// The shortest text in which the first expectation that fails in this one still fails.
fn shrunk(text: &str) -> String {
    let mut session = Session::open(text);
    while !session.compute(SLICE) {}
    let verdicts = session.verdicts();
    let fails = |verdict: &&Verdict| outcome(verdict) == FAILS;
    let Some(broken) = verdicts.iter().find(fails) else {
        return String::new();
    };
    let mut shrink = Shrink::new(text, &broken.text);
    let bar = say::spinner("shrinking");
    while !shrink.step() {
        bar.set_message(format!(
            "shrinking: {} texts tried, {} statements left",
            shrink.tried(),
            shrink.left()
        ));
    }
    bar.finish_and_clear();
    let tried = shrink.tried();
    format!(
        "\n# The shortest text of {tried} in which \"{}\" fails:\n{}",
        broken.text,
        shrink.text()
    )
}

/// Runs are worked out in slices of so many events.
const SLICE: u32 = 1_000_000;

/// The JSON line of one seed: of the text as it is written, which runs as `seeded`.
fn line(name: &str, text: &str, seeded: &str, digest: &str, range: Range) -> Result<Value, String> {
    let mut report = report(name, seeded)?;
    report.tell_of(text, seeded);
    let mut value = report.json();
    value["text"] = json!(digest);
    value["range"] = json!([range.start, range.end]);
    Ok(value)
}

/// Does the work for every seed on all cores and hands the results over in the order of the seeds;
/// the first error ends it.
fn every<T: Send>(
    seeds: &[u64],
    work: impl Fn(u64) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), String>,
) -> Result<(), String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let (sender, results) = mpsc::channel();
    let sender = Mutex::new(sender);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            let Ok(sender) = sender.lock().map(|sender| sender.clone()) else { continue };
            let (next, work) = (&next, &work);
            scope.spawn(move || {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(seed) = seeds.get(place) else { break };
                    if sender.send((place, work(*seed))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let (mut waiting, mut wanted) = (BTreeMap::new(), 0);
        for (place, result) in results {
            waiting.insert(place, result);
            while let Some(result) = waiting.remove(&wanted) {
                wanted += 1;
                if let Err(problem) = take(result) {
                    // Nobody starts another seed; what runs comes to its end.
                    next.store(seeds.len(), Ordering::Relaxed);
                    return Err(problem);
                }
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_told_in_the_line_where_it_stands() {
        let told = understood("a.lab", "rng 4 nodes\n").map(drop).unwrap_err();
        assert!(told.starts_with("a.lab:1:1: error:"), "{told}");
        let told = understood("a.lab", "# nothing yet\n").map(drop).unwrap_err();
        assert!(told.starts_with("a.lab: nothing runs"), "{told}");
        let wish = Sweep {
            file: place::scratch().join("mistake.lab"),
            seeds: Range { start: 0, end: 2 },
            part: None,
            json: false,
            shrink: false,
        };
        place::write(&wish.file, "rng 4 nodes\n").unwrap();
        let told = sweep(&wish).unwrap_err();
        assert!(told.contains("mistake.lab:1:1: error:"), "{told}");
    }

    #[test]
    fn a_part_without_seeds_says_so() {
        let (share, seeds) = (Share { number: 200, of: 300 }, Range { start: 0, end: 100 });
        assert_eq!(share.seeds(seeds).count(), 0);
        let told = nobody(share, seeds);
        assert_eq!(told, "No seed of 0..100 falls into part 200/300: there is nothing to run.");
    }

    #[test]
    fn results_come_in_the_order_of_the_seeds_and_an_error_ends_the_work() {
        let seeds: Vec<u64> = (0..500).collect();
        let mut seen = Vec::new();
        let took = every(
            &seeds,
            |seed| seed,
            |seed| {
                seen.push(seed);
                Ok(())
            },
        );
        assert_eq!((took, seen), (Ok(()), seeds.clone()));
        let stop = every(
            &seeds,
            |seed| seed,
            |seed| if seed == 7 { Err("stop".to_owned()) } else { Ok(()) },
        );
        assert_eq!(stop, Err("stop".to_owned()));
    }

    #[test]
    fn remarks_are_told_once_with_the_number_of_their_seeds() {
        let text =
            "raft 3 nodes\nend 3s\nat 1s drop n1 -> c9\nat 2s c9: get x\nnemesis jump, until 3s\n";
        let session = Session::open(text);
        let range = Range { start: 0, end: 5 };
        let lines = (0..5).map(|seed| {
            line("a.lab", text, &session.text_with_seed(seed), "a", range).unwrap().to_string()
        });
        let lines: Vec<String> = lines.collect();
        let summary = Summary::join(lines.iter().map(String::as_str)).unwrap();
        let counts = summary.counts();
        for wanted in [
            "remark on line 3 (5 of 5): This changed nothing: it met no message",
            "remark on line 5 (5 of 5): \"jump\" does nothing here",
        ] {
            assert!(counts.contains(wanted), "{wanted}: {counts}");
        }
        let json = summary.json();
        assert_eq!(
            (&json["remarks"][0]["line"], &json["remarks"][0]["seeds"]),
            (&json!(3), &json!(5))
        );
        assert_eq!(json["remarks"].as_array().map(Vec::len), Some(2), "{json}");
    }
}
