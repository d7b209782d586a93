//! The map of a cluster: who owns what, under which number, and what comes next.

use crate::base::{NodeId, order};
use crate::placement::{Modulo, Owners, Place, Placement, Ring};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hash::{Hash, Hasher};

/// How keys are placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// Hash modulo the number of nodes.
    Modulo,
    /// A hash ring with so many points for a node of weight 100.
    Ring {
        /// The points.
        vnodes: u32,
    },
}

/// What a member is to the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It serves its keys.
    Serving,
    /// It is back, and catching up.
    Behind,
    /// It does not answer.
    Suspected,
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
    /// What it is to the map.
    pub standing: Standing,
}

#[derive(Clone, Debug)]
enum Placed {
    Modulo(Modulo),
    Ring(Ring),
}

/// A map with its owners worked out.
#[derive(Clone, Debug)]
pub struct Map {
    strategy: Strategy,
    replicas: usize,
    members: Vec<Member>,
    placed: Arc<Placed>,
}

impl Map {
    /// The map of these members.
    #[must_use]
    pub fn new(strategy: Strategy, replicas: usize, mut members: Vec<Member>) -> Self {
        order::sort_by(&mut members, |one, other| one.node < other.node);
        let places: Vec<Place<'_>> = members
            .iter()
            .map(|member| Place { node: member.node, name: &member.name, weight: member.weight })
            .collect();
        let placed = Arc::new(match strategy {
            Strategy::Modulo => Placed::Modulo(Modulo::new(&places)),
            Strategy::Ring { vnodes } => Placed::Ring(Ring::new(&places, vnodes)),
        });
        Self { strategy, replicas, members, placed }
    }

    /// The same map with another standing for one node; what is placed where stays.
    #[must_use]
    pub fn with_standing(&self, node: NodeId, standing: Standing) -> Self {
        let mut map = self.clone();
        for member in &mut map.members {
            if member.node == node {
                member.standing = standing;
            }
        }
        map
    }

    /// The map with one more member, or with a member changed.
    #[must_use]
    pub fn with(&self, member: Member) -> Self {
        let mut members = self.members.clone();
        members.retain(|other| other.node != member.node);
        members.push(member);
        Self::new(self.strategy, self.replicas, members)
    }

    /// The map without a member.
    #[must_use]
    pub fn without(&self, node: NodeId) -> Self {
        let mut members = self.members.clone();
        members.retain(|other| other.node != node);
        Self::new(self.strategy, self.replicas, members)
    }

    /// How keys are placed.
    #[must_use]
    pub fn strategy(&self) -> Strategy {
        self.strategy
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
        self.member(node).is_some_and(|member| member.standing == Standing::Serving)
    }

    /// All owners of a position, in order, whatever their standing.
    #[must_use]
    pub fn owners(&self, position: u64) -> Owners {
        self.placement().owners(position, self.replicas)
    }

    /// The owners of a position that serve, in order.
    #[must_use]
    pub fn serving(&self, position: u64) -> Owners {
        let mut serving = Owners::NONE;
        for &node in self.owners(position).as_slice() {
            if self.serves(node) {
                serving.add(node);
            }
        }
        serving
    }

    /// The owner that streams a position when the map changes: the first that serves, or the first
    /// that is at least there.
    #[must_use]
    pub fn sources(&self, position: u64) -> Owners {
        let serving = self.serving(position);
        if let Some(&first) = serving.as_slice().first() {
            let mut source = Owners::NONE;
            source.add(first);
            return source;
        }
        let mut behind = Owners::NONE;
        for &node in self.owners(position).as_slice() {
            if self.member(node).is_some_and(|member| member.standing == Standing::Behind) {
                behind.add(node);
            }
        }
        behind
    }

    /// What share of all places a node owns first, in millionths.
    #[must_use]
    pub fn share(&self, node: NodeId) -> u32 {
        self.placement().share(node)
    }

    /// The points of the ring, by position; none if the map has no ring.
    #[must_use]
    pub fn points(&self) -> &[(u64, NodeId)] {
        match &*self.placed {
            Placed::Ring(ring) => ring.points(),
            Placed::Modulo(_) => &[],
        }
    }

    /// How many bytes the map takes on the wire: the members, from which the rest follows.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        32 + 24 * self.members.len() as u64
    }

    fn placement(&self) -> &dyn Placement {
        match &*self.placed {
            Placed::Modulo(modulo) => modulo,
            Placed::Ring(ring) => ring,
        }
    }
}

impl Hash for Map {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.strategy, self.replicas as u64, &self.members).hash(state);
    }
}

/// A change that the controller can make to the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
}

/// How far a change has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Nothing changes.
    Idle,
    /// Owners stream to those that come next.
    Streaming,
    /// The new map is in force; old owners send what came last.
    Draining,
    /// All has arrived; old owners let go.
    Settled,
}

/// What the controller tells everybody.
#[derive(Clone, Debug, Hash)]
pub struct Plan {
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
    /// Nodes that missed only what was written from a version on.
    pub since: Vec<(NodeId, u64)>,
}

impl Plan {
    /// The plan before any other.
    #[must_use]
    pub fn empty(strategy: Strategy, replicas: usize) -> Self {
        let map = Map::new(strategy, replicas, Vec::new());
        Self { epoch: 0, map, next: None, task: None, step: Step::Idle, since: Vec::new() }
    }

    /// The nodes that must have a position once the change is through and that do not serve it yet.
    #[must_use]
    pub fn targets(&self, position: u64) -> Owners {
        let mut targets = Owners::NONE;
        if let Some(next) = &self.next {
            let serving = self.map.serving(position);
            for &node in next.serving(position).as_slice() {
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
        if let Some(Task::Leave(node) | Task::Replace(node) | Task::Join(node, _)) = self.task {
            nodes.push(node);
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
