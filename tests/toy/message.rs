//! What the nodes of the toy say to each other, and what they let be seen.

use crate::base::hash::tagged;
use crate::base::{Form, NodeId, Span};

/// What travels between nodes.
#[derive(Clone, Debug)]
pub enum Message {
    /// You have the token: pass of that number.
    Token(u64),
}

tagged!(Message { 0 Token(a) });

impl Message {
    /// A word for its kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Token(_) => "token",
        }
    }

    /// How it is drawn.
    #[must_use]
    pub fn form(&self) -> Form {
        match self {
            Self::Token(_) => Form::Data,
        }
    }
}

/// What comes from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Keep the token, if you have it, for so long from now on.
    Hold(Span),
}

tagged!(Request { 0 Hold(a) });

/// Alarms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Timer {
    /// The node has kept the token for long enough.
    Pass = 0,
}

/// What nodes let be seen.
#[derive(Clone, Debug)]
pub enum Note {
    /// The node has the token now, by the pass of that number.
    Took(u64),
    /// The node hands the token on.
    Passed(NodeId),
}

tagged!(Note { 0 Took(a), 1 Passed(a) });
