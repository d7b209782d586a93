//! What the groups of a machine say in a turn, merged.

use super::{App, Change, Envelope, GroupId, HostTurn, Item, Note, Pulse, Reply, Timer, Write};
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Span};
use crate::machine::RequestId;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// What goes to one peer.
#[derive(Clone, Debug)]
struct Letter<A: App> {
    pulse: Option<Pulse>,
    items: Vec<(GroupId, Item<A>)>,
}

impl<A: App> Default for Letter<A> {
    fn default() -> Self {
        Self { pulse: None, items: Vec::new() }
    }
}

/// A node's own write of which group and birth, by the number that the node gave it.
type Landed = (GroupId, u32, u32);

/// What is to be said at the end of a turn.
#[derive(Clone, Debug)]
pub(super) struct Outbox<A: App> {
    /// What leaves at once.
    now: VecMap<NodeId, Letter<A>>,
    /// The groups' writes.
    writes: Vec<(GroupId, Change<A>)>,
    /// Which of the nodes' own writes these are.
    landing: Vec<Landed>,
    /// What leaves once that has landed.
    later: VecMap<NodeId, Letter<A>>,
    /// It rests on a write that is under way.
    pub fence: bool,
    notes: Vec<Note<A>>,
    replies: Vec<(RequestId, Reply)>,
    /// Merged writes under way, oldest first.
    under_way: VecDeque<(u32, Vec<Landed>)>,
    count: u32,
    /// The alarm that lets all this go is set.
    lingers: bool,
    /// Its time has come.
    pub due: bool,
    /// A node has stopped, and with it the process.
    pub halts: bool,
}

impl<A: App> Default for Outbox<A> {
    fn default() -> Self {
        Self {
            now: VecMap::new(),
            writes: Vec::new(),
            landing: Vec::new(),
            later: VecMap::new(),
            fence: false,
            notes: Vec::new(),
            replies: Vec::new(),
            under_way: VecDeque::new(),
            count: 0,
            lingers: false,
            due: false,
            halts: false,
        }
    }
}

impl<A: App> Outbox<A> {
    /// Something for a peer; `behind` if it leaves only once the writes of the turn have landed.
    pub(super) fn send(&mut self, to: NodeId, group: GroupId, item: Item<A>, behind: bool) {
        let side = if behind { &mut self.later } else { &mut self.now };
        side.at(to, Letter::default).items.push((group, item));
    }

    /// Vouches for quiet groups to a peer.
    pub(super) fn pulse(&mut self, to: NodeId, pulse: Pulse) {
        self.now.at(to, Letter::default).pulse = Some(pulse);
    }

    pub(super) fn write(&mut self, group: GroupId, change: Change<A>) {
        self.writes.push((group, change));
    }

    /// With the writes of this turn the node's write of that number lands.
    pub(super) fn stored(&mut self, group: GroupId, birth: u32, number: u32) {
        self.landing.push((group, birth, number));
    }

    pub(super) fn note(&mut self, note: Note<A>) {
        self.notes.push(note);
    }

    pub(super) fn reply(&mut self, id: RequestId, reply: Reply) {
        self.replies.push((id, reply));
    }

    /// A replica is destroyed: what it would have promised, it cannot keep.
    pub(super) fn forget(&mut self, group: GroupId) {
        for letter in self.later.values_mut() {
            letter.items.retain(|(of, _)| *of != group);
        }
    }

    fn is_empty(&self) -> bool {
        self.now.is_empty()
            && self.later.is_empty()
            && self.writes.is_empty()
            && self.notes.is_empty()
            && self.replies.is_empty()
    }

    /// True if what was collected waits for more.
    pub(super) fn holds_back(&mut self, linger: Span, turn: &mut HostTurn<'_, A>) -> bool {
        if linger == Span::ZERO || self.due || self.halts || self.is_empty() {
            self.lingers &= !self.due;
            self.due = false;
            return false;
        }
        if !core::mem::replace(&mut self.lingers, true) {
            turn.arm(Timer::Release, linger);
        }
        true
    }

    /// Says it all.
    pub(super) fn release(&mut self, life: u64, turn: &mut HostTurn<'_, A>) {
        post(&mut self.now, life, turn);
        if !self.writes.is_empty() {
            self.count = self.count.wrapping_add(1);
            turn.save(Write { parts: core::mem::take(&mut self.writes) });
            turn.arm(Timer::Stored(self.count), Span::ZERO);
            self.under_way.push_back((self.count, core::mem::take(&mut self.landing)));
        } else if self.fence {
            turn.fence();
        }
        self.fence = false;
        for note in self.notes.drain(..) {
            turn.note(note);
        }
        for (id, reply) in self.replies.drain(..) {
            turn.reply(id, reply);
        }
        post(&mut self.later, life, turn);
        if self.halts {
            turn.halt();
        }
    }

    /// The merged write of that number has landed, and with it all before it.
    pub(super) fn landed(&mut self, number: u32) -> Vec<Landed> {
        let mut landed = Vec::new();
        while let Some((_, writes)) =
            self.under_way.pop_front_if(|(at, _)| at.wrapping_sub(number) as i32 <= 0)
        {
            landed.extend(writes);
        }
        landed
    }
}

fn post<A: App>(letters: &mut VecMap<NodeId, Letter<A>>, life: u64, turn: &mut HostTurn<'_, A>) {
    for (to, letter) in letters.iter_mut() {
        let (pulse, items) = (letter.pulse, core::mem::take(&mut letter.items));
        if pulse.is_some() || !items.is_empty() {
            turn.send(*to, Envelope { life, pulse, items: items.into() });
        }
    }
    letters.clear();
}
