//! A Raft node with the smallest state behind it: how many commands there were, and one number for
//! all of them in their order.

use std::sync::Arc;

use shardlab::base::Rng;
use shardlab::base::hash::mix;
use shardlab::machine::{Input, Machine, Turn};
use shardlab::raft::machine::{Reply, Request};
use shardlab::raft::{Config, Durable, Message, Node, Note, Payload, Timer, What, Write};

#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub(crate) struct Numbers;

/// How many commands, and one number for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Sum {
    pub(crate) count: u64,
    pub(crate) fold: u64,
}

impl Payload for Numbers {
    type Command = u32;
    type State = Sum;
    fn command_bytes(_: &u32) -> u64 {
        4
    }
    fn state_bytes(state: &Sum) -> u64 {
        100 + 10 * state.count
    }
    fn state_digest(state: &Sum) -> u64 {
        state.fold
    }
}

/// The node and its state.
#[derive(Clone, Debug)]
pub(crate) struct Replica {
    pub(crate) node: Node<Numbers>,
    pub(crate) sum: Sum,
}

/// What comes from outside.
#[derive(Clone, Debug, PartialEq, Hash)]
pub(crate) enum Order {
    Raft(Request<Numbers>),
    Compact,
}

impl Replica {
    fn apply(&mut self) {
        if let Some(snapshot) = self.node.next_installed() {
            self.sum = snapshot.state;
        }
        while let Some((_, entry)) = self.node.next_committed() {
            if let What::Command(number) = entry.what {
                self.sum.count += 1;
                self.sum.fold = mix(self.sum.fold ^ u64::from(number));
            }
        }
    }
}

impl Machine for Replica {
    type Config = Arc<Config>;
    type Durable = Durable<Numbers>;
    type Write = Write<Numbers>;
    type Message = Message<Numbers>;
    type Timer = Timer;
    type Request = Order;
    type Reply = Reply;
    type Note = Note<Numbers>;

    fn boot(config: &Arc<Config>, durable: &Self::Durable, turn: &mut Turn<'_, Self>) -> Self {
        let node = turn.within(|inner| Node::start(config, durable, inner));
        let mut replica = Self { node, sum: Sum::default() };
        replica.apply();
        replica
    }

    fn settle(durable: &mut Self::Durable, write: Self::Write) {
        write.settle(durable);
    }

    fn step(&mut self, input: Input<Self>, turn: &mut Turn<'_, Self>) {
        let mut read = None;
        turn.within(|turn: &mut Turn<'_, Node<Numbers>>| match input {
            Input::Message { from, message } => self.node.receive(from, message, turn),
            Input::Timer(timer) => self.node.ring(timer, turn),
            Input::WriteFailed(_) => turn.halt(),
            Input::Request { request: Order::Compact, .. } => {
                self.node.compact(self.node.applied(), self.sum, turn);
            }
            Input::Request { id, request: Order::Raft(request) } => {
                let done = match request {
                    Request::Campaign => {
                        self.node.campaign(turn);
                        Ok(Reply::Noted)
                    }
                    Request::Propose(commands) => {
                        self.node.propose(commands, turn).map(Reply::Proposed)
                    }
                    Request::Read { lease } => {
                        read = Some(id);
                        self.node.read(u64::from(id.0), u64::from(id.0), lease, turn);
                        Ok(Reply::Noted)
                    }
                    Request::Members(voters, learners) => {
                        self.node.reconfigure(&voters, &learners, turn).map(|_| Reply::Noted)
                    }
                    Request::Transfer(to) => self.node.transfer(to, turn).map(|()| Reply::Noted),
                };
                if read.is_none() {
                    turn.reply(id, done.unwrap_or_else(Reply::Refused));
                }
            }
        });
        self.apply();
        while let Some((own, index)) = self.node.next_read() {
            let reply = index.map_or_else(Reply::Refused, Reply::ReadAt);
            turn.reply(shardlab::machine::RequestId(own as u32), reply);
        }
    }

    fn tear(write: Self::Write, rng: &mut Rng) -> Option<Self::Write> {
        <Node<Numbers> as Machine>::tear(write, rng)
    }

    fn blank() -> Self::Durable {
        Durable::blank()
    }

    fn corrupt(durable: &mut Self::Durable, rng: &mut Rng) -> bool {
        <Node<Numbers> as Machine>::corrupt(durable, rng)
    }

    fn disk_bytes(durable: &Self::Durable) -> u64 {
        durable.bytes()
    }

    fn message_bytes(message: &Self::Message) -> u64 {
        message.bytes()
    }

    fn write_bytes(write: &Self::Write) -> u64 {
        write.bytes()
    }
}
