//! What surveys have before they begin: their keys, and where each of them places those at the start.
//!
//! A million keys take a moment to be written down and to be placed, so a key_cache is filled in steps that
//! a screen can do between frames, and what an edit of the text leaves as it was is taken over.

use super::build::start_weight;
use super::source::{Files, Gathering, loads_of};
use crate::placement::Strategy;
use crate::placement::keys::KeySet;
use crate::placement::placing::{Given, Placing, Start};
use crate::scenario::{LoadSource, LoadSpec, Scenario};
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// So much work is done at once; a text with more is filled in steps.
const AT_ONCE: u64 = 1_200_000;
/// What it takes to write a key down.
const GATHER: u64 = 8;

/// The nodes of a survey at its start: their names and their weights in hundredths.
pub type Nodes = Vec<(Arc<str>, u32)>;

/// Keys and first placings.
#[derive(Clone, Debug, Default)]
pub struct KeyCache {
    files: Arc<Files>,
    full: bool,
    sets: Vec<(Vec<LoadSpec>, Arc<KeySet>)>,
    starts: Vec<(Strategy, Nodes, Arc<KeySet>, Arc<Start>)>,
}

impl KeyCache {
    /// All that a scenario needs, taken over from another key_cache where that has it.
    #[must_use]
    pub fn full(scenario: &Scenario, files: &Arc<Files>, other: &Self) -> Self {
        let mut filling = Filling::new(scenario, files, other);
        while !filling.step(scenario, u64::MAX) {}
        filling.key_cache
    }

    /// True unless it waits to be filled.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.full
    }

    fn keys(&self, loads: &[&LoadSpec]) -> Option<Arc<KeySet>> {
        let fits = |set: &&(Vec<LoadSpec>, _)| set.0.iter().eq(loads.iter().copied());
        self.sets.iter().find(fits).map(|(_, keys)| keys.clone())
    }

    fn start(&self, strategy: &Strategy, nodes: &Nodes, keys: &Arc<KeySet>) -> Option<Arc<Start>> {
        let fits = |one: &&(Strategy, Nodes, Arc<KeySet>, _)| {
            one.0 == *strategy && one.1 == *nodes && Arc::ptr_eq(&one.2, keys)
        };
        self.starts.iter().find(fits).map(|(.., start)| start.clone())
    }

    /// What the survey of that place begins with; as if there were no keys, if they are not there yet.
    #[must_use]
    pub fn survey(&self, scenario: &Scenario, cluster: usize) -> Given {
        let spec = &scenario.clusters[cluster];
        let nodes = nodes(scenario, cluster);
        let keys = self.keys(&loads_of(scenario, &spec.name)).unwrap_or_default();
        let start = self.start(&spec.head.strategy, &nodes, &keys);
        let make = || Arc::new(Start::of(&spec.head.strategy, &nodes, &keys));
        let start = start.unwrap_or_else(make);
        Given { nodes, keys, start }
    }
}

fn nodes(scenario: &Scenario, cluster: usize) -> Nodes {
    let names = (1..=scenario.clusters[cluster].head.nodes).map(|number| format!("n{number}"));
    names.map(|name| (name.as_str().into(), start_weight(scenario, cluster, &name))).collect()
}

pub(super) fn surveys(scenario: &Scenario) -> impl Iterator<Item = usize> {
    let clusters = scenario.clusters.iter().enumerate();
    clusters.filter(|(_, spec)| spec.kind.is_surveyed()).map(|(at, _)| at)
}

/// About how many keys a load brings.
fn guess(load: &LoadSpec, files: &Files) -> u64 {
    match &load.source {
        LoadSource::Pattern(_) => u64::from(load.count),
        LoadSource::These(keys) => keys.len() as u64,
        // A line of a table has a dozen letters or more.
        LoadSource::File { name, .. } => files.get(name).map_or(0, |file| file.len() as u64 / 12),
    }
}

/// How far a key_cache is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How much work is done.
    pub done: u64,
    /// About how much there is.
    pub all: u64,
    /// Surveys whose keys are placed.
    pub surveys: usize,
}

