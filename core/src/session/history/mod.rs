//! What clients saw in a run, as one history a cluster, and what the judge says of it.
//!
//! A run is judged once it has ended, at most once, and only if somebody asks: an expectation, or a
//! screen. The work is bounded, so a run with a hard history ends with "not known", and that is no yes.

pub mod fact;
mod fold;
mod reason;
pub mod trial;

use super::fact::{Ground, Verdict};
use super::judge::undecided;
use super::run::Run;
use crate::check::{Budget, History, Input, Judgement, OPEN, Object, Operation, Violation};
use crate::scenario::{Claim, Expectation, Scenario};
use crate::sim::Trace;
use crate::tenant::Process;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use fact::HistoryFact;

/// The law that no number tells.
pub const LAW: &str = "linearizable";

/// What a run's history may cost: about half a second in a browser.
pub const BUDGET: Budget = Budget { work: 60_000_000, memory: 16 << 20 };

/// One cluster's history, judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The cluster's place in the text.
    pub cluster: usize,
    judgement: Judgement,
}

/// Begins to judge what the clients of every cluster saw in a run that has ended.
#[must_use]
pub fn begin(trace: &Trace<Process>, run: &Run, scenario: &Scenario) -> Vec<Judged> {
    let histories = fold::histories(trace, run, scenario.clusters.len());
    let asked = histories.into_iter().enumerate().zip(&scenario.clusters);
    let asked = asked.filter(|(_, spec)| spec.kind.has_clients());
    let judged = asked.filter_map(|((cluster, history), _)| {
        let judgement = Judgement::new(history.into(), Object::Store, BUDGET).ok()?;
        Some(Judged { cluster, judgement })
    });
    judged.collect()
}

/// Goes on judging for about so much work; true once all is judged.
pub fn advance(judged: &mut [Judged], mut work: u64) -> bool {
    for one in judged {
        while !one.judgement.is_done() {
            let before = one.judgement.spent().0;
            one.judgement.advance(work.max(1));
            work = work.saturating_sub(one.judgement.spent().0 - before);
            if work == 0 {
                return false;
            }
        }
    }
    true
}

impl Judged {
    /// The history.
    #[must_use]
    pub fn history(&self) -> &History {
        self.judgement.history()
    }

    /// The judgement.
    #[must_use]
    pub fn judgement(&self) -> &Judgement {
        &self.judgement
    }

    /// True if some client got an answer: without one there is nothing that an order could contradict.
    fn is_tested(&self) -> bool {
        // What was loaded lasts for one moment.
        let own = |it: &&Operation| it.back != it.call + 1;
        self.history().operations.iter().filter(own).any(|it| it.back != OPEN)
    }

    fn holds(&self) -> Option<bool> {
        let holds = fact::holds(self.judgement.verdict());
        holds.map(|holds| holds && self.is_tested())
    }

    /// The history for a screen.
    #[must_use]
    pub fn fact(&self, key: Option<&str>, smallest: bool, trace: &Trace<Process>) -> HistoryFact {
        let time = |event: u32, _| trace.get(event).map_or(0, |event| event.at.0);
        fact::of(&self.judgement, key, smallest, self.reason(trace), &time)
    }

    fn reason(&self, trace: &Trace<Process>) -> String {
        match (self.holds(), self.judgement.violation()) {
            (_, Some(violation)) => reason::of(self.history(), violation, trace),
            (Some(true), None) => String::from(fact::IN_ORDER),
            (Some(false), None) if self.history().operations.is_empty() => {
                String::from("No client asked anything, so there is nothing to judge.")
            }
            (Some(false), None) => {
                String::from("No client got an answer, so there is nothing to judge.")
            }
            (None, None) => {
                let (work, _) = self.judgement.spent();
                format!("After {work} looks at operations neither is clear: the budget is spent.")
            }
        }
    }

    /// How many operations clients asked for, counted as the measures count them: each key of a batch is
    /// one, and what was there at the start is none.
    fn asked(&self) -> u64 {
        // What was loaded lasts for one moment; what a client asks ends by another event.
        let own = self.history().operations.iter().filter(|it| it.back != it.call + 1);
        let keys = own.map(|operation| match operation.input {
            Input::Batch(_, keys) => u64::from(keys),
            _ => 1,
        });
        keys.sum()
    }

    fn measured(&self) -> String {
        let many = format!("{} operations", self.asked());
        match self.holds() {
            _ if self.history().operations.is_empty() => String::from("no operation"),
            Some(false) if !self.is_tested() => format!("{many}, none answered"),
            Some(true) => format!("{many} in order"),
            Some(false) => format!("{many} without an order"),
            None => format!("{many}, not known"),
        }
    }
}

/// True if an expectation is about the law of this room.
#[must_use]
pub fn is_asked(expectation: &Expectation) -> bool {
    matches!(&expectation.claim, Claim::Law(law, _) if law == LAW)
}

