//! What reads cost and what they are worth, held against small runs whose figures can be counted.

use super::super::{Session, Time};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

fn whole(text: &str) -> Session {
    let mut session = Session::open(text);
    assert_eq!(session.diagnostics(), [], "{text}");
    while !session.compute(1_000) {}
    session
}

fn figure(session: &Session, name: &str) -> i64 {
    let all = session.final_metrics();
    all.iter().find(|metric| metric.name == name).map_or(-1, |metric| metric.value)
}

/// Three nodes that are all equally far, and a client that knows the leader.
const QUIET: &str = "seed 4\nend 3s\nnetwork latency 1ms\nraft 3 nodes, lease 100ms\n\
                     at 1s transfer leader to n1\nat 1500ms c1: put x 1\n";

/// What the same run sends more if these lines are added, against what is said of each read.
fn against(lines: &str) -> (i64, i64, i64) {
    let (bare, read) = (whole(QUIET), whole(&[QUIET, lines].concat()));
    let more = figure(&read, "messages") - figure(&bare, "messages");
    let reads = figure(&read, "operations") - figure(&bare, "operations");
    (more, reads / 1_000_000, figure(&read, "messages-per-read"))
}

#[test]
fn a_read_is_charged_with_what_it_adds() {
    for (way, messages) in [
        // A call and its answer.
        ("lease", 2),
        // And a heartbeat to each of two others, and theirs.
        ("index", 6),
        // And an append, its answer and the news of the commit instead.
        ("log", 8),
    ] {
        let (more, reads, each) = against(&format!("at 2s c1: get x by {way}\n"));
        assert_eq!((more, reads, each), (messages * 1_000_000, 1, messages * 1_000_000), "{way}");
    }
}

#[test]
fn a_round_that_reads_share_is_charged_once() {
    let asked = (0..40).map(|at| {
        let (client, moment) = (at % 8 + 1, 2_000 + at / 8);
        format!("at {moment}.{}ms c{client}: get x by index\n", at % 8)
    });
    let (more, reads, each) = against(&asked.collect::<String>());
    assert_eq!(reads, 40);
    // Some clients had to be sent to the leader first, and rounds were shared all the same.
    assert!(each < 6_000_000, "{each}");
    assert_eq!(more / reads, each);
}

#[test]
fn a_follower_asks_and_is_charged_for_it() {
    let asked: String =
        (0..20).map(|at| format!("at {}ms c1: get x by follower\n", 2_000 + 20 * at)).collect();
    let (more, reads, each) = against(&asked);
    // Six of the leader itself, and two more of a follower that asks it.
    assert!((6_000_000..8_000_000).contains(&each), "{each}");
    assert_eq!(more / reads, each);
}

#[test]
fn writes_beside_reads_are_not_charged_to_them() {
    let asked: String = (0..20)
        .map(|at| {
            format!("at {0}ms c1: get x by lease\nat {0}ms c2: put y {at}\n", 2_000 + 20 * at)
        })
        .collect();
    let (more, _, each) = against(&asked);
    assert_eq!(each, 2_000_000);
    assert!(more > 20 * 8_000_000);
    // A run without a read has no such figure.
    assert_eq!(figure(&whole(QUIET), "messages-per-read"), -1);
}

#[test]
fn a_read_is_as_old_as_what_has_overwritten_its_value() {
    let reads: String =
        (2..10).map(|client| format!("at 2500ms c{client}: get x by local\n")).collect();
    let text = format!(
        "{QUIET}at 1600ms cut n3 | n1 n2\nat 1700ms c1: put x 2\nat 2s c1: put x 3\n{reads}"
    );
    let session = whole(&text);
    let events = session.events(0, session.event_count());
    let told = |words: &str| -> Vec<Time> {
        let answers = events.iter().filter(|event| event.kind == "answered");
        answers.filter(|event| event.text == words).map(|event| event.at).collect()
    };
    let stale = told("x = 1").len();
    assert!(stale > 0 && stale < 8, "{stale} of 8 asked the node that was cut off");
    // The value was overwritten when the next one was acknowledged, not the one after that.
    let overwritten = told("x is written").get(1).copied().expect("it was acknowledged");
    let old = 2_500_000 - overwritten.0 as i64;
    let oldest = figure(&session, "staleness-max");
    assert!((oldest - old).abs() * 30 < old, "{oldest} against {old}");
    assert_eq!(figure(&session, "wrong"), stale as i64 * 1_000_000);
    // A mean over all of them, and half of them found something fresh.
    let mean = figure(&session, "staleness");
    assert!((mean - old * stale as i64 / 8).abs() <= 1, "{mean}");
    assert_eq!(figure(&session, "staleness-p50"), if stale > 4 { oldest } else { 0 });
    assert_eq!(figure(&session, "staleness-p99"), oldest);
}

