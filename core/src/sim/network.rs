//! Links between nodes: how long, how wide, how lossy, and where they are cut.

use crate::base::hash::mix;
use crate::base::{NodeId, Rng, Span, Spread, Time};
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// How a link behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkProfile {
    /// How long a message travels.
    pub latency: Spread,
    /// Bytes a second; 0 for no limit. What does not fit waits behind what is under way.
    pub bandwidth: u64,
    /// Messages lost, in a million.
    pub loss: u32,
    /// Messages that arrive twice, in a million.
    pub duplicate: u32,
    /// Messages that may be overtaken, in a million; all others keep their order.
    pub reorder: u32,
    /// How many times as long everything takes, in hundredths.
    pub slow: u32,
}

impl Default for LinkProfile {
    fn default() -> Self {
        Self {
            latency: Spread::Uniform(Span::micros(500), Span::micros(1_500)),
            bandwidth: 100_000_000,
            loss: 0,
            duplicate: 0,
            reorder: 0,
            slow: 100,
        }
    }
}

/// Some of the nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Side {
    /// These.
    These(Vec<NodeId>),
    /// All that are not these, also those still to come.
    AllBut(Vec<NodeId>),
}

impl Side {
    /// Takes note of a node that bears one of the names by which the side was given.
    fn admit(&mut self, node: NodeId) {
        let (Self::These(nodes) | Self::AllBut(nodes)) = self;
        if !nodes.contains(&node) {
            nodes.push(node);
        }
    }

    /// True if the node is on this side.
    #[must_use]
    pub fn holds(&self, node: NodeId) -> bool {
        match self {
            Self::These(nodes) => nodes.contains(&node),
            Self::AllBut(nodes) => !nodes.contains(&node),
        }
    }
}

/// A change to the behaviour of some links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Where the links begin.
    pub from: Side,
    /// Where they end.
    pub to: Side,
    /// What is different.
    pub change: Change,
}

/// What a rule changes; what is `None` stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// How long a message travels.
    pub latency: Option<Spread>,
    /// Bytes a second.
    pub bandwidth: Option<u64>,
    /// Messages lost, in a million.
    pub loss: Option<u32>,
    /// Messages that arrive twice, in a million.
    pub duplicate: Option<u32>,
    /// Messages that may be overtaken, in a million.
    pub reorder: Option<u32>,
    /// How many times as long everything takes, in hundredths.
    pub slow: Option<u32>,
}

impl Change {
    /// Applies the change.
    pub fn apply(&self, profile: &mut LinkProfile) {
        profile.latency = self.latency.unwrap_or(profile.latency);
        profile.bandwidth = self.bandwidth.unwrap_or(profile.bandwidth);
        profile.loss = self.loss.unwrap_or(profile.loss);
        profile.duplicate = self.duplicate.unwrap_or(profile.duplicate);
        profile.reorder = self.reorder.unwrap_or(profile.reorder);
        profile.slow = self.slow.unwrap_or(profile.slow);
    }
}

/// A broken network: nothing goes from one side to the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// One side.
    pub left: Side,
    /// The other.
    pub right: Side,
    /// True if only the way from left to right is broken.
    pub one_way: bool,
}

impl Cut {
    fn stops(&self, from: NodeId, to: NodeId) -> bool {
        self.left.holds(from) && self.right.holds(to)
            || !self.one_way && self.right.holds(from) && self.left.holds(to)
    }
}

/// A rule or a cut by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Numbered {
    Rule(usize),
    Cut(usize),
}

/// The names by which the two sides of a rule or a cut were given. A name holds for who enters under it
/// later, too.
#[derive(Clone, Debug)]
struct Named {
    of: Numbered,
    first: Arc<[String]>,
    second: Arc<[String]>,
}

#[derive(Clone, Debug)]
struct Link {
    rng: Rng,
    profile: LinkProfile,
    cut: bool,
    busy_until: Time,
    last_due: Time,
}

/// The network card of a node: what leaves on all of its links goes through it, one behind the other.
#[derive(Clone, Debug, Default)]
struct Card {
    /// Bytes a second; 0 for no limit.
    rate: u64,
    busy_until: Time,
    /// When each message that has not left yet will have.
    line: VecDeque<Time>,
    /// The most that ever waited.
    queue_most: u32,
}

