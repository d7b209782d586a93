//! What a pasted id may be, and what it says bit by bit.

use super::kind::Kind;
use super::layout::{Field, Role, values};
use super::{civil, ulid, uuid};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// One thing that an id may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Its kind, if it is one that is made here.
    pub kind: Option<Kind>,
    /// What it is called.
    pub name: String,
    /// How many bits it has.
    pub bits: u32,
    /// All its bits.
    pub id: u128,
    /// When it was made, in milliseconds since 1970, if it says so.
    pub made_at: Option<u64>,
    /// Where it was made, if it says so.
    pub made_by: Option<u64>,
    /// True if nothing about it is odd.
    pub likely: bool,
    /// Its fields, the highest first.
    pub parts: Vec<Part>,
}

/// A field of an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// Its first bit, counted from the highest, from zero.
    pub first: u32,
    /// How many bits it has.
    pub bits: u32,
    /// Its value.
    pub value: u128,
    /// What that means.
    pub words: String,
}

/// Why a text is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// There is nothing.
    Empty,
    /// It is longer than any id.
    Long,
    /// It would be a ULID, but one of more than 128 bits.
    Overflow,
    /// It is a number of more than 64 bits.
    Large,
    /// It is nothing known.
    Unknown,
}

impl Unreadable {
    /// The problem in a sentence.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Empty => "There is no id.",
            Self::Long => "An id has at most 45 letters.",
            Self::Overflow => {
                "This would be a ULID of more than 128 bits: the largest begins with 7."
            }
            Self::Large => "This number has more than 64 bits.",
            Self::Unknown => {
                "This is no id that I know: neither a whole number, nor a UUID, nor a ULID."
            }
        }
    }
}

/// The longest text of an id: a UUID as a URN.
const LONGEST: usize = 45;

/// Times from Twitter's moment zero to the start of 2038 are likely.
const LIKELY: core::ops::Range<u64> = super::snowflake::TWITTER_EPOCH..2_145_916_800_000;

/// Everything that a pasted text may be, the best first.
pub fn decode(text: &str) -> Result<Vec<Reading>, Unreadable> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Unreadable::Empty);
    }
    if text.len() > LONGEST {
        return Err(Unreadable::Long);
    }
    let mut found = Vec::new();
    if text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() != 26 && text.len() != 32 {
        let Ok(number) = text.parse::<u64>() else { return Err(Unreadable::Large) };
        for kind in
            [Kind::Snowflake, Kind::Discord, Kind::Instagram, Kind::Composite, Kind::Increment]
        {
            found.push(reading(kind, u128::from(number)));
        }
        // A negative number in Twitter's or Pinterest's eyes is none of theirs.
        found.retain(|reading| reading.parts.iter().all(|part| part.words != WRONG));
    } else if let Some(id) = uuid::parse(text) {
        found.push(universal(id));
        // A ULID is kept in columns for UUIDs as well.
        let other = reading(Kind::Ulid, id);
        if other.likely && !found[0].likely {
            found.push(other);
        }
    } else {
        match ulid::parse(text) {
            Ok(id) => found.push(reading(Kind::Ulid, id)),
            Err(ulid::Wrong::Large) => return Err(Unreadable::Overflow),
            Err(ulid::Wrong::Shape) => return Err(Unreadable::Unknown),
        }
    }
    let (mut likely, other): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|reading| reading.likely);
    likely.extend(other);
    Ok(likely)
}

/// What stands for a field that should have other bits.
const WRONG: &str = "not as it must be";

/// An id read as one of that kind.
#[must_use]
pub fn reading(kind: Kind, id: u128) -> Reading {
    let made_at = kind.made_at(id);
    let parts = parts(kind.fields(), id);
    let day = 86_400_000;
    let likely = match kind {
        // A small number is a count; a large one is a count that nobody reached.
        Kind::Increment => id < 1 << 40,
        // A shard, and not only a count.
        Kind::Composite => id >= 1 << 46,
        Kind::Uuid4 => true,
        Kind::Uuid7 | Kind::Ulid => made_at.is_some_and(|at| LIKELY.contains(&at)),
        Kind::Snowflake | Kind::Discord | Kind::Instagram => {
            kind.parts(id).time > day && made_at.is_some_and(|at| LIKELY.contains(&at))
        }
    };
    Reading {
        kind: Some(kind),
        name: kind.name().to_string(),
        bits: kind.bits(),
        id,
        made_at,
        made_by: kind.made_by(id),
        likely: likely && parts.iter().all(|part| part.words != WRONG),
        parts,
    }
}

/// A UUID of whatever version.
fn universal(id: u128) -> Reading {
    let (version, variant) = ((id >> 76) as u8 & 15, (id >> 62) as u8 & 3);
    match (version, variant) {
        (4, 2) => reading(Kind::Uuid4, id),
        (7, 2) => reading(Kind::Uuid7, id),
        _ => {
            let name = match (id, version, variant) {
                (0, ..) => String::from("the nil uuid"),
                (u128::MAX, ..) => String::from("the max uuid"),
                (_, 1..=8, 2) => format!("uuidv{version}"),
                _ => String::from("128 bits"),
            };
            let likely = id == 0 || id == u128::MAX || matches!((version, variant), (1..=8, 2));
            let made_at = match (version, variant) {
                (1 | 6, 2) => gregorian(id, version),
                _ => None,
            };
            let parts = parts(uuid::OTHER, id);
            Reading { kind: None, name, bits: 128, id, made_at, made_by: None, likely, parts }
        }
    }
}

