//! The statement that brings a replicated store into being, and what only such a store is told.

use super::command::{ClusterSpec, Command, Kind, RaftSpec, Subject};
use crate::base::Span;
use crate::client::Verb;
use crate::raft::config::Flaw;
use crate::store::{Key, Value};
use crate::tenant::replicated::kv::Act;
use crate::tenant::replicated::reading::Reading;
use crate::tenant::replicated::words::READINGS;
use crate::text::quantity::Unit;
use crate::text::reader::{Read, Reader, range};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// A group of replicas has at most so many nodes.
pub const REPLICAS_MAX: u64 = 25;
const WINDOW_MAX: u64 = 10_000;
/// One operation does at most so much at once.
const ACTS_MAX: usize = 16;

/// Reads one option of `raft a: 5 nodes, election 150ms..300ms, reads lease 100ms`.
pub(super) fn option(reader: &mut Reader<'_, '_>, spec: &mut ClusterSpec) -> Read<bool> {
    let Kind::Raft(mut raft) = spec.kind else { return Ok(false) };
    match reader.ahead() {
        "election" => {
            reader.take();
            raft.election = wait(reader)?;
        }
        "heartbeat" => {
            reader.take();
            raft.heartbeat = reader.time("how often the leader says that it is there")?;
        }
        "reads" => {
            reader.take();
            reader.accept("by");
            raft.reading = reading(reader)?;
            if raft.reading == Reading::Lease {
                let timed = reader.peek().is_some_and(|token| token.raw != ",");
                raft.lease = Some(match timed {
                    true => reader.time("for how long a leader may answer alone")?,
                    // Two thirds of the shortest wait leave a third for clocks that differ.
                    false => Span(raft.election.0.0 * 2 / 3),
                });
            }
        }
        "lease" => {
            reader.take();
            raft.lease = Some(reader.time("for how long a leader may answer alone")?);
        }
        "snapshot" | "snapshots" => {
            reader.take();
            reader.accept("every");
            let bytes = reader.bytes("how large the log may grow", 1_000_000_000)?;
            if bytes < 100 {
                return reader.refuse(String::from("A log of less than 100B holds nothing."));
            }
            raft.log_bytes = Some(bytes);
        }
        "piece" | "pieces" => {
            reader.take();
            reader.accept("of");
            raft.piece_bytes =
                reader.bytes("how large a piece of a snapshot is", 10_000_000)?.max(1);
        }
        "batch" => {
            reader.take();
            let most = reader.bytes("how much one append carries", 10_000_000)?;
            raft.append_bytes = most.max(1);
        }
        "window" => {
            reader.take();
            raft.window = reader.count("how many appends may be under way", 1, WINDOW_MAX)? as u32;
        }
        "no" => {
            reader.take();
            match reader.word("pre-vote, check-quorum or snapshots")? {
                "pre-vote" | "prevote" => raft.pre_vote = false,
                "check-quorum" => raft.check_quorum = false,
                "snapshot" | "snapshots" => raft.log_bytes = None,
                other => {
                    return reader.refuse(format!(
                        "\"{other}\" is not one of: pre-vote, check-quorum, snapshots."
                    ));
                }
            }
        }
        "timeout" => {
            reader.take();
            spec.patience.0 = reader.time("how long a client waits for an answer")?;
            spec.patience.1 = spec.patience.1.max(spec.patience.0);
        }
        "deadline" => {
            reader.take();
            spec.patience.1 = reader.time("how long a client tries in all")?;
        }
        _ => {
            let low = reader.count("a number of nodes, or an option", 0, 1_000_000)?;
            let what = reader.ahead();
            reader.take();
            match (what, low) {
                ("nodes" | "node", 1..=REPLICAS_MAX) => spec.nodes = low as u32,
                ("learners" | "learner", 0..=REPLICAS_MAX) => raft.learners = low as u32,
                ("nodes" | "node" | "learners" | "learner", _) => {
                    return reader.refuse(format!(
                        "A replicated store has 1 to {REPLICAS_MAX} nodes, and 0 to {REPLICAS_MAX} learners."
                    ));
                }
                (other, _) => {
                    let message = format!(
                        "\"{other}\" is nothing that a raft cluster has. It has: nodes, learners, \
                         election 150ms..300ms, heartbeat 30ms, reads index, lease 100ms, snapshot \
                         every 10kB, window 64, batch 4kB, no pre-vote, no check-quorum, timeout, deadline."
                    );
                    return reader.refuse(message);
                }
            }
        }
    }
    spec.kind = Kind::Raft(raft);
    Ok(true)
}

fn wait(reader: &mut Reader<'_, '_>) -> Read<(Span, Span)> {
    let Some(token) = reader.take() else {
        return reader.refuse(String::from("How long? Such as: election 150ms..300ms"));
    };
    match range(token.raw) {
        Some((low, high)) if low.unit == Unit::Time && high.unit == Unit::Time => {
            let span = |millionths: i64| Span(u64::try_from(millionths).unwrap_or(0));
            Ok((span(low.millionths), span(high.millionths)))
        }
        _ => reader.refuse(String::from("This wait is a range, such as 150ms..300ms.")),
    }
}

