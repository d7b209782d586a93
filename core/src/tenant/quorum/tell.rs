//! What happens in a quorum store, in words.

use super::message::{Message, Note, Request, Timer, Why};
use super::record::{Cells, Record};
use crate::base::told::{Lane, Mark, Told};
use crate::base::{NodeId, NodeTable};
use crate::quorum::Level;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(super) fn values(cells: &Cells) -> String {
    let values: Vec<String> = cells.values().iter().map(|(_, cell)| cell.value.shown()).collect();
    if values.is_empty() { String::from("null") } else { values.join(" | ") }
}

pub(super) fn shown(record: &Record) -> String {
    format!("{} = {}", record.key.text(), values(&record.cells))
}

fn by(level: Option<Level>) -> String {
    level.map_or_else(String::new, |level| format!(" by {}", level.word()))
}

/// What a message says, in a line.
#[must_use]
pub fn message(message: &Message, nodes: &NodeTable) -> String {
    let kind = message.kind();
    match message {
        Message::Get { key, level, .. } => format!("{kind} {}{}", key.text(), by(*level)),
        Message::Put(put) => {
            format!("{kind} {} = {}{}", put.key.text(), put.cell.value.shown(), by(put.level))
        }
        Message::Found { cells, copies, .. } => {
            format!("{kind} {}, {copies} copies answered", values(cells))
        }
        Message::Written { copies, hints: 0, .. } => format!("{kind}, {copies} copies"),
        Message::Written { copies, hints, .. } => {
            format!("{kind}, {copies} copies and {hints} hints")
        }
        Message::Failed { got, needed, .. } => format!("{kind}: {got} of {needed} copies answered"),
        Message::Read { key, .. } => format!("{kind} {}", key.text()),
        Message::Holds { cells, .. } => format!("{kind} {}", values(cells)),
        Message::Replicate { record, why: Why::StandIn, home, .. } => {
            format!("{kind} for {}: {}", nodes.name(*home), shown(record))
        }
        Message::Replicate { record, .. } => format!("{kind} {}", shown(record)),
        Message::Replicated { .. } | Message::NoRoom { .. } | Message::Refill { .. } => {
            String::from(kind)
        }
        Message::Unknown { .. } => format!("{kind}: the disk was emptied"),
        Message::Compare { .. } => format!("{kind}: a tree of hashes"),
        Message::Differs(it) => {
            format!("{kind} in {} stretches, {} records", it.leaves.len(), it.records.len())
        }
        Message::Missing { records } => format!("{kind}: {} records", records.len()),
        Message::Refilled(it) => format!("{kind}: {} records", it.records.len()),
    }
}

/// What an alarm is for.
#[must_use]
pub fn timer(timer: Timer) -> &'static str {
    match timer {
        Timer::Wait(_) => "no more waiting for copies",
        Timer::Own(_) => "the own copy is on the disk",
        Timer::OwnHint(_) => "the own hint is on the disk",
        Timer::Handoff => "hand hints over",
        Timer::AntiEntropy => "compare hashes",
        Timer::Collect => "look for old tombstones",
        Timer::Refill => "ask again for what was lost",
        Timer::Next => "the next operation",
        Timer::Timeout(_) => "no answer yet",
    }
}

/// What somebody outside wants.
#[must_use]
pub fn request(request: &Request) -> String {
    match request {
        Request::Get(key, level) => format!("get {}{}", key.text(), by(*level)),
        Request::Put(key, value, level) => {
            format!("put {} {}{}", key.text(), value.shown(), by(*level))
        }
        Request::Work(Some(_)) => String::from("work"),
        Request::Work(None) => String::from("stop working"),
        Request::Repair => String::from("compare with all others"),
    }
}

pub(super) fn names(these: &[NodeId], nodes: &NodeTable) -> String {
    let names: Vec<String> = these.iter().map(|node| nodes.name(*node)).collect();
    names.join(", ")
}

