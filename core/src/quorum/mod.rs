//! The parts of a quorum store after Dynamo: no leader; each key has N homes, a write waits for W of them,
//! a read for R.
//!
//! The problem: a store that takes writes while nodes are away cannot order them first. Copies differ for a
//! time, and somebody must find out which value is newer, which are concurrent, and who lacks what.
//!
//! ```text
//!      put k          get k            N = 3, W = 2, R = 2
//!        │              │
//!     ┌──┴──┐        ┌──┴──┐           R + W > N: every read asks at least one node
//!    n1 ✓  n2 ✓  n3 ✗     n2 ✓  n3 ✓   that took the write
//! ```
//!
//! | part | answers |
//! | --- | --- |
//! | [`version`] | which of two values saw the other, and which are siblings |
//! | [`level`] | how many answers are enough |
//! | [`gather`] | whether there are enough yet, what they say together, and who is behind |
//! | [`merkle`] | where two copies differ, without sending them |
//! | [`preference`] | who the homes of a key are, and who stands in |
//! | [`hint`] | what is kept for a node that is away |
//!
//! The machines that send all this to each other, and tombstones with their grace period, are a tenant's.
//!
//! DeCandia et al.: *Dynamo* (SOSP 2007). Preguiça et al.: *Dotted Version Vectors* (2010).
//!
//! **Invariant:** no messages, no clock, no chance. The caller tells a part the time.

pub mod gather;
pub mod hint;
pub mod level;
pub mod merkle;
pub mod preference;
pub mod version;

pub use gather::{Gather, Standing};
pub use hint::{Hint, Hints};
pub use level::Level;
pub use merkle::Tree;
pub use preference::{Preference, Site};
pub use version::{Actor, Context, Dot, Siblings};
