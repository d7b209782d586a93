//! What happened, in words.

use super::fact::{EventFact, Lane, What};
use super::number::{Number, Reading};
use super::raft;
use crate::base::NodeTable;
use crate::base::{NodeId, Span};
use crate::cluster::maker::Trouble;
use crate::cluster::message::Verb;
use crate::cluster::replica::Order;
use crate::cluster::survey::{Finding, Revision};
use crate::cluster::{Edit, Message, Note, Outcome, Request, Server, Task, Timer};
use crate::machine::WriteError;
use crate::raft::Refusal;
use crate::sim::{Cut, Event, Fault, Kind, Loss, NO_CAUSE, Side};
use crate::store::Value;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The word of the language for an event, and the node that it is about; nothing for the everyday.
#[must_use]
pub fn happening(event: &Event<Server>) -> Option<(&'static str, NodeId)> {
    let node = event.node;
    Some(match &event.kind {
        Kind::Noted(note) => match note {
            Note::Done(task) => match task {
                Task::Join(node, _) => ("joined", *node),
                Task::Leave(node) => ("left", *node),
                Task::Weight(node, _) => ("weighted", *node),
                Task::Replace(node) => ("replaced", *node),
                Task::Repair => ("repaired", node),
                Task::Edit(_) => ("edited", node),
            },
            Note::Began(Task::Join(node, _)) => ("joining", *node),
            Note::Began(Task::Leave(node)) => ("leaving", *node),
            Note::Streaming { .. } => ("streaming", node),
            Note::Suspected(node) => ("suspected", *node),
            Note::Back(node) => ("back", *node),
            Note::Waits { task, .. } => match task {
                Task::Join(node, _) | Task::Leave(node) | Task::Weight(node, _) => ("waits", *node),
                Task::Replace(node) => ("waits", *node),
                Task::Repair | Task::Edit(_) => ("waits", node),
            },
            Note::Answered { outcome: Outcome::Unknown, .. } => ("failed", node),
            Note::Raft(note) => (raft::word::happening(note)?, node),
            Note::Trouble(Trouble::Exhausted) => ("exhausted", node),
            Note::Trouble(Trouble::Refuses | Trouble::NoRoom) => ("refuses", node),
            Note::Trouble(Trouble::Waits) => ("waiting", node),
            _ => return None,
        },
        Kind::Fault(Fault::Crashed) => ("crashed", node),
        Kind::Fault(Fault::Halted) => ("halted", node),
        Kind::Fault(Fault::Started) => ("started", node),
        _ => return None,
    })
}

/// An event as a line.
#[must_use]
pub fn fact(event: &Event<Server>, nodes: &NodeTable) -> EventFact {
    let (lane, kind, text) = words(event, nodes);
    EventFact {
        seq: event.seq,
        at: event.at,
        node: event.node,
        place: nodes.name(event.node),
        cause: (event.cause != NO_CAUSE).then_some(event.cause),
        lane,
        what: what(event),
        kind,
        text,
    }
}

fn what(event: &Event<Server>) -> What {
    match &event.kind {
        Kind::Sent { message, .. } => What::Sent(message.form()),
        Kind::Delivered { .. } => What::Delivered,
        Kind::Lost { .. } => What::Lost,
        Kind::Rang(_) => What::Rang,
        Kind::Landed { .. } => What::Landed,
        Kind::Requested { .. } => What::Requested,
        Kind::Replied { .. } => What::Replied,
        Kind::Noted(_) => What::Noted,
        Kind::Fault(_) => What::Fault,
    }
}

fn words(event: &Event<Server>, nodes: &NodeTable) -> (Lane, &'static str, String) {
    let name = |node: NodeId| nodes.name(node);
    match &event.kind {
        Kind::Sent { to, bytes, message } => {
            let said = message_text(message, nodes);
            (Lane::Wire, "sent", format!("→ {} {said} ({bytes} B)", name(*to)))
        }
        Kind::Delivered { from } => (Lane::Wire, "delivered", format!("← {}", name(*from))),
        Kind::Lost { why } => {
            let why = match why {
                Loss::Chance => "the link lost it",
                Loss::Cut => "the link is cut",
                Loss::Down => "nobody is there",
                Loss::Dropped => "it was dropped by hand",
            };
            (Lane::Wire, "lost", format!("⇥ a message did not arrive: {why}"))
        }
        Kind::Rang(timer) => (Lane::Wire, "alarm", format!("alarm: {}", timer_text(*timer))),
        Kind::Landed { bytes } => (Lane::Wire, "landed", format!("{bytes} B are on the disk")),
        Kind::Requested { request, .. } => (Lane::Operation, "requested", request_text(request)),
        Kind::Replied { reply, .. } => (
            Lane::Wire,
            "replied",
            match reply {
                crate::cluster::Reply::Noted => String::from("understood"),
                crate::cluster::Reply::Ended(outcome) => outcome_text(outcome),
            },
        ),
        Kind::Noted(note) => note_words(note, nodes),
        Kind::Fault(fault) => (Lane::Fault, fault_kind(*fault), fault_text(*fault)),
    }
}

