//! What a failure is beyond the words of an expectation: a shorter text fails in the same way only if
//! all of this is the same.

use crate::scenario::Claim;
use crate::session::fact::{Ground, Verdict};
use crate::session::run::Run;
use crate::session::{Session, judge};
use crate::sim::{Fault, Kind, Power};
use alloc::string::String;
use alloc::vec::Vec;

/// What a failure is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Failure {
    /// On what the verdict rests.
    ground: Ground,
    /// So many events show it, of the first two: where there were some, there must be some.
    shown: usize,
    /// Whether clients had operations under way, if the expectation is about those.
    operations: bool,
    /// Whether the measured number was zero: no throughput is not a low one.
    zero: Option<bool>,
    /// Whether the claim was so at the end: what was only so for a while is another failure than what
    /// never ended.
    at_end: Option<bool>,
    /// Of a law that is made of others: those that are broken.
    parts: Vec<&'static str>,
    /// How much was away at worst.
    away: Away,
    /// What became of all that the text expects, in its order.
    fates: Vec<Fate>,
    /// Whether the expectation holds in the same text without what goes wrong in it. Then the text
    /// fails by what goes wrong, and not because its world has become too small.
    pub(super) caused: bool,
    /// What the text is told; a shorter one must not be told anything else.
    pub(super) problems: Vec<String>,
}

/// How much of a party was off or out of reach at the worst moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Away {
    /// More than half of its nodes reached each other.
    #[default]
    Few,
    /// Half of them or fewer did.
    Most,
    /// None ran.
    All,
}

/// What became of an expectation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Held,
    Untested,
    Undecided,
    Failed,
}

impl Fate {
    fn of(verdict: &Verdict) -> Self {
        match verdict.holds {
            _ if verdict.is_untested() => Self::Untested,
            _ if verdict.is_undecided() => Self::Undecided,
            Some(true) => Self::Held,
            Some(false) | None => Self::Failed,
        }
    }

    /// True if a shorter text may show that of an expectation of which this one showed the other.
    fn may_become(self, other: Self) -> bool {
        match self {
            Self::Held => other == Self::Held,
            Self::Untested => matches!(other, Self::Held | Self::Untested),
            Self::Undecided => other != Self::Failed,
            // A shorter text need not have every failure of the longer one.
            Self::Failed => true,
        }
    }
}

impl Failure {
    /// What a failed verdict of a run that has ended is beyond its words.
    pub(super) fn of(session: &Session, verdicts: &[Verdict], number: usize, away: Away) -> Self {
        let verdict = &verdicts[number];
        let claim = session.scenario().expectations.get(number).map(|it| &it.claim);
        let front = session.timeline.front();
        let source = session.source(front);
        let zero = match claim {
            Some(Claim::Measure { metric, .. }) => {
                source.number(metric).map(|number| number.millionths == 0)
            }
            Some(Claim::Law(..)) | None => None,
        };
        let series = front.measures.clusters().iter().flat_map(|of| of.common.series.stretches());
        let operations = series.map(|stretch| stretch.good + stretch.bad).any(|count| count > 0);
        Self {
            ground: verdict.ground,
            shown: verdict.evidence.len().min(2),
            operations: operations && claim.is_some_and(judge::is_about_operations),
            zero,
            at_end: front.judge.stands(&source, number),
            parts: front.judge.broken(&source, number),
            away,
            fates: verdicts.iter().map(Fate::of).collect(),
            caused: false,
            problems: session.diagnostics().into_iter().map(|problem| problem.message).collect(),
        }
    }

    /// True if another failure is of the same kind.
    pub(super) fn is_kept_by(&self, other: &Self) -> bool {
        self.ground == other.ground
            && self.shown <= other.shown
            && self.operations <= other.operations
            && self.zero == other.zero
            && self.at_end == other.at_end
            && self.parts.is_empty() == other.parts.is_empty()
            && other.parts.iter().all(|part| self.parts.contains(part))
            && other.away <= self.away
            && self.fates.iter().zip(&other.fates).all(|(one, other)| one.may_become(*other))
            && other.problems.iter().all(|problem| self.problems.contains(problem))
    }
}

/// Who reaches whom is looked at in parties of at most so many nodes; in larger ones only who runs.
const REACH_MAX: usize = 64;

impl Away {
    /// Works a session out to its end and says how much was away at worst.
    pub(super) fn during(session: &mut Session) -> Self {
        let (mut worst, mut seen) = (Self::Few, 0);
        loop {
            let ended = session.compute(1);
            let trace = session.timeline.trace();
            let new = (seen..).map_while(|seq| trace.get(seq)).inspect(|_| seen += 1);
            let changed = |kind: &Kind<_>| {
                matches!(
                    kind,
                    Kind::Fault(Fault::Crashed | Fault::Halted | Fault::Paused | Fault::Cut { .. })
                )
            };
            if new.fold(false, |any, event| any | changed(&event.kind)) {
                worst = worst.max(Self::now(session.timeline.front()));
            }
            if ended {
                return worst;
            }
        }
    }

    /// How much is away at a moment, of the party that lacks most.
    fn now(run: &Run) -> Self {
        let mut parties: Vec<Vec<_>> = Vec::new();
        for node in run.nodes.workers() {
            let Some(entry) = run.nodes.get(node) else { continue };
            if parties.len() <= entry.cluster {
                parties.resize(entry.cluster + 1, Vec::new());
            }
            parties[entry.cluster].push(node);
        }
        let network = run.world.network();
        let of = |nodes: &Vec<_>| {
            let up = nodes.iter().copied().filter(|node| run.world.power(*node) == Power::Up);
            let up: Vec<_> = up.collect();
            let reached = |node| {
                let both = |other| !network.is_cut(node, other) && !network.is_cut(other, node);
                up.iter().filter(|other| **other == node || both(**other)).count()
            };
            let best = match nodes.len() > REACH_MAX {
                true => up.len(),
                false => up.iter().map(|node| reached(*node)).max().unwrap_or(0),
            };
            match best {
                _ if 2 * best > nodes.len() => Self::Few,
                0 => Self::All,
                _ => Self::Most,
            }
        };
        let lacking = parties.iter().filter(|nodes| !nodes.is_empty()).map(of);
        lacking.max().unwrap_or_default()
    }
}
