//! Elections and terms.

use super::Numbers;
use super::net::{Net, ids, mark};
use crate::base::{NodeId, Span};
use crate::raft::{Body, Config, Index, Note, Role, Term, Timer};
use alloc::sync::Arc;
use alloc::vec::Vec;

#[test]
fn a_node_starts_as_a_follower_and_waits_a_time_drawn_anew() {
    let mut waits = Vec::new();
    let (low, high) = Config::default().election;
    for node in 0..5 {
        let mut net = Net::of(5);
        for _ in 0..40 {
            assert_eq!((net.role(node), net.term(node)), (Role::Follower, 0));
            let wait = net.node(node).stands_at().expect("it may stand").since(net.now);
            assert!(low <= wait && wait <= high, "{wait}");
            waits.push(wait);
            net.restart(node);
        }
    }
    waits.sort_unstable();
    waits.dedup();
    assert!(waits.len() > 150, "{} different waits of 200", waits.len());
}

#[test]
fn everybody_follows_a_higher_term() {
    for role in [Role::Follower, Role::PreCandidate, Role::Candidate, Role::Leader] {
        let mut net = Net::with(3, |config| config.pre_vote = role == Role::PreCandidate);
        match role {
            Role::Follower => {}
            Role::PreCandidate | Role::Candidate => net.wait_out(0),
            Role::Leader => net.elect(0),
        }
        assert_eq!(net.role(0), role);
        let body = Body::Append {
            prev: mark(0, 0),
            entries: Arc::new([]),
            commit: Index(0),
            acked: false,
        };
        net.tell(1, 0, 7, body);
        assert_eq!((net.role(0), net.term(0)), (Role::Follower, 7));
        assert_eq!(net.node(0).leader(), Some(NodeId(1)));
        assert_eq!(net.places[0].durable.hard.term, Term(7));
    }
}

#[test]
fn what_comes_from_an_old_term_changes_nothing() {
    let mut net = Net::of(3);
    net.elect(0);
    net.propose(0, 5).expect("it leads");
    net.settle();
    net.elect(1);
    let (term, last, commit) = (net.term(2), net.last(2), net.node(2).commit());
    let append =
        Body::Append { prev: mark(0, 0), entries: Arc::new([]), commit: Index(9), acked: false };
    for body in [
        append,
        Body::Heartbeat { commit: mark(9, 1), round: 3, stamp: net.now },
        Body::RequestVote { pre: false, last: mark(99, 99), forced: true },
        Body::Vote { pre: false, granted: true },
        Body::Appended { upto: Index(9) },
        Body::TimeoutNow,
    ] {
        for node in [1, 2] {
            let role = net.role(node);
            net.tell(0, node, 1, body.clone());
            assert_eq!((net.role(node), net.term(node)), (role, term));
            assert_eq!((net.last(node), net.node(node).commit()), (last, commit));
        }
    }
}

#[test]
fn a_node_votes_once_a_term_even_after_a_fall() {
    let mut net = Net::with(3, |config| config.check_quorum = false);
    let ask = Body::RequestVote { pre: false, last: mark(0, 0), forced: false };
    let answer = |net: &mut Net, from: u32, term: u32| {
        net.drop_all();
        net.tell(from, 2, term, ask.clone());
        net.take(2, from).map(|it| it.body)
    };
    let yes = Some(Body::Vote { pre: false, granted: true });
    let no = Some(Body::Vote { pre: false, granted: false });
    assert_eq!(answer(&mut net, 0, 1), yes);
    assert_eq!(answer(&mut net, 1, 1), no, "who comes first is served");
    assert_eq!(answer(&mut net, 0, 1), yes, "the same one is told again");
    net.restart(2);
    assert_eq!(answer(&mut net, 1, 1), no, "and after a fall");
    assert_eq!(answer(&mut net, 1, 2), yes);
}

#[test]
fn a_vote_is_given_only_to_a_log_that_is_not_behind() {
    for (theirs, expected) in [
        ((0, 0), false),
        ((1, 2), false),
        ((2, 2), true),
        ((3, 2), true),
        ((9, 1), false),
        ((1, 3), true),
    ] {
        for role in [Role::Follower, Role::Candidate] {
            let mut net = Net::of_logs(&[&[1, 2], &[], &[]], |config| config.pre_vote = false);
            if role == Role::Candidate {
                net.wait_out(0);
                net.drop_all();
            }
            let last = mark(theirs.0, theirs.1);
            net.tell(1, 0, 9, Body::RequestVote { pre: false, last, forced: false });
            let granted = Body::Vote { pre: false, granted: expected };
            assert_eq!(net.take(0, 1).map(|it| it.body), Some(granted), "{theirs:?}");
        }
    }
}

