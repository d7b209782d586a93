//! A state machine behind a log.
//!
//! Raft agrees on a list of commands and does not know what they mean. An [`App`] does: a key-value
//! store, a map of shards, versions with locks. A [`Replica`] is a node with the state that its log has
//! led to: it applies what is committed, begins anew from a snapshot that was installed, and makes
//! snapshots of its own when the log grows long.
//!
//! The owner of a replica asks for its results one by one, because between two of them it may have
//! something to say: a machine with one group speaks at once (`tenant/replicated`), a host of many
//! groups gathers what all of them say (`host`).
//!
//! **Invariant:** the state depends on the log and the rules alone; a command is applied once.

use super::entry::{Payload, What};
use super::entry_id::{EntryId, Index};
use super::node::{Node, NodeTurn};

/// What the commands of a log do. The state is also what a snapshot holds.
pub trait App: Payload {
    /// What applying a command comes to.
    type Output;
    /// What an operator may choose about it; all replicas of a group have the same.
    type Rules: Clone + core::fmt::Debug + Default;

    /// The state before the first command.
    fn fresh() -> Self::State;
    /// Applies a committed command.
    fn apply(
        state: &mut Self::State,
        at: Index,
        command: &Self::Command,
        rules: &Self::Rules,
    ) -> Self::Output;
    /// What a snapshot keeps of a state.
    fn kept(state: &Self::State, _: &Self::Rules) -> Self::State {
        state.clone()
    }
}

/// A node, and the state that its log has led to.
#[derive(Clone, Debug)]
pub struct Replica<A: App> {
    node: Node<A>,
    state: A::State,
    rules: A::Rules,
    applied: Index,
    /// The place of its last snapshot.
    compacted: Index,
}

impl<A: App> Replica<A> {
    /// A replica that has applied nothing.
    #[must_use]
    pub fn new(node: Node<A>, state: A::State, rules: A::Rules) -> Self {
        Self { node, state, rules, applied: Index(0), compacted: Index(0) }
    }

    /// Its node.
    #[must_use]
    pub fn node(&self) -> &Node<A> {
        &self.node
    }

    /// Its node, to be given something to do.
    pub fn node_mut(&mut self) -> &mut Node<A> {
        &mut self.node
    }

    /// The state.
    #[must_use]
    pub fn state(&self) -> &A::State {
        &self.state
    }

    /// Up to here the state holds the log.
    #[must_use]
    pub fn applied(&self) -> Index {
        self.applied
    }

    /// Begins anew from a snapshot, if one was installed; true if so.
    pub fn restore(&mut self) -> bool {
        let Some(snapshot) = self.node.next_installed() else { return false };
        self.state.clone_from(&snapshot.state);
        self.applied = snapshot.mark.index;
        self.compacted = snapshot.mark.index;
        true
    }

    /// Applies the next committed entry, if there is one: where it stands, and what it came to if it was
    /// a command.
    pub fn apply(&mut self) -> Option<(EntryId, Option<A::Output>)> {
        let (index, entry) = self.node.next_committed()?;
        self.applied = index;
        let output = match &entry.what {
            What::Command(command) => Some(A::apply(&mut self.state, index, command, &self.rules)),
            What::Nothing | What::Members(_) => None,
        };
        Some((EntryId::new(index, entry.term), output))
    }

    /// Compacts the log if it is longer than `log_bytes`. What is not applied stays, however long it is.
    pub fn compact_beyond(&mut self, log_bytes: u64, turn: &mut NodeTurn<'_, A>) {
        // What is kept behind a snapshot for slow nodes must not call for the next one at once.
        let since = self.applied.0.saturating_sub(self.compacted.0);
        if self.node.log().bytes() > log_bytes && since > self.node.config().kept {
            self.compact(turn);
        }
    }

    /// Compacts the log: replaces the applied entries with a snapshot of the state.
    pub fn compact(&mut self, turn: &mut NodeTurn<'_, A>) {
        self.compacted = self.applied;
        let state = A::kept(&self.state, &self.rules);
        self.node.compact(self.applied, state, turn);
    }
}
