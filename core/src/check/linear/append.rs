//! Appends: which of them can have written the end of a value that somebody saw.
//!
//! A value that must have been there, and that only one append can have completed, tells what that append
//! found: the value without its end. So it is no append to anything but a change from one value to the
//! other, and what it found must have been there too, and so on down. An append whose text is in no value
//! that somebody looked for hides whatever it is put behind.

use super::key_history::{Act, KeyHistory, Open};
use super::space::{HIDDEN, State};
use crate::base::order;
use crate::check::symbol::{Symbol, Symbols};
use alloc::vec::Vec;

/// Working out which append leads to which wanted value costs at most so much.
const WORK_MAX: usize = 20_000_000;

/// The texts that are appended, in their order, and those who append them.
#[derive(Clone, Debug, Default)]
pub(super) struct Appends {
    /// Each text, and where its appenders begin; the last one is behind all.
    texts: Vec<(Symbol, u32)>,
    appenders: Vec<u32>,
    /// The lengths that there are.
    lengths: Vec<usize>,
}

impl Appends {
    /// Those among some acts; `whose` is the number of each.
    pub(super) fn new(acts: impl Iterator<Item = (Act, u32)>, words: &Symbols) -> Self {
        let text = |word: Symbol| words.text(word);
        let mut all: Vec<(Symbol, u32)> = Vec::new();
        for (act, whose) in acts {
            if let Act::Append(more) = act {
                all.push((more, whose));
            }
        }
        order::sort_by(&mut all, |one, two| (text(one.0), one.1) < (text(two.0), two.1));
        let mut found = Self::default();
        for (at, (word, whose)) in (0..).zip(all) {
            // The absent word appends nothing, as the empty text does.
            if found.texts.last().is_none_or(|(last, _)| text(*last) != text(word)) {
                found.texts.push((word, at));
                found.lengths.push(text(word).len());
            }
            found.appenders.push(whose);
        }
        order::sort(&mut found.lengths);
        found.lengths.dedup();
        found
    }

    /// What it costs to look for the ends of so many values.
    fn work(&self, values: usize) -> usize {
        values.saturating_mul(self.lengths.len())
    }

    /// Who appends what some text ends with, and what stands before that end. An append of nothing leads
    /// to the empty text, from an absent key; to any other text it leads from that text only.
    fn enders<'a>(&self, text: &'a str, words: &Symbols) -> impl Iterator<Item = (u32, &'a str)> {
        let least = text.len().min(1);
        let lengths =
            self.lengths.iter().filter(move |length| (least..=text.len()).contains(*length));
        lengths.flat_map(move |length| {
            let (before, end) = text.split_at_checked(text.len() - length).unwrap_or((text, ""));
            let whose = self.find(end, words).map_or(&[][..], |at| self.of(at));
            whose.iter().map(move |whose| (*whose, before))
        })
    }

    fn find(&self, end: &str, words: &Symbols) -> Option<usize> {
        let at = self.texts.partition_point(|(word, _)| words.text(*word) < end);
        self.texts.get(at).filter(|(word, _)| words.text(*word) == end).map(|_| at)
    }

    fn of(&self, at: usize) -> &[u32] {
        let to = self.texts.get(at + 1).map_or(self.appenders.len(), |(_, to)| *to as usize);
        &self.appenders[self.texts[at].1 as usize..to]
    }
}

impl KeyHistory {
    /// Which classes of appends may lead to which wanted state.
    pub(super) fn enders(&mut self, words: &Symbols) -> Vec<(u32, State)> {
        let appends = Appends::new(self.act_of.iter().copied().zip(0..), words);
        let mut found = Vec::new();
        if appends.texts.is_empty() {
            return found;
        }
        if appends.work(self.need.len()) > WORK_MAX {
            self.knows_makers = false;
            return found;
        }
        let written = self.written(self.act_of.iter());
        for state in 0..self.need.len() {
            let text = self.space.text(state as State, words).filter(|_| self.need[state] > 0);
            let mut all = text.into_iter().flat_map(|text| appends.enders(text, words)).peekable();
            while let Some((class, before)) = all.next() {
                // Whether one can be it matters only where there is another.
                let alone = all.peek().is_none()
                    && found.last().is_none_or(|(_, it)| *it != state as State);
                if alone || self.can_hold(before, &appends, &written, words) {
                    found.push((class, state as State));
                }
            }
        }
        order::sort(&mut found);
        found
    }

