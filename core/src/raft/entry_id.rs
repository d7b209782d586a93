//! Where an entry stands: its place in the log and the term of the leader that made it.

use core::fmt;

/// A leader's leading, counted from one; zero is before any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term(pub u32);

/// A place in the log, counted from one; zero is before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Index(pub u64);

impl Index {
    /// The place behind this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The place before this one; zero stays zero.
    #[must_use]
    pub fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

/// An entry's place and term. Of two logs, the one that ends in the greater mark is the newer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId {
    /// Its term, which counts first.
    pub term: Term,
    /// Its place.
    pub index: Index,
}

impl EntryId {
    /// The mark of that place and term.
    #[must_use]
    pub fn new(index: Index, term: Term) -> Self {
        Self { term, index }
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}@{}", self.index.0, self.term.0)
    }
}
