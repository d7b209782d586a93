//! What a screen may know of keys on paper: a survey at a moment, a table of several, and where one
//! key goes by every strategy and by every product.

use super::number::{Number, Reading};
use super::run::Run;
use super::script::Script;
use crate::base::NodeId;
use crate::base::hash::{Family, Fold, md5};
use crate::placement::keys::{STRETCHES, stretch};
use crate::placement::ring::Circle;
use crate::placement::slots::{redis_slot, tag};
use crate::placement::{Placed, Placement, Spot};
use crate::tenant::Part;
use crate::tenant::paper::measure::evenness;
use crate::tenant::paper::survey::Survey;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A node of a survey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldingFact {
    /// Its name.
    pub name: String,
    /// Its number in the survey, by which points, pieces and dots mean it.
    pub node: NodeId,
    /// Its weight in hundredths.
    pub weight: u32,
    /// Keys on it.
    pub keys: u32,
    /// Its share of all places, in millionths.
    pub share: u32,
}

/// A range of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeFact {
    /// The first key that belongs to it.
    pub start: String,
    /// The node that it lies on.
    pub node: NodeId,
    /// Keys in it.
    pub keys: u32,
}

/// A key on paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DotFact {
    /// Its text.
    pub key: String,
    /// Where it lies on the circle of 2^64 places, by this strategy's own hash.
    pub position: u64,
    /// The node that it is on.
    pub node: NodeId,
    /// The node that it was on before the last change.
    pub was: NodeId,
}

/// A survey at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyFact {
    /// The name of the cluster in the text.
    pub name: String,
    /// The word of its strategy.
    pub strategy: &'static str,
    /// The nodes that are there.
    pub nodes: Vec<HoldingFact>,
    /// How many keys there are.
    pub keys: u32,
    /// How many of them the last change moved.
    pub moved: u32,
    /// How many all changes so far moved.
    pub moved_all: u64,
    /// The share that theory expects all changes so far to move, in millionths.
    pub expected_all: u64,
    /// The last change, in words.
    pub change: String,
    /// Keys that the last change moved, from a name to a name.
    pub pairs: Vec<(String, String, u32)>,
    /// Keys on the fullest node over the mean, weights allowed for.
    pub balance: Number,
    /// Deviation of the nodes' keys over their mean.
    pub spread: Number,
    /// Nodes that a query for neighbouring keys asks, in thousandths.
    pub fan_out: u32,
    /// What a router must remember, in bytes.
    pub bytes: u64,
    /// The points on the circle, by position; empty where there are none.
    pub points: Vec<(u64, NodeId)>,
    /// The node of each fixed piece; empty where there are none.
    pub pieces: Vec<NodeId>,
    /// The ranges in order; empty where there are none.
    pub ranges: Vec<RangeFact>,
    /// How many keys lie in each of 360 even stretches of the circle.
    pub density: Vec<u32>,
}

/// One row of the table of all surveys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFact {
    /// The name of the survey.
    pub name: String,
    /// The word of its strategy.
    pub strategy: &'static str,
    /// Its cells, in the order of [`COLUMNS`].
    pub cells: Vec<Number>,
}

/// The columns of the table: a heading, and what it means.
pub const COLUMNS: [(&str, &str); 6] = [
    ("balance", "keys on the fullest node over the mean"),
    ("spread", "deviation of the nodes' keys over their mean"),
    ("moved when one joins", "share of the keys that one more node would move"),
    ("moved when one leaves", "share of the keys that the first node's leaving would move"),
    ("fan-out", "nodes that a query for neighbouring keys asks"),
    ("memory", "bytes that a router must remember"),
];

/// Every strategy that places any key, as a text says it: what is compared when all are.
pub const STRATEGIES: [&str; 13] = [
    "modulo",
    "ring, 150 vnodes",
    "rendezvous",
    "skeleton",
    "jump",
    "maglev",
    "multiprobe",
    "bounded",
    "anchor",
    "slots",
    "logical",
    "range",
    "directory",
];

