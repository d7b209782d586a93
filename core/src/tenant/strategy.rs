//! How keys are placed, as a text says it: a strategy, and what is special about it. Of all that place keys by
//! a map, with machines or on paper.

use super::NODES_MAX;
use super::setup::Head;
use crate::base::hash::Family;
use crate::placement::layered::{Cut, Level, PARTITIONS_MAX};
use crate::placement::ring::Circle;
use crate::placement::slots::Slotting;
use crate::placement::{Maglev, Strategy};
use crate::text::Entry;
use crate::text::reader::{Read, Reader};
use crate::text::token::TokenKind;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Limits that keep a page alive, each far above what a scenario needs.
const VNODES_MAX: u64 = 10_000;
const POINTS_MAX: u64 = 500_000;
const SLOTS_MAX: u64 = 65_536;
const TABLE_MAX: u64 = 5_000_011;
/// With machines, every change of the map fills a whole table in the midst of the run.
const RUNNING_TABLE_MAX: u64 = 655_373;
const VALUES_MAX: usize = 1_000;

/// How keys can be placed.
pub const STRATEGIES: &[Entry] = &[
    ("ring", "the first node clockwise on a circle"),
    ("modulo", "the rest of a division by the number of nodes"),
    ("rendezvous", "the node with the highest score for the key"),
    ("skeleton", "the highest score at each branch of a tree"),
    ("jump", "jumps from bucket to bucket"),
    ("maglev", "a table that nodes fill in turns"),
    ("multiprobe", "the nearest point to one of several probes"),
    ("bounded", "a ring on which full nodes send keys on; on paper only"),
    ("anchor", "working buckets among a fixed set"),
    ("slots", "16,384 slots by CRC16 with {tags}, and a map"),
    ("logical", "logical shards and a map"),
    ("range", "keys in order, cut at split points"),
    ("list", "the first part of a key decides, by a list"),
    ("layered", "partitions of partitions: by value, by range, by hash"),
    ("directory", "an entry for each tenant"),
    ("ketama", "a ring as memcached clients lay it"),
    ("cassandra", "Murmur3 tokens at even distances"),
    ("md5ring", "md5(key) % 2^32, points node:0, node:1 …"),
];

/// Reads what is said of nodes and their strategy; `own` reads what else the tenant has, and says whether it
/// was that. With machines there are copies; on paper a key lies on one node.
pub fn options(
    reader: &mut Reader<'_, '_>,
    head: &mut Head,
    runs: bool,
    mut own: impl FnMut(&mut Reader<'_, '_>, &mut Head) -> Read<bool>,
) -> Read<()> {
    while reader.peek().is_some() {
        if !own(reader, head)? && !special(reader, head)? {
            number(reader, head, runs)?;
        }
        if !reader.accept(",") {
            break;
        }
    }
    complete(reader, head)
}

/// A strategy as it is if nothing more is said; nothing if the word names none.
#[must_use]
pub fn named(word: &str) -> Option<Strategy> {
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
        "ring" => Strategy::ring(128),
        _ => return None,
    })
}

/// What only some strategies have and that does not begin with a number.
fn special(reader: &mut Reader<'_, '_>, spec: &mut Head) -> Read<bool> {
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
fn number(reader: &mut Reader<'_, '_>, spec: &mut Head, runs: bool) -> Read<()> {
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
    let set = match (what, &mut spec.strategy) {
        ("nodes" | "node", _) => limits(1, NODES_MAX).map(|n| spec.nodes = n),
        ("replicas" | "replica" | "copies", _) if runs => limits(1, 8).map(|n| spec.replicas = n),
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
            limits(7, if runs { RUNNING_TABLE_MAX } else { TABLE_MAX }).map(|n| *size = n)
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
            match runs {
                true => known(strategy),
                false => known(strategy).trim_end_matches(", replicas"),
            }
        )),
    };
    reader.take();
    match set {
        Ok(()) => Ok(()),
        Err(message) => reader.refuse(message),
    }
}

/// What can be said about a strategy, for an error message.
fn known(strategy: &Strategy) -> &'static str {
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
fn complete(reader: &mut Reader<'_, '_>, spec: &mut Head) -> Read<()> {
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
            let strategy = named(word);
            assert!(strategy.is_some(), "{word}");
            assert_eq!(strategy == Some(Strategy::ring(128)), *word == "ring", "{word}");
        }
        for word in ["", "rings", "raft", "ids", "place"] {
            assert_eq!(named(word), None, "{word}");
        }
    }
}
