//! What happened: events in words, their chains of causes, the marks of the timeline.

use super::{EventFact, Lane, Lanes, MarkFact, Session, What, describe};
use crate::base::{NodeId, Span, Time};
use crate::tenant::{Past, Step};
use alloc::vec::Vec;

impl Session {
    /// One number for the whole run, as far as it is known.
    #[must_use]
    pub fn hash(&self) -> u64 {
        self.timeline.front().world.hash()
    }

    /// How many events are known.
    #[must_use]
    pub fn event_count(&self) -> u32 {
        self.timeline.trace().len()
    }

    /// The number of the first event after a moment.
    #[must_use]
    pub fn seq_after(&self, moment: Time) -> u32 {
        self.timeline.trace().before(moment + Span::micros(1))
    }

    /// One event.
    #[must_use]
    pub fn event(&self, seq: u32) -> Option<EventFact> {
        let nodes = &self.timeline.front().nodes;
        self.timeline.trace().get(seq).map(|event| describe::fact(event, nodes))
    }

    /// So many events from a number on.
    #[must_use]
    pub fn events(&self, from: u32, count: u32) -> Vec<EventFact> {
        let nodes = &self.timeline.front().nodes;
        let events = self.timeline.trace().since(from).take(count as usize);
        events.map(|event| describe::fact(event, nodes)).collect()
    }

    /// What a client asked and heard up to the moment, the newest first: so many lines, of the last
    /// hundred thousand events.
    #[must_use]
    pub fn asked(&self, client: NodeId, lines: usize) -> Vec<EventFact> {
        const BACK: u32 = 100_000;
        let nodes = &self.timeline.front().nodes;
        let end = self.seq_after(self.now());
        let events =
            (end.saturating_sub(BACK)..end).rev().filter_map(|seq| self.timeline.trace().get(seq));
        let own = events.filter(|event| event.node == client);
        let facts = own.map(|event| describe::fact(event, nodes));
        // That a client was told to ask says what its question says.
        let own = facts.filter(|fact| fact.lane == Lane::Operation && fact.what != What::Requested);
        own.take(lines).collect()
    }

    /// The chain of causes that led to an event: the first cause first, the event itself last.
    #[must_use]
    pub fn why(&self, seq: u32) -> Vec<EventFact> {
        const LONGEST: usize = 200;
        let mut chain = Vec::new();
        let mut next = Some(seq);
        while let Some(fact) = next.and_then(|seq| self.event(seq)) {
            // A cause comes before its effect, so this ends; a long story is cut at its beginning.
            next = fact.cause.filter(|_| chain.len() < LONGEST);
            chain.push(fact);
        }
        chain.reverse();
        chain
    }

    /// What a tenant tells of the run as far as it is known, step by step.
    #[must_use]
    pub fn story(&self, tell: impl FnOnce(Past<'_>) -> Vec<Step>) -> Vec<EventFact> {
        let past = Past { trace: self.timeline.trace(), nodes: &self.timeline.front().nodes };
        let told = |step: Step| {
            let event = past.trace.get(step.seq)?;
            Some(EventFact { text: step.text, ..describe::fact(event, past.nodes) })
        };
        tell(past).into_iter().filter_map(told).collect()
    }

    /// What led to an answer: the write that a stale read missed, and who answered without it; nothing if
    /// there is nothing to be explained.
    #[must_use]
    pub fn story_of(&self, seq: u32) -> Vec<EventFact> {
        let asked = self.timeline.trace().get(seq).map(|event| event.node);
        let entry = asked.and_then(|node| self.timeline.front().nodes.get(node));
        let spec = entry.and_then(|entry| self.script.scenario.party(entry.cluster));
        spec.map_or_else(Vec::new, |spec| self.story(|past| spec.kind.story_of(past, seq)))
    }

    /// The timeline as far as the run is known.
    #[must_use]
    pub fn lanes(&self) -> Lanes {
        let mut lanes = self.timeline.lanes();
        // What nothing put to the test was decided at no moment.
        for verdict in self.verdicts().into_iter().filter(|verdict| !verdict.is_untested()) {
            if let (Some(holds), Some(at)) = (verdict.holds, verdict.at) {
                let seq = verdict.evidence.first().copied();
                lanes.verdicts.push((MarkFact { at, seq, text: verdict.text }, holds));
            }
        }
        lanes
    }

    /// The last caption, note or fault up to the moment, to be read aloud.
    #[must_use]
    pub fn last_mark(&self) -> Option<MarkFact> {
        self.timeline.last_mark(self.now()).cloned()
    }
}
