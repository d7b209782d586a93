//! The kernel: events a second on a machine that only calls its neighbour, and flat with its size.
//!
//! Two peers do the same beside it: NeXosim, a published simulator of discrete events, on one thread;
//! and the least that any simulator must do, a binary heap of times from which the next is taken and
//! into which another is put. Neither has links that fail, a trace or a hash.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;

use shardlab::base::Rng;
use shardlab::session::measure::ping;

use crate::measure::{rate, say};

const EVENTS: u64 = 1_000_000;
const NEEDED: f64 = 5e6;

pub(crate) fn kernel() -> bool {
    println!("kernel: every node calls its neighbour as soon as it has its answer");
    let mut rates = Vec::new();
    let mut held = true;
    for nodes in [5, 50, 1_000] {
        let ours = rate_of(nodes);
        let heap = rate(|| bare_heap(u64::from(nodes)));
        let figure = format!("{:.2} M events/s", ours / 1e6);
        let published = rate(|| crate::nexosim::ping(nodes as usize, EVENTS).unwrap_or_default());
        let wanted = format!(
            "5 M/s; NeXosim does {:.2} M/s, a bare heap {:.2} M/s, {:.1} times as many",
            published / 1e6,
            heap / 1e6,
            heap / ours
        );
        held &= say(&format!("  {nodes} nodes"), &figure, &wanted, nodes > 5 || ours >= NEEDED);
        rates.push(ours);
    }
    let slowest = rates.iter().copied().fold(f64::INFINITY, f64::min);
    let factor = rates[0] / slowest;
    let figure = format!("{factor:.2} times");
    held & say("  cost of an event, 1000 nodes against 5", &figure, "at most 2", factor <= 2.0)
}

/// Events a second with so many nodes.
pub(crate) fn rate_of(nodes: u32) -> f64 {
    rate(|| black_box(ping(nodes, EVENTS)).0)
}

fn bare_heap(nodes: u64) -> u64 {
    let mut rng = Rng::derive(7, 1);
    let mut heap: BinaryHeap<Reverse<(u64, u64)>> = BinaryHeap::new();
    for node in 0..nodes {
        heap.push(Reverse((rng.between(500, 1_500), node)));
    }
    for _ in 0..EVENTS {
        let Some(Reverse((due, node))) = heap.pop() else { break };
        heap.push(Reverse((due + rng.between(500, 1_500), black_box(node))));
    }
    black_box(heap.len());
    EVENTS
}
