//! Why a read was stale: the write that it missed, and the node that answered without it.

use super::Note;
use crate::base::NodeId;
use crate::client::{self, Outcome, Verb};
use crate::sim::{Event, Kind, NO_CAUSE, Trace};
use crate::store::{Item, Key, Version};
use crate::tenant::{Note as AnyNote, Past, Process, Step};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The steps that led to a stale answer; nothing if the event is no answer, or not a stale one.
#[must_use]
pub fn read(past: Past<'_>, seq: u32) -> Vec<Step> {
    story(past, seq).unwrap_or_default()
}

fn story(Past { trace, nodes }: Past<'_>, seq: u32) -> Option<Vec<Step>> {
    let answer = trace.get(seq)?;
    let Kind::Noted(AnyNote::Client(client::Note::Answered { op, outcome })) = &answer.kind else {
        return None;
    };
    let (asked, key) = asked(trace, answer.node, *op, seq)?;
    let seen = match outcome {
        Outcome::Found(item) => item.version,
        Outcome::Absent => Version(0),
        _ => return None,
    };
    let cluster = nodes.get(answer.node)?.cluster;
    let inside = |node: NodeId| nodes.get(node).is_some_and(|actor| actor.cluster == cluster);
    let (told, item) = newest(trace, &key, asked.seq, &inside)?;
    if item.version <= seen {
        return None;
    }
    let server = answered_by(trace, answer)?;
    let applies = |event: &&Event<Process>| match &event.kind {
        Kind::Noted(AnyNote::Replicated(Note::Applied { items, .. })) => {
            inside(event.node)
                && items.iter().any(|one| one.key == key && one.version >= item.version)
        }
        _ => false,
    };
    let first = trace.since(0).find(applies);
    let late = trace.since(0).filter(applies).find(|event| event.node == server.node);
    let mut steps = Vec::new();
    let mut add = |event: &Event<Process>, text: String| {
        steps.push(Step { seq: event.seq, text });
    };
    if let Some(first) = first {
        add(first, format!("applies the write of {} = {}", key.text(), item.value.shown()));
    }
    add(told, format!("hears that {} = {} is written", key.text(), item.value.shown()));
    add(asked, format!("asks for {}, after that", key.text()));
    let missing = match late {
        Some(late) if late.seq < server.seq => "answers, though it has applied the write",
        _ => "answers from its own store, where the write is not applied",
    };
    add(server, String::from(missing));
    let shown = match outcome {
        Outcome::Found(item) => item.value.shown(),
        _ => String::from("nothing"),
    };
    add(answer, format!("takes the old {shown} for the truth"));
    if let Some(late) = late.filter(|late| late.seq > server.seq) {
        add(late, String::from("applies the write only now"));
    }
    Some(steps)
}

/// The event with which a client began an operation, and the key that it reads.
fn asked(
    trace: &Trace<Process>,
    client: NodeId,
    op: u32,
    before: u32,
) -> Option<(&Event<Process>, Key)> {
    let events = trace.since(0).take_while(|event| event.seq < before);
    let asked = events.filter(|event| event.node == client).filter_map(|event| match &event.kind {
        Kind::Noted(AnyNote::Client(client::Note::Asked(asked)))
            if asked.op == op && asked.verb == Verb::Get =>
        {
            Some((event, asked.key.clone()))
        }
        _ => None,
    });
    asked.last()
}

/// The newest write to a key that was acknowledged before an event.
fn newest<'t>(
    trace: &'t Trace<Process>,
    key: &Key,
    before: u32,
    inside: &impl Fn(NodeId) -> bool,
) -> Option<(&'t Event<Process>, &'t Item)> {
    let events = trace.since(0).take_while(|event| event.seq < before);
    let written = events.filter_map(|event| match &event.kind {
        Kind::Noted(AnyNote::Client(client::Note::Answered {
            outcome: Outcome::Written(item),
            ..
        })) if item.key == *key && inside(event.node) => Some((event, &**item)),
        _ => None,
    });
    written.max_by_key(|(_, item)| item.version)
}

/// The event with which a replica sent the answer that a client noted.
fn answered_by<'t>(
    trace: &'t Trace<Process>,
    answer: &Event<Process>,
) -> Option<&'t Event<Process>> {
    let mut next = answer.cause;
    while next != NO_CAUSE {
        let event = trace.get(next)?;
        if matches!(event.kind, Kind::Sent { .. }) && event.node != answer.node {
            return Some(event);
        }
        next = event.cause;
    }
    None
}
