//! What became of records, hints and reads, counted from the notes of nodes and clients.

use super::law::Watch;
use super::message::{Booted, Note, Why};
use super::record::Record;
use crate::base::number::Number;
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Time};
use crate::metric::Common;
use crate::store::{Item, Key};
use crate::tenant::Measure;
use alloc::vec::Vec;

/// The numbers of one store.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    /// Its laws.
    pub laws: Watch,
    /// Values that a read found side by side, at most.
    pub siblings: u64,
    /// Reads that repaired copies.
    pub repairs: u64,
    /// What nodes keep for others now.
    kept: VecMap<(NodeId, u64), Key>,
    /// Of which ends of processes the laws know.
    ended: VecMap<NodeId, u32>,
    /// Hints that were kept.
    pub hints: u64,
    /// Hints that their homes were given.
    pub handed: u64,
    /// Hints that were given up.
    pub expired: u64,
    /// Times that two nodes compared hashes.
    pub compared: u64,
    /// Records that repairs and anti-entropy brought to copies.
    pub records: u64,
    /// Tombstones that were forgotten.
    pub collected: u64,
    /// Operations for which a coordinator had too few answers.
    pub unmet: u64,
}

impl Measures {
    fn keep(&mut self, node: NodeId, number: u64, record: &Record, at: Time, common: &mut Common) {
        if let Some(item) = record.item() {
            common.ledger.keep(node, number, &item, at);
            self.kept.insert((node, number), item.key);
        }
    }

    fn release(&mut self, node: NodeId, number: u64, at: Time, common: &mut Common) {
        if let Some(key) = self.kept.remove(&(node, number)) {
            common.ledger.release(node, number, &key, at);
        }
    }
}

impl Measure for Measures {
    type Note = Note;

    fn fold(&mut self, node: NodeId, at: Time, seq: u32, note: &Note, common: &mut Common) {
        for (ended, times) in common.ended.iter().filter(|_| self.ended != common.ended) {
            if self.ended.get(ended) != Some(times) {
                self.laws.ended(*ended);
            }
        }
        self.ended.clone_from(&common.ended);
        self.laws.fold(node, at, seq, note);
        match note {
            Note::Stored(record, why) => {
                if let Some(item) = record.item() {
                    common.ledger.hold(node, &item, at);
                }
                self.records += u64::from(*why == Why::Repair);
            }
            Note::Booted(it) => {
                let Booted { records, hints, .. } = &**it;
                let items: Vec<Item> = records.iter().filter_map(Record::item).collect();
                common.ledger.resync(node, items.iter(), at);
                let own: Vec<u64> =
                    self.kept.keys().filter(|kept| kept.0 == node).map(|kept| kept.1).collect();
                for number in own {
                    self.kept.remove(&(node, number));
                }
                for (number, record) in hints.iter() {
                    self.keep(node, *number, record, at, common);
                }
            }
            Note::Collected(record) => {
                self.collected += 1;
                common.ledger.drop_key(node, &record.key, at);
            }
            Note::Removed(key) => common.ledger.drop_key(node, key, at),
            Note::Siblings { count, .. } => self.siblings = self.siblings.max(u64::from(*count)),
            Note::Repairs { .. } => self.repairs += 1,
            Note::Kept { number, record, .. } => {
                // A tombstone takes the place of what it hides: that is no other hint.
                self.hints += u64::from(!self.kept.contains_key(&(node, *number)));
                self.release(node, *number, at, common);
                self.keep(node, *number, record, at, common);
            }
            Note::HandedOver { number, .. } => {
                self.handed += 1;
                self.release(node, *number, at, common);
            }
            Note::Expired { numbers } => {
                self.expired += numbers.len() as u64;
                for number in numbers.iter() {
                    self.release(node, *number, at, common);
                }
            }
            Note::Compared { .. } => self.compared += 1,
            Note::Unmet { .. } => self.unmet += 1,
            Note::Reads { .. }
            | Note::Writes(_)
            | Note::Saw { .. }
            | Note::Acked { .. }
            | Note::Near { .. }
            | Note::GaveUp { .. }
            | Note::Coordinated(_) => {}
        }
    }

    fn evidence(&self, word: &str, _: &Common) -> Option<u32> {
        match word {
            "missed-reads" => self.laws.missed_at(),
            _ => None,
        }
    }

    fn nothing(&self, word: &str) -> Option<&'static str> {
        match word {
            "missed-reads" => self.laws.idle(super::law::Law::SeesLast),
            _ => None,
        }
    }

    fn number<'m>(
        word: &str,
        each: &(impl Iterator<Item = &'m Self> + Clone),
        _: Time,
    ) -> Option<Number> {
        let sum = |f: fn(&Self) -> u64| -> u64 { each.clone().map(f).sum() };
        Some(Number::count(match word {
            "siblings" => each.clone().map(|m| m.siblings).max().unwrap_or(0),
            "read-repairs" => sum(|m| m.repairs),
            "hints" => sum(|m| m.hints),
            "handed-over" => sum(|m| m.handed),
            "expired-hints" => sum(|m| m.expired),
            "compared" => sum(|m| m.compared),
            "repaired-records" => sum(|m| m.records),
            "collected" => sum(|m| m.collected),
            "unmet" => sum(|m| m.unmet),
            "behind" => sum(|m| m.laws.differing()),
            "judged-reads" => sum(|m| m.laws.tested().reads),
            "missed-reads" => sum(|m| m.laws.tested().missed),
            _ => return None,
        }))
    }
}
