//! The operations of one key, made ready to be searched: what each does to the key's state, and when.

use super::rows::Rows;
use super::space::{GONE, HIDDEN, Space, State};
use crate::check::history::{Access, History, Input, OPEN, Output};
use crate::check::symbol::Symbol;
use alloc::vec::Vec;

/// What an operation with its result does to a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Act {
    /// Fits one state only, and changes nothing.
    Keep(State),
    /// Fits every state but one, and changes nothing.
    Avoid(State),
    /// Fits every count of writes but one, and changes nothing.
    AvoidVersion(u32),
    /// Fits no state: no store answers so.
    Impossible,
    /// Fits every state, and leads to one.
    Set(State),
    /// Fits one state, and leads to another.
    Swap(State, State),
    /// Fits every state, and writes behind it.
    Append(Symbol),
    /// Fits one count of writes, and writes.
    PutAt(u32, Symbol),
    /// Several things one after the other that come to none of the above: which of [`KeyHistory::rounds`].
    Round(u32),
}

impl Act {
    /// True if it never changes a state.
    pub(super) fn keeps(self) -> bool {
        matches!(self, Self::Keep(_) | Self::Avoid(_) | Self::AvoidVersion(_) | Self::Impossible)
    }

    /// True if it may lead out of the hidden state.
    pub(super) fn leads_out(self) -> bool {
        matches!(self, Self::Set(_) | Self::Round(_))
    }

    /// The only state that it fits, if it fits one only.
    pub(super) fn wants(self) -> Option<State> {
        match self {
            Self::Keep(state) | Self::Swap(state, _) => Some(state),
            _ => None,
        }
    }
}

/// One of several things that a batch does with the same key: a compare looks at what was there before all.
type Turn = (bool, Act);

/// An operation of which no return is known: its place in the history, its call, and what it does.
pub(super) type Open = (u32, u32, Act);

/// The operations of a key. Those that returned have a row each, in the order of their calls.
#[derive(Clone, Debug)]
pub(super) struct KeyHistory {
    pub(super) start: State,
    pub(super) rows: Rows,
    /// What each row does.
    pub(super) acts: Vec<Act>,
    /// What each class does.
    pub(super) act_of: Vec<Act>,
    /// What batches do that do several things with this key.
    rounds: Vec<Vec<Turn>>,
    /// The wanted states that a class may lead to: where its list begins in `made_by`.
    makes: Vec<u32>,
    made_by: Vec<State>,
    /// How many returned operations want a state.
    pub(super) need: Vec<u32>,
    /// How many operations may lead to it.
    pub(super) made: Vec<u32>,
    /// Classes whose writes are idle once nobody wants what they write: they may stand right before any
    /// other write that overwrites them, as nobody looks in between.
    pub(super) may_idle: Vec<bool>,
    /// How many operations lead out of the hidden state.
    pub(super) sets: u32,
    /// False if what leads where could not be worked out, or not cheaply.
    pub(super) knows_makers: bool,
    /// True if somebody appends, and not only where that comes to a change from one state to another.
    appends: bool,
    pub(super) space: Space,
}

impl KeyHistory {
    /// The sheet of some operations, as far as they are about one key, in the order of their calls, and as
    /// far as they were seen until a moment: what returned later is open.
    pub(super) fn new(history: &History, key: Symbol, operations: &[u32], until: u32) -> Self {
        let (mut sheet, mut open) = Self::draft(history, key, operations, until);
        let useful = sheet.useful(&open);
        open.retain(|(_, _, act)| !sheet.is_useless(*act, &useful));
        sheet.finish(&open, history);
        sheet
    }

