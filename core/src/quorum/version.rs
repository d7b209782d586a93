//! Which of two values saw the other: dotted version vectors.
//!
//! Each write is a *dot*: who took it, and its number there. A *context* says for each actor up to which
//! number all of its dots are known. Who reads gets the values and the context; who writes hands that context
//! back, and the new value replaces just those that its writer had seen. Values that did not see each other
//! stay side by side as *siblings*.
//!
//! With a plain version vector a write takes its coordinator's whole vector, so that two clients who write
//! through one node without having seen each other either lose a write or multiply siblings without end. The
//! dot tells the two writes apart, and there are never more siblings than concurrent writes.
//!
//! An actor numbers its dots without a gap, so it must remember them: a node that has lost its disk must be
//! another actor from then on.

use crate::base::order;
use alloc::vec::Vec;

/// Who takes writes: a node in one life of its disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor(pub u64);

/// One write: who took it, and its number there, from 1 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dot {
    /// Who took it.
    pub actor: Actor,
    /// Its number there.
    pub count: u64,
}

/// What is known: of each actor all dots up to a number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Context(Vec<Dot>);

impl Context {
    /// Up to which number an actor's dots are known.
    #[must_use]
    pub fn of(&self, actor: Actor) -> u64 {
        self.find(actor).map_or(0, |at| self.0[at].count)
    }

    /// True if the dot is known.
    #[must_use]
    pub fn covers(&self, dot: Dot) -> bool {
        dot.count <= self.of(dot.actor)
    }

    /// True if all that the other one knows is known.
    #[must_use]
    pub fn includes(&self, other: &Self) -> bool {
        other.0.iter().all(|dot| self.covers(*dot))
    }

    /// Learns all of an actor's dots up to this one.
    pub fn learn(&mut self, dot: Dot) {
        match self.find(dot.actor) {
            Ok(at) => self.0[at].count = self.0[at].count.max(dot.count),
            Err(at) => self.0.insert(at, dot),
        }
    }

    /// Learns what another one knows.
    pub fn join(&mut self, other: &Self) {
        for dot in &other.0 {
            self.learn(*dot);
        }
    }

    /// The last known dot of each actor, by actor.
    #[must_use]
    pub fn dots(&self) -> &[Dot] {
        &self.0
    }

    fn find(&self, actor: Actor) -> Result<usize, usize> {
        self.0.binary_search_by(|dot| dot.actor.cmp(&actor))
    }
}

/// What a copy of a key holds: values that did not see each other, and all that is known of the key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Siblings<V> {
    context: Context,
    /// By dot.
    values: Vec<(Dot, V)>,
}

impl<V> Default for Siblings<V> {
    fn default() -> Self {
        Self { context: Context::default(), values: Vec::new() }
    }
}

impl<V: Clone> Siblings<V> {
    /// What is known; a reader hands it back when it writes.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The values, by dot.
    #[must_use]
    pub fn values(&self) -> &[(Dot, V)] {
        &self.values
    }

    /// True if nobody has written here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Takes a write from somebody who has seen so much; nothing if the actor's numbers are used up.
    pub fn write(&mut self, seen: &Context, actor: Actor, value: V) -> Option<Dot> {
        self.write_above(seen, actor, 0, value)
    }

    /// The same for an actor that has used its numbers up to one already, be it for a key whose tombstone is
    /// gone here and with it the memory of those numbers.
    pub fn write_above(
        &mut self,
        seen: &Context,
        actor: Actor,
        used: u64,
        value: V,
    ) -> Option<Dot> {
        let known = self.context.of(actor).max(seen.of(actor));
        let count = known.max(used).checked_add(1)?;
        let dot = Dot { actor, count };
        self.values.retain(|(known, _)| !seen.covers(*known));
        self.context.join(seen);
        self.context.learn(dot);
        self.put(dot, value);
        Some(dot)
    }

    /// Takes in what another copy holds; true if anything is new.
    pub fn merge(&mut self, other: &Self) -> bool {
        if self.context.includes(&other.context) && other.context.includes(&self.context) {
            // What has seen the same holds the same.
            return false;
        }
        let before = self.values.len();
        self.values.retain(|(dot, _)| other.holds(*dot) || !other.context.covers(*dot));
        let mut is_new = self.values.len() < before || !self.context.includes(&other.context);
        for (dot, value) in &other.values {
            if !self.context.covers(*dot) {
                self.put(*dot, value.clone());
                is_new = true;
            }
        }
        self.context.join(&other.context);
        is_new
    }

