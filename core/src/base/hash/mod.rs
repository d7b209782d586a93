//! Hashing: where a key lies, and the one number that tells two runs apart.
//!
//! One published hash a file, thin over a well-kept crate where there is one. None of them keeps a
//! secret here; what counts is that every bit is the one that the products compute.

mod crc;
mod family;
mod fnv;
mod md5;
pub mod merkle;
mod murmur3;
mod siphash;
mod xxhash;

pub use crc::crc16;
pub use family::Family;
pub use fnv::{fnv1a_32, fnv1a_64};
pub use md5::{md5, random_token};
pub use murmur3::{Tail, cassandra_token, murmur3};
pub use siphash::{sip13, sip24};
pub use xxhash::{xxh3, xxh3_128, xxh64};

use core::hash::{Hash, Hasher};

/// Spreads 64 bits over 64 bits, one to one (the finalizer of SplitMix64).
#[must_use]
#[inline]
pub const fn mix(bits: u64) -> u64 {
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// Where a text lies among 2^64 places (XXH3).
#[must_use]
pub fn position(text: &str) -> u64 {
    twox_hash::XxHash3_64::oneshot(text.as_bytes())
}

/// A hasher with the same answer on every machine: sizes count as 64 bits, whatever the host has.
#[derive(Clone, Debug, Default)]
pub struct Fold(u64);

impl Fold {
    /// The digest of one value.
    #[must_use]
    pub fn of<T: Hash + ?Sized>(value: &T) -> u64 {
        let mut fold = Self::default();
        value.hash(&mut fold);
        fold.finish()
    }

    fn take(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word ^ 0x2d35_8dcc_aa6c_78a5)
            * u128::from(0x8bb8_4b93_962e_acc9_u64 ^ word.rotate_left(32));
        self.0 = self.0.rotate_left(23) ^ product as u64 ^ (product >> 64) as u64;
    }
}

impl Hasher for Fold {
    fn finish(&self) -> u64 {
        mix(self.0)
    }

    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            let mut word = [0; 8];
            word.copy_from_slice(chunk);
            self.take(u64::from_le_bytes(word));
        }
        let rest = chunks.remainder();
        if !rest.is_empty() {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            self.take(u64::from_le_bytes(word) ^ (rest.len() as u64) << 56);
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.take(u64::from(number));
    }
    fn write_u16(&mut self, number: u16) {
        self.take(u64::from(number));
    }
    fn write_u32(&mut self, number: u32) {
        self.take(u64::from(number));
    }
    fn write_u64(&mut self, number: u64) {
        self.take(number);
    }
    fn write_usize(&mut self, number: usize) {
        self.take(number as u64);
    }
    fn write_i8(&mut self, number: i8) {
        self.take(number as u64);
    }
    fn write_i16(&mut self, number: i16) {
        self.take(number as u64);
    }
    fn write_i32(&mut self, number: i32) {
        self.take(number as u64);
    }
    fn write_i64(&mut self, number: i64) {
        self.take(number as u64);
    }
    fn write_isize(&mut self, number: isize) {
        self.take(number as u64);
    }
}

/// The digest of an enum with fields: each variant counts by a tag of its own, so that variants can be
/// moved and added without changing the hash of a run that never has them. (`#[repr(u8)]` would give
/// them numbers too, and lay their fields out in the order of the text.)
macro_rules! tagged {
    ($T:ty $(where $P:ident: $Bound:ident)? {
        $($tag:literal $V:ident $({ $($f:ident),* $(,)? })? $(($($b:ident),* $(,)?))?),* $(,)?
    }) => {
        impl $(<$P: $Bound>)? core::hash::Hash for $T {
            fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
                match self {
                    $(Self::$V $({ $($f),* })? $(($($b),*))? => {
                        state.write_u8($tag);
                        $($(core::hash::Hash::hash($f, state);)*)?
                        $($(core::hash::Hash::hash($b, state);)*)?
                    })*
                }
            }
        }
    };
}

pub(crate) use tagged;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_pinned() {
        // Old links and old golden files hold hashes made of these: they may never change.
        assert_eq!(Fold::of(&(1_u32, "n1", 7_u64)), 15_717_688_703_185_704_811);
        assert_eq!(position("user:1"), 4_276_021_600_403_166_465);
        assert_ne!(Fold::of("ab"), Fold::of("ba"));
        assert_ne!(Fold::of(&[0_u8; 3]), Fold::of(&[0_u8; 4]));
    }

    #[test]
    fn sizes_and_discriminants_count_the_same_on_every_host() {
        let mut wide = Fold::default();
        5_usize.hash(&mut wide);
        let mut fixed = Fold::default();
        5_u64.hash(&mut fixed);
        assert_eq!(wide.finish(), fixed.finish());
    }
}
