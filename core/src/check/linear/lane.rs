//! One key in a search: its sheet, and what of it is wanted and not yet placed.

use super::key_history::{Act, KeyHistory};
use super::rows::Rows;
use super::search::{Ahead, Idle, States};
use super::space::{HIDDEN, State};
use super::zone::Zones;
use crate::check::history::History;
use alloc::vec::Vec;

/// A key whose operations are searched, alone or beside others.
#[derive(Clone, Debug)]
pub(super) struct Lane {
    pub(super) sheet: KeyHistory,
    /// What is wanted and not yet placed, and what leads there and is not yet placed, by state.
    need: Vec<u32>,
    made: Vec<u32>,
    needed: u32,
    sets: u32,
    /// How many states are wanted though nothing leads there any more.
    lost: u32,
    zones: Zones,
    /// The state that is aimed at, and whether it may be reached.
    aim: Option<State>,
    reachable: bool,
}

impl Lane {
    /// A key of which nothing is placed.
    pub(super) fn new(sheet: KeyHistory) -> Self {
        let mut lane = Self {
            need: sheet.need.clone(),
            made: sheet.made.clone(),
            needed: sheet.need.iter().sum(),
            sets: sheet.sets,
            lost: 0,
            zones: Zones::new(&sheet),
            aim: None,
            reachable: true,
            sheet,
        };
        let states = 0..lane.need.len() as State;
        lane.lost = states.filter(|state| lane.is_lost(*state)).count() as u32;
        lane
    }

    /// What a class does.
    pub(super) fn act(&self, class: u32) -> Act {
        self.sheet.act_of[class as usize]
    }

    /// True if a state may stand now: no other is due before it is over.
    pub(super) fn may_begin(&self, state: State) -> bool {
        self.zones.may_begin(state)
    }

    /// True if nobody wants what a class writes, now or later.
    pub(super) fn is_idle(&self, class: u32) -> bool {
        self.sheet.may_idle[class as usize]
            && matches!(self.act(class), Act::Set(to) if self.need[to as usize] == 0)
    }

    fn is_lost(&self, state: State) -> bool {
        let at = state as usize;
        self.need.get(at).is_some_and(|need| *need > 0) && self.made[at] == 0
    }

    fn weigh(&mut self, state: State, before: bool) {
        match (before, self.is_lost(state)) {
            (false, true) => self.lost += 1,
            (true, false) => self.lost -= 1,
            _ => {}
        }
    }
}

impl States for Lane {
    fn rows(&self) -> &Rows {
        &self.sheet.rows
    }

    fn keys(&self) -> usize {
        1
    }

    fn start(&self) -> State {
        self.sheet.start
    }

    fn contradict(&self) -> bool {
        self.sheet.acts.contains(&Act::Impossible) || self.zones.contradict()
    }

    fn keeps(&self, class: u32) -> bool {
        self.act(class).keeps()
    }

    fn fits(&self, row: u32, state: State) -> bool {
        self.sheet.fits(self.sheet.acts[row as usize], state)
    }

    fn step(&mut self, state: State, class: u32, history: &History) -> Option<State> {
        self.sheet.step(state, self.act(class), history)
    }

    fn ahead(&mut self, state: State, class: u32, history: &History) -> Option<Ahead> {
        let next = self.step(state, class, history)?;
        let ahead = Ahead { changes: next != state, arrives: self.aim == Some(next) };
        self.zones.may_begin(next).then_some(ahead)
    }

    fn aim(&mut self, row: u32, state: State) {
        self.aim = self.sheet.acts.get(row as usize).and_then(|act| act.wants());
        self.reachable = !self.sheet.knows_makers || self.aim.is_none_or(|it| it == state);
    }

    fn may_come(&mut self, class: u32) {
        self.reachable |= self.aim.is_some_and(|it| self.sheet.makes(class).contains(&it));
    }

    fn is_reachable(&self) -> bool {
        self.reachable
    }

    fn idle(&self, class: u32) -> Idle {
        if self.is_idle(class) { Idle::Of(0) } else { Idle::No }
    }

    fn overwrites(&self, class: u32) -> bool {
        matches!(self.act(class), Act::Set(_))
    }

    fn is_hidden(&self, class: u32, _: u32) -> bool {
        self.is_idle(class)
    }

    fn count(&mut self, class: u32, returned: bool, placed: bool) {
        let act = self.act(class);
        if let Some(state) = act.wants().filter(|_| returned) {
            let before = self.is_lost(state);
            change(&mut self.need[state as usize], placed);
            change(&mut self.needed, placed);
            self.weigh(state, before);
        }
        if act.keeps() {
            return;
        }
        if act.leads_out() {
            change(&mut self.sets, placed);
        }
        for at in 0..self.sheet.makes(class).len() {
            let state = self.sheet.makes(class)[at];
            let before = self.is_lost(state);
            change(&mut self.made[state as usize], placed);
            self.zones.begin(state, placed);
            self.weigh(state, before);
        }
    }

    fn is_dead(&self, state: State) -> bool {
        let here = u32::from(self.sheet.knows_makers && self.is_lost(state));
        self.sheet.knows_makers && self.lost > here
            || state == HIDDEN && self.needed > 0 && self.sets == 0
    }

    fn words(&self) -> usize {
        0
    }
}

fn change(number: &mut u32, placed: bool) {
    if placed {
        *number -= 1;
    } else {
        *number += 1;
    }
}
