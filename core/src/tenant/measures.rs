//! Everything that can be measured of a run, kept up event by event.

use super::caused::Caused;
use super::{Folds, Laws, Note, Process, ScriptNote};
use crate::base::number::Number;
use crate::base::{NodeId, NodeTable, Time};
use crate::client;
use crate::metric::{Common, Series};
use crate::sim::{Event, Fault, Kind, World};
use alloc::vec::Vec;

/// What a tenant counts of one party, note by note.
pub trait Measure: Default {
    /// Trace annotations of its machines.
    type Note;

    /// Reads a note of a node.
    fn fold(&mut self, node: NodeId, at: Time, seq: u32, note: &Self::Note, common: &mut Common);

    /// The number of that name of all these, which are not none; nothing if nothing here has that name.
    fn number<'m>(
        word: &str,
        each: &(impl Iterator<Item = &'m Self> + Clone),
        now: Time,
    ) -> Option<Number>
    where
        Self: 'm;

    /// Whether a node begins or ends to lead, if a note says so.
    fn lead(_: &Self::Note) -> Option<Lead> {
        None
    }

    /// The event that shows the number of that name best.
    fn evidence(&self, _: &str, _: &Common) -> Option<u32> {
        None
    }

    /// Why the number of that name says nothing: what it is about never happened.
    fn nothing(&self, _: &str) -> Option<&'static str> {
        None
    }

    /// A number of one node.
    fn of_node(&self, _: &str, _: NodeId) -> Option<Number> {
        None
    }

    /// A number of what has a name here and is no node of the run.
    fn of_name(&self, _: &str, _: &str) -> Option<Number> {
        None
    }
}

/// That a node leads, or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// It leads from now on, in this term.
    Begins(u32),
    /// It leads no more, if it did.
    Ends,
}

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

    /// Lets the laws of a cluster read an event, and what they read from disks go into its numbers; true if
    /// a law was broken by it.
    pub fn watch(
        &mut self,
        laws: &mut Laws,
        event: &Event<Process>,
        (world, nodes, cluster): (&World<Process>, &NodeTable, usize),
    ) -> bool {
        let Some(measures) = self.clusters.get_mut(cluster) else { return false };
        let change = laws.read(event, (world, nodes, cluster), &mut measures.common);
        self.changes += u64::from(change.counted);
        change.broken
    }

    /// A message has come to a node of a cluster that keeps keys.
    pub fn arrived(&mut self, cluster: usize, from: NodeId) {
        if let Some(measures) = self.clusters.get_mut(cluster) {
            measures.client.arrived(from);
        }
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
    /// The events that show the number of that name best.
    pub fn evidence(&self, word: &str) -> impl Iterator<Item = u32> + use<> {
        let of_clients = self.client.evidence(word, &self.common).into_iter();
        of_clients.chain([self.tenants.evidence(word, &self.common)]).flatten()
    }

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
        if self.common.ledger.lost() > 0 && self.common.lost_at.is_none() {
            self.common.lost_at = Some(event.seq);
        }
        let unavailable = self.common.ledger.unavailable();
        if unavailable > 0 && self.common.unavailable_at.is_none() {
            self.common.unavailable_at = Some(event.seq);
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
            *self.common.ended.of(node) += 1;
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
