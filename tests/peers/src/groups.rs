//! Many Raft groups on three machines beside one.
//!
//! Method: a simulated world of three hosts with usual wires and disks. Idle: the groups elect and have
//! eight seconds to fall quiet, then the events of ten simulated seconds are counted; they are exact.
//! Loaded: every simulated millisecond 64 commands of 16 bytes are proposed to leaders of as many groups in
//! turn as there are, for two simulated seconds; hosts collect for half a millisecond. The processor time
//! of the process is taken, the best of three rounds; messages and writes are counted.

use std::sync::Arc;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use shardlab::base::{NodeId, Rng, Span};
use shardlab::raft::host::{App, Config, GroupId, Host, Request};
use shardlab::raft::machine::Request as RaftRequest;
use shardlab::raft::{Index, Membership, Payload, Role};
use shardlab::sim::{DiskProfile, Event, Kind, LinkProfile, World};

use crate::measure::say;

const HOSTS: u32 = 3;
const ROUNDS: usize = 3;
/// Simulated milliseconds of load, and proposals in each.
const LOADED: u64 = 2_000;
const AT_ONCE: u64 = 64;

#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
struct Bytes;

impl Payload for Bytes {
    type Command = [u64; 2];
    type State = u64;
    fn command_bytes(_: &[u64; 2]) -> u64 {
        16
    }
    fn state_bytes(_: &u64) -> u64 {
        8
    }
    fn state_digest(state: &u64) -> u64 {
        *state
    }
}

impl App for Bytes {
    type Output = ();
    type Rules = ();

    fn fresh() -> u64 {
        0
    }
    fn apply(state: &mut u64, _: Index, _: &[u64; 2], (): &()) {
        *state += 1;
    }
}

type Site = World<Host<Bytes>>;
type Events = Vec<Event<Host<Bytes>>>;

fn now() -> Duration {
    let spent = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(spent.tv_sec as u64, spent.tv_nsec as u32)
}

fn site(groups: u32, quiet_after: u32, linger: Span) -> Site {
    let mut world = World::new(1, LinkProfile::default());
    let members = Arc::new(Membership::of((0..HOSTS).map(NodeId)));
    let groups: Vec<_> = (0..groups).map(|group| (GroupId(group), members.clone())).collect();
    let mut out = Vec::new();
    for host in 0..HOSTS {
        let chance = Rng::derive(1, u64::from(host)).bits();
        let config =
            Config { groups: groups.clone(), chance, quiet_after, linger, ..Config::default() };
        world.add(u64::from(host), Arc::new(config), DiskProfile::default());
    }
    for host in 0..HOSTS {
        world.start(NodeId(host), &mut out);
    }
    world
}

/// Lets time pass; `count` looks at what has happened.
fn pass(world: &mut Site, span: Span, out: &mut Events, mut count: impl FnMut(&Events)) {
    let until = world.now() + span;
    while world.due().is_some_and(|due| due <= until) {
        world.step(out);
        count(out);
        out.clear();
    }
    world.wait(until);
}

/// Events a simulated second.
fn idle(groups: u32, quiet_after: u32) -> u64 {
    let mut world = site(groups, quiet_after, Span::ZERO);
    let mut events = 0;
    let mut out = Vec::new();
    pass(&mut world, Span::seconds(8), &mut out, |_| {});
    pass(&mut world, Span::seconds(10), &mut out, |out| events += out.len() as u64);
    events / 10
}

/// What load costs.
#[derive(Clone, Copy, Debug, Default)]
struct Load {
    /// Proposals a second of processor time.
    rate: f64,
    messages: f64,
    writes: f64,
    /// All were committed.
    whole: bool,
}

fn leader(world: &Site, group: u32) -> Option<NodeId> {
    (0..HOSTS).map(NodeId).find(|host| {
        let member = world.machine(*host).and_then(|it| it.member(GroupId(group)));
        member.is_some_and(|member| member.node().role() == Role::Leader)
    })
}

fn loaded(groups: u32) -> Load {
    let mut best = Load::default();
    for _ in 0..ROUNDS {
        let mut world = site(groups, Config::default().quiet_after, Span::micros(500));
        let mut out = Vec::new();
        pass(&mut world, Span::seconds(4), &mut out, |_| {});
        let leaders: Vec<_> = (0..groups).map(|group| leader(&world, group)).collect();
        let (mut messages, mut writes) = (0_u64, 0_u64);
        let started = now();
        let mut count = |out: &Events| {
            for event in out {
                messages += u64::from(matches!(event.kind, Kind::Sent { .. }));
                writes += u64::from(matches!(event.kind, Kind::Landed { .. }));
            }
        };
        for number in 0..LOADED * AT_ONCE {
            let group = (number % u64::from(groups)) as u32;
            if let Some(leader) = leaders[group as usize] {
                let request = RaftRequest::Propose(vec![[number, number]]);
                world.request(leader, Request::Group(GroupId(group), request), &mut out);
                count(&out);
                out.clear();
            }
            if number % AT_ONCE == AT_ONCE - 1 {
                pass(&mut world, Span::millis(1), &mut out, &mut count);
            }
        }
        pass(&mut world, Span::millis(200), &mut out, &mut count);
        let spent = now().checked_sub(started).unwrap_or_default().as_secs_f64();
        let all = (LOADED * AT_ONCE) as f64;
        let applied: u64 = (0..groups)
            .filter_map(|group| world.machine(NodeId(0)).and_then(|it| it.member(GroupId(group))))
            .map(|member| *member.state())
            .sum();
        if all / spent > best.rate {
            best = Load {
                rate: all / spent,
                messages: messages as f64 / all,
                writes: writes as f64 / all,
                whole: applied == LOADED * AT_ONCE,
            };
        }
    }
    best
}

/// Measures and says it; false if a bound is missed.
pub(crate) fn groups() -> bool {
    let quiet = Config::default().quiet_after;
    let (one, awake) = (idle(1, 0), idle(100, 0));
    let (resting, many) = (idle(100, quiet), idle(1_000, quiet));
    let mut held = true;
    let events = |count: u64| format!("{count} events/s");
    held &= say("idle: one group, never quiet", &events(one), "the measure", one > 0);
    held &=
        say("idle: 100 groups, never quiet", &events(awake), "(heartbeats share envelopes)", true);
    held &= say("idle: 100 groups", &events(resting), "at most 3 times one", resting <= 3 * one);
    held &= say("idle: 1,000 groups", &events(many), "at most 3 times one", many <= 3 * one);
    for groups in [1, 100, 1_000] {
        let load = loaded(groups);
        let what = format!("loaded: {groups} groups");
        let figure = format!("{:.0} /s", load.rate);
        let more = format!(
            "proposals of processor time; {:.2} messages and {:.2} writes each",
            load.messages, load.writes
        );
        held &= say(&what, &figure, &more, load.whole);
    }
    held
}
