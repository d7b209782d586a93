//! CRC-16/XMODEM: the checksum by which Redis Cluster finds a key's slot.

use crc::{CRC_16_XMODEM, Crc};

/// A byte at a time, by a table of half a kilobyte: a survey looks a million keys up.
static XMODEM: Crc<u16> = Crc::<u16>::new(&CRC_16_XMODEM);

/// The checksum of some bytes.
#[must_use]
pub fn crc16(bytes: &[u8]) -> u16 {
    XMODEM.checksum(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_holds() {
        assert_eq!(crc16(b"123456789"), 0x31c3);
        assert_eq!(crc16(b""), 0);
        assert_eq!(crc16(b"somekey") % 16_384, 11_058);
        assert_eq!(crc16(b"user1000") % 16_384, 3_443);
    }
}
