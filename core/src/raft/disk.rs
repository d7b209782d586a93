//! What a node keeps on its disk, the writes that change it, and how it is read at a start.
//!
//! Every record has a checksum, and where the log ends is kept apart from the records and written after
//! them. So damage can be told from a write that a crash cut short: the first was acknowledged and is
//! missing, the second never was.
//!
//! **What was lost decides who the node is.** A node whose disk lost its vote, or entries that it may
//! have acknowledged, must not vote or count: a majority that relied on it would shrink without anybody
//! knowing. It comes back as another replica, with an id of its own, gets the log like a learner, and
//! counts again once the members list it under that id (`readmit`). Damage that a snapshot
//! covers loses nothing, and the node stays who it was.

use super::entry::{Entry, Payload, Snapshot};
use super::entry_id::{EntryId, Index, Term};
use super::log::Log;
use super::membership::ReplicaId;
use crate::base::{NodeId, Rng};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What must not be forgotten: the term, and whom the node voted for in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Hard {
    /// The term.
    pub term: Term,
    /// The vote.
    pub vote: Option<NodeId>,
}

/// What survives a crash. The default is a disk that was formatted for a member of the first hour.
#[derive(Clone, Debug)]
pub struct Durable<P: Payload> {
    /// Which replica the disk belongs to; nothing on a disk that was never formatted.
    pub replica: Option<ReplicaId>,
    /// Term and vote.
    pub hard: Hard,
    /// The snapshot that the log begins behind.
    pub snapshot: Option<Arc<Snapshot<P>>>,
    /// The log.
    pub log: Log<P>,
    /// What of this cannot be read.
    pub damage: Damage,
}

/// What fails its checksum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// Term and vote.
    pub hard: bool,
    /// The snapshot.
    pub snapshot: bool,
    /// The entries at these places, in order.
    pub entries: Vec<Index>,
}

impl<P: Payload> Default for Durable<P> {
    fn default() -> Self {
        Self {
            replica: Some(ReplicaId::FIRST),
            hard: Hard::default(),
            snapshot: None,
            log: Log::default(),
            damage: Damage::default(),
        }
    }
}

/// What a node finds on its disk when it starts.
#[derive(Clone, Debug)]
pub struct Recovered<P: Payload> {
    /// The disk as the node goes on with it.
    pub durable: Durable<P>,
    /// Something may be missing that the node had acknowledged.
    pub lost: bool,
    /// The disk says something else and has to be written anew.
    pub changed: bool,
}

impl<P: Payload> Durable<P> {
    /// A disk with nothing on it, not even the name of its replica.
    #[must_use]
    pub fn blank() -> Self {
        Self { replica: None, ..Self::default() }
    }

    /// What can be read, and whether something is missing.
    #[must_use]
    pub fn recover(&self) -> Recovered<P> {
        let mut disk = self.clone();
        let Damage { hard, snapshot, entries } = core::mem::take(&mut disk.damage);
        let mut lost = disk.replica.is_none();
        let mut changed = hard || snapshot || !entries.is_empty();
        if hard {
            disk.hard = Hard::default();
            lost = true;
        }
        if snapshot {
            disk.snapshot = None;
            if disk.log.base().index > Index(0) {
                // The entries that the snapshot stood for are gone, and those behind them of no use.
                disk.log.restart(EntryId::default());
                lost = true;
            }
        }
        let covered = disk.snapshot.as_ref().map_or(EntryId::default(), |kept| kept.mark);
        if entries.first().is_some_and(|at| *at <= covered.index) && disk.log.holds(covered) {
            disk.log.compact(covered.index);
        }
        if let Some(at) = entries.into_iter().find(|at| disk.log.get(*at).is_some()) {
            lost |= at > covered.index;
            disk.log.truncate(at.before());
        }
        if !disk.log.holds(covered) {
            // What is left of the log does not reach the snapshot.
            disk.log.restart(covered);
            changed = true;
        }
        // A vote may have been lost with a write that a crash took, but nobody was told of it.
        let last = disk.log.last().term;
        if last > disk.hard.term {
            disk.hard = Hard { term: last, vote: None };
            changed = true;
        }
        Recovered { durable: disk, lost, changed }
    }

    /// How many bytes of the disk are in use.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let snapshot = self.snapshot.as_ref().map_or(0, |kept| kept.bytes());
        8 + snapshot + self.log.bytes()
    }

    /// True if the disk has that entry, or a snapshot that stands for it, whatever a start will find
    /// damaged.
    #[must_use]
    pub fn keeps(&self, mark: EntryId) -> bool {
        self.log.holds(mark)
            || self.snapshot.as_ref().is_some_and(|kept| mark.index <= kept.mark.index)
    }

    /// Damages something: term and vote, the snapshot, or an entry. False if there is nothing.
    pub(crate) fn damage(&mut self, rng: &mut Rng) -> bool {
        let entries = self.log.len() as u64;
        let snapshots = u64::from(self.snapshot.is_some());
        let hard = u64::from(self.hard.term > Term(0));
        // Every record is as likely to be hit as any other.
        let records = entries + snapshots + hard;
        if records == 0 {
            return false;
        }
        match rng.below(records) {
            at if at < entries => {
                let place = Index(self.log.base().index.0 + 1 + at);
                if let Err(at) = self.damage.entries.binary_search(&place) {
                    self.damage.entries.insert(at, place);
                }
            }
            at if at < entries + snapshots => self.damage.snapshot = true,
            _ => self.damage.hard = true,
        }
        true
    }
}

