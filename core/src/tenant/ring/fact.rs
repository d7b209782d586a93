//! What a screen may know of the machines of a cluster with a map.

use super::build::Built;
use super::machine::{Config, Durable};
use super::tell::task_text;
use super::{ClusterMap, Process, Standing, Step, Task};
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, NodeTable};
use crate::placement::Placed;
use crate::tenant::{MapFact, MemberFact, Site, Standing as Seen, StreamFact, Wish};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What a node that goes by a plan takes its cluster to be doing.
#[must_use]
pub fn thinks(plan: &ClusterMap, nodes: &NodeTable) -> String {
    match (plan.step, &plan.task) {
        (Step::Streaming | Step::Draining, Some(task)) => task_text(task, nodes),
        _ => String::from("steady"),
    }
}

/// What a machine says about itself: labels with their values.
#[must_use]
pub fn rows(process: &Process, nodes: &NodeTable) -> Vec<(String, String)> {
    let line = |label: &str, value: String| (String::from(label), value);
    let mut lines = Vec::new();
    match process {
        Process::Storage(storage) => {
            let plan = storage.plan();
            lines.push(line("Goes by", format!("plan {}", plan.epoch)));
            lines.push(line("Thinks", thinks(plan, nodes)));
            lines.push(line("Holds", format!("{} keys", storage.keys())));
            lines.push(line("Open writes", storage.open_writes().to_string()));
            for progress in storage.progress() {
                let to = nodes.name(progress.to);
                let text = format!("{} keys arrived, {} to go", progress.keys, progress.left);
                lines.push((format!("Streams to {to}"), text));
            }
        }
        Process::Controller(controller) => {
            let plan = controller.plan();
            lines.push(line("ClusterMap", plan.epoch.to_string()));
            lines.push(line("Doing", thinks(plan, nodes)));
            let names = |some: &mut dyn Iterator<Item = NodeId>| {
                let names: Vec<String> = some.map(|node| nodes.name(node)).collect();
                if names.is_empty() { String::from("nobody") } else { names.join(", ") }
            };
            lines.push(line("Waits for", names(&mut controller.waiting().iter().copied())));
            let suspects = plan.map.members().iter();
            let suspects = suspects.filter(|m| m.standing == Standing::Suspected);
            lines.push(line("Has given up", names(&mut suspects.map(|member| member.node))));
            let next = controller.tasks().map(|task| match controller.waits_for(task) {
                Some(whom) => {
                    let whom = names(&mut whom.iter().copied());
                    format!("{} (waits for {whom})", task_text(task, nodes))
                }
                None => task_text(task, nodes),
            });
            let next: Vec<String> = next.collect();
            if !next.is_empty() {
                lines.push(line("Next", next.join(", ")));
            }
        }
        Process::Client(client) => {
            lines.push(line("Goes by", format!("plan {}", client.reach().plan().epoch)));
            lines.push(line("Waits for", format!("{} answers", client.open())));
        }
    }
    lines
}

/// What the disk of a machine that is off holds, in words.
#[must_use]
pub fn on_disk(_: &Config, durable: &Durable) -> Option<String> {
    Some(format!("{} keys", durable.disk.shelf.len()))
}

/// The plan that the controller has in force, or had before it went down.
#[must_use]
pub fn plan<'w>(site: Site<'w, Process>, built: &'w Built) -> Option<&'w ClusterMap> {
    if let Some(Process::Controller(controller)) = site.machine(built.controller) {
        return Some(controller.plan());
    }
    let ledger = site.durable(built.controller)?.ledger.as_ref();
    Some(ledger.map_or(&*built.plan, |ledger| &*ledger.plan))
}

/// The map in force, as one sees it who sees all nodes.
#[must_use]
pub fn map(site: Site<'_, Process>, built: &Built) -> Option<MapFact> {
    let plan = plan(site, built)?;
    let busy = plan.task.is_some() && matches!(plan.step, Step::Streaming | Step::Draining);
    Some(MapFact {
        epoch: plan.epoch,
        doing: busy.then(|| thinks(plan, site.table())),
        // While a node joins, its points are already there to be seen.
        points: plan.next.as_ref().unwrap_or(&plan.map).points().to_vec(),
        pieces: pieces(plan.map.placed()),
        members: members(plan),
        streams: streams(site),
    })
}

