//! What a scenario says, made ready to run: its statements by their times, and those that wait for something.

use super::key_cache::KeyCache;
use super::source::Files;
use crate::base::{Time, order};
use crate::scenario::{Command, Scenario, Statement, When};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A statement that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// When.
    pub at: Time,
    /// Which.
    pub statement: u32,
}

/// A triggered statement whose delay has not passed yet.
///
/// It names its trigger by its place among the triggers, not by the number of its statement: a run
/// is kept over an edit only if the triggers stay as they are, while the numbers of statements shift
/// with every line that comes or goes above them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pending {
    /// When it is due.
    pub at: Time,
    /// The place of its statement in [`Script::triggers`].
    pub trigger: u32,
}

/// What a scenario says, made ready to run.
#[derive(Clone, Debug)]
pub struct Script {
    /// The scenario.
    pub scenario: Scenario,
    /// Statements with a time, in order.
    pub schedule: Vec<Due>,
    /// Statements that wait for something.
    pub triggers: Vec<u32>,
    /// When the run ends.
    pub end: Time,
    /// Files that it reads keys from.
    pub files: Arc<Files>,
    /// What its surveys begin with.
    pub key_cache: Arc<KeyCache>,
}

/// A repeated statement happens at most so often.
pub(super) const REPEATS_MAX: usize = crate::scenario::work::REPEATS_MAX as usize;
/// All repeated statements together happen at most so often.
const SCHEDULE_MAX: usize = 200_000;
/// After its last statement a run goes on for so long, if the text names no end.
const AFTERMATH: u64 = 5_000_000;
const END_LEAST: u64 = 10_000_000;

impl Script {
    /// Makes a scenario ready.
    #[must_use]
    pub fn new(scenario: Scenario, files: Arc<Files>, key_cache: KeyCache) -> Self {
        let last = scenario.statements.iter().filter_map(|statement| match &statement.when {
            When::At(at) => Some(at.0),
            When::Every { from, until, .. } => Some(until.unwrap_or(*from).0),
            When::Start | When::On { .. } => None,
        });
        let last = last.max().unwrap_or(0);
        let end = scenario.end.unwrap_or(Time(last.saturating_add(AFTERMATH).max(END_LEAST)));
        let mut schedule = Vec::new();
        let mut triggers = Vec::new();
        for (number, statement) in (0..).zip(&scenario.statements) {
            match &statement.when {
                When::Start => {}
                When::At(at) => schedule.push(Due { at: *at, statement: number }),
                When::Every { every, from, until } => {
                    let until = until.unwrap_or(end).min(end);
                    let mut at = *from;
                    for _ in 0..REPEATS_MAX {
                        if at > until || schedule.len() >= SCHEDULE_MAX {
                            break;
                        }
                        schedule.push(Due { at, statement: number });
                        at += *every;
                    }
                }
                When::On { .. } => triggers.push(number),
            }
        }
        order::sort(&mut schedule);
        Self { scenario, schedule, triggers, end, files, key_cache: Arc::new(key_cache) }
    }

    /// A statement.
    #[must_use]
    pub fn statement(&self, number: u32) -> Option<&Statement> {
        self.scenario.statements.get(number as usize)
    }

    /// The statements that are carried out at the start, in the order of the text, with their numbers. What
    /// only describes the world is none of them: that is so from the start.
    pub fn at_start(&self) -> impl Iterator<Item = (u32, &Statement)> {
        let all = (0..).zip(&self.scenario.statements);
        all.filter(|(_, it)| {
            it.when == When::Start
                && !is_ground(&it.what)
                && !matches!(it.what, Command::Weight(..))
        })
    }

    /// The statement of a trigger.
    #[must_use]
    pub fn triggered(&self, trigger: u32) -> Option<&Statement> {
        self.statement(*self.triggers.get(trigger as usize)?)
    }

    /// Until when a run of `other` is a run of this script too; nothing if it never is.
    #[must_use]
    pub fn agrees_until(&self, other: &Self) -> Option<Time> {
        let (a, b) = (&self.scenario, &other.scenario);
        let timeless =
            |statement: &&Statement| !matches!(statement.when, When::At(_) | When::Every { .. });
        let fixed = |scenario: &Scenario| {
            let kept = scenario.statements.iter().filter(timeless);
            kept.map(|statement| (statement.when.clone(), statement.what.clone()))
                .collect::<Vec<_>>()
        };
        let claims = |scenario: &Scenario| {
            let kept = scenario.expectations.iter();
            kept.map(|e| (e.negated, e.mood, e.claim.clone())).collect::<Vec<_>>()
        };
        // Numbers over time are kept in stretches of the whole run, so its end counts too.
        let same = a.seed == b.seed
            && self.end == other.end
            && a.clusters == b.clusters
            && a.tables == b.tables
            && a.groups == b.groups
            && a.sites == b.sites
            && Arc::ptr_eq(&self.files, &other.files)
            && a.bugs == b.bugs
            && a.loads == b.loads
            && fixed(a) == fixed(b)
            && claims(a) == claims(b);
        if !same {
            return None;
        }
        let what =
            |script: &'_ Self, due: &Due| script.statement(due.statement).map(|s| s.what.clone());
        for (one, two) in self.schedule.iter().zip(&other.schedule) {
            if one.at != two.at || what(self, one) != what(other, two) {
                return Some(one.at.min(two.at));
            }
        }
        let rest = self.schedule.len().min(other.schedule.len());
        let next = self.schedule.get(rest).or_else(|| other.schedule.get(rest));
        Some(next.map_or(Time::NEVER, |due| due.at))
    }
}

/// True if the statement only describes the world and is applied before anything starts.
#[must_use]
pub fn is_ground(command: &Command) -> bool {
    matches!(
        command,
        Command::Link { .. }
            | Command::Disk(..)
            | Command::Node(..)
            | Command::Skew(..)
            | Command::Drift(..)
    )
}
