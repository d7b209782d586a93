//! What every scenario tells, event by event and number by number, stays what it was.
//!
//! A trace's hash says that a run is the same; this says that it is told the same: each event with its
//! time, place, cause, lane, kind and sentence, and in the end every number and verdict. `UPDATE=1`
//! writes the file anew, for a commit that says why; `TOLD=folder` writes what is told as text, to be
//! compared with what another tree tells.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use harness::place;
use harness::scenario::golden::Golden;
use shardlab::base::hash::Fold;
use shardlab::session::Session;

/// Every text that stands in the repository, by its path.
fn texts() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for folder in ["static/scenarios", "tests/bugs", "tests/golden"] {
        for file in place::files(&place::root().join(folder)) {
            if file.extension().is_none_or(|kind| kind != "lab") {
                continue;
            }
            let text = place::read(&file).expect("a scenario can be read");
            let text = match folder {
                "tests/golden" => Golden::read(&text).text.to_owned(),
                _ => text,
            };
            let name = file.strip_prefix(place::root()).unwrap_or(&file);
            texts.push((name.to_string_lossy().replace('\\', "/"), text));
        }
    }
    texts
}

/// What one text tells.
#[derive(Default)]
struct Told {
    events: u32,
    /// How often each lane and kind is told.
    kinds: BTreeMap<String, u32>,
    /// A digest of all that is told of events, and one of all numbers and verdicts.
    said: u64,
    counted: u64,
}

/// Lets a text tell all that it can; the sentences also go to a file, if one is given.
fn told(text: &str, mut file: Option<String>) -> (Told, Option<String>) {
    let mut session = Session::open(text);
    while !session.compute(100_000) {}
    let mut told = Told { events: session.event_count(), ..Told::default() };
    let mut line = String::new();
    let mut from = 0;
    while from < told.events {
        for event in session.events(from, 10_000) {
            line.clear();
            let (lane, kind) = (format!("{:?}", event.lane), event.kind);
            let _ = write!(line, "{} {} {}", event.at.0, event.place, event.text);
            told.said =
                Fold::of(&(told.said, event.seq, event.cause, &lane, kind.to_string(), &line));
            *told.kinds.entry(format!("{lane} {kind}").to_lowercase()).or_default() += 1;
            if let Some(file) = &mut file {
                let cause = event.cause.map_or(-1, i64::from);
                let _ = writeln!(file, "{} {cause} {lane} {kind} {line}", event.seq);
            }
        }
        from += 10_000;
    }
    // In the order of their names: that of the book is no matter of a run.
    let mut metrics: Vec<String> = session
        .final_metrics()
        .iter()
        .map(|metric| format!("{} = {} ({})\n", metric.name, metric.shown, metric.value))
        .collect();
    metrics.sort_unstable();
    let mut numbers = metrics.concat();
    for verdict in session.verdicts() {
        let _ = writeln!(numbers, "{verdict:?}");
    }
    told.counted = Fold::of(&numbers);
    if let Some(file) = &mut file {
        file.push_str(&numbers);
    }
    (told, file)
}

/// The file's line for what a text tells.
fn shown(name: &str, told: &Told) -> String {
    let kinds: Vec<String> =
        told.kinds.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    let (events, said, counted) = (told.events, told.said, told.counted);
    format!(
        "{name}: {events} events, told {said:016x}, counted {counted:016x}\n  {}\n",
        kinds.join(", ")
    )
}

fn all(folder: Option<&Path>) -> String {
    let mut held = String::from(
        "# What every scenario of the repository tells: how many events, a digest of all sentences, one of all\n\
         # numbers and verdicts, and how often each lane and kind is told.\n",
    );
    for (name, text) in texts() {
        let (one, file) = told(&text, folder.map(|_| String::new()));
        held.push_str(&shown(&name, &one));
        if let (Some(folder), Some(file)) = (folder, file) {
            let path = folder.join(name.replace('/', "-")).with_extension("txt");
            std::fs::create_dir_all(folder).expect("the folder can be made");
            std::fs::write(path, file).expect("what is told can be written");
        }
    }
    held
}

#[test]
fn every_scenario_tells_what_it_told() {
    let folder = std::env::var_os("TOLD").map(PathBuf::from);
    let given = all(folder.as_deref());
    let path = place::root().join("tests/golden/told.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, given).expect("the golden file can be written");
        return;
    }
    let wanted = place::read(&path).expect("the golden file can be read");
    let known: Vec<&str> = wanted.lines().collect();
    let differing: Vec<&str> = given.lines().filter(|line| !known.contains(line)).collect();
    let advice =
        "UPDATE=1 writes it anew; TOLD=folder writes all sentences, to compare with another tree's";
    assert!(given == wanted, "\n{}\n{advice}", differing.join("\n"));
}
