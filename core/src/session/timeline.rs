//! The known part of a run: its trace, its marks, and checkpoints to come back to.

use super::describe::{cut_text, fact};
use super::fact::{Lane, Lanes, MarkFact, OperationBar};
use super::run::Run;
use super::script::Script;
use super::start::Start;
use super::terms::Terms;
use crate::base::told::Mark;
use crate::base::{NodeId, Span, Time};
use crate::sim::{Event, Fault, Kind, Trace};
use crate::tenant::{Note, Process, ScriptNote};
use alloc::vec::Vec;

/// What is known of a run.
#[derive(Clone, Debug)]
pub struct Timeline {
    trace: Trace<Process>,
    front: Run,
    checkpoints: Vec<Run>,
    spacing: u64,
    marks: Marks,
    events: Vec<Event<Process>>,
    /// What is left to do of the start.
    starting: Option<Start>,
}

/// Marks for the lanes, each with the number of its event.
#[derive(Clone, Debug, Default)]
struct Marks {
    /// Nodes that have been turned on, with the numbers of the events.
    started: Vec<(NodeId, u32)>,
    faults: Vec<MarkFact>,
    notes: Vec<MarkFact>,
    captions: Vec<MarkFact>,
    /// Orders that somebody refused.
    refusals: Vec<MarkFact>,
    terms: Terms,
}

/// Between two checkpoints lie at first so many events, or as much work on paper; later more, so that
/// there are not too many.
const SPACING: u64 = 4_096;
const CHECKPOINTS_MAX: usize = 48;
/// After so much work on paper there are fewer: each may hold a table and the places of a million keys.
const HEAVY: u64 = 200_000_000;
const HEAVY_MAX: usize = 12;
/// A lane has at most so many marks; more could not be told apart.
const MARKS_MAX: usize = 4_000;

/// How a note is told by which a node says that it does not do what it was told to.
const REFUSED: &str = "refused";

impl Timeline {
    /// The start of a run.
    #[must_use]
    pub fn new(script: &Script) -> Self {
        let mut timeline = Self::begin(script);
        let mut work = u64::MAX;
        while !timeline.start(script, &mut work) {}
        timeline
    }

    /// The start of a run that is still to be worked out by [`Self::start`], before anything else.
    #[must_use]
    pub fn begin(script: &Script) -> Self {
        let mut events = Vec::new();
        let front = Run::new(script, &mut events);
        Self {
            trace: Trace::default(),
            checkpoints: alloc::vec![front.clone()],
            front,
            spacing: SPACING,
            marks: Marks::default(),
            events,
            starting: Some(Start::default()),
        }
    }

    /// Works on the start until so much work is done, or a little more; true once the run has begun.
    pub fn start(&mut self, script: &Script, work: &mut u64) -> bool {
        let Some(starting) = &mut self.starting else { return true };
        if !starting.step(&mut self.front, script, work, &mut self.events) {
            return false;
        }
        self.starting = None;
        self.record();
        self.checkpoints = alloc::vec![self.front.clone()];
        true
    }

    /// How much of the start is worked out; nothing once the run has begun.
    #[must_use]
    pub fn starting(&self) -> Option<u64> {
        self.starting.as_ref().map(Start::done)
    }

    /// The furthest moment known.
    #[must_use]
    pub fn front(&self) -> &Run {
        &self.front
    }

    /// Everything that is known to happen.
    #[must_use]
    pub fn trace(&self) -> &Trace<Process> {
        &self.trace
    }

    /// Learns about so many further events; true once the run has ended. Work on paper counts as
    /// events, by the time that it takes.
    pub fn extend(&mut self, script: &Script, most: u32) -> bool {
        let goal = self.front.progress() + u64::from(most);
        while self.front.ended.is_none() && self.front.progress() < goal {
            self.extend_by_one(script);
        }
        self.front.ended.is_some()
    }

    /// Learns what happens up to and including a moment; false if that is more work on paper than so
    /// much.
    pub fn extend_to(&mut self, script: &Script, moment: Time, most: u64) -> bool {
        let goal = self.front.work().saturating_add(most);
        while self.front.due(script).is_some_and(|due| due <= moment) {
            if self.front.work() >= goal {
                return false;
            }
            if !self.extend_by_one(script) {
                break;
            }
        }
        if moment >= script.end {
            while self.front.ended.is_none() {
                self.extend_by_one(script);
            }
        }
        true
    }

    fn extend_by_one(&mut self, script: &Script) -> bool {
        let last = self.checkpoints.last().map_or(0, Run::progress);
        let running = self.front.step(script, &mut self.events);
        self.record();
        if !self.front.is_working() && self.front.progress() >= last + self.spacing {
            self.checkpoints.push(self.front.clone());
            let most = if self.front.work() < HEAVY { CHECKPOINTS_MAX } else { HEAVY_MAX };
            while self.checkpoints.len() > most {
                let mut number = 0;
                self.checkpoints.retain(|_| {
                    number += 1;
                    number % 2 == 1
                });
                self.spacing *= 2;
            }
        }
        running
    }

    fn record(&mut self) {
        for event in self.events.drain(..) {
            self.marks.read(&event, &self.front);
            self.trace.push(event);
        }
    }

    /// The latest checkpoint that is not after a moment.
    #[must_use]
    pub fn checkpoint_at(&self, moment: Time) -> &Run {
        let behind = self.checkpoints.partition_point(|run| run.now() <= moment);
        &self.checkpoints[behind.saturating_sub(1)]
    }

