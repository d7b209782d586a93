//! Which node owns a key: one strategy a file, all behind one small trait.
//!
//! A strategy sees a key's bytes and its position among 2^64 places. It says who owns it, who holds
//! the copies, what share of all places each node has, and what a router must remember to know all
//! that; nodes come and go one at a time. It moves nothing itself.
//!
//! | strategy | a node joins | a lookup | a router remembers |
//! | --- | --- | --- | --- |
//! | [`Modulo`] | almost all keys move | one division | the nodes |
//! | [`Ring`] | 1/(N+1) | an index and a step | V points a node |
//! | [`Rendezvous`] | 1/(N+1) | a score a node | the nodes |
//! | [`Skeleton`] | a little more | a score a level and child | the nodes |
//! | [`Jump`] | 1/(N+1), at the end only | some divisions | a number |
//! | [`Maglev`] | a little more | a table | the table |
//! | [`MultiProbe`] | 1/(N+1) | so many steps as probes | a point a node |
//! | [`Bounded`] | a little more | a walk | V points a node, the loads |
//! | [`Anchor`] | 1/(N+1) | a few hashes | four numbers a node |
//! | [`Slots`] | 1/(N+1), by slots | a table | the table |
//! | [`Range`] | what one decides | a search | the split points |
//! | [`List`], [`Layered`] | what one decides | a search | the values |
//! | [`Directory`] | what one decides | a search | an entry a tenant |
//!
//! **Invariant:** no messages, no time, no chance. The same nodes, coming and going in the same
//! order, give the same owners.

pub mod anchor;
pub mod bounded;
pub mod column;
pub mod directory;
pub mod jump;
pub mod keys;
pub mod laid;
pub mod layered;
pub mod list;
pub mod maglev;
pub mod modulo;
pub mod owners;
pub mod placed;
pub mod placing;
pub mod preset;
pub mod probe;
pub mod prune;
pub mod range;
pub mod rendezvous;
pub mod ring;
pub mod site;
pub mod skeleton;
pub mod slots;
pub mod strategy;
pub mod table;
pub mod way;

pub use anchor::Anchor;
pub use bounded::Bounded;
pub use directory::Directory;
pub use jump::Jump;
pub use laid::Laid;
pub use layered::{Layered, Level};
pub use list::List;
pub use maglev::Maglev;
pub use modulo::Modulo;
pub use owners::Owners;
pub use placed::Placed;
pub use probe::MultiProbe;
pub use range::Range;
pub use rendezvous::Rendezvous;
pub use ring::Ring;
pub use skeleton::Skeleton;
pub use slots::Slots;
pub use strategy::Strategy;

use crate::base::NodeId;
use crate::base::hash::Family;
use alloc::vec::Vec;
use keys::KeySet;

/// A node as a strategy sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The node.
    pub node: NodeId,
    /// Its name, which decides its points: numbers may differ from run to run, names do not.
    pub name: &'a str,
    /// Its weight in hundredths.
    pub weight: u32,
}

/// A key as a strategy sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot<'k> {
    /// Where it lies among 2^64 places, by XXH3.
    pub position: u64,
    /// Its bytes.
    pub key: &'k [u8],
}

impl<'k> Spot<'k> {
    /// The spot of a key.
    #[must_use]
    pub fn of(key: &'k [u8]) -> Self {
        Self { position: Family::Xxh3.of(key), key }
    }
}

/// A way to place keys on nodes.
pub trait Placement {
    /// The node that owns a key, and those that hold its copies: at most `count` in all.
    fn owners(&self, spot: Spot<'_>, count: usize) -> Owners;

    /// The node that owns a key.
    fn owner(&self, spot: Spot<'_>) -> Option<NodeId> {
        self.owners(spot, 1).as_slice().first().copied()
    }

    /// True if the bytes of a key decide, and not its position alone.
    fn reads_keys(&self) -> bool {
        false
    }

    /// The node of each of very many keys, from one to another, in their order; nobody's are the
    /// world's. The loop is here so that each strategy has its own, with nothing between it and the
    /// lookup.
    fn place(&self, keys: &KeySet, range: core::ops::Range<usize>) -> Vec<NodeId> {
        let node = |spot| self.owner(spot).unwrap_or(NodeId::WORLD);
        let mut held = Vec::with_capacity(range.len());
        if self.reads_keys() {
            held.extend(range.map(|at| node(keys.spot(at))));
        } else {
            let positions = keys.positions()[range].iter();
            held.extend(positions.map(|position| node(Spot { position: *position, key: &[] })));
        }
        held
    }

    /// What share of all places a node owns, in millionths; of keys or of values where a strategy
    /// knows no places.
    fn share(&self, node: NodeId) -> u32;

    /// How many bytes a router must remember.
    fn bytes(&self) -> u64;

    /// Lets a node in, or gives one that is in another weight.
    fn join(&mut self, place: &Place<'_>);

    /// Lets a node go.
    fn leave(&mut self, node: NodeId);
}
