//! Statements that bring a cluster or a survey into being: a strategy, its nodes, its options.

use super::command::{ClusterSpec, Kind, Scenario};
use super::word::STRATEGIES;
use crate::base::Span;
use crate::base::hash::Family;
use crate::placement::layered::{Cut, Level, PARTITIONS_MAX};
use crate::placement::ring::Circle;
use crate::placement::slots::Slotting;
use crate::placement::{Maglev, Strategy};
use crate::tenant::{NODES_MAX, paper, quorum, replicated, ring};
use crate::text::reader::{Read, Reader};
use crate::text::token::TokenKind;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Limits that keep a page alive, each far above what a scenario needs.
const VNODES_MAX: u64 = 10_000;
const POINTS_MAX: u64 = 500_000;
const CLUSTERS_MAX: usize = 16;
const SLOTS_MAX: u64 = 65_536;
const TABLE_MAX: u64 = 5_000_011;
/// With machines, every change of the map fills a whole table in the midst of the run.
const RUNNING_TABLE_MAX: u64 = 655_373;
const VALUES_MAX: usize = 1_000;

/// Reads `ring a: 4 nodes, 150 vnodes` or `place a: ring, 10 nodes, 150 vnodes`.
pub(super) fn cluster(reader: &mut Reader<'_, '_>, scenario: &mut Scenario) -> Read<()> {
    let mut word = reader.word("a strategy")?;
    let survey = word == "place";
    let replicated = word == "raft";
    let named = reader.peek_second().is_some_and(|token| token.raw == ":");
    let name = if named { String::from(reader.word("a name")?) } else { String::new() };
    reader.accept(":");
    if scenario.clusters.len() == CLUSTERS_MAX {
        return reader.refuse(format!("A scenario has at most {CLUSTERS_MAX} clusters."));
    }
    if scenario.parties().any(|other| other == name) {
        return reader.refuse(match name.is_empty() {
            true => String::from("Two clusters need names: ring a: 4 nodes"),
            false => format!("Something is called \"{name}\" already."),
        });
    }
    if survey {
        let Some(token) = reader.take() else {
            return reader
                .refuse(String::from("By which strategy? Such as: place a: ring, 10 nodes"));
        };
        if !STRATEGIES.iter().any(|(known, _)| *known == token.raw) {
            return reader.unknown("strategy", token, STRATEGIES);
        }
        word = token.raw;
        reader.accept(",");
    }
    let Some(strategy) = strategy(word) else {
        return reader.refuse(format!("There is no kind of cluster \"{word}\"."));
    };
    let mut spec = ClusterSpec {
        name,
        kind: match () {
            () if survey => Kind::Survey(paper::Spec::default()),
            () if word == "quorum" => Kind::Quorum(quorum::Spec::default()),
            () if replicated => Kind::Raft(replicated::Spec::default()),
            () => Kind::Running(ring::Spec::default()),
        },
        strategy,
        nodes: 3,
        replicas: 1,
        patience: (Span::millis(250), Span::seconds(1)),
    };
    if !survey && spec.strategy.is_by_load() {
        return reader.refuse(String::from(
            "Bounded load needs to know every key; it is only placed on paper: place a: bounded, 10 nodes",
        ));
    }
    while reader.peek().is_some() {
        let known = match &mut spec.kind {
            Kind::Survey(paper) => paper.option(reader)?,
            Kind::Running(ring) => ring.option(reader)? || patience(reader, &mut spec.patience)?,
            Kind::Raft(raft) => {
                if !patience(reader, &mut spec.patience)? {
                    raft.option(reader, &mut spec.nodes)?;
                }
                true
            }
            Kind::Quorum(quorum) => {
                if !patience(reader, &mut spec.patience)? {
                    quorum.option(reader, &mut spec.nodes)?;
                }
                true
            }
        };
        if !known && !special(reader, &mut spec)? {
            number(reader, &mut spec)?;
        }
        if !reader.accept(",") {
            break;
        }
    }
    complete(reader, &mut spec)?;
    if let Kind::Raft(raft) = &spec.kind {
        raft.check(reader)?;
        spec.replicas = spec.nodes;
    }
    if let Kind::Quorum(quorum) = &spec.kind {
        quorum.check(reader, spec.nodes)?;
        spec.replicas = quorum.replicas;
    }
    scenario.clusters.push(spec);
    Ok(())
}

