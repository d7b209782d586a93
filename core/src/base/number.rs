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

impl Number {
    /// How it reads: with its unit, in two to four digits.
    #[must_use]
    pub fn shown(&self) -> String {
        let value = self.millionths;
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

/// Millionths with as many decimals as give three digits or so.
fn decimal(millionths: i64) -> String {
    let size = millionths.unsigned_abs();
    let places = match size {
        0..10_000_000 => 2,
        10_000_000..100_000_000 => 1,
        _ => 0,
    };
    let scale = 10_u64.pow(6 - places);
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
