//! Who belongs to the cluster, and how that changes: simple steps of one voter, or a joint
//! membership in which the old and the new voters must both agree.

use crate::base::hash::tagged;
use crate::base::{NodeId, order};
use alloc::vec::Vec;

/// Which replica a node is. A node that lost its disk comes back under another id, so that the promises
/// of the old one are neither broken by it nor kept for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplicaId(pub u32);

impl ReplicaId {
    /// The replica that a node is as long as its disk never lost anything.
    pub const FIRST: Self = Self(0);
}

/// A member that has come back as another replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Returned {
    /// The node.
    pub node: NodeId,
    /// The replica that it is now.
    pub replica: ReplicaId,
    /// It was a voter, and will be one again once it has caught up.
    pub voter: bool,
}

/// Who is to belong once the newcomers among the voters have caught up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// Those who are to be voters.
    pub voters: Vec<NodeId>,
    /// Those who are to be learners.
    pub learners: Vec<NodeId>,
}

/// The members of a cluster. Lists are in order and without doubles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Membership {
    /// Those whose majority decides.
    pub voters: Vec<NodeId>,
    /// While members change: those whose majority must decide too.
    pub outgoing: Vec<NodeId>,
    /// Those who get everything and decide nothing.
    pub learners: Vec<NodeId>,
    /// Voters of before who will be learners once the change is through.
    pub learners_next: Vec<NodeId>,
    /// The leader ends the change by itself once it is committed.
    pub auto_leave: bool,
    /// Those who are not the first replica of their node any more.
    pub returned: Vec<Returned>,
    /// The members that these prepare: their new voters learn until each of them has caught up. It stands
    /// in the log, so that the next leader goes on with it.
    pub wanted: Option<Wanted>,
}

/// One wish about one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Be a voter.
    Voter(NodeId),
    /// Be a learner.
    Learner(NodeId),
    /// Be gone.
    Remove(NodeId),
    /// Go on as another replica, which holds nothing yet: a voter becomes a learner until it has caught
    /// up.
    Readmit(NodeId, ReplicaId),
}

tagged!(Change {
    0 Voter(a),
    1 Learner(a),
    2 Remove(a),
    3 Readmit(a, b),
});

/// Why members cannot be changed so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Invalid {
    /// A change is under way already.
    Joint = 0,
    /// No change is under way that could end.
    NotJoint = 1,
    /// Nobody would be left to decide.
    NoVoters = 2,
    /// More than one voter at once needs a joint step.
    TooMany = 3,
}

impl Invalid {
    /// Why, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Joint => "members are being changed already",
            Self::NotJoint => "no change of members is under way",
            Self::NoVoters => "nobody would be left to vote",
            Self::TooMany => "more than one voter changes, which needs a joint step",
        }
    }
}

fn add(list: &mut Vec<NodeId>, node: NodeId) {
    if let Err(place) = list.binary_search(&node) {
        list.insert(place, node);
    }
}

fn take(list: &mut Vec<NodeId>, node: NodeId) {
    list.retain(|other| *other != node);
}

impl Membership {
    /// A membership of these voters.
    #[must_use]
    pub fn of(voters: impl IntoIterator<Item = NodeId>) -> Self {
        let mut members = Self::default();
        for voter in voters {
            add(&mut members.voters, voter);
        }
        members
    }

    /// True while old and new voters must both agree.
    #[must_use]
    pub fn is_joint(&self) -> bool {
        !self.outgoing.is_empty()
    }

    /// True if the node's vote counts.
    #[must_use]
    pub fn votes(&self, node: NodeId) -> bool {
        self.voters.contains(&node) || self.outgoing.contains(&node)
    }

    /// True if the node is sent the log.
    #[must_use]
    pub fn contains(&self, node: NodeId) -> bool {
        self.votes(node) || self.learners.contains(&node) || self.learners_next.contains(&node)
    }

    /// Everybody who is sent the log, each once, in order.
    pub fn everybody(&self) -> impl Iterator<Item = NodeId> {
        let mut all: Vec<NodeId> = Vec::new();
        for list in [&self.voters, &self.outgoing, &self.learners, &self.learners_next] {
            for node in list {
                add(&mut all, *node);
            }
        }
        all.into_iter()
    }

