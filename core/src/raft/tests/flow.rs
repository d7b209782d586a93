//! How much goes to a node at a time.

use super::Numbers;
use super::net::{Net, mark};
use crate::base::Time;
use crate::raft::progress::{Progress, Stage};
use crate::raft::{Body, Index, Snapshot};
use alloc::sync::Arc;
use alloc::vec::Vec;

type Known = Progress<Numbers>;

fn replicating() -> Known {
    let mut progress = Known::new(crate::raft::ReplicaId::FIRST, Index(1));
    progress.sent(Index(1), 10);
    assert!(progress.took(Index(1)));
    assert_eq!(progress.stage, Stage::Replicate);
    progress
}

#[test]
fn a_node_of_which_nothing_is_known_gets_one_append_at_a_time() {
    let mut progress = Known::new(crate::raft::ReplicaId::FIRST, Index(5));
    assert!(!progress.is_full(9, 999));
    progress.sent(Index(7), 10);
    assert!(progress.is_full(9, 999));
    assert_eq!(progress.next, Index(5), "until it is known where they agree");
    assert!(progress.refused(Index(4), Index(2)));
    assert_eq!((progress.next, progress.is_full(9, 999)), (Index(3), false));
    progress.sent(Index(7), 10);
    assert!(
        !progress.refused(Index(4), Index(1)),
        "a late refusal of an older try changes nothing"
    );
    assert!(progress.took(Index(7)));
    assert_eq!((progress.next, &progress.stage), (Index(8), &Stage::Replicate));
}

#[test]
fn the_window_is_counted_in_appends_and_in_bytes() {
    let mut progress = replicating();
    for at in 2..5 {
        assert!(!progress.is_full(3, 1_000));
        progress.sent(Index(at), 100);
    }
    assert!(progress.is_full(3, 1_000), "three are on their way");
    assert!(progress.is_full(9, 300), "so many bytes are");
    assert!(!progress.is_full(9, 301));
    assert!(progress.took(Index(3)));
    assert_eq!(progress.flights(), 1, "an answer frees all that it is about");
    assert!(!progress.is_full(3, 1_000));
    assert!(!progress.took(Index(2)), "an old answer is no news");
    assert_eq!((progress.matched, progress.flights()), (Index(3), 1));
}

#[test]
fn an_answer_to_a_heartbeat_frees_one_place_of_a_full_window() {
    let mut progress = replicating();
    for at in 2..5 {
        progress.sent(Index(at), 10);
    }
    progress.heard(3, 1_000, Index(4));
    assert_eq!((progress.flights(), progress.is_full(3, 1_000)), (2, false));
    progress.heard(3, 1_000, Index(4));
    assert_eq!(progress.flights(), 2, "and none of one that is not full");
    let mut probe = Known::new(crate::raft::ReplicaId::FIRST, Index(5));
    probe.sent(Index(5), 10);
    probe.heard(3, 1_000, Index(9));
    assert!(!probe.is_full(3, 1_000));
}

#[test]
fn a_window_opens_with_answers_and_nothing_is_lost() {
    let mut net = Net::with(3, |config| config.window = 2);
    net.elect(0);
    net.cut(&[0], &[2]);
    for number in 0..6 {
        net.propose(0, number).expect("it leads");
    }
    let appends = |net: &Net| {
        net.between(0, 1).iter().filter(|it| matches!(it.body, Body::Append { .. })).count()
    };
    assert_eq!(appends(&net), 2);
    net.settle();
    assert_eq!(net.places[1].applied, (0..6).collect::<Vec<u32>>());
    net.heal();
    net.beat(0);
    net.beat(0);
    assert_eq!(net.places[2].applied, net.places[1].applied);
}

#[test]
fn a_lost_append_is_found_by_the_next_heartbeat() {
    let mut net = Net::of(3);
    net.elect(0);
    net.propose(0, 1).expect("it leads");
    net.drop_all();
    net.propose(0, 2).expect("it leads");
    net.take(0, 1).expect("it was sent");
    net.settle();
    assert_eq!(net.commit(0), 3, "node 2 has refused the second and got both");
    assert_eq!(net.last(1), mark(1, 1), "node 1 has got neither");
    net.beat(0);
    assert_eq!(net.last(1), net.last(0));
}

#[test]
fn a_node_that_has_caught_up_is_trusted_at_its_next_answer() {
    let mut net = Net::of(3);
    net.elect(0);
    net.settle();
    net.node_mut(0).leading.progress[0].1.probe(Index(2));
    assert!(matches!(net.node(0).progress()[0].1.stage, Stage::Probe { .. }));
    net.beat(0);
    assert_eq!(net.node(0).progress()[0].1.stage, Stage::Replicate);
}

#[test]
fn a_refusal_of_what_was_acknowledged_is_old() {
    let mut progress = replicating();
    progress.sent(Index(2), 10);
    assert!(progress.took(Index(2)));
    assert!(!progress.refused(Index(2), Index(0)));
    assert_eq!(progress.stage, Stage::Replicate);
    progress.sent(Index(3), 10);
    progress.sent(Index(4), 10);
    assert!(progress.refused(Index(3), Index(2)), "one was lost on its way");
    assert_eq!(progress.next, Index(3));
    assert_eq!(progress.stage, Stage::Probe { waits: false });
}

#[test]
fn nothing_goes_to_a_node_while_a_snapshot_does() {
    let mut progress = replicating();
    let snapshot = Snapshot::new(mark(9, 1), Arc::default(), Vec::new());
    let snapshot: Arc<Snapshot<Numbers>> = Arc::new(snapshot);
    progress.stage = Stage::Snapshot { snapshot, offset: 0, since: Time(0) };
    assert!(progress.is_full(9, 999));
    progress.sent(Index(4), 10);
    assert_eq!(progress.flights(), 0);
    assert!(!progress.refused(Index(3), Index(1)));
    // The log alone brings it as far as the snapshot: nobody waits for the snapshot any more.
    assert!(progress.took(Index(8)));
    assert!(progress.is_full(9, 999));
    assert!(progress.took(Index(9)));
    assert_eq!((progress.next, &progress.stage), (Index(10), &Stage::Replicate));
}

#[test]
fn a_slow_node_is_sent_the_log_after_a_compaction_that_keeps_what_it_lacks() {
    for (kept, snapshots) in [(16, 0), (2, 1)] {
        let mut net = Net::with(3, |config| config.kept = kept);
        net.elect(0);
        net.isolate(2);
        for number in 0..8 {
            net.propose(0, number).expect("it leads");
            net.settle();
        }
        net.compact(0);
        net.heal();
        for _ in 0..3 {
            net.beat(0);
        }
        assert_eq!(net.places[2].applied, net.places[0].applied);
        let sent = |note: &&(u32, _)| matches!(note.1, crate::raft::Note::SnapshotSent { .. });
        assert_eq!(net.notes.iter().filter(sent).count(), snapshots, "{kept} kept");
    }
}