/// Where one key goes by one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhereFact {
    /// Whose rule: a cluster of the text, or a product.
    pub rule: String,
    /// The place of that cluster in the text.
    pub cluster: Option<usize>,
    /// Where on the circle of 2^64 places, or in which piece or range, by whichever the rule goes.
    pub place: u64,
    /// The steps from the key to its place, each with a name and a value.
    pub steps: Vec<(&'static str, String)>,
    /// The node that owns it; empty where the rule knows no nodes.
    pub owner: String,
    /// The nodes that would hold its copies.
    pub copies: Vec<String>,
}

fn survey(run: &Run, cluster: usize) -> Option<&Survey> {
    run.world.machine(run.built.get(cluster)?.desk()).and_then(Survey::machine)
}

/// The facts of a survey; nothing if the cluster is none.
#[must_use]
pub fn survey_fact(run: &Run, script: &Script, cluster: usize) -> Option<SurveyFact> {
    let survey = survey(run, cluster)?;
    let finding = survey.finding()?;
    let name = |at: u32| {
        let holding = finding.nodes.get(at as usize).map(|holding| &holding.name);
        holding.or(finding.left.as_ref()).map_or_else(String::new, ToString::to_string)
    };
    let circle = circle(survey.placed());
    let keys = survey.keys();
    // Where the strategy has a hash of its own, keys lie elsewhere than by ours.
    let mut density = keys.density().to_vec();
    density.resize(STRETCHES, 0);
    if let Some(circle) = circle.filter(|circle| *circle != Circle::Wide(Family::Xxh3)) {
        density.fill(0);
        for at in 0..keys.len() {
            density[stretch(circle.of(keys.spot(at)))] += 1;
        }
    }
    let mut ranges = Vec::new();
    if let Placed::Range(range) = survey.placed() {
        let counts = range.counts(keys);
        ranges = range
            .pieces()
            .iter()
            .zip(counts)
            .map(|(piece, keys)| RangeFact {
                start: String::from_utf8_lossy(&piece.start).into_owned(),
                node: piece.node,
                keys,
            })
            .collect();
    }
    let (balance, spread) = evenness(finding);
    let ratio = |millionths| Number { millionths, unit: Reading::Ratio };
    Some(SurveyFact {
        balance: ratio(balance),
        spread: ratio(spread),
        name: script.scenario.clusters[cluster].name.clone(),
        strategy: survey.strategy().word(),
        nodes: finding
            .nodes
            .iter()
            .zip(survey.nodes())
            .map(|(holding, (node, _))| HoldingFact {
                name: holding.name.to_string(),
                node: *node,
                weight: holding.weight,
                keys: holding.keys,
                share: holding.share,
            })
            .collect(),
        keys: finding.keys,
        moved: finding.moved,
        moved_all: finding.moved_all,
        expected_all: finding.expected_all,
        change: crate::tenant::paper::tell::finding_text(finding),
        pairs: finding
            .pairs
            .iter()
            .map(|(from, to, count)| (name(*from), name(*to), *count))
            .collect(),
        fan_out: finding.fan_out,
        bytes: finding.bytes,
        points: survey.placed().points().to_vec(),
        pieces: survey.placed().pieces().to_vec(),
        ranges,
        density,
    })
}

/// A number that differs when the facts of a survey do, and costs nothing to ask for.
#[must_use]
pub fn stamp(run: &Run, cluster: usize) -> u64 {
    let finding = survey(run, cluster).and_then(Survey::finding);
    finding.map_or(0, |finding| Fold::of(&**finding))
}

fn circle(placed: &Placed) -> Option<Circle> {
    match placed {
        Placed::Ring(ring) => Some(ring.circle()),
        Placed::Laid(laid) => Some(laid.ring().circle()),
        Placed::Preset(preset) => Some(preset.ring().circle()),
        _ => None,
    }
}

