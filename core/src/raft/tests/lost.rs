//! Disks that lose what was acknowledged, and how the node is let in again as another replica.

use super::Numbers;
use super::net::{Net, Said, ids, mark};
use crate::base::{NodeId, Rng, Span};
use crate::raft::{Body, Durable, Index, Note, Refusal, ReplicaId, Role, Timer, Write};

/// Three nodes, the first leads, with so many entries everywhere.
fn three(entries: u32) -> Net {
    let mut net = Net::of(3);
    net.elect(0);
    for number in 0..entries {
        net.propose(0, number).expect("it leads");
        net.settle();
    }
    net.beat(0);
    net
}

/// Lets the leader's heartbeats do what they do for a while.
fn beats(net: &mut Net, count: u32) {
    for _ in 0..count {
        net.pass(Span::millis(30));
        net.beat(0);
    }
}

fn wipe(net: &mut Net, node: u32) {
    net.crash(node);
    net.places[node as usize].durable = Durable::blank();
    net.start(node);
}

#[test]
fn a_wiped_node_is_found_out_and_let_in_again_as_another_replica() {
    let mut net = three(5);
    wipe(&mut net, 2);
    assert!(net.node(2).is_estranged() && !net.node(2).is_promotable());
    beats(&mut net, 8);
    let members = net.node(0).members().clone();
    assert_eq!(members.voters, ids(&[0, 1, 2]));
    assert_eq!(members.replica_of(NodeId(2)), net.node(2).replica());
    assert_ne!(net.node(2).replica(), ReplicaId::FIRST);
    assert!(!net.node(2).is_estranged() && net.node(2).is_promotable());
    assert_eq!(net.places[2].applied, net.places[0].applied);
    let learner = |note: &(u32, Note<Numbers>)| matches!(&note.1, Note::Members { members, .. } if members.learners == ids(&[2]));
    assert!(net.notes.iter().any(learner), "it learns before it votes");
    // It stays that replica through a restart.
    net.restart(2);
    assert!(!net.node(2).is_estranged());
}

#[test]
fn an_estranged_node_gives_no_vote_and_its_word_does_not_count() {
    let mut net = three(3);
    net.isolate(1);
    wipe(&mut net, 2);
    net.propose(0, 9).expect("it leads");
    let commit = net.commit(0);
    beats(&mut net, 2);
    assert_eq!(net.commit(0), commit, "one of three is no majority, whatever node 2 stores");
    // With the leader gone, node 1 stands: only node 2 could vote, and does not.
    net.crash(0);
    net.heal();
    net.drop_all();
    for _ in 0..5 {
        net.pass(Span::millis(400));
        net.turn(1, crate::raft::Node::campaign);
        net.settle();
    }
    assert_ne!(net.role(1), Role::Leader);
    // The leader of before is back: both hold all that was acknowledged, and node 2 is let in.
    net.start(0);
    net.elect(0);
    beats(&mut net, 8);
    assert_eq!(net.node(0).members().voters, ids(&[0, 1, 2]));
    assert_eq!(net.places[2].applied, net.places[0].applied);
}

#[test]
fn a_leader_finds_out_a_disk_that_lied() {
    let mut net = three(6);
    // The disk had called the last three entries safe; a fall takes them, and nothing tells the node.
    net.crash(2);
    net.places[2].durable.log.truncate(Index(4));
    net.start(2);
    assert!(!net.node(2).is_estranged(), "it cannot know");
    net.propose(0, 9).expect("it leads");
    let before = net.delivered;
    net.settle();
    assert!(net.delivered - before < 30, "{} messages", net.delivered - before);
    let forgot =
        |note: &(u32, Note<Numbers>)| matches!(note, (0, Note::Forgot { node: NodeId(2), .. }));
    assert!(net.notes.iter().any(forgot));
    assert!(net.node(2).is_estranged());
    beats(&mut net, 8);
    assert_eq!(net.node(0).members().voters, ids(&[0, 1, 2]));
    assert_eq!(net.places[2].applied, net.places[0].applied);
}