#[test]
fn every_pattern_of_votes_decides_in_one_round() {
    // 0: no, 1: yes, 2: silent.
    for size in [1_u32, 3, 5] {
        for pattern in 0..3_u32.pow(size - 1) {
            let mut net = Net::with(size, |config| config.pre_vote = false);
            net.wait_out(0);
            net.drop_all();
            let digits: Vec<u32> = (0..size - 1).map(|at| pattern / 3_u32.pow(at) % 3).collect();
            for (at, digit) in digits.iter().enumerate().filter(|(_, digit)| **digit < 2) {
                net.tell(at as u32 + 1, 0, 1, Body::Vote { pre: false, granted: *digit == 1 });
            }
            let yes = 1 + digits.iter().filter(|it| **it == 1).count() as u32;
            let no = digits.iter().filter(|it| **it == 0).count() as u32;
            let expected = match (yes > size / 2, no > size / 2) {
                (true, _) => Role::Leader,
                (_, true) => Role::Follower,
                _ => Role::Candidate,
            };
            assert_eq!(net.role(0), expected, "{digits:?}");
        }
    }
}

#[test]
fn a_split_vote_ends_in_the_next_term() {
    let mut net = Net::with(4, |config| config.pre_vote = false);
    net.wait_out(0);
    net.ring(1, Timer::Election);
    net.pass(Span::seconds(1));
    net.ring(1, Timer::Election);
    net.drop_all();
    let mut net = Net::with(4, |config| config.pre_vote = false);
    net.pass(Span::seconds(1));
    net.ring(0, Timer::Election);
    net.ring(1, Timer::Election);
    net.deliver(0, 2);
    net.deliver(1, 3);
    net.settle();
    assert_eq!(net.leaders(), [], "two votes each");
    assert_eq!((net.term(0), net.term(1)), (1, 1));
    net.elect(0);
    assert_eq!(net.term(0), 2);
}

#[test]
fn a_candidate_concedes_to_the_leader_of_its_term() {
    for heartbeat in [false, true] {
        let mut net = Net::with(3, |config| config.pre_vote = false);
        net.wait_out(0);
        net.drop_all();
        let body = match heartbeat {
            true => Body::Heartbeat { commit: mark(0, 0), round: 1, stamp: net.now },
            false => Body::Append {
                prev: mark(0, 0),
                entries: Arc::new([]),
                commit: Index(0),
                acked: false,
            },
        };
        net.tell(1, 0, 1, body);
        assert_eq!((net.role(0), net.node(0).leader()), (Role::Follower, Some(NodeId(1))));
    }
}

#[test]
fn duelling_candidates_end_with_one_leader() {
    let mut net = Net::with(3, |config| config.pre_vote = false);
    net.cut(&[0], &[2]);
    net.pass(Span::seconds(1));
    net.ring(0, Timer::Election);
    net.ring(2, Timer::Election);
    net.settle();
    assert_eq!(net.leaders(), [0], "node 1 has heard it first");
    assert_eq!(net.role(2), Role::Candidate);
    net.heal();
    net.beat(0);
    assert_eq!((net.leaders(), net.role(2)), ([0].to_vec(), Role::Follower));
}

#[test]
fn a_new_leader_overwrites_newer_entries_that_are_not_committed() {
    for pre_vote in [false, true] {
        // n0 has led in term 1, n3 alone in term 2 and n4 in term 3; n0 to n2 are a majority.
        let logs: [&[u32]; 5] = [&[1], &[1], &[1], &[1, 2, 2], &[1, 3]];
        let mut net = Net::of_logs(&logs, |config| config.pre_vote = pre_vote);
        net.cut(&[3, 4], &[0, 1, 2]);
        net.elect(0);
        // Who holds newer entries refuses; the majority does not ask them.
        net.heal();
        for _ in 0..4 {
            net.beat(0);
            if net.leaders() != [0] {
                net.cut(&[3, 4], &[0, 1, 2]);
                net.elect(0);
                net.heal();
            }
        }
        let terms = net.terms(0);
        for node in 1..5 {
            assert_eq!(net.terms(node), terms, "pre-vote {pre_vote}, node {node}");
        }
        assert_eq!(&terms[..1], [1]);
    }
}

#[test]
fn a_vote_for_itself_that_lands_too_late_does_not_count() {
    let mut net = Net::with(3, |config| config.pre_vote = false);
    net.slow(0);
    net.wait_out(0);
    assert_eq!(net.role(0), Role::Candidate);
    assert_eq!(net.node(0).votes(), [], "its own vote is on its way to the disk");
    // Another leads in the same term.
    net.tell(1, 0, 1, Body::Heartbeat { commit: mark(0, 0), round: 1, stamp: net.now });
    net.quick(0);
    assert_eq!(net.role(0), Role::Follower);
    net.tell(2, 0, 1, Body::Vote { pre: false, granted: true });
    assert_eq!(net.role(0), Role::Follower, "nor does a late vote of another");
    // The vote of term 2 lands when the candidacy of term 3 waits for its own.
    let mut net = Net::with(3, |config| config.pre_vote = false);
    net.slow(0);
    net.wait_out(0);
    net.wait_out(0);
    assert_eq!(net.term(0), 2);
    net.land(0);
    assert_eq!(net.node(0).votes(), []);
    net.land(0);
    assert_eq!(net.node(0).votes(), [(NodeId(0), true)]);
}