    /// A sheet on which what is open does not stand yet.
    pub(super) fn draft(
        history: &History,
        key: Symbol,
        operations: &[u32],
        until: u32,
    ) -> (Self, Vec<Open>) {
        let words = &history.words;
        let seen_until = |at: &u32| {
            let mut operation = history.operations[*at as usize];
            if operation.back > until && operation.output != Output::Never {
                (operation.back, operation.output) = (OPEN, Output::Unknown);
            }
            (operation.call <= until && operation.output != Output::Never)
                .then_some((*at, operation))
        };
        let rows = || operations.iter().filter_map(seen_until);
        let versioned = rows().any(|(_, operation)| {
            matches!(operation.input, Input::PutAt(..))
                || matches!(operation.output, Output::FoundAt(..))
        });
        let mut seen = Vec::new();
        let mut appends = false;
        for (_, operation) in rows() {
            for access in history.each(&operation).filter(|access| access.key == key) {
                match access.input {
                    Input::Cas(from, _) => seen.push(from),
                    Input::Append(_) => appends = true,
                    _ => {}
                }
                if let Output::Found(found) = access.output {
                    seen.push(found);
                }
            }
        }
        let mut sheet = Self {
            start: GONE,
            rows: Rows::default(),
            acts: Vec::new(),
            act_of: Vec::new(),
            rounds: Vec::new(),
            makes: Vec::new(),
            made_by: Vec::new(),
            need: Vec::new(),
            made: Vec::new(),
            may_idle: Vec::new(),
            sets: 0,
            knows_makers: true,
            appends,
            space: Space::new(seen, words),
        };
        sheet.start = match versioned {
            true => sheet.space.version(0, history.start),
            false => sheet.space.holding(history.start, words),
        };
        let mut open = Vec::new();
        for (at, operation) in rows() {
            let accesses = history.each(&operation).filter(|access| access.key == key);
            let Some(act) = sheet.net(accesses, history) else { continue };
            if operation.is_open() {
                open.push((at, operation.call, act));
            } else {
                sheet.acts.push(act);
                sheet.rows.push(at, operation.call, operation.back);
            }
        }
        sheet.knows_makers = sheet.rounds.is_empty();
        // Where nothing overlaps there is one order only, and no choice to make smaller.
        if appends && sheet.knows_makers && !sheet.is_lined_up(&open) {
            sheet.appends = sheet.bind(&mut open, words);
        }
        (sheet, open)
    }

    /// Puts what is open on the sheet too; which class each of it has.
    pub(super) fn finish(&mut self, open: &[Open], history: &History) -> Vec<u32> {
        let all = self.acts.iter().copied().chain(open.iter().map(|(_, _, act)| *act));
        let of_open = open.iter().map(|(operation, call, _)| (*operation, *call));
        let classes;
        (self.act_of, classes) = self.rows.classify(all.collect(), of_open);
        self.count(history);
        self.find_idle(open);
        classes
    }

    /// True if every operation returned before the next was called.
    fn is_lined_up(&self, open: &[Open]) -> bool {
        let nexts = self.rows.calls.iter().skip(1);
        open.is_empty() && self.rows.backs.iter().zip(nexts).all(|(back, call)| back < call)
    }

    /// What an operation's accesses to the key come to; nothing if they neither change nor tell anything.
    fn net(
        &mut self,
        mut accesses: impl Iterator<Item = Access>,
        history: &History,
    ) -> Option<Act> {
        let first = accesses.next()?;
        let Some(second) = accesses.next() else { return self.act(first, history) };
        let mut round = Vec::new();
        for access in [first, second].into_iter().chain(accesses) {
            let Some(mut act) = self.act(access, history) else { continue };
            let compares = matches!(access.input, Input::Cas(..));
            // A compare that writes what it found overwrites what the batch wrote before it.
            match (access.output, act) {
                (Output::Done | Output::Unknown, Act::Keep(state)) if compares => {
                    act = Act::Swap(state, state);
                }
                _ => {}
            }
            round.push((compares, act));
        }
        (!round.is_empty()).then(|| self.together(round, history))
    }

