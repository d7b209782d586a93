//! A Raft node as a machine of its own, for tests and measurements without a store.

use super::config::Config;
use super::entry::Payload;
use super::mark::{Index, Mark};
use super::message::{Durable, Message, Note, Refusal, Timer, Write};
use super::node::Node;
use crate::base::{NodeId, Rng};
use crate::machine::{Input, Machine, Turn};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What comes from outside.
#[derive(Clone, Debug, PartialEq, Hash)]
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

/// The answer.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Reply {
    /// It is in the leader's log, and will be committed or not.
    Proposed(Mark),
    /// It was understood.
    Noted,
    /// It was refused, and will not happen.
    Refused(Refusal),
    /// A read may be answered once this is applied.
    ReadAt(Index),
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
            Input::Request { id, request } => {
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
                match done {
                    Ok(Reply::Noted) if self.reading.answers.is_empty() => {}
                    Ok(reply) => turn.reply(id, reply),
                    Err(refusal) => turn.reply(id, Reply::Refused(refusal)),
                }
            }
        }
        let _ = self.next_installed();
        while self.next_committed().is_some() {}
        while let Some((own, index)) = self.next_read() {
            let reply = index.map_or_else(Reply::Refused, Reply::ReadAt);
            turn.reply(crate::machine::RequestId(own as u32), reply);
        }
    }

    fn tear(write: Write<P>, rng: &mut Rng) -> Option<Write<P>> {
        torn(write, rng)
    }

    fn corrupt(durable: &mut Durable<P>, rng: &mut Rng) -> bool {
        damage(durable, rng)
    }

    fn message_bytes(message: &Message<P>) -> u64 {
        message.bytes()
    }

    fn write_bytes(write: &Write<P>) -> u64 {
        write.bytes()
    }
}

/// What is left of a write when the power goes in the middle of it: some entries are whole, the rest
/// fails its checksum.
pub(crate) fn torn<P: Payload>(write: Write<P>, rng: &mut Rng) -> Option<Write<P>> {
    match write {
        Write::Append { hard, after, entries } => {
            let kept = rng.below(entries.len() as u64) as usize;
            let entries = entries[..kept].into();
            (kept > 0).then_some(Write::Append { hard, after, entries })
        }
        Write::All(writes) => {
            let kept = rng.below(writes.len().max(1) as u64) as usize;
            let mut left: Vec<Write<P>> = writes;
            let next = (kept < left.len()).then(|| left.remove(kept));
            left.truncate(kept);
            left.extend(next.and_then(|write| torn(write, rng)));
            (!left.is_empty()).then_some(Write::All(left))
        }
        Write::Barrier | Write::Hard(_) | Write::Install(..) | Write::Compact(..) => None,
    }
}

/// Damages an entry of a log: it and what stands behind it cannot be read any more.
pub(crate) fn damage<P: Payload>(durable: &mut Durable<P>, rng: &mut Rng) -> bool {
    let len = durable.log.len() as u64;
    if len == 0 {
        return false;
    }
    durable.log.damage(rng.below(len) as usize);
    true
}
