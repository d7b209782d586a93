//! The search for an order of one key's operations, move by move, and back where it does not go on.

use super::memo::{Kept, Memo, Place, mark};
use super::reign::Reigns;
use super::sheet::{Act, Group, Sheet};
use super::space::{HIDDEN, State};
use crate::base::order;
use crate::check::history::{History, OPEN};
use alloc::vec::Vec;

/// How a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// An order was found.
    Found,
    /// There is none.
    None,
    /// The memory was full before either was clear.
    Full,
}

/// A place on the way, and the moves from it.
#[derive(Clone, Copy, Debug)]
struct Frame {
    place: Place,
    marks: u64,
    trail: u32,
    first: u32,
    next: u32,
    last: u32,
}

/// A search that can be interrupted.
#[derive(Clone, Debug)]
pub(super) struct Search {
    sheet: Sheet,
    /// Rows before the front are placed, but for the holes.
    front: u32,
    state: State,
    holes: Vec<u32>,
    /// What the holes add up to.
    marks: u64,
    /// How many of each group are placed.
    used: Vec<u32>,
    /// What is wanted and not yet placed, and what leads there and is not yet placed, by state.
    need: Vec<u32>,
    made: Vec<u32>,
    needed: u32,
    sets: u32,
    /// How many states are wanted though nothing leads there any more.
    lost: u32,
    reigns: Reigns,
    /// The moves so far: a row, or the number of rows plus a group.
    trail: Vec<u32>,
    frames: Vec<Frame>,
    moves: Vec<u32>,
    /// The first return among rows of a class that were met in a round, and in which round.
    met: Vec<(u32, u32)>,
    round: u32,
    choice: Vec<(u64, u32)>,
    memo: Memo,
    work: u64,
    places: u64,
    end: Option<End>,
}

impl Search {
    /// A search that is about to begin, with so many words of memory.
    pub(super) fn new(sheet: Sheet, history: &History, memory: usize) -> Self {
        let mut search = Self {
            front: 0,
            state: sheet.start,
            holes: Vec::new(),
            marks: 0,
            used: alloc::vec![0; sheet.groups.len()],
            need: sheet.need.clone(),
            made: sheet.made.clone(),
            needed: sheet.need.iter().sum(),
            sets: sheet.sets,
            lost: 0,
            reigns: Reigns::new(&sheet),
            trail: Vec::new(),
            frames: Vec::new(),
            moves: Vec::new(),
            met: alloc::vec![(0, 0); sheet.act_of.len()],
            round: 0,
            choice: Vec::new(),
            memo: Memo::new(memory),
            work: 0,
            places: 0,
            end: None,
            sheet,
        };
        let states = 0..search.need.len() as State;
        search.lost = states.filter(|state| search.is_lost(*state)).count() as u32;
        if search.sheet.acts.contains(&Act::Impossible) || search.reigns.contradict() {
            search.end = Some(End::None);
        } else {
            search.arrive(history);
        }
        search
    }

    /// How much was looked at.
    pub(super) fn work(&self) -> u64 {
        self.work
    }

    /// How many places were searched.
    pub(super) fn places(&self) -> u64 {
        self.places
    }

    /// Goes on until it ends or has looked at so much more.
    pub(super) fn advance(&mut self, history: &History, work: u64) -> Option<End> {
        let until = self.work.saturating_add(work);
        while self.end.is_none() && self.work < until {
            let Some(frame) = self.frames.last_mut() else {
                self.end = Some(End::None);
                break;
            };
            if frame.next == frame.last {
                self.moves.truncate(frame.first as usize);
                self.frames.pop();
                continue;
            }
            let step = self.moves[frame.next as usize];
            frame.next += 1;
            let frame = *frame;
            self.return_to(frame);
            let act = self.act_of(step);
            let Some(state) = self.sheet.step(self.state, act, history) else { continue };
            if matches!(act, Act::Set(_)) {
                self.place_idle(step);
            }
            self.state = state;
            self.place(step);
            self.arrive(history);
        }
        self.end
    }

    /// The order that was found: places in the history. What never returned is in it where it was used.
    pub(super) fn order(&self) -> Vec<u32> {
        let mut used = alloc::vec![0_usize; self.used.len()];
        let rows = self.sheet.acts.len();
        let operation = |step: &u32| match (*step as usize).checked_sub(rows) {
            None => self.sheet.operations[*step as usize],
            Some(group) => {
                used[group] += 1;
                self.sheet.groups[group].operations[used[group] - 1]
            }
        };
        self.trail.iter().map(operation).collect()
    }

    fn act_of(&self, step: u32) -> Act {
        match (step as usize).checked_sub(self.sheet.acts.len()) {
            None => self.sheet.acts[step as usize],
            Some(group) => self.sheet.act_of[self.sheet.groups[group].class as usize],
        }
    }

