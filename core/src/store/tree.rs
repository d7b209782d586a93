//! A sorted map whose copies share every part that neither has changed.
//!
//! A B+ tree (Bayer, McCreight 1972) whose nodes are shared: a change of an entry copies the nodes on
//! the way to it that somebody else still has, and no others. So a copy costs one counter, and a change
//! after it some hundred entries. Inner nodes count what lies under them, which says in one walk how many
//! entries lie between two keys, and which is the middle one.
//!
//! What differs from the paper: leaves are not chained, as a chain cannot be shared; a scan keeps its way
//! from the root.
//!
//! **Invariant:** all leaves lie equally deep; every node but the root has between `MIN` and `MAX`
//! entries or children; the first key under a child, and the number of entries there, are what its parent
//! says.

use super::engine::{Bounds, Engine};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Bound;

/// A node has at most so many entries or children.
const MAX: usize = 32;
/// A node but the root has at least so many.
const MIN: usize = MAX / 2;

/// A child, with what its parent knows of it.
#[derive(Clone, Debug)]
struct Child<K, V> {
    least: K,
    count: u64,
    node: Arc<Node<K, V>>,
}

#[derive(Clone, Debug)]
enum Node<K, V> {
    Leaf(Vec<(K, V)>),
    Inner(Vec<Child<K, V>>),
}

/// The map.
#[derive(Clone, Debug)]
pub struct CowTree<K, V> {
    root: Arc<Node<K, V>>,
}

impl<K, V> Default for CowTree<K, V> {
    fn default() -> Self {
        Self { root: Arc::new(Node::Leaf(Vec::new())) }
    }
}

/// The child under which a key lies, or would.
fn child_of<K: Ord, V>(children: &[Child<K, V>], key: &K) -> usize {
    children.partition_point(|child| child.least <= *key).saturating_sub(1)
}

impl<K: Ord + Clone, V: Clone> Node<K, V> {
    fn count(&self) -> u64 {
        match self {
            Self::Leaf(entries) => entries.len() as u64,
            Self::Inner(children) => children.iter().map(|child| child.count).sum(),
        }
    }

    fn width(&self) -> usize {
        match self {
            Self::Leaf(entries) => entries.len(),
            Self::Inner(children) => children.len(),
        }
    }

    fn least(&self) -> Option<&K> {
        match self {
            Self::Leaf(entries) => entries.first().map(|(key, _)| key),
            Self::Inner(children) => children.first().map(|child| &child.least),
        }
    }

    /// What its parent knows of it; nothing of an empty one.
    fn child(self) -> Option<Child<K, V>> {
        let least = self.least()?.clone();
        Some(Child { least, count: self.count(), node: Arc::new(self) })
    }

    /// Its upper half, if it has become too wide.
    fn split(&mut self) -> Option<Self> {
        let half = self.width() / 2;
        if self.width() <= MAX {
            return None;
        }
        Some(match self {
            Self::Leaf(entries) => Self::Leaf(entries.split_off(half)),
            Self::Inner(children) => Self::Inner(children.split_off(half)),
        })
    }

    /// Puts an entry; what was there, and the upper half if the node was split.
    fn put(&mut self, key: K, value: V) -> (Option<V>, Option<Child<K, V>>) {
        let old = match self {
            Self::Leaf(entries) => match entries.binary_search_by(|(known, _)| known.cmp(&key)) {
                Ok(at) => Some(core::mem::replace(&mut entries[at].1, value)),
                Err(at) => {
                    entries.insert(at, (key, value));
                    None
                }
            },
            Self::Inner(children) => {
                let at = child_of(children, &key);
                let child = &mut children[at];
                if key < child.least {
                    child.least = key.clone();
                }
                let (old, more) = Arc::make_mut(&mut child.node).put(key, value);
                child.count = child.node.count();
                if let Some(more) = more {
                    children.insert(at + 1, more);
                }
                old
            }
        };
        (old, self.split().and_then(Self::child))
    }

    /// Takes out an entry that is there.
    fn delete(&mut self, key: &K) -> Option<V> {
        match self {
            Self::Leaf(entries) => {
                let at = entries.binary_search_by(|(known, _)| known.cmp(key)).ok()?;
                Some(entries.remove(at).1)
            }
            Self::Inner(children) => {
                let at = child_of(children, key);
                let child = &mut children[at];
                let node = Arc::make_mut(&mut child.node);
                let old = node.delete(key)?;
                child.count = node.count();
                if let Some(least) = node.least() {
                    child.least = least.clone();
                }
                if node.width() < MIN {
                    Self::join(children, at.saturating_sub(usize::from(at > 0)));
                }
                Some(old)
            }
        }
    }

