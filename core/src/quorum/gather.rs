//! A coordinator's wait for answers: whether there are enough, what they say together, who is behind.

use super::version::Siblings;
use crate::base::NodeId;
use crate::base::vec_map::VecMap;
use alloc::vec::Vec;

/// How an operation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Standing {
    /// There may yet be enough answers.
    Open = 0,
    /// There are enough.
    Enough = 1,
    /// There cannot be enough any more.
    Hopeless = 2,
}

/// The answers to one operation. It stays of use when there are enough: late answers show who is behind.
#[derive(Clone, Debug)]
pub struct Gather<V> {
    needed: usize,
    /// Who was asked, and what each has said.
    asked: VecMap<NodeId, Word<V>>,
}

/// What a node has said.
#[derive(Clone, Debug)]
enum Word<V> {
    Nothing,
    Holds(Siblings<V>),
    Refuses,
}

impl<V: Clone> Gather<V> {
    /// Nobody has answered yet. Only answers of these nodes count, each once, and so many are needed.
    #[must_use]
    pub fn new(asked: impl IntoIterator<Item = NodeId>, needed: usize) -> Self {
        let asked = asked.into_iter().map(|node| (node, Word::Nothing)).collect();
        Self { needed, asked }
    }

    /// A node answers that it holds this. A second answer of the same node changes nothing, and one of a node
    /// that was not asked counts for nothing.
    pub fn answer(&mut self, node: NodeId, holds: Siblings<V>) -> Standing {
        self.say(node, Word::Holds(holds))
    }

    /// A node refuses, or is known not to answer.
    pub fn refuse(&mut self, node: NodeId) -> Standing {
        self.say(node, Word::Refuses)
    }

    fn say(&mut self, node: NodeId, word: Word<V>) -> Standing {
        if let Some(said @ Word::Nothing) = self.asked.get_mut(&node) {
            *said = word;
        }
        self.standing()
    }

    /// How it stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let held = self.held().count();
        let open = self.asked.values().filter(|word| matches!(word, Word::Nothing)).count();
        if held >= self.needed {
            Standing::Enough
        } else if held + open < self.needed {
            Standing::Hopeless
        } else {
            Standing::Open
        }
    }

    /// Who has not answered.
    #[must_use]
    pub fn silent(&self) -> Vec<NodeId> {
        let silent = self.asked.iter().filter(|(_, word)| matches!(word, Word::Nothing));
        silent.map(|(node, _)| *node).collect()
    }

    /// What all answers say together.
    #[must_use]
    pub fn merged(&self) -> Siblings<V> {
        let mut all = Siblings::default();
        for (_, holds) in self.held() {
            all.merge(holds);
        }
        all
    }

    /// Who has answered and lacks something that another one has, to be repaired with [`Gather::merged`].
    #[must_use]
    pub fn behind(&self) -> Vec<NodeId> {
        let all = self.merged();
        let lacks = |holds: &Siblings<V>| holds.clone().merge(&all);
        self.held().filter(|(_, holds)| lacks(holds)).map(|(node, _)| node).collect()
    }

    /// Who has answered, with what each holds.
    pub fn held(&self) -> impl Iterator<Item = (NodeId, &Siblings<V>)> {
        self.asked.iter().filter_map(|(node, word)| match word {
            Word::Holds(holds) => Some((*node, holds)),
            Word::Nothing | Word::Refuses => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;
    use crate::quorum::{Actor, Context};
    use alloc::collections::{BTreeMap, BTreeSet};

    #[test]
    fn answers_count_once_and_only_of_those_who_were_asked() {
        let mut seen = [0; 3];
        for seed in 0..2_000 {
            let mut rng = Rng::derive(seed, 3);
            let (nodes, needed) = (rng.between(1, 5) as u32, rng.between(1, 6) as usize);
            let mut gather: Gather<u32> = Gather::new((0..nodes).map(NodeId), needed);
            let mut said: BTreeMap<u32, bool> = BTreeMap::new();
            for _ in 0..12 {
                let (node, holds) = (rng.below(7) as u32, rng.chance(600_000));
                if node < nodes {
                    said.entry(node).or_insert(holds);
                }
                let standing = if holds {
                    gather.answer(NodeId(node), Siblings::default())
                } else {
                    gather.refuse(NodeId(node))
                };
                let held = said.values().filter(|holds| **holds).count();
                let most = nodes as usize - (said.len() - held);
                let expected = match () {
                    () if held >= needed => Standing::Enough,
                    () if most < needed => Standing::Hopeless,
                    () => Standing::Open,
                };
                assert_eq!(standing, expected, "seed {seed}");
                assert_eq!(gather.silent().len(), nodes as usize - said.len());
                seen[standing as usize] += 1;
            }
        }
        assert!(seen.iter().all(|count| *count > 100), "{seen:?}");
    }

    #[test]
    fn who_is_behind_is_who_lacks_a_write_and_repair_makes_all_alike() {
        let mut repaired = 0;
        for seed in 0..500 {
            let mut rng = Rng::derive(seed, 4);
            let mut copies: Vec<Siblings<u32>> = alloc::vec![Siblings::default(); 3];
            let mut known: Vec<BTreeSet<u32>> = alloc::vec![BTreeSet::new(); 3];
            for write in 0..rng.below(5) as u32 {
                let mut one = Siblings::default();
                one.write(&Context::default(), Actor(u64::from(write)), write);
                for at in 0..3 {
                    if rng.chance(500_000) {
                        copies[at].merge(&one);
                        known[at].insert(write);
                    }
                }
            }
            let mut gather = Gather::new((0..3).map(NodeId), 2);
            for (at, copy) in copies.iter().enumerate() {
                gather.answer(NodeId(at as u32), copy.clone());
            }
            let all: BTreeSet<u32> = known.iter().flatten().copied().collect();
            assert!(all.iter().copied().eq(gather.merged().sorted()));
            let lacking = (0..3).filter(|at| known[*at as usize] != all).map(NodeId);
            assert!(lacking.eq(gather.behind()), "seed {seed}");
            for node in gather.behind() {
                assert!(copies[node.index()].merge(&gather.merged()));
                repaired += 1;
            }
            assert!(copies.iter().all(|copy| *copy == copies[0]));
        }
        assert!(repaired > 100);
    }
}
