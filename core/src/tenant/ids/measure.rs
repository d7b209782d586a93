//! What became of the ids that nodes made: the index that they were put into, in the order in which
//! they were made.

use super::maker::shown;
use super::message::{Made, Note};
use crate::base::number::{Number, part};
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Time};
use crate::metric::Common;
use crate::tenant::Measure;
use crate::unique::{Insert, Kind, Leaves};

/// The numbers of one group of makers.
#[derive(Clone, Debug)]
pub struct Measures {
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
    nodes: VecMap<NodeId, u64>,
    kind: Option<Kind>,
}

impl Default for Measures {
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
            nodes: VecMap::new(),
            kind: None,
        }
    }
}

impl Measure for Measures {
    type Note = Note;

    fn fold(&mut self, node: NodeId, at: Time, seq: u32, note: &Note, common: &mut Common) {
        match note {
            Note::Made(made) => {
                self.read(node, made, at, seq);
                let stretch = common.series.at(at);
                stretch.good += made.ids.len() as u32;
                stretch.bad += made.refused;
            }
            Note::Trouble(_) => {}
        }
    }

    fn evidence(&self, word: &str, _: &Common) -> Option<u32> {
        match word {
            "collisions" => self.collision_at,
            "out-of-order" => self.disorder_at,
            "refused" => self.refused_at,
            _ => None,
        }
    }

    fn of_node(&self, word: &str, node: NodeId) -> Option<Number> {
        (word == "ids").then(|| Number::count(self.nodes.get(&node).copied().unwrap_or(0)))
    }

    // Of several indexes, it is the number of the one that fares worst.
    fn number<'m>(
        word: &str,
        each: &(impl Iterator<Item = &'m Self> + Clone),
        _: Time,
    ) -> Option<Number> {
        let sum = |f: fn(&Self) -> u64| -> u64 { each.clone().map(f).sum() };
        let most = |f: fn(&Self) -> u64| each.clone().map(f).max().unwrap_or(0);
        let least =
            |f: fn(&Self) -> u64| each.clone().filter(|m| m.made > 0).map(f).min().unwrap_or(0);
        Some(match word {
            "ids" => Number::count(sum(|m| m.made)),
            "collisions" => Number::count(sum(|m| m.collisions)),
            "out-of-order" => Number::count(sum(|m| m.out_of_order)),
            "refused" => Number::count(sum(|m| m.refused)),
            "waits" => Number::count(sum(|m| m.waits)),
            "traceable" => Number::share(part(sum(|m| m.traceable), sum(|m| m.made))),
            "time-error" => Number::time(most(|m| m.time_error).saturating_mul(1_000)),
            "splits" => Number::count(sum(|m| m.leaves.splits())),
            "leaves-touched" => Number::ratio(most(|m| m.leaves.touched()) as i64),
            "fill" => Number::share(least(|m| m.leaves.fill()) as i64),
            "at-the-end" => Number::share(least(|m| m.leaves.in_last()) as i64),
            _ => return None,
        })
    }
}

impl Measures {
    /// Reads what a node made at a moment.
    fn read(&mut self, node: NodeId, made: &Made, now: Time, seq: u32) {
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
}
