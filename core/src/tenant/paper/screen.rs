//! What a screen may know of keys on paper: a survey at a moment, a table of several, and where one
//! key goes by every strategy and by every product.

use super::measure::evenness;
use super::survey::Survey;
use super::tell::finding_text;
use crate::base::NodeId;
use crate::base::hash::{Family, Fold};
use crate::base::number::{Number, Reading};
use crate::placement::keys::{STRETCHES, stretch};
use crate::placement::ring::Circle;
use crate::placement::way::circle;
use crate::placement::{Placed, Placement};
use crate::tenant::Site;
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

fn survey(site: Site<'_, Survey>) -> Option<&Survey> {
    site.nodes().find_map(|node| site.machine(node))
}

/// The facts of a survey; nothing if the party is none.
#[must_use]
pub fn survey_of(site: Site<'_, Survey>) -> Option<SurveyFact> {
    let survey = survey(site)?;
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
        name: String::from(site.name()),
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
        change: finding_text(finding),
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
pub fn stamp(site: Site<'_, Survey>) -> u64 {
    let finding = survey(site).and_then(Survey::finding);
    finding.map_or(0, |finding| Fold::of(&**finding))
}

/// Up to so many keys of a survey, evenly picked, each with its node now.
#[must_use]
pub fn dots(site: Site<'_, Survey>, most: usize) -> Vec<DotFact> {
    let Some(survey) = survey(site) else { return Vec::new() };
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
pub fn row(site: Site<'_, Survey>) -> Option<RowFact> {
    let survey = survey(site)?;
    let finding = survey.finding()?;
    let (balance, spread) = evenness(finding);
    let (joins, leaves) = survey.trials();
    let number = |millionths, unit| Number { millionths, unit };
    Some(RowFact {
        name: String::from(site.name()),
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

/// Looks up at most so many keys of a survey, for a caller that has a clock: how many it were, fewer if the
/// keys are very long, and the sum of the owners' numbers, so that nothing is left out.
#[must_use]
pub fn lookups(site: Site<'_, Survey>, count: usize) -> (usize, u64) {
    const BYTES: usize = 16 << 20;
    let Some(survey) = survey(site) else { return (0, 0) };
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