/// What a link does with one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// It arrives once.
    Arrives(Time),
    /// It arrives twice.
    Twice(Time, Time),
    /// It is lost by chance.
    Lost,
    /// The link is cut.
    Cut,
}

/// All links of a world, each made when it is first used.
#[derive(Clone, Debug)]
pub struct Network {
    seed: u64,
    base: LinkProfile,
    rules: Vec<Rule>,
    cuts: Vec<Cut>,
    /// Shared by all copies: most runs say it all at the start.
    named: Arc<Vec<Named>>,
    names: Vec<u64>,
    table: Vec<Vec<u32>>,
    links: Vec<(NodeId, NodeId, Link)>,
    /// None as long as no card has a limit.
    cards: Vec<Card>,
}

/// How long so many bytes take at so many a second.
fn moving(bytes: u64, rate: u64) -> Span {
    Span((u128::from(bytes) * 1_000_000 / u128::from(rate)).min(1 << 60) as u64)
}

/// How long a node's message to itself takes.
const LOOPBACK: Span = Span::micros(20);

impl Network {
    /// A network without links.
    #[must_use]
    pub fn new(seed: u64, base: LinkProfile) -> Self {
        Self {
            seed,
            base,
            rules: Vec::new(),
            cuts: Vec::new(),
            named: Arc::default(),
            names: Vec::new(),
            table: Vec::new(),
            links: Vec::new(),
            cards: Vec::new(),
        }
    }

    /// Makes room for one more node; `name` decides the chance on its links.
    pub fn add(&mut self, name: u64) {
        self.names.push(name);
        self.table.push(Vec::new());
    }

    /// Changes how some links behave from now on.
    pub fn add_rule(&mut self, rule: Rule) {
        for (from, to, link) in &mut self.links {
            if rule.from.holds(*from) && rule.to.holds(*to) {
                rule.change.apply(&mut link.profile);
            }
        }
        self.rules.push(rule);
    }

    /// Lets a node send at most so many bytes a second, on all its links together.
    pub fn set_card(&mut self, node: NodeId, rate: u64) {
        if self.cards.len() <= node.index() {
            self.cards.resize(node.index() + 1, Card::default());
        }
        self.cards[node.index()].rate = rate;
    }

    /// The most messages that were ever in line at a node's card, with the one that leaves; nothing if it
    /// never had a limit.
    #[must_use]
    pub fn card_queue(&self, node: NodeId) -> Option<u32> {
        let card = self.cards.get(node.index())?;
        (card.rate > 0 || card.queue_most > 0).then_some(card.queue_most)
    }

    /// Cuts; gives the cut's number.
    pub fn add_cut(&mut self, cut: Cut) -> u32 {
        for (from, to, link) in &mut self.links {
            link.cut |= cut.stops(*from, *to);
        }
        self.cuts.push(cut);
        (self.cuts.len() - 1) as u32
    }

    /// Remembers by which names the sides of the last rule were given.
    pub fn name_rule(&mut self, from: &[String], to: &[String]) {
        if let Some(place) = self.rules.len().checked_sub(1) {
            self.name(Numbered::Rule(place), from, to);
        }
    }

    /// Remembers by which names the sides of the last cut were given.
    pub fn name_cut(&mut self, left: &[String], right: &[String]) {
        if let Some(place) = self.cuts.len().checked_sub(1) {
            self.name(Numbered::Cut(place), left, right);
        }
    }

    /// The names by which the sides of a cut in force were given; none where only nodes are known.
    #[must_use]
    pub fn cut_names(&self, number: u32) -> (&[String], &[String]) {
        let is = |named: &&Named| matches!(named.of, Numbered::Cut(at) if at == number as usize);
        let named = self.named.iter().find(is);
        named.map_or((&[], &[]), |named| (&*named.first, &*named.second))
    }

