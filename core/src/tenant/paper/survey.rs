//! A survey: keys placed on paper, to the last one. Nothing is stored and nothing is sent.
//!
//! What it finds is exact for the keys that it was given: who would hold how many, how many would
//! move, between whom, how many nodes a range query would ask, and what a router would remember. It
//! knows a million keys, which a cluster with machines and messages does not.

use super::finding::{Finding, Holding, Revision};
use super::message::{Message, Note, Request, Timer, Write};
use crate::base::Rng;
use crate::base::{NodeId, order};
use crate::client::{Noted, Reply};
use crate::machine::{Input, Machine, Turn};
use crate::placement::keys::KeySet;
use crate::placement::list::first_part;
use crate::placement::placing::{Placing, Start};
use crate::placement::{Place, Placed, Placement, Strategy};
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What a survey is told at first.
#[derive(Clone, Debug)]
pub struct SurveyConfig {
    /// How keys are placed.
    pub strategy: Arc<Strategy>,
    /// The nodes at the start, by name, with their weights in hundredths.
    pub nodes: Vec<(Arc<str>, u32)>,
    /// The keys.
    pub keys: Arc<KeySet>,
    /// Where they are placed at the start.
    pub start: Arc<Start>,
    /// What share of all keys a range query is about, in millionths.
    pub scan: u32,
}

/// The machine that keeps the paper.
#[derive(Clone, Debug)]
pub struct Survey {
    config: Arc<SurveyConfig>,
    /// All nodes that ever were, by number, with their names.
    names: Vec<Arc<str>>,
    /// Those that are there, with their weights.
    nodes: Vec<(NodeId, u32)>,
    placed: Arc<Placed>,
    held: Arc<Vec<NodeId>>,
    /// Where each key was before the last change.
    before: Arc<Vec<NodeId>>,
    finding: Option<Arc<Finding>>,
    /// The next change, while it is worked out ahead of the request for it, and once it is.
    working: Option<Box<Revising>>,
    prepared: Option<Box<Revising>>,
}

impl Machine for Survey {
    type Config = Arc<SurveyConfig>;
    type Durable = ();
    type Write = Write;
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Reply = Reply;
    type Note = Noted<Note>;

    fn boot(config: &Arc<SurveyConfig>, (): &(), turn: &mut Turn<'_, Self>) -> Self {
        Self::start(config, turn)
    }

    fn settle((): &mut (), write: Write) {
        match write {}
    }

    fn step(&mut self, input: Input<Self>, turn: &mut Turn<'_, Self>) {
        match input {
            Input::Request { id, request: Request::Revise(revision) } => {
                turn.reply(id, Reply::Noted);
                self.revise(revision, turn);
            }
            Input::Message { message, .. } => match message {},
            Input::Timer(timer) => match timer {},
            Input::WriteFailed(_) => {}
        }
    }

    fn tear(write: Write, _: &mut Rng) -> Option<Write> {
        match write {}
    }

    fn corrupt((): &mut (), _: &mut Rng) -> bool {
        false
    }

    fn disk_bytes((): &()) -> u64 {
        0
    }

    fn message_bytes(message: &Message) -> u64 {
        match *message {}
    }

    fn write_bytes(write: &Write) -> u64 {
        match *write {}
    }
}

impl Survey {
    /// Places the keys for the first time.
    fn start(config: &Arc<SurveyConfig>, turn: &mut Turn<'_, Self>) -> Self {
        let names: Vec<Arc<str>> = config.nodes.iter().map(|(name, _)| name.clone()).collect();
        let nodes: Vec<(NodeId, u32)> = (0..)
            .zip(&config.nodes)
            .map(|(number, (_, weight))| (NodeId(number), *weight))
            .collect();
        let Start { placed, held } = (*config.start).clone();
        let mut survey = Self {
            config: config.clone(),
            names,
            nodes,
            placed,
            before: held.clone(),
            held,
            finding: None,
            working: None,
            prepared: None,
        };
        let before = survey.held.clone();
        survey.find(Revision::Start, &before, 0, turn);
        survey
    }

