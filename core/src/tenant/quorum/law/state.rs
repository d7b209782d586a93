//! What the laws know of one key, and of operations that have not ended.

use super::copies::Copies;
use crate::base::{NodeId, Time, order};
use crate::quorum::{Context, Dot, Level};
use crate::store::{Key, Keyed, Version};
use crate::tenant::quorum::record::{Cells, LOADER, is_dead, newest};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The last acknowledged write of a key that no write overlapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Last {
    pub(super) version: Version,
    pub(super) dot: Dot,
    pub(super) copies: Copies,
    pub(super) gone: bool,
}

/// A version that was deleted, by which write, and how many homes have that write and have not lost it.
#[derive(Clone, Debug)]
pub(super) struct Deleted {
    pub(super) version: Version,
    pub(super) by: Dot,
    pub(super) copies: Copies,
}

/// An acknowledged write, while nothing acknowledged has replaced it.
#[derive(Clone, Debug)]
pub(super) struct Acked {
    pub(super) version: Version,
    pub(super) dot: Dot,
    /// Versions decide: a newer one has replaced it.
    pub(super) lww: bool,
    /// The disks that its coordinator had promised: copies and hints.
    pub(super) copies: u32,
    /// Whose disks had it and have lost it, and have not got it again.
    pub(super) lost: Vec<NodeId>,
}

/// A coordinator's part of a write.
#[derive(Clone, Debug)]
pub(super) struct Taking {
    pub(super) dot: Dot,
    pub(super) replaces: Option<Context>,
    pub(super) gone: bool,
}

/// What is known of a key.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) key: Key,
    pub(super) homes: Arc<[NodeId]>,
    /// What is on the disks.
    pub(super) holders: Vec<(NodeId, Arc<Cells>)>,
    pub(super) hints: Vec<(NodeId, u64, Arc<Cells>)>,
    pub(super) acked: Vec<Acked>,
    /// Writes that have not ended.
    pub(super) open: u32,
    /// Goes up whenever a write begins.
    pub(super) writes: u32,
    pub(super) last: Option<Last>,
    /// Versions that a delete has deleted, with that delete.
    pub(super) deleted: Vec<Deleted>,
    /// Versions decide which write is the last.
    pub(super) lww: bool,
    /// What writers had seen of the key, and so replaced.
    pub(super) replaced: Context,
    /// The last writes, with what each replaced where it was taken first: elsewhere it must not replace more.
    pub(super) meant: Vec<(Dot, Context)>,
    /// Writes that were acknowledged: what comes of them once more is no new write.
    pub(super) done: Context,
    /// What was known of the key where a tombstone was forgotten.
    pub(super) forgotten: Context,
    /// The greatest version that was forgotten so.
    pub(super) forgotten_last: Version,
    /// Since when homes differ.
    pub(super) differs: Option<Time>,
}

impl Keyed for State {
    fn position(&self) -> u64 {
        self.key.position()
    }
    fn key(&self) -> &str {
        self.key.text()
    }
}

/// An operation of a client that has not ended.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub(super) key: Key,
    pub(super) writes: Option<Version>,
    /// How many copies its client has asked for, and whether hints count among them.
    pub(super) needs: u32,
    pub(super) hints: bool,
    /// No write was under way when it began, and how many had begun by then.
    pub(super) clean: bool,
    pub(super) since: u32,
    pub(super) last: Option<Last>,
    pub(super) deleted: Vec<Deleted>,
    pub(super) taken: Vec<Taking>,
    /// The homes whose answers counted, if not all did: those of one region.
    pub(super) near: Option<Arc<[NodeId]>>,
    /// Whose disks had it and have lost it before it was acknowledged.
    pub(super) lost: Vec<NodeId>,
}

impl Open {
    /// How many copies its client has asked for: where one region alone counted, more than half of those there.
    pub(super) fn asked(&self) -> u32 {
        let near = self.near.as_ref();
        near.map_or(self.needs, |near| Level::LocalQuorum.needs(near.len(), near.len()) as u32)
    }
}

