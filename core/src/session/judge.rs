//! What the text expects, watched through the run and decided with evidence.

use super::fact::{Ground, Verdict};
use super::number::{Number, Source};
use super::run::Truncation;
use crate::base::{Span, Time, order};
use crate::check::{Mood, Watch};
use crate::client;
use crate::scenario::{self, Claim, Comparison, Expectation, Expected, Scenario};
use crate::tenant::measures::ClusterMeasures;
use crate::tenant::{Folds, Law, Party};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A law that an expectation is about, looked up once.
#[derive(Clone, Debug)]
struct Asked {
    law: Law,
    /// Those of the parties meant that have it.
    parties: Vec<usize>,
}

impl Asked {
    /// The law of a claim; nothing if it is about a number.
    fn new(scenario: &Scenario, claim: &Claim) -> Option<Self> {
        let Claim::Law(word, of) = claim else { return None };
        let parties = scenario.parties().enumerate();
        let meant = parties.filter(|(_, name)| of.as_deref().is_none_or(|of| of == *name));
        let having = meant.map(|(at, _)| at).filter(|at| scenario.has_law(*at, word));
        Some(Self { law: Law::named(word)?, parties: having.collect() })
    }

    /// What is known of each party that has it.
    fn each<'s>(&self, source: &Source<'s>) -> impl Iterator<Item = Party<'s>> {
        let (laws, measures, scenario) = (source.laws, source.measures, source.scenario);
        self.parties.iter().filter_map(move |at| {
            let copies = scenario.clusters.get(*at).map_or(1, |spec| spec.head.replicas as usize);
            let laws = laws.get(*at)?.as_ref()?;
            Some(Party { laws, measures: measures.clusters().get(*at)?, copies })
        })
    }

    /// Whether it holds so far; nothing if no party has it.
    fn holds(&self, source: &Source<'_>) -> Option<bool> {
        let mut each = self.each(source).peekable();
        each.peek()?;
        Some(each.all(|party| self.law.holds(&party)))
    }

    fn measured(&self, source: &Source<'_>) -> String {
        let each: Vec<Party<'_>> = self.each(source).collect();
        match each.is_empty() {
            true => String::from("not there"),
            false => self.law.measured(&each, source.nodes),
        }
    }

    fn evidence(&self, source: &Source<'_>) -> Vec<u32> {
        let each: Vec<Party<'_>> = self.each(source).collect();
        self.law.evidence(&each)
    }
}

/// All expectations of a run.
#[derive(Clone, Debug, Default)]
pub struct Judge {
    watches: Vec<Watch>,
    /// The law of each, if it is about one.
    asked: Arc<[Option<Asked>]>,
    last: (Time, u32),
}

