//! Rows that keep their nodes while their keys stay.

use leptos::prelude::*;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;
use wasm_bindgen::JsCast;

use super::Piece;
use super::built::{Built, comment};

/// The rows as they should stand now: their keys, and how each would be made.
pub type Refresh = Box<dyn FnMut() -> Vec<(u64, Box<dyn FnOnce() -> Piece>)>>;

/// One row for each item. A row whose key stays is left as it is.
#[component]
pub fn For<T, I, K, L, N, V>(
    /// The items.
    each: L,
    /// What tells one item from another.
    key: N,
    /// The row of an item.
    children: V,
) -> Piece
where
    T: 'static,
    I: IntoIterator<Item = T>,
    K: Hash,
    L: Fn() -> I + 'static,
    N: Fn(&T) -> K + 'static,
    V: Fn(T) -> Piece + 'static,
{
    let children = Rc::new(children);
    Piece::Rows(Box::new(move || {
        each()
            .into_iter()
            .map(|item| {
                let mut hasher = DefaultHasher::new();
                key(&item).hash(&mut hasher);
                let children = children.clone();
                let make: Box<dyn FnOnce() -> Piece> = Box::new(move || children(item));
                (hasher.finish(), make)
            })
            .collect()
    }))
}

/// A row that stands. What is built goes before what it follows.
pub(super) struct Row {
    key: u64,
    built: Built,
    _owner: Owner,
}

/// Rows that stand, and the comment behind the last of them.
pub(super) struct BuiltRows {
    rows: Vec<Row>,
    parent: Owner,
    svg: bool,
    pub(super) end: web_sys::Comment,
}

impl BuiltRows {
    pub(super) fn new(svg: bool) -> Self {
        let parent = Owner::current().unwrap_or_default();
        Self { rows: Vec::new(), parent, svg, end: comment() }
    }

    /// Gives up its rows; their new owner ends what works in them.
    pub(super) fn take(&mut self) -> Vec<Row> {
        std::mem::take(&mut self.rows)
    }

    /// Brings the rows up to date: rows are taken away, moved and made, but never made twice.
    pub(super) fn refresh(&mut self, wanted: Vec<(u64, Box<dyn FnOnce() -> Piece>)>) {
        let mut standing: Vec<Option<Row>> = self.rows.drain(..).map(Some).collect();
        let mut next = 0;
        for (key, make) in wanted {
            let found = (next..standing.len())
                .chain(0..next)
                .find(|at| standing[*at].as_ref().is_some_and(|row| row.key == key));
            let kept = found.and_then(|at| {
                next = at + 1;
                standing[at].take()
            });
            let row = kept.unwrap_or_else(|| {
                let owner = self.parent.with(Owner::new);
                let built = owner.with(|| Built::new(untrack(make), self.svg));
                Row { key, built, _owner: owner }
            });
            self.rows.push(row);
        }
        for row in standing.into_iter().flatten() {
            row.built.unmount();
        }
        if let Some(parent) = self.end.parent_node() {
            self.arrange(&parent);
        }
    }

    /// Puts every row in its place; those that stand there already are not touched.
    fn arrange(&self, parent: &web_sys::Node) {
        let end: &web_sys::Node = &self.end;
        let mut standing = parent.first_child();
        let mine = |node: &web_sys::Node| self.rows.iter().any(|row| row.built.first() == *node);
        while let Some(node) = &standing
            && node != end
            && !mine(node)
        {
            standing = node.next_sibling();
        }
        for row in &self.rows {
            let here = standing.clone().unwrap_or_else(|| end.clone());
            if row.built.first() == here {
                standing = row.built.last().next_sibling();
            } else {
                row.built.mount(parent, Some(&here));
            }
        }
    }

    pub(super) fn mount(&self, parent: &web_sys::Node, before: Option<&web_sys::Node>) {
        for row in &self.rows {
            row.built.mount(parent, before);
        }
        let _ = parent.insert_before(&self.end, before);
    }

    pub(super) fn unmount(&self) {
        for row in &self.rows {
            row.built.unmount();
        }
        self.end.remove();
    }

    pub(super) fn first(&self) -> web_sys::Node {
        self.rows.first().map_or_else(|| self.end.clone().unchecked_into(), |row| row.built.first())
    }
}
