//! A client: it asks a home of the key to coordinate, and tries another one when it must.
//!
//! Each write has a version from the client's wall clock, above all that this start has given out, and a dot:
//! who this start is, by a number drawn from chance, and how many writes it has made. It keeps both when it is
//! tried again, so that a write is one write at however many nodes it arrives. Where siblings are kept, a client
//! hands back what it has last seen of a key, and takes the value of the greatest version for the one that it
//! works with.

use super::layout::Layout;
use super::machine::{Process, ProcessTurn};
use super::message::{Message, Note, Put, Reply, Request, Timer};
use super::record::{Cell, Cells, newest};
use crate::base::hash::Fold;
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Span, Time};
use crate::client::workload::Workload;
use crate::client::{self, Noted, Outcome, Verb};
use crate::machine::{Input, RequestId};
use crate::quorum::{Actor, Context, Dot, Level};
use crate::store::{CowMap, Item, Key, Keyed, Value, Version};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What a client is told at first.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// Who is there, and who the homes of a key are.
    pub layout: Arc<Layout>,
    /// Last write wins: what was seen does not matter.
    pub lww: bool,
    /// Nodes that are no home of a key may coordinate when no home answers.
    pub sloppy: bool,
    /// The region that it stands in: homes there coordinate first.
    pub region: u32,
    /// How many copies answer a read that names no level: R.
    pub reads: u32,
    /// How many copies take a write that names no level, or hints for them in a sloppy store: W.
    pub writes: u32,
    /// How long it waits for one answer.
    pub timeout: Span,
    /// How long it tries in all.
    pub deadline: Span,
}

#[derive(Clone, Debug)]
struct Operation {
    verb: Verb,
    key: Key,
    level: Option<Level>,
    /// What it writes, and which of the client's writes that is.
    cell: Option<(Cell, Dot)>,
    seen: Context,
    began: Time,
    tries: u32,
    /// At which of the key's homes it began.
    first: u32,
    asked: Option<RequestId>,
}

/// What the client has seen of a key.
#[derive(Clone, Debug)]
struct Seen {
    key: Key,
    context: Context,
    newest: Version,
}

impl Keyed for Seen {
    fn position(&self) -> u64 {
        self.key.position()
    }
    fn key(&self) -> &str {
        self.key.text()
    }
}

/// The machine that reads and writes.
#[derive(Clone, Debug)]
pub struct Client {
    config: Arc<ClientConfig>,
    work: Option<Arc<Workload>>,
    open: VecMap<u32, Operation>,
    seen: CowMap<Seen>,
    /// The number of the last operation. The first one is drawn from chance: what an earlier start has asked
    /// must not be answered to this one.
    count: u32,
    /// The greatest version that this start has given to a write.
    last: Version,
    /// Who this start is among those who write, and how many writes it has numbered.
    actor: Actor,
    writes: u64,
    made: u64,
}

/// A client has at most so many operations open; more work than that is not begun.
const OPEN_MAX: usize = 256;
/// What failed is tried again after so long.
const AGAIN: Span = Span::millis(20);

impl Client {
    /// Starts.
    pub fn boot(config: &Arc<ClientConfig>, turn: &mut ProcessTurn<'_>) -> Self {
        let chance = turn.rng.bits();
        Self {
            config: config.clone(),
            work: None,
            open: VecMap::new(),
            seen: CowMap::default(),
            count: chance as u32,
            last: Version(0),
            actor: Actor(Fold::of(&(turn.id, chance))),
            writes: 0,
            made: 0,
        }
    }

    /// Operations that wait for an answer.
    #[must_use]
    pub fn open(&self) -> usize {
        self.open.len()
    }

