//! What laws and facts of a tenant may look at besides events: the nodes of one party at a moment, each as
//! the tenant's own machine, with its own disk.

use super::measures::{ClusterMeasures, Measure};
use super::{ClusterSpec, Config, Durable, Folds, Message, Process, Spec};
use crate::base::{NodeId, NodeTable, Time};
use crate::machine::Machine;
use crate::sim::{DiskProfile, World};
use core::marker::PhantomData;

/// A machine of one tenant as a part of the machine of all.
pub trait Part: Machine {
    /// What is counted of a party of such machines.
    type Counts: Measure;
    /// True if a party that is set up so has such machines.
    fn runs(spec: &Spec) -> bool;
    /// The machine, if it is of this tenant.
    fn machine(process: &Process) -> Option<&Self>;
    /// What it was told at first, if it is of this tenant.
    fn config(config: &Config) -> Option<&Self::Config>;
    /// What is counted of a party of such machines.
    fn counts(folds: &Folds) -> &Self::Counts;
    /// What this tenant's machine keeps on a disk.
    fn durable(durable: &Durable) -> &Self::Durable;
}

/// The nodes of one party whose machines are `P`.
#[derive(Debug)]
pub struct Site<'w, P> {
    world: &'w World<Process>,
    nodes: &'w NodeTable,
    party: usize,
    of: PhantomData<P>,
}

impl<P> Clone for Site<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for Site<'_, P> {}

impl<'w, P: Part> Site<'w, P> {
    /// The nodes of the party of that number.
    #[must_use]
    pub fn new(world: &'w World<Process>, nodes: &'w NodeTable, party: usize) -> Self {
        Self { world, nodes, party, of: PhantomData }
    }

    /// The moment.
    #[must_use]
    pub fn now(&self) -> Time {
        self.world.now()
    }

    /// The number of the party among all that have nodes.
    #[must_use]
    pub fn party(&self) -> usize {
        self.party
    }

    /// The name of the party in the text.
    #[must_use]
    pub fn name(&self) -> &'w str {
        self.nodes.party(self.party)
    }

    /// The messages on their way from a node to another.
    pub fn flights(&self, from: NodeId, to: NodeId) -> impl Iterator<Item = &'w Message> {
        let flights = self.world.flights();
        let these = flights.filter(move |(flight, _)| (flight.from, flight.to) == (from, to));
        these.map(|(_, message)| message)
    }

    /// All nodes of the run.
    #[must_use]
    pub fn table(&self) -> &'w NodeTable {
        self.nodes
    }

    /// The nodes of the party.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + use<'w, P> {
        let party = self.party;
        let own = (0..).zip(self.nodes.all()).filter(move |(_, entry)| entry.cluster == party);
        own.map(|(number, _)| NodeId(number))
    }

    /// True if a node is of the party.
    #[must_use]
    pub fn has(&self, node: NodeId) -> bool {
        self.nodes.get(node).is_some_and(|entry| entry.cluster == self.party)
    }

    /// The machine on a node, if it is not off.
    #[must_use]
    pub fn machine(&self, node: NodeId) -> Option<&'w P> {
        self.world.machine(node).and_then(P::machine)
    }

    /// What the machine of a node was told at first.
    #[must_use]
    pub fn config(&self, node: NodeId) -> Option<&'w P::Config> {
        self.world.config(node).and_then(P::config)
    }

    /// What lies on a node's disk.
    #[must_use]
    pub fn durable(&self, node: NodeId) -> Option<&'w P::Durable> {
        self.world.durable(node).map(P::durable)
    }

    /// What a lying disk claims to hold; nothing if it holds all that it claims.
    #[must_use]
    pub fn claimed(&self, node: NodeId) -> Option<P::Durable> {
        self.world.claimed(node).map(|durable| P::durable(&durable).clone())
    }

    /// What a node's own clock shows.
    #[must_use]
    pub fn clock(&self, node: NodeId) -> Time {
        self.world.clock(node).monotonic(self.now())
    }

    /// What a node's wall clock shows.
    #[must_use]
    pub fn wall(&self, node: NodeId) -> Time {
        self.world.clock(node).wall(self.now())
    }

    /// How a node's disk behaves.
    #[must_use]
    pub fn disk(&self, node: NodeId) -> DiskProfile {
        self.world.disk(node)
    }
}

impl<P> Clone for View<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for View<'_, P> {}

/// A party at a moment: its nodes, how it is set up, and what was counted of it.
#[derive(Debug)]
pub struct View<'w, P> {
    /// Its nodes.
    pub site: Site<'w, P>,
    /// How it is set up.
    pub spec: &'w ClusterSpec,
    /// What was counted.
    pub measures: &'w ClusterMeasures,
}

impl<'w, P: Part> View<'w, P> {
    /// What its tenant counted.
    #[must_use]
    pub fn counts(&self) -> &'w P::Counts {
        P::counts(&self.measures.tenants)
    }
}
