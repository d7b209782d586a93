//! The engine of Shardlab: a text goes in, a trace comes out.
#![no_std]
extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod base;
pub mod check;
pub mod client;
pub mod machine;
pub mod metric;
pub mod placement;
pub mod quorum;
pub mod raft;
pub mod scenario;
pub mod session;
pub mod sim;
pub mod store;
pub mod tenant;
pub mod text;
pub mod unique;