/// The same with every word of the leader about it lost once: it says it again with a heartbeat.
#[test]
fn a_lost_word_about_a_loss_is_said_again() {
    let mut net = three(6);
    net.crash(2);
    net.places[2].durable.log.truncate(Index(4));
    net.start(2);
    net.propose(0, 9).expect("it leads");
    while let Some((from, to, message)) = net.wires.pop_front() {
        if !matches!(message.body, Body::Forgotten) {
            net.hand(from, to, message);
        }
    }
    assert!(!net.node(2).is_estranged());
    beats(&mut net, 10);
    assert_eq!(net.node(0).members().voters, ids(&[0, 1, 2]));
    assert_eq!(net.places[2].applied, net.places[0].applied);
}

#[test]
fn late_words_of_the_replica_that_was_change_nothing() {
    let mut net = three(4);
    let last = net.last(0).index;
    wipe(&mut net, 2);
    beats(&mut net, 1);
    let replica = net.node(2).replica();
    net.tell(2, 0, 1, Body::Appended { upto: last });
    net.tell(2, 0, 1, Body::HeartbeatReply { round: 1 });
    let known = net.node(0).progress().iter().find(|(node, _)| *node == NodeId(2));
    assert_eq!(known.map(|(_, progress)| progress.replica), Some(replica));
    beats(&mut net, 8);
    assert_eq!(net.node(0).members().replica_of(NodeId(2)), replica);
}

#[test]
fn a_late_refusal_of_an_earlier_append_is_no_loss() {
    let mut net = three(4);
    net.tell(2, 0, 1, Body::Rejected { prev: Index(3), hint: mark(1, 1), acked: false });
    net.settle();
    let forgot = |note: &(u32, Note<Numbers>)| matches!(note.1, Note::Forgot { .. });
    assert!(!net.notes.iter().any(forgot));
}

#[test]
fn damage_that_a_snapshot_covers_loses_nothing_and_memory_and_disk_agree() {
    let mut net = three(20);
    let applied = net.node(2).applied();
    net.turn(2, |node, turn| node.compact(applied, alloc::vec![1], turn));
    net.propose(0, 99).expect("it leads");
    net.settle();
    let base = net.places[2].durable.log.base().index;
    assert!(base < applied, "entries are kept before the snapshot");
    net.crash(2);
    net.places[2].durable.damage.entries.push(base.next());
    net.start(2);
    assert!(!net.node(2).is_estranged());
    assert_eq!(net.last(2), net.last(0), "what stands behind the snapshot is whole");
    assert_eq!(net.places[2].durable.log, *net.node(2).log());
    net.propose(0, 100).expect("it leads");
    net.settle();
    assert_eq!(net.places[2].durable.log, *net.node(2).log());
    assert_eq!(net.places[2].durable.log.last(), net.last(0));
}

/// Whatever is damaged, torn or kept out of order: memory and disk agree after a start, and a disk that
/// loses nothing that was settled keeps its replica.
#[test]
fn after_a_start_memory_and_disk_agree_whatever_befell_the_disk() {
    let mut rng = Rng::derive(11, 4);
    let (mut lost, mut kept) = (0, 0);
    for _ in 0..2_000 {
        let mut net = three(rng.between(1, 12) as u32);
        if rng.chance(500_000) {
            let applied = Index(rng.between(1, net.node(2).applied().0));
            net.turn(2, |node, turn| node.compact(applied, alloc::vec![1], turn));
            net.propose(0, 50).expect("it leads");
            net.settle();
        }
        net.crash(2);
        let before = net.places[2].durable.clone();
        for _ in 0..rng.below(3) {
            net.places[2].durable.damage(&mut rng);
        }
        let damage = net.places[2].durable.damage.clone();
        net.start(2);
        let disk = &net.places[2].durable;
        assert_eq!(disk.log, *net.node(2).log(), "{damage:?}");
        assert_eq!(disk.hard.term, net.node(2).term());
        assert_eq!(disk.replica, Some(net.node(2).replica()));
        assert_eq!(disk.damage, super::super::disk::Damage::default());
        if net.node(2).is_estranged() {
            lost += 1;
        } else {
            assert!(disk.keeps(before.log.last()) && disk.hard == before.hard, "{damage:?}");
            kept += 1;
        }
        beats(&mut net, 8);
        assert_eq!(net.last(2), net.last(0), "{damage:?}");
        assert_eq!(net.node(0).members().voters, ids(&[0, 1, 2]), "{damage:?}");
    }
    assert!(lost > 200 && kept > 200, "{lost} {kept}");
}

