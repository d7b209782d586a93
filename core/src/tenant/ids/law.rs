//! The law of ids: none is made twice.

use crate::base::{NodeTable, order};
use crate::tenant::Known;
// The index knows every id, so nothing is watched beside what is counted.
pub use crate::tenant::Unwatched as Laws;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// One law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Law {
    /// No id is made twice.
    Unique,
}

type Of<'p> = Known<'p, Laws, super::measure::Measures>;

impl Law {
    /// The law of that name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        (word == "unique").then_some(Self::Unique)
    }

    /// True if only the end of a run counts.
    #[must_use]
    pub fn is_at_end(self) -> bool {
        match self {
            Self::Unique => false,
        }
    }

    /// True if it holds so far.
    #[must_use]
    pub fn holds(self, of: Of<'_>) -> bool {
        match self {
            Self::Unique => of.measures.collisions == 0,
        }
    }

    /// Why it says nothing of a run: what it is about never happened.
    #[must_use]
    pub fn idle(self, of: Of<'_>) -> Option<&'static str> {
        match self {
            Self::Unique => (of.measures.made < 2).then_some("no two ids were made"),
        }
    }

    /// What was seen of it.
    #[must_use]
    pub fn measured(self, each: &[Of<'_>], _: &NodeTable) -> String {
        match self {
            Self::Unique => {
                let twice: u64 = each.iter().map(|of| of.measures.collisions).sum();
                format!("{twice} ids made twice")
            }
        }
    }

    /// The events that show best whether it holds, in order.
    #[must_use]
    pub fn evidence(self, each: &[Of<'_>]) -> Vec<u32> {
        match self {
            Self::Unique => {
                let twice = each.iter().filter_map(|of| of.measures.collision_at);
                let mut events: Vec<u32> = twice.collect();
                order::sort(&mut events);
                events
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::measure::Measures;
    use super::*;

    #[test]
    fn one_id_alone_proves_nothing_and_two_of_the_same_break_the_law() {
        let laws = Laws;
        let of = |made, collisions, collision_at| {
            let mut measures = Measures::default();
            (measures.made, measures.collisions) = (made, collisions);
            measures.collision_at = collision_at;
            measures
        };
        let idle = |measures: &Measures| Law::Unique.idle(Known { laws: &laws, measures });
        assert!(idle(&of(0, 0, None)).is_some() && idle(&of(1, 0, None)).is_some());
        assert_eq!(idle(&of(2, 0, None)), None);
        let (good, bad) = (of(2, 0, None), of(2, 1, Some(7)));
        let each = [&good, &bad].map(|measures| Known { laws: &laws, measures });
        assert_eq!(each.map(|of| Law::Unique.holds(of)), [true, false]);
        assert_eq!(Law::Unique.evidence(&each), [7]);
    }
}
