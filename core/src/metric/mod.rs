//! Numbers about a run, each a fold over its trace.
//!
//! [`Measures`] reads every event once, in order, and keeps what the language can ask for. It is a
//! plain value whose copies are cheap, so every checkpoint has the numbers of its moment.
//!
//! **Invariant:** nothing here decides anything in a run, and nothing here is a constant of the
//! literature.

pub mod caused;
pub mod histogram;
pub mod ids;
pub mod ledger;
pub mod measures;
pub mod overwritten;
pub mod raft;
pub mod reads;
pub mod series;

pub use histogram::Histogram;
pub use ids::IdMeasures;
pub use ledger::Ledger;
pub use measures::{ClusterMeasures, Measures};
pub use reads::ReadMeasures;
pub use series::{Series, Stretch};
