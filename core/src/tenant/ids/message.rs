//! What makers of ids are asked, and their trace annotations.

use super::maker::Trouble;
use crate::base::Form;
use crate::base::hash::tagged;
use crate::unique::Kind;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Makers of ids say nothing to each other.
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

/// Nobody asks them for anything but at the start.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Request {}

/// Alarms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Timer {
    /// A client's next operation of its workload is due.
    Next = 3,
}

/// Their trace annotations.
#[derive(Clone, Debug)]
pub enum Note {
    /// The node made ids.
    Made(Arc<Made>),
    /// Something keeps the node from making ids.
    Trouble(Trouble),
}

tagged!(Note {
    18 Made(a),
    19 Trouble(a),
});

/// What a maker of ids did with what it was asked for at one moment.
#[derive(Clone, Debug, Hash)]
pub struct Made {
    /// What it makes.
    pub kind: Kind,
    /// Its number.
    pub number: u32,
    /// How many entries a page of the index holds.
    pub page: u32,
    /// The ids, in the order in which they were made.
    pub ids: Vec<u128>,
    /// Asks that were refused.
    pub refused: u32,
    /// Asks that must wait from now on.
    pub waits: u32,
}

/// A write to the disk: how many ids have been given.
#[derive(Clone, Copy, Debug)]
pub struct Given(pub u32);
