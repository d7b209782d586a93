//! Views: a fact of the session, laid out by pure geometry, drawn as marks.
//!
//! A view never computes protocol truth. Every mark says by shape or word what its color says.

pub mod badge;
pub mod blank;
pub mod book;
pub mod branches;
pub mod caption;
pub mod compare;
pub mod event;
pub mod files;
pub mod history;
pub mod ids;
pub mod inspector;
pub mod legend;
pub mod metrics;
pub mod nemesis;
pub mod quorum;
pub mod raft;
pub mod ring;
pub mod script;
pub mod sheet;
pub mod shrink;
pub mod spacetime;
pub mod stage;
pub mod survey;
pub mod sweep;
pub mod timeline;
pub mod trace;
pub mod transport;
pub mod verdicts;
pub mod whereis;
pub mod word;
