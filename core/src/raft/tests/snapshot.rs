//! Snapshots: sent in pieces, paused, broken off, overtaken.

use super::Numbers;
use super::net::{Net, ids, mark};
use crate::base::Span;
use crate::raft::progress::Stage;
use crate::raft::{Body, Index, Membership, Note, Role, Snapshot, Timer};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Node 2 was away, and the others have put all in a snapshot that goes over in pieces of 16 bytes.
fn behind() -> Net {
    let mut net = Net::with(3, |config| {
        config.kept = 0;
        config.piece_bytes = 16;
    });
    net.elect(0);
    net.isolate(2);
    for number in 0..10 {
        net.propose(0, number).expect("it leads");
        net.settle();
    }
    net.compact(0);
    net.compact(1);
    net.heal();
    net
}

fn begin(net: &mut Net) {
    net.ring(0, Timer::Heartbeat);
    while net.between(0, 2).iter().all(|it| !matches!(it.body, Body::InstallSnapshot { .. })) {
        let (from, to, message) = net.wires.pop_front().expect("a snapshot sets out");
        net.hand(from, to, message);
    }
}

fn sending(net: &Net) -> bool {
    matches!(net.node(0).progress()[1].1.stage, Stage::Snapshot { .. })
}

fn count(net: &Net, wanted: impl Fn(&Note<Numbers>) -> bool) -> usize {
    net.notes.iter().filter(|(_, note)| wanted(note)).count()
}

#[test]
fn a_snapshot_goes_over_in_pieces_and_the_log_follows() {
    let mut net = behind();
    begin(&mut net);
    assert!(sending(&net));
    net.propose(0, 77).expect("it leads");
    assert!(
        net.between(0, 2).iter().all(|it| !matches!(it.body, Body::Append { .. })),
        "no entries while it goes"
    );
    net.delivered = 0;
    net.settle();
    assert!(net.delivered > 6, "56 bytes take four pieces");
    assert!(!sending(&net));
    assert_eq!(net.places[2].applied, net.places[0].applied);
    assert_eq!(net.places[2].applied.last(), Some(&77));
    assert_eq!(count(&net, |note| matches!(note, Note::Installed { .. })), 1);
    assert_eq!(net.places[2].durable.log.base(), mark(11, 1));
    net.restart(2);
    assert_eq!(net.commit(2), 11);
}

#[test]
fn a_lost_piece_is_sent_again_after_a_while() {
    let mut net = behind();
    begin(&mut net);
    net.deliver(0, 2);
    net.deliver(2, 0);
    net.drop_all();
    net.beat(0);
    assert!(sending(&net), "it is too early to send it again");
    net.pass(Span::millis(200));
    net.beat(0);
    assert!(!sending(&net));
    assert_eq!(net.places[2].applied, net.places[0].applied);
}

#[test]
fn doubled_and_reordered_pieces_do_no_harm() {
    let mut net = behind();
    begin(&mut net);
    let mut old = Vec::new();
    while let Some((from, to, message)) = net.wires.pop_front() {
        if matches!(message.body, Body::InstallSnapshot { .. } | Body::SnapshotTaken { .. }) {
            old.push((from, to, message.clone()));
            if old.len() < 40 {
                net.hand(from, to, message.clone());
            }
        }
        net.hand(from, to, message);
    }
    assert_eq!(net.places[2].applied, net.places[0].applied);
    for (from, to, message) in old.into_iter().rev() {
        net.hand(from, to, message);
        net.settle();
    }
    assert_eq!(count(&net, |note| matches!(note, Note::Installed { .. })), 1);
    assert_eq!(net.places[2].applied, net.places[0].applied);
}

#[test]
fn a_fall_in_the_middle_begins_anew() {
    let mut net = behind();
    begin(&mut net);
    for _ in 0..2 {
        net.deliver(0, 2);
        net.deliver(2, 0);
    }
    assert!(net.node(2).incoming().is_some_and(|it| it.offset > 0));
    net.restart(2);
    assert!(net.node(2).incoming().is_none());
    net.settle();
    net.pass(Span::millis(200));
    net.beat(0);
    assert_eq!(net.places[2].applied, net.places[0].applied);
}

#[test]
fn a_new_leader_begins_its_own_snapshot() {
    let mut net = behind();
    begin(&mut net);
    net.deliver(0, 2);
    net.crash(0);
    net.drop_all();
    net.elect(1);
    for _ in 0..3 {
        net.beat(1);
    }
    assert_eq!(net.places[2].applied, net.places[1].applied);
    assert_eq!(net.commit(2), net.commit(1));
}

#[test]
fn a_snapshot_that_was_broken_off_bars_nobody_from_leading() {
    let mut net = behind();
    begin(&mut net);
    net.deliver(0, 2);
    assert!(net.node(2).incoming().is_some());
    net.drop_all();
    // Its own log is whole, whatever of the snapshot has come: it may ask, and is told that it lacks
    // entries.
    assert!(net.node(2).is_promotable());
    net.elect(1);
    assert!(net.node(2).incoming().is_none(), "what the old leader began nobody will end");
}

/// A node falls in the middle of a transfer; a late double of the first piece reaches it before the
/// leader's next one.
#[test]
fn a_late_double_of_the_first_piece_does_not_hang_a_transfer() {
    let mut net = behind();
    begin(&mut net);
    let first = net.wires.front().cloned().expect("the first piece is under way");
    for _ in 0..2 {
        net.deliver(0, 2);
        net.deliver(2, 0);
    }
    net.drop_all();
    net.restart(2);
    net.hand(first.0, first.1, first.2);
    net.drop_all();
    for _ in 0..3 {
        net.pass(Span::millis(200));
        net.beat(0);
    }
    assert_eq!(net.places[2].applied, net.places[0].applied);
}

