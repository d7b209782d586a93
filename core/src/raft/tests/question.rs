//! Asking before standing, and leaders that nobody hears.

use super::net::{Net, mark};
use crate::base::{NodeId, Span};
use crate::raft::{Body, Index, Role, Timer};

/// A node that was away, with a log that is behind, comes back and has timed out.
fn come_back(pre_vote: bool, check_quorum: bool) -> (Net, u32) {
    let mut net = Net::with(3, |config| {
        config.pre_vote = pre_vote;
        config.check_quorum = check_quorum;
    });
    net.elect(0);
    net.isolate(2);
    net.propose(0, 1).expect("it leads");
    net.settle();
    for _ in 0..3 {
        net.wait_out(2);
    }
    let away = net.term(2);
    net.heal();
    net.beat(0);
    (net, away)
}

#[test]
fn the_matrix_of_asking_first_and_of_counting() {
    // A node that asks first comes back in the old term, and nobody is disturbed.
    for check_quorum in [false, true] {
        let (net, away) = come_back(true, check_quorum);
        assert_eq!((away, net.term(0), net.leaders()), (1, 1, [0].to_vec()));
    }
    // One that does not has raised its term: the leader falls, and there is a new election.
    for check_quorum in [false, true] {
        let (mut net, away) = come_back(false, check_quorum);
        assert_eq!((away, net.term(0), net.role(0)), (4, 4, Role::Follower));
        net.elect(1);
        assert_eq!(net.leaders(), [1]);
        net.beat(1);
        assert_eq!(net.last(2), net.last(1));
    }
    // It stands while the others hear their leader: with counting they do not even listen.
    for pre_vote in [false, true] {
        for check_quorum in [false, true] {
            let mut net = Net::with(3, |config| {
                config.pre_vote = pre_vote;
                config.check_quorum = check_quorum;
            });
            net.elect(0);
            net.beat(0);
            net.isolate(2);
            net.wait_out(2);
            net.heal();
            net.ring(0, Timer::Heartbeat);
            net.deliver(0, 1);
            net.drop_all();
            let term = net.term(2) + u32::from(pre_vote);
            let body = Body::RequestVote { pre: pre_vote, last: net.last(2), forced: false };
            net.tell(2, 1, term, body.clone());
            net.tell(2, 0, term, body);
            net.settle();
            // Asking first keeps out nodes that lag; this one does not, so only counting helps.
            let disturbed = !check_quorum;
            assert_eq!(net.term(1) > 1, disturbed, "{pre_vote} {check_quorum}");
            assert_eq!(net.leaders() == [0], !disturbed, "{pre_vote} {check_quorum}");
        }
    }
}

#[test]
fn a_question_changes_neither_term_nor_vote() {
    let mut net = Net::of(3);
    net.pass(Span::seconds(1));
    net.tell(0, 1, 1, Body::RequestVote { pre: true, last: mark(0, 0), forced: false });
    assert_eq!(net.take(1, 0).map(|it| it.body), Some(Body::Vote { pre: true, granted: true }));
    assert_eq!((net.term(1), net.node(1).vote()), (0, None));
    // It binds nobody: another may be answered the same.
    net.tell(2, 1, 1, Body::RequestVote { pre: true, last: mark(0, 0), forced: false });
    assert_eq!(net.take(1, 2).map(|it| it.body), Some(Body::Vote { pre: true, granted: true }));
    assert_eq!(net.places[1].durable.hard, crate::raft::Hard::default());
}

#[test]
fn who_hears_a_leader_refuses_and_grants_once_it_does_not() {
    let mut net = Net::of(3);
    net.elect(0);
    net.beat(0);
    let ask = |net: &mut Net| {
        let body = Body::RequestVote { pre: true, last: net.last(2), forced: false };
        net.tell(2, 1, 2, body);
        net.take(1, 2).map(|it| it.body)
    };
    assert_eq!(ask(&mut net), None, "it hears its leader");
    net.pass(Span::millis(149));
    assert_eq!(ask(&mut net), None);
    net.pass(Span::millis(1));
    assert_eq!(ask(&mut net), Some(Body::Vote { pre: true, granted: true }));
}

#[test]
fn a_question_of_a_low_term_is_answered_with_the_higher_one() {
    let mut net = Net::of_logs(&[&[1, 3], &[1], &[1, 3]], |_| {});
    // Node 1 is behind in log and term; it must not ask in vain for ever.
    net.wait_out(1);
    net.settle();
    assert_eq!(net.role(1), Role::Follower);
    assert_eq!(net.term(1), 3, "it has learned the term");
    net.elect(0);
    net.beat(0);
    assert_eq!(net.last(1), net.last(0));
}

