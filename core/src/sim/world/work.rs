//! Work that costs time: a node with a cost takes one message at a time, and the others wait in line.
//!
//! A node without a cost, as all are at first, has no desk: nothing is queued and nothing is counted.
//!
//! A slow node is another thing than slow links: its messages travel as fast as ever, but wait for it, and
//! its disk is late.

use super::slot::Pending;
use super::{Power, World};
use crate::base::{NodeId, Span, Time};
use crate::machine::{Input, Machine};
use crate::sim::trace::{Event, Fault, Kind, Loss};
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// What is different about the work of a node; what is `None` stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkChange {
    /// How long the node works on a message.
    pub message: Option<Span>,
    /// How long it works on each entry that a message carries, beside that.
    pub entry: Option<Span>,
    /// Bytes a second that leave through its network card, on all its links together; 0 for no limit.
    pub card: Option<u64>,
    /// How much longer than usual its work and its disk take, in hundredths.
    pub slow: Option<u32>,
}

/// How busy a node is and was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Messages that wait for it, with the one in hand.
    pub queue: u32,
    /// The most that ever waited.
    pub queue_most: u32,
    /// How long it has worked since the run began.
    pub worked: Span,
}

/// A message that has arrived and is not yet done.
#[derive(Clone, Debug)]
struct Letter<M: Machine> {
    from: NodeId,
    sent: u32,
    message: M::Message,
}

/// Where the messages of a node with a cost wait. The first in line is the one in hand.
#[derive(Clone, Debug)]
pub(super) struct Desk<M: Machine> {
    message: Span,
    entry: Span,
    line: VecDeque<Letter<M>>,
    /// Since when it works on the first in line, and until when.
    hand: Option<(Time, Time)>,
    /// What is left of the piece in hand of a node that stands still.
    rest: Span,
    /// Tells the piece in hand from one that was broken off.
    number: u32,
    worked: Span,
    most: u32,
}

impl<M: Machine> Desk<M> {
    fn new() -> Self {
        Self {
            message: Span::ZERO,
            entry: Span::ZERO,
            line: VecDeque::new(),
            hand: None,
            rest: Span::ZERO,
            number: 0,
            worked: Span::ZERO,
            most: 0,
        }
    }

    fn cost(&self, message: &M::Message) -> Span {
        let entries = u128::from(M::message_entries(message));
        let all = u128::from(self.message.0) + u128::from(self.entry.0) * entries;
        Span(all.min(1 << 60) as u64)
    }

    /// Lays the piece in hand down.
    fn stop(&mut self, now: Time) {
        if let Some((since, until)) = self.hand.take() {
            self.worked = self.worked + now.since(since);
            self.rest = until.since(now);
            self.number = self.number.wrapping_add(1);
        }
    }
}

impl<M: Machine> World<M> {
    /// How busy a node is and was; nothing if its work costs no time.
    #[must_use]
    pub fn load(&self, node: NodeId) -> Option<Load> {
        let desk = self.nodes.get(node.index())?.desk.as_deref()?;
        let queue = desk.line.len() as u32;
        let under_way = desk.hand.map_or(Span::ZERO, |(since, _)| self.now.since(since));
        Some(Load { queue, queue_most: desk.most, worked: desk.worked + under_way })
    }

    /// How much longer than usual a node's work and its disk take, in hundredths.
    #[must_use]
    pub fn slowness(&self, node: NodeId) -> u32 {
        self.nodes.get(node.index()).map_or(100, |slot| slot.slow)
    }

    /// Lets a node work at another cost or pace, or send through another card, from its next message on.
    pub fn set_work(&mut self, node: NodeId, change: WorkChange, out: &mut Vec<Event<M>>) {
        if node.index() < self.nodes.len() {
            self.preset_work(node, change);
            self.fault(node, Fault::Work, out);
        }
    }

    /// The same, of a node that has not started yet: how the world is at the start is no event.
    pub fn preset_work(&mut self, node: NodeId, change: WorkChange) {
        if let Some(rate) = change.card {
            self.network.set_card(node, rate);
        }
        let slot = &mut self.nodes[node.index()];
        slot.slow = change.slow.unwrap_or(slot.slow);
        if change.message.is_some() || change.entry.is_some() {
            let desk = slot.desk.get_or_insert_with(|| Box::new(Desk::new()));
            desk.message = change.message.unwrap_or(desk.message);
            desk.entry = change.entry.unwrap_or(desk.entry);
        }
    }

    /// Puts a message that has arrived at the end of the line.
    pub(super) fn line_up(&mut self, to: NodeId, from: NodeId, sent: u32, message: M::Message) {
        let Some(desk) = &mut self.nodes[to.index()].desk else { return };
        desk.line.push_back(Letter { from, sent, message });
        desk.most = desk.most.max(desk.line.len() as u32);
        if desk.hand.is_none() {
            self.take_up(to, None);
        }
    }

    /// Begins with the first in line, or goes on with what is left of it.
    fn take_up(&mut self, node: NodeId, rest: Option<Span>) {
        let slot = &mut self.nodes[node.index()];
        let Some(desk) = &mut slot.desk else { return };
        let Some(first) = desk.line.front() else { return };
        let until = self.now + rest.unwrap_or_else(|| desk.cost(&first.message).scaled(slot.slow));
        desk.hand = Some((self.now, until));
        let number = desk.number;
        self.queue.put(until, Pending::Worked { node, number });
    }

    /// A node is done with the first in line: now its machine takes it to its end.
    pub(super) fn worked(&mut self, node: NodeId, number: u32, out: &mut Vec<Event<M>>) {
        let now = self.now;
        let Some(desk) = &mut self.nodes[node.index()].desk else { return };
        if desk.number != number || desk.hand.is_none() {
            return;
        }
        desk.stop(now);
        let Some(Letter { from, sent, message }) = desk.line.pop_front() else { return };
        let cause = self.trace.write(out, now, node, sent, Kind::Delivered { from });
        self.turn(node, cause, Input::Message { from, message }, out);
        if self.power(node) == Power::Up {
            self.take_up(node, None);
        }
    }

    /// A node stands still, and its work with it.
    pub(super) fn lay_down(&mut self, node: NodeId) {
        let now = self.now;
        if let Some(desk) = &mut self.nodes[node.index()].desk {
            desk.stop(now);
        }
    }

    /// A node goes on where it stood still.
    pub(super) fn go_on(&mut self, node: NodeId) {
        let rest = self.nodes[node.index()].desk.as_ref().map(|desk| desk.rest);
        self.take_up(node, rest);
    }

    /// The power is gone, and with it what has waited in line.
    pub(super) fn clear_desk(&mut self, node: NodeId, out: &mut Vec<Event<M>>) {
        let now = self.now;
        let Some(desk) = &mut self.nodes[node.index()].desk else { return };
        desk.stop(now);
        for letter in core::mem::take(&mut desk.line) {
            let lost = Kind::Lost { why: Loss::Down };
            self.trace.write(out, now, node, letter.sent, lost);
        }
    }
}
