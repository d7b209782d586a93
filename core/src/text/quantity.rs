//! Numbers with units: `150ms`, `20 MB/s`, `5%`, `1kB`, `200/s`.

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Just so many.
    Plain,
    /// Time.
    Time,
    /// A share of a whole.
    Share,
    /// Bytes.
    Bytes,
    /// Bytes a second.
    ByteRate,
    /// So many a second.
    Rate,
}

/// A number in millionths of its unit: seconds, wholes, bytes, things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// The number, in millionths.
    pub millionths: i64,
    /// What it counts.
    pub unit: Unit,
}

/// All unit words: the millionths in one of them, and what it counts.
const UNITS: [(&str, i64, Unit); 17] = [
    ("", 1_000_000, Unit::Plain),
    ("us", 1, Unit::Time),
    ("ms", 1_000, Unit::Time),
    ("s", 1_000_000, Unit::Time),
    ("min", 60_000_000, Unit::Time),
    ("%", 10_000, Unit::Share),
    ("ppm", 1, Unit::Share),
    ("B", 1_000_000, Unit::Bytes),
    ("kB", 1_000_000_000, Unit::Bytes),
    ("MB", 1_000_000_000_000, Unit::Bytes),
    ("GB", 1_000_000_000_000_000, Unit::Bytes),
    ("B/s", 1_000_000, Unit::ByteRate),
    ("kB/s", 1_000_000_000, Unit::ByteRate),
    ("MB/s", 1_000_000_000_000, Unit::ByteRate),
    ("GB/s", 1_000_000_000_000_000, Unit::ByteRate),
    ("/s", 1_000_000, Unit::Rate),
    ("k", 1_000_000_000, Unit::Plain),
];

/// True if the word is a unit that may stand apart from its number.
#[must_use]
pub fn is_unit(word: &str) -> bool {
    !word.is_empty() && UNITS.iter().any(|(name, _, _)| *name == word)
}

/// Which units there are, as a sentence behind a mistake, if a word is a number with a unit that is none.
#[must_use]
pub fn units_for(word: &str) -> Option<&'static str> {
    let number = word.trim_start_matches(['+', '-']);
    let unit = number.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '_'));
    let foreign = unit.len() < number.len() && !UNITS.iter().any(|(name, _, _)| *name == unit);
    (foreign && unit.starts_with(char::is_alphabetic)).then_some(
        " Units of time are us, ms, s and min; of bytes B, kB, MB and GB; of what comes in a second /s, B/s, \
         kB/s, MB/s and GB/s; of shares % and ppm; k is a thousand.",
    )
}

/// The quantity that a word stands for; nothing if it is not one, or too large to count.
#[must_use]
pub fn quantity(word: &str) -> Option<Quantity> {
    let (negative, word) = match word.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, word.strip_prefix('+').unwrap_or(word)),
    };
    let digits = word.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_');
    let (number, unit) = word.split_at(digits.unwrap_or(word.len()));
    let (_, scale, unit) = UNITS.iter().find(|(name, _, _)| *name == unit)?;
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if !number.starts_with(|c: char| c.is_ascii_digit()) || part.contains(['.', '_']) {
        return None;
    }
    let mut value: i64 = 0;
    for digit in whole.bytes().filter(u8::is_ascii_digit) {
        value = value.checked_mul(10)?.checked_add(i64::from(digit - b'0'))?;
    }
    value = value.checked_mul(*scale)?;
    let mut digit_scale = *scale;
    for digit in part.bytes() {
        digit_scale /= 10;
        value = value.checked_add(digit_scale.checked_mul(i64::from(digit - b'0'))?)?;
    }
    Some(Quantity { millionths: if negative { -value } else { value }, unit: *unit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_read_in_millionths_of_their_unit() {
        for (word, millionths, unit) in [
            ("150ms", 150_000, Unit::Time),
            ("1.5s", 1_500_000, Unit::Time),
            ("0.000001s", 1, Unit::Time),
            ("5%", 50_000, Unit::Share),
            ("200ppm", 200, Unit::Share),
            ("20MB/s", 20_000_000_000_000, Unit::ByteRate),
            ("100_000", 100_000_000_000, Unit::Plain),
            ("-20%", -200_000, Unit::Share),
            ("200/s", 200_000_000, Unit::Rate),
        ] {
            assert_eq!(quantity(word), Some(Quantity { millionths, unit }), "{word}");
        }
        for word in ["", "ms", "1.2.3", "x1", "99999999999999999999", "9999999999GB", "1e5", "--1"]
        {
            assert_eq!(quantity(word), None, "{word}");
        }
    }

    #[test]
    fn a_unit_that_is_none_is_told_which_there_are() {
        for word in ["1h", "-1.5sec", "3m", "10kb/s"] {
            let units = units_for(word).unwrap_or_default();
            assert!(units.contains("us, ms, s and min"), "{word}: {units}");
        }
        for word in ["", "h", "1", "1s", "1..2s", "99999999999999999999", "--", "5%%"] {
            assert_eq!(units_for(word), None, "{word}");
        }
    }
}
