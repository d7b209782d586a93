//! A node of a quorum store: it holds records, answers coordinators, and coordinates what clients ask of it.
//!
//! **Invariant:** what a node tells others that it holds is on its disk: an answer about a record that was
//! written earlier and has not landed waits behind a fence.
//!
//! **Invariant:** at most one write of records is ordered in a turn, before all writes of hints. What a turn says
//! behind a write waits for it, a second write too, and a later turn's first write would overtake that one.
//!
//! Writes bring their dots along from their clients: a node numbers nothing, so neither an emptied disk nor one
//! that lost what it had synced can give the same dot to two writes.

mod collect;
mod coordinate;
mod entropy;
mod handoff;
mod refill;

use super::bugs::Bug;
use super::layout::Layout;
use super::machine::{Durable, Process, ProcessTurn};
use super::message::{Booted, Message, Note, Reply, Request, Timer, Why, Write};
use super::record::{Cells, Record, is_dead, settle};
use super::spec::Spec;
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Time};
use crate::machine::Input;
use crate::quorum::Hints;
use crate::store::{CowMap, Key};
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use collect::Confirming;
use coordinate::{Getting, Putting};
use refill::Refilling;

pub use entropy::DEPTH;

/// What a node is told at first.
#[derive(Clone, Debug)]
pub struct NodeConfig {
    /// Who is there, and who the homes of a key are.
    pub layout: Arc<Layout>,
    /// How the store is set up.
    pub spec: Spec,
    /// The mistakes that are switched on.
    pub bugs: Arc<[Bug]>,
}

/// The machine that holds records and coordinates.
#[derive(Clone, Debug)]
pub struct Node {
    config: Arc<NodeConfig>,
    records: CowMap<Record>,
    hints: Hints<Record>,
    /// How many writes were ordered since the start, and which was the last one to each place.
    ordered: u32,
    under_way: BTreeMap<u64, u32>,
    token: u32,
    gets: VecMap<u32, Getting>,
    puts: VecMap<u32, Putting>,
    /// Hints on their way to their homes, by token.
    handing: VecMap<u32, u64>,
    confirming: VecMap<u32, Confirming>,
    /// Since when this start holds tombstones, by their places.
    dead: BTreeMap<u64, Time>,
    /// Nodes that did not answer in time, until something is heard of them.
    suspects: Vec<NodeId>,
    /// With which node hashes are compared next.
    partner: usize,
    /// Behind which place the next records for a node stand, when trees differ in more than a message holds.
    cursors: BTreeMap<NodeId, u64>,
    /// Its disk was emptied, and these have not sent all that they hold.
    refilling: Refilling,
    /// Which of its starts asks for that.
    refill_token: u32,
    /// Once that many writes have landed, all that was sent is on the disk.
    whole_after: Option<u32>,
    /// When a value that a tombstone may hide was last sent to a home as a hint, by the key's place.
    sent: BTreeMap<u64, Time>,
    /// Behind which key the next tombstones to be confirmed stand.
    confirm_after: Option<Key>,
}

impl Node {
    /// Starts from what is on the disk.
    pub fn boot(config: &Arc<NodeConfig>, disk: &Durable, turn: &mut ProcessTurn<'_>) -> Self {
        let spec = &config.spec;
        let kept = disk.hints.values().cloned();
        let mut node = Self {
            config: config.clone(),
            records: disk.records.clone(),
            hints: Hints::restored(spec.hint_room as usize, spec.lasts(), kept),
            ordered: 0,
            under_way: BTreeMap::new(),
            // An answer to what an earlier start has asked must not be taken for one to this one.
            token: turn.rng.bits() as u32,
            gets: VecMap::new(),
            puts: VecMap::new(),
            handing: VecMap::new(),
            confirming: VecMap::new(),
            dead: BTreeMap::new(),
            suspects: Vec::new(),
            partner: 0,
            cursors: BTreeMap::new(),
            refilling: Refilling::new(),
            refill_token: 0,
            whole_after: None,
            sent: BTreeMap::new(),
            confirm_after: None,
        };
        let records: Vec<Record> = node.records.iter().cloned().collect();
        let hints: Vec<(u64, Record)> =
            node.hints.iter().map(|hint| (hint.number, hint.what.clone())).collect();
        let homes = |record: &Record| config.layout.preference(&record.key).homes.into();
        let homes: Vec<Arc<[NodeId]>> = records.iter().map(homes).collect();
        let (records, hints, homes) = (records.into(), hints.into(), homes.into());
        let emptied = disk.emptied;
        turn.note(Note::Booted(Box::new(Booted { records, hints, homes, emptied })));
        node.arm_handoff(turn);
        node.arm_entropy(true, turn);
        node.arm_collect(turn);
        node.begin_refill(disk, turn);
        node
    }

