//! Statements become orders to a world.

use super::fact::Role;
use super::name::full_name;
use super::perform::perform;
use super::run::{Ground, Run};
use super::script::{Script, is_ground};
use super::{quorum, raft, source};
use crate::base::NodeId;
use crate::base::hash::position;
use crate::scenario::command::DiskChange;
use crate::scenario::{Command, Kind, Scenario, When};
use crate::sim::{DiskProfile, Event, LinkProfile};
use crate::tenant::ring::storage::StorageConfig;
use crate::tenant::ring::{Map, Member, Plan, Step};
use crate::tenant::{Config, Process, ring};
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

pub(super) type Out<'o> = &'o mut Vec<Event<Process>>;

/// How links behave before any statement about them.
#[must_use]
pub fn base_links(_: &Scenario) -> LinkProfile {
    LinkProfile::default()
}

/// Builds the world of a script. Its disks are empty and nothing is on; see `start`.
pub(super) fn build(run: &mut Run, script: &Script, out: Out<'_>) {
    let scenario = &script.scenario;
    let mut ground = Vec::new();
    let bugs: Arc<Vec<_>> = Arc::new(scenario.bugs.iter().filter_map(|bug| bug.ring()).collect());
    for (cluster, spec) in scenario.clusters.iter().enumerate() {
        let bugs = bugs.clone();
        let strategy = Arc::new(spec.strategy.clone());
        match spec.kind {
            Kind::Raft(_) => {
                ground.push(raft::build::cast(run, scenario, cluster));
                continue;
            }
            Kind::Quorum(_) => {
                ground.push(quorum::cast(run, scenario, cluster));
                continue;
            }
            Kind::Survey(_) => {
                let controller = run.nodes.add(cluster, "survey", Role::Survey);
                ground.push(Ground { controller, plan: Arc::new(Plan::empty(&strategy, 1)), bugs });
                continue;
            }
            Kind::Running(_) => {}
        }
        let controller = run.nodes.add(cluster, "controller", Role::Controller);
        let members: Vec<Member> = (1..=spec.nodes)
            .map(|number| {
                let short = format!("n{number}");
                let node = run.nodes.add(cluster, &short, Role::Storage);
                let site = source::site(scenario, &short, &full_name(scenario, cluster, &short));
                let weight = start_weight(scenario, cluster, &short);
                Member::founding(node, short.as_str().into(), weight, site)
            })
            .collect();
        let mut map = Map::new(&strategy, spec.replicas as usize, members);
        if map.placed().learns() {
            let keys = source::key_set(scenario, &spec.name, &script.files);
            map = map.taught(keys.iter());
        }
        let plan =
            Arc::new(Plan { epoch: 1, map, next: None, task: None, step: Step::Idle, floor: 0 });
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
}

/// Does what the text says of the start, once all nodes are on.
pub(super) fn order(run: &mut Run, script: &Script, out: Out<'_>) {
    let at_start = script.scenario.statements.iter().filter(|it| it.when == When::Start);
    for command in at_start.map(|statement| &statement.what) {
        if !is_ground(command) && !matches!(command, Command::Weight(..)) {
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
    let config = match spec.kind {
        Kind::Raft(raft) => {
            raft::build::add_replicas(run, script, cluster, &raft);
            return;
        }
        Kind::Quorum(spec) => {
            quorum::add_nodes(run, script, cluster, &spec);
            return;
        }
        Kind::Survey(paper) => {
            let (nodes, keys, start) = script.stock.survey(scenario, cluster);
            Config::Paper(Arc::new(paper.build(&spec.strategy, nodes, keys, start)))
        }
        Kind::Running(ring) => {
            let controller = Arc::new(ring.build(ground.plan.clone()));
            Config::Ring(ring::Config::Controller(controller))
        }
    };
    add(run, scenario, ground.controller, config);
    for member in ground.plan.map.members() {
        let config = storage_config(&ground, member.clone(), ground.plan.clone());
        add(run, scenario, member.node, config);
        run.world.furnish(member.node, |durable| durable.ring.disk.give());
    }
}

/// Adds nodes that make ids, each asked for its share of them.
fn add_makers(run: &mut Run, scenario: &Scenario, party: usize) {
    let spec = &scenario.makers[party].spec;
    for number in 1..=spec.nodes {
        let party = scenario.clusters.len() + party;
        let node = run.nodes.add(party, &format!("n{number}"), Role::Maker);
        let config = Config::Ids(Arc::new(spec.build(number)));
        add(run, scenario, node, config);
    }
}

pub(super) fn storage_config(ground: &Ground, member: Member, plan: Arc<Plan>) -> Config {
    let (controller, bugs) = (ground.controller, ground.bugs.clone());
    let Member { name, weight, site, .. } = member;
    Config::Ring(ring::Config::Storage(Arc::new(StorageConfig {
        controller,
        name,
        weight,
        site,
        plan,
        bugs,
    })))
}

/// Adds a node of the table to the world.
pub(super) fn add(run: &mut Run, scenario: &Scenario, node: NodeId, config: Config) {
    let name = run.nodes.get(node).map_or(0, |actor| {
        let party = scenario.parties().nth(actor.cluster).unwrap_or("");
        position(&format!("{party}/{}", actor.short))
    });
    let mut profile = DiskProfile::default();
    for statement in &scenario.statements {
        if let (When::Start, Command::Disk(names, change)) = (&statement.when, &statement.what)
            && (names.is_empty() || names.iter().any(|name| run.nodes.meant(name).contains(&node)))
        {
            change_disk(&mut profile, change);
        }
    }
    let added = run.world.add(name, config, profile);
    assert!(added == node, "the world and the table count nodes alike");
    let worker = run.nodes.workers().any(|worker| worker == node);
    for statement in &scenario.statements {
        if let (When::Start, Command::Node(names, change)) = (&statement.when, &statement.what)
            && (names.is_empty() && worker
                || names.iter().any(|name| run.nodes.meant(name).contains(&node)))
        {
            run.world.furnish_work(node, *change);
        }
    }
}

pub(super) fn change_disk(profile: &mut DiskProfile, change: &DiskChange) {
    profile.write = change.write.unwrap_or(profile.write);
    profile.sync = change.sync.unwrap_or(profile.sync);
    profile.depth = change.depth.unwrap_or(profile.depth);
    profile.grouped = change.grouped.unwrap_or(profile.grouped);
    profile.bandwidth = change.bandwidth.unwrap_or(profile.bandwidth);
    profile.lie = change.lie.unwrap_or(profile.lie);
    profile.size = change.size.unwrap_or(profile.size);
    profile.fails = change.fails.unwrap_or(profile.fails);
}
