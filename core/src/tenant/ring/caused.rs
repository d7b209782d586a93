//! Which messages of a ring are caused by reads.

use super::{Message, Note, Process};
use crate::tenant::{Errand, Reads};

impl Reads<Note> for Process {
    fn errand(message: &Message) -> Errand {
        match message {
            Message::Get { op, .. } => Errand::Ask { op: *op, reads: true, leads_on: false },
            Message::Put { op, .. } => Errand::Ask { op: *op, reads: false, leads_on: false },
            Message::Answer { op, .. } | Message::Refused { op, .. } => Errand::Answer(*op),
            Message::Replicate { .. }
            | Message::ReplicateAck { .. }
            | Message::Batch { .. }
            | Message::BatchAck { .. }
            | Message::Hello(_)
            | Message::Order(_)
            | Message::Heartbeat { .. }
            | Message::HeartbeatAck { .. }
            | Message::ClusterMap(_)
            | Message::AskPlan
            | Message::Streamed { .. }
            | Message::Drained { .. }
            | Message::Offer { .. }
            | Message::Lacks { .. } => Errand::Other,
        }
    }
}
