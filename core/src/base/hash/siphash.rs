//! SipHash: a short hash with a key, so that nobody can choose names that collide.

use core::hash::Hasher;
use siphasher::sip::{SipHasher13, SipHasher24};

/// SipHash 1-3: one round a word, three at the end.
#[must_use]
pub fn sip13(key: (u64, u64), bytes: &[u8]) -> u64 {
    let mut hasher = SipHasher13::new_with_keys(key.0, key.1);
    hasher.write(bytes);
    hasher.finish()
}

/// SipHash 2-4: two rounds a word, four at the end.
#[must_use]
pub fn sip24(key: (u64, u64), bytes: &[u8]) -> u64 {
    let mut hasher = SipHasher24::new_with_keys(key.0, key.1);
    hasher.write(bytes);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_values_hold_on_both_sides_of_a_word() {
        let key = (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908);
        let bytes: [u8; 16] = core::array::from_fn(|byte| byte as u8);
        let hashes = [
            (0, 0x726f_db47_dd0e_0e31, 0xabac_0158_050f_c4dc),
            (2, 0x0d6c_8009_d9a9_4f5a, 0x82cb_9b02_4dc7_d44d),
            (8, 0x93f5_f579_9a93_2462, 0x3690_9511_8d29_9a8e),
            (10, 0x7a5d_bbc5_94dd_b9f3, 0x79de_85ee_92ff_097f),
        ];
        for (len, two_four, one_three) in hashes {
            assert_eq!(sip24(key, &bytes[..len]), two_four, "{len} bytes");
            assert_eq!(sip13(key, &bytes[..len]), one_three, "{len} bytes");
        }
    }
}
