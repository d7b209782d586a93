//! A run for a screen: open a text, move through time, act, look.
//!
//! ```text
//! text ─parse─▶ script ─▶ timeline (trace, checkpoints, front) ─▶ facts
//!                              ▲                    │
//!                      view: a run at some moment ◀─┘ seek, step, advance
//! ```
//!
//! The *front* is the furthest moment that has been worked out; the *view* is the moment that is
//! looked at. Both are runs of the same script, so looking back costs a checkpoint and a short walk.
//! Every change is a change of the text: [`Session::act`] writes a statement at the present moment.
//!
//! **Invariant:** a session knows no screen, no signal and no callback. [`Session::revision`] goes up
//! whenever a fact may have changed.

mod branch;
pub mod build;
pub mod column;
pub mod describe;
mod edit;
mod events;
pub mod fact;
pub mod history;
pub mod judge;
pub mod key_cache;
pub mod measure;
mod metrics;
mod name;
pub mod number;
pub mod opening;
mod perform;
mod remarks;
pub mod run;
pub mod script;
pub mod shrink;
pub mod snapshot;
pub mod source;
pub mod start;
mod terms;
pub mod timeline;
mod travel;
mod verdicts;
mod whereis;

pub use crate::base::{Form, NodeId, Span, Time};
pub use crate::scenario::book::book_on;
pub use crate::scenario::parse::TEXT_MAX;
pub use crate::scenario::word::EVENTS;
pub use crate::scenario::{Completion, Diagnostic, Edit, link_of};
pub use crate::tenant;
pub use crate::text::{BookEntry, Chapter};
pub use crate::unique::{
    Kind as IdKind, Part as IdPart, Reading as IdReading, Unreadable as IdUnreadable,
    civil::text as moment_of, decode as decode_id,
};
pub use column::{GroupFact, QueryFact, TableFact};
pub use edit::with_seed;
pub use fact::*;
pub use history::fact::{BARS_MAX, BarFact, HistoryFact};
pub use history::trial::{Trial, kinds as history_kinds};
pub use key_cache::Progress;
pub use number::Number;
pub use run::Truncation;
pub use source::{FILE_KEYS_MAX, column_of};
pub use whereis::WhereFact;

use crate::scenario::{self, Scenario, When};
use crate::tenant::{Part, Site, View};
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use history::Judged;
use key_cache::Filling;
use run::Run;
use script::Script;
use timeline::Timeline;

/// A text and its run.
#[derive(Clone, Debug)]
pub struct Session {
    text: String,
    script: Script,
    problems: Vec<Diagnostic>,
    timeline: Timeline,
    view: Run,
    revision: u64,
    past: Vec<String>,
    future: Vec<String>,
    branches: Vec<(String, String)>,
    /// What the clients saw, judged when somebody asks after the run has ended.
    judged: Option<Arc<Vec<Judged>>>,
    /// What is still being judged.
    judging: Option<Vec<Judged>>,
    /// True once a screen has asked for it.
    judges: bool,
    /// Whether long work is done in steps, between which a screen can be drawn.
    stepwise: bool,
    /// What is made ready for the run, if that is not done yet.
    filling: Option<Filling>,
    /// The moment to go to, if it is not reached yet.
    wanted: Option<Time>,
}

/// The text that a link carries, or what can be saved of it and what is wrong.
pub fn text_of(link: &str) -> Result<String, (String, String)> {
    scenario::text_of(link).map_err(|error| (error.saved, error.message))
}

impl Session {
    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text in its canonical form.
    #[must_use]
    pub fn printed(&self) -> String {
        scenario::print(&self.script.scenario)
    }