/// A key_cache while it is filled.
#[derive(Clone, Debug)]
pub struct Filling {
    key_cache: KeyCache,
    other: KeyCache,
    gathering: Gathering,
    /// The survey that is seen to, and how many are done.
    survey: usize,
    /// The keys of that survey on their way to their places.
    placing: Option<Placing>,
    /// Work done so far, and about how much there is.
    done: u64,
    all: u64,
}

impl Filling {
    /// An empty key_cache to be filled.
    #[must_use]
    pub fn new(scenario: &Scenario, files: &Arc<Files>, other: &KeyCache) -> Self {
        // Keys of another file of the same name are other keys.
        let other =
            if Arc::ptr_eq(files, &other.files) { other.clone() } else { KeyCache::default() };
        let mut filling = Self {
            key_cache: KeyCache { files: files.clone(), ..KeyCache::default() },
            other,
            gathering: Gathering::default(),
            survey: 0,
            placing: None,
            done: 0,
            all: 0,
        };
        let mut seen: Vec<Vec<&LoadSpec>> = Vec::new();
        for cluster in surveys(scenario) {
            let loads = loads_of(scenario, &scenario.clusters[cluster].name);
            let keys: u64 = loads.iter().map(|load| guess(load, files)).sum();
            let known = filling.other.keys(&loads);
            let placed = known.as_ref().and_then(|keys| {
                let nodes = nodes(scenario, cluster);
                filling.other.start(&scenario.clusters[cluster].head.strategy, &nodes, keys)
            });
            if known.is_none() && !seen.contains(&loads) {
                filling.all += GATHER * keys;
                seen.push(loads);
            }
            if placed.is_none() {
                let spec = &scenario.clusters[cluster];
                filling.all += spec.head.strategy.work(u64::from(spec.head.nodes)).first(keys);
            }
        }
        filling
    }

    /// True if it takes so long that it should be done in steps.
    #[must_use]
    pub fn is_long(&self) -> bool {
        self.all > AT_ONCE
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        // What is guessed too low is not done before it is.
        let done = self.done.min(self.all.saturating_sub(1));
        Progress { done, all: self.all, surveys: self.survey }
    }

    /// The key_cache as far as it is filled.
    #[must_use]
    pub fn into_stock(self) -> KeyCache {
        self.key_cache
    }

    /// Gathers keys or places them until so much work is done, or a little more; true once all is done.
    pub fn step(&mut self, scenario: &Scenario, most: u64) -> bool {
        let Some(cluster) = surveys(scenario).nth(self.survey) else {
            self.key_cache.full = true;
            return true;
        };
        let spec = &scenario.clusters[cluster];
        let loads = loads_of(scenario, &spec.name);
        let Some(keys) = self.key_cache.keys(&loads) else {
            let files = self.key_cache.files.clone();
            let known = self.other.keys(&loads);
            let count = usize::try_from(most / GATHER).unwrap_or(usize::MAX).max(1);
            let before = self.gathering.count();
            let set = known.or_else(|| self.gathering.more(&loads, &files, count).map(Arc::new));
            match set {
                Some(set) => {
                    self.done += GATHER * (set.len() - before.min(set.len())) as u64;
                    self.gathering = Gathering::default();
                    self.key_cache.sets.push((loads.into_iter().cloned().collect(), set));
                }
                None => self.done += GATHER * (self.gathering.count() - before) as u64,
            }
            return false;
        };
        let nodes = nodes(scenario, cluster);
        let known = self.other.start(&spec.head.strategy, &nodes, &keys);
        let start = match known {
            Some(start) => start,
            None => {
                let first = || Placing::first(&spec.head.strategy, &nodes, &keys);
                let placing = self.placing.get_or_insert_with(first);
                let mut left = most;
                let placed = placing.step(&mut left);
                self.done = self.done.saturating_add(most - left);
                if !placed {
                    return false;
                }
                let Some(placing) = self.placing.take() else { return false };
                Arc::new(Start::placed(placing))
            }
        };
        self.key_cache.starts.push((spec.head.strategy.clone(), nodes, keys, start));
        self.survey += 1;
        false
    }
}