    /// Makes one of a child and the next one, or shares their entries out if they are too many for one.
    fn join(children: &mut Vec<Child<K, V>>, at: usize) {
        if at + 1 >= children.len() {
            return;
        }
        let right = Arc::unwrap_or_clone(children.remove(at + 1).node);
        let mut left = Arc::unwrap_or_clone(children.remove(at).node);
        match (&mut left, right) {
            (Self::Leaf(these), Self::Leaf(more)) => these.extend(more),
            (Self::Inner(these), Self::Inner(more)) => these.extend(more),
            // All leaves lie equally deep.
            (Self::Leaf(_), Self::Inner(_)) | (Self::Inner(_), Self::Leaf(_)) => {}
        }
        let upper = left.split().and_then(Self::child);
        children.splice(at..at, left.child().into_iter().chain(upper));
    }

    /// How many entries lie before a key; with `through`, up to and with it.
    fn rank(&self, key: &K, through: bool) -> u64 {
        let (mut node, mut rank) = (self, 0);
        loop {
            match node {
                Self::Leaf(entries) => {
                    let before = |entry: &(K, V)| entry.0 < *key || (through && entry.0 == *key);
                    return rank + entries.partition_point(before) as u64;
                }
                Self::Inner(children) => {
                    let at = child_of(children, key);
                    rank += children[..at].iter().map(|child| child.count).sum::<u64>();
                    node = &children[at].node;
                }
            }
        }
    }
}

impl<K: Ord + Clone, V: Clone> CowTree<K, V> {
    /// How many entries lie between two bounds.
    #[must_use]
    pub fn count(&self, bounds: Bounds<'_, K>) -> u64 {
        let (from, to) = self.ranks(bounds);
        to - from
    }

    /// The entry before which so many others lie.
    #[must_use]
    pub fn nth(&self, rank: u64) -> Option<&(K, V)> {
        Scan {
            root: &self.root,
            from: rank,
            to: self.len(),
            front: Way::default(),
            back: Way::default(),
        }
        .next()
    }

    fn ranks(&self, (low, high): Bounds<'_, K>) -> (u64, u64) {
        let from = match low {
            Bound::Included(key) => self.root.rank(key, false),
            Bound::Excluded(key) => self.root.rank(key, true),
            Bound::Unbounded => 0,
        };
        let to = match high {
            Bound::Included(key) => self.root.rank(key, true),
            Bound::Excluded(key) => self.root.rank(key, false),
            Bound::Unbounded => self.len(),
        };
        (from, to.max(from))
    }
}

impl<K: Ord + Clone, V: Clone> Engine for CowTree<K, V> {
    type Key = K;
    type Entry = (K, V);

    fn get(&self, key: &K) -> Option<&(K, V)> {
        let mut node = &*self.root;
        loop {
            match node {
                Node::Leaf(entries) => {
                    let at = entries.binary_search_by(|(known, _)| known.cmp(key)).ok()?;
                    return entries.get(at);
                }
                Node::Inner(children) => node = &children[child_of(children, key)].node,
            }
        }
    }

    fn put(&mut self, (key, value): (K, V)) -> Option<(K, V)> {
        let (old, more) = Arc::make_mut(&mut self.root).put(key.clone(), value);
        if let Some(more) = more {
            let least = self.root.least().unwrap_or(&more.least).clone();
            let under = Child { least, count: self.root.count(), node: self.root.clone() };
            self.root = Arc::new(Node::Inner(alloc::vec![under, more]));
        }
        old.map(|value| (key, value))
    }

    fn delete(&mut self, key: &K) -> Option<(K, V)> {
        // Who has nothing to take out copies nothing.
        let (key, _) = self.get(key)?;
        let key = key.clone();
        let old = Arc::make_mut(&mut self.root).delete(&key);
        while let Node::Inner(children) = &*self.root
            && let [only] = &children[..]
        {
            self.root = only.node.clone();
        }
        old.map(|value| (key, value))
    }

    fn scan<'a>(&'a self, bounds: Bounds<'_, K>) -> impl DoubleEndedIterator<Item = &'a (K, V)> {
        let (from, to) = self.ranks(bounds);
        Scan { root: &self.root, from, to, front: Way::default(), back: Way::default() }
    }

    fn len(&self) -> u64 {
        self.root.count()
    }
}

/// The leaf in which an end of a scan stands, and how many entries lie before that leaf.
struct Way<'a, K, V> {
    leaf: &'a [(K, V)],
    before: u64,
}

impl<K, V> Default for Way<'_, K, V> {
    fn default() -> Self {
        Self { leaf: &[], before: 0 }
    }
}

