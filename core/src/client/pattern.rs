//! The pattern of a key: fixed words, and places that a key's number fills.
//!
//! `{n}` is the number, `{n6}` the same in six digits, `{r}` four digits that look like chance, `{time}`
//! a time that grows, `{tenant}` one of many tenants of very different sizes, `{email}` an address,
//! `{id}` sixteen digits of a hash. Without any of these, the number stands at the end.

use crate::base::fixed::{ONE, exp2};
use crate::base::hash::mix;
use alloc::string::String;
use alloc::vec::Vec;

/// A part of a pattern.
#[derive(Clone, Debug)]
enum Part {
    Words(String),
    /// The number, in so many digits at least.
    Number(usize),
    Chance,
    Id,
    Time,
    Tenant,
    Email,
}

/// A pattern that has been read.
#[derive(Clone, Debug)]
pub struct Pattern {
    parts: Vec<Part>,
    /// For even stretches of what is drawn, the tenant if it is the same all over the stretch; else 0.
    tenants: Vec<u16>,
}

/// Powers of two that tenants are drawn from: there are up to 2^10 of them.
const DOUBLINGS: u64 = 10;
/// Stretches of one doubling, and how many keys it takes until working them out pays.
const STRETCHES: u64 = 1_024;
const MANY: u32 = 100_000;

impl Pattern {
    /// Reads a pattern, of which so many keys will be made.
    #[must_use]
    pub fn new(text: &str, keys: u32) -> Self {
        let mut parts = Vec::new();
        let mut words = String::new();
        let mut rest = text;
        let mut filled = false;
        while let Some((before, behind)) = rest.split_once('{') {
            let Some((word, after)) = behind.split_once('}') else { break };
            words.push_str(before);
            let Some(part) = part(word) else {
                words.push('{');
                rest = behind;
                continue;
            };
            if !words.is_empty() {
                parts.push(Part::Words(core::mem::take(&mut words)));
            }
            parts.push(part);
            filled = true;
            rest = after;
        }
        words.push_str(rest);
        if !words.is_empty() {
            parts.push(Part::Words(words));
        }
        if !filled {
            parts.push(Part::Number(0));
        }
        let several = keys >= MANY && parts.iter().any(|part| matches!(part, Part::Tenant));
        let first = |stretch: u64| (exp2((stretch * (ONE / STRETCHES)) as i64) >> 32) as u16;
        let all = if several { 0..DOUBLINGS * STRETCHES + 1 } else { 0..0 };
        let firsts: Vec<u16> = all.map(first).collect();
        let same = |pair: &[u16]| if pair[0] == pair[1] { pair[0] } else { 0 };
        Self { parts, tenants: firsts.windows(2).map(same).collect() }
    }

    /// Adds the text of the key of that number, in UTF-8.
    pub fn write(&self, number: u64, text: &mut Vec<u8>) {
        let drawn = mix(number.wrapping_add(0x9e37_79b9_7f4a_7c15));
        let name = |shift: u32| NAMES[(drawn >> shift & 15) as usize];
        for part in &self.parts {
            match part {
                Part::Words(words) => text.extend_from_slice(words.as_bytes()),
                Part::Number(width) => write_number(text, number, *width),
                Part::Chance => write_hex(text, drawn >> 48, 4),
                Part::Id => write_hex(text, drawn, 16),
                Part::Time => write_time(text, number),
                Part::Tenant => {
                    text.push(b't');
                    write_number(text, self.tenant(drawn), 0);
                }
                Part::Email => {
                    text.extend_from_slice(name(0).as_bytes());
                    write_number(text, number, 0);
                    text.push(b'.');
                    text.extend_from_slice(name(8).as_bytes());
                    text.push(b'@');
                    text.extend_from_slice(HOSTS[(drawn >> 16 & 3) as usize].as_bytes());
                }
            }
        }
    }

    /// The text of the key of that number.
    #[must_use]
    pub fn text(&self, number: u64) -> String {
        let mut text = Vec::with_capacity(24);
        self.write(number, &mut text);
        // Words of a text and digits are UTF-8.
        String::from_utf8(text).unwrap_or_default()
    }

