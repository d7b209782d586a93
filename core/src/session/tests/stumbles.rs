//! What somebody who writes a first text may stumble on.

use super::whole;
use crate::client::measure::is_of_reads;
use crate::scenario::word::METRICS;
use crate::session::Verdict;
use crate::session::fact::Ground;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

fn verdicts(text: &str) -> Vec<Verdict> {
    whole(text).verdicts()
}

#[test]
fn where_nobody_is_reached_no_law_of_clients_is_put_to_the_test() {
    for (cluster, happens, tested) in [
        ("raft 3 nodes", "at 500ms crash n1 n2 n3", false),
        ("ring 3 nodes", "at 500ms crash n1 n2 n3", false),
        ("quorum 3 nodes, 3 replicas", "at 500ms cut c1 c2 | n1 n2 n3", false),
        ("ring 3 nodes", "at 500ms cut c1 c2 | others", false),
        // Some write came to a node, and was rightly not acknowledged.
        ("raft 3 nodes", "at 500ms crash n2 n3", true),
        ("quorum 3 nodes, 3 replicas", "at 500ms cut n1 n2 n3 -> c1 c2", true),
    ] {
        let text = format!(
            "{cluster}\nend 4s\n{happens}\nat 1s c1: put x 1\nat 1s c2: get x\n\
             expect durable\nexpect not durable\nexpect linearizable\nexpect not linearizable\n"
        );
        let told = verdicts(&text);
        assert_eq!(told[0].is_untested(), !tested, "{text}: {:?}", told[0]);
        assert_eq!(told[0].holds, Some(tested), "{text}: {:?}", told[0]);
        assert_eq!(told[1].holds, Some(false), "{text}: {:?}", told[1]);
        // Whoever was reached, nobody was told anything that an order could contradict.
        assert!(told[2].is_untested() && told[3].is_untested(), "{text}: {told:?}");
        assert_eq!(told[2].measured, "2 operations, none answered");
    }
}

#[test]
fn one_answer_puts_a_history_to_the_test_and_what_was_loaded_is_none() {
    let told = verdicts(
        "raft 3 nodes\nend 6s\nat 1s c1: put x 1\nat 2s crash n1 n2 n3\nat 3s c2: get x\n\
         expect linearizable\n",
    );
    assert_eq!((told[0].holds, told[0].ground), (Some(true), Ground::Measured), "{told:?}");
    let told = verdicts(
        "raft 3 nodes\nload these x y\nend 6s\nat 500ms crash n1 n2 n3\nat 1s c2: get x\n\
         expect linearizable\n",
    );
    assert!(told[0].is_untested(), "{told:?}");
    // A cluster of which nothing is known does not hide that another one is at fault.
    let told = verdicts(
        "ring a: 3 nodes\nring b: 3 nodes, 3 replicas\nend 9s\nat 500ms crash a.n1 a.n2 a.n3\n\
         at 1s a.c1: put x 1\nat 1s b.c1: put x 1\nat 1500ms b.c2: get x\n\
         at 2s cut b.n1 b.c2 | others\nat 4500ms b.c1: put x 2\nat 5500ms b.c2: get x\n\
         expect not linearizable(b)\nexpect linearizable(a)\nexpect linearizable\n",
    );
    let holds: Vec<_> = told.iter().map(|one| (one.holds, one.is_untested())).collect();
    let failed = (Some(false), false);
    assert_eq!(holds[1..], [(Some(false), true), failed], "{told:?}");
}

#[test]
fn a_clock_that_is_set_before_its_node_is_there_holds_once_it_comes() {
    let error = |text: &str, name: &str| {
        let mut session = whole(text);
        session.seek(session.end());
        let nodes = session.snapshot().nodes;
        nodes.iter().find(|node| node.name == name).map(|node| node.clock_error)
    };
    let client = "end 3s\nquorum 3 nodes, 3 replicas, lww\nat 500ms skew c1 10s\n\
                  at 700ms skew c1 -1s\nat 1s c1: put x 1\n";
    assert_eq!(error(client, "c1"), Some(9_000_000));
    // It says the same as at the start, and what was said of others is not meant.
    let ground = "end 3s\nquorum 3 nodes, 3 replicas, lww\nclock c1 skew 9s\nat 1s c1: put x 1\n";
    assert_eq!(error(ground, "c1"), Some(9_000_000));
    assert_eq!(error(client, "n1"), Some(0));
    // A rate counts from when the node is there; the last one that was said is the one in force.
    let ring =
        "end 3s\nring 3 nodes\nat 200ms drift n4 -10%\nat 400ms drift n4 10%\nat 1s join n4\n";
    assert_eq!(error(ring, "n4"), Some(200_000));
    // What it was told while it was there already is not told again.
    let twice = "end 3s\nquorum 3 nodes, 3 replicas, lww\nat 500ms c1: put x 1\n\
                 at 1s skew c1 10s\nat 2s c1: put x 2\n";
    assert_eq!(error(twice, "c1"), Some(10_000_000));
}