/// Why a wish is still open, if it is.
#[must_use]
pub fn waits(site: Site<'_, Process>, built: &Built, wish: &Wish) -> Option<String> {
    let plan = plan(site, built)?;
    let is_open = match wish {
        Wish::Join(node) => plan.map.member(*node).is_none(),
        Wish::Leave(node) => plan.map.member(*node).is_some(),
        Wish::Weight(node, weight) => {
            plan.map.member(*node).is_some_and(|member| member.weight != *weight)
        }
        Wish::Members(..) | Wish::Transfer(_) => false,
    };
    if !is_open {
        return None;
    }
    let is_it = |task: &Task| match (task, wish) {
        (Task::Join(node, _), Wish::Join(other)) | (Task::Leave(node), Wish::Leave(other)) => {
            node == other
        }
        (Task::Weight(node, weight), Wish::Weight(other, wanted)) => {
            (node, weight) == (other, wanted)
        }
        _ => false,
    };
    let Some(Process::Controller(controller)) = site.machine(built.controller) else {
        return Some(String::from("the controller is off"));
    };
    if plan.task.as_ref().is_some_and(is_it) {
        return Some(String::from("it is under way"));
    }
    let Some(task) = controller.tasks().find(|task| is_it(task)) else {
        return Some(String::from("the controller does not know of it"));
    };
    if matches!(task, Task::Leave(_)) && plan.map.members().len() == 1 {
        return Some(String::from("nobody would be left to hold the keys"));
    }
    let whom = controller.waits_for(task).unwrap_or_default();
    let whom: Vec<String> = whom.iter().map(|node| site.table().name(*node)).collect();
    Some(match whom.is_empty() {
        true => String::from("it waits for its turn"),
        false => format!("it waits for {}", whom.join(", ")),
    })
}

/// The nodes on the map, and the one that is about to come.
fn members(plan: &ClusterMap) -> VecMap<NodeId, MemberFact> {
    let nodes: Vec<NodeId> = plan.map.members().iter().map(|member| member.node).collect();
    // Worked out in one walk around the ring.
    let shares = plan.map.placed().shares(&nodes);
    let mut members = VecMap::new();
    for (member, share) in plan.map.members().iter().zip(shares) {
        let standing = standing(plan, member.node);
        let (may_leave, weight) = (true, member.weight);
        members.insert(member.node, MemberFact { standing, may_leave, weight, share });
    }
    if let Some(Task::Join(joining, _)) = &plan.task
        && members.get(joining).is_none()
    {
        let standing = standing(plan, *joining);
        let member = MemberFact { standing, may_leave: false, weight: 100, share: 0 };
        members.insert(*joining, member);
    }
    members
}

fn standing(plan: &ClusterMap, node: NodeId) -> Seen {
    match (plan.step, &plan.task) {
        (Step::Streaming, Some(Task::Join(joining, _))) if *joining == node => Seen::Joining,
        (Step::Streaming | Step::Draining, Some(Task::Leave(leaving))) if *leaving == node => {
            Seen::Leaving
        }
        _ => match plan.map.member(node).map(|member| member.standing) {
            Some(Standing::Serving) => Seen::Serving,
            Some(Standing::Behind) => Seen::Behind,
            Some(Standing::Suspected) => Seen::Suspected,
            None => Seen::Outside,
        },
    }
}

/// So many pieces can be told apart on a ring.
const PIECES_MAX: usize = 512;

/// The pieces of a table. Neighbouring slots of one node are one, ranges are cut on purpose.
fn pieces(placed: &Placed) -> Vec<(NodeId, u32)> {
    let mut pieces: Vec<(NodeId, u32)> = Vec::new();
    if let Placed::Range(range) = placed {
        pieces.extend(range.pieces().iter().map(|piece| (piece.node, 1)));
    } else if matches!(placed, Placed::Slots(_) | Placed::Layered(_)) {
        for node in placed.pieces() {
            match pieces.last_mut() {
                Some((last, count)) if last == node => *count += 1,
                _ => pieces.push((*node, 1)),
            }
        }
    }
    if pieces.len() > PIECES_MAX { Vec::new() } else { pieces }
}

fn streams(site: Site<'_, Process>) -> Vec<StreamFact> {
    let mut streams = Vec::new();
    for from in site.nodes() {
        let Some(Process::Storage(storage)) = site.machine(from) else { continue };
        let shown = site.clock(from);
        for progress in storage.progress() {
            let passed = shown.since(progress.began).0.max(1);
            streams.push(StreamFact {
                from,
                to: progress.to,
                keys: progress.keys,
                bytes: progress.bytes,
                left: progress.left,
                rate: (u128::from(progress.bytes) * 1_000_000 / u128::from(passed)) as u64,
            });
        }
    }
    // A stream that is through and only waits for its plan to end moves nothing any more.
    streams.retain(|stream| {
        stream.left > 0
            || site.flights(stream.from, stream.to).any(|message| message.kind() == "batch")
    });
    streams
}
