//! Raft in a world of its own: elections, entries, falls, cuts.

use super::Numbers;
use crate::base::{NodeId, Span, Spread, Time};
use crate::raft::machine::Request;
use crate::raft::{Body, Config, Membership, Node, Note, Role};
use crate::sim::{Cut, DiskProfile, Event, Kind, LinkProfile, Side, World};
use alloc::sync::Arc;
use alloc::vec::Vec;

type Cluster = World<Node<Numbers>>;

fn cluster(seed: u64, nodes: u32) -> (Cluster, Vec<Event<Node<Numbers>>>) {
    let mut world = World::new(seed, LinkProfile::default());
    let members = Arc::new(Membership::of((0..nodes).map(NodeId)));
    let config = Arc::new(Config { members, ..Config::default() });
    assert_eq!(config.check(), Ok(()));
    let mut out = Vec::new();
    for node in 0..nodes {
        world.add(u64::from(node), config.clone(), DiskProfile::default());
    }
    for node in 0..nodes {
        world.start(NodeId(node), &mut out);
    }
    (world, out)
}

fn run(world: &mut Cluster, span: Span, out: &mut Vec<Event<Node<Numbers>>>) {
    let until = world.now() + span;
    while world.due().is_some_and(|due| due <= until) {
        world.step(out);
    }
    world.wait(until);
}

fn leaders(world: &Cluster) -> Vec<NodeId> {
    let nodes = (0..world.len() as u32).map(NodeId);
    nodes.filter(|node| world.machine(*node).is_some_and(|m| m.role() == Role::Leader)).collect()
}

#[test]
fn one_leader_is_found_and_stays() {
    for seed in 0..50 {
        let (mut world, mut out) = cluster(seed, 5);
        run(&mut world, Span::seconds(3), &mut out);
        assert_eq!(leaders(&world).len(), 1, "seed {seed}");
        let term = world.machine(leaders(&world)[0]).map(Node::term);
        run(&mut world, Span::seconds(5), &mut out);
        assert_eq!(world.machine(leaders(&world)[0]).map(Node::term), term, "seed {seed}");
    }
}

#[test]
fn what_is_proposed_is_committed_everywhere() {
    let (mut world, mut out) = cluster(1, 5);
    run(&mut world, Span::seconds(3), &mut out);
    let leader = leaders(&world)[0];
    for number in 0..100 {
        world.request(leader, Request::Propose(alloc::vec![number]), &mut out);
        run(&mut world, Span::millis(1), &mut out);
    }
    run(&mut world, Span::seconds(1), &mut out);
    for node in (0..5).map(NodeId) {
        let machine = world.machine(node).expect("it runs");
        assert_eq!(machine.applied().0, 101);
        assert_eq!(world.durable(node).expect("it is there").log.len(), 101);
    }
}

#[test]
fn a_fallen_leader_is_replaced_and_catches_up() {
    for seed in 0..20 {
        let (mut world, mut out) = cluster(seed, 3);
        run(&mut world, Span::seconds(2), &mut out);
        let first = leaders(&world)[0];
        world.request(first, Request::Propose(alloc::vec![1]), &mut out);
        run(&mut world, Span::millis(100), &mut out);
        world.crash(first, &mut out);
        run(&mut world, Span::seconds(2), &mut out);
        let second = leaders(&world)[0];
        assert_ne!(first, second);
        for number in 0..50 {
            world.request(second, Request::Propose(alloc::vec![number]), &mut out);
        }
        run(&mut world, Span::millis(100), &mut out);
        world.start(first, &mut out);
        run(&mut world, Span::seconds(1), &mut out);
        assert_eq!(leaders(&world), [second], "who comes back does not disturb");
        let (a, b) = (world.machine(first), world.machine(second));
        assert_eq!(a.map(Node::applied), b.map(Node::applied));
        assert_eq!(b.map(|m| m.applied().0), Some(53));
    }
}

