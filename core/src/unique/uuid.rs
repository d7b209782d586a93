//! UUIDs of version 4 and 7 (RFC 9562): 128 bits that need no agreement between machines.
//!
//! Version 4 is chance alone. Version 7 begins with the time, so new ids land behind old ones; within
//! a millisecond the random part counts up, so ids of one maker stay in order.

use super::layout::{Field, Role};
use alloc::format;
use alloc::string::String;

/// Version 4: 122 bits of chance.
pub const FOUR: &[Field] = &[
    Field::new("random_a", 48, Role::Random),
    Field::new("version", 4, Role::Fixed(4)),
    Field::new("random_b", 12, Role::Random),
    Field::new("variant", 2, Role::Fixed(2)),
    Field::new("random_c", 62, Role::Random),
];

/// Version 7: 48 bits of time, 74 of chance.
pub const SEVEN: &[Field] = &[
    Field::new("unix_ts_ms", 48, Role::Time(0)),
    Field::new("version", 4, Role::Fixed(7)),
    Field::new("rand_a", 12, Role::Random),
    Field::new("variant", 2, Role::Fixed(2)),
    Field::new("rand_b", 62, Role::Random),
];

/// Any other version: what it says is not looked into.
pub const OTHER: &[Field] = &[
    Field::new("high", 48, Role::Random),
    Field::new("version", 4, Role::Sort),
    Field::new("middle", 12, Role::Random),
    Field::new("variant", 2, Role::Random),
    Field::new("low", 62, Role::Random),
];

/// The usual text of a UUID.
#[must_use]
pub fn text(id: u128) -> String {
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        (id >> 96) as u32,
        (id >> 80) as u16,
        (id >> 64) as u16,
        (id >> 48) as u16,
        id as u64 & 0xffff_ffff_ffff
    )
}

/// Reads a UUID: with its dashes in their places or without any, in braces, or as a URN.
#[must_use]
pub fn parse(text: &str) -> Option<u128> {
    let text = text.strip_prefix("urn:uuid:").unwrap_or(text);
    let text = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
    let dashes = match text.len() {
        32 => false,
        36 => true,
        _ => return None,
    };
    let mut id = 0_u128;
    for (place, letter) in text.bytes().enumerate() {
        if dashes && matches!(place, 8 | 13 | 18 | 23) {
            if letter != b'-' {
                return None;
            }
        } else {
            id = id << 4 | u128::from(char::from(letter).to_digit(16)?);
        }
    }
    Some(id)
}

#[cfg(test)]
mod tests {
    use super::super::layout::{Parts, pack, unpack};
    use super::*;

    #[test]
    fn the_examples_of_the_rfc_come_out() {
        let random = 0x9191_08f7_52d1_3320_5bac_f847_db41_48a8_u128;
        // Appendix A.3 gives 16 random bytes; the version and the variant are written over them.
        let kept = (random >> 80) << 74 | (random >> 64 & 0xfff) << 62 | random & ((1 << 62) - 1);
        let four = pack(FOUR, Parts { random: kept, ..Parts::default() });
        assert_eq!(text(four), "919108f7-52d1-4320-9bac-f847db4148a8");
        let parts = Parts {
            time: 1_645_557_742_000,
            random: 0xcc3 << 62 | 0x18c4_dc0c_0c07_398f,
            ..Parts::default()
        };
        let seven = pack(SEVEN, parts);
        assert_eq!(text(seven), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
        assert_eq!(unpack(SEVEN, seven), parts);
    }

    #[test]
    fn every_common_way_to_write_one_is_read() {
        let id = parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
        assert!(id.is_some());
        for same in [
            "017F22E279B07CC398C4DC0C0C07398F",
            "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
            "urn:uuid:017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        ] {
            assert_eq!(parse(same), id);
        }
        for wrong in
            ["", "017f22e279b0-7cc3-98c4-dc0c0c07398f1", "017f22e2-79b0-7cc3-98c4-dc0c0c0739ü"]
        {
            assert_eq!(parse(wrong), None);
        }
    }
}
