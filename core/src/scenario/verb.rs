//! Statements that say what is the case or happens: faults, changes, operations, captions.

use super::command::{Command, DiskChange, TrafficSpec};
use super::parse::{plain, unknown_verb};
use super::word::{DISK_OPTIONS, NODE_OPTIONS, OPERATIONS};
use super::world::VALUE_MAX;
use crate::base::{Span, Spread};
use crate::client::Op;
use crate::client::Verb;
use crate::client::workload::Choice;
use crate::placement::prune::question;
use crate::sim::clock::DRIFT_MAX;
use crate::sim::disk::DEPTH_MAX;
use crate::sim::{Change, Meddling, WorkChange};
use crate::store::Value;
use crate::tenant::Forgery;
use crate::tenant::Own;
use crate::tenant::Spec;
use crate::text::quantity::Unit;
use crate::text::reader::{Read, Reader};
use crate::text::token::TokenKind;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// A cluster's traffic has at most so many clients.
const CLIENTS_MAX: u64 = 1_000;
/// Operations a second of one traffic.
const RATE_MAX: u64 = 1_000_000;
/// The longest caption.
const CAPTION_MAX: usize = 1_000;

/// Words that only stand at the head of a scenario.
const SET_UP: [&str; 15] = [
    "title", "summary", "tags", "seed", "end", "load", "bug", "expect", "group", "rack", "region",
    "table", "groups", "query", "scan",
];

/// Reads a command.
pub(super) fn command(
    reader: &mut Reader<'_, '_>,
    who: Option<&str>,
    timed: bool,
) -> Read<Command> {
    if let Some(who) = who
        && OPERATIONS.iter().any(|(word, _)| *word == reader.ahead())
    {
        return operation(reader, String::from(who));
    }
    let prefix = |names: Vec<String>| match who {
        Some(cluster) => names.into_iter().map(|name| format!("{cluster}.{name}")).collect(),
        None => names,
    };
    let verb = reader.ahead();
    let nodes = "the names of nodes, such as n1 n2";
    if let Some((names, order)) = Own::read(reader)? {
        return Ok(Command::Own(who.map(String::from), prefix(names), order));
    }
    match verb {
        "crash" | "restart" | "pause" | "resume" | "wipe" | "corrupt" | "tear" | "leave" => {
            reader.take();
            let names = prefix(reader.names(nodes)?);
            Ok(match verb {
                "crash" => Command::Crash(names),
                "restart" => Command::Restart(names),
                "pause" => Command::Pause(names),
                "resume" => Command::Resume(names),
                "wipe" => Command::Wipe(names),
                "corrupt" => Command::Corrupt(names),
                "tear" => Command::Tear(names),
                _ => Command::Leave(names),
            })
        }
        "join" => {
            reader.take();
            let names = prefix(reader.names(nodes)?);
            let weight = if reader.accept(",") || reader.ahead() == "weight" {
                weight(reader)?
            } else {
                100
            };
            Ok(Command::Join(names, weight))
        }
        "weight" => {
            reader.take();
            let names = prefix(reader.names(nodes)?);
            Ok(Command::Weight(names, weight(reader)?))
        }
        "split" | "merge" => {
            reader.take();
            reader.accept("at");
            let key = String::from(reader.text("a key, such as \"m\"")?);
            let of = who.map(String::from);
            Ok(if verb == "split" { Command::Split(of, key) } else { Command::Merge(of, key) })
        }
        "move" => {
            reader.take();
            let key = String::from(reader.text("a key, a value or a tenant")?);
            if !reader.accept("to") {
                return reader.refuse(String::from("Where to? Such as: move acme to n3"));
            }
            let node = String::from(reader.word("the name of a node")?);
            Ok(Command::Move(who.map(String::from), key, node))
        }
        "explain" => {
            reader.take();
            let mut text = String::new();
            while let Some(token) = reader.take() {
                text.push_str(token.raw);
                text.push(' ');
            }
            match question(&text) {
                Ok(conditions) => Ok(Command::Explain(who.map(String::from), conditions)),
                Err(message) => reader.refuse(message),
            }
        }
        "clock" | "skew" | "drift" => clock(reader, verb, prefix),
        "disk" => {
            reader.take();
            disk(reader).map(|(names, change)| Command::Disk(prefix(names), change))
        }
        "node" => {
            reader.take();
            work(reader).map(|(names, change)| Command::Node(prefix(names), change))
        }
        "network" => {
            reader.take();
            let change = link_change(reader)?;
            Ok(Command::Link { from: Vec::new(), to: Vec::new(), both: false, change })
        }
        "link" | "slow" | "lose" | "duplicate" | "reorder" => link(reader, verb, &prefix),
        "cut" => {
            reader.take();
            let left = prefix(reader.names(nodes)?);
            let one_way = reader.accept("->");
            let right = if one_way || reader.accept("|") {
                prefix(reader.names(nodes)?)
            } else {
                Vec::new()
            };
            let right = if right.len() == 1 && right[0] == "others" { Vec::new() } else { right };
            Ok(Command::Cut { left, right, one_way })
        }
        "heal" => {
            reader.take();
            Ok(Command::Heal)
        }
        "drop" | "delay" | "edit" => flight(reader, verb, &prefix),
        "traffic" => {
            reader.take();
            traffic(reader).map(Command::Traffic)
        }
        "nemesis" if timed => {
            reader.take();
            let message = "A nemesis has its own times: nemesis crash, from 1s, until 20s";
            reader.refuse(String::from(message))
        }
        "nemesis" => super::nemesis::nemesis(reader),
        "quiet" => {
            reader.take();
            Ok(Command::Quiet(String::from(reader.word("the name of a traffic")?)))
        }
        "say" => {
            reader.take();
            let text = reader.text("what to say, in quotation marks")?;
            if text.len() > CAPTION_MAX {
                return reader.refuse(format!("A caption has at most {CAPTION_MAX} letters."));
            }
            Ok(Command::Say(String::from(text)))
        }
        "stop" if timed => {
            reader.take();
            Ok(Command::Stop)
        }
        "stop" => {
            reader.take();
            reader.refuse(String::from("Stop when? Such as: when n5 joined  stop"))
        }
        "members" => super::raft::members(reader, who.map(String::from), &prefix),
        "transfer" => super::raft::transfer(reader, who.map(String::from), &prefix),
        "campaign" | "snapshot" | "learner" => {
            reader.take();
            let names = prefix(reader.names(nodes)?);
            Ok(match verb {
                "campaign" => Command::Campaign(names),
                "snapshot" => Command::Compact(names),
                _ => Command::Learn(names),
            })
        }
        "get" | "put" | "delete" | "cas" | "append" => {
            reader.take();
            reader.refuse(format!("Who does it? Such as: c1: {verb} x"))
        }
        word if SET_UP.contains(&word) || Spec::begins(word) => {
            reader.take();
            reader.refuse(format!("\"{verb}\" says how the run is set up; it cannot come later."))
        }
        _ => unknown_verb(reader, who.is_some()),
    }
}

