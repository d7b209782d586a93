//! Kernels of numbers: what holds keys and who has them, how long things took, numbers over time.
//!
//! The numbers themselves are folds over the trace: those of clients in `client::measure`, those of a
//! tenant in its folder, all of a cluster in `tenant::measures`. They are plain values whose copies are
//! cheap, so every checkpoint has the numbers of its moment.
//!
//! **Invariant:** nothing here decides anything in a run, and nothing here is a constant of the
//! literature.

pub mod histogram;
pub mod ledger;
pub mod overwritten;
pub mod series;

use crate::base::NodeId;
use crate::base::vec_map::VecMap;
pub use histogram::Histogram;
pub use ledger::Ledger;
pub use series::{Series, Stretch};

/// What all folds of a cluster write into.
#[derive(Clone, Debug, Default)]
pub struct Common {
    /// Its keys.
    pub ledger: Ledger,
    /// Numbers over time.
    pub series: Series,
    /// How often the processes of nodes have ended.
    pub ended: VecMap<NodeId, u32>,
    /// The event by which its map changed last.
    pub changed_at: Option<u32>,
    /// The event after which a key was lost first.
    pub lost_at: Option<u32>,
    /// The event after which a key was unavailable first.
    pub unavailable_at: Option<u32>,
}
