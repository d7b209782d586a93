//! Why an entry is committed: from its proposal to the last node that applied it, from the trace.

use super::{Message, Note};
use crate::base::{NodeId, NodeTable};
use crate::raft::{self, Body, Role};
use crate::sim::{Event, Kind, Trace};
use crate::tenant::{Message as AnyMessage, Note as AnyNote, Past, Process, Step};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// A story has at most so many steps.
const STEPS_MAX: usize = 120;

/// The steps of the entry at a place with a term, in a cluster: proposed, in which logs it stands,
/// who confirmed it, who knew it to be committed, who cut it off, who applied it.
#[must_use]
pub fn entry(Past { trace, nodes }: Past<'_>, cluster: usize, index: u64, term: u32) -> Vec<Step> {
    let mut story = Story { nodes, index, term, ..Story::new(nodes) };
    let mut steps = Vec::new();
    let mut terms: Vec<(NodeId, u32)> = Vec::new();
    for event in trace.since(0) {
        if steps.len() >= STEPS_MAX {
            break;
        }
        if nodes.get(event.node).is_none_or(|actor| actor.cluster != cluster) {
            continue;
        }
        if let Kind::Noted(AnyNote::Replicated(Note::Raft(raft::Note::Became {
            role: Role::Leader,
            term,
            ..
        }))) = &event.kind
        {
            terms.retain(|(node, _)| *node != event.node);
            terms.push((event.node, term.0));
        }
        let leads = terms.iter().any(|(node, of)| *node == event.node && *of == story.term);
        if let Some(text) = story.step(event, trace, leads) {
            steps.push(Step { seq: event.seq, text });
        }
    }
    steps
}

struct Story<'a> {
    nodes: &'a NodeTable,
    index: u64,
    term: u32,
    /// Nodes in whose logs the entry stands.
    holders: Vec<NodeId>,
    /// Nodes that have told the leader so.
    confirmed: Vec<NodeId>,
    /// Nodes that know that it is committed.
    knowing: Vec<NodeId>,
    /// Nodes whose stores have it.
    applied: Vec<NodeId>,
}

impl<'a> Story<'a> {
    fn new(nodes: &'a NodeTable) -> Self {
        let none = Vec::new;
        Self {
            nodes,
            index: 0,
            term: 0,
            holders: none(),
            confirmed: none(),
            knowing: none(),
            applied: none(),
        }
    }

    /// The words of an event, if it is a step of the story.
    fn step(
        &mut self,
        event: &Event<Process>,
        trace: &Trace<Process>,
        leads: bool,
    ) -> Option<String> {
        let node = event.node;
        let holds = self.holders.contains(&node);
        match &event.kind {
            Kind::Noted(AnyNote::Replicated(Note::Raft(raft::Note::Appended {
                after,
                entries,
            }))) => {
                let place = self.index.checked_sub(after.0 + 1)?;
                let entry = entries.get(usize::try_from(place).ok()?)?;
                if entry.term.0 != self.term {
                    self.holders.retain(|other| *other != node);
                    return holds.then(|| String::from("holds another entry in its place"));
                }
                if holds {
                    return None;
                }
                let first = self.holders.is_empty();
                self.holders.push(node);
                Some(String::from(match first {
                    true => "proposes it, as the leader of its term",
                    false => "has it in its log",
                }))
            }
            Kind::Noted(AnyNote::Replicated(Note::Raft(raft::Note::Truncated { after })))
                if holds =>
            {
                (after.0 < self.index).then(|| {
                    self.holders.retain(|other| *other != node);
                    String::from("cuts it off its log")
                })
            }
            Kind::Noted(AnyNote::Replicated(Note::Raft(raft::Note::Committed {
                upto, ..
            }))) => {
                if !holds || upto.0 < self.index || self.knowing.contains(&node) {
                    return None;
                }
                self.knowing.push(node);
                let with = match upto.0 - self.index {
                    0 => String::new(),
                    more => format!(", with {more} behind it"),
                };
                Some(match leads {
                    true => format!("commits it{with}: a majority has it on disk"),
                    false => format!("learns that it is committed{with}"),
                })
            }
            Kind::Noted(AnyNote::Replicated(Note::Applied { index, again, .. }))
                if index.0 == self.index && holds =>
            {
                let before = self.applied.contains(&node);
                self.applied.push(node);
                Some(String::from(match (again, before) {
                    (true, _) => "passes over it: done before",
                    (false, true) => "applies it anew, after a restart",
                    (false, false) => "applies it",
                }))
            }
            Kind::Delivered { from } if leads && !self.confirmed.contains(from) => {
                let Kind::Sent { message: AnyMessage::Replicated(Message::Raft(message)), .. } =
                    &trace.get(event.cause)?.kind
                else {
                    return None;
                };
                let Body::Appended { upto } = message.body else { return None };
                if upto.0 < self.index || !self.holders.contains(from) {
                    return None;
                }
                self.confirmed.push(*from);
                Some(format!("hears that {} has it on its disk", self.nodes.name(*from)))
            }
            _ => None,
        }
    }
}