fn operation(reader: &mut Reader<'_, '_>, client: String) -> Read<Command> {
    let (mut ops, way) = super::raft::ops(reader)?;
    let simple = ops.len() == 1 && way.is_none();
    let key = |op: &Op| String::from(op.key.text());
    Ok(match ops.pop() {
        Some(op) if simple && op.verb == Verb::Get => Command::Get(client, key(&op)),
        Some(op) if simple && op.verb == Verb::Delete => Command::Delete(client, key(&op)),
        Some(Op { verb: Verb::Put, key, value: Some(Value::Text(value)), .. }) if simple => {
            Command::Put(client, String::from(key.text()), String::from(&*value))
        }
        last => {
            ops.extend(last);
            Command::Operate(client, ops, way)
        }
    })
}

fn weight(reader: &mut Reader<'_, '_>) -> Read<u32> {
    reader.accept("weight");
    let weight = plain(reader, "a weight, such as 2 or 0.5")? / 10_000;
    if !(1..=100_000).contains(&weight) {
        return reader.refuse(String::from("A weight is 0.01 to 1000."));
    }
    Ok(weight as u32)
}

fn clock(
    reader: &mut Reader<'_, '_>,
    verb: &str,
    prefix: impl Fn(Vec<String>) -> Vec<String>,
) -> Read<Command> {
    reader.take();
    let names = prefix(reader.names("the names of nodes")?);
    let kind = if verb == "clock" { reader.option(&["drift", "skew"])? } else { verb };
    if kind == "drift" && reader.accept("none") {
        return Ok(Command::Drift(names, 0));
    }
    let quantity = reader.quantity("a span or a rate, such as -50ms or 200ppm")?;
    match (kind, quantity.unit) {
        ("skew", Unit::Time) => Ok(Command::Skew(names, quantity.millionths)),
        ("drift", Unit::Share)
            if quantity.millionths.unsigned_abs() <= u64::from(DRIFT_MAX.unsigned_abs()) =>
        {
            Ok(Command::Drift(names, quantity.millionths as i32))
        }
        ("skew", _) => reader.refuse(String::from("A skew is a time, such as skew n2 50ms.")),
        ("drift", _) => reader
            .refuse(String::from("A drift is a rate of at most 50%, such as drift n2 200ppm.")),
        _ => reader.neither(kind, &["drift", "skew"]),
    }
}

