//! The host as a machine.

use super::{
    App, Config, Durable, Envelope, GroupId, Host, HostTurn, Item, Note, Reply, Request, Timer,
    Waking, Write,
};
use crate::base::{NodeId, Rng};
use crate::machine::{Input, Machine, RequestId, Turn};
use crate::raft::machine::{Reply as RaftReply, Request as RaftRequest};
use crate::raft::{Body, Membership, Message, ReplicaId};
use alloc::sync::Arc;

impl<A: App> Machine for Host<A> {
    type Config = Arc<Config>;
    type Durable = Durable<A>;
    type Write = Write<A>;
    type Message = Envelope<A>;
    type Timer = Timer;
    type Request = Request<A>;
    type Reply = Reply;
    type Note = Note<A>;

    fn boot(config: &Arc<Config>, durable: &Durable<A>, turn: &mut Turn<'_, Self>) -> Self {
        Self::start(config, durable, turn)
    }

    fn settle(durable: &mut Durable<A>, write: Write<A>) {
        write.settle(durable);
    }

    fn step(&mut self, input: Input<Self>, turn: &mut Turn<'_, Self>) {
        self.alarms.begin(turn.now);
        match input {
            Input::Message { from, message } => self.open(from, &message, turn),
            Input::Timer(Timer::Alarm) => self.on_alarm(turn),
            Input::Timer(Timer::Release) => self.outbox.due = true,
            Input::Timer(Timer::Stored(number)) => self.on_stored(number, turn),
            Input::Request { id, request } => self.on_request(id, request, turn),
            // What the disk holds is unknown now; a start finds it out.
            Input::WriteFailed(_) => return turn.halt(),
        }
        self.end(turn);
    }

    fn tear(write: Write<A>, rng: &mut Rng) -> Option<Write<A>> {
        write.torn(rng)
    }

    fn blank() -> Durable<A> {
        Durable::blank()
    }

    fn corrupt(durable: &mut Durable<A>, rng: &mut Rng) -> bool {
        durable.damage(rng)
    }

    fn disk_bytes(durable: &Durable<A>) -> u64 {
        durable.bytes()
    }

    fn message_bytes(message: &Envelope<A>) -> u64 {
        message.bytes()
    }

    fn message_entries(message: &Envelope<A>) -> u64 {
        message.entries()
    }

    fn write_bytes(write: &Write<A>) -> u64 {
        write.bytes()
    }
}

impl<A: App> Host<A> {
    /// Reads an envelope.
    fn open(&mut self, from: NodeId, envelope: &Envelope<A>, turn: &mut HostTurn<'_, A>) {
        self.hear(from, envelope.life, turn);
        for (group, item) in envelope.items.iter() {
            match item {
                Item::Raft(message) => self.on_message(from, *group, message, turn),
                Item::Quiet { term, to, last } => {
                    self.on_quiet(from, *group, (*term, *to, *last), turn);
                }
                Item::Believes(term) => self.on_believes(from, *group, *term),
                Item::Awake(term) => self.on_awake(from, *group, *term, turn),
                Item::Gone(replica) => self.on_gone(from, *group, *replica, turn),
            }
        }
        if let Some(pulse) = envelope.pulse {
            self.on_pulse(from, pulse);
        }
    }

    fn on_message(
        &mut self,
        from: NodeId,
        group: GroupId,
        message: &Message<A>,
        turn: &mut HostTurn<'_, A>,
    ) {
        if let Some(tombstone) = self.tombstones.get(&group) {
            let gone = Item::Gone(tombstone.replica);
            self.outbox.send(from, group, gone, true);
            return;
        }
        if self.is_stale(from, group, message) {
            return;
        }
        if matches!(message.body, Body::ReadIndex { .. }) {
            self.wake(group, Waking::Asked, turn);
        }
        self.wake(group, Waking::Told, turn);
        self.run(group, turn, |node, inner| node.receive(from, message.clone(), inner));
    }

    /// A replica that this group's leader may count on does not exist any more.
    fn on_gone(
        &mut self,
        from: NodeId,
        group: GroupId,
        replica: ReplicaId,
        turn: &mut HostTurn<'_, A>,
    ) {
        self.wake(group, Waking::Told, turn);
        self.run(group, turn, |node, inner| {
            let known = node.progress().iter().find(|(id, _)| *id == from);
            if known.is_some_and(|(_, progress)| progress.replica == replica) {
                node.found_out(from, inner);
            }
        });
    }

    fn on_alarm(&mut self, turn: &mut HostTurn<'_, A>) {
        self.alarms.rang();
        self.watch(turn);
        while let Some((group, timer)) = self.alarms.next() {
            if timer == crate::raft::Timer::Heartbeat && self.falls_quiet(group, turn) {
                continue;
            }
            self.run(group, turn, |node, inner| node.ring(timer, inner));
        }
    }

    fn on_stored(&mut self, number: u32, turn: &mut HostTurn<'_, A>) {
        for (group, birth, number) in self.outbox.landed(number) {
            if self.members.get(&group).is_some_and(|member| member.birth == birth) {
                let timer = crate::raft::Timer::Stored(number);
                self.run(group, turn, |node, inner| node.ring(timer, inner));
            }
        }
    }

    fn on_request(&mut self, id: RequestId, request: Request<A>, turn: &mut HostTurn<'_, A>) {
        let reply = match request {
            Request::Group(group, request) => self.on_group_request(id, group, request, turn),
            Request::Create(group, voters) => {
                let members = Arc::new(Membership::of(voters));
                let made = self.create(group, &members, turn);
                Some(if made { Reply::Noted } else { Reply::Exists })
            }
            Request::Destroy(group) => {
                Some(if self.destroy(group, turn) { Reply::Noted } else { Reply::NoGroup })
            }
        };
        if let Some(reply) = reply {
            self.outbox.reply(id, reply);
        }
    }

    /// The answer, unless it comes later.
    fn on_group_request(
        &mut self,
        id: RequestId,
        group: GroupId,
        request: RaftRequest<A>,
        turn: &mut HostTurn<'_, A>,
    ) -> Option<Reply> {
        self.wake(group, Waking::Asked, turn);
        let reads = matches!(request, RaftRequest::Read { .. });
        match self.run(group, turn, |node, inner| node.asked(id, request, inner)) {
            None => Some(Reply::NoGroup),
            Some(RaftReply::Noted) if reads => None,
            Some(reply) => Some(Reply::Group(reply)),
        }
    }
}
