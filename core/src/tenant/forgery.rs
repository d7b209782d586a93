//! What somebody can change in a message on its way, though no network would.

use alloc::sync::Arc;

/// What to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forgery {
    /// The term that a message carries.
    Term(u32),
    /// The value that is written or answered.
    Value(Arc<str>),
}
