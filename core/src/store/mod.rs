//! Where keys and values lie on a node.
//!
//! **Invariant:** a store is a plain value. It knows no node, no message and no time, and a copy of
//! it costs little: copies share what neither of them has changed.

pub mod batch;
pub mod engine;
pub mod item;
pub mod map;
pub mod tree;

pub use batch::Batch;
pub use engine::Engine;
pub use item::{Item, Key, Value, Version};
pub use map::{CowMap, Keyed};
pub use tree::CowTree;