/// `index`, `lease`, `within 500ms` and so on.
pub(super) fn reading(reader: &mut Reader<'_, '_>) -> Read<Reading> {
    let Some(token) = reader.take() else {
        return reader.refuse(String::from("How? Such as: reads index"));
    };
    if token.raw == "within" {
        return Ok(Reading::Within(reader.time("how stale a read may be")?));
    }
    match Reading::named(token.raw) {
        Some(reading) => Ok(reading),
        None => reader.unknown("way to read", token, READINGS),
    }
}

/// What is only known once everything was said.
pub(super) fn complete(reader: &mut Reader<'_, '_>, spec: &ClusterSpec) -> Read<()> {
    let Kind::Raft(raft) = &spec.kind else { return Ok(()) };
    match raft.config().check() {
        // A lease that is too long is a mistake that the text may switch on, also further down.
        Ok(()) | Err(Flaw::LeaseLong) => Ok(()),
        Err(flaw) => reader.refuse(format!("It cannot be set up so: {}.", flaw.words())),
    }
}

/// True if a store's lease is longer than the others are sure to wait.
#[must_use]
pub fn leases_too_long(spec: &ClusterSpec) -> bool {
    match &spec.kind {
        Kind::Raft(raft) => raft.config().check() == Err(Flaw::LeaseLong),
        Kind::Running | Kind::Survey { .. } => false,
    }
}

/// `c1: cas x 1 2`, `c1: put x 1 and put y 2`, `c1: get x by lease`: what follows the client.
pub(super) fn acts(reader: &mut Reader<'_, '_>) -> Read<(Vec<Act>, Option<Reading>)> {
    let mut acts = Vec::new();
    loop {
        acts.push(act(reader)?);
        if !reader.accept("and") {
            break;
        }
        if acts.len() == ACTS_MAX {
            return reader.refuse(format!("One operation does at most {ACTS_MAX} things."));
        }
    }
    let reading = if reader.accept("by") { Some(reading(reader)?) } else { None };
    Ok((acts, reading))
}

fn act(reader: &mut Reader<'_, '_>) -> Read<Act> {
    let word = reader.word("get, put, delete, cas or append")?;
    let key = Key::new(reader.text("a key")?);
    let value = |reader: &mut Reader<'_, '_>, what: &str| -> Read<Value> {
        let text = reader.text(what)?;
        Ok(if text == "null" { Value::Gone } else { Value::Text(text.into()) })
    };
    let mut act = Act { verb: Verb::Get, key, value: None, expected: None };
    match word {
        "get" => {}
        "delete" => act.verb = Verb::Delete,
        "put" => {
            act.verb = Verb::Put;
            act.value = Some(value(reader, "a value")?);
        }
        "append" => {
            act.verb = Verb::Append;
            act.value = Some(value(reader, "what to append")?);
        }
        "cas" => {
            act.verb = Verb::Cas;
            act.expected = Some(value(reader, "what must stand there; null for nothing")?);
            act.value = Some(value(reader, "what to write then")?);
        }
        other => {
            return reader
                .refuse(format!("\"{other}\" is not one of: get, put, delete, cas, append."));
        }
    }
    Ok(act)
}

/// `members n1 n2 n3, learners n4`
pub(super) fn members(
    reader: &mut Reader<'_, '_>,
    of: Subject,
    prefix: &impl Fn(Vec<String>) -> Vec<String>,
) -> Read<Command> {
    reader.take();
    let voters = prefix(reader.names("the names of nodes, such as n1 n2 n3")?);
    reader.accept(",");
    let learners = if reader.accept("learners") || reader.accept("learner") {
        prefix(reader.names("the names of nodes")?)
    } else {
        Vec::new()
    };
    Ok(Command::Members(of, voters, learners))
}

/// `transfer leader to n2`
pub(super) fn transfer(
    reader: &mut Reader<'_, '_>,
    of: Subject,
    prefix: &impl Fn(Vec<String>) -> Vec<String>,
) -> Read<Command> {
    reader.take();
    reader.accept("leader");
    reader.accept("to");
    let name = String::from(reader.word("the name of a node")?);
    Ok(Command::Transfer(of, prefix(alloc::vec![name]).remove(0)))
}

impl RaftSpec {
    /// How its nodes are set up, but for their members.
    #[must_use]
    pub fn config(&self) -> crate::raft::Config {
        crate::raft::Config {
            election: self.election,
            heartbeat: self.heartbeat,
            pre_vote: self.pre_vote,
            check_quorum: self.check_quorum,
            lease: self.lease,
            window: self.window,
            piece_bytes: self.piece_bytes,
            append_bytes: self.append_bytes,
            ..crate::raft::Config::default()
        }
    }
}
