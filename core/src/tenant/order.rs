//! Orders of a scenario that machines of several tenants can understand.

use crate::base::NodeId;
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
    /// These are the voters and these the learners: the leader changes its group.
    Members(Arc<[NodeId]>, Arc<[NodeId]>),
    /// The leader hands over to this node.
    Transfer(NodeId),
    /// Stand for election, whether or not there is a leader.
    Campaign,
    /// Replace the log by a snapshot.
    Compact,
}
