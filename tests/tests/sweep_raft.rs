//! Two thousand bad days of a replicated store: whatever the seed, Raft's laws hold and what clients saw
//! is linearizable, and once the faults are over the store goes on.

#[path = "sweep_raft/orders.rs"]
mod orders;

use std::sync::atomic::{AtomicU64, Ordering};

use orders::unasked;
use shardlab::session::Session;

/// The text of a day; the seed makes the rest.
const DAY: &str = "\
network  latency 1ms..3ms
traffic  c: 40/s, 50% get 30% put 10% cas 10% append, keys uniform of 5, 5 clients
nemesis  MIX, every 300ms..1500ms, lasting 200ms..2s, from 1s, until 20s
end      30s
expect   agreement
expect   linearizable
expect   fresh
expect   durable
expect   replicated
expect   idle < 1s
";

/// The stores that the days befall, in turn.
const STORES: [&str; 4] = [
    "raft 5 nodes, snapshot every 4kB",
    "raft 3 nodes, snapshot every 4kB, pieces of 200B",
    "raft 5 nodes, snapshot every 20kB, reads lease, lease 100ms",
    "raft 5 nodes, reads follower",
];

/// What befalls them: mostly what the seed draws; in between orders and newcomers while leaders change.
const MIXES: [&str; 5] = ["members join cut transfer crash", "mix", "mix", "mix", "mix"];

/// The text of a day.
fn day(seed: u64) -> String {
    let store = STORES[(seed % STORES.len() as u64) as usize];
    let mix = MIXES[(seed % MIXES.len() as u64) as usize];
    // An order is for the leader of that moment: the nemesis's last one is lost where nobody leads. So the
    // members of the beginning are asked for once more when the faults are over.
    let count: usize = if store.starts_with("raft 3") { 3 } else { 5 };
    let names: Vec<String> = (1..=count).map(|number| format!("n{number}")).collect();
    let day = DAY.replace("MIX", mix);
    format!("seed {seed}\n{store}\n{day}at 22000ms members {}\n", names.join(" "))
}

/// So many days, unless the environment says how many.
const DAYS: u64 = 2_000;

#[test]
fn whatever_the_seed_nothing_wrong_is_answered() {
    let days = std::env::var("SHARDLAB_DAYS").ok().and_then(|days| days.parse().ok());
    let days = days.unwrap_or(DAYS);
    let began = std::time::Instant::now();
    let next = AtomicU64::new(1);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut seen = Seen::default();
    std::thread::scope(|scope| {
        let work = || {
            let mut seen = Seen::default();
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed > days {
                    return seen;
                }
                seen.take(seed);
            }
        };
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            seen.join(thread.join().expect("a day does not panic"));
        }
    });
    let minutes = began.elapsed().as_secs_f64() / 60.0;
    println!(
        "{days} days, {:.0} a minute and core: {seen:?}",
        days as f64 / minutes / cores as f64
    );
    assert!(seen.broken.is_empty(), "{}", seen.broken.join("\n"));
    // Without these the days would have proved nothing.
    assert!(seen.elections > days && seen.truncated > 0 && seen.installed > 0 && seen.repeated > 0);
    assert!(seen.operations > days * 500);
}

/// What the days came to.
#[derive(Debug, Default)]
struct Seen {
    elections: u64,
    truncated: u64,
    installed: u64,
    repeated: u64,
    operations: u64,
    broken: Vec<String>,
}

impl Seen {
    fn take(&mut self, seed: u64) {
        let mut session = Session::open(&day(seed));
        let problems = session.diagnostics();
        assert!(problems.is_empty(), "{problems:?}");
        while !session.compute(1_000_000) {}
        for verdict in session.verdicts() {
            if verdict.holds != Some(true) {
                let line = format!("seed {seed}: {}: {}", verdict.text, verdict.reason);
                self.broken.push(line);
            }
        }
        if let Some(why) = unasked(&session) {
            self.broken.push(format!("seed {seed}: {why}"));
        }
        for metric in session.final_metrics() {
            let count = (metric.value / 1_000_000).unsigned_abs();
            match metric.name.as_str() {
                "elections" => self.elections += count,
                "truncated" => self.truncated += count,
                "installed" => self.installed += count,
                "repeated" => self.repeated += count,
                "operations" => self.operations += count,
                _ => {}
            }
        }
    }

    fn join(&mut self, other: Self) {
        self.elections += other.elections;
        self.truncated += other.truncated;
        self.installed += other.installed;
        self.repeated += other.repeated;
        self.operations += other.operations;
        self.broken.extend(other.broken);
    }
}
