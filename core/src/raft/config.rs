//! How a node is set up, and which set-ups make no sense.

use super::bug::Bugs;
use super::membership::Membership;
use crate::base::Span;
use alloc::sync::Arc;

/// How a node is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The members at the very start; empty for a node that is told later.
    pub members: Arc<Membership>,
    /// How long a follower waits for a leader: somewhere in this range, drawn for each wait.
    pub election: (Span, Span),
    /// How often a leader says that it is there.
    pub heartbeat: Span,
    /// Before it stands for election, a node asks whether it would win.
    pub pre_vote: bool,
    /// A leader that hears no majority steps down, and nobody votes while they hear a leader.
    pub check_quorum: bool,
    /// For how long a leader that a majority has just confirmed may answer reads on its own.
    pub lease: Option<Span>,
    /// Appends in flight to one node at most.
    pub window: u32,
    /// Bytes in flight to one node at most.
    pub window_bytes: u64,
    /// Bytes of entries in one append at most, unless a single entry is larger.
    pub append_bytes: u64,
    /// Bytes of entries that wait to be committed at most; one entry always may.
    pub uncommitted_bytes: u64,
    /// Bytes of one piece of a snapshot.
    pub piece_bytes: u64,
    /// Entries that stay in the log when what is before them becomes a snapshot.
    pub kept: u64,
    /// Mistakes that the node makes.
    pub bugs: Bugs,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            members: Arc::default(),
            election: (Span::millis(150), Span::millis(300)),
            heartbeat: Span::millis(30),
            pre_vote: true,
            check_quorum: true,
            lease: None,
            window: 256,
            window_bytes: 4 << 20,
            append_bytes: 64 << 10,
            uncommitted_bytes: 16 << 20,
            piece_bytes: 32 << 10,
            kept: 16,
            bugs: Bugs::default(),
        }
    }
}

/// What is wrong with a set-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The shortest wait is zero, or longer than the longest.
    Election,
    /// A follower would time out between two heartbeats.
    Heartbeat,
    /// A lease without check-quorum: the others might elect somebody while it holds.
    LeaseAlone,
    /// The lease is longer than the others are sure to wait.
    LeaseLong,
    /// A window or a piece of size zero.
    Window,
}

impl Flaw {
    /// What is wrong, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Election => "the election wait must be a range above zero, such as 150ms..300ms",
            Self::Heartbeat => "the heartbeat must be shorter than the shortest election wait",
            Self::LeaseAlone => {
                "a lease needs check-quorum: without it the others may elect a leader while the lease holds"
            }
            Self::LeaseLong => "the lease must be shorter than the shortest election wait",
            Self::Window => "a window of zero lets nothing through",
        }
    }
}

impl Config {
    /// What is wrong with it, if anything. What a lease leaves of the shortest election wait is the
    /// margin for clocks that do not run alike.
    ///
    /// # Errors
    ///
    /// The first flaw that was found.
    pub fn check(&self) -> Result<(), Flaw> {
        let (low, high) = self.election;
        if low == Span::ZERO || low > high {
            return Err(Flaw::Election);
        }
        if self.heartbeat == Span::ZERO || self.heartbeat >= low {
            return Err(Flaw::Heartbeat);
        }
        if self.window == 0 || self.window_bytes == 0 || self.piece_bytes == 0 {
            return Err(Flaw::Window);
        }
        match self.lease {
            Some(_) if !self.check_quorum => Err(Flaw::LeaseAlone),
            Some(lease) if lease >= low => Err(Flaw::LeaseLong),
            _ => Ok(()),
        }
    }
}
