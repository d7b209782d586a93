//! Random bad days of quorum stores: their laws hold, and once all is well again the homes of every key agree.
//! Each known mistake is found by some day. On every second day all befalls the store that befalls any: torn,
//! full, lying and damaged disks, clocks that jump and drift, blackouts, clients that start anew, messages that
//! come late, twice or never; on half of these its homes are in two or three regions. Nodes of such a store
//! neither join nor leave.
//!
//! `DAYS=0..5000 cargo test -p lab --test swarm_quorum -- --nocapture` tries more of them.

use std::ops::Range;
use std::sync::Arc;

use harness::scenario::report::report;
use shardlab::base::{NodeId, Rng, Span, Spread};
use shardlab::client::Noted;
use shardlab::quorum::{Level, Site};
use shardlab::sim::{Change, Cut, DiskProfile, Event, Kind, LinkProfile, Power, Rule, Side, World};
use shardlab::store::{Key, Value};
use shardlab::tenant::quorum::bugs::Bug;
use shardlab::tenant::quorum::law::{Law, Watch};
use shardlab::tenant::quorum::layout::Layout;
use shardlab::tenant::quorum::reach::{ClientConfig, Start};
use shardlab::tenant::quorum::{Config, Note, Process, Request, Spec};

/// Days tried, unless the environment says how many.
const DAYS: u64 = 300;
/// Things that happen on a day.
const STEPS: u32 = 80;
const CLIENTS: u32 = 3;
const LAWS: [Law; 4] = [Law::SeesLast, Law::Kept, Law::Converged, Law::DeletedStays];

/// How often what makes days worth watching has happened.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    reads: u64,
    losses: u64,
    healed: u64,
    deletes: u64,
    siblings: u64,
    repairs: u64,
    hints: u64,
    handed: u64,
    differing: u64,
    collected: u64,
    unmet: u64,
    wiped: u64,
    /// Reads by LOCAL_QUORUM that had to see the last write.
    near: u64,
    /// Of the weather of every second day: how often each kind came.
    weather: [u64; WEATHER],
    events: u64,
}

/// So many kinds of weather befall every second day.
const WEATHER: usize = 13;

struct Day {
    world: World<Process>,
    rng: Rng,
    laws: Watch,
    seen: Seen,
    nodes: u32,
    spec: Spec,
    regions: u32,
    /// All weather comes.
    is_wild: bool,
    /// A disk may be lost yet.
    may_lose: bool,
    value: u32,
}

impl Day {
    fn new(seed: u64, bugs: &[Bug]) -> Self {
        let mut rng = Rng::derive(seed, 17);
        let is_wild = seed % 2 == 1;
        let regions = if seed % 4 == 3 { 2 + (seed / 4 % 2) as u32 } else { 1 };
        // Two regions have three copies each, and three have two.
        let replicas = if regions > 1 { 6 } else { 3 };
        let nodes = replicas + rng.below(4) as u32;
        let spec = Spec {
            replicas,
            lww: rng.chance(500_000),
            sloppy: rng.chance(400_000),
            read_repair: rng.chance(700_000),
            hints: rng.chance(800_000),
            entropy: Some(Span::millis(300)),
            grace: Span::seconds(2),
            hints_last: Span::millis(1_500),
            hint_room: 40,
            read: [None, Some(1), Some(3)][rng.below(6).saturating_sub(3) as usize],
            ..Spec::default()
        };
        let links = LinkProfile {
            loss: 5_000,
            duplicate: 5_000,
            reorder: 10_000,
            ..LinkProfile::default()
        };
        let site = |node: u32| Site { region: node % regions, rack: 0 };
        let row: Vec<(NodeId, Arc<str>, Site)> =
            (0..nodes).map(|node| (NodeId(node), format!("n{node}").into(), site(node))).collect();
        let layout = Arc::new(Layout::new(&row, spec.replicas as usize));
        let mut world = World::new(seed, links);
        let config = Arc::new(spec.build(layout.clone(), bugs));
        for node in 0..nodes {
            world.add(u64::from(node), Config::Node(config.clone()), DiskProfile::default());
        }
        for client in 0..CLIENTS {
            let start = Start {
                layout: layout.clone(),
                lww: spec.lww,
                sloppy: spec.sloppy,
                region: client % regions,
                reads: spec.reads(),
                writes: spec.writes(),
            };
            let config = Arc::new(ClientConfig::new((Span::millis(150), Span::millis(800)), start));
            world.add(100 + u64::from(client), Config::Client(config), DiskProfile::default());
        }
        let (laws, seen) = (Watch::default(), Seen::default());
        let may_lose = spec.writes() > 1;
        let mut day =
            Self { world, rng, laws, seen, nodes, spec, regions, is_wild, may_lose, value: 0 };
        for node in 0..nodes + CLIENTS {
            day.act(|world, out| world.start(NodeId(node), out));
        }
        day
    }