#[test]
fn a_leave_waits_though_the_controller_is_off_too() {
    let text = "ring 3 nodes\nload 60 keys\nend 14s\nat 1s crash controller n2\nat 2s leave n2\n\
                at 4s restart controller\nat 8s restart n2\nexpect leaves = 1\nexpect lost = 0\n";
    assert_eq!(whole(text).verdicts().iter().filter(|one| one.holds == Some(true)).count(), 2);
    // Said twice it is done once, and it can be taken to a controller that has written a plan before.
    let later = text.replace("at 2s leave n2\n", "at 2s leave n2\nat 3s leave n2\n");
    let later = later.replace("end 14s\n", "end 14s\nat 500ms join n4\n");
    assert!(whole(&later).holds(), "{:?}", whole(&later).verdicts());
}

#[test]
fn a_number_that_misses_its_bound_by_little_does_not_read_like_it() {
    let text = "seed 1\nend 1s\nnetwork latency 1ms\nring a: 1 nodes\n\
                traffic c: 20000/s, 100% get, keys uniform of 5, 4 clients\n";
    let claims = "expect messages per read = 2\nexpect messages per read < 2.1\n\
                  expect messages per read in 1..1.9\nexpect messages per read >= 1.9\n";
    let told = verdicts(&[text, claims].concat());
    let measured: Vec<&str> = told.iter().map(|one| one.measured.as_str()).collect();
    let holds: Vec<_> = told.iter().map(|one| one.holds == Some(true)).collect();
    assert_eq!(holds, [false, true, false, true], "{measured:?}");
    assert_ne!(measured[0], "2", "{measured:?}");
    assert_eq!(measured[1], "2");
}

#[test]
fn a_cut_names_those_who_are_still_to_come() {
    let text = "raft 3 nodes\nend 4s\nat 500ms cut c1 | n1 n2 n3\nat 600ms cut n1 c2\n\
                at 700ms cut c1 c2 -> n1\nat 1s c1: put x 1\nat 2s cut c1 | n1\n";
    let faults = whole(text).lanes().faults;
    let told: Vec<&str> =
        faults.iter().map(|mark| &*mark.text).filter(|text| text.starts_with("cut")).collect();
    let wanted = [
        "cut apart: c1 | n1 n2 n3",
        "cut off: n1 c2",
        "cut: nothing from c1 c2 to n1",
        "cut apart: c1 | n1",
    ];
    assert_eq!(told, wanted);
}

#[test]
fn an_option_that_is_said_twice_is_an_error_where_it_stands() {
    for (line, marked) in [
        ("disk depth 2, depth 3", "depth"),
        ("disk n1 honest, lie 2s", "lie"),
        ("disk single, grouped", "grouped"),
        ("disk size 1kB, full", "full"),
        ("node slow 2x, slow 1x", "slow"),
        ("network latency 1ms, latency 2ms", "latency"),
        ("at 1s link n1 -> n2 loss 1%, loss 2%", "loss"),
    ] {
        let text = format!("raft 3 nodes\nend 4s\n{line}\n");
        let problems = whole(&text).diagnostics();
        assert_eq!(problems.len(), 1, "{text}: {problems:?}");
        let (start, end) = (problems[0].start as usize, problems[0].end as usize);
        assert_eq!((&text[start..end], problems[0].mild), (marked, false), "{text}: {problems:?}");
        assert!(text[..start].contains(','), "the second one is meant: {text}: {problems:?}");
    }
    let once = "raft 3 nodes\nend 1s\ndisk depth 2, grouped, lie 2s\ndisk depth 3\n";
    assert!(whole(once).diagnostics().is_empty());
}

#[test]
fn a_law_of_a_node_is_remarked_for_what_it_is() {
    for (text, message) in [
        (
            "raft a: 3 nodes\nend 1s\nexpect stored(n1)\n",
            "A law is about a whole cluster, and n1 is",
        ),
        ("raft a: 3 nodes\nend 1s\nexpect durable(a.n1)\n", "Nothing is called \"a.n1\""),
        ("ring a: 3 nodes\nend 1s\nexpect stored(a)\n", "The law stored is one of another kind"),
        ("raft a: 3 nodes\nend 1s\nexpect stored(b)\n", "Nothing is called \"b\" here."),
    ] {
        let problems = whole(text).diagnostics();
        assert!(problems.len() == 1 && problems[0].message.starts_with(message), "{problems:?}");
    }
    let told = verdicts("raft a: 3 nodes\nend 1s\nexpect stored(n1)\n");
    assert_eq!(told[0].reason, "There is no cluster of that name here that has the law stored.");
}

#[test]
fn a_drift_is_told_as_it_was_given() {
    for (drift, told) in [
        ("-50%", "its clock runs 50 % slow"),
        ("2%", "its clock runs 2 % fast"),
        ("200ppm", "its clock runs 200 ppm fast"),
        ("-9ppm", "its clock runs 9 ppm slow"),
        ("none", "its clock runs as fast as true time"),
    ] {
        let session = whole(&format!("raft 3 nodes\nend 2s\nat 1s drift n1 {drift}\n"));
        let faults = session.lanes().faults;
        assert!(faults.iter().any(|mark| mark.text.ends_with(told)), "{drift}: {faults:?}");
    }
}