#[test]
fn an_append_alone_ends_the_wait_for_a_snapshot() {
    for beyond in [0, 1] {
        let mut net = behind();
        begin(&mut net);
        net.drop_all();
        assert!(sending(&net));
        // Another way has brought the node as far as the snapshot stands for, or further.
        net.propose(0, 5).expect("it leads");
        net.tell(2, 0, 1, Body::Appended { upto: Index(10) });
        assert!(sending(&net), "not far enough");
        net.tell(2, 0, 1, Body::Appended { upto: Index(11 + beyond) });
        assert!(!sending(&net));
    }
}

#[test]
fn a_snapshot_of_what_is_committed_changes_nothing() {
    let mut net = Net::of(3);
    net.elect(0);
    for number in 0..4 {
        net.propose(0, number).expect("it leads");
        net.settle();
    }
    let state = Arc::new(Snapshot::new(mark(3, 1), Arc::default(), alloc::vec![9]));
    let body =
        |mark, whole| Body::InstallSnapshot { mark, offset: 0, bytes: 99, whole: Some(whole) };
    net.tell(0, 1, 1, body(mark(3, 1), state));
    assert_eq!((net.commit(1), net.last(1)), (5, mark(5, 1)));
    assert_eq!(net.places[1].applied, [0, 1, 2, 3]);
    let said = net.take(1, 0).map(|it| it.body);
    assert_eq!(said, Some(Body::Appended { upto: Index(5) }));
}

#[test]
fn a_snapshot_of_what_the_log_holds_moves_the_commit_and_keeps_the_rest() {
    let mut net = Net::of_logs(&[&[1, 1, 1], &[1, 1, 1], &[]], |_| {});
    let state = Arc::new(Snapshot::new(mark(2, 1), net.node(0).members().clone(), Vec::new()));
    let body = Body::InstallSnapshot { mark: mark(2, 1), offset: 0, bytes: 99, whole: Some(state) };
    net.tell(1, 0, 1, body);
    assert_eq!((net.commit(0), net.last(0)), (2, mark(3, 1)));
}

#[test]
fn a_snapshot_puts_an_end_to_a_log_that_differs() {
    let mut net = Net::of_logs(&[&[1, 1, 1], &[1, 2, 2, 2, 2, 2], &[]], |_| {});
    let members = Arc::new(Membership {
        voters: ids(&[0, 2]),
        outgoing: ids(&[0, 1, 2]),
        learners: ids(&[4]),
        learners_next: ids(&[1]),
        auto_leave: true,
        returned: Vec::new(),
        wanted: None,
    });
    let state = Arc::new(Snapshot::new(mark(4, 3), members.clone(), alloc::vec![7, 8]));
    let body = Body::InstallSnapshot { mark: mark(4, 3), offset: 0, bytes: 99, whole: Some(state) };
    net.tell(0, 1, 3, body);
    assert_eq!((net.last(1), net.commit(1)), (mark(4, 3), 4));
    assert_eq!(*net.node(1).members(), members, "voters old and new, learners and those to be");
    assert_eq!(net.places[1].applied, [7, 8]);
    net.restart(1);
    assert_eq!((net.last(1), net.commit(1)), (mark(4, 3), 4));
    assert_eq!(*net.node(1).members(), members);
}

#[test]
fn a_snapshot_of_an_old_leader_is_refused() {
    let mut net = Net::of_logs(&[&[1, 3], &[1, 3], &[]], |_| {});
    let state = Arc::new(Snapshot::new(mark(9, 2), Arc::default(), Vec::new()));
    let body = Body::InstallSnapshot { mark: mark(9, 2), offset: 0, bytes: 99, whole: Some(state) };
    net.tell(1, 0, 2, body);
    assert_eq!(net.last(0), mark(2, 3));
    assert_eq!(net.take(0, 1).map(|it| it.term.0), Some(3), "and it learns of the newer term");
}

#[test]
fn a_target_that_cannot_be_reached_holds_nobody_up() {
    let mut net = behind();
    begin(&mut net);
    net.isolate(2);
    for number in 20..30 {
        net.propose(0, number).expect("it leads");
        net.settle();
    }
    assert_eq!(net.commit(0), net.last(0).index.0);
    net.ring(0, Timer::Quorum);
    net.beat(0);
    assert_eq!(net.role(0), Role::Leader);
    net.drop_all();
    for _ in 0..5 {
        net.pass(Span::millis(200));
        net.ring(0, Timer::Heartbeat);
        assert!(net.wires.len() <= 2, "nothing piles up");
        net.settle();
    }
}

#[test]
fn a_log_with_a_snapshot_every_ten_entries_stays_short() {
    let mut net = Net::with(3, |config| config.kept = 4);
    net.elect(0);
    for number in 0..200 {
        net.propose(0, number).expect("it leads");
        net.settle();
        if number % 10 == 9 {
            for node in 0..3 {
                net.compact(node);
            }
        }
        for node in 0..3 {
            assert!(net.node(node).log().bytes() < 2_000);
            assert!(net.places[node as usize].durable.log.len() <= 16);
        }
    }
    // All fall, twice, with no new snapshot between.
    for _ in 0..2 {
        for node in 0..3 {
            net.restart(node);
        }
        net.drop_all();
    }
    net.elect(2);
    net.beat(2);
    for node in 0..3 {
        assert_eq!(net.places[node].applied, (0..200).collect::<Vec<u32>>());
    }
}
