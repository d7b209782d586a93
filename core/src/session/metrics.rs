//! Everything measured: numbers at a moment, and numbers over time.

use super::number;
use super::run::Run;
use super::{MetricFact, SeriesFact, Session};
use crate::client;
use crate::metric::series::STRETCHES;
use crate::scenario::{self, Claim, Comparison, Expected, MetricName};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

impl Session {
    /// Everything measured up to the moment.
    #[must_use]
    pub fn metrics(&self) -> Vec<MetricFact> {
        self.numbers(&self.view)
    }

    /// Everything measured, as far as the run is known.
    #[must_use]
    pub fn final_metrics(&self) -> Vec<MetricFact> {
        self.numbers(self.timeline.front())
    }

    fn numbers(&self, run: &Run) -> Vec<MetricFact> {
        let source = self.source(run);
        let scenario = &self.script.scenario;
        let several = scenario.parties().count() > 1;
        let mut facts = Vec::new();
        for (word, meaning) in scenario::word::METRICS {
            // Asked for by name only: a share of all is all, and every disk has a line.
            if matches!(*word, "share" | "disk-queue" | "card-queue") {
                continue;
            }
            if number::is_of_tables(word) {
                for table in &scenario.tables {
                    let metric =
                        MetricName { word: word.to_string(), of: Some(table.name.clone()) };
                    if let Some(number) = source.number(&metric) {
                        facts.push(MetricFact {
                            name: format!("{word}({})", table.name),
                            shown: number.shown(),
                            value: number.millionths,
                            meaning,
                        });
                    }
                }
                continue;
            }
            for (at, spec) in scenario.clusters.iter().enumerate() {
                // Who holds no keys has its own numbers only.
                if !spec.kind.holds_keys() && !scenario.has_metric(at, word) {
                    continue;
                }
                let of = several.then(|| spec.name.clone());
                let metric = MetricName { word: word.to_string(), of: of.clone() };
                let Some(number) = source.number(&metric) else { continue };
                if number.millionths == 0 && client::words::IF_ANY.contains(word) {
                    continue;
                }
                facts.push(MetricFact {
                    name: of.map_or_else(|| word.to_string(), |of| format!("{word}({of})")),
                    shown: number.shown(),
                    value: number.millionths,
                    meaning,
                });
            }
        }
        facts
    }

    /// A number over time: `throughput`, `failed`, `unavailable`, `moved-bytes`, `latency`, `committed`,
    /// `log` or `elections`, of a cluster if it is named so: `latency(b)`.
    #[must_use]
    pub fn series(&self, name: &str) -> Option<SeriesFact> {
        let (word, of) = match name.strip_suffix(')').and_then(|name| name.split_once('(')) {
            Some((word, of)) => (word, Some(of)),
            None => (name, None),
        };
        let front = self.timeline.front();
        let parties = self.script.scenario.parties();
        let chosen: Vec<_> = parties
            .zip(front.measures.clusters())
            .filter(|(party, _)| of.is_none_or(|of| *party == of))
            .map(|(_, measures)| measures.common.series.stretches())
            .collect();
        let stretch = front.measures.clusters().first()?.common.series.stretch();
        let seconds = stretch.0 as f64 / 1e6;
        let len = chosen.iter().map(|stretches| stretches.len()).max()?;
        // Nothing happened after the last stretch; time went on nevertheless.
        let reached = self.front().0.checked_div(stretch.0).unwrap_or(0) as usize;
        let len = len.max(reached).min(STRETCHES as usize);
        let mut carried = 0.0;
        let mut values = Vec::with_capacity(len);
        for at in 0..len {
            let here = || chosen.iter().filter_map(|stretches| stretches.get(at));
            // What is a state and no count stays as it was.
            let held =
                || chosen.iter().filter_map(|stretches| stretches.get(at).or(stretches.last()));
            values.push(match word {
                "throughput" => here().map(|s| f64::from(s.good)).sum::<f64>() / seconds,
                "failed" => here().map(|s| f64::from(s.bad)).sum::<f64>() / seconds,
                "unavailable" => held().map(|s| f64::from(s.unavailable)).sum(),
                "committed" => held().map(|s| s.committed as f64).sum(),
                "log" => held().map(|s| s.log as f64).fold(0.0, f64::max),
                "elections" => {
                    carried += here().map(|s| f64::from(s.elections)).sum::<f64>();
                    carried
                }
                "moved-bytes" => {
                    carried += here().map(|s| s.moved_bytes as f64).sum::<f64>() / 1e6;
                    carried
                }
                "latency" => {
                    let count: u32 = here().map(|s| s.good + s.bad).sum();
                    let sum: u64 = here().map(|s| s.latency_sum).sum();
                    if count == 0 { 0.0 } else { sum as f64 / f64::from(count) / 1e3 }
                }
                _ => return None,
            });
        }
        let unit = match word {
            "throughput" | "failed" => "/s",
            "unavailable" => "keys",
            "committed" | "log" => "entries",
            "elections" => "elections",
            "moved-bytes" => "MB",
            _ => "ms",
        };
        let band = self.band(word, of);
        Some(SeriesFact { name: String::from(name), unit, stretch, values, band })
    }

    /// The band that an expectation allows for a number.
    fn band(&self, word: &str, of: Option<&str>) -> Option<(f64, f64)> {
        let scale = match word {
            "moved-bytes" => 1e12,
            "latency" => 1e3,
            _ => 1e6,
        };
        let mut expectations = self.script.scenario.expectations.iter();
        expectations.find_map(|expectation| {
            let Claim::Measure { metric, comparison, expected } = &expectation.claim else {
                return None;
            };
            if metric.word != word || metric.of.as_deref() != of {
                return None;
            }
            match (comparison, expected) {
                (Comparison::Within, Expected::Range(low, high)) => {
                    Some((*low as f64 / scale, *high as f64 / scale))
                }
                (Comparison::Less | Comparison::AtMost, Expected::Number(high)) => {
                    Some((0.0, *high as f64 / scale))
                }
                _ => None,
            }
        })
    }
}