    fn class_of(&self, step: u32) -> u32 {
        match (step as usize).checked_sub(self.sheet.acts.len()) {
            None => self.sheet.classes[step as usize],
            Some(group) => self.sheet.groups[group].class,
        }
    }

    /// After a move: places what may be placed at once, and sees where that leads.
    fn arrive(&mut self, history: &History) {
        self.settle();
        if self.front as usize == self.sheet.acts.len() && self.holes.is_empty() {
            self.end = Some(End::Found);
            return;
        }
        if self.is_dead() {
            return;
        }
        let here = (self.front, self.state, &self.holes[..]);
        let kept = self.memo.keep(here, self.marks, &self.used, &mut self.work);
        match kept {
            Kept::Known => {}
            Kept::Full => self.end = Some(End::Full),
            Kept::New(place) => {
                self.places += 1;
                let first = self.moves.len() as u32;
                self.choose(history);
                let (trail, last) = (self.trail.len() as u32, self.moves.len() as u32);
                let marks = self.marks;
                self.frames.push(Frame { place, marks, trail, first, next: first, last });
            }
        }
    }

    /// The first return among what is not placed, and whose it is.
    fn limit(&self) -> (u32, u32) {
        let least = self.sheet.least_back[self.front as usize];
        let mut limit = (least, u32::MAX);
        for hole in &self.holes {
            let back = self.sheet.backs[*hole as usize];
            if back < limit.0 {
                limit = (back, *hole);
            }
        }
        limit
    }

    /// Places all that fits here and changes nothing: no later place can be better for it. The state
    /// stays as it is, so each is looked at once, when it was called before the first return of others.
    fn settle(&mut self) {
        let mut at = 0;
        while at < self.holes.len() {
            let row = self.holes[at];
            if self.sheet.fits(row, self.state) {
                self.place(row);
            } else {
                at += 1;
            }
        }
        let mut row = self.front;
        loop {
            let (limit, _) = self.limit();
            let from = row;
            while self.sheet.calls.get(row as usize).is_some_and(|call| *call < limit) {
                if self.sheet.fits(row, self.state) {
                    self.place(row);
                }
                row += 1;
            }
            self.work += 1 + u64::from(row - from);
            if row == from {
                break;
            }
        }
        self.work += at as u64;
    }

    /// True if nobody wants what a class writes, now or later.
    fn is_idle(&self, class: u32) -> bool {
        let act = self.sheet.act_of[class as usize];
        self.sheet.may_idle[class as usize]
            && matches!(act, Act::Set(to) if self.need[to as usize] == 0)
    }

    /// Before a write: places all writes that it may overwrite without anybody's having looked.
    fn place_idle(&mut self, step: u32) {
        loop {
            let (limit, _) = self.limit();
            let before = self.trail.len();
            let mut at = 0;
            while at < self.holes.len() {
                let row = self.holes[at];
                if row != step && self.is_idle(self.sheet.classes[row as usize]) {
                    self.place(row);
                } else {
                    at += 1;
                }
            }
            let mut row = self.front;
            while (row as usize) < self.sheet.acts.len() && self.sheet.calls[row as usize] < limit {
                if row != step && self.is_idle(self.sheet.classes[row as usize]) {
                    self.place(row);
                }
                row += 1;
            }
            self.work += 1 + at as u64;
            if self.trail.len() == before {
                return;
            }
        }
    }

    /// True if something is wanted that can never be had from here.
    fn is_dead(&self) -> bool {
        let here = u32::from(self.sheet.knows_makers && self.is_lost(self.state));
        self.sheet.knows_makers && self.lost > here
            || self.state == HIDDEN && self.needed > 0 && self.sets == 0
    }

    fn is_lost(&self, state: State) -> bool {
        let at = state as usize;
        self.need.get(at).is_some_and(|need| *need > 0) && self.made[at] == 0
    }