#[test]
fn a_number_that_nothing_was_measured_for_neither_holds_nor_fails() {
    let of_clients =
        ["available", "failed", "wrong", "latency", "p50", "p99", "p999", "missed-reads"];
    for cluster in ["raft 3 nodes", "ring 3 nodes", "quorum 3 nodes, 3 replicas"] {
        let mut untested = 0;
        for (word, _) in METRICS {
            let text = format!(
                "{cluster}\nend 2s\nexpect {word} = 0\nexpect not {word} = 0\n\
                 expect always {word} = 0\nexpect sometimes {word} = 0\n"
            );
            let session = whole(&text);
            let told = session.verdicts();
            assert_eq!(told.len(), 4, "{text}");
            let idle = session.scenario().has_metric(0, word)
                && (is_of_reads(word) || of_clients.contains(word));
            untested += u32::from(idle);
            for verdict in told {
                assert_eq!(verdict.is_untested(), idle, "{text}: {verdict:?}");
                assert_eq!(verdict.ground == Ground::Nothing, idle, "{text}: {verdict:?}");
                assert!(!idle || verdict.reason.contains("nothing to measure"), "{verdict:?}");
            }
        }
        assert!(untested >= 15, "{cluster}: {untested}");
    }
    // What happened in part is measured in part.
    let of = |happens: &str, claim: &str| {
        let text = format!("raft 3 nodes\nend 3s\n{happens}expect {claim}\n");
        let told = verdicts(&text);
        (told[0].holds, told[0].is_untested())
    };
    let (put, get) = ("at 1s c1: put x 1\n", "at 1s c1: put x 1\nat 2s c1: get x\n");
    let (held, untested) = ((Some(true), false), (Some(false), true));
    for claim in ["wrong = 0", "read-p99 < 2s", "staleness max = 0", "messages-per-read < 9"] {
        assert_eq!((of(put, claim), of(get, claim)), (untested, held), "{claim}");
    }
    for claim in ["p99 < 2s", "failed = 0", "available = 100%"] {
        assert_eq!((of("", claim), of(put, claim)), (untested, held), "{claim}");
    }
    // What was not measured yet was not seen.
    assert_eq!(of(get, "sometimes p99 > 10s"), (Some(false), false));
    assert_eq!(of(get, "sometimes p99 > 1us"), held);
    // Of two clusters one in which something happened is enough, unless the other is named.
    let two = |claim: &str| {
        let text = format!(
            "ring a: 3 nodes\nring b: 3 nodes\nend 3s\nat 1s a.c1: put x 1\nexpect {claim}\n"
        );
        verdicts(&text)[0].is_untested()
    };
    assert_eq!([two("p99 < 2s"), two("p99(a) < 2s"), two("p99(b) < 2s")], [false, false, true]);
    assert!(two("p99(a) < p99(b)"));
}

#[test]
fn a_clock_that_runs_ahead_makes_reads_old_for_every_law() {
    let text = |skew: &str| {
        format!(
            "seed 2\nnetwork latency 1ms\nquorum 3 nodes, 3 replicas, read 2, write 2, lww\nend 6s\n\
             at 500ms c1: put warm up\nat 500ms c2: put warm up\n{skew}at 2s c1: put x first\n\
             at 3s c2: put x second\nat 4s c2: get x\n\
             expect fresh\nexpect wrong = 0\nexpect staleness max = 0\nexpect linearizable\n"
        )
    };
    let holds = |skew: &str| -> Vec<_> {
        verdicts(&text(skew)).iter().map(|verdict| verdict.holds).collect()
    };
    assert_eq!(holds("at 1s clock c1 skew 5s\n"), [Some(false); 4]);
    assert_eq!(holds(""), [Some(true); 4]);
}

#[test]
fn kept_says_what_was_lost_with_all_its_copies() {
    let measured = |wiped: &str| -> String {
        let told = verdicts(&format!(
            "quorum 3 nodes, 3 replicas\nend 4s\nat 1s c1: put x 1\nat 2s crash {wiped}\nat 2s wipe {wiped}\nat 3s restart {wiped}\nexpect kept\n"
        ));
        assert_eq!(told[0].holds, Some(true), "{told:?}");
        told[0].measured.clone()
    };
    assert_eq!(measured("n1"), "1 copies were lost, and no acknowledged write");
    let all = measured("n1 n2 n3");
    assert_eq!(all, "3 copies were lost, and 1 acknowledged write with all that had it");
}

#[test]
fn a_unit_of_time_that_is_none_is_told_which_there_are() {
    for line in ["expect p99 < 1h", "end 1h", "at 1h crash n1", "network latency 2sec"] {
        let session = crate::session::Session::open(&format!("raft 3 nodes\n{line}\n"));
        let told = session.diagnostics();
        let is_told =
            told.iter().any(|it| it.line == 2 && it.message.contains("us, ms, s and min"));
        assert!(is_told, "{line}: {told:?}");
    }
}
