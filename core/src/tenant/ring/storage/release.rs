//! Letting go of keys that others own now, and comparing notes after having been away.
//!
//! **Invariant:** a node drops a key only after every owner, whether it serves or not, has said that
//! its disk holds at least this version. No plan alone is reason enough: the node may have been away
//! while the plan was carried out, and the owners may have got the key from somebody who had less.
//!
//! ```text
//! old owner ── offer: k1 v3, k2 v7 ──▶ each owner
//!     ▲ ◀───── lacks: k2 ─────────────────┘        on its disk: the rest
//!     ├─────── batch: k2 v7 ──▶  ◀── took ┤        on its disk now
//!     └─────── offer again ──▶ ◀─ lacks: none      the old owner drops k1 and k2
//! ```

use super::handover::BATCH_BYTES;
use super::{AGAIN, BATCH_AGAIN, Storage};
use crate::base::vec_map::VecMap;
use crate::base::{NodeId, Span, Time};
use crate::store::{Key, Version};
use crate::tenant::ring::bugs::Bug;
use crate::tenant::ring::machine::ProcessTurn;
use crate::tenant::ring::map::Step;
use crate::tenant::ring::message::{Batch, Message, Timer};
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// One offer has at most so many keys.
const OFFER_KEYS: usize = 256;

/// So many offers of a node are open at once.
const WINDOW: usize = 4;

/// An offer that is not answered is repeated at least this often.
const OFFER_AGAIN_MAX: Span = Span::seconds(8);

/// Keys with the versions that this node has of them.
type Held = Vec<(Key, Version)>;

/// Keys with the same owners that this node would let go of.
#[derive(Clone, Debug)]
struct Offer {
    keys: Arc<Held>,
    /// The owners that have not said yet that they hold them all.
    waiting: Vec<NodeId>,
    sent: Time,
    timeout: Span,
}

/// What a node offers to the owners under the plan in force.
#[derive(Clone, Debug, Default)]
pub(super) struct Releases {
    /// What is still to be offered, and to whom.
    queue: VecDeque<(Vec<NodeId>, Held)>,
    open: VecMap<u32, Offer>,
    /// Keys of its own are left out, because an owner of them does not serve yet.
    partly: bool,
}

impl Releases {
    /// Gives it all up: the plan has changed, or is about to.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }
}

impl Storage {
    /// Begins to let go of the keys that others own under the plan in force. Keys of which an owner does
    /// not serve stay until a later plan says that it does.
    pub(super) fn begin_release(&mut self, turn: &mut ProcessTurn<'_>) {
        self.releases.clear();
        if !matches!(self.plan.step, Step::Idle | Step::Settled) {
            return;
        }
        let (me, map) = (turn.id, &self.plan.map);
        // What this node wrote while the others had given it up, or were declared lost, they may lack.
        let since = self.returned.filter(|_| self.serves(me)).map(Version::at);
        let mut found: VecMap<Vec<NodeId>, Held> = VecMap::new();
        for item in self.shelf.iter() {
            let owners = map.owners(&item.key);
            let serve = || owners.as_slice().iter().all(|node| map.serves(*node));
            let concerns = !owners.contains(me) || since.is_some_and(|since| item.version >= since);
            let mut others = owners.as_slice().to_vec();
            others.retain(|node| *node != me);
            if !concerns || others.is_empty() {
                continue;
            }
            if serve() {
                found.of(others).push((item.key.clone(), item.version));
            } else {
                self.releases.partly = true;
            }
        }
        for (owners, keys) in found {
            for some in keys.chunks(OFFER_KEYS) {
                self.releases.queue.push_back((owners.clone(), some.to_vec()));
            }
        }
        self.offer(turn);
    }

    /// Opens as many offers as may be open.
    fn offer(&mut self, turn: &mut ProcessTurn<'_>) {
        let epoch = self.plan.epoch;
        while self.releases.open.len() < WINDOW {
            let Some((owners, keys)) = self.releases.queue.pop_front() else {
                let all = self.releases.is_empty() && !self.releases.partly;
                if all && self.serves(turn.id) {
                    self.returned = None;
                }
                return;
            };
            self.token = self.token.wrapping_add(1);
            let (number, keys) = (self.token, Arc::new(keys));
            for &owner in &owners {
                turn.send(owner, Message::Offer { number, epoch, keys: keys.clone() });
            }
            let offer = Offer { keys, waiting: owners, sent: turn.now, timeout: BATCH_AGAIN };
            self.releases.open.insert(number, offer);
            turn.arm(Timer::Again, AGAIN);
        }
    }