/// A crash may keep any of the writes that were under way and lose the others: nothing joins on that
/// should not.
#[test]
fn any_of_the_writes_under_way_may_survive() {
    let mut rng = Rng::derive(12, 4);
    let mut several = 0;
    for round in 0..2_000 {
        let mut net = Net::of_logs(&[&[1, 1, 3], &[1, 1, 2, 2], &[1, 1]], |_| {});
        net.slow(1);
        net.elect(0);
        // The vote lands, and perhaps some of what overwrites its log, while more comes.
        for number in 0..2 + rng.below(6) as u32 {
            if number < 2 || rng.below(3) == 0 {
                net.land(1);
                net.settle();
            }
            net.beat(0);
            net.propose(0, number).expect("it leads");
            net.settle();
        }
        let acked = net.places[1].durable.clone();
        let writes: alloc::vec::Vec<Write<Numbers>> = net.take_writes(1);
        several += u32::from(writes.len() > 1);
        net.crash(1);
        for write in writes {
            match rng.below(3) {
                0 => write.settle(&mut net.places[1].durable),
                1 => {
                    if let Some(left) = write.torn(&mut rng) {
                        left.settle(&mut net.places[1].durable);
                    }
                }
                _ => {}
            }
        }
        net.places[1].slow_no_more();
        net.start(1);
        assert!(!net.node(1).is_estranged(), "nothing that was acknowledged is missing");
        assert!(net.node(1).term() >= acked.hard.term);
        assert_eq!(net.places[1].durable.log, *net.node(1).log(), "{round}");
        beats(&mut net, 4);
        assert_eq!(net.terms(1), net.terms(0), "{round}");
    }
    assert!(several > 500, "{several}");
}

/// A node that was no member lost its disk meanwhile; then it is counted on by a joint change.
#[test]
fn a_newcomer_that_lost_its_disk_does_not_hold_up_a_joint_change() {
    let mut net = Net::of(5);
    net.elect(0);
    net.propose(0, 7).expect("it leads");
    net.settle();
    net.turn(0, |node, turn| node.reconfigure(&ids(&[0, 1, 4]), &[], turn)).expect("it leads");
    net.settle();
    net.beat(0);
    assert_eq!(net.node(0).members().voters, ids(&[0, 1, 4]));
    wipe(&mut net, 2);
    wipe(&mut net, 3);
    // They would count as they are, had they not to catch up first.
    let changes = net.node(0).members().changes_to(&ids(&[0, 2, 3]), &[]);
    net.turn(0, |node, turn| node.change(&changes, true, turn)).expect("it leads");
    net.settle();
    assert!(net.node(0).members().is_joint(), "two of the three new ones do not count yet");
    beats(&mut net, 8);
    let members = net.node(0).members().clone();
    assert!(!members.is_joint());
    assert_eq!(members.voters, ids(&[0, 2, 3]));
    assert_eq!(members.replica_of(NodeId(3)), net.node(3).replica());
    assert_eq!(net.places[3].applied, net.places[0].applied);
    // In the old half of a joint change nobody is exchanged.
    let joint = members.enter(&[crate::raft::membership::Change::Remove(NodeId(0))], true);
    let joint = joint.expect("two are left");
    assert_eq!(joint.renamed(NodeId(2), ReplicaId(5)), None);
    assert_eq!(joint.replica_of(NodeId(2)), net.node(2).replica());
}

/// Who is taken out of the voters still votes in the old half, as the replica that it is.
#[test]
fn one_that_came_back_counts_in_the_old_half_as_long_as_that_counts() {
    let mut net = three(2);
    wipe(&mut net, 2);
    beats(&mut net, 8);
    let replica = net.node(2).replica();
    let members = net.node(0).members().clone();
    let joint = members.enter(
        &[
            crate::raft::membership::Change::Remove(NodeId(2)),
            crate::raft::membership::Change::Voter(NodeId(5)),
        ],
        true,
    );
    let joint = joint.expect("others are left");
    assert!(joint.outgoing.contains(&NodeId(2)));
    assert_eq!(joint.replica_of(NodeId(2)), replica);
}

