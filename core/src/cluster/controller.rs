//! The controller: it keeps the map, watches who answers, and changes one thing at a time.

use super::map::{Map, Member, Plan, Standing, Step, Task};
use super::message::{Message, Note, Reply, Request, Timer, Write};
use super::server::{Server, ServerTurn};
use crate::base::ordered::Ordered;
use crate::base::{NodeId, Span, Time, order};
use crate::machine::Input;
use crate::placement::site::Site;
use crate::store::Version;
use alloc::collections::{BTreeSet, VecDeque};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What a controller is told at first.
#[derive(Clone, Debug)]
pub struct ControllerConfig {
    /// The plan at the start of the run.
    pub plan: Arc<Plan>,
    /// How often it asks who is there.
    pub beat: Span,
    /// How long a node may be silent.
    pub suspect: Span,
    /// How long a node may stay away before its copies are rebuilt; never if `None`.
    pub rebuild: Option<Span>,
}

/// What a controller writes down.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The plan in force.
    pub plan: Arc<Plan>,
    tasks: VecDeque<Task>,
    retired: BTreeSet<NodeId>,
}

/// What a controller knows of a node from its answers.
#[derive(Clone, Debug)]
struct Sighting {
    last: Time,
    started: u64,
    formatted: u64,
    name: Option<Arc<str>>,
    site: Site,
}

/// The machine that keeps the map.
#[derive(Clone, Debug)]
pub struct Controller {
    config: Arc<ControllerConfig>,
    ledger: Ledger,
    seen: Ordered<NodeId, Sighting>,
    waiting: BTreeSet<NodeId>,
    /// From which version on a node that is behind has missed writes.
    missed: Ordered<NodeId, u64>,
    told_to_wait: Option<Task>,
}

/// More changes than this in the queue are refused.
const TASKS_MAX: usize = 256;

/// Writes in flight when a node went silent may be a little older than its last answer.
const MISSED_MARGIN: Span = Span::seconds(2);

impl Controller {
    /// Starts from the ledger on the disk, or from the first plan.
    pub fn boot(
        config: &Arc<ControllerConfig>,
        ledger: Option<&Ledger>,
        turn: &mut ServerTurn<'_>,
    ) -> Self {
        let ledger = ledger.cloned().unwrap_or_else(|| Ledger {
            plan: config.plan.clone(),
            tasks: VecDeque::new(),
            retired: BTreeSet::new(),
        });
        let mut controller = Self {
            config: config.clone(),
            ledger,
            seen: Ordered::new(),
            waiting: BTreeSet::new(),
            missed: Ordered::new(),
            told_to_wait: None,
        };
        for member in controller.ledger.plan.map.members().to_vec() {
            controller.sight(member.node, turn.now);
        }
        turn.arm(Timer::Beat, config.beat);
        let under_way = controller.ledger.plan.task.clone();
        if under_way.is_some() && controller.ledger.plan.step == Step::Streaming {
            // The change that was under way at the crash starts again under a new number.
            controller.put_back(under_way);
            controller.idle(turn);
        } else if controller.ledger.plan.step == Step::Draining {
            controller.waiting = controller.ledger.plan.everyone().into_iter().collect();
        }
        controller
    }

    fn sight(&mut self, node: NodeId, now: Time) -> &mut Sighting {
        self.seen.at(node, || Sighting {
            last: now,
            started: 0,
            formatted: 0,
            name: None,
            site: Site::default(),
        })
    }

    /// The plan in force.
    #[must_use]
    pub fn plan(&self) -> &Arc<Plan> {
        &self.ledger.plan
    }