    fn act(&mut self, act: impl FnOnce(&mut World<Process>, &mut Vec<Event<Process>>)) {
        let mut out = Vec::new();
        act(&mut self.world, &mut out);
        self.seen.events += out.len() as u64;
        for event in &out {
            let Kind::Noted(Noted::Own(note)) = &event.kind else { continue };
            self.laws.fold(event.node, event.at, event.seq, note);
            match note {
                Note::Siblings { .. } => self.seen.siblings += 1,
                Note::Repairs { .. } => self.seen.repairs += 1,
                Note::Kept { .. } => self.seen.hints += 1,
                Note::HandedOver { .. } => self.seen.handed += 1,
                Note::Compared { differ: 1.., .. } => self.seen.differing += 1,
                Note::Collected(_) => self.seen.collected += 1,
                Note::Unmet { .. } => self.seen.unmet += 1,
                _ => {}
            }
        }
    }

    fn run(&mut self, span: Span) {
        let until = self.world.now() + span;
        self.act(|world, out| {
            while world.due().is_some_and(|due| due <= until) {
                world.step(out);
            }
            world.wait(until);
        });
    }

    fn node(&mut self) -> NodeId {
        NodeId(self.rng.below(u64::from(self.nodes)) as u32)
    }

    fn operate(&mut self) {
        let client = NodeId(self.nodes + self.rng.below(u64::from(CLIENTS)) as u32);
        let key = Key::new(&format!("k{}", self.rng.below(4)));
        let level = match self.rng.below(8) {
            2..=5 if self.regions > 1 => Some(Level::LocalQuorum),
            0 => Some(Level::One),
            1 => Some(Level::All),
            _ => None,
        };
        let request = match self.rng.below(8) {
            0..=3 => Request::Get(key, level),
            4..=6 => {
                self.value += 1;
                let value = Value::Filler { stamp: self.value, bytes: 8 };
                Request::Put(key, Box::new(value), level)
            }
            _ => Request::Put(key, Box::new(Value::Gone), level),
        };
        self.act(|world, out| {
            world.request(client, request, out);
        });
    }

    /// Changes all links.
    fn links(&mut self, change: Change) {
        let all = || Side::AllBut(Vec::new());
        let rule = Rule { from: all(), to: all(), change };
        self.act(|world, out| world.rule(rule, out));
    }

    fn disk(&mut self, node: NodeId, disk: DiskProfile) {
        self.act(|world, out| world.set_disk(node, disk, out));
    }

    /// A node falls while its clients work, and comes back.
    fn fall(&mut self, node: NodeId, meanwhile: impl FnOnce(&mut Self)) {
        self.act(|world, out| world.crash(node, out));
        meanwhile(self);
        self.start(node);
    }

    fn work(&mut self, millis: u64) {
        self.operate();
        self.run(Span::millis(millis));
    }

