//! Bad days of a quorum store, written as a text: whatever the seed, the laws hold, and once the faults are
//! over copies agree.
//!
//! `DAYS=5000 cargo test -p lab --test sweep_quorum -- --nocapture` tries more of them.

use std::sync::atomic::{AtomicU64, Ordering};

use shardlab::session::Session;

/// The text of a day; the seed makes the rest.
const DAY: &str = "\
network  latency 1ms..3ms
traffic  c: 40/s, 50% get 40% put 10% delete, keys uniform of 6, 5 clients
traffic  d: 4/s, 100% delete, keys uniform of 6, 2 clients
link     d1 -> n1 n2 latency 900ms
nemesis  MIX, every 300ms..1500ms, lasting 200ms..2s, from 1s, until 15s
end      27s
at 16s   quiet c
at 16s   quiet d
expect   sees-last
expect   kept
expect   deleted-stays
expect   converged
";

/// The stores that the days befall, in turn.
const STORES: [&str; 5] = [
    "quorum 5 nodes, 3 replicas, tombstones keep 2s",
    "quorum 3 nodes, 3 replicas, lww, no hints",
    "quorum 6 nodes, 3 replicas, sloppy, tombstones keep 2s",
    "quorum 5 nodes, 5 replicas, read 3, write 3, anti-entropy every 300ms",
    "quorum 6 nodes, 3 replicas, sloppy, lww, tombstones keep 1s",
];

/// What befalls them: everything, what the seed draws, or one emptied disk after the other.
const MIXES: [&str; 4] = [
    "crash blackout pause wipe cut one-way lose duplicate reorder slow skew jump corrupt tear full lie double",
    "mix",
    "mix",
    "wipe crash cut wipe",
];

/// So many days, unless the environment says how many.
const DAYS: u64 = 300;

/// The text of a day.
fn day(seed: u64) -> String {
    let store = STORES[(seed % STORES.len() as u64) as usize];
    let mix = MIXES[(seed % MIXES.len() as u64) as usize];
    format!("seed {seed}\n{store}\n{}", DAY.replace("MIX", mix))
}

#[test]
fn whatever_the_seed_the_laws_hold() {
    let days = std::env::var("DAYS").ok().and_then(|days| days.parse().ok()).unwrap_or(DAYS);
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
    println!("{days} days: {seen}");
    assert!(seen.broken.is_empty(), "{}", seen.broken.join("\n"));
    // Without these the days would have proved nothing.
    assert!(seen.judged > days * 100 && seen.repaired > days && seen.collected > days);
    assert!(seen.handed > days && seen.operations > days * 300);
    let idle = |law: &str| seen.idle.iter().filter(|(idle, _)| idle == law).count() as u64;
    for law in ["sees-last", "deleted-stays", "converged"] {
        assert!(10 * idle(law) < days, "{law} says nothing of {} days", idle(law));
    }
    // One disk may be lost in a day, and most days leave them all whole.
    assert!(10 * idle("kept") < 9 * days, "kept says nothing of {} days", idle("kept"));
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { judged, repaired, collected, handed, operations, idle, .. } = self;
        write!(
            f,
            "{operations} operations, {judged} reads judged, {repaired} records repaired, {handed} hints handed over, {collected} tombstones collected, {} laws idle",
            idle.len()
        )
    }
}

/// What the days came to.
#[derive(Default)]
struct Seen {
    judged: u64,
    repaired: u64,
    collected: u64,
    handed: u64,
    operations: u64,
    /// Laws that nothing put to the test, with the seed.
    idle: Vec<(String, u64)>,
    broken: Vec<String>,
}

impl Seen {
    fn take(&mut self, seed: u64) {
        let mut session = Session::open(&day(seed));
        let problems = session.diagnostics();
        assert!(problems.is_empty(), "{problems:?}");
        while !session.compute(1_000_000) {}
        for verdict in session.verdicts() {
            match verdict.holds {
                Some(true) => {}
                Some(false) if !verdict.reason.contains("never put to the test") => {
                    let line = format!("seed {seed}: {}: {}", verdict.text, verdict.reason);
                    self.broken.push(line);
                }
                Some(false) | None => self.idle.push((verdict.text, seed)),
            }
        }
        for metric in session.final_metrics() {
            let count = (metric.value / 1_000_000).unsigned_abs();
            match metric.name.as_str() {
                "judged-reads" => self.judged += count,
                "repaired-records" => self.repaired += count,
                "collected" => self.collected += count,
                "handed-over" => self.handed += count,
                "operations" => self.operations += count,
                _ => {}
            }
        }
    }

    fn join(&mut self, other: Self) {
        self.judged += other.judged;
        self.repaired += other.repaired;
        self.collected += other.collected;
        self.handed += other.handed;
        self.operations += other.operations;
        self.idle.extend(other.idle);
        self.broken.extend(other.broken);
    }
}