#[test]
fn a_removed_key_that_is_found_is_old_and_wrong() {
    let reads: String =
        (2..10).map(|client| format!("at 2500ms c{client}: get x by local\n")).collect();
    let text = format!("{QUIET}at 1600ms cut n3 | n1 n2\nat 1700ms c1: delete x\n{reads}");
    let session = whole(&text);
    assert!(figure(&session, "wrong") > 0);
    let oldest = figure(&session, "staleness-max");
    assert!((770_000..820_000).contains(&oldest), "{oldest}");
}

#[test]
fn the_time_of_reads_is_told_apart_from_that_of_writes() {
    let asked: String = (0..20)
        .map(|at| {
            format!("at {0}ms c1: get x by lease\nat {0}ms c2: put y {at}\n", 2_000 + 20 * at)
        })
        .collect();
    let session = whole(&[QUIET, &asked].concat());
    // There and back, within the three per cent of a histogram.
    let read = figure(&session, "read-p999");
    assert!((1_930..=2_060).contains(&read), "{read}");
    assert_eq!(figure(&session, "read-p50"), read);
    assert!(figure(&session, "p999") > 3_900);
}

#[test]
fn fresh_reads_have_no_age() {
    let asked: String = (0..20)
        .map(|at| {
            format!("at {0}ms c1: put x {at}\nat {0}ms c2: get x by index\n", 2_000 + 20 * at)
        })
        .collect();
    let session = whole(&[QUIET, &asked].concat());
    assert_eq!((figure(&session, "staleness-max"), figure(&session, "wrong")), (0, 0));
}

/// A node that hears the leader again after a cut lacks what was written meanwhile, however lately the
/// leader was heard; and a leader that is cut off believes in itself for a while.
#[test]
fn a_read_within_a_span_is_no_older() {
    let mut stale = 0;
    for seed in 1..=20 {
        let text = format!(
            "seed {seed}\nend 5s\nnetwork latency 2ms..6ms\ndisk sync 4ms\n\
             raft 3 nodes, reads within 300ms\nat 500ms transfer leader to n1\n\
             at 1s traffic c: 800/s, 80% get 20% put, keys uniform of 20, 6 clients\n\
             at 1500ms cut n1 | n2 n3\nat 2500ms heal\nat 3s cut n3 | n1 n2\nat 4s heal\n"
        );
        let session = whole(&text);
        let oldest = figure(&session, "staleness-max");
        assert!(oldest <= 310_000, "{oldest} with seed {seed}");
        stale += i64::from(oldest > 0);
    }
    assert!(stale > 10, "{stale}");
}

#[test]
fn a_key_that_is_absent_beside_its_delete_is_not_stale() {
    let stores = ["raft 3 nodes", "ring 3 nodes, 3 copies", "quorum 3 nodes, 3 replicas"];
    for store in stores {
        let text = format!(
            "seed 1\nend 3s\nnetwork latency 1ms\n{store}\nat 500ms c1: put x one\n\
             at 1s c1: delete x\nevery 1ms from 1s until 1010ms c2: get x\n\
             expect linearizable\nexpect fresh\nexpect wrong = 0"
        );
        let session = whole(&text);
        assert!(session.verdicts().iter().all(|verdict| verdict.holds == Some(true)), "{store}");
        assert_eq!(figure(&session, "wrong"), 0, "{store}");
    }
}

#[test]
fn null_that_is_appended_is_a_text() {
    for lines in [
        "at 1s c1: append z a\nat 1200ms c1: append z null\nat 1400ms c1: get z",
        "at 1s c1: append z null\nat 1200ms c1: get z\nat 1400ms c1: cas z null 8",
        "at 1s c1: put z null\nat 1200ms c1: append z null\nat 1400ms c2: get z",
        "at 1s c1: append z null and put y 1\nat 1200ms c1: get z",
    ] {
        let session = whole(&format!("seed 1\nend 3s\nraft 3 nodes\n{lines}\nexpect linearizable"));
        let verdict = &session.verdicts()[0];
        assert_eq!(verdict.holds, Some(true), "{lines}: {}", verdict.reason);
    }
}