/// A strategy as it is if nothing more is said; nothing if the word names none.
fn strategy(word: &str) -> Option<Strategy> {
    Some(match word {
        "modulo" => Strategy::Modulo,
        "rendezvous" => Strategy::Rendezvous,
        "skeleton" => Strategy::Skeleton { fan: 4 },
        "jump" => Strategy::Jump,
        "maglev" => Strategy::Maglev { size: Maglev::SIZE },
        "multiprobe" => Strategy::MultiProbe { probes: 21 },
        "bounded" => Strategy::Bounded { vnodes: 128, over: 25 },
        "anchor" => Strategy::Anchor { capacity: 0 },
        "slots" => Strategy::Slots { count: 16_384, slotting: Slotting::Redis },
        "logical" => Strategy::Slots { count: 1_000, slotting: Slotting::Even },
        "range" => Strategy::Range { splits: Arc::from([]), each: 1, most: None },
        "list" => Strategy::List { values: Arc::from([]) },
        "layered" => Strategy::Layered { levels: Arc::from([]) },
        "directory" => Strategy::Directory,
        "ketama" => Strategy::Ring { vnodes: 160, circle: Circle::Ketama },
        "cassandra" => Strategy::Ring { vnodes: 1, circle: Circle::Cassandra },
        "md5ring" => Strategy::Ring { vnodes: 128, circle: Circle::Md5 },
        // A replicated store lets every replica hold every key.
        // So does a quorum store lay out its own ring.
        "ring" | "raft" | "quorum" => Strategy::ring(128),
        _ => return None,
    })
}

