//! `cargo lab route`: a small router of Maelstrom's protocol. It runs several node processes, carries
//! their messages with latency, loss and cuts, drives them with clients, and judges what they saw.

mod client;
mod process;

use std::collections::BinaryHeap;
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use client::{Clients, Wanted};
use process::{Line, Nodes};
use serde_json::{Value as Json, json};
use shardlab::base::Rng;
use shardlab::check::{Budget, Judgement, Object, Verdict};

use crate::say;

/// What to run, and on what kind of network.
#[derive(Debug, Clone, clap::Args)]
pub struct Route {
    /// The program of a node; without it, this one's own `node`.
    program: Option<PathBuf>,
    /// Arguments for the program.
    #[arg(last = true)]
    arguments: Vec<String>,
    /// How many nodes.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=25))]
    nodes: u32,
    /// How many clients, each with one operation at a time.
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=100))]
    clients: u32,
    /// Operations a second of all clients together.
    #[arg(long, default_value_t = 100.0)]
    rate: f64,
    /// How many keys.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=1000))]
    keys: u32,
    /// How long, in seconds.
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// The mean time that a message between nodes takes, in milliseconds.
    #[arg(long, default_value_t = 5.0)]
    latency: f64,
    /// How many messages of a hundred between nodes are lost.
    #[arg(long, default_value_t = 0.0)]
    loss: f64,
    /// The nodes fall into two parts for a while, every so many seconds; 0 for never.
    #[arg(long, default_value_t = 4.0)]
    cuts: f64,
    /// The number behind all chance of the router.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Writes the history as JSON lines.
    #[arg(long)]
    history: Option<PathBuf>,
}

/// A message on its way, the soonest first in the heap.
struct Flight {
    due: Instant,
    number: u64,
    to: String,
    message: Json,
}

impl PartialEq for Flight {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}
impl Eq for Flight {}
impl PartialOrd for Flight {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Flight {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (other.due, other.number).cmp(&(self.due, self.number))
    }
}

/// The network between the processes.
struct Wire {
    rng: Rng,
    latency: f64,
    loss: f64,
    /// The nodes of one side while the network is cut.
    cut: Vec<String>,
    flights: BinaryHeap<Flight>,
    sent: u64,
    lost: u64,
}

impl Wire {
    fn send(&mut self, message: Json) {
        let name = |field: &str| message[field].as_str().unwrap_or_default().to_owned();
        let (from, to) = (name("src"), name("dest"));
        let inside = from.starts_with('n') && to.starts_with('n');
        self.sent += 1;
        let apart = inside && self.cut.contains(&from) != self.cut.contains(&to);
        let chance = inside && self.rng.chance((self.loss * 10_000.0) as u32);
        if apart || chance {
            self.lost += 1;
            return;
        }
        // An exponential wait, as Maelstrom has it.
        let dice = (self.rng.below(1 << 53) as f64 + 1.0) / (1_u64 << 53) as f64;
        let wait = if inside { -dice.ln() * self.latency } else { 0.0 };
        let due = Instant::now() + Duration::from_secs_f64(wait.min(10_000.0) / 1_000.0);
        self.flights.push(Flight { due, number: self.sent, to, message });
    }
}

