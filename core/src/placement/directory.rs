//! A directory: a table says for every tenant which node holds it, and anything can be moved alone.
//!
//! ```text
//! acme → n2     globex → n1     initech → n3        a large tenant gets a node of its own
//! ```
//!
//! The first part of a key is its tenant. When the keys are first seen, tenants are dealt out by
//! size, the largest first, each to the node with the most room. A new tenant goes by its hash until
//! somebody enters it. The table grows with the tenants, and a client that caches it may use an old one.

use super::keys::KeySet;
use super::list::first_part;
use super::ring::Circle;
use super::{Owners, Place, Placement, Ring, Spot};
use crate::base::NodeId;
use crate::base::hash::Family;
use crate::base::order::{sort, sort_by};
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A tenant's entry.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    tenant: Arc<[u8]>,
    node: NodeId,
    keys: u32,
}

/// Tenants on nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// By the hash of the tenant, which is quicker to compare than its name.
    entries: BTreeMap<u64, Entry>,
    nodes: Vec<(NodeId, u32)>,
}

impl Directory {
    /// The tenants with their nodes.
    pub fn tenants(&self) -> impl Iterator<Item = (&[u8], NodeId)> {
        self.entries.values().map(|entry| (&*entry.tenant, entry.node))
    }

    /// Sees the keys that there are, and enters every tenant.
    pub fn learn<'k>(&mut self, keys: impl Iterator<Item = &'k [u8]>) {
        let mut sizes: BTreeMap<u64, (u32, &[u8])> = BTreeMap::new();
        for key in keys {
            let tenant = first_part(key);
            sizes.entry(Family::Xxh3.of(tenant)).or_insert((0, tenant)).0 += 1;
        }
        let mut order: Vec<(u32, &[u8])> = sizes.into_values().collect();
        order.sort_unstable_by(|one, two| two.0.cmp(&one.0).then(one.1.cmp(two.1)));
        let mut loads = self.loads();
        for (keys, tenant) in order {
            let Some(heir) = roomiest(&mut loads) else { return };
            heir.keys += u64::from(keys);
            let entry = Entry { tenant: tenant.into(), node: heir.node, keys };
            self.entries.insert(Family::Xxh3.of(tenant), entry);
        }
    }

    /// Lays a tenant on a node.
    pub fn give(&mut self, tenant: &[u8], node: NodeId) {
        let new = || Entry { tenant: tenant.into(), node, keys: 0 };
        self.entries.entry(Family::Xxh3.of(tenant)).or_insert_with(new).node = node;
    }

    /// The node of a tenant without an entry.
    fn newcomer(&self, hash: u64) -> Option<NodeId> {
        let at = hash.checked_rem(self.nodes.len() as u64)?;
        self.nodes.get(at as usize).map(|(node, _)| *node)
    }

    fn load(&self, node: NodeId) -> u64 {
        let own = self.entries.values().filter(|entry| entry.node == node);
        own.map(|entry| u64::from(entry.keys)).sum()
    }

    /// How full every node is.
    fn loads(&self) -> Vec<Filled> {
        let mut keys: BTreeMap<NodeId, u64> = BTreeMap::new();
        for entry in self.entries.values() {
            *keys.entry(entry.node).or_default() += u64::from(entry.keys);
        }
        let filled = |(node, weight): &(NodeId, u32)| Filled {
            node: *node,
            keys: keys.get(node).copied().unwrap_or(0),
            weight: u64::from(*weight),
        };
        self.nodes.iter().map(filled).collect()
    }
}

impl Placement for Directory {
    fn owners(&self, spot: Spot<'_>, count: usize) -> Owners {
        let mut owners = Owners::NONE;
        let Some(first) = self.owner(spot) else { return owners };
        let row: Vec<NodeId> = self.nodes.iter().map(|(node, _)| *node).collect();
        let at = row.iter().position(|node| *node == first).unwrap_or(0);
        owners.fill(&row, at, count.min(row.len()));
        owners
    }

    fn owner(&self, spot: Spot<'_>) -> Option<NodeId> {
        let hash = Family::Xxh3.of(first_part(spot.key));
        if let Some(entry) = self.entries.get(&hash) {
            return Some(entry.node);
        }
        self.newcomer(hash)
    }

    fn reads_keys(&self) -> bool {
        true
    }

