//! What laws of a tenant are given: the events of one party, and what became of several.

use super::Site;
use crate::base::{NodeId, NodeTable, Time};
use crate::client;
use crate::metric::Common;
use crate::sim::{Event, Fault};
use alloc::string::String;
use alloc::vec::Vec;

/// Which event it is: when and where, and its number.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// When.
    pub at: Time,
    /// Its number.
    pub seq: u32,
    /// Where.
    pub node: NodeId,
}

impl Moment {
    /// That of an event.
    #[must_use]
    pub fn of(event: &Event<super::Process>) -> Self {
        Self { at: event.at, seq: event.seq, node: event.node }
    }
}

/// What laws read of an event. Messages, alarms and requests are left out: a law is about what machines let
/// be seen, what became of their disks, and what was done to them.
#[derive(Debug)]
pub enum Seen<'e, N> {
    /// A client let something be seen.
    Client(&'e client::Note),
    /// A machine of the tenant let something be seen.
    Own(&'e N),
    /// A write landed on the disk.
    Landed,
    /// The world was changed from outside.
    Fault(Fault),
}

impl<N> Clone for Seen<'_, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<N> Copy for Seen<'_, N> {}

/// What came of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    /// A law was broken by it.
    pub broken: bool,
    /// A number changed that is read from the disks, so that laws and measures must be looked at again.
    pub counted: bool,
}

/// What is known of one party whose tenant has a law: its watched state, and its numbers.
#[derive(Debug)]
pub struct Known<'p, L, M> {
    /// What its laws have watched.
    pub laws: &'p L,
    /// What its tenant counts.
    pub measures: &'p M,
}

impl<L, M> Clone for Known<'_, L, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L, M> Copy for Known<'_, L, M> {}

/// One party, of whatever tenant.
#[derive(Clone, Copy, Debug)]
pub struct Party<'p> {
    /// What its laws have watched.
    pub laws: &'p super::Laws,
    /// Its numbers.
    pub measures: &'p super::measures::ClusterMeasures,
    /// Copies that a key should have there.
    pub copies: usize,
}

impl<'p> Party<'p> {
    /// What the laws of all clients are read from.
    pub(super) fn client(&self) -> client::law::Party<'p> {
        let measures = self.measures;
        client::law::Party {
            common: &measures.common,
            client: &measures.client,
            copies: self.copies,
        }
    }
}

/// The law of a tenant that has none of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoLaw {}

/// The watch of a tenant whose laws, if it has any, are read from its measures alone.
#[derive(Clone, Debug, Default)]
pub struct Unwatched;

impl Unwatched {
    /// Reads nothing.
    pub fn read<N, P>(
        &mut self,
        _: Moment,
        _: Seen<'_, N>,
        _: &Site<'_, P>,
        _: &mut Common,
    ) -> Watched {
        Watched::default()
    }
}

impl NoLaw {
    /// There is no law of that name.
    #[must_use]
    pub fn named(_: &str) -> Option<Self> {
        None
    }

    /// True if only the end of a run counts.
    #[must_use]
    pub fn is_at_end(self) -> bool {
        match self {}
    }

    /// True if it holds so far.
    #[must_use]
    pub fn holds<L, M>(self, _: Known<'_, L, M>) -> bool {
        match self {}
    }

    /// Why it says nothing of a run.
    #[must_use]
    pub fn idle<L, M>(self, _: Known<'_, L, M>) -> Option<&'static str> {
        match self {}
    }

    /// What was seen of it.
    #[must_use]
    pub fn measured<L, M>(self, _: &[Known<'_, L, M>], _: &NodeTable) -> String {
        match self {}
    }

    /// The events that show best whether it holds.
    #[must_use]
    pub fn evidence<L, M>(self, _: &[Known<'_, L, M>]) -> Vec<u32> {
        match self {}
    }
}
