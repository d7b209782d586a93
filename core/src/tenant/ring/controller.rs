//! The controller: it keeps the map, watches who answers, and changes one thing at a time.

use super::machine::{Process, ProcessTurn};
use super::map::{ClusterMap, Map, Member, Standing, Step, Task};
use super::message::{Hello, Message, Note, Reply, Request, Timer, Write};
use super::ready;
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Span, Time, order};
use crate::machine::Input;
use crate::placement::site::Site;
use alloc::boxed::Box;
use alloc::collections::{BTreeSet, VecDeque};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What a controller is told at first.
#[derive(Clone, Debug)]
pub struct ControllerConfig {
    /// The plan at the start of the run.
    pub plan: Arc<ClusterMap>,
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
    pub plan: Arc<ClusterMap>,
    tasks: VecDeque<Task>,
    retired: BTreeSet<NodeId>,
}

impl Ledger {
    /// That of a controller that has written nothing yet.
    fn first(plan: &Arc<ClusterMap>) -> Self {
        Self { plan: plan.clone(), tasks: VecDeque::new(), retired: BTreeSet::new() }
    }

    /// What the disk of a controller that is off holds once a change was left there for it.
    #[must_use]
    pub fn with_task(found: Option<&Self>, first: &Arc<ClusterMap>, task: Task) -> Self {
        let mut ledger = found.cloned().unwrap_or_else(|| Self::first(first));
        if !ledger.tasks.contains(&task) && ledger.tasks.len() < TASKS_MAX {
            ledger.tasks.push_back(task);
        }
        ledger
    }
}

/// What a controller knows of a node from its answers.
#[derive(Clone, Debug)]
struct Sighting {
    last: Time,
    life: u64,
    disk: u64,
    name: Option<Arc<str>>,
    site: Site,
}

/// The machine that keeps the map.
#[derive(Clone, Debug)]
pub struct Controller {
    config: Arc<ControllerConfig>,
    ledger: Ledger,
    seen: VecMap<NodeId, Sighting>,
    waiting: BTreeSet<NodeId>,
    /// The changes that wait, each with the nodes that it waits for, as far as that was said.
    said_to_wait: Vec<(Task, Vec<NodeId>)>,
}

/// More changes than this in the queue are refused.
const TASKS_MAX: usize = 256;

