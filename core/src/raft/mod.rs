//! Raft: a log that a majority agrees on, one leader at a time.
//!
//! The problem: several nodes must hold the same list of commands in the same order although
//! messages are lost, doubled and late, and nodes fall over and come back with what their disk kept.
//!
//! The idea: time is cut into *terms*. In each term at most one node is *leader*, because a majority
//! must vote for it and everybody votes once a term. Only the leader appends; it sends its log to
//! the others, and an entry of its own term that a majority holds is *committed*: no later leader
//! can be without it, because nobody votes for a log that is behind their own.
//!
//! ```text
//!            n1  1 1 2 3 3 3        leader of term 3
//!            n2  1 1 2 3 3          its entries up to here are on a majority: committed
//!            n3  1 1 2              and will be sent the rest
//!                ─────────┘
//! ```
//!
//! Beside the paper's core: pre-vote and check-quorum (a node that comes back does not disturb, a
//! leader that nobody hears steps down), a window of appends in flight by count and bytes, snapshots
//! in pieces, membership by joint consensus with learners, leadership transfer, reads by ReadIndex
//! with ids that the leader makes, and leases.
//!
//! **Order of disk and word.** A promise (a vote, an acknowledged append) is said after the
//! [`Save`](crate::machine::Effect::Save) that keeps it, and the world lets it leave only once that
//! has landed. A leader sends entries before its own disk has them and counts itself only when an
//! alarm set behind the save has rung.
//!
//! **Clocks.** Safety needs none. Leases do: a leader's lease holds as long as no clock of the
//! cluster runs faster than another by more than the margin that [`Config::check`] asks for.
//!
//! **Lost disks.** A node whose disk lost its vote or entries that it may have acknowledged knows it at
//! its start, or hears it from its leader, which knows what was acknowledged. From then on it is another
//! replica: it neither votes nor counts, gets the log like a learner, and is a voter again once two
//! changes of the members, both committed without it, say so (`readmit`).
//!
//! **Newcomers.** A node that is new to the voters learns first, and the members that count on it are
//! entered once it keeps up (`reconfigure`): a group never waits for somebody who may not be there.
//!
//! What is left out: forwarding of proposals (clients are sent to the leader instead), changes of
//! more than one configuration under way at once, and repair of single damaged entries in the middle of
//! a log (what stands behind the damage is cut off at the next start).
//!
//! Diego Ongaro, John Ousterhout: *In Search of an Understandable Consensus Algorithm* (2014), and
//! Ongaro's dissertation for membership, transfer and reads.
//!
//! **Invariant:** no clock but the turn's, no disk, no network, no chance but the turn's; the same
//! inputs give the same effects.

pub mod app;
pub mod bug;
pub mod config;
pub mod disk;
mod election;
pub mod entry;
pub mod entry_id;
mod follower;
pub mod host;
mod leader;
pub mod log;
pub mod machine;
pub mod membership;
pub mod message;
pub mod node;
pub mod progress;
pub mod quorum;
mod read;
mod readmit;
mod reconfigure;
mod snapshot;

pub use app::{App, Replica};
pub use bug::Bug;
pub use config::Config;
pub use disk::{Durable, Hard, Write};
pub use entry::{Entry, Payload, Snapshot, What};
pub use entry_id::{EntryId, Index, Term};
pub use log::Log;
pub use membership::{Membership, ReplicaId};
pub use message::{Body, Message, Note, Refusal, Timer};
pub use node::{Node, Role};

#[cfg(test)]
pub(crate) mod tests;
