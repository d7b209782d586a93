//! A replicated store: replicas that agree on a log by Raft, the key-value store that the log is about,
//! and clients that retry and are redirected until they are answered.
//!
//! **Invariant:** a machine here sees inputs only: no other machine's state, no world, no trace.

pub mod bugs;
pub mod build;
mod caused;
pub mod fact;
pub mod forgery;
pub mod kv;
pub mod law;
pub mod machine;
pub mod measure;
pub mod message;
pub mod reach;
pub mod read_mode;
pub mod replica;
pub mod spec;
pub mod stale;
pub mod story;
pub mod tell;
pub mod words;

pub use machine::{Config, Process};
pub use message::{ClientRequest, Message, Note, Request, Timer};
pub use spec::Spec;
