//! The laws by themselves, told of writes by hand.

use super::*;

#[test]
fn a_law_that_nothing_puts_to_the_test_says_so() {
    let mut store = Store::new(13, 3, spec(), &[]);
    store.put(0, "x", "one");
    for law in [Law::SeesLast, Law::Kept, Law::Converged, Law::DeletedStays] {
        assert!(store.laws.idle(law).is_some(), "{law:?}");
    }
}

/// Laws that are told of a write of client 9 by hand: what is on disks is what notes say.
struct ByHand {
    laws: Watch,
    cells: Arc<Cells>,
    dot: Dot,
    homes: Arc<[NodeId]>,
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
        let homes = (0..3).map(NodeId).collect();
        let mut hand = Self { laws: Watch::default(), cells: Arc::new(cells), dot, homes, seq: 0 };
        hand.begin((needs, hints));
        hand
    }

    fn begin(&mut self, (needs, hints): (u32, bool)) {
        let (key, version) = (Key::new("x"), Version::at(7));
        self.note(9, &Note::Writes(Box::new(Writes { op: 1, key, version, needs, hints })));
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
                homes: self.homes.clone(),
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
        self.note(node, &Note::Booted(Box::new(Booted { records, hints, homes, emptied: true })));
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
        laws.fold(
            NodeId(node),
            Time(at),
            1,
            &Note::Booted(Box::new(Booted { records, hints, homes, emptied })),
        );
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
        hand.note(
            8,
            &Note::Writes(Box::new(Writes {
                op: 7,
                key: key.clone(),
                version,
                needs: 1,
                hints: true,
            })),
        );
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

/// A write that its client has asked two copies for, and that a read of two copies has to see.
fn acknowledged() -> ByHand {
    let mut hand = ByHand::asks((2, false));
    (0..3).for_each(|node| hand.stores(node));
    hand.acked(2, 0);
    hand
}

/// Client 8 reads two copies, and sees nothing.
fn sees_nothing(hand: &mut ByHand) {
    hand.note(8, &Note::Reads { op: 5, key: Key::new("x"), needs: 2 });
    hand.note(8, &Note::Saw { op: 5, versions: Arc::from([]), alive: 0, copies: 2 });
}

#[test]
fn an_acknowledged_write_that_comes_a_second_time_is_no_new_write() {
    for done in [true, false] {
        let mut hand = acknowledged();
        let record = Record { key: Key::new("x"), cells: hand.cells.clone() };
        (0..3).for_each(|node| hand.note(node, &Note::Collected(record.clone())));
        if !done {
            // What nobody has acknowledged may still take place, and excuses reads that miss the last write.
            hand.dot.actor = Actor(6);
        }
        hand.coordinated(1, Some(Context::default()));
        sees_nothing(&mut hand);
        assert_eq!(hand.laws.holds(Law::SeesLast), !done);
    }
}

/// A write by LOCAL_QUORUM to six homes, of which the last three are near.
fn near(copies: impl Iterator<Item = u32>) -> ByHand {
    let mut hand = ByHand::asks((2, false));
    hand.laws = Watch::default();
    hand.homes = (0..6).map(NodeId).collect();
    hand.begin((2, false));
    copies.for_each(|node| hand.stores(node));
    let homes = (3..6).map(NodeId).collect();
    hand.note(9, &Note::Near { op: 1, homes });
    hand.acked(2, 0);
    hand
}

#[test]
fn reads_and_writes_that_one_region_answers_overlap_there() {
    for (region, missed) in [(None, 0), (Some(0..3), 0), (Some(3..6), 1)] {
        let mut hand = near(3..5);
        assert!(hand.kept(), "{}", hand.laws.measured(Law::Kept));
        hand.note(8, &Note::Reads { op: 5, key: Key::new("x"), needs: 2 });
        if let Some(region) = region {
            let homes = region.map(NodeId).collect();
            hand.note(8, &Note::Near { op: 5, homes });
        }
        hand.note(8, &Note::Saw { op: 5, versions: Arc::from([]), alive: 0, copies: 2 });
        assert_eq!((hand.laws.tested().reads, hand.laws.tested().missed), (missed, missed));
    }
    // Who has lost its copy unnoticed is not met any more.
    let mut hand = near(3..5);
    let (records, hints, homes) = (Arc::from([]), Arc::from([]), Arc::from([]));
    hand.note(3, &Note::Booted(Box::new(Booted { records, hints, homes, emptied: false })));
    hand.note(8, &Note::Reads { op: 5, key: Key::new("x"), needs: 2 });
    let homes = (3..6).map(NodeId).collect();
    hand.note(8, &Note::Near { op: 5, homes });
    hand.note(8, &Note::Saw { op: 5, versions: Arc::from([]), alive: 0, copies: 2 });
    assert_eq!(hand.laws.tested().reads, 0);
}

#[test]
fn copies_of_another_region_are_none_of_a_local_quorum() {
    assert!(!near(2..4).kept(), "two copies, and one of them is near");
    assert!(!near(0..2).kept(), "two copies, and both are far");
}
