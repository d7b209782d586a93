//! What a node does for clients: it asks the homes of a key, waits for enough of them, and answers.
//!
//! ```text
//! client ── put k ──▶ coordinator ── replicate ──▶ n1 n2 n3      N = 3
//!    ▲                    │ ◀──────── replicated ── n1 n2         W = 2
//!    └───── written ──────┘            late: n3, or a hint for it
//! ```
//!
//! Every home is asked, whatever the level: the level only says for how many the client waits. An operation
//! stays open until its wait is over: late answers show who is behind, and who is silent gets a hint.

use super::Node;
use crate::base::{NodeId, Time};
use crate::quorum::{Context, Dot, Gather, Level, Preference, Standing};
use crate::store::{Key, Value};
use crate::tenant::quorum::bugs::Bug;
use crate::tenant::quorum::machine::ProcessTurn;
use crate::tenant::quorum::message::{Coordinated, Message, NOBODY, Note, Put, Timer, Why};
use crate::tenant::quorum::record::{Cell, Cells, Record, is_dead, settle};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// An operation that is closed so many waits after it began repairs nothing and leaves no hints: its node
/// stood still, and what it knows is too old to be told to others.
const LATE_WAITS: u64 = 4;

/// A read under way.
#[derive(Clone, Debug)]
pub(super) struct Getting {
    client: NodeId,
    op: u32,
    key: Key,
    gather: Gather<Cell>,
    began: Time,
    needed: u32,
    /// How many have answered, and what the first of them said.
    answers: u32,
    first: Option<Arc<Cells>>,
    told: bool,
}

/// A write under way.
#[derive(Clone, Debug)]
pub(super) struct Putting {
    client: NodeId,
    op: u32,
    record: Record,
    began: Time,
    /// Homes that have not answered.
    waiting: Vec<NodeId>,
    /// Who was asked to keep a hint, for which home; the coordinator itself may be one of them. Nobody is asked
    /// twice, and who has answered stays: two hints on one disk are one.
    standing_in: Vec<(NodeId, NodeId)>,
    /// Of these, who has answered.
    stand: Vec<NodeId>,
    /// Homes whose answers count for the level.
    counted: Vec<NodeId>,
    needed: u32,
    /// Hints count too: the store is sloppy and the write names no level, or anybody is enough.
    hints_count: bool,
    /// Homes that have it, how many of these count, and the other homes for which hints are kept.
    copies: u32,
    enough: u32,
    hints: Vec<NodeId>,
    /// The coordinator's own disk counts already, or will: each disk counts once.
    own: bool,
    told: bool,
    /// Hints were sent for everybody who was silent.
    hinted: bool,
}

impl Node {
    /// How many answers are needed, and of whom.
    fn quorum(
        &self,
        preference: &Preference,
        level: Option<Level>,
        standard: u32,
        me: NodeId,
    ) -> (u32, Vec<NodeId>) {
        let layout = &self.config.layout;
        let region = layout.region(me);
        let homes = &preference.homes;
        let near: Vec<NodeId> =
            homes.iter().copied().filter(|node| layout.region(*node) == region).collect();
        match level {
            None => (standard, homes.clone()),
            Some(level) => {
                let needed = level.needs(homes.len(), near.len()) as u32;
                (needed, if level.is_local() { near } else { homes.clone() })
            }
        }
    }

    pub(super) fn get(
        &mut self,
        client: NodeId,
        op: u32,
        key: Key,
        level: Option<Level>,
        turn: &mut ProcessTurn<'_>,
    ) {
        let preference = self.config.layout.preference(&key);
        let (needed, asked) = self.quorum(&preference, level, self.config.spec.reads(), turn.id);
        if needed as usize > asked.len() {
            turn.note(Note::Unmet { key, got: 0, needed });
            turn.send(client, Message::Failed { op, got: 0, needed });
            return;
        }
        let token = self.next_token();
        let gather = Gather::new(asked.iter().copied(), needed as usize);
        let (began, answers, first) = (turn.now, 0, None);
        let getting = Getting {
            client,
            op,
            key: key.clone(),
            gather,
            began,
            needed,
            answers,
            first,
            told: false,
        };
        self.gets.insert(token, getting);
        turn.arm(Timer::Wait(token), self.config.spec.wait);
        let me = turn.id;
        for &node in asked.iter().filter(|node| **node != me) {
            turn.send(node, Message::Read { token, key: key.clone() });
        }
        if asked.contains(&me) && self.is_whole(&key) {
            let cells = self.cells(&key);
            self.answered(me, token, &cells, turn);
        } else if asked.contains(&me) {
            self.refused(me, token, turn);
        }
    }

