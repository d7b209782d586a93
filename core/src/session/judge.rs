//! What the text expects, watched through the run and decided with evidence.

use super::fact::{Ground, Verdict};
use super::history;
use super::law;
use super::number::{Number, Source};
use super::run::Truncation;
use crate::base::{Span, Time, order};
use crate::check::{Mood, Watch};
use crate::client;
use crate::scenario::{self, Claim, Comparison, Expectation, Expected, Scenario};
use crate::tenant::measures::{ClusterMeasures, Measures};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// All expectations of a run.
#[derive(Clone, Debug, Default)]
pub struct Judge {
    watches: Vec<Watch>,
    last: (Time, u32),
}

impl Judge {
    /// The judge of a scenario.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        let watch = |expectation: &Expectation| Watch::new(mood(expectation));
        Self { watches: scenario.expectations.iter().map(watch).collect(), last: (Time::ZERO, 0) }
    }

    /// Something was done to the world.
    pub fn fault(&mut self, at: Time) {
        for watch in &mut self.watches {
            watch.fault(at);
        }
    }

    /// Looks at the numbers after an event.
    pub fn look(&mut self, source: Source<'_>, seq: u32) {
        let now = source.now;
        self.last = (now, seq);
        for (watch, expectation) in self.watches.iter_mut().zip(&source.scenario.expectations) {
            // What counts at the end only is worked out at the end only.
            if watch.mood() != Mood::AtEnd {
                watch.see(now, seq, so(&source, &expectation.claim) != Some(false));
            }
        }
    }

    /// What is decided; `ended` once the run has. What a truncated run has not decided by then stays
    /// undecided, and says why.
    #[must_use]
    pub fn verdicts(
        &self,
        source: &Source<'_>,
        ended: bool,
        truncated: Option<Truncation>,
    ) -> Vec<Verdict> {
        let ended = ended && truncated.is_none();
        let pairs = self.watches.iter().zip(&source.scenario.expectations);
        pairs
            .map(|(watch, expectation)| {
                let mut watch = watch.clone();
                let claim = so(source, &expectation.claim);
                if watch.mood() == Mood::AtEnd {
                    watch.see(source.now, self.last.1, claim == Some(true));
                }
                let end = ended.then_some((source.now, self.last.1));
                let mut decision = watch.decision(end);
                if claim.is_none() && ended {
                    // A number of something that is not there holds nothing.
                    decision = decision.map(|decision| crate::check::Decision {
                        holds: expectation.negated,
                        ..decision
                    });
                }
                let mut holds = decision.map(|decision| decision.holds != expectation.negated);
                // A law that nothing put to the test says nothing, and so does its opposite.
                let idle = match &expectation.claim {
                    Claim::Law(word, of) if ended => law::idle(source, word, of.as_deref()),
                    _ => None,
                };
                if idle.is_some() {
                    holds = Some(false);
                }
                let measured = measured(source, &expectation.claim);
                let mut evidence = evidence(source, &expectation.claim);
                if evidence.is_empty() {
                    // That the run has ended is no event that one could ask about.
                    let shown = decision.filter(|one| end != Some((one.at, one.seq)));
                    evidence.extend(shown.map(|decision| decision.seq));
                }
                Verdict {
                    text: expectation.text.clone(),
                    span: expectation.span,
                    holds,
                    reason: match (watch.mood(), decision) {
                        _ if idle.is_some() => format!(
                            "The law was never put to the test: {}. So it does not count as held.",
                            idle.unwrap_or_default()
                        ),
                        // The number is that of the end, and may be another than the one that counts.
                        (Mood::Sometimes, Some(one)) if one.holds && claim == Some(false) => {
                            let (at, meaning) = (Span(one.at.0), meaning(&expectation.claim));
                            format!("It was so at {at}. By now {measured}: {meaning}.")
                        }
                        _ => {
                            let missing = claim.is_none();
                            let reason = reason(&expectation.claim, &measured, holds, missing);
                            match truncated.filter(|_| holds.is_none()) {
                                Some(truncated) => undecided(&truncated, &reason),
                                None => reason,
                            }
                        }
                    },
                    measured,
                    at: decision.map(|decision| decision.at),
                    evidence,
                    ground: match claim {
                        None => Ground::Missing,
                        Some(_) if holds.is_none() && truncated.is_some() => Ground::Truncated,
                        Some(_) => Ground::Measured,
                    },
                }
            })
            .collect()
    }
}

