//! One simulated world: machines on nodes, and everything between them.

mod fault;
mod meddle;
mod slot;
mod work;

use super::clock::Clock;
use super::disk::{Disk, DiskProfile};
use super::network::{LinkProfile, Network, Passage};
use super::queue::Queue;
use super::trace::{Event, Fault, Kind, Loss, NO_CAUSE};
use crate::base::hash::tagged;
use crate::base::{NodeId, Rng, Span, Time};
use crate::machine::{Effect, Input, Machine, RequestId, Turn, WriteError};
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use slot::{Held, Pending, Slot, TraceWriter};
pub use work::{Load, WorkChange};

/// Whether a node runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Power {
    /// It runs.
    Up = 0,
    /// It stands still; its timers and its inbox wait.
    Paused = 1,
    /// It is off.
    Down = 2,
}

/// A message on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flight {
    /// The event that sent it.
    pub sent: u32,
    /// Who sent it.
    pub from: NodeId,
    /// For whom.
    pub to: NodeId,
    /// When it left.
    pub left: Time,
    /// When it arrives.
    pub due: Time,
    /// How long it is.
    pub bytes: u32,
}

/// What can be done to a flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meddling {
    /// Take it out of the air.
    Drop,
    /// Put it off.
    Delay(Span),
    /// Let it arrive twice.
    Double,
}

tagged!(Meddling {
    0 Drop,
    1 Delay(a),
    2 Double,
});

/// One simulated world. It says what happens by adding to the list of events that it is given.
#[derive(Clone, Debug)]
pub struct World<M: Machine> {
    seed: u64,
    now: Time,
    queue: Queue<Pending<M>>,
    nodes: Vec<Slot<M>>,
    network: Network,
    trace: TraceWriter,
    requests: u32,
    effects: Vec<Effect<M>>,
}

impl<M: Machine> World<M> {
    /// An empty world.
    #[must_use]
    pub fn new(seed: u64, links: LinkProfile) -> Self {
        Self {
            seed,
            now: Time::ZERO,
            queue: Queue::default(),
            nodes: Vec::new(),
            network: Network::new(seed, links),
            trace: TraceWriter { seq: 0, hash: seed },
            requests: 0,
            effects: Vec::new(),
        }
    }

    /// Adds a node that is off. Its name, not its number, decides its chance.
    pub fn add(&mut self, name: u64, config: M::Config, disk: DiskProfile) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        self.network.add(name);
        self.nodes.push(Slot {
            config,
            machine: None,
            durable: M::Durable::default(),
            power: Power::Down,
            life: 0,
            rng: Rng::derive(self.seed, name),
            clock: Clock::default(),
            disk: Disk::new(disk),
            held: VecDeque::new(),
            unsynced: VecDeque::new(),
            writes: 0,
            landed: 0,
            loose: false,
            alarms: Vec::new(),
            alarm_count: 0,
            waiting: Vec::new(),
            desk: None,
            slow: 100,
            refused: None,
        });
        id
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Time {
        self.now
    }

    /// The number of the next event.
    #[must_use]
    pub fn seq(&self) -> u32 {
        self.trace.seq
    }

    /// One number for everything that has happened so far.
    #[must_use]
    pub fn hash(&self) -> u64 {
        self.trace.hash
    }

    /// How many nodes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// True before the first node.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The machine on a node, if it is not off.
    #[must_use]
    pub fn machine(&self, node: NodeId) -> Option<&M> {
        self.nodes.get(node.index())?.machine.as_ref()
    }

    /// The machine on a node, if it is not off, to hand it what was worked out ahead of an input. What
    /// the machine does must not depend on it, only how long it takes.
    pub fn machine_mut(&mut self, node: NodeId) -> Option<&mut M> {
        self.nodes.get_mut(node.index())?.machine.as_mut()
    }

    /// What is safe on a node's disk.
    #[must_use]
    pub fn durable(&self, node: NodeId) -> Option<&M::Durable> {
        self.nodes.get(node.index()).map(|slot| &slot.durable)
    }

    /// Changes what is on a node's disk before its first start.
    pub fn preload(&mut self, node: NodeId, preload: impl FnOnce(&mut M::Durable)) {
        preload(&mut self.nodes[node.index()].durable);
    }

