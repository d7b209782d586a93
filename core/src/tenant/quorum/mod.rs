//! A store without a leader, after Dynamo: each key has N homes, a write waits for W of them, a read for R.
//!
//! ```text
//!          put k                            get k
//!            │                                │
//!   coordinator: a home of k         coordinator: a home of k
//!     │      │      │                  │      │      │
//!    n1 ✓   n2 ✓   n3 ✗               n1     n2 ✓   n3 ✓      N = 3, W = 2, R = 2
//!                   ╎                                ╎
//!       hint at n4 or the coordinator     read repair: n3 is behind
//! ```
//!
//! Any home of a key can coordinate, and a client goes on to the next one if it hears nothing. Values that did
//! not see each other stay side by side as siblings, or the last write wins by the wall clocks of clients.
//! Copies come together again in three ways: hints for homes that were away, repairs by reads, and trees of
//! hashes that nodes compare from time to time. A delete is a tombstone with a grace period.
//!
//! | file | what |
//! | --- | --- |
//! | [`node`] | records, coordination, hints, anti-entropy, tombstones |
//! | [`reach`] | whom a client asks, and what it hands back |
//! | [`record`] | what a copy of a key is |
//! | [`layout`] | who the homes of a key are |
//! | [`law`] | what must be so, and how often that was put to the test |
//!
//! What is left out: nodes do not join or leave, reads do not ask for hints, and a coordinator learns that a
//! node is away from its silence alone, not from gossip.
//!
//! DeCandia et al.: *Dynamo* (SOSP 2007); Lakshman and Malik: *Cassandra* (2010).
//!
//! **Invariant:** a machine here sees inputs only: no other machine's state, no world, no trace.

pub mod bugs;
pub mod build;
mod caused;
pub mod fact;
pub mod law;
pub mod layout;
pub mod machine;
pub mod measure;
pub mod message;
pub mod node;
pub mod reach;
pub mod record;
pub mod spec;
pub mod tell;
pub mod words;

pub use machine::{Config, Durable, Process};
pub use message::{Message, Note, Request, Timer, Write};
pub use spec::Spec;

#[cfg(test)]
mod tests;
