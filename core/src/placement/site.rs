//! Where nodes stand: in which region, in which rack. Copies go to as many places as there are.
//!
//! ```text
//! walk from the key: n1 (eu, r1)  n2 (eu, r1)  n5 (us, r3)  n3 (eu, r2) …
//! three copies:      n1           ·            n5           n3          a rack or a region can burn
//! ```

use super::{Owners, Placed, Spot};
use crate::base::NodeId;
use alloc::vec::Vec;

/// Where one node stands; places are numbered, and nought is nowhere in particular.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    /// The region.
    pub region: u16,
    /// The rack.
    pub rack: u16,
}

/// Chooses the owners of a key so that they stand in as many regions, and then racks, as can be, in
/// the order of the strategy's own walk over all the nodes that may hold copies.
#[must_use]
pub fn spread(
    placed: &Placed,
    spot: Spot<'_>,
    count: usize,
    nodes: impl Iterator<Item = NodeId>,
    site: impl Fn(NodeId) -> Site,
) -> Owners {
    let walk = placed.walk(spot, nodes);
    let mut owners = Owners::NONE;
    let wanted = count.min(walk.len()).min(Owners::MAX);
    let mut taken: Vec<Site> = Vec::new();
    for rule in [Rule::NewRegion, Rule::NewRack, Rule::Anywhere] {
        for node in &walk {
            if owners.len() == wanted {
                return owners;
            }
            let stands = site(*node);
            let fits = match rule {
                Rule::NewRegion => !taken.iter().any(|other| other.region == stands.region),
                Rule::NewRack => !taken.contains(&stands),
                Rule::Anywhere => true,
            };
            if fits && !owners.contains(*node) {
                owners.add(*node);
                taken.push(stands);
            }
        }
    }
    owners
}

/// What a further copy asks of its place; the strictest first.
#[derive(Clone, Copy)]
enum Rule {
    NewRegion,
    NewRack,
    Anywhere,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::hash::mix;
    use crate::placement::{Place, Placement, Strategy};
    use alloc::format;

    #[test]
    fn copies_stand_in_different_regions_and_racks() {
        // Two regions of two racks of three nodes.
        let site = |node: NodeId| Site { region: (node.0 / 6) as u16, rack: (node.0 / 3) as u16 };
        for strategy in [Strategy::ring(16), Strategy::Rendezvous, Strategy::Modulo] {
            let mut placed = Placed::new(&strategy);
            for number in 0..12 {
                let name = format!("n{number}");
                placed.join(&Place { node: NodeId(number), name: &name, weight: 100 });
            }
            for key in 0..2_000 {
                let spot = Spot { position: mix(key), key: b"" };
                let three = spread(&placed, spot, 3, (0..12).map(NodeId), site);
                let sites: Vec<Site> = three.as_slice().iter().map(|node| site(*node)).collect();
                assert_eq!(three.as_slice()[0], placed.owner(spot).expect("an owner"));
                assert_ne!(sites[0].region, sites[1].region, "{strategy:?}");
                assert!(sites[2] != sites[0] && sites[2] != sites[1], "{strategy:?}");
                assert_eq!(spread(&placed, spot, 8, (0..12).map(NodeId), site).len(), 8);
            }
        }
    }
}
