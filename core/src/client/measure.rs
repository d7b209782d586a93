//! What became of the operations of clients: how many, how long they took, how old what they read was.

use super::absence::Absence;
use super::{Asked, Note, Outcome, Verb};
use crate::base::number::{Number, part};
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Span, Time};
use crate::metric::ledger::Newest;
use crate::metric::overwritten::Overwritten;
use crate::metric::{Common, Histogram};
use crate::store::{Item, Key, Value};

/// An operation that has not ended.
#[derive(Clone, Debug)]
struct Open {
    at: Time,
    verb: Verb,
    /// It takes the value away.
    deletes: bool,
    key: Key,
    /// What was acknowledged of its key when it began.
    newest: Option<Newest>,
    /// When the last of the writes began that were acknowledged of its key by then.
    last: Time,
}

/// The numbers of the clients of one cluster.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    /// How long answered operations took.
    pub latency: Histogram,
    /// Operations that got no answer in time.
    pub failed: u64,
    /// Operations that could not be begun, as too many of their client's own were open.
    pub not_begun: u64,
    /// The event of the first of these.
    pub not_begun_at: Option<u32>,
    /// Operations that were asked for and would change something.
    pub writes: u64,
    /// A message of a client came to a node that keeps keys while a write of the client was open.
    pub reached: bool,
    /// Reads that could have missed a write: one of their key was acknowledged before they began.
    pub checked: u64,
    /// Reads that missed a write acknowledged before they began.
    pub wrong: u64,
    /// The event of the first such read.
    pub wrong_at: Option<u32>,
    /// The event of the first operation without an answer.
    pub failed_at: Option<u32>,
    /// Times that a client was sent elsewhere.
    pub redirects: u64,
    /// Times that a client tried again.
    pub retries: u64,
    /// How long answered reads took.
    pub read_latency: Histogram,
    /// How long before a read began what it found had been overwritten; zero for a fresh one.
    pub staleness: Histogram,
    overwritten: Overwritten,
    absence: Absence,
    open: VecMap<(NodeId, u32), Open>,
}

impl Measures {
    /// Reads a note of a client.
    pub fn fold(&mut self, node: NodeId, at: Time, seq: u32, note: &Note, common: &mut Common) {
        match note {
            Note::Asked(asked) => {
                let Asked { op, verb, key, value, .. } = &**asked;
                let (verb, newest) = (*verb, common.ledger.newest(key));
                self.writes += u64::from(verb != Verb::Get);
                let deletes = verb == Verb::Delete || *value == Some(Value::Gone);
                if deletes {
                    self.absence.begin(key);
                }
                let (key, last) = (key.clone(), self.overwritten.began(key));
                self.open.insert((node, *op), Open { at, verb, deletes, key, newest, last });
            }
            Note::Answered { op, outcome } => self.answered((node, at, seq), *op, outcome, common),
            Note::Redirected { .. } => self.redirects += 1,
            Note::Retried { .. } => self.retries += 1,
            Note::NotBegun { .. } => {
                self.not_begun += 1;
                self.not_begun_at.get_or_insert(seq);
                common.series.at(at).bad += 1;
            }
        }
    }

    /// A message has come to a node that keeps keys: it counts if it is of a client that waits for a write.
    pub fn arrived(&mut self, from: NodeId) {
        if self.writes > 0 && !self.reached {
            let mut open = self.open.iter().filter(|((node, _), _)| *node == from);
            self.reached = open.any(|(_, open)| open.verb != Verb::Get);
        }
    }

    /// A client that is gone waits for nothing.
    pub fn gone(&mut self, client: NodeId) {
        let absence = &mut self.absence;
        self.open.retain(|(node, _), open| {
            let gone = *node == client;
            if gone && open.deletes {
                absence.end(&open.key, true);
            }
            !gone
        });
    }

    fn answered(
        &mut self,
        moment: (NodeId, Time, u32),
        op: u32,
        outcome: &Outcome,
        common: &mut Common,
    ) {
        let (node, now, seq) = moment;
        let Some(open) = self.open.remove(&(node, op)) else { return };
        let took = now.since(open.at);
        if open.deletes {
            self.absence.end(&open.key, *outcome == Outcome::Unknown);
        }
        let mut missed = None;
        let found = matches!(outcome, Outcome::Found(_) | Outcome::Absent);
        self.checked += u64::from(open.verb == Verb::Get && open.newest.is_some() && found);
        match outcome {
            Outcome::Unknown => {
                self.failed += 1;
                self.failed_at.get_or_insert(seq);
                common.series.at(now).bad += 1;
                return;
            }
            Outcome::Written(item) => self.acknowledge(item, (open.at, now), common),
            Outcome::Found(item) => {
                let asked = (open.last, open.at);
                let miss = |it| self.overwritten.missed(&open.key, item.version, it, asked);
                missed = open.newest.and_then(miss);
            }
            Outcome::Absent if open.verb == Verb::Get => {
                let asked = (open.last, open.at);
                let explained = self.absence.is_possible(&open.key)
                    || self.overwritten.explains_absence(&open.key, asked);
                let since = |newest: Newest| match newest.gone {
                    true => self.overwritten.missed(&open.key, newest.version, newest, asked),
                    false => Some(self.overwritten.since(&open.key, None, newest.version)),
                };
                missed = open.newest.filter(|_| !explained).and_then(since);
            }
            Outcome::Absent | Outcome::Differs(_) | Outcome::Refused => {}
        }
        let bad = missed.is_some();
        if bad {
            self.wrong += 1;
            self.wrong_at.get_or_insert(seq);
        }
        if open.verb == Verb::Get && *outcome != Outcome::Refused {
            let old = missed.map_or(Span::ZERO, |since| open.at.since(since));
            self.read_latency.add(took);
            self.staleness.add(old);
        }
        self.latency.add(took);
        let stretch = common.series.at(now);
        stretch.good += u32::from(!bad);
        stretch.bad += u32::from(bad);
        stretch.latency_sum += took.0;
        stretch.latency_max = stretch.latency_max.max(took.0);
    }

