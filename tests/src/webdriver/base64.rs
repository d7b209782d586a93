//! Pictures come from the browser as base64 text; this reads it.

/// The bytes of a base64 text; padding and line breaks are passed over.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for letter in text.bytes().filter(|letter| !matches!(letter, b'=' | b'\n' | b'\r')) {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return Err(format!("base64 has no letter {:?}", char::from(letter))),
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn letters_become_bytes() {
        assert_eq!(decode("aGVsbG8=").as_deref(), Ok(b"hello".as_slice()));
        assert_eq!(decode("/+8A").as_deref(), Ok([0xff, 0xef, 0].as_slice()));
        assert!(decode("a*").is_err());
    }
}