/// How long clients wait: of every cluster with machines.
fn patience(reader: &mut Reader<'_, '_>, (wait, deadline): &mut (Span, Span)) -> Read<bool> {
    match reader.ahead() {
        "timeout" => {
            reader.take();
            *wait = reader.time("how long a client waits for an answer")?;
            *deadline = (*deadline).max(*wait);
        }
        "deadline" => {
            reader.take();
            *deadline = reader.time("how long a client tries in all")?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// What only some strategies have and that does not begin with a number.
fn special(reader: &mut Reader<'_, '_>, spec: &mut ClusterSpec) -> Read<bool> {
    let laid = reader.peek_second().is_some_and(|token| token.raw == "at");
    if laid && matches!(spec.strategy, Strategy::Ring { circle: Circle::Wide(_), .. }) {
        spec.strategy = Strategy::Laid { points: Arc::from([]) };
    }
    match (&mut spec.strategy, reader.ahead()) {
        (Strategy::Laid { points }, _) if laid => {
            let name = Arc::<str>::from(reader.word("the name of a node")?);
            reader.accept("at");
            let share = reader.share("a place on the circle")?;
            let mut all = points.to_vec();
            all.push((
                name,
                ((u128::from(share) << 64) / 1_000_000).min(u128::from(u64::MAX)) as u64,
            ));
            if all.len() > VALUES_MAX {
                return reader.refuse(format!("There can be {VALUES_MAX} points."));
            }
            *points = all.into();
        }
        (Strategy::Ring { circle: circle @ (Circle::Wide(_) | Circle::Short(_)), .. }, "hash") => {
            reader.take();
            let known: Vec<(&str, &str)> =
                Family::ALL.iter().map(|family| (family.name(), "")).collect();
            let Some(token) = reader.take() else {
                return reader.refuse(String::from("By which hash? Such as: hash murmur3"));
            };
            let Some(family) = Family::named(token.raw) else {
                return reader.unknown("hash", token, &known);
            };
            *circle = match circle {
                Circle::Short(_) => Circle::Short(family),
                _ => Circle::Wide(family),
            };
        }
        (Strategy::Ring { circle: circle @ Circle::Cassandra, .. }, "random") => {
            reader.take();
            *circle = Circle::Random;
        }
        (Strategy::Range { splits, .. }, "split") => {
            reader.take();
            reader.accept("at");
            let mut found: Vec<Arc<str>> = Vec::new();
            while reader.peek().is_some_and(|token| token.raw != ",") {
                found.push(reader.text("a key, such as \"m\"")?.into());
                if found.len() > VALUES_MAX {
                    return reader.refuse(format!("There can be {VALUES_MAX} split points."));
                }
            }
            *splits = found.into();
        }
        (Strategy::Range { most, .. }, "at") => {
            reader.take();
            reader.accept("most");
            *most = Some(reader.count("a number of keys", 2, 1_000_000)? as u32);
            reader.accept("keys");
        }
        (Strategy::List { values }, _) if !starts_with_digit(reader) => {
            let value = Arc::<str>::from(reader.text("a value, such as eu")?);
            if !reader.accept("on") {
                return reader.refuse(String::from("A value is laid on a node so: eu on n1"));
            }
            let node = Arc::<str>::from(reader.word("the name of a node")?);
            let mut all = values.to_vec();
            all.push((value, node));
            if all.len() > VALUES_MAX {
                return reader.refuse(format!("There can be {VALUES_MAX} values."));
            }
            *values = all.into();
        }
        (Strategy::Layered { levels }, _) if !starts_with_digit(reader) => {
            let level = level(reader, levels.len() as u32)?;
            let mut all = levels.to_vec();
            all.push(level);
            let count = all.iter().fold(1_u32, |count, level| count.saturating_mul(level.len()));
            if count > PARTITIONS_MAX {
                return reader.refuse(format!("There can be {PARTITIONS_MAX} partitions in all."));
            }
            *levels = all.into();
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn starts_with_digit(reader: &Reader<'_, '_>) -> bool {
    reader.ahead().starts_with(|letter: char| letter.is_ascii_digit())
        && reader.peek().is_some_and(|token| token.kind == TokenKind::Word)
}

/// `region by eu us ap`, `month from 2026-01 2026-02`, `user hash 4`
fn level(reader: &mut Reader<'_, '_>, part: u32) -> Read<Level> {
    let column = Arc::<str>::from(reader.word("the name of a column")?);
    let how = reader.word("by, from or hash")?;
    let values = |reader: &mut Reader<'_, '_>| -> Read<Arc<[Arc<str>]>> {
        let mut found: Vec<Arc<str>> = Vec::new();
        while reader.peek().is_some_and(|token| token.raw != ",") {
            found.push(reader.text("a value")?.into());
        }
        if found.is_empty() || found.len() > VALUES_MAX {
            return reader.refuse(format!("Here should be one to {VALUES_MAX} values."));
        }
        Ok(found.into())
    };
    let cut = match how {
        "by" => Cut::Values(values(reader)?),
        "from" => {
            let mut sorted = values(reader)?.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            Cut::From(sorted.into())
        }
        "hash" => {
            reader.accept("into");
            Cut::Hash(reader.count("a number of partitions", 1, 4_096)? as u32)
        }
        other => {
            return reader.neither(other, &["by", "from", "hash"]);
        }
    };
    let whole = &*column == "key";
    Ok(Level { column, part: (!whole).then_some(part), cut })
}

/// No limit of its own: each kind of number says what there can be of it.
const COUNT_MAX: u64 = 1 << 40;

/// `10 nodes`, `150 vnodes`, `21 probes` and so on.
fn number(reader: &mut Reader<'_, '_>, spec: &mut ClusterSpec) -> Read<()> {
    if reader.ahead().ends_with('%') {
        let share = reader.share("by how much a node may be above the mean")?;
        return match (&mut spec.strategy, reader.accept("over")) {
            (Strategy::Bounded { over, .. }, true) => {
                *over = (share / 10_000).max(1);
                Ok(())
            }
            _ => reader.refuse(String::from("What is this a share of? Such as: bounded, 25% over")),
        };
    }
    let count = reader.count("a number of nodes, vnodes or replicas", 0, COUNT_MAX)?;
    let what = reader.ahead();
    let limits = |low: u64, high: u64| match count {
        n if (low..=high).contains(&n) => Ok(n as u32),
        _ => Err(format!("There can be {low} to {high} {what}.")),
    };
    let survey = spec.kind.is_survey();
    let set = match (what, &mut spec.strategy) {
        ("nodes" | "node", _) => limits(1, NODES_MAX).map(|n| spec.nodes = n),
        ("replicas" | "replica" | "copies", _) if !survey => {
            limits(1, 8).map(|n| spec.replicas = n)
        }
        (
            "vnodes" | "vnode",
            Strategy::Ring { vnodes, circle: Circle::Wide(_) | Circle::Short(_) | Circle::Md5 }
            | Strategy::Bounded { vnodes, .. },
        ) => limits(1, VNODES_MAX).map(|n| *vnodes = n),
        ("bits", Strategy::Ring { circle: circle @ (Circle::Wide(_) | Circle::Short(_)), .. }) => {
            match (count, *circle) {
                (32, Circle::Wide(family)) => *circle = Circle::Short(family),
                (64, Circle::Short(family)) => *circle = Circle::Wide(family),
                (32 | 64, _) => {}
                _ => return reader.refuse(String::from("A circle has 32 or 64 bits.")),
            }
            Ok(())
        }
        ("slots", Strategy::Maglev { size }) => {
            limits(7, if survey { TABLE_MAX } else { RUNNING_TABLE_MAX }).map(|n| *size = n)
        }
        ("slots" | "shards", Strategy::Slots { count, .. }) => {
            limits(1, SLOTS_MAX).map(|n| *count = n)
        }
        ("probes", Strategy::MultiProbe { probes }) => limits(1, 1_000).map(|n| *probes = n),
        ("children", Strategy::Skeleton { fan }) => limits(2, 64).map(|n| *fan = n),
        ("buckets", Strategy::Anchor { capacity }) => limits(1, 65_536).map(|n| *capacity = n),
        ("ranges", Strategy::Range { each, .. }) => {
            let set = limits(1, 1_000).map(|n| *each = n);
            if reader.peek_second().is_some_and(|token| token.raw == "each") {
                reader.take();
            }
            set
        }
        ("vnodes" | "vnode", _) => Err(String::from("Only a ring has vnodes.")),
        ("replicas" | "replica" | "copies", _) => {
            let message = "Keys on paper lie on one node each; only clusters that run have copies.";
            Err(String::from(message))
        }
        (other, strategy) => Err(format!(
            "\"{other}\" is nothing that {} has. It has: {}.",
            strategy.word(),
            match survey {
                true => options(strategy).trim_end_matches(", replicas"),
                false => options(strategy),
            }
        )),
    };
    reader.take();
    match set {
        Ok(()) => Ok(()),
        Err(message) => reader.refuse(message),
    }
}

/// What can be said about a strategy, for whoever said something else.
#[must_use]
pub fn options(strategy: &Strategy) -> &'static str {
    match strategy {
        Strategy::Ring { circle: Circle::Wide(_) | Circle::Short(_), .. } => {
            "nodes, vnodes, 32 bits, hash murmur3, replicas"
        }
        Strategy::Bounded { .. } => "nodes, vnodes, 25% over",
        Strategy::Maglev { .. } => "nodes, slots, replicas",
        Strategy::MultiProbe { .. } => "nodes, probes, replicas",
        Strategy::Skeleton { .. } => "nodes, children, replicas",
        Strategy::Anchor { .. } => "nodes, buckets, replicas",
        Strategy::Slots { .. } => "nodes, slots or shards, replicas",
        Strategy::Range { .. } => "nodes, split at \"m\", ranges each, at most 1000 keys, replicas",
        Strategy::List { .. } => "nodes, eu on n1, replicas",
        Strategy::Layered { .. } => "nodes, region by eu us, month from 2026-01, user hash 4",
        _ => "nodes, replicas",
    }
}

/// What is only known once everything was said.
fn complete(reader: &mut Reader<'_, '_>, spec: &mut ClusterSpec) -> Read<()> {
    let points = match &mut spec.strategy {
        Strategy::Ring { vnodes, circle: Circle::Wide(_) | Circle::Short(_) | Circle::Md5 }
        | Strategy::Bounded { vnodes, .. } => u64::from(*vnodes),
        Strategy::Anchor { capacity } => {
            // Room for as many again, unless somebody said how much.
            if *capacity < spec.nodes {
                *capacity = spec.nodes * 2;
            }
            1
        }
        Strategy::Layered { levels } if levels.is_empty() => {
            return reader.refuse(String::from(
                "By which columns? Such as: layered a: 4 nodes, region by eu us, user hash 4",
            ));
        }
        _ => 1,
    };
    if u64::from(spec.nodes) * points > POINTS_MAX {
        return reader.refuse(format!("A ring has at most {POINTS_MAX} points in all."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_strategy_has_a_word_and_an_unknown_word_is_no_ring() {
        for (word, _) in STRATEGIES {
            let strategy = strategy(word);
            assert!(strategy.is_some(), "{word}");
            assert_eq!(strategy == Some(Strategy::ring(128)), *word == "ring", "{word}");
        }
        for word in ["", "rings", "quorums", "ids", "place"] {
            assert_eq!(strategy(word), None, "{word}");
        }
    }
}
