//! Takes exports out of a wasm file that nobody calls, so that the optimizer drops what they hold.

use std::path::Path;

/// What only a server-side build would call. Leptos brings them along, and an export keeps alive all
/// that it reaches.
const UNUSED: [&str; 2] = ["intounderlying", "_WASM_SPLIT_MARKER"];

/// The number of the section that names exports.
const EXPORTS: u8 = 7;
/// What every wasm file begins with: its name and its version.
const HEAD: usize = 8;

/// Rewrites a wasm file without those exports.
pub(super) fn prune(file: &Path) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", file.display());
    let wasm = std::fs::read(file).map_err(told)?;
    let pruned = pruned(&wasm, &UNUSED)
        .ok_or_else(|| format!("{}: not a whole wasm file", file.display()))?;
    std::fs::write(file, pruned).map_err(told)
}

fn pruned(wasm: &[u8], unused: &[&str]) -> Option<Vec<u8>> {
    let mut result = wasm.get(..HEAD)?.to_vec();
    let mut at = HEAD;
    while at < wasm.len() {
        let start = at;
        let section = *wasm.get(at)?;
        at += 1;
        let length = number(wasm, &mut at)? as usize;
        let end = at.checked_add(length)?;
        let content = wasm.get(at..end)?;
        at = end;
        if section == EXPORTS {
            let content = exports(content, unused)?;
            result.push(EXPORTS);
            put(&mut result, content.len() as u64);
            result.extend(content);
        } else {
            result.extend(&wasm[start..end]);
        }
    }
    Some(result)
}

/// The exports without those whose names speak of something unused.
fn exports(content: &[u8], unused: &[&str]) -> Option<Vec<u8>> {
    let mut at = 0;
    let count = number(content, &mut at)?;
    let mut kept: Vec<u8> = Vec::new();
    let mut kept_count = 0;
    for _ in 0..count {
        let start = at;
        let length = number(content, &mut at)? as usize;
        let name = content.get(at..at + length)?;
        // Behind the name: a byte for its kind, and its number.
        at += length + 1;
        number(content, &mut at)?;
        let name = String::from_utf8_lossy(name);
        if !unused.iter().any(|word| name.contains(word)) {
            kept.extend(&content[start..at]);
            kept_count += 1;
        }
    }
    let mut result = Vec::new();
    put(&mut result, kept_count);
    result.extend(kept);
    Some(result)
}

/// Reads a number in seven bits a byte.
fn number(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Writes a number in seven bits a byte.
fn put(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::{HEAD, pruned};

    /// A wasm file with a section of another kind and two exports of function 0.
    const WASM: &[u8] = b"\0asm\x01\0\0\0\x01\x01\0\x07\x0c\x02\x03run\0\0\x02un\0\0";

    #[test]
    fn only_what_is_unused_is_taken_out() {
        let expected = b"\0asm\x01\0\0\0\x01\x01\0\x07\x06\x01\x02un\0\0";
        assert_eq!(pruned(WASM, &["run"]).as_deref(), Some(expected.as_slice()));
        assert_eq!(pruned(WASM, &[]).as_deref(), Some(WASM));
    }

    #[test]
    fn what_is_cut_short_is_refused() {
        for end in HEAD + 1..WASM.len() {
            if end != HEAD + 3 {
                assert!(pruned(&WASM[..end], &[]).is_none(), "{end}");
            }
        }
    }
}
