//! What a screen may know of a machine that makes ids.

use super::Process;
use crate::base::{NodeId, NodeTable};
use crate::machine::Machine;
use crate::tenant::View;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What a machine says about itself: labels with their values.
#[must_use]
pub fn rows(process: &Process, _: &NodeTable) -> Vec<(String, String)> {
    let line = |label: &str, value: String| (String::from(label), value);
    let (given, waiting, last) = process.given();
    let mut lines = alloc::vec![
        line("Makes", String::from(process.kind().name())),
        line("Has made", format!("{given} ids")),
        line("Put off", waiting.to_string()),
    ];
    if let Some(id) = last {
        lines.push(line("The last one", process.kind().text(id)));
    }
    lines
}

/// What the disk of a machine that is off holds, in words.
#[must_use]
pub fn on_disk(
    _: &<Process as Machine>::Config,
    given: &<Process as Machine>::Durable,
) -> Option<String> {
    Some(format!("{given} ids given"))
}

/// Nodes that make ids of one kind, and the index that the ids are put into.
#[derive(Clone, Debug, PartialEq)]
pub struct IdsFact {
    /// Their name in the text.
    pub name: String,
    /// The word for the kind.
    pub kind: &'static str,
    /// The number of the first of them among all that have nodes, as in `NodeFact::cluster`.
    pub party: u32,
    /// Ids made.
    pub made: u64,
    /// Ids that had been made before.
    pub collisions: u64,
    /// Ids below one that was made before.
    pub out_of_order: u64,
    /// Asks that were refused.
    pub refused: u64,
    /// Asks that had to wait.
    pub waits: u64,
    /// The last ids of each node, as they are written.
    pub last: Vec<(NodeId, String)>,
    /// How many entries a page of the index holds.
    pub page: u32,
    /// How full the leaves of the index are from first to last, in thousandths: evenly picked, at most
    /// [`LEAVES_MAX`].
    pub leaves: Vec<u32>,
    /// How many leaves there are.
    pub leaf_count: u64,
    /// How often a leaf was split.
    pub splits: u64,
    /// Leaves that a thousand new ids touch, in millionths.
    pub touched: u64,
}

/// More leaves than this are counted, not listed.
pub const LEAVES_MAX: usize = 400;

/// A group of makers, as far as it has come.
#[must_use]
pub fn makers(view: View<'_, Process>) -> Option<IdsFact> {
    let (site, ids) = (view.site, view.counts());
    let spec = view.spec.kind.ids()?;
    let last = site.nodes().filter_map(|node| {
        let maker = site.machine(node)?;
        let (_, _, id) = maker.given();
        Some((node, maker.kind().text(id?)))
    });
    let leaf_count = ids.leaves.leaves();
    let step = (leaf_count as usize).div_ceil(LEAVES_MAX).max(1);
    let fills = ids.leaves.fills().step_by(step);
    Some(IdsFact {
        name: view.spec.name.clone(),
        kind: spec.kind.name(),
        party: site.party() as u32,
        made: ids.made,
        collisions: ids.collisions,
        out_of_order: ids.out_of_order,
        refused: ids.refused,
        waits: ids.waits,
        last: last.collect(),
        page: spec.page,
        leaves: fills.map(|len| (len as u64 * 1_000 / u64::from(spec.page)) as u32).collect(),
        leaf_count,
        splits: ids.leaves.splits(),
        touched: ids.leaves.touched(),
    })
}
