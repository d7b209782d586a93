//! Zones: from when to when a value must have stood, where only one operation can have written it.
//!
//! ```text
//! put 1   |---|                     1 stands before its read returns, and still when it is called
//! get 1          |---|              so it must have begun by `due`, and lasts until `held` at least
//!             due^   ^held
//! ```
//!
//! A value that one operation alone can lead to stands once, and without a break. Of two such values one
//! is over before the other begins: the first is still held when the second is due, or the other way
//! round. If neither can be, there is no order at all; and none may begin while another is due that it
//! would keep waiting.
//!
//! Gibbons, Korach: *Testing shared memories* (1997).

use super::key_history::KeyHistory;
use super::space::State;
use crate::base::order;
use crate::check::history::OPEN;
use alloc::vec::Vec;

/// The zones of a key, and which of them have not begun.
#[derive(Clone, Debug, Default)]
pub(super) struct Zones {
    /// The place of a state's zone among all, or [`NONE`].
    places: Vec<u32>,
    /// When each is due and until when it is held, in the order in which they are due.
    spans: Vec<(u32, u32)>,
    /// A bit for each that has not begun.
    waiting: Vec<u64>,
}

const NONE: u32 = u32::MAX;

impl Zones {
    /// The zones of a sheet: of what is wanted and can be had from one operation only.
    pub(super) fn new(sheet: &KeyHistory) -> Self {
        let states = sheet.made.len();
        let mut all = alloc::vec![(OPEN, 0); states];
        let mut see = |state: State, call: u32, back: u32| {
            let (due, held) = &mut all[state as usize];
            (*due, *held) = ((*due).min(back), (*held).max(call));
        };
        for (row, act) in sheet.acts.iter().enumerate() {
            let (call, back) = (sheet.rows.calls[row], sheet.rows.backs[row]);
            for state in sheet.makes(sheet.rows.classes[row]).iter().copied().chain(act.wants()) {
                see(state, call, back);
            }
        }
        for group in &sheet.rows.groups {
            for state in sheet.makes(group.class) {
                group.calls.iter().for_each(|call| see(*state, *call, OPEN));
            }
        }
        let zones = |state: &usize| {
            let wanted = sheet.need.get(*state).is_some_and(|need| *need > 0);
            sheet.knows_makers
                && wanted
                && sheet.made[*state] == 1
                && *state != sheet.start as usize
        };
        let mut sorted: Vec<(u32, u32)> =
            (0..states).filter(zones).map(|state| (all[state].0, state as u32)).collect();
        order::sort(&mut sorted);
        let mut places = alloc::vec![NONE; states];
        for (place, (_, state)) in (0..).zip(&sorted) {
            places[*state as usize] = place;
        }
        let spans: Vec<_> = sorted.iter().map(|(_, state)| all[*state as usize]).collect();
        let mut waiting = alloc::vec![u64::MAX; spans.len().div_ceil(64)];
        if let Some(last) = waiting.last_mut() {
            *last >>= (64 - spans.len() % 64) % 64;
        }
        Self { places, spans, waiting }
    }

    /// True if two of them cannot come one after the other, in either order.
    pub(super) fn contradict(&self) -> bool {
        // The two that are held longest among those that are due before each place.
        let (mut first, mut second) = ((0, NONE), (0, NONE));
        let mut longest = Vec::with_capacity(self.spans.len());
        for (place, (_, held)) in (0..).zip(&self.spans) {
            if *held >= first.0 {
                (first, second) = ((*held, place), first);
            } else if *held >= second.0 {
                second = (*held, place);
            }
            longest.push((first, second));
        }
        (0..).zip(&self.spans).any(|(place, (due, held))| {
            let before = self.spans.partition_point(|(other, _)| other < held);
            before.checked_sub(1).is_some_and(|last| {
                let (first, second) = longest[last];
                let other = if first.1 == place { second } else { first };
                other.1 != NONE && other.0 > *due
            })
        })
    }

    /// Notes that what leads to a state is placed, or taken back.
    pub(super) fn begin(&mut self, state: State, placed: bool) {
        if let Some(place) = self.places.get(state as usize).filter(|place| **place != NONE) {
            let bit = 1 << (place % 64);
            let word = &mut self.waiting[*place as usize / 64];
            *word = if placed { *word & !bit } else { *word | bit };
        }
    }

    /// True if a state may stand now: no other is due before it is over.
    pub(super) fn may_begin(&self, state: State) -> bool {
        let Some(place) = self.places.get(state as usize).filter(|place| **place != NONE) else {
            return true;
        };
        let (_, held) = self.spans[*place as usize];
        let other = self.waiting().find(|other| other != place);
        other.is_none_or(|other| self.spans[other as usize].0 > held)
    }

    /// Those that have not begun, in the order in which they are due.
    fn waiting(&self) -> impl Iterator<Item = u32> {
        (0..).zip(&self.waiting).flat_map(|(at, word)| {
            let mut rest = *word;
            core::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(64 * at + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Input, OPEN, Output, Record};

    /// Zones of puts and reads, each `(verb, value)`: one after the other, or all at once.
    fn zones(asked: &[(char, &str)], at_once: bool) -> Zones {
        let mut record = Record::new(None);
        let names = ["c0", "c1", "c2", "c3", "c4"];
        let key = record.word("x");
        let returns = |record: &mut Record, name: &str, (verb, text): (char, &str)| {
            let found = Output::Found(record.word(text));
            let output = if verb == 'g' { found } else { Output::Done };
            record.back(name, output, 0).expect("it is open");
        };
        for (name, (verb, text)) in names.iter().zip(asked) {
            let word = record.word(text);
            let input = if *verb == 'g' { Input::Get } else { Input::Put(word) };
            record.call(name, key, input, 0).expect("nothing is open");
            if !at_once {
                returns(&mut record, name, (*verb, text));
            }
        }
        if at_once {
            names.iter().zip(asked).for_each(|(name, it)| returns(&mut record, name, *it));
        }
        let operations: Vec<u32> = (0..asked.len() as u32).collect();
        Zones::new(&KeyHistory::new(&record.history(), key, &operations, OPEN))
    }

    #[test]
    fn a_value_that_is_read_after_another_contradicts_it() {
        let asked = [('p', "1"), ('p', "2"), ('g', "2"), ('g', "1")];
        assert!(zones(&asked, false).contradict());
        assert!(!zones(&asked, true).contradict());
        assert!(!zones(&asked[..3], false).contradict());
        let twice = [('p', "1"), ('p', "2"), ('g', "2"), ('p', "1"), ('g', "1")];
        assert!(!zones(&twice, false).contradict(), "what two may have written can come back");
    }

    #[test]
    fn none_begins_while_another_would_have_to_wait_too_long() {
        let mut zones = zones(&[('p', "1"), ('g', "1"), ('p', "2"), ('g', "2")], false);
        let state = |place: u32| zones.places.iter().position(|at| *at == place);
        let [one, two] = [0, 1].map(|place| state(place).expect("it has one") as State);
        assert!(zones.may_begin(one) && !zones.may_begin(two));
        zones.begin(one, true);
        assert!(zones.may_begin(two));
        zones.begin(one, false);
        assert!(!zones.may_begin(two));
    }
}
