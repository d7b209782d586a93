//! Whole stores in a world: what clients see while nodes fall and come back.

use super::bugs::Bug;
use super::client::ClientConfig;
use super::law::{Law, Watch};
use super::layout::Layout;
use super::message::{Note, Request};
use super::{Config, Process, Spec};
use crate::base::{NodeId, Span, Time};
use crate::client::{Noted, Outcome, Reply};
use crate::quorum::{Level, Site};
use crate::sim::{Cut, DiskProfile, Event, Kind, LinkProfile, Side, World};
use crate::store::{Key, Value};
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A store of nodes numbered from 0, and its clients behind them.
struct Store {
    world: World<Process>,
    layout: Arc<Layout>,
    nodes: u32,
    laws: Watch,
    notes: Vec<Note>,
    replies: Vec<Reply>,
}

impl Store {
    fn new(seed: u64, nodes: u32, spec: Spec, bugs: &[Bug]) -> Self {
        let row: Vec<(NodeId, Arc<str>, Site)> = (0..nodes)
            .map(|node| (NodeId(node), format!("n{node}").as_str().into(), Site::default()))
            .collect();
        let layout = Arc::new(Layout::new(&row, spec.replicas as usize));
        let mut world = World::new(seed, LinkProfile::default());
        let config = Arc::new(spec.build(layout.clone(), bugs));
        for node in 0..nodes {
            let config = Config::Node(config.clone());
            world.add(u64::from(node), config, DiskProfile::default());
        }
        for client in 0..2 {
            let config = ClientConfig {
                layout: layout.clone(),
                lww: spec.lww,
                sloppy: spec.sloppy,
                region: 0,
                patience: Span::millis(150),
                deadline: Span::seconds(1),
            };
            let config = Config::Client(Arc::new(config));
            world.add(100 + client, config, DiskProfile::default());
        }
        let (laws, notes, replies) = (Watch::default(), Vec::new(), Vec::new());
        let mut store = Self { world, layout, nodes, laws, notes, replies };
        for node in 0..nodes + 2 {
            store.act(|world, out| world.start(NodeId(node), out));
        }
        store
    }

    fn act(&mut self, act: impl FnOnce(&mut World<Process>, &mut Vec<Event<Process>>)) {
        let mut out = Vec::new();
        act(&mut self.world, &mut out);
        for event in out {
            match event.kind {
                Kind::Noted(Noted::Own(note)) => {
                    self.laws.fold(event.node, event.at, event.seq, &note);
                    self.notes.push(note);
                }
                Kind::Replied { reply, .. } => self.replies.push(reply),
                _ => {}
            }
        }
    }

    fn run(&mut self, span: Span) {
        let until: Time = self.world.now() + span;
        self.act(|world, out| {
            while world.due().is_some_and(|due| due <= until) {
                world.step(out);
            }
            world.wait(until);
        });
    }

    fn ask(&mut self, client: u32, request: Request) -> Outcome {
        let node = NodeId(self.nodes + client);
        let before = self.replies.len();
        self.act(|world, out| {
            world.request(node, request, out);
        });
        self.run(Span::millis(1_300));
        match self.replies.get(before) {
            Some(Reply::Ended(outcome)) => outcome.clone(),
            other => panic!("no end: {other:?}"),
        }
    }

    fn put_by(&mut self, client: u32, key: &str, value: &str, level: Option<Level>) -> Outcome {
        let value = Value::Text(value.into());
        self.ask(client, Request::Put(Key::new(key), Box::new(value), level))
    }

    fn put(&mut self, client: u32, key: &str, value: &str) {
        let outcome = self.put_by(client, key, value, None);
        assert!(matches!(outcome, Outcome::Written(_)), "{outcome:?}");
    }

    fn delete(&mut self, client: u32, key: &str) {
        let outcome = self.ask(client, Request::Put(Key::new(key), Box::new(Value::Gone), None));
        assert!(matches!(outcome, Outcome::Written(_)), "{outcome:?}");
    }

    fn get_by(&mut self, client: u32, key: &str, level: Option<Level>) -> Option<String> {
        match self.ask(client, Request::Get(Key::new(key), level)) {
            Outcome::Found(item) => Some(item.value.shown()),
            Outcome::Absent => None,
            other => panic!("{other:?}"),
        }
    }

    fn get(&mut self, client: u32, key: &str) -> Option<String> {
        self.get_by(client, key, None)
    }

    fn homes(&self, key: &str) -> Vec<NodeId> {
        self.layout.preference(&Key::new(key)).homes
    }

    fn crash(&mut self, node: NodeId) {
        self.act(|world, out| world.crash(node, out));
    }

    fn start(&mut self, node: NodeId) {
        self.act(|world, out| world.start(node, out));
    }

    fn cut(&mut self, node: NodeId) {
        let cut = Cut {
            left: Side::These(Vec::from([node])),
            right: Side::AllBut(Vec::from([node])),
            one_way: false,
        };
        self.act(|world, out| world.cut(cut, out));
    }

