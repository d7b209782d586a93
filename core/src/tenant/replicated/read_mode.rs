//! The ways to read from a replicated store.

use crate::base::Span;
use crate::base::hash::tagged;

/// How a read goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReadMode {
    /// Through the log, as a write does.
    Log,
    /// The leader makes sure that it still leads.
    #[default]
    Index,
    /// The leader answers alone while its lease holds.
    Lease,
    /// Anybody, after asking the leader how far the log is.
    Follower,
    /// Anybody for whom the leader vouches that it had everything within so long.
    Within(Span),
    /// Anybody who has the reader's own last write.
    Session,
    /// Anybody who has what the reader saw last.
    Monotonic,
    /// Anybody, at once.
    Local,
}

tagged!(ReadMode {
    0 Log,
    1 Index,
    2 Lease,
    3 Follower,
    4 Within(a),
    5 Session,
    6 Monotonic,
    7 Local,
});

impl ReadMode {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Index => "index",
            Self::Lease => "lease",
            Self::Follower => "follower",
            Self::Within(_) => "within",
            Self::Session => "session",
            Self::Monotonic => "monotonic",
            Self::Local => "local",
        }
    }

    /// The way of that word; nothing for `within`, which needs a span beside it.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        let ways = [
            Self::Log,
            Self::Index,
            Self::Lease,
            Self::Follower,
            Self::Session,
            Self::Monotonic,
            Self::Local,
        ];
        ways.into_iter().find(|way| way.word() == word)
    }

    /// True if only the leader answers.
    #[must_use]
    pub fn needs_leader(self) -> bool {
        matches!(self, Self::Log | Self::Index | Self::Lease)
    }
}
