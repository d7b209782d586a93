//! What led to something, step by step: a tenant finds it in the trace of a run.

use super::Process;
use crate::base::NodeTable;
use crate::sim::Trace;
use alloc::string::String;

/// Everything that happened, and the nodes to which it did.
#[derive(Clone, Copy, Debug)]
pub struct Past<'t> {
    /// The events.
    pub trace: &'t Trace<Process>,
    /// The nodes.
    pub nodes: &'t NodeTable,
}

/// One step: an event, and what it meant for the story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The number of the event.
    pub seq: u32,
    /// What its node did, in words that follow the node's name.
    pub text: String,
}
