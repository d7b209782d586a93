//! A moment of a run as plain facts.

use super::fact::{
    CaptionFact, ClusterFact, CutFact, FLIGHTS_MAX, FlightFact, IdsFact, KeyFact, LEAVES_MAX,
    NodeFact, PointFact, Role, Snapshot, Standing, StreamFact,
};
use super::run::Run;
use super::script::Script;
use crate::base::nodes::NodeEntry;
use crate::base::ordered::Ordered;
use crate::base::{NodeId, Span, Time, order};
use crate::machine::{Machine, WriteError};
use crate::placement::{Placed, Strategy};
use crate::scenario::ClusterSpec;
use crate::sim::{Power, Side};
use crate::tenant::ids::measure::Measures as IdMeasures;
use crate::tenant::ring::fact::thinks;
use crate::tenant::ring::{self, Plan, Step, Task};
use crate::tenant::{Built, Part, Process};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// The facts of the moment at which a run stands.
#[must_use]
pub fn snapshot(run: &Run, script: &Script) -> Snapshot {
    let (flights, flight_count) = flights(run);
    Snapshot {
        now: run.now(),
        clusters: (0..script.scenario.clusters.len()).map(|at| cluster(run, script, at)).collect(),
        makers: (0..script.scenario.makers.len())
            .filter_map(|at| makers(run, script, at))
            .collect(),
        nodes: nodes(run),
        flights,
        flight_count,
        streams: streams(run),
        cuts: cuts(run),
        caption: run
            .caption
            .as_ref()
            .map(|(at, text)| CaptionFact { at: *at, text: String::from(&**text) }),
    }
}

/// The plan that a cluster's controller has in force, or had before it went down.
pub(super) fn plan(run: &Run, cluster: usize) -> Option<&Plan> {
    let built = run.built.get(cluster)?.ring()?;
    let machine = run.world.machine(built.controller).and_then(ring::Process::machine);
    if let Some(ring::Process::Controller(controller)) = machine {
        return Some(controller.plan());
    }
    let ledger = ring::Process::durable(run.world.durable(built.controller)?).ledger.as_ref();
    Some(ledger.map_or(&*built.plan, |ledger| &*ledger.plan))
}