    /// What several things come to that one operation does with the key.
    fn together(&mut self, round: Vec<Turn>, history: &History) -> Act {
        let changes = |turn: &Turn| !turn.1.keeps();
        let begins = round.iter().position(changes).unwrap_or(round.len());
        let looked = |(at, turn): (usize, &Turn)| turn.1.wants().filter(|_| turn.0 || at < begins);
        if let Some(before) = round.iter().enumerate().find_map(looked) {
            return match self.play(&round, before, history) {
                None => Act::Impossible,
                Some(after) if after == before => Act::Keep(before),
                Some(after) => Act::Swap(before, after),
            };
        }
        // From what is written whole nobody can tell what was there before.
        let whole = round.iter().position(|turn| matches!(turn.1, Act::Set(_)));
        let blind = |turns: &[Turn]| turns.iter().all(|turn| matches!(turn.1, Act::Append(_)));
        let compares = round.iter().any(|turn| turn.0);
        if !compares && whole.is_some_and(|at| blind(&round[..at])) {
            return self.play(&round, HIDDEN, history).map_or(Act::Impossible, Act::Set);
        }
        self.rounds.push(round);
        Act::Round(self.rounds.len() as u32 - 1)
    }

    /// The state after one thing after the other; nothing if one does not fit.
    fn play(&mut self, round: &[Turn], before: State, history: &History) -> Option<State> {
        let mut state = before;
        for (compares, act) in round {
            match act {
                Act::Swap(from, to) => state = (*from == before).then_some(*to)?,
                act if *compares => {
                    self.step(before, *act, history)?;
                }
                act => state = self.step(state, *act, history)?,
            }
        }
        Some(state)
    }

    /// What an access does; nothing if it neither changes nor tells anything.
    fn act(&mut self, access: Access, history: &History) -> Option<Act> {
        let words = &history.words;
        let space = &mut self.space;
        Some(match (access.input, access.output) {
            (Input::Transaction(_) | Input::Batch(..), _) | (Input::Get, Output::Unknown) => {
                return None;
            }
            (Input::Get, Output::Found(found)) => Act::Keep(space.holding(found, words)),
            (Input::Get, Output::FoundAt(version, found)) => {
                Act::Keep(space.version(version, found))
            }
            (Input::Get, _) => Act::Impossible,
            (Input::Put(value), _) => Act::Set(space.holding(value, words)),
            (Input::Delete, _) => Act::Set(GONE),
            (Input::Append(more), _) => Act::Append(more),
            (Input::Cas(from, _), Output::Differs) => Act::Avoid(space.holding(from, words)),
            (Input::Cas(from, _), Output::Found(found)) if found == from => Act::Impossible,
            (Input::Cas(..), Output::Found(found)) => Act::Keep(space.holding(found, words)),
            (Input::Cas(from, to), _) if from == to => Act::Keep(space.holding(from, words)),
            (Input::Cas(from, to), _) => {
                Act::Swap(space.holding(from, words), space.holding(to, words))
            }
            (Input::PutAt(version, _), Output::Differs) => Act::AvoidVersion(version),
            (Input::PutAt(version, value), _) => Act::PutAt(version, value),
        })
    }

    /// True if somebody may tell what the key did not hold.
    fn avoids(&self) -> bool {
        !self.rounds.is_empty() || self.acts.iter().any(|act| matches!(act, Act::Avoid(_)))
    }

    /// The states of which somebody may want that they come about.
    pub(super) fn useful(&self, open: &[Open]) -> Vec<bool> {
        let mut useful = alloc::vec![self.avoids(); self.space.len()];
        for act in self.acts.iter().chain(open.iter().map(|(_, _, act)| act)) {
            if let Some(state) = act.wants() {
                useful[state as usize] = true;
            }
        }
        useful
    }

    /// True if leaving out something open that does this is always as good: it keeps what there is, or
    /// writes what nobody looks for.
    pub(super) fn is_useless(&self, act: Act, useful: &[bool]) -> bool {
        match act {
            Act::Set(to) | Act::Swap(_, to) => {
                !useful[to as usize] && (!self.appends || to == HIDDEN)
            }
            act => act.keeps(),
        }
    }

