//! What a log holds, and what a snapshot stands for.

use super::entry_id::{EntryId, Term};
use super::membership::Membership;
use crate::base::hash::Fold;
use crate::base::hash::tagged;
use alloc::sync::Arc;
use core::fmt::Debug;
use core::hash::{Hash, Hasher};

/// What a log is about: its commands, and the state that they lead to.
pub trait Payload: Clone + Debug + PartialEq + Eq + Hash + Default {
    /// One command.
    type Command: Clone + Debug + PartialEq + Hash;
    /// What all commands up to a place have led to.
    type State: Clone + Debug;

    /// How many bytes a command takes.
    fn command_bytes(command: &Self::Command) -> u64;
    /// How many bytes a state takes.
    fn state_bytes(state: &Self::State) -> u64;
    /// A number that tells two states apart.
    fn state_digest(state: &Self::State) -> u64;
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq)]
pub enum What<P: Payload> {
    /// Nothing: a new leader's first entry, which lets it commit what it found.
    Nothing,
    /// A command.
    Command(P::Command),
    /// From here on these are the members.
    Members(Arc<Membership>),
}

tagged!(What<P> where P: Payload {
    0 Nothing,
    1 Command(a),
    2 Members(a),
});

/// One entry of a log.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<P: Payload> {
    /// The term of the leader that made it.
    pub term: Term,
    /// What it says.
    pub what: What<P>,
    digest: u64,
}

/// What an entry takes beside its command.
const OVERHEAD: u64 = 16;

impl<P: Payload> Entry<P> {
    /// An entry of that term.
    #[must_use]
    pub fn new(term: Term, what: What<P>) -> Self {
        let digest = Fold::of(&(term, &what));
        Self { term, what, digest }
    }

    /// A number that tells two entries apart.
    #[must_use]
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// How many bytes it takes on a disk or on the wire.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        OVERHEAD
            + match &self.what {
                What::Nothing => 0,
                What::Command(command) => P::command_bytes(command),
                What::Members(members) => 4 * members.everybody().count() as u64,
            }
    }
}

impl<P: Payload> Hash for Entry<P> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.digest);
    }
}

/// What stands for a log up to a place.
#[derive(Clone, Debug)]
pub struct Snapshot<P: Payload> {
    /// The last entry that it stands for.
    pub mark: EntryId,
    /// The members at that place.
    pub members: Arc<Membership>,
    /// What the commands have led to.
    pub state: P::State,
    bytes: u64,
    digest: u64,
}

impl<P: Payload> Snapshot<P> {
    /// The snapshot of a state at a mark.
    #[must_use]
    pub fn new(mark: EntryId, members: Arc<Membership>, state: P::State) -> Self {
        let bytes = OVERHEAD + P::state_bytes(&state);
        let digest = Fold::of(&(mark, &*members, P::state_digest(&state)));
        Self { mark, members, state, bytes, digest }
    }

    /// How many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// A number that tells two snapshots apart.
    #[must_use]
    pub fn digest(&self) -> u64 {
        self.digest
    }
}

impl<P: Payload> PartialEq for Snapshot<P> {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl<P: Payload> Hash for Snapshot<P> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.digest);
    }
}