#[test]
fn a_disk_that_syncs_each_write_by_itself_syncs_nothing_but_entries() {
    let (mut world, mut out) = cluster(1, 3);
    run(&mut world, Span::seconds(2), &mut out);
    let leader = leaders(&world)[0];
    let sync = Span::millis(40);
    for node in (0..3).map(NodeId) {
        let (write, sync) = (Spread::Constant(Span::ZERO), Spread::Constant(sync));
        let disk = DiskProfile { write, sync, grouped: false, ..DiskProfile::default() };
        world.set_disk(node, disk, &mut out);
    }
    out.clear();
    // Twice as much as the disks can take, for ten seconds.
    for number in 0..500 {
        world.request(leader, Request::Propose(alloc::vec![number]), &mut out);
        run(&mut world, Span::millis(20), &mut out);
    }
    let landed = out.iter().filter_map(|event| match event.kind {
        Kind::Landed { bytes } => Some((event.node, bytes)),
        _ => None,
    });
    let landed: Vec<_> = landed.collect();
    assert!(landed.iter().all(|(_, bytes)| *bytes > 0), "no write of nothing");
    let of_leader = landed.iter().filter(|(node, _)| *node == leader).count();
    assert!((245..=250).contains(&of_leader), "{of_leader}: one in 40 ms");
    let commit = world.machine(leader).map_or(0, |node| node.commit().0);
    assert!((240..=252).contains(&commit), "{commit} committed");
}

#[test]
fn a_leader_that_nobody_hears_steps_down() {
    let (mut world, mut out) = cluster(4, 5);
    run(&mut world, Span::seconds(2), &mut out);
    let first = leaders(&world)[0];
    let alone = Cut {
        left: Side::These(alloc::vec![first]),
        right: Side::AllBut(alloc::vec![first]),
        one_way: false,
    };
    world.cut(alone, &mut out);
    world.request(first, Request::Propose(alloc::vec![7]), &mut out);
    run(&mut world, Span::seconds(2), &mut out);
    assert_eq!(leaders(&world).len(), 1);
    assert_ne!(leaders(&world)[0], first);
    let lost = out.iter().any(|event| matches!(event.kind, Kind::Noted(Note::QuorumLost { .. })));
    assert!(lost);
    world.heal(&mut out);
    run(&mut world, Span::seconds(1), &mut out);
    let logs: Vec<_> = (0..5).filter_map(|n| world.machine(NodeId(n))).map(Node::log).collect();
    assert!(logs.windows(2).all(|pair| pair[0] == pair[1]));
    assert!(world.now() > Time::ZERO);
}

#[test]
fn members_come_and_go() {
    let (mut world, mut out) = cluster(5, 3);
    let config = Arc::new(Config::default());
    for node in 3..6 {
        world.add(node, config.clone(), DiskProfile::default());
        world.start(NodeId(node as u32), &mut out);
    }
    run(&mut world, Span::seconds(2), &mut out);
    let leader = leaders(&world)[0];
    let new = [NodeId(3), NodeId(4), NodeId(5)];
    world.request(leader, Request::Members(new.to_vec(), Vec::new()), &mut out);
    run(&mut world, Span::seconds(3), &mut out);
    let now = leaders(&world);
    assert_eq!(now.len(), 1);
    assert!(new.contains(&now[0]));
    for node in new {
        let members = world.machine(node).expect("it runs").members().clone();
        assert_eq!((members.voters.as_slice(), members.is_joint()), (&new[..], false));
    }
}

#[test]
fn leadership_is_handed_over_at_once() {
    let (mut world, mut out) = cluster(6, 3);
    run(&mut world, Span::seconds(2), &mut out);
    let first = leaders(&world)[0];
    let next = NodeId((first.0 + 1) % 3);
    world.request(first, Request::Transfer(next), &mut out);
    run(&mut world, Span::millis(50), &mut out);
    assert_eq!(leaders(&world), [next]);
}

