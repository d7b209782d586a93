//! What a scenario says, once it is understood.

use super::nemesis::NemesisSpec;
use super::table::TableSpec;
use crate::base::{Span, Spread, Time};
use crate::client;
use crate::client::Op;
use crate::client::workload::Choice;
use crate::placement::prune::Condition;
use crate::sim::{Change, Meddling, WorkChange};
pub use crate::tenant::ClusterSpec;
use crate::tenant::Forgery;
use crate::tenant::{Bug, Own, Way};
use crate::text::Entry;
use alloc::string::String;
use alloc::vec::Vec;

/// A scenario, as far as it was understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scenario {
    /// Its title.
    pub title: String,
    /// What it shows, in a line.
    pub summary: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// The seed of all chance in it.
    pub seed: u64,
    /// When it ends, if it says so.
    pub end: Option<Time>,
    /// All that have nodes, its parties, by number; see [`Scenario::add`].
    pub clusters: Vec<ClusterSpec>,
    /// Where nodes stand.
    pub sites: Vec<SiteSpec>,
    /// Tables whose columns are weighed on paper.
    pub tables: Vec<TableSpec>,
    /// Names for sets of nodes.
    pub groups: Vec<(String, Vec<String>)>,
    /// Mistakes switched on.
    pub bugs: Vec<Bug>,
    /// What is there at the start.
    pub loads: Vec<LoadSpec>,
    /// What is the case or happens, in the order of the text.
    pub statements: Vec<Statement>,
    /// What must come of it.
    pub expectations: Vec<Expectation>,
    pub(super) printed: Vec<String>,
}

impl Scenario {
    /// Adds a party: behind all others, but those that hold keys stand before those that hold none. Nodes are
    /// numbered in this order, so the hash of a trace depends on it.
    pub fn add(&mut self, spec: ClusterSpec) {
        let at = match spec.kind.holds_keys() {
            true => self.stores().count(),
            false => self.clusters.len(),
        };
        self.clusters.insert(at, spec);
    }

    /// The names of all that have nodes, by number.
    pub fn parties(&self) -> impl Iterator<Item = &str> {
        self.clusters.iter().map(|cluster| cluster.name.as_str())
    }

    /// The party of that number.
    #[must_use]
    pub fn party(&self, party: usize) -> Option<&ClusterSpec> {
        self.clusters.get(party)
    }

    /// The parties that hold keys, which have the first numbers.
    pub fn stores(&self) -> impl Iterator<Item = &ClusterSpec> {
        self.clusters.iter().filter(|cluster| cluster.kind.holds_keys())
    }

    /// True if there is a law of that name for the party of that number: one of its own kind, or of its
    /// clients if it has any.
    #[must_use]
    pub fn has_law(&self, party: usize, word: &str) -> bool {
        let Some(kind) = self.party(party).map(|spec| &spec.kind) else { return false };
        is_of(kind.laws(), word) || kind.has_clients() && is_of(client::words::LAWS, word)
    }

    /// The same of a measure.
    #[must_use]
    pub fn has_metric(&self, party: usize, word: &str) -> bool {
        let Some(kind) = self.party(party).map(|spec| &spec.kind) else { return false };
        is_of(kind.metrics(), word) || kind.has_clients() && is_of(client::words::METRICS, word)
    }

    /// The names of nodes that a name stands for: the members of a group, or who stands in a rack or a region
    /// of that name; otherwise the name itself.
    #[must_use]
    pub fn stand_for<'s>(&'s self, name: &'s str) -> Vec<&'s str> {
        if let Some((_, members)) = self.groups.iter().find(|(group, _)| group == name) {
            return members.iter().map(String::as_str).collect();
        }
        let there = self.sites.iter().filter(|site| site.name == name);
        let mut nodes: Vec<&str> = Vec::new();
        for node in there.flat_map(|site| &site.nodes) {
            if !nodes.contains(&node.as_str()) {
                nodes.push(node);
            }
        }
        if nodes.is_empty() { Vec::from([name]) } else { nodes }
    }

    /// True if a name is that of a group, a rack or a region.
    #[must_use]
    pub fn is_set(&self, name: &str) -> bool {
        self.groups.iter().any(|(group, _)| group == name)
            || self.sites.iter().any(|site| site.name == name)
    }

