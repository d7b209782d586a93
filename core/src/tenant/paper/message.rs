//! What a survey is asked, and its trace annotations.

use super::finding::{Finding, Revision};
use crate::base::Form;
use crate::base::hash::tagged;
use alloc::sync::Arc;

/// Paper says nothing to anybody.
#[derive(Clone, Debug, Hash)]
pub enum Message {}

impl Message {
    /// A word for its kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match *self {}
    }

    /// How it is drawn.
    #[must_use]
    pub fn form(&self) -> Form {
        match *self {}
    }
}

/// It waits for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {}

/// It has no disk.
#[derive(Clone, Debug)]
pub enum Write {}

/// What comes from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// To a survey: change the paper so.
    Revise(Revision),
}

tagged!(Request {
    6 Revise(a),
});

/// Its trace annotations.
#[derive(Clone, Debug)]
pub enum Note {
    /// A survey wrote down what it found.
    Surveyed(Arc<Finding>),
}

tagged!(Note {
    14 Surveyed(a),
});
