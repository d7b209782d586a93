//! Many groups in a world of their own.

use super::{App, Change, Config, Durable, GroupId, Host, Note, Request, Tombstone, Waking, Write};
use crate::base::{NodeId, Rng, Span, Spread, Time};
use crate::machine::{Machine, Turn};
use crate::raft::machine::{Reply as RaftReply, Request as RaftRequest};
use crate::raft::tests::Numbers;
use crate::raft::{self, Entry, EntryId, Index, Membership, Note as RaftNote, Role, Term, What};
use crate::sim::{
    Change as LinkChange, Cut, DiskProfile, Event, Kind, LinkProfile, Rule, Side, World,
};
use alloc::sync::Arc;
use alloc::vec::Vec;

impl App for Numbers {
    type Output = ();
    type Rules = ();

    fn fresh() -> Vec<u32> {
        Vec::new()
    }
    fn apply(state: &mut Vec<u32>, _: Index, command: &u32, (): &()) {
        state.push(*command);
    }
}

type Events = Vec<Event<Host<Numbers>>>;

struct Site {
    world: World<Host<Numbers>>,
    out: Events,
}

impl Site {
    /// Hosts with these groups, each of them on all hosts.
    fn new(seed: u64, hosts: u32, groups: u32, change: impl Fn(&mut Config)) -> Self {
        // Wires and disks without chance: what a group sees does not depend on others' traffic.
        let latency = Spread::Constant(Span::millis(1));
        let mut world =
            World::new(seed, LinkProfile { latency, bandwidth: 0, ..LinkProfile::default() });
        let members = Arc::new(Membership::of((0..hosts).map(NodeId)));
        for host in 0..hosts {
            let groups = (0..groups).map(|group| (GroupId(group), members.clone())).collect();
            let chance = Rng::derive(seed, u64::from(host)).bits();
            let mut config = Config { groups, chance, ..Config::default() };
            change(&mut config);
            assert_eq!(config.raft.check(), Ok(()));
            world.add(u64::from(host), Arc::new(config), DiskProfile::default());
        }
        let mut out = Vec::new();
        for host in 0..hosts {
            world.start(NodeId(host), &mut out);
        }
        Self { world, out }
    }

    fn run(&mut self, span: Span) {
        let until = self.world.now() + span;
        while self.world.due().is_some_and(|due| due <= until) {
            self.world.step(&mut self.out);
        }
        self.world.wait(until);
    }

    fn leaders(&self, group: u32) -> Vec<NodeId> {
        let hosts = (0..self.world.len() as u32).map(NodeId);
        let leads = |host: &NodeId| {
            let member = self.world.machine(*host).and_then(|it| it.member(GroupId(group)));
            member.is_some_and(|member| member.node().role() == Role::Leader)
        };
        hosts.filter(leads).collect()
    }

    fn ask(&mut self, host: NodeId, group: u32, request: RaftRequest<Numbers>) {
        self.world.request(host, Request::Group(GroupId(group), request), &mut self.out);
    }

    fn propose(&mut self, group: u32, number: u32) {
        let leader = self.leaders(group)[0];
        self.ask(leader, group, RaftRequest::Propose(alloc::vec![number]));
    }

    fn state(&self, host: NodeId, group: u32) -> Vec<u32> {
        let member = self.world.machine(host).and_then(|it| it.member(GroupId(group)));
        member.map_or_else(Vec::new, |member| member.state().clone())
    }

    /// How many groups are quiet everywhere.
    fn quiet(&self, groups: u32) -> usize {
        let quiet = |group: &u32| {
            let mut hosts =
                (0..self.world.len() as u32).filter_map(|it| self.world.machine(NodeId(it)));
            hosts.all(|host| host.member(GroupId(*group)).is_some_and(super::Member::is_quiet))
        };
        (0..groups).filter(quiet).count()
    }

    fn sent(&self) -> usize {
        self.out.iter().filter(|event| matches!(event.kind, Kind::Sent { .. })).count()
    }

    /// The notes of a group, and when they were made.
    fn told(&self, group: u32) -> Vec<(Time, NodeId, RaftNote<Numbers>)> {
        let of = |event: &Event<Host<Numbers>>| match &event.kind {
            Kind::Noted(Note::Raft(GroupId(of), note)) if *of == group => {
                Some((event.at, event.node, note.clone()))
            }
            _ => None,
        };
        self.out.iter().filter_map(of).collect()
    }
}