    /// What was understood.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.script.scenario
    }

    /// What was not understood.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        self.problems.clone()
    }

    /// Files that the text reads and that were not given.
    #[must_use]
    pub fn missing_files(&self) -> Vec<String> {
        source::missing(&self.script.scenario, &self.script.files)
    }

    /// The files that were given, by name.
    #[must_use]
    pub fn files(&self) -> Vec<(String, Arc<[u8]>)> {
        self.script.files.iter().map(|(name, bytes)| (name.clone(), bytes.clone())).collect()
    }

    /// The tables whose columns are weighed on paper.
    #[must_use]
    pub fn tables(&self) -> Vec<TableFact> {
        column::tables(&self.script)
    }

    /// How many parties have all of their keys placed before the run begins.
    #[must_use]
    pub fn surveyed(&self) -> usize {
        key_cache::surveys(&self.script.scenario).count()
    }

    /// Where a key goes at this moment: in every cluster, and by the rules of products.
    #[must_use]
    pub fn where_is(&self, key: &str) -> Vec<WhereFact> {
        whereis::where_is(&self.view, &self.script, key)
    }

    /// The title, or a stand-in.
    #[must_use]
    pub fn title(&self) -> String {
        match self.script.scenario.title.as_str() {
            "" => String::from("Untitled"),
            title => String::from(title),
        }
    }

    /// What the scenario shows, in a line.
    #[must_use]
    pub fn summary(&self) -> String {
        self.script.scenario.summary.clone()
    }

    /// The link that carries the text.
    #[must_use]
    pub fn link(&self) -> String {
        link_of(&self.text)
    }

    /// The link that carries the text with another seed.
    #[must_use]
    pub fn link_with_seed(&self, seed: u64) -> String {
        link_of(&self.text_with_seed(seed))
    }

    // --- Facts -----------------------------------------------------------------------------------

    /// The facts of the moment.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        snapshot::snapshot(&self.view, &self.script)
    }

    /// The places of the parties whose nodes are such machines.
    #[must_use]
    pub fn of<P: Part>(&self) -> Vec<usize> {
        let scenario = &self.script.scenario;
        let all = 0..scenario.parties().count();
        all.filter(|at| scenario.party(*at).is_some_and(|spec| P::runs(&spec.kind))).collect()
    }

    /// The party of that number, at the moment, as one with such machines.
    #[must_use]
    pub fn site<P: Part>(&self, party: usize) -> Site<'_, P> {
        Site::new(&self.view.world, &self.view.nodes, party)
    }

    /// The parties with such machines, at the moment, with what was counted of them.
    pub fn views<P: Part>(&self) -> impl Iterator<Item = View<'_, P>> {
        self.of::<P>().into_iter().filter_map(|at| {
            let spec = self.script.scenario.party(at)?;
            let measures = self.view.measures.clusters().get(at)?;
            Some(View { site: self.site(at), spec, measures })
        })
    }

    /// The parties whose nodes are such machines, at the moment.
    pub fn sites<P: Part>(&self) -> impl Iterator<Item = Site<'_, P>> {
        let (world, nodes) = (&self.view.world, &self.view.nodes);
        self.of::<P>().into_iter().map(move |party| Site::new(world, nodes, party))
    }

    /// Up to so many keys of a cluster with their holders, evenly picked along the circle.
    #[must_use]
    pub fn keys(&self, cluster: u32, most: usize) -> Vec<KeyFact> {
        snapshot::keys(&self.view, cluster as usize, most)
    }

    /// How many keys lie in each of so many equal stretches of the circle.
    #[must_use]
    pub fn density(&self, cluster: u32, stretches: usize) -> Vec<u32> {
        let measures = self.view.measures.clusters().get(cluster as usize);
        measures.map(|measures| measures.common.ledger.density(stretches)).unwrap_or_default()
    }

    /// The name of a node.
    #[must_use]
    pub fn name(&self, node: NodeId) -> String {
        self.timeline.front().nodes.name(node)
    }

    // --- The editor ------------------------------------------------------------------------------

    /// The kinds of the words of a text.
    #[must_use]
    pub fn highlight(&self, text: &str) -> Vec<(u32, u32, &'static str)> {
        scenario::highlight(text)
    }

    /// Words that could stand at a place of a text.
    #[must_use]
    pub fn complete(&self, text: &str, cursor: u32) -> Vec<Completion> {
        scenario::complete(text, cursor)
    }

    /// The line of the last statement that has happened, from one.
    #[must_use]
    pub fn line_at_now(&self) -> Option<u32> {
        let happened = self.script.schedule.partition_point(|due| due.at <= self.now());
        let timed = happened.checked_sub(1).and_then(|at| self.script.schedule.get(at));
        let last = timed.and_then(|due| self.script.statement(due.statement))?;
        (!matches!(last.when, When::Start)).then_some(last.line)
    }
}

#[cfg(test)]
mod cliffs;
#[cfg(test)]
mod edits;
#[cfg(test)]
mod tests;
