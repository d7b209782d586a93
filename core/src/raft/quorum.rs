//! The arithmetic of majorities, alone: who has won, and up to where everybody may rely on it.

use super::entry_id::Index;
use crate::base::NodeId;

/// How a vote stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tally {
    /// A majority is for it.
    Won,
    /// No majority can be for it any more.
    Lost,
    /// Not yet clear.
    Open,
}

/// How many of so many are a majority.
#[must_use]
pub fn majority(voters: usize) -> usize {
    voters / 2 + 1
}

/// How the vote of these voters stands; nobody at all is always for it.
pub fn tally(voters: &[NodeId], vote: impl Fn(NodeId) -> Option<bool>) -> Tally {
    if voters.is_empty() {
        return Tally::Won;
    }
    let (mut yes, mut open) = (0, 0);
    for voter in voters {
        match vote(*voter) {
            Some(true) => yes += 1,
            Some(false) => {}
            None => open += 1,
        }
    }
    let needed = majority(voters.len());
    if yes >= needed {
        Tally::Won
    } else if yes + open < needed {
        Tally::Lost
    } else {
        Tally::Open
    }
}

/// The greatest number that a majority of these voters has reached; nobody at all is no bound, so
/// that an empty half of a joint membership leaves the other half to decide.
pub fn reached(voters: &[NodeId], number: impl Fn(NodeId) -> u64) -> u64 {
    if voters.is_empty() {
        return u64::MAX;
    }
    let needed = majority(voters.len());
    let mut best = 0;
    for voter in voters {
        let candidate = number(*voter);
        // Clusters are small: counting beats sorting, and needs no memory.
        if candidate > best
            && voters.iter().filter(|other| number(**other) >= candidate).count() >= needed
        {
            best = candidate;
        }
    }
    best
}

/// How a vote stands that both halves must win.
pub fn joint_tally(
    incoming: &[NodeId],
    outgoing: &[NodeId],
    vote: impl Fn(NodeId) -> Option<bool>,
) -> Tally {
    match (tally(incoming, &vote), tally(outgoing, &vote)) {
        (Tally::Lost, _) | (_, Tally::Lost) => Tally::Lost,
        (Tally::Won, Tally::Won) => Tally::Won,
        (Tally::Open, _) | (_, Tally::Open) => Tally::Open,
    }
}

/// Up to where both halves have reached; zero if there is nobody at all.
pub fn joint_reached(
    incoming: &[NodeId],
    outgoing: &[NodeId],
    number: impl Fn(NodeId) -> u64,
) -> Index {
    let both = reached(incoming, &number).min(reached(outgoing, &number));
    Index(if both == u64::MAX { 0 } else { both })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;
    use alloc::vec::Vec;

    /// The same question by sorting.
    fn reached_by_sorting(voters: &[NodeId], number: impl Fn(NodeId) -> u64) -> u64 {
        let mut numbers: Vec<u64> = voters.iter().map(|voter| number(*voter)).collect();
        numbers.sort_unstable();
        numbers.get((voters.len().max(1) - 1) / 2).copied().unwrap_or(u64::MAX)
    }

    #[test]
    fn counting_agrees_with_sorting() {
        let mut rng = Rng::derive(1, 2);
        for _ in 0..2_000 {
            let voters: Vec<NodeId> = (0..rng.below(8) as u32).map(NodeId).collect();
            let numbers: Vec<u64> = voters.iter().map(|_| rng.below(5)).collect();
            let number = |voter: NodeId| numbers[voter.index()];
            assert_eq!(reached(&voters, number), reached_by_sorting(&voters, number));
        }
    }

    #[test]
    fn what_is_reached_is_what_a_vote_on_it_would_win() {
        let mut rng = Rng::derive(3, 4);
        for _ in 0..2_000 {
            let draw = |rng: &mut Rng| -> Vec<NodeId> {
                (0..6).filter(|_| rng.chance(500_000)).map(NodeId).collect()
            };
            let (one, two) = (draw(&mut rng), draw(&mut rng));
            if one.is_empty() && two.is_empty() {
                continue;
            }
            let numbers: Vec<u64> = (0..6).map(|_| rng.below(5)).collect();
            let at = joint_reached(&one, &two, |voter| numbers[voter.index()]).0;
            let won = |bound: u64| {
                joint_tally(&one, &two, |voter| Some(numbers[voter.index()] >= bound)) == Tally::Won
            };
            assert!(won(at) && !won(at + 1));
        }
    }

    #[test]
    fn a_vote_is_lost_once_it_cannot_be_won() {
        let four = [NodeId(0), NodeId(1), NodeId(2), NodeId(3)];
        let vote = |yes: u32, no: u32| {
            tally(&four, |voter| match voter.0 {
                at if at < yes => Some(true),
                at if at < yes + no => Some(false),
                _ => None,
            })
        };
        assert_eq!(vote(2, 0), Tally::Open);
        assert_eq!(vote(2, 2), Tally::Lost);
        assert_eq!(vote(3, 0), Tally::Won);
        assert_eq!(tally(&[], |_| None), Tally::Won);
    }
}