/// The time of a UUID of version 1 or 6, which count tenths of microseconds from 1582.
fn gregorian(id: u128, version: u8) -> Option<u64> {
    let (high, middle, low) =
        ((id >> 96) as u64, (id >> 80) as u64 & 0xffff, (id >> 64) as u64 & 0xfff);
    let ticks = match version {
        1 => low << 48 | middle << 32 | high,
        _ => high << 28 | middle << 12 | low,
    };
    Some(ticks.checked_sub(0x01b2_1dd2_1381_4000)? / 10_000)
}

fn parts(fields: &[Field], id: u128) -> Vec<Part> {
    let mut first = 0;
    values(fields, id)
        .map(|(field, value)| {
            let part = Part {
                name: field.name,
                first,
                bits: field.bits,
                value,
                words: words(field, value),
            };
            first += field.bits;
            part
        })
        .collect()
}

fn words(field: Field, value: u128) -> String {
    match field.role {
        Role::Fixed(bits) if u128::from(bits) != value => String::from(WRONG),
        Role::Fixed(_) => String::from("always so"),
        Role::Time(epoch) => civil::text(epoch.saturating_add(value as u64)),
        Role::Node | Role::Sequence | Role::Sort => format!("number {value}"),
        Role::Random => format!("{value:0width$x}", width = field.bits.div_ceil(4) as usize),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Reading {
        decode(text).unwrap().swap_remove(0)
    }

    #[test]
    fn a_tweet_tells_its_time_its_machine_and_its_sequence() {
        let tweet = first("1541815603606036480");
        assert_eq!((tweet.kind, tweet.made_by), (Some(Kind::Snowflake), Some(378)));
        let said: Vec<_> =
            tweet.parts.iter().map(|p| (p.name, p.first, p.bits, p.value, &*p.words)).collect();
        assert_eq!(
            said,
            [
                ("sign", 0, 1, 0, "always so"),
                ("time", 1, 41, 367_597_485_448, "2022-06-28T16:07:40.105Z"),
                ("datacenter", 42, 5, 11, "number 11"),
                ("worker", 47, 5, 26, "number 26"),
                ("sequence", 52, 12, 0, "number 0"),
            ]
        );
    }

    #[test]
    fn every_kind_is_recognised_among_what_it_may_be() {
        let kinds = |text: &str| -> Vec<_> {
            decode(text).unwrap().iter().filter_map(|reading| reading.kind).collect()
        };
        assert_eq!(kinds("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"), [Kind::Uuid7]);
        assert_eq!(kinds("919108f752d143209bacf847db4148a8"), [Kind::Uuid4]);
        assert_eq!(kinds("01ARZ3NDEKTSV4RRFFQ69G5FAV"), [Kind::Ulid]);
        assert_eq!(kinds("42")[0], Kind::Increment);
        assert_eq!(kinds("241294492511762325").len(), 5);
        assert!(kinds("11637205501278089").contains(&Kind::Instagram));
        assert!(kinds("175928847299117063")[..2].contains(&Kind::Discord));
        // Beyond the sign bit, only kinds without one are left.
        assert_eq!(
            kinds("18446744073709551615"),
            [Kind::Discord, Kind::Instagram, Kind::Increment]
        );
        // A ULID that lies in a column for UUIDs.
        assert!(kinds("01563e3a-b5d3-d676-4c61-efb99302bd5b").contains(&Kind::Ulid));
    }

    #[test]
    fn older_versions_tell_their_time() {
        let one = first("c232ab00-9414-11ec-b3c8-9f6bdeced846");
        assert_eq!((one.name.as_str(), one.made_at), ("uuidv1", Some(1_645_557_742_000)));
        let six = first("1ec9414c-232a-6b00-b3c8-9f6bdeced846");
        assert_eq!((six.name.as_str(), six.made_at), ("uuidv6", Some(1_645_557_742_000)));
        assert_eq!(first("00000000-0000-0000-0000-000000000000").name, "the nil uuid");
    }

    #[test]
    fn what_is_no_id_is_refused_in_a_sentence() {
        for (text, why) in [
            ("", Unreadable::Empty),
            (" \n", Unreadable::Empty),
            ("8ZZZZZZZZZZZZZZZZZZZZZZZZZ", Unreadable::Overflow),
            ("18446744073709551616", Unreadable::Large),
            ("-1", Unreadable::Unknown),
            ("1.5", Unreadable::Unknown),
            ("Grüße", Unreadable::Unknown),
            ("\u{0}", Unreadable::Unknown),
        ] {
            assert_eq!(decode(text), Err(why), "{text}");
            assert!(why.sentence().ends_with('.'));
        }
        assert_eq!(decode(&"9".repeat(1_000_000)), Err(Unreadable::Long));
        assert_eq!(decode(&"é".repeat(500_000)), Err(Unreadable::Long));
    }
}