fn disk(reader: &mut Reader<'_, '_>) -> Read<(Vec<String>, DiskChange)> {
    let (mut change, mut said) = (DiskChange::default(), Vec::new());
    let words: Vec<&str> = DISK_OPTIONS.iter().map(|(word, _)| *word).collect();
    let named = !words.contains(&reader.ahead());
    let names = if named { reader.names("the names of nodes")? } else { Vec::new() };
    reader.accept(",");
    loop {
        match once(reader, &words, &mut said)? {
            "write" => change.write = Some(spread(reader, "how long a write takes")?),
            "sync" => change.sync = Some(spread(reader, "how long a sync takes")?),
            "bandwidth" => change.bandwidth = Some(limit(reader, "a bandwidth")?),
            "depth" => {
                let depth = reader.count("how many syncs run at once", 1, DEPTH_MAX.into())?;
                change.depth = Some(depth as u32);
            }
            "grouped" => change.grouped = Some(true),
            "single" => change.grouped = Some(false),
            "lie" if reader.accept("none") => change.lie = Some(None),
            "lie" => change.lie = Some(Some(reader.time("how late it makes things safe")?)),
            "honest" => change.lie = Some(None),
            "size" if reader.accept("none") => change.size = Some(None),
            "size" => {
                change.size = Some(Some(reader.bytes("how much fits on it", u64::MAX >> 1)?));
            }
            "full" => change.size = Some(Some(0)),
            "fails" => change.fails = Some(share(reader, "a share of writes")?),
            other => return reader.neither(other, &words),
        }
        if !reader.accept(",") {
            return Ok((names, change));
        }
    }
}

/// Takes one of these options, and refuses it if the statement has said that already: one of the two would
/// not count.
fn once<'t>(reader: &mut Reader<'_, 't>, words: &[&str], said: &mut Vec<&'t str>) -> Read<&'t str> {
    let word = reader.option(words)?;
    let about = match word {
        "single" => "grouped",
        "honest" => "lie",
        "full" => "size",
        other => other,
    };
    if said.contains(&about) {
        let words = "is about was said in this statement already: say it once.";
        return reader.refuse(format!("What \"{word}\" {words}"));
    }
    said.push(about);
    Ok(word)
}

/// `node n1 message 50us, entry 5us`, `node card 10MB/s`, `node n1 slow 10x`, `node card none`
fn work(reader: &mut Reader<'_, '_>) -> Read<(Vec<String>, WorkChange)> {
    let (mut change, mut said) = (WorkChange::default(), Vec::new());
    let words: Vec<&str> = NODE_OPTIONS.iter().map(|(word, _)| *word).collect();
    let named = !words.contains(&reader.ahead());
    let names = if named { reader.names("the names of nodes")? } else { Vec::new() };
    reader.accept(",");
    loop {
        match once(reader, &words, &mut said)? {
            "message" => change.message = Some(cost(reader, "how long a message takes")?),
            "entry" => change.entry = Some(cost(reader, "how long an entry takes")?),
            "card" => change.card = Some(limit(reader, "what leaves in a second")?),
            "slow" => change.slow = Some(factor(reader)?),
            other => return reader.neither(other, &words),
        }
        if !reader.accept(",") {
            return Ok((names, change));
        }
    }
}

/// A time that something takes, or `none`.
fn cost(reader: &mut Reader<'_, '_>, what: &str) -> Read<Span> {
    if reader.accept("none") { Ok(Span::ZERO) } else { reader.time(what) }
}

/// How long something takes each time, or `none`.
fn spread(reader: &mut Reader<'_, '_>, what: &str) -> Read<Spread> {
    if reader.accept("none") { Ok(Spread::Constant(Span::ZERO)) } else { reader.spread(what) }
}

/// A share, or `none`.
fn share(reader: &mut Reader<'_, '_>, what: &str) -> Read<u32> {
    if reader.accept("none") { Ok(0) } else { reader.share(what) }
}

/// Bytes a second, or `none` for no limit, which is 0.
fn limit(reader: &mut Reader<'_, '_>, what: &str) -> Read<u64> {
    if reader.accept("none") { Ok(0) } else { reader.byte_rate(what) }
}