    /// The paper.
    #[must_use]
    pub fn placed(&self) -> &Placed {
        &self.placed
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &KeySet {
        &self.config.keys
    }

    /// The node of each key before the last change.
    #[must_use]
    pub fn before(&self) -> &[NodeId] {
        &self.before
    }

    /// The node of each key, in the order of the keys.
    #[must_use]
    pub fn held(&self) -> &[NodeId] {
        &self.held
    }

    /// How keys are placed.
    #[must_use]
    pub fn strategy(&self) -> &Strategy {
        &self.config.strategy
    }

    /// What was found last.
    #[must_use]
    pub fn finding(&self) -> Option<&Arc<Finding>> {
        self.finding.as_ref()
    }

    /// The name of a node.
    #[must_use]
    pub fn name(&self, node: NodeId) -> &str {
        self.names.get(node.index()).map_or("nobody", |name| name)
    }

    /// The nodes that are there.
    #[must_use]
    pub fn nodes(&self) -> &[(NodeId, u32)] {
        &self.nodes
    }

    /// What share of the keys, in millionths, would move if one more node came, and if the first one
    /// left, each by itself. Every key is placed again.
    #[must_use]
    pub fn trials(&self) -> (u32, u32) {
        let newcomer = NodeId(self.names.len() as u32);
        let mut wider = (*self.placed).clone();
        wider.join(&Place { node: newcomer, name: "one more", weight: 100 });
        let mut fewer = (*self.placed).clone();
        if let Some((first, _)) = self.nodes.first().filter(|_| self.nodes.len() > 1) {
            fewer.leave(*first);
        }
        let moved = |placed: Placed| {
            let held = self.hold(placed).1;
            let moved = held.iter().zip(self.held.iter()).filter(|(is, was)| is != was).count();
            (moved as u64 * 1_000_000 / held.len().max(1) as u64) as u32
        };
        (moved(wider), moved(fewer))
    }

    /// Where each key is after a change, starting from where it is now.
    fn hold(&self, placed: Placed) -> (Placed, Vec<NodeId>) {
        Placing::again(placed, &self.config.keys, &self.held).finish()
    }

    /// Begins to work a change out; nothing if it changes nothing and is not even noted.
    #[must_use]
    pub fn begin(&self, revision: &Revision) -> Option<Revising> {
        let mut next = Revising {
            revision: revision.clone(),
            names: self.names.clone(),
            nodes: self.nodes.clone(),
            expected: 0,
            placing: None,
        };
        let placed = next.change((*self.placed).clone())?;
        let at_end = match revision {
            Revision::Leave(name) => {
                self.nodes.last().is_some_and(|(node, _)| self.name(*node) == &**name)
            }
            _ => true,
        };
        next.expected = expected(&self.config.strategy, &self.nodes, &next.nodes, at_end);
        next.placing = Some(Placing::again(placed, &self.config.keys, &self.held));
        Some(next)
    }

    /// Works a change out ahead of the request for it, until so much work is done, so that a million keys
    /// can be placed in parts; true once it is ready.
    pub fn prepare(&mut self, revision: &Revision, left: &mut u64) -> bool {
        if self.working.is_none() {
            self.working = self.begin(revision).map(Box::new);
            *left = left.saturating_sub(self.placed.bytes() / 8);
        }
        let ready = self.working.as_mut().is_none_or(|working| working.step(left));
        if ready && let Some(working) = self.working.take() {
            self.prepared = Some(working);
        }
        ready
    }

    /// How many keys the change that is worked out has placed so far, and of how many.
    #[must_use]
    pub fn working(&self) -> Option<(usize, usize)> {
        self.working.as_deref().map(Revising::progress)
    }

    fn revise(&mut self, revision: Revision, turn: &mut Turn<'_, Self>) {
        let prepared = self.prepared.take().filter(|prepared| prepared.revision == revision);
        let prepared = prepared.map(|prepared| *prepared);
        let Some(revising) = prepared.or_else(|| self.begin(&revision)) else { return };
        let Revising { names, nodes, expected, placing, .. } = revising;
        let Some(placing) = placing else { return };
        let (placed, held) = placing.finish();
        (self.names, self.nodes) = (names, nodes);
        self.before = core::mem::replace(&mut self.held, Arc::new(held));
        self.placed = Arc::new(placed);
        let before = self.before.clone();
        self.find(revision, &before, expected, turn);
    }

    /// Writes down what a change has made of the keys.
    fn find(
        &mut self,
        revision: Revision,
        before: &[NodeId],
        expected: u32,
        turn: &mut Turn<'_, Self>,
    ) {
        let (counts, pairs) = tally(before, &self.held, self.names.len());
        let moved = pairs.iter().map(|(_, count)| count).sum();
        let ids: Vec<NodeId> = self.nodes.iter().map(|(node, _)| *node).collect();
        let shares = self.placed.shares(&ids);
        let nodes: Vec<Holding> = self
            .nodes
            .iter()
            .zip(shares)
            .map(|((node, weight), share)| Holding {
                name: self.names[node.index()].clone(),
                weight: *weight,
                keys: counts[node.index()],
                share,
            })
            .collect();
        let mut places = alloc::vec![ids.len() as u32; self.names.len()];
        for (at, node) in (0..).zip(&ids) {
            places[node.index()] = at;
        }
        let place = |node: NodeId| places.get(node.index()).copied().unwrap_or(ids.len() as u32);
        let mut heirs: BTreeSet<NodeId> = BTreeSet::new();
        for ((_, to), _) in &pairs {
            heirs.insert(*to);
        }
        let last = self.finding.as_deref();
        let finding = Arc::new(Finding {
            left: match &revision {
                Revision::Leave(name) => Some(name.clone()),
                _ => None,
            },
            revision,
            keys: self.config.keys.len() as u32,
            moved,
            moved_all: last.map_or(0, |last| last.moved_all) + u64::from(moved),
            expected_all: last.map_or(0, |last| last.expected_all) + u64::from(expected),
            pairs: pairs
                .into_iter()
                .map(|((from, to), count)| (place(from), place(to), count))
                .collect(),
            nodes,
            fan_out: self.fan_out(),
            bytes: self.placed.bytes(),
            distinct: self.config.keys.distinct(),
            hottest: self.config.keys.heavy().first().map_or(0, |(_, count, _)| *count),
            heirs: heirs.len() as u32,
        });
        self.finding = Some(finding.clone());
        turn.note(Note::Surveyed(finding));
    }

    /// How many nodes a query for neighbouring keys must ask, in the mean, in thousandths.
    fn fan_out(&self) -> u32 {
        let keys = &self.config.keys;
        let ordered = keys.ordered();
        if ordered.is_empty() {
            return 0;
        }
        let all = self.nodes.len() as u64;
        let width =
            (ordered.len() as u64 * u64::from(self.config.scan) / 1_000_000).max(1) as usize;
        let width = width.min(ordered.len() - 1);
        let (mut asked, mut queries) = (0, 0);
        for (from, to) in ordered.iter().zip(&ordered[width..]) {
            let (from, to) = (keys.key(*from as usize), keys.key(*to as usize));
            asked += match &*self.placed {
                Placed::Range(range) => {
                    let pieces = &range.pieces()[range.between(from, to)];
                    let mut nodes: Vec<NodeId> = pieces.iter().map(|piece| piece.node).collect();
                    order::sort(&mut nodes);
                    nodes.dedup();
                    nodes.len() as u64
                }
                // What shares its first part lies together; a query across asks everybody.
                Placed::List(_) | Placed::Directory(_) if first_part(from) == first_part(to) => 1,
                _ => all,
            };
            queries += 1;
        }
        (asked * 1_000 / queries) as u32
    }
}

/// A change of a survey while it is worked out.
#[derive(Clone, Debug)]
pub struct Revising {
    revision: Revision,
    names: Vec<Arc<str>>,
    nodes: Vec<(NodeId, u32)>,
    expected: u32,
    placing: Option<Placing>,
}

impl Revising {
    /// Goes on until so much work is done, or a little more; true once nothing is left but to take it.
    pub fn step(&mut self, work: &mut u64) -> bool {
        self.placing.as_mut().is_none_or(|placing| placing.step(work))
    }

