//! How many answers are enough, in Cassandra's words.

/// How many copies must answer before an operation has succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Level {
    /// For a write: anybody, even if it only keeps a hint.
    Any = 0,
    /// One copy.
    One = 1,
    /// Two copies.
    Two = 2,
    /// Three copies.
    Three = 3,
    /// More than half of all copies.
    Quorum = 4,
    /// More than half of the copies in the coordinator's own region.
    LocalQuorum = 5,
    /// Every copy.
    All = 6,
}

impl Level {
    /// Every level, with its word.
    pub const WORDS: [(&'static str, Self); 7] = [
        ("ANY", Self::Any),
        ("ONE", Self::One),
        ("TWO", Self::Two),
        ("THREE", Self::Three),
        ("QUORUM", Self::Quorum),
        ("LOCAL_QUORUM", Self::LocalQuorum),
        ("ALL", Self::All),
    ];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize].0
    }

    /// The level of that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, level)| *level)
    }

    /// How many of a key's copies must answer, of which so many are in the coordinator's region. It may be
    /// more than there are: then nothing succeeds.
    #[must_use]
    pub fn needs(self, copies: usize, local: usize) -> usize {
        match self {
            Self::Any | Self::One => 1,
            Self::Two => 2,
            Self::Three => 3,
            Self::Quorum => copies / 2 + 1,
            Self::LocalQuorum => local / 2 + 1,
            Self::All => copies.max(1),
        }
    }

    /// True if only copies of the coordinator's own region count.
    #[must_use]
    pub fn is_local(self) -> bool {
        self == Self::LocalQuorum
    }
}

/// True if every read of `read` copies meets every write of `write` copies, of so many in all. It says nothing
/// about hints: a copy that somebody keeps for another node is no copy that a reader asks.
#[must_use]
pub fn overlaps(read: usize, write: usize, copies: usize) -> bool {
    read.saturating_add(write) > copies
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_meet_writers_just_when_no_two_sets_are_apart() {
        for copies in 1..=6_usize {
            let sets = |size| (0..1_u32 << copies).filter(move |set| set.count_ones() == size);
            for (read, write) in (1..=copies).flat_map(|r| (1..=copies).map(move |w| (r, w))) {
                let apart =
                    sets(read as u32).any(|one| sets(write as u32).any(|other| one & other == 0));
                assert_eq!(overlaps(read, write, copies), !apart, "{read} {write} {copies}");
            }
            let quorum = Level::Quorum.needs(copies, copies);
            assert!(quorum <= copies && overlaps(quorum, quorum, copies));
            assert!(!overlaps(quorum - 1, quorum - 1, copies), "it is the smallest");
        }
    }

    #[test]
    fn words_lead_to_levels_and_back() {
        for (word, level) in Level::WORDS {
            assert_eq!((level.word(), Level::named(word)), (word, Some(level)));
        }
        assert_eq!(Level::named("quorum"), None);
        assert_eq!((Level::LocalQuorum.needs(6, 3), Level::All.needs(3, 3)), (2, 3));
    }
}
