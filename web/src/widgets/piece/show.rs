//! What shows only while something holds.

use leptos::prelude::*;
use std::rc::Rc;

use super::{ChildrenFn, IntoPiece, Piece};
use crate::pulse::Fact;

/// What shows instead.
#[derive(Clone, Default)]
pub struct Fallback(Option<ChildrenFn>);

impl<F: Fn() -> V + 'static, V: IntoPiece> From<F> for Fallback {
    fn from(piece: F) -> Self {
        Self(Some(Rc::new(move || piece().into_piece())))
    }
}

/// Its children while something holds, else the fallback. They are made anew when that changes.
#[component]
pub fn Show<W: Fn() -> bool + Send + Sync + 'static>(
    /// What must hold.
    when: W,
    /// What shows instead.
    #[prop(into, optional)]
    fallback: Fallback,
    /// What shows.
    children: ChildrenFn,
) -> Piece {
    show(Fact::of(when), fallback, children)
}

fn show(holds: Fact<bool>, fallback: Fallback, children: ChildrenFn) -> Piece {
    Piece::Live(Box::new(move || match (holds.get(), &fallback.0) {
        (true, _) => untrack(|| children()),
        (false, Some(other)) => untrack(|| other()),
        (false, None) => Piece::Nothing,
    }))
}
