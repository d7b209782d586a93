//! A storage node: it holds keys, copies writes to the other owners, and streams what must move.

mod handover;
mod stream;
mod under_way;

use super::bug::Bug;
use super::map::{Edit, Plan, Step, Task};
use super::message::{Batch, Message, Note, Reply, Request, Timer, Write};
use super::server::{Disk, Server, ServerTurn};
use crate::base::ordered::Ordered;
use crate::base::{NodeId, Span, Time, order};
use crate::machine::Input;
use crate::placement::site::Site;
use crate::placement::{Placed, Strategy};
use crate::store::{Item, Key, Shelf, Version};
use alloc::sync::Arc;
use alloc::vec::Vec;
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
    pub plan: Arc<Plan>,
    /// Mistakes that it makes.
    pub bugs: Arc<Vec<Bug>>,
}

/// A write that this node sees through.
#[derive(Clone, Debug)]
struct Duty {
    client: NodeId,
    op: u32,
    item: Arc<Item>,
    waiting: Vec<NodeId>,
    answered: bool,
    sent: Time,
}

/// How a stream stands, for whoever looks.
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
    shelf: Shelf<Item>,
    bytes: u64,
    plan: Arc<Plan>,
    started: u64,
    formatted: u64,
    heard: Time,
    orders: Vec<Task>,
    duties: Ordered<u32, Duty>,
    /// The last number given to a copy or a batch. It starts anywhere, so that an answer from before a
    /// restart fits nothing.
    token: u32,
    streams: Ordered<NodeId, Stream>,
    reported: u32,
    /// How many keys each range had that grew, by its first key; counted anew under a new plan.
    grown: Ordered<Arc<[u8]>, u32>,
    under_way: UnderWay,
}

/// What was not answered is sent again after so long; batches wait longer, and longer each time, for
/// they queue.
const AGAIN: Span = Span::millis(200);
const BATCH_AGAIN: Span = Span::seconds(1);
/// A node that hears no beat says hello this often.
const HELLO: Span = Span::millis(500);

