//! The map of a cluster: who owns what, under which number, and what comes next.

use crate::base::hash::Fold;
use crate::base::hash::tagged;
use crate::base::{NodeId, order};
use crate::placement::site::{Site, spread};
use crate::placement::{Owners, Place, Placed, Placement, Spot, Strategy};
use crate::store::Key;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hash::{Hash, Hasher};

/// What a member is to the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Standing {
    /// It serves its keys.
    Serving = 0,
    /// It is back, and catching up.
    Behind = 1,
    /// It does not answer.
    Suspected = 2,
}

/// A node on the map.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    /// The node.
    pub node: NodeId,
    /// Its name, which decides its points.
    pub name: Arc<str>,
    /// Its weight in hundredths.
    pub weight: u32,
    /// Where it stands.
    pub site: Site,
    /// What it is to the map.
    pub standing: Standing,
    /// The life in which it has this standing, so that a node that has started again knows that it is not
    /// meant; 0 for the first life of one that belongs to the cluster from the start.
    pub life: u64,
    /// The disk that it had: another number is another disk, or an emptied one.
    pub disk: u64,
    /// While it does not serve: it has everything of its own keys that was acknowledged before this time.
    /// Nought if its disk was lost, or if it may have got other keys since.
    pub since: u64,
}

impl Member {
    /// A node that belongs to the cluster from the start, with the disk that it was given.
    #[must_use]
    pub fn founding(node: NodeId, name: Arc<str>, weight: u32, site: Site) -> Self {
        let standing = Standing::Serving;
        Self { node, name, weight, site, standing, life: 0, disk: super::machine::GIVEN, since: 0 }
    }

    /// True if the standing is that of a node in this life, which may be its first.
    #[must_use]
    pub fn is_in_life(&self, life: u64, first: bool) -> bool {
        self.life == life || first && self.life == 0
    }

    fn serves(&self) -> bool {
        self.standing == Standing::Serving
    }
}

/// A map with its owners worked out.
#[derive(Clone, Debug)]
pub struct Map {
    strategy: Arc<Strategy>,
    replicas: usize,
    members: Vec<Member>,
    placed: Arc<Placed>,
    /// All that was ever done to it: the same members may have come in another order.
    lineage: u64,
    /// Some members stand in racks or regions of their own.
    sited: bool,
}

/// A key as a strategy sees it.
#[must_use]
pub fn spot(key: &Key) -> Spot<'_> {
    Spot { position: key.position(), key: key.text().as_bytes() }
}

fn place(member: &Member) -> Place<'_> {
    Place { node: member.node, name: &member.name, weight: member.weight }
}

impl Map {
    /// The map of these members.
    #[must_use]
    pub fn new(strategy: &Arc<Strategy>, replicas: usize, mut members: Vec<Member>) -> Self {
        order::sort_by(&mut members, |one, other| one.node < other.node);
        let places: Vec<Place<'_>> = members.iter().map(place).collect();
        let placed = Arc::new(Placed::of(strategy, &places));
        let sited = members.iter().any(|member| member.site != Site::default());
        Self { strategy: strategy.clone(), replicas, members, placed, lineage: 0, sited }
    }

