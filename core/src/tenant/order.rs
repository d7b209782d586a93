//! Orders of a scenario that machines of several tenants can understand.

use crate::client::workload::Workload;
use alloc::sync::Arc;

/// What a machine is told to do.
#[derive(Clone, Debug)]
pub enum Order {
    /// Hand over and go.
    Leave,
    /// Have this weight, in hundredths.
    Weight(u32),
    /// Work like this from now on; nothing stops it.
    Work(Option<Arc<Workload>>),
}
