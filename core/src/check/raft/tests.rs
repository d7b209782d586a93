//! Every law is shown a history that it must refuse, and one like it that it must not.

use super::*;
use crate::raft::{Membership, What};

#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
struct Numbers;

impl Payload for Numbers {
    type Command = u32;
    type State = ();
    fn command_bytes(_: &u32) -> u64 {
        4
    }
    fn state_bytes((): &()) -> u64 {
        0
    }
    fn state_digest((): &()) -> u64 {
        0
    }
}

/// Notes of a few nodes, one event after the other.
struct Told {
    laws: Laws,
    seq: u32,
}

impl Told {
    fn new(nodes: u32) -> Self {
        let mut told = Self { laws: Laws::new(), seq: 0 };
        for node in 0..nodes {
            told.start(node, 0, (0, 0));
        }
        told
    }

    fn note(&mut self, node: u32, note: &Note<Numbers>) -> &mut Self {
        self.laws.read(Time(u64::from(self.seq)), self.seq, NodeId(node), note);
        self.seq += 1;
        self
    }

    fn start(&mut self, node: u32, term: u32, last: (u64, u32)) -> &mut Self {
        self.laws.started(NodeId(node));
        self.became(node, Role::Follower, term, last)
    }

    fn became(&mut self, node: u32, role: Role, term: u32, last: (u64, u32)) -> &mut Self {
        let last = EntryId::new(Index(last.0), Term(last.1));
        self.note(node, &Note::Became { role, term: Term(term), last })
    }

    fn leads(&mut self, node: u32, term: u32, last: (u64, u32)) -> &mut Self {
        self.became(node, Role::Leader, term, last)
    }

    fn votes(&mut self, node: u32, to: u32, term: u32) -> &mut Self {
        self.votes_as(0, node, to, term)
    }

    /// A vote in the name of a replica.
    fn votes_as(&mut self, replica: u32, node: u32, to: u32, term: u32) -> &mut Self {
        let replica = ReplicaId(replica);
        self.note(node, &Note::Voted { to: NodeId(to), term: Term(term), replica })
    }

    /// Entries as term and command.
    fn appends(&mut self, node: u32, after: u64, entries: &[(u32, u32)]) -> &mut Self {
        let entry = |(term, command): &(u32, u32)| Entry::new(Term(*term), What::Command(*command));
        let entries = entries.iter().map(entry).collect();
        self.note(node, &Note::Appended { after: Index(after), entries })
    }

    fn cuts(&mut self, node: u32, after: u64) -> &mut Self {
        self.note(node, &Note::Truncated { after: Index(after) })
    }

    fn commits(&mut self, node: u32, upto: u64) -> &mut Self {
        self.note(node, &Note::Committed { upto: Index(upto), counted: None })
    }

    fn installs(&mut self, node: u32, mark: (u64, u32)) -> &mut Self {
        let mark = EntryId::new(Index(mark.0), Term(mark.1));
        self.note(node, &Note::Installed { mark, digest: 1 })
    }

    /// The laws that were broken, each with the earlier event.
    #[track_caller]
    fn is(&self, expected: &[(Law, Option<u32>)]) {
        let found: Vec<_> = self.laws.violations().iter().map(|v| (v.law, v.before)).collect();
        assert_eq!(found, expected, "{:#?}", self.laws.violations());
        if let Some(last) = self.laws.violations().last() {
            assert_eq!(last.seq, self.seq - 1, "the event that broke it is the last one");
            assert!(last.words.starts_with(&format!("{}", last.node)), "{}", last.words);
        }
    }
}

#[test]
fn two_leaders_in_a_term_are_refused() {
    let mut told = Told::new(3);
    told.leads(0, 1, (0, 0)).leads(1, 2, (0, 0)).is(&[]);
    told.leads(2, 2, (0, 0)).is(&[(Law::OneLeader, Some(4))]);
}

#[test]
fn a_second_vote_in_a_term_is_refused_even_after_a_fall() {
    let mut told = Told::new(3);
    told.votes(0, 1, 1).votes(0, 2, 2).votes(0, 2, 2).start(0, 2, (0, 0)).is(&[]);
    told.votes(0, 1, 2).is(&[(Law::OneVote, Some(4))]);
    let mut told = Told::new(3);
    told.votes(0, 1, 1).laws.wiped(NodeId(0));
    told.votes_as(7, 0, 2, 1).is(&[]);
    // Whatever befell its disk in between: in the old name it has voted already.
    let lost = Note::DiskLost { replica: ReplicaId(8), last: EntryId::default() };
    told.note(0, &lost).votes_as(7, 0, 2, 1).votes_as(8, 0, 1, 1).is(&[]);
    told.votes(0, 2, 1).is(&[(Law::OneVote, Some(3))]);
}

