//! The tenants: every kind of system that a scenario can run, each in a folder of its own.
//!
//! A tenant's machines know their own messages, alarms, writes and notes only. The list at the end of
//! this file makes one machine of them all, [`Process`], with a closed sum for each of these; a world
//! runs that. What a tenant's machine says comes out in the words of the sum (`Turn::within`), without
//! a list in between.
//!
//! **Invariant:** tenants are strangers. No folder here names another one, and only the list names all.

pub mod caused;
mod forgery;
mod laws;
mod map;
pub mod measures;
mod order;
pub mod setup;
mod site;
mod story;
pub mod strategy;
mod sum;

pub use caused::{Alarm, Errand, Reads};
pub use forgery::Forgery;
pub use laws::{Known, Moment, NoLaw, Party, Seen, Unwatched, Watched};
pub use map::{Found, MapFact, MemberFact, Standing, StreamFact};
pub use measures::{Lead, Measure};
pub use order::{Order, Wish};
pub use setup::{Builder, Change, ClusterSpec, Deeds, Head, Newcomer, Operation, Setup};
pub use site::{Part, Site, View};
pub use story::{Past, Step};

use crate::base::hash::tagged;
use crate::base::told::Lane;
use crate::store::Batch;
use alloc::format;
use alloc::sync::Arc;

/// A cluster has at most so many nodes at its start: far above what a scenario needs, so that a page stays
/// alive.
pub const NODES_MAX: u64 = 1_000;

/// Trace annotations of the script itself, from outside any machine.
#[derive(Clone, Debug)]
pub enum ScriptNote {
    /// The scenario put these on the node before the start.
    Loaded(Arc<Batch>),
    /// A question was looked at: how many partitions it reads, of how many, and why, as a tree.
    Explained {
        /// Partitions that are read.
        touched: u32,
        /// Partitions that there are.
        of: u32,
        /// The way through the levels.
        tree: Arc<str>,
    },
    /// A caption.
    Said(Arc<str>),
    /// The scenario stopped the run here.
    Stopped,
}

tagged!(ScriptNote {
    4 Loaded(a),
    15 Explained { touched, of, tree },
    16 Said(a),
    17 Stopped,
});

impl ScriptNote {
    fn told(&self) -> Told {
        match self {
            Self::Loaded(batch) => {
                let text = format!("{} keys are there at the start", batch.items.len());
                Told::new(Lane::Wire, "loaded", text)
            }
            Self::Explained { tree, .. } => {
                Told::new(Lane::Note, "explained", String::from(tree.trim_end()))
            }
            Self::Said(text) => Told::new(Lane::Note, "said", String::from(&**text)),
            Self::Stopped => {
                Told::new(Lane::Note, "stopped", String::from("the run was stopped here"))
            }
        }
    }

    fn mark(&self) -> Mark {
        match self {
            Self::Loaded(_) => Mark::Quiet,
            Self::Explained { .. } | Self::Said(_) | Self::Stopped => Mark::Plain,
        }
    }
}

// The one list of tenants: the name of each in the sums, and its folder, which is also its module and its
// field on a disk. The macro declares the modules, so a tenant is a folder and a line here.
sum::tenants! {
    Ring: ring,
    Paper: paper,
    Replicated: replicated,
    Ids: ids,
    Quorum: quorum,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client;
    use alloc::collections::BTreeSet;

    #[test]
    fn an_order_reaches_only_those_that_understand_it() {
        for order in [Order::Leave, Order::Weight(50), Order::Work(None)] {
            assert_eq!(ids::Spec::order(&order), None);
            assert_eq!(paper::Spec::order(&order), None);
            assert!(ring::Spec::order(&order).is_some());
        }
        assert_eq!(ring::Spec::order(&Order::Campaign), None);
        assert!(replicated::Spec::order(&Order::Leave).is_some());
        assert_eq!(replicated::Spec::order(&Order::Weight(50)), None);
    }

    #[test]
    fn every_word_for_a_law_names_a_law_of_its_own_and_nothing_else_does() {
        let words = client::words::LAWS.iter().chain(LAWS).map(|(word, _)| *word);
        let laws: BTreeSet<Law> = words.clone().filter_map(Law::named).collect();
        assert_eq!(laws.len(), words.clone().count(), "a word without a law, or two with one");
        assert!(EVENTS.iter().chain(METRICS).all(|(word, _)| Law::named(word).is_none()));
        for (word, _) in client::words::LAWS {
            assert!(matches!(Law::named(word), Some(Law::Client(_))), "{word}");
        }
        let at_end = words.filter(|word| Law::named(word).is_some_and(Law::is_at_end));
        assert_eq!(at_end.collect::<Vec<_>>(), ["replicated", "linearizable", "converged"]);
    }
}