    /// A line that expects something of what runs here, for one who expects nothing yet; nothing if nothing
    /// runs.
    #[must_use]
    pub fn claim(&self) -> Option<&'static str> {
        self.party(0).map(|spec| spec.kind.claim())
    }
}

fn is_of(words: &[Entry], word: &str) -> bool {
    words.iter().any(|(known, _)| *known == word)
}

/// Where nodes stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteSpec {
    /// In a region, not in a rack.
    pub region: bool,
    /// How the place is called.
    pub name: String,
    /// Who stands there.
    pub nodes: Vec<String>,
}

/// Where keys come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadSource {
    /// A text with places that are filled in.
    Pattern(String),
    /// These very keys.
    These(Vec<String>),
    /// A file that is kept elsewhere.
    File {
        /// Its name.
        name: String,
        /// Which column: its number from one, or its name in the first line.
        column: String,
    },
}

/// Keys that are there at the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadSpec {
    /// For which cluster; all if `None`.
    pub cluster: Option<String>,
    /// How many keys.
    pub count: u32,
    /// Where they come from.
    pub source: LoadSource,
    /// The size of a value.
    pub value_bytes: u32,
}

/// Generated work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrafficSpec {
    /// Its name.
    pub name: String,
    /// For which cluster; all if `None`.
    pub cluster: Option<String>,
    /// Operations a second, in millionths, of all clients together.
    pub rate: u64,
    /// Reads, of a million.
    pub gets: u32,
    /// Writes, of a million.
    pub puts: u32,
    /// Appends, of a million.
    pub appends: u32,
    /// Compare-and-swaps, of a million; the rest deletes.
    pub swaps: u32,
    /// Which keys.
    pub choice: Choice,
    /// Of how many keys; as many as were loaded if `None`.
    pub count: Option<u32>,
    /// How many clients.
    pub clients: u32,
    /// The size of a written value, if the text states one.
    pub value_bytes: Option<u32>,
}

/// When a statement holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// From the start.
    Start,
    /// At a time.
    At(Time),
    /// Again and again.
    Every {
        /// How long between.
        every: Span,
        /// From when on.
        from: Time,
        /// Until when; to the end if `None`.
        until: Option<Time>,
    },
    /// When something happens.
    On {
        /// To which node; to any if `None`.
        node: Option<String>,
        /// The word for what happens.
        event: String,
        /// Every time, not only the first.
        again: bool,
        /// How long after it.
        delay: Span,
    },
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its place in the text.
    pub span: (u32, u32),
    /// Its line, from one.
    pub line: u32,
    /// When.
    pub when: When,
    /// What.
    pub what: Command,
}

