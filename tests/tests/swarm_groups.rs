//! Random bad days of machines that each run many Raft groups: the laws of Raft hold in every group,
//! and once all is well again every group goes on, agrees and falls quiet. On every second day the groups
//! are those of the replicated store: it runs behind any host.

use std::sync::Arc;

use shardlab::base::hash::mix;
use shardlab::base::{NodeId, Rng, Span};
use shardlab::check::raft::Laws;
use shardlab::client::{Op, Verb};
use shardlab::raft::host::{App, Config, GroupId, Host, Member, Note, Request, Waking};
use shardlab::raft::machine::Request as RaftRequest;
use shardlab::raft::{self, Index, Membership, Payload, Role};
use shardlab::sim::{Cut, DiskProfile, Event, Fault, Kind, LinkProfile, Power, Side, World};
use shardlab::store::{Key, Value};
use shardlab::tenant::replicated::kv::{Command, Kv, Store};

/// Days tried, unless the environment says how many.
const DAYS: u64 = 100;
/// Things that happen on a day.
const STEPS: u32 = 60;

#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
struct Numbers;

/// How many commands, and one number for all of them in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
struct Sum {
    count: u64,
    fold: u64,
}

impl Payload for Numbers {
    type Command = u32;
    type State = Sum;
    fn command_bytes(_: &u32) -> u64 {
        4
    }
    fn state_bytes(_: &Sum) -> u64 {
        16
    }
    fn state_digest(state: &Sum) -> u64 {
        state.fold
    }
}

impl App for Numbers {
    type Output = ();
    type Rules = ();

    fn fresh() -> Sum {
        Sum::default()
    }
    fn apply(state: &mut Sum, _: Index, command: &u32, (): &()) {
        state.count += 1;
        state.fold = mix(state.fold ^ u64::from(*command));
    }
}

/// An app that is tried.
trait Tried: App + 'static {
    /// The command of that number.
    fn command(number: u32) -> Self::Command;
    /// How many commands have changed the state.
    fn count(state: &Self::State) -> u64;
}

impl Tried for Numbers {
    fn command(number: u32) -> u32 {
        number
    }
    fn count(state: &Sum) -> u64 {
        state.count
    }
}

/// The store of keys and values: three clients append to keys, each with numbers of its own.
impl Tried for Kv {
    fn command(number: u32) -> Arc<Command> {
        let op = Op {
            verb: Verb::Append,
            key: Key::new(&format!("k{}", number % 7)),
            value: Some(Value::Text(format!("{number};").into())),
            expected: None,
        };
        Arc::new(Command::new(u64::from(number % 3), number / 3, Arc::new([op])))
    }
    fn count(state: &Arc<Store>) -> u64 {
        state.items().count() as u64
    }
}

/// How often what makes days worth watching has happened.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    quiet: u32,
    asked: u32,
    told: u32,
    lost: u32,
    not_quiet: u32,
    torn: u32,
    destroyed: u32,
    disks_lost: u32,
    memberships: u32,
    compactions: u32,
    events: u64,
}

struct Day<A: Tried> {
    world: World<Host<A>>,
    rng: Rng,
    laws: Vec<Laws>,
    seen: Seen,
    hosts: u32,
    /// A disk or a replica has been lost: one is all that a group of three can bear.
    loss: bool,
    next: u32,
}

