//! A statement of the script, done to a run.

use super::build::{Out, add, change_disk, storage_config};
use super::fact::Role;
use super::name::split;
use super::run::Run;
use super::script::Script;
use super::{raft, source};
use crate::base::{NodeId, Span};
use crate::client::Verb;
use crate::client::workload::{Keys, Workload};
use crate::placement::Strategy;
use crate::placement::prune::prune;
use crate::quorum::Level;
use crate::scenario::{Command, Kind, LoadSource, Scenario, TrafficSpec};
use crate::sim::{Cut, Power, Rule, Side};
use crate::store::{Key, Value};
use crate::tenant::paper::finding::Revision;
use crate::tenant::replicated::forgery::Forgery;
use crate::tenant::replicated::kv::Act;
use crate::tenant::replicated::reading::Reading;
use crate::tenant::replicated::replica::Order;
use crate::tenant::ring::client::ClientConfig;
use crate::tenant::ring::{Edit, Member, Plan};
use crate::tenant::{self, Config, Message, Request, ScriptNote, replicated, ring};
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
                    run.world.rewrite(from, to, number, |message| forged(forgery, message), out);
                }
            }
        }
        Command::Join(names, weight) => {
            for name in names {
                join(run, script, name, *weight, out);
            }
        }
        Command::Leave(names) => {
            each(run, &meant(run, names), |run, node| ask(run, node, &tenant::Order::Leave, out));
            revise(run, script, names, Revision::Leave);
        }
        Command::Weight(names, weight) => {
            let order = tenant::Order::Weight(*weight);
            each(run, &meant(run, names), |run, node| ask(run, node, &order, out));
            revise(run, script, names, |name| Revision::Weight(name, *weight));
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
                |run: &Run, cluster| Some(Edit::Give(key.clone(), run.nodes.find(cluster, short)?));
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
        Command::Operate(client, acts, reading) => {
            let operation = Operation::Call(acts.as_slice().into(), *reading);
            operate(run, script, client, &operation, out);
        }
        Command::Wait(client, act, level) => {
            let value = match act.verb {
                Verb::Get => None,
                Verb::Put | Verb::Delete | Verb::Cas | Verb::Append => {
                    Some(act.value.clone().unwrap_or(Value::Gone))
                }
            };
            let operation = Operation::Wait(act.key.clone(), value, *level);
            operate(run, script, client, &operation, out);
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
            run.world.request(node, replicated::Request::Campaign.into(), out);
        }),
        Command::Compact(names) => each(run, &meant(run, names), |run, node| {
            run.world.request(node, replicated::Request::Compact.into(), out);
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
            let actors = run.nodes.all().iter().enumerate();
            let clients: Vec<NodeId> = actors
                .filter(|(_, actor)| actor.role == Role::Client && fits(&actor.short))
                .map(|(n, _)| NodeId(n as u32))
                .collect();
            each(run, &clients, |run, node| ask(run, node, &tenant::Order::Work(None), out));
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

/// Asks controllers, or surveys, to change their tables.
pub(super) fn change_table(
    run: &mut Run,
    script: &Script,
    of: Option<&str>,
    edit: impl Fn(&Run, usize) -> Option<Edit>,
    revision: &Revision,
    out: Out<'_>,
) {
    for cluster in chosen(&script.scenario, of) {
        let node = run.ground[cluster].controller;
        match script.scenario.clusters[cluster].kind {
            Kind::Survey(_) => run.revise(node, revision.clone()),
            Kind::Running(_) => {
                if let Some(edit) = edit(run, cluster) {
                    run.world.request(node, ring::Request::Edit(edit).into(), out);
                }
            }
            Kind::Raft(_) | Kind::Quorum(_) => {}
        }
    }
}

/// Changes what is only on paper: nodes of surveys are names, not machines.
pub(super) fn revise(
    run: &mut Run,
    script: &Script,
    names: &[String],
    revision: impl Fn(Arc<str>) -> Revision,
) {
    for name in names {
        let (clusters, short) = split(&script.scenario, name);
        for cluster in clusters {
            if script.scenario.clusters[cluster].kind.is_survey() {
                let node = run.ground[cluster].controller;
                run.revise(node, revision(short.into()));
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
pub(super) fn join(run: &mut Run, script: &Script, name: &str, weight: u32, out: Out<'_>) {
    let scenario = &script.scenario;
    let (clusters, short) = split(scenario, name);
    revise(run, script, &[String::from(name)], |name| Revision::Join(name, weight));
    for cluster in clusters {
        raft::build::join(run, script, cluster, short, true, out);
        if !scenario.clusters[cluster].kind.is_mapped() {
            continue;
        }
        if let Some(node) = run.nodes.find(cluster, short) {
            if run.world.power(node) == Power::Down {
                run.world.start(node, out);
            }
            continue;
        }
        let node = run.nodes.add(cluster, short, Role::Storage);
        let ground = run.ground[cluster].clone();
        let first = &ground.plan.map;
        let plan = Arc::new(Plan::empty(first.strategy(), first.replicas()));
        let site = source::site(scenario, short, name);
        let member = Member::founding(node, short.into(), weight, site);
        let config = storage_config(&ground, member, plan);
        add(run, scenario, node, config);
        run.world.start(node, out);
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
    let spec = &script.scenario.clusters[cluster];
    let config = match spec.kind {
        Kind::Raft(_) => raft::build::caller(run, &script.scenario, cluster),
        Kind::Quorum(quorum) => {
            super::quorum::client(run, &script.scenario, cluster, short, &quorum)
        }
        Kind::Running(_) => {
            let ground = &run.ground[cluster];
            Config::Ring(ring::Config::Client(Arc::new(ClientConfig {
                controller: ground.controller,
                plan: ground.plan.clone(),
                patience: spec.patience.0.max(Span::millis(1)),
                deadline: spec.patience.1,
                work: None,
            })))
        }
        // Nobody can ask what is only on paper.
        Kind::Survey(_) => return None,
    };
    let node = run.nodes.add(cluster, short, Role::Client);
    add(run, &script.scenario, node, config);
    run.world.start(node, out);
    Some(node)
}

/// The changed message; nothing if there is nothing in it to change.
fn forged(forgery: &Forgery, message: &Message) -> Option<Message> {
    match message {
        Message::Replicated(message) => forgery.of(message).map(Message::Replicated),
        Message::Ring(_) | Message::Quorum(_) => None,
        Message::Paper(message) => match *message {},
        Message::Ids(message) => match *message {},
    }
}

/// What a client is told to do.
pub(super) enum Operation {
    Get(Key),
    Put(Key, Value),
    /// Read, or write this, waiting for so many copies; only a quorum store can.
    Wait(Key, Option<Value>, Level),
    /// All of it or nothing; only a replicated store can.
    Call(Arc<[Act]>, Option<Reading>),
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
        let request: Option<Request> = match (script.scenario.clusters[cluster].kind, operation) {
            (Kind::Running(_), Operation::Get(key)) => Some(ring::Request::Get(key.clone()).into()),
            (Kind::Running(_), Operation::Put(key, value)) => {
                Some(ring::Request::Put(key.clone(), value.clone()).into())
            }
            (Kind::Raft(_), Operation::Get(key)) => {
                Some(replicated::Request::Get(key.clone()).into())
            }
            (Kind::Raft(_), Operation::Put(key, value)) => {
                Some(replicated::Request::Put(key.clone(), value.clone()).into())
            }
            (Kind::Raft(_), Operation::Call(acts, reading)) => {
                Some(replicated::Request::Call(acts.clone(), *reading).into())
            }
            (Kind::Quorum(_), operation) => super::quorum::request(operation),
            (Kind::Running(_), Operation::Call(..))
            | (Kind::Running(_) | Kind::Raft(_), Operation::Wait(..))
            | (Kind::Survey(_), _) => None,
        };
        if let Some(request) = request
            && let Some(node) = client(run, script, cluster, short, out)
        {
            run.world.request(node, request, out);
        }
    }
}

/// Gives a machine an order, if it is of a kind that understands it.
fn ask(run: &mut Run, node: NodeId, order: &tenant::Order, out: Out<'_>) {
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
        if other || of.kind.is_survey() {
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
                value_bytes: spec.value_bytes,
                turn: (number, spec.clients),
            };
            ask(run, node, &tenant::Order::Work(Some(Arc::new(work))), out);
        }
    }
}
