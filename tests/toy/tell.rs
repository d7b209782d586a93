//! What happens in the toy, in words.

use super::{Message, Note, Request, Timer};
use crate::base::told::{Lane, Mark, Told};
use crate::base::{NodeId, NodeTable};
use alloc::format;
use alloc::string::String;

/// What a message says.
#[must_use]
pub fn message(message: &Message, _: &NodeTable) -> String {
    match message {
        Message::Token(number) => format!("token: pass {number}"),
    }
}

/// What an alarm is for.
#[must_use]
pub fn timer(timer: Timer) -> &'static str {
    match timer {
        Timer::Pass => "hand the token on",
    }
}

/// What somebody outside wants.
#[must_use]
pub fn request(request: &Request) -> String {
    match request {
        Request::Hold(span) => format!("hold the token for {span}"),
    }
}

/// What a node lets be seen.
#[must_use]
pub fn note(note: &Note, nodes: &NodeTable) -> Told {
    let (kind, text) = match note {
        Note::Took(number) => ("took", format!("has the token, by pass {number}")),
        Note::Passed(to) => ("passed", format!("hands the token to {}", nodes.name(*to))),
    };
    Told::new(Lane::Note, kind, text)
}

/// The word of the language for what a node lets be seen, and the node that it is about.
#[must_use]
pub fn happening(note: &Note, node: NodeId) -> Option<(&'static str, NodeId)> {
    match note {
        Note::Passed(_) => Some(("passed", node)),
        Note::Took(_) => None,
    }
}

/// Whether it is a mark on the timeline.
#[must_use]
pub fn mark(note: &Note) -> Mark {
    match note {
        Note::Took(_) | Note::Passed(_) => Mark::Quiet,
    }
}