    /// The latest checkpoint before an event.
    #[must_use]
    pub fn checkpoint_before(&self, seq: u32) -> &Run {
        let behind = self.checkpoints.partition_point(|run| run.world.seq() < seq.max(1));
        &self.checkpoints[behind.saturating_sub(1)]
    }

    /// Goes on under another script from the last checkpoint before a moment; what was known of
    /// later times is forgotten.
    pub fn rewrite(&mut self, moment: Time) {
        let kept = self.checkpoints.partition_point(|run| run.now() < moment).max(1);
        self.checkpoints.truncate(kept);
        if self.front.now() < moment && self.front.ended.is_none() {
            return;
        }
        self.front = self.checkpoints[kept - 1].clone();
        let len = self.front.world.seq();
        self.trace.truncate(len);
        self.marks.forget(len);
    }

    /// The lanes of the timeline, as far as the run is known; verdicts are not among them.
    #[must_use]
    pub fn lanes(&self) -> Lanes {
        let stretches = crate::metric::series::STRETCHES as usize;
        let mut operations = alloc::vec![OperationBar::default(); stretches];
        let mut stretch = Span::ZERO;
        for measures in self.front.measures.clusters() {
            stretch = measures.common.series.stretch();
            for (bar, stretch) in operations.iter_mut().zip(measures.common.series.stretches()) {
                bar.good += stretch.good;
                bar.bad += stretch.bad;
            }
        }
        Lanes {
            faults: self.marks.faults.clone(),
            notes: self.marks.notes.clone(),
            captions: self.marks.captions.clone(),
            terms: self.marks.terms.facts(&self.front.nodes),
            operations,
            stretch,
            verdicts: Vec::new(),
        }
    }

    /// The orders that somebody refused, and why.
    #[must_use]
    pub fn refusals(&self) -> &[MarkFact] {
        &self.marks.refusals
    }

    /// The last caption or note at or before a moment.
    #[must_use]
    pub fn last_mark(&self, moment: Time) -> Option<&MarkFact> {
        let lanes = [&self.marks.faults, &self.marks.notes, &self.marks.captions];
        let last = lanes.into_iter().filter_map(|lane| {
            let behind = lane.partition_point(|mark| mark.at <= moment);
            behind.checked_sub(1).map(|at| &lane[at])
        });
        last.max_by_key(|mark| mark.seq)
    }
}

impl Marks {
    fn read(&mut self, event: &Event<Process>, run: &Run) {
        let fell = self.terms.read(event, &run.nodes);
        let quiet = match &event.kind {
            // How the world is at the start is no fault of it.
            Kind::Fault(Fault::Network | Fault::Disk | Fault::Work) => event.at == Time::ZERO,
            // Who comes for the first time joins, and that is a note.
            Kind::Fault(Fault::Started) => self.is_first(event.node, event.seq),
            Kind::Fault(_) => false,
            Kind::Noted(note) => match note.mark() {
                Mark::Quiet => true,
                Mark::Plain | Mark::Placed | Mark::Head => false,
                Mark::IfLed => !fell,
            },
            Kind::Sent { .. }
            | Kind::Delivered { .. }
            | Kind::Lost { .. }
            | Kind::Rang(_)
            | Kind::Landed { .. }
            | Kind::Requested { .. }
            | Kind::Replied { .. } => true,
        };
        if quiet {
            return;
        }
        let fact = fact(event, &run.nodes);
        let text = match fact.lane {
            Lane::Fault if event.node != NodeId::WORLD => {
                alloc::format!("{} {}", fact.place, fact.text)
            }
            // The event has only a number; who is cut off stands in the network.
            Lane::Fault => match &event.kind {
                Kind::Fault(Fault::Cut { number }) => {
                    let network = run.world.network();
                    let cut = network.cuts().get(*number as usize);
                    let named = network.cut_names(*number);
                    cut.map_or(fact.text, |cut| cut_text(cut, named, &run.nodes))
                }
                _ => fact.text,
            },
            Lane::Note | Lane::Operation | Lane::Wire => match &event.kind {
                Kind::Noted(note) => match note.mark() {
                    Mark::Head => {
                        let head = fact.text.split(':').next();
                        head.map(alloc::string::String::from).unwrap_or_default()
                    }
                    Mark::Placed | Mark::IfLed => {
                        let no_more = if fell { "leads no more: " } else { "" };
                        alloc::format!("{} {no_more}{}", fact.place, fact.text)
                    }
                    Mark::Quiet | Mark::Plain => fact.text,
                },
                _ => fact.text,
            },
        };
        let mark = MarkFact { at: fact.at, seq: Some(fact.seq), text };
        if fact.kind == REFUSED && self.refusals.len() < MARKS_MAX {
            self.refusals.push(mark.clone());
        }
        let lane = match (&event.kind, fact.lane) {
            (Kind::Noted(Note::Script(ScriptNote::Said(_))), _) => &mut self.captions,
            (_, Lane::Fault) => &mut self.faults,
            _ => &mut self.notes,
        };
        if lane.len() < MARKS_MAX {
            lane.push(mark);
        }
    }

    /// Whether a node is turned on for the first time.
    fn is_first(&mut self, node: NodeId, seq: u32) -> bool {
        let first = !self.started.iter().any(|(other, _)| *other == node);
        if first {
            self.started.push((node, seq));
        }
        first
    }

    fn forget(&mut self, len: u32) {
        self.started.retain(|(_, seq)| *seq < len);
        let Self { faults, notes, captions, refusals, .. } = self;
        for lane in [faults, notes, captions, refusals] {
            lane.retain(|mark| mark.seq.is_some_and(|seq| seq < len));
        }
        self.terms.forget(len);
    }
}
