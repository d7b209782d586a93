//! A million events: how long a step to any moment takes, and how much memory they hold.

use std::time::Instant;

use shardlab::base::{Rng, Time};
use shardlab::session::measure::{MILLION, computed};

use crate::measure::say;

const EVENTS: u32 = 1_000_000;
const SEEKS: u32 = 200;
const SEEK_MS_MAX: f64 = 100.0;
const MEMORY_MB_MAX: f64 = 200.0;

pub(crate) fn seek() -> bool {
    let before = resident_mb();
    let mut session = computed(MILLION, EVENTS);
    let memory = resident_mb() - before;
    let front = session.front();
    println!("seek: {} events of a ring of 8 nodes with 3 copies", session.event_count());
    let mut rng = Rng::derive(7, 7);
    let mut spans: Vec<f64> = Vec::new();
    for _ in 0..SEEKS {
        let goal = Time(rng.below(front.0));
        let started = Instant::now();
        session.seek(goal);
        spans.push(started.elapsed().as_secs_f64() * 1e3);
    }
    spans.sort_by(f64::total_cmp);
    let (middle, most) = (spans[spans.len() / 2], spans[spans.len() - 1]);
    let words = format!("{SEEK_MS_MAX} ms at most; the median is {middle:.2} ms");
    let quick = say(
        "  the slowest of 200 steps to any moment",
        &format!("{most:.2} ms"),
        &words,
        most <= SEEK_MS_MAX,
    );
    let words = format!("{MEMORY_MB_MAX} MB at most");
    quick
        & say("  memory for all of it", &format!("{memory:.0} MB"), &words, memory <= MEMORY_MB_MAX)
}

/// Memory of this process in megabytes, where the system tells; else nothing.
fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1024.0
}
