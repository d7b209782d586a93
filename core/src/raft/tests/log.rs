//! Entries: how logs become alike, what is committed, and what comes back from a disk.

use super::Numbers;
use super::net::{Net, mark};
use crate::base::{NodeId, Rng, Span};
use crate::raft::{Body, Entry, Index, Log, Node, Note, Refusal, Role, Term, Timer, What, Write};
use alloc::sync::Arc;
use alloc::vec::Vec;

fn entries(terms: &[u32]) -> Arc<[Entry<Numbers>]> {
    terms.iter().map(|term| Entry::new(Term(*term), What::Command(*term))).collect()
}

/// Figure 8 of the paper: n0 and n1 hold an entry of term 2, and n4 has led alone in term 3.
const FIGURE_8: [&[u32]; 5] = [&[1, 2], &[1, 2], &[1], &[1], &[1, 3]];

#[test]
fn an_entry_of_an_old_term_is_not_committed_by_counting() {
    let mut net = Net::of_logs(&FIGURE_8, |config| config.pre_vote = false);
    net.cut(&[0, 1, 2], &[3, 4]);
    for place in 0..3 {
        net.places[place].durable.hard.term = Term(3);
        net.restart(place as u32);
    }
    net.wait_out(0);
    // Votes, and then the old entry alone: the leader's own is still on its way.
    for node in [1, 2] {
        net.deliver(0, node);
        net.deliver(node, 0);
    }
    assert_eq!((net.role(0), net.term(0)), (Role::Leader, 4));
    net.drop_all();
    net.tell(1, 0, 4, Body::Appended { upto: Index(2) });
    net.tell(2, 0, 4, Body::Appended { upto: Index(2) });
    assert_eq!(net.commit(0), 0, "a majority holds the entry of term 2, and it may still be lost");
    net.tell(1, 0, 4, Body::Appended { upto: Index(3) });
    assert_eq!(net.commit(0), 0, "two of five");
    net.tell(2, 0, 4, Body::Appended { upto: Index(3) });
    assert_eq!(net.commit(0), 3, "with its own entry everything before it is committed");
}

