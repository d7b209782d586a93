//! The laws of a quorum store, folded from the notes of its machines.
//!
//! Writes are told apart by their versions, which clients give them; copies by their dots. A law that nothing
//! put to the test says so: it does not count as held.

mod copies;
mod state;

use super::measure::Measures;
use super::message::{Coordinated, Note};
use super::record::{Cells, Record, newest};
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, NodeTable, Span, Time, order};
use crate::quorum::Dot;
use crate::store::{CowMap, Key, Version};
use crate::tenant::Known;
/// Everything is watched together with the measures.
pub use crate::tenant::Unwatched as Laws;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use copies::{Copies, OnDisks};
use state::{Acked, Deleted, Last, Open, State, Taking, WATCHED, has, has_write, keeps, miss};

/// One law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Law {
    /// A read whose copies overlap those of the last write sees it.
    SeesLast,
    /// Nothing acknowledged is lost while fewer copies are lost than had it.
    Kept,
    /// The homes of each key hold the same values.
    Converged,
    /// What was deleted is not read again.
    DeletedStays,
}

impl Law {
    /// The law of that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Some(match word {
            "sees-last" => Self::SeesLast,
            "kept" => Self::Kept,
            "converged" => Self::Converged,
            "deleted-stays" => Self::DeletedStays,
            _ => return None,
        })
    }

    /// True if only the end of a run counts: homes differ while they are written to.
    #[must_use]
    pub fn is_at_end(self) -> bool {
        match self {
            Self::Converged => true,
            Self::SeesLast | Self::Kept | Self::DeletedStays => false,
        }
    }

    /// True if it holds so far.
    #[must_use]
    pub fn holds(self, store: Known<'_, Laws, Measures>) -> bool {
        store.measures.laws.holds(self)
    }

    /// Why it says nothing of a run.
    #[must_use]
    pub fn idle(self, store: Known<'_, Laws, Measures>) -> Option<&'static str> {
        store.measures.laws.idle(self)
    }

    /// What was seen of it: in the store that breaks it, or else in the first.
    #[must_use]
    pub fn measured(self, stores: &[Known<'_, Laws, Measures>], _: &NodeTable) -> String {
        let worst = stores.iter().find(|store| !self.holds(**store)).or(stores.first());
        worst.map_or_else(String::new, |store| store.measures.laws.measured(self))
    }

    /// The event by which it was first seen to be broken.
    #[must_use]
    pub fn evidence(self, stores: &[Known<'_, Laws, Measures>]) -> Vec<u32> {
        let broken = stores.iter().flat_map(|store| store.measures.laws.violations());
        broken.filter(|it| it.law == self).map(|it| it.seq).take(1).collect()
    }
}

/// A law was broken.
#[derive(Clone, Debug)]
pub struct Violation {
    /// Which.
    pub law: Law,
    /// By which event it was seen.
    pub seq: u32,
    /// What was seen.
    pub words: String,
}

/// How often each law was put to the test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tested {
    /// Reads that had to see the last write.
    pub reads: u64,
    /// Of these, reads that one region alone has answered.
    pub near: u64,
    /// Of all these, reads that missed it.
    pub missed: u64,
    /// Copies of acknowledged writes that were lost.
    pub losses: u64,
    /// Acknowledged writes that lost every copy that they had, which is no fault of the store.
    pub gone: u64,
    /// Keys whose homes differed for a while and then agreed again.
    pub healed: u64,
    /// Reads of a key after a delete that they had to see.
    pub deletes: u64,
}

/// The laws of one store.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    keys: CowMap<State>,
    open: VecMap<(NodeId, u32), Open>,
    tested: Tested,
    differing: u64,
    violations: Vec<Violation>,
    count: u64,
}

/// So many violations are told in words.
const TOLD: usize = 16;
/// Homes that differ for less long are just being written to.
const BEHIND: Span = Span::millis(100);

impl Watch {
    /// What was broken, the first ones in words.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// How often each law was put to the test.
    #[must_use]
    pub fn tested(&self) -> Tested {
        self.tested
    }

    /// Keys whose homes hold different values.
    #[must_use]
    pub fn differing(&self) -> u64 {
        self.differing
    }

