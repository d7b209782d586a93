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

use super::replicated::kv::Kv;
use super::replicated::reading::Reading;
use super::{Message, Note, Process, Timer, quorum, replicated, ring};
use crate::base::NodeId;
use crate::base::ordered::Ordered;
use crate::client::Verb;
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
    pub fn read(&mut self, event: &Event<Process>) {
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
            Kind::Rang(Timer::Replicated(replicated::Timer::Raft(raft::Timer::Stored(_)))) => {
                let share = leave(&mut self.arrivals, event.cause);
                self.begin(event, share, false);
            }
            Kind::Rang(timer) => {
                let heartbeat = replicated::Timer::Raft(raft::Timer::Heartbeat);
                self.begin(event, 0, *timer == Timer::Replicated(heartbeat));
            }
            Kind::Noted(Note::Replicated(replicated::Note::Raft(raft::Note::Became {
                role: Role::Leader,
                ..
            }))) => {
                self.turn = Turn { seq: event.cause, share: 0, regular: true };
            }
            Kind::Noted(_) | Kind::Fault(_) | Kind::Requested { .. } | Kind::Replied { .. } => {}
        }
    }

    fn begin(&mut self, event: &Event<Process>, share: u32, regular: bool) {
        self.turn = Turn { seq: event.seq, share, regular };
    }

    fn remember(&mut self, event: &Event<Process>, share: u32) {
        let trail = Trail { seq: event.seq, node: event.node, share };
        follow(&mut self.arrivals, trail, ARRIVALS_MAX);
    }

    /// How much of a message is of reads, and whether what it leads to is to be followed.
    fn share(&mut self, event: &Event<Process>, to: NodeId, message: &Message) -> (u32, bool) {
        let whole = |is: bool| if is { WHOLE } else { 0 };
        let same = self.turn.seq == event.cause;
        let inherited = if same { self.turn.share } else { 0 };
        let regular = same && self.turn.regular;
        match message {
            Message::Ring(message) => {
                let share = match message {
                    ring::Message::Get { op, .. } => self.call(event.node, *op, true),
                    ring::Message::Put { op, .. } => self.call(event.node, *op, false),
                    ring::Message::Answer { op, .. } | ring::Message::Refused { op, .. } => {
                        self.answer(to, *op)
                    }
                    ring::Message::Copy { .. }
                    | ring::Message::Copied { .. }
                    | ring::Message::Batch { .. }
                    | ring::Message::Took { .. }
                    | ring::Message::Hello { .. }
                    | ring::Message::Order(_)
                    | ring::Message::Beat { .. }
                    | ring::Message::Alive { .. }
                    | ring::Message::Plan(_)
                    | ring::Message::AskPlan
                    | ring::Message::Streamed { .. }
                    | ring::Message::Drained { .. }
                    | ring::Message::Offer { .. }
                    | ring::Message::Lacks { .. } => 0,
                };
                (share, false)
            }
            Message::Quorum(message) => match message {
                quorum::Message::Get { op, .. } => (self.call(event.node, *op, true), false),
                quorum::Message::Put(put) => (self.call(event.node, put.op, false), false),
                quorum::Message::Failed { op, .. } => (self.answer(to, *op), false),
                quorum::Message::Read { .. }
                | quorum::Message::Holds { .. }
                | quorum::Message::Found { .. } => (WHOLE, false),
                quorum::Message::Replicate { why: quorum::message::Why::Repair, .. } => {
                    (WHOLE, true)
                }
                quorum::Message::Replicated { .. } => (inherited, false),
                quorum::Message::Replicate { .. }
                | quorum::Message::Written { .. }
                | quorum::Message::NoRoom { .. }
                | quorum::Message::Compare { .. }
                | quorum::Message::Differs { .. }
                | quorum::Message::Missing { .. } => (0, false),
            },
            Message::Paper(message) => match *message {},
            Message::Ids(message) => match *message {},
            Message::Replicated(message) => match message {
                replicated::Message::Call(call) => {
                    let share = self.call(event.node, call.op, call.reading.is_some());
                    // A read through the log is committed as a write is.
                    (share, call.reading == Some(Reading::Log))
                }
                replicated::Message::Return { op, .. }
                | replicated::Message::Elsewhere { op, .. } => (self.answer(to, *op), false),
                replicated::Message::Admit { .. } | replicated::Message::Release => (0, false),
                replicated::Message::Raft(message) => match &message.body {
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
                    | Body::Forgotten
                    | Body::TimeoutNow => (0, false),
                },
            },
        }
    }

    /// How much of what a client is told is of reads.
    fn answer(&self, client: NodeId, op: u32) -> u32 {
        let calls = self.calls.get(&client);
        let call = calls.and_then(|calls| calls.iter().find(|call| call.0 == op));
        if call.is_some_and(|call| call.1) { WHOLE } else { 0 }
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
