//! What makers of ids do, in words.

use super::maker::Trouble;
use super::message::{Message, Note, Request, Timer};
use crate::base::told::{Lane, Mark, Told};
use crate::base::{NodeId, NodeTable};
use alloc::format;
use alloc::string::String;

/// What a message says.
#[must_use]
pub fn message(message: &Message, _: &NodeTable) -> String {
    match *message {}
}

/// What an alarm is for.
#[must_use]
pub fn timer(timer: Timer) -> &'static str {
    match timer {
        Timer::Next => "the next operation",
    }
}

/// What somebody outside wants.
#[must_use]
pub fn request(request: &Request) -> String {
    match *request {}
}

/// Trace annotations of a maker.
#[must_use]
pub fn note(note: &Note, _: &NodeTable) -> Told {
    match note {
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
            Told::new(Lane::Wire, "made", text)
        }
        Note::Trouble(trouble) => {
            let (kind, text) = match trouble {
                Trouble::Exhausted => ("exhausted", "has given every id of this millisecond"),
                Trouble::Waits => ("waiting", "its clock went back: it waits"),
                Trouble::Refuses => ("refuses", "its clock went back: it refuses"),
                Trouble::NoRoom => ("refuses", "this kind of id has no room for it"),
            };
            Told::new(Lane::Note, kind, String::from(text))
        }
    }
}

/// The event of the language that a note of a maker is, and the node that it is about.
#[must_use]
pub fn happening(note: &Note, node: NodeId) -> Option<(&'static str, NodeId)> {
    match note {
        Note::Trouble(Trouble::Exhausted) => Some(("exhausted", node)),
        Note::Trouble(Trouble::Refuses | Trouble::NoRoom) => Some(("refuses", node)),
        Note::Trouble(Trouble::Waits) => Some(("waiting", node)),
        Note::Made(_) => None,
    }
}

/// Whether it is a mark on the timeline.
#[must_use]
pub fn mark(note: &Note) -> Mark {
    match note {
        Note::Trouble(_) => Mark::Placed,
        Note::Made(_) => Mark::Quiet,
    }
}
