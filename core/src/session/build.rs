//! Statements become orders to a world.

use super::cast::{full_name, split};
use super::fact::Role;
use super::run::{Ground, Run, Script, is_ground};
use crate::base::hash::position;
use crate::base::{NodeId, Span};
use crate::cluster::client::ClientConfig;
use crate::cluster::controller::ControllerConfig;
use crate::cluster::maker::MakerConfig;
use crate::cluster::message::{Batch, Note, Request};
use crate::cluster::server::loaded_item;
use crate::cluster::storage::StorageConfig;
use crate::cluster::workload::{Keys, Workload, key_text};
use crate::cluster::{Config, Map, Member, Plan, Server, Standing, Step, Strategy};
use crate::scenario::command::DiskChange;
use crate::scenario::{Command, Scenario, TrafficSpec, When};
use crate::sim::{Cut, DiskProfile, Event, LinkProfile, Power, Rule, Side};
use crate::store::{Key, Value};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

type Out<'o> = &'o mut Vec<Event<Server>>;

/// How links behave before any statement about them.
#[must_use]
pub fn base_links(_: &Scenario) -> LinkProfile {
    LinkProfile::default()
}

/// Builds the world of a script and lets it start.
pub(super) fn build(run: &mut Run, script: &Script, out: Out<'_>) {
    let scenario = &script.scenario;
    let mut ground = Vec::new();
    for (cluster, spec) in scenario.clusters.iter().enumerate() {
        let controller = run.cast.add(scenario, cluster, "controller", Role::Controller);
        let members: Vec<Member> = (1..=spec.nodes)
            .map(|number| {
                let short = format!("n{number}");
                let node = run.cast.add(scenario, cluster, &short, Role::Storage);
                Member {
                    node,
                    name: short.as_str().into(),
                    weight: 100,
                    standing: Standing::Serving,
                }
            })
            .map(|member| Member { weight: start_weight(script, cluster, &member.name), ..member })
            .collect();
        let strategy = match spec.vnodes {
            Some(vnodes) => Strategy::Ring { vnodes },
            None => Strategy::Modulo,
        };
        let map = Map::new(strategy, spec.replicas as usize, members);
        let plan = Arc::new(Plan {
            epoch: 1,
            map,
            next: None,
            task: None,
            step: Step::Idle,
            since: Vec::new(),
        });
        ground.push(Ground { controller, plan, bugs: Arc::new(scenario.bugs.clone()) });
    }
    run.ground = Arc::new(ground);
    for cluster in 0..scenario.clusters.len() {
        add_cluster(run, script, cluster);
    }
    for party in 0..scenario.makers.len() {
        add_makers(run, scenario, party);
    }
    let start = |command: &&Command| is_ground(command);
    let at_start = scenario.statements.iter().filter(|statement| statement.when == When::Start);
    let commands: Vec<&Command> = at_start.map(|statement| &statement.what).collect();
    for command in commands.iter().copied().filter(|command| start(command)) {
        perform(run, script, command, out);
    }
    let loaded = load(run, scenario);
    for node in 0..run.world.len() {
        run.world.start(NodeId(node as u32), out);
    }
    for (node, batch) in loaded {
        run.world.note(node, Note::Loaded(batch), out);
    }
    let weighed = |command: &&Command| matches!(command, Command::Weight(..));
    for command in commands {
        if !start(&command) && !weighed(&command) {
            perform(run, script, command, out);
        }
    }
}

/// The weight that a `weight` statement without a time gives a node.
fn start_weight(script: &Script, cluster: usize, short: &str) -> u32 {
    let full = full_name(&script.scenario, cluster, short);
    let mut weight = 100;
    for statement in &script.scenario.statements {
        if let (When::Start, Command::Weight(names, given)) = (&statement.when, &statement.what)
            && names.iter().any(|name| name == short || *name == full)
        {
            weight = *given;
        }
    }
    weight
}

fn add_cluster(run: &mut Run, script: &Script, cluster: usize) {
    let scenario = &script.scenario;
    let spec = &scenario.clusters[cluster];
    let ground = run.ground[cluster].clone();
    let config = Config::Controller(Arc::new(ControllerConfig {
        plan: ground.plan.clone(),
        beat: spec.beat,
        suspect: spec.suspect,
        rebuild: spec.rebuild,
    }));
    add(run, scenario, ground.controller, config);
    for member in ground.plan.map.members() {
        let config = storage_config(&ground, &member.name, member.weight, ground.plan.clone());
        add(run, scenario, member.node, config);
    }
}