#[test]
fn whatever_the_shape_of_a_log_it_becomes_the_leaders() {
    // Figure 7 of the paper: the leader and six followers.
    let leader: &[u32] = &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
    let followers: [&[u32]; 6] = [
        &[1, 1, 1, 4, 4, 5, 5, 6, 6],
        &[1, 1, 1, 4],
        &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
        &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
        &[1, 1, 1, 4, 4, 4, 4],
        &[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
    ];
    for shape in followers {
        // A third node agrees with the leader, so that it is elected.
        let mut net = Net::of_logs(&[leader, shape, leader], |_| {});
        for place in &mut net.places {
            place.durable.hard.term = Term(7);
        }
        for node in 0..3 {
            net.restart(node);
        }
        net.elect(0);
        net.beat(0);
        assert_eq!(net.terms(0), [leader, &[8]].concat());
        assert_eq!(net.terms(1), net.terms(0), "{shape:?}");
        assert_eq!(net.commit(1), 11);
        assert_eq!(net.places[1].applied, net.places[0].applied);
    }
}

#[test]
fn a_follower_takes_only_what_joins_on() {
    for (prev, taken) in
        [((0, 0), true), ((1, 1), true), ((2, 2), true), ((1, 2), false), ((3, 2), false)]
    {
        let mut net = Net::of_logs(&[&[1, 2], &[], &[]], |_| {});
        let body = Body::Append {
            prev: mark(prev.0, prev.1),
            entries: entries(&[2]),
            commit: Index(0),
            acked: false,
        };
        net.tell(1, 0, 2, body);
        let said = net.take(0, 1).map(|it| it.body);
        assert_eq!(matches!(said, Some(Body::Appended { .. })), taken, "{prev:?} {said:?}");
        assert_eq!(matches!(said, Some(Body::Rejected { .. })), !taken, "{prev:?} {said:?}");
    }
}

#[test]
fn far_apart_logs_meet_in_a_few_round_trips() {
    // The follower has hundreds of entries of terms that the leader has never seen.
    let mut theirs: Vec<u32> = alloc::vec![1];
    let mut own: Vec<u32> = alloc::vec![1];
    for term in 0..6 {
        theirs.extend(alloc::vec![2 + 2 * term; 50]);
        own.extend(alloc::vec![3 + 2 * term; 60]);
    }
    let mut net = Net::of_logs(&[&own, &theirs, &own], |_| {});
    net.elect(0);
    let rejected = net.notes.len();
    assert!(rejected > 0);
    net.delivered = 0;
    net.beat(0);
    assert_eq!(net.terms(1), net.terms(0));
    let mut again = Net::of_logs(&[&own, &theirs, &own], |_| {});
    again.wait_out(0);
    let mut rejections = 0;
    while let Some((from, to, message)) = again.wires.pop_front() {
        rejections += u32::from(matches!(message.body, Body::Rejected { .. }));
        again.hand(from, to, message);
    }
    assert!((1..=14).contains(&rejections), "{rejections} for 300 entries of 6 terms each");
}

#[test]
fn doubled_late_and_old_messages_do_no_harm() {
    let mut rng = Rng::derive(9, 9);
    for round in 0..60 {
        let mut net = Net::with(3, |config| config.append_bytes = 40);
        net.elect(0);
        let mut kept = Vec::new();
        for number in 0..30 {
            if net.role(0) == Role::Leader {
                let _ = net.propose(0, number);
            }
            for _ in 0..rng.below(6) {
                if net.wires.is_empty() {
                    break;
                }
                let at = rng.below(net.wires.len() as u64) as usize;
                let Some(wire) = net.wires.remove(at) else { break };
                if rng.chance(300_000) {
                    kept.push(wire.clone());
                }
                if rng.chance(800_000) {
                    net.hand(wire.0, wire.1, wire.2);
                }
            }
            if rng.chance(100_000) {
                net.ring(0, Timer::Heartbeat);
            }
        }
        for (from, to, message) in kept {
            net.hand(from, to, message);
        }
        net.settle();
        for _ in 0..4 {
            net.beat(0);
        }
        assert_eq!(net.leaders(), [0]);
        for node in 1..3 {
            assert_eq!(net.commit(node), 31, "round {round}");
            assert_eq!(net.places[node as usize].applied, net.places[0].applied);
        }
    }
}

#[test]
fn an_old_append_does_not_cut_off_what_came_after_it() {
    let mut net = Net::of(3);
    net.elect(0);
    net.propose(0, 1).expect("it leads");
    let old = net.between(0, 1)[0].clone();
    net.settle();
    net.propose(0, 2).expect("it leads");
    net.settle();
    let before = net.last(1);
    net.hand(0, 1, old);
    assert_eq!((net.last(1), net.commit(1)), (before, 3));
}

#[test]
fn commit_never_goes_beyond_what_a_follower_shares_nor_back() {
    let mut net = Net::of_logs(&[&[1, 1, 1], &[1, 1, 1], &[1]], |_| {});
    // The rest of node 0's log may not be the leader's.
    let body =
        Body::Append { prev: mark(1, 1), entries: Arc::new([]), commit: Index(3), acked: false };
    net.tell(1, 0, 1, body);
    assert_eq!(net.commit(0), 1);
    let body =
        Body::Append { prev: mark(1, 1), entries: entries(&[1]), commit: Index(3), acked: false };
    net.tell(1, 0, 1, body);
    assert_eq!(net.commit(0), 2);
    net.tell(1, 0, 1, Body::Heartbeat { commit: mark(1, 1), round: 0, stamp: net.now });
    assert_eq!((net.commit(0), net.node(0).fresh()), (2, Some(net.now)));
    // The leader says what was acknowledged; a disk that lied does not hold it.
    net.tell(1, 2, 1, Body::Heartbeat { commit: mark(9, 1), round: 0, stamp: net.now });
    assert_eq!((net.commit(2), net.node(2).fresh()), (0, None));
    let mut net = Net::of_logs(&[&[1, 1], &[1, 2], &[1, 2]], |_| {});
    net.tell(1, 0, 2, Body::Heartbeat { commit: mark(2, 2), round: 0, stamp: net.now });
    assert_eq!((net.commit(0), net.node(0).fresh()), (0, None), "it holds another entry there");
    net.tell(1, 0, 2, Body::Heartbeat { commit: mark(1, 1), round: 0, stamp: net.now });
    assert_eq!((net.commit(0), net.node(0).fresh()), (1, Some(net.now)));
}

/// Disks beyond a minority have lied: a node that has committed something else than its leader stops.
#[test]
fn nobody_lets_go_of_what_is_committed() {
    let mut net = Net::of_logs(&[&[1, 1, 1], &[1, 1], &[1]], |_| {});
    net.tell(1, 0, 1, Body::Heartbeat { commit: mark(2, 1), round: 0, stamp: net.now });
    let append = |after: u64| Body::Append {
        prev: mark(after, 1),
        entries: entries(&[2]),
        commit: Index(0),
        acked: false,
    };
    let at_odds = |net: &Net| net.notes.contains(&(0, Note::AtOdds { after: Index(1) }));
    net.tell(1, 0, 2, append(2));
    assert_eq!((net.terms(0), at_odds(&net)), (alloc::vec![1, 1, 2], false));
    net.tell(1, 0, 2, append(1));
    assert_eq!((net.terms(0), at_odds(&net)), (alloc::vec![1, 1, 2], true));
    assert_eq!(net.places[0].durable.log, *net.node(0).log());
}

#[test]
fn a_late_answer_hears_what_was_committed_before_it() {
    let mut net = Net::of(3);
    net.elect(0);
    net.propose(0, 1).expect("it leads");
    net.deliver(0, 1);
    net.deliver(1, 0);
    assert_eq!(net.commit(0), 2);
    net.settle();
    assert_eq!((net.commit(1), net.commit(2)), (2, 2), "without a heartbeat");
}

#[test]
fn a_node_comes_back_with_term_vote_log_and_snapshot() {
    let mut net = Net::with(3, |config| config.kept = 1);
    net.elect(0);
    for number in 0..6 {
        net.propose(0, number).expect("it leads");
        net.settle();
    }
    for node in 0..3 {
        net.compact(node);
    }
    net.propose(0, 9).expect("it leads");
    net.settle();
    let before: Vec<_> = (0..3)
        .map(|node| {
            let n = net.node(node);
            (n.term(), n.vote(), n.log().clone(), n.members().clone())
        })
        .collect();
    for node in 0..3 {
        net.restart(node);
        let n = net.node(node);
        let after = (n.term(), n.vote(), n.log().clone(), n.members().clone());
        assert_eq!(after, before[node as usize]);
        assert_eq!(n.commit(), Index(7), "what the snapshot stands for is committed");
    }
    net.elect(1);
    net.beat(1);
    let applied: Vec<u32> = (0..6).chain([9]).collect();
    for node in 0..3 {
        assert_eq!(net.places[node].applied, applied);
    }
}

#[test]
fn what_is_torn_off_a_disk_is_sent_again() {
    let mut net = Net::of(3);
    net.elect(0);
    net.slow(1);
    for number in 0..4 {
        net.propose(0, number).expect("it leads");
        net.settle();
    }
    net.land(1);
    net.crash(1);
    net.places[1].slow_no_more();
    net.start(1);
    assert!(net.last(1).index < net.last(0).index);
    net.beat(0);
    net.beat(0);
    assert_eq!(net.last(1), net.last(0));
    assert_eq!(net.places[1].applied, net.places[0].applied);
}

#[test]
fn what_waits_to_be_committed_is_bounded() {
    let mut net = Net::with(3, |config| config.uncommitted_bytes = 100);
    net.elect(0);
    net.isolate(0);
    let mut taken = 0;
    while net.propose(0, taken).is_ok() {
        taken += 1;
        assert!(taken < 50);
    }
    assert_eq!(taken, 6, "20 bytes each, the last one begins within the bound");
    assert_eq!(net.propose(0, 99), Err(Refusal::Full));
    net.heal();
    net.beat(0);
    net.beat(0);
    assert_eq!(net.propose(0, 7).map(|it| it.index), Ok(Index(8)), "what is committed frees room");
    // One entry may be larger than the bound if nothing waits.
    let mut net = Net::with(3, |config| config.uncommitted_bytes = 1);
    net.elect(0);
    assert!(net.propose(0, 1).is_ok());
    assert_eq!(net.propose(0, 2), Err(Refusal::Full));
    // Another leader counts anew.
    net.settle();
    net.elect(1);
    assert!(net.propose(1, 3).is_ok());
}

#[test]
fn a_node_that_does_not_lead_says_which_does() {
    let mut net = Net::of(3);
    assert_eq!(net.propose(1, 1), Err(Refusal::NotLeader(None)));
    net.elect(0);
    assert_eq!(net.propose(1, 1), Err(Refusal::NotLeader(Some(NodeId(0)))));
    assert_eq!(net.last(1), mark(1, 1));
}

#[test]
fn a_slow_disk_that_lands_an_overwritten_entry_acknowledges_nothing() {
    // The same places are written in three terms before the first write has landed.
    let mut net = Net::of(3);
    net.elect(0);
    net.slow(1);
    let append = |term: u32| Body::Append {
        prev: mark(1, 1),
        entries: entries(&[term]),
        commit: Index(0),
        acked: false,
    };
    net.tell(0, 1, 1, append(1));
    net.tell(2, 1, 2, append(2));
    net.tell(0, 1, 3, append(1));
    assert_eq!(net.last(1), mark(2, 1), "in memory it is as the last one wanted");
    net.drop_all();
    for _ in 0..2 {
        net.land(1);
        for (_, to, message) in core::mem::take(&mut net.wires) {
            // An answer of an older term says nothing to the leader of a newer one.
            assert!(message.term < Term(3), "{to} {message:?}");
        }
    }
    net.quick(1);
    let last = net.take(1, 0).expect("the last one is acknowledged");
    assert_eq!((last.term, last.body), (Term(3), Body::Appended { upto: Index(2) }));
    assert_eq!(net.places[1].durable.log.last(), mark(2, 1));
}

#[test]
fn an_answer_waits_for_the_writes_that_it_rests_on_and_orders_none() {
    let mut net = Net::of(3);
    net.elect(0);
    net.slow(1);
    let append = |prev: u64, new: &[u32]| Body::Append {
        prev: mark(prev, 1),
        entries: entries(new),
        commit: Index(0),
        acked: false,
    };
    let acked = |net: &mut Net| net.take(1, 0).map(|said| said.body);
    net.tell(0, 1, 1, append(1, &[1]));
    net.tell(0, 1, 1, append(2, &[1]));
    assert_eq!((net.writes(1), acked(&mut net)), (2, None));
    // What the disk has held for long is confirmed at once.
    net.tell(0, 1, 1, append(1, &[]));
    assert_eq!(acked(&mut net), Some(Body::Appended { upto: Index(1) }));
    // The same entry again rests on a write that is under way, and so does a probe behind it.
    net.tell(0, 1, 1, append(1, &[1]));
    net.tell(0, 1, 1, append(3, &[]));
    assert_eq!((net.writes(1), acked(&mut net)), (2, None), "and no write of nothing");
    net.land(1);
    assert_eq!(acked(&mut net), Some(Body::Appended { upto: Index(2) }), "the first write");
    assert_eq!(acked(&mut net), None);
    net.land(1);
    let rest = [3, 2, 3].map(|upto| Some(Body::Appended { upto: Index(upto) }));
    assert_eq!([(); 3].map(|()| acked(&mut net)), rest);
    net.tell(0, 1, 1, append(3, &[]));
    assert_eq!((net.writes(1), acked(&mut net)), (0, Some(Body::Appended { upto: Index(3) })));
    // A write that overwrites a place: what stands before it needs no waiting, the place itself does.
    net.tell(
        2,
        1,
        2,
        Body::Append { prev: mark(2, 1), entries: entries(&[2]), commit: Index(0), acked: false },
    );
    net.drop_all();
    net.land(1);
    net.drop_all();
    net.tell(
        2,
        1,
        2,
        Body::Append {
            prev: mark(2, 1),
            entries: entries(&[2, 2]),
            commit: Index(0),
            acked: false,
        },
    );
    net.tell(
        2,
        1,
        2,
        Body::Append { prev: mark(3, 2), entries: entries(&[]), commit: Index(0), acked: false },
    );
    let said = net.take(1, 2).map(|said| said.body);
    assert_eq!(said, Some(Body::Appended { upto: Index(3) }));
    assert_eq!(net.take(1, 2).map(|said| said.body), None);
}

#[test]
fn a_leader_that_led_before_does_not_count_what_it_has_since_lost() {
    // It wrote place 2 in term 1, lost it to another leader, and leads again in term 3.
    let mut net = Net::of(3);
    net.elect(0);
    net.slow(0);
    net.propose(0, 1).expect("it leads");
    net.drop_all();
    net.tell(
        1,
        0,
        2,
        Body::Append { prev: mark(1, 1), entries: entries(&[2]), commit: Index(1), acked: false },
    );
    net.drop_all();
    net.pass(Span::seconds(1));
    net.turn(0, Node::campaign);
    net.tell(1, 0, 3, Body::Vote { pre: true, granted: true });
    net.land(0);
    net.land(0);
    assert_eq!(net.role(0), Role::Candidate);
    net.quick(0);
    net.tell(1, 0, 3, Body::Vote { pre: false, granted: true });
    assert_eq!(net.role(0), Role::Leader);
    assert_eq!(net.terms(0), [1, 2, 3]);
    assert_eq!(net.commit(0), 1, "nobody else has acknowledged anything of this term");
}

#[test]
fn an_entry_goes_to_each_node_once_and_costs_few_messages() {
    let mut net = Net::of(3);
    net.elect(0);
    net.beat(0);
    for number in 0..10 {
        net.delivered = 0;
        net.propose(0, number).expect("it leads");
        let bytes: u64 = net.wires.iter().map(|wire| wire.2.bytes()).sum();
        assert_eq!(bytes, 2 * (32 + 16 + 4), "each entry once to each");
        net.settle();
        assert_eq!(net.delivered, 6, "two appends, two answers, two notices");
    }
    // A handful costs no more than one.
    net.delivered = 0;
    net.turn(0, |node, turn| node.propose((0..64).collect(), turn)).expect("it leads");
    net.settle();
    assert_eq!(net.delivered, 6);
}

#[test]
fn a_minority_commits_nothing_and_yields() {
    let mut net = Net::of(5);
    net.elect(0);
    net.cut(&[0, 1], &[2, 3, 4]);
    let commit = net.commit(0);
    for number in 0..5 {
        net.propose(0, number).expect("it leads");
        net.settle();
    }
    assert_eq!(net.commit(0), commit);
    net.elect(2);
    net.propose(2, 77).expect("it leads");
    net.settle();
    net.heal();
    net.beat(2);
    net.beat(2);
    assert_eq!(net.leaders(), [2]);
    for node in 0..5 {
        assert_eq!(net.places[node].applied, [77]);
        assert_eq!(net.terms(node as u32), [1, 2, 2]);
    }
}

#[test]
fn a_log_answers_for_every_place_of_it() {
    let mut log = Log::<Numbers>::default();
    log.append(&entries(&[1, 1, 2, 2, 5]));
    assert_eq!(log.last(), mark(5, 5));
    for (index, term) in [(0, Some(0)), (1, Some(1)), (3, Some(2)), (5, Some(5)), (6, None)] {
        assert_eq!(log.term(Index(index)), term.map(Term));
    }
    assert!(log.get(Index(0)).is_none() && log.get(Index(6)).is_none());
    assert_eq!(log.slice(Index(2), 0).len(), 1, "at least one");
    assert_eq!(log.slice(Index(2), 40).len(), 2);
    assert_eq!(log.slice(Index(2), 1_000).len(), 4);
    assert_eq!(log.slice(Index(9), 1_000).len(), 0);
    assert_eq!(log.last_not_after(Index(9), Term(4)), mark(4, 2));
    assert_eq!(log.last_not_after(Index(2), Term(9)), mark(2, 1));
    log.compact(Index(3));
    assert_eq!((log.base(), log.len()), (mark(3, 2), 2));
    assert_eq!((log.term(Index(2)), log.term(Index(3))), (None, Some(Term(2))));
    assert_eq!(log.slice(Index(2), 1_000).len(), 0);
    log.compact(Index(9));
    assert_eq!(log.base(), mark(3, 2), "what is not there cannot be let go");
    log.truncate(Index(1));
    assert_eq!(log.last(), mark(3, 2), "a snapshot is not cut off");
    assert_eq!(log.bytes(), 0);
    log.restart(mark(7, 6));
    assert_eq!((log.last(), log.is_empty()), (mark(7, 6), true));
}

#[test]
fn a_write_that_does_not_join_on_is_lost_and_one_that_does_replaces() {
    let mut durable = crate::raft::Durable::<Numbers>::default();
    let write = |prev: crate::raft::EntryId, terms: &[u32]| Write::Append {
        hard: None,
        prev,
        entries: entries(terms),
    };
    write(mark(0, 0), &[1, 1, 1]).settle(&mut durable);
    write(mark(1, 1), &[2]).settle(&mut durable);
    assert_eq!(durable.log.last(), mark(2, 2));
    write(mark(5, 2), &[9]).settle(&mut durable);
    assert_eq!(durable.log.last(), mark(2, 2));
    // The same place in another term: the write that brought it there is missing.
    write(mark(2, 3), &[3]).settle(&mut durable);
    assert_eq!(durable.log.last(), mark(2, 2));
}

#[test]
fn a_truncation_takes_back_members_that_came_with_it() {
    let mut net = Net::of(3);
    net.elect(0);
    net.isolate(0);
    net.turn(0, |node, turn| node.reconfigure(&super::net::ids(&[0, 1]), &[], turn))
        .expect("it leads");
    assert_eq!(net.node(0).members().voters.len(), 2);
    net.elect(1);
    net.heal();
    net.beat(1);
    assert_eq!(net.node(0).members().voters.len(), 3);
    assert!(net.notes.iter().any(|note| matches!(note, (0, Note::Truncated { after: Index(1) }))));
}
