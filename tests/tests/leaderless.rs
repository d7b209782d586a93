//! What a screen is told of stores without a leader, held against real runs.

use std::fs;

use harness::place;
use shardlab::session::{Session, Time};
use shardlab::tenant::quorum::fact::{LEAVES, copies, hints, notable, trees};

/// The run of a scenario of the gallery at a moment.
fn at(name: &str, moment: u64) -> Session {
    let file = place::root().join("static/scenarios").join(name);
    let text = fs::read_to_string(file).expect("the scenario is there");
    let mut session = Session::open(&text);
    while !session.compute(1_000) {}
    session.seek(Time(moment));
    session
}

#[test]
fn hints_are_seen_with_their_keepers_until_their_home_has_them() {
    let (away, back) = (at("quorum-hints.lab", 3_000_000), at("quorum-hints.lab", 9_000_000));
    let kept = hints(away.site(0));
    assert!(!kept.is_empty());
    for hint in &kept {
        assert_eq!(away.name(hint.home), "n2");
        assert_ne!(hint.keeper, hint.home);
    }
    let told: u32 = kept.iter().map(|hint| hint.count).sum();
    let nodes = away.snapshot().nodes;
    let shown = nodes.iter().flat_map(|node| &node.signs).filter(|sign| sign.contains("hint"));
    let shown: u32 = shown
        .map(|sign| sign.split(' ').next().and_then(|count| count.parse::<u32>().ok()).unwrap_or(0))
        .sum();
    assert_eq!(told, shown);
    assert_eq!(hints(back.site(0)), []);
    assert_eq!(trees(back.site(0)), Some(Vec::new()));
}

#[test]
fn a_home_that_missed_a_write_is_behind_and_a_stand_in_keeps_it() {
    let session = at("quorum-hints.lab", 3_000_000);
    let key = notable(session.site(0)).expect("something is written");
    let found = copies(session.site(0), &key).expect("it is a quorum store");
    let homes: Vec<_> = found.copies.iter().filter(|copy| copy.place.is_some()).collect();
    assert_eq!(
        homes.iter().map(|copy| copy.place).collect::<Vec<_>>(),
        [Some(1), Some(2), Some(3)]
    );
    let behind: Vec<_> = homes.iter().filter(|copy| !copy.is_newest).collect();
    assert!(behind.len() == 1 && behind[0].name == "n2" && !behind[0].is_up, "{found:?}");
    let keeper = found.copies.iter().find(|copy| !copy.hints.is_empty()).expect("a keeper");
    assert_eq!(keeper.hints[0].0, "n2");
    assert!(found.said.starts_with("2 of 3 homes have everything; n2 not."), "{}", found.said);
    assert!(found.said.contains(&format!("{} keeps it for n2.", keeper.name)), "{}", found.said);
    // The panel "Where does my key go?" names the same nodes in the same order.
    let place = session.where_is(&key).into_iter().find(|fact| fact.cluster == Some(0));
    let place = place.expect("the store has a rule");
    let names: Vec<&str> = homes.iter().map(|copy| copy.name.as_str()).collect();
    assert_eq!(names[0], place.owner);
    assert_eq!(&names[1..], place.copies);
    assert_eq!(place.place, found.position);
}

#[test]
fn siblings_stand_side_by_side_until_a_writer_has_seen_both() {
    let (beside, joined) =
        (at("quorum-siblings.lab", 7_000_000), at("quorum-siblings.lab", 11_500_000));
    assert_eq!(notable(beside.site(0)).as_deref(), Some("cart"));
    let found = copies(beside.site(0), "cart").expect("it is a quorum store");
    assert!(found.copies.iter().all(|copy| copy.values.len() == 2), "{found:?}");
    assert!(found.said.contains("2 values stand side by side"), "{}", found.said);
    assert!(beside.snapshot().nodes[0].signs.iter().any(|sign| sign == "1 × siblings"));
    let found = copies(joined.site(0), "cart").expect("it is a quorum store");
    assert!(found.copies.iter().all(|copy| copy.values == ["milk, bread, eggs"]), "{found:?}");
    let unknown = copies(joined.site(0), "nothing of the kind").expect("it is a quorum store");
    assert_eq!(unknown.said, "Nobody has written this key.");
}

#[test]
fn trees_differ_where_a_node_lacks_something() {
    let session = at("quorum-anti-entropy.lab", 4_001_000);
    let differ = trees(session.site(0)).expect("it can be compared");
    assert!(!differ.is_empty());
    for pair in &differ {
        assert!(pair.one == "n2" || pair.other == "n2", "{pair:?}");
        assert!(pair.leaves.is_sorted() && pair.leaves.iter().all(|leaf| *leaf < LEAVES));
    }
    assert_eq!(trees(at("quorum-anti-entropy.lab", 8_500_000).site(0)), Some(Vec::new()));
    // Another kind of cluster has none of this.
    let ring = Session::open("ring 3 nodes\n");
    assert_eq!((trees(ring.site(0)), copies(ring.site(0), "x")), (None, None));
    assert_eq!((notable(ring.site(0)), hints(ring.site(0)).len()), (None, 0));
}

