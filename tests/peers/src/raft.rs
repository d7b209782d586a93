//! Raft beside raft-rs: three nodes in memory on one thread, the same proposals on both, in turns.
//!
//! Method: 16-byte entries, each a `Vec` of its own, 100,000 of them, one at a time or 64 at a time.
//! After each handful the cluster is pumped until nothing is left to do: every node's writes are
//! applied to its store in memory, its messages go straight to their targets, and all that is
//! committed is counted. No ticks, no codec, no compaction. The time is that of the process alone,
//! the best and the median of several rounds; messages are counted, so they are exact.
//!
//! raft-rs runs with pre-vote and check-quorum, 256 messages in flight, a megabyte a message, no log
//! lines, and `batch_append` where entries come by the handful, as its own documents advise.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use raft::prelude::*;
use raft::storage::MemStorage;
use rustix::time::{ClockId, clock_gettime};
use shardlab::base::{NodeId, Rng, Span, Time};
use shardlab::machine::{Effect, Turn};
use shardlab::raft as ours;
use shardlab::session::measure::{GROUP, computed};
use shardlab::sim::{DiskProfile, LinkProfile, World};

use crate::measure::{rate, say};

const PROPOSALS: usize = 100_000;
const ROUNDS: usize = 7;
const BYTES: usize = 16;
/// Events of one round of a whole session.
const SESSION_EVENTS: u32 = 500_000;

/// The time that this process has had so far.
fn now() -> Duration {
    let spent = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(spent.tv_sec as u64, spent.tv_nsec as u32)
}

/// What one run has cost.
#[derive(Clone, Copy, Debug)]
struct Cost {
    time: Duration,
    messages: u64,
}

// --- raft-rs -------------------------------------------------------------------------------------

struct Theirs {
    nodes: Vec<RawNode<MemStorage>>,
    committed: [usize; 3],
    queue: VecDeque<Message>,
    messages: u64,
}

impl Theirs {
    fn new(batch: bool) -> Result<Self, raft::Error> {
        let logger = slog::Logger::root(slog::Discard, slog::o!());
        let nodes = (1..=3)
            .map(|id| {
                let config = raft::Config {
                    id,
                    election_tick: 10,
                    heartbeat_tick: 1,
                    max_inflight_msgs: 256,
                    max_size_per_msg: 1 << 20,
                    check_quorum: true,
                    pre_vote: true,
                    batch_append: batch,
                    ..raft::Config::default()
                };
                let storage = MemStorage::new_with_conf_state((vec![1, 2, 3], vec![]));
                RawNode::new(&config, storage, &logger)
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { nodes, committed: [0; 3], queue: VecDeque::new(), messages: 0 })
    }

    fn count(committed: &mut usize, entries: &[Entry]) {
        *committed += entries.iter().filter(|entry| !entry.data.is_empty()).count();
    }

    fn pump(&mut self) -> Result<(), raft::Error> {
        loop {
            let mut idle = true;
            for (at, node) in self.nodes.iter_mut().enumerate() {
                if !node.has_ready() {
                    continue;
                }
                idle = false;
                let mut ready = node.ready();
                self.queue.extend(ready.take_messages());
                Self::count(&mut self.committed[at], &ready.take_committed_entries());
                let store = node.raft.raft_log.store.clone();
                if !ready.entries().is_empty() {
                    store.wl().append(ready.entries())?;
                }
                if let Some(hard) = ready.hs() {
                    store.wl().set_hardstate(hard.clone());
                }
                self.queue.extend(ready.take_persisted_messages());
                let mut light = node.advance(ready);
                self.queue.extend(light.take_messages());
                Self::count(&mut self.committed[at], &light.take_committed_entries());
                node.advance_apply();
            }
            while let Some(message) = self.queue.pop_front() {
                idle = false;
                self.messages += 1;
                self.nodes[message.to as usize - 1].step(message)?;
            }
            if idle {
                return Ok(());
            }
        }
    }

    fn run(batch: usize) -> Result<Cost, raft::Error> {
        let mut cluster = Self::new(batch > 1)?;
        cluster.nodes[0].campaign()?;
        cluster.pump()?;
        cluster.messages = 0;
        let started = now();
        let mut done = 0;
        while done < PROPOSALS {
            let handful = batch.min(PROPOSALS - done);
            for number in 0..handful {
                cluster.nodes[0].propose(vec![], data(done + number))?;
            }
            done += handful;
            cluster.pump()?;
            assert_eq!(cluster.committed[0], done, "raft-rs has committed all at its leader");
        }
        let time = now() - started;
        assert_eq!(cluster.committed, [PROPOSALS; 3], "raft-rs has committed all everywhere");
        Ok(Cost { time, messages: cluster.messages })
    }
}

fn data(number: usize) -> Vec<u8> {
    let mut data = vec![0; BYTES];
    data[..8].copy_from_slice(&(number as u64 + 1).to_le_bytes());
    data
}

// --- Ours ----------------------------------------------------------------------------------------

/// A log of plain bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub(crate) struct Bytes;

impl ours::Payload for Bytes {
    type Command = Vec<u8>;
    type State = ();
    fn command_bytes(command: &Vec<u8>) -> u64 {
        command.len() as u64
    }
    fn state_bytes((): &()) -> u64 {
        0
    }
    fn state_digest((): &()) -> u64 {
        0
    }
}

type Node = ours::Node<Bytes>;

struct Ours {
    nodes: Vec<(Node, ours::Durable<Bytes>, Rng)>,
    committed: [usize; 3],
    queue: VecDeque<(NodeId, NodeId, ours::Message<Bytes>)>,
    effects: Vec<Effect<Node>>,
    messages: u64,
}

impl Ours {
    fn new() -> Self {
        let members = ours::Membership::of((0..3).map(NodeId)).into();
        let config =
            ours::Config { members, window: 256, append_bytes: 1 << 20, ..ours::Config::default() };
        let config = config.into();
        let mut effects = Vec::new();
        let nodes = (0..3).map(|id| {
            let durable = ours::Durable::default();
            let mut rng = Rng::derive(1, u64::from(id));
            let mut turn = Turn::new(NodeId(id), Time(0), &mut rng, &mut effects);
            let node = Node::start(&config, &durable, &mut turn);
            (node, durable, rng)
        });
        let nodes = nodes.collect();
        effects.clear();
        Self { nodes, committed: [0; 3], queue: VecDeque::new(), effects, messages: 0 }
    }