/// What became of an expectation of the law; `judged` once the run has ended.
#[must_use]
pub fn verdict(
    expectation: &Expectation,
    scenario: &Scenario,
    judged: Option<&[Judged]>,
    trace: &Trace<Process>,
    run: &Run,
) -> Verdict {
    let Claim::Law(_, of) = &expectation.claim else { return Verdict::default() };
    let mut verdict = Verdict {
        text: expectation.text.clone(),
        span: expectation.span,
        reason: String::from("It is judged when the run has ended."),
        ..Verdict::default()
    };
    let Some(judged) = judged else { return verdict };
    let named = |at: usize| scenario.clusters.get(at).map(|cluster| cluster.name.as_str());
    let asked: Vec<&Judged> = judged
        .iter()
        .filter(|judged| of.as_deref().is_none_or(|of| named(judged.cluster) == Some(of)))
        .filter(|judged| of.is_some() || !judged.history().operations.is_empty())
        .collect();
    verdict.at = run.ended;
    // The first that fails tells why; else the first that is not known; else the first of all.
    let told = asked.iter().find(|it| it.judgement.violation().is_some());
    let told = told.or_else(|| asked.iter().find(|it| it.holds().is_none()));
    let told = told.or_else(|| asked.iter().find(|it| !it.is_tested())).or(asked.first());
    let Some(told) = told else {
        verdict.ground = Ground::Nothing;
        if let Some(truncated) = run.truncated {
            verdict.ground = Ground::Truncated;
            verdict.at = None;
            verdict.reason = undecided(&truncated, "No client asked anything so far.");
            return verdict;
        }
        verdict.holds = Some(false);
        verdict.measured = String::from("no operation");
        verdict.reason = String::from("No client asked anything, so there is nothing to judge.");
        return verdict;
    };
    verdict.measured = told.measured();
    // What is not known is neither: no claim holds by it.
    // Nor does what nobody was told anything about: a history without answers is in order, and tells nothing.
    let holds = told.holds().is_some_and(|holds| holds != expectation.negated);
    verdict.holds = Some(told.is_tested() && holds);
    verdict.reason = told.reason(trace);
    verdict.ground = match told.holds() {
        _ if !told.is_tested() => Ground::Nothing,
        Some(_) => Ground::Measured,
        None => Ground::Budget,
    };
    if let Some(truncated) = run.truncated.filter(|_| told.judgement.violation().is_none()) {
        // The beginning of a history that has an order may go on without one.
        verdict.holds = None;
        verdict.at = None;
        verdict.ground = Ground::Truncated;
        verdict.reason = undecided(&truncated, &verdict.reason);
    }
    if let Some(violation) = told.judgement.violation() {
        verdict.evidence = evidence(told.history(), violation);
        verdict.at = verdict.evidence.first().and_then(|seq| trace.get(*seq)).map(|it| it.at);
    }
    verdict
}

/// The events that prove a violation: first the answer that fits no order, then all others in turn.
fn evidence(history: &History, violation: &Violation) -> Vec<u32> {
    let operation = |at: u32| &history.operations[at as usize];
    let culprit = operation(violation.culprit);
    let mut others: Vec<u32> = Vec::new();
    for at in &violation.smallest {
        let operation = operation(*at);
        others.extend([operation.called, operation.returned]);
    }
    crate::base::order::sort(&mut others);
    others.dedup();
    others.retain(|seq| *seq != culprit.returned);
    let mut events = alloc::vec![culprit.returned];
    events.extend(others);
    events
}

#[cfg(test)]
mod tests {
    use crate::session::{Session, Time};
    use alloc::vec::Vec;

    const STALE: &str =
        "seed 7\nring 3 nodes, 3 replicas\nat 1s c1: put \"x\" 1\nat 1.5s c2: get \"x\"
at 2s cut n1 c2 | others\nat 4.5s c1: put \"x\" 2\nat 5.5s c2: get \"x\"\nend 9s\n";

    fn ended(text: &str) -> Session {
        let mut session = Session::open(text);
        assert!(session.diagnostics().is_empty(), "{:?}", session.diagnostics());
        while !session.compute(10_000) {}
        session
    }

    #[test]
    fn a_stale_read_is_told_with_its_events() {
        let session = ended(&[STALE, "expect not linearizable\nexpect linearizable"].concat());
        let verdicts = session.verdicts();
        assert_eq!((verdicts[0].holds, verdicts[1].holds), (Some(true), Some(false)));
        let reason = &verdicts[0].reason;
        assert!(reason.starts_with("c2 read x = 1 at 5.75"), "{reason}");
        assert!(reason.contains("after c1's write of 2 had been acknowledged at 4.5"), "{reason}");
        let events: Vec<_> =
            verdicts[0].evidence.iter().filter_map(|seq| session.event(*seq)).collect();
        assert_eq!((events.len(), events[0].place.as_str()), (6, "c2"));
        assert_eq!(verdicts[0].at, Some(events[0].at));
    }

    const HALF: &str = "seed 3\nnetwork latency 1ms\nraft 3 nodes\nat 100ms campaign n1
at 500ms c1: put x 0 and put y 0\nat 700ms c2: get x\nat 800ms c3: get y\nat 900ms c2: get z
at 1s cut n3 c3 | n1 n2\nat 1400ms cut n1 n2 n3 -> c1\nat 1500ms c1: put x 1 and put y 1
at 3s c2: get x\nat 4s c3: get y by local\nend 8s\n";

