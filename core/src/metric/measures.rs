//! Everything that can be measured of a run, kept up event by event.

use super::histogram::Histogram;
use super::ids::IdMeasures;
use super::ledger::{Ledger, Newest};
use super::overwritten::Overwritten;
use super::raft::RaftMeasures;
use super::reads::ReadMeasures;
use super::series::Series;
use crate::base::ordered::Ordered;
use crate::base::{NodeId, Span, Time};
use crate::client::{self, Outcome, Verb};
use crate::sim::{Event, Fault, Kind};
use crate::store::{Item, Key};
use crate::tenant::paper::survey::Finding;
use crate::tenant::ring::Task;
use crate::tenant::{Note, Process, ScriptNote, ids, paper, replicated, ring};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// An operation that has not ended.
#[derive(Clone, Debug)]
struct Open {
    at: Time,
    verb: Verb,
    key: Key,
    /// What was acknowledged of its key when it began.
    newest: Option<Newest>,
}

/// The numbers of one cluster.
#[derive(Clone, Debug, Default)]
pub struct ClusterMeasures {
    /// Its keys.
    pub ledger: Ledger,
    /// How long answered operations took.
    pub latency: Histogram,
    /// Operations that got no answer in time.
    pub failed: u64,
    /// Reads that missed a write acknowledged before they began.
    pub wrong: u64,
    /// The event of the first such read.
    pub wrong_at: Option<u32>,
    /// The event of the first operation without an answer.
    pub failed_at: Option<u32>,
    /// The event after which a key was lost first.
    pub lost_at: Option<u32>,
    /// The event after which a key was unavailable first.
    pub unavailable_at: Option<u32>,
    /// The event by which its map changed last.
    pub changed_at: Option<u32>,
    /// Times that a client was sent elsewhere.
    pub redirects: u64,
    /// Times that a client tried again.
    pub retries: u64,
    /// Messages sent.
    pub messages: u64,
    /// Bytes sent.
    pub sent_bytes: u64,
    /// Messages that never arrived.
    pub lost_messages: u64,
    /// Nodes that have joined.
    pub joins: u64,
    /// Nodes that have left.
    pub leaves: u64,
    /// Splits, merges and moves of the table.
    pub edits: u64,
    /// What a survey found last.
    pub finding: Option<Arc<Finding>>,
    /// Partitions that the last question reads, of how many.
    pub touched: Option<(u32, u32)>,
    /// The ids that its nodes made.
    pub ids: IdMeasures,
    /// What its logs did.
    pub raft: RaftMeasures,
    /// What its reads cost and are worth.
    pub reads: ReadMeasures,
    /// Numbers over time.
    pub series: Series,
    overwritten: Overwritten,
    task: Option<Task>,
    open: Ordered<(NodeId, u32), Open>,
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
        let one = ClusterMeasures { series: Series::new(end), ..ClusterMeasures::default() };
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
        self.reads.caused.read(event);
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
        if self.ledger.lost() > 0 && self.lost_at.is_none() {
            self.lost_at = Some(event.seq);
        }
        let unavailable = self.ledger.unavailable();
        if unavailable > 0 && self.unavailable_at.is_none() {
            self.unavailable_at = Some(event.seq);
        }
        let stretch = self.series.at(now);
        stretch.unavailable = unavailable.min(u64::from(u32::MAX)) as u32;
        true
    }

    fn fault(&mut self, node: NodeId, fault: Fault, now: Time) {
        match fault {
            Fault::Started | Fault::Resumed => self.ledger.power(node, true, now),
            Fault::Crashed | Fault::Halted | Fault::Paused => self.ledger.power(node, false, now),
            Fault::Wiped => self.ledger.resync(node, core::iter::empty(), now),
            _ => {}
        }
        if matches!(fault, Fault::Crashed | Fault::Halted) {
            // A client that is gone waits for nothing.
            self.open.retain(|(client, _), _| *client != node);
        }
    }

    fn note(&mut self, event: &Event<Process>, note: &Note) {
        match note {
            Note::Client(note) => self.client(event, note),
            Note::Ring(note) => self.ring(event, note),
            Note::Paper(paper::Note::Surveyed(finding)) => {
                self.finding = Some(finding.clone());
                self.changed_at = Some(event.seq);
            }
            Note::Ids(note) => self.made(event, note),
            Note::Replicated(note) => self.replicated(event, note),
            Note::Script(note) => self.script(event, note),
        }
    }

    fn script(&mut self, event: &Event<Process>, note: &ScriptNote) {
        match note {
            ScriptNote::Loaded(batch) => {
                for item in &batch.items {
                    self.ledger.hold(event.node, item, event.at);
                    self.ledger.acknowledge(item, event.at);
                }
            }
            ScriptNote::Explained { touched, of, .. } => self.touched = Some((*touched, *of)),
            ScriptNote::Said(_) | ScriptNote::Stopped => {}
        }
    }

    fn client(&mut self, event: &Event<Process>, note: &client::Note) {
        match note {
            client::Note::Asked { op, verb, key, .. } => {
                let (verb, newest) = (*verb, self.ledger.newest(key));
                let open = Open { at: event.at, verb, key: key.clone(), newest };
                self.open.insert((event.node, *op), open);
            }
            client::Note::Answered { op, outcome } => self.answered(event, *op, outcome),
            client::Note::Redirected { .. } => self.redirects += 1,
            client::Note::Retried { .. } => self.retries += 1,
        }
    }

    fn ring(&mut self, event: &Event<Process>, note: &ring::Note) {
        let (node, now) = (event.node, event.at);
        match note {
            ring::Note::Stored(item) => {
                self.ledger.hold(node, item, now);
            }
            ring::Note::Took(batch) => {
                let counts = self.task != Some(Task::Repair);
                for item in &batch.items {
                    self.ledger.pass(batch.from, node, item, counts, now);
                }
                self.series.at(now).moved_bytes += batch.bytes();
            }
            ring::Note::Dropped(keys) => {
                for key in keys.iter() {
                    self.ledger.drop_key(node, key, now);
                }
            }
            ring::Note::Began(task) => self.task = Some(task.clone()),
            ring::Note::Done(task) => {
                self.changed_at = Some(event.seq);
                match task {
                    Task::Join(..) => self.joins += 1,
                    Task::Leave(_) => self.leaves += 1,
                    Task::Edit(_) => self.edits += 1,
                    Task::Weight(..) | Task::Replace(_) | Task::Repair => {}
                }
            }
            ring::Note::Streaming { .. }
            | ring::Note::Waits { .. }
            | ring::Note::Suspected(_)
            | ring::Note::Back(_) => {}
        }
    }

    fn made(&mut self, event: &Event<Process>, note: &ids::Note) {
        match note {
            ids::Note::Made(made) => {
                self.ids.read(event.node, made, event.at, event.seq);
                let stretch = self.series.at(event.at);
                stretch.good += made.ids.len() as u32;
                stretch.bad += made.refused;
            }
            ids::Note::Trouble(_) => {}
        }
    }

    fn replicated(&mut self, event: &Event<Process>, note: &replicated::Note) {
        let (node, now) = (event.node, event.at);
        match note {
            replicated::Note::Raft(note) => {
                let elections = self.raft.elections;
                self.raft.read(node, now, note);
                let stretch = self.series.at(now);
                stretch.elections += (self.raft.elections - elections) as u32;
                (stretch.committed, stretch.log) = (self.raft.committed, self.raft.log());
            }
            replicated::Note::Applied { items, again, .. } => {
                self.raft.repeated += u64::from(*again);
                for item in items.iter() {
                    self.ledger.hold(node, item, now);
                }
            }
            replicated::Note::Restored { items, .. } => {
                self.ledger.resync(node, items.iter(), now);
            }
            replicated::Note::TooStale { .. } | replicated::Note::Refused(_) => {}
        }
    }

    fn answered(&mut self, event: &Event<Process>, op: u32, outcome: &Outcome) {
        let now = event.at;
        let Some(open) = self.open.remove(&(event.node, op)) else { return };
        let took = now.since(open.at);
        let mut missed = None;
        match outcome {
            Outcome::Unknown => {
                self.failed += 1;
                self.failed_at.get_or_insert(event.seq);
                self.series.at(now).bad += 1;
                return;
            }
            Outcome::Written(item) => self.acknowledge(item, now),
            Outcome::Found(item) => {
                missed = open.newest.filter(|newest| item.version < newest.version);
            }
            Outcome::Absent if open.verb == Verb::Get => {
                missed = open.newest.filter(|newest| !newest.gone);
            }
            Outcome::Absent | Outcome::Differs(_) | Outcome::Refused => {}
        }
        let bad = missed.is_some();
        if bad {
            self.wrong += 1;
            self.wrong_at.get_or_insert(event.seq);
        }
        if open.verb == Verb::Get && *outcome != Outcome::Refused {
            let found = match outcome {
                Outcome::Found(item) => Some(item.version),
                _ => None,
            };
            let since = |newest: Newest| self.overwritten.since(&open.key, found, newest.version);
            let old = missed.map_or(Span::ZERO, |newest| open.at.since(since(newest)));
            self.reads.answered(took, old);
        }
        self.latency.add(took);
        let stretch = self.series.at(now);
        stretch.good += u32::from(!bad);
        stretch.bad += u32::from(bad);
        stretch.latency_sum += took.0;
        stretch.latency_max = stretch.latency_max.max(took.0);
    }

    fn acknowledge(&mut self, item: &Item, now: Time) {
        self.overwritten.acknowledge(item, self.ledger.newest(&item.key), now);
        self.ledger.acknowledge(item, now);
    }

    /// Operations that got an answer.
    #[must_use]
    pub fn answered_count(&self) -> u64 {
        self.latency.total()
    }
}
