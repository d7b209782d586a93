//! What happened, in words.

use super::fact::{EventFact, Lane, What};
use crate::base::number::Number;
use crate::base::{NodeId, NodeTable, Span};
use crate::client::tell;
use crate::machine::WriteError;
use crate::sim::{Cut, Event, Fault, Kind, Loss, NO_CAUSE, Side};
use crate::tenant::Process;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The word of the language for an event, and the node that it is about; nothing for the everyday.
#[must_use]
pub fn happening(event: &Event<Process>) -> Option<(&'static str, NodeId)> {
    match &event.kind {
        Kind::Noted(note) => note.happening(event.node),
        Kind::Fault(Fault::Crashed) => Some(("crashed", event.node)),
        Kind::Fault(Fault::Halted) => Some(("halted", event.node)),
        Kind::Fault(Fault::Started) => Some(("started", event.node)),
        Kind::Fault(_)
        | Kind::Sent { .. }
        | Kind::Delivered { .. }
        | Kind::Lost { .. }
        | Kind::Rang(_)
        | Kind::Landed { .. }
        | Kind::Requested { .. }
        | Kind::Replied { .. } => None,
    }
}

/// An event as a line.
#[must_use]
pub fn fact(event: &Event<Process>, nodes: &NodeTable) -> EventFact {
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

fn what(event: &Event<Process>) -> What {
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

fn words(event: &Event<Process>, nodes: &NodeTable) -> (Lane, &'static str, String) {
    let name = |node: NodeId| nodes.name(node);
    match &event.kind {
        Kind::Sent { to, bytes, message } => {
            let said = message.text(nodes);
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
        Kind::Rang(timer) => (Lane::Wire, "alarm", format!("alarm: {}", timer.text())),
        Kind::Landed { bytes } => (Lane::Wire, "landed", format!("{bytes} B are on the disk")),
        Kind::Requested { request, .. } => (Lane::Operation, "requested", request.text()),
        Kind::Replied { reply, .. } => (Lane::Wire, "replied", tell::reply(reply)),
        Kind::Noted(note) => {
            let told = note.told(nodes);
            (told.lane, told.kind, told.text)
        }
        Kind::Fault(fault) => (Lane::Fault, fault_kind(*fault), fault_text(*fault)),
    }
}

/// Who cannot reach whom any more. The names by which the sides were given tell who is still to come.
#[must_use]
pub fn cut_text(cut: &Cut, (left, right): (&[String], &[String]), nodes: &NodeTable) -> String {
    const NAMED: usize = 4;
    let named = |side: &Side, given: &[String]| {
        let Side::These(some) = side else { return String::from("the others") };
        let to_come = given.iter().filter(|name| nodes.meant(name).is_empty()).cloned();
        let names: Vec<String> = some.iter().map(|node| nodes.name(*node)).chain(to_come).collect();
        if names.len() > NAMED { format!("{} nodes", names.len()) } else { names.join(" ") }
    };
    let (left, right) = (named(&cut.left, left), named(&cut.right, right));
    match (&cut.left, &cut.right, cut.one_way) {
        (_, _, true) => format!("cut: nothing from {left} to {right}"),
        (Side::These(_), Side::AllBut(_), false) => format!("cut off: {left}"),
        (Side::AllBut(_), Side::These(_), false) => format!("cut off: {right}"),
        _ => format!("cut apart: {left} | {right}"),
    }
}

/// How fast a clock runs, in words: small drifts in millionths, as they are usually told.
fn clock_text(drift: i32) -> String {
    let (size, way) = (drift.unsigned_abs(), if drift < 0 { "slow" } else { "fast" });
    match size {
        0 => String::from("its clock runs as fast as true time"),
        1..10_000 => format!("its clock runs {size} ppm {way}"),
        _ => format!("its clock runs {} {way}", Number::share(size.into()).shown()),
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
        Fault::ClockRate { drift } => return clock_text(drift),
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
