//! A scenario in an address: compressed, with a mark for its version.
//!
//! `1.` and base64url of the zlib stream of the text. Links live for ever: a new version gets a new
//! mark, and this one stays readable.

use super::parse::TEXT_MAX;
use alloc::string::String;
use alloc::vec::Vec;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

/// Why a link cannot be read, and what can be saved of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkError {
    /// What is wrong, in a sentence.
    pub message: String,
    /// As much of the text as could be read.
    pub saved: String,
}

/// The link that carries a text.
#[must_use]
pub fn link_of(text: &str) -> String {
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(text.as_bytes(), 10);
    let mut link = String::from("1.");
    URL_SAFE_NO_PAD.encode_string(packed, &mut link);
    link
}

/// The text that a link carries.
pub fn text_of(link: &str) -> Result<String, LinkError> {
    let broken =
        |message: &str, saved: String| Err(LinkError { message: String::from(message), saved });
    let version = link.split('.').next().unwrap_or("");
    let Some(body) = link.strip_prefix("1.") else {
        let newer = !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit());
        return if newer && link.contains('.') {
            broken(
                "This link was made by a newer version of Shardlab than this one.",
                String::new(),
            )
        } else {
            broken("This is not a Shardlab link.", String::new())
        };
    };
    if body.len() > TEXT_MAX * 2 {
        return broken("This link is longer than any scenario.", String::new());
    }
    // What stands behind the last sound letter was lost on the way; what is before it can be saved.
    let sound = body.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"-_".contains(b)).count();
    let whole = sound == body.len();
    let mut usable = sound;
    if usable % 4 == 1 {
        usable -= 1;
    }
    let lenient = base64::engine::GeneralPurpose::new(
        &base64::alphabet::URL_SAFE,
        base64::engine::GeneralPurposeConfig::new()
            .with_encode_padding(false)
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(base64::engine::DecodePaddingMode::RequireNone),
    );
    let packed = lenient.decode(&body.as_bytes()[..usable]).unwrap_or_default();
    let (bytes, complete) = unpack(&packed);
    // The stream has a checksum, but nothing covers what stands behind it: a link says its text in one way.
    let exact = whole && URL_SAFE_NO_PAD.encode(&packed) == body;
    match String::from_utf8(bytes) {
        Ok(text) if complete && exact => Ok(text),
        Ok(text) => broken(DAMAGED, text),
        Err(error) => {
            let sound = error.utf8_error().valid_up_to();
            let saved = String::from_utf8_lossy(&error.as_bytes()[..sound]).into_owned();
            broken(DAMAGED, saved)
        }
    }
}

const DAMAGED: &str = "This link is damaged: some of it was lost or changed on the way.";

/// Unpacks as much as there is; true if it is whole, its checksum fits, and nothing stands behind it.
fn unpack(packed: &[u8]) -> (Vec<u8>, bool) {
    let mut machine = DecompressorOxide::new();
    let flags = inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER
        | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF
        | inflate_flags::TINFL_FLAG_COMPUTE_ADLER32;
    let mut out = alloc::vec![0; TEXT_MAX + 1];
    let (status, read, written) = decompress(&mut machine, packed, &mut out, 0, flags);
    out.truncate(written);
    (out, status == miniz_oxide::inflate::TINFLStatus::Done && read == packed.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_link_brings_its_text_back() {
        for text in ["", "seed 7\n", "title Ünïcode → ok\nring b: 4 nodes\n"] {
            assert_eq!(text_of(&link_of(text)).as_deref(), Ok(text));
        }
    }

    #[test]
    fn a_damaged_link_says_so_and_saves_what_it_can() {
        let text =
            "title Four shards become five\nseed 7\nring b: 4 nodes, 150 vnodes\nat 1s join n5\n";
        let link = link_of(text);
        let cut = text_of(&link[..link.len() * 3 / 4]);
        let saved = cut.as_ref().err().map(|error| error.saved.as_str()).unwrap_or_default();
        assert!(text.starts_with(saved) && saved.len() > 10, "{cut:?}");
        let mut changed = link.clone().into_bytes();
        let middle = changed.len() / 2;
        changed[middle] = if changed[middle] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap_or_default();
        assert!(text_of(&changed).is_err());
        assert!(text_of("2.abc").is_err_and(|error| error.message.contains("newer")));
        assert!(text_of("hello").is_err_and(|error| error.message.contains("not a Shardlab")));
    }

    #[test]
    fn a_letter_more_or_less_at_the_end_is_damage() {
        // Texts of every length, so that links end at every place of a group of four letters.
        for length in 0..40 {
            let text = "ring b: 4 nodes, 150 vnodes, 3 replicas\n"[..length].to_string();
            let link = link_of(&text);
            assert_eq!(text_of(&link).as_deref(), Ok(&*text));
            for letter in "AQgwz9-_.= %".chars() {
                let longer = alloc::format!("{link}{letter}");
                let told = text_of(&longer).expect_err(&longer);
                assert_eq!((&*told.message, &*told.saved), (DAMAGED, &*text), "{longer}");
            }
            for end in 2..link.len() {
                assert!(text_of(&link[..end]).is_err(), "{}", &link[..end]);
            }
            // Bits that stand for nothing are no other link of the same text.
            for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".chars()
            {
                let other = alloc::format!("{}{letter}", &link[..link.len() - 1]);
                assert!(other == link || text_of(&other).is_err(), "{other}");
            }
        }
    }

    #[test]
    fn a_bomb_is_stopped_at_the_size_of_a_text() {
        let bomb = link_of(&"a".repeat(50_000_000));
        assert!(text_of(&bomb).is_err());
    }
}
