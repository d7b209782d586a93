//! Random bad days of quorum stores: their laws hold, and once all is well again the homes of every key agree.
//! Each known mistake is found by some day.

use std::sync::Arc;

use shardlab::base::{NodeId, Rng, Span};
use shardlab::client::Noted;
use shardlab::quorum::{Level, Site};
use shardlab::sim::{Cut, DiskProfile, Event, Kind, LinkProfile, Power, Side, World};
use shardlab::store::{Key, Value};
use shardlab::tenant::quorum::bugs::Bug;
use shardlab::tenant::quorum::client::ClientConfig;
use shardlab::tenant::quorum::law::{Law, Watch};
use shardlab::tenant::quorum::layout::Layout;
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
    events: u64,
}

struct Day {
    world: World<Process>,
    rng: Rng,
    laws: Watch,
    seen: Seen,
    nodes: u32,
    spec: Spec,
    /// A disk may be lost yet.
    may_lose: bool,
    value: u32,
}

impl Day {
    fn new(seed: u64, bugs: &[Bug]) -> Self {
        let mut rng = Rng::derive(seed, 17);
        let nodes = 3 + rng.below(4) as u32;
        let spec = Spec {
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
        let row: Vec<(NodeId, Arc<str>, Site)> = (0..nodes)
            .map(|node| (NodeId(node), format!("n{node}").into(), Site::default()))
            .collect();
        let layout = Arc::new(Layout::new(&row, spec.replicas as usize));
        let mut world = World::new(seed, links);
        let config = Arc::new(spec.build(layout.clone(), bugs));
        for node in 0..nodes {
            world.add(u64::from(node), Config::Node(config.clone()), DiskProfile::default());
        }
        for client in 0..CLIENTS {
            let config = Arc::new(ClientConfig {
                layout: layout.clone(),
                lww: spec.lww,
                sloppy: spec.sloppy,
                region: 0,
                patience: Span::millis(150),
                deadline: Span::millis(800),
            });
            world.add(100 + u64::from(client), Config::Client(config), DiskProfile::default());
        }
        let (laws, seen) = (Watch::default(), Seen::default());
        let may_lose = spec.writes() > 1;
        let mut day = Self { world, rng, laws, seen, nodes, spec, may_lose, value: 0 };
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

    fn step(&mut self) {
        let node = self.node();
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
        (day.seen.healed, day.seen.deletes) = (tested.healed, tested.deletes);
        day
    }

    fn broken(&self) -> Option<Law> {
        LAWS.into_iter().find(|law| !self.laws.holds(*law))
    }
}

fn days() -> u64 {
    std::env::var("DAYS").ok().and_then(|text| text.parse().ok()).unwrap_or(DAYS)
}

#[test]
fn on_bad_days_the_laws_hold_and_copies_agree_again() {
    let first: u64 = std::env::var("SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(0);
    let mut all = Seen::default();
    let mut wrong = Vec::new();
    for seed in first..first + days() {
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
            (&mut all.events, seen.events),
        ] {
            *sum += one;
        }
    }
    println!("{all:?}");
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), days(), wrong.join("\n"));
    if days() >= DAYS {
        let counts = [all.reads, all.losses, all.healed, all.deletes, all.siblings, all.repairs];
        assert!(counts.iter().all(|count| *count > 100), "{all:?}");
        let counts = [all.hints, all.handed, all.differing, all.collected, all.unmet, all.wiped];
        assert!(counts.iter().all(|count| *count > 100), "{all:?}");
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
