//! The machines of a quorum store as one: a node that holds records and coordinates, or a client.

use super::message::{Message, Note, Reply, Request, Timer, Write};
use super::node::{Node, NodeConfig};
use super::reach::{ByHomes, ClientConfig};
use super::record::Record;
use crate::base::Rng;
use crate::client::{Client, Noted};
use crate::machine::{Input, Machine, Turn};
use crate::quorum::Hint;
use crate::store::CowMap;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A turn of any of them.
pub(super) type ProcessTurn<'a> = Turn<'a, Process>;

/// What runs on a node.
#[derive(Clone, Debug)]
pub enum Process {
    /// It holds records and coordinates.
    Node(Box<Node>),
    /// It reads and writes.
    Client(Client<ByHomes>),
}

/// What a machine is told at first.
#[derive(Clone, Debug)]
pub enum Config {
    /// For one that holds records.
    Node(Arc<NodeConfig>),
    /// For one that reads and writes.
    Client(Arc<ClientConfig>),
}

/// What survives a crash.
#[derive(Clone, Debug, Default)]
pub struct Durable {
    /// The records of a node.
    pub records: CowMap<Record>,
    /// What it keeps for others, by number.
    pub hints: BTreeMap<u64, Hint<Record>>,
    /// It was emptied, and is not filled again yet: it lacks the mark that each disk of the store carries.
    pub emptied: bool,
}

impl Machine for Process {
    type Config = Config;
    type Durable = Durable;
    type Write = Write;
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Reply = Reply;
    type Note = Noted<Note>;

    fn boot(config: &Config, durable: &Durable, turn: &mut Turn<'_, Self>) -> Self {
        match config {
            Config::Node(config) => Self::Node(Box::new(Node::boot(config, durable, turn))),
            Config::Client(config) => Self::Client(Client::boot(config, turn)),
        }
    }

    fn settle(durable: &mut Durable, write: Write) {
        match write {
            Write::Record(record) => {
                durable.records.put(*record);
            }
            Write::Records(records) => {
                for record in records.iter() {
                    durable.records.put(record.clone());
                }
            }
            Write::Hint(hint) => {
                durable.hints.insert(hint.number, *hint);
            }
            Write::HintDone(number) => {
                durable.hints.remove(&number);
            }
            Write::Forget(key) => {
                durable.records.take(key.position(), key.text());
            }
            Write::Whole => durable.emptied = false,
        }
    }

    fn step(&mut self, input: Input<Self>, turn: &mut Turn<'_, Self>) {
        match self {
            Self::Node(node) => node.step(input, turn),
            Self::Client(client) => client.step(input, turn),
        }
    }

    fn tear(write: Write, rng: &mut Rng) -> Option<Write> {
        match write {
            // The first records are whole, the rest never was; a single one carries its checksum.
            Write::Records(records) => {
                let kept = rng.below(records.len() as u64) as usize;
                (kept > 0).then(|| Write::Records(Arc::new(records[..kept].to_vec())))
            }
            Write::Record(_)
            | Write::Hint(_)
            | Write::HintDone(_)
            | Write::Forget(_)
            | Write::Whole => None,
        }
    }

    /// Disks carry a mark from the day on which the store was formed. An emptied one has lost it, whatever is
    /// written to it before it is filled again.
    fn blank() -> Durable {
        Durable { emptied: true, ..Durable::default() }
    }

    fn corrupt(durable: &mut Durable, rng: &mut Rng) -> bool {
        let records: Vec<&Record> = durable.records.iter().collect();
        if records.is_empty() {
            return false;
        }
        // A damaged record fails its checksum when it is read, at the next start: to the node it is not there.
        let key = records[rng.below(records.len() as u64) as usize].key.clone();
        durable.records.take(key.position(), key.text());
        true
    }

    fn disk_bytes(durable: &Durable) -> u64 {
        let records: u64 = durable.records.iter().map(Record::bytes).sum();
        records + durable.hints.values().map(|hint| hint.what.bytes()).sum::<u64>()
    }

    fn message_bytes(message: &Message) -> u64 {
        message.bytes()
    }

    fn message_entries(message: &Message) -> u64 {
        message.entries()
    }

    fn write_bytes(write: &Write) -> u64 {
        write.bytes()
    }
}
