//! Keys placed on paper in parts: a million keys on a thousand nodes take many seconds, and somebody who
//! waits for them wants to see how far it is and to stop it.
//!
//! Work is counted in steps of about a nanosecond or a few: a look at a slot, a point, or a node. The
//! same placing takes the same work on every machine.

use super::bounded::Settling;
use super::keys::KeySet;
use super::{Place, Placed, Placement, Strategy};
use crate::base::NodeId;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The least keys that are placed at once.
const KEYS_AT_ONCE: u64 = 256;
/// A directory makes an index of its entries first, so it places more at once.
const ENTRIES_AT_ONCE: u64 = 65_536;
/// What seeing a key costs where a strategy learns from the keys.
const LEARN: u64 = 16;

/// Keys that are being placed.
#[derive(Clone, Debug)]
pub struct Placing {
    placed: Placed,
    keys: Arc<KeySet>,
    held: Vec<NodeId>,
    stage: Stage,
}

#[derive(Clone, Debug)]
enum Stage {
    /// Nodes are let in, from that one on.
    Nodes(Arc<[(Arc<str>, u32)]>, usize),
    /// A table is filled; then keys are seen, if this is the first time.
    Table(bool),
    /// Every key is looked up.
    Keys,
    /// Keys are dealt out under a bound.
    Deal,
    /// Keys under a bound move on after a change.
    Settle(Settling),
    Done,
}

impl Placing {
    /// Keys on nodes, for the first time; of each node its name and its weight in hundredths.
    #[must_use]
    pub fn first(strategy: &Strategy, nodes: &[(Arc<str>, u32)], keys: &Arc<KeySet>) -> Self {
        let stage = Stage::Nodes(nodes.into(), 0);
        Self { placed: Placed::new(strategy), keys: keys.clone(), held: Vec::new(), stage }
    }

    /// Keys after a change of the nodes; `held` says where each of them is until now.
    #[must_use]
    pub fn again(placed: Placed, keys: &Arc<KeySet>, held: &[NodeId]) -> Self {
        let (held, stage) = match &placed {
            Placed::Bounded(bounded) => (held.to_vec(), Stage::Settle(bounded.settling(held))),
            _ => (Vec::new(), Stage::Table(false)),
        };
        Self { placed, keys: keys.clone(), held, stage }
    }

    /// How many keys are placed so far, and of how many.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        let done = match &self.stage {
            Stage::Nodes(..) | Stage::Table(_) => 0,
            Stage::Settle(settling) => settling.done(),
            Stage::Keys | Stage::Deal | Stage::Done => self.held.len(),
        };
        (done, self.keys.len())
    }

    /// Goes on until so much work is done, or a little more; true once all is placed.
    pub fn step(&mut self, work: &mut u64) -> bool {
        while *work > 0 {
            match &mut self.stage {
                Stage::Nodes(nodes, next) => {
                    let cost = enter(&mut self.placed, nodes, next);
                    *work = work.saturating_sub(cost);
                    if *next == nodes.len() {
                        self.stage = Stage::Table(true);
                    }
                }
                Stage::Table(first) => {
                    if !self.placed.advance(work) {
                        return false;
                    }
                    if *first && self.placed.learns() {
                        self.placed.learn(self.keys.iter());
                        *work = work.saturating_sub(LEARN * self.keys.len() as u64);
                    }
                    self.held.reserve_exact(self.keys.len());
                    self.stage = match self.placed {
                        Placed::Bounded(_) => Stage::Deal,
                        _ => Stage::Keys,
                    };
                }
                Stage::Keys => self.look_up(work),
                Stage::Deal => self.deal(work),
                Stage::Settle(settling) => {
                    let Placed::Bounded(bounded) = &mut self.placed else { return true };
                    let positions = self.keys.positions();
                    if bounded.settle(settling, positions, &mut self.held, work) {
                        self.stage = Stage::Done;
                    }
                }
                Stage::Done => return true,
            }
        }
        matches!(self.stage, Stage::Done)
    }

    /// The nodes, and where each key is among them. What is not placed yet is placed at once.
    #[must_use]
    pub fn finish(mut self) -> (Placed, Vec<NodeId>) {
        let mut work = u64::MAX;
        while !self.step(&mut work) {}
        (self.placed, self.held)
    }

    fn look_up(&mut self, work: &mut u64) {
        let cost = self.placed.lookup_cost();
        let least = match self.placed {
            Placed::Directory(_) => ENTRIES_AT_ONCE,
            _ => KEYS_AT_ONCE,
        };
        let (from, all) = (self.held.len(), self.keys.len());
        let count = (*work / cost).max(least).min((all - from) as u64) as usize;
        self.held.extend(self.placed.place(&self.keys, from..from + count));
        *work = work.saturating_sub(count as u64 * cost);
        if self.held.len() == all {
            self.stage = Stage::Done;
        }
    }

    fn deal(&mut self, work: &mut u64) {
        let Placed::Bounded(bounded) = &mut self.placed else { return };
        let all = self.keys.len();
        while self.held.len() < all && *work > 0 {
            let before = bounded.steps();
            let at = self.keys.positions()[self.held.len()];
            self.held.push(bounded.take(at, all as u32).unwrap_or(NodeId::WORLD));
            *work = work.saturating_sub(16 + bounded.steps() - before);
        }
        if self.held.len() == all {
            self.stage = Stage::Done;
        }
    }
}

/// Keys placed for the first time.
#[derive(Clone, Debug)]
pub struct Start {
    /// The nodes, as they place.
    pub placed: Arc<Placed>,
    /// The node of each key.
    pub held: Arc<Vec<NodeId>>,
}

impl Start {
    /// Places keys on nodes, of each its name and its weight in hundredths.
    #[must_use]
    pub fn of(strategy: &Strategy, nodes: &[(Arc<str>, u32)], keys: &Arc<KeySet>) -> Self {
        Self::placed(Placing::first(strategy, nodes, keys))
    }

    /// What was placed in parts.
    #[must_use]
    pub fn placed(placing: Placing) -> Self {
        let (placed, held) = placing.finish();
        Self { placed: Arc::new(placed), held: Arc::new(held) }
    }
}

/// Keys and nodes, and where the keys are placed at first.
#[derive(Clone, Debug)]
pub struct Given {
    /// Its nodes with their weights in hundredths.
    pub nodes: Vec<(Arc<str>, u32)>,
    /// Its keys.
    pub keys: Arc<KeySet>,
    /// Where those are placed.
    pub start: Arc<Start>,
}

/// Lets the next node in, or all of them where a table is filled once for all; what it cost.
fn enter(placed: &mut Placed, nodes: &[(Arc<str>, u32)], next: &mut usize) -> u64 {
    let place = |number: usize| {
        let (name, weight) = &nodes[number];
        Place { node: NodeId(number as u32), name, weight: *weight }
    };
    let (from, to) = match placed.joins_together() {
        true => (0, nodes.len()),
        false => (*next, (*next + 1).min(nodes.len())),
    };
    let places: Vec<Place<'_>> = (from..to).map(place).collect();
    placed.join_later(&places);
    *next = to;
    placed.change_cost()
}