    /// The records that it holds.
    #[must_use]
    pub fn records(&self) -> &CowMap<Record> {
        &self.records
    }

    /// What it keeps for others.
    #[must_use]
    pub fn hints(&self) -> &Hints<Record> {
        &self.hints
    }

    /// The nodes that it believes to be away.
    #[must_use]
    pub fn suspects(&self) -> &[NodeId] {
        &self.suspects
    }

    /// True while its disk, which was emptied, is filled again.
    #[must_use]
    pub fn is_refilling(&self) -> bool {
        !self.refilling.is_empty()
    }

    /// How it was set up.
    #[must_use]
    pub fn config(&self) -> &NodeConfig {
        &self.config
    }

    fn has(&self, bug: Bug) -> bool {
        self.config.bugs.contains(&bug)
    }

    /// Takes one input.
    pub fn step(&mut self, input: Input<Process>, turn: &mut ProcessTurn<'_>) {
        if self.ordered == turn.landed {
            self.under_way.clear();
        }
        match input {
            Input::Message { from, message } => {
                self.suspects.retain(|node| *node != from);
                self.hear(from, message, turn);
            }
            Input::Timer(timer) => match timer {
                Timer::Wait(token) => self.waited(token, turn),
                Timer::Own(token) => self.own_landed(token, turn),
                Timer::OwnHint(token) => self.own_hint_landed(token, turn),
                Timer::Handoff => self.hand_over(turn),
                Timer::AntiEntropy => self.compare_next(turn),
                Timer::Collect => self.collect(turn),
                Timer::Refill => self.ask_for_refill(turn),
                Timer::Next | Timer::Timeout(_) => {}
            },
            Input::Request { id, request } => {
                if request == Request::Repair {
                    self.compare_all(turn);
                }
                turn.reply(id, Reply::Noted);
            }
            Input::WriteFailed(_) => turn.halt(),
        }
    }

    fn hear(&mut self, from: NodeId, message: Message, turn: &mut ProcessTurn<'_>) {
        match message {
            Message::Get { op, key, level } => self.get(from, op, key, level, turn),
            Message::Put(put) => self.put(from, *put, turn),
            Message::Read { token, key } if !self.is_whole(&key) => {
                turn.send(from, Message::Unknown { token });
            }
            Message::Unknown { token } => self.refused(from, token, turn),
            Message::Refill { token, after } => self.refill(from, token, after, turn),
            Message::Refilled(it) if it.token == self.refill_token => {
                self.refilled(from, (it.after, it.until), &it.records, turn);
            }
            // It was sent to an earlier start, whose disk was emptied since.
            Message::Refilled(_) => {}
            Message::Read { token, key } => {
                let cells = self.cells(&key);
                self.fence(&key, turn);
                turn.send(from, Message::Holds { token, cells });
            }
            Message::Holds { token, cells } => self.answered(from, token, &cells, turn),
            Message::Replicate { token, record, why, home } => match why {
                Why::StandIn => self.stand_in(from, token, home, *record, turn),
                Why::Confirm => {
                    if self.confirms(&record, turn) {
                        self.fence(&record.key, turn);
                        turn.send(from, Message::Replicated { token });
                    }
                }
                Why::Write | Why::Repair | Why::Handoff | Why::Refill => {
                    if !self.take_in(&record, why, turn) {
                        self.fence(&record.key, turn);
                    }
                    turn.send(from, Message::Replicated { token });
                }
            },
            Message::Replicated { token } => {
                self.copied(from, token, turn);
                self.handed_over(token, turn);
                self.confirmed(from, token, turn);
            }
            Message::Compare { tree } => self.compare(from, &tree, turn),
            Message::Differs(it) => {
                self.differs(from, &it.leaves, (it.after, it.until), &it.records, turn);
            }
            Message::Missing { records } => self.take_in_all(from, &records, Why::Repair, turn),
            // A hint that found no room is no copy: the coordinator goes on waiting.
            Message::NoRoom { .. } => {}
            // What only clients are told.
            Message::Found { .. } | Message::Written { .. } | Message::Failed { .. } => {}
        }
    }

    /// What it holds of a key; no values if nobody has written here.
    fn cells(&self, key: &Key) -> Arc<Cells> {
        let record = self.records.get(key.position(), key.text());
        record.map_or_else(Arc::default, |record| record.cells.clone())
    }

