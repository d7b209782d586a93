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

pub mod build;
pub mod cast;
pub mod column;
pub mod describe;
pub mod fact;
pub mod history;
pub mod judge;
pub mod law;
pub mod measure;
pub mod number;
pub mod opening;
pub mod paper;
pub mod raft;
pub mod run;
pub mod shrink;
pub mod snapshot;
pub mod source;
pub mod stock;
pub mod timeline;

pub use crate::base::{NodeId, Span, Time};
pub use crate::scenario::word::{EVENTS, READINGS};
pub use crate::scenario::{Completion, Diagnostic, link_of};
pub use crate::unique::{
    Kind as IdKind, Part as IdPart, Reading as IdReading, Unreadable as IdUnreadable,
    civil::text as moment_of, decode as decode_id,
};
pub use column::{GroupFact, QueryFact, TableFact};
pub use fact::*;
pub use history::fact::{BARS_MAX, BarFact, HistoryFact};
pub use history::trial::{Trial, kinds as history_kinds};
pub use number::Number;
pub use paper::{
    COLUMNS, DotFact, HoldingFact, RangeFact, RowFact, STRATEGIES, SurveyFact, WhereFact,
};
pub use raft::fact::{Belongs, CallerFact, CellFact, ProgressFact, ReplicaFact};
pub use source::{FILE_KEYS_MAX, column_of};
pub use stock::Progress;

use crate::metric::series::STRETCHES;
use crate::scenario::{self, Claim, Comparison, Expected, MetricName, Scenario, When};
use crate::sim::Kind;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use history::Judged;
use number::Source;
use run::{Run, Script};
use stock::Filling;
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
    /// True once a screen has asked for it.
    judges: bool,
    /// Whether long work is done in steps, between which a screen can be drawn.
    stepwise: bool,
    /// What is made ready for the run, if that is not done yet.
    filling: Option<Filling>,
    /// The moment to go to, if it is not reached yet.
    wanted: Option<Time>,
}

