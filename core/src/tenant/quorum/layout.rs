//! Who the homes of a key are: a ring, the places of the nodes, and how many copies each region has.

use crate::base::vec_map::VecMap;
use crate::base::{NodeId, order};
use crate::placement::ring::shares;
use crate::placement::{Place, Placement, Ring};
use crate::quorum::{Preference, Site};
use crate::store::Key;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Points of each node on the ring.
pub const VNODES: u32 = 16;

/// What every node and every client of a store knows about its nodes. It does not change in a run.
#[derive(Clone, Debug)]
pub struct Layout {
    ring: Ring,
    sites: VecMap<NodeId, Site>,
    /// How many copies each region has.
    copies: Vec<(u32, usize)>,
}

impl Layout {
    /// The layout of nodes with their names and places, with so many copies of each key: as many in each
    /// region as can be, the first ones getting what is left over.
    #[must_use]
    pub fn new(nodes: &[(NodeId, Arc<str>, Site)], copies: usize) -> Self {
        let (mut ring, mut sites) = (Ring::new(VNODES), VecMap::new());
        let mut regions: Vec<u32> = Vec::new();
        for (node, name, site) in nodes {
            ring.join(&Place { node: *node, name, weight: 100 });
            sites.insert(*node, *site);
            if !regions.contains(&site.region) {
                regions.push(site.region);
            }
        }
        order::sort(&mut regions);
        let count = regions.len().max(1);
        let of = |at: usize| copies / count + usize::from(at < copies % count);
        let copies = regions.iter().enumerate().map(|(at, region)| (*region, of(at))).collect();
        Self { ring, sites, copies }
    }

    /// All nodes, by number.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> {
        self.sites.keys().copied()
    }

    /// The points of the ring, in their order.
    #[must_use]
    pub fn points(&self) -> &[(u64, NodeId)] {
        self.ring.points()
    }

    /// The share of all keys that have each node as their first home, in millionths.
    #[must_use]
    pub fn shares(&self) -> VecMap<NodeId, u32> {
        let nodes: Vec<NodeId> = self.nodes().collect();
        nodes.iter().copied().zip(shares(self.ring.points(), &nodes)).collect()
    }

    /// The region of a node.
    #[must_use]
    pub fn region(&self, node: NodeId) -> u32 {
        self.sites.get(&node).map_or(0, |site| site.region)
    }

    /// The homes of a key and who may stand in, as they come clockwise from the key.
    #[must_use]
    pub fn preference(&self, key: &Key) -> Preference {
        let points = self.ring.points();
        let first = points.partition_point(|(at, _)| *at < key.position());
        let (before, behind) = points.split_at(first);
        let walk = behind.iter().chain(before).map(|(_, node)| *node);
        let site = |node| self.sites.get(&node).copied().unwrap_or_default();
        Preference::of(walk, site, &self.copies)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn copies_are_dealt_out_to_regions_and_homes_are_the_first_clockwise() {
        let site = |number: u32| Site { region: number % 2 + 1, rack: number };
        let nodes: Vec<(NodeId, Arc<str>, Site)> = (0..6)
            .map(|number| (NodeId(number), format!("n{number}").as_str().into(), site(number)))
            .collect();
        let layout = Layout::new(&nodes, 3);
        let mut first = Vec::new();
        for number in 0..200 {
            let key = Key::new(&format!("k{number}"));
            let found = layout.preference(&key);
            assert_eq!((found.homes.len(), found.others.len()), (3, 3));
            let near = found.homes.iter().filter(|node| layout.region(**node) == 1).count();
            assert_eq!(near, 2);
            first.push(found.homes[0]);
        }
        assert!(layout.nodes().all(|node| first.contains(&node)));
    }
}