/// What a message says, in a line.
#[must_use]
pub fn message_text(message: &Message, nodes: &NodeTable) -> String {
    let kind = message.kind();
    match message {
        Message::Get { key, .. } => format!("{kind} {}", key.text()),
        Message::Put { item, .. } => {
            format!("{kind} {} = {}", item.key.text(), item.value.shown())
        }
        Message::Copy { item, .. } => format!("{kind} {}", item.key.text()),
        Message::Answer { found, .. } => match found {
            Some(item) => format!("{kind} {} = {}", item.key.text(), item.value.shown()),
            None => format!("{kind} null"),
        },
        Message::Refused { plan, .. } => format!("{kind}, see plan {}", plan.epoch),
        Message::Plan(plan) => match &plan.task {
            Some(task) => {
                format!(
                    "plan {}: {} ({})",
                    plan.epoch,
                    task_text(task, nodes),
                    step_text(plan.step)
                )
            }
            None => format!("plan {}", plan.epoch),
        },
        Message::Batch { batch, number, .. } => {
            format!("batch {number}: {} keys", batch.items.len())
        }
        Message::Took { number, .. } => format!("took batch {number}"),
        Message::Order(task) => format!("please: {}", task_text(task, nodes)),
        Message::Alive { epoch, .. } => format!("{kind}, plan {epoch}"),
        Message::Beat { epoch } => format!("{kind}, plan {epoch}"),
        Message::Streamed { epoch } | Message::Drained { epoch } => format!("{kind} plan {epoch}"),
        Message::Raft(message) => raft::word::message_text(message),
        Message::Call(call) => raft::word::call_text(call),
        Message::Return { answer, .. } => {
            let texts: Vec<String> = answer.iter().map(outcome_text).collect();
            texts.join(", ")
        }
        Message::Elsewhere { leader: Some(leader), .. } => format!("ask {}", nodes.name(*leader)),
        Message::Elsewhere { .. } => String::from("not here"),
        Message::Offer { keys, .. } => format!("holds {} keys of yours", keys.len()),
        Message::Lacks { missing, .. } if missing.is_empty() => String::from("has them all"),
        Message::Lacks { missing, .. } => format!("lacks {} of them", missing.len()),
        Message::Admit { .. } => String::from("let me belong"),
        Message::Release => String::from("let me go"),
        Message::Copied { .. } | Message::Hello { .. } | Message::AskPlan => String::from(kind),
    }
}

fn step_text(step: crate::cluster::Step) -> &'static str {
    match step {
        crate::cluster::Step::Idle => "nothing moves",
        crate::cluster::Step::Streaming => "streaming",
        crate::cluster::Step::Draining => "in force, draining",
        crate::cluster::Step::Settled => "settled",
    }
}

/// A change of the map, in words.
#[must_use]
pub fn task_text(task: &Task, nodes: &NodeTable) -> String {
    match task {
        Task::Join(node, _) => format!("{} joins", nodes.name(*node)),
        Task::Leave(node) => format!("{} leaves", nodes.name(*node)),
        Task::Weight(node, weight) => {
            format!("{} weighs {}.{:02}", nodes.name(*node), weight / 100, weight % 100)
        }
        Task::Replace(node) => format!("{} is replaced", nodes.name(*node)),
        Task::Repair => String::from("nodes catch up"),
        Task::Edit(edit) => edit_text(edit, nodes),
    }
}

fn edit_text(edit: &Edit, nodes: &NodeTable) -> String {
    match edit {
        Edit::Split(at) => format!("split at {at}"),
        Edit::Merge(at) => format!("merge at {at}"),
        Edit::Give(key, node) => format!("move {key} to {}", nodes.name(*node)),
    }
}

/// What a survey found, in words.
#[must_use]
pub fn finding_text(finding: &Finding) -> String {
    let share = |part: u64| {
        let millionths = (part * 1_000_000 / u64::from(finding.keys.max(1))) as i64;
        Number { millionths, unit: Reading::Share }.shown()
    };
    let moved = format!(
        "{} of {} keys move ({})",
        finding.moved,
        finding.keys,
        share(u64::from(finding.moved))
    );
    match &finding.revision {
        Revision::Start => format!("{} keys on {} nodes", finding.keys, finding.nodes.len()),
        Revision::Join(name, _) => format!("{name} comes: {moved}"),
        Revision::Leave(name) => format!("{name} goes: {moved}"),
        Revision::Weight(name, weight) => {
            format!("{name} weighs {}.{:02}: {moved}", weight / 100, weight % 100)
        }
        Revision::Split(at) => format!("split at {at}: {moved}"),
        Revision::Merge(at) => format!("merge at {at}: {moved}"),
        Revision::Give(key, name) => format!("{key} goes to {name}: {moved}"),
    }
}

