//! A storage node: it holds keys, copies writes to the other owners, and streams what must move.

mod handover;
mod release;
mod stream;
mod under_way;

use super::machine::{Disk, GIVEN, Process, ProcessTurn};
use super::map::{ClusterMap, Edit, Member, Standing, Step, Task};
use super::message::{Batch, Hello, Message, Note, Reply, Request, Timer, Write};
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Span, Time, order};
use crate::machine::Input;
use crate::placement::site::Site;
use crate::placement::{Placed, Strategy};
use crate::store::{CowMap, Item, Key, Version};
use crate::tenant::ring::bugs::Bug;
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use release::Releases;
use stream::{Flying, Stream};
use under_way::UnderWay;

/// What a storage node is told at first.
#[derive(Clone, Debug)]
pub struct StorageConfig {
    /// Who keeps the map.
    pub controller: NodeId,
    /// Its name, which decides its points.
    pub name: Arc<str>,
    /// The weight it asks for, in hundredths.
    pub weight: u32,
    /// Where it stands.
    pub site: Site,
    /// The plan it starts with.
    pub plan: Arc<ClusterMap>,
    /// Mistakes that it makes.
    pub bugs: Arc<Vec<Bug>>,
}

/// A write that this node sees through.
#[derive(Clone, Debug)]
struct PendingWrite {
    client: NodeId,
    op: u32,
    item: Arc<Item>,
    waiting: Vec<NodeId>,
    answered: bool,
    sent: Time,
}

/// How a stream stands, as seen from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// To whom.
    pub to: NodeId,
    /// Keys that have arrived.
    pub keys: u64,
    /// Bytes that have arrived.
    pub bytes: u64,
    /// Keys still to go.
    pub left: u64,
    /// When it began, by this node's clock.
    pub began: Time,
}

/// The machine that holds keys.
#[derive(Clone, Debug)]
pub struct Storage {
    config: Arc<StorageConfig>,
    shelf: CowMap<Item>,
    bytes: u64,
    plan: Arc<ClusterMap>,
    /// Drawn for this life.
    life: u64,
    /// It is the first life of a node that belongs to the cluster from the start, as far as its disk tells.
    first: bool,
    /// The number of its disk.
    disk: u64,
    /// It has heard a plan in this life, so that it does not act by one from before.
    told: bool,
    heard: Time,
    orders: Vec<Task>,
    pending: VecMap<u32, PendingWrite>,
    /// The last number given to a copy or a batch. It starts anywhere, so that an answer from before a
    /// restart fits nothing.
    token: u32,
    streams: VecMap<NodeId, Stream>,
    reported: u32,
    /// How many keys each range had that grew, by its first key; counted anew under a new plan.
    grown: VecMap<Arc<[u8]>, u32>,
    under_way: UnderWay,
    releases: Releases,
    /// It was away, and has not yet compared with the other owners what it has of its own keys from this
    /// time on; from the beginning after a start, for it does not remember.
    returned: Option<u64>,
}

/// What was not answered is sent again after so long; batches wait longer, and longer each time, for
/// they queue.
const AGAIN: Span = Span::millis(200);
const BATCH_AGAIN: Span = Span::seconds(1);
/// A node that hears no beat says hello this often.
const HELLO: Span = Span::millis(500);

impl Storage {
    /// Starts from what is on the disk.
    pub fn boot(config: &Arc<StorageConfig>, disk: &Disk, turn: &mut ProcessTurn<'_>) -> Self {
        let first = disk.number == GIVEN && !disk.used;
        let whole = disk.number != 0 && !disk.damaged;
        let mut draw = || turn.rng.bits().max(GIVEN + 1);
        let life = draw();
        let number = if whole { disk.number } else { draw() };
        let mut storage = Self {
            config: config.clone(),
            bytes: disk.shelf.iter().map(Item::bytes).sum(),
            shelf: disk.shelf.clone(),
            plan: config.plan.clone(),
            life,
            first,
            disk: number,
            told: first,
            heard: turn.now,
            orders: Vec::new(),
            pending: VecMap::new(),
            token: turn.rng.bits() as u32,
            streams: VecMap::new(),
            reported: 0,
            grown: VecMap::new(),
            under_way: UnderWay::default(),
            releases: Releases::default(),
            returned: (!first).then_some(0),
        };
        turn.arm(Timer::Hello, HELLO);
        storage.say_hello(turn);
        if first || !whole {
            storage.save(Write::Format(number), turn);
        }
        storage
    }

    /// How many keys it holds.
    #[must_use]
    pub fn keys(&self) -> u64 {
        self.shelf.len()
    }