#[test]
fn an_own_entry_that_lands_in_another_term_does_not_count() {
    let mut net = Net::of(3);
    net.elect(0);
    net.slow(0);
    net.propose(0, 1).expect("it leads");
    net.drop_all();
    let entry = crate::raft::Entry::new(Term(2), crate::raft::What::Command(9));
    let prev = net.node(0).log().last();
    let prev = mark(prev.index.0 - 1, 1);
    let body = Body::Append { prev, entries: Arc::new([entry]), commit: Index(0), acked: false };
    net.tell(1, 0, 2, body);
    assert_eq!(net.last(0), mark(2, 2), "another leader has overwritten it");
    net.pass(Span::seconds(1));
    net.drop_all();
    // It leads again before anything has landed: what lands of old terms says nothing of this one.
    net.ring(0, Timer::Election);
    net.quick(0);
    for _ in 0..2 {
        net.settle();
    }
    assert_eq!(net.role(0), Role::Leader);
    assert_eq!(net.commit(0), net.last(0).index.0);
    assert_eq!(
        net.terms(0),
        net.places[0].durable.log.from(Index(1)).map(|it| it.1.term.0).collect::<Vec<_>>()
    );
}

#[test]
fn learners_strangers_and_the_removed_do_not_stand() {
    let mut net = Net::of(4);
    net.elect(0);
    let (voters, learners) = (ids(&[0, 1]), ids(&[2]));
    net.turn(0, |node, turn| node.reconfigure(&voters, &learners, turn)).expect("it leads");
    net.settle();
    net.beat(0);
    assert_eq!(net.node(2).members().learners, learners);
    net.wait_out(2);
    assert_eq!(net.role(2), Role::Follower);
    assert!(!net.node(2).is_promotable());
    // Who is removed is not told the end of it, and disturbs nobody.
    net.beat(0);
    net.ring(3, Timer::Election);
    net.settle();
    assert_eq!((net.leaders(), net.term(0), net.term(3)), ([0].to_vec(), 1, 1));
    let stranger = Config { members: Arc::default(), ..Config::default() };
    let stranger = net.add(9, stranger, crate::raft::Durable::default());
    net.start(stranger);
    net.wait_out(stranger);
    assert_eq!((net.role(stranger), net.term(stranger)), (Role::Follower, 0));
}

#[test]
fn a_node_with_members_to_apply_does_not_stand() {
    let mut net = Net::of(3);
    net.elect(0);
    net.turn(0, |node, turn| node.reconfigure(&ids(&[0, 1, 2]), &ids(&[3]), turn))
        .expect("it leads");
    net.settle();
    net.beat(0);
    // A node whose owner has not yet taken the committed change.
    let place = &mut net.places[1];
    let node = place.node.as_mut().expect("it runs");
    let since = node.members_since();
    assert!(since > Index(0) && node.commit() >= since);
    node.applied = since.before();
    net.pass(Span::seconds(1));
    let mut effects = Vec::new();
    let mut rng = crate::base::Rng::derive(1, 1);
    let mut turn = crate::machine::Turn::new(NodeId(1), net.now, &mut rng, &mut effects);
    let node = net.places[1].node.as_mut().expect("it runs");
    node.ring(Timer::Election, &mut turn);
    assert_eq!(node.role(), Role::Follower);
    while node.next_committed().is_some() {}
    let mut turn =
        crate::machine::Turn::new(NodeId(1), net.now + Span::seconds(1), &mut rng, &mut effects);
    node.ring(Timer::Election, &mut turn);
    assert_eq!(node.role(), Role::PreCandidate);
}

#[test]
fn a_voter_whom_new_members_leave_out_may_stand_until_they_are_committed() {
    let mut net = Net::of(3);
    net.elect(0);
    net.cut(&[1, 2], &[0]);
    net.turn(0, |node, turn| node.reconfigure(&ids(&[1, 2]), &[], turn)).expect("it leads");
    net.settle();
    // It steps down, as nobody hears it, and its log is the longest.
    net.ring(0, Timer::Quorum);
    net.ring(0, Timer::Quorum);
    assert_eq!(net.role(0), Role::Follower);
    assert!(!net.node(0).members().votes(NodeId(0)) && net.node(0).is_promotable());
    net.heal();
    net.wait_out(0);
    net.settle();
    let led = |note: &(u32, Note<Numbers>)| {
        matches!(note, (0, Note::Became { role: Role::Leader, term: Term(2), .. }))
    };
    assert!(net.notes.iter().any(led), "it has led once more");
    assert_eq!(net.role(0), Role::Follower, "once that is committed it does not belong");
    assert_eq!(net.commit(1), net.last(0).index.0);
    net.elect(1);
    assert!(!net.node(0).is_promotable());
}