    /// What befalls only every second day.
    fn befall(&mut self, node: NodeId) {
        let kind = self.rng.below(WEATHER as u64);
        self.seen.weather[kind as usize] += 1;
        let calm = DiskProfile::default();
        match kind {
            0 => {
                // Writes under way are torn, or done though later ones are not.
                self.act(|world, out| world.loosen(node, out));
                self.operate();
                let wait = self.rng.below(4_000);
                self.run(Span::micros(wait));
                self.fall(node, |day| day.run(Span::millis(50)));
            }
            1 => {
                self.disk(node, DiskProfile { size: Some(0), ..calm });
                self.work(100);
                self.work(300);
                self.disk(node, calm);
                self.start(node);
            }
            2 => {
                // A disk that lies loses nothing while nobody finds it out.
                self.disk(node, DiskProfile { lie: Some(Span::millis(50)), ..calm });
                self.work(20);
                self.work(20);
                if self.may_lose {
                    self.may_lose = false;
                    self.fall(node, |_| {});
                }
                self.disk(node, calm);
                self.run(Span::millis(100));
            }
            3 if self.may_lose => {
                self.may_lose = false;
                self.fall(node, |day| day.act(|world, out| world.corrupt(node, out)));
            }
            3 | 4 => {
                self.links(Change {
                    duplicate: Some(200_000),
                    reorder: Some(200_000),
                    loss: Some(50_000),
                    ..Change::default()
                });
                self.work(200);
                self.work(200);
                self.calm_links();
            }
            5 => {
                self.links(Change { slow: Some(2_000), ..Change::default() });
                self.work(300);
                self.calm_links();
            }
            6 | 7 => {
                // Under last write wins, clients whose clocks jump lose writes: that is no fault of the store.
                let who = match self.spec.lww {
                    true => node,
                    false => NodeId(self.rng.below(u64::from(self.nodes + CLIENTS)) as u32),
                };
                let by = self.rng.below(10_000_000) as i64 - 5_000_000;
                match kind {
                    6 => self.act(|world, out| world.skew(who, by, out)),
                    _ => self.act(|world, out| world.drift(who, (by / 100) as i32, out)),
                }
            }
            8 => {
                for node in (0..self.nodes).map(NodeId) {
                    self.act(|world, out| world.crash(node, out));
                }
                self.work(100);
                (0..self.nodes).map(NodeId).for_each(|node| self.start(node));
            }
            9 => {
                let sync = Spread::Constant(Span::millis(60));
                self.disk(node, DiskProfile { sync, ..calm });
                self.work(200);
                self.work(200);
                self.disk(node, calm);
            }
            10 => {
                let client = NodeId(self.nodes + self.rng.below(u64::from(CLIENTS)) as u32);
                self.operate();
                self.act(|world, out| world.crash(client, out));
                self.laws.ended(client);
                self.run(Span::millis(20));
                self.act(|world, out| world.start(client, out));
            }
            11 => {
                // It stands still for longer than tombstones are kept.
                self.act(|world, out| world.pause(node, out));
                (0..7).for_each(|_| self.work(350));
                self.act(|world, out| world.resume(node, out));
            }
            _ => {
                // All other nodes of a region, or of the store, are away.
                let far = |other: &NodeId| other.0 % self.regions != node.0 % self.regions;
                let side: Vec<NodeId> = match self.regions {
                    1 => Vec::from([node]),
                    _ => (0..self.nodes).map(NodeId).filter(far).collect(),
                };
                let cut = Cut {
                    left: Side::These(side.clone()),
                    right: Side::AllBut(side),
                    one_way: false,
                };
                self.act(|world, out| world.cut(cut, out));
                (0..3).for_each(|_| self.work(250));
                self.act(World::heal);
            }
        }
    }

    fn calm_links(&mut self) {
        self.links(Change {
            duplicate: Some(5_000),
            reorder: Some(10_000),
            loss: Some(5_000),
            slow: Some(100),
            ..Change::default()
        });
    }

