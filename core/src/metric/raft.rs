//! What replicated logs did, counted from the notes of their nodes.

use crate::base::ordered::Ordered;
use crate::base::{NodeId, Time};
use crate::raft::{Note, Role};
use crate::tenant::replicated::kv::Kv;

/// The numbers of one cluster's logs.
#[derive(Clone, Debug, Default)]
pub struct RaftMeasures {
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
    ends: Ordered<NodeId, (u64, u64)>,
}

impl RaftMeasures {
    /// Reads a note of a node.
    pub fn read(&mut self, node: NodeId, at: Time, note: &Note<Kv>) {
        match note {
            Note::Became { role, term, .. } => {
                self.elections += u64::from(*role == Role::Leader);
                self.term = self.term.max(u64::from(term.0));
            }
            Note::Appended { after, entries } => {
                let ends = self.ends.of(node);
                ends.1 = after.0 + entries.len() as u64;
                self.longest = self.longest.max(ends.1.saturating_sub(ends.0));
            }
            Note::Truncated { after } => {
                self.truncated += 1;
                self.ends.of(node).1 = after.0;
            }
            Note::Committed { upto, .. } => {
                if upto.0 > self.committed {
                    self.committed = upto.0;
                    self.committed_at = at;
                }
            }
            Note::Compacted { mark, .. } => {
                self.snapshots += 1;
                self.ends.of(node).0 = mark.index.0;
            }
            Note::Installed { mark, .. } => {
                self.installed += 1;
                self.ends.insert(node, (mark.index.0, mark.index.0));
            }
            Note::Voted { .. }
            | Note::Members { .. }
            | Note::Transferring { .. }
            | Note::TransferEnded
            | Note::QuorumLost { .. }
            | Note::SnapshotSent { .. }
            | Note::DiskLost { .. }
            | Note::Forgot { .. }
            | Note::AtOdds { .. } => {}
        }
    }

    /// Entries in the longest log at this moment.
    #[must_use]
    pub fn log(&self) -> u64 {
        let lengths = self.ends.values().map(|(base, end)| end.saturating_sub(*base));
        lengths.max().unwrap_or(0)
    }
}
