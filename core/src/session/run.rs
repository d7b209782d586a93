//! One run of a scenario: the world, the schedule, and everything that watches.
//!
//! A run is a plain value. A copy of it is a checkpoint, and goes on exactly as the original would.

use super::build;
use super::describe::happening;
use super::judge::Judge;
use super::number::Source;
use super::perform::perform;
use super::script::{Due, Pending, REPEATS_MAX, Script};
use crate::base::NodeTable;
use crate::base::{NodeId, Role, Span, Time};
use crate::scenario::{Command, When};
use crate::sim::trace::EVENTS_MAX;
use crate::sim::{Event, Fault, Kind, Power, World};
use crate::tenant::measures::Measures;
use crate::tenant::{Built, Laws, Note, Process, Request, ScriptNote};
use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Which time a statement was carried out. Like [`Pending`] it names no statement by its number: a run is
/// kept over an edit, and the numbers shift with every line that comes or goes above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// At the start, as so many others without a time before it.
    Start(u32),
    /// The one of that place in [`Script::schedule`].
    Scheduled(u32),
    /// When its event happened, by its place in [`Script::triggers`].
    Triggered(u32),
}

/// So many occasions are kept on which a statement changed nothing.
const IDLE_MAX: usize = 10_000;

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

/// What was said of the clocks that bear some names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockWord {
    /// The names.
    names: Arc<[String]>,
    /// By how much their wall clocks are ahead.
    skew: i64,
    /// How fast their clocks run, if that was said.
    drift: Option<i32>,
}

/// One run.
#[derive(Clone, Debug)]
pub struct Run {
    /// The world.
    pub world: World<Process>,
    /// Its nodes.
    pub nodes: NodeTable,
    /// Its clusters.
    pub built: Arc<Vec<Built>>,
    /// Its numbers.
    pub measures: Measures,
    /// What its laws watch, party by party; nothing of a party without any node.
    pub laws: Vec<Option<Laws>>,
    /// What is expected of it.
    pub judge: Judge,
    /// What was said of clocks by name so far, for nodes that enter later.
    pub clocks: Vec<ClockWord>,
    /// The caption in force, and since when.
    pub caption: Option<(Time, Arc<str>)>,
    /// Set once the run has ended.
    pub ended: Option<Time>,
    /// Set if it ended because a limit was reached: what was undecided by then stays undecided.
    pub truncated: Option<Truncation>,
    /// The occasions on which a statement changed nothing.
    idle: Vec<Occasion>,
    /// How often each trigger had its statement carried out.
    carried: Vec<u32>,
    next: usize,
    delayed: Vec<Pending>,
    /// Triggers that have been set off, by their place in [`Script::triggers`].
    fired: Vec<u32>,
    /// Requests for which machines prepare themselves, the first of them now.
    awaited: VecDeque<(NodeId, Request)>,
    work: u64,
}