    /// How many bytes it holds.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The plan that it goes by.
    #[must_use]
    pub fn plan(&self) -> &ClusterMap {
        &self.plan
    }

    /// Its streams to other nodes.
    pub fn progress(&self) -> impl Iterator<Item = Progress> {
        self.streams.iter().map(|(to, stream)| Progress {
            to: *to,
            keys: stream.arrived_keys,
            bytes: stream.arrived_bytes,
            left: stream.left() as u64,
            began: stream.began,
        })
    }

    /// Writes that it sees through and that are not acknowledged yet.
    #[must_use]
    pub fn open_writes(&self) -> usize {
        self.pending.len()
    }

    /// Takes one input.
    pub fn step(&mut self, me: NodeId, input: Input<Process>, turn: &mut ProcessTurn<'_>) {
        self.under_way.settle(turn.landed);
        match input {
            Input::Message { from, message } => self.hear(me, from, message, turn),
            Input::Timer(Timer::Hello) => self.greet(me, turn),
            Input::Timer(Timer::Again) => self.again(me, turn),
            Input::Timer(_) => {}
            Input::WriteFailed(_) => turn.halt(),
            Input::Request { id, request } => {
                match request {
                    Request::Leave => self.orders.push(Task::Leave(me)),
                    Request::Weight(weight) => self.orders.push(Task::Weight(me, weight)),
                    _ => {}
                }
                turn.reply(id, Reply::Noted);
                self.send_orders(turn);
                turn.arm(Timer::Hello, HELLO);
            }
        }
    }

    fn hear(&mut self, me: NodeId, from: NodeId, message: Message, turn: &mut ProcessTurn<'_>) {
        match message {
            Message::Get { op, key } => {
                if self.is_in_doubt(me) {
                    return;
                }
                if self.plan.map.owners(&key).contains(me) && self.serves(me) {
                    let found = self.shelf.get(key.position(), key.text());
                    let found = found.map(|item| Arc::new(item.clone()));
                    if self.under_way.concerns(key.position()) {
                        turn.fence();
                    }
                    turn.send(from, Message::Answer { op, found });
                } else {
                    turn.send(from, Message::Refused { op, plan: self.plan.clone() });
                }
            }
            Message::Put { op, item } => self.write(me, from, op, &item, turn),
            Message::Replicate { token, epoch, item } => {
                if epoch < self.plan.epoch {
                    turn.send(from, Message::Refused { op: token, plan: self.plan.clone() });
                    return;
                }
                self.mind(epoch);
                if !self.told {
                    return;
                }
                if self.keep(&item) {
                    self.save(Write::Item(item.clone()), turn);
                    turn.note(Note::Stored(item.clone()));
                } else {
                    turn.fence();
                }
                turn.send(from, Message::ReplicateAck { token });
            }
            Message::ReplicateAck { token } => {
                if let Some(write) = self.pending.get_mut(&token) {
                    write.waiting.retain(|node| *node != from);
                    self.finish(token, turn);
                }
            }
            Message::Refused { plan, .. } | Message::ClusterMap(plan) => self.adopt(me, plan, turn),
            Message::Batch { number, epoch, batch } => {
                self.mind(epoch);
                let fresh: Vec<Item> =
                    batch.items.iter().filter(|item| self.keep(item)).cloned().collect();
                if !fresh.is_empty() {
                    let fresh = if fresh.len() == batch.items.len() {
                        batch
                    } else {
                        Arc::new(Batch::new(batch.from, fresh))
                    };
                    self.save(Write::Batch(fresh.clone()), turn);
                    turn.note(Note::BatchStored(fresh));
                } else {
                    turn.fence();
                }
                turn.send(from, Message::BatchAck { number, epoch });
            }
            Message::BatchAck { number, epoch } => {
                if let Some(stream) =
                    self.streams.get_mut(&from).filter(|_| epoch <= self.plan.epoch)
                    && let Some(Flying { batch, .. }) = stream.flying.remove(&number)
                {
                    stream.arrived_keys += batch.items.len() as u64;
                    stream.arrived_bytes += batch.bytes();
                    self.pump(me, from, turn);
                    self.report(me, turn);
                } else {
                    self.hear_taken(from, number, turn);
                }
            }
            Message::Offer { number, epoch, keys } => {
                self.mind(epoch);
                self.compare(from, number, epoch, &keys, turn);
            }
            Message::Lacks { number, missing } => self.hear_lacks(from, number, &missing, turn),
            Message::Heartbeat { epoch } => {
                self.heard = turn.now;
                let (life, first, disk) = (self.life, self.first, self.disk);
                let mine = self.plan.epoch.min(epoch);
                turn.send(from, Message::HeartbeatAck { epoch: mine, life, first, disk });
                self.report_again(me, epoch, turn);
            }
            _ => {}
        }
    }

