//! The numbers that the language can ask for, by name, and how they read.

use super::fact::Role;
use crate::base::NodeTable;
use crate::base::{NodeId, Time};
use crate::check::raft::Laws;
use crate::metric::{ClusterMeasures, Histogram, Measures};
use crate::scenario::table::TableSpec;
use crate::scenario::{self, Kind, MetricName, Scenario};
use crate::sim::{Load, World};
use crate::tenant::paper::survey::Finding;
use crate::tenant::{Process, ids, paper, replicated, ring};
use crate::text::Entry;
use alloc::vec::Vec;

pub use crate::base::number::{Number, Reading};

/// Where a number is taken from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'r> {
    /// The numbers of the run.
    pub measures: &'r Measures,
    /// The laws of its replicated logs, cluster by cluster.
    pub laws: &'r [Laws],
    /// Its nodes.
    pub nodes: &'r NodeTable,
    /// Its nodes at this moment.
    pub world: &'r World<Process>,
    /// Its text.
    pub scenario: &'r Scenario,
    /// The moment.
    pub now: Time,
}

/// Half of the whole numbers that fit are left as room for sums.
const LARGEST: i64 = i64::MAX / 2;

fn whole(count: u64) -> i64 {
    i64::try_from(count).ok().and_then(|count| count.checked_mul(1_000_000)).unwrap_or(LARGEST)
}

fn part(of: u64, all: u64) -> i64 {
    if all == 0 { 0 } else { (u128::from(of) * 1_000_000 / u128::from(all)) as i64 }
}

fn is_of(words: &[Entry], word: &str) -> bool {
    words.iter().any(|(known, _)| *known == word)
}

/// True if the number is about the columns of tables.
#[must_use]
pub fn is_of_tables(word: &str) -> bool {
    is_of(scenario::table::METRICS, word)
}

/// True if the number is about makers of ids.
#[must_use]
pub fn is_of_ids(word: &str) -> bool {
    is_of(ids::words::METRICS, word)
}

/// True if the number is about reads that were answered.
#[must_use]
pub fn is_of_reads(word: &str) -> bool {
    word.starts_with("read-p") || word.starts_with("staleness") || word == "messages-per-read"
}

