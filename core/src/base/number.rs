//! How a number reads: in few digits, with its unit.

use alloc::format;
use alloc::string::String;

/// A measured number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// In millionths of its unit.
    pub millionths: i64,
    /// How it reads.
    pub unit: Reading,
}

/// How a number reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// `1,204`
    Count,
    /// `18.9 %`
    Share,
    /// `1.32`
    Ratio,
    /// `12.5 ms`
    Time,
    /// `20.1 MB`
    Bytes,
    /// `198 /s`
    Rate,
}

/// Half of the whole numbers that fit are left as room for sums.
pub const LARGEST: i64 = i64::MAX / 2;

/// So many, in millionths; what is too large to count is as large as can be.
#[must_use]
pub fn whole(count: u64) -> i64 {
    i64::try_from(count).ok().and_then(|count| count.checked_mul(1_000_000)).unwrap_or(LARGEST)
}

/// A part of all, in millionths; nothing of nothing.
#[must_use]
pub fn part(of: u64, all: u64) -> i64 {
    if all == 0 { 0 } else { (u128::from(of) * 1_000_000 / u128::from(all)) as i64 }
}

impl Number {
    /// So many.
    #[must_use]
    pub fn count(count: u64) -> Self {
        Self { millionths: whole(count), unit: Reading::Count }
    }

    /// So many bytes.
    #[must_use]
    pub fn bytes(count: u64) -> Self {
        Self { millionths: whole(count), unit: Reading::Bytes }
    }

    /// So many microseconds.
    #[must_use]
    pub fn time(micros: u64) -> Self {
        Self { millionths: i64::try_from(micros).unwrap_or(LARGEST), unit: Reading::Time }
    }

    /// So many millionths of a whole.
    #[must_use]
    pub fn share(millionths: i64) -> Self {
        Self { millionths, unit: Reading::Share }
    }

    /// So many millionths of one.
    #[must_use]
    pub fn ratio(millionths: i64) -> Self {
        Self { millionths, unit: Reading::Ratio }
    }

    /// So many in a second, in millionths; what is too large to count is as large as can be.
    #[must_use]
    pub fn rate(millionths: u128) -> Self {
        let millionths = i64::try_from(millionths).unwrap_or(LARGEST).min(LARGEST);
        Self { millionths, unit: Reading::Rate }
    }

    /// How it reads: with its unit, in two to four digits.
    #[must_use]
    pub fn shown(&self) -> String {
        self.in_digits(0)
    }

    /// How it reads beside another number of its kind: in so many digits that two which are not equal do not
    /// read alike.
    #[must_use]
    pub fn shown_beside(&self, other: i64) -> String {
        let other = Self { millionths: other, unit: self.unit };
        let tells = |more: &u32| {
            self.millionths == other.millionths || self.in_digits(*more) != other.in_digits(*more)
        };
        self.in_digits((0..=DECIMALS).find(tells).unwrap_or(DECIMALS))
    }

    /// How it reads, with so many decimals more than two to four digits need.
    fn in_digits(&self, more: u32) -> String {
        let value = self.millionths;
        let decimal = |millionths: i64| decimal(millionths, more);
        match self.unit {
            Reading::Count => grouped(value / 1_000_000),
            Reading::Share => format!("{} %", decimal(value.saturating_mul(100))),
            Reading::Ratio => decimal(value),
            Reading::Rate => format!("{} /s", decimal(value)),
            Reading::Time => match value {
                0 => String::from("0 ms"),
                -999..=999 => format!("{value} µs"),
                -999_999..=999_999 => format!("{} ms", decimal(value * 1_000)),
                _ => format!("{} s", decimal(value)),
            },
            Reading::Bytes => match value / 1_000_000 {
                bytes @ -999..=999 => format!("{bytes} B"),
                -999_999..=999_999 => format!("{} kB", decimal(value / 1_000)),
                -999_999_999..=999_999_999 => format!("{} MB", decimal(value / 1_000_000)),
                _ => format!("{} GB", decimal(value / 1_000_000_000)),
            },
        }
    }
}

/// Millionths have so many decimals.
const DECIMALS: u32 = 6;

/// Millionths with as many decimals as give three digits or so, and so many more.
fn decimal(millionths: i64, more: u32) -> String {
    let size = millionths.unsigned_abs();
    let places = match size {
        0..10_000_000 => 2,
        10_000_000..100_000_000 => 1,
        _ => 0,
    };
    let places = (places + more).min(DECIMALS);
    let scale = 10_u64.pow(DECIMALS - places);
    let rounded = (size + scale / 2) / scale;
    let unit = 10_u64.pow(places);
    let sign = if millionths < 0 && rounded > 0 { "-" } else { "" };
    let (whole, mut part) = (rounded / unit, rounded % unit);
    let mut width = places as usize;
    while width > 0 && part.is_multiple_of(10) {
        part /= 10;
        width -= 1;
    }
    let whole = grouped(whole as i64);
    if width == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part:0width$}") }
}

fn grouped(number: i64) -> String {
    let digits = format!("{}", number.unsigned_abs());
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The fullest node over the mean, and the deviation over the mean, in millionths.
#[must_use]
pub fn even(held: &[u64]) -> (i64, i64) {
    let sum: u64 = held.iter().sum();
    let Some(most) = held.iter().max() else { return (0, 0) };
    let len = held.len() as u64;
    let squares: u128 = held.iter().map(|keys| u128::from(*keys).pow(2)).sum();
    let variance = (squares * u128::from(len)).saturating_sub(u128::from(sum).pow(2));
    let deviation = variance.isqrt() as u64;
    (part(most * len, sum), part(deviation, sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_in_few_digits_with_their_unit() {
        for (millionths, unit, shown) in [
            (1_204_000_000, Reading::Count, "1,204"),
            (189_123, Reading::Share, "18.9 %"),
            (999_900, Reading::Share, "100 %"),
            (1_320_000, Reading::Ratio, "1.32"),
            (12_500, Reading::Time, "12.5 ms"),
            (850, Reading::Time, "850 µs"),
            (2_400_000, Reading::Time, "2.4 s"),
            (20_123_456_000_000, Reading::Bytes, "20.1 MB"),
            (198_400_000, Reading::Rate, "198 /s"),
            (0, Reading::Ratio, "0"),
        ] {
            assert_eq!(Number { millionths, unit }.shown(), shown);
        }
    }
}
