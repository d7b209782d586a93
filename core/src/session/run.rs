//! One run of a scenario: the world, the schedule, and everything that watches.
//!
//! A run is a plain value. A copy of it is a checkpoint, and goes on exactly as the original would.

use super::build;
use super::describe::happening;
use super::judge::Judge;
use super::number::Source;
use super::perform::perform;
use super::raft;
use super::script::{Due, Pending, REPEATS_MAX, Script};
use crate::base::NodeTable;
use crate::base::{NodeId, Span, Time};
use crate::check::raft::Laws;
use crate::placement::Placement;
use crate::scenario::When;
use crate::sim::trace::EVENTS_MAX;
use crate::sim::{Event, Fault, Kind, World};
use crate::tenant::measures::Measures;
use crate::tenant::paper::finding::Revision;
use crate::tenant::paper::survey::Revising;
use crate::tenant::ring::Plan;
use crate::tenant::{Note, Process, Request, ScriptNote, paper, replicated, ring};
use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What is done next by the script.
#[derive(Clone, Copy, Debug)]
enum Order {
    /// The next one of the schedule.
    Scheduled(Due),
    /// The first one that was delayed.
    Delayed(Pending),
}

impl Order {
    fn at(self) -> Time {
        match self {
            Self::Scheduled(due) => due.at,
            Self::Delayed(pending) => pending.at,
        }
    }
}

/// One thing that happens sets off at most so many statements at once.
const CASCADE_MAX: u32 = 64;

/// What a node's cluster has fixed at the start.
#[derive(Clone, Debug)]
pub struct Ground {
    /// Its controller.
    pub controller: NodeId,
    /// The plan at the start.
    pub plan: Arc<Plan>,
    /// Mistakes that its nodes make, if they are those of a ring.
    pub bugs: Arc<Vec<ring::bugs::Bug>>,
}

/// All placing on paper in one run together is at most so much work; see [`Run::work`].
pub const WORK_MAX: u64 = crate::scenario::WORK_MAX;
/// A step of a run does so much work before others may look: less than a frame of a screen.
const WORK_AT_ONCE: u64 = 250_000;
/// So much work is as long as an event.
const WORK_AN_EVENT: u64 = 64;

/// That a run was cut before its end, because a limit was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truncation {
    /// True if it was the limit of work on paper, and not that of events.
    pub by_work: bool,
    /// How many events there were by then.
    pub events: u32,
    /// When.
    pub at: Time,
}

impl Truncation {
    /// A sentence about it.
    #[must_use]
    pub fn words(&self) -> String {
        let (events, at) = (self.events, Span(self.at.0));
        match self.by_work {
            true => format!(
                "The run was cut at {at}, after {events} events: placing keys on paper takes no more \
                 than {WORK_MAX} steps in all."
            ),
            false => format!(
                "The run was cut at {events} events, at {at}: a run has no more than {EVENTS_MAX}."
            ),
        }
    }
}

/// One run.
#[derive(Clone, Debug)]
pub struct Run {
    /// The world.
    pub world: World<Process>,
    /// Its nodes.
    pub nodes: NodeTable,
    /// Its clusters.
    pub ground: Arc<Vec<Ground>>,
    /// Its numbers.
    pub measures: Measures,
    /// The laws of its replicated logs, cluster by cluster.
    pub laws: Vec<Laws>,
    /// What is expected of it.
    pub judge: Judge,
    /// The caption in force, and since when.
    pub caption: Option<(Time, Arc<str>)>,
    /// Set once the run has ended.
    pub ended: Option<Time>,
    /// Set if it ended because a limit was reached: what was undecided by then stays undecided.
    pub truncated: Option<Truncation>,
    next: usize,
    delayed: Vec<Pending>,
    /// Triggers that have been set off, by their place in [`Script::triggers`].
    fired: Vec<u32>,
    /// Changes of surveys that have been ordered, and the one that is worked out.
    revisions: VecDeque<(NodeId, Revision)>,
    revising: Option<Revising>,
    work: u64,
}

