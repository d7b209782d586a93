//! Closures in boxes: what a view follows, without a type of its own for each place.
//!
//! A view built from bare closures is a new type at every closure, and every type brings its own
//! machine code. Boxed, all of them share one: the page is a third smaller to download.

use crate::widgets::piece::{IntoPiece, Piece};

/// A piece of a view that follows its signals.
pub type Live = Box<dyn FnMut() -> Piece>;
/// A word that follows its signals.
pub type Say = Box<dyn FnMut() -> String + Send>;
/// A word that may be missing.
pub type Perhaps = Box<dyn FnMut() -> Option<String> + Send>;
/// A yes or no that follows its signals.
pub type Whether = Box<dyn FnMut() -> bool + Send>;

/// A piece of a view.
pub fn live<V: IntoPiece>(piece: impl Fn() -> V + 'static) -> Live {
    Box::new(move || piece().into_piece())
}

/// A word.
pub fn say<S: Into<String>>(word: impl Fn() -> S + Send + 'static) -> Say {
    Box::new(move || word().into())
}

/// A word that may be missing.
pub fn perhaps<S: Into<String>>(word: impl Fn() -> Option<S> + Send + 'static) -> Perhaps {
    Box::new(move || word().map(Into::into))
}

/// A yes or no.
pub fn whether(answer: impl Fn() -> bool + Send + 'static) -> Whether {
    Box::new(answer)
}
