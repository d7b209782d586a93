//! A statement of the script, done to a run.

use super::build::{Out, Site, change_disk};
use super::name::split;
use super::run::Run;
use super::script::Script;
use crate::base::{NodeId, Role, Span};
use crate::client::workload::{Keys, VALUE_BYTES, Workload};
use crate::placement::Strategy;
use crate::placement::prune::prune;
use crate::scenario::{Command, LoadSource, Scenario, TrafficSpec};
use crate::sim::{Cut, Rule, Side};
use crate::store::{Key, Value};
use crate::tenant::{Builder, Change, Newcomer, Operation, Order, ScriptNote};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Carries out a command at the present moment.
pub(super) fn perform(run: &mut Run, script: &Script, command: &Command, out: Out<'_>) {
    let scenario = &script.scenario;
    let meant = |run: &Run, names: &[String]| -> Vec<NodeId> {
        names.iter().flat_map(|name| run.nodes.meant(name)).collect()
    };
    let side = |run: &Run, names: &[String], other: &[String]| match names.is_empty() {
        false => Side::These(meant(run, names)),
        true => Side::AllBut(meant(run, other)),
    };
    // The names behind such a side: they hold for nodes that enter later, too.
    fn names<'n>(side: &'n [String], other: &'n [String]) -> &'n [String] {
        if side.is_empty() { other } else { side }
    }
    match command {
        Command::Crash(names) => each(run, &meant(run, names), |run, n| run.world.crash(n, out)),
        Command::Restart(names) => each(run, &meant(run, names), |run, n| {
            // To restart a node that runs is to turn it off and on.
            run.world.crash(n, out);
            run.world.start(n, out);
            // To mend is to change the world, too: what must come of it has its time from then on.
            run.judge.fault(run.world.now());
        }),
        Command::Pause(names) => each(run, &meant(run, names), |run, n| run.world.pause(n, out)),
        Command::Resume(names) => each(run, &meant(run, names), |run, n| run.world.resume(n, out)),
        Command::Wipe(names) => each(run, &meant(run, names), |run, n| run.world.wipe(n, out)),
        Command::Corrupt(names) => {
            each(run, &meant(run, names), |run, n| run.world.corrupt(n, out));
        }
        Command::Tear(names) => each(run, &meant(run, names), |run, n| run.world.loosen(n, out)),
        Command::Skew(names, by) => {
            each(run, &meant(run, names), |run, n| run.world.skew(n, *by, out));
            run.set_clocks(names, *by, None);
        }
        Command::Drift(names, drift) => {
            each(run, &meant(run, names), |run, n| run.world.drift(n, *drift, out));
            run.set_clocks(names, 0, Some(*drift));
        }
        Command::Disk(names, change) => {
            let nodes = if names.is_empty() {
                (0..run.world.len() as u32).map(NodeId).collect()
            } else {
                meant(run, names)
            };
            each(run, &nodes, |run, node| {
                let mut profile = run.world.disk(node);
                change_disk(&mut profile, change);
                run.world.set_disk(node, profile, out);
            });
        }
        Command::Node(names, change) => {
            let nodes =
                if names.is_empty() { run.nodes.workers().collect() } else { meant(run, names) };
            each(run, &nodes, |run, node| run.world.set_work(node, *change, out));
        }
        Command::Cut { left, right, one_way } => {
            let cut = Cut {
                left: side(run, left, right),
                right: side(run, right, left),
                one_way: *one_way,
            };
            run.world.cut(cut, out);
            run.world.name_cut(names(left, right), names(right, left));
        }
        Command::Heal => run.world.heal(out),
        Command::Link { from, to, both, change } => {
            let (one, two) = if from.is_empty() && to.is_empty() {
                (Side::AllBut(Vec::new()), Side::AllBut(Vec::new()))
            } else {
                (side(run, from, to), side(run, to, from))
            };
            let rule = Rule { from: one.clone(), to: two.clone(), change: *change };
            run.world.rule(rule, out);
            run.world.name_rule(names(from, to), names(to, from));
            if *both {
                run.world.rule(Rule { from: two, to: one, change: *change }, out);
                run.world.name_rule(names(to, from), names(from, to));
            }
        }
        Command::Meddle { from, to, number, meddling } => {
            for from in run.nodes.meant(from) {
                for to in run.nodes.meant(to) {
                    let number = number.saturating_sub(1) as usize;
                    run.world.meddle(from, to, number, *meddling, out);
                }
            }
        }
        Command::Forge { from, to, number, forgery } => {
            for from in run.nodes.meant(from) {
                for to in run.nodes.meant(to) {
                    let number = number.saturating_sub(1) as usize;
                    run.world.rewrite(from, to, number, |message| message.forged(forgery), out);
                }
            }
        }
        Command::Join(names, weight) => {
            let join = |short: Arc<str>, name: &str| {
                let (weight, name) = (*weight, name.into());
                Change::Join(Newcomer { short, name, weight, votes: true })
            };
            change_named(run, script, names, join, out);
        }
        Command::Leave(names) => {
            each(run, &meant(run, names), |run, node| ask(run, node, &Order::Leave, out));
            change_named(run, script, names, |short, _| Change::Leave(short), out);
        }
        Command::Weight(names, weight) => {
            let order = Order::Weight(*weight);
            each(run, &meant(run, names), |run, node| ask(run, node, &order, out));
            change_named(run, script, names, |short, _| Change::Weight(short, *weight), out);
        }
        Command::Split(of, key) => {
            let change = Change::Split(key.as_str().into());
            change_all(run, script, of.as_deref(), &change, out);
        }
        Command::Merge(of, key) => {
            let change = Change::Merge(key.as_str().into());
            change_all(run, script, of.as_deref(), &change, out);
        }
        Command::Move(of, key, node) => {
            // Where a group stands, it has one node: the text was checked.
            let nodes = scenario.stand_for(node);
            let (_, short) = split(scenario, nodes.first().copied().unwrap_or(node));
            let change = Change::Move(key.as_str().into(), short.into());
            change_all(run, script, of.as_deref(), &change, out);
        }
        Command::Explain(of, question) => {
            for cluster in chosen(scenario, of.as_deref()) {
                let Strategy::Layered { levels } = &scenario.clusters[cluster].head.strategy else {
                    continue;
                };
                let found = prune(levels, question);
                let (touched, of, tree) = (found.touched, found.of, found.shown().into());
                let node = run.built[cluster].desk();
                run.world.note(node, ScriptNote::Explained { touched, of, tree }.into(), out);
            }
        }
        Command::Get(client, key) => {
            operate(run, script, client, &Operation::Get(Key::new(key)), out);
        }
        Command::Put(client, key, value) => {
            let value = Value::Text(value.as_str().into());
            operate(run, script, client, &Operation::Put(Key::new(key), value), out);
        }
        Command::Delete(client, key) => {
            operate(run, script, client, &Operation::Put(Key::new(key), Value::Gone), out);
        }
        Command::Operate(client, ops, way) => {
            let operation = Operation::Call(ops.as_slice().into(), *way);
            operate(run, script, client, &operation, out);
        }
        Command::Members(of, voters, learners) => {
            let order = |run: &Run, cluster| {
                let voters = members(run, cluster, voters);
                let learners = members(run, cluster, learners);
                (!voters.is_empty()).then_some(Order::Members(voters, learners))
            };
            order_replicas(run, scenario, of.as_deref(), order, out);
        }
        Command::Transfer(of, node) => {
            let order = |run: &Run, cluster| {
                let nodes = members(run, cluster, core::slice::from_ref(node));
                nodes.first().copied().map(Order::Transfer)
            };
            order_replicas(run, scenario, of.as_deref(), order, out);
        }
        Command::Campaign(names) => {
            each(run, &meant(run, names), |run, node| ask(run, node, &Order::Campaign, out));
        }
        Command::Compact(names) => {
            each(run, &meant(run, names), |run, node| ask(run, node, &Order::Compact, out));
        }
        Command::Learn(names) => {
            let learn = |short: Arc<str>, name: &str| {
                Change::Join(Newcomer { short, name: name.into(), weight: 100, votes: false })
            };
            change_named(run, script, names, learn, out);
        }
        Command::Own(of, names, order) => {
            let nodes = match names.is_empty() {
                false => meant(run, names),
                true => {
                    let fits =
                        |cluster: &usize| scenario.clusters[*cluster].kind.understands(order);
                    let clusters = chosen(scenario, of.as_deref()).into_iter().filter(fits);
                    clusters.map(|cluster| run.built[cluster].desk()).collect()
                }
            };
            each(run, &nodes, |run, node| {
                let config = run.world.config(node);
                if let Some(request) = config.and_then(|config| config.asked_by(order)) {
                    run.world.request(node, request, out);
                }
            });
        }
        Command::Traffic(spec) => traffic(run, script, spec, out),
        Command::Quiet(name) => {
            let fits = |short: &str| {
                let number = short.strip_prefix(name.as_str()).unwrap_or("x");
                number.bytes().all(|b| b.is_ascii_digit())
            };
            let actors = run.nodes.all().iter().enumerate();
            let clients: Vec<NodeId> = actors
                .filter(|(_, actor)| actor.role == Role::Client && fits(&actor.short))
                .map(|(n, _)| NodeId(n as u32))
                .collect();
            each(run, &clients, |run, node| ask(run, node, &Order::Work(None), out));
        }
        // What it stands for are statements of their own.
        Command::Nemesis(_) => {}
        Command::Say(text) => run.say(text, out),
        Command::Stop => run.stop(out),
    }
}

