//! A few machines of the engine in a process of their own, by the clock on the wall.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use shardlab::base::{NodeId, Rng, Span, Time};
use shardlab::client::Reply;
use shardlab::machine::{Effect, Input, Machine, RequestId, Turn};
use shardlab::tenant::replicated::{Config, Message, Process, Request, Timer};

type Durable = <Process as Machine>::Durable;

/// What leaves the process.
pub(super) enum Out {
    /// A message for a machine that is elsewhere.
    Send { from: NodeId, to: NodeId, message: Message },
    /// The answer to a request.
    Reply { id: RequestId, reply: Reply },
}

struct Slot {
    machine: Process,
    durable: Durable,
    rng: Rng,
    alarms: BTreeMap<Timer, Instant>,
}

/// The machines of this process.
pub(super) struct Host {
    slots: BTreeMap<NodeId, Slot>,
    seed: u64,
    /// Messages between machines of this process.
    inside: Vec<(NodeId, NodeId, Message)>,
    out: Vec<Out>,
    requests: u32,
}

/// A clock that never goes back. It counts from the moment of the wall clock at which it was first
/// asked, since reads by `within` compare it between processes.
fn now() -> Time {
    static BEGIN: OnceLock<(Instant, Duration)> = OnceLock::new();
    let (begin, shown) = BEGIN.get_or_init(|| {
        let shown = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        (Instant::now(), shown)
    });
    Time((*shown + begin.elapsed()).as_micros() as u64)
}

impl Host {
    /// A process without machines.
    pub(super) fn new(seed: u64) -> Self {
        Self { slots: BTreeMap::new(), seed, inside: Vec::new(), out: Vec::new(), requests: 0 }
    }

    /// True if the machine is here.
    pub(super) fn has(&self, node: NodeId) -> bool {
        self.slots.contains_key(&node)
    }

    /// Starts a machine.
    pub(super) fn add(&mut self, node: NodeId, config: &Config) {
        let mut rng = Rng::derive(self.seed, u64::from(node.0));
        let durable = Durable::default();
        let mut effects = Vec::new();
        let mut turn = Turn::new(node, now(), &mut rng, &mut effects);
        let machine = Process::boot(config, &durable, &mut turn);
        self.slots.insert(node, Slot { machine, durable, rng, alarms: BTreeMap::new() });
        self.apply(node, effects);
        self.settle();
    }

    /// Hands a message to a machine.
    pub(super) fn deliver(&mut self, from: NodeId, to: NodeId, message: Message) {
        self.step(to, Input::Message { from, message });
        self.settle();
    }

    /// Asks a machine for something; the number of the request.
    pub(super) fn request(&mut self, node: NodeId, request: Request) -> RequestId {
        self.requests += 1;
        let id = RequestId(self.requests);
        self.step(node, Input::Request { id, request });
        self.settle();
        id
    }

    /// How long until the next alarm.
    pub(super) fn due(&self) -> Option<Duration> {
        let alarms = self.slots.values().flat_map(|slot| slot.alarms.values());
        alarms.min().map(|due| due.saturating_duration_since(Instant::now()))
    }

    /// Rings every alarm that is due.
    pub(super) fn ring(&mut self) {
        let now = Instant::now();
        let due: Vec<(NodeId, Timer)> = self
            .slots
            .iter()
            .flat_map(|(node, slot)| {
                slot.alarms.iter().map(move |(timer, at)| (*node, *timer, *at))
            })
            .filter(|(_, _, at)| *at <= now)
            .map(|(node, timer, _)| (node, timer))
            .collect();
        for (node, timer) in due {
            // An alarm before this one may have taken it back.
            let armed = self.slots.get_mut(&node).and_then(|slot| slot.alarms.remove(&timer));
            if armed.is_some_and(|at| at <= now) {
                self.step(node, Input::Timer(timer));
            }
        }
        self.settle();
    }

    /// What has left since the last time.
    pub(super) fn take(&mut self) -> Vec<Out> {
        std::mem::take(&mut self.out)
    }

    fn settle(&mut self) {
        while !self.inside.is_empty() {
            for (from, to, message) in std::mem::take(&mut self.inside) {
                self.step(to, Input::Message { from, message });
            }
        }
    }

    fn step(&mut self, node: NodeId, input: Input<Process>) {
        let Some(slot) = self.slots.get_mut(&node) else { return };
        let mut effects = Vec::new();
        slot.machine.step(input, &mut Turn::new(node, now(), &mut slot.rng, &mut effects));
        self.apply(node, effects);
    }

    fn apply(&mut self, node: NodeId, effects: Vec<Effect<Process>>) {
        for effect in effects {
            let here = matches!(&effect, Effect::Send { to, .. } if self.has(*to));
            let Some(slot) = self.slots.get_mut(&node) else { return };
            match effect {
                Effect::Send { to, message } if here => {
                    self.inside.push((node, to, message));
                }
                Effect::Send { to, message } => {
                    self.out.push(Out::Send { from: node, to, message });
                }
                Effect::Arm { timer, after: Span(micros) } => {
                    slot.alarms.insert(timer, Instant::now() + Duration::from_micros(micros));
                }
                Effect::Disarm(timer) => {
                    slot.alarms.remove(&timer);
                }
                // The process keeps its disk in memory: a write has landed as soon as it is made.
                Effect::Save(write) => Process::settle(&mut slot.durable, write),
                Effect::Reply { id, reply } => self.out.push(Out::Reply { id, reply }),
                // Nothing is ever on its way to such a disk.
                Effect::Fence | Effect::Note(_) => {}
                Effect::Halt => {
                    self.slots.remove(&node);
                    return;
                }
            }
        }
    }
}
