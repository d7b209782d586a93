//! A place for a machine, and what is due for it.

use super::Power;
use super::work::Desk;
use crate::base::{NodeId, Rng, Time};
use crate::machine::{Effect, Machine, RequestId, WriteError};
use crate::sim::clock::Clock;
use crate::sim::disk::{Disk, DiskProfile};
use crate::sim::trace::{Event, Kind};
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// Something that is due.
#[derive(Clone, Debug)]
pub(super) enum Pending<M: Machine> {
    Arrival { from: NodeId, to: NodeId, sent: u32, left: Time, bytes: u32, message: M::Message },
    Alarm { node: NodeId, life: u32, timer: M::Timer, number: u32, armed: u32 },
    Landing { node: NodeId, life: u32 },
    Synced { node: NodeId, life: u32, number: u32 },
    Worked { node: NodeId, number: u32 },
    Order { node: NodeId, id: RequestId, request: M::Request, cause: u32 },
}

impl<M: Machine> Pending<M> {
    pub(super) fn node(&self) -> NodeId {
        match self {
            Self::Arrival { to, .. } => *to,
            Self::Alarm { node, .. }
            | Self::Landing { node, .. }
            | Self::Synced { node, .. }
            | Self::Worked { node, .. }
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
    /// The write will fail when it should have landed.
    pub(super) fails: Option<WriteError>,
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
    /// Where messages wait for their turn, if work costs time.
    pub(super) desk: Option<Box<Desk<M>>>,
    /// How much longer than usual its work and its disk take, in hundredths.
    pub(super) slow: u32,
    /// The last write that its disk refused in this life.
    pub(super) refused: Option<WriteError>,
}

impl<M: Machine> Slot<M> {
    /// Whether a write that is ordered now will fail: what is on the disk and on its way there must fit.
    pub(super) fn fails(&mut self, bytes: u64) -> Option<WriteError> {
        let DiskProfile { size, fails, .. } = self.disk.profile;
        if let Some(size) = size {
            let held: u64 = self.held.iter().map(|held| u64::from(held.bytes)).sum();
            let late: u64 = self.unsynced.iter().map(|(_, write)| M::write_bytes(write)).sum();
            let used = M::disk_bytes(&self.durable).saturating_add(held).saturating_add(late);
            // A write of nothing fits everywhere.
            if bytes > 0 && used.saturating_add(bytes) > size {
                return Some(WriteError::Full);
            }
        }
        (fails > 0 && self.rng.chance(fails)).then_some(WriteError::Failed)
    }
}

/// The running number and the running hash of a world's events.
#[derive(Clone, Debug)]
pub(super) struct TraceWriter {
    pub(super) seq: u32,
    pub(super) hash: u64,
}

impl TraceWriter {
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
