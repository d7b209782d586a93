//! The laws that every store with clients has, whatever its kind.

use super::measure::{Measures, NEVER_CHECKED};
use crate::metric::Common;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// One law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Law {
    /// Every key has a running owner and every operation an answer.
    Available,
    /// No acknowledged write is lost.
    Durable,
    /// Every key has all its copies, at the end.
    Replicated,
    /// No read misses a write that was acknowledged before it began.
    Fresh,
    /// One order of all operations explains what every client saw. No number tells it: it is judged over
    /// the whole history once the run has ended.
    Linearizable,
}

/// The numbers of one store that these laws are read from.
#[derive(Clone, Copy, Debug)]
pub struct Party<'p> {
    /// Its keys.
    pub common: &'p Common,
    /// What became of its clients' operations.
    pub client: &'p Measures,
    /// Copies that a key should have.
    pub copies: usize,
}

impl Law {
    /// The law of that name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Some(match word {
            "available" => Self::Available,
            "durable" => Self::Durable,
            "replicated" => Self::Replicated,
            "fresh" => Self::Fresh,
            "linearizable" => Self::Linearizable,
            _ => return None,
        })
    }

    /// True if only the end of a run counts.
    #[must_use]
    pub fn is_at_end(self) -> bool {
        matches!(self, Self::Replicated | Self::Linearizable)
    }

    /// True if it says nothing of a run without operations.
    #[must_use]
    pub fn is_about_operations(self) -> bool {
        // A key that was loaded can be lost too.
        matches!(self, Self::Available | Self::Fresh | Self::Linearizable)
    }

    /// True if it holds so far in a store.
    #[must_use]
    pub fn holds(self, of: &Party<'_>) -> bool {
        match self {
            Self::Available => {
                of.common.ledger.unavailable() == 0
                    && of.client.failed == 0
                    && of.client.not_begun == 0
            }
            Self::Durable => of.common.ledger.lost() == 0,
            Self::Replicated => of.common.ledger.short_of(of.copies) == 0,
            Self::Fresh => of.client.wrong == 0,
            // Nothing is known before the history is judged.
            Self::Linearizable => true,
        }
    }

    /// Why it says nothing of a run: what it is about never happened.
    #[must_use]
    pub fn idle(self, of: &Party<'_>) -> Option<&'static str> {
        let ledger = &of.common.ledger;
        let (words, exercised) = match self {
            Self::Available => (
                "there was no key, and nobody asked for one",
                ledger.keys() > 0 || of.client.answered_count() + of.client.failed > 0,
            ),
            Self::Durable if of.client.writes > 0 && !ledger.has_acknowledged() => (
                "no write came to any node of the store",
                // A write that was rightly not acknowledged has put the law to the test, too.
                of.client.reached || of.client.answered_count() > 0,
            ),
            Self::Durable => ("there was no key, and nobody wrote one", ledger.has_acknowledged()),
            Self::Replicated => ("there is no key", ledger.keys() > 0),
            Self::Fresh => (NEVER_CHECKED, of.client.checked > 0),
            // The judge of histories tells.
            Self::Linearizable => return None,
        };
        (!exercised).then_some(words)
    }

    /// What was seen of it in some stores.
    #[must_use]
    pub fn measured(self, each: &[Party<'_>]) -> String {
        let sum = |f: fn(&Party<'_>) -> u64| -> u64 { each.iter().map(f).sum() };
        match self {
            Self::Available => {
                let (most, failed) =
                    (sum(|of| of.common.ledger.unavailable_most()), sum(|of| of.client.failed));
                let text = format!("{most} keys unavailable at worst, {failed} operations failed");
                match sum(|of| of.client.not_begun) {
                    0 => text,
                    some => format!("{text}, {some} could not begin"),
                }
            }
            Self::Durable => {
                let now = sum(|of| of.common.ledger.lost());
                // What was lost may have been written anew since.
                let before = each.iter().any(|of| of.common.lost_at.is_some());
                match (now, before) {
                    (0, true) => String::from("no keys lost now, but some before"),
                    (1, _) => String::from("1 key lost"),
                    (now, _) => format!("{now} keys lost"),
                }
            }
            Self::Replicated => {
                format!("{} keys short of copies", sum(|of| of.common.ledger.short_of(of.copies)))
            }
            Self::Fresh => format!("{} wrong reads", sum(|of| of.client.wrong)),
            // What came of it is told with the history.
            Self::Linearizable => String::new(),
        }
    }

    /// The events of some stores that show best whether it holds, in order.
    #[must_use]
    pub fn evidence(self, each: &[Party<'_>]) -> Vec<u32> {
        let events = each.iter().flat_map(|of| match self {
            Self::Available => {
                [of.common.unavailable_at, of.client.failed_at.or(of.client.not_begun_at)]
            }
            Self::Durable => [of.common.lost_at, None],
            Self::Replicated => [of.common.changed_at, None],
            Self::Fresh => [of.client.wrong_at, None],
            Self::Linearizable => [None, None],
        });
        let mut events: Vec<u32> = events.flatten().collect();
        crate::base::order::sort(&mut events);
        events
    }
}