    /// Repeats what was not answered.
    pub(super) fn offer_again(&mut self, turn: &mut ProcessTurn<'_>) {
        let epoch = self.plan.epoch;
        for (number, offer) in self.releases.open.iter_mut() {
            if turn.now.since(offer.sent) >= offer.timeout {
                offer.sent = turn.now;
                offer.timeout = (offer.timeout + offer.timeout).min(OFFER_AGAIN_MAX);
                for &owner in &offer.waiting {
                    let (number, keys) = (*number, offer.keys.clone());
                    turn.send(owner, Message::Offer { number, epoch, keys });
                }
            }
        }
    }

    /// As an owner: says which of the keys are not on this disk.
    pub(super) fn compare(
        &mut self,
        from: NodeId,
        number: u32,
        epoch: u32,
        keys: &[(Key, Version)],
        turn: &mut ProcessTurn<'_>,
    ) {
        if epoch < self.plan.epoch {
            turn.send(from, Message::Refused { op: number, plan: self.plan.clone() });
            return;
        }
        if epoch > self.plan.epoch {
            // By which plan the other asks is not known here yet; it will ask again.
            return;
        }
        let blind = self.config.bugs.contains(&Bug::NoForward);
        let lacks = |key: &Key, version: Version| {
            let known = self.shelf.get(key.position(), key.text());
            known.is_none_or(|known| known.version < version && !blind)
        };
        let missing: Arc<[u32]> =
            (0..).zip(keys).filter(|(_, (k, v))| lacks(k, *v)).map(|(at, _)| at).collect();
        if keys.iter().any(|(key, _)| self.under_way.concerns(key.position())) {
            turn.fence();
        }
        turn.send(from, Message::Lacks { number, missing });
    }

    /// An owner has said what it lacks: it is sent that, or asked no more.
    pub(super) fn hear_lacks(
        &mut self,
        from: NodeId,
        number: u32,
        missing: &[u32],
        turn: &mut ProcessTurn<'_>,
    ) {
        let Some(offer) = self.releases.open.get_mut(&number) else { return };
        if !offer.waiting.contains(&from) {
            return;
        }
        if missing.is_empty() {
            offer.waiting.retain(|owner| *owner != from);
            if offer.waiting.is_empty() {
                self.let_go(number, turn);
            }
            return;
        }
        let (mut items, mut bytes) = (Vec::new(), 0);
        for at in missing {
            let Some((key, _)) = offer.keys.get(*at as usize) else { continue };
            let Some(item) = self.shelf.get(key.position(), key.text()) else { continue };
            if bytes < BATCH_BYTES {
                bytes += item.bytes();
                items.push(item.clone());
            }
        }
        if items.is_empty() {
            // It is not here any more, so there is nothing to let go of.
            self.releases.open.remove(&number);
            return;
        }
        let (epoch, batch) = (self.plan.epoch, Arc::new(Batch::new(turn.id, items)));
        turn.send(from, Message::Batch { number, epoch, batch });
    }

    /// An owner has taken what it lacked: it is asked again.
    pub(super) fn hear_taken(&mut self, from: NodeId, number: u32, turn: &mut ProcessTurn<'_>) {
        let epoch = self.plan.epoch;
        if let Some(offer) = self.releases.open.get(&number)
            && offer.waiting.contains(&from)
        {
            turn.send(from, Message::Offer { number, epoch, keys: offer.keys.clone() });
        }
    }

    /// Every owner holds what was offered.
    fn let_go(&mut self, number: u32, turn: &mut ProcessTurn<'_>) {
        let Some(offer) = self.releases.open.remove(&number) else { return };
        let old = |(key, version): &&(Key, Version)| {
            let known = self.shelf.get(key.position(), key.text());
            let others = !self.plan.map.owners(key).contains(turn.id);
            others && known.is_some_and(|known| known.version <= *version)
        };
        let gone: Vec<Key> = offer.keys.iter().filter(old).map(|(key, _)| key.clone()).collect();
        self.offer(turn);
        if !gone.is_empty() {
            self.drop_keys(gone, turn);
        }
    }
}
