//! The search for an order of operations, move by move, and back where it does not go on. What they do to
//! one key, or to keys that batches join, it leaves to [`States`].

use super::memo::{Kept, Memo, Place, mark};
use super::rows::{Group, Rows};
use super::space::State;
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

/// Which writes are idle: nobody wants what they write, now or later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Idle {
    /// Not this one.
    No,
    /// This one, which writes one key.
    Of(usize),
    /// This one, which writes several.
    OfSeveral,
}

/// Where a move would lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ahead {
    /// To another state.
    pub(super) changes: bool,
    /// To the state that is aimed at.
    pub(super) arrives: bool,
}

/// The operations of a search and what they do to a state. Those of the same class do the same.
pub(super) trait States {
    /// The operations in time.
    fn rows(&self) -> &Rows;
    /// How many keys there are.
    fn keys(&self) -> usize;
    /// The state at the start.
    fn start(&self) -> State;
    /// True if it is clear beforehand that there is no order.
    fn contradict(&self) -> bool;
    /// True if a class never changes a state.
    fn keeps(&self, class: u32) -> bool;
    /// True if a row fits a state and changes nothing.
    fn fits(&self, row: u32, state: State) -> bool;
    /// The state after a class; nothing if it does not fit.
    fn step(&mut self, state: State, class: u32, history: &History) -> Option<State>;
    /// Where a class would lead; nothing if it does not fit, or would keep another waiting for too long.
    fn ahead(&mut self, state: State, class: u32, history: &History) -> Option<Ahead>;
    /// Aims at what a row wants.
    fn aim(&mut self, row: u32, state: State);
    /// Notes that a class may be placed before the row that is aimed at.
    fn may_come(&mut self, class: u32);
    /// True if what is aimed at may be reached.
    fn is_reachable(&self) -> bool;
    /// Whether what a class writes is wanted by nobody.
    fn idle(&self, class: u32) -> Idle;
    /// True if a class overwrites something, whatever was there.
    fn overwrites(&self, class: u32) -> bool;
    /// True if nobody sees what a class writes, as another overwrites all of it.
    fn is_hidden(&self, class: u32, by: u32) -> bool;
    /// Counts what is wanted and what leads there, as one of a class is placed or taken back.
    fn count(&mut self, class: u32, returned: bool, placed: bool);
    /// True if something is wanted that can never be had from a state.
    fn is_dead(&self, state: State) -> bool;
    /// Words of memory that the states take.
    fn words(&self) -> usize;
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
pub(super) struct Search<S> {
    states: S,
    /// Rows before the front are placed, but for the holes.
    front: u32,
    state: State,
    holes: Vec<u32>,
    /// What the holes add up to.
    marks: u64,
    /// How many of each group are placed.
    used: Vec<u32>,
    /// The moves so far: a row, or the number of rows plus a group.
    trail: Vec<u32>,
    frames: Vec<Frame>,
    moves: Vec<u32>,
    /// The first return among rows of a class that were met in a round, and in which round.
    met: Vec<(u32, u32)>,
    /// In which round an idle write of each key was met.
    idle: Vec<u32>,
    round: u32,
    choice: Vec<(u64, u32)>,
    memo: Memo,
    work: u64,
    places: u64,
    end: Option<End>,
}

impl<S: States> Search<S> {
    /// A search that is about to begin, with so many words of memory.
    pub(super) fn new(states: S, history: &History, memory: usize) -> Self {
        let rows = states.rows();
        let groups = rows.groups.iter().map(|group| &group.class);
        let classes = rows.classes.iter().chain(groups).max().map_or(0, |last| *last as usize + 1);
        let mut search = Self {
            front: 0,
            state: states.start(),
            holes: Vec::new(),
            marks: 0,
            used: alloc::vec![0; rows.groups.len()],
            trail: Vec::new(),
            frames: Vec::new(),
            moves: Vec::new(),
            met: alloc::vec![(0, 0); classes],
            idle: alloc::vec![0; states.keys()],
            round: 0,
            choice: Vec::new(),
            memo: Memo::new(memory),
            work: 0,
            places: 0,
            end: None,
            states,
        };
        if search.states.contradict() {
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
            let class = self.class_of(step);
            let Some(state) = self.states.step(self.state, class, history) else { continue };
            if self.states.overwrites(class) {
                self.place_idle(step, class);
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
        let rows = self.states.rows();
        let operation = |step: &u32| match (*step as usize).checked_sub(rows.len()) {
            None => rows.operations[*step as usize],
            Some(group) => {
                used[group] += 1;
                rows.groups[group].operations[used[group] - 1]
            }
        };
        self.trail.iter().map(operation).collect()
    }

    fn class_of(&self, step: u32) -> u32 {
        let rows = self.states.rows();
        match (step as usize).checked_sub(rows.len()) {
            None => rows.classes[step as usize],
            Some(group) => rows.groups[group].class,
        }
    }

    /// After a move: places what may be placed at once, and sees where that leads.
    fn arrive(&mut self, history: &History) {
        self.settle();
        if self.front as usize == self.states.rows().len() && self.holes.is_empty() {
            self.end = Some(End::Found);
            return;
        }
        if self.states.is_dead(self.state) {
            return;
        }
        let here = (self.front, self.state, &self.holes[..]);
        let words = self.states.words();
        let kept = self.memo.keep(here, self.marks, &self.used, words, &mut self.work);
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
        let rows = self.states.rows();
        let mut limit = (rows.least_back[self.front as usize], u32::MAX);
        for hole in &self.holes {
            let back = rows.backs[*hole as usize];
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
            if self.states.fits(row, self.state) {
                self.place(row);
            } else {
                at += 1;
            }
        }
        let mut row = self.front;
        loop {
            let (limit, _) = self.limit();
            let from = row;
            while self.states.rows().calls.get(row as usize).is_some_and(|call| *call < limit) {
                if self.states.fits(row, self.state) {
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

    /// Before a write: places all writes that it may overwrite without anybody's having looked.
    fn place_idle(&mut self, step: u32, by: u32) {
        let hidden = |search: &Self, row: u32| {
            let class = search.states.rows().classes[row as usize];
            row != step && search.states.is_hidden(class, by)
        };
        loop {
            let (limit, _) = self.limit();
            let before = self.trail.len();
            let mut at = 0;
            while at < self.holes.len() {
                let row = self.holes[at];
                if hidden(self, row) {
                    self.place(row);
                } else {
                    at += 1;
                }
            }
            let mut row = self.front;
            while self.states.rows().calls.get(row as usize).is_some_and(|call| *call < limit) {
                if hidden(self, row) {
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

    /// Puts the moves from here in order, the likeliest first.
    fn choose(&mut self, history: &History) {
        let (limit, mut blocked) = self.limit();
        let rows = self.states.rows();
        let count = rows.len() as u32;
        self.round += 1;
        let mut choice = core::mem::take(&mut self.choice);
        let mut row = self.front;
        while row < count && rows.calls[row as usize] < limit {
            if rows.backs[row as usize] == limit {
                blocked = row;
            }
            row += 1;
        }
        let fresh = self.front..row;
        // What must be placed before anything that was called after it returned.
        self.states.aim(blocked, self.state);
        for at in 0..self.holes.len() + fresh.len() {
            let row = match self.holes.get(at) {
                Some(hole) => *hole,
                None => fresh.start + (at - self.holes.len()) as u32,
            };
            let rows = self.states.rows();
            let (class, back) = (rows.classes[row as usize], rows.backs[row as usize]);
            if self.states.keeps(class) {
                continue;
            }
            let met = &mut self.met[class as usize];
            // Of two that do the same, the one that was called and returned first goes first.
            if met.0 == self.round && met.1 <= back {
                continue;
            }
            *met = (self.round, back);
            self.states.may_come(class);
            // Idle writes of a key go together, so one of them stands for all.
            if let Idle::Of(key) = self.states.idle(class)
                && core::mem::replace(&mut self.idle[key], self.round) == self.round
            {
                continue;
            }
            let Some(ahead) = self.states.ahead(self.state, class, history) else { continue };
            let rank = if ahead.arrives { 0 } else { 1 + u64::from(row != blocked) };
            choice.push((rank << 32 | u64::from(back), row));
        }
        for group in 0..self.used.len() {
            let used = self.used[group] as usize;
            let Group { class, ref calls, .. } = self.states.rows().groups[group];
            if calls.get(used).is_none_or(|call| *call >= limit) {
                continue;
            }
            self.states.may_come(class);
            // One that returned and does the same is used first; an idle one is never of use.
            if self.met[class as usize].0 == self.round || self.states.idle(class) != Idle::No {
                continue;
            }
            let ahead = self.states.ahead(self.state, class, history);
            let Some(ahead) = ahead.filter(|ahead| ahead.changes) else { continue };
            let rank = if ahead.arrives { 1 } else { 3 };
            choice.push((rank << 32 | u64::from(OPEN), count + group as u32));
        }
        self.work += (self.holes.len() + fresh.len() + self.used.len()) as u64;
        if self.states.is_reachable() {
            order::sort(&mut choice);
            self.moves.extend(choice.iter().map(|(_, step)| *step));
        }
        choice.clear();
        self.choice = choice;
    }

    /// Puts an operation next in the order.
    fn place(&mut self, step: u32) {
        let rows = self.states.rows().len() as u32;
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
        let rows = self.states.rows().len() as u32;
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

    /// Counts an operation that is placed or taken back.
    fn count(&mut self, step: u32, placed: bool) {
        let class = self.class_of(step);
        let returned = (step as usize) < self.states.rows().len();
        self.states.count(class, returned, placed);
        self.work += u64::from(!self.states.keeps(class));
    }
}
