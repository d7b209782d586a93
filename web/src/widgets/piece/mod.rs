//! Pieces: what a view is made of, as plain values of one type.
//!
//! A piece is described, then built into nodes of the document. When what it follows changes, it is
//! described anew and the nodes that stand are brought up to date, so focus and place stay.

pub mod built;
pub mod mark;
pub mod rows;
pub mod show;
pub mod source;

use leptos::prelude::*;
use std::borrow::Cow;
use std::rc::Rc;

use built::Built;
pub use mark::Mark;
pub use rows::For;
pub use shardlab_markup::view;
pub use show::Show;

/// A part of a view.
pub enum Piece {
    /// Nothing, in its place.
    Nothing,
    /// Words.
    Words(Cow<'static, str>),
    /// An element.
    Mark(Mark),
    /// Several pieces in a row.
    Many(Vec<Self>),
    /// A piece that follows its signals.
    Live(Box<dyn FnMut() -> Self>),
    /// Rows that keep their nodes while their keys stay.
    Rows(rows::Refresh),
}

/// What stands inside a component.
pub type ChildrenFn = Rc<dyn Fn() -> Piece>;

/// What stands inside a component, from a closure.
pub fn children(inside: impl Fn() -> Piece + 'static) -> ChildrenFn {
    Rc::new(inside)
}

/// Puts a piece at the end of the document's body, for as long as the page is open.
pub fn mount(piece: Piece) {
    let built = Built::new(piece, false);
    if let Some(body) = document().body() {
        built.mount(&body, None);
    }
    std::mem::forget(built);
}

impl From<&'static str> for Piece {
    fn from(words: &'static str) -> Self {
        Self::Words(Cow::Borrowed(words))
    }
}

impl IntoMaybeErased for Piece {
    type Output = Self;

    fn into_maybe_erased(self) -> Self {
        self
    }
}

/// What can stand in a view.
pub trait IntoPiece {
    /// As a piece.
    fn into_piece(self) -> Piece;
}

impl IntoPiece for Piece {
    fn into_piece(self) -> Piece {
        self
    }
}

impl IntoPiece for () {
    fn into_piece(self) -> Piece {
        Piece::Nothing
    }
}

impl IntoPiece for &'static str {
    fn into_piece(self) -> Piece {
        Piece::from(self)
    }
}

impl IntoPiece for String {
    fn into_piece(self) -> Piece {
        Piece::Words(Cow::Owned(self))
    }
}

impl<T: IntoPiece> IntoPiece for Option<T> {
    fn into_piece(self) -> Piece {
        self.map_or(Piece::Nothing, T::into_piece)
    }
}

impl<T: IntoPiece> IntoPiece for Vec<T> {
    fn into_piece(self) -> Piece {
        Piece::Many(self.into_iter().map(T::into_piece).collect())
    }
}

impl<F: FnMut() -> T + 'static, T: IntoPiece> IntoPiece for F {
    fn into_piece(mut self) -> Piece {
        Piece::Live(Box::new(move || self().into_piece()))
    }
}

/// Gathers pieces.
pub trait CollectPieces {
    /// All of them in a row.
    fn collect_view(self) -> Piece;
}

impl<I: IntoIterator<Item = Piece>> CollectPieces for I {
    fn collect_view(self) -> Piece {
        Piece::Many(self.into_iter().collect())
    }
}
