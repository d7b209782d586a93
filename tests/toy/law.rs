//! The law of the toy: at most one node has the token, in memory or, if it is off, on its disk.

use super::machine::Process;
use super::{Note, measure::Measures};
use crate::base::NodeTable;
use crate::metric::Common;
use crate::tenant::{Known, Moment, Seen, Site, Watched};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What is watched of one toy.
#[derive(Clone, Debug, Default)]
pub struct Laws {
    /// Nodes that had the token at once, at most.
    most: usize,
    /// The event by which a second one had it.
    broken_at: Option<u32>,
}

impl Laws {
    /// Reads an event, and counts the tokens after it.
    pub fn read(
        &mut self,
        moment: Moment,
        seen: Seen<'_, Note>,
        site: &Site<'_, Process>,
        _: &mut Common,
    ) -> Watched {
        let Seen::Own(_) = seen else { return Watched::default() };
        let has = |node: &_| match site.machine(*node) {
            Some(machine) => machine.has_token(),
            None => site.durable(*node).is_some_and(|held| held.has),
        };
        let count = site.nodes().filter(has).count();
        self.most = self.most.max(count);
        let broken = count > 1 && self.broken_at.is_none();
        if broken {
            self.broken_at = Some(moment.seq);
        }
        Watched { broken, counted: false }
    }
}

/// One law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Law {
    /// At most one node has the token.
    OneToken,
}

type Of<'p> = Known<'p, Laws, Measures>;

impl Law {
    /// The law of that name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        (word == "one-token").then_some(Self::OneToken)
    }

    /// True if only the end of a run counts.
    #[must_use]
    pub fn is_at_end(self) -> bool {
        false
    }

    /// True if it holds so far.
    #[must_use]
    pub fn holds(self, of: Of<'_>) -> bool {
        of.laws.broken_at.is_none()
    }

    /// Why it says nothing of a run: what it is about never happened.
    #[must_use]
    pub fn idle(self, of: Of<'_>) -> Option<&'static str> {
        (of.measures.passes == 0).then_some("the token was never handed on")
    }

    /// What was seen of it.
    #[must_use]
    pub fn measured(self, each: &[Of<'_>], _: &NodeTable) -> String {
        let most = each.iter().map(|of| of.laws.most).max().unwrap_or(0);
        format!("{most} at once")
    }

    /// The events that show best whether it holds.
    #[must_use]
    pub fn evidence(self, each: &[Of<'_>]) -> Vec<u32> {
        each.iter().filter_map(|of| of.laws.broken_at).collect()
    }
}
