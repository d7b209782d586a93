//! The homes of a key: the first nodes of a walk around the ring, spread over regions and racks.
//!
//! The caller walks the ring from the key on; here it is decided which of the nodes met is a home. Each region
//! gets its number of copies. Within a region a rack that has none comes first; when every rack has one, those
//! that were passed over come in the order in which they were met. A node that is met and is no home may stand in
//! for one that is away (a *sloppy* quorum): that is a hint, and no copy.

use crate::base::NodeId;
use alloc::vec::Vec;

/// Where a node stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    /// Its region.
    pub region: u32,
    /// Its rack in the region.
    pub rack: u32,
}

/// Who holds a key, and who may stand in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preference {
    /// The homes, in the order in which they are preferred.
    pub homes: Vec<NodeId>,
    /// All others, in the order of the walk.
    pub others: Vec<NodeId>,
}

impl Preference {
    /// From a walk around the ring, on which each node may come several times. `copies` says how many homes a
    /// region has, none where it is not named.
    #[must_use]
    pub fn of(
        walk: impl IntoIterator<Item = NodeId>,
        site: impl Fn(NodeId) -> Site,
        copies: &[(u32, usize)],
    ) -> Self {
        let mut met: Vec<NodeId> = Vec::new();
        for node in walk {
            if !met.contains(&node) {
                met.push(node);
            }
        }
        let mut is_home = alloc::vec![false; met.len()];
        for (region, wanted) in copies {
            let own: Vec<usize> =
                (0..met.len()).filter(|at| site(met[*at]).region == *region).collect();
            let (mut racks, mut passed, mut chosen) = (Vec::new(), Vec::new(), Vec::new());
            for at in own {
                let rack = site(met[at]).rack;
                if racks.contains(&rack) {
                    passed.push(at);
                } else {
                    racks.push(rack);
                    chosen.push(at);
                }
            }
            for at in chosen.into_iter().chain(passed).take(*wanted) {
                is_home[at] = true;
            }
        }
        let pick = |wanted: bool| {
            let kept = met.iter().zip(&is_home).filter(move |(_, home)| **home == wanted);
            kept.map(|(node, _)| *node).collect()
        };
        Self { homes: pick(true), others: pick(false) }
    }

    /// Whom to ask while some are away: the homes, each with who stands in for it if it is away; nobody stands
    /// in for two.
    #[must_use]
    pub fn sloppy(&self, is_up: impl Fn(NodeId) -> bool) -> Vec<(NodeId, Option<NodeId>)> {
        let mut spare = self.others.iter().copied().filter(|node| is_up(*node));
        let stand = |home: &NodeId| (*home, if is_up(*home) { None } else { spare.next() });
        self.homes.iter().map(stand).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;
    use alloc::collections::BTreeSet;

    #[test]
    fn homes_are_those_of_the_naive_way() {
        let (mut doubled, mut short) = (0, 0);
        for seed in 0..2_000 {
            let mut rng = Rng::derive(seed, 8);
            let nodes = rng.between(1, 12);
            let sites: Vec<Site> = (0..nodes)
                .map(|_| Site { region: rng.below(2) as u32, rack: rng.below(3) as u32 })
                .collect();
            let site = |node: NodeId| sites[node.index()];
            let walk: Vec<NodeId> = (0..40).map(|_| NodeId(rng.below(nodes) as u32)).collect();
            let copies = [(0, rng.below(4) as usize), (1, rng.below(4) as usize)];
            let preference = Preference::of(walk.iter().copied(), site, &copies);
            // The naive way: take the best that is left, again and again: an unused rack before a used one,
            // and what the walk meets first before what it meets later.
            let mut expected = BTreeSet::new();
            for (region, wanted) in copies {
                let mut used = BTreeSet::new();
                for _ in 0..wanted {
                    let left = walk.iter().enumerate().filter(|(_, node)| {
                        site(**node).region == region && !expected.contains(*node)
                    });
                    let best =
                        left.min_by_key(|(at, node)| (used.contains(&site(**node).rack), *at));
                    let Some((_, node)) = best else {
                        short += 1;
                        break;
                    };
                    doubled += usize::from(!used.insert(site(*node).rack));
                    expected.insert(*node);
                }
            }
            assert_eq!(preference.homes.iter().copied().collect::<BTreeSet<_>>(), expected);
            assert_eq!(preference.homes.len(), expected.len(), "seed {seed}: each once");
            let first = |node: &NodeId| walk.iter().position(|met| met == node);
            for row in [&preference.homes, &preference.others] {
                assert!(row.is_sorted_by_key(first), "seed {seed}: in the order of the walk");
            }
            let met: BTreeSet<NodeId> = walk.iter().copied().collect();
            assert_eq!(preference.homes.len() + preference.others.len(), met.len());
        }
        assert!(doubled > 100 && short > 100, "{doubled} {short}");
    }

    #[test]
    fn nobody_stands_in_for_two() {
        let site = |_| Site::default();
        let preference = Preference::of((0..5).map(NodeId), site, &[(0, 3)]);
        let asked = preference.sloppy(|node| node.0 > 1 && node.0 != 3);
        let stands = [(NodeId(0), Some(NodeId(4))), (NodeId(1), None), (NodeId(2), None)];
        assert_eq!(asked, stands);
        assert!(preference.sloppy(|_| true).iter().all(|(_, other)| other.is_none()));
    }
}