fn link_change(reader: &mut Reader<'_, '_>) -> Read<Change> {
    let (mut change, mut said) = (Change::default(), Vec::new());
    let words = ["latency", "bandwidth", "loss", "duplicate", "reorder", "slow"];
    loop {
        match once(reader, &words, &mut said)? {
            "latency" => change.latency = Some(spread(reader, "a latency")?),
            "bandwidth" => change.bandwidth = Some(limit(reader, "a bandwidth")?),
            "loss" => change.loss = Some(share(reader, "a share of messages")?),
            "duplicate" => change.duplicate = Some(share(reader, "a share of messages")?),
            "reorder" => change.reorder = Some(share(reader, "a share of messages")?),
            "slow" => change.slow = Some(factor(reader)?),
            other => return reader.neither(other, &words),
        }
        if !reader.accept(",") {
            return Ok(change);
        }
    }
}

/// How many times as long, in hundredths: `5x`, or `none`.
fn factor(reader: &mut Reader<'_, '_>) -> Read<u32> {
    if reader.accept("none") {
        return Ok(100);
    }
    let word = reader.word("how many times as long, such as 5x")?;
    let number = crate::text::quantity(word.strip_suffix('x').unwrap_or(word));
    match number.map(|quantity| (quantity.unit, quantity.millionths / 10_000)) {
        Some((Unit::Plain, hundredths @ 1..=1_000_000)) => Ok(hundredths as u32),
        _ => reader.refuse(format!("{word} is not a factor, such as 5x.")),
    }
}

/// `link n1 n2 latency 5ms`, `lose n1 -> n2 5%`, `slow n3 10x`, `lose 1%`.
fn link(
    reader: &mut Reader<'_, '_>,
    verb: &str,
    prefix: &impl Fn(Vec<String>) -> Vec<String>,
) -> Read<Command> {
    reader.take();
    let wide = (crate::text::quantity(reader.ahead()).is_some() || reader.ahead() == "none")
        && verb != "link"
        || reader.ahead().ends_with('x')
            && reader.ahead().starts_with(|c: char| c.is_ascii_digit());
    let (mut from, mut to, mut both) = (Vec::new(), Vec::new(), false);
    if !wide {
        from = prefix(reader.names("the names of nodes")?);
        if reader.accept("->") {
            to = prefix(reader.names("the names of nodes")?);
        } else if reader.accept("|") {
            to = prefix(reader.names("the names of nodes")?);
            both = true;
        } else {
            both = true;
            if verb == "link" && from.len() == 2 {
                to.extend(from.pop());
            }
        }
        if verb == "duplicate" && to.len() == 1 && from.len() == 1 && !has_share(reader) {
            let number = number_of(reader)?;
            let (from, to) = (from.remove(0), to.remove(0));
            return Ok(Command::Meddle { from, to, number, meddling: Meddling::Double });
        }
    }
    let messages = "a share of messages";
    let change = match verb {
        "slow" => Change { slow: Some(factor(reader)?), ..Change::default() },
        "lose" => Change { loss: Some(share(reader, messages)?), ..Change::default() },
        "duplicate" => Change { duplicate: Some(share(reader, messages)?), ..Change::default() },
        "reorder" => Change { reorder: Some(share(reader, messages)?), ..Change::default() },
        _ => {
            reader.accept(",");
            link_change(reader)?
        }
    };
    Ok(Command::Link { from, to, both, change })
}

fn has_share(reader: &Reader<'_, '_>) -> bool {
    let ahead = reader.ahead();
    ahead.ends_with('%') || ahead.ends_with("ppm") || ahead == "none"
}

fn number_of(reader: &mut Reader<'_, '_>) -> Read<u32> {
    let numbered = reader.peek().is_some_and(|token| super::world::is_number(token.raw));
    if numbered {
        reader.count("which flight on the link", 1, 100_000).map(|n| n as u32)
    } else {
        Ok(1)
    }
}

fn flight(
    reader: &mut Reader<'_, '_>,
    verb: &str,
    prefix: &impl Fn(Vec<String>) -> Vec<String>,
) -> Read<Command> {
    reader.take();
    let name = |reader: &mut Reader<'_, '_>| -> Read<String> {
        let name = String::from(reader.word("the name of a node")?);
        Ok(prefix(alloc::vec![name]).remove(0))
    };
    let from = name(reader)?;
    if !reader.accept("->") {
        return reader.refuse(format!("A flight is named by its link: {verb} n1 -> n2"));
    }
    let to = name(reader)?;
    let number = number_of(reader)?;
    if verb == "edit" {
        let forgery = match reader.word("term or value")? {
            "term" => Forgery::Term(reader.count("a term", 0, u64::from(u32::MAX))? as u32),
            "value" => Forgery::Value(reader.text("a value")?.into()),
            other => return reader.refuse(format!("\"{other}\" is not one of: term, value.")),
        };
        return Ok(Command::Forge { from, to, number, forgery });
    }
    let meddling = if verb == "drop" {
        Meddling::Drop
    } else {
        reader.accept("by");
        Meddling::Delay(reader.time("by how much")?)
    };
    Ok(Command::Meddle { from, to, number, meddling })
}

