//! Whole stores in a world: what clients see while nodes fall and come back.

use super::bugs::Bug;
use super::law::{Law, Watch};
use super::layout::Layout;
use super::message::{Booted, Coordinated, Note, Request, Why, Writes};
use super::reach::{ClientConfig, Start};
use super::record::{Cell, Cells, Record};
use super::{Config, Process, Spec};
use crate::base::{NodeId, Span, Time};
use crate::client::{Noted, Outcome, Reply};
use crate::quorum::{Actor, Context, Dot, Level, Site};
use crate::sim::{Cut, DiskProfile, Event, Kind, LinkProfile, Side, World};
use crate::store::{Item, Key, Value, Version};
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
            let start = Start {
                layout: layout.clone(),
                lww: spec.lww,
                sloppy: spec.sloppy,
                region: 0,
                reads: spec.reads(),
                writes: spec.writes(),
            };
            let config = ClientConfig::new((Span::millis(150), Span::seconds(1)), start);
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

#[test]
fn two_writes_of_one_instant_or_of_a_clock_that_was_set_back_are_two_writes() {
    for (lww, skew) in [(true, 0), (false, 0), (true, -60_000_000)] {
        let mut store = Store::new(14, 3, Spec { lww, read_repair: false, ..spec() }, &[]);
        store.put(0, "x", "warm");
        let client = NodeId(store.nodes);
        store.act(|world, out| world.skew(client, skew, out));
        for value in ["first", "second"] {
            let value = Box::new(Value::Text(value.into()));
            store.act(|world, out| {
                world.request(client, Request::Put(Key::new("x"), value, None), out);
            });
        }
        store.run(Span::seconds(1));
        let found = store.get_by(1, "x", Some(Level::All));
        assert_eq!(found.as_deref(), Some("second"), "lww {lww}, skew {skew}");
        assert_eq!(store.count(|note| matches!(note, Note::Coordinated(_))), 3);
    }
}

