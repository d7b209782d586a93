//! Reads without entries.

use super::net::{Net, ids};
use crate::base::{NodeId, Span};
use crate::raft::config::Flaw;
use crate::raft::{Body, Config, Index, Node, Refusal, Role, Timer};

const OLD: Result<Index, Refusal> = Err(Refusal::NotLeader(None));

fn led() -> Net {
    let mut net = Net::of(3);
    net.elect(0);
    net.propose(0, 1).expect("it leads");
    net.settle();
    net
}

fn leased() -> Net {
    let mut net = Net::with(3, |config| config.lease = Some(Span::millis(100)));
    net.elect(0);
    net.propose(0, 1).expect("it leads");
    net.settle();
    net.beat(0);
    net
}

#[test]
fn a_read_waits_for_a_round_that_begins_after_it() {
    let mut net = led();
    net.read(0, 7, false);
    assert_eq!(net.places[0].reads, [], "nobody has answered yet");
    net.settle();
    assert_eq!(net.places[0].reads, [(7, Ok(Index(2)))]);
    // One that comes while a round is under way needs the next one.
    net.ring(0, Timer::Heartbeat);
    net.read(0, 8, false);
    net.deliver(0, 1);
    net.deliver(1, 0);
    assert_eq!(net.places[0].reads.len(), 1, "that answer was asked for before the read");
    net.settle();
    assert_eq!(net.places[0].reads.len(), 2);
}

#[test]
fn without_a_majority_no_read_is_answered() {
    let mut net = led();
    net.isolate(0);
    net.read(0, 7, false);
    net.settle();
    net.beat(0);
    assert_eq!(net.places[0].reads, []);
    net.elect(1);
    net.propose(1, 2).expect("it leads");
    net.settle();
    net.heal();
    net.beat(0);
    assert_eq!(net.places[0].reads, [(7, OLD)], "and it says so when it steps down");
}

#[test]
fn followers_and_learners_ask_the_leader() {
    let mut net = led();
    net.turn(0, |node, turn| node.reconfigure(&ids(&[0, 1]), &ids(&[2]), turn)).expect("it leads");
    net.settle();
    for node in [1, 2] {
        net.read(node, 9, true);
        net.settle();
        assert_eq!(net.places[node as usize].reads, [(9, Ok(Index(3)))]);
    }
    // A node that knows no leader can ask nobody.
    net.isolate(1);
    net.wait_out(1);
    net.read(1, 10, false);
    assert_eq!(net.places[1].reads.last(), Some(&(10, OLD)));
}

#[test]
fn no_read_is_answered_before_an_own_entry_is_committed() {
    let mut net = led();
    net.crash(0);
    net.wait_out(1);
    // Votes arrive, and nothing of what follows.
    for _ in 0..2 {
        net.deliver(1, 2);
        net.deliver(2, 1);
    }
    assert_eq!(net.role(1), Role::Leader);
    net.drop_all();
    net.read(1, 5, false);
    net.tell(2, 1, 2, Body::HeartbeatReply { round: 1 });
    assert_eq!(net.places[1].reads, [], "its own term has nothing committed");
    net.beat(1);
    net.beat(1);
    assert_eq!(net.places[1].reads, [(5, Ok(Index(3)))], "queued, and let go then");
}

#[test]
fn delayed_and_doubled_answers_confirm_no_later_read() {
    let mut net = led();
    net.ring(0, Timer::Heartbeat);
    net.deliver(0, 1);
    let old = net.take(1, 0).expect("it answers");
    net.settle();
    net.isolate(0);
    // Another leads and has committed something.
    net.elect(1);
    net.propose(1, 2).expect("it leads");
    net.settle();
    net.read(0, 5, false);
    net.read(0, 5, false);
    for _ in 0..3 {
        net.hand(1, 0, old.clone());
    }
    assert_eq!(net.places[0].reads, [], "the answer is older than the reads");
}

#[test]
fn a_number_of_the_readers_that_is_used_twice_is_two_reads() {
    let mut net = led();
    net.read(1, 5, false);
    let first = net.between(1, 0)[0].body.clone();
    net.read(1, 5, false);
    let second = net.between(1, 0)[1].body.clone();
    assert_ne!(first, second, "the node makes ids of its own");
    net.settle();
    assert_eq!(net.places[1].reads, [(5, Ok(Index(2))), (5, Ok(Index(2)))]);
    // An answer to a life before this one is not taken.
    net.read(1, 6, false);
    net.deliver(1, 0);
    net.deliver(0, 2);
    net.deliver(2, 0);
    let answer = net.take(0, 1);
    net.restart(1);
    net.places[1].reads.clear();
    net.beat(0);
    net.read(1, 6, false);
    for message in answer.into_iter().chain(net.take(0, 1)) {
        net.hand(0, 1, message);
    }
    assert_eq!(net.places[1].reads, []);
}