/// Runs the nodes and judges; `Ok(false)` if what the clients saw is not linearizable or not known to
/// be.
pub fn route(wish: &Route) -> Result<bool, String> {
    let (sender, lines) = mpsc::channel();
    let mut nodes = Nodes::start(wish.program.as_deref(), &wish.arguments, wish.nodes, &sender)?;
    let mut wire = Wire {
        rng: Rng::derive(wish.seed, 1),
        latency: wish.latency.max(0.0),
        loss: wish.loss.clamp(0.0, 100.0),
        cut: Vec::new(),
        flights: BinaryHeap::new(),
        sent: 0,
        lost: 0,
    };
    let names: Vec<String> = nodes.names().map(str::to_owned).collect();
    for name in &names {
        let body = json!({ "type": "init", "msg_id": 1, "node_id": name, "node_ids": names });
        wire.send(json!({ "src": "c0", "dest": name, "body": body }));
    }
    let wanted = Wanted { rate: wish.rate.clamp(0.1, 10_000.0), keys: wish.keys };
    let mut clients = Clients::new(wish.clients, &names, wanted, wish.seed);
    let began = Instant::now();
    let end = began + Duration::from_secs_f64(wish.seconds.clamp(1.0, 3_600.0));
    // Clients that have asked by then are waited for a little longer.
    let last = end + Duration::from_secs(2);
    let bar = say::spinner("route");
    let mut next_cut = Duration::from_secs_f64(wish.cuts.max(0.0));
    loop {
        let now = Instant::now();
        if now >= last || (now >= end && clients.waiting() == 0) {
            break;
        }
        if wish.cuts > 0.0 && now - began >= next_cut {
            next_cut += Duration::from_secs_f64(wish.cuts / 2.0);
            wire.cut = match wire.cut.is_empty() {
                true => cut(&names, &mut wire.rng),
                false => Vec::new(),
            };
        }
        while wire.flights.peek().is_some_and(|flight| flight.due <= now) {
            let Some(flight) = wire.flights.pop() else { break };
            if flight.to.starts_with('c') {
                clients.hear(&flight.message);
            } else if !nodes.tell(&flight.to, &flight.message) {
                nobody(&mut wire, &flight);
            }
        }
        if now < end && nodes.ready() {
            for message in clients.work(now) {
                wire.send(message);
            }
        }
        clients.give_up(now);
        let flight = wire.flights.peek().map(|flight| flight.due);
        let until = [flight, clients.due()].into_iter().flatten().min();
        let wait =
            until.map_or(Duration::from_millis(10), |due| due.saturating_duration_since(now));
        match lines.recv_timeout(wait.clamp(Duration::from_micros(200), Duration::from_millis(10)))
        {
            Ok(Line::Said(message)) => {
                if message["body"]["type"] == "init_ok" {
                    nodes.is_ready(message["src"].as_str().unwrap_or_default());
                } else {
                    wire.send(message);
                }
            }
            Ok(Line::Garbage(node, line)) => {
                return Err(format!("{node} said something that is no message: {line}"));
            }
            Ok(Line::Ended(node)) => return Err(format!("{node} has ended")),
            Err(_) => {}
        }
        bar.set_message(format!("{} operations", clients.ended()));
    }
    bar.finish_and_clear();
    drop(nodes);
    if let Some(path) = &wish.history {
        std::fs::write(path, clients.lines().join("\n") + "\n")
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    judge(clients, &wire)
}

/// Some nodes, but never none and never all.
fn cut(names: &[String], rng: &mut Rng) -> Vec<String> {
    let count = 1 + rng.below((names.len() as u64 - 1).max(1)) as usize;
    let mut all = names.to_vec();
    let mut side = Vec::new();
    while side.len() < count && all.len() > 1 {
        side.push(all.swap_remove(rng.below(all.len() as u64) as usize));
    }
    side
}

/// Tells the sender that nobody has that name.
fn nobody(wire: &mut Wire, flight: &Flight) {
    let text = format!("{} is not there", flight.to);
    let asked = &flight.message["body"]["msg_id"];
    let body = json!({ "type": "error", "in_reply_to": asked, "code": 1, "text": text });
    let back = json!({ "src": flight.to, "dest": flight.message["src"], "body": body });
    wire.send(back);
}

fn judge(clients: Clients, wire: &Wire) -> Result<bool, String> {
    let counts = clients.counts();
    let history = std::sync::Arc::new(clients.history());
    let count = history.operations.len();
    let mut judgement = Judgement::new(history, Object::Store, Budget::default())
        .map_err(|_| "an operation is unknown to the judge".to_owned())?;
    let verdict = judgement.decide();
    println!("{count} operations: {counts}");
    println!("{} messages, {} of them lost or cut off", wire.sent, wire.lost);
    println!("{verdict}");
    Ok(verdict == Verdict::Linearizable)
}
