//! A cluster that keeps a map, from the text into the world: a controller and storage nodes.

use super::bugs::Bug;
use super::controller::Ledger;
use super::map::{ClusterMap, Edit, Map, Member, Step, Task};
use super::reach::{ClientConfig, Start};
use super::storage::StorageConfig;
use super::{Config, Process, Request, Spec, fact, words};
use crate::base::{NodeId, Role};
use crate::placement::Owners;
use crate::placement::strategy::Work;
use crate::sim::Power;
use crate::store::{Batch, Key};
use crate::tenant::setup::{
    Builder, Change, Deeds, Head, Newcomer, NoOrder, NoWay, Operation, Setup,
};
use crate::tenant::{
    Config as AnyConfig, Durable, Found, MapFact, Order, Request as AnyRequest, Site, Wish,
    strategy,
};
use crate::text::Entry;
use crate::text::reader::{Read, Reader};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What a cluster has beside its machines.
#[derive(Clone, Debug)]
pub struct Built {
    /// The node that keeps the map.
    pub controller: NodeId,
    /// The plan that it begins with.
    pub plan: Arc<ClusterMap>,
    /// The mistakes that its nodes make.
    pub bugs: Arc<Vec<Bug>>,
}

impl Built {
    fn storage(&self, member: Member, plan: Arc<ClusterMap>) -> AnyConfig {
        let (controller, bugs) = (self.controller, self.bugs.clone());
        let Member { name, weight, site, .. } = member;
        let config = StorageConfig { controller, name, weight, site, plan, bugs };
        Config::Storage(Arc::new(config)).into()
    }
}

impl Setup for Spec {
    type Built = Built;
    type Process = Process;
    type Way = NoWay;
    type Own = NoOrder;

    const STATEMENTS: &[Entry] = words::STATEMENTS;
    const LAWS: &[Entry] = words::LAWS;
    const PLACES: bool = true;
    const METRICS: &[Entry] = words::METRICS;
    const GOES_ON_WITHOUT: bool = true;
    const CLAIM: &str = words::CLAIM;

    /// Also what is refused with a reason.
    fn begins(word: &str) -> bool {
        strategy::named(word).is_some()
    }

    fn read(word: &str, reader: &mut Reader<'_, '_>) -> Read<(Self, Head)> {
        let Some(strategy) = strategy::named(word) else {
            return reader.refuse(format!("There is no kind of cluster \"{word}\"."));
        };
        if strategy.is_by_load() {
            return reader.refuse(String::from(
                "Bounded load needs to know every key; it is only placed on paper: place a: bounded, 10 nodes",
            ));
        }
        let (mut spec, mut head) = (Self::default(), Head::of(strategy));
        strategy::options(reader, &mut head, true, |reader, head| {
            Ok(spec.option(reader)? || head.timeout(reader)?)
        })?;
        Ok((spec, head))
    }

