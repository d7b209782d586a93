//! A text becomes a world: what its parties may ask for while they are built, and their nodes.

use super::name::full_name;
use super::perform::perform;
use super::run::{Occasion, Run};
use super::script::{Script, is_ground};
use super::source;
use crate::base::hash::position;
use crate::base::{NodeId, Role};
use crate::placement::keys::KeySet;
use crate::placement::placing::Given;
use crate::placement::site;
use crate::scenario::command::DiskChange;
use crate::scenario::{ClusterSpec, Command, Scenario, When};
use crate::sim::{DiskProfile, Event, LinkProfile, World};
use crate::store::{Item, Value};
use crate::tenant::{Bug, Builder, Config, Process, Request};
use alloc::format;
use alloc::string::String;
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
    let mut built = Vec::new();
    for party in 0..scenario.parties().count() {
        if let Some(mut site) = Site::of(run, script, party, out) {
            built.push(site.spec.kind.build(&mut site));
        }
    }
    run.built = Arc::new(built);
    let start = |command: &&Command| is_ground(command);
    let at_start = scenario.statements.iter().filter(|statement| statement.when == When::Start);
    let commands: Vec<&Command> = at_start.map(|statement| &statement.what).collect();
    for command in commands.iter().copied().filter(|command| start(command)) {
        perform(run, script, command, out);
    }
}

/// Does what the text says of the start, once all nodes are on.
pub(super) fn order(run: &mut Run, script: &Script, out: Out<'_>) {
    for (place, (_, statement)) in (0..).zip(script.at_start()) {
        run.carry_out(script, &statement.what, Occasion::Start(place), out);
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

/// Adds a node of the table to the world.
fn add(run: &mut Run, scenario: &Scenario, node: NodeId, config: Config) {
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
    run.furnish_clocks(node);
    let worker = run.nodes.workers().any(|worker| worker == node);
    for statement in &scenario.statements {
        if let (When::Start, Command::Node(names, change)) = (&statement.when, &statement.what)
            && (names.is_empty() && worker
                || names.iter().any(|name| run.nodes.meant(name).contains(&node)))
        {
            run.world.preset_work(node, *change);
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

/// A party of a run while it is built, changed or asked.
pub(super) struct Site<'r> {
    run: &'r mut Run,
    script: &'r Script,
    spec: &'r ClusterSpec,
    /// Its place among all.
    party: usize,
    /// Where events go.
    out: Out<'r>,
}

impl<'r> Site<'r> {
    /// The party of that number; nothing if there is none.
    pub(super) fn of(
        run: &'r mut Run,
        script: &'r Script,
        party: usize,
        out: Out<'r>,
    ) -> Option<Self> {
        let spec = script.scenario.party(party)?;
        Some(Self { run, script, spec, party, out })
    }
}

impl Builder for Site<'_> {
    fn cluster(&self) -> &ClusterSpec {
        self.spec
    }

    fn bugs(&self) -> &[Bug] {
        &self.script.scenario.bugs
    }

    fn find(&self, short: &str) -> Option<NodeId> {
        self.run.nodes.find(self.party, short)
    }

    fn of_role(&self, role: Role) -> Vec<NodeId> {
        let all = (0..).zip(self.run.nodes.all());
        let own = all.filter(|(_, actor)| actor.cluster == self.party && actor.role == role);
        own.map(|(number, _)| NodeId(number)).collect()
    }

    fn site(&self, short: &str, name: &str) -> site::Site {
        source::site(&self.script.scenario, short, name)
    }

    fn full_name(&self, short: &str) -> String {
        full_name(&self.script.scenario, self.party, short)
    }

    fn weight(&self, short: &str) -> u32 {
        start_weight(&self.script.scenario, self.party, short)
    }

    fn key_set(&self) -> KeySet {
        source::key_set(&self.script.scenario, &self.spec.name, &self.script.files)
    }

    fn items(&self, most: usize) -> Vec<Item> {
        let loads = source::loads_of(&self.script.scenario, &self.spec.name).into_iter();
        let each = loads.flat_map(|load| {
            (0..).zip(source::keys(load, &self.script.files)).map(|(number, key)| {
                let value = Value::Filler { stamp: number, bytes: load.value_bytes };
                Item::loaded(&String::from_utf8_lossy(&key), value)
            })
        });
        each.take(most).collect()
    }

    fn survey(&self) -> Given {
        self.script.key_cache.survey(&self.script.scenario, self.party)
    }

    fn enroll(&mut self, short: &str, role: Role) -> NodeId {
        let node = self.run.nodes.add(self.party, short, role);
        let nodes = &self.run.nodes;
        self.run.world.admit(node, |name| nodes.means(name, node));
        node
    }

    fn install(&mut self, node: NodeId, config: Config) {
        add(self.run, &self.script.scenario, node, config);
    }

    fn world(&mut self) -> &mut World<Process> {
        &mut self.run.world
    }

    fn start(&mut self, node: NodeId) {
        self.run.world.start(node, self.out);
    }

    fn request(&mut self, node: NodeId, request: Request) {
        self.run.world.request(node, request, self.out);
    }

    fn prepare(&mut self, node: NodeId, request: Request) {
        self.run.prepare(node, request);
    }
}
