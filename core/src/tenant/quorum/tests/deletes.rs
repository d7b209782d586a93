//! Deletes and their tombstones.

use super::*;

#[test]
fn a_tombstone_is_forgotten_after_its_grace_and_nothing_comes_back() {
    let grace = Span::seconds(2);
    for lww in [false, true] {
        let spec = Spec { lww, grace, hints_last: Span::seconds(1), ..spec() };
        let mut store = Store::new(7, 3, spec, &[]);
        for number in 0..10 {
            store.put(0, &format!("k{number}"), "v");
        }
        // One home is away for much longer than the grace period.
        store.crash(NodeId(2));
        for number in 0..10 {
            store.delete(1, &format!("k{number}"));
        }
        store.run(Span::seconds(8));
        assert_eq!(store.count(|note| matches!(note, Note::Collected(_))), 0, "one lacks it");
        store.start(NodeId(2));
        store.run(Span::seconds(8));
        assert!(store.count(|note| matches!(note, Note::Collected(_))) >= 30);
        for number in 0..10 {
            assert_eq!(store.get(0, &format!("k{number}")), None);
        }
        store.put(0, "k1", "again");
        assert_eq!(store.get(1, "k1").as_deref(), Some("again"));
        store.assert_held(&[Law::DeletedStays, Law::SeesLast, Law::Converged]);
    }
}

/// A home is away while a key is deleted, and comes back.
fn deleted_behind_a_home(bugs: &[Bug]) -> Store {
    let spec = Spec { hints: false, ..spec() };
    let mut store = Store::new(8, 3, spec, bugs);
    store.put(0, "x", "one");
    store.crash(store.homes("x")[2]);
    store.delete(0, "x");
    assert_eq!(store.get(1, "x"), None);
    store.start(store.homes("x")[2]);
    store.run(Span::seconds(5));
    store.get(1, "x");
    store
}

#[test]
fn without_tombstones_a_deleted_key_comes_back() {
    deleted_behind_a_home(&[]).assert_held(&[Law::DeletedStays, Law::Converged]);
    let broken = deleted_behind_a_home(&[Bug::NoTombstones]);
    assert!(!broken.laws.holds(Law::DeletedStays));
}

#[test]
fn a_home_that_lacks_the_key_keeps_a_tombstone_that_its_clock_calls_old() {
    let spec = Spec { hints: false, entropy: None, read_repair: false, ..spec() };
    let mut store = Store::new(18, 3, spec, &[]);
    let homes = store.homes("x");
    store.crash(homes[2]);
    store.put(0, "x", "one");
    store.start(homes[2]);
    store.act(|world, out| world.skew(homes[2], 60_000_000, out));
    store.crash(homes[1]);
    store.delete(0, "x");
    store.crash(homes[0]);
    store.start(homes[1]);
    assert_eq!(store.get(1, "x"), None);
}

#[test]
fn a_delete_on_one_disk_takes_no_hint_of_an_acknowledged_write_along() {
    let grace = Span::seconds(1);
    let spec = Spec { sloppy: true, lww: true, entropy: None, read_repair: false, ..spec() };
    let spec = Spec { grace, hints_last: Span::millis(500), ..spec };
    let mut store = Store::new(25, 4, spec, &[]);
    let homes = store.homes("x");
    store.crash(homes[1]);
    store.crash(homes[2]);
    // One home has it, and the fourth node a hint.
    store.put(0, "x", "one");
    let fourth = store.layout.preference(&Key::new("x")).others[0];
    store.cut(fourth);
    let delete = Request::Put(Key::new("x"), Box::new(Value::Gone), Some(Level::All));
    assert_eq!(store.ask(0, delete), Outcome::Unknown);
    store.heal();
    // Its tombstone is past its grace, and the home asks who keeps hints.
    store.run(Span::seconds(6));
    store.act(|world, out| world.wipe(homes[0], out));
    store.start(homes[0]);
    store.start(homes[1]);
    store.start(homes[2]);
    store.run(Span::seconds(3));
    store.get(1, "x");
    assert_eq!(store.laws.idle(Law::Kept), None);
    assert!(store.laws.holds(Law::Kept), "{}", store.laws.measured(Law::Kept));
}