    /// How many keys are placed so far, and of how many.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        self.placing.as_ref().map_or((0, 0), Placing::progress)
    }

    fn number(&mut self, name: &Arc<str>) -> NodeId {
        let at = self.names.iter().position(|known| known == name).unwrap_or_else(|| {
            self.names.push(name.clone());
            self.names.len() - 1
        });
        NodeId(at as u32)
    }

    fn knows(&self, node: NodeId) -> bool {
        self.nodes.iter().any(|(other, _)| *other == node)
    }

    /// The nodes after the change, as far as no table takes long to fill; nothing if nobody of that
    /// name is there to weigh more or less.
    fn change(&mut self, mut placed: Placed) -> Option<Placed> {
        match self.revision.clone() {
            Revision::Start => {}
            Revision::Join(name, weight) | Revision::Weight(name, weight) => {
                let weight = weight.max(1);
                let new = matches!(self.revision, Revision::Join(..));
                let known = self.names.iter().position(|known| *known == name);
                if !new && !known.is_some_and(|at| self.knows(NodeId(at as u32))) {
                    return None;
                }
                let node = self.number(&name);
                self.nodes.retain(|(other, _)| *other != node);
                self.nodes.push((node, weight));
                placed.join_later(&[Place { node, name: &name, weight }]);
            }
            Revision::Leave(name) => {
                let node = self.number(&name);
                // The last node stays: somebody must hold the keys.
                if self.knows(node) && self.nodes.len() > 1 {
                    self.nodes.retain(|(other, _)| *other != node);
                    placed.leave_later(node);
                }
            }
            Revision::Give(key, name) => {
                let node = self.number(&name);
                if self.knows(node) {
                    placed.give(key.as_bytes(), node);
                }
            }
            Revision::Split(at) => {
                if let Placed::Range(range) = &mut placed
                    && range.split(at.as_bytes())
                    && let Some(node) = range.lightest()
                {
                    range.give(at.as_bytes(), node);
                }
            }
            Revision::Merge(at) => {
                if let Placed::Range(range) = &mut placed {
                    range.merge(at.as_bytes());
                }
            }
        }
        Some(placed)
    }
}

