//! Statements become orders to a world.

use super::cast::{full_name, split};
use super::fact::Role;
use super::run::{Ground, Run, Script, is_ground};
use super::{raft, source};
use crate::base::hash::position;
use crate::base::ordered::Ordered;
use crate::base::{NodeId, Span};
use crate::cluster::client::ClientConfig;
use crate::cluster::controller::ControllerConfig;
use crate::cluster::maker::MakerConfig;
use crate::cluster::message::{Batch, Note, Request};
use crate::cluster::replica::Order;
use crate::cluster::server::loaded_item;
use crate::cluster::storage::StorageConfig;
use crate::cluster::survey::{Revision, SurveyConfig};
use crate::cluster::workload::{Keys, Workload};
use crate::cluster::{Config, Edit, Map, Member, Plan, Server, Standing, Step};
use crate::placement::Strategy;
use crate::placement::prune::prune;
use crate::scenario::command::DiskChange;
use crate::scenario::{Command, Kind, LoadSource, Scenario, TrafficSpec, When};
use crate::sim::{Cut, DiskProfile, Event, LinkProfile, Power, Rule, Side};
use crate::store::{Key, Value};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

pub(super) type Out<'o> = &'o mut Vec<Event<Server>>;

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
        let bugs = Arc::new(scenario.bugs.clone());
        let strategy = Arc::new(spec.strategy.clone());
        if let Kind::Raft(_) = spec.kind {
            ground.push(raft::build::cast(run, scenario, cluster));
            continue;
        }
        if spec.kind != Kind::Running {
            let controller = run.cast.add(scenario, cluster, "survey", Role::Survey);
            ground.push(Ground { controller, plan: Arc::new(Plan::empty(&strategy, 1)), bugs });
            continue;
        }
        let controller = run.cast.add(scenario, cluster, "controller", Role::Controller);
        let members: Vec<Member> = (1..=spec.nodes)
            .map(|number| {
                let short = format!("n{number}");
                let node = run.cast.add(scenario, cluster, &short, Role::Storage);
                Member {
                    node,
                    name: short.as_str().into(),
                    weight: 100,
                    site: source::site(scenario, &short, &full_name(scenario, cluster, &short)),
                    standing: Standing::Serving,
                }
            })
            .map(|member| Member {
                weight: start_weight(scenario, cluster, &member.name),
                ..member
            })
            .collect();
        let mut map = Map::new(&strategy, spec.replicas as usize, members);
        if map.placed().learns() {
            let keys = source::key_set(scenario, &spec.name, &script.files);
            map = map.taught(keys.iter());
        }
        let plan = Arc::new(Plan {
            epoch: 1,
            map,
            next: None,
            task: None,
            step: Step::Idle,
            since: Vec::new(),
        });
        ground.push(Ground { controller, plan, bugs });
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
    let loaded = load(run, script);
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
pub(super) fn start_weight(scenario: &Scenario, cluster: usize, short: &str) -> u32 {
    let full = full_name(scenario, cluster, short);
    let mut weight = 100;
    for statement in &scenario.statements {
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
    if let Kind::Raft(raft) = spec.kind {
        raft::build::add_replicas(run, script, cluster, &raft);
        return;
    }
    if let Kind::Survey { scan } = spec.kind {
        let (nodes, keys, start) = script.stock.survey(scenario, cluster);
        let strategy = Arc::new(spec.strategy.clone());
        let config = Config::Survey(Arc::new(SurveyConfig { strategy, nodes, keys, start, scan }));
        add(run, scenario, ground.controller, config);
        return;
    }
    let config = Config::Controller(Arc::new(ControllerConfig {
        plan: ground.plan.clone(),
        beat: spec.beat,
        suspect: spec.suspect,
        rebuild: spec.rebuild,
    }));
    add(run, scenario, ground.controller, config);
    for member in ground.plan.map.members() {
        let config = storage_config(&ground, member.clone(), ground.plan.clone());
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

fn storage_config(ground: &Ground, member: Member, plan: Arc<Plan>) -> Config {
    let (controller, bugs) = (ground.controller, ground.bugs.clone());
    let Member { name, weight, site, .. } = member;
    Config::Storage(Arc::new(StorageConfig { controller, name, weight, site, plan, bugs }))
}

/// Adds a node of the cast to the world.
pub(super) fn add(run: &mut Run, scenario: &Scenario, node: NodeId, config: Config) {
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

/// A cluster with machines holds at most so many keys of one file; a survey holds more.
const RUNNING_KEYS_MAX: usize = 1_000_000;

/// Puts the keys of the start on the disks of their owners.
fn load(run: &mut Run, script: &Script) -> Vec<(NodeId, Arc<Batch>)> {
    let scenario = &script.scenario;
    let mut loaded = Vec::new();
    for (node, actor) in (0..).map(NodeId).zip(run.cast.actors()) {
        if actor.role == Role::Replica {
            let items = raft::build::furnished(run, node);
            loaded.push((node, Arc::new(Batch::new(NodeId::WORLD, items))));
        }
    }
    for (cluster, spec) in scenario.clusters.iter().enumerate() {
        if spec.kind != Kind::Running {
            continue;
        }
        let map = run.ground[cluster].plan.map.clone();
        let mut batches: Ordered<NodeId, Vec<_>> = Ordered::new();
        for load in &scenario.loads {
            if load.cluster.as_ref().is_some_and(|name| *name != spec.name) {
                continue;
            }
            for (number, key) in (0..).zip(source::keys(load, &script.files).take(RUNNING_KEYS_MAX))
            {
                let value = Value::Filler { stamp: number, bytes: load.value_bytes };
                let item = loaded_item(&String::from_utf8_lossy(&key), value);
                for node in map.owners(&item.key).as_slice() {
                    batches.of(*node).push(item.clone());
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
        Command::Forge { from, to, number, forgery } => {
            for from in run.cast.meant(scenario, from) {
                for to in run.cast.meant(scenario, to) {
                    let number = number.saturating_sub(1) as usize;
                    run.world.rewrite(from, to, number, |message| forgery.of(message), out);
                }
            }
        }
        Command::Join(names, weight) => {
            for name in names {
                join(run, script, name, *weight, out);
            }
        }
        Command::Leave(names) => {
            each(run, &meant(run, names), |run, node| {
                run.world.request(node, Request::Leave, out);
            });
            revise(run, script, names, Revision::Leave, out);
        }
        Command::Weight(names, weight) => {
            each(run, &meant(run, names), |run, node| {
                run.world.request(node, Request::Weight(*weight), out);
            });
            revise(run, script, names, |name| Revision::Weight(name, *weight), out);
        }
        Command::Split(of, key) => {
            let key: Arc<str> = key.as_str().into();
            let (edit, revision) = (Edit::Split(key.clone()), Revision::Split(key));
            change_table(run, script, of.as_deref(), |_, _| Some(edit.clone()), &revision, out);
        }
        Command::Merge(of, key) => {
            let key: Arc<str> = key.as_str().into();
            let (edit, revision) = (Edit::Merge(key.clone()), Revision::Merge(key));
            change_table(run, script, of.as_deref(), |_, _| Some(edit.clone()), &revision, out);
        }
        Command::Move(of, key, node) => {
            let key: Arc<str> = key.as_str().into();
            let (_, short) = split(scenario, node);
            let revision = Revision::Give(key.clone(), short.into());
            let edit =
                |run: &Run, cluster| Some(Edit::Give(key.clone(), run.cast.find(cluster, short)?));
            change_table(run, script, of.as_deref(), edit, &revision, out);
        }
        Command::Explain(of, question) => {
            for cluster in chosen(scenario, of.as_deref()) {
                let Strategy::Layered { levels } = &scenario.clusters[cluster].strategy else {
                    continue;
                };
                let found = prune(levels, question);
                let (touched, of, tree) = (found.touched, found.of, found.shown().into());
                let node = run.ground[cluster].controller;
                run.world.note(node, Note::Explained { touched, of, tree }, out);
            }
        }
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
        Command::Operate(client, acts, reading) => {
            let request = Request::Call(acts.as_slice().into(), *reading);
            operate(run, script, client, &request, out);
        }
        Command::Members(of, voters, learners) => {
            let order = |run: &Run, cluster| {
                let voters = raft::build::nodes(run, scenario, cluster, voters);
                let learners = raft::build::nodes(run, scenario, cluster, learners);
                (!voters.is_empty()).then_some(Order::Members(voters, learners))
            };
            raft::build::order(run, scenario, of.as_deref(), order, out);
        }
        Command::Transfer(of, node) => {
            let order = |run: &Run, cluster| {
                let nodes = raft::build::nodes(run, scenario, cluster, core::slice::from_ref(node));
                nodes.first().copied().map(Order::Transfer)
            };
            raft::build::order(run, scenario, of.as_deref(), order, out);
        }
        Command::Campaign(names) => each(run, &meant(run, names), |run, node| {
            run.world.request(node, Request::Campaign, out);
        }),
        Command::Compact(names) => each(run, &meant(run, names), |run, node| {
            run.world.request(node, Request::Compact, out);
        }),
        Command::Learn(names) => {
            for name in names {
                let (clusters, short) = split(scenario, name);
                for cluster in clusters {
                    raft::build::join(run, script, cluster, short, false, out);
                }
            }
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
        // What it stands for are statements of their own.
        Command::Nemesis(_) => {}
        Command::Say(text) => run.say(text, out),
        Command::Stop => run.stop(out),
    }
}

/// The clusters that a name means; all of them if there is none.
fn chosen(scenario: &Scenario, of: Option<&str>) -> Vec<usize> {
    let fits = |name: &str| of.is_none_or(|of| of == name);
    let clusters = scenario.clusters.iter().enumerate();
    clusters.filter(|(_, spec)| fits(&spec.name)).map(|(at, _)| at).collect()
}

/// Asks controllers, or surveys, to change their tables.
fn change_table(
    run: &mut Run,
    script: &Script,
    of: Option<&str>,
    edit: impl Fn(&Run, usize) -> Option<Edit>,
    revision: &Revision,
    out: Out<'_>,
) {
    for cluster in chosen(&script.scenario, of) {
        let node = run.ground[cluster].controller;
        let request = match script.scenario.clusters[cluster].kind {
            Kind::Survey { .. } => Some(Request::Revise(revision.clone())),
            Kind::Running => edit(run, cluster).map(Request::Edit),
            Kind::Raft(_) => None,
        };
        if let Some(request) = request {
            run.world.request(node, request, out);
        }
    }
}

/// Changes what is only on paper: nodes of surveys are names, not machines.
fn revise(
    run: &mut Run,
    script: &Script,
    names: &[String],
    revision: impl Fn(Arc<str>) -> Revision,
    out: Out<'_>,
) {
    for name in names {
        let (clusters, short) = split(&script.scenario, name);
        for cluster in clusters {
            if script.scenario.clusters[cluster].kind.is_survey() {
                let node = run.ground[cluster].controller;
                run.world.request(node, Request::Revise(revision(short.into())), out);
            }
        }
    }
}

pub(super) fn each(run: &mut Run, nodes: &[NodeId], mut order: impl FnMut(&mut Run, NodeId)) {
    for node in nodes {
        order(run, *node);
    }
}

/// Lets a new node start and ask to be let in; one that is there already is turned on.
fn join(run: &mut Run, script: &Script, name: &str, weight: u32, out: Out<'_>) {
    let scenario = &script.scenario;
    let (clusters, short) = split(scenario, name);
    revise(run, script, &[String::from(name)], |name| Revision::Join(name, weight), out);
    for cluster in clusters {
        raft::build::join(run, script, cluster, short, true, out);
        if scenario.clusters[cluster].kind != Kind::Running {
            continue;
        }
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
        let site = source::site(scenario, short, name);
        let standing = Standing::Serving;
        let member = Member { node, name: short.into(), weight, site, standing };
        let config = storage_config(&ground, member, plan);
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
    if let Kind::Raft(_) = script.scenario.clusters[cluster].kind {
        let config = raft::build::caller(run, &script.scenario, cluster);
        add(run, &script.scenario, node, config);
        run.world.start(node, out);
        return node;
    }
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
        if script.scenario.clusters[cluster].kind.is_survey() {
            continue;
        }
        let node = client(run, script, cluster, short, out);
        run.world.request(node, request.clone(), out);
    }
}

fn traffic(run: &mut Run, script: &Script, spec: &TrafficSpec, out: Out<'_>) {
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
        if other || of.kind.is_survey() {
            continue;
        }
        for number in 0..spec.clients {
            let node = client(run, script, cluster, &format!("{}{}", spec.name, number + 1), out);
            let work = Workload {
                every: Span(every.min(1 << 50) as u64),
                gets: spec.gets,
                puts: spec.puts,
                appends: spec.appends,
                swaps: spec.swaps,
                keys: keys.clone(),
                value_bytes: spec.value_bytes,
                turn: (number, spec.clients),
            };
            run.world.request(node, Request::Work(Some(work)), out);
        }
    }
}