    fn change(&mut self, changes: &[Change]) -> Result<(), Invalid> {
        for change in changes {
            match *change {
                Change::Voter(node) => {
                    take(&mut self.learners, node);
                    take(&mut self.learners_next, node);
                    add(&mut self.voters, node);
                    self.settle_returned(node);
                }
                Change::Learner(node) if self.learners.contains(&node) => {
                    self.settle_returned(node);
                }
                Change::Learner(node) => {
                    self.settle_returned(node);
                    take(&mut self.voters, node);
                    // A voter of before goes on voting in the old half until the change is through.
                    let still = self.outgoing.contains(&node);
                    add(if still { &mut self.learners_next } else { &mut self.learners }, node);
                }
                Change::Remove(node) => {
                    take(&mut self.voters, node);
                    take(&mut self.learners, node);
                    take(&mut self.learners_next, node);
                    // Which replica it is stays known: it may vote in the old half for a while, and may be
                    // a member again one day.
                    self.settle_returned(node);
                }
                Change::Readmit(node, replica) => {
                    let was = self.returned.iter().any(|old| old.node == node && old.voter);
                    let voter = was || self.voters.contains(&node);
                    take(&mut self.voters, node);
                    add(&mut self.learners, node);
                    self.returned.retain(|old| old.node != node);
                    self.returned.push(Returned { node, replica, voter });
                    order::sort(&mut self.returned);
                }
            }
        }
        if self.voters.is_empty() { Err(Invalid::NoVoters) } else { Ok(()) }
    }

    /// The members with which a change to these voters and learners begins: a node that is no voter yet gets the
    /// log first. A group whose majority needs somebody who is away, or lacks a disk, could not even take
    /// the change back.
    ///
    /// # Errors
    ///
    /// If a change is under way, or nobody would be left.
    pub fn prepare(&self, voters: &[NodeId], learners: &[NodeId]) -> Result<Self, Invalid> {
        if self.is_joint() {
            return Err(Invalid::Joint);
        }
        let mut wanted = Wanted::default();
        voters.iter().for_each(|node| add(&mut wanted.voters, *node));
        learners.iter().for_each(|node| add(&mut wanted.learners, *node));
        let mut next = self.clone();
        for node in wanted.voters.iter().filter(|node| !self.voters.contains(node)) {
            add(&mut next.learners, *node);
        }
        next.wanted = Some(wanted);
        if voters.is_empty() { Err(Invalid::NoVoters) } else { Ok(next) }
    }

    /// True if a node is no voter, and is to be one.
    #[must_use]
    pub fn awaits(&self, node: NodeId) -> bool {
        let wanted = self.wanted.as_ref();
        !self.voters.contains(&node) && wanted.is_some_and(|it| it.voters.contains(&node))
    }

    /// The same members with another replica of a voter that has only just come: it was in no majority of
    /// the old half, and every majority needs one of those. Nothing if that is not so.
    #[must_use]
    pub fn renamed(&self, node: NodeId, replica: ReplicaId) -> Option<Self> {
        let fresh = self.voters.contains(&node) && !self.outgoing.contains(&node);
        if !self.is_joint() || !fresh {
            return None;
        }
        let mut next = self.clone();
        next.returned.retain(|old| old.node != node);
        next.returned.push(Returned { node, replica, voter: false });
        order::sort(&mut next.returned);
        Some(next)
    }

    /// Somebody has said what the node is to be: it does not wait to be a voter again.
    fn settle_returned(&mut self, node: NodeId) {
        for returned in self.returned.iter_mut().filter(|returned| returned.node == node) {
            returned.voter = false;
        }
    }

    /// Which replica counts as that node.
    #[must_use]
    pub fn replica_of(&self, node: NodeId) -> ReplicaId {
        let returned = self.returned.iter().find(|returned| returned.node == node);
        returned.map_or(ReplicaId::FIRST, |returned| returned.replica)
    }

    /// The members after a simple step, in which at most one voter comes or goes.
    ///
    /// # Errors
    ///
    /// If a joint change is under way, too much would change, or nobody would be left.
    pub fn simple(&self, changes: &[Change]) -> Result<Self, Invalid> {
        if self.is_joint() {
            return Err(Invalid::Joint);
        }
        let mut next = self.clone();
        next.change(changes)?;
        let gone = self.voters.iter().filter(|voter| !next.voters.contains(voter)).count();
        let come = next.voters.iter().filter(|voter| !self.voters.contains(voter)).count();
        if gone + come > 1 { Err(Invalid::TooMany) } else { Ok(next) }
    }

    /// The joint members with which a change of any size begins.
    ///
    /// # Errors
    ///
    /// If a change is under way already, or nobody would be left.
    pub fn enter(&self, changes: &[Change], auto_leave: bool) -> Result<Self, Invalid> {
        if self.is_joint() {
            return Err(Invalid::Joint);
        }
        if self.voters.is_empty() {
            return Err(Invalid::NoVoters);
        }
        let mut next = self.clone();
        next.outgoing.clone_from(&self.voters);
        next.change(changes)?;
        next.auto_leave = auto_leave;
        Ok(next)
    }

