//! How a client reaches a quorum store: it asks a home of the key to coordinate, and another one when it must.
//!
//! Each write has a version from the client's wall clock, above all that this start has given out, and a dot:
//! who this start is, by a number drawn from chance, and how many writes it has made. It keeps both when it is
//! tried again, so that a write is one write at however many nodes it arrives. What it replaces is fixed before
//! the first try too: who deletes a key without having read it reads it first, as Riak's delete does. A
//! coordinator that filled that in would give each try another meaning, and one that comes late would take
//! writes along that began when the delete had ended. An acknowledgement shows no values, so a writer learns
//! nothing by it but its own write. Where siblings are kept, a client
//! hands back what it has last seen of a key, and takes the value of the greatest version for the one that it
//! works with.

use super::layout::Layout;
use super::machine::{Process, ProcessTurn};
use super::message::{Message, Note, Put, Request, Timer, Writes};
use super::record::{Cell, Cells, newest};
use crate::base::hash::Fold;
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Span};
use crate::client::{self, Alarm, Heard, Op, Operation, Outcome, Reach, Verb, Wish};
use crate::quorum::{Actor, Context, Dot, Level};
use crate::store::{CowMap, Item, Key, Keyed, Value, Version};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What a client is told at first.
pub type ClientConfig = client::Config<Start>;

/// What it knows at first.
#[derive(Clone, Debug)]
pub struct Start {
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
}

/// What is kept of an operation.
#[derive(Clone, Debug)]
pub struct Call {
    level: Option<Level>,
    /// What it writes, and which of the client's writes that is.
    cell: Option<(Cell, Dot)>,
    seen: Context,
    /// It deletes, and was not shown the key since it last wrote it: it reads first.
    looks: bool,
    tries: u32,
    /// At which of the key's homes it began.
    first: u32,
}

/// What the client has seen of a key.
#[derive(Clone, Debug)]
struct Seen {
    key: Key,
    context: Context,
    newest: Version,
    /// It has read the key since it last wrote it.
    shown: bool,
}

impl Keyed for Seen {
    fn position(&self) -> u64 {
        self.key.position()
    }
    fn key(&self) -> &str {
        self.key.text()
    }
}

/// The way to a quorum store.
#[derive(Clone, Debug)]
pub struct ByHomes {
    config: Arc<ClientConfig>,
    seen: CowMap<Seen>,
    /// The greatest version that this start has given to a write.
    last: Version,
    /// Who this start is among those who write, and how many writes it has numbered.
    actor: Actor,
    writes: u64,
}

/// What failed is tried again after so long.
const AGAIN: Span = Span::millis(20);

impl ByHomes {
    /// How many copies must answer before an operation has succeeded.
    fn needs(&self, key: &Key, level: Option<Level>, writes: bool) -> u32 {
        let Start { layout, region, .. } = &self.config.store;
        let homes = layout.preference(key).homes;
        let is_near = |node: &&NodeId| layout.region(**node) == *region;
        match level {
            Some(level) => level.needs(homes.len(), homes.iter().filter(is_near).count()) as u32,
            None if writes => self.config.store.writes,
            None => self.config.store.reads,
        }
    }

    /// Learns what it was shown of a key, or has written there.
    fn see(&mut self, key: &Key, context: &Context, found: Version, shown: bool) {
        if self.config.store.lww {
            return;
        }
        let make = || Seen {
            key: key.clone(),
            context: Context::default(),
            newest: Version(0),
            shown: false,
        };
        let seen = self.seen.at(key.position(), key.text(), make);
        seen.context.join(context);
        seen.shown = shown;
        seen.newest = seen.newest.max(found);
    }

    /// Says whose copies counted if those of one region did: the region of who has coordinated.
    fn tell_near(
        &self,
        op: u32,
        key: &Key,
        level: Option<Level>,
        coordinator: NodeId,
        turn: &mut ProcessTurn<'_>,
    ) {
        if !level.is_some_and(Level::is_local) {
            return;
        }
        let layout = &self.config.store.layout;
        let region = layout.region(coordinator);
        let mut homes = layout.preference(key).homes;
        homes.retain(|home| layout.region(*home) == region);
        turn.note(Note::Near { op, homes: homes.into() });
    }

    fn is_shown(&self, key: &Key) -> bool {
        self.seen.get(key.position(), key.text()).is_some_and(|seen| seen.shown)
    }