/// What a text comes to: the verdicts that do not hold, without those of laws that nothing put to the test.
fn broken(text: &str) -> Vec<String> {
    let mut session = Session::open(text);
    assert!(session.diagnostics().is_empty(), "{:?}", session.diagnostics());
    while !session.compute(1_000) {}
    let verdicts = session.verdicts();
    assert!(!verdicts.is_empty());
    let broken = verdicts.into_iter().filter(|verdict| {
        verdict.holds == Some(false) && !verdict.reason.contains("never put to the test")
    });
    broken.map(|verdict| format!("{}: {}", verdict.text, verdict.reason)).collect()
}

/// A first try that comes late, at a home that holds what was written when the delete had ended.
#[test]
fn a_delete_that_comes_late_takes_no_later_write_along() {
    let text = |grace: &str, late: &str| {
        format!(
            "seed 3\nend 12s\nnetwork latency 1ms\nquorum 3 nodes, 3 replicas{grace}\n\
             link c1 -> n1 n2 latency {late}\n\
             at 500ms c3: put x first\nat 1s c1: delete x\nat 3s c2: put x precious by ALL\n\
             at 10s c3: get x by ALL\n\
             expect kept\nexpect sees-last\nexpect fresh\nexpect linearizable\n"
        )
    };
    for grace in ["", ", tombstones keep 400ms"] {
        for seed in 0..8 {
            let text = text(grace, "5s").replace("seed 3", &format!("seed {seed}"));
            assert_eq!(broken(&text), [""; 0], "{text}");
        }
    }
}

#[test]
fn a_delete_through_a_stand_in_is_refused_or_deletes() {
    let mut text = String::from(
        "seed 1\nend 14s\nnetwork latency 1ms\nquorum 6 nodes, 3 replicas, sloppy, timeout 100ms\n",
    );
    for key in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        text +=
            &format!("at 500ms c1: put {key} v\nat 2s c2: delete {key}\nat 12s c3: get {key}\n");
    }
    text += "at 1s crash n1 n2 n3 n4\nat 4s restart n1 n2 n3 n4\n\
             expect fresh\nexpect linearizable\nexpect siblings <= 1\n";
    assert_eq!(broken(&text), [""; 0]);
}

#[test]
fn an_acknowledgement_teaches_a_writer_nothing_that_it_was_not_shown() {
    let text = "seed 1\nend 6s\nnetwork latency 1ms\nquorum 3 nodes, 3 replicas\n\
                at 500ms c1: put cart milk\nat 1s c2: put cart eggs\nat 2s c2: put cart bread\n\
                at 3s c3: get cart\nexpect siblings = 2\n";
    assert_eq!(broken(text), [""; 0]);
    // Who deletes means all that is there, and reads it first.
    let text = text.replace("c2: put cart bread", "c2: delete cart");
    let text = text.replace("siblings = 2", "siblings = 2\nexpect fresh\nexpect deleted-stays");
    assert_eq!(broken(&text), [""; 0]);
}

#[test]
fn an_emptied_disk_gets_tombstones_back_that_are_past_their_grace() {
    let text = "seed 1\nend 10s\nnetwork latency 1ms\n\
                quorum 3 nodes, 3 replicas, tombstones keep 400ms\n\
                at 500ms c1: put x old by ALL\nat 1s crash n3\nat 1500ms c1: delete x\n\
                at 3s wipe n1\nat 3100ms restart n1\nat 3500ms cut n2 | n1 n3\n\
                at 4s restart n3\nat 5500ms heal\nevery 100ms from 4100ms until 5s c2: get x\n\
                expect sees-last\nexpect deleted-stays\nexpect fresh\n";
    assert_eq!(broken(text), [""; 0]);
}

#[test]
fn what_an_earlier_start_was_sent_does_not_fill_the_disk_of_a_later_one() {
    let text = "seed 1\nend 10s\nnetwork latency 1ms\n\
                quorum 3 nodes, 3 replicas, no hints, no anti-entropy, no read-repair\n\
                at 500ms c1: put y zero by ALL\nat 1s wipe n1\nat 1010ms restart n1\n\
                at 1012500us delay n2 -> n1 by 3s\nat 1500ms cut n3 | n1 n2 c1\n\
                at 2s c1: put x precious\nat 3s wipe n1\nat 3400ms heal\n\
                at 3400ms cut n1 n3 c2 -> n2\nat 3500ms restart n1\n\
                every 600ms from 4200ms until 6s c2: get x\n\
                expect sees-last\nexpect kept\nexpect fresh\n";
    assert_eq!(broken(text), [""; 0]);
}

