//! Where keys and values lie on a node.
//!
//! **Invariant:** a store is a plain value. It knows no node, no message and no time, and a copy of
//! it costs little: copies share what neither of them has changed.

pub mod batch;
pub mod item;
pub mod shelf;

pub use batch::Batch;
pub use item::{Item, Key, Value, Version};
pub use shelf::{Placed, Shelf};
