//! Copies that are brought up to date: by reads, by hashes, after a disk was emptied.

use super::*;

#[test]
fn an_emptied_disk_is_filled_again_and_loses_nothing() {
    let spec = Spec { hints: false, read_repair: false, ..spec() };
    let mut store = Store::new(5, 3, spec, &[]);
    for number in 0..40 {
        store.put(number % 2, &format!("k{number}"), "v");
    }
    store.act(|world, out| world.wipe(NodeId(1), out));
    store.cut(NodeId(1));
    store.start(NodeId(1));
    store.run(Span::millis(300));
    store.heal();
    store.run(Span::seconds(5));
    let full = store.world.machine(NodeId(1)).map(|process| match process {
        Process::Node(node) => node.records().len(),
        Process::Client(_) => 0,
    });
    assert_eq!(full, Some(40));
    store.assert_held(&[Law::Kept, Law::Converged]);
    // All three at once is more than there were copies: that is no fault of the store.
    for node in 0..3 {
        store.act(|world, out| world.wipe(NodeId(node), out));
    }
    for node in 0..3 {
        store.start(NodeId(node));
    }
    store.run(Span::seconds(1));
    assert!(store.laws.holds(Law::Kept));
}

/// A home was away during a write, and reads repair it.
fn repaired(seed: u64, bugs: &[Bug]) -> Store {
    let spec = Spec { hints: false, entropy: None, ..spec() };
    let mut store = Store::new(seed, 3, spec, bugs);
    for number in 0..4 {
        let key = format!("k{number}");
        store.put(0, &key, "old");
        let away = store.homes(&key)[number % 3];
        store.crash(away);
        store.put(0, &key, "new");
        store.start(away);
        for client in [0, 1, 0] {
            store.get(client, &key);
        }
    }
    store
}

#[test]
fn a_repair_without_versions_puts_old_values_over_new_ones() {
    let mut caught = 0;
    for seed in 0..12 {
        repaired(seed, &[]).assert_held(&[Law::SeesLast, Law::Converged]);
        let broken = repaired(seed, &[Bug::BlindRepair]);
        caught += u32::from(!broken.laws.holds(Law::SeesLast));
    }
    assert!(caught >= 3, "{caught}");
}

#[test]
fn anti_entropy_comes_to_its_end_however_much_differs() {
    let spec =
        Spec { entropy: Some(Span::millis(100)), hints: false, read_repair: false, ..spec() };
    let mut store = Store::new(20, 3, spec, &[]);
    // More than two messages hold, all in one stretch of the tree.
    let keys = (0..u64::MAX).map(|number| Key::new(&format!("k{number}")));
    let keys = keys.filter(|key| key.position() >> 58 == 0).take(600);
    let client = NodeId(store.nodes);
    for (number, key) in keys.enumerate() {
        let value = Box::new(Value::Text("v".into()));
        store.act(|world, out| {
            world.request(client, Request::Put(key, value, None), out);
        });
        if number % 50 == 0 {
            store.run(Span::millis(200));
        }
    }
    store.run(Span::seconds(1));
    store.act(|world, out| world.wipe(NodeId(2), out));
    store.start(NodeId(2));
    store.run(Span::seconds(3));
    let full = store.world.machine(NodeId(2)).map(|process| match process {
        Process::Node(node) => node.records().len(),
        Process::Client(_) => 0,
    });
    assert_eq!(full, Some(600));
}

#[test]
fn an_emptied_home_answers_no_read_before_it_has_its_records_again() {
    let spec = Spec { hints: false, entropy: None, read_repair: false, ..spec() };
    let mut store = Store::new(23, 3, spec, &[]);
    let homes = store.homes("x");
    store.crash(homes[2]);
    store.put(0, "x", "one");
    store.start(homes[2]);
    // Now one home has it, and is not to be reached.
    store.act(|world, out| world.wipe(homes[0], out));
    store.cut(homes[1]);
    store.start(homes[0]);
    let get = |store: &mut Store| store.ask(1, Request::Get(Key::new("x"), None));
    assert_eq!(get(&mut store), Outcome::Unknown);
    // A restart makes it no wiser.
    store.put_by(0, "other", "two", Some(Level::One));
    store.crash(homes[0]);
    store.start(homes[0]);
    assert_eq!(get(&mut store), Outcome::Unknown);
    store.heal();
    store.run(Span::seconds(1));
    store.crash(homes[1]);
    assert_eq!(store.get(1, "x").as_deref(), Some("one"));
    for law in [Law::Kept, Law::SeesLast] {
        assert!(store.laws.holds(law) && store.laws.idle(law).is_none(), "{law:?}");
    }
}