    fn step(&mut self) {
        let node = self.node();
        if self.is_wild && self.rng.chance(200_000) {
            self.befall(node);
            return;
        }
        match self.rng.below(24) {
            0 => self.act(|world, out| world.crash(node, out)),
            1 | 2 => self.start(node),
            3 => self.act(|world, out| world.pause(node, out)),
            4 | 5 => self.act(|world, out| world.resume(node, out)),
            6 => {
                let alone = Vec::from([node]);
                let one_way = self.rng.chance(300_000);
                let cut =
                    Cut { left: Side::These(alone.clone()), right: Side::AllBut(alone), one_way };
                self.act(|world, out| world.cut(cut, out));
            }
            7 | 8 => self.act(World::heal),
            9 if self.may_lose => {
                // A write may be on W copies only, so fewer disks may be lost; that is one here.
                self.may_lose = false;
                self.seen.wiped += 1;
                self.act(|world, out| world.wipe(node, out));
                self.start(node);
            }
            10 => {
                // Somebody is away for longer than tombstones are kept.
                self.act(|world, out| world.crash(node, out));
                for _ in 0..8 {
                    self.operate();
                    self.run(Span::millis(400));
                }
                self.start(node);
            }
            _ => self.operate(),
        }
        let wait = [20, 200, 500][self.rng.below(3) as usize];
        let wait = 1 + self.rng.below(wait);
        self.run(Span::millis(wait));
    }

    fn start(&mut self, node: NodeId) {
        if self.world.power(node) == Power::Down {
            self.act(|world, out| world.start(node, out));
        }
    }

    /// A whole day, with all well again at its end.
    fn live(seed: u64, bugs: &[Bug]) -> Self {
        let mut day = Self::new(seed, bugs);
        for _ in 0..STEPS {
            day.step();
        }
        day.act(World::heal);
        let drifts = if day.is_wild { day.nodes + CLIENTS } else { 0 };
        for node in (0..drifts).map(NodeId) {
            day.act(|world, out| world.drift(node, 0, out));
        }
        for node in (0..day.nodes).map(NodeId) {
            day.act(|world, out| world.resume(node, out));
            day.start(node);
        }
        day.run(Span::seconds(8));
        for _ in 0..12 {
            day.operate();
            day.run(Span::millis(900));
        }
        day.run(Span::seconds(6));
        let tested = day.laws.tested();
        (day.seen.reads, day.seen.losses) = (tested.reads, tested.losses);
        day.seen.near = tested.near;
        (day.seen.healed, day.seen.deletes) = (tested.healed, tested.deletes);
        day
    }

    fn broken(&self) -> Option<Law> {
        LAWS.into_iter().find(|law| !self.laws.holds(*law))
    }
}

/// The days to try: `DAYS=0..5000` or `DAYS=5000`.
fn days() -> Range<u64> {
    let Ok(text) = std::env::var("DAYS") else { return 0..DAYS };
    let (first, end) = text.split_once("..").unwrap_or(("0", &text));
    let number = |text: &str| text.parse().expect("DAYS are such as 0..5000");
    number(first)..number(end)
}