impl<A: Tried> Day<A> {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::derive(seed, 99);
        let hosts = 3 + 2 * rng.below(2) as u32;
        let groups = 2 + rng.below(12) as u32;
        let links = LinkProfile {
            loss: 3_000,
            duplicate: 3_000,
            reorder: 10_000,
            ..LinkProfile::default()
        };
        let mut world = World::new(seed, links);
        let linger = [Span::ZERO, Span::micros(500)][rng.below(2) as usize];
        for host in 0..hosts {
            let members = |group: u32| {
                // Groups of three on five machines lie in different places.
                Membership::of((0..3).map(|at| NodeId((group + at) % hosts)))
            };
            let of = |group| (GroupId(group), Arc::new(members(group)));
            let here = |(_, members): &(GroupId, Arc<Membership>)| members.contains(NodeId(host));
            let config = Config {
                groups: (0..groups).map(of).filter(here).collect(),
                chance: Rng::derive(seed, u64::from(host)).bits(),
                linger,
                log_bytes: 600,
                raft: raft::Config { kept: 4, ..raft::Config::default() },
                ..Config::default()
            };
            world.add(u64::from(host), Arc::new(config), DiskProfile::default());
        }
        let laws = (0..groups).map(|_| Laws::new()).collect();
        let mut day = Self { world, rng, laws, seen: Seen::default(), hosts, loss: false, next: 0 };
        for host in 0..hosts {
            day.act(|world, out| world.start(NodeId(host), out));
        }
        day
    }

    fn act<T>(
        &mut self,
        act: impl FnOnce(&mut World<Host<A>>, &mut Vec<Event<Host<A>>>) -> T,
    ) -> T {
        let mut out = Vec::new();
        let result = act(&mut self.world, &mut out);
        self.read(&out);
        result
    }

    fn run(&mut self, span: Span) {
        let until = self.world.now() + span;
        self.act(|world, out| {
            while world.due().is_some_and(|due| due <= until) {
                world.step(out);
            }
            world.wait(until);
        });
    }

    fn read(&mut self, events: &[Event<Host<A>>]) {
        self.seen.events += events.len() as u64;
        for event in events {
            let (at, seq, node) = (event.at, event.seq, event.node);
            match &event.kind {
                Kind::Noted(Note::Raft(group, note)) => {
                    self.seen.disks_lost += u32::from(matches!(note, raft::Note::DiskLost { .. }));
                    self.laws[group.0 as usize].read(at, seq, node, note);
                }
                Kind::Noted(Note::Quiet(..)) => self.seen.quiet += 1,
                Kind::Noted(Note::Woke(_, why)) => match why {
                    Waking::Asked => self.seen.asked += 1,
                    Waking::Told => self.seen.told += 1,
                    Waking::PeerLost => self.seen.lost += 1,
                    Waking::NotQuiet => self.seen.not_quiet += 1,
                },
                Kind::Noted(Note::Destroyed(group, _)) => {
                    self.seen.destroyed += 1;
                    self.laws[group.0 as usize].wiped(node);
                    self.laws[group.0 as usize].started(node);
                }
                Kind::Fault(Fault::Started) => {
                    self.laws.iter_mut().for_each(|laws| laws.started(node));
                }
                Kind::Fault(Fault::Wiped) => {
                    self.laws.iter_mut().for_each(|laws| laws.wiped(node));
                }
                Kind::Fault(Fault::Torn { torn, .. }) => self.seen.torn += torn,
                _ => {}
            }
        }
    }

    fn host(&mut self) -> NodeId {
        NodeId(self.rng.below(u64::from(self.hosts)) as u32)
    }

    fn group(&mut self) -> GroupId {
        GroupId(self.rng.below(self.laws.len() as u64) as u32)
    }

    /// Where a group lies.
    fn homes(&self, group: GroupId) -> Vec<NodeId> {
        (0..3).map(|at| NodeId((group.0 + at) % self.hosts)).collect()
    }

    fn leaders(&self, group: GroupId) -> Vec<NodeId> {
        let leads = |host: &NodeId| {
            let member = self.world.machine(*host).and_then(|it| it.member(group));
            member.is_some_and(|member| member.node().role() == Role::Leader)
        };
        (0..self.hosts).map(NodeId).filter(leads).collect()
    }

    fn ask(&mut self, host: NodeId, group: GroupId, request: RaftRequest<A>) {
        self.act(|world, out| world.request(host, Request::Group(group, request), out));
    }

    fn propose(&mut self, group: GroupId) {
        for leader in self.leaders(group) {
            let commands = (self.next..self.next + 3).map(A::command).collect();
            self.next += 3;
            self.ask(leader, group, RaftRequest::Propose(commands));
        }
    }

    fn step(&mut self) {
        let host = self.host();
        let group = self.group();
        match self.rng.below(20) {
            0..6 => {
                for _ in 0..self.rng.below(20) {
                    let group = self.group();
                    self.propose(group);
                }
            }
            6 | 7 => {
                if self.rng.below(2) == 0 {
                    self.act(|world, out| world.loosen(host, out));
                }
                // In the middle of writes, if there are any.
                for group in (0..self.laws.len() as u32).map(GroupId) {
                    self.propose(group);
                }
                let moment = self.rng.below(2_500);
                self.run(Span::micros(moment));
                self.act(|world, out| world.crash(host, out));
            }
            8..11 => {
                let down =
                    (0..self.hosts).map(NodeId).find(|it| self.world.power(*it) == Power::Down);
                if let Some(host) = down {
                    self.act(|world, out| world.start(host, out));
                }
            }
            11 => self.act(|world, out| world.pause(host, out)),
            12 => self.act(|world, out| world.resume(host, out)),
            13 => {
                let (left, right) = (Side::These(vec![host]), Side::AllBut(vec![host]));
                let one_way = self.rng.below(2) == 0;
                self.act(|world, out| world.cut(Cut { left, right, one_way }, out));
            }
            14 => self.act(World::heal),
            15 => self.ask(host, group, RaftRequest::Read { lease: false }),
            16 => {
                for leader in self.leaders(group) {
                    self.ask(leader, group, RaftRequest::Transfer(host));
                }
            }
            17 => {
                // All, or all but one, as long as nobody has lost anything: two of two bear no loss.
                let mut voters = self.homes(group);
                if self.rng.below(3) == 0 && !self.loss {
                    voters.retain(|it| *it != host);
                }
                for leader in self.leaders(group) {
                    self.ask(leader, group, RaftRequest::Members(voters.clone(), Vec::new()));
                }
            }
            18 => self.run(Span::seconds(2)),
            _ if !self.loss && self.rng.below(2) == 0 => self.lose(host, group),
            _ => {}
        }
        let pause = self.rng.below(200);
        self.run(Span::millis(pause));
    }

    /// A machine loses its disk, or a group its replica there.
    fn lose(&mut self, host: NodeId, group: GroupId) {
        self.loss = true;
        // All members again: a group of two bears no loss.
        self.calm();
        self.everybody();
        self.run(Span::seconds(3));
        if self.rng.below(2) == 0 {
            self.act(|world, out| world.wipe(host, out));
            self.act(|world, out| world.start(host, out));
        } else {
            self.act(|world, out| world.request(host, Request::Destroy(group), out));
            let while_gone = self.rng.below(3_000);
            self.run(Span::millis(while_gone));
            let voters = self.homes(group);
            if voters.contains(&host) {
                self.act(|world, out| world.request(host, Request::Create(group, voters), out));
            }
        }
        self.run(Span::seconds(3));
    }

    fn calm(&mut self) {
        self.act(World::heal);
        for host in (0..self.hosts).map(NodeId) {
            self.act(|world, out| world.resume(host, out));
            if self.world.power(host) == Power::Down {
                self.act(|world, out| world.start(host, out));
            }
        }
        self.run(Span::seconds(4));
    }

    fn everybody(&mut self) {
        for group in (0..self.laws.len() as u32).map(GroupId) {
            let voters = self.homes(group);
            for leader in self.leaders(group) {
                self.ask(leader, group, RaftRequest::Members(voters.clone(), Vec::new()));
            }
        }
    }

    /// Plays the day; what was wrong with it.
    fn play(mut self) -> (Seen, Vec<String>) {
        for _ in 0..STEPS {
            self.step();
        }
        let mut broken = Vec::new();
        self.calm();
        self.everybody();
        self.run(Span::seconds(4));
        let groups: Vec<GroupId> = (0..self.laws.len() as u32).map(GroupId).collect();
        for group in &groups {
            let leaders = self.leaders(*group);
            if leaders.len() != 1 {
                broken.push(format!("{group:?} is led by {leaders:?}"));
            }
            self.propose(*group);
        }
        self.run(Span::seconds(4));
        for group in &groups {
            let members = (0..self.hosts).filter_map(|host| self.world.machine(NodeId(host)));
            let members: Vec<_> = members.filter_map(|host| host.member(*group)).collect();
            let digest = |member: &Member<A>| A::state_digest(member.state());
            if members.len() != 3 || members.iter().any(|it| digest(it) != digest(members[0])) {
                let states: Vec<_> = members.iter().map(|it| it.state()).collect();
                broken.push(format!("{group:?} does not agree: {states:?}"));
            }
            let count = members.first().map_or(0, |it| A::count(it.state()));
            if count == 0 {
                broken.push(format!("{group:?} did not go on"));
            }
            if !members.iter().all(|it| it.is_quiet()) {
                let tell = |it: &&Member<A>| {
                    let node = it.node();
                    let members = node.members();
                    let last = node.log().last();
                    let matched: Vec<_> = node
                        .progress()
                        .iter()
                        .map(|(id, it)| (*id, it.matched, it.round))
                        .collect();
                    format!(
                        "{:?} {:?} {last} commit {:?} quiet {} {members:?} {matched:?}",
                        node.role(),
                        node.term(),
                        node.commit(),
                        it.is_quiet()
                    )
                };
                let told: Vec<_> = members.iter().map(tell).collect();
                broken.push(format!("{group:?} is not quiet: {told:#?}"));
            }
        }
        for (group, laws) in self.laws.iter().enumerate() {
            for violation in laws.violations().iter().take(3) {
                broken.push(format!(
                    "group {group}: {:?} at {}: {}",
                    violation.law, violation.seq, violation.words
                ));
            }
            let sometimes = laws.sometimes();
            self.seen.memberships += sometimes.memberships;
            self.seen.compactions += sometimes.compactions;
        }
        (self.seen, broken)
    }
}