impl Storage {
    /// Starts from what is on the disk.
    pub fn boot(config: &Arc<StorageConfig>, disk: &Disk, turn: &mut ServerTurn<'_>) -> Self {
        let started = turn.now.0 + 1;
        let formatted = if disk.formatted == 0 { started } else { disk.formatted };
        let mut storage = Self {
            config: config.clone(),
            bytes: disk.shelf.iter().map(Item::bytes).sum(),
            shelf: disk.shelf.clone(),
            plan: config.plan.clone(),
            started,
            formatted,
            heard: turn.now,
            orders: Vec::new(),
            duties: Ordered::new(),
            token: turn.rng.bits() as u32,
            streams: Ordered::new(),
            reported: 0,
            grown: Ordered::new(),
            under_way: UnderWay::default(),
        };
        turn.arm(Timer::Hello, HELLO);
        if disk.formatted == 0 {
            storage.save(Write::Format(formatted), turn);
        }
        storage.say_hello(turn);
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
    pub fn plan(&self) -> &Plan {
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
        self.duties.len()
    }

    /// Takes one input.
    pub fn step(&mut self, me: NodeId, input: Input<Server>, turn: &mut ServerTurn<'_>) {
        self.under_way.settle(turn.landed);
        match input {
            Input::Message { from, message } => self.hear(me, from, message, turn),
            Input::Timer(Timer::Hello) => self.greet(me, turn),
            Input::Timer(Timer::Again) => self.again(me, turn),
            Input::Timer(_) => {}
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

    fn hear(&mut self, me: NodeId, from: NodeId, message: Message, turn: &mut ServerTurn<'_>) {
        match message {
            Message::Get { op, key } => {
                if self.plan.map.owners(&key).contains(me) && self.plan.map.serves(me) {
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
            Message::Copy { token, epoch, item } => {
                if epoch < self.plan.epoch {
                    turn.send(from, Message::Refused { op: token, plan: self.plan.clone() });
                    return;
                }
                if self.keep(&item) {
                    self.save(Write::Item(item.clone()), turn);
                    turn.note(Note::Stored(item.clone()));
                } else {
                    turn.fence();
                }
                turn.send(from, Message::Copied { token });
                self.forward(me, &item, turn);
            }
            Message::Copied { token } => {
                if let Some(duty) = self.duties.get_mut(&token) {
                    duty.waiting.retain(|node| *node != from);
                    self.finish(token, turn);
                }
            }
            Message::Refused { plan, .. } | Message::Plan(plan) => self.adopt(me, plan, turn),
            Message::Batch { number, epoch, batch } => {
                let fresh: Vec<Item> =
                    batch.items.iter().filter(|item| self.keep(item)).cloned().collect();
                if !fresh.is_empty() {
                    let fresh = if fresh.len() == batch.items.len() {
                        batch
                    } else {
                        Arc::new(Batch::new(batch.from, fresh))
                    };
                    self.save(Write::Batch(fresh.clone()), turn);
                    turn.note(Note::Took(fresh));
                } else {
                    turn.fence();
                }
                turn.send(from, Message::Took { number, epoch });
            }
            Message::Took { number, epoch } => {
                if let Some(stream) =
                    self.streams.get_mut(&from).filter(|_| epoch <= self.plan.epoch)
                    && let Some(Flying { batch, .. }) = stream.flying.remove(&number)
                {
                    stream.arrived_keys += batch.items.len() as u64;
                    stream.arrived_bytes += batch.bytes();
                    self.pump(me, from, turn);
                    self.report(turn);
                }
            }
            Message::Beat { epoch } => {
                self.heard = turn.now;
                let (started, formatted) = (self.started, self.formatted);
                let mine = self.plan.epoch.min(epoch);
                turn.send(from, Message::Alive { epoch: mine, started, formatted });
                self.report_again(epoch, turn);
            }
            _ => {}
        }
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
        turn: &mut ServerTurn<'_>,
    ) {
        let serving = self.plan.map.serving(&item.key);
        if !serving.contains(me) {
            turn.send(client, Message::Refused { op, plan: self.plan.clone() });
            return;
        }
        let known = self.shelf.get(item.key.position(), item.key.text());
        let known = known.map_or(Version(0), |known| known.version);
        let version = Version::next(turn.wall.0, me.0, known);
        let item = Arc::new(Item { version, ..item.clone() });
        self.keep(&item);
        self.token = self.token.wrapping_add(1);
        let token = self.token;
        if known == Version(0) {
            self.mind_range(me, &item.key, turn);
        }
        let early = self.config.bugs.contains(&Bug::EarlyAck);
        if early {
            turn.send(client, Message::Answer { op, found: Some(item.clone()) });
        }
        let waiting: Vec<NodeId> = serving.as_slice().to_vec();
        let others = waiting.len() > 1;
        for &node in waiting.iter().filter(|node| **node != me) {
            let epoch = self.plan.epoch;
            turn.send(node, Message::Copy { token, epoch, item: item.clone() });
        }
        let sent = turn.now;
        let duty = Duty { client, op, item: item.clone(), waiting, answered: early, sent };
        self.duties.insert(token, duty);
        self.forward(me, &item, turn);
        turn.arm(Timer::Again, AGAIN);
        self.save(Write::Item(item.clone()), turn);
        turn.note(Note::Stored(item.clone()));
        if others {
            // The landing on this node's own disk counts like a copy on another's.
            turn.send(me, Message::Copied { token });
        } else {
            if !early {
                turn.send(client, Message::Answer { op, found: Some(item) });
            }
            self.duties.remove(&token);
        }
    }

    /// Counts a new key in its range, and asks for a cut if there are too many.
    fn mind_range(&mut self, me: NodeId, key: &Key, turn: &mut ServerTurn<'_>) {
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

    fn finish(&mut self, token: u32, turn: &mut ServerTurn<'_>) {
        if self.duties.get(&token).is_some_and(|duty| duty.waiting.is_empty())
            && let Some(duty) = self.duties.remove(&token)
            && !duty.answered
        {
            turn.send(duty.client, Message::Answer { op: duty.op, found: Some(duty.item) });
        }
    }

    /// Sends a new write on to the nodes that will own it, if that is this node's task.
    fn forward(&mut self, me: NodeId, item: &Item, turn: &mut ServerTurn<'_>) {
        let key = &item.key;
        let moving = matches!(self.plan.step, Step::Streaming);
        if !moving || self.config.bugs.contains(&Bug::NoForward) {
            return;
        }
        if self.plan.map.sources(key).contains(me) {
            for &target in self.plan.targets(key).as_slice() {
                if target != me {
                    let now = turn.now;
                    let stream = self.streams.at(target, || Stream::new(now));
                    stream.tail.push_back(item.clone());
                    self.pump(me, target, turn);
                }
            }
        }
    }

    /// Takes a newer plan.
    fn adopt(&mut self, me: NodeId, plan: Arc<Plan>, turn: &mut ServerTurn<'_>) {
        if plan.epoch <= self.plan.epoch {
            return;
        }
        self.plan = plan;
        self.grown.clear();
        self.redo_duties(me, turn);
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
            Step::Idle => self.streams.clear(),
            Step::Settled => {
                self.streams.clear();
                self.let_go(me, turn);
            }
        }
        self.report(turn);
    }

    fn greet(&mut self, me: NodeId, turn: &mut ServerTurn<'_>) {
        turn.arm(Timer::Hello, HELLO);
        if turn.now.since(self.heard) > HELLO + HELLO {
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

    fn say_hello(&self, turn: &mut ServerTurn<'_>) {
        let (name, weight, site) = (self.config.name.clone(), self.config.weight, self.config.site);
        turn.send(self.config.controller, Message::Hello { name, weight, site });
    }

    fn send_orders(&self, turn: &mut ServerTurn<'_>) {
        for order in &self.orders {
            turn.send(self.config.controller, Message::Order(order.clone()));
        }
    }

    /// Sends again what was not answered.
    fn again(&mut self, me: NodeId, turn: &mut ServerTurn<'_>) {
        let epoch = self.plan.epoch;
        for (token, duty) in self.duties.iter_mut() {
            if turn.now.since(duty.sent) >= AGAIN {
                duty.sent = turn.now;
                for &node in duty.waiting.iter().filter(|node| **node != me) {
                    let item = duty.item.clone();
                    turn.send(node, Message::Copy { token: *token, epoch, item });
                }
            }
        }
        for (to, stream) in self.streams.iter_mut() {
            for (number, flying) in stream.flying.iter_mut() {
                if turn.now.since(flying.sent) >= flying.patience {
                    flying.sent = turn.now;
                    flying.patience = flying.patience + flying.patience;
                    let batch = flying.batch.clone();
                    turn.send(*to, Message::Batch { number: *number, epoch, batch });
                }
            }
        }
        if !self.duties.is_empty() || self.streams.values().any(|stream| !stream.is_through()) {
            turn.arm(Timer::Again, AGAIN);
        }
    }
}