/// Trace annotations of a machine.
#[must_use]
pub fn note(note: &Note, nodes: &NodeTable) -> Told {
    let name = |node: &NodeId| nodes.name(*node);
    let (lane, kind, text) = match note {
        Note::Reads { key, .. } => (Lane::Wire, "reads", format!("reads {}", key.text())),
        Note::Writes(it) => (Lane::Wire, "writes", format!("writes {}", it.key.text())),
        Note::Saw { versions, copies, .. } => {
            (Lane::Wire, "saw", format!("saw {} values of {copies} copies", versions.len()))
        }
        Note::Acked { copies, hints, .. } => {
            (Lane::Wire, "acked", format!("{copies} homes have it, and {hints} keep a hint"))
        }
        Note::Near { homes, .. } => {
            (Lane::Wire, "near", format!("copies of {} count", names(homes, nodes)))
        }
        Note::GaveUp { .. } => (Lane::Wire, "gave-up", String::from("gives it up")),
        Note::Coordinated(took) => {
            let text = format!("{} goes to {}", took.key.text(), names(&took.homes, nodes));
            (Lane::Wire, "coordinates", text)
        }
        Note::Unmet { key, got, needed } => (
            Lane::Note,
            "unmet",
            format!("{got} of {needed} copies of {} answered in time", key.text()),
        ),
        Note::Stored(record, _) => (Lane::Wire, "stored", format!("holds {}", shown(record))),
        Note::Kept { home, record, .. } => {
            (Lane::Note, "hinted", format!("keeps {} for {}", record.key.text(), name(home)))
        }
        Note::HandedOver { home, key, .. } => {
            (Lane::Note, "handed-over", format!("{} has {}", name(home), key.text()))
        }
        Note::Expired { numbers } => {
            (Lane::Note, "expired", format!("gives up {} hints that are too old", numbers.len()))
        }
        Note::Siblings { key, count } => {
            (Lane::Note, "siblings", format!("{count} values of {} side by side", key.text()))
        }
        Note::Repairs { key, behind } => (
            Lane::Note,
            "read-repair",
            format!("repairs {} at {}", key.text(), names(behind, nodes)),
        ),
        Note::Compared { with, differ: 0, .. } => {
            (Lane::Wire, "compared", format!("holds the same as {}", name(with)))
        }
        Note::Compared { with, differ, hashes } => (
            Lane::Note,
            "compared",
            format!("differs from {} in {differ} stretches, by {hashes} hashes", name(with)),
        ),
        Note::Collected(record) => {
            (Lane::Note, "collected", format!("forgets the tombstone of {}", record.key.text()))
        }
        Note::Removed(key) => (Lane::Wire, "removed", format!("removes {}", key.text())),
        Note::Booted(it) => (
            Lane::Wire,
            "booted",
            format!("finds {} records and {} hints on its disk", it.records.len(), it.hints.len()),
        ),
    };
    Told::new(lane, kind, text)
}

/// The event of the language that a note of a machine is, and the node that it is about.
#[must_use]
pub fn happening(note: &Note, node: NodeId) -> Option<(&'static str, NodeId)> {
    Some(match note {
        Note::Kept { home, .. } => ("hinted", *home),
        Note::HandedOver { home, .. } => ("handed-over", *home),
        Note::Siblings { .. } => ("siblings", node),
        Note::Repairs { .. } => ("read-repair", node),
        Note::Unmet { .. } => ("unmet", node),
        Note::Collected(_) => ("collected", node),
        Note::Reads { .. }
        | Note::Writes(_)
        | Note::Saw { .. }
        | Note::Acked { .. }
        | Note::Near { .. }
        | Note::GaveUp { .. }
        | Note::Coordinated(_)
        | Note::Stored(..)
        | Note::Expired { .. }
        | Note::Compared { .. }
        | Note::Removed(_)
        | Note::Booted(_) => return None,
    })
}

/// Whether it is a mark on the timeline.
#[must_use]
pub fn mark(note: &Note) -> Mark {
    match note {
        Note::HandedOver { .. }
        | Note::Expired { .. }
        | Note::Siblings { .. }
        | Note::Repairs { .. } => Mark::Placed,
        Note::Reads { .. }
        | Note::Writes(_)
        | Note::Saw { .. }
        | Note::Acked { .. }
        | Note::Near { .. }
        | Note::GaveUp { .. }
        | Note::Coordinated(_)
        | Note::Unmet { .. }
        | Note::Stored(..)
        | Note::Kept { .. }
        | Note::Compared { .. }
        | Note::Collected(_)
        | Note::Removed(_)
        | Note::Booted(_) => Mark::Quiet,
    }
}
