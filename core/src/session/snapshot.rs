//! A moment of a run as plain facts.

use super::fact::{
    CaptionFact, ClusterFact, CutFact, FLIGHTS_MAX, FlightFact, KeyFact, NodeFact, PointFact, Role,
    Snapshot, Standing,
};
use super::run::Run;
use super::script::Script;
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Span, Time, order};
use crate::machine::{Machine, WriteError};
use crate::placement::Strategy;
use crate::scenario::ClusterSpec;
use crate::sim::{Power, Side};
use crate::tenant::{MapFact, Process};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// The facts of the moment at which a run stands.
#[must_use]
pub fn snapshot(run: &Run, script: &Script) -> Snapshot {
    let (flights, flight_count) = flights(run);
    let parties = (0..).zip(run.built.iter());
    let maps = parties.map(|(party, built)| built.map(&run.world, &run.nodes, party));
    let maps: Vec<Option<MapFact>> = maps.collect();
    Snapshot {
        now: run.now(),
        clusters: (0..)
            .zip(script.scenario.stores())
            .map(|(at, spec)| cluster(run, at, spec, maps.get(at).and_then(Option::as_ref)))
            .collect(),
        nodes: nodes(run, &maps),
        flights,
        flight_count,
        streams: maps.into_iter().flatten().flat_map(|map| map.streams).collect(),
        cuts: cuts(run),
        caption: run
            .caption
            .as_ref()
            .map(|(at, text)| CaptionFact { at: *at, text: String::from(&**text) }),
    }
}

fn cluster(run: &Run, at: usize, spec: &ClusterSpec, map: Option<&MapFact>) -> ClusterFact {
    let vnodes = match &spec.head.strategy {
        Strategy::Ring { vnodes, .. } | Strategy::Bounded { vnodes, .. } => *vnodes,
        _ => 0,
    };
    let ledger = &run.measures.clusters()[at].common.ledger;
    let points = map.map_or(&[][..], |map| &map.points);
    let doing =
        map.map(|map| map.doing.clone().unwrap_or_else(|| away(run, map.members.keys().copied())));
    ClusterFact {
        name: spec.name.clone(),
        strategy: String::from(spec.kind.word(&spec.head)),
        vnodes,
        replicas: spec.head.replicas,
        epoch: map.map_or(0, |map| map.epoch),
        doing: doing.unwrap_or_default(),
        keys: ledger.keys(),
        unavailable: ledger.unavailable(),
        lost: ledger.lost(),
        moved: ledger.moved(),
        moved_bytes: ledger.copied().bytes,
        points: points
            .iter()
            .map(|(position, node)| PointFact { position: *position, node: *node })
            .collect(),
        pieces: map.map_or_else(Vec::new, |map| map.pieces.clone()),
    }
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

fn nodes(run: &Run, maps: &[Option<MapFact>]) -> Vec<NodeFact> {
    (0..)
        .zip(run.nodes.all())
        .map(|(number, actor)| {
            let id = NodeId(number);
            let map = maps.get(actor.cluster).and_then(Option::as_ref);
            let member = map.and_then(|map| map.members.get(&id));
            let standing = match (actor.role, map) {
                // Where there is no map, all nodes that hold keys serve them, always.
                (Role::Storage, None) => Standing::Serving,
                _ => member.map_or(Standing::Outside, |member| member.standing),
            };
            let holding = run.measures.clusters()[actor.cluster].common.ledger.holding(id);
            NodeFact {
                id,
                name: actor.name.to_string(),
                cluster: actor.cluster as u32,
                role: actor.role,
                power: run.world.power(id),
                standing,
                may_leave: member.is_some_and(|member| member.may_leave),
                weight: member.map_or(100, |member| member.weight),
                keys: holding.keys,
                bytes: holding.bytes,
                share: member.map_or(0, |member| member.share),
                clock_error: run.world.clock(id).error(run.now()),
                unsafe_writes: run.world.unsafe_writes(id) as u32,
                queue: run.world.load(id).map(|load| load.queue),
                busy: run.world.load(id).map_or(0, |load| share_of(load.worked, run.now())),
                ails: ails(run, id),
                signs: run.world.machine(id).map_or_else(Vec::new, Process::signs),
                state: state(run, id),
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

/// What a node has to say about itself.
fn state(run: &Run, node: NodeId) -> Vec<(String, String)> {
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
    let mut numbers: VecMap<(NodeId, NodeId), u32> = VecMap::new();
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
