//! Which messages of a ring are caused by reads.

use super::{Message, Note, Process};
use crate::tenant::{Errand, Reads};

impl Reads<Note> for Process {
    fn errand(message: &Message) -> Errand {
        match message {
            Message::Get { op, .. } => Errand::Ask { op: *op, reads: true, leads_on: false },
            Message::Put { op, .. } => Errand::Ask { op: *op, reads: false, leads_on: false },
            Message::Answer { op, .. } | Message::Refused { op, .. } => Errand::Answer(*op),
            Message::Copy { .. }
            | Message::Copied { .. }
            | Message::Batch { .. }
            | Message::Took { .. }
            | Message::Hello { .. }
            | Message::Order(_)
            | Message::Beat { .. }
            | Message::Alive { .. }
            | Message::Plan(_)
            | Message::AskPlan
            | Message::Streamed { .. }
            | Message::Drained { .. }
            | Message::Offer { .. }
            | Message::Lacks { .. } => Errand::Other,
        }
    }
}
