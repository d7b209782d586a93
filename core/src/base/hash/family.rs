//! The hash families that the products use, under one name each, so that a text can choose one.

use super::{Tail, cassandra_token, crc16, fnv1a_64, md5, murmur3, sip13, sip24, xxh3, xxh64};

/// A hash family, taken with the seed and the key that its users take it with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Family {
    /// XXH3 of 64 bits, seed 0: the lab's own hash.
    Xxh3 = 0,
    /// XXH64, seed 0: Envoy, Vitess.
    Xxh64 = 1,
    /// The first half of MurmurHash3 x64 128, seed 0.
    Murmur3 = 2,
    /// Cassandra's token: Murmur3 with a signed tail.
    Cassandra = 3,
    /// The first eight digest bytes of MD5, big-endian.
    Md5 = 4,
    /// FNV-1a of 64 bits.
    Fnv1a = 5,
    /// SipHash 1-3 with key 0.
    Sip13 = 6,
    /// SipHash 2-4 with key 0.
    Sip24 = 7,
    /// CRC-16/XMODEM as Redis Cluster takes it: sixteen bits, the upper 48 are zero.
    Crc16 = 8,
}

impl Family {
    /// Every family, the lab's own first.
    pub const ALL: [Self; 9] = [
        Self::Xxh3,
        Self::Xxh64,
        Self::Murmur3,
        Self::Cassandra,
        Self::Md5,
        Self::Fnv1a,
        Self::Sip13,
        Self::Sip24,
        Self::Crc16,
    ];

    /// The word for it in a scenario.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Xxh3 => "xxh3",
            Self::Xxh64 => "xxh64",
            Self::Murmur3 => "murmur3",
            Self::Cassandra => "cassandra",
            Self::Md5 => "md5",
            Self::Fnv1a => "fnv1a",
            Self::Sip13 => "sip13",
            Self::Sip24 => "sip24",
            Self::Crc16 => "crc16",
        }
    }

    /// The family that a scenario calls so.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.name() == word)
    }

    /// How many bits of the answer of [`Family::of`] the family fills.
    #[must_use]
    pub const fn bits(self) -> u32 {
        match self {
            Self::Crc16 => 16,
            Self::Xxh3
            | Self::Xxh64
            | Self::Murmur3
            | Self::Cassandra
            | Self::Md5
            | Self::Fnv1a
            | Self::Sip13
            | Self::Sip24 => 64,
        }
    }

    /// The hash of some bytes, as 64 bits.
    ///
    /// Cassandra's token keeps its bits (a negative token is a large number here); CRC-16 fills the
    /// lowest sixteen bits only.
    #[must_use]
    pub fn of(self, bytes: &[u8]) -> u64 {
        match self {
            Self::Xxh3 => xxh3(bytes, 0),
            Self::Xxh64 => xxh64(bytes, 0),
            Self::Murmur3 => murmur3(bytes, 0, Tail::Unsigned).0,
            Self::Cassandra => cassandra_token(bytes) as u64,
            Self::Md5 => (u128::from_be_bytes(md5(bytes)) >> 64) as u64,
            Self::Fnv1a => fnv1a_64(bytes),
            Self::Sip13 => sip13((0, 0), bytes),
            Self::Sip24 => sip24((0, 0), bytes),
            Self::Crc16 => u64::from(crc16(bytes)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_is_found_by_its_name_and_gives_its_users_bits() {
        for family in Family::ALL {
            assert_eq!(Family::named(family.name()), Some(family));
        }
        assert_eq!(Family::named("sha1"), None);
        assert_eq!(Family::Md5.of(b""), 0xd41d_8cd9_8f00_b204);
        assert_eq!(Family::Cassandra.of(b"test") as i64, -6_017_608_668_500_074_083);
        assert_eq!(Family::Crc16.of(b"123456789"), 0x31c3);
        assert_eq!(Family::Xxh64.of(b""), 0xef46_db37_51d8_e999);
        assert_eq!(Family::Fnv1a.of(b"foobar"), 0x8594_4171_f739_67e8);
        assert_eq!(Family::Murmur3.of(b"hello, world"), 0x342f_ac62_3a5e_bc8e);
        assert_eq!(Family::Xxh3.of(b"user:1"), super::super::position("user:1"));
    }
}
