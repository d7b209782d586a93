//! Keys that batches join, searched together.
//!
//! Keys are strangers as long as each operation is about one of them: orders of each key alone can then be
//! woven into one. A batch stands at one place of the orders of several keys, and ties them:
//!
//! ```text
//! c1  |-------put x 1 and put y 1-------|      x alone: the batch, get x 1
//! c2     |-get x 1-|                           y alone: get y 0, the batch
//! c3                  |-get y 0-|              together: the batch is before get x 1, which is before
//!                                              get y 0, which is before the batch
//! ```
//!
//! A state is what each of the keys holds, and has a number. Whatever tells of one key that there is no
//! way on, be it a value that nothing leads to any more or one that would stand too late, tells it of all of
//! them, as an order of all is an order of each.

use super::key_history::{KeyHistory, Open};
use super::lane::Lane;
use super::rows::Rows;
use super::search::{Ahead, Idle, States};
use super::space::State;
use crate::base::hash::mix;
use crate::base::order;
use crate::check::history::{History, OPEN};
use crate::check::symbol::Symbol;
use alloc::vec::Vec;

/// What a class does: to which keys, by their places, and of which of their classes it is there.
type Does = Vec<(u32, u32)>;

/// Joined keys and their operations.
#[derive(Clone, Debug)]
pub(super) struct Joint {
    rows: Rows,
    lanes: Vec<Lane>,
    /// What each class does.
    does: Vec<Does>,
    /// What the keys hold in each state, one state after the other, and where to find a state.
    held: Vec<State>,
    table: Vec<u32>,
    /// What they would hold after a step.
    next: Vec<State>,
    /// What is aimed at: a key, its state, and whether it may be reached.
    aims: Vec<(u32, State, bool)>,
}

impl Joint {
    /// Some operations of joined keys, in the order of their calls, as far as they were seen until a moment.
    pub(super) fn new(history: &History, keys: &[Symbol], operations: &[u32], until: u32) -> Self {
        let mut sorted: Vec<(Symbol, u32)> = keys.iter().copied().zip(0..).collect();
        order::sort(&mut sorted);
        let mut of_key: Vec<Vec<u32>> = alloc::vec![Vec::new(); keys.len()];
        for at in operations {
            for access in history.each(&history.operations[*at as usize]) {
                let place = sorted.binary_search_by_key(&access.key, |(key, _)| *key);
                let Some((_, key)) = place.ok().and_then(|place| sorted.get(place)) else {
                    continue;
                };
                let list = &mut of_key[*key as usize];
                if list.last() != Some(at) {
                    list.push(*at);
                }
            }
        }
        let drafts = keys.iter().zip(&of_key);
        let mut drafts: Vec<(KeyHistory, Vec<Open>)> =
            drafts.map(|(key, of_key)| KeyHistory::draft(history, *key, of_key, until)).collect();
        drop_useless(&mut drafts);
        // What each operation does, key by key.
        let mut all: Vec<(u32, u32, u32)> = Vec::new();
        let mut lanes = Vec::new();
        for (key, (mut sheet, open)) in (0..).zip(drafts) {
            let classes = sheet.finish(&open, history);
            let returned = sheet.rows.operations.iter().zip(&sheet.rows.classes);
            all.extend(returned.map(|(at, class)| (*at, key, *class)));
            all.extend(open.iter().zip(classes).map(|(open, class)| (open.0, key, class)));
            lanes.push(Lane::new(sheet));
        }
        order::sort(&mut all);
        let mut rows = Rows::default();
        let (mut does, mut open, mut of_open): (Vec<Does>, Vec<(u32, u32)>, Vec<Does>) =
            Default::default();
        for one in all.chunk_by(|one, other| one.0 == other.0) {
            let operation = &history.operations[one[0].0 as usize];
            let what = one.iter().map(|(_, key, class)| (*key, *class)).collect();
            if operation.back == OPEN || operation.back > until {
                open.push((one[0].0, operation.call));
                of_open.push(what);
            } else {
                rows.push(one[0].0, operation.call, operation.back);
                does.push(what);
            }
        }
        does.append(&mut of_open);
        let (does, _) = rows.classify(does, open.into_iter());
        let mut joint = Self {
            rows,
            next: lanes.iter().map(|lane| lane.sheet.start).collect(),
            lanes,
            does,
            held: Vec::new(),
            table: alloc::vec![0; 64],
            aims: Vec::new(),
        };
        joint.take();
        joint
    }

    /// What the keys hold in a state.
    fn held(&self, state: State) -> &[State] {
        let from = state as usize * self.lanes.len();
        &self.held[from..from + self.lanes.len()]
    }

    fn slot(&self, held: &[State]) -> usize {
        let mask = self.table.len() - 1;
        let hash = held.iter().fold(1, |hash, state| mix(hash ^ u64::from(*state)));
        let mut slot = hash as usize & mask;
        while self.table[slot] > 0 && self.held(self.table[slot] - 1) != held {
            slot = (slot + 1) & mask;
        }
        slot
    }

    /// The number of what the keys would hold next.
    fn take(&mut self) -> State {
        let mut slot = self.slot(&self.next);
        let count = self.held.len() / self.lanes.len().max(1);
        if self.table[slot] == 0 {
            if count * 2 >= self.table.len() {
                self.table = alloc::vec![0; self.table.len() * 2];
                for state in 0..count as State {
                    let slot = self.slot(self.held(state));
                    self.table[slot] = state + 1;
                }
                slot = self.slot(&self.next);
            }
            self.held.extend_from_slice(&self.next);
            self.table[slot] = count as u32 + 1;
        }
        self.table[slot] - 1
    }