    fn word(&self, head: &Head) -> &'static str {
        head.strategy.word()
    }

    fn copies(&self, head: &Head) -> u32 {
        head.replicas
    }

    fn work(&self, head: &Head) -> Option<Work> {
        Some(head.strategy.work(head.nodes.into()))
    }

    fn bears(&self, head: &Head) -> Option<u32> {
        Some(head.replicas.saturating_sub(1))
    }

    /// Versions are compared only where several nodes give them for one key.
    fn reads_wall(&self, head: &Head, deeds: Deeds) -> bool {
        head.replicas > 1 || deeds.moves
    }

    fn build(&self, builder: &mut impl Builder) -> Built {
        let head = builder.cluster().head.clone();
        let strategy = Arc::new(head.strategy);
        let bugs = builder.bugs().iter().filter_map(|bug| bug.ring()).collect();
        let controller = builder.enroll("controller", Role::Controller);
        let mut members = Vec::new();
        for number in 1..=head.nodes {
            let short = format!("n{number}");
            let node = builder.enroll(&short, Role::Storage);
            let site = builder.site(&short, &builder.full_name(&short));
            let weight = builder.weight(&short);
            members.push(Member::founding(node, short.as_str().into(), weight, site));
        }
        let mut map = Map::new(&strategy, head.replicas as usize, members);
        if map.placed().learns() {
            map = map.taught(builder.key_set().iter());
        }
        let plan = Arc::new(ClusterMap {
            epoch: 1,
            map,
            next: None,
            task: None,
            step: Step::Idle,
            floor: 0,
        });
        let built = Built { controller, plan, bugs: Arc::new(bugs) };
        let plan = &built.plan;
        builder.install(controller, Config::Controller(Arc::new(self.build(plan.clone()))).into());
        for member in plan.map.members() {
            let node = member.node;
            builder.install(node, built.storage(member.clone(), plan.clone()));
            builder.world().preload(node, |durable| durable.ring.disk.give());
        }
        built
    }

    fn desk(built: &Built) -> NodeId {
        built.controller
    }

    fn homes(built: &Built, key: &Key) -> Owners {
        built.plan.map.owners(key)
    }

    fn lay(durable: &mut Durable, batch: &Arc<Batch>) {
        durable.ring.disk.load(batch);
    }

    fn change(&self, built: &Built, change: &Change, builder: &mut impl Builder) {
        let edit = match change {
            Change::Join(newcomer) if newcomer.votes => return join(built, newcomer, builder),
            // Nobody only learns here.
            Change::Join(_) => return,
            // Nodes are asked by themselves; one that is off hears nothing, so the order waits with the map.
            Change::Leave(short) => return away(built, short, Task::Leave, builder),
            Change::Weight(short, weight) => {
                return away(built, short, |node| Task::Weight(node, *weight), builder);
            }
            Change::Split(key) => Edit::Split(key.clone()),
            Change::Merge(key) => Edit::Merge(key.clone()),
            Change::Move(key, to) => {
                let Some(node) = builder.find(to) else { return };
                Edit::Give(key.clone(), node)
            }
        };
        builder.request(built.controller, Request::Edit(edit).into());
    }

    fn client(&self, _: &str, built: &Built, builder: &impl Builder) -> Option<AnyConfig> {
        let start = Start { controller: built.controller, plan: built.plan.clone() };
        let config = ClientConfig::new(builder.cluster().head.timeout, start);
        Some(Config::Client(Arc::new(config)).into())
    }

    fn map(site: Site<'_, Process>, built: &Built) -> Option<MapFact> {
        fact::map(site, built)
    }

    fn find(site: Site<'_, Process>, built: &Built, key: &str) -> Option<Found> {
        let plan = fact::plan(site, built)?;
        let owners = plan.map.owners(&Key::new(key));
        let owners = owners.as_slice().iter().map(|node| site.table().name(*node)).collect();
        Some(Found::by(plan.map.placed(), key, owners))
    }

    fn waits(site: Site<'_, Process>, built: &Built, wish: &Wish) -> Option<String> {
        fact::waits(site, built, wish)
    }

    fn order(order: &Order) -> Option<Request> {
        Some(match order {
            Order::Leave => Request::Leave,
            Order::Weight(weight) => Request::Weight(*weight),
            Order::Work(work) => Request::Work(work.clone()),
            // The controller alone decides who belongs to the map, and nobody is elected.
            Order::Members(..) | Order::Transfer(_) | Order::Campaign | Order::Compact => {
                return None;
            }
        })
    }

    fn operate(operation: &Operation) -> Option<AnyRequest> {
        let request = match operation {
            Operation::Get(key) => Request::Get(key.clone()),
            Operation::Put(key, value) => Request::Put(key.clone(), value.clone()),
            Operation::Call(..) => return None,
        };
        Some(request.into())
    }
}

/// Lets a new node start and ask to be let in; one that is there already is turned on.
fn join(built: &Built, newcomer: &Newcomer, builder: &mut impl Builder) {
    let Newcomer { short, name, weight, .. } = newcomer;
    if let Some(node) = builder.find(short) {
        if builder.world().power(node) == Power::Down {
            builder.start(node);
        }
        return;
    }
    let node = builder.enroll(short, Role::Storage);
    let first = &built.plan.map;
    let plan = Arc::new(ClusterMap::empty(first.strategy(), first.replicas()));
    let site = builder.site(short, name);
    let member = Member::founding(node, short.clone(), *weight, site);
    builder.install(node, built.storage(member, plan));
    builder.start(node);
}

/// Leaves a change of a node to the controller if the node is off; on the disk of the controller, if that is
/// off, too.
fn away(built: &Built, short: &str, task: impl FnOnce(NodeId) -> Task, builder: &mut impl Builder) {
    let Some(node) = builder.find(short) else { return };
    let (controller, world) = (built.controller, builder.world());
    if world.power(node) != Power::Down {
        return;
    }
    let task = task(node);
    if world.power(controller) == Power::Down {
        world.preload(controller, |durable| {
            let ledger = &mut durable.ring.ledger;
            *ledger =
                Some(Arc::new(Ledger::with_task(ledger.as_deref(), &built.plan, task.clone())));
        });
    }
    builder.request(controller, Request::Change(task).into());
}
