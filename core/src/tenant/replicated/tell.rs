//! What happens in a replicated store, in words.

use super::kv::Kv;
use super::message::{ClientRequest, Message, Note, Request, Timer, Verb};
use super::replica::Order;
use crate::base::told::{Lane, Mark, Told};
use crate::base::{NodeId, NodeTable};
use crate::client::Op;
use crate::client::tell::outcome_text;
use crate::raft::{self, Body, Index, Membership, Refusal, Role};
use crate::store::Value;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// An act as a client would write it.
#[must_use]
pub fn act_text(act: &Op) -> String {
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
pub fn call_text(call: &ClientRequest) -> String {
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
fn raft_message(message: &raft::Message<Kv>) -> String {
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
        Body::Forgotten => String::from("you lost what you acknowledged"),
        Body::Heartbeat { commit, round: 0, .. } => {
            format!("committed up to {}, term {term}", commit.index.0)
        }
        Body::Heartbeat { commit, round, .. } => {
            format!("I lead term {term} (round {round}), committed {}", commit.index.0)
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
fn raft_timer(timer: raft::Timer) -> &'static str {
    match timer {
        raft::Timer::Election => "no leader was heard",
        raft::Timer::Heartbeat => "time for a heartbeat",
        raft::Timer::Quorum => "count who was heard",
        raft::Timer::Transfer => "the hand-over takes too long",
        raft::Timer::Stored(_) => "a write has landed",
    }
}

/// Trace annotations of a replica's log.
fn raft_note(note: &raft::Note<Kv>, nodes: &NodeTable) -> (Lane, &'static str, String) {
    let name = |node: NodeId| nodes.name(node);
    match note {
        raft::Note::Became { role, term, last } => {
            let lane = if *role == Role::Follower { Lane::Wire } else { Lane::Note };
            let text = match role {
                Role::Leader => format!("leads term {}, its log ends at {last}", term.0),
                Role::Candidate => format!("stands for election in term {}", term.0),
                Role::PreCandidate => format!("asks whether it would win term {}", term.0 + 1),
                Role::Follower => format!("follows in term {}", term.0),
            };
            (lane, role.word(), text)
        }
        raft::Note::Voted { to, term, .. } => {
            (Lane::Wire, "voted", format!("votes for {} in term {}", name(*to), term.0))
        }
        raft::Note::Appended { after, entries } => {
            let text = match entries.len() {
                1 => format!("entry {} is in its log", after.0 + 1),
                count => {
                    format!("entries {} to {} are in its log", after.0 + 1, after.0 + count as u64)
                }
            };
            (Lane::Wire, "appended", text)
        }
        raft::Note::Truncated { after } => {
            (Lane::Note, "truncated", format!("cuts off what stood behind entry {}", after.0))
        }
        raft::Note::Committed { upto, .. } => {
            (Lane::Wire, "committed", format!("knows everything up to {} committed", upto.0))
        }
        raft::Note::Compacted { mark, bytes } => (
            Lane::Note,
            "compacted",
            format!("a snapshot of {bytes} B stands for the log up to {mark}"),
        ),
        raft::Note::Installed { mark, .. } => {
            (Lane::Note, "installed", format!("begins anew from the leader's snapshot of {mark}"))
        }
        raft::Note::Members { members, index } => (
            Lane::Note,
            "members",
            format!("from entry {} on: {}", index.0, members_text(members, nodes)),
        ),
        raft::Note::Transferring { to } => {
            (Lane::Note, "transferring", format!("hands leadership to {}", name(*to)))
        }
        raft::Note::TransferEnded => {
            (Lane::Note, "kept", String::from("gives the hand-over up and leads on"))
        }
        raft::Note::QuorumLost { term } => (
            Lane::Note,
            "stepped-down",
            format!("heard no majority: it leads term {} no more", term.0),
        ),
        raft::Note::DiskLost { last, .. } => (
            Lane::Note,
            "disk-lost",
            format!(
                "lost what it had acknowledged (its log ends at {last}): it neither votes nor counts until it is let in again"
            ),
        ),
        raft::Note::Forgot { node, upto: Index(0) } => {
            (Lane::Note, "forgot", format!("learns that {} has lost its disk", name(*node)))
        }
        raft::Note::Forgot { node, upto } => (
            Lane::Note,
            "forgot",
            format!(
                "learns that {} lost entries up to {} that it had acknowledged",
                name(*node),
                upto.0
            ),
        ),
        raft::Note::AtOdds { after } => (
            Lane::Note,
            "at-odds",
            format!(
                "knows entry {} to be committed, and its leader holds another there: it stops",
                after.0 + 1
            ),
        ),
        raft::Note::SnapshotSent { to, mark, bytes } => (
            Lane::Note,
            "sends-snapshot",
            format!("sends {} its snapshot of {mark} ({bytes} B)", name(*to)),
        ),
    }
}

/// The event of the language that a note of a replica's log is.
fn raft_happening(note: &raft::Note<Kv>) -> Option<&'static str> {
    Some(match note {
        raft::Note::Became { role: Role::Leader, .. } => "leader",
        raft::Note::Became { role: Role::Candidate, .. } => "candidate",
        raft::Note::Became { role: Role::Follower, .. } => "follower",
        raft::Note::Truncated { .. } => "truncated",
        raft::Note::Compacted { .. } => "compacted",
        raft::Note::Installed { .. } => "installed",
        raft::Note::Members { .. } => "members",
        raft::Note::DiskLost { .. } => "disk-lost",
        _ => return None,
    })
}

/// What a message says, in a line.
#[must_use]
pub fn message(message: &Message, nodes: &NodeTable) -> String {
    match message {
        Message::Raft(message) => raft_message(message),
        Message::ClientRequest(call) => call_text(call),
        Message::ClientReply { answer, .. } => {
            let texts: Vec<String> = answer.iter().map(outcome_text).collect();
            texts.join(", ")
        }
        Message::NotLeader { leader: Some(leader), .. } => format!("ask {}", nodes.name(*leader)),
        Message::NotLeader { leader: None, .. } => String::from("not here"),
        Message::Admit { .. } => String::from("let me belong"),
        Message::Release => String::from("let me go"),
    }
}

/// What an alarm is for.
#[must_use]
pub fn timer(timer: Timer) -> &'static str {
    match timer {
        Timer::Hello => "say hello",
        Timer::Again => "send again what was not answered",
        Timer::Next => "the next operation",
        Timer::Timeout(_) => "no answer yet",
        Timer::Raft(timer) => raft_timer(timer),
    }
}

/// What somebody outside wants.
#[must_use]
pub fn request(request: &Request) -> String {
    match request {
        Request::Get(key) => format!("get {}", key.text()),
        Request::Put(key, value) => format!("put {} {}", key.text(), value.shown()),
        Request::Work(Some(_)) => String::from("work"),
        Request::Work(None) => String::from("stop working"),
        Request::Leave => String::from("leave"),
        Request::Call(acts, _) => {
            let acts: Vec<String> = acts.iter().map(act_text).collect();
            acts.join(" and ")
        }
        Request::Order(Order::Members(..)) => String::from("change the members"),
        Request::Order(Order::Transfer(_)) => String::from("hand leadership over"),
        Request::Campaign => String::from("stand for election"),
        Request::Compact => String::from("make a snapshot"),
    }
}

/// Trace annotations of a replica.
#[must_use]
pub fn note(note: &Note, nodes: &NodeTable) -> Told {
    let (lane, kind, text) = match note {
        Note::Raft(note) => raft_note(note, nodes),
        Note::Applied { index, again, .. } => {
            let text = match again {
                true => format!("entry {} was applied before: nothing is done", index.0),
                false => format!("entry {} is applied", index.0),
            };
            (Lane::Wire, "applied", text)
        }
        Note::Restored { index, items, .. } => (
            Lane::Wire,
            "restored",
            format!("its store is as of entry {}: {} keys", index.0, items.len()),
        ),
        Note::Refused(why) => {
            let why = match why {
                Refusal::Members(why) => why.words(),
                Refusal::NotVoter => "that node has no vote, so it cannot lead",
                Refusal::Transferring => "the lead was being handed over all the time",
                Refusal::NotLeader(_) => "it does not lead",
                Refusal::Busy | Refusal::Full => "other changes were under way all the time",
            };
            (Lane::Note, "refused", format!("does not do it: {why}"))
        }
        Note::TooStale { .. } => {
            (Lane::Wire, "too-stale", String::from("is too far behind to answer"))
        }
    };
    Told::new(lane, kind, text)
}

/// The event of the language that a note of a replica is, and the node that it is about.
#[must_use]
pub fn happening(note: &Note, node: NodeId) -> Option<(&'static str, NodeId)> {
    match note {
        Note::Raft(note) => raft_happening(note).map(|word| (word, node)),
        Note::Applied { .. } | Note::Restored { .. } | Note::TooStale { .. } | Note::Refused(_) => {
            None
        }
    }
}

/// Whether it is a mark on the timeline.
#[must_use]
pub fn mark(note: &Note) -> Mark {
    match note {
        // That somebody follows is the usual, unless it led until now.
        Note::Raft(raft::Note::Became { role: Role::Follower, .. }) => Mark::IfLed,
        Note::Raft(raft::Note::Transferring { .. }) | Note::Refused(_) => Mark::Placed,
        Note::Raft(note) if raft_happening(note).is_some() => Mark::Placed,
        Note::Raft(_) | Note::Applied { .. } | Note::Restored { .. } | Note::TooStale { .. } => {
            Mark::Quiet
        }
    }
}
