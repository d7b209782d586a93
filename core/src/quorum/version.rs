//! Which of two values saw the other: dotted version vectors.
//!
//! Each write is a *dot*: who writes, and the number that it has there. A *context* says for each actor up to
//! which number all of its dots are known. Who reads gets the values and the context; who writes hands that context
//! back, and the new value replaces just those that its writer had seen. Values that did not see each other
//! stay side by side as *siblings*.
//!
//! With a plain version vector a write takes its coordinator's whole vector, so that two clients who write
//! through one node without having seen each other either lose a write or multiply siblings without end. The
//! dot tells the two writes apart, and there are never more siblings than concurrent writes.
//!
//! Who writes is the client, as in the first papers, and not the node that takes the write: a write that is
//! tried again at another node is the same dot there, and one node more or an emptied disk changes nothing.
//! The price is a context that grows with the clients that have ever written the key; stores with many clients
//! number by node for that reason, and have a second sibling for each second try.
//!
//! What knows a dot knows all before it of the same actor: a write replaces what its actor has written before,
//! be it seen or not, and be it that this comes later. So an actor must never give a number out twice; a client
//! that has forgotten its numbers must be another actor from then on.

use crate::base::order;
use alloc::vec::Vec;

/// Who writes: a client from one start to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor(pub u64);

/// One write: whose it is, and its number there, from 1 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dot {
    /// Who writes.
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

    /// Takes a write from somebody who has seen so much, by the actor's next number that is known here; nothing
    /// if the actor's numbers are used up.
    pub fn write(&mut self, seen: &Context, actor: Actor, value: V) -> Option<Dot> {
        let known = self.context.of(actor).max(seen.of(actor));
        let dot = Dot { actor, count: known.checked_add(1)? };
        self.take(seen, dot, value);
        Some(dot)
    }

    /// Takes a write that has its number, from somebody who has seen so much. False if it is known, or a later
    /// one of the same actor: then nothing changes.
    pub fn take(&mut self, seen: &Context, dot: Dot, value: V) -> bool {
        if self.context.covers(dot) {
            return false;
        }
        let mut write = Self::default();
        write.context.join(seen);
        write.context.learn(Dot { count: dot.count - 1, ..dot });
        write.context.learn(dot);
        write.put(dot, value);
        self.merge(&write)
    }

    /// Takes in what another copy holds; true if anything is new.
    pub fn merge(&mut self, other: &Self) -> bool {
        // Copies that know the same may hold different values: a delete replaces what its coordinator holds, and
        // may be tried again at another one.
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
    /// last write wins. The others are gone for good, and their writers are not told.
    ///
    /// Where this is done, it is done after each write and merge, and writes come with an empty context. If what
    /// a writer had seen counted too, a value could be replaced by one of a lower rank, and copies that know
    /// the same would hold different values, according to which rule came first.
    pub fn settle<K: Ord>(&mut self, rank: impl Fn(&V) -> K) {
        let ranked = self.values.iter().map(|(dot, value)| (rank(value), *dot));
        let Some((_, last)) = ranked.max() else { return };
        self.values.retain(|(dot, _)| *dot == last);
    }

    /// True if the value of that write is here.
    #[must_use]
    pub fn holds(&self, dot: Dot) -> bool {
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
        // Who writes is the client: it has seen what it has written itself.
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
                        let dot = Dot { actor: Actor(who as u64), count: u64::from(write) + 1 };
                        assert!(copies[at].take(seen, dot, write));
                        histories.insert(write, known.clone());
                        clients[who].0.learn(dot);
                        clients[who].1.insert(write);
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
    fn a_write_that_is_taken_at_every_copy_is_one_write_and_comes_back_nowhere() {
        let (nothing, dot) = (Context::default(), Dot { actor: Actor(1), count: 1 });
        let mut copies: Vec<Siblings<u32>> = alloc::vec![Siblings::default(); 3];
        for copy in &mut copies {
            assert!(copy.take(&nothing, dot, 1) && !copy.take(&nothing, dot, 1));
        }
        let other = copies[1].clone();
        assert!(!copies[0].merge(&other));
        assert_eq!(copies[0].sorted(), [1]);
        // Somebody has seen it and writes over it; then it is tried once more.
        let seen = copies[0].context().clone();
        assert!(copies[0].take(&seen, Dot { actor: Actor(2), count: 1 }, 2));
        assert!(!copies[0].take(&nothing, dot, 1));
        // Its actor's next write comes before it elsewhere.
        let mut late = Siblings::default();
        assert!(late.take(&nothing, Dot { actor: Actor(1), count: 2 }, 3));
        assert!(!late.take(&nothing, dot, 1));
        assert!(copies[0].merge(&late));
        assert_eq!(copies[0].sorted(), [2, 3]);
    }

    #[test]
    fn copies_that_know_the_same_and_hold_different_values_come_together() {
        let (nothing, delete) = (Context::default(), Dot { actor: Actor(2), count: 1 });
        let mut one = Siblings::default();
        one.write(&nothing, Actor(1), 1);
        let (seen, mut two) = (one.context().clone(), one.clone());
        // Tried at two nodes, of which one holds what is to be replaced.
        assert!(one.take(&seen, delete, 0) && two.take(&nothing, delete, 0));
        assert_eq!(one.context(), two.context());
        assert!(!one.clone().merge(&two) && two.merge(&one));
        assert_eq!((one.sorted(), two.sorted()), (alloc::vec![0], alloc::vec![0]));
    }

    #[test]
    fn a_hundred_reads_and_writes_of_two_clients_leave_no_more_siblings_than_clients() {
        let (mut copy, mut seen) = (Siblings::default(), [Context::default(), Context::default()]);
        for round in 0..100_u32 {
            let who = round as usize % 2;
            copy.write(&seen[who], Actor(who as u64), round);
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
            let mut last = [0; 3];
            for write in 0..30 {
                let (at, from) = (rng.below(3) as usize, rng.below(3) as usize);
                if rng.chance(500_000) {
                    // Ranks as of skewed clocks, often equal; those of one actor grow.
                    last[at] += rng.below(3);
                    let value = (last[at], write);
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
