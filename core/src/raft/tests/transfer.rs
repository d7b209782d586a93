//! Leadership that is handed over.

use super::net::{Net, ids};
use crate::base::NodeId;
use crate::raft::{Body, Index, Note, Refusal, Role, Timer};

fn transfer(net: &mut Net, node: u32, to: u32) -> Result<(), Refusal> {
    net.turn(node, |node, turn| node.transfer(NodeId(to), turn))
}

fn led(count: u32) -> Net {
    let mut net = Net::of(count);
    net.elect(0);
    net.propose(0, 1).expect("it leads");
    net.settle();
    net
}

#[test]
fn leadership_goes_to_a_node_that_has_everything_although_all_hear_the_leader() {
    let mut net = led(3);
    net.beat(0);
    transfer(&mut net, 0, 1).expect("it leads");
    assert_eq!(net.between(0, 1).len(), 1);
    net.settle();
    assert_eq!((net.leaders(), net.term(0)), ([1].to_vec(), 2));
    // And back again.
    transfer(&mut net, 1, 0).expect("it leads");
    net.settle();
    assert_eq!((net.leaders(), net.term(0)), ([0].to_vec(), 3));
}

#[test]
fn a_slow_node_is_brought_up_to_date_first() {
    let mut net = led(3);
    net.isolate(2);
    net.propose(0, 2).expect("it leads");
    net.settle();
    net.heal();
    transfer(&mut net, 0, 2).expect("it leads");
    assert!(net.between(0, 2).iter().all(|it| it.body != Body::TimeoutNow), "not before that");
    net.beat(0);
    net.beat(0);
    assert_eq!(net.leaders(), [2]);
    assert_eq!(net.places[2].applied, [1, 2]);
}

#[test]
fn a_node_that_needs_a_snapshot_leads_after_it() {
    let mut net = Net::with(3, |config| config.kept = 0);
    net.elect(0);
    net.isolate(2);
    for number in 0..5 {
        net.propose(0, number).expect("it leads");
        net.settle();
    }
    net.compact(0);
    net.heal();
    transfer(&mut net, 0, 2).expect("it leads");
    net.beat(0);
    net.beat(0);
    assert_eq!(net.leaders(), [2]);
}

#[test]
fn a_hand_over_to_itself_or_to_who_cannot_lead_is_none() {
    let mut net = led(3);
    assert_eq!(transfer(&mut net, 0, 0), Ok(()));
    assert_eq!(net.node(0).transferee(), None);
    assert_eq!(transfer(&mut net, 0, 9), Err(Refusal::NotVoter));
    assert_eq!(transfer(&mut net, 1, 2), Err(Refusal::NotLeader(Some(NodeId(0)))));
    net.turn(0, |node, turn| node.reconfigure(&ids(&[0, 1]), &ids(&[2]), turn)).expect("it leads");
    net.settle();
    assert_eq!(transfer(&mut net, 0, 2), Err(Refusal::NotVoter), "a learner");
    assert_eq!((net.node(0).transferee(), net.leaders()), (None, [0].to_vec()));
    assert!(net.propose(0, 2).is_ok(), "and nothing stands still");
}

#[test]
fn nothing_is_taken_while_leadership_goes_over_and_a_timeout_gives_up() {
    let mut net = led(3);
    net.isolate(2);
    transfer(&mut net, 0, 2).expect("it leads");
    assert_eq!(net.propose(0, 5), Err(Refusal::Transferring));
    let members = net.turn(0, |node, turn| node.reconfigure(&ids(&[0, 1]), &[], turn));
    assert_eq!(members, Err(Refusal::Transferring));
    net.ring(0, Timer::Transfer);
    assert_eq!(net.node(0).transferee(), None);
    assert!(net.notes.iter().any(|note| matches!(note, (0, Note::TransferEnded))));
    assert!(net.propose(0, 5).is_ok());
    net.settle();
    assert_eq!((net.leaders(), net.commit(0)), ([0].to_vec(), 3));
}

#[test]
fn the_same_again_is_no_news_and_another_target_wins() {
    let mut net = led(3);
    net.isolate(2);
    transfer(&mut net, 0, 2).expect("it leads");
    let notes = net.notes.len();
    transfer(&mut net, 0, 2).expect("it leads");
    assert_eq!(net.notes.len(), notes);
    transfer(&mut net, 0, 1).expect("it leads");
    assert_eq!(net.node(0).transferee(), Some(NodeId(1)));
    net.settle();
    assert_eq!(net.leaders(), [1]);
}

#[test]
fn a_vote_of_a_higher_term_ends_it() {
    let mut net = led(3);
    net.isolate(2);
    transfer(&mut net, 0, 2).expect("it leads");
    let last = net.last(1);
    net.tell(1, 0, 5, Body::RequestVote { pre: false, last, forced: true });
    assert_eq!((net.role(0), net.node(0).transferee()), (Role::Follower, None));
}

#[test]
fn a_target_that_goes_while_it_waits_ends_it() {
    // The change was under way before the hand-over began.
    for learners in [&[][..], &[2][..]] {
        let mut net = led(3);
        net.isolate(2);
        let changed =
            net.turn(0, |node, turn| node.reconfigure(&ids(&[0, 1]), &ids(learners), turn));
        changed.expect("it leads");
        assert_eq!(transfer(&mut net, 0, 2), Err(Refusal::NotVoter));
        let mut net = led(3);
        net.isolate(2);
        transfer(&mut net, 0, 2).expect("it leads");
        net.settle();
        // Its members change under it, as another leader's entry would.
        let members = net.node(0).members().as_ref().clone();
        let next = crate::raft::Membership { voters: ids(&[0, 1]), ..members };
        net.turn(0, |node, turn| {
            node.append_own(alloc::vec![crate::raft::What::Members(next.into())], turn);
        });
        net.settle();
        assert_eq!((net.node(0).transferee(), net.role(0)), (None, Role::Leader));
        assert!(net.propose(0, 3).is_ok());
    }
}

#[test]
fn a_word_to_stand_that_comes_late_or_to_the_wrong_node_is_not_obeyed() {
    let mut net = led(3);
    net.turn(0, |node, turn| node.reconfigure(&ids(&[0, 1]), &ids(&[2]), turn)).expect("it leads");
    net.settle();
    net.tell(0, 2, 1, Body::TimeoutNow);
    assert_eq!(net.role(2), Role::Follower, "a learner");
    let term = net.term(0);
    // It leads until it has counted twice that nobody is heard.
    net.ring(0, Timer::Quorum);
    net.ring(0, Timer::Quorum);
    net.elect(1);
    net.tell(0, 1, term, Body::TimeoutNow);
    assert_eq!((net.role(1), net.term(1)), (Role::Leader, term + 1), "an old one");
    net.tell(0, 1, term + 1, Body::TimeoutNow);
    assert_eq!(net.role(1), Role::Leader);
}

#[test]
fn what_waits_at_the_old_leader_is_committed_by_the_next() {
    let mut net = led(3);
    net.propose(0, 2).expect("it leads");
    transfer(&mut net, 0, 1).expect("it leads");
    net.settle();
    assert_eq!(net.leaders(), [1]);
    net.beat(1);
    for node in 0..3 {
        assert_eq!(net.places[node].applied, [1, 2]);
    }
    assert_eq!(net.commit(2), Index(4).0);
}