    fn found(
        &mut self,
        op: u32,
        (key, cells): (Key, &Cells),
        copies: u32,
        turn: &mut ProcessTurn<'_>,
    ) -> Outcome {
        let versions: Vec<Version> = cells.values().iter().map(|(_, cell)| cell.version).collect();
        let alive = cells.values().iter().filter(|(_, cell)| cell.value != Value::Gone).count();
        turn.note(Note::Saw { op, versions: versions.into(), alive: alive as u32, copies });
        self.see(&key, cells.context(), found_last(cells), true);
        match newest(cells) {
            Some(cell) if cell.value != Value::Gone => {
                let (version, value) = (cell.version, cell.value.clone());
                Outcome::Found(Arc::new(Item { key, version, value }))
            }
            Some(_) | None => Outcome::Absent,
        }
    }
}

fn found_last(cells: &Cells) -> Version {
    newest(cells).map_or(Version(0), |cell| cell.version)
}

impl From<Alarm> for Timer {
    fn from(alarm: Alarm) -> Self {
        match alarm {
            Alarm::Next => Self::Next,
            Alarm::Timeout(op) => Self::Timeout(op),
        }
    }
}

impl Reach for ByHomes {
    type Process = Process;
    type Note = Note;
    type Config = Start;
    type Ops = [Op; 1];
    type Answer = [Outcome; 1];
    type Way = Level;
    type Call = Call;

    const OPEN_MAX: usize = 256;
    const LINE_MAX: usize = 0;

    /// The number of the first operation is drawn from chance: what an earlier start has asked must not be
    /// answered to this one.
    fn boot(config: &Arc<ClientConfig>, turn: &mut ProcessTurn<'_>) -> (Self, u32) {
        let chance = turn.rng.bits();
        let actor = Actor(Fold::of(&(turn.id, chance)));
        let (config, seen, last) = (config.clone(), CowMap::default(), Version(0));
        (Self { config, seen, last, actor, writes: 0 }, chance as u32)
    }

    fn alarm(timer: Timer) -> Option<Alarm> {
        match timer {
            Timer::Next => Some(Alarm::Next),
            Timer::Timeout(op) => Some(Alarm::Timeout(op)),
            Timer::Wait(_)
            | Timer::Own(_)
            | Timer::OwnHint(_)
            | Timer::Handoff
            | Timer::AntiEntropy
            | Timer::Collect
            | Timer::Refill => None,
        }
    }

    fn wish(request: Request) -> Wish<Self> {
        match request {
            Request::Get(key, level) => Wish::Do([Op::get(key)], level),
            Request::Put(key, value, level) => Wish::Do([Op::put(key, *value)], level),
            Request::Work(work) => Wish::Work(work),
            Request::Repair => Wish::Other,
        }
    }

    /// There is no other way to write here than to put.
    fn verb(verb: Verb) -> Verb {
        match verb {
            Verb::Get | Verb::Put | Verb::Delete => verb,
            Verb::Cas | Verb::Append => Verb::Put,
        }
    }

    fn begin(
        &mut self,
        number: u32,
        [op]: &[Op; 1],
        level: Option<Level>,
        turn: &mut ProcessTurn<'_>,
    ) -> Call {
        let key = op.key.clone();
        let (seen, known) = match self.seen.get(key.position(), key.text()) {
            // Where siblings are kept, what a client has seen is older than what it writes.
            Some(seen) if !self.config.store.lww => (seen.context.clone(), seen.newest),
            _ => (Context::default(), Version(0)),
        };
        // Two writes of one instant, or of a clock that was set back, are two writes in their order.
        let wall = turn.wall.0.max((self.last.0 >> 8) + 1);
        let version = Version::next(wall, turn.id.0, known);
        if op.value.is_some() {
            self.last = version;
            self.writes += 1;
        }
        let dot = Dot { actor: self.actor, count: self.writes };
        let homes = self.config.store.layout.preference(&key).homes.len() as u64;
        let needs = self.needs(&key, level, op.value.is_some());
        let hints = level == Some(Level::Any) || level.is_none() && self.config.store.sloppy;
        let deletes = op.value == Some(Value::Gone);
        let looks = deletes && !self.config.store.lww && !self.is_shown(&key);
        turn.note(match op.value {
            None => Note::Reads { op: number, key, needs },
            Some(_) => Note::Writes(Box::new(Writes { op: number, key, version, needs, hints })),
        });
        let first = turn.rng.below(homes.max(1)) as u32;
        let cell = op.value.clone().map(|value| (Cell { version, value }, dot));
        Call { level, cell, seen, looks, tries: 0, first }
    }