    fn turn(&mut self, at: usize, act: impl FnOnce(&mut Node, &mut Turn<'_, Node>)) {
        let mut effects = std::mem::take(&mut self.effects);
        let (node, durable, rng) = &mut self.nodes[at];
        let id = NodeId(at as u32);
        act(node, &mut Turn::new(id, Time(0), rng, &mut effects));
        // Effects are done in their order; an alarm behind a write rings when that is on the disk,
        // which is at once.
        let mut first = 0;
        while first < effects.len() {
            let mut rang = None;
            for effect in effects.drain(first..) {
                match effect {
                    Effect::Send { to, message } => self.queue.push_back((id, to, message)),
                    Effect::Save(write) => write.settle(durable),
                    Effect::Arm { timer: timer @ ours::Timer::Stored(_), .. } => rang = Some(timer),
                    Effect::Arm { .. } | Effect::Disarm(_) => {}
                    Effect::Fence | Effect::Reply { .. } | Effect::Note(_) | Effect::Halt => {}
                }
            }
            first = 0;
            if let Some(timer) = rang {
                node.ring(timer, &mut Turn::new(id, Time(0), rng, &mut effects));
            }
        }
        while let Some((_, entry)) = node.next_committed() {
            self.committed[at] += usize::from(matches!(entry.what, ours::What::Command(_)));
        }
        self.effects = effects;
    }

    fn pump(&mut self) {
        while let Some((from, to, message)) = self.queue.pop_front() {
            self.messages += 1;
            self.turn(to.index(), |node, turn| node.receive(from, message, turn));
        }
    }

    fn run(batch: usize) -> Cost {
        let mut cluster = Self::new();
        cluster.turn(0, |node, turn| node.campaign(turn));
        cluster.pump();
        cluster.messages = 0;
        let started = now();
        let mut done = 0;
        while done < PROPOSALS {
            let handful = batch.min(PROPOSALS - done);
            let commands = (done..done + handful).map(data).collect();
            cluster.turn(0, |node, turn| assert!(node.propose(commands, turn).is_ok()));
            done += handful;
            cluster.pump();
            assert_eq!(cluster.committed[0], done, "ours has committed all at its leader");
        }
        let time = now() - started;
        assert_eq!(cluster.committed, [PROPOSALS; 3], "ours has committed all everywhere");
        Cost { time, messages: cluster.messages }
    }
}

// --- Side by side --------------------------------------------------------------------------------

/// Nanoseconds a proposal: the best and the median.
fn nanos(costs: &mut [Cost]) -> (f64, f64) {
    costs.sort_by_key(|cost| cost.time);
    let each = |cost: &Cost| cost.time.as_nanos() as f64 / PROPOSALS as f64;
    (each(&costs[0]), each(&costs[costs.len() / 2]))
}

/// Events a second of a whole simulated cluster: five nodes, their network and disks, every event
/// written and hashed, a proposal every 200 microseconds of simulated time.
fn cluster(proposals: u64) -> u64 {
    let mut world: World<Node> = World::new(7, LinkProfile::default());
    let members = ours::Membership::of((0..5).map(NodeId)).into();
    let config: Arc<_> = ours::Config { members, ..ours::Config::default() }.into();
    let mut out = Vec::new();
    for node in 0..5 {
        world.add(node, config.clone(), DiskProfile::default());
    }
    for node in 0..5 {
        world.start(NodeId(node), &mut out);
    }
    let mut until = world.now();
    let mut run = |world: &mut World<Node>, span: Span| {
        until += span;
        while world.due().is_some_and(|due| due <= until) {
            world.step(&mut out);
            if out.len() > 4_096 {
                out.clear();
            }
        }
        world.wait(until);
    };
    run(&mut world, Span::seconds(1));
    let leads =
        |node: &NodeId| world.machine(*node).is_some_and(|m| m.role() == ours::Role::Leader);
    let Some(leader) = (0..5).map(NodeId).find(leads) else { return 0 };
    let mut orders = Vec::new();
    for number in 0..proposals {
        let command = data(number as usize);
        world.request(leader, ours::machine::Request::Propose(vec![command]), &mut orders);
        orders.clear();
        run(&mut world, Span::micros(200));
    }
    run(&mut world, Span::seconds(1));
    let all = (0..5).map(NodeId).filter_map(|node| world.machine(node));
    assert!(all.into_iter().all(|node| node.applied().0 > proposals), "all is applied everywhere");
    u64::from(world.seq())
}

pub(crate) fn raft() -> bool {
    println!(
        "raft: three nodes in memory, 16-byte entries, 100,000 proposals, beside raft-rs 0.7.0"
    );
    let mut held = true;
    for (batch, ratio_most, messages_most) in [(1, 0.5, 8.0), (64, 0.7, 0.125)] {
        let (mut theirs, mut own) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            match Theirs::run(batch) {
                Ok(cost) => theirs.push(cost),
                Err(problem) => {
                    eprintln!("raft-rs: {problem}");
                    return false;
                }
            }
            own.push(Ours::run(batch));
        }
        let (a, b) = (nanos(&mut own), nanos(&mut theirs));
        let ratio = a.0 / b.0;
        let wanted = format!(
            "at most {ratio_most}: best {:.0} ns a proposal against {:.0}, median {:.0} against {:.0}",
            a.0, b.0, a.1, b.1
        );
        let name = format!("  {batch} at a time, CPU against raft-rs");
        held &= say(&name, &format!("{ratio:.2}"), &wanted, ratio <= ratio_most);
        let each = own[0].messages as f64 / PROPOSALS as f64;
        let peer = theirs[0].messages as f64 / PROPOSALS as f64;
        let wanted = format!("at most {messages_most}; raft-rs {peer:.4}");
        let name = format!("  {batch} at a time, messages a proposal");
        // The last handful is smaller than the others.
        let slack = 8.0 / PROPOSALS as f64;
        held &= say(&name, &format!("{each:.4}"), &wanted, each <= messages_most + slack);
    }
    let rate = rate(|| cluster(20_000));
    let figure = format!("{:.2} M events/s", rate / 1e6);
    let wanted = "1 M/s at least, with network, disk and trace";
    held &= say("  a simulated cluster of five", &figure, wanted, rate >= 1e6);
    let rate = session_rate();
    let figure = format!("{:.2} M events/s", rate / 1e6);
    let wanted = "1 M/s at least, with clients, stores, laws and measures too";
    held & say("  a session of five", &figure, wanted, rate >= 1e6)
}

/// Events a second of a whole session of a replicated store, as the page computes it.
pub(crate) fn session_rate() -> f64 {
    rate(|| u64::from(computed(GROUP, SESSION_EVENTS).event_count()))
}