#[test]
fn a_disk_that_was_emptied_is_whole_only_once_all_has_landed() {
    let text = |order: &str| {
        format!(
            "seed 1\nend 12s\nnetwork latency 1ms\n\
             quorum 3 nodes, 3 replicas, no hints, no anti-entropy, no read-repair\n\
             at 500ms c1: put a zero by ALL\nat 900ms cut n3 | n1 n2 c1\n\
             at 1s c1: put x precious\nat 2s wipe n1\nat 2100ms heal\n{order}\
             at 3s disk n1 sync 1ms\nat 3s cut n2 | n1 n3\nat 3500ms restart n1\n\
             every 250ms from 4s until 7s c1: get x\n\
             expect sees-last\nexpect kept\nexpect fresh\n"
        )
    };
    let puts = "at 2501ms c2: put y one by ONE\nat 2502ms c3: put z one by ONE\n\
                at 2503ms c4: put u one by ONE\n";
    // The first write after the start, and the last one before the disk is whole.
    let first = format!(
        "at 2s disk n1 sync 300ms\nat 2500ms restart n1\n{puts}at 2599ms tear n1\nat 2600ms crash n1\n"
    );
    let last = format!(
        "link n3 -> n1 latency 40ms\nlink n2 -> n1 latency 20ms\nat 2500ms restart n1\n{puts}\
         at 2520ms disk n1 sync 300ms\nat 2569ms tear n1\nat 2570ms crash n1\n"
    );
    for order in [first, last] {
        // The seed says what the power leaves.
        for seed in 1..=20 {
            let text = text(&order).replace("seed 1\n", &format!("seed {seed}\n"));
            assert_eq!(broken(&text), [""; 0], "{text}");
        }
    }
}

#[test]
fn a_node_that_never_held_anything_answers() {
    let text = "seed 1\nend 12s\nnetwork latency 1ms\nquorum 3 nodes, 3 replicas\n\
                at 100ms crash n1 n2\nat 200ms restart n1\nat 1s c1: put x one\n\
                every 1s from 2s until 10s c2: get x\nexpect failed = 0\nexpect sees-last\n";
    assert_eq!(broken(text), [""; 0]);
}

#[test]
fn a_hint_that_counts_for_a_write_of_any_has_no_end_but_its_home() {
    let mut text = String::from(
        "seed 1\nend 12s\nnetwork latency 1ms\nquorum 6 nodes, 3 replicas, hints keep 1s\n",
    );
    for key in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"] {
        text += &format!("at 1s c1: put {key} one by ANY\nat 8s c1: get {key} by ALL\n");
    }
    text +=
        "at 900ms crash n1 n2 n3 n4 n5\nat 4s restart n1 n2 n3 n4 n5\nexpect kept\nexpect fresh\n";
    assert_eq!(broken(&text), [""; 0]);
}

#[test]
fn a_write_of_any_through_no_home_brings_nothing_back() {
    let mut text = String::from(
        "seed 1\nend 12s\nnetwork latency 1ms\nclock n6 drift -50%\n\
         quorum 6 nodes, 3 replicas, lww, tombstones keep 2s, hints keep 1990ms, timeout 100ms\n\
         at 500ms cut n6 c1 | n1 n2 n3 n4 n5 c2\nat 4600ms heal\n",
    );
    for key in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        text += &format!("at 600ms c1: put {key} old by ANY\nat 1200ms c2: delete {key}\n");
        text += &format!("at 8s c2: get {key}\n");
    }
    text += "expect deleted-stays\nexpect collected > 0\nexpect fresh\n";
    assert_eq!(broken(&text), [""; 0]);
}

#[test]
fn tombstones_that_nobody_confirms_keep_no_others_waiting() {
    let text = "seed 1\nend 100s\nnetwork latency 1ms\n\
                quorum 5 nodes, 3 replicas, no hints, tombstones keep 4s\n\
                load 300 keys \"k{n}\", values 10B\n\
                traffic d: 500/s, 100% delete, keys uniform of 300, 4 clients\n\
                at 4s quiet d\nat 5s crash n5\nexpect collected > 300\n";
    assert_eq!(broken(text), [""; 0]);
}

#[test]
fn a_node_that_is_told_to_repair_gets_what_it_missed() {
    let text = |order: &str| {
        format!(
            "seed 5\nquorum 3 nodes, 3 replicas, write 2, read 1, no hints, no read-repair, no anti-entropy\n\
             at 100ms crash n3\nat 200ms c1: put x 1\nat 900ms restart n3\n{order}\nend 3s\n\
             expect converged"
        )
    };
    let holds = |order: &str| {
        let mut session = Session::open(&text(order));
        let mild = session.diagnostics().iter().all(|one| one.mild);
        assert!(mild, "{:?}", session.diagnostics());
        while !session.compute(10_000) {}
        session.verdicts().iter().all(|verdict| verdict.holds == Some(true))
    };
    assert!(!holds(""), "nothing brings it the value by itself");
    assert!(holds("at 1s repair n3"));
    // A client, and what is no node of such a store, do not understand it.
    assert!(!holds("at 1s c1: get x"));
}
