//! The engine of Shardlab.
#![no_std]
extern crate alloc;
