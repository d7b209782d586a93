//! What became of a map and of its keys, counted from the notes of controllers and storage nodes.

use super::map::Task;
use super::message::Note;
use crate::base::number::Number;
use crate::base::{NodeId, Time};
use crate::metric::Common;

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

impl Measures {
    /// Reads a note of a node.
    pub fn fold(&mut self, node: NodeId, at: Time, seq: u32, note: &Note, common: &mut Common) {
        match note {
            Note::Stored(item) => {
                common.ledger.hold(node, item, at);
            }
            Note::Took(batch) => {
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

    /// The event that shows the number of that name best.
    #[must_use]
    pub fn evidence(&self, word: &str, common: &Common) -> Option<u32> {
        match word {
            "lost" => common.lost_at,
            "unavailable" | "unavailable-time" => common.unavailable_at,
            "moved" | "moved-keys" | "moved-bytes" | "copied" | "joins" | "leaves" | "edits"
            | "balance" | "spread" => common.changed_at,
            _ => None,
        }
    }
}

/// The number of that name of all these.
#[must_use]
pub fn number<'m>(
    word: &str,
    each: &(impl Iterator<Item = &'m Measures> + Clone),
    _: Time,
) -> Option<Number> {
    let sum = |f: fn(&Measures) -> u64| -> u64 { each.clone().map(f).sum() };
    Some(match word {
        "joins" => Number::count(sum(|m| m.joins)),
        "leaves" => Number::count(sum(|m| m.leaves)),
        "edits" => Number::count(sum(|m| m.edits)),
        _ => return None,
    })
}