/// Up to so many keys of a survey, evenly picked, each with its node now.
#[must_use]
pub fn dots(run: &Run, cluster: usize, most: usize) -> Vec<DotFact> {
    let Some(survey) = survey(run, cluster) else { return Vec::new() };
    let (keys, circle) = (survey.keys(), circle(survey.placed()));
    let step = keys.len().div_ceil(most.max(1)).max(1);
    (0..keys.len())
        .step_by(step)
        .map(|at| DotFact {
            key: String::from_utf8_lossy(keys.key(at)).into_owned(),
            position: circle.map_or_else(|| keys.positions()[at], |c| c.of(keys.spot(at))),
            node: survey.held()[at],
            was: survey.before()[at],
        })
        .collect()
}

/// The row of one survey in the table of all; changes are tried on a copy.
#[must_use]
pub fn row(run: &Run, script: &Script, cluster: usize) -> Option<RowFact> {
    let survey = survey(run, cluster)?;
    let finding = survey.finding()?;
    let (balance, spread) = evenness(finding);
    let (joins, leaves) = survey.trials();
    let number = |millionths, unit| Number { millionths, unit };
    Some(RowFact {
        name: script.scenario.clusters[cluster].name.clone(),
        strategy: survey.strategy().word(),
        cells: alloc::vec![
            number(balance, Reading::Ratio),
            number(spread, Reading::Ratio),
            number(i64::from(joins), Reading::Share),
            number(i64::from(leaves), Reading::Share),
            number(i64::from(finding.fan_out) * 1_000, Reading::Ratio),
            number(finding.bytes as i64 * 1_000_000, Reading::Bytes),
        ],
    })
}

/// The places in the text of the clusters that are surveys.
#[must_use]
pub fn surveys(script: &Script) -> Vec<usize> {
    let clusters = script.scenario.clusters.iter().enumerate();
    clusters.filter(|(_, spec)| spec.kind.paper().is_some()).map(|(at, _)| at).collect()
}

/// Looks up at most so many keys of a survey, for whoever has a clock: how many it were, fewer if the
/// keys are very long, and the sum of the owners' numbers, so that nothing is left out.
#[must_use]
pub fn lookups(run: &Run, cluster: usize, count: usize) -> (usize, u64) {
    const BYTES: usize = 16 << 20;
    let Some(survey) = survey(run, cluster) else { return (0, 0) };
    let (keys, placed) = (survey.keys(), survey.placed());
    if keys.is_empty() {
        return (0, 0);
    }
    let (mut sum, mut bytes) = (0, 0);
    for done in 0..count {
        let spot = keys.spot(done % keys.len());
        bytes += spot.key.len();
        if bytes > BYTES {
            return (done, sum);
        }
        sum += placed.owner(spot).map_or(0, |node| u64::from(node.0));
    }
    (count, sum)
}

/// Where a key goes: in every cluster of the text, and by the rules of products.
#[must_use]
pub fn where_is(run: &Run, script: &Script, key: &str) -> Vec<WhereFact> {
    let mut facts = Vec::new();
    let spot = Spot::of(key.as_bytes());
    for (at, spec) in script.scenario.clusters.iter().enumerate() {
        let found: Option<(&Placed, Vec<String>)> = match survey(run, at) {
            Some(survey) => {
                let owners = survey.placed().owners(spot, 3);
                let names = owners.as_slice().iter().map(|node| String::from(survey.name(*node)));
                Some((survey.placed(), names.collect()))
            }
            None => super::snapshot::plan(run, at).map(|plan| {
                let owners = plan.map.owners(&crate::store::Key::new(key));
                let names = owners.as_slice().iter().map(|node| run.nodes.name(*node));
                (plan.map.placed(), names.collect())
            }),
        };
        let Some((placed, mut names)) = found else { continue };
        let owner = if names.is_empty() { String::new() } else { names.remove(0) };
        let word = spec.head.strategy.word();
        let rule = if spec.name.is_empty() { String::from(word) } else { spec.name.clone() };
        facts.push(WhereFact {
            rule,
            cluster: Some(at),
            place: place(placed, spot),
            steps: steps(placed, spot),
            owner,
            copies: names,
        });
    }
    let digest = md5(key.as_bytes());
    let [a, b, c, d, .., w, x, y, z] = digest;
    let product = |rule: &str, steps: Vec<(&'static str, String)>| WhereFact {
        rule: String::from(rule),
        cluster: None,
        place: 0,
        steps,
        owner: String::new(),
        copies: Vec::new(),
    };
    let tagged = String::from_utf8_lossy(tag(key.as_bytes())).into_owned();
    facts.push(product(
        "Redis Cluster",
        alloc::vec![("hashed part", tagged), ("slot", redis_slot(key.as_bytes()).to_string())],
    ));
    let token = Family::Cassandra.of(key.as_bytes()) as i64;
    facts.push(product("Cassandra, Murmur3", alloc::vec![("token", token.to_string())]));
    let token = crate::base::hash::random_token(key.as_bytes());
    facts.push(product("Cassandra, random", alloc::vec![("token", token.to_string())]));
    let point = u32::from_le_bytes([a, b, c, d]);
    facts.push(product("memcached, ketama", alloc::vec![("point", point.to_string())]));
    let point = u32::from_be_bytes([w, x, y, z]);
    facts.push(product("md5(key) % 2^32", alloc::vec![("point", point.to_string())]));
    facts
}

