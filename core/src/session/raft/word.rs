//! What happens in a replicated store, in words.

use super::super::fact::Lane;
use super::fact::role_word;
use crate::base::NodeId;
use crate::base::NodeTable;
use crate::cluster::kv::{Act, Kv};
use crate::cluster::message::{Call, Verb};
use crate::raft::{Body, Index, Membership, Message, Note, Role, Timer};
use crate::store::Value;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// An act as a client would write it.
#[must_use]
pub fn act_text(act: &Act) -> String {
    let mut text = format!("{} {}", act.verb.word(), act.key.text());
    let values = act.expected.iter().chain(&act.value);
    for value in values.filter(|_| act.verb != Verb::Delete) {
        text.push(' ');
        text.push_str(match value {
            Value::Gone => "null",
            Value::Text(value) => value,
            Value::Filler { .. } => "…",
        });
    }
    text
}

/// A call as its client would write it.
#[must_use]
pub fn call_text(call: &Call) -> String {
    let acts: Vec<String> = call.acts.iter().map(act_text).collect();
    let mut text = acts.join(" and ");
    if let Some(reading) = call.reading {
        text.push_str(" by ");
        text.push_str(reading.word());
    }
    text
}

fn list(some: &[NodeId], nodes: &NodeTable) -> String {
    let names: Vec<String> = some.iter().map(|node| nodes.name(*node)).collect();
    if names.is_empty() { String::from("nobody") } else { names.join(" ") }
}

/// Members as a line.
#[must_use]
pub fn members_text(members: &Membership, nodes: &NodeTable) -> String {
    let mut text = list(&members.voters, nodes);
    if members.is_joint() {
        text = format!("{text} together with {}", list(&members.outgoing, nodes));
    }
    let learners: Vec<NodeId> =
        members.learners.iter().chain(&members.learners_next).copied().collect();
    if !learners.is_empty() {
        text = format!("{text}, learning: {}", list(&learners, nodes));
    }
    text
}

/// What a message between replicas says.
#[must_use]
pub fn message_text(message: &Message<Kv>) -> String {
    let term = message.term.0;
    match &message.body {
        Body::RequestVote { pre: true, last, .. } => {
            format!("would you vote for me in term {term}? my log ends at {last}")
        }
        Body::RequestVote { last, forced, .. } => {
            let why = if *forced { ", the leader wants it" } else { "" };
            format!("vote for me in term {term}{why}: my log ends at {last}")
        }
        Body::Vote { granted: true, pre } => {
            format!("{} in term {term}", if *pre { "I would" } else { "you have my vote" })
        }
        Body::Vote { .. } => format!("no, my term is {term}"),
        Body::Append { prev, entries, commit, .. } => match entries.len() {
            0 => format!("do you hold {prev}? term {term}, committed {}", commit.0),
            count => {
                let first = prev.index.0 + 1;
                let upto = prev.index.0 + count as u64;
                let which = if count == 1 {
                    format!("entry {first}")
                } else {
                    format!("entries {first} to {upto}")
                };
                format!("append {which} behind {prev}, term {term}, committed {}", commit.0)
            }
        },
        Body::Appended { upto } => format!("I hold everything up to {}", upto.0),
        Body::Rejected { hint, .. } => {
            format!("I do not hold that; we may agree up to {hint}, my term is {term}")
        }
        Body::Forgotten { upto: Index(0), .. } => String::from("you lost what you acknowledged"),
        Body::Forgotten { upto, .. } => {
            format!("you acknowledged all up to {} and do not hold it: you lost it", upto.0)
        }
        Body::Heartbeat { commit, round: 0, .. } => {
            format!("committed up to {}, term {term}", commit.0)
        }
        Body::Heartbeat { commit, round, .. } => {
            format!("I lead term {term} (round {round}), committed {}", commit.0)
        }
        Body::HeartbeatReply { round } => format!("you do (round {round})"),
        Body::InstallSnapshot { mark, offset, bytes, whole } => {
            let end = if whole.is_some() { ", the last piece" } else { "" };
            format!("snapshot of {mark}: {bytes} B from {offset}{end}")
        }
        Body::SnapshotTaken { index, offset, .. } => {
            format!("I have {offset} B of the snapshot of {}", index.0)
        }
        Body::TimeoutNow => String::from("stand for election now"),
        Body::ReadIndex { .. } => String::from("how far must I be to answer a read?"),
        Body::ReadIndexReply { index: Some(index), .. } => format!("up to {}", index.0),
        Body::ReadIndexReply { index: None, .. } => String::from("I cannot say, I do not lead"),
    }
}

