//! Every mistake that can be switched on is caught by a law or by a read that is too old, and the
//! very same script without it is clean.

use super::{Law, Laws};
use crate::base::{NodeId, Span, Time};
use crate::raft::bug::Bugs;
use crate::raft::tests::net::{Net, ids, mark};
use crate::raft::{Body, Bug, Config, Durable, Index, Role, Term, Timer};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Which laws a run has broken, each once, in order.
fn broken(net: &Net) -> Vec<Law> {
    let mut laws = Laws::new();
    let mut starts = net.starts.iter().peekable();
    for (seq, (node, note)) in net.notes.iter().enumerate() {
        while starts.next_if(|start| **start == seq).is_some() {
            laws.started(NodeId(*node));
        }
        laws.read(Time(seq as u64), seq as u32, NodeId(*node), note);
    }
    let mut found: Vec<Law> = laws.violations().iter().map(|it| it.law).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Plays a script with the mistake and without.
#[track_caller]
fn caught(bug: Bug, law: Law, script: impl Fn(Bugs) -> Net) {
    assert_eq!(broken(&script(Bugs::default())), [], "the correct variant is clean");
    let found = broken(&script(Bugs::default().with(bug)));
    assert!(found.contains(&law), "{bug:?}: {found:?}");
}

fn led(count: u32, bugs: Bugs) -> Net {
    let mut net = Net::with(count, |config| config.bugs = bugs);
    net.elect(0);
    net
}

fn newcomer(net: &mut Net, bugs: Bugs) -> u32 {
    let config = Config { members: Arc::default(), bugs, ..Config::default() };
    let name = net.places.len() as u64;
    let node = net.add(name, config, Durable::default());
    net.start(node);
    node
}

/// Who stands may learn of the term first.
fn try_to_elect(net: &mut Net, node: u32) {
    for _ in 0..2 {
        if net.role(node) != Role::Leader {
            net.wait_out(node);
            net.settle();
        }
    }
}

#[test]
fn an_old_entry_that_is_committed_by_counting_is_lost() {
    // Figure 8 of the paper: n0 and n1 hold an entry of term 2, n4 has led alone in term 3.
    caught(Bug::CommitOldTerms, Law::LeaderComplete, |bugs| {
        let logs: [&[u32]; 5] = [&[1, 2], &[1, 2], &[1], &[1], &[1, 3]];
        let mut net = Net::of_logs(&logs, |config| {
            config.pre_vote = false;
            config.check_quorum = false;
            config.bugs = bugs;
        });
        for node in 0..3 {
            net.places[node].durable.hard.term = Term(3);
            net.restart(node as u32);
        }
        // n0 leads in term 4 and brings its old entry to n2, and nobody its own.
        net.wait_out(0);
        for node in [1, 2] {
            net.deliver(0, node);
            net.deliver(node, 0);
        }
        assert_eq!((net.role(0), net.term(0)), (Role::Leader, 4));
        net.drop_all();
        let old = net.node(0).log().get(Index(2)).cloned();
        let entries: Vec<_> = old.into_iter().collect();
        let body = Body::Append {
            prev: mark(1, 1),
            entries: entries.into(),
            commit: Index(0),
            acked: false,
        };
        net.tell(0, 2, 4, body);
        net.deliver(2, 0);
        net.tell(1, 0, 4, Body::Appended { upto: Index(2) });
        net.drop_all();
        // n0 falls; n4 is elected by n2, n3 and itself, and brings its entry of term 3.
        net.crash(0);
        net.crash(1);
        net.elect(4);
        net.beat(4);
        net
    });
}

#[test]
fn a_vote_for_a_log_that_is_behind_elects_a_leader_that_lacks_something() {
    caught(Bug::VoteBlindly, Law::LeaderComplete, |bugs| {
        let mut net = led(3, bugs);
        net.isolate(2);
        net.propose(0, 1).expect("it leads");
        net.settle();
        net.heal();
        net.crash(0);
        try_to_elect(&mut net, 2);
        net
    });
}

#[test]
fn a_vote_that_is_forgotten_is_given_twice() {
    caught(Bug::ForgetVote, Law::OneVote, |bugs| {
        let mut net = Net::with(3, |config| config.bugs = bugs);
        let ask = Body::RequestVote { pre: false, last: mark(0, 0), forced: false };
        net.tell(0, 2, 1, ask.clone());
        net.restart(2);
        net.tell(1, 2, 1, ask);
        net
    });
}

#[test]
fn what_was_acknowledged_before_it_was_on_the_disk_is_lost() {
    caught(Bug::AckUnsynced, Law::LeaderComplete, |bugs| {
        let mut net = led(3, bugs);
        net.slow(1);
        net.slow(2);
        net.propose(0, 1).expect("it leads");
        net.settle();
        for node in [1, 2] {
            net.crash(node);
            net.places[node as usize].slow_no_more();
            net.start(node);
        }
        net.crash(0);
        net.drop_all();
        try_to_elect(&mut net, 1);
        net
    });
}

#[test]
fn an_append_that_cuts_off_what_matches_loses_what_is_committed() {
    caught(Bug::TruncateMatching, Law::CommittedStays, |bugs| {
        let mut net = led(3, bugs);
        net.propose(0, 1).expect("it leads");
        let old = net.between(0, 1)[0].clone();
        net.settle();
        net.propose(0, 2).expect("it leads");
        net.settle();
        net.hand(0, 1, old);
        net
    });
}

#[test]
fn a_snapshot_without_its_members_makes_two_majorities() {
    caught(Bug::ForgetMembers, Law::SameState, |bugs| {
        let mut net = Net::with(3, |config| {
            config.bugs = bugs;
            config.kept = 0;
        });
        newcomer(&mut net, bugs);
        newcomer(&mut net, bugs);
        net.elect(0);
        let five = ids(&[0, 1, 2, 3, 4]);
        net.turn(0, |node, turn| node.reconfigure(&five, &[], turn)).expect("it leads");
        net.settle();
        net.beat(0);
        net.beat(0);
        // n1 and n2 come back from their snapshots, and are cut off together.
        for node in [1, 2] {
            net.compact(node);
            net.restart(node);
        }
        net.cut(&[1, 2], &[0, 3, 4]);
        net.propose(0, 1).expect("it leads");
        net.settle();
        try_to_elect(&mut net, 1);
        net.settle();
        net
    });
}

#[test]
fn members_exchanged_in_one_step_make_two_majorities() {
    caught(Bug::OneStep, Law::SameState, |bugs| {
        let mut net = led(3, bugs);
        newcomer(&mut net, bugs);
        newcomer(&mut net, bugs);
        net.cut(&[1, 2], &[0, 3, 4]);
        let next = ids(&[0, 3, 4]);
        net.turn(0, |node, turn| node.reconfigure(&next, &[], turn)).expect("it leads");
        net.settle();
        net.beat(0);
        net.beat(0);
        try_to_elect(&mut net, 1);
        net.settle();
        net
    });
}

#[test]
fn an_append_of_an_old_term_overwrites_what_is_committed() {
    caught(Bug::StaleAppend, Law::CommittedStays, |bugs| {
        let mut net = led(3, bugs);
        net.propose(0, 1).expect("it leads");
        let old = net.between(0, 2)[0].clone();
        net.drop_all();
        net.cut(&[0], &[1, 2]);
        net.elect(1);
        net.beat(1);
        net.hand(0, 2, old);
        net
    });
}

#[test]
fn learners_that_count_commit_what_the_voters_lack() {
    caught(Bug::LearnerCounts, Law::LeaderComplete, |bugs| {
        let mut net = led(3, bugs);
        newcomer(&mut net, bugs);
        newcomer(&mut net, bugs);
        let (voters, learners) = (ids(&[0, 1, 2]), ids(&[3, 4]));
        net.turn(0, |node, turn| node.reconfigure(&voters, &learners, turn)).expect("it leads");
        net.settle();
        net.beat(0);
        net.cut(&[0, 3, 4], &[1, 2]);
        net.propose(0, 1).expect("it leads");
        net.settle();
        try_to_elect(&mut net, 1);
        net
    });
}

/// A read that the old leader answers is older than what was committed before it was asked.
fn stale(net: &Net, node: u32, committed: u64) -> bool {
    assert_eq!(broken(net), [], "no law is broken, only the read is wrong");
    let reads = &net.places[node as usize].reads;
    reads.iter().any(|(_, answer)| answer.is_ok_and(|index| index.0 < committed))
}

#[test]
fn a_read_before_an_own_entry_is_committed_is_too_old() {
    let script = |bugs| {
        let mut net = led(3, bugs);
        net.propose(0, 1).expect("it leads");
        // Only the leader knows that it is committed.
        for node in [1, 2] {
            net.deliver(0, node);
            net.deliver(node, 0);
        }
        assert_eq!((net.commit(0), net.commit(1)), (2, 1));
        net.drop_all();
        net.crash(0);
        net.wait_out(1);
        for _ in 0..2 {
            net.deliver(1, 2);
            net.deliver(2, 1);
        }
        assert_eq!(net.role(1), Role::Leader);
        net.drop_all();
        net.read(1, 5, false);
        for round in 1..4 {
            net.tell(2, 1, 2, Body::HeartbeatReply { round });
        }
        stale(&net, 1, 2)
    };
    assert!(!script(Bugs::default()));
    assert!(script(Bugs::default().with(Bug::EarlyRead)));
}

#[test]
fn a_read_that_an_old_answer_confirms_is_too_old() {
    let script = |bugs| {
        let mut net = led(3, bugs);
        net.propose(0, 1).expect("it leads");
        net.settle();
        net.read(0, 1, false);
        net.settle();
        net.isolate(0);
        net.elect(1);
        net.propose(1, 2).expect("it leads");
        net.settle();
        // The same caller asks again under the same name.
        net.read(0, 1, false);
        net.settle();
        stale(&net, 0, 2);
        net.places[0].reads.len() == 2 && net.commit(0) < net.commit(1)
    };
    assert!(!script(Bugs::default()));
    assert!(script(Bugs::default().with(Bug::ReusedRead)));
}

#[test]
fn a_lease_under_a_clock_that_stands_still_is_too_old() {
    // What leases assume: no clock runs faster than another by more than their margin. Here the old
    // leader's clock has stood still while the others' went on.
    let script = |stood_still: bool| {
        let mut net = Net::with(3, |config| config.lease = Some(Span::millis(100)));
        net.elect(0);
        net.propose(0, 1).expect("it leads");
        net.settle();
        net.beat(0);
        let then = net.now;
        net.isolate(0);
        net.elect(1);
        net.propose(1, 2).expect("it leads");
        net.settle();
        if stood_still {
            net.now = then;
        }
        net.ring(0, Timer::Heartbeat);
        net.read(0, 5, true);
        stale(&net, 0, net.commit(1))
    };
    assert!(!script(false));
    assert!(script(true));
}
