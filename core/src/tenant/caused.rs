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

use super::{Message, Process};
use crate::base::NodeId;
use crate::base::vec_map::VecMap;
use crate::machine::Machine;
use crate::sim::{Event, Kind};
use alloc::collections::VecDeque;

/// What a message is to the reads of clients. A tenant says it of each of its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// It has nothing to do with reads.
    Other,
    /// A client asks for an operation.
    Ask {
        /// The client's number for it.
        op: u32,
        /// True if it only reads.
        reads: bool,
        /// True if messages that it causes are of reads as far as it is.
        leads_on: bool,
    },
    /// A client is told something about its operation of that number.
    Answer(u32),
    /// A part of it, in millionths, is of reads, and so is what it causes.
    Part(u32),
    /// The whole of it is of a read, and what it causes says itself what it is.
    Read,
    /// It is of reads as far as its cause is, and what it causes says itself what it is.
    Ends,
    /// It is of reads as far as its cause is, and so is what it causes.
    Passes,
    /// It belongs to a round, which is of reads unless the clock began it. So is what it causes.
    Round,
}

/// What an alarm is to the reads of clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// What the machine sends then is of nobody's reads.
    Other,
    /// A write has landed: what the machine sends then was caused by what led to the write.
    Stored,
    /// The clock begins a round.
    Round,
}

/// Which messages of a tenant, whose notes are `N`, are caused by reads.
pub trait Reads<N>: Machine {
    /// What a message is.
    fn errand(message: &Self::Message) -> Errand;

    /// What an alarm is.
    fn alarm(_: Self::Timer) -> Alarm {
        Alarm::Other
    }

    /// True if a machine that lets this be seen begins a round in the same turn, as the clock does.
    fn begins_rounds(_: &N) -> bool {
        false
    }
}

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

/// So many operations of one client are remembered: it may have as many open at once.
const CALLS_MAX: usize = 64;

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
    /// The last operations of each client, and whether they only read.
    calls: VecMap<NodeId, VecDeque<(u32, bool)>>,
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
            Kind::Rang(timer) => match timer.alarm() {
                Alarm::Stored => {
                    let share = leave(&mut self.arrivals, event.cause);
                    self.begin(event, share, false);
                }
                Alarm::Round => self.begin(event, 0, true),
                Alarm::Other => self.begin(event, 0, false),
            },
            Kind::Noted(note) if note.begins_rounds() => {
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
        let same = self.turn.seq == event.cause;
        let inherited = if same { self.turn.share } else { 0 };
        let regular = same && self.turn.regular;
        match message.errand() {
            Errand::Other => (0, false),
            Errand::Ask { op, reads, leads_on } => (self.call(event.node, op, reads), leads_on),
            Errand::Answer(op) => (self.answer(to, op), false),
            Errand::Part(share) => (share, true),
            Errand::Read => (WHOLE, false),
            Errand::Ends => (inherited, false),
            Errand::Passes => (inherited, true),
            Errand::Round => (if regular { 0 } else { WHOLE }, true),
        }
    }

    /// How much of what a client is told is of reads.
    fn answer(&self, client: NodeId, op: u32) -> u32 {
        let calls = self.calls.get(&client);
        let call = calls.and_then(|calls| calls.iter().rev().find(|call| call.0 == op));
        if call.is_some_and(|call| call.1) { WHOLE } else { 0 }
    }

    /// A client says, perhaps again, what it wants.
    fn call(&mut self, client: NodeId, op: u32, reads: bool) -> u32 {
        let calls = self.calls.at(client, VecDeque::new);
        // An operation that is tried again is known; a client that starts anew may count from the start.
        if let Some(call) = calls.iter_mut().rev().find(|call| call.0 == op) {
            call.1 = reads;
        } else {
            if calls.len() >= CALLS_MAX {
                calls.pop_front();
            }
            calls.push_back((op, reads));
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
