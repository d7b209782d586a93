//! Faults: what befalls nodes, disks, clocks and links by order of the script.

use super::slot::Pending;
use super::{Power, World};
use crate::base::NodeId;
use crate::machine::Machine;
use crate::sim::disk::DiskProfile;
use crate::sim::network::{Cut, Rule};
use crate::sim::trace::{Event, Fault, Kind, Loss, NO_CAUSE};
use alloc::string::String;
use alloc::vec::Vec;

impl<M: Machine> World<M> {
    /// Turns a node off without a word; what was not safe on its disk is gone.
    pub fn crash(&mut self, node: NodeId, out: &mut Vec<Event<M>>) {
        if self.power(node) == Power::Down {
            return;
        }
        let cause = self.fault(node, Fault::Crashed, out);
        self.power_off(node, cause, out);
    }

    /// Turns a node off because its own process stops.
    pub(super) fn halt(&mut self, node: NodeId, cause: u32, out: &mut Vec<Event<M>>) {
        let cause = self.trace.write(out, self.now, node, cause, Kind::Fault(Fault::Halted));
        self.power_off(node, cause, out);
    }

    fn power_off(&mut self, node: NodeId, cause: u32, out: &mut Vec<Event<M>>) {
        let now = self.now;
        let slot = &mut self.nodes[node.index()];
        slot.power = Power::Down;
        slot.machine = None;
        slot.life += 1;
        slot.alarms.clear();
        slot.disk.stop(now);
        // A paused node's inbox is lost with it; messages are accounted for, alarms are not missed.
        let waiting = core::mem::take(&mut slot.waiting);
        let unsynced = core::mem::take(&mut slot.unsynced);
        let held = core::mem::take(&mut slot.held);
        let loose = core::mem::take(&mut slot.loose);
        if !unsynced.is_empty() {
            let writes = unsynced.len() as u32;
            self.trace.write(out, now, node, cause, Kind::Fault(Fault::Unsynced { writes }));
        }
        if loose {
            let called_safe = unsynced.into_iter().map(|(_, write)| write);
            let under_way = held.into_iter().filter(|held| held.fails.is_none());
            let writes = called_safe.chain(under_way.filter_map(|held| held.write));
            self.scatter(node, cause, writes, out);
        }
        self.clear_desk(node, out);
        for pending in waiting {
            if let Pending::Arrival { sent, .. } = pending {
                self.trace.write(out, now, node, sent, Kind::Lost { why: Loss::Down });
            }
        }
    }

    /// Leaves any subset of some writes on the disk: each is lost, whole or torn by chance of its own,
    /// a later one perhaps without an earlier one.
    pub(super) fn scatter(
        &mut self,
        node: NodeId,
        cause: u32,
        writes: impl Iterator<Item = M::Write>,
        out: &mut Vec<Event<M>>,
    ) {
        let slot = &mut self.nodes[node.index()];
        let (mut lost, mut kept, mut torn) = (0, 0, 0);
        for write in writes {
            let left = match slot.rng.below(3) {
                0 => None,
                1 => {
                    kept += 1;
                    M::settle(&mut slot.durable, write);
                    continue;
                }
                _ => M::tear(write, &mut slot.rng),
            };
            match left {
                None => lost += 1,
                Some(left) => {
                    torn += 1;
                    M::settle(&mut slot.durable, left);
                }
            }
        }
        if lost + kept + torn > 0 {
            let fault = Fault::Torn { lost, kept, torn };
            self.trace.write(out, self.now, node, cause, Kind::Fault(fault));
        }
    }

    /// Lets a node stand still.
    pub fn pause(&mut self, node: NodeId, out: &mut Vec<Event<M>>) {
        if self.power(node) == Power::Up {
            self.fault(node, Fault::Paused, out);
            self.nodes[node.index()].power = Power::Paused;
            self.lay_down(node);
        }
    }

    /// Lets a node go on; what has waited comes now.
    pub fn resume(&mut self, node: NodeId, out: &mut Vec<Event<M>>) {
        if self.power(node) == Power::Paused {
            self.fault(node, Fault::Resumed, out);
            let slot = &mut self.nodes[node.index()];
            slot.power = Power::Up;
            for pending in slot.waiting.drain(..) {
                self.queue.put(self.now, pending);
            }
            self.go_on(node);
        }
    }

