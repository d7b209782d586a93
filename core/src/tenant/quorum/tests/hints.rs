//! Hints for homes that are away.

use super::*;

#[test]
fn with_two_homes_away_a_strict_store_says_no_and_a_sloppy_one_takes_hints() {
    for sloppy in [false, true] {
        let spec = Spec { sloppy, entropy: None, read_repair: false, ..spec() };
        let mut store = Store::new(2, 6, spec, &[]);
        let homes = store.homes("x");
        store.crash(homes[0]);
        store.crash(homes[1]);
        let outcome = store.put_by(0, "x", "one", None);
        match sloppy {
            false => assert_eq!(outcome, Outcome::Unknown),
            true => assert!(matches!(outcome, Outcome::Written(_)), "{outcome:?}"),
        }
        assert!(store.count(|note| matches!(note, Note::Unmet { .. })) > 0 || sloppy);
        store.start(homes[0]);
        store.start(homes[1]);
        store.run(Span::seconds(2));
        assert!(store.count(|note| matches!(note, Note::HandedOver { .. })) >= 2);
        assert_eq!(store.get(1, "x").as_deref(), Some("one"));
        store.assert_held(&[Law::Converged]);
    }
}

#[test]
fn a_hint_outlives_a_restart_of_its_keeper() {
    let spec = Spec { entropy: None, read_repair: false, ..spec() };
    let mut store = Store::new(6, 3, spec, &[]);
    let homes = store.homes("x");
    store.crash(homes[0]);
    store.put(0, "x", "one");
    for home in &homes[1..] {
        store.crash(*home);
    }
    for home in &homes[1..] {
        store.start(*home);
    }
    store.notes.clear();
    store.start(homes[0]);
    store.run(Span::seconds(2));
    assert_eq!(store.count(|note| matches!(note, Note::HandedOver { .. })), 1);
    store.assert_held(&[Law::Converged]);
}

/// Two homes are away during a write by a sloppy quorum; they come back and the third one is gone.
fn handed_over(bugs: &[Bug]) -> Store {
    let spec = Spec { sloppy: true, entropy: None, read_repair: false, ..spec() };
    let mut store = Store::new(9, 6, spec, bugs);
    let homes = store.homes("x");
    for home in &homes {
        store.crash(*home);
    }
    store.put(0, "x", "one");
    for home in &homes {
        store.start(*home);
    }
    store.run(Span::seconds(3));
    store
}

#[test]
fn a_hint_that_is_dropped_is_a_lost_write() {
    let mut right = handed_over(&[]);
    assert_eq!(right.get(1, "x").as_deref(), Some("one"));
    assert!(right.laws.holds(Law::Kept) && right.laws.holds(Law::Converged));
    let broken = handed_over(&[Bug::DropHints]);
    assert!(!broken.laws.holds(Law::Kept));
}

/// A sloppy quorum takes a write while two homes are cut off; a read asks just those two before they have it.
fn sloppy_write(bugs: &[Bug]) -> Store {
    let spec = Spec { sloppy: true, entropy: None, ..spec() };
    let mut store = Store::new(11, 6, spec, bugs);
    let homes = store.homes("x");
    store.put(0, "x", "old");
    store.cut(homes[0]);
    store.cut(homes[1]);
    store.put(0, "x", "new");
    // The one home that has it falls, and so do all that keep hints.
    for node in (0..6).map(NodeId).filter(|node| *node != homes[0] && *node != homes[1]) {
        store.crash(node);
    }
    store.heal();
    store.get(1, "x");
    store
}

#[test]
fn a_hint_that_counts_as_a_copy_makes_a_read_miss_a_write() {
    let right = sloppy_write(&[]);
    assert!(right.laws.holds(Law::SeesLast));
    assert!(!sloppy_write(&[Bug::SloppyStrict]).laws.holds(Law::SeesLast));
}

#[test]
fn the_disk_of_a_coordinator_counts_once_for_a_sloppy_write() {
    let mut store = Store::new(16, 3, Spec { sloppy: true, ..spec() }, &[]);
    let homes = store.homes("x");
    store.crash(homes[1]);
    store.crash(homes[2]);
    assert_eq!(store.put_by(0, "x", "one", None), Outcome::Unknown);
    assert!(store.count(|note| matches!(note, Note::Kept { .. })) > 0);
    // A second disk is enough.
    store.start(homes[1]);
    store.put(0, "x", "two");
}

#[test]
fn hints_that_count_outlast_their_age_and_bring_nothing_back() {
    let grace = Span::seconds(2);
    let spec = Spec { sloppy: true, entropy: None, read_repair: false, grace, ..spec() };
    let spec = Spec { hints_last: Span::seconds(1), ..spec };
    let mut store = Store::new(19, 6, spec, &[]);
    let homes = store.homes("x");
    for home in &homes {
        store.crash(*home);
    }
    store.put(0, "x", "one");
    store.run(Span::seconds(10));
    for home in &homes {
        store.start(*home);
    }
    store.run(Span::seconds(2));
    assert_eq!(store.get(1, "x").as_deref(), Some("one"));
    // A keeper that cannot reach a home keeps the tombstone there, however its clock is set.
    store.cut(homes[0]);
    store.put(0, "x", "two");
    let keeps = |store: &Store, node: &NodeId| match store.world.machine(*node) {
        Some(Process::Node(node)) => !node.hints().is_empty(),
        Some(Process::Client(_)) | None => false,
    };
    let keeper = (0..6).map(NodeId).find(|node| keeps(&store, node)).expect("somebody keeps it");
    store.crash(keeper);
    store.heal();
    store.delete(0, "x");
    store.run(Span::seconds(8));
    assert_eq!(store.count(|note| matches!(note, Note::Collected(_))), 0, "a hint is left");
    store.act(|world, out| world.skew(keeper, -60_000_000, out));
    store.start(keeper);
    store.run(Span::seconds(8));
    assert!(store.count(|note| matches!(note, Note::Collected(_))) >= 3);
    assert_eq!(store.get_by(1, "x", Some(Level::All)), None);
    assert!(store.laws.holds(Law::DeletedStays) && store.laws.holds(Law::Kept));
}

#[test]
fn one_node_is_asked_once_for_a_hint_of_a_write() {
    let spec = Spec { sloppy: true, entropy: None, read_repair: false, ..spec() };
    let mut store = Store::new(22, 6, spec, &[]);
    store.crash(store.homes("x")[0]);
    for number in 0..12 {
        store.put(0, "x", &format!("v{number}"));
    }
    let mut kept: Vec<Version> = Vec::new();
    for note in &store.notes {
        if let Note::Kept { record, .. } = note {
            kept.extend(record.cells.values().iter().map(|(_, cell)| cell.version));
        }
    }
    let count = kept.len();
    crate::base::order::sort(&mut kept);
    kept.dedup();
    assert!(count >= 12 && kept.len() == count, "{count} hints of {} writes", kept.len());
}

#[test]
fn any_is_met_by_a_hint_in_a_strict_store_too_and_answers_no_read() {
    let mut store = Store::new(24, 5, spec(), &[]);
    for home in store.homes("x") {
        store.crash(home);
    }
    let any = store.put_by(0, "x", "one", Some(Level::Any));
    assert!(matches!(any, Outcome::Written(_)), "{any:?}");
    assert_eq!(store.put_by(0, "x", "two", Some(Level::One)), Outcome::Unknown);
    for home in store.homes("x") {
        store.start(home);
    }
    store.run(Span::seconds(2));
    assert_eq!(store.get(1, "x").as_deref(), Some("one"));
}