    fn acts(&self, class: u32) -> impl Iterator<Item = (&Lane, u32, u32)> {
        let does = self.does[class as usize].iter();
        does.map(|(key, class)| (&self.lanes[*key as usize], *key, *class))
    }
}

/// Forgets what is open and of no use to any key: leaving it out is always as good.
fn drop_useless(drafts: &mut [(KeyHistory, Vec<Open>)]) {
    let mut of_use: Vec<u32> = Vec::new();
    for (sheet, open) in drafts.iter() {
        let useful = sheet.useful(open);
        let needed = open.iter().filter(|(_, _, act)| !sheet.is_useless(*act, &useful));
        of_use.extend(needed.map(|(at, ..)| *at));
    }
    order::sort(&mut of_use);
    for (_, open) in drafts {
        open.retain(|(at, ..)| of_use.binary_search(at).is_ok());
    }
}

impl States for Joint {
    fn rows(&self) -> &Rows {
        &self.rows
    }

    fn keys(&self) -> usize {
        self.lanes.len()
    }

    fn start(&self) -> State {
        0
    }

    fn contradict(&self) -> bool {
        self.lanes.iter().any(States::contradict)
    }

    fn keeps(&self, class: u32) -> bool {
        self.acts(class).all(|(lane, _, class)| lane.keeps(class))
    }

    fn fits(&self, row: u32, state: State) -> bool {
        let held = self.held(state);
        let mut acts = self.acts(self.rows.classes[row as usize]);
        acts.all(|(lane, key, class)| lane.sheet.fits(lane.act(class), held[key as usize]))
    }

    fn step(&mut self, state: State, class: u32, history: &History) -> Option<State> {
        let from = state as usize * self.lanes.len();
        self.next.clear();
        self.next.extend_from_slice(&self.held[from..from + self.lanes.len()]);
        for (key, class) in &self.does[class as usize] {
            let next = &mut self.next[*key as usize];
            *next = self.lanes[*key as usize].step(*next, *class, history)?;
        }
        Some(self.take())
    }

    fn ahead(&mut self, state: State, class: u32, history: &History) -> Option<Ahead> {
        let from = state as usize * self.lanes.len();
        self.next.clear();
        self.next.extend_from_slice(&self.held[from..from + self.lanes.len()]);
        let mut changes = false;
        for (key, class) in &self.does[class as usize] {
            let (lane, next) = (&mut self.lanes[*key as usize], &mut self.next[*key as usize]);
            let after = lane.step(*next, *class, history)?;
            if !lane.keeps(*class) && !lane.may_begin(after) {
                return None;
            }
            changes |= after != *next;
            *next = after;
        }
        let there = |(key, state, _): &(u32, State, bool)| self.next[*key as usize] == *state;
        Some(Ahead { changes, arrives: !self.aims.is_empty() && self.aims.iter().all(there) })
    }

    fn aim(&mut self, row: u32, state: State) {
        self.aims.clear();
        let Some(class) = self.rows.classes.get(row as usize) else { return };
        let from = state as usize * self.lanes.len();
        for (key, class) in &self.does[*class as usize] {
            let lane = &self.lanes[*key as usize];
            let Some(wanted) = lane.act(*class).wants() else { continue };
            let there = self.held[from + *key as usize] == wanted;
            self.aims.push((*key, wanted, there || !lane.sheet.knows_makers));
        }
    }

    fn may_come(&mut self, class: u32) {
        for (key, wanted, reachable) in &mut self.aims {
            let mut does = self.does[class as usize].iter().filter(|(one, _)| one == key);
            let makes = |class: u32| self.lanes[*key as usize].sheet.makes(class);
            *reachable |= does.any(|(_, class)| makes(*class).contains(wanted));
        }
    }

    fn is_reachable(&self) -> bool {
        self.aims.iter().all(|(_, _, reachable)| *reachable)
    }

    fn idle(&self, class: u32) -> Idle {
        if !self.acts(class).all(|(lane, _, class)| lane.is_idle(class)) {
            return Idle::No;
        }
        match self.does[class as usize].as_slice() {
            [(key, _)] => Idle::Of(*key as usize),
            _ => Idle::OfSeveral,
        }
    }

    fn overwrites(&self, class: u32) -> bool {
        self.acts(class).any(|(lane, _, class)| lane.overwrites(class))
    }

    fn is_hidden(&self, class: u32, by: u32) -> bool {
        let over =
            |key: u32| self.acts(by).any(|(lane, one, class)| one == key && lane.overwrites(class));
        self.acts(class).all(|(lane, key, class)| lane.is_idle(class) && over(key))
    }

    fn count(&mut self, class: u32, returned: bool, placed: bool) {
        for (key, class) in &self.does[class as usize] {
            self.lanes[*key as usize].count(*class, returned, placed);
        }
    }

    fn is_dead(&self, state: State) -> bool {
        let held = self.held(state);
        self.lanes.iter().zip(held).any(|(lane, state)| lane.is_dead(*state))
    }

    fn words(&self) -> usize {
        self.held.len() + self.table.len()
    }
}