    /// What a node's machine was told at first.
    #[must_use]
    pub fn config(&self, node: NodeId) -> Option<&M::Config> {
        self.nodes.get(node.index()).map(|slot| &slot.config)
    }

    /// Whether a node runs.
    #[must_use]
    pub fn power(&self, node: NodeId) -> Power {
        self.nodes.get(node.index()).map_or(Power::Down, |slot| slot.power)
    }

    /// A node's two clocks.
    #[must_use]
    pub fn clock(&self, node: NodeId) -> Clock {
        self.nodes.get(node.index()).map_or_else(Clock::default, |slot| slot.clock)
    }

    /// How many writes of a node are not yet safe.
    #[must_use]
    pub fn unsafe_writes(&self, node: NodeId) -> usize {
        self.nodes.get(node.index()).map_or(0, |slot| {
            slot.held.iter().filter(|held| held.write.is_some()).count() + slot.unsynced.len()
        })
    }

    /// What a lying disk claims to hold beside what it does: all that it has called safe. Nothing if it holds
    /// all that it claims.
    #[must_use]
    pub fn claimed(&self, node: NodeId) -> Option<M::Durable> {
        let slot = self.nodes.get(node.index()).filter(|slot| !slot.unsynced.is_empty())?;
        let mut durable = slot.durable.clone();
        for (_, write) in &slot.unsynced {
            M::settle(&mut durable, write.clone());
        }
        Some(durable)
    }

    /// The most writes that ever waited at once for an answer of a node's disk.
    #[must_use]
    pub fn disk_queue(&self, node: NodeId) -> Option<u32> {
        self.nodes.get(node.index()).map(|slot| slot.disk.queue_most())
    }

    /// The network.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Every message on its way.
    pub fn flights(&self) -> impl Iterator<Item = (Flight, &M::Message)> {
        self.queue.iter().filter_map(|(due, pending)| flight(due, pending))
    }

    /// When the next thing is due.
    #[must_use]
    pub fn due(&self) -> Option<Time> {
        self.queue.due()
    }

    /// Lets time pass up to a moment before which nothing is due.
    pub fn wait(&mut self, until: Time) {
        assert!(self.due().is_none_or(|due| due >= until), "nothing that is due is skipped");
        self.now = self.now.max(until);
    }

    /// Does the next thing that is due; false if nothing is.
    pub fn step(&mut self, out: &mut Vec<Event<M>>) -> bool {
        let Some((due, pending)) = self.queue.take() else { return false };
        self.now = self.now.max(due);
        if self.nodes[pending.node().index()].power == Power::Paused {
            self.nodes[pending.node().index()].waiting.push(pending);
            return true;
        }
        match pending {
            Pending::Arrival { from, to, sent, message, .. } => {
                let why = if self.network.stops(from, to) {
                    Some(Loss::Cut)
                } else if self.nodes[to.index()].power == Power::Down {
                    Some(Loss::Down)
                } else {
                    None
                };
                if let Some(why) = why {
                    self.trace.write(out, self.now, to, sent, Kind::Lost { why });
                } else if self.nodes[to.index()].desk.is_some() {
                    self.line_up(to, from, sent, message);
                } else {
                    let cause = self.trace.write(out, self.now, to, sent, Kind::Delivered { from });
                    self.turn(to, cause, Input::Message { from, message }, out);
                }
            }
            Pending::Alarm { node, life, timer, number, armed } => {
                let slot = &mut self.nodes[node.index()];
                let place = slot.alarms.iter().position(|alarm| *alarm == (timer, number));
                if let Some(place) = place.filter(|_| slot.life == life) {
                    slot.alarms.swap_remove(place);
                    let cause = self.trace.write(out, self.now, node, armed, Kind::Rang(timer));
                    self.turn(node, cause, Input::Timer(timer), out);
                }
            }
            Pending::Landing { node, life } => {
                if self.nodes[node.index()].life == life {
                    self.land(node, out);
                }
            }
            Pending::Synced { node, life, number } => {
                let slot = &mut self.nodes[node.index()];
                if slot.life == life {
                    sync(slot, number);
                }
            }
            Pending::Worked { node, number } => self.worked(node, number, out),
            Pending::Order { node, id, request, cause } => {
                self.turn(node, cause, Input::Request { id, request }, out);
            }
        }
        true
    }

