//! Counts of tests, added up over suites of different kinds.

use std::fmt;
use std::ops::Add;

/// How many tests passed, failed, and could not be tried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that held.
    pub passed: u64,
    /// Tests that did not.
    pub failed: u64,
    /// Tests that this machine cannot run.
    pub skipped: u64,
}

impl Tally {
    /// One test that held.
    #[must_use]
    pub fn passed() -> Self {
        Self { passed: 1, ..Self::default() }
    }

    /// One test that did not hold.
    #[must_use]
    pub fn failed() -> Self {
        Self { failed: 1, ..Self::default() }
    }

    /// One test that could not be tried.
    #[must_use]
    pub fn skipped() -> Self {
        Self { skipped: 1, ..Self::default() }
    }

    /// Adds up the result lines that Rust's test runners print.
    #[must_use]
    pub fn read(output: &str) -> Self {
        let results = output.lines().filter_map(|line| line.trim().strip_prefix("test result: "));
        results.map(read_line).fold(Self::default(), Add::add)
    }
}

fn read_line(line: &str) -> Tally {
    let count = |word: &str| {
        let mut parts = line.split([';', '.']).map(str::trim);
        let found = parts.find_map(|part| part.strip_suffix(word)?.trim().parse().ok());
        found.unwrap_or_default()
    };
    Tally { passed: count("passed"), failed: count("failed"), skipped: count("ignored") }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, skipped } = self;
        write!(formatter, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_are_added_up() {
        let output = "
running 3 tests
test result: ok. 10 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 filtered out
";
        assert_eq!(Tally::read(output), Tally { passed: 12, failed: 3, skipped: 1 });
    }
}
