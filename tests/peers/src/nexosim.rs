//! The same calls in NeXosim, a published simulator of discrete events: every node calls its
//! neighbour as soon as it has its answer, and every message takes a drawn time on its way.
//!
//! It runs on one thread, as ours does. It keeps no trace, makes no hash and knows no faults.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::Output;
use nexosim::simulation::{Mailbox, SimInit, SimulationError};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

/// What has happened: a message set out or arrived.
static HAPPENED: AtomicU64 = AtomicU64::new(0);

/// A node with a wire to its neighbour and one back to who calls it.
#[derive(Default, Serialize, Deserialize)]
struct Caller {
    call: Output<u32>,
    answer: Output<u32>,
    chance: u64,
}

#[Model]
impl Caller {
    #[nexosim(init)]
    async fn boot(&mut self, context: &Context<Self>) {
        let way = self.way();
        let _ = context.schedule_event(way, schedulable!(Self::send_call), 0);
    }

    /// How long a message takes, from half a millisecond to one and a half.
    fn way(&mut self) -> Duration {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        HAPPENED.fetch_add(1, Ordering::Relaxed);
        Duration::from_micros(500 + self.chance % 1_000)
    }

    fn called(&mut self, number: u32, context: &Context<Self>) {
        HAPPENED.fetch_add(1, Ordering::Relaxed);
        let way = self.way();
        let _ = context.schedule_event(way, schedulable!(Self::send_answer), number);
    }

    fn answered(&mut self, number: u32, context: &Context<Self>) {
        HAPPENED.fetch_add(1, Ordering::Relaxed);
        let way = self.way();
        let _ = context.schedule_event(way, schedulable!(Self::send_call), number.wrapping_add(1));
    }

    #[nexosim(schedulable)]
    async fn send_call(&mut self, number: u32) {
        self.call.send(number).await;
    }

    #[nexosim(schedulable)]
    async fn send_answer(&mut self, number: u32) {
        self.answer.send(number).await;
    }
}

/// Lets so many nodes call each other until so many events have happened; gives how many did.
pub(crate) fn ping(nodes: usize, events: u64) -> Result<u64, SimulationError> {
    let boxes: Vec<Mailbox<Caller>> = (0..nodes).map(|_| Mailbox::new()).collect();
    let mut callers: Vec<Caller> = (1..=nodes as u64)
        .map(|node| Caller {
            chance: node.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            ..Caller::default()
        })
        .collect();
    for node in 0..nodes {
        let next = (node + 1) % nodes;
        callers[node].call.connect(Caller::called, &boxes[next]);
        callers[next].answer.connect(Caller::answered, &boxes[node]);
    }
    let mut bench = SimInit::with_num_threads(1);
    for (node, (caller, mailbox)) in callers.into_iter().zip(boxes).enumerate() {
        bench = bench.add_model(caller, mailbox, &node.to_string());
    }
    HAPPENED.store(0, Ordering::Relaxed);
    let mut simulation = bench.init(MonotonicTime::EPOCH)?;
    while HAPPENED.load(Ordering::Relaxed) < events {
        simulation.step()?;
    }
    Ok(HAPPENED.load(Ordering::Relaxed))
}
