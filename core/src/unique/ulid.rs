//! ULIDs: 48 bits of time and 80 of chance, written in 26 letters that sort as the numbers do.
//!
//! Within a millisecond the random part counts up; when it is full, the next id is refused, as the
//! specification asks.

use super::layout::{Field, Role};
use alloc::string::String;

/// 48 bits of time, 80 of chance.
pub const FIELDS: &[Field] =
    &[Field::new("time", 48, Role::Time(0)), Field::new("randomness", 80, Role::Random)];

/// Crockford's letters: no I, L, O or U.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Why a text is no ULID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It has not 26 letters of the alphabet.
    Shape,
    /// It has 26 letters but says more than 128 bits: it begins with 8 or more.
    Large,
}

/// The 26 letters.
#[must_use]
pub fn text(id: u128) -> String {
    (0..26).rev().map(|place| char::from(LETTERS[(id >> (5 * place)) as usize & 31])).collect()
}

/// Reads 26 letters, small or capital.
pub fn parse(text: &str) -> Result<u128, Wrong> {
    if text.len() != 26 {
        return Err(Wrong::Shape);
    }
    let mut id = 0_u128;
    let mut large = false;
    for (place, letter) in text.bytes().enumerate() {
        let letter = letter.to_ascii_uppercase();
        let digit = LETTERS.iter().position(|known| *known == letter).ok_or(Wrong::Shape)?;
        large |= place == 0 && digit > 7;
        id = id << 5 | digit as u128;
    }
    if large { Err(Wrong::Large) } else { Ok(id) }
}

#[cfg(test)]
mod tests {
    use super::super::layout::unpack;
    use super::*;

    #[test]
    fn the_examples_of_the_specification_come_apart() {
        let id = parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").unwrap();
        assert_eq!(id, 0x0156_3e3a_b5d3_d676_4c61_efb9_9302_bd5b);
        assert_eq!(unpack(FIELDS, id).time, 1_469_922_850_259);
        assert_eq!(text(id), "01ARZ3NDEKTSV4RRFFQ69G5FAV");
        assert_eq!(
            parse("01bx5zzkbkactav9wevgemmvrz").map(|id| text(id + 1)).unwrap(),
            "01BX5ZZKBKACTAV9WEVGEMMVS0"
        );
        assert_eq!(parse("7ZZZZZZZZZZZZZZZZZZZZZZZZZ"), Ok(u128::MAX));
    }

    #[test]
    fn too_large_ones_and_other_letters_are_refused() {
        assert_eq!(parse("8ZZZZZZZZZZZZZZZZZZZZZZZZZ"), Err(Wrong::Large));
        assert_eq!(parse("80000000000000000000000000"), Err(Wrong::Large));
        assert_eq!(parse("01ARZ3NDEKTSV4RRFFQ69G5FAU"), Err(Wrong::Shape));
        assert_eq!(parse("ü1ARZ3NDEKTSV4RRFFQ69G5FA"), Err(Wrong::Shape));
        assert_eq!(parse(""), Err(Wrong::Shape));
    }
}