    /// What is said next waits until the last write to a key has landed.
    fn fence(&self, key: &Key, turn: &mut ProcessTurn<'_>) {
        if self.under_way.get(&key.position()).is_some_and(|number| *number > turn.landed) {
            turn.fence();
        }
    }

    fn save(&mut self, write: Write, turn: &mut ProcessTurn<'_>) {
        self.ordered = self.ordered.wrapping_add(1);
        match &write {
            Write::Record(record) => self.mark(record.key.position()),
            Write::Records(records) => {
                records.iter().for_each(|record| self.mark(record.key.position()));
            }
            Write::Forget(key) => self.mark(key.position()),
            Write::Hint(_) | Write::HintDone(_) | Write::Whole => {}
        }
        turn.save(write);
    }

    fn mark(&mut self, position: u64) {
        self.under_way.insert(position, self.ordered);
    }

    fn next_token(&mut self) -> u32 {
        self.token = self.token.wrapping_add(1);
        self.token
    }

    /// What the node would hold after it takes a record in; nothing if that changes nothing.
    fn merged(&self, record: &Record, why: Why, turn: &ProcessTurn<'_>) -> Option<Record> {
        let known = self.records.get(record.key.position(), record.key.text());
        let needs_copy = match why {
            // Its sender counts on a copy, be it of a tombstone that is past its grace by this clock.
            // An emptied disk may have been one of the few that have it.
            Why::Write | Why::Handoff | Why::StandIn | Why::Refill => true,
            // It was collected here, or never needed: nothing older is here that it could hide.
            Why::Repair | Why::Confirm => !record.is_past(self.config.spec.grace, turn.wall),
        };
        if known.is_none() && !needs_copy {
            return None;
        }
        let mut cells = known.map(|known| (*known.cells).clone()).unwrap_or_default();
        if why == Why::Repair && self.has(Bug::BlindRepair) {
            return (cells != *record.cells).then(|| record.clone());
        }
        let is_new = cells.merge(&record.cells);
        if self.config.spec.lww {
            settle(&mut cells);
        }
        is_new.then(|| Record { key: record.key.clone(), cells: Arc::new(cells) })
    }

    /// Takes a record in; true if that changed something, which is then on its way to the disk.
    fn take_in(&mut self, record: &Record, why: Why, turn: &mut ProcessTurn<'_>) -> bool {
        let Some(merged) = self.merged(record, why, turn) else { return false };
        self.hold(merged, why, turn);
        true
    }

    /// Puts a record in place of what it holds of that key.
    fn hold(&mut self, record: Record, why: Why, turn: &mut ProcessTurn<'_>) {
        if self.has(Bug::NoTombstones) && is_dead(&record.cells) {
            let key = record.key;
            if self.records.take(key.position(), key.text()).is_some() {
                self.save(Write::Forget(Box::new(key.clone())), turn);
                turn.note(Note::Removed(key));
            }
            return;
        }
        self.records.put(record.clone());
        self.save(Write::Record(Box::new(record.clone())), turn);
        turn.note(Note::Stored(record, why));
    }

    /// Takes many records in, by one write. Tombstones past their grace are in no tree, so who has sent a value
    /// that such a one hides is told of it here.
    fn take_in_all(
        &mut self,
        from: NodeId,
        records: &[Record],
        why: Why,
        turn: &mut ProcessTurn<'_>,
    ) {
        let (grace, wall) = (self.config.spec.grace, turn.wall);
        let hides = |record: &Record| {
            let own = self.records.get(record.key.position(), record.key.text())?;
            (own.is_past(grace, wall) && own.cells != record.cells).then(|| own.clone())
        };
        let hidden: Vec<Record> = records.iter().filter_map(hides).collect();
        self.take_in_new(records, why, turn);
        if !hidden.is_empty() {
            turn.send(from, Message::Missing { records: hidden.into() });
        }
    }

    fn take_in_new(&mut self, records: &[Record], why: Why, turn: &mut ProcessTurn<'_>) {
        let new: Vec<Record> =
            records.iter().filter_map(|record| self.merged(record, why, turn)).collect();
        if self.has(Bug::NoTombstones) {
            for record in new {
                self.hold(record, why, turn);
            }
            return;
        }
        if new.is_empty() {
            return;
        }
        let new = Arc::new(new);
        for record in new.iter() {
            self.records.put(record.clone());
        }
        self.save(Write::Records(new.clone()), turn);
        for record in new.iter() {
            turn.note(Note::Stored(record.clone(), why));
        }
    }
}