impl Controller {
    /// Starts from the ledger on the disk, or from the first plan.
    pub fn boot(
        config: &Arc<ControllerConfig>,
        ledger: Option<&Ledger>,
        turn: &mut ProcessTurn<'_>,
    ) -> Self {
        let ledger = ledger.cloned().unwrap_or_else(|| Ledger::first(&config.plan));
        let mut controller = Self {
            config: config.clone(),
            ledger,
            seen: VecMap::new(),
            waiting: BTreeSet::new(),
            said_to_wait: Vec::new(),
        };
        for member in controller.ledger.plan.map.members().to_vec() {
            controller.sight(member.node, turn.now);
        }
        turn.arm(Timer::Heartbeat, config.beat);
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
            life: 0,
            disk: 0,
            name: None,
            site: Site::default(),
        })
    }

    /// The plan in force.
    #[must_use]
    pub fn plan(&self) -> &Arc<ClusterMap> {
        &self.ledger.plan
    }

    /// Changes that wait for their turn.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.ledger.tasks.iter()
    }

    /// For whom a change that is put off waits, as far as that was said.
    #[must_use]
    pub fn waits_for(&self, task: &Task) -> Option<&[NodeId]> {
        let said = self.said_to_wait.iter().find(|(other, _)| other == task)?;
        Some(&said.1)
    }

    /// Nodes whose word the change under way is waiting for.
    #[must_use]
    pub fn waiting(&self) -> &BTreeSet<NodeId> {
        &self.waiting
    }

    /// Takes one input.
    pub fn step(&mut self, input: Input<Process>, turn: &mut ProcessTurn<'_>) {
        if let Input::Timer(_) = input {
            turn.arm(Timer::Heartbeat, self.config.beat);
            self.ask(turn);
        }
        if !matches!(input, Input::WriteFailed(_)) {
            // No node may hear of a plan that a crash of this one could take back.
            turn.fence();
        }
        match input {
            Input::WriteFailed(_) => turn.halt(),
            Input::Timer(_) => self.beat(turn),
            Input::Message { from, message } => self.hear(from, message, turn),
            Input::Request { id, request } => {
                turn.reply(id, Reply::Noted);
                let task = match request {
                    Request::Edit(edit) => Task::Edit(edit),
                    Request::Change(task) => task,
                    Request::Get(_)
                    | Request::Put(..)
                    | Request::Work(_)
                    | Request::Leave
                    | Request::Weight(_) => return,
                };
                self.take_on(task);
                self.proceed(turn);
            }
        }
    }

    fn hear(&mut self, from: NodeId, message: Message, turn: &mut ProcessTurn<'_>) {
        match message {
            Message::Hello(hello) => {
                let Hello { name, weight, site, life, first, disk } = *hello;
                let sighting = self.sight(from, turn.now);
                sighting.name = Some(name);
                sighting.site = site;
                // Who has started again is judged before it hears a plan that says it serves.
                self.alive(from, life, first, disk, turn);
                let known = self.ledger.plan.map.member(from).is_some();
                if !known && !self.ledger.retired.contains(&from) {
                    self.take_on(Task::Join(from, weight));
                }
                // Also one that is to join may hold keys from before, which it offers to their owners.
                turn.send(from, Message::ClusterMap(self.ledger.plan.clone()));
            }
            Message::Order(task) => self.take_on(task),
            Message::HeartbeatAck { epoch, life, first, disk } => {
                self.alive(from, life, first, disk, turn);
                if epoch < self.ledger.plan.epoch {
                    turn.send(from, Message::ClusterMap(self.ledger.plan.clone()));
                }
            }
            Message::AskPlan => turn.send(from, Message::ClusterMap(self.ledger.plan.clone())),
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

    /// Asks everybody who is there. That does not wait for the disk: an answer says nothing of a plan.
    fn ask(&self, turn: &mut ProcessTurn<'_>) {
        let plan = &self.ledger.plan;
        let mut nodes = plan.everyone();
        for task in &self.ledger.tasks {
            // One whose name was forgotten in a crash of this node says hello if it hears nothing.
            if let Task::Join(node, _) = task
                && self.seen.get(node).is_some_and(|sighting| sighting.name.is_some())
            {
                nodes.push(*node);
            }
        }
        order::sort(&mut nodes);
        nodes.dedup();
        for node in nodes {
            turn.send(node, Message::Heartbeat { epoch: plan.epoch });
        }
    }

    /// Judges who did not answer.
    fn beat(&mut self, turn: &mut ProcessTurn<'_>) {
        let plan = self.ledger.plan.clone();
        for member in plan.map.members() {
            let last = self.sight(member.node, turn.now).last;
            let silent = turn.now.since(last);
            if silent > self.config.suspect && member.standing != Standing::Suspected {
                turn.note(Note::Suspected(member.node));
                let standing = Standing::Suspected;
                self.judge(Member { standing, ..member.clone() }, turn);
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
                self.put_back(Some(task.clone()));
                self.idle(turn);
                self.say_that_it_waits(task, alloc::vec![node], turn);
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
        life: u64,
        first: bool,
        disk: u64,
        turn: &mut ProcessTurn<'_>,
    ) {
        let sighting = self.sight(node, turn.now);
        // Of its first life only this sighting has the number.
        let again = sighting.life != 0 && sighting.life != life;
        (sighting.last, sighting.life, sighting.disk) = (turn.now, life, disk);
        let plan = self.ledger.plan.clone();
        let Some(member) = plan.map.member(node).cloned() else {
            let next = plan.next.as_ref().and_then(|next| next.member(node));
            if next.is_some_and(|member| member.life != life || member.disk != disk) {
                // It has started again while it was joining, perhaps on an empty disk.
                self.put_back(plan.task.clone());
                self.idle(turn);
            }
            return;
        };
        if member.standing == Standing::Suspected {
            turn.note(Note::Back(node));
            self.ledger.tasks.retain(|task| *task != Task::Replace(node));
        } else if member.is_in_life(life, first) && !again && member.disk == disk {
            return;
        }
        self.judge(Member { standing: Standing::Behind, life, disk, ..member }, turn);
    }

    /// Judges a member anew. A change under way starts again on the new ground.
    fn judge(&mut self, mut member: Member, turn: &mut ProcessTurn<'_>) {
        let plan = self.ledger.plan.clone();
        let (node, before) = (member.node, plan.map.member(member.node));
        let mut floor = plan.floor;
        if before.is_some_and(|before| before.disk != member.disk) {
            // Another disk, or an empty one: it has missed everything.
            member.since = 0;
        } else if plan.map.serves(node) {
            // From here on it misses what is written, and all of that is newer than this.
            floor = turn.wall.0.max(floor + 1);
            member.since = floor;
        }
        let mut next = ClusterMap {
            epoch: plan.epoch + 1,
            map: plan.map.judged(&member),
            next: None,
            floor,
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

    fn idle(&mut self, turn: &mut ProcessTurn<'_>) {
        let plan = self.ledger.plan.clone();
        self.waiting.clear();
        let epoch = plan.epoch + 1;
        let next =
            ClusterMap { epoch, next: None, task: None, step: Step::Idle, ..(*plan).clone() };
        self.announce(next, turn);
    }

    fn announce(&mut self, plan: ClusterMap, turn: &mut ProcessTurn<'_>) {
        let mut nodes = plan.everyone();
        nodes.extend(self.ledger.plan.everyone());
        order::sort(&mut nodes);
        nodes.dedup();
        self.ledger.plan = Arc::new(plan);
        turn.save(Write::ClusterMap(Arc::new(self.ledger.clone())));
        for node in nodes {
            turn.send(node, Message::ClusterMap(self.ledger.plan.clone()));
        }
    }

    fn report(&mut self, from: NodeId, epoch: u32, step: Step, _turn: &mut ProcessTurn<'_>) {
        if epoch == self.ledger.plan.epoch && step == self.ledger.plan.step {
            self.waiting.remove(&from);
        }
    }

    /// Goes on to the next step of the change under way, or to the next change.
    fn proceed(&mut self, turn: &mut ProcessTurn<'_>) {
        let plan = self.ledger.plan.clone();
        match plan.step {
            Step::Streaming if self.waiting.is_empty() => {
                let map = plan.next.clone().unwrap_or_else(|| plan.map.clone());
                self.waiting = self.answering(&plan, turn.now);
                self.announce(
                    ClusterMap {
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
                    ClusterMap { epoch: plan.epoch + 1, step: Step::Settled, ..(*plan).clone() },
                    turn,
                );
            }
            Step::Idle | Step::Settled => self.begin(&plan, turn),
            Step::Streaming | Step::Draining => {}
        }
    }

    /// The nodes that hear of a change and are there to answer.
    fn answering(&self, plan: &ClusterMap, now: Time) -> BTreeSet<NodeId> {
        plan.everyone().into_iter().filter(|node| !self.is_silent(*node, now)).collect()
    }

    /// Members that have been away too long: they are declared lost.
    fn lost(&self) -> Vec<NodeId> {
        let lost = |task: &Task| match task {
            Task::Replace(node) => Some(*node),
            _ => None,
        };
        self.ledger.tasks.iter().filter_map(lost).collect()
    }

    fn say_that_it_waits(&mut self, task: Task, whom: Vec<NodeId>, turn: &mut ProcessTurn<'_>) {
        let said = (task, whom);
        if !self.said_to_wait.contains(&said) {
            let (task, whom) = (Box::new(said.0.clone()), Arc::from(said.1.as_slice()));
            turn.note(Note::Waits { task, whom });
            self.said_to_wait.retain(|(task, _)| *task != said.0);
            self.said_to_wait.push(said);
        }
    }

    fn begin(&mut self, plan: &Arc<ClusterMap>, turn: &mut ProcessTurn<'_>) {
        let returns = ready::returns(&plan.map, &self.lost());
        if !returns.waiting.is_empty() {
            self.say_that_it_waits(Task::Repair, returns.whom, turn);
        }
        let (task, next) = if returns.ready.is_empty() {
            let Some(found) = self.next_task(plan, turn) else { return };
            found
        } else {
            let serve = |map: Map, node: &NodeId| map.with_standing(*node, Standing::Serving);
            (Task::Repair, returns.ready.iter().fold(plan.map.clone(), serve))
        };
        // Every node that serves has keys to hand over, or to say that it has none; one that falls
        // silent breaks the change off.
        let serve = |map: &Map| -> Vec<NodeId> {
            map.members()
                .iter()
                .map(|member| member.node)
                .filter(|node| map.serves(*node))
                .collect()
        };
        self.waiting = serve(&plan.map).into_iter().chain(serve(&next)).collect();
        let begun = ClusterMap {
            epoch: plan.epoch + 1,
            map: plan.map.clone(),
            next: Some(next),
            task: Some(task.clone()),
            step: Step::Streaming,
            floor: plan.floor,
        };
        self.said_to_wait.retain(|(other, _)| *other != task);
        turn.note(Note::Began(task));
        self.announce(begun, turn);
    }

    /// The first change in the queue that can begin now, and the map that it leads to.
    fn next_task(&mut self, plan: &ClusterMap, turn: &mut ProcessTurn<'_>) -> Option<(Task, Map)> {
        let mut at = 0;
        while let Some(task) = self.ledger.tasks.get(at).cloned() {
            let silent = matches!(&task, Task::Join(node, _) if !self.can_join(*node, turn.now));
            let whom = if silent {
                task.node().into_iter().collect()
            } else {
                let Some((next, lost)) = self.leads_to(&task, &plan.map) else {
                    // Somebody else was first, or it names what is not there.
                    self.ledger.tasks.remove(at);
                    continue;
                };
                let whom = ready::holds_up(&plan.map, &next, &lost);
                if whom.is_empty() && !next.members().is_empty() {
                    self.ledger.tasks.remove(at);
                    return Some((task, next.with_other_keys()));
                }
                whom
            };
            self.say_that_it_waits(task, whom, turn);
            at += 1;
        }
        None
    }

    fn can_join(&self, node: NodeId, now: Time) -> bool {
        let known = self.seen.get(&node).is_some_and(|sighting| sighting.name.is_some());
        known && !self.is_silent(node, now)
    }

    /// The map that a change leads to, and whom it declares lost; nothing if there is nothing to do.
    fn leads_to(&self, task: &Task, map: &Map) -> Option<(Map, Vec<NodeId>)> {
        let next = match task {
            Task::Join(node, weight) => {
                let Sighting { life, disk, name, site, .. } = self.seen.get(node)?.clone();
                let founding = Member::founding(*node, name?, *weight, site);
                map.with(Member { life, disk, ..founding })
            }
            Task::Weight(node, weight) => {
                map.with(Member { weight: *weight, ..map.member(*node)?.clone() })
            }
            Task::Leave(node) => map.member(*node).map(|member| map.without(member.node))?,
            Task::Replace(node) => {
                let next = map.member(*node).map(|member| map.without(member.node))?;
                let one = alloc::vec![*node];
                if ready::holds_up(map, &next, &one).is_empty() {
                    return Some((next, one));
                }
                // Some keys may have no owners but the lost ones, who go together.
                let lost = self.lost();
                return Some((lost.iter().fold(map.clone(), |map, node| map.without(*node)), lost));
            }
            Task::Edit(edit) => map.edited(edit)?,
            Task::Repair => return None,
        };
        Some((next, Vec::new()))
    }
}