#[test]
fn a_leader_that_takes_something_back_is_refused() {
    let mut told = Told::new(3);
    told.leads(0, 1, (0, 0)).appends(0, 0, &[(1, 1), (1, 2)]).appends(0, 2, &[(1, 3)]).is(&[]);
    told.cuts(0, 2).is(&[(Law::LeaderAppends, None)]);
    let mut told = Told::new(3);
    told.leads(0, 1, (0, 0)).appends(0, 0, &[(1, 1)]).became(0, Role::Follower, 2, (1, 1));
    told.cuts(0, 0).is(&[]);
    let mut told = Told::new(3);
    told.leads(0, 1, (0, 0)).installs(0, (4, 1)).is(&[(Law::LeaderAppends, None)]);
}

#[test]
fn different_entries_with_the_same_mark_are_refused() {
    let mut told = Told::new(3);
    told.appends(0, 0, &[(1, 7), (1, 8)]).appends(1, 0, &[(1, 7)]).appends(1, 1, &[(1, 8)]).is(&[]);
    told.appends(2, 0, &[(1, 9)]).is(&[(Law::LogMatching, Some(3))]);
}

#[test]
fn the_same_entry_behind_different_ones_is_refused() {
    let mut told = Told::new(3);
    told.appends(0, 0, &[(1, 7), (3, 8)]).appends(1, 0, &[(2, 7)]).is(&[]);
    told.appends(1, 1, &[(3, 8)]).is(&[(Law::LogMatching, Some(3))]);
}

#[test]
fn a_hole_in_a_log_is_refused() {
    let mut told = Told::new(1);
    told.appends(0, 0, &[(1, 7)]).is(&[]);
    told.appends(0, 3, &[(1, 8)]).is(&[(Law::LogMatching, None)]);
}

#[test]
fn a_leader_without_what_is_committed_is_refused() {
    let mut told = Told::new(3);
    told.leads(0, 1, (0, 0)).appends(0, 0, &[(1, 7), (1, 8)]).appends(1, 0, &[(1, 7), (1, 8)]);
    told.commits(0, 2).leads(1, 2, (2, 1)).is(&[]);
    told.leads(2, 3, (0, 0)).is(&[(Law::LeaderComplete, Some(6))]);
    // It is no excuse to be long.
    let mut told = Told::new(3);
    told.leads(0, 2, (0, 0)).appends(0, 0, &[(2, 7)]).commits(0, 1);
    told.appends(1, 0, &[(1, 3), (1, 4), (1, 5)]).leads(1, 3, (3, 1));
    told.is(&[(Law::LeaderComplete, Some(5))]);
}

#[test]
fn a_leader_of_an_old_term_may_lack_what_came_after_it() {
    let mut told = Told::new(3);
    told.leads(0, 2, (0, 0)).appends(0, 0, &[(2, 7)]).appends(1, 0, &[(2, 7)]).commits(0, 1);
    told.leads(2, 1, (0, 0)).is(&[]);
}

#[test]
fn another_entry_at_a_committed_place_is_refused() {
    let mut told = Told::new(3);
    told.appends(0, 0, &[(1, 7), (1, 8)]).commits(0, 2).appends(1, 0, &[(1, 7), (2, 8)]);
    told.commits(1, 1).is(&[]);
    told.commits(1, 2).is(&[(Law::SameState, Some(4))]);
    let mut told = Told::new(1);
    told.commits(0, 1).is(&[(Law::SameState, None)]);
}

#[test]
fn what_is_committed_may_not_be_cut_off() {
    let mut told = Told::new(2);
    told.appends(0, 0, &[(1, 7), (1, 8), (1, 9)]).commits(0, 2).cuts(0, 2).is(&[]);
    told.cuts(0, 1).is(&[(Law::CommittedStays, Some(3))]);
    let mut told = Told::new(2);
    told.appends(0, 0, &[(1, 7), (1, 8)]).commits(0, 2).installs(0, (1, 1));
    told.is(&[(Law::CommittedStays, Some(3))]);
}