/// Adds nodes that make ids, each asked for its share of them.
fn add_makers(run: &mut Run, scenario: &Scenario, party: usize) {
    let spec = &scenario.makers[party];
    for number in 1..=spec.nodes {
        let party = scenario.clusters.len() + party;
        let node = run.cast.add(scenario, party, &format!("n{number}"), Role::Maker);
        let config = Config::Maker(Arc::new(MakerConfig {
            kind: spec.kind,
            number,
            rate: spec.rate,
            count: spec.count / spec.nodes + u32::from(number <= spec.count % spec.nodes),
            page: spec.page,
            backwards: spec.backwards,
        }));
        add(run, scenario, node, config);
    }
}

fn storage_config(ground: &Ground, name: &str, weight: u32, plan: Arc<Plan>) -> Config {
    let (controller, bugs) = (ground.controller, ground.bugs.clone());
    Config::Storage(Arc::new(StorageConfig { controller, name: name.into(), weight, plan, bugs }))
}

/// Adds a node of the cast to the world.
fn add(run: &mut Run, scenario: &Scenario, node: NodeId, config: Config) {
    let name = run.cast.actor(node).map_or(0, |actor| {
        let party = scenario.parties().nth(actor.cluster).unwrap_or("");
        position(&format!("{party}/{}", actor.short))
    });
    let mut profile = DiskProfile::default();
    for statement in &scenario.statements {
        if let (When::Start, Command::Disk(names, change)) = (&statement.when, &statement.what)
            && (names.is_empty()
                || names.iter().any(|name| run.cast.meant(scenario, name).contains(&node)))
        {
            change_disk(&mut profile, change);
        }
    }
    let added = run.world.add(name, config, profile);
    assert!(added == node, "the world and the cast count nodes alike");
}

fn change_disk(profile: &mut DiskProfile, change: &DiskChange) {
    profile.write = change.write.unwrap_or(profile.write);
    profile.sync = change.sync.unwrap_or(profile.sync);
    profile.bandwidth = change.bandwidth.unwrap_or(profile.bandwidth);
    profile.lie = change.lie.unwrap_or(profile.lie);
}

/// Puts the keys of the start on the disks of their owners.
fn load(run: &mut Run, scenario: &Scenario) -> Vec<(NodeId, Arc<Batch>)> {
    let mut loaded = Vec::new();
    for (cluster, spec) in scenario.clusters.iter().enumerate() {
        let map = run.ground[cluster].plan.map.clone();
        let mut batches: BTreeMap<NodeId, Vec<_>> = BTreeMap::new();
        for load in &scenario.loads {
            if load.cluster.as_ref().is_some_and(|name| *name != spec.name) {
                continue;
            }
            for number in 0..load.count {
                let value = Value::Filler { stamp: number, bytes: load.value_bytes };
                let item = loaded_item(&key_text(&load.pattern, u64::from(number)), value);
                for node in map.owners(item.key.position()).as_slice() {
                    batches.entry(*node).or_default().push(item.clone());
                }
            }
        }
        for (node, items) in batches {
            let batch = Arc::new(Batch::new(NodeId::WORLD, items));
            run.world.furnish(node, |durable| durable.disk.load(&batch));
            loaded.push((node, batch));
        }
    }
    loaded
}