#[test]
fn every_group_finds_its_leader_and_commits_what_is_proposed() {
    for seed in 0..5 {
        let mut site = Site::new(seed, 3, 20, |_| {});
        site.run(Span::seconds(2));
        for group in 0..20 {
            assert_eq!(site.leaders(group).len(), 1, "seed {seed}, group {group}");
            site.propose(group, group);
        }
        site.run(Span::seconds(1));
        for group in 0..20 {
            for host in (0..3).map(NodeId) {
                assert_eq!(site.state(host, group), [group], "seed {seed}, {host:?}");
            }
        }
    }
}

/// A doubled append rests on a merged write of an earlier turn: its answer waits for that write, and no
/// write of nothing is made for it.
#[test]
fn an_answer_that_rests_on_an_earlier_turn_waits_for_the_merged_write() {
    let mut site = Site::new(7, 3, 2, |_| {});
    site.run(Span::seconds(2));
    let leader = site.leaders(0)[0];
    let change = LinkChange { duplicate: Some(1_000_000), ..LinkChange::default() };
    let all = || Side::AllBut(Vec::new());
    site.world.rule(Rule { from: all(), to: all(), change }, &mut site.out);
    let sync = Spread::Constant(Span::millis(50));
    for host in (0..3).map(NodeId) {
        let disk = DiskProfile { sync, grouped: false, ..DiskProfile::default() };
        site.world.set_disk(host, disk, &mut site.out);
    }
    site.out.clear();
    site.propose(0, 1);
    site.run(Span::seconds(1));
    let acks = |item: &(GroupId, super::Item<Numbers>)| matches!(&item.1, super::Item::Raft(said) if matches!(said.body, raft::Body::Appended { .. }));
    let mut landed = [0; 3];
    let mut acked = 0;
    for event in &site.out {
        match &event.kind {
            Kind::Landed { bytes } => {
                assert!(*bytes > 0);
                landed[event.node.index()] += 1;
            }
            Kind::Sent { message, .. } if message.items.iter().any(acks) => {
                assert!(event.node != leader && landed[event.node.index()] > 0, "{event:?}");
                acked += 1;
            }
            _ => {}
        }
    }
    assert_eq!(landed, [1; 3], "one entry, on each disk once");
    assert!(acked >= 4, "{acked}: at least twice by two");
}

#[test]
fn another_group_changes_nothing_of_the_others() {
    let day = |groups| {
        let mut site = Site::new(3, 3, groups, |_| {});
        site.run(Span::seconds(2));
        for number in 0..10 {
            site.propose(0, number);
            site.run(Span::millis(20));
        }
        let leader = site.leaders(0)[0];
        site.world.crash(leader, &mut site.out);
        site.run(Span::seconds(1));
        site.world.start(leader, &mut site.out);
        site.run(Span::seconds(1));
        site
    };
    let (few, many) = (day(3), day(4));
    for group in 0..3 {
        assert_eq!(few.told(group), many.told(group), "group {group}");
    }
    assert!(few.told(0).len() > 20);
}

#[test]
fn idle_groups_fall_quiet_and_cost_little() {
    let cost = |groups, quiet_after| {
        let mut site = Site::new(1, 3, groups, |config| config.quiet_after = quiet_after);
        site.run(Span::seconds(5));
        assert_eq!(site.quiet(groups), if quiet_after > 0 { groups as usize } else { 0 });
        site.out.clear();
        site.run(Span::seconds(1));
        (site.out.len(), site.sent())
    };
    let (one, awake, quiet) = (cost(1, 0), cost(100, 0), cost(100, 8));
    assert!(quiet.0 <= 3 * one.0, "{quiet:?} against {one:?}");
    assert!(awake.0 <= 4 * one.0, "{awake:?} against {one:?}");
}

#[test]
fn a_quiet_group_wakes_for_a_proposal_and_falls_quiet_again() {
    let mut site = Site::new(2, 3, 5, |_| {});
    site.run(Span::seconds(3));
    assert_eq!(site.quiet(5), 5);
    site.propose(2, 7);
    site.run(Span::millis(50));
    assert_eq!(site.quiet(5), 4);
    assert!((0..3).all(|host| site.state(NodeId(host), 2) == [7]));
    site.run(Span::seconds(1));
    assert_eq!(site.quiet(5), 5);
    // A follower's read asks the leader, wherever it is.
    let follower = NodeId((site.leaders(2)[0].0 + 1) % 3);
    site.ask(follower, 2, RaftRequest::Read { lease: false });
    site.run(Span::millis(50));
    let answered = site.out.iter().rev().take(200).any(|event| match &event.kind {
        Kind::Replied { reply, .. } => matches!(reply, super::Reply::Group(RaftReply::ReadAt(_))),
        _ => false,
    });
    assert!(answered);
}