    #[test]
    fn half_of_a_batch_is_told_with_the_batch() {
        let session = ended(&[HALF, "expect not linearizable\n"].concat());
        let verdict = &session.verdicts()[0];
        assert_eq!(verdict.holds, Some(true), "{verdict:?}");
        let reason = &verdict.reason;
        assert!(reason.starts_with("c3's get y = 0 was answered at 4.5"), "{reason}");
        assert!(reason.contains("after c2's get x = 1 had been at 3.0"), "{reason}");
        assert!(reason.contains("c1's put x 1 and put y 1 ? is one operation"), "{reason}");
        assert!(reason.contains("on x, y explains"), "{reason}");
        let few = session.history(0, None, true).expect("it is judged");
        assert_eq!((few.key.as_str(), few.joined, few.keys), ("x, y", 2, 3));
        let told: Vec<&str> = few.bars.iter().map(|bar| bar.told.as_str()).collect();
        assert!(told.contains(&"get y = 0") && told.contains(&"put x 1 and put y 1 ?"), "{told:?}");
        assert!(few.bars.iter().all(|bar| bar.proves));
        let states: Vec<&str> = few.bars.iter().map(|bar| bar.state.as_str()).collect();
        assert!(states.contains(&"x = 1, y = 1"), "{states:?}");
        let other = session.history(0, Some("z"), true).expect("it is judged");
        assert_eq!((other.joined, other.bars.len()), (1, 1));
    }

    #[test]
    fn a_history_goes_by_the_number_of_its_party_and_who_has_no_clients_has_none() {
        let session = ended(
            "seed 3\nids i: ulid, 2 nodes\nplace p: ring, 3 nodes\nraft r: 3 nodes\nend 3s\n\
             at 1s r.c1: put x 1\nexpect linearizable(r)\n",
        );
        assert_eq!(session.verdicts()[0].holds, Some(true));
        assert_eq!(session.histories(), [1]);
        let judged = session.judged().expect("the run has ended");
        assert_eq!(judged.iter().map(|one| one.cluster).collect::<Vec<_>>(), [1]);
        assert!(session.history(1, None, false).is_some());
        assert!(
            session.history(0, None, false).is_none() && session.history(2, None, false).is_none()
        );
    }

    #[test]
    fn a_long_judgement_is_done_in_steps_and_comes_to_the_same() {
        let text = "seed 5\nraft 3 nodes, reads local\nat 100ms campaign n1\nend 12s\n\
                    traffic c: 2000/s, 50% get 50% put, keys uniform of 1, 80 clients\n\
                    at 3s cut n3 | n1 n2\nat 6s heal\nexpect linearizable\n";
        let whole = ended(text);
        let mut steps = Session::open_in_steps(text);
        let mut waited = 0;
        while !steps.compute(10_000) {
            waited += u32::from(steps.is_complete());
            assert!(
                !steps.is_complete()
                    || !steps.is_judged() && steps.history(0, None, true).is_none()
            );
        }
        let spent = steps.judged().map(|all| all[0].judgement().spent());
        assert!(steps.is_judged() && waited > 0, "{waited} {spent:?}");
        assert_eq!(steps.verdicts(), whole.verdicts());
        // An edit ends what is under way.
        steps.edit(&[text, "title Another\n"].concat());
        while !steps.compute(10_000) {}
        assert_eq!(steps.verdicts(), whole.verdicts());
    }

    #[test]
    fn an_edit_is_judged_anew_and_nothing_is_said_before_the_end() {
        let mut session = ended(&[STALE, "expect linearizable\n"].concat());
        assert_eq!(session.verdicts()[0].holds, Some(false));
        session.edit(
            &[&STALE.replace("at 2s cut n1 c2 | others\n", ""), "expect linearizable\n"].concat(),
        );
        while !session.compute(10_000) {}
        assert_eq!(session.verdicts()[0].holds, Some(true));
        let mut young = Session::open(&[STALE, "expect linearizable\n"].concat());
        young.seek(Time(1_000_000));
        assert_eq!(young.verdicts()[0].holds, None);
    }

    #[test]
    fn what_was_loaded_was_there_before_anybody_asked() {
        let text = "ring 3 nodes\nload these x y\nat 1s c1: get \"x\"\nat 2s c1: put \"x\" 2
at 3s c2: get \"x\"\nat 3s c2: get \"z\"\nend 5s\nexpect linearizable\n";
        let session = ended(text);
        let verdict = &session.verdicts()[0];
        assert_eq!(verdict.holds, Some(true), "{verdict:?}");
        assert!(verdict.measured == "4 operations in order", "{verdict:?}");
    }

    #[test]
    fn without_an_operation_nothing_holds() {
        let session = ended("ring 3 nodes\nend 1s\nexpect linearizable\nexpect not linearizable\n");
        assert!(session.verdicts().iter().all(|verdict| verdict.holds == Some(false)));
    }
}
