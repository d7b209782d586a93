//! Meddling with flights: dropped, put off, doubled, written anew.

use super::slot::Pending;
use super::{Meddling, World};
use crate::base::{NodeId, Time};
use crate::machine::Machine;
use crate::sim::trace::{Event, Fault, Kind, Loss};
use alloc::vec::Vec;

impl<M: Machine> World<M> {
    /// Changes a message on its way, in a way in which no network would; false if there is none such,
    /// or nothing in it to change.
    pub fn rewrite(
        &mut self,
        from: NodeId,
        to: NodeId,
        number: usize,
        forge: impl Fn(&M::Message) -> Option<M::Message>,
        out: &mut Vec<Event<M>>,
    ) -> bool {
        let Some((due, mut pending)) = self.pluck(from, to, number) else { return false };
        let mut done = None;
        if let Pending::Arrival { message, sent, .. } = &mut pending
            && let Some(forged) = forge(message)
        {
            *message = forged;
            done = Some(*sent);
        }
        if let Some(sent) = done {
            self.trace.write(out, self.now, to, sent, Kind::Fault(Fault::Edited));
        }
        self.queue.put(due, pending);
        done.is_some()
    }

    /// Takes the flight of that number on its link out of the air.
    pub(super) fn pluck(
        &mut self,
        from: NodeId,
        to: NodeId,
        number: usize,
    ) -> Option<(Time, Pending<M>)> {
        let mut passed = 0;
        self.queue.pluck(|_, pending| match pending {
            Pending::Arrival { from: f, to: t, .. } if (*f, *t) == (from, to) => {
                passed += 1;
                passed == number + 1
            }
            _ => false,
        })
    }

    /// Meddles with the `number`th flight (from zero, soonest first) from one node to another; false
    /// if there is none.
    pub fn meddle(
        &mut self,
        from: NodeId,
        to: NodeId,
        number: usize,
        meddling: Meddling,
        out: &mut Vec<Event<M>>,
    ) -> bool {
        let found = self.pluck(from, to, number);
        let Some((due, pending)) = found else { return false };
        let Pending::Arrival { sent, .. } = &pending else { return false };
        let sent = *sent;
        match meddling {
            Meddling::Drop => {
                self.trace.write(out, self.now, to, sent, Kind::Lost { why: Loss::Dropped });
            }
            Meddling::Delay(by) => {
                let kind = Kind::Fault(Fault::Delayed { by: by.0 });
                self.trace.write(out, self.now, to, sent, kind);
                self.queue.put(due + by, pending);
            }
            Meddling::Double => {
                self.trace.write(out, self.now, to, sent, Kind::Fault(Fault::Doubled));
                self.queue.put(due, pending.clone());
                self.queue.put(due, pending);
            }
        }
        true
    }
}