    /// Which classes can be idle. Where somebody tells what the key did not hold, none can.
    fn find_idle(&mut self, open: &[Open]) {
        let avoids = self.avoids();
        let mut compared = alloc::vec![false; self.space.len()];
        for state in open.iter().filter_map(|(_, _, act)| act.wants()) {
            compared[state as usize] = true;
        }
        let can = |act: &Act| match act {
            Act::Set(HIDDEN) => !avoids,
            Act::Set(to) => !avoids && !self.appends && !compared[*to as usize],
            _ => false,
        };
        self.may_idle = self.act_of.iter().map(can).collect();
    }

    /// Counts what is wanted, and what leads there.
    fn count(&mut self, history: &History) {
        // States of a count of writes may be made here, so they come first.
        for class in 0..self.act_of.len() {
            if let Act::PutAt(version, value) = self.act_of[class] {
                self.space.version(version.saturating_add(1), value);
            }
        }
        self.need = alloc::vec![0; self.space.len()];
        for act in &self.acts {
            if let Some(state) = act.wants() {
                self.need[state as usize] += 1;
            }
        }
        let enders = self.enders(&history.words);
        for class in 0..self.act_of.len() {
            self.makes.push(self.made_by.len() as u32);
            match self.act_of[class] {
                Act::Set(to) | Act::Swap(_, to) => self.made_by.push(to),
                Act::PutAt(version, value) => {
                    let to = self.space.version(version.saturating_add(1), value);
                    self.made_by.push(to);
                }
                Act::Append(_) => {
                    let from = enders.partition_point(|(one, _)| (*one as usize) < class);
                    let mine = enders[from..].iter().take_while(|(one, _)| *one as usize == class);
                    self.made_by.extend(mine.map(|(_, state)| *state));
                }
                _ => {}
            }
        }
        self.makes.push(self.made_by.len() as u32);
        self.made = alloc::vec![0; self.space.len()];
        let groups = self.rows.groups.iter();
        let members = groups.map(|group| (group.class, group.calls.len() as u32));
        let rows = self.rows.classes.iter().map(|class| (*class, 1));
        for (class, times) in rows.chain(members) {
            let (from, to) = (self.makes[class as usize], self.makes[class as usize + 1]);
            for state in &self.made_by[from as usize..to as usize] {
                self.made[*state as usize] += times;
            }
            if self.act_of[class as usize].leads_out() {
                self.sets += times;
            }
        }
    }

    /// The wanted states that a class may lead to.
    pub(super) fn makes(&self, class: u32) -> &[State] {
        let (from, to) = (self.makes[class as usize], self.makes[class as usize + 1]);
        &self.made_by[from as usize..to as usize]
    }

    /// True if something fits a state and changes nothing.
    pub(super) fn fits(&self, act: Act, state: State) -> bool {
        match act {
            Act::Keep(wanted) => wanted == state,
            Act::Avoid(unwanted) => unwanted != state,
            Act::AvoidVersion(version) => self.space.version_of(state) != version,
            Act::Impossible
            | Act::Set(_)
            | Act::Swap(..)
            | Act::Append(_)
            | Act::PutAt(..)
            | Act::Round(_) => false,
        }
    }

    /// The state after an operation; nothing if it does not fit.
    pub(super) fn step(&mut self, state: State, act: Act, history: &History) -> Option<State> {
        match act {
            Act::Keep(wanted) => (wanted == state).then_some(state),
            Act::Avoid(unwanted) => (unwanted != state).then_some(state),
            Act::AvoidVersion(version) => {
                (self.space.version_of(state) != version).then_some(state)
            }
            Act::Impossible => None,
            Act::Set(to) => Some(to),
            Act::Swap(from, to) => (from == state).then_some(to),
            Act::Append(more) => Some(self.space.append(state, more, &history.words)),
            Act::PutAt(version, value) => (self.space.version_of(state) == version)
                .then(|| self.space.version(version.saturating_add(1), value)),
            Act::Round(at) => {
                let round = core::mem::take(&mut self.rounds[at as usize]);
                let after = self.play(&round, state, history);
                self.rounds[at as usize] = round;
                after
            }
        }
    }
}
