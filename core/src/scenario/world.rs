//! Statements that describe the world at the start: header, clusters, keys.

use super::cluster::cluster;
use super::command::{
    Claim, Comparison, Expectation, Expected, LoadSource, LoadSpec, MetricName, Mood, Scenario,
    SiteSpec,
};
use super::quantity::{Quantity, Unit, quantity};
use super::reader::{Read, Reader, Refused, range};
use super::token::Token;
use super::word::{LAWS, METRIC_ALIASES, METRICS, STRATEGIES, TIMES, further};
use crate::base::{Span, Time};
use crate::cluster::Bug;
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
            let words: Vec<_> = Bug::ALL.iter().map(|(_, word, what)| (*word, *what)).collect();
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

fn expectation(reader: &mut Reader<'_, '_>, scenario: &mut Scenario) -> Read<()> {
    let span = reader.whole();
    reader.take();
    let start = reader.place();
    let negated = reader.accept("not");
    let mut mood = Mood::AtEnd;
    if reader.accept("always") {
        mood = Mood::Always;
    } else if reader.accept("sometimes") {
        mood = Mood::Sometimes;
    } else if reader.accept("eventually") {
        mood = Mood::Eventually(None);
    }
    let Some(first) = reader.take() else {
        return reader.refuse(String::from("Expect what? Such as: expect lost = 0"));
    };
    let (word, of) = split_name(first.raw);
    let law = LAWS.iter().any(|(law, _)| *law == word);
    let compared = reader.peek().is_some_and(|token| token.raw != "within");
    let claim = if law && !compared {
        Claim::Law(String::from(word), of)
    } else {
        let metric = metric(reader, first)?;
        let Some(sign) = reader.take() else {
            return reader.refuse(format!("How should {word} be? Such as: {word} = 0"));
        };
        // Signs of other languages are two marks here.
        let double = reader
            .peek()
            .filter(|next| next.start == sign.end() && matches!(next.raw, "=" | "<" | ">" | "!"));
        let written = double.map_or_else(
            || String::from(sign.raw),
            |next| {
                reader.take();
                format!("{}{}", sign.raw, next.raw)
            },
        );
        let comparison = match &*written {
            "=" => Comparison::Equal,
            "!=" => Comparison::Differs,
            "<" => Comparison::Less,
            "<=" => Comparison::AtMost,
            ">" => Comparison::More,
            ">=" => Comparison::AtLeast,
            "in" => Comparison::Within,
            other => {
                let meant = match other {
                    _ if other.starts_with(char::is_alphabetic)
                        && further(word).next().is_some() =>
                    {
                        let words: Vec<_> = further(word).collect();
                        return reader.unknown("measure", Token { raw: other, ..sign }, &words);
                    }
                    "==" | "is" => "=",
                    "<>" | "=!" => "!=",
                    "=<" => "<=",
                    "=>" => ">=",
                    _ => return reader.refuse(format!("{other} is not one of: = != < <= > >= in")),
                };
                let message = format!("Here this is written {meant}, such as: {word} {meant} 0");
                let span = (sign.start, reader.span().1);
                reader.complain(span, message, Some(meant));
                return Err(Refused);
            }
        };
        let expected = expected(reader, &metric.word, comparison)?;
        Claim::Measure { metric, comparison, expected }
    };
    if reader.accept("within") {
        let span = reader.time("how soon")?;
        match mood {
            Mood::Eventually(_) => mood = Mood::Eventually(Some(span)),
            _ => return reader.refuse(String::from("Only \"eventually\" can be within a time.")),
        }
    }
    let tokens = &reader.line().tokens[start..];
    let mut text = String::new();
    for token in tokens {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(token.raw);
    }
    scenario.expectations.push(Expectation { span, text, negated, mood, claim });
    Ok(())
}

fn expected(reader: &mut Reader<'_, '_>, of: &str, comparison: Comparison) -> Read<Expected> {
    if comparison == Comparison::Within {
        let word = reader.word("a range, such as 18%..22%")?;
        return match range(word) {
            Some((low, high)) => {
                fits(reader, of, low)?;
                fits(reader, of, high)?;
                Ok(Expected::Range(low.millionths, high.millionths))
            }
            None => reader.refuse(format!("{word} is not a range, such as 18%..22%.")),
        };
    }
    let digits = reader.ahead().starts_with(|c: char| c.is_ascii_digit() || c == '-');
    if digits {
        let number = reader.quantity("a number")?;
        fits(reader, of, number)?;
        return Ok(Expected::Number(number.millionths));
    }
    match reader.take() {
        Some(token) => Ok(Expected::Metric(metric(reader, token)?)),
        None => reader.refuse(String::from("Compared to what? Such as: lost = 0")),
    }
}

/// A time is compared with a time, and nothing else is; zero needs no unit.
fn fits(reader: &mut Reader<'_, '_>, of: &str, number: Quantity) -> Read<()> {
    let (is, has) = (TIMES.contains(&of), number.unit == Unit::Time);
    if is == has || number.millionths == 0 {
        return Ok(());
    }
    reader.refuse(match is {
        true => format!("{of} is a time, such as 200ms."),
        false => format!("{of} is not a time."),
    })
}

/// The name of a measure, whose words may also be written apart: `staleness(a) p99`.
fn metric(reader: &mut Reader<'_, '_>, token: Token<'_>) -> Read<MetricName> {
    let (word, mut of) = split_name(token.raw);
    let mut words = String::from(word);
    while let Some(next) = reader.peek() {
        let (word, named) = split_name(next.raw);
        let word = if word == "p99.9" { "p999" } else { word };
        let longer = format!("{words}-{word}");
        if !known(&longer) && further(&longer).next().is_none() {
            break;
        }
        reader.take();
        words = longer;
        of = named.or(of);
    }
    if known(&words) {
        let aliases = METRIC_ALIASES.iter().find(|(alias, _)| *alias == words);
        let word = aliases.map_or(words, |(_, word)| String::from(*word));
        return Ok(MetricName { word, of });
    }
    let bare = Token { raw: word, ..token };
    let known: Vec<_> = METRICS.iter().chain(LAWS).copied().collect();
    reader.unknown("measure", bare, &known)
}

fn known(word: &str) -> bool {
    METRICS.iter().chain(METRIC_ALIASES).any(|(known, _)| *known == word)
}

/// `moved(b)` is the word `moved` of `b`.
fn split_name(raw: &str) -> (&str, Option<String>) {
    match raw.strip_suffix(')').and_then(|raw| raw.split_once('(')) {
        Some((word, of)) => (word, Some(String::from(of))),
        None => (raw, None),
    }
}

/// True if the word alone is a number.
#[must_use]
pub fn is_number(word: &str) -> bool {
    quantity(word).is_some_and(|quantity| quantity.unit == Unit::Plain)
}
