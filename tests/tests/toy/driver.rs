//! Asks an engine, through its session, what a screen would ask, and prints the answers; it names no tenant.
//!
//! Each argument is a command and what it is about: `complete=ring 3`, `book=ring`, `run=ring 3 nodes`. Each
//! answer is a line of parts, with tabs between them.

use shardlab::session::{Session, book_on};

fn main() {
    for argument in std::env::args().skip(1) {
        let (command, about) = argument.split_once('=').expect("command=text");
        match command {
            "complete" => complete(about),
            "book" => book(about),
            "run" => run(about),
            other => panic!("{other} is no command"),
        }
    }
}

/// Words that can stand at the end of a text.
fn complete(text: &str) {
    for it in Session::open("").complete(text, text.len() as u32) {
        println!("word\t{}\t{}", it.word, it.note);
    }
}

/// What the book says of a word.
fn book(word: &str) {
    for chapter in book_on(word) {
        for entry in chapter.entries {
            println!("entry\t{}\t{}\t{}\t{}", chapter.title, entry.word, entry.meaning, entry.line);
        }
    }
}

/// What a text says, tells and measures, and what became of its expectations.
fn run(text: &str) {
    let mut session = Session::open(text);
    while !session.compute(10_000) {}
    for problem in session.diagnostics() {
        println!("problem\t{}", problem.message);
    }
    for line in session.printed().lines() {
        println!("printed\t{line}");
    }
    println!("hash\t{:016x}", session.hash());
    for event in session.events(0, session.event_count()) {
        let (at, kind, place) = (event.at.0, event.kind, &event.place);
        println!("event\t{at}\t{kind}\t{place}\t{}", event.text);
    }
    for metric in session.final_metrics() {
        println!("metric\t{}\t{}", metric.name, metric.shown);
    }
    for it in session.verdicts() {
        let (holds, ground) = (it.holds, it.ground);
        let proof = it.evidence.first().map(|seq| session.events(*seq, 1)[0].kind);
        println!(
            "verdict\t{}\t{holds:?}\t{ground:?}\t{}\t{}\t{proof:?}",
            it.text, it.measured, it.reason
        );
    }
    for node in session.snapshot().nodes {
        for (label, value) in node.state {
            println!("row\t{}\t{label}\t{value}", node.name);
        }
    }
}
