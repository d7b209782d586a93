//! A quorum store, from the text into the world: its nodes, with what is loaded on their disks.

use super::layout::{Layout, VNODES};
use super::reach::{ClientConfig, Start};
use super::record::Record;
use super::{Config, Process, Request, Spec, fact, words};
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Role};
use crate::client::{Op, Verb};
use crate::placement::strategy::Work;
use crate::placement::{Owners, Strategy, way};
use crate::quorum::{self, Level};
use crate::store::{Batch, Key, Value};
use crate::tenant::setup::{Builder, Deeds, Head, Operation, Setup};
use crate::tenant::{
    Config as AnyConfig, Durable, Found, MapFact, MemberFact, Order, Request as AnyRequest, Site,
    Standing,
};
use crate::text::reader::{Read, Reader};
use crate::text::{Chapter, Entry};
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What a store has beside its machines.
#[derive(Clone, Debug)]
pub struct Built {
    /// Who the homes of a key are.
    pub layout: Arc<Layout>,
}

/// The order that nodes compare what they hold with all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repair;

impl Setup for Spec {
    type Built = Built;
    type Process = Process;
    type Way = Level;
    type Own = Repair;

    const STATEMENTS: &[Entry] = words::STATEMENTS;
    const OPTIONS: &[Entry] = words::OPTIONS;
    const WITHOUT: &[Entry] = words::WITHOUT;
    const LAWS: &[Entry] = words::LAWS;
    const METRICS: &[Entry] = words::METRICS;
    const CLAIM: &str = words::CLAIM;
    const WAYS: &[Entry] = words::LEVELS;
    const ORDERS: &[Entry] = words::ORDERS;
    const GROWS: bool = false;

    fn read(_: &str, reader: &mut Reader<'_, '_>) -> Read<(Self, Head)> {
        // As the layout has it, which is fixed.
        let (mut spec, mut head) = (Self::default(), Head::of(Strategy::ring(VNODES)));
        head.options(reader, |reader, head| spec.option(reader, &mut head.nodes))?;
        spec.check(reader, head.nodes)?;
        head.replicas = spec.replicas;
        Ok((spec, head))
    }

    fn read_order(_: &str, reader: &mut Reader<'_, '_>) -> Read<(Vec<String>, Repair)> {
        Ok((reader.names("the names of nodes, such as n1 n2")?, Repair))
    }

    fn obey(_: &Repair, config: &Config) -> Option<Request> {
        matches!(config, Config::Node(_)).then_some(Request::Repair)
    }

    fn way(reader: &mut Reader<'_, '_>) -> Read<Level> {
        let Some(token) = reader.take() else {
            return reader.refuse(String::from("By which level? Such as: c1: get x by QUORUM"));
        };
        match Level::named(token.raw) {
            Some(level) => Ok(level),
            None => reader.unknown("level", token, words::LEVELS),
        }
    }

    fn chapters() -> Vec<Chapter> {
        let option = |(word, meaning): Entry| {
            let said = meaning.rsplit(": ").next().unwrap_or_default();
            let said = said.split(',').next().unwrap_or_default();
            match word {
                "nodes" => format!("quorum   {said}"),
                "siblings" | "lww" | "sloppy" => format!("quorum   5 nodes, {word}"),
                _ => format!("quorum   5 nodes, {said}"),
            }
        };
        let level = |(word, _): Entry| match word {
            "ANY" => String::from("at 1s    c1: put x 1 by ANY"),
            word => format!("at 1s    c1: get x by {word}"),
        };
        Vec::from([
            Chapter::new("A store without a leader", words::OPTIONS, option),
            Chapter::new("How many copies answer", words::LEVELS, level),
        ])
    }

