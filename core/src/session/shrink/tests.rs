//! Shrinking of small texts: what goes, and what must stay for the failure to be the same one.

use super::*;
use crate::session::fact::{Ground, Verdict};

#[test]
fn what_does_not_matter_goes() {
    let text = "seed 1\nring 4 nodes\nload 100 keys \"k:{n}\"\nat 1s pause n2\nat 2s crash n1\nat 2500ms resume n2\nat 3s slow n3 2x\nat 4s restart n1\nend 10s\nexpect always unavailable-now = 0\n";
    let mut shrink = Shrink::new(text, "always unavailable-now = 0");
    while !shrink.step() {}
    let left = shrink.text();
    let timed: Vec<&str> = left.lines().filter(|line| line.starts_with("at ")).collect();
    let [fault, mending] = timed[..] else { panic!("{left}") };
    let is = |line: &str, words: [&str; 2]| words.iter().any(|word| line.contains(word));
    assert!(is(fault, ["crash", "pause"]) && is(mending, ["restart", "resume"]), "{left}");
    assert!(left.contains("load"), "{left}");
    assert!(shrink.tried() < 100);
}

#[test]
fn a_text_that_holds_is_left_alone() {
    let text = "ring 4 nodes\nat 0.5s c1: put x 1\nat 1s crash n1\nexpect failed = 0\n";
    let mut shrink = Shrink::new(text, "failed = 0");
    while !shrink.step() {}
    assert_eq!(shrink.text(), text);
}

fn shrunk(text: &str, expectation: &str) -> Session {
    let mut shrink = Shrink::new(text, expectation);
    while !shrink.step() {}
    let session = run(Session::open(&shrink.text()));
    let verdicts = session.verdicts();
    let verdict = verdicts.iter().find(|verdict| verdict.text == expectation);
    let verdict = verdict.unwrap_or_else(|| panic!("it is still expected: {}", shrink.text()));
    assert_eq!(verdict.holds, Some(false), "{}", shrink.text());
    assert_eq!(verdict.ground, Ground::Measured, "{}", shrink.text());
    assert!(session.diagnostics().is_empty(), "{}", shrink.text());
    assert!(shrink.text().lines().count() < text.lines().count(), "{}", shrink.text());
    session
}

fn operations(session: &Session) -> u32 {
    session.lanes().operations.iter().map(|bar| bar.good + bar.bad).sum()
}

#[test]
fn slow_reads_stay_reads_that_somebody_waits_for() {
    let session = shrunk(
        "seed 1\nend 6s\nnetwork latency 5ms\nring a: 3 nodes, 8 vnodes\nload 50 keys \"user:{n}\"
traffic c: 100/s, 100% get, keys uniform, 4 clients\nat 2s slow n1 20x\nat 4s crash n2
expect read p99 < 50ms\n",
        "read p99 < 50ms",
    );
    assert!(operations(&session) > 0, "{}", session.text());
}

#[test]
fn low_throughput_is_not_the_throughput_of_nobody() {
    let session = shrunk(
        "seed 1\nend 6s\nring a: 3 nodes, 8 vnodes\nload 50 keys \"user:{n}\"
traffic c: 100/s, 100% get, keys uniform, 4 clients\nat 1s say \"soon\"\nat 2s crash n1 n2
expect throughput > 80\n",
        "throughput > 80",
    );
    assert!(operations(&session) > 0, "{}", session.text());
    assert!(session.text().contains("crash"), "{}", session.text());
}

#[test]
fn an_id_is_refused_by_the_clock_that_was_set_back() {
    let session = shrunk(
        "seed 1\nend 8s\nids a: snowflake, 3 nodes, 1000/s each, 3000 ids, backwards refuse
at 200ms say \"soon\"\nat 500ms skew n2 -300ms\nexpect refused = 0\n",
        "refused = 0",
    );
    assert!(session.text().contains("skew n2"), "{}", session.text());
}

