//! What became of the ids that nodes made: the index that they were put into, in the order in which
//! they were made.

use crate::base::ordered::Ordered;
use crate::base::{NodeId, Time};
use crate::tenant::ids::maker::shown;
use crate::tenant::ids::message::Made;
use crate::unique::{Insert, Kind, Leaves};

/// The numbers of one group of makers.
#[derive(Clone, Debug)]
pub struct IdMeasures {
    /// Ids made.
    pub made: u64,
    /// Ids that had been made before.
    pub collisions: u64,
    /// The event of the first such id.
    pub collision_at: Option<u32>,
    /// Ids below one that was made before.
    pub out_of_order: u64,
    /// The event of the first such id.
    pub disorder_at: Option<u32>,
    /// Asks that were refused.
    pub refused: u64,
    /// The event of the first such ask.
    pub refused_at: Option<u32>,
    /// Asks that had to wait.
    pub waits: u64,
    /// Ids whose bits name the node that made them.
    pub traceable: u64,
    /// How far the time in an id was from the true time, at most.
    pub time_error: u64,
    /// The index.
    pub leaves: Leaves,
    largest: u128,
    nodes: Ordered<NodeId, u64>,
    kind: Option<Kind>,
}

impl Default for IdMeasures {
    fn default() -> Self {
        Self {
            made: 0,
            collisions: 0,
            collision_at: None,
            out_of_order: 0,
            disorder_at: None,
            refused: 0,
            refused_at: None,
            waits: 0,
            traceable: 0,
            time_error: 0,
            leaves: Leaves::new(100),
            largest: 0,
            nodes: Ordered::new(),
            kind: None,
        }
    }
}

impl IdMeasures {
    /// Reads what a node made at a moment.
    pub fn read(&mut self, node: NodeId, made: &Made, now: Time, seq: u32) {
        if self.kind.is_none() {
            self.leaves = Leaves::new(made.page as usize);
            self.kind = Some(made.kind);
        }
        self.refused += u64::from(made.refused);
        self.waits += u64::from(made.waits);
        if made.refused > 0 {
            self.refused_at.get_or_insert(seq);
        }
        for id in &made.ids {
            self.made += 1;
            if self.leaves.insert(*id) == Insert::Known {
                self.collisions += 1;
                self.collision_at.get_or_insert(seq);
            }
            if *id < self.largest {
                self.out_of_order += 1;
                self.disorder_at.get_or_insert(seq);
            }
            self.largest = self.largest.max(*id);
            self.traceable += u64::from(made.kind.made_by(*id) == Some(made.number.into()));
            if let Some(said) = made.kind.made_at(*id) {
                self.time_error = self.time_error.max(said.abs_diff(shown(now)));
            }
        }
        *self.nodes.of(node) += made.ids.len() as u64;
    }

    /// How many ids a node has made.
    #[must_use]
    pub fn made_by(&self, node: NodeId) -> u64 {
        self.nodes.get(&node).copied().unwrap_or(0)
    }
}