impl Source<'_> {
    /// The number of that name; nothing if it is of something that is not there.
    #[must_use]
    pub fn number(&self, name: &MetricName) -> Option<Number> {
        if is_of_tables(&name.word) {
            return self.of_tables(&name.word, name.of.as_deref());
        }
        let clusters: Vec<usize> = match &name.of {
            None => (0..self.scenario.parties().count()).collect(),
            Some(of) => match self.scenario.parties().position(|party| party == of) {
                Some(at) => alloc::vec![at],
                None => return self.of_node(&name.word, of),
            },
        };
        let surveyed =
            |at: &usize| self.measures.clusters().get(*at).is_some_and(|m| m.finding.is_some());
        let running = clusters.iter().any(|at| !surveyed(at));
        if let Some(number) = self.on_paper(&name.word, &clusters) {
            return Some(number);
        }
        let asked = clusters
            .iter()
            .any(|at| self.measures.clusters().get(*at).is_some_and(|m| m.touched.is_some()));
        match name.word.as_str() {
            // What only paper knows, and what only machines have.
            word if is_of(paper::words::METRICS, word) => return None,
            "touched" if !asked => return None,
            "touched" => {}
            _ if is_of(ring::words::METRICS, &name.word)
                && !clusters.is_empty()
                && clusters.iter().all(|at| self.agrees(*at)) =>
            {
                return None;
            }
            _ if is_of(replicated::words::METRICS, &name.word)
                && !clusters.iter().any(|at| self.agrees(*at)) =>
            {
                return None;
            }
            _ if !running && !clusters.is_empty() => return None,
            _ => {}
        }
        let each: Vec<(usize, &ClusterMeasures)> = clusters
            .iter()
            .filter_map(|at| self.measures.clusters().get(*at).map(|measures| (*at, measures)))
            .collect();
        if is_of_reads(&name.word) && each.iter().all(|(_, m)| m.reads.latency.total() == 0) {
            return None;
        }
        if matches!(name.word.as_str(), "queue" | "busy") {
            let in_clusters = |node: &NodeId| {
                self.nodes.get(*node).is_some_and(|actor| clusters.contains(&actor.cluster))
            };
            let nodes = (0..self.world.len() as u32).map(NodeId).filter(in_clusters);
            return self.of_work(&name.word, nodes);
        }
        let sum = |f: fn(&ClusterMeasures) -> u64| -> u64 { each.iter().map(|(_, m)| f(m)).sum() };
        let most = |f: &dyn Fn(&ClusterMeasures) -> u64| each.iter().map(|(_, m)| f(m)).max();
        let least = |f: &dyn Fn(&ClusterMeasures) -> u64| {
            each.iter().filter(|(_, m)| m.ids.made > 0).map(|(_, m)| f(m)).min()
        };
        let count = |count: u64| Number { millionths: whole(count), unit: Reading::Count };
        let bytes = |count: u64| Number { millionths: whole(count), unit: Reading::Bytes };
        let time = |micros: u64| Number {
            millionths: i64::try_from(micros).unwrap_or(LARGEST),
            unit: Reading::Time,
        };
        let quantile = |of: &dyn Fn(&ClusterMeasures) -> &Histogram, per_mille| {
            time(each.iter().map(|(_, m)| of(m).quantile(per_mille).0).max().unwrap_or(0))
        };
        let share = |millionths| Number { millionths, unit: Reading::Share };
        let ratio = |millionths| Number { millionths, unit: Reading::Ratio };
        let keys = || sum(|m| m.ledger.keys());
        let answered = || sum(ClusterMeasures::answered_count);
        Some(match name.word.as_str() {
            "moved" => share(part(sum(|m| m.ledger.moved()), keys())),
            "moved-keys" => count(sum(|m| m.ledger.moved())),
            "moved-bytes" => bytes(sum(|m| m.ledger.copied().bytes)),
            "copied" => count(sum(|m| m.ledger.copied().keys)),
            "balance" => ratio(each.iter().map(|(at, _)| self.balance(*at).0).max().unwrap_or(0)),
            "spread" => ratio(each.iter().map(|(at, _)| self.balance(*at).1).max().unwrap_or(0)),
            "keys" => count(keys()),
            "bytes" => {
                let of =
                    |at: usize| self.storage(at).map(|node| self.holding(at, node).1).sum::<u64>();
                bytes(each.iter().map(|(at, _)| of(*at)).sum())
            }
            "share" => share(1_000_000),
            "lost" => count(sum(|m| m.ledger.lost())),
            "unavailable" => count(sum(|m| m.ledger.unavailable_most())),
            "unavailable-now" => count(sum(|m| m.ledger.unavailable())),
            "unavailable-time" => {
                time(most(&|m| m.ledger.unavailable_longest(self.now)).unwrap_or(0))
            }
            "operations" => count(answered() + sum(|m| m.failed)),
            "failed" => count(sum(|m| m.failed)),
            "available" => {
                let all = answered() + sum(|m| m.failed);
                share(if all == 0 { 1_000_000 } else { part(answered(), all) })
            }
            "wrong" => count(sum(|m| m.wrong)),
            "latency" => time(most(&|m| m.latency.mean().0).unwrap_or(0)),
            "p50" => quantile(&|m| &m.latency, 500),
            "p99" => quantile(&|m| &m.latency, 990),
            "p999" => quantile(&|m| &m.latency, 999),
            "read-p50" => quantile(&|m| &m.reads.latency, 500),
            "read-p99" => quantile(&|m| &m.reads.latency, 990),
            "read-p999" => quantile(&|m| &m.reads.latency, 999),
            "staleness" => time(most(&|m| m.reads.staleness.mean().0).unwrap_or(0)),
            "staleness-p50" => quantile(&|m| &m.reads.staleness, 500),
            "staleness-p99" => quantile(&|m| &m.reads.staleness, 990),
            "staleness-p999" => quantile(&|m| &m.reads.staleness, 999),
            "staleness-max" => quantile(&|m| &m.reads.staleness, 1_000),
            "messages-per-read" => {
                let caused = sum(|m| m.reads.caused.millionths());
                ratio((caused / sum(|m| m.reads.latency.total()).max(1)).min(LARGEST as u64) as i64)
            }
            "throughput" => {
                let millionths =
                    u128::from(answered()) * 1_000_000_000_000 / u128::from(self.now.0.max(1));
                Number { millionths: millionths.min(LARGEST as u128) as i64, unit: Reading::Rate }
            }
            "redirects" => count(sum(|m| m.redirects)),
            "retries" => count(sum(|m| m.retries)),
            "messages" => count(sum(|m| m.messages)),
            "sent-bytes" => bytes(sum(|m| m.sent_bytes)),
            "lost-messages" => count(sum(|m| m.lost_messages)),
            "elections" => count(sum(|m| m.raft.elections)),
            "terms" => count(most(&|m| m.raft.term).unwrap_or(0)),
            "committed" => count(most(&|m| m.raft.committed).unwrap_or(0)),
            "idle" => time(most(&|m| self.now.since(m.raft.committed_at).0).unwrap_or(0)),
            "truncated" => count(sum(|m| m.raft.truncated)),
            "snapshots" => count(sum(|m| m.raft.snapshots)),
            "installed" => count(sum(|m| m.raft.installed)),
            "log" => count(most(&|m| m.raft.longest).unwrap_or(0)),
            "repeated" => count(sum(|m| m.raft.repeated)),
            "edits" => count(sum(|m| m.edits)),
            "touched" => {
                count(each.iter().filter_map(|(_, m)| m.touched).map(|t| u64::from(t.0)).sum())
            }
            "joins" => count(sum(|m| m.joins)),
            "leaves" => count(sum(|m| m.leaves)),
            "ids" => count(sum(|m| m.ids.made)),
            "collisions" => count(sum(|m| m.ids.collisions)),
            "out-of-order" => count(sum(|m| m.ids.out_of_order)),
            "refused" => count(sum(|m| m.ids.refused)),
            "waits" => count(sum(|m| m.ids.waits)),
            "traceable" => share(part(sum(|m| m.ids.traceable), sum(|m| m.ids.made))),
            "time-error" => time(most(&|m| m.ids.time_error).unwrap_or(0).saturating_mul(1_000)),
            "splits" => count(sum(|m| m.ids.leaves.splits())),
            // Of several indexes, the one that fares worst.
            "leaves-touched" => ratio(most(&|m| m.ids.leaves.touched()).unwrap_or(0) as i64),
            "fill" => share(least(&|m| m.ids.leaves.fill()).unwrap_or(0) as i64),
            "at-the-end" => share(least(&|m| m.ids.leaves.in_last()).unwrap_or(0) as i64),
            _ => return None,
        })
    }

    /// A number of surveys; nothing if these clusters have machines, or surveys do not know it. Of
    /// several surveys it is the largest.
    fn on_paper(&self, word: &str, clusters: &[usize]) -> Option<Number> {
        let of = |at: &usize| self.measures.clusters().get(*at)?.finding.as_deref();
        let findings: Vec<&Finding> = clusters.iter().filter_map(of).collect();
        if findings.is_empty() {
            return None;
        }
        let most = |f: &dyn Fn(&Finding) -> i64| findings.iter().map(|finding| f(finding)).max();
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

    /// A number of one node of a survey.
    fn of_holding(&self, word: &str, name: &str) -> Option<Number> {
        let (clusters, short) = super::name::split(self.scenario, name);
        let mut found = clusters.into_iter().filter_map(|at| {
            let finding = self.measures.clusters().get(at)?.finding.as_deref()?;
            let holding = finding.nodes.iter().find(|holding| *holding.name == *short)?;
            let keys = u64::from(holding.keys);
            let (millionths, unit) = match word {
                "keys" => (whole(keys), Reading::Count),
                "share" => (part(keys, u64::from(finding.keys)), Reading::Share),
                "arc" => (i64::from(holding.share), Reading::Share),
                _ => return None,
            };
            Some(Number { millionths, unit })
        });
        found.next()
    }

    /// A number of one table, or of all of them.
    fn of_tables(&self, word: &str, of: Option<&str>) -> Option<Number> {
        let tables = self.scenario.tables.iter();
        let tables: Vec<_> = tables.filter(|t| of.is_none_or(|name| t.name == name)).collect();
        if tables.is_empty() {
            return None;
        }
        let sum = |f: &dyn Fn(&TableSpec) -> u64| {
            tables.iter().map(|table| f(table)).fold(0, u64::saturating_add)
        };
        let before = || sum(&|t| t.table.mean(&t.table.whole(), &t.mix));
        let after = || sum(&|t| t.table.mean(&t.grouped(), &t.mix));
        let bytes = match word {
            "read-before" => before(),
            "read-after" => after(),
            "stored-before" => sum(&|t| t.table.stored(&t.table.whole())),
            "stored-after" => sum(&|t| t.table.stored(&t.grouped())),
            _ => {
                let millionths = part(after(), before());
                return Some(Number { millionths, unit: Reading::Share });
            }
        };
        Some(Number { millionths: whole(bytes), unit: Reading::Bytes })
    }

    /// A number of one node, or of the nodes of that name in all clusters.
    fn of_node(&self, word: &str, name: &str) -> Option<Number> {
        let nodes = self.nodes.meant(name);
        if nodes.is_empty() {
            return self.of_holding(word, name);
        }
        if matches!(word, "queue" | "busy") {
            return self.of_work(word, nodes.into_iter());
        }
        let (mut keys, mut bytes, mut all, mut ids) = (0, 0, 0, 0);
        for node in nodes {
            let actor = self.nodes.get(node)?;
            let (of_keys, of_bytes) = self.holding(actor.cluster, node);
            keys += of_keys;
            bytes += of_bytes;
            let measures = self.measures.clusters().get(actor.cluster)?;
            all += measures.ledger.keys();
            ids += measures.ids.made_by(node);
        }
        match word {
            "keys" => Some(Number { millionths: whole(keys), unit: Reading::Count }),
            "ids" => Some(Number { millionths: whole(ids), unit: Reading::Count }),
            "bytes" => Some(Number { millionths: whole(bytes), unit: Reading::Bytes }),
            "share" => Some(Number { millionths: part(keys, all), unit: Reading::Share }),
            _ => None,
        }
    }

    /// How long the line was, or how busy they were, at the worst of some nodes; nothing if work costs
    /// none of them time.
    fn of_work(&self, word: &str, nodes: impl Iterator<Item = NodeId>) -> Option<Number> {
        let loads: Vec<Load> = nodes.filter_map(|node| self.world.load(node)).collect();
        Some(match word {
            "queue" => {
                let most = loads.iter().map(|load| load.queue_most).max()?;
                Number { millionths: whole(most.into()), unit: Reading::Count }
            }
            _ => {
                let worked = loads.iter().map(|load| load.worked.0).max()?;
                Number { millionths: part(worked, self.now.0), unit: Reading::Share }
            }
        })
    }

    /// True if that cluster keeps a replicated log.
    fn agrees(&self, cluster: usize) -> bool {
        let spec = self.scenario.clusters.get(cluster);
        spec.is_some_and(|spec| matches!(spec.kind, Kind::Raft(_)))
    }

    fn storage(&self, cluster: usize) -> impl Iterator<Item = NodeId> {
        let actors = (0..).zip(self.nodes.all());
        actors
            .filter(move |(_, actor)| actor.cluster == cluster && actor.role == Role::Storage)
            .map(|(node, _)| NodeId(node))
    }

    fn holding(&self, cluster: usize, node: NodeId) -> (u64, u64) {
        let measures = self.measures.clusters().get(cluster);
        let holding = measures.map(|measures| measures.ledger.holding(node)).unwrap_or_default();
        (holding.keys, holding.bytes)
    }

    /// The fullest node over the mean, and the deviation over the mean, of nodes that hold keys.
    fn balance(&self, cluster: usize) -> (i64, i64) {
        let held = self.storage(cluster).map(|node| self.holding(cluster, node).0);
        let held: Vec<u64> = held.filter(|keys| *keys > 0).collect();
        even(&held)
    }
}

/// The fullest node over the mean, and the deviation over the mean, in millionths.
fn even(held: &[u64]) -> (i64, i64) {
    let sum: u64 = held.iter().sum();
    let Some(most) = held.iter().max() else { return (0, 0) };
    let len = held.len() as u64;
    let squares: u128 = held.iter().map(|keys| u128::from(*keys).pow(2)).sum();
    let variance = (squares * u128::from(len)).saturating_sub(u128::from(sum).pow(2));
    let deviation = variance.isqrt() as u64;
    (part(most * len, sum), part(deviation, sum))
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