    /// True if a member of the map is this node in this life.
    fn is_me(&self, member: Option<&Member>) -> bool {
        member.is_some_and(|member| member.is_in_life(self.life, self.first))
    }

    /// True if this node serves its keys: the plan says so, and means it in this life.
    fn serves(&self, me: NodeId) -> bool {
        let member = self.plan.map.member(me);
        self.is_me(member) && member.is_some_and(|member| member.standing == Standing::Serving)
    }

    /// True if the plan, or the map that it leads to, means this node in this life.
    fn is_meant(&self, me: NodeId) -> bool {
        let next = self.plan.next.as_ref().and_then(|next| next.member(me));
        self.is_me(self.plan.map.member(me)) || self.is_me(next)
    }

    /// True if this node cannot say whether it serves: it has started again, and the controller does not
    /// know that yet. It answers nobody until it has heard.
    fn is_in_doubt(&self, me: NodeId) -> bool {
        !self.told || self.plan.map.serves(me) && !self.serves(me)
    }

    /// Somebody goes by this plan. If it is newer than the one that is known here, the owners may be
    /// others already, and nothing is let go of.
    fn mind(&mut self, epoch: u32) {
        if epoch > self.plan.epoch {
            self.releases.clear();
        }
    }

    /// The item as this node writes it now: newer than what it holds, and than the plan's floor.
    fn versioned(&self, me: NodeId, item: &Item, wall: Time) -> Arc<Item> {
        let known = self.shelf.get(item.key.position(), item.key.text());
        let known = known.map_or(Version(0), |known| known.version);
        let version = Version::next(wall.0.max(self.plan.floor), me.0, known);
        Arc::new(Item { version, ..item.clone() })
    }

    /// Keeps an item if it is newer than what is there.
    fn keep(&mut self, item: &Item) -> bool {
        let known = self.shelf.get(item.key.position(), item.key.text());
        if known.is_some_and(|known| known.version >= item.version) {
            return false;
        }
        self.bytes += item.bytes();
        if let Some(old) = self.shelf.put(item.clone()) {
            self.bytes -= old.bytes();
        }
        true
    }

    fn write(
        &mut self,
        me: NodeId,
        client: NodeId,
        op: u32,
        item: &Item,
        turn: &mut ProcessTurn<'_>,
    ) {
        if self.is_in_doubt(me) {
            return;
        }
        if !self.serves(me) || !self.plan.map.serving(&item.key).contains(me) {
            turn.send(client, Message::Refused { op, plan: self.plan.clone() });
            return;
        }
        let fresh = self.shelf.get(item.key.position(), item.key.text()).is_none();
        let item = self.versioned(me, item, turn.wall);
        self.keep(&item);
        self.token = self.token.wrapping_add(1);
        let token = self.token;
        if fresh {
            self.mind_range(me, &item.key, turn);
        }
        let early = self.config.bugs.contains(&Bug::EarlyAck);
        if early {
            turn.send(client, Message::Answer { op, found: Some(item.clone()) });
        }
        let waiting: Vec<NodeId> = self.must_hold(&item.key).as_slice().to_vec();
        let others = waiting.len() > 1;
        for &node in waiting.iter().filter(|node| **node != me) {
            let epoch = self.plan.epoch;
            turn.send(node, Message::Replicate { token, epoch, item: item.clone() });
        }
        let sent = turn.now;
        let write = PendingWrite { client, op, item: item.clone(), waiting, answered: early, sent };
        self.pending.insert(token, write);
        turn.arm(Timer::Again, AGAIN);
        self.save(Write::Item(item.clone()), turn);
        turn.note(Note::Stored(item.clone()));
        if others {
            // The landing on this node's own disk counts like a copy on another's.
            turn.send(me, Message::ReplicateAck { token });
        } else {
            if !early {
                turn.send(client, Message::Answer { op, found: Some(item) });
            }
            self.pending.remove(&token);
        }
    }