    /// The event of the first read that missed what it had to see.
    #[must_use]
    pub fn missed_at(&self) -> Option<u32> {
        self.violations.iter().find(|it| it.law == Law::SeesLast).map(|it| it.seq)
    }

    /// The keys whose homes differ, with what each home holds.
    pub fn apart(&self) -> impl Iterator<Item = (&Key, &[(NodeId, Arc<Cells>)])> {
        let apart = self.keys.iter().filter(|state| state.differs.is_some());
        apart.map(|state| (&state.key, &*state.holders))
    }

    /// Whether a law holds so far.
    #[must_use]
    pub fn holds(&self, law: Law) -> bool {
        match law {
            Law::Converged => self.differing == 0,
            law => !self.violations.iter().any(|violation| violation.law == law),
        }
    }

    /// Why a law says nothing: what it is about never happened.
    #[must_use]
    pub fn idle(&self, law: Law) -> Option<&'static str> {
        if !self.holds(law) {
            return None;
        }
        let tested = self.tested;
        let (count, words) = match law {
            Law::SeesLast => {
                (tested.reads, "no read followed an acknowledged write whose copies it overlapped")
            }
            Law::Kept => (tested.losses, "no copy of an acknowledged write was lost"),
            Law::Converged => {
                (tested.healed, "no home was behind for a tenth of a second and caught up")
            }
            Law::DeletedStays => (tested.deletes, "no read followed a delete that it had to see"),
        };
        (count == 0).then_some(words)
    }

    /// What was seen of a law.
    #[must_use]
    pub fn measured(&self, law: Law) -> String {
        if let Some(first) = self.violations.iter().find(|violation| violation.law == law) {
            return first.words.clone();
        }
        let Tested { reads, losses, gone, healed, deletes, .. } = self.tested;
        match law {
            Law::SeesLast => format!("{reads} reads had to see the last write, and saw it"),
            Law::Kept if gone > 0 => {
                let writes = if gone == 1 { "write" } else { "writes" };
                format!(
                    "{losses} copies were lost, and {gone} acknowledged {writes} with all that had it"
                )
            }
            Law::Kept => format!("{losses} copies were lost, and no acknowledged write"),
            Law::Converged => {
                format!("{} keys whose homes differ, {healed} that agree again", self.differing)
            }
            Law::DeletedStays => {
                format!("{deletes} reads after a delete, and none found the value")
            }
        }
    }

    fn break_law(&mut self, law: Law, seq: u32, words: String) {
        self.count += 1;
        let known = self.violations.iter().any(|violation| violation.law == law);
        if self.violations.len() < TOLD || !known {
            self.violations.push(Violation { law, seq, words });
        }
    }

    fn state(&mut self, key: &Key) -> &mut State {
        self.keys.at(key.position(), key.text(), || State::new(key))
    }

    /// Reads a note.
    pub fn fold(&mut self, node: NodeId, at: Time, seq: u32, note: &Note) {
        match note {
            Note::Reads { op, key, needs } => self.began((node, *op), key, None, (*needs, false)),
            Note::Writes(it) => {
                self.began((node, it.op), &it.key, Some(it.version), (it.needs, it.hints));
            }
            Note::Coordinated(write) => self.coordinated(write, at, seq),
            Note::Acked { op, dot, copies, hints } => {
                self.acked((node, *op), *dot, *copies, *hints, seq);
            }
            Note::GaveUp { op } => self.gave_up((node, *op)),
            Note::Near { op, homes } => {
                if let Some(open) = self.open.get_mut(&(node, *op)) {
                    open.near = Some(homes.clone());
                }
            }
            Note::Saw { op, versions, alive, copies } => {
                self.saw((node, *op), versions, *alive, *copies, seq);
            }
            Note::Stored(record, _) => self.stored(node, record, at, seq),
            Note::Kept { number, record, .. } => {
                let state = self.state(&record.key);
                state.hints.retain(|(keeper, known, _)| (*keeper, *known) != (node, *number));
                state.hints.push((node, *number, record.cells.clone()));
                state.got(node, &record.cells);
            }
            Note::HandedOver { number, key, .. } => {
                let state = self.state(key);
                state.hints.retain(|(keeper, known, _)| (*keeper, *known) != (node, *number));
            }
            Note::Expired { numbers } => {
                // No disk is lost by that: it excuses nothing.
                let gone =
                    |keeper: NodeId, number: u64| keeper == node && numbers.contains(&number);
                let mut keys = Vec::new();
                self.keys.change(|state| {
                    let before = state.hints.len();
                    state.hints.retain(|(keeper, number, _)| !gone(*keeper, *number));
                    if state.hints.len() < before {
                        keys.push(state.key.clone());
                    }
                });
                for key in keys {
                    self.look_for_lost(&key, seq);
                }
            }
            Note::Collected(record) => self.collected(node, record, at),
            Note::Removed(key) => {
                let state = self.state(key);
                state.holders.retain(|(holder, _)| *holder != node);
                self.compare(key, at);
            }
            Note::Booted(it) => {
                self.load(&it.records, &it.homes);
                self.booted(node, (&it.records, &it.hints), it.emptied, at, seq);
            }
            Note::Unmet { .. }
            | Note::Siblings { .. }
            | Note::Repairs { .. }
            | Note::Compared { .. } => {}
        }
    }

    /// The process of a node has ended: if it is a client, its operations are answered to nobody.
    pub fn ended(&mut self, node: NodeId) {
        let own: Vec<(NodeId, u32)> =
            self.open.keys().filter(|(client, _)| *client == node).copied().collect();
        for who in own {
            self.gave_up(who);
        }
    }

    fn gave_up(&mut self, who: (NodeId, u32)) {
        if let Some(open) = self.open.remove(&who)
            && open.writes.is_some()
        {
            let state = self.state(&open.key);
            state.open = state.open.saturating_sub(1);
        }
    }

    fn began(
        &mut self,
        who: (NodeId, u32),
        key: &Key,
        writes: Option<Version>,
        (needs, hints): (u32, bool),
    ) {
        let state = self.state(key);
        if writes.is_some() {
            state.open += 1;
            state.writes = state.writes.wrapping_add(1);
            state.last = None;
        }
        let (clean, since) = (state.open <= 1, state.writes);
        let (last, deleted) = match writes {
            None => (state.last.clone(), state.deleted.clone()),
            Some(_) => (None, Vec::new()),
        };
        let (key, taken, near, lost) = (key.clone(), Vec::new(), None, Vec::new());
        let open =
            Open { key, writes, needs, hints, clean, since, last, deleted, taken, near, lost };
        self.open.insert(who, open);
    }

    fn coordinated(&mut self, write: &Coordinated, at: Time, seq: u32) {
        let Coordinated { client, op, key, version, dot, replaces, gone, homes } = write;
        let open = self.open.get_mut(&(*client, *op));
        let open = open.filter(|open| open.writes == Some(*version));
        // Its client has given it up: a write of its own. What is on a disk already was one before.
        let mut late = open.is_none();
        if let Some(open) = open {
            open.taken.push(Taking { dot: *dot, replaces: replaces.clone(), gone: *gone });
        }
        let state = self.state(key);
        state.homes = homes.clone();
        let mut differs = false;
        match replaces {
            Some(seen) => {
                let first = state.meant.iter().find(|(known, _)| known == dot);
                differs = first.is_some_and(|(_, first)| !first.includes(seen));
                if first.is_none() {
                    let over = (state.meant.len() + 1).saturating_sub(WATCHED);
                    state.meant.drain(..over);
                    state.meant.push((*dot, seen.clone()));
                }
                // A client's write replaces those before it, be they seen or not.
                let before = Dot { actor: dot.actor, count: dot.count.saturating_sub(1) };
                state.replaced.join(seen);
                state.replaced.learn(before);
            }
            // What was loaded does not know yet that versions decide.
            None => {
                state.lww = true;
                state.acked.iter_mut().for_each(|acked| acked.lww = true);
            }
        }
        late &= state.disks(|cells| cells.context().covers(*dot)).is_empty();
        // What was acknowledged has taken place: that it comes once more excuses nothing.
        late &= !state.done.covers(*dot);
        if late {
            state.writes = state.writes.wrapping_add(1);
            state.last = None;
        }
        if differs {
            let words = format!("a write of {} replaces more where it was tried again", key.text());
            self.break_law(Law::Kept, seq, words);
        }
        self.compare(key, at);
    }

    fn acked(&mut self, who: (NodeId, u32), dot: Dot, copies: u32, hints: u32, seq: u32) {
        let Some(open) = self.open.remove(&who) else { return };
        let Some(version) = open.writes else { return };
        let needs = open.asked();
        let (near, lost, promised) = (open.near, open.lost, copies.saturating_add(hints));
        let claimed = copies;
        // What was asked counts, whatever the coordinator says of it.
        let is_enough = needs <= if open.hints { promised } else { copies };
        let asked = if open.hints { 0 } else { needs };
        let lost_near =
            |homes: &Arc<[NodeId]>| lost.iter().filter(|node| homes.contains(node)).count() as u32;
        let asked_near = near.clone().map(|homes| {
            let left = needs.saturating_sub(lost_near(&homes));
            (homes, left)
        });
        let copies = copies.max(asked).saturating_sub(lost.len() as u32);
        let copies = Copies::new(copies, asked_near);
        let state = self.state(&open.key);
        state.open = state.open.saturating_sub(1);
        state.done.learn(dot);
        // A coordinator says which disks have it: they do, unless they were lost since, or all that had it have
        // forgotten it with a tombstone.
        let lww = state.lww;
        let covers = |cells: &Cells| has_write(cells, (dot, version, lww), &state.replaced);
        let homes = state.holders.iter().filter(|(_, cells)| covers(cells)).count();
        let there = |node: &&NodeId| {
            lost.contains(node) || state.held_by(**node).is_some_and(|cells| covers(cells))
        };
        let is_near =
            near.as_ref().is_none_or(|near| needs as usize <= near.iter().filter(there).count());
        let mut disks = state.disks(covers);
        disks.extend(&lost);
        order::sort(&mut disks);
        disks.dedup();
        let (homes, disks) = (homes + lost.len(), disks.len());
        let forgotten = state.forgotten.covers(dot) || lww && state.forgotten_last >= version;
        // A later write of the same client may have come first: then nobody takes this one.
        let is_known = !open.taken.is_empty() || disks > 0 || forgotten;
        let is_true =
            forgotten || is_near && claimed as usize <= homes && promised as usize <= disks;
        if !is_known || !is_true || !is_enough {
            let key = open.key.text();
            let words = match (is_known, is_enough) {
                (false, _) => {
                    format!("a write of {key} was acknowledged that no coordinator has taken")
                }
                (true, false) => format!(
                    "a write of {key} that asked for {needs} was acknowledged with {claimed} copies and {hints} hints"
                ),
                (true, true) if !is_near => {
                    format!(
                        "a write of {key} was acknowledged, and {needs} homes of the region had not got it"
                    )
                }
                (true, true) => format!(
                    "a write of {key} was acknowledged with {claimed} copies and {hints} hints, and was on {disks} disks"
                ),
            };
            self.break_law(Law::Kept, seq, words);
        }
        let state = self.state(&open.key);
        let Some(first) = open.taken.first() else { return };
        let (lww, gone) = (first.replaces.is_none(), first.gone);
        // A delete that was tried again may have replaced more at one coordinator than at another.
        let by = |taking: &Taking, acked: &Acked| {
            let earlier = acked.dot.actor == dot.actor && acked.dot.count < dot.count;
            match &taking.replaces {
                Some(seen) => earlier || seen.covers(acked.dot),
                None => acked.version < version,
            }
        };
        let surely = |acked: &Acked| open.taken.iter().all(|taking| by(taking, acked));
        let replaced = |acked: &Acked| open.taken.iter().any(|taking| by(taking, acked));
        let clean = open.clean && state.writes == open.since;
        if clean {
            state.last = Some(Last { version, dot, copies: copies.clone(), gone });
            if gone {
                let before = state.acked.iter().filter(|acked| surely(acked));
                let before: Vec<Version> = before.map(|acked| acked.version).collect();
                let deleted = |version| Deleted { version, by: dot, copies: copies.clone() };
                state.deleted.extend(before.into_iter().map(deleted));
                let over = state.deleted.len().saturating_sub(WATCHED);
                state.deleted.drain(..over);
            }
        }
        state.acked.retain(|acked| !replaced(acked));
        if !gone {
            if state.acked.len() == WATCHED {
                state.acked.remove(0);
            }
            state.acked.push(Acked { version, dot, lww, copies: promised, lost });
        }
        self.look_for_lost(&open.key.clone(), seq);
    }

    fn saw(&mut self, who: (NodeId, u32), versions: &[Version], alive: u32, copies: u32, seq: u32) {
        let Some(open) = self.open.remove(&who) else { return };
        // What was asked counts, whatever the coordinator says of it.
        let copies = copies.max(open.asked());
        let state = self.state(&open.key);
        let all = state.homes.len();
        let overlap = |other: &Copies| other.meet(copies, open.near.as_ref(), all);
        // As it stands now: copies may have been lost.
        let still: Vec<Deleted> = state.deleted.clone();
        let quiet = state.writes == open.since;
        let same = |last: &Last| open.last.as_ref().is_some_and(|it| it.version == last.version);
        let last = state.last.clone().filter(same);
        if let Some(last) = last.filter(|last| quiet && overlap(&last.copies)) {
            self.tested.reads += 1;
            self.tested.near += u64::from(open.near.is_some());
            let sees = versions.contains(&last.version) || last.gone && alive == 0;
            if !sees {
                self.tested.missed += 1;
                let words = format!(
                    "a read of {} asked {copies} of {} copies, and missed the last write, which was on {}",
                    open.key.text(),
                    open.near.as_ref().map_or(all, |near| near.len()),
                    last.copies.had()
                );
                self.break_law(Law::SeesLast, seq, words);
            }
        }
        let known = |it: &&Deleted| open.deleted.iter().any(|other| other.version == it.version);
        let must = still.iter().filter(known).filter(|it| overlap(&it.copies));
        let must: Vec<Version> = must.map(|it| it.version).collect();
        if must.is_empty() {
            return;
        }
        self.tested.deletes += 1;
        let found = must.iter().find(|it| versions.contains(it));
        if found.is_some() {
            let words = format!("a read found a value of {} that was deleted", open.key.text());
            self.break_law(Law::DeletedStays, seq, words);
        }
    }

    fn stored(&mut self, node: NodeId, record: &Record, at: Time, seq: u32) {
        let state = self.state(&record.key);
        match state.holders.iter_mut().find(|(holder, _)| *holder == node) {
            Some((_, cells)) => *cells = record.cells.clone(),
            None => state.holders.push((node, record.cells.clone())),
        }
        state.got(node, &record.cells);
        self.look_for_lost(&record.key, seq);
        self.compare(&record.key, at);
    }

    fn collected(&mut self, node: NodeId, record: &Record, at: Time) {
        let state = self.state(&record.key);
        state.holders.retain(|(holder, _)| *holder != node);
        state.forgotten.join(record.cells.context());
        let last = newest(&record.cells).map_or(Version(0), |cell| cell.version);
        state.forgotten_last = state.forgotten_last.max(last);
        let replaced = &state.replaced;
        state.acked.retain(|acked| !has(&record.cells, acked, replaced));
        self.compare(&record.key, at);
    }

    /// Changes what is on disks in a way that loses something, and counts the copies that are lost.
    /// A node whose disk was emptied notices it.
    fn lose(&mut self, seq: u32, notices: bool, change: impl Fn(&mut State)) {
        let (mut lost, mut losses) = (Vec::new(), 0);
        let open = self.disks_of_open();
        self.keys.change(|state| {
            let disks = |state: &State| -> Vec<Vec<NodeId>> {
                let has = |acked: &Acked| state.disks(|cells| has(cells, acked, &state.replaced));
                state.acked.iter().map(has).collect()
            };
            let before = disks(state);
            let on = |state: &State| -> Vec<OnDisks> {
                let last = state.last.iter().map(|last| last.copies.on(&state.holders, last.dot));
                let deleted = state.deleted.iter();
                last.chain(deleted.map(|it| it.copies.on(&state.holders, it.by))).collect()
            };
            let on_before = on(state);
            change(state);
            let on_after = on(state);
            let last = state.last.iter_mut().map(|last| &mut last.copies);
            let copies = last.chain(state.deleted.iter_mut().map(|deleted| &mut deleted.copies));
            for ((copies, before), after) in copies.zip(on_before).zip(on_after) {
                copies.lose(before, after, notices);
            }
            let after = disks(state);
            for ((acked, before), after) in state.acked.iter_mut().zip(before).zip(after) {
                let gone = miss(&mut acked.lost, &before, &after);
                losses += gone;
                if gone > 0 && after.is_empty() {
                    lost.push(state.key.clone());
                }
            }
        });
        self.tested.losses += losses;
        let after = self.disks_of_open();
        for ((open, before), after) in self.open.values_mut().zip(open).zip(after) {
            miss(&mut open.lost, &before, &after);
        }
        for key in lost {
            self.look_for_lost(&key, seq);
        }
    }

    /// Which disks have something of each write that has not ended.
    fn disks_of_open(&self) -> Vec<Vec<NodeId>> {
        let of = |open: &Open| {
            let state = self.keys.get(open.key.position(), open.key.text())?;
            let covers =
                |cells: &Cells| open.taken.iter().any(|taking| cells.context().covers(taking.dot));
            Some(state.disks(covers))
        };
        self.open.values().map(|open| of(open).unwrap_or_default()).collect()
    }

    /// Learns the homes of what a node finds on its disk, and takes what nobody has written for loaded.
    fn load(&mut self, records: &[Record], homes: &[Arc<[NodeId]>]) {
        for (record, homes) in records.iter().zip(homes) {
            let state = self.state(&record.key);
            state.homes = homes.clone();
            if state.writes == 0 && state.holders.is_empty() {
                state.load(homes, &record.cells);
            }
        }
    }

    /// A node starts and finds so much on its disk: what it had before and has no more is lost.
    fn booted(
        &mut self,
        node: NodeId,
        (records, hints): (&[Record], &[(u64, Record)]),
        notices: bool,
        at: Time,
        seq: u32,
    ) {
        let found: VecMap<(u64, &str), &Arc<Cells>> = records
            .iter()
            .map(|record| ((record.key.position(), record.key.text()), &record.cells))
            .collect();
        self.lose(seq, notices, |state| {
            state.holders.retain(|(holder, _)| *holder != node);
            if let Some(cells) = found.get(&(state.key.position(), state.key.text())) {
                state.holders.push((node, (*cells).clone()));
            }
            let kept = |number: u64| hints.iter().any(|(known, _)| *known == number);
            state.hints.retain(|(keeper, number, _)| *keeper != node || kept(*number));
        });
        let keys: Vec<Key> = self.keys.iter().map(|state| state.key.clone()).collect();
        for key in keys {
            self.compare(&key, at);
        }
    }

    /// Looks whether an acknowledged write of a key is on no disk any more, while fewer copies are lost than
    /// had it.
    fn look_for_lost(&mut self, key: &Key, seq: u32) {
        let state = self.state(key);
        let is_lost = |acked: &Acked| !keeps(state, acked);
        let lost: Vec<Acked> = state.acked.iter().filter(|acked| is_lost(acked)).cloned().collect();
        if lost.is_empty() {
            return;
        }
        state.acked.retain(|acked| !lost.iter().any(|lost| lost.dot == acked.dot));
        let (early, gone): (Vec<_>, Vec<_>) =
            lost.iter().partition(|acked| (acked.lost.len() as u32) < acked.copies);
        self.tested.gone += gone.len() as u64;
        for acked in early {
            let words = format!(
                "a write of {} was acknowledged with {} copies; {} were lost, and none is left",
                key.text(),
                acked.copies,
                acked.lost.len()
            );
            self.break_law(Law::Kept, seq, words);
        }
    }

    /// Looks whether the homes of a key hold the same.
    fn compare(&mut self, key: &Key, at: Time) {
        let state = self.state(key);
        let before = state.differs;
        let agrees = state.agrees();
        state.differs = if agrees { None } else { Some(before.unwrap_or(at)) };
        match (before, agrees) {
            (None, false) => self.differing += 1,
            (Some(since), true) => {
                self.differing -= 1;
                self.tested.healed += u64::from(at.since(since) >= BEHIND);
            }
            (None, true) | (Some(_), false) => {}
        }
    }
}
