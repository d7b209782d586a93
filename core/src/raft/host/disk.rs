//! One disk for all groups of a machine.

use super::GroupId;
use crate::base::Rng;
use crate::base::vec_map::VecMap;
use crate::raft::entry::Payload;
use crate::raft::{Durable as RaftDurable, Membership, ReplicaId, Write as RaftWrite};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What is left of a replica that was destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tombstone {
    /// Which replica it was: nobody will be this one again.
    pub replica: ReplicaId,
}

/// What a group has on the disk.
#[derive(Clone, Debug)]
pub struct Kept<P: Payload> {
    /// The members that it was created with, if it was not there from the beginning.
    pub members: Option<Arc<Membership>>,
    /// What its node keeps.
    pub disk: RaftDurable<P>,
}

/// What survives a crash.
#[derive(Clone, Debug)]
pub struct Durable<P: Payload> {
    /// Somebody has emptied the disk: what is not on it may have been there.
    pub emptied: bool,
    /// The groups that have written something.
    pub groups: VecMap<GroupId, Kept<P>>,
    /// The groups whose replica was destroyed.
    pub tombstones: VecMap<GroupId, Tombstone>,
}

impl<P: Payload> Default for Durable<P> {
    fn default() -> Self {
        Self { emptied: false, groups: VecMap::new(), tombstones: VecMap::new() }
    }
}

impl<P: Payload> Durable<P> {
    /// A disk with nothing on it, which may have held something before.
    #[must_use]
    pub fn blank() -> Self {
        Self { emptied: true, ..Self::default() }
    }

    /// What a group that has nothing on this disk begins with.
    #[must_use]
    pub fn fresh(&self) -> RaftDurable<P> {
        if self.emptied { RaftDurable::blank() } else { RaftDurable::default() }
    }

    /// How many bytes are in use.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let groups: u64 = self.groups.values().map(|kept| kept.disk.bytes()).sum();
        groups + 8 * self.tombstones.len() as u64
    }

    /// Damages something of one group; false if there was nothing to damage.
    pub(super) fn damage(&mut self, rng: &mut Rng) -> bool {
        let at = rng.below(self.groups.len() as u64) as usize;
        // From there on, the first that has something.
        let count = self.groups.len();
        let order: Vec<GroupId> = self.groups.keys().copied().collect();
        (0..count).any(|step| {
            let group = order[(at + step) % count];
            self.groups.get_mut(&group).is_some_and(|kept| kept.disk.damage(rng))
        })
    }
}

/// What a write does to one group.
#[derive(Clone, Debug)]
pub enum Change<P: Payload> {
    /// Its node's own write.
    Raft(RaftWrite<P>),
    /// It gets a replica, with these members at first.
    Create(Arc<Membership>, ReplicaId),
    /// Its replica is destroyed.
    Destroy(Tombstone),
}

/// All that a turn writes: the groups' changes, in order.
#[derive(Clone, Debug)]
pub struct Write<P: Payload> {
    /// The changes.
    pub parts: Vec<(GroupId, Change<P>)>,
}

/// What a part of a write takes beside what it writes.
const OVERHEAD: u64 = 4;

impl<P: Payload> Write<P> {
    /// How many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let part = |(_, change): &(GroupId, Change<P>)| {
            OVERHEAD
                + match change {
                    Change::Raft(write) => write.bytes(),
                    Change::Create(members, _) => 8 + 4 * members.everybody().count() as u64,
                    Change::Destroy(_) => 8,
                }
        };
        self.parts.iter().map(part).sum()
    }

    /// Applies it.
    pub fn settle(self, durable: &mut Durable<P>) {
        for (group, change) in self.parts {
            match change {
                Change::Raft(write) => {
                    // A crash may keep this write and lose the one that created the replica.
                    if durable.tombstones.contains_key(&group) {
                        continue;
                    }
                    let fresh = durable.fresh();
                    let kept = durable.groups.at(group, || Kept { members: None, disk: fresh });
                    write.settle(&mut kept.disk);
                }
                Change::Create(members, replica) => {
                    durable.tombstones.remove(&group);
                    let disk = RaftDurable { replica: Some(replica), ..RaftDurable::default() };
                    durable.groups.insert(group, Kept { members: Some(members), disk });
                }
                Change::Destroy(tombstone) => {
                    durable.groups.remove(&group);
                    durable.tombstones.insert(group, tombstone);
                }
            }
        }
    }

    /// What is left of it when the power goes in the middle: parts are written one after the other, each
    /// as its group would write it alone.
    pub(super) fn torn(self, rng: &mut Rng) -> Option<Self> {
        let kept = rng.below(self.parts.len() as u64) as usize;
        let mut parts = self.parts;
        let mut rest = parts.split_off(kept.min(parts.len())).into_iter();
        if let Some((group, Change::Raft(write))) = rest.next()
            && let Some(write) = write.torn(rng)
        {
            parts.push((group, Change::Raft(write)));
        }
        (!parts.is_empty()).then_some(Self { parts })
    }
}