/// The clusters that a name means; all of them if there is none.
pub(super) fn chosen(scenario: &Scenario, of: Option<&str>) -> Vec<usize> {
    let fits = |name: &str| of.is_none_or(|of| of == name);
    let clusters = scenario.clusters.iter().enumerate();
    clusters.filter(|(_, spec)| fits(&spec.name)).map(|(at, _)| at).collect()
}

/// Changes what is meant by the clusters of that name; of all if there is none.
fn change_all(run: &mut Run, script: &Script, of: Option<&str>, change: &Change, out: Out<'_>) {
    for cluster in chosen(&script.scenario, of) {
        alter(run, script, cluster, change, out);
    }
}

/// Changes, for each node that the names stand for, the clusters that its prefix means.
fn change_named(
    run: &mut Run,
    script: &Script,
    names: &[String],
    change: impl Fn(Arc<str>, &str) -> Change,
    out: Out<'_>,
) {
    let scenario = &script.scenario;
    for name in names.iter().flat_map(|name| scenario.stand_for(name)) {
        let (clusters, short) = split(scenario, name);
        for cluster in clusters {
            alter(run, script, cluster, &change(short.into(), name), out);
        }
    }
}

fn alter(run: &mut Run, script: &Script, party: usize, change: &Change, out: Out<'_>) {
    let (Some(spec), built) = (script.scenario.party(party), run.built.clone()) else { return };
    if let (Some(built), Some(mut site)) = (built.get(party), Site::of(run, script, party, out)) {
        spec.kind.change(built, change, &mut site);
    }
}