    fn name(&mut self, of: Numbered, first: &[String], second: &[String]) {
        if !first.is_empty() || !second.is_empty() {
            let (first, second) = (first.into(), second.into());
            Arc::make_mut(&mut self.named).push(Named { of, first, second });
        }
    }

    /// Lets the rules and cuts in force hold for a node that enters, and that has no link yet: on each side
    /// that was given by a name of its own.
    pub fn admit(&mut self, node: NodeId, is_called: impl Fn(&str) -> bool) {
        for named in &*self.named {
            let sides = match named.of {
                Numbered::Rule(at) => {
                    self.rules.get_mut(at).map(|rule| (&mut rule.from, &mut rule.to))
                }
                Numbered::Cut(at) => {
                    self.cuts.get_mut(at).map(|cut| (&mut cut.left, &mut cut.right))
                }
            };
            let Some((first, second)) = sides else { continue };
            if named.first.iter().any(|name| is_called(name)) {
                first.admit(node);
            }
            if named.second.iter().any(|name| is_called(name)) {
                second.admit(node);
            }
        }
    }

    /// Mends every cut; what else was made worse about a link stays so.
    pub fn heal(&mut self) {
        self.cuts.clear();
        if self.named.iter().any(|named| matches!(named.of, Numbered::Cut(_))) {
            Arc::make_mut(&mut self.named).retain(|named| matches!(named.of, Numbered::Rule(_)));
        }
        for (_, _, link) in &mut self.links {
            link.cut = false;
        }
    }

    /// The cuts that are in force.
    #[must_use]
    pub fn cuts(&self) -> &[Cut] {
        &self.cuts
    }

    /// True if nothing goes from one node to the other.
    #[must_use]
    pub fn is_cut(&self, from: NodeId, to: NodeId) -> bool {
        self.cuts.iter().any(|cut| cut.stops(from, to))
    }

    /// How the link between two nodes behaves.
    #[must_use]
    pub fn profile(&self, from: NodeId, to: NodeId) -> LinkProfile {
        let mut profile = self.base;
        for rule in &self.rules {
            if rule.from.holds(from) && rule.to.holds(to) {
                rule.change.apply(&mut profile);
            }
        }
        profile
    }

    /// True if a cut has come between two nodes since a message left.
    pub fn stops(&mut self, from: NodeId, to: NodeId) -> bool {
        !self.cuts.is_empty() && from != to && self.link(from, to).cut
    }

    /// Decides what becomes of a message.
    pub fn pass(&mut self, now: Time, from: NodeId, to: NodeId, bytes: u64) -> Passage {
        if from == to {
            return Passage::Arrives(now + LOOPBACK);
        }
        let through = match self.cards.get_mut(from.index()) {
            Some(card) if card.rate > 0 => {
                card.busy_until = now.max(card.busy_until) + moving(bytes, card.rate);
                while card.line.front().is_some_and(|left| *left <= now) {
                    card.line.pop_front();
                }
                card.line.push_back(card.busy_until);
                card.queue_most = card.queue_most.max(card.line.len() as u32);
                card.busy_until
            }
            _ => now,
        };
        let link = self.link(from, to);
        if link.cut {
            return Passage::Cut;
        }
        let LinkProfile { latency, bandwidth, loss, duplicate, reorder, slow } = link.profile;
        if link.rng.chance(loss) {
            return Passage::Lost;
        }
        let start = through.max(link.busy_until);
        let sending = match bandwidth {
            0 => Span::ZERO,
            rate => moving(bytes, rate),
        };
        link.busy_until = start + sending.scaled(slow);
        let mut due = link.busy_until + latency.sample(&mut link.rng).scaled(slow);
        if !link.rng.chance(reorder) {
            due = due.max(link.last_due);
            link.last_due = due;
        }
        if link.rng.chance(duplicate) {
            let again = link.busy_until + latency.sample(&mut link.rng).scaled(slow);
            return Passage::Twice(due, again.max(due));
        }
        Passage::Arrives(due)
    }

    fn link(&mut self, from: NodeId, to: NodeId) -> &mut Link {
        let known = self.table[from.index()].get(to.index()).copied().unwrap_or(0);
        let place = if known > 0 { known as usize - 1 } else { self.make(from, to) };
        &mut self.links[place].2
    }

