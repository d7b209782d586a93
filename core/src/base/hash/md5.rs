//! MD5: broken for secrets, still the hash under many a ring.

use md5::{Digest, Md5};

/// The sixteen digest bytes.
#[must_use]
pub fn md5(bytes: &[u8]) -> [u8; 16] {
    Md5::digest(bytes).into()
}

/// The token of a partition key in Cassandra's old random partitioner: the digest as a signed number,
/// without its sign.
#[must_use]
pub fn random_token(key: &[u8]) -> u128 {
    i128::from_be_bytes(md5(key)).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digests_of_the_rfc_hold() {
        let digest = |text: &str| u128::from_be_bytes(md5(text.as_bytes()));
        assert_eq!(digest(""), 0xd41d_8cd9_8f00_b204_e980_0998_ecf8_427e);
        assert_eq!(digest("abc"), 0x9001_5098_3cd2_4fb0_d696_3f7d_28e1_7f72);
        assert_eq!(digest("message digest"), 0xf96b_697d_7cb7_938d_525a_2f31_aaf1_61d0);
        // One block, and the first lengths whose padding needs another.
        assert_ne!(md5(&[0; 55]), md5(&[0; 56]));
        assert_ne!(md5(&[0; 63]), md5(&[0; 64]));
    }

    #[test]
    fn a_random_token_has_no_sign() {
        assert_eq!(random_token(b""), 58_332_598_431_525_814_501_020_785_164_969_033_090);
        assert_eq!(random_token(b"test"), 12_707_736_894_140_473_154_801_792_860_916_528_374);
    }
}
