//! What replicated logs did, counted from the notes of their nodes.

use super::kv::Kv;
use super::message::Note;
use crate::base::number::Number;
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Time};
use crate::metric::Common;
use crate::raft::{Note as Log, Role};
use crate::tenant::{Lead, Measure};

/// The numbers of one cluster's logs.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    /// Times that a node began to lead.
    pub elections: u64,
    /// The highest term.
    pub term: u64,
    /// The highest place that some node knew to be committed.
    pub committed: u64,
    /// When something new was last committed.
    pub committed_at: Time,
    /// Times that entries were cut off.
    pub truncated: u64,
    /// Snapshots that nodes made of their own logs.
    pub snapshots: u64,
    /// Snapshots that nodes took from a leader.
    pub installed: u64,
    /// Entries in the longest log so far.
    pub longest: u64,
    /// Commands that stood in a log again and were not applied again, counting every node.
    pub repeated: u64,
    /// Where each node's log begins and ends.
    ends: VecMap<NodeId, (u64, u64)>,
}

impl Measure for Measures {
    type Note = Note;

    fn fold(&mut self, node: NodeId, at: Time, _: u32, note: &Note, common: &mut Common) {
        match note {
            Note::Raft(note) => {
                let elections = self.elections;
                self.read(node, at, note);
                let stretch = common.series.at(at);
                stretch.elections += (self.elections - elections) as u32;
                (stretch.committed, stretch.log) = (self.committed, self.log());
            }
            Note::Applied { items, again, .. } => {
                self.repeated += u64::from(*again);
                for item in items.iter() {
                    common.ledger.hold(node, item, at);
                }
            }
            Note::Restored { items, .. } => common.ledger.resync(node, items.iter(), at),
            Note::TooStale { .. } | Note::Refused(_) => {}
        }
    }

    fn lead(note: &Note) -> Option<Lead> {
        match note {
            Note::Raft(Log::Became { role: Role::Leader, term, .. }) => Some(Lead::Begins(term.0)),
            Note::Raft(Log::Became { .. }) => Some(Lead::Ends),
            _ => None,
        }
    }

    fn number<'m>(
        word: &str,
        each: &(impl Iterator<Item = &'m Self> + Clone),
        now: Time,
    ) -> Option<Number> {
        let sum = |f: fn(&Self) -> u64| -> u64 { each.clone().map(f).sum() };
        let most = |f: fn(&Self) -> u64| each.clone().map(f).max().unwrap_or(0);
        Some(match word {
            "elections" => Number::count(sum(|m| m.elections)),
            "terms" => Number::count(most(|m| m.term)),
            "committed" => Number::count(most(|m| m.committed)),
            "idle" => {
                let idle = each.clone().map(|m| now.since(m.committed_at).0).max();
                Number::time(idle.unwrap_or(0))
            }
            "truncated" => Number::count(sum(|m| m.truncated)),
            "snapshots" => Number::count(sum(|m| m.snapshots)),
            "installed" => Number::count(sum(|m| m.installed)),
            "log" => Number::count(most(|m| m.longest)),
            "repeated" => Number::count(sum(|m| m.repeated)),
            _ => return None,
        })
    }
}

impl Measures {
    fn read(&mut self, node: NodeId, at: Time, note: &Log<Kv>) {
        match note {
            Log::Became { role, term, .. } => {
                self.elections += u64::from(*role == Role::Leader);
                self.term = self.term.max(u64::from(term.0));
            }
            Log::Appended { after, entries } => {
                let ends = self.ends.of(node);
                ends.1 = after.0 + entries.len() as u64;
                self.longest = self.longest.max(ends.1.saturating_sub(ends.0));
            }
            Log::Truncated { after } => {
                self.truncated += 1;
                self.ends.of(node).1 = after.0;
            }
            Log::Committed { upto, .. } => {
                if upto.0 > self.committed {
                    self.committed = upto.0;
                    self.committed_at = at;
                }
            }
            Log::Compacted { mark, .. } => {
                self.snapshots += 1;
                self.ends.of(node).0 = mark.index.0;
            }
            Log::Installed { mark, .. } => {
                self.installed += 1;
                self.ends.insert(node, (mark.index.0, mark.index.0));
            }
            Log::Voted { .. }
            | Log::Members { .. }
            | Log::Transferring { .. }
            | Log::TransferEnded
            | Log::QuorumLost { .. }
            | Log::SnapshotSent { .. }
            | Log::DiskLost { .. }
            | Log::Forgot { .. }
            | Log::AtOdds { .. } => {}
        }
    }

    /// Entries in the longest log at this moment.
    #[must_use]
    pub fn log(&self) -> u64 {
        let lengths = self.ends.values().map(|(base, end)| end.saturating_sub(*base));
        lengths.max().unwrap_or(0)
    }
}
