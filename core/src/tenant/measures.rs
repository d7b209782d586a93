//! Everything that can be measured of a run, kept up event by event.

use super::caused::Caused;
use super::{Folds, Note, Process, ScriptNote};
use crate::base::{NodeId, Time};
use crate::client;
use crate::metric::{Common, Series};
use crate::sim::{Event, Fault, Kind};
use alloc::vec::Vec;

/// The numbers of one cluster.
#[derive(Clone, Debug, Default)]
pub struct ClusterMeasures {
    /// Its keys, and its numbers over time.
    pub common: Common,
    /// What became of its clients' operations.
    pub client: client::measure::Measures,
    /// The messages that reads caused.
    pub caused: Caused,
    /// What its tenant counts.
    pub tenants: Folds,
    /// The event after which a key was lost first.
    pub lost_at: Option<u32>,
    /// The event after which a key was unavailable first.
    pub unavailable_at: Option<u32>,
    /// Messages sent.
    pub messages: u64,
    /// Bytes sent.
    pub sent_bytes: u64,
    /// Messages that never arrived.
    pub lost_messages: u64,
    /// Partitions that the last question reads, of how many.
    pub touched: Option<(u32, u32)>,
}

/// The numbers of a run.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    clusters: Vec<ClusterMeasures>,
    changes: u64,
}

impl Measures {
    /// The numbers of a run with so many clusters that ends then.
    #[must_use]
    pub fn new(clusters: usize, end: Time) -> Self {
        let common = Common { series: Series::new(end), ..Common::default() };
        let one = ClusterMeasures { common, ..ClusterMeasures::default() };
        Self { clusters: alloc::vec![one; clusters], changes: 0 }
    }

    /// The numbers of each cluster.
    #[must_use]
    pub fn clusters(&self) -> &[ClusterMeasures] {
        &self.clusters
    }

    /// Goes up whenever a number may have changed that is not a count of messages.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// The numbers of one cluster, to be set right from outside.
    pub fn cluster_mut(&mut self, cluster: usize) -> Option<&mut ClusterMeasures> {
        self.changes += 1;
        self.clusters.get_mut(cluster)
    }

    /// Reads one event of a node in a cluster.
    pub fn read(&mut self, cluster: usize, event: &Event<Process>) {
        let Some(measures) = self.clusters.get_mut(cluster) else { return };
        if measures.read(event) {
            self.changes += 1;
        }
    }
}

impl ClusterMeasures {
    /// True if something changed that a law may look at.
    fn read(&mut self, event: &Event<Process>) -> bool {
        let now = event.at;
        self.caused.read(event);
        match &event.kind {
            Kind::Sent { bytes, .. } => {
                self.messages += 1;
                self.sent_bytes += u64::from(*bytes);
                return false;
            }
            Kind::Lost { .. } => {
                self.lost_messages += 1;
                return false;
            }
            Kind::Fault(fault) => self.fault(event.node, *fault, now),
            Kind::Noted(note) => self.note(event, note),
            Kind::Delivered { .. }
            | Kind::Rang(_)
            | Kind::Landed { .. }
            | Kind::Requested { .. }
            | Kind::Replied { .. } => return false,
        }
        if self.common.ledger.lost() > 0 && self.lost_at.is_none() {
            self.lost_at = Some(event.seq);
        }
        let unavailable = self.common.ledger.unavailable();
        if unavailable > 0 && self.unavailable_at.is_none() {
            self.unavailable_at = Some(event.seq);
        }
        let stretch = self.common.series.at(now);
        stretch.unavailable = unavailable.min(u64::from(u32::MAX)) as u32;
        true
    }

    fn fault(&mut self, node: NodeId, fault: Fault, now: Time) {
        match fault {
            Fault::Started | Fault::Resumed => self.common.ledger.power(node, true, now),
            Fault::Crashed | Fault::Halted | Fault::Paused => {
                self.common.ledger.power(node, false, now);
            }
            Fault::Wiped => self.common.ledger.resync(node, core::iter::empty(), now),
            _ => {}
        }
        if matches!(fault, Fault::Crashed | Fault::Halted) {
            self.client.gone(node);
        }
    }

    fn note(&mut self, event: &Event<Process>, note: &Note) {
        let (node, at, seq) = (event.node, event.at, event.seq);
        match note {
            Note::Client(note) => self.client.fold(node, at, seq, note, &mut self.common),
            Note::Script(note) => self.script(node, at, note),
            note => self.tenants.fold(node, at, seq, note, &mut self.common),
        }
    }

    fn script(&mut self, node: NodeId, at: Time, note: &ScriptNote) {
        match note {
            ScriptNote::Loaded(batch) => {
                for item in &batch.items {
                    self.common.ledger.hold(node, item, at);
                    self.common.ledger.acknowledge(item, at);
                }
            }
            ScriptNote::Explained { touched, of, .. } => self.touched = Some((*touched, *of)),
            ScriptNote::Said(_) | ScriptNote::Stopped => {}
        }
    }
}
