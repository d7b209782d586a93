//! A list: the first part of a key is a value, and each value lies on the node that a table names.
//!
//! ```text
//! eu:17 → eu → n1      us:99 → us → n2      br:3 → not on the list → the first node
//! ```
//!
//! Data stays where the law or the latency wants it; balance is whatever the values make of it.

use super::{Owners, Place, Placement, Spot};
use crate::base::NodeId;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The part of a key before the first colon, which names a region, a tenant or a kind.
#[must_use]
pub fn first_part(key: &[u8]) -> &[u8] {
    let end = key.iter().position(|byte| *byte == b':').unwrap_or(key.len());
    &key[..end]
}

/// A part of a key between colons; empty if there are not so many.
#[must_use]
pub fn part(key: &[u8], number: usize) -> &[u8] {
    key.split(|byte| *byte == b':').nth(number).unwrap_or(&[])
}

/// Values on nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The values in order, each with the name of its node.
    wanted: Arc<[(Arc<str>, Arc<str>)]>,
    values: Vec<(Arc<str>, NodeId)>,
    nodes: Vec<NodeId>,
}

impl List {
    /// Values with the names of their nodes.
    #[must_use]
    pub fn new(wanted: &Arc<[(Arc<str>, Arc<str>)]>) -> Self {
        Self { wanted: wanted.clone(), values: Vec::new(), nodes: Vec::new() }
    }

    /// The values that have a node.
    #[must_use]
    pub fn values(&self) -> &[(Arc<str>, NodeId)] {
        &self.values
    }

    /// Lays a value on a node.
    pub fn give(&mut self, value: &[u8], node: NodeId) {
        match self.values.iter_mut().find(|(known, _)| known.as_bytes() == value) {
            Some(known) => known.1 = node,
            None => {
                if let Ok(text) = core::str::from_utf8(value) {
                    self.values.push((text.into(), node));
                }
            }
        }
    }
}

impl Placement for List {
    fn owners(&self, spot: Spot<'_>, count: usize) -> Owners {
        let mut owners = Owners::NONE;
        let Some(first) = self.owner(spot) else { return owners };
        let at = self.nodes.iter().position(|node| *node == first).unwrap_or(0);
        owners.fill(&self.nodes, at, count.min(self.nodes.len()));
        owners
    }

    fn owner(&self, spot: Spot<'_>) -> Option<NodeId> {
        let value = first_part(spot.key);
        let listed = self.values.iter().find(|(known, _)| known.as_bytes() == value);
        listed.map(|(_, node)| *node).or(self.nodes.first().copied())
    }

    fn reads_keys(&self) -> bool {
        true
    }

    fn share(&self, node: NodeId) -> u32 {
        let own = self.values.iter().filter(|(_, owner)| *owner == node).count() as u64;
        (own * 1_000_000 / self.values.len().max(1) as u64) as u32
    }

    fn bytes(&self) -> u64 {
        self.values.iter().map(|(value, _)| 4 + value.len() as u64).sum()
    }

    fn join(&mut self, place: &Place<'_>) {
        if !self.nodes.contains(&place.node) {
            self.nodes.push(place.node);
            let wanted = self.wanted.clone();
            for (value, _) in wanted.iter().filter(|(_, name)| **name == *place.name) {
                self.give(value.as_bytes(), place.node);
            }
        }
    }

    fn leave(&mut self, node: NodeId) {
        self.nodes.retain(|other| *other != node);
        let mut heirs = self.nodes.iter().cycle();
        for (_, owner) in self.values.iter_mut().filter(|(_, owner)| *owner == node) {
            *owner = heirs.next().copied().unwrap_or(NodeId::WORLD);
        }
        self.values.retain(|(_, owner)| *owner != NodeId::WORLD);
    }
}