/// So many texts can be taken back.
const UNDO_MAX: usize = 200;
/// So many what-ifs are kept.
const BRANCHES_MAX: usize = 12;
/// On the way to a moment, surveys place so many keys at once where work is done in steps.
const PLACED_AT_ONCE: u64 = 1_000_000;

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

    /// The places of the clusters that are placed on paper.
    #[must_use]
    pub fn surveys(&self) -> Vec<usize> {
        paper::surveys(&self.script)
    }

    /// A survey at this moment; nothing if the cluster of that place has machines.
    #[must_use]
    pub fn survey(&self, cluster: usize) -> Option<SurveyFact> {
        paper::survey_fact(&self.view, &self.script, cluster)
    }

    /// A number that differs when the facts of a survey do, and costs nothing to ask for.
    #[must_use]
    pub fn survey_stamp(&self, cluster: usize) -> u64 {
        paper::stamp(&self.view, cluster)
    }

    /// Up to so many keys of a survey, evenly picked, each with its node at this moment.
    #[must_use]
    pub fn survey_dots(&self, cluster: usize, most: usize) -> Vec<DotFact> {
        paper::dots(&self.view, cluster, most)
    }

    /// The row of a survey in the table of all, at this moment; it tries changes on a copy, which
    /// takes as long as placing all keys three times.
    #[must_use]
    pub fn survey_row(&self, cluster: usize) -> Option<RowFact> {
        paper::row(&self.view, &self.script, cluster)
    }

    /// Looks up at most so many keys of a survey, for whoever has a clock: how many it were, and a sum
    /// that depends on all of them.
    #[must_use]
    pub fn survey_lookups(&self, cluster: usize, count: usize) -> (usize, u64) {
        paper::lookups(&self.view, cluster, count)
    }

    /// Where a key goes at this moment: in every cluster, and by the rules of products.
    #[must_use]
    pub fn where_is(&self, key: &str) -> Vec<WhereFact> {
        paper::where_is(&self.view, &self.script, key)
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

    /// The text with another seed.
    #[must_use]
    pub fn text_with_seed(&self, seed: u64) -> String {
        let is_seed = |line: &&str| line.split_whitespace().next() == Some("seed");
        let line = format!("seed     {seed}");
        if !self.text.lines().any(|other| is_seed(&other)) {
            return format!("{line}\n{}", self.text);
        }
        let lines = self.text.lines();
        let lines: Vec<&str> =
            lines.map(|other| if is_seed(&other) { &line } else { other }).collect();
        lines.join("\n") + "\n"
    }

    // --- Changing the text -----------------------------------------------------------------------

    /// Puts another text in place of this one and runs it again from where they part.
    pub fn edit(&mut self, text: &str) {
        if text == self.text {
            return;
        }
        self.past.push(core::mem::take(&mut self.text));
        if self.past.len() > UNDO_MAX {
            self.past.remove(0);
        }
        self.future.clear();
        self.take_text(String::from(text));
    }

    /// Writes a statement at the present moment into the text.
    pub fn act(&mut self, statement: &str) {
        let mut text = self.text.clone();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        let line = format!(
            "{:<8} {statement}\n",
            format!("at {}", self.wanted.unwrap_or_else(|| self.now()))
        );
        // Expectations stand at the end; what happens stands before them.
        let at =
            self.script.scenario.expectations.first().map_or(text.len(), |e| e.span.0 as usize);
        let at = if text.is_char_boundary(at) { at } else { text.len() };
        let last = self.script.scenario.expectations.iter().all(|e| e.span.0 as usize >= at)
            && self.script.scenario.statements.iter().all(|s| (s.span.0 as usize) < at);
        text.insert_str(if last { at } else { text.len() }, &line);
        self.edit(&text);
    }

    /// Takes out of the text what it has planned for after the present moment, so that whoever
    /// watches goes on from here: statements that have not begun, and those that wait for an event
    /// that has not come.
    pub fn take_over(&mut self) {
        let now = self.now();
        let statements = (0..).zip(&self.script.scenario.statements);
        let planned = statements.filter(|(number, statement)| match &statement.when {
            When::Start => false,
            When::At(at) => *at > now,
            When::Every { from, .. } => *from > now,
            When::On { .. } => !self.view.has_fired(*number),
        });
        let lines: Vec<u32> = planned.map(|(_, statement)| statement.line).collect();
        let kept = (1..).zip(self.text.lines()).filter(|(line, _)| !lines.contains(line));
        let text: String = kept.flat_map(|(_, line)| [line, "\n"]).collect();
        if !lines.is_empty() {
            self.edit(&text);
        }
    }

    /// Takes the last change of the text back.
    pub fn undo(&mut self) {
        if let Some(text) = self.past.pop() {
            let now = core::mem::take(&mut self.text);
            self.future.push(now);
            self.take_text(text);
        }
    }

    /// Makes the last change that was taken back again.
    pub fn redo(&mut self) {
        if let Some(text) = self.future.pop() {
            let now = core::mem::take(&mut self.text);
            self.past.push(now);
            self.take_text(text);
        }
    }

    /// True if there is a change to take back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// True if there is a change to make again.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    // --- Moving through time ---------------------------------------------------------------------

    /// The moment that is looked at.
    #[must_use]
    pub fn now(&self) -> Time {
        self.view.now()
    }

    /// When the run ends.
    #[must_use]
    pub fn end(&self) -> Time {
        self.timeline.front().ended.unwrap_or(self.script.end)
    }

    /// The furthest moment that has been worked out.
    #[must_use]
    pub fn front(&self) -> Time {
        self.timeline.front().ended.unwrap_or_else(|| self.timeline.front().now())
    }

    /// True once the whole run has been worked out.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.timeline.front().ended.is_some()
    }

    /// True if the run was stopped because its trace is full.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.timeline.trace().is_full()
    }

    /// Goes up whenever a fact may have changed; never back.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Lets time pass.
    pub fn advance(&mut self, span: Span) {
        if self.filling.is_none() {
            self.walk_to(self.now() + span);
        }
    }

    /// Goes to a moment; if that takes long and the session works in steps, on the way there.
    pub fn seek(&mut self, moment: Time) {
        let moment = moment.min(self.script.end);
        if moment < self.now() {
            self.view = self.timeline.checkpoint_at(moment).clone();
        }
        self.walk_to(moment);
        self.revision += 1;
    }

    fn walk_to(&mut self, moment: Time) {
        let moment = moment.min(self.script.end);
        let most = if self.stepwise { PLACED_AT_ONCE } else { u64::MAX };
        let known = self.timeline.extend_to(&self.script, moment, most);
        self.judge_at_end();
        self.wanted = (!known).then_some(moment);
        let moment = if known { moment } else { self.timeline.front().now() };
        let before = self.view.world.seq();
        let checkpoint = self.timeline.checkpoint_at(moment);
        if checkpoint.world.seq() > before {
            self.view = checkpoint.clone();
        }
        let mut unheard = Vec::new();
        while self.view.due(&self.script).is_some_and(|due| due <= moment) {
            if !self.view.step(&self.script, &mut unheard) {
                break;
            }
            unheard.clear();
        }
        if self.view.ended.is_none() && self.view.now() < moment {
            self.view.world.wait(moment);
        }
        if self.view.world.seq() != before {
            self.revision += 1;
        }
    }

    /// Goes to just behind the next thing that happens.
    pub fn step_event(&mut self) {
        self.step_until(|_| true);
    }

    /// Goes to just behind the next arrival of a message.
    pub fn step_message(&mut self) {
        self.step_until(|kind| matches!(kind, Kind::Delivered { .. } | Kind::Lost { .. }));
    }

    fn step_until(&mut self, wanted: impl Fn(&Kind<crate::cluster::Server>) -> bool) {
        let mut heard = Vec::new();
        while let Some(due) = self.view.due(&self.script) {
            self.timeline.extend_to(&self.script, due, u64::MAX);
            heard.clear();
            if !self.view.step(&self.script, &mut heard) || heard.iter().any(|e| wanted(&e.kind)) {
                break;
            }
        }
        self.judge_at_end();
        self.revision += 1;
    }

    /// Goes to just before the last thing that happened.
    pub fn step_back(&mut self) {
        let seq = self.view.world.seq();
        let start = self.timeline.checkpoint_before(seq).clone();
        let mut boundary = start.world.seq();
        let mut probe = start.clone();
        let mut unheard = Vec::new();
        while probe.world.seq() < seq && probe.step(&self.script, &mut unheard) {
            if probe.world.seq() < seq {
                boundary = probe.world.seq();
            }
            unheard.clear();
        }
        self.view = start;
        while self.view.world.seq() < boundary && self.view.step(&self.script, &mut unheard) {
            unheard.clear();
        }
        self.revision += 1;
    }

    // --- Branches --------------------------------------------------------------------------------

    /// What-ifs that are kept: a name and a text each.
    #[must_use]
    pub fn branches(&self) -> Vec<(String, String)> {
        self.branches.clone()
    }

    /// Keeps the text as it is now, so that what follows is a what-if beside it.
    pub fn fork(&mut self) {
        let name = format!("{} at {}", self.title(), self.now());
        if self.branches.len() == BRANCHES_MAX {
            self.branches.remove(0);
        }
        self.branches.push((name, self.text.clone()));
        self.revision += 1;
    }

    /// Goes over to a what-if that was kept, and keeps this text in its place.
    pub fn switch(&mut self, branch: u32) {
        let Some((name, text)) = self.branches.get(branch as usize).cloned() else { return };
        self.branches[branch as usize] = (name, self.text.clone());
        self.edit(&text);
        self.revision += 1;
    }

    /// Where this run and a what-if part: the first event that differs, as far as both are known.
    #[must_use]
    pub fn difference(&self, branch: u32) -> Option<Difference> {
        let (_, text) = self.branches.get(branch as usize)?;
        let mut other = self.beside(text);
        other.timeline.extend_to(&other.script, self.front(), u64::MAX);
        let mut here = self.timeline.trace().since(0);
        let mut there = other.timeline.trace().since(0);
        loop {
            let (one, two) = (here.next(), there.next());
            let seq = one.or(two)?.seq;
            if one.map(crate::sim::Event::digest) != two.map(crate::sim::Event::digest) {
                return Some(Difference { seq, here: self.event(seq), there: other.event(seq) });
            }
        }
    }

    // --- Facts -----------------------------------------------------------------------------------

    /// The facts of the moment.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        snapshot::snapshot(&self.view, &self.script)
    }

    /// The replicas of all replicated stores at the moment.
    #[must_use]
    pub fn replicas(&self) -> Vec<raft::fact::ReplicaFact> {
        raft::fact::replicas(&self.view)
    }

    /// The clients of all replicated stores at the moment.
    #[must_use]
    pub fn callers(&self) -> Vec<raft::fact::CallerFact> {
        raft::fact::callers(&self.view)
    }

    /// The places of the clusters that are replicated stores.
    #[must_use]
    pub fn groups(&self) -> Vec<usize> {
        let clusters = (0..).zip(&self.script.scenario.clusters);
        let groups = clusters.filter(|(_, spec)| matches!(spec.kind, scenario::Kind::Raft(_)));
        groups.map(|(at, _)| at).collect()
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
        measures.map(|measures| measures.ledger.density(stretches)).unwrap_or_default()
    }

    /// The name of a node.
    #[must_use]
    pub fn name(&self, node: NodeId) -> String {
        self.timeline.front().cast.name(node)
    }

    /// One number for the whole run, as far as it is known.
    #[must_use]
    pub fn hash(&self) -> u64 {
        self.timeline.front().world.hash()
    }

    /// How many events are known.
    #[must_use]
    pub fn event_count(&self) -> u32 {
        self.timeline.trace().len()
    }

    /// The number of the first event after a moment.
    #[must_use]
    pub fn seq_after(&self, moment: Time) -> u32 {
        self.timeline.trace().before(moment + Span::micros(1))
    }

    /// One event.
    #[must_use]
    pub fn event(&self, seq: u32) -> Option<EventFact> {
        let cast = &self.timeline.front().cast;
        self.timeline.trace().get(seq).map(|event| describe::fact(event, cast))
    }

    /// So many events from a number on.
    #[must_use]
    pub fn events(&self, from: u32, count: u32) -> Vec<EventFact> {
        let cast = &self.timeline.front().cast;
        let events = self.timeline.trace().since(from).take(count as usize);
        events.map(|event| describe::fact(event, cast)).collect()
    }

    /// The chain of causes that led to an event: the first cause first, the event itself last.
    #[must_use]
    pub fn why(&self, seq: u32) -> Vec<EventFact> {
        const LONGEST: usize = 200;
        let mut chain = Vec::new();
        let mut next = Some(seq);
        while let Some(fact) = next.and_then(|seq| self.event(seq)) {
            // A cause comes before its effect, so this ends; a long story is cut at its beginning.
            next = fact.cause.filter(|_| chain.len() < LONGEST);
            chain.push(fact);
        }
        chain.reverse();
        chain
    }

    /// What became of an entry of a replicated store's log, step by step, as far as the run is known:
    /// who proposed it, in which logs it stood, who confirmed it, who knew it to be committed.
    #[must_use]
    pub fn entry_story(&self, cluster: u32, index: u64, term: u32) -> Vec<EventFact> {
        let cast = &self.timeline.front().cast;
        raft::story::entry(self.timeline.trace(), cast, cluster as usize, index, term)
    }

    /// Why the answer to a read was stale: the write that it missed, and who answered without it;
    /// nothing if the event is no such answer.
    #[must_use]
    pub fn stale_story(&self, seq: u32) -> Vec<EventFact> {
        raft::stale::read(self.timeline.trace(), &self.timeline.front().cast, seq)
    }

    /// The timeline as far as the run is known.
    #[must_use]
    pub fn lanes(&self) -> Lanes {
        let mut lanes = self.timeline.lanes();
        for verdict in self.verdicts() {
            if let (Some(holds), Some(at)) = (verdict.holds, verdict.at) {
                let seq = verdict.evidence.first().copied();
                lanes.verdicts.push((MarkFact { at, seq, text: verdict.text }, holds));
            }
        }
        lanes
    }

    /// The last caption, note or fault up to the moment, to be read aloud.
    #[must_use]
    pub fn last_mark(&self) -> Option<MarkFact> {
        self.timeline.last_mark(self.now()).cloned()
    }

    fn source<'r>(&'r self, run: &'r Run) -> Source<'r> {
        let now = run.ended.unwrap_or_else(|| run.now());
        let scenario = &self.script.scenario;
        Source { measures: &run.measures, laws: &run.laws, cast: &run.cast, scenario, now }
    }

    /// What became of the expectations, as far as the run is known.
    #[must_use]
    pub fn verdicts(&self) -> Vec<Verdict> {
        let front = self.timeline.front();
        let mut verdicts = front.judge.verdicts(&self.source(front), front.ended.is_some());
        let scenario = &self.script.scenario;
        for (verdict, expectation) in verdicts.iter_mut().zip(&scenario.expectations) {
            if history::is_asked(expectation) {
                let (judged, trace) = (self.judged(), self.timeline.trace());
                *verdict = history::verdict(expectation, scenario, judged, trace, front);
            }
        }
        verdicts
    }

    /// What the clients of each cluster saw, judged; nothing before the run has ended.
    fn judged(&self) -> Option<&[Judged]> {
        self.judged.as_deref().map(Vec::as_slice)
    }

    /// What the clients of a cluster saw: of one key, and only what proves a violation if `smallest`.
    /// Nothing before the run has ended, or if nobody asked anything.
    #[must_use]
    pub fn history(
        &self,
        cluster: usize,
        key: Option<&str>,
        smallest: bool,
    ) -> Option<HistoryFact> {
        let judged = self.judged()?.get(cluster)?;
        let asked = !judged.history().operations.is_empty();
        asked.then(|| judged.fact(key, smallest, self.timeline.trace()))
    }

    /// The places of the clusters whose clients asked something, once the run has ended.
    #[must_use]
    pub fn histories(&self) -> Vec<usize> {
        let judged = self.judged().unwrap_or_default().iter();
        let asked = judged.filter(|judged| !judged.history().operations.is_empty());
        asked.map(|judged| judged.cluster).collect()
    }

    /// Lets what the clients saw be judged once the run has ended, though no expectation asks for it.
    pub fn want_history(&mut self) {
        if !self.judges {
            self.judges = true;
            self.judge_at_end();
            self.revision += 1;
        }
    }

    /// Judges what the clients saw, once the run has ended, if that is wanted.
    fn judge_at_end(&mut self) {
        let run = self.timeline.front();
        let wanted =
            || self.judges || self.script.scenario.expectations.iter().any(history::is_asked);
        if run.ended.is_some() && self.judged.is_none() && wanted() {
            let judged = history::judge(self.timeline.trace(), run, &self.script.scenario);
            self.judged = Some(Arc::new(judged));
        }
    }

    /// Everything measured up to the moment.
    #[must_use]
    pub fn metrics(&self) -> Vec<MetricFact> {
        self.numbers(&self.view)
    }

    /// Everything measured, as far as the run is known.
    #[must_use]
    pub fn final_metrics(&self) -> Vec<MetricFact> {
        self.numbers(self.timeline.front())
    }

    fn numbers(&self, run: &Run) -> Vec<MetricFact> {
        let source = self.source(run);
        let scenario = &self.script.scenario;
        let several = scenario.parties().count() > 1;
        let mut facts = Vec::new();
        for (word, meaning) in scenario::word::METRICS {
            if *word == "share" {
                continue;
            }
            if number::is_of_tables(word) {
                for table in &scenario.tables {
                    let metric =
                        MetricName { word: word.to_string(), of: Some(table.name.clone()) };
                    if let Some(number) = source.number(&metric) {
                        facts.push(MetricFact {
                            name: format!("{word}({})", table.name),
                            shown: number.shown(),
                            value: number.millionths,
                            meaning,
                        });
                    }
                }
                continue;
            }
            for (at, party) in scenario.parties().enumerate() {
                if number::is_of_ids(word) != (at >= scenario.clusters.len()) {
                    continue;
                }
                let of = several.then(|| String::from(party));
                let metric = MetricName { word: word.to_string(), of: of.clone() };
                let Some(number) = source.number(&metric) else { continue };
                facts.push(MetricFact {
                    name: of.map_or_else(|| word.to_string(), |of| format!("{word}({of})")),
                    shown: number.shown(),
                    value: number.millionths,
                    meaning,
                });
            }
        }
        facts
    }

    /// A number over time: `throughput`, `failed`, `unavailable`, `moved-bytes`, `latency`, `committed`,
    /// `log` or `elections`, of a cluster if it is named so: `latency(b)`.
    #[must_use]
    pub fn series(&self, name: &str) -> Option<SeriesFact> {
        let (word, of) = match name.strip_suffix(')').and_then(|name| name.split_once('(')) {
            Some((word, of)) => (word, Some(of)),
            None => (name, None),
        };
        let front = self.timeline.front();
        let parties = self.script.scenario.parties();
        let chosen: Vec<_> = parties
            .zip(front.measures.clusters())
            .filter(|(party, _)| of.is_none_or(|of| *party == of))
            .map(|(_, measures)| measures.series.stretches())
            .collect();
        let stretch = front.measures.clusters().first()?.series.stretch();
        let seconds = stretch.0 as f64 / 1e6;
        let len = chosen.iter().map(|stretches| stretches.len()).max()?;
        let len = len.min(STRETCHES as usize);
        let mut carried = 0.0;
        let mut values = Vec::with_capacity(len);
        for at in 0..len {
            let here = || chosen.iter().filter_map(|stretches| stretches.get(at));
            values.push(match word {
                "throughput" => here().map(|s| f64::from(s.good)).sum::<f64>() / seconds,
                "failed" => here().map(|s| f64::from(s.bad)).sum::<f64>() / seconds,
                "unavailable" => here().map(|s| f64::from(s.unavailable)).sum(),
                "committed" => here().map(|s| s.committed as f64).sum(),
                "log" => here().map(|s| s.log as f64).fold(0.0, f64::max),
                "elections" => {
                    carried += here().map(|s| f64::from(s.elections)).sum::<f64>();
                    carried
                }
                "moved-bytes" => {
                    carried += here().map(|s| s.moved_bytes as f64).sum::<f64>() / 1e6;
                    carried
                }
                "latency" => {
                    let count: u32 = here().map(|s| s.good + s.bad).sum();
                    let sum: u64 = here().map(|s| s.latency_sum).sum();
                    if count == 0 { 0.0 } else { sum as f64 / f64::from(count) / 1e3 }
                }
                _ => return None,
            });
        }
        let unit = match word {
            "throughput" | "failed" => "/s",
            "unavailable" => "keys",
            "committed" | "log" => "entries",
            "elections" => "elections",
            "moved-bytes" => "MB",
            _ => "ms",
        };
        let band = self.band(word, of);
        Some(SeriesFact { name: String::from(name), unit, stretch, values, band })
    }

    /// The band that an expectation allows for a number.
    fn band(&self, word: &str, of: Option<&str>) -> Option<(f64, f64)> {
        let scale = match word {
            "moved-bytes" => 1e12,
            "latency" => 1e3,
            _ => 1e6,
        };
        let mut expectations = self.script.scenario.expectations.iter();
        expectations.find_map(|expectation| {
            let Claim::Measure { metric, comparison, expected } = &expectation.claim else {
                return None;
            };
            if metric.word != word || metric.of.as_deref() != of {
                return None;
            }
            match (comparison, expected) {
                (Comparison::Within, Expected::Range(low, high)) => {
                    Some((*low as f64 / scale, *high as f64 / scale))
                }
                (Comparison::Less | Comparison::AtMost, Expected::Number(high)) => {
                    Some((0.0, *high as f64 / scale))
                }
                _ => None,
            }
        })
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
mod tests;
