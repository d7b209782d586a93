//! Vectors of placement: ketama's ring, jump hash, maglev's table, the slots of Redis Cluster.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shardlab::base::hash::md5;
use shardlab::placement::jump::jump as bucket;
use shardlab::placement::maglev::fill;
use shardlab::placement::preset::ketama_points;
use shardlab::placement::slots::redis_slot;

use crate::Said;
use crate::vector::{Vector, hex, number};

/// A larger table than this is no test vector: it is filled slot by slot.
const LARGEST: u64 = 10_000_000;
/// The published jump hash counts its buckets in a signed number of 32 bits.
const MOST_BUCKETS: u64 = (1 << 31) - 1;

pub(crate) fn redis(vector: &Vector<'_>) -> Result<Said, String> {
    Ok(vec![("slot".to_owned(), json!(redis_slot(&vector.input()?)))])
}

/// The bucket of a key among so many buckets, or in each of a range of numbers of buckets.
pub(crate) fn jump(vector: &Vector<'_>) -> Result<Said, String> {
    let key = vector.number("key")?;
    let of = |count: u64| match count {
        1..=MOST_BUCKETS => Ok(bucket(key, count as u32)),
        _ => Err(format!("{count} buckets are too few or too many")),
    };
    let said = match vector.0["buckets"].as_str().and_then(|text| text.split_once("..")) {
        Some((low, high)) => {
            let (Ok(low), Ok(high)) = (low.parse::<u64>(), high.trim_start_matches('=').parse())
            else {
                return Err("buckets should be a range".to_owned());
            };
            if high > low.saturating_add(100_000) {
                return Err("this range is too long".to_owned());
            }
            json!((low..=high).map(of).collect::<Result<Vec<_>, _>>()?)
        }
        None => json!(of(vector.number("buckets")?)?),
    };
    Ok(vec![("expect".to_owned(), said)])
}

pub(crate) fn maglev(vector: &Vector<'_>) -> Result<Said, String> {
    let size = vector.number("M")?;
    if !(2..=LARGEST).contains(&size) || (2..).take_while(|d| d * d <= size).any(|d| size % d == 0)
    {
        return Err("the size of a table should be a prime".to_owned());
    }
    let order = |value: &Value| -> Option<(u32, u32)> {
        let (offset, skip) = (number(&value[0])?, number(&value[1])?);
        // Any other skip would never meet a free slot.
        (1..size).contains(&skip).then_some(((offset % size) as u32, skip as u32))
    };
    let orders: Option<Vec<(u32, u32)>> = vector.list("offset_skip")?.iter().map(order).collect();
    let orders = orders.ok_or("offset_skip should be pairs, each with a skip below M")?;
    let permutation = |(offset, skip): &(u32, u32)| {
        (0..size).map(|turn| (u64::from(*offset) + turn * u64::from(*skip)) % size).collect()
    };
    let permutations: Vec<Vec<u64>> = orders.iter().map(permutation).collect();
    let mut said = vec![
        ("permutation".to_owned(), json!(permutations)),
        ("table_all".to_owned(), json!(fill(size as u32, &orders, &vec![100; orders.len()]))),
    ];
    for gone in 0..orders.len() {
        // A node that leaves keeps its number: the others are not counted anew.
        let mut rest = orders.clone();
        rest.remove(gone);
        let table = fill(size as u32, &rest, &vec![100; rest.len()]);
        let numbered = |at: u32| at + u32::from(at as usize >= gone);
        let table: Vec<u32> = table.into_iter().map(numbered).collect();
        said.push((format!("table_without_B{gone}"), json!(table)));
    }
    Ok(said)
}

pub(crate) fn ketama(vector: &Vector<'_>) -> Result<Said, String> {
    let servers = vector.0["servers"].as_object().ok_or("servers should be an object")?;
    let memory: Option<Vec<(&str, u64)>> =
        servers.iter().map(|(name, memory)| Some((name.as_str(), number(memory)?))).collect();
    let servers = memory.ok_or("each server should have its memory as a number")?;
    let points: Vec<(u32, &str)> =
        ketama_points(&servers).into_iter().map(|(point, at)| (point, servers[at].0)).collect();
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    let mut lines = String::new();
    for (point, name) in &points {
        *counts.entry(name).or_default() += 1;
        lines.push_str(&format!("{point} {name}\n"));
    }
    let length = |field: &str| vector.0[field].as_array().map_or(0, Vec::len).min(points.len());
    let lookup = |key: &str| {
        let digest = md5(key.as_bytes());
        let hash = u32::from_le_bytes([digest[0], digest[1], digest[2], digest[3]]);
        let at = points.partition_point(|(point, _)| *point < hash);
        points.get(at).or(points.first()).map(|(_, name)| *name)
    };
    let asked = vector.0["lookups"].as_object();
    let lookups: BTreeMap<&String, Option<&str>> =
        asked.into_iter().flatten().map(|(key, _)| (key, lookup(key))).collect();
    Ok(vec![
        ("points".to_owned(), json!(points.len())),
        ("points_per_server".to_owned(), json!(counts)),
        ("first_points".to_owned(), json!(points[..length("first_points")])),
        ("last_points".to_owned(), json!(points[points.len() - length("last_points")..])),
        ("continuum_md5".to_owned(), json!(hex(&md5(lines.as_bytes())))),
        ("lookups".to_owned(), json!(lookups)),
    ])
}
