//! Members: simple and joint changes, learners, leaders that go.

use super::net::{Net, ids};
use crate::base::{NodeId, Span};
use crate::raft::membership::{Change, Invalid};
use crate::raft::{Body, Config, Durable, Index, Node, Note, Refusal, Role, Timer};
use alloc::sync::Arc;
use alloc::vec::Vec;

fn change(net: &mut Net, node: u32, voters: &[u32], learners: &[u32]) -> Result<Index, Refusal> {
    let (voters, learners) = (ids(voters), ids(learners));
    net.turn(node, |node, turn| node.reconfigure(&voters, &learners, turn))
}

fn newcomer(net: &mut Net) -> u32 {
    let config = Config { members: Arc::default(), ..Config::default() };
    let name = net.places.len() as u64;
    let node = net.add(name, config, Durable::default());
    net.start(node);
    node
}

#[test]
fn one_change_after_the_other_and_none_before_an_own_entry_is_committed() {
    let mut net = Net::of(3);
    net.wait_out(0);
    for other in [1, 2, 1, 2] {
        if net.role(0) != Role::Leader {
            net.deliver(0, other);
            net.deliver(other, 0);
        }
    }
    assert_eq!(net.role(0), Role::Leader);
    assert_eq!(change(&mut net, 0, &[0, 1], &[]), Err(Refusal::Busy), "it is too new");
    net.settle();
    assert!(change(&mut net, 0, &[0, 1, 2], &[3]).is_ok());
    assert_eq!(change(&mut net, 0, &[0, 1], &[]), Err(Refusal::Busy), "one is under way");
    net.settle();
    assert!(change(&mut net, 0, &[0, 1], &[]).is_ok());
    assert!(matches!(change(&mut net, 1, &[0], &[]), Err(Refusal::NotLeader(_))));
}

#[test]
fn a_new_leader_knows_of_the_change_that_it_found() {
    let mut net = Net::of(3);
    net.elect(0);
    change(&mut net, 0, &[0, 1, 2], &[3]).expect("it leads");
    net.deliver(0, 1);
    net.crash(0);
    net.drop_all();
    net.wait_out(1);
    net.deliver(1, 2);
    net.deliver(2, 1);
    net.deliver(1, 2);
    net.deliver(2, 1);
    assert_eq!((net.role(1), net.node(1).members().learners.len()), (Role::Leader, 1));
    assert_eq!(change(&mut net, 1, &[1, 2], &[]), Err(Refusal::Busy));
}

#[test]
fn nobody_can_be_removed_who_is_the_last() {
    let mut net = Net::of(3);
    net.elect(0);
    let refused = change(&mut net, 0, &[], &[0, 1, 2]);
    assert_eq!(refused, Err(Refusal::Members(Invalid::NoVoters)));
    assert_eq!(net.node(0).members().voters.len(), 3);
}

#[test]
fn a_node_comes_by_a_simple_step_and_goes_by_another() {
    let mut net = Net::of(3);
    let four = newcomer(&mut net);
    net.elect(0);
    net.propose(0, 1).expect("it leads");
    net.settle();
    change(&mut net, 0, &[0, 1, 2, four], &[]).expect("it leads");
    net.settle();
    net.beat(0);
    assert_eq!(net.places[3].applied, [1]);
    assert!(
        !net.notes
            .iter()
            .any(|(_, note)| matches!(note, Note::Members { members, .. } if members.is_joint()))
    );
    change(&mut net, 0, &[0, 1, 2], &[]).expect("it leads");
    net.settle();
    assert_eq!(net.node(0).members().voters, ids(&[0, 1, 2]));
    net.propose(0, 2).expect("it leads");
    net.settle();
    assert_eq!(net.places[3].applied, [1], "who is gone is told nothing");
}