    /// The map after its strategy has seen the keys that there are.
    #[must_use]
    pub fn taught<'k>(mut self, keys: impl Iterator<Item = &'k [u8]>) -> Self {
        if self.placed.learns() {
            Arc::make_mut(&mut self.placed).learn(keys);
        }
        self
    }

    /// The same map with another standing for one node; what is placed where stays.
    #[must_use]
    pub fn with_standing(&self, node: NodeId, standing: Standing) -> Self {
        let member = self.member(node).map(|member| Member { standing, ..member.clone() });
        member.map_or_else(|| self.clone(), |member| self.judged(&member))
    }

    /// The same map with one member judged anew; what is placed where stays.
    #[must_use]
    pub fn judged(&self, judged: &Member) -> Self {
        let mut map = self.clone();
        for member in &mut map.members {
            if member.node == judged.node {
                *member = judged.clone();
            }
        }
        map
    }

    /// This map as the next one, in which keys have other owners. They are streamed to those that serve; a
    /// member that does not may come to own keys that it has never had, so that from here on its disk is
    /// taken to lack anything, old or new.
    #[must_use]
    pub fn with_other_keys(mut self) -> Self {
        for member in self.members.iter_mut().filter(|member| !member.serves()) {
            member.since = 0;
        }
        self
    }

    /// The map with one more member, or with a member changed.
    #[must_use]
    pub fn with(&self, member: Member) -> Self {
        let mut map = self.clone();
        map.lineage = Fold::of(&(self.lineage, "with", &member));
        Arc::make_mut(&mut map.placed).join(&place(&member));
        map.sited |= member.site != Site::default();
        map.members.retain(|other| other.node != member.node);
        let at = map.members.partition_point(|other| other.node < member.node);
        map.members.insert(at, member);
        map
    }

    /// The map without a member.
    #[must_use]
    pub fn without(&self, node: NodeId) -> Self {
        let mut map = self.clone();
        map.lineage = Fold::of(&(self.lineage, "without", node));
        Arc::make_mut(&mut map.placed).leave(node);
        map.members.retain(|other| other.node != node);
        map
    }

    /// The map after an edit by hand; nothing if it cannot be done, or changes nothing.
    #[must_use]
    pub fn edited(&self, edit: &Edit) -> Option<Self> {
        let mut map = self.clone();
        map.lineage = Fold::of(&(self.lineage, "edited", edit));
        let placed = Arc::make_mut(&mut map.placed);
        let done = match (edit, &mut *placed) {
            (Edit::Split(at), Placed::Range(range)) => {
                let done = range.split(at.as_bytes());
                // The new range goes to the node with the fewest, so that load spreads.
                if let Some(node) = range.lightest().filter(|_| done) {
                    range.give(at.as_bytes(), node);
                }
                done
            }
            (Edit::Merge(at), Placed::Range(range)) => range.merge(at.as_bytes()),
            (Edit::Give(key, node), placed) => {
                let known = self.member(*node).is_some();
                known && placed.give(key.as_bytes(), *node) && *placed != *self.placed
            }
            (Edit::Split(_) | Edit::Merge(_), _) => false,
        };
        done.then_some(map)
    }

    /// How keys are placed.
    #[must_use]
    pub fn strategy(&self) -> &Arc<Strategy> {
        &self.strategy
    }

    /// Where keys go.
    #[must_use]
    pub fn placed(&self) -> &Placed {
        &self.placed
    }

    /// How many copies a key should have.
    #[must_use]
    pub fn replicas(&self) -> usize {
        self.replicas
    }

    /// The members by number.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// One member.
    #[must_use]
    pub fn member(&self, node: NodeId) -> Option<&Member> {
        self.members.iter().find(|member| member.node == node)
    }

    /// True if the node is on the map and serves.
    #[must_use]
    pub fn serves(&self, node: NodeId) -> bool {
        self.member(node).is_some_and(Member::serves)
    }

    /// How many owners every key has: fewer than asked for where there are fewer nodes, or where nodes
    /// have no place.
    #[must_use]
    pub fn copies(&self) -> usize {
        let owners = |text| self.owners(&Key::new(text)).len();
        ["a", "b", "c", "d"].map(owners).into_iter().min().unwrap_or(0).max(1)
    }

    /// All owners of a key, in order, whatever their standing.
    #[must_use]
    pub fn owners(&self, key: &Key) -> Owners {
        if self.sited && self.replicas > 1 {
            // A node without weight is given nothing, not even a copy.
            let weighed = self.members.iter().filter(|member| member.weight > 0);
            let nodes = weighed.map(|member| member.node);
            return spread(&self.placed, spot(key), self.replicas, nodes, |node| {
                self.member(node).map(|member| member.site).unwrap_or_default()
            });
        }
        self.placed.owners(spot(key), self.replicas)
    }

    /// The owners of a key that serve, in order.
    #[must_use]
    pub fn serving(&self, key: &Key) -> Owners {
        let mut serving = Owners::NONE;
        for &node in self.owners(key).as_slice() {
            if self.serves(node) {
                serving.add(node);
            }
        }
        serving
    }

    /// The owner that streams a key when the map changes: the first that serves. If none does, the one
    /// that served last: of those that are there, who has everything up to the latest time.
    #[must_use]
    pub fn sources(&self, key: &Key) -> Owners {
        let owners = self.owners(key);
        let members = || owners.as_slice().iter().filter_map(|node| self.member(*node));
        if let Some(first) = members().find(|member| member.serves()) {
            return Owners::one(first.node);
        }
        let there = || members().filter(|member| member.standing == Standing::Behind);
        let latest = there().map(|member| member.since).max();
        let mut sources = Owners::NONE;
        for member in there().filter(|member| Some(member.since) == latest) {
            sources.add(member.node);
        }
        sources
    }

    /// What share of all places a node owns first, in millionths.
    #[must_use]
    pub fn share(&self, node: NodeId) -> u32 {
        self.placed.share(node)
    }

    /// The points of the ring, by position; none if the map has no ring.
    #[must_use]
    pub fn points(&self) -> &[(u64, NodeId)] {
        self.placed.points()
    }

    /// How many bytes the map takes on the wire: the members, from which the rest follows, and the
    /// table where one is kept by hand.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let table = match &*self.strategy {
            Strategy::Slots { .. }
            | Strategy::Range { .. }
            | Strategy::List { .. }
            | Strategy::Layered { .. }
            | Strategy::Directory => self.placed.bytes(),
            _ => 0,
        };
        32 + 24 * self.members.len() as u64 + table
    }
}

