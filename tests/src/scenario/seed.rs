//! Ranges of seeds, and parts of ranges that machines can share.

use std::fmt;
use std::str::FromStr;

/// Seeds from one up to, but without, another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first seed.
    pub start: u64,
    /// The seed behind the last.
    pub end: u64,
}

impl FromStr for Range {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no range of seeds: write 1..100 for 1 to 99");
        let (start, end) = text.split_once("..").ok_or_else(wrong)?;
        let number = |text: &str| text.parse().map_err(|_| wrong());
        let (start, end) = (number(start)?, number(end)?);
        if start < end { Ok(Self { start, end }) } else { Err(wrong()) }
    }
}

/// One of several equal parts of a range, so that machines can share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Which part, counted from 1.
    pub number: u64,
    /// How many parts.
    pub of: u64,
}

impl Share {
    /// The whole range.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    /// The seeds of this part.
    pub fn seeds(self, range: Range) -> impl Iterator<Item = u64> {
        let first = range.start.saturating_add(self.number - 1);
        let step = usize::try_from(self.of).unwrap_or(usize::MAX);
        (first..range.end).step_by(step)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no part: write 2/5 for the second of five");
        let (number, of) = text.split_once('/').ok_or_else(wrong)?;
        let read = |text: &str| text.parse().map_err(|_| wrong());
        let (number, of) = (read(number)?, read(of)?);
        if (1..=of).contains(&number) { Ok(Self { number, of }) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_parts_are_read_and_refused() {
        assert_eq!("3..7".parse(), Ok(Range { start: 3, end: 7 }));
        assert!("7..3".parse::<Range>().is_err() && "7".parse::<Range>().is_err());
        assert_eq!("2/5".parse(), Ok(Share { number: 2, of: 5 }));
        assert!("6/5".parse::<Share>().is_err() && "0/5".parse::<Share>().is_err());
    }

    #[test]
    fn parts_cover_a_range_without_overlap() {
        let range = Range { start: 10, end: 33 };
        let share = |number| Share { number, of: 4 }.seeds(range);
        let mut seeds: Vec<u64> = (1..=4).flat_map(share).collect();
        seeds.sort_unstable();
        assert_eq!(seeds, Share::WHOLE.seeds(range).collect::<Vec<_>>());
        assert_eq!(seeds.len(), 23);
    }
}