    /// Starts a node that is off.
    pub fn start(&mut self, node: NodeId, out: &mut Vec<Event<M>>) {
        if self.power(node) != Power::Down {
            return;
        }
        let cause = self.fault(node, Fault::Started, out);
        let mut effects = core::mem::take(&mut self.effects);
        let slot = &mut self.nodes[node.index()];
        slot.power = Power::Up;
        slot.landed = 0;
        slot.refused = None;
        let now = slot.clock.monotonic(self.now);
        let mut turn = Turn::new(node, now, &mut slot.rng, &mut effects);
        turn.wall = slot.clock.wall(self.now);
        slot.machine = Some(M::boot(&slot.config, &slot.durable, &mut turn));
        self.apply(node, cause, &mut effects, out);
        self.effects = effects;
    }

    /// How a node's disk behaves.
    #[must_use]
    pub fn disk(&self, node: NodeId) -> DiskProfile {
        self.nodes.get(node.index()).map_or_else(DiskProfile::default, |slot| slot.disk.profile)
    }

    /// Why the last write failed that its disk refused since the node was started last.
    #[must_use]
    pub fn refused(&self, node: NodeId) -> Option<WriteError> {
        self.nodes.get(node.index())?.refused
    }

    /// Hands a request to a node; one that is off never answers.
    pub fn request(
        &mut self,
        node: NodeId,
        request: M::Request,
        out: &mut Vec<Event<M>>,
    ) -> RequestId {
        let id = RequestId(self.requests);
        self.requests += 1;
        let kind = Kind::Requested { id, request: Box::new(request.clone()) };
        let cause = self.trace.write(out, self.now, node, NO_CAUSE, kind);
        match self.power(node) {
            Power::Up => self.turn(node, cause, Input::Request { id, request }, out),
            Power::Paused => {
                let order = Pending::Order { node, id, request, cause };
                self.nodes[node.index()].waiting.push(order);
            }
            Power::Down => {}
        }
        id
    }

    /// Writes down a note that comes from outside any machine.
    pub fn note(&mut self, node: NodeId, note: M::Note, out: &mut Vec<Event<M>>) {
        self.trace.write(out, self.now, node, NO_CAUSE, Kind::Noted(note));
    }

    fn turn(&mut self, node: NodeId, cause: u32, input: Input<M>, out: &mut Vec<Event<M>>) {
        let mut effects = core::mem::take(&mut self.effects);
        let slot = &mut self.nodes[node.index()];
        if let Some(machine) = &mut slot.machine {
            let now = slot.clock.monotonic(self.now);
            let mut turn = Turn::new(node, now, &mut slot.rng, &mut effects);
            turn.wall = slot.clock.wall(self.now);
            turn.landed = slot.landed;
            machine.step(input, &mut turn);
            self.apply(node, cause, &mut effects, out);
        }
        self.effects = effects;
    }

    fn land(&mut self, node: NodeId, out: &mut Vec<Event<M>>) {
        let slot = &mut self.nodes[node.index()];
        let Some(held) = slot.held.pop_front() else { return };
        let Held { write, mut rest, cause, bytes, lie, fails } = held;
        let Some(write) = write else { return self.apply(node, cause, &mut rest, out) };
        if let Some(why) = fails {
            slot.refused = Some(why);
            let fault = Kind::Fault(Fault::WriteFailed(why));
            let cause = self.trace.write(out, self.now, node, cause, fault);
            if why == WriteError::Failed {
                self.scatter(node, cause, core::iter::once(write), out);
            }
            return self.turn(node, cause, Input::WriteFailed(why), out);
        }
        slot.landed = slot.landed.wrapping_add(1);
        match lie {
            None => {
                sync(slot, u32::MAX);
                M::settle(&mut slot.durable, write);
            }
            Some((number, safe)) => {
                slot.unsynced.push_back((number, write));
                let life = slot.life;
                self.queue.put(safe, Pending::Synced { node, life, number });
            }
        }
        let cause = self.trace.write(out, self.now, node, cause, Kind::Landed { bytes });
        self.apply(node, cause, &mut rest, out);
    }