/// The replica that is sent to is gone: nothing that was meant for it holds for the one after it.
#[test]
fn what_was_said_to_the_replica_of_before_says_nothing_to_the_one_after_it() {
    let mut net = Net::with(3, |config| config.kept = 0);
    net.elect(0);
    for number in 0..4 {
        net.propose(0, number).expect("it leads");
        net.settle();
    }
    net.compact(0);
    net.propose(0, 8).expect("it leads");
    net.settle();
    let meant = ReplicaId::FIRST;
    let (term, last) = (net.node(0).term(), net.last(0));
    let snapshot = net.node(0).snapshot.clone().expect("it was made");
    let (entry, piece) = (net.node(0).log().slice(Index(6), 100), snapshot.mark);
    wipe(&mut net, 2);
    let late = [
        Body::Heartbeat { commit: last, round: 0, stamp: net.now },
        Body::Append { prev: mark(0, 0), entries: entry.clone(), commit: last.index, acked: false },
        Body::Append { prev: last, entries: entry, commit: last.index, acked: true },
        Body::InstallSnapshot { mark: piece, offset: 0, bytes: 9, whole: Some(snapshot) },
        Body::Forgotten,
        Body::TimeoutNow,
    ];
    let replica = net.node(2).replica();
    for body in late {
        let message = Said { term, replica: meant, to: meant, body };
        net.hand(0, 2, message);
        assert_eq!((net.last(2), net.commit(2)), (mark(0, 0), 0));
        assert_eq!((net.node(2).fresh(), net.node(2).replica()), (None, replica));
        assert_eq!(net.role(2), Role::Follower);
        assert!(net.wires.is_empty(), "there is nothing to answer");
    }
    // That there is another one now, the leader learns by its heartbeats.
    beats(&mut net, 8);
    assert_eq!(net.node(0).members().replica_of(NodeId(2)), replica);
    assert_eq!(net.places[2].applied, net.places[0].applied);
}

/// What a start has made of a damaged disk is under way, and the power goes: nothing that came after it
/// lands on the disk of before, and nobody has heard the new name.
#[test]
fn nothing_is_written_nor_said_before_the_new_name_is_on_the_disk() {
    let mut net = three(5);
    net.crash(2);
    net.places[2].durable.damage.entries.push(Index(3));
    net.slow(2);
    net.start(2);
    let replica = net.node(2).replica();
    net.propose(0, 9).expect("it leads");
    beats(&mut net, 3);
    assert!(net.node(2).log().last().index > Index(0));
    let heard = net.node(0).progress().iter().find(|(node, _)| *node == NodeId(2));
    assert_eq!(heard.map(|(_, progress)| progress.replica), Some(ReplicaId::FIRST));
    let writes = net.take_writes(2);
    assert!(matches!(writes.as_slice(), [Write::Reset(_)]), "{writes:?}");
    let mut rng = Rng::derive(3, 4);
    assert!(writes.into_iter().all(|write| write.torn(&mut rng).is_none()));
    // The power went: the next start finds the damage, and another name.
    net.crash(2);
    net.start(2);
    assert!(net.node(2).is_estranged());
    assert_ne!(net.node(2).replica(), replica);
    net.quick(2);
    beats(&mut net, 8);
    assert_eq!(net.node(0).members().voters, ids(&[0, 1, 2]));
    assert_eq!(net.node(0).members().replica_of(NodeId(2)), net.node(2).replica());
    assert_eq!(net.places[2].durable.log, *net.node(2).log());
    assert_eq!(net.places[2].applied, net.places[0].applied);
}