impl<'a, K: Ord + Clone, V: Clone> Way<'a, K, V> {
    /// The entry at a rank, with its leaf at hand for the next ones.
    fn at(&mut self, root: &'a Node<K, V>, rank: u64) -> Option<&'a (K, V)> {
        if rank < self.before || rank >= self.before + self.leaf.len() as u64 {
            (self.leaf, self.before) = leaf_at(root, rank);
        }
        self.leaf.get(usize::try_from(rank.checked_sub(self.before)?).ok()?)
    }
}

/// The leaf with the entry of a rank, and how many entries lie before it.
fn leaf_at<K, V>(root: &Node<K, V>, rank: u64) -> (&[(K, V)], u64) {
    let (mut node, mut before) = (root, 0);
    loop {
        match node {
            Node::Leaf(entries) => return (entries, before),
            Node::Inner(children) => {
                let mut next = None;
                for child in children {
                    next = Some(child);
                    if rank < before + child.count {
                        break;
                    }
                    before += child.count;
                }
                let Some(child) = next else { return (&[], before) };
                node = &child.node;
            }
        }
    }
}

/// A scan from both ends. It walks from the root once a leaf.
struct Scan<'a, K, V> {
    root: &'a Node<K, V>,
    from: u64,
    to: u64,
    front: Way<'a, K, V>,
    back: Way<'a, K, V>,
}

impl<'a, K: Ord + Clone, V: Clone> Iterator for Scan<'a, K, V> {
    type Item = &'a (K, V);

    fn next(&mut self) -> Option<Self::Item> {
        if self.from >= self.to {
            return None;
        }
        let entry = self.front.at(self.root, self.from);
        self.from += 1;
        entry
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.to - self.from) as usize;
        (left, Some(left))
    }
}

impl<K: Ord + Clone, V: Clone> DoubleEndedIterator for Scan<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.from >= self.to {
            return None;
        }
        self.to -= 1;
        self.back.at(self.root, self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;

    /// How deep the leaves lie; panics if the invariant does not hold.
    fn depth(node: &Node<u64, u64>, root: bool) -> u32 {
        assert!(node.width() <= MAX && (root || node.width() >= MIN), "{}", node.width());
        match node {
            Node::Leaf(entries) => {
                assert!(entries.is_sorted_by(|one, other| one.0 < other.0));
                0
            }
            Node::Inner(children) => {
                assert!(children.len() > 1);
                let depths = children.iter().map(|child| {
                    assert_eq!(child.node.least(), Some(&child.least));
                    assert_eq!(child.node.count(), child.count);
                    depth(&child.node, false)
                });
                let depths: Vec<u32> = depths.collect();
                assert!(depths.iter().all(|deep| *deep == depths[0]));
                depths[0] + 1
            }
        }
    }

    #[test]
    fn the_tree_stays_in_shape_while_it_grows_and_shrinks() {
        let mut rng = Rng::derive(3, 1);
        let mut tree = CowTree::default();
        let mut deepest = 0;
        for step in 0..20_000_u64 {
            let key = rng.below(4_000);
            if rng.below(10) < if step < 10_000 { 8 } else { 2 } {
                tree.put((key, step));
            } else {
                tree.delete(&key);
            }
            if step % 50 == 0 {
                deepest = deepest.max(depth(&tree.root, true));
            }
        }
        assert!(deepest >= 2, "a tree of three floors: {deepest}");
        for key in 0..4_000 {
            tree.delete(&key);
        }
        assert_eq!((depth(&tree.root, true), tree.len()), (0, 0));
    }

    #[test]
    fn a_rank_finds_the_entry_and_a_count_the_distance() {
        let mut tree = CowTree::default();
        for key in 0..3_000_u64 {
            tree.put((key * 2, ()));
        }
        for rank in (0..3_000).step_by(7) {
            assert_eq!(tree.nth(rank), Some(&(rank * 2, ())));
        }
        assert_eq!(tree.nth(3_000), None);
        assert_eq!(tree.count((Bound::Included(&10), Bound::Excluded(&20))), 5);
        assert_eq!(tree.count((Bound::Excluded(&11), Bound::Included(&20))), 5);
        assert_eq!(tree.count((Bound::Included(&20), Bound::Included(&10))), 0);
    }

    #[test]
    fn a_change_after_a_copy_copies_the_way_to_it_and_no_more() {
        let mut tree = CowTree::default();
        for key in 0..30_000_u64 {
            tree.put((key, 0));
        }
        let copy = tree.clone();
        tree.put((15_000, 1));
        let shared = |one: &Node<u64, u64>, other: &Node<u64, u64>| match (one, other) {
            (Node::Inner(these), Node::Inner(those)) => these
                .iter()
                .zip(those)
                .filter(|(one, other)| Arc::ptr_eq(&one.node, &other.node))
                .count(),
            _ => 0,
        };
        let Node::Inner(children) = &*tree.root else { panic!("it has floors") };
        assert_eq!(shared(&tree.root, &copy.root), children.len() - 1);
        assert_eq!(copy.get(&15_000), Some(&(15_000, 0)));
    }
}