#[test]
fn a_quiet_group_elects_within_the_usual_time_when_its_leaders_machine_dies() {
    for seed in 0..20 {
        let mut site = Site::new(seed, 3, 10, |_| {});
        site.run(Span::seconds(3));
        assert_eq!(site.quiet(10), 10, "seed {seed}");
        let dead = site.leaders(0)[0];
        let died = site.world.now();
        site.out.clear();
        site.world.crash(dead, &mut site.out);
        site.run(Span::seconds(2));
        let (_, longest) = Config::default().raft.election;
        let led = site
            .told(0)
            .into_iter()
            .find(|(_, _, note)| matches!(note, RaftNote::Became { role: Role::Leader, .. }));
        let (at, ..) = led.expect("somebody leads");
        // Two may stand at once and try again.
        assert!(at.since(died) <= Span(3 * longest.0), "seed {seed}: {:?}", at.since(died));
        for group in 0..10 {
            assert_eq!(site.leaders(group).len(), 1, "seed {seed}, group {group}");
        }
    }
}

#[test]
fn a_quiet_leaders_machine_that_starts_anew_or_is_emptied_is_noticed() {
    for wiped in [false, true] {
        let mut site = Site::new(4, 3, 10, |_| {});
        site.run(Span::seconds(3));
        let first = site.leaders(0)[0];
        site.world.crash(first, &mut site.out);
        if wiped {
            site.world.wipe(first, &mut site.out);
        }
        site.world.start(first, &mut site.out);
        site.run(Span::seconds(3));
        for group in 0..10 {
            assert_eq!(site.leaders(group).len(), 1, "wiped {wiped}, group {group}");
            site.propose(group, 9);
        }
        site.run(Span::seconds(1));
        for group in 0..10 {
            assert!((0..3).all(|host| site.state(NodeId(host), group) == [9]), "wiped {wiped}");
        }
        site.run(Span::seconds(3));
        assert_eq!(site.quiet(10), 10, "wiped {wiped}");
    }
}

#[test]
fn a_quiet_leader_that_is_destroyed_is_replaced_and_comes_back_as_another_replica() {
    let mut site = Site::new(5, 3, 4, |_| {});
    site.run(Span::seconds(3));
    site.propose(1, 1);
    site.run(Span::seconds(2));
    assert_eq!(site.quiet(4), 4);
    let first = site.leaders(1)[0];
    site.out.clear();
    site.world.request(first, Request::Destroy(GroupId(1)), &mut site.out);
    site.run(Span::seconds(2));
    // Its machine is well and vouches for the others: only the sum tells.
    let found = site
        .out
        .iter()
        .any(|event| matches!(event.kind, Kind::Noted(Note::Woke(GroupId(1), Waking::NotQuiet))));
    assert!(found);
    let now = site.leaders(1);
    assert!(now.len() == 1 && now[0] != first);
    let voters = (0..3).map(NodeId).collect();
    site.world.request(first, Request::Create(GroupId(1), voters), &mut site.out);
    site.run(Span::seconds(3));
    site.propose(1, 2);
    site.run(Span::seconds(1));
    assert_eq!(site.state(first, 1), [1, 2]);
    let member = site.world.machine(first).and_then(|it| it.member(GroupId(1)));
    let node = member.expect("it is back").node();
    assert_ne!(node.replica(), raft::ReplicaId::FIRST);
    assert!(!node.is_estranged(), "it was let in again");
}

#[test]
fn a_cut_off_machine_leads_no_quiet_group() {
    let mut site = Site::new(6, 3, 6, |_| {});
    site.run(Span::seconds(3));
    let first = site.leaders(0)[0];
    let (left, right) = (Side::These(alloc::vec![first]), Side::AllBut(alloc::vec![first]));
    site.world.cut(Cut { left, right, one_way: false }, &mut site.out);
    site.run(Span::seconds(2));
    for group in 0..6 {
        let leaders = site.leaders(group);
        assert!(leaders.len() == 1 && leaders[0] != first, "group {group}: {leaders:?}");
    }
    site.world.heal(&mut site.out);
    site.run(Span::seconds(4));
    assert_eq!(site.quiet(6), 6);
}

#[test]
fn proposals_of_many_groups_share_writes_and_envelopes_while_the_host_lingers() {
    let cost = |linger| {
        let mut site = Site::new(7, 3, 50, |config| config.linger = linger);
        site.run(Span::seconds(3));
        site.out.clear();
        for group in 0..50 {
            site.propose(group, group);
        }
        site.run(Span::millis(25));
        for group in 0..50 {
            assert!((0..3).all(|host| site.state(NodeId(host), group) == [group]));
        }
        let landed = site.out.iter().filter(|it| matches!(it.kind, Kind::Landed { .. })).count();
        (site.sent(), landed)
    };
    let (alone, merged) = (cost(Span::ZERO), cost(Span::millis(1)));
    assert!(merged.0 * 4 <= alone.0, "{merged:?} against {alone:?} messages and writes");
    assert!(merged.1 * 4 <= alone.1, "{merged:?} against {alone:?} messages and writes");
}