    /// Changes that wait for their turn.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.ledger.tasks.iter()
    }

    /// Nodes whose word the change under way is waiting for.
    #[must_use]
    pub fn waiting(&self) -> &BTreeSet<NodeId> {
        &self.waiting
    }

    /// Takes one input.
    pub fn step(&mut self, input: Input<Server>, turn: &mut ServerTurn<'_>) {
        // No node may hear of a plan that a crash of this one could take back.
        turn.fence();
        match input {
            Input::Timer(_) => self.beat(turn),
            Input::Message { from, message } => self.hear(from, message, turn),
            Input::Request { id, request } => {
                turn.reply(id, Reply::Noted);
                if let Request::Edit(edit) = request {
                    self.take_on(Task::Edit(edit));
                    self.proceed(turn);
                }
            }
        }
    }

    fn hear(&mut self, from: NodeId, message: Message, turn: &mut ServerTurn<'_>) {
        match message {
            Message::Hello { name, weight, site } => {
                let known = self.ledger.plan.map.member(from).is_some();
                if known || self.ledger.retired.contains(&from) {
                    turn.send(from, Message::Plan(self.ledger.plan.clone()));
                } else {
                    let sighting = self.sight(from, turn.now);
                    sighting.last = turn.now;
                    sighting.name = Some(name);
                    sighting.site = site;
                    self.take_on(Task::Join(from, weight));
                }
            }
            Message::Order(task) => self.take_on(task),
            Message::Alive { epoch, started, formatted } => {
                self.alive(from, epoch, started, formatted, turn);
            }
            Message::AskPlan => turn.send(from, Message::Plan(self.ledger.plan.clone())),
            Message::Streamed { epoch } => self.report(from, epoch, Step::Streaming, turn),
            Message::Drained { epoch } => self.report(from, epoch, Step::Draining, turn),
            _ => {}
        }
        self.proceed(turn);
    }

    fn take_on(&mut self, task: Task) {
        let plan = &self.ledger.plan;
        let needless = match &task {
            Task::Join(node, _) => plan.map.member(*node).is_some(),
            Task::Leave(node) | Task::Replace(node) => plan.map.member(*node).is_none(),
            Task::Weight(node, weight) => {
                plan.map.member(*node).is_none_or(|member| member.weight == *weight)
            }
            Task::Edit(edit) => plan.map.edited(edit).is_none(),
            Task::Repair => false,
        };
        let known = plan.task.as_ref() == Some(&task) || self.ledger.tasks.contains(&task);
        if !needless && !known && self.ledger.tasks.len() < TASKS_MAX {
            self.ledger.tasks.push_back(task);
        }
    }

    /// Lets a change that was broken off be the next one. Repairs need no place in the queue: they come
    /// first whenever a node is behind.
    fn put_back(&mut self, task: Option<Task>) {
        if let Some(task) = task.filter(|task| *task != Task::Repair) {
            self.ledger.tasks.push_front(task);
        }
    }

    fn beat(&mut self, turn: &mut ServerTurn<'_>) {
        turn.arm(Timer::Beat, self.config.beat);
        let plan = self.ledger.plan.clone();
        let mut nodes = plan.everyone();
        for task in &self.ledger.tasks {
            if let Task::Join(node, _) = task {
                nodes.push(*node);
            }
        }
        order::sort(&mut nodes);
        nodes.dedup();
        for node in nodes {
            turn.send(node, Message::Beat { epoch: plan.epoch });
        }
        for member in plan.map.members() {
            let last = self.sight(member.node, turn.now).last;
            let silent = turn.now.since(last);
            if silent > self.config.suspect && member.standing != Standing::Suspected {
                self.missed.at(member.node, || version_before(last));
                turn.note(Note::Suspected(member.node));
                self.judge(member.node, Standing::Suspected, turn);
            } else if member.standing == Standing::Suspected
                && plan.map.replicas() > 1
                && self.config.rebuild.is_some_and(|limit| silent > limit)
            {
                self.take_on(Task::Replace(member.node));
            }
        }
        if plan.step == Step::Draining {
            // A node that has left the map is judged by nobody, and may not hold up the rest.
            let silent = |node: &NodeId| self.is_silent(*node, turn.now);
            let gone: Vec<NodeId> = self.waiting.iter().copied().filter(silent).collect();
            for node in gone {
                self.waiting.remove(&node);
            }
        }
        let joining = match &plan.task {
            Some(Task::Join(node, _)) if plan.step == Step::Streaming => Some(*node),
            _ => None,
        };
        if let Some(node) = joining.filter(|node| self.is_silent(*node, turn.now)) {
            if let Some(task) = plan.task.clone() {
                turn.note(Note::Waits(task.clone()));
                self.told_to_wait = Some(task.clone());
                self.put_back(Some(task));
                self.idle(turn);
            }
            self.seen.remove(&node);
        }
        self.proceed(turn);
    }

    fn is_silent(&self, node: NodeId, now: Time) -> bool {
        self.seen.get(&node).is_none_or(|sighting| now.since(sighting.last) > self.config.suspect)
    }

    fn alive(
        &mut self,
        node: NodeId,
        epoch: u32,
        started: u64,
        formatted: u64,
        turn: &mut ServerTurn<'_>,
    ) {
        let now = turn.now;
        let sighting = self.sight(node, now);
        let before = sighting.clone();
        *sighting = Sighting { last: now, started, formatted, ..before.clone() };
        let plan = self.ledger.plan.clone();
        if epoch < plan.epoch {
            turn.send(node, Message::Plan(plan.clone()));
        }
        let Some(member) = plan.map.member(node) else { return };
        let restarted = before.started != 0 && before.started != started;
        if before.formatted != 0 && before.formatted != formatted {
            // Another disk, or an empty one: it has missed everything.
            self.missed.insert(node, 0);
        } else if restarted {
            self.missed.at(node, || version_before(before.last));
        }
        match member.standing {
            Standing::Suspected => {
                turn.note(Note::Back(node));
                self.ledger.tasks.retain(|task| *task != Task::Replace(node));
                self.judge(node, Standing::Behind, turn);
            }
            Standing::Serving if restarted => self.judge(node, Standing::Behind, turn),
            Standing::Behind if restarted => self.judge(node, Standing::Behind, turn),
            Standing::Serving | Standing::Behind => {}
        }
    }

    /// Gives a member another standing. A change under way starts again on the new ground.
    fn judge(&mut self, node: NodeId, standing: Standing, turn: &mut ServerTurn<'_>) {
        let plan = self.ledger.plan.clone();
        let mut next = Plan {
            epoch: plan.epoch + 1,
            map: plan.map.with_standing(node, standing),
            next: None,
            ..(*plan).clone()
        };
        match plan.step {
            Step::Streaming => {
                self.put_back(plan.task.clone());
                next.task = None;
                next.step = Step::Idle;
                self.waiting.clear();
            }
            Step::Draining => {
                // The new map is in force; who does not answer is not waited for.
                self.waiting.remove(&node);
            }
            Step::Idle | Step::Settled => {
                next.task = None;
                next.step = Step::Idle;
            }
        }
        self.announce(next, turn);
    }

    fn idle(&mut self, turn: &mut ServerTurn<'_>) {
        let plan = self.ledger.plan.clone();
        self.waiting.clear();
        let epoch = plan.epoch + 1;
        let next = Plan { epoch, next: None, task: None, step: Step::Idle, ..(*plan).clone() };
        self.announce(next, turn);
    }

    fn announce(&mut self, plan: Plan, turn: &mut ServerTurn<'_>) {
        let mut nodes = plan.everyone();
        nodes.extend(self.ledger.plan.everyone());
        order::sort(&mut nodes);
        nodes.dedup();
        self.ledger.plan = Arc::new(plan);
        turn.save(Write::Plan(Arc::new(self.ledger.clone())));
        for node in nodes {
            turn.send(node, Message::Plan(self.ledger.plan.clone()));
        }
    }

    fn report(&mut self, from: NodeId, epoch: u32, step: Step, _turn: &mut ServerTurn<'_>) {
        if epoch == self.ledger.plan.epoch && step == self.ledger.plan.step {
            self.waiting.remove(&from);
        }
    }

    /// Goes on to the next step of the change under way, or to the next change.
    fn proceed(&mut self, turn: &mut ServerTurn<'_>) {
        let plan = self.ledger.plan.clone();
        match plan.step {
            Step::Streaming if self.waiting.is_empty() => {
                let map = plan.next.clone().unwrap_or_else(|| plan.map.clone());
                if plan.task == Some(Task::Repair) {
                    for member in map.members() {
                        if member.standing == Standing::Serving {
                            self.missed.remove(&member.node);
                        }
                    }
                }
                self.waiting = self.answering(&plan, turn.now);
                self.announce(
                    Plan {
                        epoch: plan.epoch + 1,
                        map,
                        next: None,
                        step: Step::Draining,
                        ..(*plan).clone()
                    },
                    turn,
                );
            }
            Step::Draining if self.waiting.is_empty() => {
                if let Some(task) = &plan.task {
                    if let Task::Leave(node) = task {
                        self.ledger.retired.insert(*node);
                    }
                    turn.note(Note::Done(task.clone()));
                }
                self.announce(
                    Plan { epoch: plan.epoch + 1, step: Step::Settled, ..(*plan).clone() },
                    turn,
                );
            }
            Step::Idle | Step::Settled => self.begin(&plan, turn),
            Step::Streaming | Step::Draining => {}
        }
    }

    /// The nodes whose word a change has to wait for.
    fn answering(&self, plan: &Plan, now: Time) -> BTreeSet<NodeId> {
        plan.everyone().into_iter().filter(|node| !self.is_silent(*node, now)).collect()
    }

    fn begin(&mut self, plan: &Arc<Plan>, turn: &mut ServerTurn<'_>) {
        let behind: Vec<NodeId> = plan
            .map
            .members()
            .iter()
            .filter(|member| member.standing == Standing::Behind)
            .map(|member| member.node)
            .collect();
        let (task, next) = if behind.is_empty() {
            let Some(found) = self.next_task(plan, turn) else { return };
            found
        } else {
            let mut next = plan.map.clone();
            for node in &behind {
                next = next.with_standing(*node, Standing::Serving);
            }
            (Task::Repair, next)
        };
        let since = behind
            .iter()
            .map(|node| (*node, self.missed.get(node).copied().unwrap_or(0)))
            .collect();
        let begun = Plan {
            epoch: plan.epoch + 1,
            map: plan.map.clone(),
            next: Some(next),
            task: Some(task.clone()),
            step: Step::Streaming,
            since,
        };
        self.waiting = self.answering(&begun, turn.now);
        self.told_to_wait = None;
        turn.note(Note::Began(task));
        self.announce(begun, turn);
    }

    /// The first change in the queue that can begin now, and the map that it leads to.
    fn next_task(&mut self, plan: &Plan, turn: &mut ServerTurn<'_>) -> Option<(Task, Map)> {
        for at in 0..self.ledger.tasks.len() {
            let task = self.ledger.tasks[at].clone();
            let next = match &task {
                Task::Join(node, weight) if !self.is_silent(*node, turn.now) => {
                    let (node, weight) = (*node, *weight);
                    let sighting = self.seen.get(&node);
                    let name = sighting.and_then(|sighting| sighting.name.clone());
                    let name = name.unwrap_or_else(|| Arc::from("?"));
                    let site = sighting.map(|sighting| sighting.site).unwrap_or_default();
                    let standing = Standing::Serving;
                    Some(plan.map.with(Member { node, name, weight, site, standing }))
                }
                Task::Weight(node, weight) => plan
                    .map
                    .member(*node)
                    .cloned()
                    .map(|member| plan.map.with(Member { weight: *weight, ..member })),
                Task::Leave(node) | Task::Replace(node) if plan.map.members().len() > 1 => {
                    Some(plan.map.without(*node))
                }
                Task::Edit(edit) => match plan.map.edited(edit) {
                    Some(next) => Some(next),
                    None => {
                        // Somebody else was first, or it names what is not there.
                        self.ledger.tasks.remove(at);
                        return self.next_task(plan, turn);
                    }
                },
                _ => None,
            };
            if let Some(next) = next {
                self.ledger.tasks.remove(at);
                return Some((task, next));
            }
            if at == 0 && self.told_to_wait.as_ref() != Some(&task) {
                self.told_to_wait = Some(task.clone());
                turn.note(Note::Waits(task));
            }
        }
        None
    }
}

/// The oldest version that a node may have missed if it was last heard of at a time.
fn version_before(last: Time) -> u64 {
    Version::at((last - MISSED_MARGIN).0).0
}
