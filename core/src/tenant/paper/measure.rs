//! What surveys found, as numbers.

use super::finding::Finding;
use super::message::Note;
use crate::base::number::{Number, Reading, even, part, whole};
use crate::base::{NodeId, Time};
use crate::metric::Common;
use crate::tenant::Measure;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What one survey found last.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    /// It, if it has found anything.
    pub finding: Option<Arc<Finding>>,
}

impl Measure for Measures {
    type Note = Note;

    fn fold(&mut self, _: NodeId, _: Time, seq: u32, note: &Note, common: &mut Common) {
        match note {
            Note::Surveyed(finding) => {
                self.finding = Some(finding.clone());
                common.changed_at = Some(seq);
            }
        }
    }

    fn evidence(&self, word: &str, common: &Common) -> Option<u32> {
        match word {
            "moved" | "moved-keys" | "balance" | "spread" | "heirs" => common.changed_at,
            _ => None,
        }
    }

    // Its nodes are names.
    fn of_name(&self, word: &str, name: &str) -> Option<Number> {
        let finding = self.finding.as_deref()?;
        let holding = finding.nodes.iter().find(|holding| *holding.name == *name)?;
        let keys = u64::from(holding.keys);
        match word {
            "keys" => Some(Number::count(keys)),
            "share" => Some(Number::share(part(keys, u64::from(finding.keys)))),
            "arc" => Some(Number::share(i64::from(holding.share))),
            _ => None,
        }
    }

    // Of several surveys it is the largest number; there is none before one has found anything.
    fn number<'m>(
        word: &str,
        each: &(impl Iterator<Item = &'m Self> + Clone),
        _: Time,
    ) -> Option<Number> {
        let most = |f: &dyn Fn(&Finding) -> i64| {
            each.clone().filter_map(|m| m.finding.as_deref()).map(f).max()
        };
        let keys = |finding: &Finding| u64::from(finding.keys);
        let (value, unit): (&dyn Fn(&Finding) -> i64, Reading) = match word {
            "keys" => (&|f| whole(keys(f)), Reading::Count),
            "moved" => (&|f| part(f.moved_all, keys(f)), Reading::Share),
            "moved-keys" => (&|f| whole(f.moved_all), Reading::Count),
            "expected-moved" => (&|f| f.expected_all as i64, Reading::Share),
            "fan-out" => (&|f| i64::from(f.fan_out) * 1_000, Reading::Ratio),
            "memory" => (&|f| whole(f.bytes), Reading::Bytes),
            "distinct" => (&|f| whole(f.distinct), Reading::Count),
            "hottest" => (&|f| part(f.hottest, keys(f)), Reading::Share),
            "heirs" => (&|f| whole(f.heirs.into()), Reading::Count),
            "balance" => (&|f| evenness(f).0, Reading::Ratio),
            "spread" => (&|f| evenness(f).1, Reading::Ratio),
            _ => return None,
        };
        most(value).map(|millionths| Number { millionths, unit })
    }
}

/// The same of a survey, each node by what it would hold for a weight of one.
#[must_use]
pub fn evenness(finding: &Finding) -> (i64, i64) {
    let held: Vec<u64> = finding
        .nodes
        .iter()
        .map(|holding| u64::from(holding.keys) * 100 / u64::from(holding.weight.max(1)))
        .collect();
    even(&held)
}
