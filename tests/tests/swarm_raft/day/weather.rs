//! What happens on a bad day: single faults, and stories in which several come together.

use shardlab::base::{NodeId, Span, Spread};
use shardlab::raft::machine::Request;
use shardlab::raft::{Body, Message};
use shardlab::sim::{Change, Cut, DiskProfile, Flight, LinkProfile, Meddling, Rule, Side};

use super::super::replica::{Numbers, Order};
use super::Day;

impl Day {
    /// Something happens that a cluster must bear, or an operator wants something.
    pub(super) fn happen(&mut self) {
        let node = self.node();
        let everybody = || Side::AllBut(vec![]);
        match self.rng.below(31) {
            0 | 1 => {
                let left = Side::These(self.some());
                let Side::These(nodes) = &left else { return };
                let right = Side::AllBut(nodes.clone());
                let one_way = self.rng.chance(300_000);
                self.world.cut(Cut { left, right, one_way }, &mut self.out);
            }
            2 => {
                let (left, right) = (Side::These(vec![node]), Side::These(self.some()));
                self.world.cut(Cut { left, right, one_way: true }, &mut self.out);
            }
            3 | 4 => self.world.heal(&mut self.out),
            5 | 6 if self.liar != Some(node) => {
                if self.rng.chance(400_000) {
                    self.world.loosen(node, &mut self.out);
                }
                self.world.crash(node, &mut self.out);
            }
            7 | 8 => self.world.start(node, &mut self.out),
            9 => self.world.pause(node, &mut self.out),
            10 => self.world.resume(node, &mut self.out),
            11 => {
                let change = Change {
                    loss: Some(self.rng.below(200_000) as u32),
                    duplicate: Some(self.rng.below(200_000) as u32),
                    reorder: Some(self.rng.below(300_000) as u32),
                    slow: Some(self.rng.between(50, 1_000) as u32),
                    ..Change::default()
                };
                self.world.rule(Rule { from: everybody(), to: everybody(), change }, &mut self.out);
            }
            12 => {
                let sync = Spread::Uniform(Span::ZERO, Span::millis(self.rng.between(1, 60)));
                let lie = self.world.disk(node).lie;
                let slow = DiskProfile { sync, lie, ..DiskProfile::default() };
                self.world.set_disk(node, slow, &mut self.out);
            }
            13 | 14 => {
                let mut voters = self.some();
                let learners: Vec<NodeId> =
                    self.some().into_iter().filter(|it| !voters.contains(it)).collect();
                if self.rng.chance(300_000) {
                    // Nobody may be left: that is refused.
                    voters.retain(|it| !learners.contains(it));
                }
                for leader in self.leaders() {
                    let order = Request::Members(voters.clone(), learners.clone());
                    self.ask(leader, Order::Raft(order));
                }
            }
            15 => {
                for leader in self.leaders() {
                    self.ask(leader, Order::Raft(Request::Transfer(node)));
                }
            }
            16 | 17 => self.ask(node, Order::Compact),
            18 => self.ask(node, Order::Raft(Request::Campaign)),
            // An empty or damaged disk, found at the next start.
            19 if self.may_lose(node) => {
                self.world.wipe(node, &mut self.out);
            }
            20 | 21 if self.may_lose(node) => {
                self.world.corrupt(node, &mut self.out);
                if self.rng.chance(500_000) {
                    self.world.crash(node, &mut self.out);
                    self.world.start(node, &mut self.out);
                }
            }
            // The next write fails, and the node is off until there is room and somebody starts it.
            28 if self.liar != Some(node) => {
                let full = DiskProfile { size: Some(0), ..DiskProfile::default() };
                self.world.set_disk(node, full, &mut self.out);
                self.filled.push(node);
                self.outcome.full += 1;
            }
            22 | 23 => self.isolate(),
            24 | 25 => self.break_off(),
            26 | 27 if self.may_lose(node) => self.fall_again(node),
            _ if self.lease && self.rng.chance(500_000) => {
                // Leases bear clocks that differ by less than their margin.
                let drift = self.rng.between(0, 40_000) as i32 - 20_000;
                self.world.drift(node, drift, &mut self.out);
            }
            _ => {
                let (from, to) = (node, self.node());
                let what = match self.rng.below(3) {
                    0 => Meddling::Drop,
                    1 => Meddling::Double,
                    _ => Meddling::Delay(Span::millis(400)),
                };
                self.world.meddle(from, to, 0, what, &mut self.out);
            }
        }
        self.digest();
    }

    /// A leader is no longer heard by those whom it does not need; once they have noticed, it is cut off
    /// from one that it needs, which is told to stand at that very moment.
    fn isolate(&mut self) {
        let Some(leader) = self.leaders().pop() else { return };
        let Some(replica) = self.world.machine(leader) else { return };
        let mut others = replica.node.members().voters.clone();
        others.retain(|node| *node != leader);
        if others.is_empty() {
            return;
        }
        let first = self.rng.below(others.len() as u64) as usize;
        others.rotate_left(first);
        let stands = others[0];
        let deaf = others[others.len() - others.len() / 2..].to_vec();
        self.world.heal(&mut self.out);
        for node in others.iter().copied() {
            self.world.start(node, &mut self.out);
            self.world.resume(node, &mut self.out);
        }
        let pause = self.rng.between(20, 200);
        self.run(Span::millis(pause));
        let (left, right) = (Side::These(vec![leader]), Side::These(deaf));
        let one_way = self.rng.chance(500_000);
        self.world.cut(Cut { left, right, one_way }, &mut self.out);
        for _ in 0..self.rng.between(5, 20) {
            self.write();
            self.run(Span::millis(25));
        }
        let (left, right) = (Side::These(vec![leader]), Side::These(vec![stands]));
        self.world.cut(Cut { left, right, one_way: false }, &mut self.out);
        self.ask(stands, Order::Raft(Request::Campaign));
        self.outcome.isolated += 1;
        for _ in 0..self.rng.between(5, 25) {
            let pause = self.rng.between(1, 10);
            self.run(Span::millis(pause));
            self.write();
            for node in self.leaders() {
                self.ask(node, Order::Raft(Request::Read { lease: true }));
            }
        }
    }

