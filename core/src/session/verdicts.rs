//! What became of the expectations, and of what the clients saw.

use super::fact::Ground;
use super::history::Judged;
use super::number::Source;
use super::run::Run;
use super::{HistoryFact, Session, Verdict, history};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// So many looks at operations are done at once where work is done in steps: less than a frame.
const LOOKS_AT_ONCE: u64 = 200_000;

impl Verdict {
    /// True if nothing happened that could have told: it is neither held nor broken, and does not count as
    /// held.
    #[must_use]
    pub fn is_untested(&self) -> bool {
        self.ground == Ground::Nothing && self.holds != Some(true)
    }

    /// True if it was not decided: the run is not over or was cut, or the judge's budget was spent. It does
    /// not count as held and is no failure either.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        self.holds.is_none() || self.ground == Ground::Budget
    }
}

impl Session {
    pub(super) fn source<'r>(&'r self, run: &'r Run) -> Source<'r> {
        let now = run.ended.unwrap_or_else(|| run.now());
        let scenario = &self.script.scenario;
        Source {
            measures: &run.measures,
            laws: &run.laws,
            nodes: &run.nodes,
            world: &run.world,
            scenario,
            now,
        }
    }

    /// What became of the expectations, as far as the run is known.
    #[must_use]
    pub fn verdicts(&self) -> Vec<Verdict> {
        let front = self.timeline.front();
        let mut verdicts =
            front.judge.verdicts(&self.source(front), front.ended.is_some(), front.truncated);
        let scenario = &self.script.scenario;
        for (verdict, expectation) in verdicts.iter_mut().zip(&scenario.expectations) {
            if history::is_asked(expectation) {
                let (judged, trace) = (self.judged(), self.timeline.trace());
                *verdict = history::verdict(expectation, scenario, judged, trace, front);
            }
        }
        verdicts
    }

    /// Of a law that is made of others and holds, those that nothing has put to the test, each with what
    /// never happened; by the number of the expectation. Nothing before the run has ended.
    #[must_use]
    pub fn untried(&self, number: usize) -> Vec<(&'static str, &'static str)> {
        let front = self.timeline.front();
        match front.ended {
            Some(_) => front.judge.untried(&self.source(front), number),
            None => Vec::new(),
        }
    }

    /// True if the run came to its end and all that the text expects holds. Nothing that is undecided
    /// holds, nor a truncated run that expects nothing, nor a text that was not understood.
    #[must_use]
    pub fn holds(&self) -> bool {
        let verdicts = self.verdicts();
        let decided = self.is_complete() && (self.truncated().is_none() || !verdicts.is_empty());
        decided
            && self.problems.iter().all(|problem| problem.mild)
            && verdicts.iter().all(|verdict| verdict.holds == Some(true))
    }

    /// What the clients of each cluster saw, judged; nothing before the run has ended.
    pub(super) fn judged(&self) -> Option<&[Judged]> {
        self.judged.as_deref().map(Vec::as_slice)
    }

    /// What the clients of a cluster saw: of one key, and only what proves a violation if `smallest`.
    /// Nothing before the run has ended, or if nobody asked anything.
    #[must_use]
    pub fn history(
        &self,
        cluster: usize,
        key: Option<&str>,
        smallest: bool,
    ) -> Option<HistoryFact> {
        let judged = self.judged()?.iter().find(|judged| judged.cluster == cluster)?;
        let asked = !judged.history().operations.is_empty();
        asked.then(|| judged.fact(key, smallest, self.timeline.trace()))
    }

    /// The places of the clusters whose clients asked something, once the run has ended.
    #[must_use]
    pub fn histories(&self) -> Vec<usize> {
        let judged = self.judged().unwrap_or_default().iter();
        let asked = judged.filter(|judged| !judged.history().operations.is_empty());
        asked.map(|judged| judged.cluster).collect()
    }

    /// Lets what the clients saw be judged once the run has ended, though no expectation asks for it.
    pub fn want_history(&mut self) {
        if !self.judges {
            self.judges = true;
            self.judge_at_end();
            self.revision += 1;
        }
    }

    /// True once the run has ended and nothing is left to judge of what the clients saw.
    #[must_use]
    pub fn is_judged(&self) -> bool {
        self.is_complete() && self.judging.is_none()
    }

    /// Judges what the clients saw, once the run has ended, if that is wanted; a part of it where work is
    /// done in steps, and [`Self::compute`] goes on.
    pub(super) fn judge_at_end(&mut self) {
        let run = self.timeline.front();
        let wanted =
            || self.judges || self.script.scenario.expectations.iter().any(history::is_asked);
        if run.ended.is_some() && self.judged.is_none() && wanted() {
            let begin = || history::begin(self.timeline.trace(), run, &self.script.scenario);
            let mut judging = self.judging.take().unwrap_or_else(begin);
            let most = if self.stepwise { LOOKS_AT_ONCE } else { u64::MAX };
            match history::advance(&mut judging, most) {
                true => self.judged = Some(Arc::new(judging)),
                false => self.judging = Some(judging),
            }
        }
    }
}
