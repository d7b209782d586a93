//! The kernel under the stopwatch: the smallest machine that talks, so that natively and in a page
//! the very same work is measured.

use super::Session;
use crate::base::{NodeId, Span};
use crate::sim::ping::{Ping, PingConfig};
use crate::sim::{DiskProfile, LinkProfile, World};
use alloc::vec::Vec;

/// Events that are taken out of the world at a stretch.
const STRETCH: usize = 4_096;

/// Events that are computed at a stretch: as the page does it, with room for a few frames.
const STEP: u32 = 50_000;

/// A cluster under enough traffic for a million events and more.
pub const MILLION: &str = "\
title    A million events
seed     7
end      600s
ring     a: 8 nodes, 100 vnodes, 3 copies
load     10000 keys \"user:{n}\"
traffic  c: 2000/s, 80% get 20% put
";

/// A replicated store of five under as much traffic as its clients get answered.
pub const GROUP: &str = "\
title    A replicated store at work
seed     7
end      600s
raft     a: 5 nodes
load     1000 keys \"user:{n}\"
traffic  c: 5000/s, 50% get 50% put, 20 clients
";

/// Opens a text and computes it until at least so many events are known, or its end; the session.
#[must_use]
pub fn computed(text: &str, events: u32) -> Session {
    let mut session = Session::open(text);
    while !session.compute(STEP) && session.event_count() < events {}
    session
}

/// Lets nodes call each other in a ring, each as soon as it has its answer, until at least so many
/// events have happened; gives how many there were, and the hash over them.
#[must_use]
pub fn ping(nodes: u32, events: u64) -> (u64, u64) {
    let nodes = nodes.clamp(2, 10_000);
    let mut world: World<Ping> = World::new(7, LinkProfile::default());
    let mut out = Vec::new();
    for node in 0..nodes {
        let config = PingConfig { neighbour: NodeId((node + 1) % nodes), every: Span::ZERO };
        world.add(u64::from(node), config, DiskProfile::default());
    }
    for node in 0..nodes {
        world.start(NodeId(node), &mut out);
    }
    let mut count = 0;
    while count < events {
        out.clear();
        while out.len() < STRETCH && world.step(&mut out) {}
        count += out.len() as u64;
    }
    (count, world.hash())
}

#[cfg(test)]
mod tests {
    use super::ping;

    #[test]
    fn the_same_work_has_the_same_hash() {
        assert_eq!(ping(5, 10_000), ping(5, 10_000));
        assert!(ping(5, 10_000).0 >= 10_000);
    }
}
