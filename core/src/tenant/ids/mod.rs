//! Nodes that make unique ids under simulated clocks.
//!
//! **Invariant:** a maker sees its own clock and what it has given; makers never talk to each other.

pub mod bugs;
pub mod build;
mod caused;
pub mod fact;
pub mod law;
pub mod maker;
pub mod measure;
pub mod message;
pub mod spec;
pub mod tell;
pub mod words;

pub use maker::{MakerConfig, Making as Process};
pub use message::{Message, Note, Request, Timer};
pub use spec::Spec;