#[test]
fn a_smaller_quorum_commits_what_waited_for_the_larger() {
    let mut net = Net::of(2);
    net.elect(0);
    net.isolate(1);
    change(&mut net, 0, &[0], &[]).expect("it leads");
    net.settle();
    assert_eq!(net.commit(0), 2, "its own disk is the majority of the new members");
    net.propose(0, 8).expect("it leads");
    assert_eq!(net.commit(0), 3);
}

#[test]
fn a_leader_that_removes_itself_leads_until_that_is_committed() {
    let mut net = Net::of(3);
    net.elect(0);
    change(&mut net, 0, &[1, 2], &[]).expect("it leads");
    assert_eq!(net.role(0), Role::Leader);
    net.deliver(0, 1);
    net.deliver(1, 0);
    assert_eq!((net.role(0), net.commit(0)), (Role::Leader, 1), "its own disk does not count");
    net.settle();
    assert_eq!(net.role(0), Role::Follower);
    net.elect(1);
    assert_eq!(net.commit(1), 3);
}

#[test]
fn a_joint_change_ends_by_itself_and_the_leader_may_be_replaced() {
    let mut net = Net::of(3);
    let new = [newcomer(&mut net), newcomer(&mut net), newcomer(&mut net)];
    net.elect(0);
    net.propose(0, 1).expect("it leads");
    net.settle();
    change(&mut net, 0, &new, &[]).expect("it leads");
    let members = net.node(0).members().clone();
    assert_eq!((members.voters.clone(), members.learners.clone()), (ids(&[0, 1, 2]), ids(&new)));
    assert!(!members.is_joint(), "they learn before they count");
    net.settle();
    let joint = |(node, note): &(u32, _)| matches!(note, Note::Members { members, .. } if *node == 0 && members.is_joint());
    assert!(net.notes.iter().any(joint));
    assert_eq!(net.role(0), Role::Follower, "it does not belong any more");
    net.elect(new[0]);
    net.propose(new[0], 2).expect("it leads");
    net.settle();
    net.beat(new[0]);
    for node in new {
        assert!(!net.node(node).members().is_joint());
        assert_eq!(net.node(node).members().voters, ids(&new));
    }
    assert_eq!(net.places[new[2] as usize].applied, [1, 2]);
}

#[test]
fn a_joint_change_that_is_to_be_ended_waits_for_that() {
    let mut net = Net::of(3);
    net.elect(0);
    let changes = [Change::Voter(NodeId(3)), Change::Remove(NodeId(1)), Change::Remove(NodeId(2))];
    net.turn(0, |node, turn| node.change(&changes, false, turn)).expect("it leads");
    // Nobody answers for the new half yet.
    net.settle();
    let four = newcomer(&mut net);
    let leave = |net: &mut Net| net.turn(0, Node::leave_joint);
    assert_eq!(leave(&mut net), Err(Refusal::Busy), "both halves must have agreed");
    net.beat(0);
    net.beat(0);
    assert!(net.node(0).members().is_joint() && net.commit(0) == net.last(0).index.0);
    assert!(leave(&mut net).is_ok());
    net.settle();
    assert_eq!(net.node(four).members().voters, ids(&[0, 3]));
    assert_eq!(leave(&mut net), Err(Refusal::Members(Invalid::NotJoint)));
}