    /// Empties a node's disk. A node that runs is crashed first.
    pub fn wipe(&mut self, node: NodeId, out: &mut Vec<Event<M>>) {
        if node.index() < self.nodes.len() {
            self.crash(node, out);
            self.fault(node, Fault::Wiped, out);
            self.nodes[node.index()].durable = M::blank();
        }
    }

    /// Damages something on a node's disk.
    pub fn corrupt(&mut self, node: NodeId, out: &mut Vec<Event<M>>) {
        let Some(slot) = self.nodes.get_mut(node.index()) else { return };
        if M::corrupt(&mut slot.durable, &mut slot.rng) {
            self.fault(node, Fault::Corrupted, out);
        }
    }

    /// The next crash of this node leaves any subset of the writes under way, whole or torn.
    pub fn loosen(&mut self, node: NodeId, out: &mut Vec<Event<M>>) {
        let Some(slot) = self.nodes.get_mut(node.index()) else { return };
        slot.loose = true;
        self.fault(node, Fault::Loosened, out);
    }

    /// Moves a node's clock.
    pub fn skew(&mut self, node: NodeId, by: i64, out: &mut Vec<Event<M>>) {
        let Some(slot) = self.nodes.get_mut(node.index()) else { return };
        slot.clock.jump(by);
        self.fault(node, Fault::ClockMoved { by }, out);
    }

    /// The clock of a node that has just come: how the world is at the start is no event.
    pub fn preset_clock(&mut self, node: NodeId, skew: i64, drift: Option<i32>) {
        if let Some(slot) = self.nodes.get_mut(node.index()) {
            slot.clock.jump(skew);
            if let Some(drift) = drift {
                slot.clock.run_at(drift, self.now);
            }
        }
    }

    /// Lets a node's clock run at another rate.
    pub fn drift(&mut self, node: NodeId, drift: i32, out: &mut Vec<Event<M>>) {
        let Some(slot) = self.nodes.get_mut(node.index()) else { return };
        slot.clock.run_at(drift, self.now);
        self.fault(node, Fault::ClockRate { drift }, out);
    }

    /// Lets a node's disk behave differently.
    pub fn set_disk(&mut self, node: NodeId, profile: DiskProfile, out: &mut Vec<Event<M>>) {
        let Some(slot) = self.nodes.get_mut(node.index()) else { return };
        slot.disk.profile = profile;
        self.fault(node, Fault::Disk, out);
    }

    /// Cuts the network.
    pub fn cut(&mut self, cut: Cut, out: &mut Vec<Event<M>>) {
        let number = self.network.add_cut(cut);
        self.fault(NodeId::WORLD, Fault::Cut { number }, out);
    }

    /// Remembers by which names the sides of the last cut were given, for nodes that enter later.
    pub fn name_cut(&mut self, left: &[String], right: &[String]) {
        self.network.name_cut(left, right);
    }

    /// The same of the last rule.
    pub fn name_rule(&mut self, from: &[String], to: &[String]) {
        self.network.name_rule(from, to);
    }

    /// Lets cuts and rules that were given by name hold for a node that enters under such a name.
    pub fn admit(&mut self, node: NodeId, is_called: impl Fn(&str) -> bool) {
        self.network.admit(node, is_called);
    }

    /// Mends every cut.
    pub fn heal(&mut self, out: &mut Vec<Event<M>>) {
        self.network.heal();
        self.fault(NodeId::WORLD, Fault::Healed, out);
    }

    /// Lets some links behave differently.
    pub fn rule(&mut self, rule: Rule, out: &mut Vec<Event<M>>) {
        self.network.add_rule(rule);
        self.fault(NodeId::WORLD, Fault::Network, out);
    }

    pub(super) fn fault(&mut self, node: NodeId, fault: Fault, out: &mut Vec<Event<M>>) -> u32 {
        self.trace.write(out, self.now, node, NO_CAUSE, Kind::Fault(fault))
    }
}