impl Run {
    /// The world of a run, in which nothing is on; `session::start` lets it begin.
    #[must_use]
    pub fn new(script: &Script, out: &mut Vec<Event<Process>>) -> Self {
        let scenario = &script.scenario;
        let places = scenario.sites.iter().map(|site| (site.name.clone(), site.nodes.clone()));
        let mut run = Self {
            world: World::new(scenario.seed, build::base_links(scenario)),
            nodes: NodeTable::new(scenario.parties(), &scenario.groups, places.collect()),
            built: Arc::default(),
            measures: Measures::new(scenario.parties().count(), script.end),
            laws: Vec::new(),
            judge: Judge::new(scenario),
            clocks: Vec::new(),
            caption: None,
            ended: None,
            truncated: None,
            idle: Vec::new(),
            carried: alloc::vec![0; script.triggers.len()],
            next: 0,
            delayed: Vec::new(),
            fired: Vec::new(),
            awaited: VecDeque::new(),
            work: 0,
        };
        build::build(&mut run, script, out);
        let first = |party: usize| {
            let at = run.nodes.all().iter().position(|entry| entry.cluster == party)?;
            run.world.config(NodeId(at as u32)).map(Laws::of)
        };
        run.laws = (0..scenario.parties().count()).map(first).collect();
        let (measures, laws, nodes, world) = (&run.measures, &run.laws[..], &run.nodes, &run.world);
        run.judge.begin(Source { measures, laws, nodes, world, scenario, now: Time::ZERO });
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
        if !self.awaited.is_empty() {
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
        if !self.awaited.is_empty() {
            self.work_out(out);
            self.read(script, out, first);
            return true;
        }
        let order = self.next_order(script);
        let first_in_line = |order: &Order| self.world.due().is_none_or(|due| order.at() <= due);
        match order.filter(first_in_line) {
            Some(order) => {
                self.world.wait(order.at());
                let (statement, occasion) = match order {
                    Order::Scheduled(due) => {
                        self.next += 1;
                        let place = self.next as u32 - 1;
                        (script.statement(due.statement), Occasion::Scheduled(place))
                    }
                    Order::Delayed(pending) => {
                        self.delayed.remove(0);
                        let trigger = pending.trigger;
                        (script.triggered(trigger), Occasion::Triggered(trigger))
                    }
                };
                if let Some(statement) = statement {
                    self.carry_out(script, &statement.what, occasion, out);
                }
            }
            None => {
                self.world.step(out);
            }
        }
        self.read(script, out, first);
        true
    }

    /// Carries out a statement, and remembers whether it changed anything.
    pub(super) fn carry_out(
        &mut self,
        script: &Script,
        command: &Command,
        occasion: Occasion,
        out: &mut Vec<Event<Process>>,
    ) {
        let first = out.len();
        perform(self, script, command, out);
        if let Occasion::Triggered(trigger) = occasion
            && let Some(count) = self.carried.get_mut(trigger as usize)
        {
            *count += 1;
        }
        let heard = |event: &Event<Process>| self.world.power(event.node) != Power::Down;
        let changed = match command {
            // An order that nobody hears is no more than written down.
            Command::Campaign(_) | Command::Compact(_) => out[first..].iter().any(heard),
            // What it stands for are statements of their own.
            Command::Nemesis(_) => true,
            _ => out.len() > first || self.is_working(),
        };
        if !changed && self.idle.len() < IDLE_MAX {
            self.idle.push(occasion);
        }
    }

    /// The occasions on which a statement changed nothing.
    #[must_use]
    pub fn idle(&self) -> &[Occasion] {
        &self.idle
    }

    /// How often each statement was carried out so far, and how often it changed nothing; by its number.
    #[must_use]
    pub fn tally(&self, script: &Script) -> Vec<(u32, u32)> {
        let statements = &script.scenario.statements;
        let mut tally = alloc::vec![(0, 0); statements.len()];
        let at_start: Vec<u32> = script.at_start().map(|(number, _)| number).collect();
        let mut done = |number: Option<u32>, times: u32, idle: u32| {
            if let Some(of) = number.and_then(|number| tally.get_mut(number as usize)) {
                *of = (of.0 + times, of.1 + idle);
            }
        };
        for number in &at_start {
            done(Some(*number), 1, 0);
        }
        for due in &script.schedule[..self.next] {
            done(Some(due.statement), 1, 0);
        }
        for (trigger, times) in script.triggers.iter().zip(&self.carried) {
            done(Some(*trigger), *times, 0);
        }
        for occasion in &self.idle {
            let number = match *occasion {
                Occasion::Start(place) => at_start.get(place as usize).copied(),
                Occasion::Scheduled(place) => {
                    script.schedule.get(place as usize).map(|due| due.statement)
                }
                Occasion::Triggered(trigger) => script.triggers.get(trigger as usize).copied(),
            };
            done(number, 0, 1);
        }
        tally
    }

    /// Remembers what was said of clocks, for nodes that enter later under such a name.
    pub(super) fn set_clocks(&mut self, names: &[String], skew: i64, drift: Option<i32>) {
        let known = self.clocks.iter().position(|word| *word.names == *names);
        let mut word = match known {
            // The drift that was said last is the one that counts, so it comes last.
            Some(at) => self.clocks.remove(at),
            None => ClockWord { names: names.into(), skew: 0, drift: None },
        };
        word.skew = word.skew.saturating_add(skew);
        word.drift = drift.or(word.drift);
        match known.filter(|_| drift.is_none()) {
            Some(at) => self.clocks.insert(at, word),
            None => self.clocks.push(word),
        }
    }

    /// Sets the clocks of a node that has just entered as was said of its name.
    pub(super) fn furnish_clocks(&mut self, node: NodeId) {
        for word in &self.clocks {
            if word.names.iter().any(|name| self.nodes.means(name, node)) {
                self.world.preset_clock(node, word.skew, word.drift);
            }
        }
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

    /// True while a machine prepares itself for a request: time stands still.
    #[must_use]
    pub fn is_working(&self) -> bool {
        !self.awaited.is_empty()
    }

    /// How far the machine is that prepares itself: so much of so much.
    #[must_use]
    pub fn preparing(&self) -> Option<(usize, usize)> {
        let (node, _) = self.awaited.front()?;
        self.world.machine(*node)?.preparing()
    }

    /// Asks a machine once it has prepared itself for it, in parts, before anything else happens.
    pub(super) fn prepare(&mut self, node: NodeId, request: Request) {
        self.awaited.push_back((node, request));
    }

    /// Lets the next machine go on with what it prepares; once it is ready, it is asked.
    fn work_out(&mut self, out: &mut Vec<Event<Process>>) {
        let Some((node, request)) = self.awaited.front() else { return };
        if let Some(machine) = self.world.machine_mut(*node) {
            let mut left = WORK_AT_ONCE;
            let ready = machine.prepare(request, &mut left);
            self.work += WORK_AT_ONCE - left;
            if !ready {
                return;
            }
        }
        if let Some((node, request)) = self.awaited.pop_front() {
            self.world.request(node, request, out);
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
        let actor = self.nodes.get(node).map(|actor| (actor.cluster, actor.role));
        let before = self.measures.changes();
        let mut broken = false;
        if let Some((cluster, role)) = actor {
            if let (Kind::Delivered { from }, Role::Storage | Role::Replica) = (&event.kind, role) {
                self.measures.arrived(cluster, *from);
            }
            self.measures.read(cluster, event);
            if let Some(laws) = self.laws.get_mut(cluster).and_then(Option::as_mut) {
                broken = self.measures.watch(laws, event, (&self.world, &self.nodes, cluster));
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
                let occasion = Occasion::Triggered(pending.trigger);
                self.carry_out(script, &statement.what, occasion, out);
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