#[test]
fn both_halves_must_agree_on_entries_votes_and_reads() {
    let mut net = Net::of(3);
    let new = [newcomer(&mut net), newcomer(&mut net), newcomer(&mut net)];
    net.elect(0);
    let changes: Vec<Change> = new
        .iter()
        .map(|node| Change::Voter(NodeId(*node)))
        .chain([1, 2].map(|node| Change::Remove(NodeId(node))))
        .collect();
    net.turn(0, |node, turn| node.change(&changes, false, turn)).expect("it leads");
    for _ in 0..3 {
        net.beat(0);
    }
    assert_eq!(net.commit(0), 2);
    for (silent, agreed) in [(&[1, 2][..], false), (&[3, 4, 5][..], false), (&[2, 5][..], true)] {
        let others: Vec<u32> = (0..6).filter(|node| !silent.contains(node)).collect();
        net.cut(&others, silent);
        let commit = net.commit(0);
        let reads = net.places[0].reads.len();
        net.propose(0, 1).expect("it leads");
        net.settle();
        net.read(0, 7, false);
        net.settle();
        assert_eq!(net.commit(0) > commit, agreed, "{silent:?}");
        assert_eq!(net.places[0].reads.len() > reads, agreed, "{silent:?}");
        net.ring(0, Timer::Quorum);
        net.ring(0, Timer::Quorum);
        assert!(net.role(0) == Role::Follower, "nobody was heard since");
        net.wait_out(0);
        net.settle();
        assert_eq!(net.role(0) == Role::Leader, agreed, "{silent:?}");
        net.heal();
        if !agreed {
            net.elect(0);
        }
        for _ in 0..3 {
            net.beat(0);
        }
    }
}

#[test]
fn a_demoted_voter_waits_for_the_end_of_the_change() {
    let mut net = Net::of(3);
    net.elect(0);
    let changes = [Change::Learner(NodeId(2)), Change::Voter(NodeId(3))];
    net.turn(0, |node, turn| node.change(&changes, false, turn)).expect("it leads");
    let members = net.node(0).members().clone();
    assert_eq!(members.learners_next, ids(&[2]));
    assert!(members.votes(NodeId(2)));
    newcomer(&mut net);
    net.settle();
    net.beat(0);
    net.turn(0, Node::leave_joint).expect("both halves have agreed");
    net.settle();
    let members = net.node(0).members().clone();
    assert_eq!((members.learners.clone(), members.votes(NodeId(2))), (ids(&[2]), false));
}

#[test]
fn a_learner_gets_everything_counts_for_nothing_and_is_promoted() {
    let mut net = Net::with(3, |config| config.kept = 0);
    net.elect(0);
    for number in 0..5 {
        net.propose(0, number).expect("it leads");
        net.settle();
    }
    net.compact(0);
    let four = newcomer(&mut net);
    change(&mut net, 0, &[0, 1, 2], &[four]).expect("it leads");
    net.settle();
    net.beat(0);
    assert_eq!(net.places[3].applied, [0, 1, 2, 3, 4], "by a snapshot");
    net.cut(&[1, 2], &[0, four]);
    net.propose(0, 9).expect("it leads");
    net.settle();
    assert_eq!(net.last(four), net.last(0));
    assert!(net.commit(0) < net.last(0).index.0, "one voter and a learner are no majority");
    net.heal();
    net.beat(0);
    change(&mut net, 0, &[0, 1, 2, four], &[]).expect("it leads");
    net.settle();
    net.beat(0);
    assert!(net.node(four).is_promotable());
    net.elect(four);
}

#[test]
fn a_learner_votes_when_it_is_asked() {
    // It has been promoted and does not know it yet; without its vote nobody could be elected.
    let mut net = Net::of(2);
    net.elect(0);
    change(&mut net, 0, &[0, 1], &[2]).expect("it leads");
    let three = newcomer(&mut net);
    net.settle();
    net.beat(0);
    assert_eq!(net.node(three).members().learners, ids(&[2]));
    net.cut(&[0], &[three]);
    let promote = [Change::Voter(NodeId(2))];
    net.turn(0, |node, turn| node.change(&promote, true, turn)).expect("it leads");
    net.settle();
    net.beat(0);
    assert_eq!(net.commit(1), 3, "two of the three new voters");
    net.crash(0);
    net.heal();
    net.elect(1);
    assert!(net.notes.iter().any(|note| matches!(note, (2, Note::Voted { to: NodeId(1), .. }))));
}