    /// Takes one input.
    pub fn step(&mut self, input: Input<Process>, turn: &mut ProcessTurn<'_>) {
        match input {
            Input::Message { message, .. } => match message {
                Message::Found { op, cells, copies } => self.found(op, &cells, copies, turn),
                Message::Written { op, cells, copies, hints } => {
                    let Some(operation) = self.open.get(&op) else { return };
                    let (Some((cell, dot)), key) = (&operation.cell, operation.key.clone()) else {
                        return;
                    };
                    let (version, value, dot) = (cell.version, cell.value.clone(), *dot);
                    turn.note(Note::Acked { op, dot, copies, hints });
                    self.see(&key, &cells);
                    let item = Item { key, version, value };
                    self.close(op, Outcome::Written(Arc::new(item)), turn);
                }
                Message::Failed { op, .. } if self.open.contains_key(&op) => {
                    turn.arm(Timer::Timeout(op), AGAIN);
                }
                // What only nodes are told.
                Message::Failed { .. }
                | Message::Get { .. }
                | Message::Put(_)
                | Message::Read { .. }
                | Message::Holds { .. }
                | Message::Replicate { .. }
                | Message::Replicated { .. }
                | Message::NoRoom { .. }
                | Message::Compare { .. }
                | Message::Differs { .. }
                | Message::Missing { .. }
                | Message::Unknown { .. }
                | Message::Refill { .. }
                | Message::Refilled { .. } => {}
            },
            Input::Timer(Timer::Next) => {
                self.generate(turn);
                self.arm_next(turn);
            }
            Input::Timer(Timer::Timeout(op)) => self.time_out(op, turn),
            // It keeps nothing, and has no other alarms.
            Input::Timer(_) | Input::WriteFailed(_) => {}
            Input::Request { id, request } => match request {
                Request::Get(key, level) => self.begin(Verb::Get, key, None, level, Some(id), turn),
                Request::Put(key, value, level) => {
                    let verb = if *value == Value::Gone { Verb::Delete } else { Verb::Put };
                    self.begin(verb, key, Some(*value), level, Some(id), turn);
                }
                Request::Work(work) => {
                    turn.reply(id, Reply::Noted);
                    self.work = work;
                    turn.disarm(Timer::Next);
                    self.arm_next(turn);
                }
            },
        }
    }

    fn arm_next(&self, turn: &mut ProcessTurn<'_>) {
        if let Some(work) = &self.work {
            let wait = work.wait(turn.rng);
            turn.arm(Timer::Next, wait);
        }
    }

    fn generate(&mut self, turn: &mut ProcessTurn<'_>) {
        let Some(work) = &self.work else { return };
        let verb = work.verb(turn.rng);
        let number = work.keys.draw(turn.rng, self.made, work.turn);
        let key = work.keys.key(number);
        let (verb, value) = match verb {
            Verb::Get => (Verb::Get, None),
            Verb::Delete => (Verb::Delete, Some(Value::Gone)),
            // There is no other way to write here than to put.
            Verb::Put | Verb::Cas | Verb::Append => {
                self.made += 1;
                let stamp = turn.rng.bits() as u32;
                (Verb::Put, Some(Value::Filler { stamp, bytes: work.value_bytes }))
            }
        };
        self.begin(verb, key, value, None, None, turn);
    }

    fn begin(
        &mut self,
        verb: Verb,
        key: Key,
        value: Option<Value>,
        level: Option<Level>,
        asked: Option<RequestId>,
        turn: &mut ProcessTurn<'_>,
    ) {
        if self.open.len() >= OPEN_MAX {
            return;
        }
        self.count = self.count.wrapping_add(1);
        let op = self.count;
        turn.note(Noted::Client(client::Note::Asked {
            op,
            verb,
            key: key.clone(),
            value: value.clone().map(Box::new),
            expected: None,
        }));
        let seen = self.seen.get(key.position(), key.text());
        let (context, known) = match seen {
            // Where siblings are kept, what a client has seen is older than what it writes.
            Some(seen) if !self.config.lww => (seen.context.clone(), seen.newest),
            _ => (Context::default(), Version(0)),
        };
        // Two writes of one instant, or of a clock that was set back, are two writes in their order.
        let wall = turn.wall.0.max((self.last.0 >> 8) + 1);
        let version = Version::next(wall, turn.id.0, known);
        if value.is_some() {
            self.last = version;
            self.writes += 1;
        }
        let dot = Dot { actor: self.actor, count: self.writes };
        let cell = value.map(|value| (Cell { version, value }, dot));
        turn.note(match &cell {
            None => Note::Reads { op, key: key.clone(), needs: self.needs(&key, level, false) },
            Some((cell, _)) => Note::Writes {
                op,
                key: key.clone(),
                version: cell.version,
                needs: self.needs(&key, level, true),
                hints: level == Some(Level::Any) || level.is_none() && self.config.sloppy,
            },
        });
        let homes = self.config.layout.preference(&key).homes.len() as u64;
        let first = turn.rng.below(homes.max(1)) as u32;
        let (began, tries, seen) = (turn.now, 0, context);
        let operation = Operation { verb, key, level, cell, seen, began, tries, first, asked };
        self.open.insert(op, operation);
        self.attempt(op, turn);
    }

