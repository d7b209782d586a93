//! Whole stores in a world: what clients see while nodes fall and come back.

mod deletes;
mod hints;
mod law;
mod repair;

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