    /// Puts the moves from here in order, the likeliest first.
    fn choose(&mut self, history: &History) {
        let (limit, mut blocked) = self.limit();
        let rows = self.sheet.acts.len() as u32;
        self.round += 1;
        let mut choice = core::mem::take(&mut self.choice);
        let mut row = self.front;
        while row < rows && self.sheet.calls[row as usize] < limit {
            if self.sheet.backs[row as usize] == limit {
                blocked = row;
            }
            row += 1;
        }
        let fresh = self.front..row;
        let mut idle = false;
        // What must be placed before anything that was called after it returned.
        let wanted = self.sheet.acts.get(blocked as usize).and_then(|act| act.wants());
        let mut reachable = !self.sheet.knows_makers || wanted.is_none_or(|it| it == self.state);
        for at in 0..self.holes.len() + fresh.len() {
            let row = match self.holes.get(at) {
                Some(hole) => *hole,
                None => fresh.start + (at - self.holes.len()) as u32,
            };
            let act = self.sheet.acts[row as usize];
            if act.keeps() {
                continue;
            }
            let (class, back) = (self.sheet.classes[row as usize], self.sheet.backs[row as usize]);
            let met = &mut self.met[class as usize];
            // Of two that do the same, the one that was called and returned first goes first.
            if met.0 == self.round && met.1 <= back {
                continue;
            }
            *met = (self.round, back);
            reachable |= wanted.is_some_and(|it| self.sheet.makes(class).contains(&it));
            // Idle writes go together, so one of them stands for all.
            if self.is_idle(class) {
                if idle {
                    continue;
                }
                idle = true;
            }
            let Some(next) = self.sheet.step(self.state, act, history) else { continue };
            if !self.reigns.may_begin(next) {
                continue;
            }
            let rank = if Some(next) == wanted { 0 } else { 1 + u64::from(row != blocked) };
            choice.push((rank << 32 | u64::from(back), row));
        }
        for group in 0..self.sheet.groups.len() {
            let used = self.used[group] as usize;
            let Group { class, ref calls, .. } = self.sheet.groups[group];
            if calls.get(used).is_none_or(|call| *call >= limit) {
                continue;
            }
            reachable |= wanted.is_some_and(|it| self.sheet.makes(class).contains(&it));
            // One that returned and does the same is used first; an idle one is never of use.
            if self.met[class as usize].0 == self.round || self.is_idle(class) {
                continue;
            }
            let act = self.sheet.act_of[class as usize];
            let next = self.sheet.step(self.state, act, history);
            let Some(next) = next.filter(|next| *next != self.state) else { continue };
            if !self.reigns.may_begin(next) {
                continue;
            }
            let rank = if Some(next) == wanted { 1 } else { 3 };
            choice.push((rank << 32 | u64::from(OPEN), rows + group as u32));
        }
        self.work += (self.holes.len() + fresh.len() + self.sheet.groups.len()) as u64;
        if reachable {
            order::sort(&mut choice);
            self.moves.extend(choice.iter().map(|(_, step)| *step));
        }
        choice.clear();
        self.choice = choice;
    }

    /// Puts an operation next in the order.
    fn place(&mut self, step: u32) {
        let rows = self.sheet.acts.len() as u32;
        self.trail.push(step);
        if step >= rows {
            self.used[(step - rows) as usize] += 1;
        } else if step >= self.front {
            self.marks = (self.front..step).fold(self.marks, |marks, hole| marks ^ mark(hole));
            self.holes.extend(self.front..step);
            self.front = step + 1;
        } else if let Ok(at) = self.holes.binary_search(&step) {
            self.marks ^= mark(step);
            self.holes.remove(at);
        }
        self.count(step, true);
    }

    /// Goes back to a place on the way.
    fn return_to(&mut self, frame: Frame) {
        if self.trail.len() == frame.trail as usize {
            return;
        }
        let rows = self.sheet.acts.len() as u32;
        while self.trail.len() > frame.trail as usize {
            let Some(step) = self.trail.pop() else { return };
            if step >= rows {
                self.used[(step - rows) as usize] -= 1;
            }
            self.count(step, false);
        }
        let (front, state, holes) = self.memo.read(frame.place);
        (self.front, self.state, self.marks) = (front, state, frame.marks);
        self.holes.clear();
        self.holes.extend_from_slice(holes);
    }

    /// Counts what is wanted and what leads there, as an operation is placed or taken back.
    fn count(&mut self, step: u32, placed: bool) {
        let act = self.act_of(step);
        let returned = (step as usize) < self.sheet.acts.len();
        if let Some(state) = act.wants().filter(|_| returned) {
            let before = self.is_lost(state);
            change(&mut self.need[state as usize], placed);
            change(&mut self.needed, placed);
            self.weigh(state, before);
        }
        if act.keeps() {
            return;
        }
        if matches!(act, Act::Set(_)) {
            change(&mut self.sets, placed);
        }
        let class = self.class_of(step);
        for at in 0..self.sheet.makes(class).len() {
            let state = self.sheet.makes(class)[at];
            let before = self.is_lost(state);
            change(&mut self.made[state as usize], placed);
            self.reigns.begin(state, placed);
            self.weigh(state, before);
        }
        self.work += 1;
    }

    fn weigh(&mut self, state: State, before: bool) {
        match (before, self.is_lost(state)) {
            (false, true) => self.lost += 1,
            (true, false) => self.lost -= 1,
            _ => {}
        }
    }
}

fn change(number: &mut u32, placed: bool) {
    if placed {
        *number -= 1;
    } else {
        *number += 1;
    }
}
