//! Probabilistically bounded staleness (Bailis et al., VLDB 2012), by runs of the quorum store: figure beside
//! figure.
//!
//! The nodes here are the machines of the store. Their messages take as long as the paper's models of latency
//! say, by what they are for: a write on its way (W), its acknowledgement (A), a read (R), its answer (S).
//! Coordinators are nodes that are no home of the key, as in the paper; disks and clients take no time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use shardlab::base::{NodeId, Rng, Span, Time};
use shardlab::machine::{Effect, Input, Machine, Turn};
use shardlab::quorum::{Actor, Context, Dot, Site};
use shardlab::store::{Key, Value, Version};
use shardlab::tenant::quorum::layout::Layout;
use shardlab::tenant::quorum::message::Put;
use shardlab::tenant::quorum::record::Cell;
use shardlab::tenant::quorum::{Config, Durable, Message, Process, Spec, Timer};

const NODES: u32 = 5;
const CLIENT: NodeId = NodeId(99);

/// How long one way takes, in milliseconds: mostly a Pareto tail, else an exponential one.
#[derive(Clone, Copy)]
struct Way {
    share: f64,
    least: f64,
    alpha: f64,
    lambda: f64,
}

impl Way {
    fn sample(&self, rng: &mut Rng) -> Span {
        let mut unit = || ((rng.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
        let millis = match unit() < self.share {
            true => self.least / unit().powf(1.0 / self.alpha),
            false => -unit().ln() / self.lambda,
        };
        Span((millis * 1_000.0) as u64)
    }
}

const SSD: Way = Way { share: 0.9122, least: 0.235, alpha: 10.0, lambda: 1.66 };
const DISK_WRITE: Way = Way { share: 0.38, least: 1.05, alpha: 1.51, lambda: 0.183 };
const YMMR_WRITE: Way = Way { share: 0.939, least: 3.0, alpha: 3.35, lambda: 0.0028 };
const YMMR_REST: Way = Way { share: 0.982, least: 1.5, alpha: 3.8, lambda: 0.0217 };

/// How messages travel.
#[derive(Clone, Copy)]
enum Ways {
    /// Writes in one way, all else in another.
    Model { write: Way, rest: Way },
    /// Each write reaches one home and each read asks one, by chance.
    One,
}

type Due = Reverse<(u64, u64, u32)>;

struct Store {
    nodes: Vec<Process>,
    landed: Vec<u32>,
    rng: Rng,
    ways: Ways,
    now: Time,
    queue: BinaryHeap<Due>,
    waiting: Vec<Option<(NodeId, Message)>>,
    /// What the client was told, and when.
    told: Vec<(Time, Message)>,
    layout: Arc<Layout>,
}

impl Store {
    fn new(seed: u64, read: u32, write: u32, ways: Ways) -> Self {
        let row: Vec<(NodeId, Arc<str>, Site)> = (0..NODES)
            .map(|node| (NodeId(node), format!("n{node}").into(), Site::default()))
            .collect();
        let spec = Spec {
            read: Some(read),
            write: Some(write),
            lww: true,
            read_repair: false,
            hints: false,
            entropy: None,
            ..Spec::default()
        };
        let layout = Arc::new(Layout::new(&row, spec.replicas as usize));
        let config = Config::Node(Arc::new(spec.build(layout.clone(), &[])));
        let mut rng = Rng::derive(seed, 5);
        let nodes = (0..NODES)
            .map(|node| {
                let mut effects = Vec::new();
                let mut turn = Turn::new(NodeId(node), Time::ZERO, &mut rng, &mut effects);
                Process::boot(&config, &Durable::default(), &mut turn)
            })
            .collect();
        Self {
            nodes,
            landed: vec![0; NODES as usize],
            rng,
            ways,
            now: Time::ZERO,
            queue: BinaryHeap::new(),
            waiting: Vec::new(),
            told: Vec::new(),
            layout,
        }
    }

    fn step(&mut self, node: NodeId, input: Input<Process>) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            let mut effects = Vec::new();
            let mut turn = Turn::new(node, self.now, &mut self.rng, &mut effects);
            turn.landed = self.landed[node.index()];
            self.nodes[node.index()].step(input, &mut turn);
            let copies = |effect: &Effect<Process>| {
                matches!(
                    effect,
                    Effect::Send { message: Message::Replicate { .. } | Message::Read { .. }, .. }
                )
            };
            let lucky =
                self.rng.below(effects.iter().filter(|it| copies(it)).count().max(1) as u64);
            let mut number = 0;
            for effect in effects {
                let is_copy = copies(&effect);
                match effect {
                    Effect::Save(_) => self.landed[node.index()] += 1,
                    Effect::Arm { timer: timer @ Timer::Own(_), .. } => {
                        inputs.push(Input::Timer(timer));
                    }
                    Effect::Send { to, message } if to == CLIENT => {
                        self.told.push((self.now, message));
                    }
                    Effect::Send { to, message } => {
                        let wait = match self.ways {
                            Ways::Model { write, rest } => match &message {
                                Message::Replicate { .. } => Some(write.sample(&mut self.rng)),
                                _ => Some(rest.sample(&mut self.rng)),
                            },
                            Ways::One => (!is_copy || number == lucky).then_some(Span::ZERO),
                        };
                        number += u64::from(is_copy);
                        if let Some(wait) = wait {
                            let due = self.now + wait;
                            let seq = self.waiting.len() as u64;
                            self.waiting.push(Some((node, message)));
                            self.queue.push(Reverse((due.0, seq, to.0)));
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// Delivers all that is due until then, or until the client is told something.
    fn run(&mut self, until: Option<Time>) {
        while let Some(Reverse((at, seq, to))) = self.queue.peek().copied() {
            if until.map_or(!self.told.is_empty(), |until| at > until.0) {
                return;
            }
            self.queue.pop();
            self.now = self.now.max(Time(at));
            if let Some((from, message)) = self.waiting[seq as usize].take() {
                self.step(NodeId(to), Input::Message { from, message });
            }
        }
    }

    fn ask(&mut self, coordinator: NodeId, message: Message) -> (Time, Message) {
        self.told.clear();
        self.step(coordinator, Input::Message { from: CLIENT, message });
        self.run(None);
        self.told.remove(0)
    }

    fn put(&mut self, coordinator: NodeId, key: &Key, version: u64) -> Time {
        let cell = Cell {
            version: Version(version),
            value: Value::Filler { stamp: version as u32, bytes: 8 },
        };
        let (op, key, seen) = (version as u32, key.clone(), Context::default());
        let dot = Dot { actor: Actor(1), count: version };
        let put = Put { op, key, cell, dot, seen, level: None };
        self.ask(coordinator, Message::Put(Box::new(put))).0
    }

    /// The version that a read finds.
    fn get(&mut self, coordinator: NodeId, key: &Key) -> u64 {
        let message = Message::Get { op: 0, key: key.clone(), level: None };
        match self.ask(coordinator, message).1 {
            Message::Found { cells, .. } => {
                cells.values().iter().map(|(_, cell)| cell.version.0).max().unwrap_or(0)
            }
            other => panic!("{other:?}"),
        }
    }
}

/// The share of reads, begun so long after a write was acknowledged, that find it; in per cent.
fn fresh(ways: Ways, (read, write): (u32, u32), after: f64, trials: u64) -> f64 {
    let mut found = 0_u64;
    for trial in 0..trials {
        let mut store = Store::new(trial, read, write, ways);
        let key = Key::new("k");
        let others = store.layout.preference(&key).others;
        store.put(others[0], &key, 1);
        let at = store.now + Span((after * 1_000.0) as u64);
        store.run(Some(at));
        store.now = at;
        found += store.get(others[1], &key);
    }
    found as f64 * 100.0 / trials as f64
}

/// The share of reads that find one of the last so many versions; in per cent.
fn within(versions: u64, trials: u64) -> f64 {
    let mut found = 0;
    for trial in 0..trials {
        let mut store = Store::new(trial, 1, 1, Ways::One);
        let key = Key::new("k");
        let others = store.layout.preference(&key).others;
        let all = versions + 3;
        for version in 1..=all {
            store.put(others[0], &key, version);
            store.run(Some(store.now));
        }
        found += u64::from(store.get(others[1], &key) + versions > all);
    }
    found as f64 * 100.0 / trials as f64
}

#[test]
fn the_store_is_as_stale_as_the_paper_says() {
    let ssd = Ways::Model { write: SSD, rest: SSD };
    let disk = Ways::Model { write: DISK_WRITE, rest: SSD };
    let ymmr = Ways::Model { write: YMMR_WRITE, rest: YMMR_REST };
    println!("model  R W   after      paper     here");
    let mut wrong = Vec::new();
    for (name, ways, quorum, after, paper, slack) in [
        ("SSD", ssd, (1, 1), 0.0, 97.4, 0.6),
        ("SSD", ssd, (1, 1), 1.85, 99.9, 0.1),
        ("disk", disk, (1, 1), 0.0, 43.9, 1.5),
        ("disk", disk, (1, 1), 45.5, 99.9, 0.15),
        ("YMMR", ymmr, (1, 1), 1364.0, 99.9, 0.15),
        ("YMMR", ymmr, (2, 1), 202.0, 99.9, 0.25),
        ("SSD", ssd, (2, 2), 0.0, 100.0, 0.0),
        ("disk", disk, (2, 2), 0.0, 100.0, 0.0),
    ] {
        let here = fresh(ways, quorum, after, 8_000);
        println!("{name:6} {} {} {after:7.2} ms {paper:7.2} % {here:7.2} %", quorum.0, quorum.1);
        if (here - paper).abs() > slack + 1e-9 {
            wrong.push(format!("{name} {quorum:?} after {after} ms: {paper} there, {here} here"));
        }
    }
    println!("k-staleness, N=3 R=W=1: found within the last k versions");
    for (versions, paper) in [(1, 33.3), (2, 55.6), (3, 70.4), (5, 86.8), (10, 98.3)] {
        let here = within(versions, 4_000);
        println!("k={versions:2}  {paper:6.1} % {here:6.1} %");
        if (here - paper).abs() > 2.5 {
            wrong.push(format!("k={versions}: {paper} there, {here} here"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