impl Judge {
    /// The judge of a scenario.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        let expectations = scenario.expectations.iter();
        let asked: Arc<[_]> =
            expectations.clone().map(|one| Asked::new(scenario, &one.claim)).collect();
        let watches = expectations.zip(asked.iter());
        let watches = watches.map(|(one, asked)| Watch::new(mood(one, asked.as_ref())));
        Self { watches: watches.collect(), asked, last: (Time::ZERO, 0) }
    }

    /// Something was done to the world.
    pub fn fault(&mut self, at: Time) {
        for watch in &mut self.watches {
            watch.fault(at);
        }
    }

    /// Looks at how things stand before anything has happened: what is so from the start, and never changes,
    /// has been so since then.
    pub fn begin(&mut self, source: Source<'_>) {
        let claims = self.asked.iter().zip(&source.scenario.expectations);
        for (watch, (asked, expectation)) in self.watches.iter_mut().zip(claims) {
            if matches!(watch.mood(), Mood::Eventually(Some(_))) {
                let so = so(&source, &expectation.claim, asked.as_ref());
                watch.see(source.now, 0, so != Some(false));
            }
        }
    }

    /// Looks at the numbers after an event.
    pub fn look(&mut self, source: Source<'_>, seq: u32) {
        let now = source.now;
        self.last = (now, seq);
        let claims = self.asked.iter().zip(&source.scenario.expectations);
        for (watch, (asked, expectation)) in self.watches.iter_mut().zip(claims) {
            // What counts at the end only is worked out at the end only.
            if watch.mood() != Mood::AtEnd {
                let so = so(&source, &expectation.claim, asked.as_ref());
                // A number that is not known yet contradicts nothing, and was not seen either.
                let seen = match watch.mood() {
                    Mood::Sometimes => so == Some(true),
                    Mood::Always | Mood::Eventually(_) | Mood::AtEnd => so != Some(false),
                };
                watch.see(now, seq, seen);
            }
        }
    }

    /// The laws that the law of the expectation of that number is made of and that nothing has put to the
    /// test, each with what never happened.
    #[must_use]
    pub fn untried(&self, source: &Source<'_>, number: usize) -> Vec<(&'static str, &'static str)> {
        self.parts(source, number, Law::idle)
    }

    /// What is found of the laws that the law of an expectation is made of, each with its name.
    fn parts<F: PartialEq>(
        &self,
        source: &Source<'_>,
        number: usize,
        find: impl Fn(Law, &Party<'_>) -> Option<F>,
    ) -> Vec<(&'static str, F)> {
        let expectation = source.scenario.expectations.get(number);
        let (Some(Some(asked)), Some(Claim::Law(word, _))) =
            (self.asked.get(number), expectation.map(|one| &one.claim))
        else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (at, party) in asked.parties.iter().zip(asked.each(source)) {
            let Some(spec) = source.scenario.party(*at) else { continue };
            for part in spec.kind.parts(word) {
                let told = Law::named(part).and_then(|law| find(law, &party));
                let told = told.map(|told| (part, told)).filter(|told| !found.contains(told));
                found.extend(told);
            }
        }
        found
    }

    /// Whether the claim of the expectation of that number is so at the moment, whatever was so before; nothing
    /// if it is about something that is not there.
    #[must_use]
    pub fn stands(&self, source: &Source<'_>, number: usize) -> Option<bool> {
        let expectation = source.scenario.expectations.get(number)?;
        so(source, &expectation.claim, self.asked.get(number)?.as_ref())
    }

    /// The laws that the law of the expectation of that number is made of and that are broken.
    #[must_use]
    pub fn broken(&self, source: &Source<'_>, number: usize) -> Vec<&'static str> {
        let broken = self.parts(source, number, |law, party| (!law.holds(party)).then_some(()));
        broken.into_iter().map(|(part, ())| part).collect()
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
        let claims = self.asked.iter().zip(&source.scenario.expectations);
        let pairs = self.watches.iter().zip(claims);
        pairs
            .map(|(watch, (asked, expectation))| {
                let (mut watch, asked) = (watch.clone(), asked.as_ref());
                let claim = so(source, &expectation.claim, asked);
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
                // One party in which nothing happened is enough: the claim is about all of them.
                // What was broken was put to the test, whatever came of the others.
                let unbroken = decision.is_some_and(|decision| decision.holds);
                let idle = asked.filter(|_| ended && unbroken);
                let idle = idle.and_then(|one| one.each(source).find_map(|of| one.law.idle(&of)));
                // Of a number that nothing was measured for no comparison says anything, held or not.
                let nothing = nothing(source, &expectation.claim);
                let idle = idle.or(nothing.filter(|_| ended));
                if idle.is_some() {
                    holds = Some(false);
                }
                let measured = match nothing {
                    Some(_) if claim.is_none() => String::from("nothing measured"),
                    _ => measured(source, &expectation.claim, asked),
                };
                let mut evidence = evidence(source, &expectation.claim, asked);
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
                            "{}: {}. So it does not count as held.",
                            match asked {
                                Some(_) => "The law was never put to the test",
                                None => "There was nothing to measure",
                            },
                            idle.unwrap_or_default()
                        ),
                        // The number is that of the end, and may be another than the one that counts.
                        (Mood::Sometimes, Some(one)) if one.holds && claim == Some(false) => {
                            let (at, meaning) = (Span(one.at.0), meaning(&expectation.claim));
                            format!("It was so at {at}. By now {measured}: {meaning}.")
                        }
                        (Mood::Eventually(Some(within)), Some(one)) if !one.holds && watch.is_late() => {
                            let (at, fault) = (Span(one.at.0), watch.last_fault());
                            let since = match fault {
                                Time::ZERO => String::from("the start"),
                                fault => format!("the last fault, at {}", Span(fault.0)),
                            };
                            let late = one.at.since(fault);
                            format!(
                                "It is so only since {at}, {late} after {since}, and not within {within}. \
                                 Now {measured}: {}.",
                                meaning(&expectation.claim)
                            )
                        }
                        _ => {
                            let missing = claim.is_none() && nothing.is_none();
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
                        None if nothing.is_none() => Ground::Missing,
                        _ if idle.is_some() => Ground::Nothing,
                        _ if holds.is_none() && truncated.is_some() => Ground::Truncated,
                        _ => Ground::Measured,
                    },
                }
            })
            .collect()
    }
}

