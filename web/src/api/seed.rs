//! The same text with another seed.

/// The text with its `seed` line changed, or with one added after the header.
#[must_use]
pub fn with_seed(text: &str, seed: u64) -> String {
    let is_seed = |line: &str| {
        line.split_whitespace().next() == Some("seed") && !line.starts_with([' ', '\t'])
    };
    let line = format!("seed     {seed}");
    if text.lines().any(is_seed) {
        return text.lines().map(|one| if is_seed(one) { line.as_str() } else { one }).fold(
            String::with_capacity(text.len() + 8),
            |mut all, one| {
                all.push_str(one);
                all.push('\n');
                all
            },
        );
    }
    format!("{line}\n{text}")
}

#[cfg(test)]
mod tests {
    use super::with_seed;

    #[test]
    fn a_seed_is_changed_or_added() {
        assert_eq!(with_seed("title a\nseed 7\nend 1s\n", 9), "title a\nseed     9\nend 1s\n");
        assert_eq!(with_seed("end 1s\n", 9), "seed     9\nend 1s\n");
    }
}