    /// Counts a new key in its range, and asks for a cut if there are too many.
    fn mind_range(&mut self, me: NodeId, key: &Key, turn: &mut ProcessTurn<'_>) {
        let map = &self.plan.map;
        let (Strategy::Range { most: Some(most), .. }, Placed::Range(range)) =
            (&**map.strategy(), map.placed())
        else {
            return;
        };
        let at = range.find(key.text().as_bytes());
        let Some(piece) = range.pieces().get(at).filter(|piece| piece.node == me) else { return };
        let end = range.pieces().get(at + 1).map(|next| next.start.clone());
        let within = |item: &&Item| {
            let key = item.key.text().as_bytes();
            *piece.start <= *key && end.as_ref().is_none_or(|end| *key < **end)
        };
        let count = match self.grown.get(&piece.start) {
            Some(count) => count + 1,
            None => self.shelf.iter().filter(within).count() as u32,
        };
        if count <= *most || self.orders.iter().any(|order| matches!(order, Task::Edit(_))) {
            self.grown.insert(piece.start.clone(), count);
            return;
        }
        let mut keys: Vec<&str> =
            self.shelf.iter().filter(within).map(|item| item.key.text()).collect();
        order::sort(&mut keys);
        if let Some(middle) = keys.get(keys.len() / 2) {
            let order = Task::Edit(Edit::Split(Arc::from(*middle)));
            self.grown.insert(piece.start.clone(), count);
            self.orders.push(order.clone());
            turn.send(self.config.controller, Message::Order(order));
        }
    }

    fn finish(&mut self, token: u32, turn: &mut ProcessTurn<'_>) {
        if self.pending.get(&token).is_some_and(|write| write.waiting.is_empty())
            && let Some(write) = self.pending.remove(&token)
            && !write.answered
        {
            turn.send(write.client, Message::Answer { op: write.op, found: Some(write.item) });
        }
    }

    /// Takes a newer plan.
    fn adopt(&mut self, me: NodeId, plan: Arc<ClusterMap>, turn: &mut ProcessTurn<'_>) {
        self.told |= plan.epoch >= self.plan.epoch;
        if plan.epoch <= self.plan.epoch {
            return;
        }
        self.plan = plan;
        self.grown.clear();
        self.releases.clear();
        if let Some(member) = self.plan.map.member(me).filter(|_| !self.serves(me)) {
            self.returned = Some(self.returned.map_or(member.since, |from| from.min(member.since)));
        }
        self.redo_pending(me, turn);
        match self.plan.step {
            Step::Streaming => {
                self.gather(me, turn);
                let targets: Vec<NodeId> = self.streams.keys().copied().collect();
                for target in targets {
                    self.pump(me, target, turn);
                }
                turn.arm(Timer::Again, AGAIN);
            }
            Step::Draining => {}
            Step::Idle | Step::Settled => {
                self.streams.clear();
                self.begin_release(turn);
            }
        }
        self.report(me, turn);
    }

    fn greet(&mut self, me: NodeId, turn: &mut ProcessTurn<'_>) {
        turn.arm(Timer::Hello, HELLO);
        if turn.now.since(self.heard) > HELLO + HELLO || self.is_in_doubt(me) {
            self.say_hello(turn);
        }
        let map = &self.plan.map;
        self.orders.retain(|order| match order {
            Task::Leave(_) => map.member(me).is_some(),
            Task::Weight(_, weight) => map.member(me).is_some_and(|m| m.weight != *weight),
            Task::Edit(edit) => map.edited(edit).is_some(),
            Task::Join(..) | Task::Replace(_) | Task::Repair => false,
        });
        self.send_orders(turn);
    }

    fn say_hello(&self, turn: &mut ProcessTurn<'_>) {
        let (name, weight, site) = (self.config.name.clone(), self.config.weight, self.config.site);
        let (life, first, disk) = (self.life, self.first, self.disk);
        let hello = Hello { name, weight, site, life, first, disk };
        turn.send(self.config.controller, Message::Hello(Box::new(hello)));
    }

    fn send_orders(&self, turn: &mut ProcessTurn<'_>) {
        for order in &self.orders {
            turn.send(self.config.controller, Message::Order(order.clone()));
        }
    }

    /// Sends again what was not answered.
    fn again(&mut self, me: NodeId, turn: &mut ProcessTurn<'_>) {
        let epoch = self.plan.epoch;
        for (token, write) in self.pending.iter_mut() {
            if turn.now.since(write.sent) >= AGAIN {
                write.sent = turn.now;
                for &node in write.waiting.iter().filter(|node| **node != me) {
                    let item = write.item.clone();
                    turn.send(node, Message::Replicate { token: *token, epoch, item });
                }
            }
        }
        for (to, stream) in self.streams.iter_mut() {
            for (number, flying) in stream.flying.iter_mut() {
                if turn.now.since(flying.sent) >= flying.timeout {
                    flying.sent = turn.now;
                    flying.timeout = flying.timeout + flying.timeout;
                    let batch = flying.batch.clone();
                    turn.send(*to, Message::Batch { number: *number, epoch, batch });
                }
            }
        }
        self.offer_again(turn);
        let streams = self.streams.values().any(|stream| !stream.is_through());
        if !self.pending.is_empty() || streams || !self.releases.is_empty() {
            turn.arm(Timer::Again, AGAIN);
        }
    }
}