impl Hash for Map {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&*self.strategy, self.replicas as u64, &self.members, self.lineage).hash(state);
    }
}

/// A change to the table by hand, or by a node that found a range too large.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edit {
    /// Cut a range so that a new one begins at this key.
    Split(Arc<str>),
    /// Join the range that begins at this key to the one before it.
    Merge(Arc<str>),
    /// Lay what a key belongs to on a node.
    Give(Arc<str>, NodeId),
}

tagged!(Edit {
    0 Split(a),
    1 Merge(a),
    2 Give(a, b),
});

/// A change that the controller can make to the map.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Task {
    /// A node takes over its share.
    Join(NodeId, u32),
    /// A node hands its share over.
    Leave(NodeId),
    /// A node has another weight.
    Weight(NodeId, u32),
    /// A node has been away too long: its copies are rebuilt elsewhere.
    Replace(NodeId),
    /// Nodes that are back catch up.
    Repair,
    /// The table is edited.
    Edit(Edit),
}

tagged!(Task {
    0 Join(a, b),
    1 Leave(a),
    2 Weight(a, b),
    3 Replace(a),
    4 Repair,
    5 Edit(a),
});

impl Task {
    /// The node that it is about, if it is one.
    #[must_use]
    pub fn node(&self) -> Option<NodeId> {
        match self {
            Self::Join(node, _)
            | Self::Leave(node)
            | Self::Weight(node, _)
            | Self::Replace(node) => Some(*node),
            Self::Repair | Self::Edit(_) => None,
        }
    }
}

/// How far a change has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Step {
    /// Nothing changes.
    Idle = 0,
    /// Owners stream to those that come next.
    Streaming = 1,
    /// The new map is in force; old owners send what came last.
    Draining = 2,
    /// All has arrived; old owners let go.
    Settled = 3,
}

/// What the controller tells everybody.
#[derive(Clone, Debug, Hash)]
pub struct ClusterMap {
    /// Plans are numbered; a greater number wins.
    pub epoch: u32,
    /// The map in force.
    pub map: Map,
    /// The map that comes next, while keys stream.
    pub next: Option<Map>,
    /// The change under way.
    pub task: Option<Task>,
    /// How far it has come.
    pub step: Step,
    /// Versions that are written under this plan are not older than this time, whatever the clock of the
    /// writer says: what a member has missed since it was given up can be told by its version.
    pub floor: u64,
}

impl ClusterMap {
    /// The plan before any other.
    #[must_use]
    pub fn empty(strategy: &Arc<Strategy>, replicas: usize) -> Self {
        let map = Map::new(strategy, replicas, Vec::new());
        Self { epoch: 0, map, next: None, task: None, step: Step::Idle, floor: 0 }
    }

    /// The nodes that must have a key once the change is through and that do not serve it yet.
    #[must_use]
    pub fn targets(&self, key: &Key) -> Owners {
        let mut targets = Owners::NONE;
        if let Some(next) = &self.next {
            let serving = self.map.serving(key);
            for &node in next.serving(key).as_slice() {
                if !serving.contains(node) {
                    targets.add(node);
                }
            }
        }
        targets
    }

    /// Every node that the plan concerns.
    #[must_use]
    pub fn everyone(&self) -> Vec<NodeId> {
        let next = self.next.iter().flat_map(Map::members);
        let mut nodes: Vec<NodeId> =
            self.map.members().iter().chain(next).map(|member| member.node).collect();
        if let Some(Task::Leave(node) | Task::Replace(node) | Task::Join(node, _)) = &self.task {
            nodes.push(*node);
        }
        order::sort(&mut nodes);
        nodes.dedup();
        nodes
    }

    /// How many bytes it takes on the wire.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        16 + self.map.bytes() + self.next.as_ref().map_or(0, Map::bytes)
    }
}