#[test]
fn many_elections_among_seven_with_three_cut_off() {
    let (mut world, mut out) = cluster(8, 7);
    let mut rng = crate::base::Rng::derive(8, 8);
    run(&mut world, Span::seconds(2), &mut out);
    for round in 0..10 {
        let mut away: Vec<NodeId> = Vec::new();
        while away.len() < 3 {
            let node = NodeId(rng.below(7) as u32);
            if !away.contains(&node) {
                away.push(node);
            }
        }
        for node in &away {
            let (left, right) = (Side::These(alloc::vec![*node]), Side::AllBut(alloc::vec![*node]));
            world.cut(Cut { left, right, one_way: false }, &mut out);
        }
        run(&mut world, Span::seconds(2), &mut out);
        let leaders = leaders(&world);
        assert_eq!(leaders.len(), 1, "round {round}");
        assert!(!away.contains(&leaders[0]), "round {round}");
        world.heal(&mut out);
        run(&mut world, Span::seconds(1), &mut out);
        assert_eq!(super::world::leaders(&world), leaders, "who comes back does not disturb");
    }
}

#[test]
fn nobody_leads_without_a_majority_and_somebody_does_once_there_is_one() {
    let (mut world, mut out) = cluster(9, 3);
    run(&mut world, Span::seconds(2), &mut out);
    let first = leaders(&world)[0];
    let others: Vec<NodeId> = (0..3).map(NodeId).filter(|node| *node != first).collect();
    world.crash(first, &mut out);
    world.crash(others[0], &mut out);
    run(&mut world, Span::seconds(3), &mut out);
    assert_eq!(leaders(&world), []);
    world.start(others[0], &mut out);
    run(&mut world, Span::seconds(2), &mut out);
    assert_eq!(leaders(&world).len(), 1);
    world.start(first, &mut out);
    run(&mut world, Span::seconds(1), &mut out);
    assert_eq!(leaders(&world).len(), 1);
}

#[test]
fn an_election_and_an_idle_second_cost_few_messages() {
    let sent = |out: &[Event<Node<Numbers>>]| {
        out.iter().filter(|event| matches!(event.kind, Kind::Sent { .. })).count()
    };
    let mut world = World::new(3, LinkProfile::default());
    let members = Arc::new(Membership::of((0..3).map(NodeId)));
    let (heartbeat, election) = (Span::millis(100), (Span::millis(300), Span::millis(600)));
    let config = Arc::new(Config { members, heartbeat, election, ..Config::default() });
    let mut out = Vec::new();
    for node in 0..3 {
        world.add(node, config.clone(), DiskProfile::default());
        world.start(NodeId(node as u32), &mut out);
    }
    while leaders(&world).is_empty() {
        world.step(&mut out);
    }
    assert!((1..=30).contains(&sent(&out)), "{} to elect", sent(&out));
    run(&mut world, Span::seconds(1), &mut out);
    out.clear();
    run(&mut world, Span::seconds(1), &mut out);
    assert!(sent(&out) <= 60, "{} in an idle second", sent(&out));
    out.clear();
    let leader = leaders(&world)[0];
    for number in 0..10 {
        world.request(leader, Request::Propose(alloc::vec![number]), &mut out);
    }
    run(&mut world, Span::millis(50), &mut out);
    let entries = world.machine(leader).map(|it| it.commit().0);
    assert_eq!(entries, Some(11), "ten, and the leader's own");
    // Answers and the steady heartbeats are not the entries' doing.
    let asked = |event: &&Event<Node<Numbers>>| match &event.kind {
        Kind::Sent { message, .. } => matches!(
            message.body,
            Body::Append { .. } | Body::Heartbeat { round: 0, .. } | Body::InstallSnapshot { .. }
        ),
        _ => false,
    };
    let asked = out.iter().filter(asked).count();
    assert!(asked <= 3 * (10 + 1 + 3), "{asked} for ten entries");
}

#[test]
fn a_one_way_cut_hides_a_leader_or_its_followers_and_the_cluster_goes_on() {
    for from_leader in [true, false] {
        let (mut world, mut out) = cluster(10, 3);
        run(&mut world, Span::seconds(2), &mut out);
        let first = leaders(&world)[0];
        let (alone, rest) = (Side::These(alloc::vec![first]), Side::AllBut(alloc::vec![first]));
        let (left, right) = if from_leader { (alone, rest) } else { (rest, alone) };
        world.cut(Cut { left, right, one_way: true }, &mut out);
        run(&mut world, Span::seconds(2), &mut out);
        let now = leaders(&world);
        assert!(now.len() == 1 && now[0] != first, "{from_leader}: {now:?}");
    }
}