fn timer_text(timer: Timer) -> &'static str {
    match timer {
        Timer::Beat => "ask who is there",
        Timer::Hello => "say hello",
        Timer::Again => "send again what was not answered",
        Timer::Next => "the next operation",
        Timer::Patience(_) => "no answer yet",
        Timer::Raft(timer) => raft::word::timer_text(timer),
    }
}

fn request_text(request: &Request) -> String {
    match request {
        Request::Get(key) => format!("get {}", key.text()),
        Request::Put(key, value) => format!("put {} {}", key.text(), value.shown()),
        Request::Work(Some(_)) => String::from("work"),
        Request::Work(None) => String::from("stop working"),
        Request::Leave => String::from("leave"),
        Request::Weight(weight) => format!("weigh {}.{:02}", weight / 100, weight % 100),
        Request::Edit(Edit::Split(at)) => format!("split at {at}"),
        Request::Edit(Edit::Merge(at)) => format!("merge at {at}"),
        Request::Edit(Edit::Give(key, _)) => format!("move {key}"),
        Request::Revise(_) => String::from("change the paper"),
        Request::Call(acts, _) => {
            let acts: Vec<String> = acts.iter().map(raft::word::act_text).collect();
            acts.join(" and ")
        }
        Request::Order(Order::Members(..)) => String::from("change the members"),
        Request::Order(Order::Transfer(_)) => String::from("hand leadership over"),
        Request::Campaign => String::from("stand for election"),
        Request::Compact => String::from("make a snapshot"),
    }
}

fn outcome_text(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Found(item) => format!("{} = {}", item.key.text(), item.value.shown()),
        Outcome::Absent => String::from("null"),
        Outcome::Written(item) => format!("{} is written", item.key.text()),
        Outcome::Differs(value) => format!("it holds {}, nothing is written", value.shown()),
        Outcome::Refused => String::from("refused, nothing is written"),
        Outcome::Unknown => String::from("no answer in time"),
    }
}