    fn word(&self, _: &Head) -> &'static str {
        "quorum"
    }

    fn copies(&self, head: &Head) -> u32 {
        head.replicas
    }

    fn work(&self, head: &Head) -> Option<Work> {
        Some(head.strategy.work(head.nodes.into()))
    }

    /// A write may be on no more copies than it waited for.
    fn bears(&self, _: &Head) -> Option<u32> {
        Some(self.writes().saturating_sub(1))
    }

    /// Clients give versions; nodes only look how old a tombstone is.
    fn reads_wall(&self, _: &Head, deeds: Deeds) -> bool {
        deeds.deletes
    }

    fn build(&self, builder: &mut impl Builder) -> Built {
        let head = builder.cluster().head.clone();
        let mut nodes = Vec::new();
        for number in 1..=head.nodes {
            let short = format!("n{number}");
            let node = builder.enroll(&short, Role::Storage);
            nodes.push((node, Arc::from(short.as_str()), site(&short, builder)));
        }
        let layout = Arc::new(Layout::new(&nodes, head.replicas as usize));
        let bugs: Vec<_> = builder.bugs().iter().filter_map(|bug| bug.quorum()).collect();
        let config = Arc::new(self.build(layout.clone(), &bugs));
        for (node, ..) in nodes {
            builder.install(node, Config::Node(config.clone()).into());
        }
        Built { layout }
    }

    /// Nobody keeps the map: the first node stands for all.
    fn desk(built: &Built) -> NodeId {
        built.layout.nodes().next().unwrap_or(NodeId::WORLD)
    }

    fn homes(built: &Built, key: &Key) -> Owners {
        let mut owners = Owners::NONE;
        for home in built.layout.preference(key).homes {
            owners.add(home);
        }
        owners
    }

    /// The homes of a key are its preference list.
    fn find(site: Site<'_, Process>, built: &Built, key: &str) -> Option<Found> {
        let key = Key::new(key);
        let homes = built.layout.preference(&key).homes;
        let owners = homes.into_iter().map(|node| site.table().name(node)).collect();
        let steps = way::on_circle(key.position(), built.layout.points());
        Some(Found { place: key.position(), steps, owners })
    }

    fn signs(process: &Process) -> Vec<String> {
        fact::signs(process)
    }

    /// Its ring does not change.
    fn map(_: Site<'_, Process>, built: &Built) -> Option<MapFact> {
        let mut members = VecMap::new();
        for (node, share) in built.layout.shares().iter() {
            let standing = Standing::Serving;
            members.insert(
                *node,
                MemberFact { standing, may_leave: false, weight: 100, share: *share },
            );
        }
        Some(MapFact { points: built.layout.points().to_vec(), members, ..MapFact::default() })
    }

    fn lay(durable: &mut Durable, batch: &Arc<Batch>) {
        for item in &batch.items {
            durable.quorum.records.put(Record::loaded(item.clone()));
        }
    }

    fn client(&self, short: &str, built: &Built, builder: &impl Builder) -> Option<AnyConfig> {
        let start = Start {
            layout: built.layout.clone(),
            lww: self.lww,
            sloppy: self.sloppy,
            region: site(short, builder).region,
            reads: self.reads(),
            writes: self.writes(),
        };
        let config = ClientConfig::new(builder.cluster().head.timeout, start);
        Some(Config::Client(Arc::new(config)).into())
    }

    fn order(order: &Order) -> Option<Request> {
        Some(match order {
            Order::Work(work) => Request::Work(work.clone()),
            Order::Leave
            | Order::Weight(_)
            | Order::Members(..)
            | Order::Transfer(_)
            | Order::Campaign
            | Order::Compact => return None,
        })
    }

    fn operate(operation: &Operation) -> Option<AnyRequest> {
        let request = match operation {
            Operation::Get(key) => Request::Get(key.clone(), None),
            Operation::Put(key, value) => Request::Put(key.clone(), Box::new(value.clone()), None),
            Operation::Call(ops, way) => {
                let [Op { verb, key, value, .. }] = &**ops else { return None };
                let level = Some(way.as_ref()?.quorum()?);
                match verb {
                    // Somebody that only keeps a hint answers no read.
                    Verb::Get if level == Some(Level::Any) => return None,
                    Verb::Get => Request::Get(key.clone(), level),
                    Verb::Put | Verb::Delete => {
                        let value = value.clone().unwrap_or(Value::Gone);
                        Request::Put(key.clone(), Box::new(value), level)
                    }
                    Verb::Append | Verb::Cas => return None,
                }
            }
        };
        Some(request.into())
    }
}

fn site(short: &str, builder: &impl Builder) -> quorum::Site {
    let site = builder.site(short, &builder.full_name(short));
    quorum::Site { region: site.region.into(), rack: site.rack.into() }
}