#[test]
fn answers_of_strangers_are_not_counted() {
    let mut net = Net::of(3);
    net.elect(0);
    net.isolate(0);
    net.propose(0, 1).expect("it leads");
    for stranger in [7, 8, 9] {
        net.tell(stranger, 0, 1, Body::Appended { upto: Index(2) });
        net.tell(stranger, 0, 1, Body::HeartbeatReply { round: 9 });
        net.tell(
            stranger,
            0,
            1,
            Body::Rejected { prev: Index(2), hint: crate::raft::EntryId::default(), acked: false },
        );
    }
    assert_eq!(net.commit(0), 1);
    net.wait_out(1);
    net.drop_all();
    for stranger in [7, 8] {
        net.tell(stranger, 1, 2, Body::Vote { pre: true, granted: true });
    }
    assert_eq!(net.role(1), Role::PreCandidate);
}

/// Newcomers that are away, or lost their disks, are not counted on: the group goes on as it is, and the
/// change comes when they do, also under another leader.
#[test]
fn newcomers_are_counted_on_once_they_are_there() {
    let mut net = Net::of(3);
    let new = [newcomer(&mut net), newcomer(&mut net)];
    for node in new {
        net.crash(node);
    }
    net.elect(0);
    change(&mut net, 0, &[0, new[0], new[1]], &[]).expect("it leads");
    assert_eq!(change(&mut net, 0, &[0, 1, 2], &[]), Err(Refusal::Busy), "it is under way");
    for number in 0..5 {
        net.pass(Span::millis(30));
        net.propose(0, number).expect("it leads");
        net.settle();
        net.beat(0);
    }
    assert_eq!((net.commit(0), net.places[1].applied.len()), (net.last(0).index.0, 5));
    let (members, since) = (net.node(0).members().clone(), net.node(0).members_since());
    assert_eq!((members.voters.clone(), members.learners.clone()), (ids(&[0, 1, 2]), ids(&new)));
    // The same again is nothing new.
    assert_eq!(change(&mut net, 0, &[0, new[0], new[1]], &[]), Ok(since));
    // One comes, the other with a blank disk; the leader is another now.
    net.start(new[0]);
    net.places[new[1] as usize].durable = Durable::blank();
    net.start(new[1]);
    net.crash(0);
    net.elect(1);
    for _ in 0..8 {
        net.pass(Span::millis(30));
        net.beat(1);
    }
    assert_eq!(net.role(1), Role::Follower, "it does not belong any more");
    let members = net.node(new[0]).members().clone();
    assert_eq!((members.voters.clone(), members.is_joint()), (ids(&[0, new[0], new[1]]), false));
    assert_eq!((members.wanted.clone(), members.learners.len()), (None, 0));
    assert_eq!(members.replica_of(NodeId(new[1])), net.node(new[1]).replica());
    assert_eq!(net.places[4].applied.len(), 5);
}

/// However much is written: who needs no longer for what comes new than a leader may be away keeps up.
#[test]
fn a_newcomer_keeps_up_although_entries_are_always_under_way() {
    let lag = Span::millis(100);
    for (timeout, up) in [(Span::millis(150), true), (Span::millis(90), false)] {
        let mut progress = crate::raft::progress::Progress::<super::Numbers>::new(
            crate::raft::ReplicaId::FIRST,
            Index(1),
        );
        let mut now = crate::base::Time(0);
        let mut last = 0;
        for _ in 0..50 {
            // A thousand entries in each ten milliseconds, ten thousand of them on their way.
            now += Span::millis(10);
            last += 1_000;
            progress.is_there(now);
            progress.took(Index(last - 1_000 * (lag.0 / Span::millis(10).0).min(last / 1_000)));
            progress.run(Index(last), now, timeout);
        }
        let commit = Index(last - 5_000);
        assert_eq!(progress.keeps_up(commit, now, timeout), up, "{timeout:?}");
        assert!(!progress.keeps_up(commit, now + Span::seconds(1), timeout), "it is gone");
    }
}
