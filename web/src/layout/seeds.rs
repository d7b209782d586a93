//! The map of seeds: which of them get a cell, and how often each expectation fails.

/// So many seeds get a cell in their order.
pub const CELLS_MAX: usize = 1_000;
/// Behind them so many failing ones get a cell too.
pub const LATE_MAX: usize = 200;

/// What became of a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Every expectation held.
    Held,
    /// Some did not.
    Failed,
    /// Some were not decided.
    Unknown,
    /// All held but for laws that nothing put to the test.
    Untested,
    /// It has not been run yet.
    Ahead,
}

impl Fate {
    /// A class and a sign.
    #[must_use]
    pub fn looks(self) -> (&'static str, &'static str) {
        match self {
            Self::Held => ("good", ""),
            Self::Failed => ("fault", "×"),
            Self::Unknown => ("waiting", "?"),
            Self::Untested => ("waiting", "–"),
            Self::Ahead => ("ahead", ""),
        }
    }
}

/// The places of the seeds that get a cell.
#[must_use]
pub fn drawn(fates: &[Fate]) -> Vec<usize> {
    let failing = |at: &usize| fates[*at] == Fate::Failed;
    let late = (CELLS_MAX..fates.len()).filter(failing).take(LATE_MAX);
    (0..fates.len().min(CELLS_MAX)).chain(late).collect()
}

/// How often each expectation fails, in the order in which they were met.
#[must_use]
pub fn tally<'a>(broken: impl Iterator<Item = &'a String>) -> Vec<(String, usize)> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for words in broken {
        match counts.iter_mut().find(|(known, _)| known == words) {
            Some((_, count)) => *count += 1,
            None => counts.push((words.clone(), 1)),
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_late_is_drawn_and_the_rest_is_not() {
        let mut fates = vec![Fate::Held; 5_000];
        assert_eq!(drawn(&fates[..7]), [0, 1, 2, 3, 4, 5, 6]);
        fates[3_000] = Fate::Failed;
        let cells = drawn(&fates);
        assert_eq!((cells.len(), cells.last()), (CELLS_MAX + 1, Some(&3_000)));
        fates.fill(Fate::Failed);
        assert_eq!(drawn(&fates).len(), CELLS_MAX + LATE_MAX);
    }

    #[test]
    fn each_expectation_is_counted() {
        let broken = ["a = 0", "b = 0", "a = 0"].map(String::from);
        assert_eq!(tally(broken.iter()), [("a = 0".to_owned(), 2), ("b = 0".to_owned(), 1)]);
    }
}
