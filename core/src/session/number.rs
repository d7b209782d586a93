//! The numbers that the language can ask for, by name, and how they read.

use super::fact::Role;
use crate::base::NodeTable;
use crate::base::number::{LARGEST, even, part};
use crate::base::{NodeId, Time};
use crate::client;
use crate::scenario::table::TableSpec;
use crate::scenario::{self, MetricName, Scenario};
use crate::sim::{Load, World};
use crate::tenant::Folds;
use crate::tenant::measures::{ClusterMeasures, Measures};
use crate::tenant::{Laws, METRICS, Process, Spec};
use crate::text::Entry;
use alloc::vec::Vec;
use core::ops::Range;

pub use crate::base::number::{Number, Reading};

/// Where a number is taken from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'r> {
    /// The numbers of the run.
    pub measures: &'r Measures,
    /// What its laws watch, party by party.
    pub laws: &'r [Option<Laws>],
    /// Its nodes.
    pub nodes: &'r NodeTable,
    /// Its nodes at this moment.
    pub world: &'r World<Process>,
    /// Its text.
    pub scenario: &'r Scenario,
    /// The moment.
    pub now: Time,
}

fn is_of(words: &[Entry], word: &str) -> bool {
    words.iter().any(|(known, _)| *known == word)
}

/// True if the number is about the columns of tables.
#[must_use]
pub fn is_of_tables(word: &str) -> bool {
    is_of(scenario::table::METRICS, word)
}

