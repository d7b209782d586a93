//! The facts of all replicated stores of a run.

use super::super::run::Run;
use crate::base::order;
use crate::tenant::Site;
use crate::tenant::replicated::{Process, fact};
use alloc::vec::Vec;

pub use fact::{Belongs, CELLS_MAX, CallerFact, CellFact, ProgressFact, ReplicaFact};

fn sites(run: &Run) -> impl Iterator<Item = Site<'_, Process>> {
    (0..run.laws.len()).map(|party| Site::new(&run.world, &run.nodes, party))
}

/// The clients of all replicated stores of a run.
#[must_use]
pub fn callers(run: &Run) -> Vec<CallerFact> {
    let mut all: Vec<CallerFact> = sites(run).flat_map(fact::callers).collect();
    order::sort_by(&mut all, |one, other| one.id < other.id);
    all
}

/// All replicas of a run, also those that are down.
#[must_use]
pub fn replicas(run: &Run) -> Vec<ReplicaFact> {
    let mut all: Vec<ReplicaFact> = sites(run).flat_map(fact::replicas).collect();
    order::sort_by(&mut all, |one, other| one.id < other.id);
    all
}