#[test]
fn on_bad_days_the_laws_hold_and_copies_agree_again() {
    let mut all = Seen::default();
    let mut wrong = Vec::new();
    for seed in days() {
        let day = Day::live(seed, &[]);
        for law in LAWS {
            if !day.laws.holds(law) {
                let words = day.laws.measured(law);
                let apart: Vec<&str> = day.laws.apart().map(|(key, _)| key.text()).collect();
                wrong.push(format!("day {seed}: {law:?}: {words} {apart:?}; {:?}", day.spec));
            }
        }
        let seen = day.seen;
        for (sum, one) in [
            (&mut all.reads, seen.reads),
            (&mut all.losses, seen.losses),
            (&mut all.healed, seen.healed),
            (&mut all.deletes, seen.deletes),
            (&mut all.siblings, seen.siblings),
            (&mut all.repairs, seen.repairs),
            (&mut all.hints, seen.hints),
            (&mut all.handed, seen.handed),
            (&mut all.differing, seen.differing),
            (&mut all.collected, seen.collected),
            (&mut all.unmet, seen.unmet),
            (&mut all.wiped, seen.wiped),
            (&mut all.near, seen.near),
            (&mut all.events, seen.events),
        ] {
            *sum += one;
        }
        for (sum, one) in all.weather.iter_mut().zip(seen.weather) {
            *sum += one;
        }
    }
    println!("{all:?}");
    assert!(wrong.is_empty(), "{} of {:?}\n{}", wrong.len(), days(), wrong.join("\n"));
    if days().count() as u64 >= DAYS {
        let counts = [all.reads, all.losses, all.healed, all.deletes, all.siblings, all.repairs];
        assert!(counts.iter().all(|count| *count > 100), "{all:?}");
        let counts = [all.hints, all.handed, all.differing, all.collected, all.unmet, all.wiped];
        assert!(counts.iter().all(|count| *count > 100), "{all:?}");
        assert!(all.near > 100 && all.weather.iter().all(|count| *count > 30), "{all:?}");
    }
}

#[test]
fn each_mistake_is_found_by_some_day() {
    for bug in [Bug::NoTombstones, Bug::DropHints, Bug::BlindRepair, Bug::SloppyStrict] {
        let found = (0..400).find_map(|seed| Some((seed, Day::live(seed, &[bug]).broken()?)));
        println!("{bug:?}: {found:?}");
        assert!(found.is_some(), "{bug:?}");
    }
}

