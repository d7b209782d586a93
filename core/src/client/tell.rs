//! What clients do, in words.

use super::{Asked, Note, Outcome, Reply, Verb};
use crate::base::NodeId;
use crate::base::told::{Lane, Told};
use crate::store::Value;
use alloc::format;
use alloc::string::String;

/// The answer to a request.
#[must_use]
pub fn reply(reply: &Reply) -> String {
    match reply {
        Reply::Noted => String::from("understood"),
        Reply::Ended(outcome) => outcome_text(outcome),
    }
}

/// How an operation ended.
#[must_use]
pub fn outcome_text(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Found(item) => format!("{} = {}", item.key.text(), item.value.shown()),
        Outcome::Absent => String::from("null"),
        Outcome::Written(item) => format!("{} is written", item.key.text()),
        Outcome::Differs(value) => format!("it holds {}, nothing is written", value.shown()),
        Outcome::Refused => String::from("refused, nothing is written"),
        Outcome::Unknown => String::from("no answer in time"),
    }
}

/// Trace annotations of a client.
#[must_use]
pub fn note(note: &Note) -> Told {
    let (lane, kind, text) = match note {
        Note::Asked(asked) => {
            let Asked { verb, key, value, expected, .. } = &**asked;
            let mut text = format!("{} {}", verb.word(), key.text());
            for value in expected.iter().chain(value) {
                // Who expects nothing to be there says so; a delete has nothing else to say.
                match value {
                    Value::Gone if *verb == Verb::Cas => text.push_str(" null"),
                    Value::Gone => {}
                    value => {
                        text.push(' ');
                        text.push_str(&value.shown());
                    }
                }
            }
            (Lane::Operation, "asked", text)
        }
        Note::Answered { outcome: Outcome::Unknown, .. } => {
            (Lane::Operation, "failed", String::from("no answer in time"))
        }
        Note::Answered { outcome, .. } => (Lane::Operation, "answered", outcome_text(outcome)),
        Note::Redirected { .. } => (Lane::Wire, "redirected", String::from("sent elsewhere")),
        Note::Retried { .. } => (Lane::Wire, "retried", String::from("tries again")),
        Note::NotBegun { verb, key } => {
            let text = format!("cannot begin to {} {}: too much is open", verb.word(), key.text());
            (Lane::Operation, "not-begun", text)
        }
    };
    Told::new(lane, kind, text)
}

/// The event of the language that a note of a client is, and the node that it is about.
#[must_use]
pub fn happening(note: &Note, node: NodeId) -> Option<(&'static str, NodeId)> {
    match note {
        Note::Answered { outcome: Outcome::Unknown, .. } => Some(("failed", node)),
        Note::Answered { .. }
        | Note::Asked(_)
        | Note::Redirected { .. }
        | Note::Retried { .. }
        | Note::NotBegun { .. } => None,
    }
}
