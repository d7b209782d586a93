//! Operations in time: those that returned in rows, those that did not in groups that do the same.

use crate::base::order;
use crate::check::history::OPEN;
use alloc::vec::Vec;

/// Operations that never returned and that do the same, in the order of their calls.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    pub(super) class: u32,
    pub(super) calls: Vec<u32>,
    pub(super) operations: Vec<u32>,
}

/// Operations that returned, in the order of their calls, and groups of those that did not.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    pub(super) calls: Vec<u32>,
    pub(super) backs: Vec<u32>,
    /// Rows with the same class do the same.
    pub(super) classes: Vec<u32>,
    /// The row's place in the history.
    pub(super) operations: Vec<u32>,
    /// The first return from a row on.
    pub(super) least_back: Vec<u32>,
    pub(super) groups: Vec<Group>,
}

impl Rows {
    /// How many returned.
    pub(super) fn len(&self) -> usize {
        self.calls.len()
    }

    /// One more that returned.
    pub(super) fn push(&mut self, operation: u32, call: u32, back: u32) {
        self.calls.push(call);
        self.backs.push(back);
        self.operations.push(operation);
    }

    /// Gives the same number to all that do the same, be it a row or one of those that are open. What each
    /// number does, and the numbers of those that are open.
    pub(super) fn classify<D: Ord + Clone>(
        &mut self,
        does: Vec<D>,
        open: impl Iterator<Item = (u32, u32)>,
    ) -> (Vec<D>, Vec<u32>) {
        let count = self.len();
        let mut sorted: Vec<(D, u32)> = does.into_iter().zip(0..).collect();
        order::sort(&mut sorted);
        let mut classes = alloc::vec![0; sorted.len()];
        let mut does: Vec<D> = Vec::new();
        for (it, at) in sorted {
            if does.last() != Some(&it) {
                does.push(it);
            }
            classes[at as usize] = does.len() as u32 - 1;
        }
        let of_open = classes.split_off(count);
        let mut group_of = alloc::vec![u32::MAX; does.len()];
        for ((operation, call), class) in open.zip(&of_open) {
            let group = &mut group_of[*class as usize];
            if *group == u32::MAX {
                *group = self.groups.len() as u32;
                self.groups.push(Group { class: *class, ..Group::default() });
            }
            let group = &mut self.groups[*group as usize];
            group.calls.push(call);
            group.operations.push(operation);
        }
        self.classes = classes;
        self.least_back = alloc::vec![OPEN; count + 1];
        for at in (0..count).rev() {
            self.least_back[at] = self.least_back[at + 1].min(self.backs[at]);
        }
        (does, of_open)
    }
}
