//! Judges of a run: they look at what happened and never change it.
//!
//! [`watch`] follows one claim through a run. [`linear`] judges a [`History`] of what clients asked and
//! were told, wherever it comes from: a run, or a file that [`reader`] understands.
//!
//! **Invariant:** a violated law is data. Nothing here stops a run, and every judge has a test with
//! a history that it must refuse.

pub mod history;
pub mod linear;
pub mod model;
pub mod raft;
pub mod reader;
pub mod record;
pub mod symbol;
pub mod tell;
pub mod watch;

pub use history::{Access, History, Input, OPEN, Operation, Output};
pub use linear::{Budget, Judgement, Object, Verdict, Violation};
pub use record::{Misfit, Record};
pub use symbol::{ABSENT, Symbol, Symbols};
pub use watch::{Decision, Mood, Watch};
