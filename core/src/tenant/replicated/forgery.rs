//! What somebody can change in a message on its way, though no network would.

use super::kv::Command;
use super::message::{ClientRequest, Message, Outcome};
use crate::client::Op;
use crate::raft::{self, Body, Entry, Term, What};
use crate::store::{Item, Value};
use crate::tenant::Forgery;
use alloc::sync::Arc;

/// The changed message; nothing if there is nothing in it to change.
#[must_use]
pub fn forge(message: &Message, forgery: &Forgery) -> Option<Message> {
    match (forgery, message) {
        (Forgery::Term(term), Message::Raft(message)) => {
            let body = message.body.clone();
            Some(Message::Raft(Arc::new(raft::Message {
                term: Term(*term),
                replica: message.replica,
                to: message.to,
                body,
            })))
        }
        (Forgery::Value(value), Message::Raft(message)) => {
            let Body::Append { prev, entries, commit, acked } = &message.body else {
                return None;
            };
            let entries = entries.iter().map(|entry| match &entry.what {
                What::Command(command) => {
                    let acts = command.acts.iter().map(|act| forged(act, value)).collect();
                    let command = Command::new(command.session, command.seq, acts);
                    Entry::new(entry.term, What::Command(Arc::new(command)))
                }
                What::Nothing | What::Members(_) => entry.clone(),
            });
            let (prev, commit, acked) = (*prev, *commit, *acked);
            let body = Body::Append { prev, entries: entries.collect(), commit, acked };
            Some(Message::Raft(Arc::new(raft::Message {
                term: message.term,
                replica: message.replica,
                to: message.to,
                body,
            })))
        }
        (Forgery::Value(value), Message::ClientRequest(call)) => {
            let acts = call.acts.iter().map(|act| forged(act, value)).collect();
            Some(Message::ClientRequest(Arc::new(ClientRequest {
                acts,
                ..ClientRequest::clone(call)
            })))
        }
        (Forgery::Value(value), Message::ClientReply { op, answer, index }) => {
            let answer = answer.iter().map(|outcome| match outcome {
                Outcome::Found(item) => {
                    let value = Value::Text(value.clone());
                    Outcome::Found(Arc::new(Item { value, ..Item::clone(item) }))
                }
                other => other.clone(),
            });
            Some(Message::ClientReply { op: *op, answer: answer.collect(), index: *index })
        }
        _ => None,
    }
}

fn forged(act: &Op, value: &Arc<str>) -> Op {
    let value = act.value.as_ref().map(|_| Value::Text(value.clone()));
    Op { value, ..act.clone() }
}
