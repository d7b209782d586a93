//! MurmurHash3 (x64, 128 bits), and the slip of the pen that every Cassandra cluster lives with.
//!
//! Cassandra reads the last `length % 16` bytes as signed ones, so a byte from 0x80 up is spread over
//! all higher bits before it is mixed in. Whole blocks of sixteen bytes are read as the paper says,
//! which is why the difference shows only in tails with such a byte.

/// How the bytes after the last whole block are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// As the reference reads them: a byte is 0 to 255.
    Unsigned,
    /// As Cassandra reads them: a byte is -128 to 127.
    Signed,
}

impl Tail {
    const fn widen(self, byte: u8) -> u64 {
        match self {
            Self::Unsigned => byte as u64,
            Self::Signed => byte as i8 as i64 as u64,
        }
    }
}

const C1: u64 = 0x87c3_7b91_1142_53d5;
const C2: u64 = 0x4cf5_ad43_2745_937f;

const fn first(k1: u64) -> u64 {
    k1.wrapping_mul(C1).rotate_left(31).wrapping_mul(C2)
}

const fn second(k2: u64) -> u64 {
    k2.wrapping_mul(C2).rotate_left(33).wrapping_mul(C1)
}

const fn finish(h: u64) -> u64 {
    let h = (h ^ (h >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let h = (h ^ (h >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    h ^ (h >> 33)
}

fn word(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte))
}

/// Both halves of MurmurHash3 x64 128.
#[must_use]
pub fn murmur3(bytes: &[u8], seed: u64, tail: Tail) -> (u64, u64) {
    let (mut h1, mut h2) = (seed, seed);
    let mut blocks = bytes.chunks_exact(16);
    for block in &mut blocks {
        let (low, high) = block.split_at(8);
        h1 ^= first(word(low));
        h1 = h1.rotate_left(27).wrapping_add(h2);
        h1 = h1.wrapping_mul(5).wrapping_add(0x52dc_e729);
        h2 ^= second(word(high));
        h2 = h2.rotate_left(31).wrapping_add(h1);
        h2 = h2.wrapping_mul(5).wrapping_add(0x3849_5ab5);
    }
    let (mut k1, mut k2) = (0, 0);
    for (place, &byte) in (0_u32..).zip(blocks.remainder()) {
        let bits = tail.widen(byte);
        if place < 8 {
            k1 ^= bits << (8 * place);
        } else {
            k2 ^= bits << (8 * (place - 8));
        }
    }
    h2 ^= second(k2);
    h1 ^= first(k1);
    h1 ^= bytes.len() as u64;
    h2 ^= bytes.len() as u64;
    h1 = h1.wrapping_add(h2);
    h2 = h2.wrapping_add(h1);
    h1 = finish(h1);
    h2 = finish(h2);
    h1 = h1.wrapping_add(h2);
    h2 = h2.wrapping_add(h1);
    (h1, h2)
}

/// The token of a partition key in Cassandra's Murmur3 partitioner.
///
/// The empty key has the smallest number, which no other key may have: one that would is given the
/// largest.
#[must_use]
pub fn cassandra_token(key: &[u8]) -> i64 {
    if key.is_empty() {
        return i64::MIN;
    }
    match murmur3(key, 0, Tail::Signed).0 as i64 {
        i64::MIN => i64::MAX,
        token => token,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn the_published_values_hold() {
        let hash = |text: &str, seed| murmur3(text.as_bytes(), seed, Tail::Unsigned);
        assert_eq!(hash("", 0), (0, 0));
        assert_eq!(hash("hell", 0), (0x6299_4269_3e10_f867, 0x92db_0b82_baeb_5347));
        assert_eq!(hash("hello ", 2), (0x8a48_6b23_f422_e826, 0xf962_a2c5_8947_765f));
        assert_eq!(hash("hello wo", 4), (0x79f6_305a_386c_572c, 0x4630_5aed_3483_b94e));
        assert_eq!(
            hash("The quick brown fox jumps over the lazy dog", 0),
            (0xe34b_bc7b_bc07_1b6c, 0x7a43_3ca9_c49a_9347)
        );
    }

    #[test]
    fn the_reference_verification_code_comes_out() {
        // SMHasher hashes keys 0, 01, 0102… with seeds 256, 255… and then hashes the hashes.
        let mut all = Vec::new();
        for len in 0..256_u64 {
            let key: Vec<u8> = (0..len).map(|byte| byte as u8).collect();
            let (h1, h2) = murmur3(&key, 256 - len, Tail::Unsigned);
            all.extend_from_slice(&h1.to_le_bytes());
            all.extend_from_slice(&h2.to_le_bytes());
        }
        assert_eq!(murmur3(&all, 0, Tail::Unsigned).0 as u32, 0x6384_ba69);
    }

    #[test]
    fn cassandra_differs_only_where_a_tail_has_a_high_byte() {
        assert_eq!(cassandra_token(b"test"), -6_017_608_668_500_074_083);
        assert_eq!(cassandra_token(b"primary_key"), -1_632_642_444_691_073_360);
        assert_eq!(cassandra_token("kremówki".as_bytes()), 4_354_931_215_268_080_151);
        assert_eq!(cassandra_token(&1_i32.to_be_bytes()), -4_069_959_284_402_364_209);
        assert_eq!(cassandra_token(b""), i64::MIN);
        let high: Vec<u8> = (0x80..0xa0).collect();
        assert_eq!(murmur3(&high, 0, Tail::Signed), murmur3(&high, 0, Tail::Unsigned));
        assert_ne!(murmur3(&high[1..], 0, Tail::Signed), murmur3(&high[1..], 0, Tail::Unsigned));
    }
}