fn mood(expectation: &Expectation) -> Mood {
    let law = matches!(expectation.claim, Claim::Law(..));
    match expectation.mood {
        // A law without a mood is one that always holds.
        scenario::Mood::AtEnd if law && !at_end_only(expectation) => Mood::Always,
        scenario::Mood::AtEnd => Mood::AtEnd,
        scenario::Mood::Always => Mood::Always,
        scenario::Mood::Sometimes => Mood::Sometimes,
        scenario::Mood::Eventually(within) => Mood::Eventually(within),
    }
}

fn at_end_only(expectation: &Expectation) -> bool {
    matches!(&expectation.claim, Claim::Law(law, _) if matches!(law.as_str(), "replicated" | "converged") || law == history::LAW)
}

/// Whether a claim is so now; nothing if it is about something that is not there.
fn so(source: &Source<'_>, claim: &Claim) -> Option<bool> {
    match claim {
        Claim::Law(word, of) if law::is_one(word) => law::holds(source, word, of.as_deref()),
        Claim::Law(law, of) => {
            // A law says something only of those that have it.
            let mut having = having(source, law, of.as_deref()).peekable();
            having.peek()?;
            let mut holds = true;
            for (at, measures) in having {
                holds &= match law.as_str() {
                    "available" => {
                        measures.common.ledger.unavailable() == 0 && measures.client.failed == 0
                    }
                    "durable" => measures.common.ledger.lost() == 0,
                    "unique" => measures.tenants.ids.collisions == 0,
                    // No number tells it: it is judged over the whole history, once that is there.
                    history::LAW => true,
                    "fresh" => measures.client.wrong == 0,
                    "replicated" => {
                        let spec = source.scenario.clusters.get(at);
                        let copies = spec.map_or(1, |spec| spec.replicas);
                        measures.common.ledger.short_of(copies as usize) == 0
                    }
                    _ => return None,
                };
            }
            Some(holds)
        }
        Claim::Measure { metric, comparison, expected } => {
            let number = source.number(metric)?.millionths;
            let against = |other: i64| match comparison {
                Comparison::Less => number < other,
                Comparison::AtMost => number <= other,
                Comparison::Equal => number == other,
                Comparison::Differs => number != other,
                Comparison::AtLeast => number >= other,
                Comparison::More => number > other,
                Comparison::Within => false,
            };
            Some(match expected {
                Expected::Number(other) => against(*other),
                Expected::Metric(other) => against(source.number(other)?.millionths),
                Expected::Range(low, high) => (*low..=*high).contains(&number),
            })
        }
    }
}

fn clusters<'s>(
    source: &Source<'s>,
    of: Option<&str>,
) -> impl Iterator<Item = (usize, &'s ClusterMeasures)> {
    let parties = source.scenario.parties().enumerate();
    let wanted: Vec<usize> = parties
        .filter(|(_, party)| of.is_none_or(|name| *party == name))
        .map(|(at, _)| at)
        .collect();
    let measures: &'s Measures = source.measures;
    wanted.into_iter().filter_map(|at| measures.clusters().get(at).map(|m| (at, m)))
}

/// Those of the clusters for which there is a law of that name.
fn having<'s>(
    source: &Source<'s>,
    law: &str,
    of: Option<&str>,
) -> impl Iterator<Item = (usize, &'s ClusterMeasures)> {
    let scenario = source.scenario;
    clusters(source, of).filter(move |(at, _)| scenario.has_law(*at, law))
}

fn measured(source: &Source<'_>, claim: &Claim) -> String {
    match claim {
        Claim::Measure { metric, expected, .. } => {
            let shown = |number: Option<Number>| {
                number.map_or_else(|| String::from("not there"), |number| number.shown())
            };
            let value = shown(source.number(metric));
            match expected {
                Expected::Metric(other) => {
                    format!("{value} against {}", shown(source.number(other)))
                }
                Expected::Number(_) | Expected::Range(..) => value,
            }
        }
        Claim::Law(word, of) if law::is_one(word) => {
            match law::holds(source, word, of.as_deref()) {
                Some(_) => law::measured(source, word, of.as_deref()),
                None => String::from("not there"),
            }
        }
        Claim::Law(law, of) => {
            let having = || having(source, law, of.as_deref());
            if having().next().is_none() {
                return String::from("not there");
            }
            let sum = |f: &dyn Fn(usize, &ClusterMeasures) -> u64| -> u64 {
                having().map(|(at, measures)| f(at, measures)).sum()
            };
            match law.as_str() {
                "available" => format!(
                    "{} keys unavailable at worst, {} operations failed",
                    sum(&|_, m| m.common.ledger.unavailable_most()),
                    sum(&|_, m| m.client.failed)
                ),
                "durable" => {
                    let now = sum(&|_, m| m.common.ledger.lost());
                    // What was lost may have been written anew since.
                    let before = sum(&|_, m| u64::from(m.lost_at.is_some())) > 0;
                    match (now, before) {
                        (0, true) => String::from("no keys lost now, but some before"),
                        (1, _) => String::from("1 key lost"),
                        (now, _) => format!("{now} keys lost"),
                    }
                }
                "unique" => format!("{} ids made twice", sum(&|_, m| m.tenants.ids.collisions)),
                "fresh" => format!("{} wrong reads", sum(&|_, m| m.client.wrong)),
                "replicated" => {
                    let short = sum(&|at, m| {
                        let spec = source.scenario.clusters.get(at);
                        m.common.ledger.short_of(spec.map_or(1, |spec| spec.replicas as usize))
                    });
                    format!("{short} keys short of copies")
                }
                // Judged over the whole history; what came of it is told there.
                history::LAW => String::new(),
                _ => String::from("not there"),
            }
        }
    }
}

