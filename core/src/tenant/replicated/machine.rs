//! The machines of a replicated store as one: a replica or a client.

use super::kv::Kv;
use super::message::{Message, Note, Reply, Request, Timer};
use super::reach::{ByLeader, ClientConfig};
use super::replica::{Replica, ReplicaConfig};
use crate::base::Rng;
use crate::client::{Client, Noted};
use crate::machine::{Input, Machine, Turn};
use crate::raft;
use alloc::boxed::Box;
use alloc::sync::Arc;

/// A turn of either.
pub(super) type ProcessTurn<'a> = Turn<'a, Process>;

/// What runs on a node.
#[derive(Clone, Debug)]
pub enum Process {
    /// It holds a copy of the store.
    Replica(Box<Replica>),
    /// It reads and writes.
    Client(Box<Client<ByLeader>>),
}

/// What a machine is told at first.
#[derive(Clone, Debug)]
pub enum Config {
    /// For one that holds a copy.
    Replica(Arc<ReplicaConfig>),
    /// For one that reads and writes.
    Client(Arc<ClientConfig>),
}

impl Machine for Process {
    type Config = Config;
    type Durable = raft::Durable<Kv>;
    type Write = raft::Write<Kv>;
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Reply = Reply;
    type Note = Noted<Note>;

    fn boot(config: &Config, durable: &raft::Durable<Kv>, turn: &mut Turn<'_, Self>) -> Self {
        match config {
            Config::Replica(config) => {
                Self::Replica(Box::new(Replica::boot(config, durable, turn)))
            }
            Config::Client(config) => Self::Client(Box::new(Client::boot(config, turn))),
        }
    }

    fn settle(durable: &mut raft::Durable<Kv>, write: raft::Write<Kv>) {
        write.settle(durable);
    }

    fn step(&mut self, input: Input<Self>, turn: &mut Turn<'_, Self>) {
        match self {
            Self::Replica(replica) => replica.step(input, turn),
            Self::Client(client) => client.step(input, turn),
        }
    }

    fn tear(write: raft::Write<Kv>, rng: &mut Rng) -> Option<raft::Write<Kv>> {
        write.torn(rng)
    }

    fn blank() -> raft::Durable<Kv> {
        raft::Durable::blank()
    }

    fn corrupt(durable: &mut raft::Durable<Kv>, rng: &mut Rng) -> bool {
        durable.damage(rng)
    }

    fn disk_bytes(durable: &raft::Durable<Kv>) -> u64 {
        durable.bytes()
    }

    fn message_bytes(message: &Message) -> u64 {
        message.bytes()
    }

    fn message_entries(message: &Message) -> u64 {
        message.entries()
    }

    fn write_bytes(write: &raft::Write<Kv>) -> u64 {
        write.bytes()
    }
}
