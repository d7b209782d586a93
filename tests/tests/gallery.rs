//! Every scenario of the gallery: its expectations hold, and its trace is the same in every way
//! to run it.

use harness::place;
use std::cmp::Reverse;

use harness::scenario::report::report;
use shardlab::base::Time;
use shardlab::scenario;
use shardlab::session::{Session, link_of, text_of};

/// All scenarios of the gallery: their names and texts.
fn gallery() -> Vec<(String, String)> {
    let files = place::files(&place::root().join("static/scenarios"));
    let named = files.iter().filter(|file| file.extension().is_some_and(|kind| kind == "lab"));
    let read = |file: &std::path::PathBuf| {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        (name, place::read(file).expect("a scenario can be read"))
    };
    named.map(read).collect()
}

/// The hash of a run to its end.
fn hash(text: &str) -> u64 {
    let mut session = Session::open(text);
    while !session.compute(100_000) {}
    session.hash()
}

/// Compares two ways to run every scenario and names those that differ.
fn same(how: &str, other: impl Fn(&str) -> u64) {
    let differing: Vec<String> = gallery()
        .into_iter()
        .filter(|(_, text)| hash(text) != other(text))
        .map(|(name, _)| name)
        .collect();
    assert!(differing.is_empty(), "{how} changes the trace of {}", differing.join(", "));
}

#[test]
fn there_is_a_gallery_and_all_its_expectations_hold() {
    let gallery = gallery();
    assert!(gallery.len() >= 8, "only {} scenarios", gallery.len());
    let mut problems = Vec::new();
    for (name, text) in gallery {
        match report(&name, &text) {
            Ok(report) if report.holds && !report.verdicts.is_empty() => {}
            Ok(report) => problems.push(format!("{name}: {}", report.shown())),
            Err(problem) => problems.push(problem),
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn seeking_back_and_running_again_gives_the_same_trace() {
    same("seeking back", |text| {
        let mut session = Session::open(text);
        while !session.compute(100_000) {}
        let end = session.end();
        for share in [70, 20, 90, 0, 50] {
            session.seek(Time(end.0 * share / 100));
        }
        session.seek(end);
        while !session.compute(100_000) {}
        session.hash()
    });
}

#[test]
fn computing_in_small_pieces_gives_the_same_trace() {
    same("computing in pieces", |text| {
        let mut session = Session::open(text);
        while !session.compute(777) {}
        session.hash()
    });
}

#[test]
fn printing_and_parsing_again_gives_the_same_trace() {
    same("printing and parsing", |text| {
        let (scenario, problems) = scenario::parse(text);
        assert!(problems.is_empty(), "{problems:?}");
        hash(&scenario::print(&scenario))
    });
}

#[test]
fn statements_at_different_times_may_stand_in_any_order() {
    same("another order of statements", |text| hash(&turned(text)));
}

/// The text with its statements at a time in the opposite order; what shares a time stays together.
fn turned(text: &str) -> String {
    let mut blocks: Vec<String> = Vec::new();
    for line in text.lines() {
        match blocks.last_mut() {
            Some(block) if line.starts_with(' ') || line.starts_with("after") => {
                block.push('\n');
                block.push_str(line);
            }
            _ => blocks.push(line.to_owned()),
        }
    }
    let moment = |block: &str| {
        let mut words = block.split_whitespace();
        (words.next() == Some("at")).then(|| words.next().map(str::to_owned)).flatten()
    };
    let places: Vec<usize> =
        (0..blocks.len()).filter(|at| moment(&blocks[*at]).is_some()).collect();
    let mut timed: Vec<String> = places.iter().map(|at| blocks[*at].clone()).collect();
    // A stable sort by the spelled moment, backwards: equal moments keep their order.
    timed.sort_by_key(|block| Reverse(moment(block)));
    for (place, block) in places.into_iter().zip(timed) {
        blocks[place] = block;
    }
    blocks.join("\n") + "\n"
}

#[test]
fn a_link_brings_back_the_very_text_and_stays_short() {
    for (name, text) in gallery() {
        let packed = link_of(&text);
        assert_eq!(text_of(&packed).as_deref(), Ok(text.as_str()), "{name}");
        assert!(packed.len() < 2_000, "{name}: the link has {} characters", packed.len());
    }
}

#[test]
fn another_seed_gives_another_trace() {
    let differs = |text: &String| hash(text) != hash(&Session::open(text).text_with_seed(987_654));
    assert!(gallery().iter().any(|(_, text)| differs(text)));
}