/// The place on the circle, the piece or the range that a key goes to.
fn place(placed: &Placed, spot: Spot<'_>) -> u64 {
    match placed {
        Placed::Slots(slots) => slots.slot(spot) as u64,
        Placed::Maglev(maglev) => spot.position % maglev.table().len().max(1) as u64,
        Placed::Range(range) => range.find(spot.key) as u64,
        Placed::Layered(layered) => layered.partition(spot.key) as u64,
        placed => circle(placed).map_or(spot.position, |circle| circle.of(spot)),
    }
}

/// The way from a key to its place.
fn steps(placed: &Placed, spot: Spot<'_>) -> Vec<(&'static str, String)> {
    let percent = |position: u64| {
        let thousandths = (u128::from(position) * 100_000) >> 64;
        format!("{}.{:03} %", thousandths / 1_000, thousandths % 1_000)
    };
    let mut steps = Vec::new();
    match placed {
        Placed::Ring(_) | Placed::Laid(_) | Placed::Preset(_) => {
            let position = circle(placed).map_or(spot.position, |circle| circle.of(spot));
            steps.push(("hash", format!("{position:016x}")));
            steps.push(("on the circle", percent(position)));
            let points = placed.points();
            let at = points.partition_point(|(point, _)| *point < position);
            if let Some((point, _)) = points.get(at).or(points.first()) {
                steps.push(("next point", percent(*point)));
            }
        }
        Placed::MultiProbe(probe) => {
            steps.push(("hash", format!("{:016x}", spot.position)));
            steps.push(("nearest probe", percent(probe.chosen(spot.position))));
        }
        Placed::Slots(slots) => {
            steps.push(("hashed part", String::from_utf8_lossy(tag(spot.key)).into_owned()));
            steps.push(("slot", format!("{} of {}", slots.slot(spot), slots.pieces().len())));
        }
        Placed::Maglev(maglev) => {
            let size = maglev.table().len().max(1) as u64;
            steps.push(("hash", format!("{:016x}", spot.position)));
            steps.push(("table entry", format!("{} of {size}", spot.position % size)));
        }
        Placed::Range(range) => {
            let at = range.find(spot.key);
            let start = range.pieces().get(at).map(|piece| &piece.start);
            let start = start.map_or_else(String::new, |s| String::from_utf8_lossy(s).into_owned());
            let of = range.pieces().len();
            steps.push(("range", format!("{} of {of}, from \"{start}\"", at + 1)));
        }
        Placed::Layered(layered) => {
            let partition = layered.partition(spot.key);
            steps.push(("partition", format!("{} of {}", partition + 1, layered.pieces().len())));
        }
        Placed::List(_) | Placed::Directory(_) => {
            let part = crate::placement::list::first_part(spot.key);
            steps.push(("value", String::from_utf8_lossy(part).into_owned()));
        }
        _ => steps.push(("hash", format!("{:016x}", spot.position))),
    }
    steps
}