#[test]
fn a_name_that_is_gone_is_another_failure() {
    let session = shrunk(
        "seed 1\nend 5s\nring a: 4 nodes, 8 vnodes\nload 50 keys \"user:{n}\"\nat 1s join n5
at 2s say \"two\"\nexpect keys(n5) = 0\n",
        "keys(n5) = 0",
    );
    assert!(session.text().contains("join n5"), "{}", session.text());
}

#[test]
fn a_line_that_goes_on_comes_and_goes_with_the_one_above() {
    let text = "ring 4 nodes,\n  8 vnodes\nload 50 keys \"k:{n}\",\n  values 10B\nat 1s\n  crash n1\nexpect always unavailable-now = 0\n";
    let shrink = Shrink::new(text, "always unavailable-now = 0");
    assert_eq!(shrink.best.len(), 4, "{:?}", shrink.best);
}

#[test]
fn a_broken_law_does_not_become_one_that_nothing_tested() {
    let session = shrunk(
        "seed 1\nend 6s\nring a: 1 node\nat 500ms say \"soon\"\nat 1s c1: put x 1\nat 2s wipe n1
at 3s restart n1\nexpect durable\n",
        "durable",
    );
    assert!(
        session.text().contains("put") && session.text().contains("wipe"),
        "{}",
        session.text()
    );
}

#[test]
fn a_law_that_nothing_tested_does_not_become_a_broken_one() {
    let text = "seed 1\nend 6s\nring a: 1 node\nat 1s say \"soon\"\nat 2s c1: get x\nat 3s wipe n1
expect fresh\n";
    let mut shrink = Shrink::new(text, "fresh");
    while !shrink.step() {}
    let verdicts = run(Session::open(&shrink.text())).verdicts();
    assert!(verdicts.iter().all(Verdict::is_untested), "{}: {verdicts:?}", shrink.text());
    assert!(shrink.text().lines().count() < text.lines().count(), "{}", shrink.text());
}

#[test]
fn what_recovers_goes_on_to_recover_and_what_held_holds() {
    let session = shrunk(
        "seed 1\nend 12s\nraft 3 nodes\ntraffic c: 50/s, 50% get 50% put, keys uniform of 5, 3 clients
at 1s say \"soon\"\nat 2s cut n1\nat 3s heal\nat 4s crash n1 n2 n3\nat 7s restart n1 n2 n3\nat 8s say \"over\"
expect failed = 0\nexpect linearizable\nexpect eventually idle < 900ms\n",
        "failed = 0",
    );
    assert!(session.text().contains("restart n1 n2 n3"), "{}", session.text());
    let holds: Vec<_> = session.verdicts().iter().map(|verdict| verdict.holds).collect();
    assert_eq!(holds, [Some(false), Some(true), Some(true)], "{}", session.text());
}

#[test]
fn one_of_many_nodes_does_not_become_all_there_are() {
    let session = shrunk(
        "seed 1\nend 9s\nring 5 nodes\nload 50 keys \"k:{n}\"\nat 1s say \"soon\"\nat 2s crash n1
expect always unavailable-now = 0\n",
        "always unavailable-now = 0",
    );
    assert!(session.text().contains("ring 3 nodes"), "{}", session.text());
}

#[test]
fn the_law_that_is_broken_stays_the_same_one() {
    let text = "seed 1\nend 6s\nraft 3 nodes, snapshot every 4kB\nbug forget-clients
traffic c: 200/s, 100% put, keys uniform of 5, 5 clients\nat 2s say \"soon\"\nat 3s wipe n1\nat 4s restart n1
expect agreement\nexpect durable\n";
    let before = run(Session::open(text));
    let broken = |session: &Session| {
        let front = session.timeline.front();
        front.judge.broken(&session.source(front), 0)
    };
    assert_eq!(broken(&before).len(), 1, "{:?}", before.verdicts());
    let session = shrunk(text, "agreement");
    assert_eq!(broken(&session), broken(&before), "{}", session.text());
    assert_eq!(session.verdicts()[1].holds, Some(true), "{}", session.text());
}
