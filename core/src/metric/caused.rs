//! The messages that reads cause, told from those of writes and of the cluster itself.
//!
//! A message says itself whose it is, where it can:
//!
//! | message | is of reads |
//! | --- | --- |
//! | a call, and what answers it | if the call only reads |
//! | a question up to where a follower must have applied, and its answer | always |
//! | a heartbeat | if its round was begun neither by the clock nor by an election |
//! | an append | by the share of reads among its entries |
//!
//! What answers one of these, or tells of a commit that it led to, is of reads as far as its cause was.
//! A round or an append that several reads share is one message, so each of them bears its part. What the
//! second arrival of a doubled message leads to was caused by the network, and counts for nobody.

use crate::base::NodeId;
use crate::base::ordered::Ordered;
use crate::cluster::kv::Kv;
use crate::cluster::message::Verb;
use crate::cluster::reading::Reading;
use crate::cluster::{Message, Note, Server, Timer};
use crate::raft::{self, Body, Entry, Role, What};
use crate::sim::{Event, Kind};
use alloc::collections::VecDeque;

/// A message, or an event that it led to on a node, whose consequences are of reads too.
#[derive(Clone, Copy, Debug)]
struct Trail {
    seq: u32,
    node: NodeId,
    share: u32,
}

/// A whole message, in the shares that are counted.
const WHOLE: u32 = 1_000_000;
/// So many messages are followed at once. What is on its way for longer than these waits for a node
/// that stands still.
const FLIGHTS_MAX: usize = 4_096;
/// So many arrivals are remembered, as some of them are answered only once a write has landed.
const ARRIVALS_MAX: usize = 1_024;

/// The event that a machine answers at the moment.
#[derive(Clone, Copy, Debug, Default)]
struct Turn {
    seq: u32,
    share: u32,
    /// Its heartbeats are due, reads or none.
    regular: bool,
}

/// The messages that reads caused so far.
#[derive(Clone, Debug, Default)]
pub struct Caused {
    millionths: u64,
    flights: VecDeque<Trail>,
    arrivals: VecDeque<Trail>,
    turn: Turn,
    /// The last two operations of each client, and whether they only read.
    calls: Ordered<NodeId, [(u32, bool); 2]>,
}

impl Caused {
    /// How many messages, in millionths.
    #[must_use]
    pub fn millionths(&self) -> u64 {
        self.millionths
    }

    /// Reads an event.
    pub fn read(&mut self, event: &Event<Server>) {
        match &event.kind {
            Kind::Sent { to, message, .. } => {
                let (share, leads_on) = self.share(event, *to, message);
                self.millionths += u64::from(share);
                if leads_on {
                    let trail = Trail { seq: event.seq, node: *to, share };
                    follow(&mut self.flights, trail, FLIGHTS_MAX);
                }
            }
            Kind::Lost { .. } => {
                leave(&mut self.flights, event.cause);
            }
            Kind::Delivered { .. } => {
                let share = leave(&mut self.flights, event.cause);
                self.begin(event, share, false);
                // What it is answered with may wait for the disk.
                self.remember(event, share);
            }
            Kind::Landed { .. } => {
                let share = leave(&mut self.arrivals, event.cause);
                // Writes land in their order, so what came before this one has written nothing.
                let older = |trail: &Trail| trail.node == event.node && trail.seq < event.cause;
                self.arrivals.retain(|trail| !older(trail));
                self.begin(event, share, false);
                self.remember(event, share);
            }
            Kind::Rang(Timer::Raft(raft::Timer::Stored(_))) => {
                let share = leave(&mut self.arrivals, event.cause);
                self.begin(event, share, false);
            }
            Kind::Rang(timer) => {
                self.begin(event, 0, matches!(timer, Timer::Raft(raft::Timer::Heartbeat)));
            }
            Kind::Noted(Note::Raft(raft::Note::Became { role: Role::Leader, .. })) => {
                self.turn = Turn { seq: event.cause, share: 0, regular: true };
            }
            Kind::Noted(_) | Kind::Fault(_) | Kind::Requested { .. } | Kind::Replied { .. } => {}
        }
    }

    fn begin(&mut self, event: &Event<Server>, share: u32, regular: bool) {
        self.turn = Turn { seq: event.seq, share, regular };
    }

    fn remember(&mut self, event: &Event<Server>, share: u32) {
        let trail = Trail { seq: event.seq, node: event.node, share };
        follow(&mut self.arrivals, trail, ARRIVALS_MAX);
    }

    /// How much of a message is of reads, and whether what it leads to is to be followed.
    fn share(&mut self, event: &Event<Server>, to: NodeId, message: &Message) -> (u32, bool) {
        let whole = |is: bool| if is { WHOLE } else { 0 };
        let same = self.turn.seq == event.cause;
        let inherited = if same { self.turn.share } else { 0 };
        let regular = same && self.turn.regular;
        match message {
            Message::Get { op, .. } => (self.call(event.node, *op, true), false),
            Message::Put { op, .. } => (self.call(event.node, *op, false), false),
            Message::Call(call) => {
                let share = self.call(event.node, call.op, call.reading.is_some());
                // A read through the log is committed as a write is.
                (share, call.reading == Some(Reading::Log))
            }
            Message::Answer { op, .. }
            | Message::Refused { op, .. }
            | Message::Return { op, .. }
            | Message::Elsewhere { op, .. } => {
                let calls = self.calls.get(&to);
                let call = calls.and_then(|calls| calls.iter().find(|call| call.0 == *op));
                (whole(call.is_some_and(|call| call.1)), false)
            }
            Message::Raft(message) => match &message.body {
                Body::ReadIndex { .. } | Body::ReadIndexReply { .. } => (WHOLE, false),
                Body::Heartbeat { round: 1.., .. } => (whole(!regular), true),
                Body::Append { entries, .. } => (share_of(entries), true),
                Body::Heartbeat { .. }
                | Body::HeartbeatReply { .. }
                | Body::Appended { .. }
                | Body::Rejected { .. } => (inherited, true),
                Body::RequestVote { .. }
                | Body::Vote { .. }
                | Body::InstallSnapshot { .. }
                | Body::SnapshotTaken { .. }
                | Body::Forgotten { .. }
                | Body::TimeoutNow => (0, false),
            },
            _ => (0, false),
        }
    }

    /// A client says, perhaps again, what it wants.
    fn call(&mut self, client: NodeId, op: u32, reads: bool) -> u32 {
        let calls = self.calls.at(client, || [(0, false); 2]);
        if calls[0].0 != op {
            *calls = [(op, reads), calls[0]];
        }
        if reads { WHOLE } else { 0 }
    }
}

/// Follows a trail that is of reads, and gives the oldest one up if there are too many.
fn follow(trails: &mut VecDeque<Trail>, trail: Trail, most: usize) {
    if trail.share > 0 {
        if trails.len() >= most {
            trails.pop_front();
        }
        trails.push_back(trail);
    }
}

/// The end of an event's trail: how much of it is of reads.
fn leave(trails: &mut VecDeque<Trail>, seq: u32) -> u32 {
    let place = trails.binary_search_by_key(&seq, |trail| trail.seq);
    place.ok().and_then(|at| trails.remove(at)).map_or(0, |trail| trail.share)
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
