//! Which messages of a replicated store are caused by reads.

use super::kv::Kv;
use super::read_mode::ReadMode;
use super::{Message, Note, Process, Timer};
use crate::client::Verb;
use crate::raft::{self, Body, Entry, Role, What};
use crate::tenant::{Alarm, Errand, Reads};

/// A whole message, in millionths.
const WHOLE: u32 = 1_000_000;

impl Reads<Note> for Process {
    fn errand(message: &Message) -> Errand {
        match message {
            Message::ClientRequest(call) => Errand::Ask {
                op: call.op,
                reads: call.reading.is_some(),
                // A read through the log is committed as a write is.
                leads_on: call.reading == Some(ReadMode::Log),
            },
            Message::ClientReply { op, .. } | Message::NotLeader { op, .. } => Errand::Answer(*op),
            Message::Admit { .. } | Message::Release => Errand::Other,
            Message::Raft(message) => match &message.body {
                Body::ReadIndex { .. } | Body::ReadIndexReply { .. } => Errand::Read,
                Body::Heartbeat { round: 1.., .. } => Errand::Round,
                Body::Append { entries, .. } => Errand::Part(share_of(entries)),
                Body::Heartbeat { .. }
                | Body::HeartbeatReply { .. }
                | Body::Appended { .. }
                | Body::Rejected { .. } => Errand::Passes,
                Body::RequestVote { .. }
                | Body::Vote { .. }
                | Body::InstallSnapshot { .. }
                | Body::SnapshotTaken { .. }
                | Body::Forgotten
                | Body::TimeoutNow => Errand::Other,
            },
        }
    }

    fn alarm(timer: Timer) -> Alarm {
        match timer {
            Timer::Raft(raft::Timer::Stored(_)) => Alarm::Stored,
            Timer::Raft(raft::Timer::Heartbeat) => Alarm::Round,
            Timer::Raft(_) | Timer::Hello | Timer::Again | Timer::Next | Timer::Timeout(_) => {
                Alarm::Other
            }
        }
    }

    fn begins_rounds(note: &Note) -> bool {
        matches!(note, Note::Raft(raft::Note::Became { role: Role::Leader, .. }))
    }
}

/// The share of reads among entries.
fn share_of(entries: &[Entry<Kv>]) -> u32 {
    let reads = |entry: &&Entry<Kv>| match &entry.what {
        What::Command(command) => command.acts.iter().all(|act| act.verb == Verb::Get),
        What::Nothing | What::Members(_) => false,
    };
    let count = entries.iter().filter(reads).count() as u64;
    (count * u64::from(WHOLE)).checked_div(entries.len() as u64).unwrap_or(0) as u32
}