#[test]
fn a_group_moves_to_another_machine_and_comes_back_as_another_replica() {
    let mut site = Site::new(8, 4, 1, |config| {
        // The last machine knows nothing of the group at first.
        config.groups[0].1 = Arc::new(Membership::of((0..3).map(NodeId)));
    });
    site.world.request(NodeId(3), Request::Destroy(GroupId(0)), &mut site.out);
    site.run(Span::seconds(1));
    site.world.request(NodeId(3), Request::Create(GroupId(0), Vec::new()), &mut site.out);
    site.run(Span::seconds(2));
    site.propose(0, 1);
    let members = |site: &mut Site, voters: &[u32]| {
        let voters = voters.iter().copied().map(NodeId).collect();
        let leader = site.leaders(0)[0];
        site.ask(leader, 0, RaftRequest::Members(voters, Vec::new()));
        site.run(Span::seconds(3));
    };
    members(&mut site, &[1, 2, 3]);
    assert_eq!(site.state(NodeId(3), 0), [1]);
    site.world.request(NodeId(0), Request::Destroy(GroupId(0)), &mut site.out);
    site.run(Span::seconds(1));
    assert!(site.world.machine(NodeId(0)).is_some_and(|host| host.members().next().is_none()));
    // A fall does not bring it back.
    site.world.crash(NodeId(0), &mut site.out);
    site.world.start(NodeId(0), &mut site.out);
    site.run(Span::seconds(1));
    assert!(site.world.machine(NodeId(0)).is_some_and(|host| host.members().next().is_none()));
    site.world.request(NodeId(0), Request::Create(GroupId(0), Vec::new()), &mut site.out);
    members(&mut site, &[0, 1, 2]);
    site.propose(0, 2);
    site.run(Span::seconds(2));
    let member = site.world.machine(NodeId(0)).and_then(|it| it.member(GroupId(0)));
    let node = member.expect("it is back").node();
    assert_ne!(node.replica(), raft::ReplicaId::FIRST);
    assert!(node.members().votes(NodeId(0)) && !node.is_estranged());
    assert_eq!(site.state(NodeId(0), 0), [1, 2]);
}

#[test]
fn of_a_torn_write_the_first_parts_are_whole_and_at_most_one_is_cut_short() {
    let entry = |number| Entry::<Numbers>::new(Term(1), What::Command(number));
    let part = |group| {
        let entries: Arc<[Entry<Numbers>]> = (0..4).map(entry).collect();
        let append = raft::Write::Append { hard: None, prev: EntryId::default(), entries };
        (GroupId(group), Change::Raft(append))
    };
    let mut rng = Rng::derive(1, 1);
    let mut cut = 0;
    for _ in 0..200 {
        let mut durable = Durable::default();
        let write = Write { parts: (0..5).map(part).collect() };
        if let Some(left) = write.torn(&mut rng) {
            left.settle(&mut durable);
        }
        let lengths: Vec<usize> = durable.groups.values().map(|kept| kept.disk.log.len()).collect();
        let whole = lengths.iter().take_while(|length| **length == 4).count();
        assert!(lengths.len() <= whole + 1 && whole < 5, "{lengths:?}");
        cut += usize::from(lengths.len() == whole + 1);
    }
    assert!(cut > 0);
}

#[test]
fn what_is_left_of_an_unfinished_replica_is_no_replica() {
    // The write that created it is lost in a crash, and one that came after it is not.
    let hard = raft::Hard { term: Term(3), vote: None };
    let change = || Change::Raft(raft::Write::<Numbers>::Hard(hard));
    let mut durable = Durable::default();
    Write { parts: alloc::vec![(GroupId(7), change())] }.settle(&mut durable);
    let mut effects = Vec::new();
    let mut rng = Rng::derive(1, 1);
    let mut turn = Turn::new(NodeId(0), Time::ZERO, &mut rng, &mut effects);
    let host = Host::boot(&Arc::new(Config::default()), &durable, &mut turn);
    assert_eq!(host.members().count(), 0);
    // Nor does it lie on a tombstone.
    let mut durable = Durable::default();
    let replica = raft::ReplicaId(5);
    let gone = Change::Destroy(Tombstone { replica });
    Write { parts: alloc::vec![(GroupId(7), gone), (GroupId(7), change())] }.settle(&mut durable);
    assert!(durable.groups.is_empty() && durable.tombstones.contains_key(&GroupId(7)));
}