/// A write to the disk.
#[derive(Clone, Debug)]
pub enum Write<P: Payload> {
    /// Term and vote.
    Hard(Hard),
    /// Replaces what stands behind an entry.
    Append {
        /// Term and vote, if they changed too.
        hard: Option<Hard>,
        /// The entry that must stand before them: the record names it, so that a log from which an
        /// earlier write is missing is not continued with entries of another.
        prev: EntryId,
        /// The entries.
        entries: Arc<[Entry<P>]>,
    },
    /// Replaces everything by a snapshot from the leader.
    Install(Option<Hard>, Arc<Snapshot<P>>),
    /// Replaces the log up to a place by a snapshot of one's own.
    Compact(Arc<Snapshot<P>>, Index),
    /// Replaces everything by what a start has made of it.
    Reset(Arc<Durable<P>>),
    /// Gives the disk to another replica.
    Rename(ReplicaId),
    /// All of these, in order.
    All(Vec<Self>),
}

impl<P: Payload> Write<P> {
    /// How many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Hard(_) | Self::Rename(_) => 8,
            Self::Append { entries, .. } => 8 + entries.iter().map(Entry::bytes).sum::<u64>(),
            Self::Install(_, snapshot) | Self::Compact(snapshot, _) => 8 + snapshot.bytes(),
            // The snapshot stands where it is.
            Self::Reset(disk) => 8 + disk.log.bytes(),
            Self::All(writes) => writes.iter().map(Self::bytes).sum(),
        }
    }

    /// The first place of the log from which on it may change what the disk holds, if it does. A
    /// snapshot of one's own says what the entries said before.
    #[must_use]
    pub fn changes_log_from(&self) -> Option<Index> {
        match self {
            Self::Append { prev, .. } => Some(prev.index.next()),
            Self::Install(..) | Self::Reset(_) => Some(Index(0)),
            Self::Hard(_) | Self::Rename(_) | Self::Compact(..) => None,
            Self::All(writes) => writes.iter().filter_map(Self::changes_log_from).min(),
        }
    }

    /// Applies it.
    pub fn settle(self, durable: &mut Durable<P>) {
        match self {
            Self::Hard(hard) => durable.set_hard(Some(hard)),
            Self::Append { hard, prev, entries } => {
                durable.set_hard(hard);
                // A crash may keep this write and lose the one before it, which was not acknowledged
                // then, and neither was this one.
                if durable.log.holds(prev) {
                    durable.log.truncate(prev.index);
                    durable.log.append(&entries);
                    durable.damage.entries.retain(|at| *at <= prev.index);
                }
            }
            Self::Install(hard, snapshot) => {
                durable.set_hard(hard);
                if durable.log.holds(snapshot.mark) {
                    durable.compact(snapshot.mark.index);
                } else {
                    durable.log.restart(snapshot.mark);
                    durable.damage.entries.clear();
                }
                durable.damage.snapshot = false;
                durable.snapshot = Some(snapshot);
            }
            Self::Compact(snapshot, upto) => {
                durable.compact(upto);
                durable.damage.snapshot = false;
                durable.snapshot = Some(snapshot);
            }
            Self::Reset(disk) => *durable = Arc::unwrap_or_clone(disk),
            Self::Rename(replica) => durable.replica = Some(replica),
            Self::All(writes) => {
                for write in writes {
                    write.settle(durable);
                }
            }
        }
    }

    /// What is left of it when the power goes in the middle: of an append some entries are whole and
    /// the rest is cut off; everything else is written beside the old and then takes its place, so
    /// there is nothing of it.
    pub(crate) fn torn(self, rng: &mut Rng) -> Option<Self> {
        match self {
            Self::Append { hard, prev, entries } => {
                let kept = rng.below(entries.len() as u64) as usize;
                let entries = entries[..kept].into();
                (kept > 0).then_some(Self::Append { hard, prev, entries })
            }
            Self::All(writes) => {
                let kept = rng.below(writes.len().max(1) as u64) as usize;
                let mut left: Vec<Self> = writes;
                let next = (kept < left.len()).then(|| left.remove(kept));
                left.truncate(kept);
                left.extend(next.and_then(|write| write.torn(rng)));
                (!left.is_empty()).then_some(Self::All(left))
            }
            Self::Hard(_)
            | Self::Install(..)
            | Self::Compact(..)
            | Self::Reset(_)
            | Self::Rename(_) => None,
        }
    }
}

impl<P: Payload> Durable<P> {
    fn set_hard(&mut self, hard: Option<Hard>) {
        if let Some(hard) = hard {
            self.hard = hard;
            self.damage.hard = false;
        }
    }

    fn compact(&mut self, upto: Index) {
        self.log.compact(upto);
        let base = self.log.base().index;
        self.damage.entries.retain(|at| *at > base);
    }
}