fn traffic(reader: &mut Reader<'_, '_>) -> Read<TrafficSpec> {
    let mut spec = TrafficSpec {
        name: String::from("c"),
        cluster: None,
        rate: 100_000_000,
        gets: 800_000,
        puts: 200_000,
        appends: 0,
        swaps: 0,
        choice: Choice::Uniform,
        count: None,
        clients: 10,
        value_bytes: None,
    };
    if reader.peek_second().is_some_and(|token| token.raw == ":") {
        spec.name = String::from(reader.word("a name")?);
        reader.accept(":");
        if spec.name.len() > 24 {
            return reader.refuse(String::from("This name is too long for a client."));
        }
    }
    while let Some(token) = reader.peek() {
        match token.raw {
            "keys" => {
                reader.take();
                keys(reader, &mut spec)?;
            }
            "values" | "value" => {
                reader.take();
                spec.value_bytes = Some(reader.bytes("the size of a value", VALUE_MAX)? as u32);
            }
            "on" => {
                reader.take();
                spec.cluster = Some(String::from(reader.word("the name of a cluster")?));
            }
            _ if token.kind == TokenKind::Word && token.raw.ends_with("/s") => {
                spec.rate = reader.amount("how many a second, such as 200/s", Unit::Rate)?;
                if spec.rate > RATE_MAX * 1_000_000 || spec.rate == 0 {
                    return reader
                        .refuse(format!("A rate is more than 0/s and at most {RATE_MAX}/s."));
                }
            }
            _ if token.raw.ends_with('%') => mix(reader, &mut spec)?,
            _ => {
                let count = reader.count("a number of clients", 1, CLIENTS_MAX)?;
                if !reader.accept("clients") && !reader.accept("client") {
                    reader.take();
                    let message =
                        "What of? Such as: 200/s, 80% get 20% put, keys zipf 1.1, 20 clients";
                    return reader.refuse(String::from(message));
                }
                spec.clients = count as u32;
            }
        }
        if !reader.accept(",") {
            break;
        }
    }
    Ok(spec)
}

/// `80% get 20% put`
fn mix(reader: &mut Reader<'_, '_>, spec: &mut TrafficSpec) -> Read<()> {
    let (mut gets, mut puts, mut deletes) = (0, 0, 0);
    let (mut appends, mut swaps) = (0, 0);
    while reader.ahead().ends_with('%') {
        let share = reader.share("a share of operations")?;
        match reader.word("get, put or delete")? {
            "get" | "gets" | "read" | "reads" => gets += share,
            "put" | "puts" | "write" | "writes" => puts += share,
            "delete" | "deletes" => deletes += share,
            "append" | "appends" => appends += share,
            "cas" => swaps += share,
            other => return reader.neither(other, &["get", "put", "delete", "append", "cas"]),
        }
    }
    if gets + puts + deletes + appends + swaps != 1_000_000 {
        return reader.refuse(String::from("These shares should make 100% together."));
    }
    (spec.gets, spec.puts, spec.appends, spec.swaps) = (gets, puts, appends, swaps);
    Ok(())
}

/// `keys zipf 1.1 of 1000`
fn keys(reader: &mut Reader<'_, '_>, spec: &mut TrafficSpec) -> Read<()> {
    spec.choice = match reader.word("uniform, zipf, sequential or hot")? {
        "uniform" => Choice::Uniform,
        "sequential" => Choice::Sequential,
        "zipf" => {
            let given = super::world::is_number(reader.ahead());
            let exponent =
                if given { plain(reader, "an exponent, such as 1.1")? / 1_000 } else { 1_000 };
            if exponent > 5_000 {
                return reader.refuse(String::from("An exponent is at most 5."));
            }
            Choice::Zipf(exponent as u32)
        }
        "hot" => {
            let keys = reader.share("which share of the keys is hot")?;
            reader.accept("gets");
            let share = reader.share("which share of the operations it gets")?;
            Choice::Hot { keys, share }
        }
        other => {
            return reader.neither(other, &["uniform", "zipf", "sequential", "hot"]);
        }
    };
    if reader.accept("of") {
        spec.count = Some(reader.count("a number of keys", 1, 10_000_000)? as u32);
    }
    Ok(())
}
