//! The laws of keys on paper: none.

pub use crate::tenant::{NoLaw as Law, Unwatched as Laws};
