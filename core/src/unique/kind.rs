//! The kinds of ids, each with its name, its fields and its text.

use super::layout::{Field, Parts, Role, unpack, width};
use super::{composite, increment, instagram, snowflake, ulid, uuid};
use alloc::string::{String, ToString};

/// A kind of id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// A count for each shard.
    Increment = 0,
    /// A UUID of chance.
    Uuid4 = 1,
    /// A UUID that begins with the time.
    Uuid7 = 2,
    /// A ULID.
    Ulid = 3,
    /// Twitter's Snowflake.
    Snowflake = 4,
    /// Discord's Snowflake.
    Discord = 5,
    /// Instagram's id.
    Instagram = 6,
    /// A shard, a type and a count.
    Composite = 7,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Increment,
        Self::Uuid4,
        Self::Uuid7,
        Self::Ulid,
        Self::Snowflake,
        Self::Discord,
        Self::Instagram,
        Self::Composite,
    ];

    /// Its word in a scenario.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Increment => "auto-increment",
            Self::Uuid4 => "uuidv4",
            Self::Uuid7 => "uuidv7",
            Self::Ulid => "ulid",
            Self::Snowflake => "snowflake",
            Self::Discord => "discord",
            Self::Instagram => "instagram",
            Self::Composite => "composite",
        }
    }

    /// What it is, in a line.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Increment => "each shard counts for itself",
            Self::Uuid4 => "122 bits of chance",
            Self::Uuid7 => "48 bits of time, then chance",
            Self::Ulid => "48 bits of time, then chance, in 26 letters",
            Self::Snowflake => "41 bits of time, 10 of machine, 12 of sequence",
            Self::Discord => "42 bits of time, 10 of machine, 12 of sequence",
            Self::Instagram => "41 bits of time, 13 of shard, 10 of sequence",
            Self::Composite => "16 bits of shard, 10 of type, 36 of count",
        }
    }

    /// The kind that a scenario calls so.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == word)
    }

    /// Its fields, the highest first.
    #[must_use]
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Increment => increment::FIELDS,
            Self::Uuid4 => uuid::FOUR,
            Self::Uuid7 => uuid::SEVEN,
            Self::Ulid => ulid::FIELDS,
            Self::Snowflake => snowflake::TWITTER,
            Self::Discord => snowflake::DISCORD,
            Self::Instagram => instagram::FIELDS,
            Self::Composite => composite::FIELDS,
        }
    }

    /// How many bits it has.
    #[must_use]
    pub fn bits(self) -> u32 {
        width(self.fields(), |_| true)
    }

    /// How many nodes can be told apart; 0 if an id does not say where it was made.
    #[must_use]
    pub fn nodes(self) -> u64 {
        match width(self.fields(), |role| role == Role::Node) {
            0 => 0,
            bits => 1 << bits,
        }
    }

    /// Moment zero of its time, in milliseconds since 1970; nothing if it has no time.
    #[must_use]
    pub fn epoch(self) -> Option<u64> {
        self.fields().iter().find_map(|field| match field.role {
            Role::Time(epoch) => Some(epoch),
            _ => None,
        })
    }

    /// When an id was made, in milliseconds since 1970, if it says so.
    #[must_use]
    pub fn made_at(self, id: u128) -> Option<u64> {
        Some(self.epoch()?.saturating_add(self.parts(id).time))
    }

    /// Where an id was made, if it says so.
    #[must_use]
    pub fn made_by(self, id: u128) -> Option<u64> {
        (self.nodes() > 0).then(|| self.parts(id).node)
    }

    /// What an id is made of.
    #[must_use]
    pub fn parts(self, id: u128) -> Parts {
        unpack(self.fields(), id)
    }

    /// An id as it is written.
    #[must_use]
    pub fn text(self, id: u128) -> String {
        match self {
            Self::Uuid4 | Self::Uuid7 => uuid::text(id),
            Self::Ulid => ulid::text(id),
            Self::Increment
            | Self::Snowflake
            | Self::Discord
            | Self::Instagram
            | Self::Composite => (id as u64).to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_word_its_width_and_its_room_for_nodes() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.name()), Some(kind));
            let wide = matches!(kind, Kind::Uuid4 | Kind::Uuid7 | Kind::Ulid);
            assert_eq!(kind.bits(), if wide { 128 } else { 64 });
        }
        assert_eq!(Kind::named("guid"), None);
        assert_eq!(Kind::Snowflake.nodes(), 1_024);
        assert_eq!(Kind::Instagram.nodes(), 8_192);
        assert_eq!(Kind::Composite.nodes(), 65_536);
        assert_eq!(Kind::Ulid.nodes(), 0);
    }
}