#[test]
fn split_questions_end_in_an_election() {
    let mut net = Net::of(4);
    net.pass(Span::seconds(1));
    net.ring(0, Timer::Election);
    net.ring(1, Timer::Election);
    net.settle();
    // Both would win, and both stand: at most one does.
    assert!(net.leaders().len() <= 1);
    net.elect(2);
    assert_eq!(net.leaders(), [2]);
}

#[test]
fn who_asks_has_no_leader() {
    let mut net = Net::of(3);
    net.elect(0);
    assert_eq!(net.node(1).leader(), Some(NodeId(0)));
    net.wait_out(1);
    assert_eq!((net.role(1), net.node(1).leader()), (Role::PreCandidate, None));
    // Two who both ask get over a leader that is gone.
    net.crash(0);
    net.settle();
    net.wait_out(2);
    net.settle();
    assert_eq!(net.leaders().len(), 1);
}

#[test]
fn a_cluster_of_mixed_habits_elects() {
    for asks in [[true, false, false], [true, true, false], [false, true, true]] {
        let count = core::cell::Cell::new(0);
        let mut net = Net::with(3, |config| {
            config.pre_vote = asks[count.get()];
            count.set(count.get() + 1);
        });
        for node in [0, 1, 2] {
            net.elect(node);
            net.beat(node);
        }
        // One that has raised its term alone is stuck no longer than until it is heard.
        net.isolate(2);
        for _ in 0..3 {
            net.wait_out(2);
        }
        net.elect(0);
        net.heal();
        net.beat(0);
        net.settle();
        if net.leaders().is_empty() {
            net.elect(0);
        }
        net.beat(net.leaders()[0]);
        assert_eq!(net.term(0), net.term(2));
        assert_eq!(net.leaders().len(), 1);
    }
}

#[test]
fn a_leader_steps_down_without_a_majority_and_stays_with_one() {
    for quorum in [true, false] {
        let mut net = Net::of(5);
        net.elect(0);
        net.ring(0, Timer::Quorum);
        assert_eq!(net.role(0), Role::Leader, "it has just been elected");
        let silent: &[u32] = if quorum { &[3, 4] } else { &[2, 3, 4] };
        net.cut(&[0, 1], silent);
        if quorum {
            net.cut(&[2], silent);
        }
        net.beat(0);
        net.ring(0, Timer::Quorum);
        assert_eq!(net.role(0) == Role::Leader, quorum);
    }
}

#[test]
fn a_stuck_candidate_of_a_higher_term_is_freed() {
    for pre_vote in [false, true] {
        let mut net = Net::with(3, |config| config.pre_vote = pre_vote);
        net.elect(0);
        net.propose(0, 1).expect("it leads");
        net.settle();
        // It has raised its term, and those who hear their leader do not listen to it.
        let hard = crate::raft::Hard { term: crate::raft::Term(6), vote: None };
        net.places[2].durable.hard = hard;
        net.restart(2);
        net.beat(0);
        assert_eq!(net.term(0), 6, "its answer to the leader says so");
        assert_eq!(net.role(0), Role::Follower);
        net.elect(0);
        net.beat(0);
        assert_eq!((net.role(2), net.term(2)), (Role::Follower, 7));
        assert_eq!(net.commit(2), net.commit(0));
    }
}

#[test]
fn a_voter_that_may_not_stand_still_votes() {
    let mut net = Net::of(2);
    // Node 1 has nobody in its own log yet, and is asked all the same.
    net.places[1].durable = crate::raft::Durable::default();
    let config = crate::raft::Config::default();
    let stranger = net.add(7, config, crate::raft::Durable::default());
    net.start(stranger);
    net.pass(Span::seconds(1));
    assert!(!net.node(stranger).is_promotable());
    net.tell(0, stranger, 3, Body::RequestVote { pre: false, last: mark(0, 0), forced: false });
    let vote = net.take(stranger, 0).map(|it| it.body);
    assert_eq!(vote, Some(Body::Vote { pre: false, granted: true }));
}

#[test]
fn heartbeats_do_not_commit_what_a_node_does_not_hold() {
    let mut net = Net::of(3);
    net.elect(0);
    net.isolate(2);
    for number in 0..5 {
        net.propose(0, number).expect("it leads");
    }
    net.settle();
    net.heal();
    net.ring(0, Timer::Heartbeat);
    let beat = net.between(0, 2)[0].body.clone();
    assert!(
        matches!(
            beat,
            Body::Heartbeat { commit: crate::raft::EntryId { index: Index(1), .. }, .. }
        ),
        "{beat:?}"
    );
}
