//! Who led in which term, from when until when: a fold over the trace.

use super::super::fact::TermFact;
use crate::base::NodeTable;
use crate::base::{NodeId, Time};
use crate::raft::{self, Role};
use crate::sim::{Event, Fault, Kind};
use crate::tenant::{Note, Process, replicated};
use alloc::vec::Vec;

/// More terms than this are not kept; they could not be told apart.
const REIGNS_MAX: usize = 1_000;

/// One leader in one term.
#[derive(Clone, Debug)]
struct Reign {
    cluster: usize,
    term: u32,
    leader: NodeId,
    began: (u32, Time),
    ended: Option<(u32, Time)>,
}

/// The reigns of a run, in the order in which they began.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Reigns(Vec<Reign>);

impl Reigns {
    /// Takes one event in; true if somebody leads no more by it.
    pub(in super::super) fn read(&mut self, event: &Event<Process>, nodes: &NodeTable) -> bool {
        let moment = (event.seq, event.at);
        match &event.kind {
            Kind::Noted(Note::Replicated(replicated::Note::Raft(raft::Note::Became {
                role,
                term,
                ..
            }))) => {
                let ended = self.end(event.node, moment);
                let leads = nodes.get(event.node).filter(|_| *role == Role::Leader);
                if let Some(actor) = leads
                    && self.0.len() < REIGNS_MAX
                {
                    self.0.push(Reign {
                        cluster: actor.cluster,
                        term: term.0,
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
        let open = self.0.iter_mut().rev().find(|reign| reign.leader == node);
        let Some(reign) = open.filter(|reign| reign.ended.is_none()) else { return false };
        reign.ended = Some(moment);
        true
    }

    /// Forgets what came with the events from a number on.
    pub(in super::super) fn forget(&mut self, len: u32) {
        self.0.retain(|reign| reign.began.0 < len);
        for reign in &mut self.0 {
            reign.ended = reign.ended.filter(|ended| ended.0 < len);
        }
    }

    /// As facts.
    pub(in super::super) fn terms(&self, nodes: &NodeTable) -> Vec<TermFact> {
        let terms = self.0.iter().map(|reign| TermFact {
            cluster: reign.cluster as u32,
            term: reign.term,
            leader: reign.leader,
            name: nodes.name(reign.leader),
            from: reign.began.1,
            until: reign.ended.map(|ended| ended.1),
            seq: reign.began.0,
        });
        terms.collect()
    }
}
