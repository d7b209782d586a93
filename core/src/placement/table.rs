//! A table of pieces and the nodes that they lie on, which changes as little as it can.

use super::Owners;
use crate::base::NodeId;
use crate::base::order::{self, sort_by};
use alloc::vec::Vec;

/// Which node each piece lies on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pieces: Vec<NodeId>,
    nodes: Vec<(NodeId, u32)>,
}

impl Table {
    /// So many pieces that lie nowhere yet.
    #[must_use]
    pub fn new(pieces: u32) -> Self {
        Self { pieces: alloc::vec![NodeId::WORLD; pieces.max(1) as usize], nodes: Vec::new() }
    }

    /// The node of each piece.
    #[must_use]
    pub fn pieces(&self) -> &[NodeId] {
        &self.pieces
    }

    /// The node of a piece.
    #[must_use]
    pub fn node(&self, piece: usize) -> Option<NodeId> {
        self.pieces.get(piece).copied().filter(|node| *node != NodeId::WORLD)
    }

    /// The node of a piece, and the ones behind it in the row of nodes as its copies.
    #[must_use]
    pub fn owners(&self, piece: usize, count: usize) -> Owners {
        let mut owners = Owners::NONE;
        let Some(first) = self.node(piece) else { return owners };
        owners.add(first);
        let at = self.nodes.iter().position(|(node, _)| *node == first).unwrap_or(0);
        let row = self.nodes.iter().map(|(node, _)| *node);
        for node in row.clone().skip(at + 1).chain(row) {
            if owners.len() >= count.min(self.nodes.len()) {
                break;
            }
            owners.add(node);
        }
        owners
    }

    /// What share of all pieces a node has, in millionths.
    #[must_use]
    pub fn share(&self, node: NodeId) -> u32 {
        let own = self.pieces.iter().filter(|owner| **owner == node).count() as u64;
        (own * 1_000_000 / self.pieces.len() as u64) as u32
    }

    /// How many bytes it takes: two for each piece, and the nodes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        2 * self.pieces.len() as u64 + 8 * self.nodes.len() as u64
    }

    /// Lays a piece on a node.
    pub fn give(&mut self, piece: usize, node: NodeId) {
        if let Some(place) = self.pieces.get_mut(piece) {
            *place = node;
        }
    }

    /// Lets a node in with a weight, and gives it its part.
    pub fn join(&mut self, node: NodeId, weight: u32) {
        match self.nodes.iter_mut().find(|(other, _)| *other == node) {
            Some(known) => known.1 = weight.max(1),
            None => self.nodes.push((node, weight.max(1))),
        }
        self.settle();
    }

    /// Lets a node go, and gives its part to the others.
    pub fn leave(&mut self, node: NodeId) {
        self.nodes.retain(|(other, _)| *other != node);
        self.settle();
    }

    /// Gives every node as many pieces as its weight asks for, moving only what must move.
    fn settle(&mut self) {
        let len = self.pieces.len() as u64;
        let all: u64 = self.nodes.iter().map(|(_, weight)| u64::from(*weight)).sum();
        if all == 0 {
            self.pieces.fill(NodeId::WORLD);
            return;
        }
        // Whole parts first; what is left over goes to the largest rests, in the order of the row.
        let part = |weight: u32| len * u64::from(weight) / all;
        let mut room: Vec<u64> = self.nodes.iter().map(|(_, weight)| part(*weight)).collect();
        let mut order: Vec<usize> = (0..room.len()).collect();
        let rest = |at: usize| len * u64::from(self.nodes[at].1) % all;
        sort_by(&mut order, |one, two| (rest(*two), *one) < (rest(*one), *two));
        let over = len - room.iter().sum::<u64>();
        for at in order.into_iter().take(over as usize) {
            room[at] += 1;
        }
        // Where each node stands in the row: a table of many pieces asks for every one of them.
        let mut rows: Vec<(NodeId, usize)> =
            self.nodes.iter().enumerate().map(|(at, (node, _))| (*node, at)).collect();
        order::sort(&mut rows);
        let mut homeless = Vec::new();
        let mut last: Option<(NodeId, usize)> = None;
        for (piece, owner) in self.pieces.iter().enumerate() {
            if last.is_none_or(|(node, _)| node != *owner) {
                let row = rows.binary_search_by_key(owner, |(node, _)| *node);
                last = row.ok().map(|row| rows[row]);
            }
            match last {
                Some((_, at)) if room[at] > 0 => room[at] -= 1,
                _ => homeless.push(piece),
            }
        }
        let mut at = 0;
        for piece in homeless {
            while at + 1 < room.len() && room[at] == 0 {
                at += 1;
            }
            self.pieces[piece] = self.nodes[at].0;
            room[at] = room[at].saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_pieces_from_three_to_four_nodes_move_eighty_three_from_each() {
        let mut table = Table::new(1_000);
        for node in 0..3 {
            table.join(NodeId(node), 100);
        }
        let before = table.clone();
        table.join(NodeId(3), 100);
        let mut given = [0; 3];
        for (was, is) in before.pieces().iter().zip(table.pieces()) {
            if was != is {
                assert_eq!(*is, NodeId(3));
                given[was.0 as usize] += 1;
            }
        }
        assert_eq!(given.iter().sum::<i32>(), 250);
        assert!(given.iter().all(|given| (83..=84).contains(given)), "{given:?}");
    }

    #[test]
    fn weights_and_leaving_move_only_what_must() {
        let mut table = Table::new(100);
        for (node, weight) in [(0, 100), (1, 100), (2, 200)] {
            table.join(NodeId(node), weight);
        }
        assert_eq!([0, 1, 2].map(|n| table.share(NodeId(n))), [250_000, 250_000, 500_000]);
        let before = table.clone();
        table.leave(NodeId(0));
        let moved = before.pieces().iter().zip(table.pieces()).filter(|(was, is)| was != is);
        // 67 and 33 of a hundred: n2 gains 8, n3 gains 17, and nothing else moves.
        assert_eq!(moved.count(), 25);
        table.leave(NodeId(1));
        table.leave(NodeId(2));
        assert_eq!(table.node(5), None);
        assert!(Table::new(0).owners(0, 3).is_empty());
    }
}
