//! One search: of a key, or of keys that batches join.

use super::joint::Joint;
use super::key_history::KeyHistory;
use super::lane::Lane;
use super::search::{End, Search};
use crate::check::history::History;
use crate::check::symbol::Symbol;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// A search of one key, or of keys that batches join.
#[derive(Clone, Debug)]
pub(super) enum Hunt {
    One(Box<Search<Lane>>),
    Joined(Box<Search<Joint>>),
}

impl Hunt {
    /// Begins to search some operations of some keys, as far as they were seen until a moment.
    pub(super) fn new(
        history: &History,
        keys: &[Symbol],
        operations: &[u32],
        until: u32,
        memory: usize,
    ) -> Self {
        match keys {
            [key] => {
                let lane = Lane::new(KeyHistory::new(history, *key, operations, until));
                Self::One(Box::new(Search::new(lane, history, memory)))
            }
            keys => {
                let joint = Joint::new(history, keys, operations, until);
                Self::Joined(Box::new(Search::new(joint, history, memory)))
            }
        }
    }

    /// Goes on until it ends or has looked at so much more.
    pub(super) fn advance(&mut self, history: &History, work: u64) -> Option<End> {
        match self {
            Self::One(search) => search.advance(history, work),
            Self::Joined(search) => search.advance(history, work),
        }
    }

    /// How much was looked at.
    pub(super) fn work(&self) -> u64 {
        match self {
            Self::One(search) => search.work(),
            Self::Joined(search) => search.work(),
        }
    }

    /// How many places were searched.
    pub(super) fn places(&self) -> u64 {
        match self {
            Self::One(search) => search.places(),
            Self::Joined(search) => search.places(),
        }
    }

    /// The order that was found: places in the history.
    pub(super) fn order(&self) -> Vec<u32> {
        match self {
            Self::One(search) => search.order(),
            Self::Joined(search) => search.order(),
        }
    }
}