impl Source<'_> {
    /// Why the number of that name says nothing though it is of something that is there: what it is about
    /// never happened. Of several clusters one in which it happened is enough.
    #[must_use]
    pub fn nothing(&self, name: &MetricName) -> Option<&'static str> {
        let word = name.word.as_str();
        let of = name.of.as_deref();
        let meant = self.scenario.parties().enumerate();
        let meant = meant.filter(|(_, party)| of.is_none_or(|of| of == *party));
        let counts = |at: &usize| {
            let machines = self.scenario.party(*at).is_some_and(|it| it.kind.has_machines());
            machines && self.scenario.has_metric(*at, word)
        };
        let places = meant.map(|(at, _)| at).filter(counts);
        let each: Vec<_> = places.filter_map(|at| self.measures.clusters().get(at)).collect();
        if each.is_empty() {
            return None;
        }
        let of_tenants = || {
            let mut each = each.iter().map(|m| m.tenants.nothing(word));
            let first = each.next()??;
            each.all(|other| other.is_some()).then_some(first)
        };
        client::measure::nothing(word, &each.iter().map(|m| &m.client)).or_else(of_tenants)
    }

    /// The number of that name; nothing if it is of something that is not there.
    #[must_use]
    pub fn number(&self, name: &MetricName) -> Option<Number> {
        if is_of_tables(&name.word) {
            return self.of_tables(&name.word, name.of.as_deref());
        }
        let word = name.word.as_str();
        let clusters = match &name.of {
            None => 0..self.scenario.parties().count(),
            Some(of) => match self.scenario.parties().position(|party| party == of) {
                Some(at) => at..at + 1,
                None => return self.of_node(word, of),
            },
        };
        // A judge asks at every change: nothing is gathered here.
        let each = self.measures.clusters().get(clusters.clone()).unwrap_or_default();
        if client::measure::is_of_reads(word)
            && each.iter().all(|m| m.client.read_latency.total() == 0)
        {
            return None;
        }
        let kinds = clusters.clone().filter_map(|at| self.scenario.party(at)).map(|it| &it.kind);
        let folds = kinds.clone().zip(each.iter().map(|m| &m.tenants));
        if let Some(number) = Folds::number(word, &folds, self.now) {
            return Some(number);
        }
        let has_machines = clusters.is_empty() || kinds.clone().any(Spec::has_machines);
        match word {
            "touched" if each.iter().all(|m| m.touched.is_none()) => return None,
            "touched" => {}
            // What only machines have.
            _ if !has_machines => return None,
            // What nothing here counts is not zero.
            _ if (is_of(METRICS, word) || is_of(client::words::METRICS, word))
                && !clusters.clone().any(|at| self.scenario.has_metric(at, word)) =>
            {
                return None;
            }
            "queue" | "busy" | "disk-queue" | "card-queue" => {
                let in_clusters = |node: &NodeId| {
                    self.nodes.get(*node).is_some_and(|entry| clusters.contains(&entry.cluster))
                };
                let nodes = (0..self.world.len() as u32).map(NodeId).filter(in_clusters);
                return self.of_work(word, nodes);
            }
            _ => {}
        }
        client::measure::number(word, &each.iter().map(|m| &m.client), self.now)
            .or_else(|| self.of_keys(word, clusters, each))
    }

    /// A number of the keys and the messages of clusters.
    fn of_keys(
        &self,
        word: &str,
        clusters: Range<usize>,
        each: &[ClusterMeasures],
    ) -> Option<Number> {
        let sum = |f: fn(&ClusterMeasures) -> u64| -> u64 { each.iter().map(f).sum() };
        let keys = || sum(|m| m.common.ledger.keys());
        Some(match word {
            "moved" => Number::share(part(sum(|m| m.common.ledger.moved()), keys())),
            "moved-keys" => Number::count(sum(|m| m.common.ledger.moved())),
            "moved-bytes" => Number::bytes(sum(|m| m.common.ledger.copied().bytes)),
            "copied" => Number::count(sum(|m| m.common.ledger.copied().keys)),
            "balance" => Number::ratio(clusters.map(|at| self.balance(at).0).max().unwrap_or(0)),
            "spread" => Number::ratio(clusters.map(|at| self.balance(at).1).max().unwrap_or(0)),
            "keys" => Number::count(keys()),
            "bytes" => {
                let of =
                    |at: usize| self.storage(at).map(|node| self.holding(at, node).1).sum::<u64>();
                Number::bytes(clusters.map(of).sum())
            }
            "share" => Number::share(1_000_000),
            "lost" => Number::count(sum(|m| m.common.ledger.lost())),
            "unavailable" => Number::count(sum(|m| m.common.ledger.unavailable_most())),
            "unavailable-now" => Number::count(sum(|m| m.common.ledger.unavailable())),
            "unavailable-time" => {
                let longest = each.iter().map(|m| m.common.ledger.unavailable_longest(self.now));
                Number::time(longest.max().unwrap_or(0))
            }
            "messages-per-read" => {
                let caused = sum(|m| m.caused.millionths());
                let reads = sum(|m| m.client.read_latency.total()).max(1);
                Number::ratio(i64::try_from(caused / reads).unwrap_or(LARGEST))
            }
            "messages" => Number::count(sum(|m| m.messages)),
            "sent-bytes" => Number::bytes(sum(|m| m.sent_bytes)),
            "lost-messages" => Number::count(sum(|m| m.lost_messages)),
            "touched" => {
                let touched = each.iter().filter_map(|m| m.touched);
                Number::count(touched.map(|touched| u64::from(touched.0)).sum())
            }
            _ => return None,
        })
    }

    /// A number of what has a name in a cluster and is no node.
    fn of_holding(&self, word: &str, name: &str) -> Option<Number> {
        let (clusters, short) = super::name::split(self.scenario, name);
        let of = |at: usize| {
            let (spec, measures) = (self.scenario.party(at)?, self.measures.clusters().get(at)?);
            measures.tenants.of_name(&spec.kind, word, short)
        };
        clusters.into_iter().find_map(of)
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
        Some(Number::bytes(bytes))
    }

    /// A number of one node, or of the nodes of that name in all clusters.
    fn of_node(&self, word: &str, name: &str) -> Option<Number> {
        let nodes = self.nodes.meant(name);
        if nodes.is_empty() {
            return self.of_holding(word, name);
        }
        if matches!(word, "queue" | "busy" | "disk-queue" | "card-queue") {
            return self.of_work(word, nodes.into_iter());
        }
        let (mut keys, mut bytes, mut all) = (0, 0, 0);
        let mut own: Option<Number> = None;
        for node in nodes {
            let actor = self.nodes.get(node)?;
            let (of_keys, of_bytes) = self.holding(actor.cluster, node);
            keys += of_keys;
            bytes += of_bytes;
            let measures = self.measures.clusters().get(actor.cluster)?;
            all += measures.common.ledger.keys();
            let kind = self.scenario.party(actor.cluster).map(|spec| &spec.kind);
            let more = kind.and_then(|kind| measures.tenants.of_node(kind, word, node));
            own = match (own, more) {
                (Some(one), Some(two)) => Some(Number {
                    millionths: one.millionths.saturating_add(two.millionths),
                    ..one
                }),
                (one, two) => one.or(two),
            };
        }
        match word {
            "keys" => Some(Number::count(keys)),
            "bytes" => Some(Number::bytes(bytes)),
            "share" => Some(Number { millionths: part(keys, all), unit: Reading::Share }),
            _ => own,
        }
    }

    /// How long the line was, or how busy they were, at the worst of some nodes; nothing if work costs
    /// none of them time.
    fn of_work(&self, word: &str, nodes: impl Iterator<Item = NodeId>) -> Option<Number> {
        match word {
            "disk-queue" => {
                let lines = nodes.filter_map(|node| self.world.disk_queue(node));
                return lines.max().map(|most| Number::count(most.into()));
            }
            "card-queue" => {
                let lines = nodes.filter_map(|node| self.world.network().card_queue(node));
                return lines.max().map(|most| Number::count(most.into()));
            }
            _ => {}
        }
        let loads: Vec<Load> = nodes.filter_map(|node| self.world.load(node)).collect();
        Some(match word {
            "queue" => {
                let most = loads.iter().map(|load| load.queue_most).max()?;
                Number::count(most.into())
            }
            _ => {
                let worked = loads.iter().map(|load| load.worked.0).max()?;
                Number { millionths: part(worked, self.now.0), unit: Reading::Share }
            }
        })
    }

    fn storage(&self, cluster: usize) -> impl Iterator<Item = NodeId> {
        let actors = (0..).zip(self.nodes.all());
        actors
            .filter(move |(_, actor)| actor.cluster == cluster && actor.role == Role::Storage)
            .map(|(node, _)| NodeId(node))
    }

    fn holding(&self, cluster: usize, node: NodeId) -> (u64, u64) {
        let measures = self.measures.clusters().get(cluster);
        let holding =
            measures.map(|measures| measures.common.ledger.holding(node)).unwrap_or_default();
        (holding.keys, holding.bytes)
    }

    /// The fullest node over the mean, and the deviation over the mean, of nodes that hold keys.
    fn balance(&self, cluster: usize) -> (i64, i64) {
        let held = self.storage(cluster).map(|node| self.holding(cluster, node).0);
        let held: Vec<u64> = held.filter(|keys| *keys > 0).collect();
        even(&held)
    }
}