/// Runs that an earlier store did not stand: what clients were told was not so.
const STORIES: &[&str] = &[
    "\
title    clock set back to the start
seed     1
end      9s
quorum   3 nodes, 3 replicas, lww
at 500ms c1: put y warm
at 800ms skew c1 -60s
at 1s    c1: put x first
at 2s    c1: put x second
at 3s    c1: put x third
at 4s    c1: put x fourth
at 5s    c2: get x
expect   sees-last
expect   linearizable
expect   fresh
",
    "\
title    a client starts anew and counts from the start
seed     1
end      10s
quorum   3 nodes, 3 replicas
disk     sync 40ms
at 1s    c1: put x one
at 1010ms crash c1
at 1020ms restart c1
at 1025ms cut c1 -> n1 n2 n3
at 1030ms c1: put y two
at 3s    heal
at 5s    c2: get y
expect   failed = 1
expect   linearizable
expect   durable
",
    "\
title    a node tells what is not on its disk, and falls
seed     2
end 20s
quorum   3 nodes, 3 replicas, no anti-entropy, wait 400ms, timeout 2s, deadline 4s
disk     n1 sync 300ms
network  latency 1ms
at 100ms c1: put w warm
at 1s    c1: put x a
at 1005ms cut n1 | n2 n3
at 1010ms c2: put x b
at 1030ms heal
at 1040ms c3: get x by ALL
at 1060ms c4: put y other by ALL
at 1760ms crash n1
at 1800ms restart n1
expect   converged
",
    "\
title    W=2 sloppy on one disk
seed     1
end      6s
quorum   3 nodes, 3 replicas, read 2, write 2, sloppy
at 500ms crash n2 n3
at 1s    c1: put x one
at 3s    wipe n1
at 3500ms restart n1 n2 n3
at 5s    c1: get x by ALL
expect   durable
expect   failed = 1
",
    "\
title    ALL by hints
seed     1
end      8s
quorum   6 nodes, 3 replicas, sloppy, no anti-entropy
at 500ms crash n1 n2 n3
at 1s    c1: put a 1 by ALL
at 1s    c2: put b 1 by ALL
at 1s    c3: put c 1 by ALL
at 1s    c4: put d 1 by ALL
expect   failed = 4
",
    "\
title    LOCAL_QUORUM by hints for the other region
seed     1
end      8s
quorum   8 nodes, 6 replicas, sloppy, no anti-entropy
region   eu: n1 n2 n3 n4
region   us: n5 n6 n7 n8
network  latency 1ms
link     n1 n2 n3 n4 | n5 n6 n7 n8 latency 60ms
at 500ms crash n5 n6 n7 n8
at 500ms cut n1 | n2
at 500ms cut n1 | n3
at 500ms cut n1 | n4
at 500ms cut n2 | n3 n4
at 500ms cut n3 | n4
at 1s    c1: put a 1 by LOCAL_QUORUM
at 1s    c2: put b 1 by LOCAL_QUORUM
at 1s    c3: put c 1 by LOCAL_QUORUM
at 1s    c4: put d 1 by LOCAL_QUORUM
expect   failed = 4
",
    "\
title    a tombstone that nobody keeps counts as a copy
seed     1
end      12s
quorum   3 nodes, 3 replicas, no hints, no anti-entropy, no read-repair
at 500ms crash n3
at 1s    c1: put x v
at 2s    restart n3
at 2s    skew n3 60s
at 2s    crash n2
at 3s    c1: delete x
at 4s    c1: get x
at 5s    crash n1
at 5s    restart n2
at 7s    c2: get x
expect   sees-last
expect   deleted-stays
",
    "\
title    a client whose clock lags deletes: a home that lacks the key drops the tombstone and calls it kept
seed     1
quorum   3 nodes, 3 replicas, no hints, no anti-entropy, no read-repair
at 100ms c1: put z warm
at 200ms clock c1 drift -10%
at 500ms crash n3
at 1s    skew c1 -60s
at 13s   c1: put x v
at 14s   restart n3
at 14s   crash n2
at 15s   c1: delete x
at 16s   crash n1
at 16s   restart n2
at 18s   c2: get x
end 20s
expect   deleted-stays
expect   sees-last
",
    "\
title    sloppy ack by hints that are given up
seed     1
end      22s
quorum   6 nodes, 3 replicas, read 2, write 2, sloppy
at 500ms crash n1 n2 n3 n4
at 1000ms c1: put k0 one
at 1150ms c1: put k1 one
at 1300ms c1: put k2 one
at 1450ms c1: put k3 one
at 14s restart n1 n2 n3 n4
at 17000ms c2: get k0
at 17100ms c2: get k1
at 17200ms c2: get k2
at 17300ms c2: get k3
expect   fresh
expect   converged
",
    "\
title    a hint that outlives the tombstone, as its keeper's clock was set back
seed     1
end      30s
quorum   4 nodes, 3 replicas, sloppy, tombstones keep 2s, no anti-entropy, no read-repair
at 500ms c1: put z warm
at 800ms cut n2 | n1 n3 n4 c1
at 1s    c1: put x v
at 1500ms heal
at 1500ms cut n1 -> n2
at 1500ms skew n1 -60s
at 2s    c1: get x
at 2500ms c1: delete x by ALL
at 3s    c2: get x
at 20s   heal
at 25s   c2: get x
at 26s   c2: get x by ALL
expect   deleted-stays
expect   fresh
expect   sees-last
",
    "\
title    a client whose clock lags gets no hints
seed     1
end      40s
quorum   6 nodes, 3 replicas, sloppy
at 20s   c1: put warm up
at 21s   skew c1 -15s
at 21s   crash n1 n2 n3 n4
at 22s   c1: put a 1
at 23s   c1: put b 1
at 24s   c1: put c 1
at 25s   c1: put d 1
at 26s   c1: put e 1
at 27s   c1: put f 1
expect   failed = 0
",
    "\
title    a home is emptied while another one is away
seed     1
end      20s
quorum   3 nodes, 3 replicas
traffic  c: 40/s, 50% get 40% put 10% delete, keys uniform of 6, 4 clients
at 2s    crash n3
at 4s    wipe n1
at 4500ms restart n1
at 8s    restart n3
at 14s   quiet c
expect   sees-last
expect   kept
expect   deleted-stays
expect   converged
",
    "\
title    emptied in turn under load, without any other repair
seed     2
end      30s
load     2000 keys \"user:{n}\"
quorum   5 nodes, 3 replicas, no anti-entropy, no read-repair
traffic  c: 100/s, 60% get 40% put, 6 clients
at 3s    wipe n1
at 3100ms restart n1
at 8s    wipe n2
at 8100ms restart n2
at 13s   wipe n3
at 13100ms restart n3
at 18s   wipe n4
at 18100ms restart n4
at 24s   quiet c
expect   sees-last
expect   kept
expect   converged
expect   durable
",
    "\
title    emptied, and down again in the middle of being filled
seed     3
end      20s
load     4000 keys \"user:{n}\"
quorum   3 nodes, 3 replicas, no anti-entropy, no read-repair
network  latency 5ms
at 2s    wipe n1
at 2100ms restart n1
at 2125ms crash n1
at 2500ms restart n1
at 2530ms crash n1
at 3s    restart n1
every 100ms from 2200ms until 8s c1: get user:7
expect   kept
expect   converged
",
    "\
title    a hint outlives its keeper's sleep and the tombstone
seed     7
end      40s
quorum   6 nodes, 3 replicas, sloppy, tombstones keep 1s
traffic  c: 40/s, 40% put 40% get 20% delete, keys uniform of 8, 3 clients
at 1s    crash n1 n2
at 3s    crash n4 n5
at 3100ms restart n1 n2
at 4s    quiet c
at 14s   restart n4 n5
at 25s   traffic r: 20/s, 100% get, keys uniform of 8, 3 clients
expect   deleted-stays
expect   sees-last
expect   converged
",
    "\
title    a home hears everything and nobody hears it
seed     8
end      25s
quorum   5 nodes, 3 replicas, tombstones keep 2s
traffic  c: 50/s, 40% put 40% get 20% delete, keys uniform of 8, 3 clients
at 2s    cut n1 -> n2 n3 n4 n5
at 8s    heal
at 8s    cut n2 n3 n4 n5 -> n1
at 14s   heal
at 16s   quiet c
expect   deleted-stays
expect   sees-last
expect   converged
",
    "\
title    one writer, a bad network: never two values
seed     9
end      25s
quorum   5 nodes, 3 replicas, timeout 60ms
traffic  c: 30/s, 60% put 40% get, keys uniform of 4, 1 client
network  latency 1ms..20ms
at 500ms duplicate 20%
at 500ms reorder 20%
at 500ms lose 10%
at 20s   lose 0%
at 20s   quiet c
nemesis  crash cut pause slow, every 300ms..1s, lasting 200ms..1s, from 1s, until 18s
expect   siblings = 0
expect   sees-last
expect   converged
",
    "\
title    regions apart, local quorums on both sides
seed     10
end      25s
quorum   6 nodes, 6 replicas
region   eu: n1 n2 n3 c1 c2
region   us: n4 n5 n6 c3 c4
network  latency 1ms
link     n1 n2 n3 c1 c2 | n4 n5 n6 c3 c4 latency 40ms
every 200ms from 500ms until 12s c1: put x eu by LOCAL_QUORUM
every 250ms from 500ms until 12s c3: put x us by LOCAL_QUORUM
every 150ms from 500ms until 12s c2: get x by LOCAL_QUORUM
every 150ms from 500ms until 12s c4: get x by LOCAL_QUORUM
at 3s    cut n1 n2 n3 c1 c2 | n4 n5 n6 c3 c4
at 8s    heal
expect   converged
",
    "\
title    full, lying and torn disks
seed     11
end      30s
quorum   6 nodes, 3 replicas, sloppy, tombstones keep 2s
traffic  c: 60/s, 50% put 40% get 10% delete, keys uniform of 10, 5 clients
nemesis  full lie tear corrupt wipe crash double jump, every 100ms..600ms, lasting 100ms..1s, from 1s, until 18s
at 20s   quiet c
expect   sees-last
expect   kept
expect   deleted-stays
expect   converged
",
    "\
title    a delete on one disk
seed     1
end      20s
quorum   4 nodes, 3 replicas, sloppy, lww, tombstones keep 1s, no anti-entropy, no read-repair
at 500ms crash n2 n3
at 1s    c1: put x one
at 2500ms cut n1 | n4 c1
at 2600ms c1: delete x by ALL
at 5s    heal
at 12s   wipe n4
at 12100ms restart n2 n3 n4
at 17s   c2: get x
expect   kept
",
    "\
title    LOCAL_QUORUM goes abroad
seed     1
end      8s
quorum   6 nodes, 6 replicas, no anti-entropy, no read-repair
region   eu: n1 n2 n3
region   us: n4 n5 n6
network  latency 1ms
link     n1 n2 n3 | n4 n5 n6 latency 60ms
at 500ms c1: put x old by ALL
at 1s    cut n1 n2 n3 | n4 n5 n6
at 1100ms c1: put x new by LOCAL_QUORUM
at 1500ms c1: get x by LOCAL_QUORUM
at 1600ms crash n1 n2
at 2s    c1: get x by LOCAL_QUORUM
expect   failed = 1
expect   fresh
",
];

