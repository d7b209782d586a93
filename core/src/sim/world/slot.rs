//! A place for a machine, and what is due for it.

use super::Power;
use crate::base::{NodeId, Rng, Time};
use crate::machine::{Effect, Machine, RequestId};
use crate::sim::clock::Clock;
use crate::sim::disk::Disk;
use crate::sim::trace::{Event, Kind};
use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// Something that is due.
#[derive(Clone, Debug)]
pub(super) enum Pending<M: Machine> {
    Arrival { from: NodeId, to: NodeId, sent: u32, left: Time, bytes: u32, message: M::Message },
    Alarm { node: NodeId, life: u32, timer: M::Timer, number: u32, armed: u32 },
    Landing { node: NodeId, life: u32 },
    Synced { node: NodeId, life: u32, number: u32 },
    Order { node: NodeId, id: RequestId, request: M::Request, cause: u32 },
}

impl<M: Machine> Pending<M> {
    pub(super) fn node(&self) -> NodeId {
        match self {
            Self::Arrival { to, .. } => *to,
            Self::Alarm { node, .. }
            | Self::Landing { node, .. }
            | Self::Synced { node, .. }
            | Self::Order { node, .. } => *node,
        }
    }
}

/// A write on its way to the disk, and what waits for it. A fence is no write: it waits for those
/// before it.
#[derive(Clone, Debug)]
pub(super) struct Held<M: Machine> {
    pub(super) write: Option<M::Write>,
    pub(super) rest: Vec<Effect<M>>,
    pub(super) cause: u32,
    pub(super) bytes: u32,
    pub(super) lie: Option<(u32, Time)>,
}

/// A place for a machine.
#[derive(Clone, Debug)]
pub(super) struct Slot<M: Machine> {
    pub(super) config: M::Config,
    pub(super) machine: Option<M>,
    pub(super) durable: M::Durable,
    pub(super) power: Power,
    /// Counts crashes, so that what was due before one is known to be stale.
    pub(super) life: u32,
    pub(super) rng: Rng,
    pub(super) clock: Clock,
    pub(super) disk: Disk,
    pub(super) held: VecDeque<Held<M>>,
    pub(super) unsynced: VecDeque<(u32, M::Write)>,
    pub(super) writes: u32,
    /// Writes that have landed in this life.
    pub(super) landed: u32,
    pub(super) loose: bool,
    pub(super) alarms: Vec<(M::Timer, u32)>,
    pub(super) alarm_count: u32,
    pub(super) waiting: Vec<Pending<M>>,
}

/// The running number and the running hash of a world's events.
#[derive(Clone, Debug)]
pub(super) struct Pen {
    pub(super) seq: u32,
    pub(super) hash: u64,
}

impl Pen {
    pub(super) fn write<M: Machine>(
        &mut self,
        out: &mut Vec<Event<M>>,
        at: Time,
        node: NodeId,
        cause: u32,
        kind: Kind<M>,
    ) -> u32 {
        let event = Event { seq: self.seq, cause, at, node, kind };
        self.hash =
            (self.hash.rotate_left(29) ^ event.digest()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.seq += 1;
        out.push(event);
        self.seq - 1
    }
}