/// The events that show a claim best.
fn evidence(source: &Source<'_>, claim: &Claim) -> Vec<u32> {
    let (word, of) = match claim {
        Claim::Law(law, of) => (law.as_str(), of.as_deref()),
        Claim::Measure { metric, .. } => (metric.word.as_str(), metric.of.as_deref()),
    };
    if law::is_one(word) {
        return law::evidence(source, word, of);
    }
    let mut events: Vec<u32> = clusters(source, of)
        .flat_map(|(_, measures)| match word {
            "durable" | "lost" => [measures.lost_at, None],
            "fresh" | "wrong" => [measures.client.wrong_at, None],
            "available" => [measures.unavailable_at, measures.client.failed_at],
            "unavailable" | "unavailable-time" => [measures.unavailable_at, None],
            "failed" => [measures.client.failed_at, None],
            "unique" | "collisions" => [measures.tenants.ids.collision_at, None],
            "out-of-order" => [measures.tenants.ids.disorder_at, None],
            "refused" => [measures.tenants.ids.refused_at, None],
            "moved" | "moved-keys" | "moved-bytes" | "copied" | "joins" | "leaves" | "edits"
            | "balance" | "spread" | "heirs" | "replicated" => [measures.common.changed_at, None],
            _ => [None, None],
        })
        .flatten()
        .collect();
    order::sort(&mut events);
    events
}

/// True if a claim is about operations of clients, so that it says nothing where there are none.
#[must_use]
pub fn is_about_operations(claim: &Claim) -> bool {
    // `durable` and `lost` are about keys too, which are there without any operation.
    let of_logs = ["repeated", "committed"];
    let laws = ["available", "fresh", history::LAW];
    let about = |word: &str| {
        client::words::METRICS.iter().any(|(known, _)| *known == word)
            || of_logs.contains(&word)
            || laws.contains(&word)
    };
    match claim {
        Claim::Measure { metric, expected: Expected::Metric(other), .. } => {
            about(&metric.word) || about(&other.word)
        }
        claim => about(word(claim)),
    }
}

/// What the language says of the word that a claim is about.
fn meaning(claim: &Claim) -> &'static str {
    let words = scenario::word::METRICS.iter().chain(scenario::word::LAWS);
    let law = matches!(claim, Claim::Law(..));
    let lists = if law { scenario::word::LAWS } else { scenario::word::METRICS };
    let meaning = lists.iter().chain(words).find(|(known, _)| *known == word(claim));
    meaning.map_or("", |(_, meaning)| meaning)
}

fn word(claim: &Claim) -> &str {
    match claim {
        Claim::Law(law, _) => law,
        Claim::Measure { metric, .. } => &metric.word,
    }
}

/// The reason for no verdict in a truncated run.
#[must_use]
pub fn undecided(truncated: &Truncation, so_far: &str) -> String {
    format!("Not decided. {} {so_far}", truncated.words())
}

fn reason(claim: &Claim, measured: &str, holds: Option<bool>, missing: bool) -> String {
    if missing {
        return match word(claim) {
            word @ ("queue" | "busy") => format!(
                "Work costs no time here, so there is no {word}: say first what a message costs, such as \
                 node message 50us."
            ),
            word => format!("There is no {word} of what runs here."),
        };
    }
    let meaning = meaning(claim);
    match holds {
        None => format!("So far {measured}: {meaning}."),
        Some(_) if matches!(claim, Claim::Law(..)) => {
            format!("Measured {measured}. The law: {meaning}.")
        }
        Some(_) => format!("Measured {measured}: {meaning}."),
    }
}