/// Keys that moved from a node to a node.
type Move = ((NodeId, NodeId), u32);

/// So many pairs of nodes are counted in a table; of more only those that are met.
const TABLE_MAX: usize = 1 << 20;

/// How many keys each node holds, and how many moved from each node to each other, in order.
fn tally(before: &[NodeId], held: &[NodeId], nodes: usize) -> (Vec<u32>, Vec<Move>) {
    let width = nodes + 1;
    let mut counts = alloc::vec![0_u32; width];
    if width * width > TABLE_MAX {
        let mut pairs: BTreeMap<(NodeId, NodeId), u32> = BTreeMap::new();
        for (was, is) in before.iter().zip(held) {
            counts[is.index().min(nodes)] += 1;
            if was != is {
                *pairs.entry((*was, *is)).or_default() += 1;
            }
        }
        return (counts, pairs.into_iter().collect());
    }
    let mut table = alloc::vec![0_u32; width * width];
    for (was, is) in before.iter().zip(held) {
        table[was.index().min(nodes) * width + is.index().min(nodes)] += 1;
    }
    let mut pairs = Vec::new();
    // Nobody's keys are the world's, whose number is behind all others.
    let node = |at: usize| if at == nodes { NodeId::WORLD } else { NodeId(at as u32) };
    for (at, count) in table.into_iter().enumerate().filter(|(_, count)| *count > 0) {
        let (was, is) = (at / width, at % width);
        counts[is] += count;
        if was != is {
            pairs.push(((node(was), node(is)), count));
        }
    }
    (counts, pairs)
}

/// What share of all keys theory expects to move, in millionths; nought where a strategy moves what
/// somebody decides.
fn expected(
    strategy: &Strategy,
    before: &[(NodeId, u32)],
    after: &[(NodeId, u32)],
    at_end: bool,
) -> u32 {
    let weigh = |nodes: &[(NodeId, u32)]| nodes.iter().map(|(_, w)| u64::from(*w)).sum::<u64>();
    let of = |part: u64, all: u64| (part * 1_000_000 / all.max(1)) as u32;
    let (old, new) = (before.len() as u64, after.len() as u64);
    match strategy {
        Strategy::Range { .. } | Strategy::List { .. } | Strategy::Directory => 0,
        // A key stays only if both divisions leave the same rest: one in the larger number does.
        Strategy::Modulo if old != new => of(old.max(new) - 1, old.max(new)),
        Strategy::Modulo => 0,
        // Who leaves from the middle gives its number to the last one, whose own keys move too.
        Strategy::Jump if new < old && !at_end => of(2 * old - 3, old * (old - 1).max(1)),
        Strategy::Jump | Strategy::MultiProbe { .. } | Strategy::Anchor { .. } if old == new => 0,
        Strategy::Jump | Strategy::MultiProbe { .. } | Strategy::Anchor { .. } => {
            of(1, old.max(new))
        }
        _ => {
            // Each node gains or loses the difference of its shares; what is gained is what moves.
            let (all_before, all_after) = (weigh(before), weigh(after));
            let mut gained = 0;
            for (node, weight) in after {
                let was = before.iter().find(|(other, _)| other == node).map_or(0, |(_, w)| *w);
                let (was, is) = (of(u64::from(was), all_before), of(u64::from(*weight), all_after));
                gained += is.saturating_sub(was);
            }
            gained
        }
    }
}
