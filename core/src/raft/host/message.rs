//! What hosts say to each other, wait for, and their trace annotations.

use super::GroupId;
use crate::base::NodeId;
use crate::base::hash::tagged;
use crate::raft::entry::Payload;
use crate::raft::machine::{Reply as RaftReply, Request as RaftRequest};
use crate::raft::{EntryId, Message, Note as RaftNote, ReplicaId, Term};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// All that a host says to another one at the end of a turn.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Envelope<P: Payload> {
    /// Tells this start of the sender from any other.
    pub life: u64,
    /// The sender vouches for its quiet groups.
    pub pulse: Option<Pulse>,
    /// What groups say, in order.
    pub items: Arc<[(GroupId, Item<P>)]>,
}

/// "I am alive, and nothing has changed in the groups that we know to be quiet."
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pulse {
    /// A sum over the quiet groups that the sender leads and the receiver follows, and their terms.
    pub leads: u64,
}

/// What is said about one group.
#[derive(Clone, Debug, PartialEq)]
pub enum Item<P: Payload> {
    /// Its node's own message.
    Raft(Message<P>),
    /// The leader has nothing to do, and falls quiet: a replica that holds and has committed exactly this
    /// does so too.
    Quiet {
        /// The leader's term.
        term: Term,
        /// Which replica of the receiver is meant.
        to: ReplicaId,
        /// The last entry, which is committed.
        last: EntryId,
    },
    /// I believe that you lead this quiet group in that term, and maybe you do not.
    Believes(Term),
    /// I do not lead it quietly in that term: do not rely on my pulse.
    Awake(Term),
    /// The replica that you mean is destroyed.
    Gone(ReplicaId),
}

tagged!(Item<P> where P: Payload {
    0 Raft(a),
    1 Quiet { term, to, last },
    2 Believes(a),
    3 Awake(a),
    4 Gone(a),
});

/// What an envelope takes beside what it carries.
const HEADER: u64 = 32;
/// What a group's message takes beside what it carries: group, term, replicas, a place.
const ITEM: u64 = 24;

impl<P: Payload> Envelope<P> {
    /// How many bytes it takes on the wire.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let item = |(_, item): &(GroupId, Item<P>)| match item {
            Item::Raft(message) => ITEM + message.carries(),
            Item::Quiet { .. } => ITEM,
            Item::Believes(_) | Item::Awake(_) | Item::Gone(_) => 8,
        };
        HEADER + self.items.iter().map(item).sum::<u64>()
    }

    /// How many entries of logs it carries.
    #[must_use]
    pub fn entries(&self) -> u64 {
        let item = |(_, item): &(GroupId, Item<P>)| match item {
            Item::Raft(message) => message.entries(),
            _ => 0,
        };
        self.items.iter().map(item).sum()
    }
}

/// Alarms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// The earliest alarm of any group is due.
    Alarm,
    /// What was collected must leave.
    Release,
    /// The merged write of that number is on the disk.
    Stored(u32),
}

tagged!(Timer {
    0 Alarm,
    1 Release,
    2 Stored(a),
});

/// What comes from outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Request<P: Payload> {
    /// Something for a group's replica.
    Group(GroupId, RaftRequest<P>),
    /// Be a member of a group whose first members are these.
    Create(GroupId, Vec<NodeId>),
    /// Destroy the replica of a group.
    Destroy(GroupId),
}

tagged!(Request<P> where P: Payload {
    0 Group(a, b),
    1 Create(a, b),
    2 Destroy(a),
});

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// What the replica of a group says.
    Group(RaftReply),
    /// It was understood.
    Noted,
    /// There is no such group here.
    NoGroup,
    /// There is such a group here already.
    Exists,
}

tagged!(Reply {
    0 Group(a),
    1 Noted,
    2 NoGroup,
    3 Exists,
});

/// Why a quiet group woke up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Waking {
    /// Somebody wants something of it.
    Asked = 0,
    /// A message came.
    Told = 1,
    /// A machine that it relies on was not heard for too long, or has started anew.
    PeerLost = 2,
    /// Its leader is not quiet, or does not lead any more.
    NotQuiet = 3,
}

/// Trace annotations of a host.
#[derive(Clone, Debug, PartialEq)]
pub enum Note<P: Payload> {
    /// A group's node lets something be seen.
    Raft(GroupId, RaftNote<P>),
    /// A group is quiet here.
    Quiet(GroupId, Term),
    /// A quiet group is awake again here.
    Woke(GroupId, Waking),
    /// The replica of a group is destroyed.
    Destroyed(GroupId, ReplicaId),
}

tagged!(Note<P> where P: Payload {
    0 Raft(a, b),
    1 Quiet(a, b),
    2 Woke(a, b),
    3 Destroyed(a, b),
});