/// The leader has told a node that it has forgotten; the node falls before its new name is on its disk,
/// and is the replica of before again. The leader still knows.
#[test]
fn a_fall_before_the_new_name_is_on_the_disk_hides_no_loss() {
    let mut net = three(6);
    net.crash(2);
    net.places[2].durable.log.truncate(Index(4));
    net.start(2);
    net.slow(2);
    net.propose(0, 9).expect("it leads");
    beats(&mut net, 2);
    assert!(net.node(2).is_estranged(), "it was told");
    let forgot = |net: &Net| {
        let known = net.node(0).progress().iter().find(|(node, _)| *node == NodeId(2));
        known.map(|(_, progress)| (progress.replica, progress.forgot))
    };
    assert_eq!(forgot(&net), Some((ReplicaId::FIRST, true)), "nobody has heard the new name");
    net.crash(2);
    net.places[2].slow_no_more();
    net.start(2);
    assert!(!net.node(2).is_estranged());
    assert_eq!(forgot(&net), Some((ReplicaId::FIRST, true)));
    beats(&mut net, 8);
    assert_eq!(net.node(0).members().replica_of(NodeId(2)), net.node(2).replica());
    assert_ne!(net.node(2).replica(), ReplicaId::FIRST);
    assert_eq!(net.places[2].applied, net.places[0].applied);
}

/// Who has forgotten counts for nothing, also before it has understood: not for a round that a read waits
/// for, not for the leader's majority, and it cannot be made leader.
#[test]
fn one_that_has_forgotten_confirms_nothing() {
    let mut net = three(6);
    net.isolate(1);
    net.crash(2);
    net.places[2].durable.log.truncate(Index(4));
    net.start(2);
    net.slow(2);
    net.propose(0, 9).expect("it leads");
    net.settle();
    net.read(0, 1, false);
    beats(&mut net, 1);
    assert_eq!(net.places[0].reads, []);
    let refused = net.turn(0, |node, turn| node.transfer(NodeId(2), turn));
    assert_eq!(refused, Err(Refusal::NotVoter));
    net.ring(0, Timer::Quorum);
    net.settle();
    net.ring(0, Timer::Quorum);
    assert_eq!(net.role(0), Role::Follower, "one of three hears itself alone");
}

/// A leader knows of the entries of a replica that was. The one that came after it got others at these
/// places, from a leader of before that has not heard of the new one yet.
#[test]
fn what_is_said_of_the_replica_that_was_commits_nothing() {
    let mut net = Net::with(3, |config| config.check_quorum = false);
    net.elect(0);
    net.propose(0, 1).expect("it leads");
    net.settle();
    net.cut(&[0], &[1, 2]);
    net.elect(1);
    net.propose(1, 7).expect("it leads");
    net.settle();
    net.beat(1);
    let place = net.last(1);
    assert_eq!(net.commit(2), place.index.0);
    for number in 8..12 {
        net.propose(0, number).expect("nobody has told it that it leads no more");
    }
    net.heal();
    net.isolate(1);
    wipe(&mut net, 2);
    beats(&mut net, 3);
    let theirs = |net: &Net| net.node(2).log().term(place.index);
    assert!(theirs(&net).is_some_and(|term| term < place.term));
    net.heal();
    net.drop_all();
    net.ring(1, crate::raft::Timer::Heartbeat);
    net.deliver(1, 2);
    assert!(net.commit(2) < place.index.0, "another entry is committed there");
    net.settle();
    beats(&mut net, 8);
    assert_eq!(theirs(&net), Some(place.term));
    assert_eq!(net.places[2].applied, net.places[1].applied);
}

#[test]
fn one_that_lost_its_disk_and_met_a_newer_term_is_let_in_again() {
    let mut net = three(3);
    wipe(&mut net, 2);
    // Somebody stood who had heard nobody for long.
    net.tell(1, 2, 9, Body::RequestVote { pre: false, last: mark(0, 0), forced: false });
    net.drop_all();
    assert_eq!((net.term(2), net.term(0)), (9, 1));
    beats(&mut net, 1);
    assert_eq!((net.role(0), net.term(0)), (Role::Follower, 9), "it takes nothing of term 1");
    net.pass(Span::seconds(1));
    net.elect(0);
    beats(&mut net, 8);
    assert_eq!(net.node(0).members().replica_of(NodeId(2)), net.node(2).replica());
    assert_eq!(net.node(0).members().voters, ids(&[0, 1, 2]));
    assert_eq!(net.places[2].applied, net.places[0].applied);
}