/// What no store of this kind can bear, and its laws say so.
const BROKEN: &[(&str, &[&str])] = &[(
    "\
title    an acknowledged put comes a second time after its delete was forgotten
seed     1
end      8s
network  latency 1ms
quorum   3 nodes, 3 replicas, tombstones keep 400ms
link     c1 -> n1 latency 4s
at 500ms c1: put x old
at 1500ms c2: get x
at 1600ms c2: delete x by ALL
at 6s    c3: get x by ALL
expect   deleted-stays
expect   sees-last
expect   fresh
expect   failed = 0
",
    &["deleted-stays", "sees-last", "fresh"],
)];

/// Reads of one region that had to see its writes: each one is put to the test.
const NEAR: &str = "\
title    LOCAL_QUORUM in two regions
seed     1
quorum   6 nodes, 6 replicas, wait 400ms, timeout 1s
region   eu: n1 n2 n3 c1
region   us: n4 n5 n6
network  latency 1ms
link     n1 n2 n3 | n4 n5 n6 latency 60ms
every 50ms from 1s until 5s c1: put x near by LOCAL_QUORUM
every 50ms from 1020ms until 5s c1: get x by LOCAL_QUORUM
end      6s
expect   sees-last
expect   judged-reads > 70
expect   fresh
";

#[test]
fn reads_and_writes_of_one_region_are_judged() {
    let told = report("a story", NEAR).unwrap_or_else(|problem| panic!("{problem}"));
    assert!(told.holds, "{}", told.shown());
}

#[test]
fn what_a_store_cannot_bear_breaks_its_laws() {
    for (text, broken) in BROKEN {
        let told = report("a story", text).unwrap_or_else(|problem| panic!("{problem}"));
        for verdict in &told.verdicts {
            let fails = broken.contains(&verdict.text.as_str());
            assert_eq!(verdict.holds, Some(!fails), "{}", told.shown());
        }
    }
}

#[test]
fn what_clients_are_told_stands_on_disks() {
    let mut wrong = Vec::new();
    for text in STORIES {
        match report("a story", text) {
            Ok(report) if report.holds && !report.verdicts.is_empty() => {}
            Ok(report) => wrong.push(report.shown()),
            Err(problem) => wrong.push(problem),
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), STORIES.len(), wrong.join("\n"));
}