/// Carries out a command at the present moment.
pub(super) fn perform(run: &mut Run, script: &Script, command: &Command, out: Out<'_>) {
    let scenario = &script.scenario;
    let meant = |run: &Run, names: &[String]| -> Vec<NodeId> {
        names.iter().flat_map(|name| run.cast.meant(scenario, name)).collect()
    };
    let side = |run: &Run, names: &[String], other: &[String]| match names.is_empty() {
        false => Side::These(meant(run, names)),
        true => Side::AllBut(meant(run, other)),
    };
    match command {
        Command::Crash(names) => each(run, &meant(run, names), |run, n| run.world.crash(n, out)),
        Command::Restart(names) => each(run, &meant(run, names), |run, n| {
            // To restart a node that runs is to turn it off and on.
            run.world.crash(n, out);
            run.world.start(n, out);
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
        }
        Command::Drift(names, drift) => {
            each(run, &meant(run, names), |run, n| run.world.drift(n, *drift, out));
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
        Command::Cut { left, right, one_way } => {
            let cut = Cut {
                left: side(run, left, right),
                right: side(run, right, left),
                one_way: *one_way,
            };
            run.world.cut(cut, out);
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
            if *both {
                run.world.rule(Rule { from: two, to: one, change: *change }, out);
            }
        }
        Command::Meddle { from, to, number, meddling } => {
            for from in run.cast.meant(scenario, from) {
                for to in run.cast.meant(scenario, to) {
                    let number = number.saturating_sub(1) as usize;
                    run.world.meddle(from, to, number, *meddling, out);
                }
            }
        }
        Command::Join(names, weight) => {
            for name in names {
                join(run, script, name, *weight, out);
            }
        }
        Command::Leave(names) => each(run, &meant(run, names), |run, node| {
            run.world.request(node, Request::Leave, out);
        }),
        Command::Weight(names, weight) => each(run, &meant(run, names), |run, node| {
            run.world.request(node, Request::Weight(*weight), out);
        }),
        Command::Get(client, key) => {
            operate(run, script, client, &Request::Get(Key::new(key)), out);
        }
        Command::Put(client, key, value) => {
            let value = Value::Text(value.as_str().into());
            operate(run, script, client, &Request::Put(Key::new(key), value), out);
        }
        Command::Delete(client, key) => {
            operate(run, script, client, &Request::Put(Key::new(key), Value::Gone), out);
        }
        Command::Traffic(spec) => traffic(run, script, spec, out),
        Command::Quiet(name) => {
            let fits = |short: &str| {
                let number = short.strip_prefix(name.as_str()).unwrap_or("x");
                number.bytes().all(|b| b.is_ascii_digit())
            };
            let actors = run.cast.actors().iter().enumerate();
            let clients: Vec<NodeId> = actors
                .filter(|(_, actor)| actor.role == Role::Client && fits(&actor.short))
                .map(|(n, _)| NodeId(n as u32))
                .collect();
            each(run, &clients, |run, node| {
                run.world.request(node, Request::Work(None), out);
            });
        }
        Command::Say(text) => run.say(text, out),
        Command::Stop => run.stop(out),
    }
}

fn each(run: &mut Run, nodes: &[NodeId], mut order: impl FnMut(&mut Run, NodeId)) {
    for node in nodes {
        order(run, *node);
    }
}

/// Lets a new node start and ask to be let in; one that is there already is turned on.
fn join(run: &mut Run, script: &Script, name: &str, weight: u32, out: Out<'_>) {
    let scenario = &script.scenario;
    let (clusters, short) = split(scenario, name);
    for cluster in clusters {
        if let Some(node) = run.cast.find(cluster, short) {
            if run.world.power(node) == Power::Down {
                run.world.start(node, out);
            }
            continue;
        }
        let node = run.cast.add(scenario, cluster, short, Role::Storage);
        let ground = run.ground[cluster].clone();
        let first = &ground.plan.map;
        let plan = Arc::new(Plan::empty(first.strategy(), first.replicas()));
        let config = storage_config(&ground, short, weight, plan);
        add(run, scenario, node, config);
        run.world.start(node, out);
    }
}

/// Finds a client, or makes it.
fn client(run: &mut Run, script: &Script, cluster: usize, short: &str, out: Out<'_>) -> NodeId {
    if let Some(node) = run.cast.find(cluster, short) {
        return node;
    }
    let node = run.cast.add(&script.scenario, cluster, short, Role::Client);
    let (patience, deadline) = script.scenario.clusters[cluster].patience;
    let ground = &run.ground[cluster];
    let config = Config::Client(Arc::new(ClientConfig {
        controller: ground.controller,
        plan: ground.plan.clone(),
        patience: patience.max(Span::millis(1)),
        deadline,
        work: None,
    }));
    add(run, &script.scenario, node, config);
    run.world.start(node, out);
    node
}

fn operate(run: &mut Run, script: &Script, name: &str, request: &Request, out: Out<'_>) {
    let (clusters, short) = split(&script.scenario, name);
    for cluster in clusters {
        let node = client(run, script, cluster, short, out);
        run.world.request(node, request.clone(), out);
    }
}

fn traffic(run: &mut Run, script: &Script, spec: &TrafficSpec, out: Out<'_>) {
    let scenario = &script.scenario;
    let first = scenario.loads.first();
    let loaded: u32 = scenario.loads.iter().map(|load| load.count).sum();
    let pattern = first.map_or("user:{n}", |load| load.pattern.as_str());
    let count = spec.count.unwrap_or(if loaded > 0 { loaded } else { 1_000 });
    let keys = Keys::new(pattern, count, spec.choice);
    let every = u128::from(spec.clients) * 1_000_000_000_000 / u128::from(spec.rate.max(1));
    for (cluster, of) in scenario.clusters.iter().enumerate() {
        if spec.cluster.as_ref().is_some_and(|name| *name != of.name) {
            continue;
        }
        for number in 0..spec.clients {
            let node = client(run, script, cluster, &format!("{}{}", spec.name, number + 1), out);
            let work = Workload {
                every: Span(every.min(1 << 50) as u64),
                gets: spec.gets,
                puts: spec.puts,
                keys: keys.clone(),
                value_bytes: spec.value_bytes,
                turn: (number, spec.clients),
            };
            run.world.request(node, Request::Work(Some(work)), out);
        }
    }
}
