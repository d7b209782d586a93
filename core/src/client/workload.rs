//! Generated work: how often, what, on which keys.

use super::Verb;
use super::pattern::Pattern;
use crate::base::fixed::{exp2, exponential, log2};
use crate::base::hash::tagged;
use crate::base::{Rng, Span};
use crate::store::{Key, Value};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hash::{Hash, Hasher};

/// A written value has so many bytes if the text states no size.
pub const VALUE_BYTES: u32 = 100;

/// Work for one client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// The mean time between two operations; arrivals are independent of answers.
    pub every: Span,
    /// Reads, of a million operations.
    pub gets: u32,
    /// Writes, of a million operations.
    pub puts: u32,
    /// Appends, of a million operations.
    pub appends: u32,
    /// Compare-and-swaps, of a million operations; the rest deletes.
    pub swaps: u32,
    /// Which keys.
    pub keys: Keys,
    /// How many bytes a written value has.
    pub value_bytes: u32,
    /// The text states that size; without it a store may write short values that can be read.
    pub sized: bool,
    /// This client's number among those that share the work, and how many they are.
    pub turn: (u32, u32),
}

/// A choice of keys.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The text of a key, with `{n}` where its number stands.
    pub pattern: Arc<str>,
    /// How many there are; sequential keys go on behind it.
    pub count: u32,
    /// Which of them.
    pub choice: Choice,
    weights: Arc<Vec<u64>>,
    read: Arc<Pattern>,
}

/// Which of the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Each as likely as any other.
    Uniform,
    /// The k-th with a weight of 1/k^s; s in thousandths.
    Zipf(u32),
    /// One after the other, new ones on and on.
    Sequential,
    /// Some keys get a share of all operations: both in millionths.
    Hot {
        /// How many of the keys.
        keys: u32,
        /// How many of the operations.
        share: u32,
    },
}

tagged!(Choice {
    0 Uniform,
    1 Zipf(a),
    2 Sequential,
    3 Hot { keys, share },
});

/// Zipf weights are worked out for so many keys; those behind share the last one's weight.
const ZIPF_MAX: u32 = 100_000;

impl Keys {
    /// A choice of keys; the weights are worked out once and shared by copies.
    #[must_use]
    pub fn new(pattern: &str, count: u32, choice: Choice) -> Self {
        let mut weights = Vec::new();
        if let Choice::Zipf(exponent) = choice {
            let mut sum = 0_u64;
            for rank in 1..=count.min(ZIPF_MAX) {
                let log = i128::from(log2(u64::from(rank))) * i128::from(exponent) / 1_000;
                let power = (-log).clamp(i64::MIN.into(), 0) as i64;
                sum += exp2(power).max(1);
                weights.push(sum);
            }
        }
        Self {
            pattern: pattern.into(),
            count: count.max(1),
            choice,
            weights: Arc::new(weights),
            read: Arc::new(Pattern::new(pattern, 1)),
        }
    }

    /// The key of that number.
    #[must_use]
    pub fn key(&self, number: u64) -> Key {
        Key::new(&self.read.text(number))
    }

    /// Draws the number of a key; `made` is how many this client has made in sequence.
    pub fn draw(&self, rng: &mut Rng, made: u64, turn: (u32, u32)) -> u64 {
        match self.choice {
            Choice::Uniform => rng.below(u64::from(self.count)),
            Choice::Zipf(_) => {
                let sum = self.weights.last().copied().unwrap_or(0);
                let at = rng.below(sum);
                self.weights.partition_point(|&weight| weight <= at) as u64
            }
            Choice::Sequential => {
                u64::from(self.count) + made * u64::from(turn.1.max(1)) + u64::from(turn.0)
            }
            Choice::Hot { keys, share } => {
                let count = u64::from(self.count);
                let hot = (count * u64::from(keys) / 1_000_000).clamp(1, count);
                if rng.chance(share) || hot == count {
                    rng.below(hot)
                } else {
                    hot + rng.below(count - hot)
                }
            }
        }
    }
}

impl Hash for Keys {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&*self.pattern, self.count, self.choice).hash(state);
    }
}

impl PartialEq for Keys {
    fn eq(&self, other: &Self) -> bool {
        (&self.pattern, self.count, self.choice) == (&other.pattern, other.count, other.choice)
    }
}
impl Eq for Keys {}

/// What is not stated counts nothing, so that a trace with such work is what it was before sizes could be.
impl Hash for Workload {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self { every, gets, puts, appends, swaps, keys, value_bytes, sized, turn } = self;
        (every, gets, puts, appends, swaps, keys, value_bytes, turn).hash(state);
        if *sized {
            sized.hash(state);
        }
    }
}

impl Workload {
    /// Draws what to do next.
    #[must_use]
    pub fn verb(&self, rng: &mut Rng) -> Verb {
        let dice = rng.below(1_000_000) as u32;
        let mut upto = 0;
        let shares = [
            (self.gets, Verb::Get),
            (self.puts, Verb::Put),
            (self.appends, Verb::Append),
            (self.swaps, Verb::Cas),
        ];
        for (share, verb) in shares {
            upto += share;
            if dice < upto {
                return verb;
            }
        }
        Verb::Delete
    }

    /// Draws a value of the size that is written.
    #[must_use]
    pub fn filler(&self, rng: &mut Rng) -> Value {
        Value::Filler { stamp: rng.bits() as u32, bytes: self.value_bytes }
    }

    /// How long until the next operation.
    pub fn wait(&self, rng: &mut Rng) -> Span {
        let factor = exponential(rng.bits());
        Span(((u128::from(self.every.0) * u128::from(factor)) >> 32).clamp(1, 1 << 50) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(choice: Choice) -> Vec<u32> {
        let keys = Keys::new("k{n}", 100, choice);
        let mut rng = Rng::derive(2, 2);
        let mut counts = alloc::vec![0; 100];
        for _ in 0..100_000 {
            counts[keys.draw(&mut rng, 0, (0, 1)) as usize] += 1;
        }
        counts
    }

    #[test]
    fn zipf_follows_its_law_and_a_hot_set_gets_its_share() {
        let zipf = counts(Choice::Zipf(1_000));
        // Of 100 keys under 1/k, the first gets 1/H(100) = 19.28 per cent.
        assert!((18_800..19_800).contains(&zipf[0]), "{}", zipf[0]);
        assert!((9_200..10_100).contains(&zipf[1]), "{}", zipf[1]);
        let hot = counts(Choice::Hot { keys: 20_000, share: 900_000 });
        assert!((89_000..91_000).contains(&(hot[0] + hot[1])), "{}", hot[0] + hot[1]);
        let even = counts(Choice::Uniform);
        assert!(even.iter().all(|count| (850..1_150).contains(count)));
    }

    #[test]
    fn clients_that_share_sequential_work_never_make_the_same_key() {
        let keys = Keys::new("k{n}", 10, Choice::Sequential);
        let mut rng = Rng::derive(2, 2);
        let mut made: Vec<u64> = Vec::new();
        for client in 0..3 {
            for count in 0..5 {
                made.push(keys.draw(&mut rng, count, (client, 3)));
            }
        }
        made.sort_unstable();
        assert_eq!(made, (10..25).collect::<Vec<_>>());
    }
}