    fn heal(&mut self) {
        self.act(World::heal);
    }

    fn count(&self, is: impl Fn(&Note) -> bool) -> usize {
        self.notes.iter().filter(|note| is(note)).count()
    }

    /// All laws hold, and these were put to the test.
    fn assert_held(&self, tested: &[Law]) {
        for law in [Law::SeesLast, Law::Kept, Law::Converged, Law::DeletedStays] {
            assert!(self.laws.holds(law), "{law:?}: {}", self.laws.measured(law));
        }
        for law in tested {
            assert_eq!(self.laws.idle(*law), None, "{law:?}");
        }
    }
}

fn spec() -> Spec {
    Spec::default()
}

#[test]
fn what_is_written_is_read_while_a_home_is_away_and_after_it_is_back() {
    let mut store = Store::new(1, 5, spec(), &[]);
    assert_eq!(store.get(0, "x"), None);
    store.put(0, "x", "one");
    assert_eq!(store.get(1, "x").as_deref(), Some("one"));
    let homes = store.homes("x");
    for home in &homes {
        store.crash(*home);
        let value = format!("without {}", home.0);
        store.put(1, "x", &value);
        assert_eq!(store.get(0, "x"), Some(value));
        store.start(*home);
        store.run(Span::seconds(2));
    }
    store.delete(0, "x");
    assert_eq!(store.get(1, "x"), None);
    store.run(Span::seconds(3));
    store.assert_held(&[Law::SeesLast, Law::Converged, Law::DeletedStays]);
    assert!(store.count(|note| matches!(note, Note::HandedOver { .. })) > 0);
}

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
fn levels_are_for_one_operation() {
    let mut store = Store::new(3, 5, Spec { hints: false, ..spec() }, &[]);
    let homes = store.homes("x");
    store.crash(homes[0]);
    let one = store.put_by(0, "x", "one", Some(Level::One));
    assert!(matches!(one, Outcome::Written(_)));
    assert_eq!(store.put_by(0, "x", "all", Some(Level::All)), Outcome::Unknown);
    store.crash(homes[1]);
    assert_eq!(store.put_by(0, "x", "quorum", Some(Level::Quorum)), Outcome::Unknown);
    assert!(store.get_by(1, "x", Some(Level::One)).is_some());
    let get = Request::Get(Key::new("x"), Some(Level::Quorum));
    assert_eq!(store.ask(1, get), Outcome::Unknown);
    assert_eq!(store.put_by(0, "x", "four", Some(Level::Three)), Outcome::Unknown);
}

#[test]
fn siblings_of_a_cut_are_seen_by_a_reader_and_gone_when_it_writes() {
    let spec = Spec { read: Some(1), write: Some(1), ..spec() };
    let mut store = Store::new(4, 3, spec, &[]);
    store.put(0, "x", "base");
    assert_eq!(store.get(1, "x").as_deref(), Some("base"));
    // Each client has a home on its own side.
    let lone = store.homes("x")[0];
    let second = NodeId(store.nodes + 1);
    let left = Side::These(Vec::from([lone, second]));
    let right = Side::AllBut(Vec::from([lone, second]));
    store.act(|world, out| world.cut(Cut { left, right, one_way: false }, out));
    store.put(0, "x", "left");
    store.put(1, "x", "right");
    store.heal();
    store.run(Span::seconds(4));
    assert!(store.get(0, "x").is_some());
    assert!(store.count(|note| matches!(note, Note::Siblings { count: 2, .. })) > 0);
    store.put(0, "x", "both");
    store.run(Span::seconds(4));
    store.notes.clear();
    assert_eq!(store.get(1, "x").as_deref(), Some("both"));
    assert_eq!(store.count(|note| matches!(note, Note::Siblings { .. })), 0);
    assert!(store.laws.holds(Law::Converged));
}

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
fn under_last_write_wins_a_clock_that_is_ahead_takes_the_later_write() {
    for skew in [0, 5_000_000] {
        let mut store = Store::new(12, 3, Spec { lww: true, ..spec() }, &[]);
        let ahead = NodeId(store.nodes);
        store.act(|world, out| world.skew(ahead, skew, out));
        store.put(0, "x", "first");
        store.put(1, "x", "second");
        let found = store.get(1, "x");
        let wanted = if skew == 0 { "second" } else { "first" };
        assert_eq!(found.as_deref(), Some(wanted));
        assert_eq!(store.laws.holds(Law::SeesLast), skew == 0);
        assert_eq!(store.laws.idle(Law::SeesLast), None);
    }
}

#[test]
fn a_law_that_nothing_puts_to_the_test_says_so() {
    let mut store = Store::new(13, 3, spec(), &[]);
    store.put(0, "x", "one");
    for law in [Law::SeesLast, Law::Kept, Law::Converged, Law::DeletedStays] {
        assert!(store.laws.idle(law).is_some(), "{law:?}");
    }
}