    /// Entries lie by their hashes as points do on a ring, and are found as quickly.
    fn place(&self, keys: &KeySet, range: core::ops::Range<usize>) -> Vec<NodeId> {
        let entries = self.entries.iter().map(|(hash, entry)| (*hash, entry.node)).collect();
        let entries = Ring::of(Circle::Wide(Family::Xxh3), entries);
        let node = |key| {
            let hash = Family::Xxh3.of(first_part(key));
            entries.exactly(hash).or_else(|| self.newcomer(hash)).unwrap_or(NodeId::WORLD)
        };
        range.map(|at| node(keys.key(at))).collect()
    }

    fn share(&self, node: NodeId) -> u32 {
        let all: u64 = self.entries.values().map(|entry| u64::from(entry.keys)).sum();
        (self.load(node) * 1_000_000 / all.max(1)) as u32
    }

    fn bytes(&self) -> u64 {
        self.entries.values().map(|entry| 8 + entry.tenant.len() as u64).sum()
    }

    fn join(&mut self, place: &Place<'_>) {
        self.nodes.retain(|(node, _)| *node != place.node);
        self.nodes.push((place.node, place.weight.max(1)));
        sort(&mut self.nodes);
        let weights: u64 = self.nodes.iter().map(|(_, weight)| u64::from(*weight)).sum();
        let all: u64 = self.entries.values().map(|entry| u64::from(entry.keys)).sum();
        let wanted = all * u64::from(place.weight.max(1)) / weights.max(1);
        // The largest tenants of the fullest nodes come, as long as they fit.
        let mut order: Vec<(u32, u64)> =
            self.entries.iter().map(|(tenant, entry)| (entry.keys, *tenant)).collect();
        sort_by(&mut order, |one, two| one > two);
        let mut loads: BTreeMap<NodeId, u64> =
            self.loads().into_iter().map(|filled| (filled.node, filled.keys)).collect();
        let mut own = loads.get(&place.node).copied().unwrap_or(0);
        let mean = all / self.nodes.len().max(1) as u64;
        for (keys, tenant) in order {
            let keys = u64::from(keys);
            let Some(entry) = self.entries.get_mut(&tenant) else { continue };
            let donor = loads.get(&entry.node).copied().unwrap_or(0);
            if entry.node != place.node && own + keys <= wanted && donor > mean && keys > 0 {
                loads.insert(entry.node, donor - keys);
                entry.node = place.node;
                own += keys;
            }
        }
    }

    fn leave(&mut self, node: NodeId) {
        self.nodes.retain(|(other, _)| *other != node);
        let mut loads = self.loads();
        for entry in self.entries.values_mut().filter(|entry| entry.node == node) {
            let Some(heir) = roomiest(&mut loads) else { break };
            entry.node = heir.node;
            heir.keys += u64::from(entry.keys);
        }
        // Without anybody left, nobody has anything.
        self.entries.retain(|_, entry| entry.node != node);
    }
}

/// How full a node is.
struct Filled {
    node: NodeId,
    keys: u64,
    weight: u64,
}

fn roomiest(loads: &mut [Filled]) -> Option<&mut Filled> {
    loads.iter_mut().min_by_key(|filled| filled.keys * 100_000 / filled.weight)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::String;

    #[test]
    fn tenants_are_dealt_out_by_size_and_one_moves_alone() {
        let keys: Vec<String> = (1..=20_u32)
            .flat_map(|tenant| (0..tenant * tenant).map(move |n| format!("t{tenant}:{n}")))
            .collect();
        let mut directory = Directory::default();
        let place = |number| Place { node: NodeId(number), name: "", weight: 100 };
        (0..4).for_each(|number| directory.join(&place(number)));
        directory.learn(keys.iter().map(String::as_bytes));
        for node in 0..4 {
            assert!((235_000..265_000).contains(&directory.share(NodeId(node))));
        }
        let owner = |directory: &Directory, key: &str| directory.owner(Spot::of(key.as_bytes()));
        let before = directory.clone();
        directory.give(b"t3", NodeId(3));
        let moved = |one: &Directory, two: &Directory| {
            keys.iter().filter(|key| owner(one, key) != owner(two, key)).count()
        };
        assert!([0, 9].contains(&moved(&before, &directory)));
        directory.join(&place(4));
        assert!((120_000..=200_000).contains(&directory.share(NodeId(4))));
        directory.leave(NodeId(0));
        assert!(keys.iter().all(|key| owner(&directory, key).is_some_and(|node| node.0 != 0)));
        (1..5).for_each(|node| directory.leave(NodeId(node)));
        assert_eq!(owner(&directory, "t1:0"), None);
    }
}
