//! What only a replicated store is told: operations on several keys, changes of its members.

use super::command::{Command, Subject};
use crate::client::Op;
use crate::client::Verb;
use crate::store::{Key, Value};
use crate::tenant::Way;
use crate::text::reader::{Read, Reader};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// One operation does at most so much at once.
const OPS_MAX: usize = 16;

/// `c1: cas x 1 2`, `c1: put x 1 and put y 2`, `c1: get x by lease`: what follows the client.
pub(super) fn ops(reader: &mut Reader<'_, '_>) -> Read<(Vec<Op>, Option<Way>)> {
    let mut ops = Vec::new();
    loop {
        ops.push(op(reader)?);
        if !reader.accept("and") {
            break;
        }
        if ops.len() == OPS_MAX {
            return reader.refuse(format!("One operation does at most {OPS_MAX} things."));
        }
    }
    let way = if reader.accept("by") { Some(Way::read(reader)?) } else { None };
    Ok((ops, way))
}

fn op(reader: &mut Reader<'_, '_>) -> Read<Op> {
    let word = reader.word("get, put, delete, cas or append")?;
    let key = Key::new(reader.text("a key")?);
    let value = |reader: &mut Reader<'_, '_>, what: &str| -> Read<Value> {
        let text = reader.text(what)?;
        Ok(if text == "null" { Value::Gone } else { Value::Text(text.into()) })
    };
    let mut op = Op { verb: Verb::Get, key, value: None, expected: None };
    match word {
        "get" => {}
        "delete" => op.verb = Verb::Delete,
        "put" => {
            op.verb = Verb::Put;
            op.value = Some(value(reader, "a value")?);
        }
        "append" => {
            op.verb = Verb::Append;
            op.value = Some(value(reader, "what to append")?);
        }
        "cas" => {
            op.verb = Verb::Cas;
            op.expected = Some(value(reader, "what must stand there; null for nothing")?);
            op.value = Some(value(reader, "what to write then")?);
        }
        other => {
            return reader
                .refuse(format!("\"{other}\" is not one of: get, put, delete, cas, append."));
        }
    }
    Ok(op)
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
