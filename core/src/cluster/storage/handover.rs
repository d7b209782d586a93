//! Handing keys over when the map has changed.

use super::stream::{Flying, Stream};
use super::{AGAIN, BATCH_AGAIN, Storage};
use crate::base::NodeId;
use crate::base::ordered::Ordered;
use crate::cluster::bug::Bug;
use crate::cluster::map::Step;
use crate::cluster::message::{Batch, Message, Note, Timer, Write};
use crate::cluster::server::ServerTurn;
use crate::store::{Item, Key};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A batch holds about so many bytes, and at most so many items.
const BATCH_BYTES: u64 = 64_000;
const BATCH_ITEMS: usize = 128;

/// So many batches of a stream fly at once.
const WINDOW: usize = 4;

impl Storage {
    /// Starts every open write again under the plan that is now in force.
    pub(super) fn redo_duties(&mut self, me: NodeId, turn: &mut ServerTurn<'_>) {
        let tokens: Vec<u32> = self.duties.keys().copied().collect();
        for token in tokens {
            let Some(duty) = self.duties.get_mut(&token) else { continue };
            let serving = self.plan.map.serving(&duty.item.key);
            if serving.contains(me) {
                let mine = duty.waiting.contains(&me);
                duty.waiting = serving.as_slice().to_vec();
                duty.waiting.retain(|node| *node != me || mine);
                for &node in duty.waiting.iter().filter(|node| **node != me) {
                    let (epoch, item) = (self.plan.epoch, duty.item.clone());
                    turn.send(node, Message::Copy { token, epoch, item });
                }
                self.finish(token, turn);
            } else if let Some(duty) = self.duties.remove(&token) {
                let plan = self.plan.clone();
                turn.send(duty.client, Message::Refused { op: duty.op, plan });
            }
        }
    }

    /// Finds what this node has to stream: keys whose source it is, and keys that it holds astray.
    pub(super) fn gather(&mut self, me: NodeId, turn: &mut ServerTurn<'_>) {
        let plan = self.plan.clone();
        let mut found: Ordered<NodeId, Vec<Item>> = Ordered::new();
        for item in self.shelf.iter() {
            let key = &item.key;
            let astray = !plan.map.owners(key).contains(me);
            if astray {
                let next = plan.next.as_ref().unwrap_or(&plan.map);
                for &node in next.serving(key).as_slice() {
                    if node != me {
                        found.of(node).push(item.clone());
                    }
                }
            } else if plan.map.sources(key).contains(me) {
                for &node in plan.targets(key).as_slice() {
                    let since = plan.since.iter().find(|(behind, _)| *behind == node);
                    let missed = since.is_none_or(|(_, since)| item.version.0 >= *since);
                    if missed && node != me {
                        found.of(node).push(item.clone());
                    }
                }
            }
        }
        self.streams.clear();
        for (to, items) in found {
            let bytes = items.iter().map(Item::bytes).sum();
            turn.note(Note::Streaming { to, keys: items.len() as u32, bytes });
            let mut stream = Stream::new(turn.now);
            stream.first = Arc::new(items);
            self.streams.insert(to, stream);
        }
    }

    /// Keeps a stream's window full.
    pub(super) fn pump(&mut self, me: NodeId, to: NodeId, turn: &mut ServerTurn<'_>) {
        let epoch = self.plan.epoch;
        let early = self.config.bugs.contains(&Bug::DropEarly);
        let Some(stream) = self.streams.get_mut(&to) else { return };
        let mut gone = Vec::new();
        while stream.flying.len() < WINDOW && stream.left() > 0 {
            let mut items = Vec::new();
            let mut bytes = 0;
            let first = stream.done < stream.first.len();
            while bytes < BATCH_BYTES && items.len() < BATCH_ITEMS {
                let Some(item) = stream.next() else { break };
                bytes += item.bytes();
                items.push(item);
            }
            if early {
                gone.extend(items.iter().map(|item| item.key.clone()));
            }
            let batch = Arc::new(Batch::new(me, items));
            self.token = self.token.wrapping_add(1);
            let number = self.token;
            let (sent, patience) = (turn.now, BATCH_AGAIN);
            let flying = Flying { batch: batch.clone(), sent, patience, first };
            stream.flying.insert(number, flying);
            turn.send(to, Message::Batch { number, epoch, batch });
            // What flies may be lost, so there is always an alarm for it.
            turn.arm(Timer::Again, AGAIN);
        }
        if !gone.is_empty() {
            self.drop_keys(gone, turn);
        }
    }

    /// Says that a step is through, once it is.
    pub(super) fn report(&mut self, turn: &mut ServerTurn<'_>) {
        if self.reported == self.plan.epoch {
            return;
        }
        let epoch = self.plan.epoch;
        let streams = || self.streams.values();
        let message = match self.plan.step {
            // Writes go on while keys stream, so the tail is not waited for: it has its own step.
            Step::Streaming if streams().all(Stream::is_caught_up) => Message::Streamed { epoch },
            Step::Draining if streams().all(Stream::is_through) => Message::Drained { epoch },
            _ => return,
        };
        self.reported = epoch;
        turn.send(self.config.controller, message);
    }

    /// Says it again if the controller still beats to the same plan: the word may have been lost.
    pub(super) fn report_again(&mut self, epoch: u32, turn: &mut ServerTurn<'_>) {
        if epoch == self.plan.epoch && self.reported == epoch {
            self.reported = 0;
            self.report(turn);
        }
    }

    /// Lets go of the keys that others own now.
    pub(super) fn let_go(&mut self, me: NodeId, turn: &mut ServerTurn<'_>) {
        let map = &self.plan.map;
        let gone: Vec<Key> = self
            .shelf
            .iter()
            .filter(|item| {
                let owners = map.owners(&item.key);
                !owners.contains(me) && !owners.as_slice().is_empty()
            })
            .map(|item| item.key.clone())
            .collect();
        if !gone.is_empty() {
            self.drop_keys(gone, turn);
        }
    }

    pub(super) fn drop_keys(&mut self, gone: Vec<Key>, turn: &mut ServerTurn<'_>) {
        for key in &gone {
            if let Some(item) = self.shelf.take(key.position(), key.text()) {
                self.bytes -= item.bytes();
            }
        }
        let gone = Arc::new(gone);
        self.save(Write::Drop(gone.clone()), turn);
        turn.note(Note::Dropped(gone));
    }
}
