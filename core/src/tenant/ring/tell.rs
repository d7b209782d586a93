//! What happens in a ring, in words.

use super::map::{Edit, Step, Task};
use super::message::{Message, Note, Request, Timer};
use crate::base::told::{Lane, Mark, Told};
use crate::base::{NodeId, NodeTable};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What a message says, in a line.
#[must_use]
pub fn message(message: &Message, nodes: &NodeTable) -> String {
    let kind = message.kind();
    match message {
        Message::Get { key, .. } => format!("{kind} {}", key.text()),
        Message::Put { item, .. } => {
            format!("{kind} {} = {}", item.key.text(), item.value.shown())
        }
        Message::Replicate { item, .. } => format!("{kind} {}", item.key.text()),
        Message::Answer { found, .. } => match found {
            Some(item) => format!("{kind} {} = {}", item.key.text(), item.value.shown()),
            None => format!("{kind} null"),
        },
        Message::Refused { plan, .. } => format!("{kind}, see plan {}", plan.epoch),
        Message::ClusterMap(plan) => match &plan.task {
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
        Message::BatchAck { number, .. } => format!("took batch {number}"),
        Message::Order(task) => format!("please: {}", task_text(task, nodes)),
        Message::HeartbeatAck { epoch, .. } => format!("{kind}, plan {epoch}"),
        Message::Heartbeat { epoch } => format!("{kind}, plan {epoch}"),
        Message::Streamed { epoch } | Message::Drained { epoch } => format!("{kind} plan {epoch}"),
        Message::Offer { keys, .. } => format!("holds {} keys of yours", keys.len()),
        Message::Lacks { missing, .. } if missing.is_empty() => String::from("has them all"),
        Message::Lacks { missing, .. } => format!("lacks {} of them", missing.len()),
        Message::ReplicateAck { .. } | Message::Hello(_) | Message::AskPlan => String::from(kind),
    }
}

fn step_text(step: Step) -> &'static str {
    match step {
        Step::Idle => "nothing moves",
        Step::Streaming => "streaming",
        Step::Draining => "in force, draining",
        Step::Settled => "settled",
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

/// What an alarm is for.
#[must_use]
pub fn timer(timer: Timer) -> &'static str {
    match timer {
        Timer::Heartbeat => "ask who is there",
        Timer::Hello => "say hello",
        Timer::Again => "send again what was not answered",
        Timer::Next => "the next operation",
        Timer::Timeout(_) => "no answer yet",
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
        Request::Change(Task::Leave(_)) => String::from("let it leave once it can"),
        Request::Change(_) => String::from("see to it once it can be"),
        Request::Leave => String::from("leave"),
        Request::Weight(weight) => format!("weigh {}.{:02}", weight / 100, weight % 100),
        Request::Edit(Edit::Split(at)) => format!("split at {at}"),
        Request::Edit(Edit::Merge(at)) => format!("merge at {at}"),
        Request::Edit(Edit::Give(key, _)) => format!("move {key}"),
    }
}

/// Trace annotations of a machine.
#[must_use]
pub fn note(note: &Note, nodes: &NodeTable) -> Told {
    let name = |node: NodeId| nodes.name(node);
    let (lane, kind, text) = match note {
        Note::Stored(item) => (Lane::Wire, "stored", format!("holds {}", item.key.text())),
        Note::BatchStored(batch) => {
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
    };
    Told::new(lane, kind, text)
}

/// The event of the language that a note of a machine is, and the node that it is about.
#[must_use]
pub fn happening(note: &Note, node: NodeId) -> Option<(&'static str, NodeId)> {
    Some(match note {
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
        Note::Waits { task, .. } => match &**task {
            Task::Join(node, _) | Task::Leave(node) | Task::Weight(node, _) => ("waits", *node),
            Task::Replace(node) => ("waits", *node),
            Task::Repair | Task::Edit(_) => ("waits", node),
        },
        Note::Began(Task::Weight(..) | Task::Replace(_) | Task::Repair | Task::Edit(_))
        | Note::Stored(_)
        | Note::BatchStored(_)
        | Note::Dropped(_) => return None,
    })
}

/// Whether it is a mark on the timeline.
#[must_use]
pub fn mark(note: &Note) -> Mark {
    match note {
        Note::Done(_)
        | Note::Began(Task::Join(..) | Task::Leave(_))
        | Note::Suspected(_)
        | Note::Back(_)
        | Note::Waits { .. } => Mark::Plain,
        Note::Began(Task::Weight(..) | Task::Replace(_) | Task::Repair | Task::Edit(_))
        | Note::Streaming { .. }
        | Note::Stored(_)
        | Note::BatchStored(_)
        | Note::Dropped(_) => Mark::Quiet,
    }
}
