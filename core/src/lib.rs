//! The engine of Shardlab: a text goes in, a trace comes out.
#![no_std]
extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod base;
pub mod cluster;
pub mod machine;
pub mod placement;
pub mod sim;
pub mod store;
