//! How many versions a read returns (DeCandia et al., *Dynamo*, SOSP 2007, §6.3), by runs of the quorum store:
//! figure beside figure.
//!
//! The paper counts a day of Amazon's carts, and says why there was ever more than one version: not failures,
//! but writers at the same time, mostly robots. It does not say how many of these there were. So the runs here
//! take the share of visits with robots from the paper's share of reads with more than one version, and show
//! what follows: as many versions as there were writers at once, until the next write joins them, and none from
//! failures alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use shardlab::base::{NodeId, Rng, Span};
use shardlab::client::Noted;
use shardlab::quorum::Site;
use shardlab::sim::{Cut, DiskProfile, Event, Kind, LinkProfile, Power, Side, World};
use shardlab::store::{Key, Value};
use shardlab::tenant::quorum::layout::Layout;
use shardlab::tenant::quorum::reach::{ClientConfig, Start};
use shardlab::tenant::quorum::{Config, Note, Process, Request, Spec};

const NODES: u32 = 5;
/// A customer's browser, and robots.
const CLIENTS: u32 = 4;
const CARTS: u64 = 50;

/// What befalls the visits of a run.
#[derive(Clone, Copy)]
struct Run {
    visits: u64,
    /// In so many of a million visits robots write the same cart at the same time.
    robots: u32,
    /// Nodes fall and are cut off.
    failures: bool,
}

struct Store {
    world: World<Process>,
    /// Reads by the number of versions that they returned.
    versions: BTreeMap<usize, u64>,
    failed: u64,
}

impl Store {
    fn new(seed: u64) -> Self {
        let row: Vec<(NodeId, Arc<str>, Site)> = (0..NODES)
            .map(|node| (NodeId(node), format!("n{node}").into(), Site::default()))
            .collect();
        let spec = Spec::default();
        let layout = Arc::new(Layout::new(&row, spec.replicas as usize));
        let mut world = World::new(seed, LinkProfile::default());
        let config = Arc::new(spec.build(layout.clone(), &[]));
        for node in 0..NODES {
            world.add(u64::from(node), Config::Node(config.clone()), DiskProfile::default());
        }
        for client in 0..CLIENTS {
            let start = Start {
                layout: layout.clone(),
                lww: false,
                sloppy: false,
                region: 0,
                reads: spec.reads(),
                writes: spec.writes(),
            };
            let config = Arc::new(ClientConfig::new((Span::millis(150), Span::millis(600)), start));
            world.add(100 + u64::from(client), Config::Client(config), DiskProfile::default());
        }
        let mut store = Self { world, versions: BTreeMap::new(), failed: 0 };
        for node in 0..NODES + CLIENTS {
            store.act(|world, out| world.start(NodeId(node), out));
        }
        store
    }

    fn act(&mut self, act: impl FnOnce(&mut World<Process>, &mut Vec<Event<Process>>)) {
        let mut out = Vec::new();
        act(&mut self.world, &mut out);
        for event in out {
            match event.kind {
                Kind::Noted(Noted::Own(Note::Saw { versions, .. })) if !versions.is_empty() => {
                    *self.versions.entry(versions.len()).or_default() += 1;
                }
                Kind::Noted(Noted::Own(Note::GaveUp { .. })) => self.failed += 1,
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

    fn ask(&mut self, client: u64, request: Request) {
        self.act(|world, out| {
            world.request(NodeId(NODES + client as u32), request, out);
        });
    }

    fn fail(&mut self, rng: &mut Rng) {
        let node = NodeId(rng.below(u64::from(NODES)) as u32);
        match rng.below(4) {
            0 => self.act(|world, out| world.crash(node, out)),
            1 => {
                let (left, right) = (Vec::from([node]), Vec::from([node]));
                let (left, right) = (Side::These(left), Side::AllBut(right));
                self.act(|world, out| world.cut(Cut { left, right, one_way: false }, out));
            }
            _ => {
                self.act(World::heal);
                for node in (0..NODES).map(NodeId) {
                    if self.world.power(node) == Power::Down {
                        self.act(|world, out| world.start(node, out));
                    }
                }
            }
        }
    }
}

/// Visits: who comes reads the cart and writes it again.
fn visits(run: Run) -> Store {
    let (mut store, mut rng) = (Store::new(7), Rng::derive(7, 23));
    for visit in 0..run.visits {
        let key = Key::new(&format!("cart{}", rng.below(CARTS)));
        // One robot comes, and each time another one as often as not.
        let mut writers = 1 + u64::from(rng.chance(run.robots));
        while (2..u64::from(CLIENTS)).contains(&writers) && rng.chance(500_000) {
            writers += 1;
        }
        for client in 0..writers {
            store.ask(client, Request::Get(key.clone(), None));
        }
        store.run(Span::millis(if run.failures { 700 } else { 10 }));
        for client in 0..writers {
            let stamp = (visit * u64::from(CLIENTS) + client) as u32;
            let value = Box::new(Value::Filler { stamp, bytes: 8 });
            store.ask(client, Request::Put(key.clone(), value, None));
        }
        store.run(Span::millis(if run.failures { 700 } else { 10 }));
        if run.failures && rng.chance(400_000) {
            store.fail(&mut rng);
        }
    }
    store
}

#[test]
fn writers_at_the_same_time_and_not_failures_make_versions() {
    let robots = visits(Run { visits: 100_000, robots: 600, failures: false });
    let failures = visits(Run { visits: 4_000, robots: 0, failures: true });
    let share = |store: &Store, count: usize| {
        let all: u64 = store.versions.values().sum();
        store.versions.get(&count).copied().unwrap_or(0) as f64 * 100.0 / all as f64
    };
    println!("versions   paper       robots, no failures   failures, one writer");
    for (count, paper) in [(1, 99.94), (2, 0.00057), (3, 0.00047), (4, 0.00009)] {
        let (here, failing) = (share(&robots, count), share(&failures, count));
        println!("{count}        {paper:9.5} % {here:12.5} % {failing:20.5} %");
    }
    println!("{} operations failed under failures", failures.failed);
    let one = share(&robots, 1);
    assert!((one - 99.94).abs() < 0.03, "{one}");
    // Each further writer at a time is rarer to be seen, and there are no more versions than writers.
    assert!(robots.versions.keys().all(|count| (1..=CLIENTS as usize).contains(count)));
    assert!(robots.versions.len() > 2, "{:?}", robots.versions);
    assert_eq!(robots.failed, 0);
    assert!(failures.failed > 100, "{}", failures.failed);
    assert_eq!(failures.versions.len(), 1, "{:?}", failures.versions);
}
