//! Tidiness: what every file shows on its first line, and what no file may contain.

use super::Breach;

/// What may not stand in a Rust file, and why. Written in halves, so that this file may stand too.
const BANNED: [(&str, &str, &str); 6] = [
    ("TO", "DO", "a wish belongs into an issue, not into the code"),
    ("FIX", "ME", "a defect is mended or belongs into an issue"),
    ("#[ign", "ore", "a test that does not run proves nothing"),
    ("#[should_", "panic", "a test says which error it expects"),
    ("db", "g!(", "left over from a search"),
    ("uns", "afe {", "the house does without"),
];

/// What may not stand in any text: paths of one machine and hosts of package registries.
const PRIVATE: [(&str, &str); 5] = [
    ("/wo", "rk/"),
    ("/ro", "ot/"),
    ("/tmp", "/wt"),
    ("index.crates", ".io"),
    ("registry.npm", "js"),
];

/// What is untidy in a Rust file.
#[must_use]
pub fn rust(source: &str) -> Vec<Breach> {
    let mut found = document(source);
    let first = source.lines().next().unwrap_or_default();
    if !first.starts_with("//! ") {
        found.push(Breach::new(
            1,
            "the first line tells in a sentence, after //!, what the file is",
        ));
    }
    for (number, line) in source.lines().enumerate() {
        for (head, rest, why) in BANNED {
            if line.contains(&format!("{head}{rest}")) {
                found.push(Breach::new(number + 1, format!("{head}{rest}: {why}")));
            }
        }
    }
    found
}

/// What is untidy in any text of the repository.
#[must_use]
pub fn document(text: &str) -> Vec<Breach> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.ends_with([' ', '\t']) {
            found.push(Breach::new(number + 1, "white space at the end of the line"));
        }
        for (head, rest) in PRIVATE {
            if line.contains(&format!("{head}{rest}")) {
                let problem = format!("{head}{rest} is a place of one machine or a registry");
                found.push(Breach::new(number + 1, problem));
            }
        }
    }
    if !text.is_empty() && !text.ends_with('\n') {
        found.push(Breach::new(text.lines().count(), "the last line has no end"));
    }
    found
}

/// Enums whose digest would follow the order of their variants: what goes into the hash of a trace
/// names its tags, so that variants can be moved and added without changing a run that never has them.
#[must_use]
pub fn untagged(source: &str) -> Vec<Breach> {
    let mut found = Vec::new();
    let (mut hashes, mut tagged, mut inside) = (false, false, false);
    for (number, line) in source.lines().enumerate() {
        if inside {
            inside = line != "}";
            let at_depth = line.starts_with("    ") && !line.starts_with("     ");
            if !at_depth || line.trim_start().starts_with(['/', '#']) {
                continue;
            }
            if line.contains(['(', '{', '}']) {
                let problem = "an enum with fields is hashed by tagged!, which names its tags";
                found.push(Breach::new(number + 1, problem));
                inside = false;
            } else if !line.contains(" = ") {
                found.push(Breach::new(number + 1, "a variant that is hashed names its tag: = 3"));
            }
            continue;
        }
        if line.starts_with("#[derive(") {
            hashes = line.contains("Hash");
        }
        tagged |= line.starts_with("#[repr(");
        let is_enum =
            line.starts_with("enum ") || line.contains("pub enum ") || line.contains(") enum ");
        if is_enum && hashes && line.ends_with('{') {
            inside = true;
            if !tagged {
                found.push(Breach::new(number + 1, "an enum that is hashed says #[repr(u8)]"));
            }
        }
        if !line.starts_with('#') && !line.starts_with("//") {
            (hashes, tagged) = (false, false);
        }
    }
    found
}