    /// A home does not know what it holds.
    pub(super) fn refused(&mut self, from: NodeId, token: u32, turn: &mut ProcessTurn<'_>) {
        let Some(getting) = self.gets.get_mut(&token) else { return };
        getting.gather.refuse(from);
        if getting.gather.silent().is_empty() {
            turn.disarm(Timer::Wait(token));
            self.close_get(token, turn);
        }
    }

    /// A home has said what it holds.
    pub(super) fn answered(
        &mut self,
        from: NodeId,
        token: u32,
        cells: &Arc<Cells>,
        turn: &mut ProcessTurn<'_>,
    ) {
        let lww = self.config.spec.lww;
        let Some(getting) = self.gets.get_mut(&token) else { return };
        if !getting.gather.silent().contains(&from) {
            return;
        }
        getting.answers += 1;
        getting.first.get_or_insert_with(|| cells.clone());
        let standing = getting.gather.answer(from, (**cells).clone());
        let all = getting.gather.silent().is_empty();
        let tells = standing == Standing::Enough && !getting.told;
        getting.told |= tells;
        let (client, op, key) = (getting.client, getting.op, getting.key.clone());
        let (copies, merged) = (getting.answers, tells.then(|| getting.gather.merged()));
        if all {
            // The own copy is repaired before the fence: a write behind one would be overtaken by a later
            // turn's, and counted as landed when that one has.
            turn.disarm(Timer::Wait(token));
            self.close_get(token, turn);
        }
        let Some(mut cells) = merged else { return };
        if lww {
            settle(&mut cells);
        }
        self.fence(&key, turn);
        let count = cells.values().iter().filter(|(_, cell)| cell.value != Value::Gone).count();
        if count > 1 {
            let count = count as u32;
            turn.note(Note::Siblings { key, count });
        }
        turn.send(client, Message::Found { op, cells: Arc::new(cells), copies });
    }

    /// A read is over: who lacked something is told.
    fn close_get(&mut self, token: u32, turn: &mut ProcessTurn<'_>) {
        let Some(getting) = self.gets.remove(&token) else { return };
        let spec = self.config.spec;
        for node in getting.gather.silent() {
            self.suspect(node);
        }
        if !getting.told {
            let (got, needed) = (getting.answers, getting.needed);
            turn.note(Note::Unmet { key: getting.key.clone(), got, needed });
            turn.send(getting.client, Message::Failed { op: getting.op, got, needed });
        }
        let late = turn.now.since(getting.began).0 > LATE_WAITS * spec.wait.0;
        if !spec.read_repair || late {
            return;
        }
        let blind = self.has(Bug::BlindRepair);
        let mut cells = match &getting.first {
            Some(first) if blind => (**first).clone(),
            _ => getting.gather.merged(),
        };
        if spec.lww {
            settle(&mut cells);
        }
        let record = Record { key: getting.key.clone(), cells: Arc::new(cells) };
        let past = record.is_past(spec.grace, turn.wall);
        let behind: Vec<NodeId> = match blind {
            true => {
                let other = |(_, holds): &(NodeId, &Cells)| **holds != *record.cells;
                getting.gather.held().filter(other).map(|(node, _)| node).collect()
            }
            false => {
                let mut behind = getting.gather.behind();
                // Who holds nothing lacks no tombstone that is past its grace.
                behind.retain(|node| {
                    let holds = getting.gather.held().find(|(other, _)| other == node);
                    !past || holds.is_some_and(|(_, cells)| !cells.is_empty())
                });
                behind
            }
        };
        if behind.is_empty() {
            return;
        }
        turn.note(Note::Repairs { key: getting.key, behind: Arc::new(behind.clone()) });
        let (token, me) = (self.next_token(), turn.id);
        for &node in behind.iter().filter(|node| **node != me) {
            let (record, why, home) = (record.clone(), Why::Repair, NOBODY);
            let record = Box::new(record);
            turn.send(node, Message::Replicate { token, record, why, home });
        }
        // Last: what is said behind a write waits for it.
        if behind.contains(&me) {
            self.take_in(&record, Why::Repair, turn);
        }
    }