    /// How many copies must answer before an operation has succeeded.
    fn needs(&self, key: &Key, level: Option<Level>, writes: bool) -> u32 {
        let homes = self.config.layout.preference(key).homes;
        let is_near = |node: &&NodeId| self.config.layout.region(**node) == self.config.region;
        match level {
            Some(level) => level.needs(homes.len(), homes.iter().filter(is_near).count()) as u32,
            None if writes => self.config.writes,
            None => self.config.reads,
        }
    }

    /// Sends an operation to a coordinator: one of the homes at first, then one after the other; under a
    /// sloppy quorum also others, when every home was tried.
    fn attempt(&mut self, op: u32, turn: &mut ProcessTurn<'_>) {
        let Some(operation) = self.open.get(&op) else { return };
        turn.arm(Timer::Timeout(op), self.config.timeout);
        let preference = self.config.layout.preference(&operation.key);
        let count = preference.homes.len();
        if count == 0 {
            return;
        }
        let mut row = preference.homes;
        row.rotate_left(operation.first as usize % count);
        let is_far = |node: &NodeId| self.config.layout.region(*node) != self.config.region;
        let (far, mut row): (Vec<NodeId>, Vec<NodeId>) = row.into_iter().partition(is_far);
        // Far away other copies would be the local ones.
        let is_local = operation.level.is_some_and(Level::is_local);
        if !is_local || row.is_empty() {
            row.extend(far);
        }
        if operation.level == Some(Level::Any) || self.config.sloppy && !is_local {
            row.extend(preference.others);
        }
        let to = row[operation.tries as usize % row.len()];
        let (key, level) = (operation.key.clone(), operation.level);
        let message = match &operation.cell {
            None => Message::Get { op, key, level },
            Some((cell, dot)) => {
                let (cell, dot, seen) = (cell.clone(), *dot, operation.seen.clone());
                Message::Put(Box::new(Put { op, key, cell, dot, seen, level }))
            }
        };
        turn.send(to, message);
    }

    fn time_out(&mut self, op: u32, turn: &mut ProcessTurn<'_>) {
        let Some(operation) = self.open.get_mut(&op) else { return };
        if turn.now.since(operation.began) + self.config.timeout > self.config.deadline {
            turn.note(Note::GaveUp { op });
            self.close(op, Outcome::Unknown, turn);
            return;
        }
        operation.tries += 1;
        turn.note(Noted::Client(client::Note::Retried { op }));
        self.attempt(op, turn);
    }

    fn found(&mut self, op: u32, cells: &Cells, copies: u32, turn: &mut ProcessTurn<'_>) {
        let Some(operation) = self.open.get(&op).filter(|it| it.verb == Verb::Get) else { return };
        let key = operation.key.clone();
        let versions: Vec<Version> = cells.values().iter().map(|(_, cell)| cell.version).collect();
        let alive = cells.values().iter().filter(|(_, cell)| cell.value != Value::Gone).count();
        turn.note(Note::Saw { op, versions: versions.into(), alive: alive as u32, copies });
        self.see(&key, cells);
        let outcome = match newest(cells) {
            Some(cell) if cell.value != Value::Gone => {
                let (version, value) = (cell.version, cell.value.clone());
                Outcome::Found(Arc::new(Item { key, version, value }))
            }
            Some(_) | None => Outcome::Absent,
        };
        self.close(op, outcome, turn);
    }

    /// Learns what a coordinator knows of a key.
    fn see(&mut self, key: &Key, cells: &Cells) {
        if self.config.lww {
            return;
        }
        let found = newest(cells).map_or(Version(0), |cell| cell.version);
        let make = || Seen { key: key.clone(), context: Context::default(), newest: Version(0) };
        let seen = self.seen.at(key.position(), key.text(), make);
        seen.context.join(cells.context());
        seen.newest = seen.newest.max(found);
    }

    fn close(&mut self, op: u32, outcome: Outcome, turn: &mut ProcessTurn<'_>) {
        turn.disarm(Timer::Timeout(op));
        if let Some(operation) = self.open.remove(&op) {
            if let Some(id) = operation.asked {
                turn.reply(id, Reply::Ended(outcome.clone()));
            }
            turn.note(Noted::Client(client::Note::Answered { op, outcome }));
        }
    }
}