/// An alarm of a replica's log.
#[must_use]
pub fn timer_text(timer: Timer) -> &'static str {
    match timer {
        Timer::Election => "no leader was heard",
        Timer::Heartbeat => "time for a heartbeat",
        Timer::Quorum => "count who was heard",
        Timer::Transfer => "the hand-over takes too long",
        Timer::Stored(_) => "a write has landed",
    }
}

/// What a replica's log lets be seen.
#[must_use]
pub fn note_words(note: &Note<Kv>, nodes: &NodeTable) -> (Lane, &'static str, String) {
    let name = |node: NodeId| nodes.name(node);
    match note {
        Note::Became { role, term, last } => {
            let lane = if *role == Role::Follower { Lane::Wire } else { Lane::Note };
            let text = match role {
                Role::Leader => format!("leads term {}, its log ends at {last}", term.0),
                Role::Candidate => format!("stands for election in term {}", term.0),
                Role::PreCandidate => format!("asks whether it would win term {}", term.0 + 1),
                Role::Follower => format!("follows in term {}", term.0),
            };
            (lane, role_word(*role), text)
        }
        Note::Voted { to, term } => {
            (Lane::Wire, "voted", format!("votes for {} in term {}", name(*to), term.0))
        }
        Note::Appended { after, entries } => {
            let text = match entries.len() {
                1 => format!("entry {} is in its log", after.0 + 1),
                count => {
                    format!("entries {} to {} are in its log", after.0 + 1, after.0 + count as u64)
                }
            };
            (Lane::Wire, "appended", text)
        }
        Note::Truncated { after } => {
            (Lane::Note, "truncated", format!("cuts off what stood behind entry {}", after.0))
        }
        Note::Committed { upto, .. } => {
            (Lane::Wire, "committed", format!("knows everything up to {} committed", upto.0))
        }
        Note::Compacted { mark, bytes } => (
            Lane::Note,
            "compacted",
            format!("a snapshot of {bytes} B stands for the log up to {mark}"),
        ),
        Note::Installed { mark, .. } => {
            (Lane::Note, "installed", format!("begins anew from the leader's snapshot of {mark}"))
        }
        Note::Members { members, index } => (
            Lane::Note,
            "members",
            format!("from entry {} on: {}", index.0, members_text(members, nodes)),
        ),
        Note::Transferring { to } => {
            (Lane::Note, "transferring", format!("hands leadership to {}", name(*to)))
        }
        Note::TransferEnded => {
            (Lane::Note, "kept", String::from("gives the hand-over up and leads on"))
        }
        Note::QuorumLost { term } => (
            Lane::Note,
            "stepped-down",
            format!("heard no majority: it leads term {} no more", term.0),
        ),
        Note::DiskLost { last, .. } => (
            Lane::Note,
            "disk-lost",
            format!(
                "lost what it had acknowledged (its log ends at {last}): it neither votes nor counts until it is let in again"
            ),
        ),
        Note::Forgot { node, upto: Index(0) } => {
            (Lane::Note, "forgot", format!("learns that {} has lost its disk", name(*node)))
        }
        Note::Forgot { node, upto } => (
            Lane::Note,
            "forgot",
            format!(
                "learns that {} lost entries up to {} that it had acknowledged",
                name(*node),
                upto.0
            ),
        ),
        Note::SnapshotSent { to, mark, bytes } => (
            Lane::Note,
            "sends-snapshot",
            format!("sends {} its snapshot of {mark} ({bytes} B)", name(*to)),
        ),
    }
}

/// The word of the language for what a replica's log lets be seen.
#[must_use]
pub fn happening(note: &Note<Kv>) -> Option<&'static str> {
    Some(match note {
        Note::Became { role: Role::Leader, .. } => "leader",
        Note::Became { role: Role::Candidate, .. } => "candidate",
        Note::Became { role: Role::Follower, .. } => "follower",
        Note::Truncated { .. } => "truncated",
        Note::Compacted { .. } => "compacted",
        Note::Installed { .. } => "installed",
        Note::Members { .. } => "members",
        Note::DiskLost { .. } => "disk-lost",
        _ => return None,
    })
}