/// What can be the case, or happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Turn nodes off without a word.
    Crash(Vec<String>),
    /// Turn nodes on.
    Restart(Vec<String>),
    /// Let nodes stand still.
    Pause(Vec<String>),
    /// Let nodes go on.
    Resume(Vec<String>),
    /// Turn nodes off and empty their disks.
    Wipe(Vec<String>),
    /// Damage something on disks.
    Corrupt(Vec<String>),
    /// Let the next crash tear the write under way.
    Tear(Vec<String>),
    /// Move clocks, in microseconds.
    Skew(Vec<String>, i64),
    /// Let clocks run at another rate, in millionths.
    Drift(Vec<String>, i32),
    /// Let disks behave differently.
    Disk(Vec<String>, DiskChange),
    /// Let work on nodes cost time, or their cards have a limit.
    Node(Vec<String>, WorkChange),
    /// Cut the network between two sides; an empty side is "all others".
    Cut {
        /// One side.
        left: Vec<String>,
        /// The other.
        right: Vec<String>,
        /// Only from left to right.
        one_way: bool,
    },
    /// Mend every cut.
    Heal,
    /// Let links behave differently; an empty side is "all others", two empty ones all links.
    Link {
        /// Where they begin.
        from: Vec<String>,
        /// Where they end.
        to: Vec<String>,
        /// Both ways.
        both: bool,
        /// What is different.
        change: Change,
    },
    /// Meddle with a flight.
    Meddle {
        /// From which node.
        from: String,
        /// To which node.
        to: String,
        /// Which one on its link, soonest first, from one.
        number: u32,
        /// What to do.
        meddling: Meddling,
    },
    /// Change what a flight says, as no network would.
    Forge {
        /// From which node.
        from: String,
        /// To which node.
        to: String,
        /// Which one on its link, soonest first, from one.
        number: u32,
        /// What to change.
        forgery: Forgery,
    },
    /// Let nodes join, with this weight in hundredths.
    Join(Vec<String>, u32),
    /// Let nodes hand over and go.
    Leave(Vec<String>),
    /// Give nodes another weight, in hundredths.
    Weight(Vec<String>, u32),
    /// Cut a range of a cluster at a key.
    Split(Subject, String),
    /// Join the range of a cluster that begins at a key to the one before it.
    Merge(Subject, String),
    /// Lay what a key belongs to on a node.
    Move(Subject, String, String),
    /// Say which partitions a question reads.
    Explain(Subject, Vec<Condition>),
    /// Let a client read.
    Get(String, String),
    /// Let a client write.
    Put(String, String, String),
    /// Let a client delete.
    Delete(String, String),
    /// Let a client do this, all of it or nothing, and in this way.
    Operate(String, Vec<Op>, Option<Way>),
    /// Let a replicated store have these voters and learners.
    Members(Subject, Vec<String>, Vec<String>),
    /// Let the leader hand over to that node.
    Transfer(Subject, String),
    /// Let nodes stand for election.
    Campaign(Vec<String>),
    /// Let nodes compact their logs into snapshots.
    Compact(Vec<String>),
    /// Let nodes join as learners.
    Learn(Vec<String>),
    /// Let nodes of one kind of cluster do what only they understand; the one that speaks for all of a
    /// cluster if none is named.
    Own(Subject, Vec<String>, Own),
    /// Let clients work.
    Traffic(TrafficSpec),
    /// Let the clients of that name stop.
    Quiet(String),
    /// Let faults happen that the seed draws.
    Nemesis(NemesisSpec),
    /// Show a caption.
    Say(String),
    /// End the run.
    Stop,
}

/// What is different about a disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskChange {
    /// How long a write takes.
    pub write: Option<Spread>,
    /// How long a sync takes.
    pub sync: Option<Spread>,
    /// How many syncs run at once.
    pub depth: Option<u32>,
    /// Whether one sync covers all that was written before it began.
    pub grouped: Option<bool>,
    /// Bytes a second; 0 for no limit.
    pub bandwidth: Option<u64>,
    /// How late a lying disk makes things safe; `Some(None)` for an honest one.
    pub lie: Option<Option<Span>>,
    /// Bytes that fit on it; `Some(None)` for no limit.
    pub size: Option<Option<u64>>,
    /// Writes that fail with an error, in a million.
    pub fails: Option<u32>,
}

/// Something that must come of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// Its place in the text.
    pub span: (u32, u32),
    /// As it stands in the text.
    pub text: String,
    /// It must not be so.
    pub negated: bool,
    /// When it must be so.
    pub mood: Mood,
    /// What must be so.
    pub claim: Claim,
}

/// When an expectation must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// At the end.
    AtEnd,
    /// At every moment.
    Always,
    /// At some moment.
    Sometimes,
    /// From some moment on, to the end; no later than so long after the last fault, if it says so.
    Eventually(Option<Span>),
}

/// What is claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// A law by name.
    Law(String, Subject),
    /// A number stands so to another.
    Measure {
        /// Which number.
        metric: MetricName,
        /// How.
        comparison: Comparison,
        /// To what.
        expected: Expected,
    },
}

/// Of which cluster or node a number is; of all clusters if `None`.
pub type Subject = Option<String>;

/// A number by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricName {
    /// Its word.
    pub word: String,
    /// Of what.
    pub of: Subject,
}

/// How two numbers stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Less.
    Less,
    /// Less or the same.
    AtMost,
    /// The same.
    Equal,
    /// Not the same.
    Differs,
    /// More or the same.
    AtLeast,
    /// More.
    More,
    /// Within a range.
    Within,
}

/// What a number is compared to, in millionths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A number.
    Number(i64),
    /// A range, both ends included.
    Range(i64, i64),
    /// Another number of the run.
    Metric(MetricName),
}