/// How many days, and from which seed on: `SHARDLAB_SWARM=10000`, `SHARDLAB_SWARM=500..900`.
fn seeds() -> std::ops::Range<u64> {
    let Ok(wish) = std::env::var("SHARDLAB_SWARM") else { return 0..DAYS };
    let (from, to) = wish.split_once("..").unwrap_or(("0", &wish));
    from.parse().expect("a number of days")..to.parse().expect("a number of days")
}

#[test]
fn the_laws_hold_in_every_group_on_bad_days_and_all_fall_quiet_after_them() {
    let mut all = Seen::default();
    let mut bad = Vec::new();
    for seed in seeds() {
        let (seen, broken) = match seed % 2 {
            0 => Day::<Numbers>::new(seed).play(),
            _ => Day::<Kv>::new(seed).play(),
        };
        let add = |sum: &mut u32, more: u32| *sum += more;
        add(&mut all.quiet, seen.quiet);
        add(&mut all.asked, seen.asked);
        add(&mut all.told, seen.told);
        add(&mut all.lost, seen.lost);
        add(&mut all.not_quiet, seen.not_quiet);
        add(&mut all.torn, seen.torn);
        add(&mut all.destroyed, seen.destroyed);
        add(&mut all.disks_lost, seen.disks_lost);
        add(&mut all.memberships, seen.memberships);
        add(&mut all.compactions, seen.compactions);
        all.events += seen.events;
        if !broken.is_empty() {
            bad.push(format!("seed {seed}: {broken:#?}"));
        }
    }
    println!("{all:?}");
    assert!(bad.is_empty(), "{} bad days:\n{}", bad.len(), bad[..bad.len().min(8)].join("\n"));
    let counts = [
        ("groups fell quiet", all.quiet),
        ("a request woke one", all.asked),
        ("a message woke one", all.told),
        ("a lost peer woke one", all.lost),
        ("a sum woke one", all.not_quiet),
        ("a merged write was torn", all.torn),
        ("a replica was destroyed", all.destroyed),
        ("a disk was lost", all.disks_lost),
        ("members changed", all.memberships),
        ("a log was compacted", all.compactions),
    ];
    for (what, count) in counts {
        assert!(count > 0, "never: {what}");
    }
}