    /// The members once a joint change is through.
    ///
    /// # Errors
    ///
    /// If none is under way.
    pub fn leave(&self) -> Result<Self, Invalid> {
        if !self.is_joint() {
            return Err(Invalid::NotJoint);
        }
        let mut next = self.clone();
        for node in core::mem::take(&mut next.learners_next) {
            add(&mut next.learners, node);
        }
        next.outgoing.clear();
        next.auto_leave = false;
        Ok(next)
    }

    /// The changes that lead from these members to those voters and learners.
    #[must_use]
    pub fn changes_to(&self, voters: &[NodeId], learners: &[NodeId]) -> Vec<Change> {
        let mut changes = Vec::new();
        for node in self.voters.iter().chain(&self.learners) {
            if !voters.contains(node) && !learners.contains(node) {
                changes.push(Change::Remove(*node));
            }
        }
        let mut wanted: Vec<NodeId> = voters.to_vec();
        order::sort(&mut wanted);
        for node in wanted {
            if !self.voters.contains(&node) {
                changes.push(Change::Voter(node));
            }
        }
        // One that has come back would be a voter again otherwise.
        let again =
            |node: &NodeId| self.returned.iter().any(|back| back.node == *node && back.voter);
        for node in learners {
            if (!self.learners.contains(node) || again(node)) && !voters.contains(node) {
                changes.push(Change::Learner(*node));
            }
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;

    fn random_changes(rng: &mut Rng) -> Vec<Change> {
        let one = |rng: &mut Rng| {
            let node = NodeId(rng.below(6) as u32);
            match rng.below(3) {
                0 => Change::Voter(node),
                1 => Change::Learner(node),
                _ => Change::Remove(node),
            }
        };
        (0..=rng.below(4)).map(|_| one(rng)).collect()
    }

    #[test]
    fn a_joint_change_ends_where_simple_steps_would() {
        let mut rng = Rng::derive(5, 6);
        let (mut done, mut refused) = (0, 0);
        for _ in 0..3_000 {
            let start = Membership::of((0..=rng.below(4) as u32).map(NodeId));
            let changes = random_changes(&mut rng);
            let mut simple = Ok(start.clone());
            for change in &changes {
                simple = simple.and_then(|members| members.simple(&[*change]));
            }
            let joint = start.enter(&changes, false).and_then(|members| members.leave());
            // Simple steps may pass through a membership without voters, which is refused.
            if let (Ok(simple), Ok(joint)) = (simple, joint) {
                assert_eq!(simple.voters, joint.voters, "{start:?} {changes:?}");
                assert_eq!(simple.learners, joint.learners, "{start:?} {changes:?}");
                done += 1;
            } else {
                refused += 1;
            }
        }
        assert!(done > 500 && refused > 100, "{done} {refused}");
    }

    #[test]
    fn nobody_is_voter_and_learner_at_once() {
        let mut rng = Rng::derive(7, 8);
        for _ in 0..3_000 {
            let mut members = Membership::of([NodeId(0), NodeId(1), NodeId(2)]);
            for _ in 0..6 {
                let changes = random_changes(&mut rng);
                let next = match rng.below(3) {
                    0 => members.simple(&changes),
                    1 => members.enter(&changes, rng.chance(500_000)),
                    _ => members.leave(),
                };
                let Ok(next) = next else { continue };
                members = next;
                assert!(!members.voters.is_empty());
                for learner in &members.learners {
                    assert!(!members.votes(*learner), "{members:?}");
                }
                for next in &members.learners_next {
                    assert!(members.outgoing.contains(next), "{members:?}");
                    assert!(!members.voters.contains(next), "{members:?}");
                }
                assert!(members.is_joint() || members.learners_next.is_empty());
            }
        }
    }

    #[test]
    fn changes_lead_where_they_should() {
        let mut rng = Rng::derive(9, 10);
        for _ in 0..2_000 {
            let draw = |rng: &mut Rng| -> Vec<NodeId> {
                (0..6).filter(|_| rng.chance(500_000)).map(NodeId).collect()
            };
            let start = Membership::of(draw(&mut rng));
            let voters = draw(&mut rng);
            let mut learners = draw(&mut rng);
            learners.retain(|node| !voters.contains(node));
            if start.voters.is_empty() || voters.is_empty() {
                continue;
            }
            let changes = start.changes_to(&voters, &learners);
            let joint = start.enter(&changes, true).and_then(|joint| joint.leave());
            let joint = joint.expect("there are voters before and after");
            assert_eq!((joint.voters, joint.learners), (voters, learners));
        }
    }
}
