//! The known part of a run: its trace, its marks, and checkpoints to come back to.

use super::describe::{cut_text, fact, happening};
use super::fact::{Lane, Lanes, MarkFact, OperationBar};
use super::raft::reign::Reigns;
use super::run::{Run, Script};
use crate::base::{NodeId, Time};
use crate::cluster::survey::Revision;
use crate::cluster::{Note, Server};
use crate::raft::{Note as Log, Role};
use crate::sim::{Event, Fault, Kind, Trace};
use alloc::vec::Vec;

/// What is known of a run.
#[derive(Clone, Debug)]
pub struct Timeline {
    trace: Trace<Server>,
    front: Run,
    checkpoints: Vec<Run>,
    spacing: u32,
    marks: Marks,
    events: Vec<Event<Server>>,
    /// How many keys surveys have placed.
    placed: u64,
}

/// Marks for the lanes, each with the number of its event.
#[derive(Clone, Debug, Default)]
struct Marks {
    /// Nodes that have been turned on, with the numbers of the events.
    started: Vec<(NodeId, u32)>,
    faults: Vec<MarkFact>,
    notes: Vec<MarkFact>,
    captions: Vec<MarkFact>,
    reigns: Reigns,
}

/// Between two checkpoints lie at first so many events; later more, so that there are not too many.
const SPACING: u32 = 4_096;
const CHECKPOINTS_MAX: usize = 48;
/// So many keys are placed in the time of an event; a change that places more than so many is heavy.
const KEYS_AN_EVENT: u64 = 64;
const HEAVY: u64 = 50_000;
/// A lane has at most so many marks; more could not be told apart.
const MARKS_MAX: usize = 4_000;

impl Timeline {
    /// The start of a run.
    #[must_use]
    pub fn new(script: &Script) -> Self {
        let mut events = Vec::new();
        let front = Run::new(script, &mut events);
        let mut timeline = Self {
            trace: Trace::default(),
            checkpoints: alloc::vec![front.clone()],
            front,
            spacing: SPACING,
            marks: Marks::default(),
            events,
            placed: 0,
        };
        timeline.record();
        timeline
    }

    /// The furthest moment known.
    #[must_use]
    pub fn front(&self) -> &Run {
        &self.front
    }

    /// Everything that is known to happen.
    #[must_use]
    pub fn trace(&self) -> &Trace<Server> {
        &self.trace
    }

    /// Learns about so many further events; true once the run has ended. Keys that surveys place
    /// count as events, by the time that they take.
    pub fn extend(&mut self, script: &Script, most: u32) -> bool {
        let first = u64::from(self.front.world.seq());
        let goal = first + u64::from(most) + self.placed / KEYS_AN_EVENT;
        let is_there = |timeline: &Self| {
            u64::from(timeline.front.world.seq()) + timeline.placed / KEYS_AN_EVENT >= goal
        };
        while self.front.ended.is_none() && !is_there(self) {
            self.extend_by_one(script);
        }
        self.front.ended.is_some()
    }

    /// Learns what happens up to and including a moment; false if surveys would have to place more
    /// keys than so many.
    pub fn extend_to(&mut self, script: &Script, moment: Time, most: u64) -> bool {
        let goal = self.placed.saturating_add(most);
        while self.front.due(script).is_some_and(|due| due <= moment) {
            if self.placed >= goal {
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
        let last = self.checkpoints.last().map_or(0, |run| run.world.seq());
        let before = self.placed;
        let running = self.front.step(script, &mut self.events);
        self.record();
        // What took long need not be done again for the view.
        let heavy = self.placed - before >= HEAVY && self.checkpoints.len() < CHECKPOINTS_MAX / 2;
        if heavy || self.front.world.seq() >= last + self.spacing {
            self.checkpoints.push(self.front.clone());
            if self.checkpoints.len() > CHECKPOINTS_MAX {
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
            if let Kind::Noted(Note::Surveyed(finding)) = &event.kind {
                self.placed += u64::from(finding.keys);
            }
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
        for measures in self.front.measures.clusters() {
            for (bar, stretch) in operations.iter_mut().zip(measures.series.stretches()) {
                bar.good += stretch.good;
                bar.bad += stretch.bad;
            }
        }
        Lanes {
            faults: self.marks.faults.clone(),
            notes: self.marks.notes.clone(),
            captions: self.marks.captions.clone(),
            terms: self.marks.reigns.terms(&self.front.cast),
            operations,
            verdicts: Vec::new(),
        }
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
    fn read(&mut self, event: &Event<Server>, run: &Run) {
        let fell = self.reigns.read(event, &run.cast);
        let quiet = match &event.kind {
            // How the world is at the start is no fault of it.
            Kind::Fault(Fault::Network | Fault::Disk) => event.at == Time::ZERO,
            // Who comes for the first time joins, and that is a note.
            Kind::Fault(Fault::Started) => self.is_first(event.node, event.seq),
            Kind::Fault(_) | Kind::Noted(Note::Said(_) | Note::Stopped | Note::Waits { .. }) => {
                false
            }
            Kind::Noted(Note::Streaming { .. }) => true,
            Kind::Noted(Note::Answered { .. }) => true,
            Kind::Noted(Note::Surveyed(finding)) => finding.revision == Revision::Start,
            Kind::Noted(Note::Explained { .. }) => false,
            // That somebody follows is the usual, unless it led until now.
            Kind::Noted(Note::Raft(Log::Became { role: Role::Follower, .. })) => !fell,
            Kind::Noted(Note::Raft(Log::Transferring { .. }) | Note::Refused(_)) => false,
            Kind::Noted(_) => happening(event).is_none(),
            _ => true,
        };
        if quiet {
            return;
        }
        let fact = fact(event, &run.cast);
        let text = match fact.lane {
            Lane::Fault if event.node != NodeId::WORLD => {
                alloc::format!("{} {}", fact.place, fact.text)
            }
            // The event has only a number; who is cut off stands in the network.
            Lane::Fault => match &event.kind {
                Kind::Fault(Fault::Cut { number }) => {
                    let cut = run.world.network().cuts().get(*number as usize);
                    cut.map_or(fact.text, |cut| cut_text(cut, &run.cast))
                }
                _ => fact.text,
            },
            // Of several surveys each has its own numbers; what happened is the same.
            Lane::Note if fact.kind == "surveyed" => {
                fact.text.split(':').next().map(alloc::string::String::from).unwrap_or_default()
            }
            // Many nodes say such things: a mark has to tell which.
            _ if matches!(
                event.kind,
                Kind::Noted(Note::Raft(_) | Note::Trouble(_) | Note::Refused(_))
            ) =>
            {
                let no_more = if fell { "leads no more: " } else { "" };
                alloc::format!("{} {no_more}{}", fact.place, fact.text)
            }
            Lane::Note | Lane::Operation | Lane::Wire => fact.text,
        };
        let mark = MarkFact { at: fact.at, seq: Some(fact.seq), text };
        let lane = match (&event.kind, fact.lane) {
            (Kind::Noted(Note::Said(_)), _) => &mut self.captions,
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
        for lane in [&mut self.faults, &mut self.notes, &mut self.captions] {
            lane.retain(|mark| mark.seq.is_some_and(|seq| seq < len));
        }
        self.reigns.forget(len);
    }
}
