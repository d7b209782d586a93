//! FNV-1a: one exclusive-or and one multiplication a byte, hence loved by small libraries.

/// FNV-1a, 32 bits.
#[must_use]
pub fn fnv1a_32(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, &byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// FNV-1a, 64 bits.
#[must_use]
pub fn fnv1a_64(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_values_hold() {
        assert_eq!((fnv1a_32(b""), fnv1a_64(b"")), (0x811c_9dc5, 0xcbf2_9ce4_8422_2325));
        assert_eq!((fnv1a_32(b"a"), fnv1a_64(b"a")), (0xe40c_292c, 0xaf63_dc4c_8601_ec8c));
        assert_eq!(
            (fnv1a_32(b"foobar"), fnv1a_64(b"foobar")),
            (0xbf9c_f968, 0x8594_4171_f739_67e8)
        );
    }
}