    /// A follower falls behind until it needs a snapshot. In the middle of that its leader goes, or it
    /// falls itself and hears a piece of before again.
    fn break_off(&mut self) {
        let (node, Some(leader)) = (self.node(), self.leaders().pop()) else { return };
        if node == leader || self.liar == Some(node) || self.liar == Some(leader) {
            return;
        }
        self.world.crash(node, &mut self.out);
        for _ in 0..self.rng.between(3, 12) {
            self.write();
            let pause = self.rng.between(1, 30);
            self.run(Span::millis(pause));
        }
        self.ask(leader, Order::Compact);
        self.world.start(node, &mut self.out);
        let late = self.rng.chance(500_000);
        let mut doubled = false;
        for _ in 0..100 {
            doubled |= late && !doubled && self.double_first_piece(leader, node);
            let incoming = self.world.machine(node).and_then(|it| it.node.incoming());
            let enough = if late { 100 * self.rng.between(1, 6) } else { 0 };
            if incoming.is_none_or(|it| it.offset < enough) {
                self.run(Span::micros(700));
                continue;
            }
            self.outcome.broken_off += 1;
            if late {
                self.world.crash(node, &mut self.out);
                let down = self.rng.between(1, 150);
                self.run(Span::millis(down));
                self.world.start(node, &mut self.out);
            } else if self.rng.chance(500_000) {
                self.world.crash(leader, &mut self.out);
            } else {
                let (left, right) = (Side::These(vec![leader]), Side::AllBut(vec![leader]));
                self.world.cut(Cut { left, right, one_way: false }, &mut self.out);
            }
            break;
        }
        self.digest();
    }

    /// A majority has just got what the others lack when a disk of it is damaged. It is slow, and the power
    /// goes once more while a start writes anew what is left of it: of what is under way some is lost and
    /// some is kept. Then one of those who lack something stands.
    fn fall_again(&mut self, node: NodeId) {
        let Some(leader) = self.leaders().pop().filter(|leader| *leader != node) else { return };
        let Some(replica) = self.world.machine(leader) else { return };
        let mut behind = replica.node.members().voters.clone();
        let lack = behind.len() / 2;
        behind.retain(|other| *other != leader && *other != node);
        behind.truncate(lack);
        self.world.heal(&mut self.out);
        let (left, right) = (Side::These(behind.clone()), Side::AllBut(behind.clone()));
        self.world.cut(Cut { left, right, one_way: false }, &mut self.out);
        for _ in 0..self.rng.between(1, 6) {
            self.write();
            self.run(Span::millis(25));
        }
        let sync = Spread::Constant(Span::millis(self.rng.between(20, 100)));
        self.world.set_disk(node, DiskProfile { sync, ..DiskProfile::default() }, &mut self.out);
        self.world.corrupt(node, &mut self.out);
        self.world.crash(node, &mut self.out);
        self.world.start(node, &mut self.out);
        let pause = self.rng.between(1, 60);
        self.run(Span::millis(pause));
        self.world.loosen(node, &mut self.out);
        let pause = self.rng.between(1, 60);
        self.run(Span::millis(pause));
        self.world.crash(node, &mut self.out);
        if self.rng.chance(700_000) {
            self.world.crash(leader, &mut self.out);
        }
        self.world.heal(&mut self.out);
        self.world.start(node, &mut self.out);
        if let Some(first) = behind.first() {
            self.ask(*first, Order::Raft(Request::Campaign));
        }
        self.outcome.fell_again += 1;
    }

    /// The first piece of a snapshot comes a second time, and late.
    fn double_first_piece(&mut self, leader: NodeId, node: NodeId) -> bool {
        let between = |flight: &Flight| flight.from == leader && flight.to == node;
        let mut flights: Vec<_> =
            self.world.flights().filter(|(flight, _)| between(flight)).collect();
        flights.sort_by_key(|(flight, _)| flight.due);
        let first = |message: &Message<Numbers>| {
            matches!(message.body, Body::InstallSnapshot { offset: 0, whole: None, .. })
        };
        let Some(place) = flights.iter().position(|(_, message)| first(message)) else {
            return false;
        };
        let late = Meddling::Delay(Span::millis(self.rng.between(20, 300)));
        let out = &mut self.out;
        self.world.meddle(leader, node, place, Meddling::Double, out);
        self.world.meddle(leader, node, place, late, out);
        self.outcome.late_pieces += 1;
        true
    }

    /// Everybody runs, every link and every disk is well.
    pub(super) fn mend(&mut self) {
        self.world.heal(&mut self.out);
        let well = LinkProfile::default();
        let change = Change {
            loss: Some(well.loss),
            duplicate: Some(well.duplicate),
            reorder: Some(well.reorder),
            slow: Some(well.slow),
            ..Change::default()
        };
        let (from, to) = (Side::AllBut(vec![]), Side::AllBut(vec![]));
        self.world.rule(Rule { from, to, change }, &mut self.out);
        for node in std::mem::take(&mut self.filled) {
            // A write may have failed of which the node has not heard yet.
            self.world.crash(node, &mut self.out);
        }
        for node in (0..self.len()).map(NodeId) {
            self.world.set_disk(node, DiskProfile::default(), &mut self.out);
            self.world.resume(node, &mut self.out);
            self.world.start(node, &mut self.out);
        }
        self.digest();
    }
}