/// So many writes of a key are watched that nothing has replaced.
pub(super) const WATCHED: usize = 64;

impl State {
    pub(super) fn new(key: &Key) -> Self {
        Self {
            key: key.clone(),
            homes: Arc::from([]),
            holders: Vec::new(),
            hints: Vec::new(),
            acked: Vec::new(),
            open: 0,
            writes: 0,
            last: None,
            deleted: Vec::new(),
            lww: false,
            replaced: Context::default(),
            meant: Vec::new(),
            done: Context::default(),
            forgotten: Context::default(),
            forgotten_last: Version(0),
            differs: None,
        }
    }

    pub(super) fn held_by(&self, node: NodeId) -> Option<&Arc<Cells>> {
        self.holders.iter().find(|(holder, _)| *holder == node).map(|(_, cells)| cells)
    }

    /// The disks with something of a key, be it a copy or a hint; each once.
    pub(super) fn disks(&self, is: impl Fn(&Cells) -> bool) -> Vec<NodeId> {
        let held = self.holders.iter().filter(|(_, cells)| is(cells)).map(|(node, _)| *node);
        let kept = self.hints.iter().filter(|(_, _, cells)| is(cells)).map(|(node, ..)| *node);
        let mut disks: Vec<NodeId> = held.chain(kept).collect();
        order::sort(&mut disks);
        disks.dedup();
        disks
    }

    /// A disk has got this: what it had lost of it is made good.
    pub(super) fn got(&mut self, node: NodeId, cells: &Cells) {
        let replaced = &self.replaced;
        for acked in self.acked.iter_mut().filter(|acked| has(cells, acked, replaced)) {
            acked.lost.retain(|lost| *lost != node);
        }
    }

    /// What was there before the start counts as written to all homes.
    pub(super) fn load(&mut self, homes: &Arc<[NodeId]>, cells: &Cells) {
        let [(dot, cell)] = cells.values() else { return };
        if dot.actor != LOADER || is_dead(cells) {
            return;
        }
        let (version, dot, copies) = (cell.version, *dot, homes.len() as u32);
        self.acked.push(Acked { version, dot, lww: false, copies, lost: Vec::new() });
    }

    pub(super) fn agrees(&self) -> bool {
        // A node that has forgotten a tombstone holds the same as one that still has it.
        let alive = |node: &NodeId| {
            let cells = self.held_by(*node)?;
            (!is_dead(cells)).then(|| cells.values())
        };
        let mut homes = self.homes.iter().map(alive);
        let first = homes.next();
        homes.all(|values| Some(values) == first)
    }
}

/// True if values have a write, or another one that has replaced it.
pub(super) fn has(cells: &Cells, acked: &Acked, replaced: &Context) -> bool {
    has_write(cells, (acked.dot, acked.version, acked.lww), replaced)
}

/// True if values have a write, or another one that has replaced it: under last write wins one of a greater
/// version, otherwise one whose writer had seen it. A node that knows it and holds neither has lost it.
pub(super) fn has_write(
    cells: &Cells,
    (dot, version, lww): (Dot, Version, bool),
    replaced: &Context,
) -> bool {
    match lww {
        true => newest(cells).is_some_and(|cell| cell.version >= version),
        false => cells.holds(dot) || cells.context().covers(dot) && replaced.covers(dot),
    }
}

/// Adds the disks that have something no more to those that have lost it; how many these are.
pub(super) fn miss(lost: &mut Vec<NodeId>, before: &[NodeId], after: &[NodeId]) -> u64 {
    let gone: Vec<NodeId> = before.iter().copied().filter(|node| !after.contains(node)).collect();
    lost.retain(|node| !gone.contains(node));
    lost.extend(&gone);
    gone.len() as u64
}

pub(super) fn keeps(state: &State, acked: &Acked) -> bool {
    let has = |cells: &Cells| has(cells, acked, &state.replaced);
    let held = state.holders.iter().any(|(_, cells)| has(cells));
    held || state.hints.iter().any(|(_, _, cells)| has(cells))
}
