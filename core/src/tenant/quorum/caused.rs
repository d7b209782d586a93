//! Which messages of a quorum store are caused by reads.

use super::message::Why;
use super::{Message, Note, Process};
use crate::tenant::{Errand, Reads};

/// A whole message, in millionths.
const WHOLE: u32 = 1_000_000;

impl Reads<Note> for Process {
    fn errand(message: &Message) -> Errand {
        match message {
            Message::Get { op, .. } => Errand::Ask { op: *op, reads: true, leads_on: false },
            Message::Put(put) => Errand::Ask { op: put.op, reads: false, leads_on: false },
            Message::Failed { op, .. } => Errand::Answer(*op),
            Message::Read { .. }
            | Message::Holds { .. }
            | Message::Unknown { .. }
            | Message::Found { .. } => Errand::Read,
            Message::Replicate { why: Why::Repair, .. } => Errand::Part(WHOLE),
            Message::Replicated { .. } => Errand::Ends,
            Message::Replicate { .. }
            | Message::Written { .. }
            | Message::NoRoom { .. }
            | Message::Compare { .. }
            | Message::Differs(_)
            | Message::Missing { .. }
            | Message::Refill { .. }
            | Message::Refilled(_) => Errand::Other,
        }
    }
}