pub(super) fn each(run: &mut Run, nodes: &[NodeId], mut order: impl FnMut(&mut Run, NodeId)) {
    for node in nodes {
        order(run, *node);
    }
}

/// Finds a client, or makes it; nothing if the cluster can have none.
pub(super) fn client(
    run: &mut Run,
    script: &Script,
    cluster: usize,
    short: &str,
    out: Out<'_>,
) -> Option<NodeId> {
    if let Some(node) = run.nodes.find(cluster, short) {
        return Some(node);
    }
    let (spec, built) = (script.scenario.party(cluster)?, run.built.clone());
    let mut site = Site::of(run, script, cluster, out)?;
    let config = spec.kind.client(short, built.get(cluster)?, &site)?;
    let node = site.enroll(short, Role::Client);
    site.install(node, config);
    site.start(node);
    Some(node)
}

pub(super) fn operate(
    run: &mut Run,
    script: &Script,
    name: &str,
    operation: &Operation,
    out: Out<'_>,
) {
    let (clusters, short) = split(&script.scenario, name);
    for cluster in clusters {
        let spec = script.scenario.party(cluster);
        let request = spec.and_then(|spec| spec.kind.operate(operation));
        if let Some(request) = request
            && let Some(node) = client(run, script, cluster, short, out)
        {
            run.world.request(node, request, out);
        }
    }
}

