//! How many homes have something that was acknowledged, and whether a read surely meets one of them.

use crate::base::NodeId;
use crate::quorum::Dot;
use crate::quorum::level::overlaps;
use crate::tenant::quorum::record::Cells;
use alloc::sync::Arc;

/// The copies of a write: of all homes, and of those of one region if its client asked for these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Copies {
    all: Count,
    near: Option<(Arc<[NodeId]>, Count)>,
}

/// How many of some homes have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Count {
    /// Homes that had it, without those that lost it and did not notice.
    had: u32,
    /// Homes that noticed that their disks were emptied: they get it back before they answer, unless as many
    /// have lost it as had it.
    emptied: u32,
}

impl Count {
    fn new(had: u32) -> Self {
        Self { had, emptied: 0 }
    }

    /// So many that a read surely meets one of them if it asks enough.
    fn sure(self) -> u32 {
        if self.emptied < self.had { self.had } else { 0 }
    }

    fn lose(&mut self, many: u32, notices: bool) {
        match notices {
            true => self.emptied = self.emptied.saturating_add(many),
            false => self.had = self.had.saturating_sub(many),
        }
    }
}

/// How many copies of a write are on disks: of all homes, and of those of one region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct OnDisks {
    all: u32,
    near: u32,
}

impl Copies {
    /// So many homes have it, and so many of the homes of one region.
    pub(super) fn new(had: u32, near: Option<(Arc<[NodeId]>, u32)>) -> Self {
        Self { all: Count::new(had), near: near.map(|(homes, had)| (homes, Count::new(had))) }
    }

    /// How many homes had it and have not lost it unnoticed.
    pub(super) fn had(&self) -> u32 {
        self.all.had
    }

    /// How many disks know a write now.
    pub(super) fn on(&self, holders: &[(NodeId, Arc<Cells>)], dot: Dot) -> OnDisks {
        let known = || holders.iter().filter(|(_, cells)| cells.context().covers(dot));
        let near = self.near.as_ref().map_or(0, |(homes, _)| {
            known().filter(|(holder, _)| homes.contains(holder)).count() as u32
        });
        OnDisks { all: known().count() as u32, near }
    }

    /// Disks have lost it.
    pub(super) fn lose(&mut self, before: OnDisks, after: OnDisks, notices: bool) {
        self.all.lose(before.all.saturating_sub(after.all), notices);
        if let Some((_, near)) = &mut self.near {
            near.lose(before.near.saturating_sub(after.near), notices);
        }
    }

    /// True if a read of so many of all homes surely meets a copy. If only homes of one region have answered,
    /// it does so too where the write has asked for enough of the same ones.
    pub(super) fn meet(&self, read: u32, near: Option<&Arc<[NodeId]>>, all: usize) -> bool {
        let read = read as usize;
        let of_near = |(homes, count): &(Arc<[NodeId]>, Count)| {
            near == Some(homes) && overlaps(read, count.sure() as usize, homes.len())
        };
        overlaps(read, self.all.sure() as usize, all) || self.near.as_ref().is_some_and(of_near)
    }
}
