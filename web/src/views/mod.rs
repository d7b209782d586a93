//! Views: a fact of the session, laid out by pure geometry, drawn as marks.
//!
//! A view never computes protocol truth. Every mark says by shape or word what its color says.

pub mod action;
pub mod badge;
pub mod blank;
pub mod book;
pub mod caption;
pub mod event;
pub mod files;
pub mod history;
pub mod nemesis;
pub mod row;
pub mod script;
pub mod shrink;
pub mod spacetime;
pub mod sweep;
pub mod trace;
pub mod verdicts;
pub mod whereis;
pub mod word;