    /// The k-th of a thousand tenants has a part of about 1/k of all keys.
    fn tenant(&self, drawn: u64) -> u64 {
        let power = drawn % (DOUBLINGS * ONE);
        match self.tenants.get((power / (ONE / STRETCHES)) as usize) {
            Some(tenant) if *tenant > 0 => u64::from(*tenant),
            _ => exp2(power as i64) >> 32,
        }
    }
}

/// The text of the key of that number in a pattern.
#[must_use]
pub fn key_text(pattern: &str, number: u64) -> String {
    Pattern::new(pattern, 1).text(number)
}

fn part(word: &str) -> Option<Part> {
    Some(match word {
        "n" => Part::Number(0),
        "r" => Part::Chance,
        "id" => Part::Id,
        "time" => Part::Time,
        "tenant" => Part::Tenant,
        "email" => Part::Email,
        _ => Part::Number(word.strip_prefix('n')?.parse().ok().filter(|width| *width <= 20)?),
    })
}

/// Digits by hand: a million keys are written, and the formatting of the library takes its time.
fn write_number(text: &mut Vec<u8>, mut number: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut from = digits.len();
    while number > 0 || from == digits.len() {
        from -= 1;
        digits[from] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    text.extend_from_slice(&digits[from.min(digits.len() - width)..]);
}

fn write_hex(text: &mut Vec<u8>, number: u64, width: u32) {
    for place in (0..width).rev() {
        text.push(b"0123456789abcdef"[(number >> (4 * place) & 15) as usize]);
    }
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
fn write_time(text: &mut Vec<u8>, number: u64) {
    let (mut day, minute) = (number / 1_440, number % 1_440);
    let mut year = 2026;
    let is_leap = |year| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    loop {
        let days = if is_leap(year) { 366 } else { 365 };
        if day < days || year == 9_999 {
            break;
        }
        day -= days;
        year += 1;
    }
    let mut month = 1;
    for days in [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    let parts =
        [(year, 4, b'-'), (month, 2, b'-'), (day % 31 + 1, 2, b'T'), (minute / 60, 2, b':')];
    for (number, width, behind) in parts {
        write_number(text, number, width);
        text.push(behind);
    }
    write_number(text, minute % 60, 2);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fill_in_what_they_name() {
        for (pattern, number, wanted) in [
            ("user:{n}", 7, "user:7"),
            ("user:", 7, "user:7"),
            ("", 0, "0"),
            ("{n6}", 42, "000042"),
            ("{n2}", 1_234, "1234"),
            ("{n20}", u64::MAX, "18446744073709551615"),
            ("{time}", 0, "2026-01-01T00:00"),
            ("{time}", 59 * 1_440 + 61, "2026-03-01T01:01"),
            ("{time}", (365 + 365) * 1_440, "2028-01-01T00:00"),
            ("{cart}:{n}", 3, "{cart}:3"),
            ("{cart", 3, "{cart3"),
            ("{n99}", 3, "{n99}3"),
            ("{r}/{id}", 5, "6303/63033b0ca389c35a"),
        ] {
            assert_eq!(key_text(pattern, number), wanted);
        }
        assert!(key_text("{time}", u64::MAX).starts_with("9999-"));
        assert!(key_text("{email}", 5).contains('@'));
    }

    #[test]
    fn tenants_are_of_very_different_sizes_and_the_same_however_many_keys_are_made() {
        let (few, many) = (Pattern::new("{tenant}", 1), Pattern::new("{tenant}", MANY));
        let mut tenants = alloc::collections::BTreeMap::new();
        for number in 0..100_000 {
            let one = few.text(number);
            assert_eq!(one, many.text(number));
            *tenants.entry(one).or_insert(0_u32) += 1;
        }
        // log2(2)/10 of all keys are the first tenant's, log2(3/2)/10 the second's.
        assert!(tenants["t1"].abs_diff(10_000) < 500);
        assert!(tenants["t2"].abs_diff(5_850) < 400 && tenants.len() > 900);
    }
}
