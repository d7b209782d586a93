//! XXH64 and XXH3: fast hashes for placing keys, not for keeping secrets.

use twox_hash::{XxHash3_64, XxHash3_128, XxHash64};

/// XXH64.
#[must_use]
pub fn xxh64(bytes: &[u8], seed: u64) -> u64 {
    XxHash64::oneshot(seed, bytes)
}

/// XXH3, 64 bits.
#[must_use]
pub fn xxh3(bytes: &[u8], seed: u64) -> u64 {
    // Both give the same answer for seed 0; the unseeded way is the shorter one.
    if seed == 0 {
        return XxHash3_64::oneshot(bytes);
    }
    XxHash3_64::oneshot_with_seed(seed, bytes)
}

/// XXH3, 128 bits.
#[must_use]
pub fn xxh3_128(bytes: &[u8], seed: u64) -> u128 {
    XxHash3_128::oneshot_with_seed(seed, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// The buffer that the reference implementation tests itself with.
    fn sanity(len: usize) -> Vec<u8> {
        let mut state: u64 = 2_654_435_761;
        (0..len)
            .map(|_| {
                let byte = (state >> 56) as u8;
                state = state.wrapping_mul(11_400_714_785_074_694_797);
                byte
            })
            .collect()
    }

    #[test]
    fn the_published_values_hold() {
        assert_eq!(xxh64(b"", 0), 0xef46_db37_51d8_e999);
        assert_eq!(xxh64(b"bar", 0), 0x48a3_7c90_ad27_a659);
        assert_eq!(xxh64(&sanity(1), 0), 0xe934_a84a_db05_2768);
        assert_eq!(xxh64(&sanity(4), 0), 0x9136_a0dc_a574_57ee);
        assert_eq!(xxh64(&sanity(14), 2_654_435_761), 0xc3bd_6bf6_3deb_6df0);
        assert_eq!(xxh3(b"", 0), 0x2d06_8005_38d3_94c2);
        assert_eq!(xxh3_128(b"", 0), 0x99aa_06d3_0147_98d8_6001_c324_468d_497f);
    }

    #[test]
    fn every_length_class_of_xxh3_tells_its_inputs_apart() {
        // The algorithm changes at 1, 4, 9, 17, 129 and 241 bytes.
        let lengths = [0, 1, 3, 4, 8, 9, 16, 17, 128, 129, 240, 241, 1_024, 1_025];
        let mut seen: Vec<u64> = lengths.iter().map(|&len| xxh3(&sanity(len), 0)).collect();
        seen.extend(lengths.iter().map(|&len| xxh3(&sanity(len), 7)));
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), lengths.len() * 2);
        assert_eq!(XxHash3_64::oneshot_with_seed(0, &sanity(241)), xxh3(&sanity(241), 0));
    }
}
