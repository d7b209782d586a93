//! Time, chance, identity and hashing: the ground that every other room stands on.
//!
//! **Invariant:** nothing here differs between two machines or two runs. No clock of the host, no
//! randomness of the host, no floating point that decides anything.

pub mod fixed;
pub mod form;
pub mod hash;
pub mod id;
pub mod nodes;
pub mod number;
pub mod order;
pub mod rng;
pub mod sketch;
pub mod spread;
pub mod time;
pub mod told;
pub mod vec_map;

pub use form::Form;
pub use id::NodeId;
pub use nodes::{NodeTable, Role};
pub use rng::Rng;
pub use spread::Spread;
pub use time::{Span, Time};
