//! What became of a map and of its keys, counted from the notes of controllers and storage nodes.

use super::map::Task;
use super::message::Note;
use crate::base::number::Number;
use crate::base::{NodeId, Time};
use crate::metric::Common;
use crate::tenant::Measure;

/// The numbers of one map.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    /// Nodes that have joined.
    pub joins: u64,
    /// Nodes that have left.
    pub leaves: u64,
    /// Splits, merges and moves of the table.
    pub edits: u64,
    task: Option<Task>,
}

impl Measure for Measures {
    type Note = Note;

    fn fold(&mut self, node: NodeId, at: Time, seq: u32, note: &Note, common: &mut Common) {
        match note {
            Note::Stored(item) => {
                common.ledger.hold(node, item, at);
            }
            Note::BatchStored(batch) => {
                let counts = self.task != Some(Task::Repair);
                for item in &batch.items {
                    common.ledger.pass(batch.from, node, item, counts, at);
                }
                common.series.at(at).moved_bytes += batch.bytes();
            }
            Note::Dropped(keys) => {
                for key in keys.iter() {
                    common.ledger.drop_key(node, key, at);
                }
            }
            Note::Began(task) => self.task = Some(task.clone()),
            Note::Done(task) => {
                common.changed_at = Some(seq);
                match task {
                    Task::Join(..) => self.joins += 1,
                    Task::Leave(_) => self.leaves += 1,
                    Task::Edit(_) => self.edits += 1,
                    Task::Weight(..) | Task::Replace(_) | Task::Repair => {}
                }
            }
            Note::Streaming { .. } | Note::Waits { .. } | Note::Suspected(_) | Note::Back(_) => {}
        }
    }

    fn evidence(&self, word: &str, common: &Common) -> Option<u32> {
        match word {
            "lost" => common.lost_at,
            "unavailable" | "unavailable-time" => common.unavailable_at,
            "moved" | "moved-keys" | "moved-bytes" | "copied" | "joins" | "leaves" | "edits"
            | "balance" | "spread" => common.changed_at,
            _ => None,
        }
    }

    fn number<'m>(
        word: &str,
        each: &(impl Iterator<Item = &'m Self> + Clone),
        _: Time,
    ) -> Option<Number> {
        let sum = |f: fn(&Self) -> u64| -> u64 { each.clone().map(f).sum() };
        Some(match word {
            "joins" => Number::count(sum(|m| m.joins)),
            "leaves" => Number::count(sum(|m| m.leaves)),
            "edits" => Number::count(sum(|m| m.edits)),
            _ => return None,
        })
    }
}