fn cluster(run: &Run, script: &Script, at: usize) -> ClusterFact {
    let spec = &script.scenario.clusters[at];
    let plan = plan(run, at);
    let vnodes = match &spec.head.strategy {
        Strategy::Ring { vnodes, .. } | Strategy::Bounded { vnodes, .. } => *vnodes,
        _ => 0,
    };
    let ledger = &run.measures.clusters()[at].common.ledger;
    // While a node joins, its points are already there to be seen.
    let fixed = || run.built.get(at).map_or(&[][..], Built::points);
    let points = plan.map_or_else(fixed, |plan| plan.next.as_ref().unwrap_or(&plan.map).points());
    ClusterFact {
        name: spec.name.clone(),
        strategy: String::from(spec.kind.word(&spec.head)),
        vnodes,
        replicas: spec.head.replicas,
        epoch: plan.map_or(0, |plan| plan.epoch),
        doing: match plan {
            Some(plan) => doing(run, plan),
            None if points.is_empty() => String::new(),
            None => away(run, own(run, at)),
        },
        keys: ledger.keys(),
        unavailable: ledger.unavailable(),
        lost: ledger.lost(),
        moved: ledger.moved(),
        moved_bytes: ledger.copied().bytes,
        points: points
            .iter()
            .map(|(position, node)| PointFact { position: *position, node: *node })
            .collect(),
        pieces: plan.map_or_else(Vec::new, |plan| pieces(plan.map.placed())),
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

fn makers(run: &Run, script: &Script, at: usize) -> Option<IdsFact> {
    let ClusterSpec { name, kind, .. } = &script.scenario.makers[at];
    let spec = kind.ids()?;
    let party = script.scenario.clusters.len() + at;
    let ids = run.measures.clusters().get(party).map(|measures| &measures.tenants.ids);
    let mut last = Vec::new();
    for (number, _) in (0..).zip(run.nodes.all()).filter(|(_, actor)| actor.cluster == party) {
        if let Some(Process::Ids(maker)) = run.world.machine(NodeId(number))
            && let (_, _, Some(id)) = maker.given()
        {
            last.push((NodeId(number), maker.kind().text(id)));
        }
    }
    let leaf_count = ids.map_or(0, |ids| ids.leaves.leaves());
    let step = (leaf_count as usize).div_ceil(LEAVES_MAX).max(1);
    let fills = ids.into_iter().flat_map(|ids| ids.leaves.fills()).step_by(step);
    let of = |f: &dyn Fn(&IdMeasures) -> u64| ids.map_or(0, f);
    Some(IdsFact {
        name: name.clone(),
        kind: spec.kind.name(),
        party: party as u32,
        made: of(&|ids| ids.made),
        collisions: of(&|ids| ids.collisions),
        out_of_order: of(&|ids| ids.out_of_order),
        refused: of(&|ids| ids.refused),
        waits: of(&|ids| ids.waits),
        last,
        page: spec.page,
        leaves: fills.map(|len| (len as u64 * 1_000 / u64::from(spec.page)) as u32).collect(),
        leaf_count,
        splits: of(&|ids| ids.leaves.splits()),
        touched: of(&|ids| ids.leaves.touched()),
    })
}

/// What a cluster is doing, as one sees it who sees all of its nodes.
fn doing(run: &Run, plan: &Plan) -> String {
    if plan.task.is_some() && matches!(plan.step, Step::Streaming | Step::Draining) {
        return thinks(plan, &run.nodes);
    }
    away(run, plan.map.members().iter().map(|member| member.node))
}

/// The nodes of a cluster that hold keys.
fn own(run: &Run, cluster: usize) -> impl Iterator<Item = NodeId> {
    let holds = move |entry: &NodeEntry| entry.cluster == cluster && entry.role == Role::Storage;
    let all = (0..).zip(run.nodes.all());
    all.filter(move |(_, entry)| holds(entry)).map(|(number, _)| NodeId(number))
}

/// Which of these nodes do not run.
fn away(run: &Run, nodes: impl Iterator<Item = NodeId>) -> String {
    let mut down = nodes.filter(|node| run.world.power(*node) != Power::Up);
    let name = |node| run.nodes.get(node).map_or("", |entry| &*entry.short);
    match (down.next(), down.count()) {
        (None, _) => String::from("steady"),
        (Some(node), 0) if run.world.power(node) == Power::Paused => {
            format!("{} is paused", name(node))
        }
        (Some(node), 0) => format!("{} is down", name(node)),
        (Some(_), more) => format!("{} nodes are down", more + 1),
    }
}

fn nodes(run: &Run) -> Vec<NodeFact> {
    let plans: Vec<Option<&Plan>> = (0..run.built.len()).map(|at| plan(run, at)).collect();
    let shares: Vec<Ordered<NodeId, u32>> = plans
        .iter()
        .zip(run.built.iter())
        .map(|(plan, built)| plan.map_or_else(|| built.shares(), shares))
        .collect();
    (0..)
        .zip(run.nodes.all())
        .map(|(number, actor)| {
            let id = NodeId(number);
            let plan = plans.get(actor.cluster).copied().flatten();
            let member = plan.and_then(|plan| plan.map.member(id));
            let holding = run.measures.clusters()[actor.cluster].common.ledger.holding(id);
            NodeFact {
                id,
                name: actor.name.to_string(),
                cluster: actor.cluster as u32,
                role: actor.role,
                power: run.world.power(id),
                standing: standing(plan, id, actor),
                may_leave: member.is_some(),
                weight: member.map_or(100, |member| member.weight),
                keys: holding.keys,
                bytes: holding.bytes,
                share: shares
                    .get(actor.cluster)
                    .and_then(|shares| shares.get(&id))
                    .copied()
                    .unwrap_or(0),
                clock_error: run.world.clock(id).error(run.now()),
                unsafe_writes: run.world.unsafe_writes(id) as u32,
                queue: run.world.load(id).map(|load| load.queue),
                busy: run.world.load(id).map_or(0, |load| share_of(load.worked, run.now())),
                ails: ails(run, id),
                believes: believes(run, id),
            }
        })
        .collect()
}

/// What is wrong with a node's machine, that its protocol does not know of.
fn ails(run: &Run, node: NodeId) -> Vec<String> {
    let disk = run.world.disk(node);
    let slow = run.world.slowness(node);
    let refused = run.world.refused(node).map(|why| match why {
        WriteError::Full => String::from("disk full"),
        WriteError::Failed => String::from("disk failed"),
    });
    let slow = (slow != 100).then(|| match slow % 100 {
        0 => format!("slow {}×", slow / 100),
        rest => format!("slow {}.{rest:02}×", slow / 100),
    });
    let lies = disk.lie.is_some().then(|| String::from("disk lies"));
    let fails = (disk.fails > 0 && refused.is_none()).then(|| String::from("disk errors"));
    [refused, lies, fails, slow].into_iter().flatten().collect()
}

/// A span's share of the time until a moment, in millionths.
fn share_of(span: Span, now: Time) -> u32 {
    (u128::from(span.0) * 1_000_000 / u128::from(now.0.max(1))).min(1_000_000) as u32
}

/// The share of each member, worked out in one walk around the ring.
fn shares(plan: &Plan) -> Ordered<NodeId, u32> {
    let nodes: Vec<NodeId> = plan.map.members().iter().map(|member| member.node).collect();
    nodes.iter().copied().zip(plan.map.placed().shares(&nodes)).collect()
}

fn standing(plan: Option<&Plan>, node: NodeId, actor: &NodeEntry) -> Standing {
    if actor.role != Role::Storage {
        return Standing::Outside;
    }
    // Where there is no plan, all nodes that hold keys serve them, always.
    let Some(plan) = plan else { return Standing::Serving };
    match (plan.step, &plan.task) {
        (Step::Streaming, Some(Task::Join(joining, _))) if *joining == node => Standing::Joining,
        (Step::Streaming | Step::Draining, Some(Task::Leave(leaving))) if *leaving == node => {
            Standing::Leaving
        }
        _ => match plan.map.member(node).map(|member| member.standing) {
            Some(ring::Standing::Serving) => Standing::Serving,
            Some(ring::Standing::Behind) => Standing::Behind,
            Some(ring::Standing::Suspected) => Standing::Suspected,
            None => Standing::Outside,
        },
    }
}

/// What a node has to say about itself.
fn believes(run: &Run, node: NodeId) -> Vec<(String, String)> {
    if let Some(machine) = run.world.machine(node) {
        return machine.rows(&run.nodes);
    }
    let Some(durable) = run.world.durable(node) else { return Vec::new() };
    let on_disk = run.world.config(node).and_then(|config| durable.text(config));
    let used = run.world.disk(node).size.map(|size| {
        let used = Process::disk_bytes(durable);
        (String::from("Its disk"), format!("{used} B of {size} B are taken"))
    });
    on_disk.map(|text| (String::from("On its disk"), text)).into_iter().chain(used).collect()
}

fn flights(run: &Run) -> (Vec<FlightFact>, u32) {
    let all: Vec<_> = run.world.flights().collect();
    let count = all.len() as u32;
    let mut keys: Vec<(Time, u32, usize)> = all
        .iter()
        .enumerate()
        .map(|(place, (flight, _))| (flight.due, flight.sent, place))
        .collect();
    order::sort(&mut keys);
    let mut numbers: Ordered<(NodeId, NodeId), u32> = Ordered::new();
    let flights = keys
        .into_iter()
        .take(FLIGHTS_MAX)
        .map(|(.., place)| {
            let (flight, message) = &all[place];
            let number = numbers.of((flight.from, flight.to));
            *number += 1;
            FlightFact {
                seq: flight.sent,
                from: flight.from,
                to: flight.to,
                left: flight.left,
                due: flight.due,
                bytes: flight.bytes,
                kind: message.kind(),
                form: message.form(),
                text: message.text(&run.nodes),
                number: *number,
            }
        })
        .collect();
    (flights, count)
}

fn streams(run: &Run) -> Vec<StreamFact> {
    let mut streams = Vec::new();
    for number in 0..run.world.len() {
        let from = NodeId(number as u32);
        let machine = run.world.machine(from).and_then(ring::Process::machine);
        let Some(ring::Process::Storage(storage)) = machine else { continue };
        let shown = run.world.clock(from).monotonic(run.now());
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
            || run.world.flights().any(|(flight, message)| {
                flight.from == stream.from && flight.to == stream.to && message.kind() == "batch"
            })
    });
    streams
}

fn cuts(run: &Run) -> Vec<CutFact> {
    let nodes = |side: &Side| match side {
        Side::These(nodes) => nodes.clone(),
        Side::AllBut(_) => Vec::new(),
    };
    let cuts = run.world.network().cuts().iter();
    cuts.map(|cut| CutFact {
        left: nodes(&cut.left),
        right: nodes(&cut.right),
        one_way: cut.one_way,
    })
    .collect()
}

/// Up to so many keys of a cluster, evenly picked along the circle.
#[must_use]
pub fn keys(run: &Run, cluster: usize, most: usize) -> Vec<KeyFact> {
    let Some(measures) = run.measures.clusters().get(cluster) else { return Vec::new() };
    let sample = measures.common.ledger.sample(most).into_iter();
    sample
        .map(|(key, holders)| KeyFact {
            key: String::from(key.text()),
            position: key.position(),
            holders,
        })
        .collect()
}
