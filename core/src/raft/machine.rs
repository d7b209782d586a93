//! A Raft node as a machine of its own, for tests and measurements without a store.

use super::config::Config;
use super::disk::{Durable, Write};
use super::entry::Payload;
use super::entry_id::{EntryId, Index};
use super::message::{Message, Note, Refusal, Timer};
use super::node::{Node, NodeTurn};
use crate::base::hash::tagged;
use crate::base::{NodeId, Rng};
use crate::machine::{Input, Machine, RequestId, Turn};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What comes from outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Request<P: Payload> {
    /// Stand for election now.
    Campaign,
    /// Append commands.
    Propose(Vec<P::Command>),
    /// Up to where must be applied to answer a read of now? On a lease if there is one.
    Read {
        /// A lease will do.
        lease: bool,
    },
    /// Have these voters and learners.
    Members(Vec<NodeId>, Vec<NodeId>),
    /// Hand leadership over.
    Transfer(NodeId),
}

tagged!(Request<P> where P: Payload {
    0 Campaign,
    1 Propose(a),
    2 Read { lease },
    3 Members(a, b),
    4 Transfer(a),
});

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// It is in the leader's log, and will be committed or not.
    Proposed(EntryId),
    /// It was understood.
    Noted,
    /// It was refused, and will not happen.
    Refused(Refusal),
    /// A read may be answered once this is applied.
    ReadAt(Index),
}

tagged!(Reply {
    0 Proposed(a),
    1 Noted,
    2 Refused(a),
    3 ReadAt(a),
});

impl<P: Payload> Node<P> {
    /// Does what is wanted from outside. What comes of a read comes later, under the number of the request.
    pub(super) fn asked(
        &mut self,
        id: RequestId,
        request: Request<P>,
        turn: &mut NodeTurn<'_, P>,
    ) -> Reply {
        let done = match request {
            Request::Campaign => {
                self.campaign(turn);
                Ok(Reply::Noted)
            }
            Request::Propose(commands) => self.propose(commands, turn).map(Reply::Proposed),
            Request::Read { lease } => {
                self.read(u64::from(id.0), u64::from(id.0), lease, turn);
                Ok(Reply::Noted)
            }
            Request::Members(voters, learners) => {
                self.reconfigure(&voters, &learners, turn).map(|_| Reply::Noted)
            }
            Request::Transfer(to) => self.transfer(to, turn).map(|()| Reply::Noted),
        };
        done.unwrap_or_else(Reply::Refused)
    }
}

impl<P: Payload> Machine for Node<P> {
    type Config = Arc<Config>;
    type Durable = Durable<P>;
    type Write = Write<P>;
    type Message = Message<P>;
    type Timer = Timer;
    type Request = Request<P>;
    type Reply = Reply;
    type Note = Note<P>;

    fn boot(config: &Arc<Config>, durable: &Durable<P>, turn: &mut Turn<'_, Self>) -> Self {
        Self::start(config, durable, turn)
    }

    fn settle(durable: &mut Durable<P>, write: Write<P>) {
        write.settle(durable);
    }

    fn step(&mut self, input: Input<Self>, turn: &mut Turn<'_, Self>) {
        match input {
            Input::Message { from, message } => self.receive(from, message, turn),
            Input::Timer(timer) => self.ring(timer, turn),
            // What the disk holds is unknown now; a start finds it out.
            Input::WriteFailed(_) => return turn.halt(),
            Input::Request { id, request } => {
                let reply = self.asked(id, request, turn);
                if reply != Reply::Noted || !self.reading.answers.is_empty() {
                    turn.reply(id, reply);
                }
            }
        }
        let _ = self.next_installed();
        while self.next_committed().is_some() {}
        while let Some((own, index)) = self.next_read() {
            let reply = index.map_or_else(Reply::Refused, Reply::ReadAt);
            turn.reply(RequestId(own as u32), reply);
        }
    }

    fn tear(write: Write<P>, rng: &mut Rng) -> Option<Write<P>> {
        write.torn(rng)
    }

    fn blank() -> Durable<P> {
        Durable::blank()
    }

    fn corrupt(durable: &mut Durable<P>, rng: &mut Rng) -> bool {
        durable.damage(rng)
    }

    fn disk_bytes(durable: &Durable<P>) -> u64 {
        durable.bytes()
    }

    fn message_bytes(message: &Message<P>) -> u64 {
        message.bytes()
    }

    fn message_entries(message: &Message<P>) -> u64 {
        message.entries()
    }

    fn write_bytes(write: &Write<P>) -> u64 {
        write.bytes()
    }
}