fn mood(expectation: &Expectation, asked: Option<&Asked>) -> Mood {
    match expectation.mood {
        // A law without a mood is one that always holds.
        scenario::Mood::AtEnd if asked.is_some_and(|one| !one.law.is_at_end()) => Mood::Always,
        scenario::Mood::AtEnd => Mood::AtEnd,
        scenario::Mood::Always => Mood::Always,
        scenario::Mood::Sometimes => Mood::Sometimes,
        scenario::Mood::Eventually(within) => Mood::Eventually(within),
    }
}

/// Whether a claim would be so of a number that is just what it is compared with.
fn at_bound(comparison: Comparison) -> bool {
    match comparison {
        Comparison::AtMost | Comparison::Equal | Comparison::AtLeast | Comparison::Within => true,
        Comparison::Less | Comparison::Differs | Comparison::More => false,
    }
}

/// Whether a claim is so now; nothing if it is about something that is not there.
fn so(source: &Source<'_>, claim: &Claim, asked: Option<&Asked>) -> Option<bool> {
    match claim {
        Claim::Law(..) => asked?.holds(source),
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

/// Why a claim about numbers says nothing: what one of them is about never happened.
fn nothing(source: &Source<'_>, claim: &Claim) -> Option<&'static str> {
    match claim {
        Claim::Law(..) => None,
        Claim::Measure { metric, expected: Expected::Metric(other), .. } => {
            source.nothing(metric).or_else(|| source.nothing(other))
        }
        Claim::Measure { metric, .. } => source.nothing(metric),
    }
}

fn clusters<'s>(
    source: &Source<'s>,
    of: Option<&str>,
) -> impl Iterator<Item = &'s ClusterMeasures> {
    let parties = source.scenario.parties().zip(source.measures.clusters());
    parties.filter(move |(party, _)| of.is_none_or(|name| *party == name)).map(|(_, of)| of)
}

fn measured(source: &Source<'_>, claim: &Claim, asked: Option<&Asked>) -> String {
    match claim {
        Claim::Measure { metric, comparison, expected } => {
            let value = source.number(metric);
            // Rounded, it may read like a bound that it is not; that matters where the bound would do.
            let beside = |number: Option<Number>, bound: Option<i64>| {
                let bound =
                    bound.filter(|_| so(source, claim, asked) != Some(at_bound(*comparison)));
                let shown = |number: Number| match bound {
                    Some(bound) => number.shown_beside(bound),
                    None => number.shown(),
                };
                number.map_or_else(|| String::from("not there"), shown)
            };
            match expected {
                Expected::Metric(other) => {
                    let other = source.number(other);
                    let of = |number: Option<Number>| number.map(|number| number.millionths);
                    format!("{} against {}", beside(value, of(other)), beside(other, of(value)))
                }
                Expected::Number(other) => beside(value, Some(*other)),
                Expected::Range(low, high) => {
                    let below = value.is_some_and(|value| value.millionths < *low);
                    beside(value, Some(if below { *low } else { *high }))
                }
            }
        }
        Claim::Law(..) => {
            asked.map_or_else(|| String::from("not there"), |asked| asked.measured(source))
        }
    }
}

/// The events that show a claim best.
fn evidence(source: &Source<'_>, claim: &Claim, asked: Option<&Asked>) -> Vec<u32> {
    let metric = match claim {
        Claim::Law(..) => return asked.map_or_else(Vec::new, |asked| asked.evidence(source)),
        Claim::Measure { metric, .. } => metric,
    };
    let each = clusters(source, metric.of.as_deref());
    let mut events: Vec<u32> = each.flat_map(|of| of.evidence(&metric.word)).collect();
    order::sort(&mut events);
    events
}

/// True if a claim is about operations of clients, so that it says nothing where there are none.
#[must_use]
pub fn is_about_operations(claim: &Claim) -> bool {
    let about = |word: &str| {
        client::words::METRICS.iter().any(|(known, _)| *known == word)
            || Folds::is_about_operations(word)
    };
    match claim {
        // `durable` is about keys too, which are there without any operation.
        Claim::Law(word, _) => Law::named(word).is_some_and(Law::is_about_operations),
        Claim::Measure { metric, expected: Expected::Metric(other), .. } => {
            about(&metric.word) || about(&other.word)
        }
        Claim::Measure { metric, .. } => about(&metric.word),
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
            "card-queue" => String::from(
                "No network card here has a limit, so there is no card-queue: say first what one sends, such \
                 as node card 10MB/s.",
            ),
            law if matches!(claim, Claim::Law(_, Some(_))) => {
                format!("There is no cluster of that name here that has the law {law}.")
            }
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
