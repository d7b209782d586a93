//! Handing keys over when the map has changed.

use super::stream::{Flying, Stream};
use super::{AGAIN, BATCH_AGAIN, Storage};
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Span, Time};
use crate::placement::Owners;
use crate::store::{Item, Key, Version};
use crate::tenant::ring::bugs::Bug;
use crate::tenant::ring::machine::ProcessTurn;
use crate::tenant::ring::map::{Standing, Step, Task};
use crate::tenant::ring::message::{Batch, Message, Note, Timer, Write};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A batch holds about so many bytes, and at most so many items.
pub(super) const BATCH_BYTES: u64 = 64_000;
const BATCH_ITEMS: usize = 128;

/// So many batches of a stream fly at once.
const WINDOW: usize = 4;

/// A node that comes back is sent also what is a little older than what it must have missed: its disk
/// may have called safe what was not.
const MARGIN: Span = Span::seconds(2);

impl Storage {
    /// The nodes that must hold a write before it is acknowledged: the owners that serve, and while keys
    /// move those that will own it. So nothing acknowledged is missing at the next owners when their map
    /// comes into force, even if nodes fall meanwhile.
    pub(super) fn must_hold(&self, key: &Key) -> Owners {
        let mut owners = self.plan.map.serving(key);
        if self.plan.step == Step::Streaming && !self.config.bugs.contains(&Bug::NoForward) {
            for &node in self.plan.targets(key).as_slice() {
                owners.add(node);
            }
        }
        owners
    }

    /// Starts every open write again under the plan that is now in force.
    pub(super) fn redo_pending(&mut self, me: NodeId, turn: &mut ProcessTurn<'_>) {
        let tokens: Vec<u32> = self.pending.keys().copied().collect();
        let floor = Version::at(self.plan.floor);
        let (mut renewed, mut own) = (Vec::new(), Vec::new());
        for token in tokens {
            let Some(mut write) = self.pending.remove(&token) else { continue };
            if !self.serves(me) || !self.plan.map.serving(&write.item.key).contains(me) {
                let plan = self.plan.clone();
                turn.send(write.client, Message::Refused { op: write.op, plan });
                continue;
            }
            let mut token = token;
            let mut mine = write.waiting.contains(&me);
            if write.item.version < floor {
                // Who was given up since would take it for something that it has: it is written anew.
                write.item = self.versioned(me, &write.item, turn.wall);
                self.keep(&write.item);
                renewed.push((*write.item).clone());
                self.token = self.token.wrapping_add(1);
                (token, mine) = (self.token, true);
                own.push(token);
            }
            write.waiting = self.must_hold(&write.item.key).as_slice().to_vec();
            write.waiting.retain(|node| *node != me || mine);
            for &node in write.waiting.iter().filter(|node| **node != me) {
                let (epoch, item) = (self.plan.epoch, write.item.clone());
                turn.send(node, Message::Replicate { token, epoch, item });
            }
            self.pending.insert(token, write);
            self.finish(token, turn);
        }
        if !renewed.is_empty() {
            let notes: Vec<Arc<Item>> = renewed.iter().cloned().map(Arc::new).collect();
            self.save(Write::Batch(Arc::new(Batch::new(me, renewed))), turn);
            for item in notes {
                turn.note(Note::Stored(item));
            }
            for token in own {
                turn.send(me, Message::ReplicateAck { token });
            }
        }
    }

    /// Finds what this node has to stream: the keys whose source it is; and if it joins, all that it
    /// brings along from before.
    pub(super) fn gather(&mut self, me: NodeId, turn: &mut ProcessTurn<'_>) {
        self.streams.clear();
        if !self.is_meant(me) {
            return;
        }
        let plan = self.plan.clone();
        let next = plan.next.as_ref().unwrap_or(&plan.map);
        let joins = matches!(plan.task, Some(Task::Join(node, _)) if node == me);
        // What was acknowledged since a member was given up is no older than this.
        let since = |node: NodeId| {
            let behind = plan.map.member(node).filter(|m| m.standing == Standing::Behind);
            behind.map_or(Version(0), |m| Version::at((Time(m.since) - MARGIN).0))
        };
        let mut found: VecMap<NodeId, Vec<Item>> = VecMap::new();
        for item in self.shelf.iter() {
            let key = &item.key;
            if joins && plan.map.member(me).is_none() {
                for &node in next.serving(key).as_slice() {
                    if node != me {
                        found.of(node).push(item.clone());
                    }
                }
            } else if plan.map.sources(key).contains(me) {
                for &node in plan.targets(key).as_slice() {
                    if node != me && item.version >= since(node) {
                        found.of(node).push(item.clone());
                    }
                }
            }
        }
        for (to, items) in found {
            let bytes = items.iter().map(Item::bytes).sum();
            turn.note(Note::Streaming { to, keys: items.len() as u32, bytes });
            self.streams.insert(to, Stream::new(items, turn.now));
        }
    }

    /// Keeps a stream's window full.
    pub(super) fn pump(&mut self, me: NodeId, to: NodeId, turn: &mut ProcessTurn<'_>) {
        let epoch = self.plan.epoch;
        let early = self.config.bugs.contains(&Bug::DropEarly);
        let Some(stream) = self.streams.get_mut(&to) else { return };
        let mut gone = Vec::new();
        while stream.flying.len() < WINDOW && stream.left() > 0 {
            let mut items = Vec::new();
            let mut bytes = 0;
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
            let flying = Flying { batch: batch.clone(), sent: turn.now, timeout: BATCH_AGAIN };
            stream.flying.insert(number, flying);
            turn.send(to, Message::Batch { number, epoch, batch });
            // What flies may be lost, so there is always an alarm for it.
            turn.arm(Timer::Again, AGAIN);
        }
        if !gone.is_empty() {
            self.drop_keys(gone, turn);
        }
    }

    /// Says that a step is through, once it is. Who has started again since the plan was made is not
    /// meant by it: what the controller waits for may have been on another disk.
    pub(super) fn report(&mut self, me: NodeId, turn: &mut ProcessTurn<'_>) {
        if self.reported == self.plan.epoch {
            return;
        }
        let epoch = self.plan.epoch;
        let through = self.streams.values().all(Stream::is_through);
        let message = match self.plan.step {
            Step::Streaming if through && self.is_meant(me) => Message::Streamed { epoch },
            Step::Draining => Message::Drained { epoch },
            _ => return,
        };
        self.reported = epoch;
        turn.send(self.config.controller, message);
    }

    /// Says it again if the controller still beats to the same plan: the word may have been lost.
    pub(super) fn report_again(&mut self, me: NodeId, epoch: u32, turn: &mut ProcessTurn<'_>) {
        if epoch == self.plan.epoch && self.reported == epoch {
            self.reported = 0;
            self.report(me, turn);
        }
    }

    pub(super) fn drop_keys(&mut self, gone: Vec<Key>, turn: &mut ProcessTurn<'_>) {
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
