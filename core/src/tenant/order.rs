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

/// What a text wants to have come about by an order: at the end one can look whether it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// A node belongs to its cluster.
    Join(NodeId),
    /// A node has gone.
    Leave(NodeId),
    /// A node has this weight, in hundredths.
    Weight(NodeId, u32),
    /// These are the voters and these the learners.
    Members(Arc<[NodeId]>, Arc<[NodeId]>),
    /// This node leads.
    Transfer(NodeId),
}
