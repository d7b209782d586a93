//! Every known mistake of the replicated store and of the quorum store is found by a sweep: in `tests/bugs` each
//! has a text with faults drawn by the seed, and no hint of how the mistake shows.
//!
//! `cargo lab sweep tests/bugs/NAME.lab --seeds A..B --shrink` makes of such a day the short text that
//! stands in the gallery.

use std::collections::BTreeSet;
use std::path::Path;

use shardlab::session::Session;
use shardlab::session::shrink::Shrink;
use shardlab::tenant::Bug;

/// So many seeds are tried, from the one in the text on: the first is known to fail, but any change of
/// the engine may shift that.
const SEEDS: u64 = 60;

#[test]
fn a_sweep_finds_every_mistake() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("bugs");
    for (_, word, _) in mistakes() {
        let file = folder.join(format!("{word}.lab"));
        let text = std::fs::read_to_string(&file).unwrap_or_else(|_| panic!("no day finds {word}"));
        let found = found(&text).unwrap_or_else(|| panic!("{SEEDS} seeds do not show {word}"));
        println!("{word}: seed {found}");
        // It is the mistake that fails, and not the day.
        let right: String = text
            .lines()
            .filter(|line| !line.starts_with("bug "))
            .fold(String::new(), |text, line| text + line + "\n");
        assert_ne!(right, text, "{word} is not named in its text");
        if word == "long-lease" {
            // Without the mistake such a lease is not even set up.
            assert!(!Session::open(&right).diagnostics().is_empty());
            continue;
        }
        let session = whole(&right, found);
        let verdicts = session.verdicts();
        assert!(verdicts.iter().all(|it| it.holds == Some(true)), "{word}: {verdicts:?}");
    }
}

#[test]
fn no_day_is_kept_for_a_mistake_that_is_not_known() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("bugs");
    let words: BTreeSet<String> = mistakes().map(|(_, word, _)| format!("{word}.lab")).collect();
    let files = std::fs::read_dir(folder).expect("the folder is there");
    let names: BTreeSet<String> =
        files.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(names, words);
}

/// The mistakes of the log, of the store upon it, and of the store without a leader.
fn mistakes() -> impl Iterator<Item = (Bug, &'static str, &'static str)> {
    Bug::all().filter(|(bug, ..)| bug.replicated().is_some() || bug.quorum().is_some())
}

/// The first seed, from that of the text on, with which an expectation fails.
fn found(text: &str) -> Option<u64> {
    let first = Session::open(text).scenario().seed;
    (first..first + SEEDS).find(|seed| {
        let session = whole(text, *seed);
        // A law that nothing put to the test shows no mistake.
        let idle = |reason: &str| reason.contains("never put to the test");
        session.verdicts().iter().any(|it| it.holds == Some(false) && !idle(&it.reason))
    })
}

/// A text with another seed, run to its end.
fn whole(text: &str, seed: u64) -> Session {
    let text = Session::open(text).text_with_seed(seed);
    let mut session = Session::open(&text);
    // A day of all faults may have some that do nothing in its text; that is remarked.
    assert!(session.diagnostics().iter().all(|it| it.mild), "{:?}", session.diagnostics());
    while !session.compute(100_000) {}
    session
}

/// A day that shows a mistake has so many statements left at most when it is as short as it can be.
const SHORT: usize = 14;

#[test]
fn a_day_that_shows_a_mistake_of_the_quorum_store_becomes_short() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("bugs");
    for (_, word, _) in Bug::all().filter(|(bug, ..)| bug.quorum().is_some()) {
        let file = folder.join(format!("{word}.lab"));
        let text = std::fs::read_to_string(&file).unwrap_or_else(|_| panic!("no day finds {word}"));
        let seed = found(&text).unwrap_or_else(|| panic!("{SEEDS} seeds do not show {word}"));
        let session = whole(&text, seed);
        let verdicts = session.verdicts();
        let failing = verdicts.iter().find(|it| it.holds == Some(false)).expect("one fails");
        let mut shrink = Shrink::new(&Session::open(&text).text_with_seed(seed), &failing.text);
        let before = shrink.left();
        while !shrink.step() {}
        println!("{word}: {before} to {} statements\n{}", shrink.left(), shrink.text());
        assert!(shrink.left() <= SHORT && shrink.left() < before, "{word}\n{}", shrink.text());
        let short = whole(&shrink.text(), Session::open(&shrink.text()).scenario().seed);
        assert!(short.verdicts().iter().any(|it| it.holds == Some(false)), "{word}");
    }
}
