//! Judges of a run: they look at what happened and never change it.
//!
//! **Invariant:** a violated law is data. Nothing here stops a run, and every judge has a test with
//! a history that it must refuse.

pub mod raft;
pub mod watch;

pub use watch::{Decision, Mood, Watch};
