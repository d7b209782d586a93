//! What only a replicated store is told: operations on several keys, changes of its members.

use super::command::{Command, Subject};
use crate::client::Verb;
use crate::quorum::Level;
use crate::store::{Key, Value};
use crate::tenant::replicated::kv::Act;
use crate::tenant::replicated::reading::Reading;
use crate::tenant::replicated::spec::reading;
use crate::text::reader::{Read, Reader};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// One operation does at most so much at once.
const ACTS_MAX: usize = 16;

/// `c1: cas x 1 2`, `c1: put x 1 and put y 2`, `c1: get x by lease`, and of a quorum store
/// `c1: get x by QUORUM`: what follows the client.
pub(super) fn acts(
    reader: &mut Reader<'_, '_>,
) -> Read<(Vec<Act>, Option<Reading>, Option<Level>)> {
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
    if !reader.accept("by") {
        return Ok((acts, None, None));
    }
    if let Some(level) = Level::named(reader.ahead()) {
        reader.take();
        return Ok((acts, None, Some(level)));
    }
    Ok((acts, Some(reading(reader)?), None))
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
