//! How a snapshot goes over to a node that the log no longer reaches, piece by piece.

use super::disk::Write;
use super::entry::{Payload, Snapshot};
use super::entry_id::{EntryId, Index};
use super::message::{Body, Note};
use super::node::{Node, NodeTurn};
use super::progress::Stage;
use crate::base::NodeId;
use alloc::sync::Arc;

/// A snapshot that is arriving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// What it stands for.
    pub mark: EntryId,
    /// How many bytes are there.
    pub offset: u64,
}

impl<P: Payload> Node<P> {
    /// The snapshot that is arriving, if any.
    #[must_use]
    pub fn incoming(&self) -> Option<Incoming> {
        self.incoming
    }

    /// Begins to send the snapshot to the node at a place of the list.
    pub(super) fn send_snapshot(&mut self, at: usize, turn: &mut NodeTurn<'_, P>) {
        let Some(snapshot) = self.snapshot.clone() else { return };
        let Some((node, progress)) = self.leading.progress.get_mut(at) else { return };
        // A node that was not heard for a while would only pile up pieces.
        if !progress.active {
            return;
        }
        let node = *node;
        turn.note(Note::SnapshotSent { to: node, mark: snapshot.mark, bytes: snapshot.bytes() });
        progress.stage = Stage::Snapshot { snapshot, offset: 0, since: turn.now };
        self.send_piece(node, turn);
    }

    fn send_piece(&mut self, node: NodeId, turn: &mut NodeTurn<'_, P>) {
        let most = self.config.piece_bytes;
        let Some(progress) = self.progress_of(node) else { return };
        let Stage::Snapshot { snapshot, offset, .. } = &progress.stage else { return };
        let (mark, offset) = (snapshot.mark, *offset);
        let bytes = snapshot.bytes().saturating_sub(offset).min(most);
        let whole = (offset + bytes >= snapshot.bytes()).then(|| snapshot.clone());
        self.say(node, Body::InstallSnapshot { mark, offset, bytes, whole }, turn);
    }

    /// Sends the piece again that a node has not answered for long.
    pub(super) fn nudge(&mut self, node: NodeId, turn: &mut NodeTurn<'_, P>) {
        let timeout = self.config.election.0;
        let now = turn.now;
        let Some(progress) = self.progress_of(node) else { return };
        if let Stage::Snapshot { since, .. } = &mut progress.stage
            && now.since(*since) >= timeout
        {
            *since = now;
            self.send_piece(node, turn);
        }
    }

    pub(super) fn on_taken(
        &mut self,
        from: NodeId,
        index: Index,
        taken: u64,
        piece: u64,
        turn: &mut NodeTurn<'_, P>,
    ) {
        let now = turn.now;
        let Some(progress) = self.progress_of(from) else { return };
        progress.is_there(now);
        if let Stage::Snapshot { snapshot, offset, since } = &mut progress.stage
            && snapshot.mark.index == index
        {
            // Only the answer to the piece that was sent last counts. It may go back: a node that fell
            // has lost what had arrived. An answer to a late double of an earlier piece says nothing.
            if piece == *offset && taken != *offset {
                *since = now;
                *offset = taken;
                self.send_piece(from, turn);
            }
        }
    }

    pub(super) fn on_piece(
        &mut self,
        from: NodeId,
        mark: EntryId,
        offset: u64,
        bytes: u64,
        whole: Option<Arc<Snapshot<P>>>,
        turn: &mut NodeTurn<'_, P>,
    ) {
        if mark.index <= self.commit {
            self.incoming = None;
            self.acknowledge(from, self.commit, turn);
            return;
        }
        if self.log.holds(mark) {
            // Nothing is missing after all; whatever is behind it stays.
            self.incoming = None;
            self.commit_to(mark.index, None, turn);
            self.acknowledge(from, mark.index, turn);
            return;
        }
        let have = self.incoming.filter(|incoming| incoming.mark == mark).map_or(0, |i| i.offset);
        if offset > have {
            // A piece before this one is missing: the leader goes on from where this node is.
            self.taken(from, mark, have, offset, turn);
            return;
        }
        let have = have.max(offset + bytes);
        match whole {
            Some(snapshot) if offset + bytes >= have => self.install(from, &snapshot, turn),
            _ => {
                self.incoming = Some(Incoming { mark, offset: have });
                self.taken(from, mark, have, offset, turn);
            }
        }
    }

    fn taken(
        &mut self,
        to: NodeId,
        of: EntryId,
        have: u64,
        piece: u64,
        turn: &mut NodeTurn<'_, P>,
    ) {
        self.say(to, Body::SnapshotTaken { index: of.index, offset: have, piece }, turn);
    }

    fn install(&mut self, from: NodeId, snapshot: &Arc<Snapshot<P>>, turn: &mut NodeTurn<'_, P>) {
        let mark = snapshot.mark;
        self.incoming = None;
        turn.note(Note::Installed { mark, digest: snapshot.digest() });
        self.log.restart(mark);
        self.disk.appends.clear();
        self.leading.stored = mark.index;
        self.memberships = alloc::vec![(mark.index, snapshot.members.clone())];
        self.note_members(turn);
        self.commit = mark.index;
        self.applied = mark.index;
        turn.note(Note::Committed { upto: mark.index, counted: None });
        self.snapshot = Some(snapshot.clone());
        self.installed = Some(snapshot.clone());
        let hard = self.hard_if_dirty();
        self.save(Write::Install(hard, snapshot.clone()));
        self.acknowledge(from, mark.index, turn);
    }
}