    pub(super) fn put(&mut self, client: NodeId, put: Put, turn: &mut ProcessTurn<'_>) {
        let Put { op, key, cell, dot, seen, level } = put;
        if self.puts.values().any(|open| (open.client, open.op) == (client, op)) {
            return;
        }
        let preference = self.config.layout.preference(&key);
        let (needed, counted) = self.quorum(&preference, level, self.config.spec.writes(), turn.id);
        let any = level == Some(Level::Any);
        if needed as usize > counted.len() && !any {
            turn.note(Note::Unmet { key, got: 0, needed });
            turn.send(client, Message::Failed { op, got: 0, needed });
            return;
        }
        let token = self.next_token();
        let is_home = preference.homes.contains(&turn.id);
        let mut cells = if is_home { self.cells(&key) } else { Arc::default() };
        // It may be here already, or a later one of its client: then it is only copied again.
        let again = cells.context().covers(dot);
        if !again {
            let (version, gone) = (cell.version, cell.value == Value::Gone);
            let (written, seen) = self.written(&cells, cell, dot, seen);
            cells = Arc::new(written);
            turn.note(Note::Coordinated(Box::new(Coordinated {
                client,
                op,
                key: key.clone(),
                version,
                dot,
                replaces: (!self.config.spec.lww).then_some(seen),
                gone,
                homes: preference.homes.clone().into(),
            })));
        }
        let record = Record { key: key.clone(), cells };
        if !is_home && !is_dead(&record.cells) {
            self.sent.insert(key.position(), turn.now);
        }
        self.puts.insert(
            token,
            Putting {
                client,
                op,
                record: record.clone(),
                began: turn.now,
                waiting: preference.homes.clone(),
                standing_in: Vec::new(),
                stand: Vec::new(),
                counted,
                needed,
                hints_count: any || self.config.spec.sloppy && level.is_none(),
                copies: 0,
                enough: 0,
                hints: Vec::new(),
                own: is_home,
                told: false,
                hinted: false,
            },
        );
        turn.arm(Timer::Wait(token), self.config.spec.wait);
        let me = turn.id;
        for &home in preference.homes.iter().filter(|home| **home != me) {
            let (record, why, home_of) = (record.clone(), Why::Write, NOBODY);
            let record = Box::new(record);
            turn.send(home, Message::Replicate { token, record, why, home: home_of });
        }
        if is_home {
            match again {
                true => self.fence(&key, turn),
                false => self.hold(record, Why::Write, turn),
            }
            // Said behind the write: the alarm goes off when that has landed.
            turn.arm(Timer::Own(token), crate::base::Span::ZERO);
        }
        // Behind the own copy: the second write of a turn can be overtaken by one of a later turn, which does no
        // harm to a hint.
        if self.config.spec.sloppy {
            let away = |home: &NodeId| self.suspects.contains(home);
            let away: Vec<NodeId> = preference.homes.iter().copied().filter(away).collect();
            for home in away {
                self.hint_for(token, home, turn);
            }
        }
    }

    /// What is here with a value beside or over it, and what that replaces.
    fn written(&self, here: &Cells, cell: Cell, dot: Dot, seen: Context) -> (Cells, Context) {
        let mut cells = here.clone();
        let lww = self.config.spec.lww;
        // Last write wins looks at versions alone.
        let seen = if lww { Context::default() } else { seen };
        cells.take(&seen, dot, cell);
        if lww {
            settle(&mut cells);
        }
        (cells, seen)
    }

    pub(super) fn own_landed(&mut self, token: u32, turn: &mut ProcessTurn<'_>) {
        self.copied(turn.id, token, turn);
    }

    pub(super) fn own_hint_landed(&mut self, token: u32, turn: &mut ProcessTurn<'_>) {
        let me = turn.id;
        if let Some(put) = self.puts.get_mut(&token)
            && !put.own
            && let waiting = &put.waiting
            && let Some((_, home)) =
                put.standing_in.iter().find(|(node, home)| *node == me && waiting.contains(home))
        {
            put.own = true;
            put.hints.push(*home);
        }
        self.tell_written(token, turn);
    }