#[test]
fn reads_that_wait_are_dropped_with_the_role_and_their_room_is_freed() {
    let mut net = led();
    net.isolate(0);
    for own in 0..50 {
        net.read(0, own, false);
    }
    net.ring(0, Timer::Quorum);
    net.ring(0, Timer::Quorum);
    assert_eq!(net.role(0), Role::Follower);
    assert_eq!(net.places[0].reads.len(), 50);
    assert!(net.places[0].reads.iter().all(|(_, answer)| *answer == OLD));
    assert_eq!(net.node(0).reading.waits(), 0);
    // What a follower has asked a leader that is gone is answered too.
    let mut net = led();
    net.read(1, 3, false);
    net.drop_all();
    net.elect(2);
    assert_eq!(net.places[1].reads, [(3, OLD)]);
    assert_eq!(net.node(1).reading.waits(), 0);
    // And an old leader that is asked says that it cannot say.
    net.tell(1, 0, net.term(0), Body::ReadIndex { id: 4 });
    let said = net.take(0, 1).map(|it| it.body);
    assert_eq!(said, Some(Body::ReadIndexReply { id: 4, index: None }));
}

#[test]
fn open_questions_are_bounded() {
    let mut net = led();
    for own in 0..3_000 {
        net.read(1, own, false);
    }
    assert!(net.node(1).reading.waits() <= 1_024);
    assert_eq!(net.places[1].reads.len(), 3_000 - 1_024, "the oldest are told so");
}

#[test]
fn a_lease_needs_counting_and_a_margin() {
    let with = |check_quorum, lease| Config { check_quorum, lease, ..Config::default() }.check();
    assert_eq!(with(false, Some(Span::millis(100))), Err(Flaw::LeaseAlone));
    assert_eq!(with(true, Some(Span::millis(150))), Err(Flaw::LeaseLong));
    assert_eq!(with(true, Some(Span::millis(149))), Ok(()));
    assert_eq!(with(false, None), Ok(()));
}

#[test]
fn a_lease_answers_at_once_until_it_is_over() {
    let mut net = leased();
    net.read(0, 1, true);
    assert_eq!(net.places[0].reads, [(1, Ok(Index(2)))], "without a message");
    net.pass(Span::millis(99));
    net.read(0, 2, true);
    assert_eq!(net.places[0].reads.len(), 2);
    net.pass(Span::millis(1));
    net.isolate(0);
    net.read(0, 3, true);
    net.settle();
    assert_eq!(net.places[0].reads.len(), 2, "it has to ask again");
}

#[test]
fn a_lease_counts_from_when_the_round_left() {
    let mut net = leased();
    net.pass(Span::millis(100));
    net.ring(0, Timer::Heartbeat);
    let left = net.now;
    net.pass(Span::millis(60));
    net.settle();
    assert_eq!(net.node(0).lease_until(), Some(left + Span::millis(100)));
}

#[test]
fn no_lease_is_safe_once_somebody_was_told_to_stand() {
    let mut net = leased();
    net.turn(0, |node, turn| node.transfer(NodeId(1), turn)).expect("it leads");
    let word = net.take(0, 1).expect("it is told to stand");
    assert_eq!(word.body, Body::TimeoutNow);
    net.ring(0, Timer::Transfer);
    assert_eq!(net.node(0).lease_until(), None, "even after it was given up");
    net.beat(0);
    assert_eq!(net.node(0).lease_until(), None);
    // The word arrives late: the other leads, while the lease would have held.
    net.cut(&[0], &[1, 2]);
    net.hand(0, 1, word);
    net.settle();
    assert_eq!(net.role(1), Role::Leader);
    net.propose(1, 9).expect("it leads");
    net.settle();
    net.read(0, 4, true);
    assert_eq!(net.places[0].reads, []);
}

#[test]
fn nobody_votes_soon_after_a_start_when_a_lease_may_hold() {
    let mut net = leased();
    net.isolate(0);
    net.restart(1);
    net.restart(2);
    // They have forgotten whom they heard; the lease of the leader has not.
    net.pass(Span::millis(50));
    net.turn(1, Node::campaign);
    net.settle();
    assert_eq!(net.role(1), Role::Follower, "its own vote is bound by the promise as well");
    net.read(0, 1, true);
    assert_eq!(net.places[0].reads, [(1, Ok(Index(2)))], "rightly, as nobody else leads");
    net.drop_all();
    net.pass(Span::millis(101));
    net.elect(1);
    net.read(0, 2, true);
    assert_eq!(net.places[0].reads.len(), 1, "by then the lease is over");
}

#[test]
fn a_smaller_quorum_lets_reads_go() {
    let mut net = Net::of(3);
    net.elect(0);
    net.cut(&[0], &[2]);
    net.turn(0, |node, turn| node.reconfigure(&ids(&[0, 1]), &[], turn)).expect("it leads");
    net.settle();
    net.cut(&[0], &[1]);
    net.read(0, 5, false);
    net.settle();
    assert_eq!(net.places[0].reads, []);
    // Node 1's removal makes the leader its own majority.
    net.heal();
    net.turn(0, |node, turn| node.reconfigure(&ids(&[0]), &[], turn)).expect("it leads");
    net.drop_all();
    net.settle();
    assert_eq!(net.places[0].reads, [(5, Ok(Index(2)))]);
}
