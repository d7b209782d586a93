//! What names of nodes mean before there is a run.

use crate::scenario::Scenario;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// A node's name in the run.
#[must_use]
pub(super) fn full_name(scenario: &Scenario, cluster: usize, short: &str) -> String {
    match scenario.parties().nth(cluster) {
        Some(party) if scenario.parties().count() > 1 => format!("{party}.{short}"),
        _ => String::from(short),
    }
}

/// The clusters that a name's prefix means, and the name without it.
#[must_use]
pub(super) fn split<'n>(scenario: &Scenario, name: &'n str) -> (Vec<usize>, &'n str) {
    if let Some((prefix, short)) = name.split_once('.')
        && let Some(at) = scenario.clusters.iter().position(|cluster| cluster.name == prefix)
    {
        return (alloc::vec![at], short);
    }
    ((0..scenario.clusters.len()).collect(), name)
}
