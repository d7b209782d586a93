//! What a screen may know of the machines of a quorum store.

use super::tell::{names, shown};
use super::{Config, Durable, Process};
use crate::base::NodeTable;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What a machine has to say about itself, in lines with a label.
#[must_use]
pub fn rows(process: &Process, nodes: &NodeTable) -> Vec<(String, String)> {
    let line = |label: &str, value: String| (String::from(label), value);
    match process {
        Process::Node(node) => {
            let suspects = names(node.suspects(), nodes);
            let suspects = if suspects.is_empty() { String::from("nobody") } else { suspects };
            let mut lines = Vec::from([
                line("Holds", format!("{} records", node.records().len())),
                line("Believes to be away", suspects),
            ]);
            for hint in node.hints().iter().take(8) {
                lines.push((format!("Keeps for {}", nodes.name(hint.home)), shown(&hint.what)));
            }
            lines
        }
        Process::Client(client) => {
            Vec::from([line("Open operations", format!("{}", client.open()))])
        }
    }
}

/// What the disk of a machine that is off holds, in words.
#[must_use]
pub fn on_disk(_: &Config, disk: &Durable) -> Option<String> {
    Some(format!("{} records, {} hints", disk.records.len(), disk.hints.len()))
}