    /// The states that somebody writes as they are.
    fn written<'a>(&self, acts: impl Iterator<Item = &'a Act>) -> Vec<bool> {
        let mut written = alloc::vec![false; self.space.len()];
        for act in acts {
            if let Act::Set(to) | Act::Swap(_, to) = act {
                written[*to as usize] = true;
            }
        }
        written
    }

    /// False if nothing leads to a text, as far as one look tells.
    fn can_hold(
        &mut self,
        text: &str,
        appends: &Appends,
        written: &[bool],
        words: &Symbols,
    ) -> bool {
        text.is_empty() || appends.enders(text, words).next().is_some() || {
            let state = self.space.beginning_with(text, words);
            state == self.start || written.get(state as usize).is_some_and(|written| *written)
        }
    }

    /// The only append that may lead to a state that nobody writes as it is, and what it finds.
    fn only_ender(
        &mut self,
        to: State,
        acts: &[Act],
        (appends, written): (&Appends, &[bool]),
        words: &Symbols,
    ) -> Option<(usize, State)> {
        let text = self.space.text(to, words)?;
        let free = |(whose, _): &(u32, &str)| matches!(acts[*whose as usize], Act::Append(_));
        let mut all = appends.enders(text, words).filter(free);
        let mut only = all.next()?;
        if let Some(second) = all.next() {
            let mut able = [only, second].into_iter().chain(all);
            let mut able = able.by_ref().filter(|it| self.can_hold(it.1, appends, written, words));
            only = able.next()?;
            if able.next().is_some() {
                return None;
            }
        }
        let (whose, before) = only;
        (!before.is_empty()).then(|| (whose as usize, self.space.beginning_with(before, words)))
    }

    /// Binds appends to what they must have found, and knows those that hide whatever they follow. True
    /// if some are left that may follow anything.
    pub(super) fn bind(&mut self, open: &mut [Open], words: &Symbols) -> bool {
        let mut acts: Vec<Act> = self.acts.clone();
        acts.extend(open.iter().map(|(_, _, act)| *act));
        let appends = Appends::new(acts.iter().copied().zip(0..), words);
        if appends.work(self.space.len()) > WORK_MAX {
            return true;
        }
        let written = self.written(acts.iter());
        let mut known = written.clone();
        known[self.start as usize] = true;
        let wanted: Vec<State> = self.acts.iter().filter_map(|act| act.wants()).collect();
        for mut to in wanted {
            while !core::mem::replace(&mut known[to as usize], true) {
                let Some((at, from)) = self.only_ender(to, &acts, (&appends, &written), words)
                else {
                    break;
                };
                acts[at] = Act::Swap(from, to);
                known.resize(self.space.len(), false);
                to = from;
            }
        }
        let free = |whose: &&u32| matches!(acts[**whose as usize], Act::Append(_));
        let longest = appends.lengths.last().copied().unwrap_or(0);
        let pieces = self.space.pieces(words, longest);
        let mut hides = Vec::new();
        let mut left = false;
        for at in 0..appends.texts.len() {
            let text = words.text(appends.texts[at].0).as_bytes();
            let begun = hides.len();
            hides.extend(appends.of(at).iter().filter(free).copied());
            let occurs = |piece: &&[u8]| {
                let mut windows = piece.windows(text.len().max(1));
                windows.any(|window| window.first() == text.first() && window == text)
            };
            if hides.len() > begun && (text.is_empty() || pieces.iter().any(occurs)) {
                hides.truncate(begun);
                left = true;
            }
        }
        for at in hides {
            acts[at as usize] = Act::Set(HIDDEN);
        }
        for (act, (_, _, it)) in acts.split_off(self.acts.len()).into_iter().zip(open) {
            *it = act;
        }
        self.acts = acts;
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Input, OPEN, Output, Record};

    /// Operations of so many clients that are all open at once.
    fn sheet(asked: &[(char, &str)]) -> (KeyHistory, Symbols) {
        let mut record = Record::new(None);
        let names: Vec<&str> =
            ["c0", "c1", "c2", "c3", "c4"].into_iter().take(asked.len()).collect();
        let key = record.word("x");
        for (name, (verb, text)) in names.iter().zip(asked) {
            let word = record.word(text);
            let input = match verb {
                'p' => Input::Put(word),
                'a' => Input::Append(word),
                _ => Input::Get,
            };
            record.call(name, key, input, 0).expect("nothing is open");
        }
        for (name, (verb, text)) in names.iter().zip(asked) {
            let word = record.word(text);
            let output = if *verb == 'g' { Output::Found(word) } else { Output::Done };
            record.back(name, output, 0).expect("it is open");
        }
        let history = record.history();
        let operations: Vec<u32> = (0..asked.len() as u32).collect();
        (KeyHistory::new(&history, key, &operations, OPEN), history.words)
    }

    #[test]
    fn an_append_is_bound_to_what_it_must_have_found() {
        let asked = [('p', "5."), ('a', "7."), ('a', "17."), ('a', "9."), ('g', "5.17.7.")];
        let (mut sheet, words) = sheet(&asked);
        let [five, more, all] =
            ["5.", "5.17.", "5.17.7."].map(|text| sheet.space.beginning_with(text, &words));
        let expected =
            [Act::Set(five), Act::Swap(more, all), Act::Swap(five, more), Act::Set(HIDDEN)];
        assert_eq!(sheet.acts[..4], expected);
    }

    #[test]
    fn an_append_that_two_may_stand_for_stays_one() {
        let (sheet, _) = sheet(&[('a', "b"), ('a', "ab"), ('a', "a"), ('g', "ab")]);
        assert!(sheet.acts[..3].iter().all(|act| matches!(act, Act::Append(_))));
    }
}