    /// Somebody has a write on its disk: as a copy, or as a hint.
    pub(super) fn copied(&mut self, from: NodeId, token: u32, turn: &mut ProcessTurn<'_>) {
        let strict = self.has(Bug::SloppyStrict);
        let Some(put) = self.puts.get_mut(&token) else { return };
        if let Some(at) = put.waiting.iter().position(|home| *home == from) {
            put.waiting.remove(at);
            // Each home counts once, be it by itself or by a hint for it, which will be handed over.
            put.hints.retain(|home| *home != from);
            put.copies += 1;
            put.enough += u32::from(put.counted.contains(&from));
        } else if let Some((_, home)) = put.standing_in.iter().find(|(node, _)| *node == from)
            && !put.stand.contains(&from)
        {
            let home = *home;
            put.stand.push(from);
            match strict {
                true => (put.copies, put.enough) = (put.copies + 1, put.enough + 1),
                false if put.waiting.contains(&home) => put.hints.push(home),
                false => {}
            }
        } else {
            return;
        }
        self.tell_written(token, turn);
    }

    fn tell_written(&mut self, token: u32, turn: &mut ProcessTurn<'_>) {
        let Some(put) = self.puts.get_mut(&token) else { return };
        let hints = if put.hints_count { put.hints.len() as u32 } else { 0 };
        if put.enough + hints >= put.needed && !put.told {
            put.told = true;
            let (op, copies, hints) = (put.op, put.copies, put.hints.len() as u32);
            turn.send(put.client, Message::Written { op, copies, hints });
        }
        if put.waiting.is_empty() {
            self.puts.remove(&token);
            turn.disarm(Timer::Wait(token));
        }
    }

    /// The wait of an operation is over.
    pub(super) fn waited(&mut self, token: u32, turn: &mut ProcessTurn<'_>) {
        self.close_get(token, turn);
        let wait = self.config.spec.wait;
        let Some(put) = self.puts.get_mut(&token) else { return };
        if !put.hinted {
            put.hinted = true;
            // A node that stood still for long keeps nothing of before: a hint would be new, and the write old.
            let late = turn.now.since(put.began).0 > LATE_WAITS * wait.0;
            let silent = if late { Vec::new() } else { put.waiting.clone() };
            turn.arm(Timer::Wait(token), wait);
            for home in silent {
                self.suspect(home);
                self.hint_for(token, home, turn);
            }
            return;
        }
        if let Some(put) = self.puts.remove(&token)
            && !put.told
        {
            let hints = if put.hints_count { put.hints.len() as u32 } else { 0 };
            let (got, needed) = (put.enough + hints, put.needed);
            turn.note(Note::Unmet { key: put.record.key, got, needed });
            turn.send(put.client, Message::Failed { op: put.op, got, needed });
        }
    }

    fn suspect(&mut self, node: NodeId) {
        if !self.suspects.contains(&node) {
            self.suspects.push(node);
        }
    }

    /// Lets somebody keep a write for a home that is away: under a sloppy quorum the next node of the walk
    /// that is there, otherwise the coordinator itself.
    fn hint_for(&mut self, token: u32, home: NodeId, turn: &mut ProcessTurn<'_>) {
        let sloppy = self.config.spec.sloppy;
        let Some(put) = self.puts.get(&token) else { return };
        let has_hint = put.standing_in.iter().any(|(_, other)| *other == home);
        if has_hint || !self.config.spec.hints || home == turn.id {
            return;
        }
        let (key, record, counts) = (put.record.key.clone(), put.record.clone(), put.hints_count);
        let others = self.config.layout.preference(&key).others;
        let taken = |node: &NodeId| put.standing_in.iter().any(|(other, _)| other == node);
        let free = |node: &&NodeId| !taken(node) && !self.suspects.contains(node);
        let spare = others.iter().find(|node| free(node) && **node != turn.id).copied();
        let stand = spare.filter(|_| sloppy).unwrap_or(turn.id);
        if let Some(put) = self.puts.get_mut(&token) {
            put.standing_in.push((stand, home));
        }
        if stand != turn.id {
            let why = Why::StandIn;
            let record = Box::new(record);
            turn.send(stand, Message::Replicate { token, record, why, home });
        } else if self.keep_hint(home, record, counts, turn) {
            turn.arm(Timer::OwnHint(token), crate::base::Span::ZERO);
        }
    }
}
