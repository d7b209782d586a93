//! The operations of one key, made ready to be searched: what each does to the key's state, and when.

use super::space::{GONE, HIDDEN, Space, State};
use crate::base::order;
use crate::check::history::{History, Input, OPEN, Operation, Output};
use crate::check::word::Word;
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
    Append(Word),
    /// Fits one count of writes, and writes.
    PutAt(u32, Word),
}

impl Act {
    /// True if it never changes a state.
    pub(super) fn keeps(self) -> bool {
        matches!(self, Self::Keep(_) | Self::Avoid(_) | Self::AvoidVersion(_) | Self::Impossible)
    }

    /// The only state that it fits, if it fits one only.
    pub(super) fn wants(self) -> Option<State> {
        match self {
            Self::Keep(state) | Self::Swap(state, _) => Some(state),
            _ => None,
        }
    }
}

/// Operations that never returned and that do the same, in the order of their calls.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    pub(super) class: u32,
    pub(super) calls: Vec<u32>,
    pub(super) operations: Vec<u32>,
}

/// The operations of a key. Those that returned have a row each, in the order of their calls.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) start: State,
    pub(super) acts: Vec<Act>,
    pub(super) calls: Vec<u32>,
    pub(super) backs: Vec<u32>,
    /// Rows with the same class do the same.
    pub(super) classes: Vec<u32>,
    /// The row's place in the history.
    pub(super) operations: Vec<u32>,
    /// The first return from a row on.
    pub(super) least_back: Vec<u32>,
    pub(super) groups: Vec<Group>,
    /// What each class does.
    pub(super) act_of: Vec<Act>,
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
    /// False if what leads where could not be worked out cheaply.
    pub(super) knows_makers: bool,
    pub(super) space: Space,
}