    /// Sends to a coordinator: one of the homes at first, then one after the other; under a sloppy quorum also
    /// to others, when every home was tried.
    fn send(&mut self, op: u32, operation: &mut Operation<Self>, turn: &mut ProcessTurn<'_>) {
        let ([Op { key, .. }], call) = (&operation.ops, &operation.call);
        let Start { layout, sloppy, region, .. } = &self.config.store;
        let preference = layout.preference(key);
        let count = preference.homes.len();
        if count == 0 {
            return;
        }
        let mut row = preference.homes;
        row.rotate_left(call.first as usize % count);
        let is_far = |node: &NodeId| layout.region(*node) != *region;
        let (far, mut row): (Vec<NodeId>, Vec<NodeId>) = row.into_iter().partition(is_far);
        // Far away other copies would be the local ones.
        let is_local = call.level.is_some_and(Level::is_local);
        if !is_local || row.is_empty() {
            row.extend(far);
        }
        if call.level == Some(Level::Any) || *sloppy && !is_local {
            row.extend(preference.others);
        }
        let to = row[call.tries as usize % row.len()];
        let (key, level) = (key.clone(), call.level);
        let message = match &call.cell {
            None => Message::Get { op, key, level },
            // Somebody that only keeps a hint answers no read.
            Some(_) if call.looks => {
                let level = level.map(|level| if level == Level::Any { Level::One } else { level });
                Message::Get { op, key, level }
            }
            Some((cell, dot)) => {
                let (cell, dot, seen) = (cell.clone(), *dot, call.seen.clone());
                Message::Put(Box::new(Put { op, key, cell, dot, seen, level }))
            }
        };
        turn.send(to, message);
    }

    fn hear(
        &mut self,
        from: NodeId,
        message: Message,
        open: &mut VecMap<u32, Operation<Self>>,
        turn: &mut ProcessTurn<'_>,
    ) -> Option<(u32, Heard<[Outcome; 1]>)> {
        match message {
            Message::Found { op, cells, .. } if open.get(&op)?.call.looks => {
                let operation = open.get_mut(&op)?;
                operation.call.looks = false;
                operation.call.seen.join(cells.context());
                self.send(op, operation, turn);
                None
            }
            Message::Found { op, cells, copies } => {
                let operation = open.get(&op)?;
                let asked = operation.op().filter(|asked| asked.verb == Verb::Get)?;
                self.tell_near(op, &asked.key, operation.call.level, from, turn);
                let outcome = self.found(op, (asked.key.clone(), &cells), copies, turn);
                Some((op, Heard::Ended([outcome])))
            }
            Message::Written { op, copies, hints } => {
                let operation = open.get(&op)?;
                let (cell, dot) = operation.call.cell.as_ref()?;
                let key = operation.op()?.key.clone();
                self.tell_near(op, &key, operation.call.level, from, turn);
                turn.note(Note::Acked { op, dot: *dot, copies, hints });
                let mut seen = operation.call.seen.clone();
                seen.learn(*dot);
                let (version, value) = (cell.version, cell.value.clone());
                self.see(&key, &seen, version, false);
                let written = Outcome::Written(Arc::new(Item { key, version, value }));
                Some((op, Heard::Ended([written])))
            }
            Message::Failed { op, .. } => {
                open.get(&op)?;
                Some((op, Heard::Failed(AGAIN)))
            }
            // What only nodes are told.
            Message::Get { .. }
            | Message::Put(_)
            | Message::Read { .. }
            | Message::Holds { .. }
            | Message::Replicate { .. }
            | Message::Replicated { .. }
            | Message::NoRoom { .. }
            | Message::Compare { .. }
            | Message::Differs(_)
            | Message::Missing { .. }
            | Message::Unknown { .. }
            | Message::Refill { .. }
            | Message::Refilled(_) => None,
        }
    }

    fn retry(&mut self, operation: &mut Operation<Self>, _: &mut ProcessTurn<'_>) {
        operation.call.tries += 1;
    }

    fn give_up(&mut self, op: u32, turn: &mut ProcessTurn<'_>) {
        turn.note(Note::GaveUp { op });
    }
}
