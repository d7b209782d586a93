//! Golden links: each was sent to somebody once, and has to bring back its text for ever.
//!
//! A link and its text never change. A trace follows the engine: `UPDATE=1` writes the traces anew,
//! for a commit that says why.

use harness::place;
use shardlab::session::{Session, text_of};

/// A link with its text and the trace that its run gave.
struct Golden {
    link: String,
    trace: String,
    text: String,
}

fn held() -> String {
    place::read(&place::root().join("tests/golden/links.txt"))
        .expect("the golden links can be read")
}

fn golden() -> Vec<Golden> {
    let held = held();
    let entries = held.split("\n\n").filter(|entry| entry.starts_with("link "));
    let part = |entry: &str, word: &str| {
        let line = entry.lines().find_map(|line| line.strip_prefix(word));
        line.unwrap_or_default().to_owned()
    };
    let text = |entry: &str| {
        let lines = entry.lines().filter_map(|line| line.strip_prefix("  "));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    let golden = |entry| Golden {
        link: part(entry, "link "),
        trace: part(entry, "trace "),
        text: text(entry),
    };
    entries.map(golden).collect()
}

#[test]
fn every_golden_link_still_brings_back_its_text() {
    let golden = golden();
    assert!(golden.len() >= 3, "{} links", golden.len());
    for Golden { link, text, .. } in golden {
        assert_eq!(text_of(&link).as_deref(), Ok(text.as_str()), "{link}");
    }
}

#[test]
fn every_golden_text_still_gives_its_trace() {
    let mut file = held();
    for Golden { trace, text, .. } in golden() {
        let mut session = Session::open(&text);
        while !session.compute(100_000) {}
        let found = format!("{:016x}", session.hash());
        if std::env::var_os("UPDATE").is_some() {
            file = file.replace(&trace, &found);
        } else {
            assert_eq!(found, trace, "{text}");
        }
    }
    if file != held() {
        let path = place::root().join("tests/golden/links.txt");
        std::fs::write(path, file).expect("the golden links can be written");
    }
}