#[test]
fn a_node_that_runs_may_not_go_back() {
    let mut told = Told::new(1);
    told.became(0, Role::Follower, 4, (0, 0)).start(0, 3, (0, 0)).is(&[]);
    told.became(0, Role::Follower, 2, (0, 0)).is(&[(Law::NoWayBack, None)]);
    let mut told = Told::new(1);
    told.appends(0, 0, &[(1, 7), (1, 8)]).commits(0, 2).start(0, 1, (2, 1)).commits(0, 1).is(&[]);
    told.commits(0, 2).commits(0, 1).is(&[(Law::NoWayBack, Some(5))]);
}

#[test]
fn a_node_that_comes_back_has_the_log_that_it_says() {
    let mut told = Told::new(2);
    told.appends(0, 0, &[(1, 7), (1, 8)]).commits(0, 1).appends(1, 0, &[(1, 7), (1, 8)]);
    // In memory it had another end already; its disk has the old one.
    told.cuts(1, 1).appends(1, 1, &[(2, 9)]).start(1, 2, (2, 1)).commits(1, 2).is(&[]);
    told.commits(0, 2).is(&[]);
    assert_eq!(told.laws.sometimes().restarts, 1);
    assert_eq!(told.laws.sometimes().commits, 2);
}

#[test]
fn a_snapshot_stands_for_the_log_before_it() {
    let mut told = Told::new(3);
    told.leads(0, 1, (0, 0)).appends(0, 0, &[(1, 7), (1, 8), (1, 9)]).commits(0, 3);
    told.installs(1, (2, 1)).commits(1, 2).appends(1, 2, &[(1, 9)]).commits(1, 3).is(&[]);
    told.leads(1, 2, (3, 1)).is(&[]);
    told.installs(2, (2, 2)).commits(2, 2).is(&[(Law::SameState, Some(5))]);
}

#[test]
fn everything_that_makes_it_interesting_is_counted() {
    let mut told = Told::new(2);
    let members = Arc::new(Membership::of([NodeId(0)]).enter(&[], true).expect("it has a voter"));
    let mark = EntryId::new(Index(1), Term(1));
    told.became(0, Role::PreCandidate, 0, (0, 0)).became(0, Role::Candidate, 1, (0, 0));
    told.votes(0, 0, 1).votes(1, 0, 1).leads(0, 1, (0, 0)).appends(0, 0, &[(1, 7)]).commits(0, 1);
    told.note(0, &Note::Members { index: Index(1), members }).cuts(1, 0);
    told.note(0, &Note::Compacted { mark, bytes: 3 }).note(0, &Note::QuorumLost { term: Term(1) });
    told.note(0, &Note::SnapshotSent { to: NodeId(1), mark, bytes: 3 }).installs(1, (1, 1));
    told.note(0, &Note::Transferring { to: NodeId(1) }).note(0, &Note::TransferEnded).is(&[]);
    let expected = Sometimes {
        leaders: 1,
        candidates: 1,
        pre_candidates: 1,
        votes: 1,
        quorums_lost: 1,
        appends: 1,
        truncations: 1,
        commits: 1,
        compactions: 1,
        snapshots_sent: 1,
        installs: 1,
        memberships: 1,
        joint: 1,
        transfers: 1,
        restarts: 0,
        shared: 0,
        heirs: 0,
        agreed: 0,
        stored: 0,
        compared: 0,
        disks_lost: 0,
        forgot: 0,
    };
    assert_eq!(told.laws.sometimes(), expected);
}

#[test]
fn a_flood_of_violations_and_numbers_without_sense_are_borne() {
    let mut told = Told::new(1);
    for _ in 0..100 {
        told.commits(0, 9).commits(0, 1);
    }
    // The cap is for each law: a flood of one hides no other.
    let laws = [Law::SameState, Law::NoWayBack];
    let of = |law| told.laws.violations().iter().filter(|kept| kept.law == law).count();
    assert_eq!(laws.map(of), [VIOLATIONS_MAX; 2]);
    assert!(told.laws.count() > VIOLATIONS_MAX as u32);
    told.commits(u32::MAX, u64::MAX).cuts(0, u64::MAX).appends(0, u64::MAX - 1, &[(1, 1), (2, 2)]);
    told.installs(0, (u64::MAX, u32::MAX)).start(0, u32::MAX, (u64::MAX, u32::MAX));
    told.appends(0, 0, &[(1, 1)]).commits(0, u64::MAX);
}