impl Run {
    /// The world of a run, in which nothing is on; `session::start` lets it begin.
    #[must_use]
    pub fn new(script: &Script, out: &mut Vec<Event<Process>>) -> Self {
        let scenario = &script.scenario;
        let mut run = Self {
            world: World::new(scenario.seed, build::base_links(scenario)),
            nodes: NodeTable::new(scenario.parties(), &scenario.groups),
            ground: Arc::default(),
            measures: Measures::new(scenario.parties().count(), script.end),
            laws: alloc::vec![Laws::new(); scenario.clusters.len()],
            judge: Judge::new(scenario),
            caption: None,
            ended: None,
            truncated: None,
            next: 0,
            delayed: Vec::new(),
            fired: Vec::new(),
            revisions: VecDeque::new(),
            revising: None,
            work: 0,
        };
        build::build(&mut run, script, out);
        run
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Time {
        self.world.now()
    }

    /// When the next thing happens; nothing once the run has ended.
    #[must_use]
    pub fn due(&self, script: &Script) -> Option<Time> {
        if self.ended.is_some() {
            return None;
        }
        if !self.revisions.is_empty() {
            return Some(self.now());
        }
        let order = self.next_order(script).map(Order::at);
        let world = self.world.due();
        let next = match (order, world) {
            (Some(one), Some(two)) => one.min(two),
            (one, two) => one.or(two)?,
        };
        (next <= script.end).then_some(next)
    }

    fn next_order(&self, script: &Script) -> Option<Order> {
        let scheduled = script.schedule.get(self.next).copied();
        match (scheduled, self.delayed.first().copied()) {
            (Some(one), Some(two)) if two.at < one.at => Some(Order::Delayed(two)),
            (Some(one), _) => Some(Order::Scheduled(one)),
            (None, two) => two.map(Order::Delayed),
        }
    }

    /// Does the next thing; false once there is none. What happens is added to `out`.
    pub fn step(&mut self, script: &Script, out: &mut Vec<Event<Process>>) -> bool {
        let first = out.len();
        if self.due(script).is_none() || self.is_full() {
            self.finish(script);
            return false;
        }
        if !self.revisions.is_empty() {
            self.work_out(out);
            self.read(script, out, first);
            return true;
        }
        let order = self.next_order(script);
        let first_in_line = |order: &Order| self.world.due().is_none_or(|due| order.at() <= due);
        match order.filter(first_in_line) {
            Some(order) => {
                self.world.wait(order.at());
                let statement = match order {
                    Order::Scheduled(due) => {
                        self.next += 1;
                        script.statement(due.statement)
                    }
                    Order::Delayed(pending) => {
                        self.delayed.remove(0);
                        script.triggered(pending.trigger)
                    }
                };
                if let Some(statement) = statement {
                    perform(self, script, &statement.what, out);
                }
            }
            None => {
                self.world.step(out);
            }
        }
        self.read(script, out, first);
        true
    }

    fn is_full(&self) -> bool {
        self.world.seq() >= EVENTS_MAX || self.work >= WORK_MAX
    }

    /// How much has been worked out on paper so far: a look at a node, a point or a slot for a key is
    /// one. It depends on nothing but the text.
    #[must_use]
    pub fn work(&self) -> u64 {
        self.work
    }

    /// How far the run is, counted in events; work on paper counts as events by the time it takes.
    #[must_use]
    pub fn progress(&self) -> u64 {
        u64::from(self.world.seq()) + self.work / WORK_AN_EVENT
    }

    /// True while a change of a survey is worked out: time stands still.
    #[must_use]
    pub fn is_working(&self) -> bool {
        !self.revisions.is_empty()
    }

    /// How many keys the change that is worked out has placed so far, and of how many.
    #[must_use]
    pub fn revised(&self) -> Option<(usize, usize)> {
        self.revising.as_ref().map(Revising::progress)
    }

    /// Orders a change of a survey. It is worked out in parts before anything else happens.
    pub(super) fn revise(&mut self, survey: NodeId, revision: Revision) {
        self.revisions.push_back((survey, revision));
    }

    /// Works on the next change of a survey; once it is worked out, the survey is asked for it.
    fn work_out(&mut self, out: &mut Vec<Event<Process>>) {
        let Some((node, revision)) = self.revisions.front() else { return };
        let mut left = WORK_AT_ONCE;
        if let Some(Process::Paper(survey)) = self.world.machine_mut(*node) {
            if self.revising.is_none() {
                self.revising = survey.begin(revision);
                left = left.saturating_sub(survey.placed().bytes() / 8);
            }
            let done = self.revising.as_mut().is_none_or(|revising| revising.step(&mut left));
            self.work += WORK_AT_ONCE - left;
            if !done {
                return;
            }
            if let Some(revising) = self.revising.take() {
                survey.prepare(revising);
            }
        }
        if let Some((node, revision)) = self.revisions.pop_front() {
            self.world.request(node, Request::Paper(paper::Request::Revise(revision)), out);
        }
    }

    fn finish(&mut self, script: &Script) {
        if self.ended.is_none() {
            let full = self.is_full();
            let end = if full { self.now() } else { script.end.max(self.now()) };
            if !full {
                // Nothing is due before the end, so nothing is skipped.
                self.world.wait(end.min(self.world.due().unwrap_or(end)));
            }
            self.ended = Some(end);
            let (by_work, events) = (self.work >= WORK_MAX, self.world.seq());
            self.truncated = full.then_some(Truncation { by_work, events, at: end });
            self.look(script, end, self.world.seq());
        }
    }

    /// Lets everything that watches read the events from a place on.
    fn read(&mut self, script: &Script, out: &mut Vec<Event<Process>>, first: usize) {
        let (mut at, mut cascade) = (first, 0);
        while at < out.len() {
            self.read_one(script, out, &mut at, &mut cascade);
        }
    }

    /// Lets everything that watches read the event at a place. Statements that it sets off add events;
    /// `cascade` counts them.
    pub(super) fn read_one(
        &mut self,
        script: &Script,
        out: &mut Vec<Event<Process>>,
        at: &mut usize,
        cascade: &mut u32,
    ) {
        let event = &out[*at];
        *at += 1;
        let (node, seq, now) = (event.node, event.seq, event.at);
        let actor = self.nodes.get(node).map(|actor| actor.cluster);
        let before = self.measures.changes();
        let mut broken = false;
        if let Some(cluster) = actor {
            self.measures.read(cluster, event);
            broken |= self.watch(script, cluster, event);
            let unnoted = is_mapped(script, cluster)
                && matches!(
                    event.kind,
                    Kind::Fault(Fault::Unsynced { .. } | Fault::Torn { .. } | Fault::Corrupted)
                );
            if unnoted
                && let Some(measures) = self.measures.cluster_mut(cluster)
                && let Some(durable) = self.world.durable(node)
            {
                measures.common.ledger.resync(node, durable.ring.disk.shelf.iter(), now);
            }
        }
        let mut stop = false;
        match &event.kind {
            Kind::Noted(Note::Script(ScriptNote::Said(text))) => {
                self.caption = Some((now, text.clone()));
            }
            Kind::Noted(Note::Script(ScriptNote::Stopped)) => stop = true,
            Kind::Fault(fault) if *fault != Fault::Started => self.judge.fault(now),
            _ => {}
        }
        let mut fired = self.triggered(script, event.at, happening(event));
        if broken {
            fired.extend(self.triggered(script, event.at, Some(("broken", node))));
        }
        if self.measures.changes() != before {
            self.look(script, now, seq);
        }
        if stop {
            self.ended = Some(now);
            self.look(script, now, seq);
        }
        for mut pending in fired {
            *cascade += 1;
            if pending.at <= now && *cascade > CASCADE_MAX {
                // Statements that set each other off go on, but not all in one moment.
                pending.at = now + Span::millis(1);
            }
            if pending.at > now {
                let place = self.delayed.partition_point(|other| *other <= pending);
                self.delayed.insert(place, pending);
            } else if let Some(statement) = script.triggered(pending.trigger) {
                perform(self, script, &statement.what, out);
            }
        }
    }

    /// Lets the judge look at how things stand.
    fn look(&mut self, script: &Script, now: Time, seq: u32) {
        let (measures, laws, nodes) = (&self.measures, &self.laws[..], &self.nodes);
        let world = &self.world;
        self.judge
            .look(Source { measures, laws, nodes, world, scenario: &script.scenario, now }, seq);
    }

    /// Lets the laws of a cluster's log read an event; true if one was broken by it.
    fn watch(&mut self, script: &Script, cluster: usize, event: &Event<Process>) -> bool {
        let Some(laws) = self.laws.get_mut(cluster) else { return false };
        let (before, committed) = (laws.count(), laws.committed());
        match &event.kind {
            Kind::Noted(Note::Replicated(replicated::Note::Raft(note))) => {
                laws.read(event.at, event.seq, event.node, note);
            }
            Kind::Fault(Fault::Started) => laws.started(event.node),
            Kind::Fault(Fault::Wiped) => laws.wiped(event.node),
            _ => {}
        }
        if is_raft(script, cluster) {
            let grown = laws.committed() > committed;
            raft::disks::watch(self, cluster, event, grown);
        }
        self.laws.get(cluster).is_some_and(|laws| laws.count() != before)
    }

    /// What the triggers have left in this run: the delayed statements, and those set off so far.
    #[must_use]
    pub fn pending(&self) -> (&[Pending], &[u32]) {
        (&self.delayed, &self.fired)
    }

    /// Whether a statement that waits for an event has been set off.
    #[must_use]
    pub fn has_fired(&self, script: &Script, statement: u32) -> bool {
        let trigger = script.triggers.iter().position(|number| *number == statement);
        trigger.is_some_and(|trigger| self.fired.contains(&(trigger as u32)))
    }

    /// The triggers that an event sets off.
    fn triggered(
        &mut self,
        script: &Script,
        at: Time,
        happened: Option<(&'static str, NodeId)>,
    ) -> Vec<Pending> {
        let mut fired = Vec::new();
        if script.triggers.is_empty() {
            return fired;
        }
        let Some((word, about)) = happened else { return fired };
        for (trigger, number) in (0..).zip(&script.triggers) {
            let Some(statement) = script.statement(*number) else { continue };
            let When::On { node, event: wanted, again, delay } = &statement.when else { continue };
            let fits = wanted == word
                && node.as_ref().is_none_or(|name| self.nodes.meant(name).contains(&about));
            if fits && (*again || !self.fired.contains(&trigger)) {
                if !self.fired.contains(&trigger) {
                    self.fired.push(trigger);
                }
                // A storm of events may not set off a storm of statements without end.
                if self.delayed.len() < REPEATS_MAX {
                    fired.push(Pending { at: at + *delay, trigger });
                }
            }
        }
        fired
    }

    /// Shows a caption.
    pub(super) fn say(&mut self, text: &str, out: &mut Vec<Event<Process>>) {
        self.world.note(NodeId::WORLD, ScriptNote::Said(text.into()).into(), out);
    }

    /// Ends the run here.
    pub(super) fn stop(&mut self, out: &mut Vec<Event<Process>>) {
        self.world.note(NodeId::WORLD, ScriptNote::Stopped.into(), out);
    }
}

/// True if a cluster keeps a replicated log.
fn is_raft(script: &Script, cluster: usize) -> bool {
    let spec = script.scenario.clusters.get(cluster);
    spec.is_some_and(|spec| matches!(spec.kind, crate::scenario::Kind::Raft(_)))
}

/// True if the disks of a cluster hold items by a map.
fn is_mapped(script: &Script, cluster: usize) -> bool {
    let spec = script.scenario.clusters.get(cluster);
    spec.is_none_or(|spec| spec.kind.is_mapped() || spec.kind.is_survey())
}