    fn make(&mut self, from: NodeId, to: NodeId) -> usize {
        let row = &mut self.table[from.index()];
        if row.len() <= to.index() {
            row.resize(to.index() + 1, 0);
        }
        row[to.index()] = self.links.len() as u32 + 1;
        let name = mix(self.names[from.index()]).wrapping_add(self.names[to.index()]);
        let link = Link {
            rng: Rng::derive(self.seed, mix(name)),
            profile: self.profile(from, to),
            cut: self.is_cut(from, to),
            busy_until: Time::ZERO,
            last_due: Time::ZERO,
        };
        self.links.push((from, to, link));
        self.links.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn network(change: Change) -> Network {
        let mut network = Network::new(1, LinkProfile::default());
        for name in 0..3 {
            network.add(name);
        }
        let everyone = Side::AllBut(vec![]);
        network.add_rule(Rule { from: everyone.clone(), to: everyone, change });
        network
    }

    #[test]
    fn a_large_message_takes_its_time_and_delays_what_is_behind_it() {
        let latency = Some(Spread::Constant(Span::millis(1)));
        let mut network =
            network(Change { bandwidth: Some(1_000_000), latency, ..Change::default() });
        let (a, b) = (NodeId(0), NodeId(1));
        assert_eq!(network.pass(Time(0), a, b, 500_000), Passage::Arrives(Time(501_000)));
        assert_eq!(network.pass(Time(10), a, b, 1_000), Passage::Arrives(Time(502_000)));
        assert_eq!(network.pass(Time(10), b, a, 1_000), Passage::Arrives(Time(2_010)));
    }

    #[test]
    fn a_card_sends_one_message_after_the_other_to_whichever_nodes() {
        let latency = Some(Spread::Constant(Span::millis(1)));
        let mut network = network(Change { bandwidth: Some(0), latency, ..Change::default() });
        let (a, b, c) = (NodeId(0), NodeId(1), NodeId(2));
        network.set_card(a, 1_000_000);
        assert_eq!(network.pass(Time(0), a, b, 10_000), Passage::Arrives(Time(11_000)));
        assert_eq!(network.pass(Time(0), a, c, 10_000), Passage::Arrives(Time(21_000)));
        assert_eq!(network.pass(Time(15_000), a, b, 10_000), Passage::Arrives(Time(31_000)));
        assert_eq!((network.card_queue(a), network.card_queue(b)), (Some(2), None));
        // Another node's card has no limit.
        assert_eq!(network.pass(Time(0), b, c, 10_000), Passage::Arrives(Time(1_000)));
    }

    #[test]
    fn a_one_way_cut_stops_one_way_and_healing_mends_it() {
        let mut network = network(Change::default());
        let (a, b, c) = (NodeId(0), NodeId(1), NodeId(2));
        let left = Side::These(vec![a]);
        network.add_cut(Cut { right: Side::AllBut(vec![a]), left, one_way: true });
        assert_eq!(network.pass(Time(0), a, b, 10), Passage::Cut);
        assert!(matches!(network.pass(Time(0), b, a, 10), Passage::Arrives(_)));
        assert!(matches!(network.pass(Time(0), b, c, 10), Passage::Arrives(_)));
        network.heal();
        assert!(matches!(network.pass(Time(0), a, b, 10), Passage::Arrives(_)));
    }

    #[test]
    fn messages_keep_their_order_unless_the_link_may_reorder() {
        let wild = Some(Spread::Uniform(Span::ZERO, Span::millis(100)));
        let order = |reorder| {
            let change = Change { latency: wild, reorder: Some(reorder), ..Change::default() };
            let mut network = network(change);
            let dues: Vec<Passage> =
                (0..50).map(|at| network.pass(Time(at), NodeId(0), NodeId(1), 1)).collect();
            dues.windows(2)
                .filter(|pair| match pair {
                    [Passage::Arrives(one), Passage::Arrives(two)] => two < one,
                    _ => true,
                })
                .count()
        };
        assert_eq!(order(0), 0);
        assert!(order(1_000_000) > 5);
    }
}
