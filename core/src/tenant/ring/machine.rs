//! The machines of a ring as one: a storage node, the controller of the map, or a client.
//!
//! A machine whose write has failed stops its process at once: nobody knows what the disk holds, and
//! the next start reads what there is.

use super::controller::{Controller, ControllerConfig, Ledger};
use super::message::{Batch, Message, Note, Reply, Request, Timer, Write};
use super::reach::{ByPlan, ClientConfig};
use super::storage::{Storage, StorageConfig};
use crate::base::Rng;
use crate::client::{Client, Noted};
use crate::machine::{Input, Machine, Turn};
use crate::store::{CowMap, Item};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A turn of any of them.
pub(super) type ProcessTurn<'a> = Turn<'a, Process>;

/// What runs on a node.
#[derive(Clone, Debug)]
pub enum Process {
    /// It holds keys.
    Storage(Storage),
    /// It keeps the map.
    Controller(Controller),
    /// It reads and writes.
    Client(Client<ByPlan>),
}

/// What a machine is told at first.
#[derive(Clone, Debug)]
pub enum Config {
    /// For one that holds keys.
    Storage(Arc<StorageConfig>),
    /// For the one that keeps the map.
    Controller(Arc<ControllerConfig>),
    /// For one that reads and writes.
    Client(Arc<ClientConfig>),
}

/// A storage node's disk.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    /// The items on it.
    pub shelf: CowMap<Item>,
    /// Its number, drawn when it was first written; 0 on an empty disk, [`GIVEN`] on one that a node had
    /// when the cluster was founded.
    pub number: u64,
    /// A node has started with it before.
    pub used: bool,
    /// What was on it is no longer whole: a checksum fails.
    pub damaged: bool,
}

/// The number of every disk that was there when the cluster was founded.
pub const GIVEN: u64 = 1;

/// What survives a crash.
#[derive(Clone, Debug, Default)]
pub struct Durable {
    /// What a storage node keeps.
    pub disk: Disk,
    /// What a controller keeps.
    pub ledger: Option<Arc<Ledger>>,
}

impl Disk {
    fn keep(&mut self, item: &Item) {
        let known = self.shelf.get(item.key.position(), item.key.text());
        if known.is_none_or(|known| known.version < item.version) {
            self.shelf.put(item.clone());
        }
    }

    /// Gives the disk to a node that belongs to the cluster from the start.
    pub fn give(&mut self) {
        self.number = GIVEN;
    }

    /// Fills the disk before the first start.
    pub fn load(&mut self, batch: &Batch) {
        self.give();
        for item in &batch.items {
            self.keep(item);
        }
    }
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
            Config::Storage(config) => Self::Storage(Storage::boot(config, &durable.disk, turn)),
            Config::Controller(config) => {
                Self::Controller(Controller::boot(config, durable.ledger.as_deref(), turn))
            }
            Config::Client(config) => Self::Client(Client::boot(config, turn)),
        }
    }

    fn settle(durable: &mut Durable, write: Write) {
        match write {
            Write::Format(number) => {
                durable.disk.number = number;
                (durable.disk.used, durable.disk.damaged) = (true, false);
            }
            Write::Item(item) => durable.disk.keep(&item),
            Write::Batch(batch) => {
                for item in &batch.items {
                    durable.disk.keep(item);
                }
            }
            Write::Drop(keys) => {
                for key in keys.iter() {
                    durable.disk.shelf.take(key.position(), key.text());
                }
            }
            Write::ClusterMap(ledger) => durable.ledger = Some(ledger),
        }
    }

    fn step(&mut self, input: Input<Self>, turn: &mut Turn<'_, Self>) {
        match self {
            Self::Storage(storage) => storage.step(turn.id, input, turn),
            Self::Controller(controller) => controller.step(input, turn),
            Self::Client(client) => client.step(input, turn),
        }
    }

    fn tear(write: Write, rng: &mut Rng) -> Option<Write> {
        match write {
            // The first items of a batch are whole, the rest never was; a single item is all or
            // nothing, for it carries its checksum.
            Write::Batch(batch) => {
                let kept = rng.below(batch.items.len() as u64) as usize;
                let items = batch.items[..kept].to_vec();
                (kept > 0).then(|| Write::Batch(Arc::new(Batch::new(batch.from, items))))
            }
            Write::Drop(keys) => {
                let kept = rng.below(keys.len() as u64) as usize;
                Some(Write::Drop(Arc::new(keys[..kept].to_vec())))
            }
            Write::Format(_) | Write::Item(_) | Write::ClusterMap(_) => None,
        }
    }

    fn corrupt(durable: &mut Durable, rng: &mut Rng) -> bool {
        let items: Vec<&Item> = durable.disk.shelf.iter().collect();
        if items.is_empty() {
            return false;
        }
        // A damaged record fails its checksum when it is read, at the next start: to the node it is not
        // there, and the disk is not whole.
        let key = items[rng.below(items.len() as u64) as usize].key.clone();
        durable.disk.shelf.take(key.position(), key.text());
        durable.disk.damaged = true;
        true
    }

    fn disk_bytes(durable: &Durable) -> u64 {
        durable.disk.shelf.iter().map(Item::bytes).sum()
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
