//! Who led in which term, from when until when: a fold over the trace.

use super::fact::TermFact;
use crate::base::{NodeId, NodeTable, Time};
use crate::sim::{Event, Fault, Kind};
use crate::tenant::{Lead, Process};
use alloc::vec::Vec;

/// More terms than this are not kept; they could not be told apart.
const TERMS_MAX: usize = 1_000;

/// One leader in one term.
#[derive(Clone, Debug)]
struct Term {
    cluster: usize,
    term: u32,
    leader: NodeId,
    began: (u32, Time),
    ended: Option<(u32, Time)>,
}

/// The terms of a run, in the order in which they began.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms(Vec<Term>);

impl Terms {
    /// Takes one event in; true if somebody leads no more by it.
    pub(super) fn read(&mut self, event: &Event<Process>, nodes: &NodeTable) -> bool {
        let moment = (event.seq, event.at);
        match &event.kind {
            Kind::Noted(note) => {
                let Some(lead) = note.lead() else { return false };
                let ended = self.end(event.node, moment);
                if let (Lead::Begins(term), Some(actor)) = (lead, nodes.get(event.node))
                    && self.0.len() < TERMS_MAX
                {
                    self.0.push(Term {
                        cluster: actor.cluster,
                        term,
                        leader: event.node,
                        began: moment,
                        ended: None,
                    });
                }
                ended
            }
            Kind::Fault(Fault::Crashed | Fault::Halted | Fault::Wiped) => {
                self.end(event.node, moment)
            }
            _ => false,
        }
    }

    fn end(&mut self, node: NodeId, moment: (u32, Time)) -> bool {
        let open = self.0.iter_mut().rev().find(|term| term.leader == node);
        let Some(term) = open.filter(|term| term.ended.is_none()) else { return false };
        term.ended = Some(moment);
        true
    }

    /// Forgets what came with the events from a number on.
    pub(super) fn forget(&mut self, len: u32) {
        self.0.retain(|term| term.began.0 < len);
        for term in &mut self.0 {
            term.ended = term.ended.filter(|ended| ended.0 < len);
        }
    }

    /// As facts.
    pub(super) fn facts(&self, nodes: &NodeTable) -> Vec<TermFact> {
        let terms = self.0.iter().map(|term| TermFact {
            cluster: term.cluster as u32,
            term: term.term,
            leader: term.leader,
            name: nodes.name(term.leader),
            from: term.began.1,
            until: term.ended.map(|ended| ended.1),
            seq: term.began.0,
        });
        terms.collect()
    }
}
