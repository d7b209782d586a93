//! Virtual time: a count of microseconds that only the simulation moves.

use core::fmt;
use core::ops::{Add, AddAssign, Sub};

/// A moment, in microseconds since the run began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub u64);

/// A length of time, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub u64);

impl Time {
    /// The moment at which every run begins.
    pub const ZERO: Self = Self(0);
    /// Later than every moment of any run.
    pub const NEVER: Self = Self(u64::MAX);

    /// How long after `earlier` this is; nothing if it is not after.
    #[must_use]
    pub fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// So many microseconds.
    #[must_use]
    pub const fn micros(count: u64) -> Self {
        Self(count)
    }

    /// So many milliseconds.
    #[must_use]
    pub const fn millis(count: u64) -> Self {
        Self(count.saturating_mul(1_000))
    }

    /// So many seconds.
    #[must_use]
    pub const fn seconds(count: u64) -> Self {
        Self(count.saturating_mul(1_000_000))
    }

    /// So many hundredths of it: `100` is the span itself.
    #[must_use]
    pub fn scaled(self, hundredths: u32) -> Self {
        match hundredths {
            100 => self,
            _ => Self((u128::from(self.0) * u128::from(hundredths) / 100).min(1 << 60) as u64),
        }
    }
}

impl Add<Span> for Time {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Span> for Time {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Sub<Span> for Time {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// Writes microseconds in the unit that reads best: `850us`, `12.5ms`, `3s`.
fn write_micros(micros: u64, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (unit, name) = match micros {
        0 => return out.write_str("0s"),
        1..1_000 => (1, "us"),
        1_000..1_000_000 => (1_000, "ms"),
        _ => (1_000_000, "s"),
    };
    write!(out, "{}", micros / unit)?;
    let mut rest = micros % unit;
    if rest > 0 {
        let mut digit = unit / 10;
        out.write_str(".")?;
        while rest > 0 {
            write!(out, "{}", rest / digit)?;
            rest %= digit;
            digit /= 10;
        }
    }
    out.write_str(name)
}

impl fmt::Display for Time {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_micros(self.0, out)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_micros(self.0, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_time_reads_in_its_best_unit_and_loses_no_digit() {
        for (micros, text) in [
            (0, "0s"),
            (7, "7us"),
            (1_500, "1.5ms"),
            (12_040, "12.04ms"),
            (1_000_001, "1.000001s"),
            (90_000_000, "90s"),
        ] {
            assert_eq!(Time(micros).to_string(), text);
        }
    }
}