#[test]
fn a_client_that_starts_anew_gives_its_operations_other_numbers() {
    let mut store = Store::new(15, 3, spec(), &[]);
    store.put(0, "x", "one");
    let client = NodeId(store.nodes);
    store.crash(client);
    store.start(client);
    store.put(0, "x", "two");
    let numbers = store.notes.iter().filter_map(|note| match note {
        Note::Writes(it) => Some(it.op),
        _ => None,
    });
    let numbers: Vec<u32> = numbers.collect();
    assert!(numbers.len() == 2 && numbers[0].abs_diff(numbers[1]) > 1_000, "{numbers:?}");
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
fn a_level_that_an_operation_names_is_met_by_copies_alone() {
    let mut store = Store::new(17, 6, Spec { sloppy: true, entropy: None, ..spec() }, &[]);
    for home in store.homes("x") {
        store.crash(home);
    }
    for level in [Level::One, Level::Quorum, Level::All] {
        assert_eq!(store.put_by(0, "x", "level", Some(level)), Outcome::Unknown, "{level:?}");
    }
    for level in [Some(Level::Any), None] {
        let outcome = store.put_by(0, "x", "hints", level);
        assert!(matches!(outcome, Outcome::Written(_)), "{level:?}: {outcome:?}");
    }
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

/// Laws that are told of a write of client 9 by hand: what is on disks is what notes say.
struct ByHand {
    laws: Watch,
    cells: Arc<Cells>,
    dot: Dot,
    seq: u32,
}

impl ByHand {
    /// The write has begun, and a coordinator has taken it; its homes are nodes 0 to 2.
    fn new() -> Self {
        Self::asks((1, true))
    }

    /// Its client asks for so many copies, and hints count or not.
    fn asks((needs, hints): (u32, bool)) -> Self {
        let (mut cells, actor) = (Cells::default(), Actor(5));
        let cell = Cell { version: Version::at(7), value: Value::Text("v".into()) };
        let dot = cells.write(&Context::default(), actor, cell).expect("numbers are left");
        let mut hand = Self { laws: Watch::default(), cells: Arc::new(cells), dot, seq: 0 };
        hand.begin((needs, hints));
        hand
    }

    fn begin(&mut self, (needs, hints): (u32, bool)) {
        let (key, version) = (Key::new("x"), Version::at(7));
        let writes = Writes { op: 1, key, version, needs, hints };
        self.note(9, &Note::Writes(Box::new(writes)));
        self.coordinated(0, Some(Context::default()));
    }

    /// A coordinator takes the write, which replaces that.
    fn coordinated(&mut self, node: u32, replaces: Option<Context>) {
        let (dot, key, version) = (self.dot, Key::new("x"), Version::at(7));
        self.note(
            node,
            &Note::Coordinated(Box::new(Coordinated {
                client: NodeId(9),
                op: 1,
                key,
                version,
                dot,
                replaces,
                gone: false,
                homes: Arc::from([NodeId(0), NodeId(1), NodeId(2)]),
            })),
        );
    }

    fn note(&mut self, node: u32, note: &Note) {
        self.seq += 1;
        self.laws.fold(NodeId(node), Time(u64::from(self.seq) * 1_000_000), self.seq, note);
    }

    fn stores(&mut self, node: u32) {
        let record = Record { key: Key::new("x"), cells: self.cells.clone() };
        self.note(node, &Note::Stored(record, Why::Write));
    }

    fn keeps_hint(&mut self, node: u32) {
        let record = Arc::new(Record { key: Key::new("x"), cells: self.cells.clone() });
        self.note(node, &Note::Kept { number: 0, home: NodeId(2), record });
    }

    fn acked(&mut self, copies: u32, hints: u32) {
        let dot = self.dot;
        self.note(9, &Note::Acked { op: 1, dot, copies, hints });
    }

    fn emptied(&mut self, node: u32) {
        let (records, hints, homes) = (Arc::from([]), Arc::from([]), Arc::from([]));
        let booted = Booted { records, hints, homes, emptied: true };
        self.note(node, &Note::Booted(Box::new(booted)));
    }

    fn kept(&self) -> bool {
        self.laws.holds(Law::Kept)
    }
}

#[test]
fn a_write_that_replaces_more_where_it_is_tried_again_breaks_the_law() {
    for (more, holds) in [(false, true), (true, false)] {
        let mut hand = ByHand::new();
        let mut replaces = Context::default();
        if more {
            replaces.learn(Dot { actor: Actor(6), count: 1 });
        }
        hand.coordinated(1, Some(replaces));
        assert_eq!(hand.kept(), holds, "{}", hand.laws.measured(Law::Kept));
    }
}

#[test]
fn an_acknowledgement_must_name_disks_that_have_the_write() {
    for (homes, hint, copies, hints, holds) in [
        (2, false, 2, 0, true),
        (1, false, 2, 0, false),
        (1, true, 1, 1, true),
        (1, true, 2, 0, false),
        (0, false, 0, 1, false),
    ] {
        let mut hand = ByHand::new();
        (0..homes).for_each(|node| hand.stores(node));
        if hint {
            hand.keeps_hint(4);
        }
        hand.acked(copies, hints);
        assert_eq!(hand.kept(), holds, "{homes} {hint}: {}", hand.laws.measured(Law::Kept));
    }
    // A disk that is lost before the acknowledgement comes had it.
    let mut hand = ByHand::new();
    (0..2).for_each(|node| hand.stores(node));
    hand.emptied(0);
    hand.acked(2, 0);
    assert!(hand.kept());
    let mut hand = ByHand::new();
    (0..2).for_each(|node| hand.stores(node));
    hand.dot.count += 1;
    hand.acked(2, 0);
    assert!(!hand.kept(), "nobody has taken that");
}

#[test]
fn only_disks_that_are_lost_and_not_made_good_excuse_a_lost_write() {
    let mut hand = ByHand::new();
    hand.keeps_hint(4);
    hand.acked(0, 1);
    hand.note(4, &Note::Expired { numbers: Arc::from([0]) });
    assert!(!hand.kept(), "who gives a hint up has lost no disk");
    for healed in [false, true] {
        let mut hand = ByHand::new();
        (0..2).for_each(|node| hand.stores(node));
        hand.acked(2, 0);
        hand.emptied(0);
        hand.stores(0);
        hand.emptied(0);
        assert_eq!(hand.laws.idle(Law::Kept), None);
        if healed {
            hand.stores(0);
            // Two losses of one disk, made good: the write is not lost by them.
            let whole = core::mem::take(&mut hand.cells);
            hand.stores(0);
            hand.stores(1);
            hand.cells = whole;
            assert!(!hand.kept());
        } else {
            hand.emptied(1);
            assert!(hand.kept(), "both disks were lost");
        }
    }
}

#[test]
fn what_was_loaded_has_homes_that_can_differ_and_lose_it() {
    let item = Item { key: Key::new("x"), version: Version::at(1), value: Value::Text("v".into()) };
    let record = Record::loaded(item);
    let homes: Arc<[NodeId]> = Arc::from([NodeId(0), NodeId(1)]);
    let boot = |laws: &mut Watch, node: u32, at: u64, has: bool| {
        let records: Vec<Record> = has.then(|| record.clone()).into_iter().collect();
        let homes: Vec<Arc<[NodeId]>> = has.then(|| homes.clone()).into_iter().collect();
        let (records, homes, hints) = (records.into(), homes.into(), Arc::from([]));
        let emptied = !has;
        let booted = Booted { records, hints, homes, emptied };
        laws.fold(NodeId(node), Time(at), 1, &Note::Booted(Box::new(booted)));
    };
    let mut laws = Watch::default();
    boot(&mut laws, 0, 0, true);
    boot(&mut laws, 1, 0, true);
    assert!(laws.holds(Law::Converged));
    boot(&mut laws, 1, 1_000_000, false);
    assert_eq!((laws.holds(Law::Converged), laws.differing()), (false, 1));
    assert_eq!(laws.idle(Law::Kept), None);
    laws.fold(NodeId(1), Time(2_000_000), 2, &Note::Stored(record.clone(), Why::Repair));
    assert_eq!((laws.idle(Law::Converged), laws.differing()), (None, 0));
}

#[test]
fn what_was_asked_counts_and_not_what_a_coordinator_says_of_it() {
    for (copies, hints, asks, holds) in [
        (2, 0, (2, false), true),
        (1, 1, (2, false), false),
        (1, 1, (2, true), true),
        (1, 0, (2, true), false),
    ] {
        let mut hand = ByHand::asks(asks);
        hand.stores(0);
        hand.stores(1);
        hand.keeps_hint(4);
        hand.acked(copies, hints);
        assert_eq!(hand.kept(), holds, "{copies} {hints} {asks:?}");
    }
    // A read that asked for two and is answered by one, says its coordinator, must see the write.
    for needs in [1, 2] {
        let mut hand = ByHand::asks((2, false));
        hand.stores(0);
        hand.stores(1);
        hand.acked(2, 0);
        hand.note(8, &Note::Reads { op: 1, key: Key::new("x"), needs });
        hand.note(8, &Note::Saw { op: 1, versions: Arc::from([]), alive: 0, copies: 1 });
        assert_eq!(hand.laws.holds(Law::SeesLast), needs == 1);
    }
}

#[test]
fn a_client_that_falls_leaves_no_write_open_for_good() {
    for falls in [false, true] {
        let (key, version) = (Key::new("x"), Version::at(3));
        let mut hand = ByHand { laws: Watch::default(), ..ByHand::new() };
        // Another client began to write before.
        let writes = Writes { op: 7, key: key.clone(), version, needs: 1, hints: true };
        hand.note(8, &Note::Writes(Box::new(writes)));
        if falls {
            hand.laws.ended(NodeId(8));
        }
        hand.begin((1, false));
        (0..2).for_each(|node| hand.stores(node));
        hand.acked(2, 0);
        hand.note(7, &Note::Reads { op: 1, key, needs: 2 });
        let versions = Arc::from([Version::at(7)]);
        hand.note(7, &Note::Saw { op: 1, versions, alive: 1, copies: 2 });
        assert_eq!(hand.laws.idle(Law::SeesLast).is_none(), falls);
    }
}

#[test]
fn who_knows_a_sibling_and_holds_neither_it_nor_what_replaced_it_has_lost_it() {
    let mut hand = ByHand::asks((2, false));
    (0..2).for_each(|node| hand.stores(node));
    hand.acked(2, 0);
    let mut other = Cells::default();
    let cell = Cell { version: Version::at(9), value: Value::Text("w".into()) };
    other.take(hand.cells.context(), Dot { actor: Actor(6), count: 1 }, cell);
    // Nobody has written that over it.
    hand.cells = Arc::new(other);
    (0..2).for_each(|node| hand.stores(node));
    assert!(!hand.kept());
}

#[test]
fn a_write_that_is_tried_at_every_home_is_one_write() {
    let mut store = Store::new(21, 5, Spec { replicas: 5, hints: false, ..spec() }, &[]);
    let homes = store.homes("x");
    store.crash(homes[4]);
    assert_eq!(store.put_by(0, "x", "one", Some(Level::All)), Outcome::Unknown);
    let dots: Vec<Dot> = store
        .notes
        .iter()
        .filter_map(|note| match note {
            Note::Coordinated(took) => Some(took.dot),
            _ => None,
        })
        .collect();
    assert!(!dots.is_empty() && dots.iter().all(|dot| *dot == dots[0]), "{dots:?}");
    store.start(homes[4]);
    store.run(Span::seconds(3));
    assert_eq!(store.get_by(1, "x", Some(Level::All)).as_deref(), Some("one"));
    assert_eq!(store.count(|note| matches!(note, Note::Siblings { .. })), 0);
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