/// Gives a machine an order, if it is of a kind that understands it.
fn ask(run: &mut Run, node: NodeId, order: &Order, out: Out<'_>) {
    if let Some(request) = run.world.config(node).and_then(|config| config.asked(order)) {
        run.world.request(node, request, out);
    }
}

pub(super) fn traffic(run: &mut Run, script: &Script, spec: &TrafficSpec, out: Out<'_>) {
    let scenario = &script.scenario;
    let first = scenario.loads.first();
    let loaded: u32 = scenario.loads.iter().map(|load| load.count).sum();
    let pattern = match first.map(|load| &load.source) {
        Some(LoadSource::Pattern(pattern)) => pattern.as_str(),
        _ => "user:{n}",
    };
    let count = spec.count.unwrap_or(if loaded > 0 { loaded } else { 1_000 });
    let keys = Keys::new(pattern, count, spec.choice);
    let every = u128::from(spec.clients) * 1_000_000_000_000 / u128::from(spec.rate.max(1));
    for (cluster, of) in scenario.clusters.iter().enumerate() {
        let other = spec.cluster.as_ref().is_some_and(|name| *name != of.name);
        if other || !of.kind.has_clients() {
            continue;
        }
        for number in 0..spec.clients {
            let short = format!("{}{}", spec.name, number + 1);
            let Some(node) = client(run, script, cluster, &short, out) else { continue };
            let work = Workload {
                every: Span(every.min(1 << 50) as u64),
                gets: spec.gets,
                puts: spec.puts,
                appends: spec.appends,
                swaps: spec.swaps,
                keys: keys.clone(),
                value_bytes: spec.value_bytes.unwrap_or(VALUE_BYTES),
                sized: spec.value_bytes.is_some(),
                turn: (number, spec.clients),
            };
            ask(run, node, &Order::Work(Some(Arc::new(work))), out);
        }
    }
}

/// Gives every replica of the clusters meant an order, which the leader will carry out.
fn order_replicas(
    run: &mut Run,
    scenario: &Scenario,
    of: Option<&str>,
    make: impl Fn(&Run, usize) -> Option<Order>,
    out: Out<'_>,
) {
    let fits = |name: &str| of.is_none_or(|of| of == name);
    for (cluster, spec) in scenario.clusters.iter().enumerate() {
        if !fits(&spec.name) {
            continue;
        }
        let Some(order) = make(run, cluster) else { continue };
        let replicas: Vec<NodeId> = (0..)
            .zip(run.nodes.all())
            .filter(|(_, actor)| actor.cluster == cluster && actor.role == Role::Replica)
            .map(|(number, _)| NodeId(number))
            .collect();
        each(run, &replicas, |run, node| ask(run, node, &order, out));
    }
}

/// The replicas of a cluster that these names mean.
pub(super) fn members(run: &Run, cluster: usize, names: &[String]) -> Arc<[NodeId]> {
    let is_replica = |node: &NodeId| {
        let entry = run.nodes.get(*node);
        entry.is_some_and(|one| one.cluster == cluster && one.role == Role::Replica)
    };
    let meant = names.iter().flat_map(|name| run.nodes.meant(name));
    let mut found: Vec<NodeId> = meant.filter(is_replica).collect();
    crate::base::order::sort(&mut found);
    found.dedup();
    found.into()
}