impl Sheet {
    /// The sheet of some operations of one key, in the order of their calls, as far as they were seen
    /// until a moment: what returned later is open.
    pub(super) fn new(history: &History, operations: &[u32], until: u32) -> Self {
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
            match operation.input {
                Input::Cas(from, _) => seen.push(from),
                Input::Append(_) => appends = true,
                _ => {}
            }
            if let Output::Found(found) = operation.output {
                seen.push(found);
            }
        }
        let mut sheet = Self {
            start: GONE,
            acts: Vec::new(),
            calls: Vec::new(),
            backs: Vec::new(),
            classes: Vec::new(),
            operations: Vec::new(),
            least_back: Vec::new(),
            groups: Vec::new(),
            act_of: Vec::new(),
            makes: Vec::new(),
            made_by: Vec::new(),
            need: Vec::new(),
            made: Vec::new(),
            may_idle: Vec::new(),
            sets: 0,
            knows_makers: true,
            space: Space::new(seen, words),
        };
        sheet.start = match versioned {
            true => sheet.space.version(0, history.start),
            false => sheet.space.holding(history.start, words),
        };
        let mut open = Vec::new();
        for (at, operation) in rows() {
            let Some(act) = sheet.act(&operation, history) else { continue };
            if operation.is_open() {
                open.push((at, operation.call, act));
            } else {
                sheet.acts.push(act);
                sheet.calls.push(operation.call);
                sheet.backs.push(operation.back);
                sheet.operations.push(at);
            }
        }
        // Where nothing overlaps there is one order only, and no choice to make smaller.
        let appends = appends && (sheet.is_lined_up(&open) || sheet.bind(&mut open, words));
        sheet.drop_useless(&mut open, appends);
        sheet.classify(&open);
        sheet.count(history);
        sheet.find_idle(&open, appends);
        sheet
    }

    /// True if every operation returned before the next was called.
    fn is_lined_up(&self, open: &[(u32, u32, Act)]) -> bool {
        let nexts = self.calls.iter().skip(1);
        open.is_empty() && self.backs.iter().zip(nexts).all(|(back, call)| back < call)
    }

    /// What an operation does; nothing if it neither changes nor tells anything.
    fn act(&mut self, operation: &Operation, history: &History) -> Option<Act> {
        let words = &history.words;
        let space = &mut self.space;
        Some(match (operation.input, operation.output) {
            (Input::Transaction(_), _) | (Input::Get, Output::Unknown) => return None,
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
            (Input::Cas(from, to), Output::Unknown) if from == to => return None,
            (Input::Cas(from, to), _) if from == to => Act::Keep(space.holding(from, words)),
            (Input::Cas(from, to), _) => {
                Act::Swap(space.holding(from, words), space.holding(to, words))
            }
            (Input::PutAt(version, _), Output::Differs) => Act::AvoidVersion(version),
            (Input::PutAt(version, value), _) => Act::PutAt(version, value),
        })
    }

    /// Forgets open writes of values that nobody looks for: leaving them out is always as good.
    fn drop_useless(&self, open: &mut Vec<(u32, u32, Act)>, appends: bool) {
        let avoids = self.acts.iter().any(|act| matches!(act, Act::Avoid(_)));
        if avoids {
            return;
        }
        let mut useful = alloc::vec![false; self.space.len()];
        for act in self.acts.iter().chain(open.iter().map(|(_, _, act)| act)) {
            if let Some(state) = act.wants() {
                useful[state as usize] = true;
            }
        }
        open.retain(|(_, _, act)| match act {
            Act::Set(to) | Act::Swap(_, to) => useful[*to as usize] || appends && *to != HIDDEN,
            _ => true,
        });
    }

    /// Gives the same number to all that do the same.
    fn classify(&mut self, open: &[(u32, u32, Act)]) {
        let count = self.acts.len();
        let all = self.acts.iter().copied().chain(open.iter().map(|(_, _, act)| *act));
        let mut sorted: Vec<(Act, u32)> = all.zip(0..).collect();
        order::sort(&mut sorted);
        let mut classes = alloc::vec![0; sorted.len()];
        for (act, at) in sorted {
            if self.act_of.last() != Some(&act) {
                self.act_of.push(act);
            }
            classes[at as usize] = self.act_of.len() as u32 - 1;
        }
        let mut group_of = alloc::vec![u32::MAX; self.act_of.len()];
        for ((operation, call, _), class) in open.iter().zip(&classes[count..]) {
            let group = &mut group_of[*class as usize];
            if *group == u32::MAX {
                *group = self.groups.len() as u32;
                self.groups.push(Group { class: *class, ..Group::default() });
            }
            let group = &mut self.groups[*group as usize];
            group.calls.push(*call);
            group.operations.push(*operation);
        }
        classes.truncate(count);
        self.classes = classes;
        self.least_back = alloc::vec![OPEN; count + 1];
        for at in (0..count).rev() {
            self.least_back[at] = self.least_back[at + 1].min(self.backs[at]);
        }
    }

    /// Which classes can be idle. Where somebody tells what the key did not hold, none can.
    fn find_idle(&mut self, open: &[(u32, u32, Act)], appends: bool) {
        let avoids = self.acts.iter().any(|act| matches!(act, Act::Avoid(_)));
        let mut compared = alloc::vec![false; self.space.len()];
        for state in open.iter().filter_map(|(_, _, act)| act.wants()) {
            compared[state as usize] = true;
        }
        let can = |act: &Act| match act {
            Act::Set(HIDDEN) => !avoids,
            Act::Set(to) => !avoids && !appends && !compared[*to as usize],
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
        let members = self.groups.iter().map(|group| (group.class, group.calls.len() as u32));
        let rows = self.classes.iter().map(|class| (*class, 1));
        for (class, times) in rows.chain(members) {
            let (from, to) = (self.makes[class as usize], self.makes[class as usize + 1]);
            for state in &self.made_by[from as usize..to as usize] {
                self.made[*state as usize] += times;
            }
            if matches!(self.act_of[class as usize], Act::Set(_)) {
                self.sets += times;
            }
        }
    }

    /// The wanted states that a class may lead to.
    pub(super) fn makes(&self, class: u32) -> &[State] {
        let (from, to) = (self.makes[class as usize], self.makes[class as usize + 1]);
        &self.made_by[from as usize..to as usize]
    }

    /// True if a row fits a state and changes nothing.
    pub(super) fn fits(&self, row: u32, state: State) -> bool {
        match self.acts[row as usize] {
            Act::Keep(wanted) => wanted == state,
            Act::Avoid(unwanted) => unwanted != state,
            Act::AvoidVersion(version) => self.space.version_of(state) != version,
            Act::Impossible | Act::Set(_) | Act::Swap(..) | Act::Append(_) | Act::PutAt(..) => {
                false
            }
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
        }
    }
}
