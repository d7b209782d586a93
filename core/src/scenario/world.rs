//! Statements that describe the world at the start: header, clusters, keys.

use super::cluster::cluster;
use super::command::{LoadSource, LoadSpec, Scenario, SiteSpec};
use super::expectation::expectation;
use super::word::STRATEGIES;
use crate::base::{Span, Time};
use crate::tenant::Bug;
use crate::text::quantity::{Unit, quantity};
use crate::text::reader::{Read, Reader};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Keys that a load may bring, in all.
pub const KEYS_MAX: u64 = 1_000_000;
/// The largest value.
pub const VALUE_MAX: u64 = 100_000_000;
/// A run is at most this long.
const END_MAX: Span = Span::seconds(24 * 3_600);

/// Reads a statement of the header; false if it is none.
pub(super) fn header(reader: &mut Reader<'_, '_>, scenario: &mut Scenario) -> Read<bool> {
    match reader.ahead() {
        "title" => {
            reader.take();
            scenario.title.clone_from(&reader.line().rest);
        }
        "summary" => {
            reader.take();
            scenario.summary.clone_from(&reader.line().rest);
        }
        "tags" => {
            reader.take();
            while let Some(token) = reader.take() {
                if token.raw != "," {
                    scenario.tags.push(String::from(token.said()));
                }
            }
        }
        "seed" => {
            reader.take();
            let word = reader.word("a number")?;
            match word.parse::<u64>() {
                Ok(seed) => scenario.seed = seed,
                Err(_) => return reader.refuse(format!("{word} is not a whole number.")),
            }
        }
        "end" => {
            reader.take();
            let end = reader.time("when the run ends")?;
            if end > END_MAX {
                return reader.refuse(String::from("A run is at most a day long."));
            }
            scenario.end = Some(Time(end.0));
        }
        "group" => {
            reader.take();
            let name = String::from(reader.word("a name")?);
            if !reader.accept(":") {
                return reader.refuse(String::from("A group is written so: group left: n1 n2"));
            }
            let members = reader.names("the nodes of the group")?;
            scenario.groups.push((name, members));
        }
        "bug" => {
            reader.take();
            let words: Vec<_> = Bug::all().map(|(_, word, what)| (word, what)).collect();
            match reader.take() {
                Some(token) => match Bug::named(token.raw) {
                    Some(bug) => scenario.bugs.push(bug),
                    None => return reader.unknown("bug", token, &words),
                },
                None => {
                    let some: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                    return reader.refuse(format!("Which one? There are: {}.", some.join(", ")));
                }
            }
        }
        "rack" | "region" => site(reader, scenario)?,
        "ids" => super::ids::ids(reader, scenario)?,
        word if word == "place"
            || word == "raft"
            || word == "quorum"
            || STRATEGIES.iter().any(|(known, _)| *known == word) =>
        {
            cluster(reader, scenario)?;
        }
        "table" | "groups" | "query" | "scan" => super::table::statement(reader, scenario)?,
        "load" => load(reader, scenario)?,
        "expect" => expectation(reader, scenario)?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// `rack r1: n1 n2` or `region eu: n1 n2`
fn site(reader: &mut Reader<'_, '_>, scenario: &mut Scenario) -> Read<()> {
    let region = reader.word("rack or region")? == "region";
    let name = String::from(reader.word("a name")?);
    if !reader.accept(":") {
        return reader.refuse(String::from("Nodes stand somewhere so: rack r1: n1 n2"));
    }
    let nodes = reader.names("the nodes that stand there")?;
    scenario.sites.push(SiteSpec { region, name, nodes });
    Ok(())
}

/// `load 100000 keys "user:{n}", values 1kB`, `load these ann bob`, `load file "users.csv" column 2`
fn load(reader: &mut Reader<'_, '_>, scenario: &mut Scenario) -> Read<()> {
    reader.take();
    let named = reader.peek_second().is_some_and(|token| token.raw == ":");
    let cluster = if named { Some(String::from(reader.word("a cluster")?)) } else { None };
    reader.accept(":");
    let loaded: u64 = scenario.loads.iter().map(|load| u64::from(load.count)).sum();
    let mut spec = LoadSpec {
        cluster,
        count: 0,
        source: LoadSource::Pattern(String::from("user:{n}")),
        value_bytes: 100,
    };
    match reader.ahead() {
        "these" => {
            reader.take();
            let mut keys = Vec::new();
            while reader.peek().is_some_and(|token| token.raw != ",") {
                keys.push(String::from(reader.text("a key")?));
            }
            if keys.is_empty() {
                return reader
                    .refuse(String::from("Which keys? Such as: load these ann bob carol"));
            }
            spec.count = keys.len() as u32;
            spec.source = LoadSource::These(keys);
        }
        "file" => {
            reader.take();
            let name = String::from(reader.text("the name of a file, such as \"users.csv\"")?);
            let column = if reader.accept("column") {
                String::from(reader.text("the number or the name of a column")?)
            } else {
                String::from("1")
            };
            spec.source = LoadSource::File { name, column };
        }
        _ => {
            let left = KEYS_MAX.saturating_sub(loaded).max(1);
            spec.count = reader.count("a number of keys", 1, left)? as u32;
            reader.accept("keys");
            let texted = reader.peek().is_some_and(|token| token.raw != ",");
            if texted {
                let text = reader.text("the text of a key, such as \"user:{n}\"")?;
                spec.source = LoadSource::Pattern(String::from(text));
            }
        }
    }
    while reader.accept(",") {
        match reader.word("values and their size")? {
            "values" | "value" => {
                spec.value_bytes = reader.bytes("the size of a value", VALUE_MAX)? as u32;
            }
            other => return reader.refuse(format!("\"{other}\" should be: values 1kB.")),
        }
    }
    scenario.loads.push(spec);
    Ok(())
}

/// True if the word alone is a number.
#[must_use]
pub fn is_number(word: &str) -> bool {
    quantity(word).is_some_and(|quantity| quantity.unit == Unit::Plain)
}