    /// Keeps the one value that is greatest by an order that everybody has, such as the writer's wall clock:
    /// last write wins. The others are gone for good, and whoever wrote them is not told.
    ///
    /// Where this is done, it is done after each write and merge, and writes come with an empty context. If what
    /// a writer had seen counted too, a value could be replaced by one of a lower rank, and copies that know
    /// the same would hold different values, according to which rule came first.
    pub fn settle<K: Ord>(&mut self, rank: impl Fn(&V) -> K) {
        let ranked = self.values.iter().map(|(dot, value)| (rank(value), *dot));
        let Some((_, last)) = ranked.max() else { return };
        self.values.retain(|(dot, _)| *dot == last);
    }

    fn holds(&self, dot: Dot) -> bool {
        self.values.binary_search_by(|(known, _)| known.cmp(&dot)).is_ok()
    }

    fn put(&mut self, dot: Dot, value: V) {
        if let Err(at) = self.values.binary_search_by(|(known, _)| known.cmp(&dot)) {
            self.values.insert(at, (dot, value));
        }
    }

    /// The values alone, in their own order, to compare copies by.
    #[must_use]
    pub fn sorted(&self) -> Vec<V>
    where
        V: Ord,
    {
        let mut values: Vec<V> = self.values.iter().map(|(_, value)| value.clone()).collect();
        order::sort(&mut values);
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;
    use alloc::collections::{BTreeMap, BTreeSet};

    /// The plain model: each write knows by name all the writes that it has seen.
    type Histories = BTreeMap<u32, BTreeSet<u32>>;

    /// Of these writes, those that no other one of them has seen.
    fn unseen(writes: &BTreeSet<u32>, histories: &Histories) -> BTreeSet<u32> {
        let seen = |write: &u32| writes.iter().any(|other| histories[other].contains(write));
        writes.iter().copied().filter(|write| !seen(write)).collect()
    }

    fn past(writes: &BTreeSet<u32>, histories: &Histories) -> BTreeSet<u32> {
        let mut all = writes.clone();
        for write in writes {
            all.extend(&histories[write]);
        }
        all
    }

    #[test]
    fn copies_hold_what_explicit_causal_histories_say() {
        let (mut most, mut superseded) = (0, 0);
        for seed in 0..2_000 {
            let mut rng = Rng::derive(seed, 1);
            let mut histories = Histories::new();
            let mut copies: Vec<Siblings<u32>> = alloc::vec![Siblings::default(); 3];
            let mut model: Vec<BTreeSet<u32>> = alloc::vec![BTreeSet::new(); 3];
            let mut clients = alloc::vec![(Context::default(), BTreeSet::new()); 3];
            for write in 0..40 {
                let (at, who) = (rng.below(3) as usize, rng.below(3) as usize);
                match rng.below(3) {
                    0 => {
                        let (seen, known) = &clients[who];
                        let actor = Actor(at as u64);
                        assert!(copies[at].write(seen, actor, write).is_some());
                        histories.insert(write, known.clone());
                        model[at].insert(write);
                        let left = unseen(&model[at], &histories);
                        superseded += model[at].len() - left.len();
                        model[at] = left;
                    }
                    1 => {
                        let other = copies[(at + 1) % 3].clone();
                        copies[at].merge(&other);
                        let both: BTreeSet<u32> =
                            model[at].union(&model[(at + 1) % 3]).copied().collect();
                        model[at] = unseen(&both, &histories);
                    }
                    _ => {
                        // A client reads: it has seen these besides what it had seen before.
                        clients[who].0.join(copies[at].context());
                        clients[who].1.extend(past(&model[at], &histories));
                    }
                }
                assert!(model[at].iter().copied().eq(copies[at].sorted()), "seed {seed}");
                most = most.max(copies[at].values().len());
            }
        }
        assert!(most > 2 && superseded > 1_000, "{most} siblings, {superseded} superseded");
    }

    #[test]
    fn merging_is_the_same_in_any_order_and_however_often() {
        for seed in 0..500 {
            let mut rng = Rng::derive(seed, 2);
            let mut copies: Vec<Siblings<u32>> = alloc::vec![Siblings::default(); 3];
            for write in 0..12 {
                let (at, from) = (rng.below(3) as usize, rng.below(3) as usize);
                let seen = if rng.chance(500_000) {
                    copies[from].context().clone()
                } else {
                    Context::default()
                };
                copies[at].write(&seen, Actor(at as u64), write);
            }
            let merged = |order: [usize; 4]| {
                let mut all = Siblings::default();
                for at in order {
                    all.merge(&copies[at]);
                }
                all
            };
            let first = merged([0, 1, 2, 0]);
            assert_eq!(first, merged([2, 1, 0, 0]), "seed {seed}");
            assert_eq!(first, merged([1, 1, 2, 0]), "seed {seed}");
            assert!(!first.clone().merge(&copies[0]), "seed {seed}");
        }
    }

    #[test]
    fn a_copy_that_forgot_its_tombstone_gives_no_number_out_twice() {
        let (actor, nothing) = (Actor(1), Context::default());
        let mut here = Siblings::default();
        let first = here.write(&nothing, actor, 1).expect("numbers are left");
        let elsewhere = here.clone();
        // The tombstone was collected here and not there.
        let mut anew = Siblings::default();
        let dot = anew.write_above(&nothing, actor, first.count, 2).expect("numbers are left");
        assert!(dot.count > first.count);
        let mut there = elsewhere.clone();
        assert!(there.merge(&anew));
        assert!(there.sorted().contains(&2));
        // With the same number it would be taken for what is known already.
        let mut twice = Siblings::default();
        twice.write(&nothing, actor, 2);
        assert!(!elsewhere.clone().merge(&twice));
    }

    #[test]
    fn a_hundred_reads_and_writes_through_one_node_leave_no_more_siblings_than_clients() {
        let (mut copy, mut seen) = (Siblings::default(), [Context::default(), Context::default()]);
        for round in 0..100_u32 {
            let who = round as usize % 2;
            copy.write(&seen[who], Actor(1), round);
            assert!(copy.values().len() <= 2);
            // Each reads before its partner has written again.
            seen[who] = copy.context().clone();
        }
    }

    #[test]
    fn last_write_wins_keeps_the_greatest_and_nothing_at_the_end_of_numbers() {
        let mut copy = Siblings::default();
        for value in [3, 9, 4] {
            copy.write(&Context::default(), Actor(value), value);
        }
        copy.settle(|value| *value);
        assert_eq!(copy.sorted(), [9]);
        let mut end = Context::default();
        end.learn(Dot { actor: Actor(1), count: u64::MAX });
        assert_eq!(copy.write(&end, Actor(1), 5), None);
        assert_eq!(copy.sorted(), [9]);
    }

    /// A write and its rank.
    type Ranked = (u64, u32);

    fn rank(value: &Ranked) -> u64 {
        value.0
    }

    #[test]
    fn under_last_write_wins_copies_that_know_the_same_hold_the_greatest() {
        for seed in 0..1_000 {
            let mut rng = Rng::derive(seed, 9);
            let mut copies: Vec<Siblings<Ranked>> = alloc::vec![Siblings::default(); 3];
            let mut known: Vec<BTreeMap<Dot, u64>> = alloc::vec![BTreeMap::new(); 3];
            for write in 0..30 {
                let (at, from) = (rng.below(3) as usize, rng.below(3) as usize);
                if rng.chance(500_000) {
                    // Ranks as of skewed clocks, often equal.
                    let value = (rng.below(8), write);
                    let dot = copies[at].write(&Context::default(), Actor(at as u64), value);
                    known[at].insert(dot.expect("numbers are left"), value.0);
                } else {
                    let (other, more) = (copies[from].clone(), known[from].clone());
                    copies[at].merge(&other);
                    known[at].extend(more);
                }
                copies[at].settle(rank);
                let last = known[at].iter().map(|(dot, rank)| (*rank, *dot)).max();
                let held = copies[at].values().iter().map(|(dot, value)| (value.0, *dot));
                assert!(held.eq(last), "seed {seed}");
            }
        }
    }

    #[test]
    fn last_write_wins_beside_what_writers_saw_leaves_copies_apart() {
        let (first, beside, nothing) = (Actor(1), Actor(2), Context::default());
        let mut origin = Siblings::default();
        origin.write(&nothing, first, (9, 1));
        let mut concurrent = Siblings::default();
        concurrent.write(&nothing, beside, (7, 2));
        let mut one = origin.clone();
        one.merge(&concurrent);
        one.settle(rank);
        // Whose clock is behind writes over what it saw.
        let seen = origin.context().clone();
        origin.write(&seen, first, (5, 3));
        let mut two = origin.clone();
        for (copy, other) in [(&mut one, &origin), (&mut two, &concurrent)] {
            copy.merge(other);
            copy.settle(rank);
        }
        assert_eq!(one.context(), two.context());
        assert_eq!((one.sorted(), two.sorted()), (alloc::vec![(5, 3)], alloc::vec![(7, 2)]));
    }
}
