//! Golden links: each was sent to somebody once, and has to bring back its text for ever.

use harness::place;
use shardlab::session::{Session, text_of};

/// The links with their texts and the traces that their runs gave.
fn golden() -> Vec<(String, String, String)> {
    let file = place::root().join("tests/golden/links.txt");
    let held = place::read(&file).expect("the golden links can be read");
    let entries = held.split("\n\n").filter(|entry| entry.starts_with("link "));
    let part = |entry: &str, word: &str| {
        let line = entry.lines().find_map(|line| line.strip_prefix(word));
        line.unwrap_or_default().to_owned()
    };
    let text = |entry: &str| {
        let lines = entry.lines().filter_map(|line| line.strip_prefix("  "));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    entries.map(|entry| (part(entry, "link "), part(entry, "trace "), text(entry))).collect()
}

#[test]
fn every_golden_link_still_brings_back_its_text() {
    let golden = golden();
    assert!(golden.len() >= 3, "{} links", golden.len());
    for (link, _, text) in golden {
        assert_eq!(text_of(&link).as_deref(), Ok(text.as_str()), "{link}");
    }
}

#[test]
fn every_golden_text_still_gives_its_trace() {
    for (_, trace, text) in golden() {
        let mut session = Session::open(&text);
        while !session.compute(100_000) {}
        assert_eq!(format!("{:016x}", session.hash()), trace, "{text}");
    }
}