    fn apply(
        &mut self,
        node: NodeId,
        cause: u32,
        effects: &mut Vec<Effect<M>>,
        out: &mut Vec<Event<M>>,
    ) {
        let mut rest = effects.drain(..);
        while let Some(effect) = rest.next() {
            match effect {
                Effect::Send { to, message } => {
                    let now = self.now;
                    let bytes = M::message_bytes(&message);
                    let known = to.index() < self.nodes.len();
                    let kind = Kind::Sent {
                        to,
                        bytes: bytes.min(u64::from(u32::MAX)) as u32,
                        message: message.clone(),
                    };
                    let sent = self.trace.write(out, now, node, cause, kind);
                    let passage =
                        if known { self.network.pass(now, node, to, bytes) } else { Passage::Lost };
                    let bytes = bytes.min(u64::from(u32::MAX)) as u32;
                    let arrival =
                        Pending::Arrival { from: node, to, sent, left: now, bytes, message };
                    match passage {
                        Passage::Arrives(due) => self.queue.put(due, arrival),
                        Passage::Twice(one, two) => {
                            self.queue.put(one, arrival.clone());
                            self.queue.put(two, arrival);
                        }
                        Passage::Lost => {
                            let why = Loss::Chance;
                            self.trace.write(out, now, to, sent, Kind::Lost { why });
                        }
                        Passage::Cut => {
                            let why = Loss::Cut;
                            self.trace.write(out, now, to, sent, Kind::Lost { why });
                        }
                    }
                }
                Effect::Arm { timer, after } => {
                    let slot = &mut self.nodes[node.index()];
                    slot.alarm_count = slot.alarm_count.wrapping_add(1);
                    let number = slot.alarm_count;
                    match slot.alarms.iter_mut().find(|alarm| alarm.0 == timer) {
                        Some(alarm) => alarm.1 = number,
                        None => slot.alarms.push((timer, number)),
                    }
                    let due = self.now + slot.clock.lasts(after);
                    let life = slot.life;
                    self.queue.put(due, Pending::Alarm { node, life, timer, number, armed: cause });
                }
                Effect::Disarm(timer) => {
                    self.nodes[node.index()].alarms.retain(|alarm| alarm.0 != timer);
                }
                Effect::Save(write) => {
                    let rest: Vec<Effect<M>> = rest.collect();
                    let slot = &mut self.nodes[node.index()];
                    let bytes = M::write_bytes(&write);
                    let landing = slot.disk.write(self.now, bytes, slot.slow, &mut slot.rng);
                    slot.writes = slot.writes.wrapping_add(1) & (u32::MAX >> 1);
                    let lie = slot.disk.profile.lie.map(|_| (slot.writes, landing.safe));
                    let fails = slot.fails(bytes);
                    let bytes = bytes.min(u64::from(u32::MAX)) as u32;
                    let write = Some(write);
                    slot.held.push_back(Held { write, rest, cause, bytes, lie, fails });
                    let life = slot.life;
                    self.queue.put(landing.answered, Pending::Landing { node, life });
                    return;
                }
                Effect::Fence => {
                    let slot = &mut self.nodes[node.index()];
                    if !slot.held.is_empty() {
                        let rest: Vec<Effect<M>> = rest.collect();
                        let (due, life) = (slot.disk.answered(), slot.life);
                        let (write, lie, fails) = (None, None, None);
                        slot.held.push_back(Held { write, rest, cause, bytes: 0, lie, fails });
                        self.queue.put(due.max(self.now), Pending::Landing { node, life });
                        return;
                    }
                }
                Effect::Reply { id, reply } => {
                    self.trace.write(out, self.now, node, cause, Kind::Replied { id, reply });
                }
                Effect::Note(note) => {
                    self.trace.write(out, self.now, node, cause, Kind::Noted(note));
                }
                Effect::Halt => {
                    drop(rest);
                    self.halt(node, cause, out);
                    return;
                }
            }
        }
    }
}

/// Makes safe what a disk has only claimed to be safe, up to and including a number.
fn sync<M: Machine>(slot: &mut Slot<M>, upto: u32) {
    while slot.unsynced.front().is_some_and(|(number, _)| *number <= upto) {
        if let Some((_, write)) = slot.unsynced.pop_front() {
            M::settle(&mut slot.durable, write);
        }
    }
}

fn flight<M: Machine>(due: Time, pending: &Pending<M>) -> Option<(Flight, &M::Message)> {
    match pending {
        Pending::Arrival { from, to, sent, left, bytes, message } => {
            let flight =
                Flight { sent: *sent, from: *from, to: *to, left: *left, due, bytes: *bytes };
            Some((flight, message))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
