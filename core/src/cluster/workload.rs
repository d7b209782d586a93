//! Generated work: how often, what, on which keys.

use super::message::Verb;
use crate::base::fixed::{exp2, exponential, log2};
use crate::base::hash::mix;
use crate::base::{Rng, Span};
use crate::store::Key;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};
use core::hash::{Hash, Hasher};

/// Work for one client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
}

/// Which of the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
        Self { pattern: pattern.into(), count: count.max(1), choice, weights: Arc::new(weights) }
    }

    /// The key of that number.
    #[must_use]
    pub fn key(&self, number: u64) -> Key {
        Key::new(&key_text(&self.pattern, number))
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

/// The text of the key of that number in a pattern. `{n}` is the number, `{n6}` the same in six
/// digits, `{r}` four digits that look like chance, `{time}` a time that grows, `{tenant}` one of many
/// tenants of very different sizes, `{email}` an address, `{id}` sixteen digits of a hash. Without any
/// of these, the number stands at the end.
#[must_use]
pub fn key_text(pattern: &str, number: u64) -> String {
    let mut text = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern;
    let mut filled = false;
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((word, after)) = behind.split_once('}') else { break };
        text.push_str(before);
        let drawn = mix(number.wrapping_add(0x9e37_79b9_7f4a_7c15));
        let known = match word {
            "n" => write!(text, "{number}"),
            "r" => write!(text, "{:04x}", drawn >> 48),
            "id" => write!(text, "{drawn:016x}"),
            "time" => write_time(&mut text, number),
            // The k-th of a thousand tenants has a part of about 1/k of all keys.
            "tenant" => write!(text, "t{}", exp2((drawn % (10 << 32)) as i64) >> 32),
            "email" => write!(
                text,
                "{}{}.{}@{}",
                NAMES[(drawn % 16) as usize],
                number,
                NAMES[(drawn >> 8 & 15) as usize],
                HOSTS[(drawn >> 16 & 3) as usize]
            ),
            word => match word.strip_prefix('n').and_then(|width| width.parse::<usize>().ok()) {
                Some(width) if width <= 20 => write!(text, "{number:0width$}"),
                _ => {
                    text.push('{');
                    rest = behind;
                    continue;
                }
            },
        };
        filled |= known.is_ok();
        rest = after;
    }
    text.push_str(rest);
    if !filled {
        let _ = write!(text, "{number}");
    }
    text
}

const NAMES: [&str; 16] = [
    "ada",
    "alan",
    "barbara",
    "claude",
    "donald",
    "edsger",
    "frances",
    "grace",
    "john",
    "jim",
    "katherine",
    "leslie",
    "margaret",
    "nancy",
    "radia",
    "tony",
];
const HOSTS: [&str; 4] = ["example.com", "example.org", "mail.example.net", "example.edu"];

/// One key a minute from the first of January 2026 on, as `2026-01-01T00:00`.
fn write_time(text: &mut String, number: u64) -> fmt::Result {
    let (mut day, minute) = (number / 1_440, number % 1_440);
    let mut year = 2026;
    loop {
        let days = if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) { 366 } else { 365 };
        if day < days || year == 9_999 {
            break;
        }
        day -= days;
        year += 1;
    }
    let leap = u64::from(year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
    let mut month = 1;
    for days in [31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    let day = day % 31 + 1;
    write!(text, "{year}-{month:02}-{day:02}T{:02}:{:02}", minute / 60, minute % 60)
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
    fn patterns_fill_in_what_they_name() {
        for (pattern, number, wanted) in [
            ("user:{n}", 7, "user:7"),
            ("user:", 7, "user:7"),
            ("{n6}", 42, "000042"),
            ("{time}", 0, "2026-01-01T00:00"),
            ("{time}", 59 * 1_440 + 61, "2026-03-01T01:01"),
            ("{time}", (365 + 365) * 1_440, "2028-01-01T00:00"),
            ("{cart}:{n}", 3, "{cart}:3"),
            ("{cart", 3, "{cart3"),
            ("{n99}", 3, "{n99}3"),
        ] {
            assert_eq!(key_text(pattern, number), wanted);
        }
        assert!(key_text("{time}", u64::MAX).starts_with("9999-"));
        let mut tenants = alloc::collections::BTreeMap::new();
        for number in 0..100_000 {
            *tenants.entry(key_text("{tenant}", number)).or_insert(0_u32) += 1;
        }
        // log2(2)/10 of all keys are the first tenant's, log2(3/2)/10 the second's.
        assert!(tenants["t1"].abs_diff(10_000) < 500);
        assert!(tenants["t2"].abs_diff(5_850) < 400 && tenants.len() > 900);
        assert!(key_text("{email}", 5).contains('@'));
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