fn note_words(note: &Note, nodes: &NodeTable) -> (Lane, &'static str, String) {
    let name = |node: NodeId| nodes.name(node);
    match note {
        Note::Asked { verb, key, value, expected, .. } => {
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
        Note::Loaded(batch) => {
            (Lane::Wire, "loaded", format!("{} keys are there at the start", batch.items.len()))
        }
        Note::Stored(item) => (Lane::Wire, "stored", format!("holds {}", item.key.text())),
        Note::Took(batch) => {
            let from = name(batch.from);
            (Lane::Wire, "took", format!("took {} keys from {from}", batch.items.len()))
        }
        Note::Streaming { to, keys, bytes } => (
            Lane::Note,
            "streaming",
            format!("streams {keys} keys ({} kB) to {}", bytes / 1_000, name(*to)),
        ),
        Note::Dropped(keys) => {
            (Lane::Wire, "dropped", format!("let go of {} keys that others own", keys.len()))
        }
        Note::Began(task) => (Lane::Note, "began", format!("begins: {}", task_text(task, nodes))),
        Note::Waits { task, whom } => {
            let names: Vec<String> = whom.iter().map(|node| name(*node)).collect();
            let (task, names) = (task_text(task, nodes), names.join(", "));
            let whom = if names.is_empty() { names } else { format!(" for {names}") };
            (Lane::Note, "waits", format!("waits{whom}: {task}"))
        }
        Note::Done(task) => {
            let text = match task {
                Task::Join(node, _) => format!("{} has joined", name(*node)),
                Task::Leave(node) => format!("{} has left", name(*node)),
                Task::Weight(node, _) => format!("{} has its new weight", name(*node)),
                Task::Replace(node) => format!("the copies of {} are rebuilt", name(*node)),
                Task::Repair => String::from("nodes that were away have caught up"),
                Task::Edit(edit) => format!("done: {}", edit_text(edit, nodes)),
            };
            (Lane::Note, "done", text)
        }
        Note::Suspected(node) => {
            (Lane::Note, "suspected", format!("{} does not answer: given up for now", name(*node)))
        }
        Note::Back(node) => (Lane::Note, "back", format!("{} answers again", name(*node))),
        Note::Surveyed(finding) => (Lane::Note, "surveyed", finding_text(finding)),
        Note::Explained { tree, .. } => (Lane::Note, "explained", String::from(tree.trim_end())),
        Note::Made(made) => {
            let text = match made.ids.as_slice() {
                [] => format!("made no id: {} refused, {} wait", made.refused, made.waits),
                [id] => format!("made {}", made.kind.text(*id)),
                [first, .., last] => format!(
                    "made {} ids, {} to {}",
                    made.ids.len(),
                    made.kind.text(*first),
                    made.kind.text(*last)
                ),
            };
            (Lane::Wire, "made", text)
        }
        Note::Trouble(trouble) => {
            let (kind, text) = match trouble {
                Trouble::Exhausted => ("exhausted", "has given every id of this millisecond"),
                Trouble::Waits => ("waiting", "its clock went back: it waits"),
                Trouble::Refuses => ("refuses", "its clock went back: it refuses"),
                Trouble::NoRoom => ("refuses", "this kind of id has no room for it"),
            };
            (Lane::Note, kind, String::from(text))
        }
        Note::Raft(note) => raft::word::note_words(note, nodes),
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
        Note::Said(text) => (Lane::Note, "said", String::from(&**text)),
        Note::Stopped => (Lane::Note, "stopped", String::from("the run was stopped here")),
    }
}

/// Who cannot reach whom any more.
#[must_use]
pub fn cut_text(cut: &Cut, nodes: &NodeTable) -> String {
    const NAMED: usize = 4;
    let named = |side: &Side| match side {
        Side::AllBut(_) => String::from("the others"),
        Side::These(some) if some.len() > NAMED => format!("{} nodes", some.len()),
        Side::These(some) => {
            let names: Vec<String> = some.iter().map(|node| nodes.name(*node)).collect();
            names.join(" ")
        }
    };
    let (left, right) = (named(&cut.left), named(&cut.right));
    match (&cut.left, &cut.right, cut.one_way) {
        (_, _, true) => format!("cut: nothing from {left} to {right}"),
        (Side::These(_), Side::AllBut(_), false) => format!("cut off: {left}"),
        (Side::AllBut(_), Side::These(_), false) => format!("cut off: {right}"),
        _ => format!("cut apart: {left} | {right}"),
    }
}

fn fault_kind(fault: Fault) -> &'static str {
    match fault {
        Fault::Started => "started",
        Fault::Crashed => "crashed",
        Fault::Paused => "paused",
        Fault::Resumed => "resumed",
        Fault::Wiped => "wiped",
        Fault::Corrupted => "corrupted",
        Fault::Loosened => "loosened",
        Fault::Torn { .. } => "torn",
        Fault::WriteFailed(_) => "write-failed",
        Fault::Halted => "halted",
        Fault::Unsynced { .. } => "unsynced",
        Fault::ClockMoved { .. } => "skewed",
        Fault::ClockRate { .. } => "drifting",
        Fault::Cut { .. } => "cut",
        Fault::Healed => "healed",
        Fault::Network => "network",
        Fault::Disk => "disk",
        Fault::Delayed { .. } => "delayed",
        Fault::Doubled => "doubled",
        Fault::Edited => "edited",
        Fault::Work => "work",
    }
}

fn fault_text(fault: Fault) -> String {
    String::from(match fault {
        Fault::Started => "starts",
        Fault::Crashed => "crashes",
        Fault::Paused => "stands still",
        Fault::Resumed => "goes on",
        Fault::Wiped => "has an empty disk",
        Fault::Corrupted => "a record on its disk is damaged",
        Fault::Loosened => "the next crash leaves any of the writes under way, whole or torn",
        Fault::Torn { lost, kept, torn } => {
            let count = |count: u32, what: &str| (count > 0).then(|| format!("{count} {what}"));
            let parts = [count(lost, "lost"), count(kept, "whole"), count(torn, "torn")];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            return format!("of the writes under way: {}", parts.join(", "));
        }
        Fault::WriteFailed(WriteError::Full) => "a write failed: the disk is full",
        Fault::WriteFailed(WriteError::Failed) => "a write failed with an error of the disk",
        Fault::Halted => "stops its process: it cannot know what its disk holds",
        Fault::Unsynced { writes } => {
            return format!("the crash took {writes} writes that the disk had called safe");
        }
        Fault::ClockMoved { by } => {
            let sign = if by < 0 { "-" } else { "" };
            return format!("its wall clock jumps by {sign}{}", Span(by.unsigned_abs()));
        }
        Fault::ClockRate { drift } => return format!("its clock runs {drift} millionths fast"),
        Fault::Cut { .. } => "the network is cut",
        Fault::Healed => "the network is whole again",
        Fault::Network => "links behave differently",
        Fault::Disk => "the disk behaves differently",
        Fault::Delayed { by } => {
            return format!("a message on its way here is put off by {}", Span(by));
        }
        Fault::Doubled => "a message on its way here will arrive twice",
        Fault::Edited => {
            "a message on its way here was edited: outside the fault model from now on"
        }
        Fault::Work => "works at another cost",
    })
}