    fn acknowledge(&mut self, item: &Item, (began, now): (Time, Time), common: &mut Common) {
        self.overwritten.acknowledge(item, common.ledger.newest(&item.key), began, now);
        common.ledger.acknowledge(item, now);
    }

    /// The events that show the number of that name best.
    #[must_use]
    pub fn evidence(&self, word: &str, common: &Common) -> [Option<u32>; 2] {
        match word {
            "available" => [common.unavailable_at, self.failed_at.or(self.not_begun_at)],
            "not-begun" => [self.not_begun_at, None],
            "failed" => [self.failed_at, None],
            "wrong" => [self.wrong_at, None],
            _ => [None, None],
        }
    }

    /// Operations that got an answer.
    #[must_use]
    pub fn answered_count(&self) -> u64 {
        self.latency.total()
    }
}

/// Why the number of that name of all these says nothing: what it is about never happened.
#[must_use]
pub fn nothing<'m>(
    word: &str,
    each: &(impl Iterator<Item = &'m Measures> + Clone),
) -> Option<&'static str> {
    let sum = |f: fn(&Measures) -> u64| -> u64 { each.clone().map(f).sum() };
    let (count, words) = match word {
        "latency" | "p50" | "p99" | "p999" => {
            (sum(Measures::answered_count), "no operation was answered")
        }
        "available" | "failed" => (
            sum(|m| m.answered_count() + m.failed + m.not_begun),
            "no operation was answered or failed",
        ),
        "wrong" => (sum(|m| m.checked), NEVER_CHECKED),
        _ if is_of_reads(word) => (sum(|m| m.read_latency.total()), "no read was answered"),
        _ => return None,
    };
    (count == 0).then_some(words)
}

/// True if the number is about reads that were answered.
#[must_use]
pub fn is_of_reads(word: &str) -> bool {
    word.starts_with("read-p") || word.starts_with("staleness") || word == "messages-per-read"
}

/// Why no read could have missed a write.
pub const NEVER_CHECKED: &str = "nobody read a key after a write of it was acknowledged";

/// The number of that name of all these.
#[must_use]
pub fn number<'m>(
    word: &str,
    each: &(impl Iterator<Item = &'m Measures> + Clone),
    now: Time,
) -> Option<Number> {
    let sum = |f: fn(&Measures) -> u64| -> u64 { each.clone().map(f).sum() };
    let mean = |f: fn(&Measures) -> &Histogram| {
        Number::time(each.clone().map(|m| f(m).mean().0).max().unwrap_or(0))
    };
    let quantile = |f: fn(&Measures) -> &Histogram, per_mille| {
        Number::time(each.clone().map(|m| f(m).quantile(per_mille).0).max().unwrap_or(0))
    };
    let answered = || sum(Measures::answered_count);
    // Where nothing was answered, no answer was quick; where nothing was asked, nobody was there for it.
    let of_answers = matches!(word, "latency" | "p50" | "p99" | "p999");
    let none = answered() == 0;
    let unanswered = || sum(|m| m.failed) + sum(|m| m.not_begun);
    if none && (of_answers || word == "available" && unanswered() == 0) {
        return None;
    }
    Some(match word {
        "operations" => Number::count(answered() + sum(|m| m.failed)),
        "failed" => Number::count(sum(|m| m.failed)),
        "available" => {
            let all = answered() + unanswered();
            Number::share(part(answered(), all))
        }
        "not-begun" => Number::count(sum(|m| m.not_begun)),
        "wrong" => Number::count(sum(|m| m.wrong)),
        "latency" => mean(|m| &m.latency),
        "p50" => quantile(|m| &m.latency, 500),
        "p99" => quantile(|m| &m.latency, 990),
        "p999" => quantile(|m| &m.latency, 999),
        "read-p50" => quantile(|m| &m.read_latency, 500),
        "read-p99" => quantile(|m| &m.read_latency, 990),
        "read-p999" => quantile(|m| &m.read_latency, 999),
        "staleness" => mean(|m| &m.staleness),
        "staleness-p50" => quantile(|m| &m.staleness, 500),
        "staleness-p99" => quantile(|m| &m.staleness, 990),
        "staleness-p999" => quantile(|m| &m.staleness, 999),
        "staleness-max" => quantile(|m| &m.staleness, 1_000),
        "throughput" => {
            Number::rate(u128::from(answered()) * 1_000_000_000_000 / u128::from(now.0.max(1)))
        }
        "redirects" => Number::count(sum(|m| m.redirects)),
        "retries" => Number::count(sum(|m| m.retries)),
        _ => return None,
    })
}
