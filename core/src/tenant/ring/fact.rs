//! What a screen may know of the machines of a cluster with a map.

use super::machine::{Config, Durable};
use super::tell::task_text;
use super::{Plan, Process, Standing, Step};
use crate::base::{NodeId, NodeTable};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What a node that goes by a plan takes its cluster to be doing.
#[must_use]
pub fn thinks(plan: &Plan, nodes: &NodeTable) -> String {
    match (plan.step, &plan.task) {
        (Step::Streaming | Step::Draining, Some(task)) => task_text(task, nodes),
        _ => String::from("steady"),
    }
}

/// What a machine says about itself: labels with their values.
#[must_use]
pub fn rows(process: &Process, nodes: &NodeTable) -> Vec<(String, String)> {
    let line = |label: &str, value: String| (String::from(label), value);
    let mut lines = Vec::new();
    match process {
        Process::Storage(storage) => {
            let plan = storage.plan();
            lines.push(line("Goes by", format!("plan {}", plan.epoch)));
            lines.push(line("Thinks", thinks(plan, nodes)));
            lines.push(line("Holds", format!("{} keys", storage.keys())));
            lines.push(line("Open writes", storage.open_writes().to_string()));
            for progress in storage.progress() {
                let to = nodes.name(progress.to);
                let text = format!("{} keys arrived, {} to go", progress.keys, progress.left);
                lines.push((format!("Streams to {to}"), text));
            }
        }
        Process::Controller(controller) => {
            let plan = controller.plan();
            lines.push(line("Plan", plan.epoch.to_string()));
            lines.push(line("Doing", thinks(plan, nodes)));
            let names = |some: &mut dyn Iterator<Item = NodeId>| {
                let names: Vec<String> = some.map(|node| nodes.name(node)).collect();
                if names.is_empty() { String::from("nobody") } else { names.join(", ") }
            };
            lines.push(line("Waits for", names(&mut controller.waiting().iter().copied())));
            let suspects = plan.map.members().iter();
            let suspects = suspects.filter(|m| m.standing == Standing::Suspected);
            lines.push(line("Has given up", names(&mut suspects.map(|member| member.node))));
            let next: Vec<String> = controller.tasks().map(|task| task_text(task, nodes)).collect();
            if !next.is_empty() {
                lines.push(line("Next", next.join(", ")));
            }
        }
        Process::Client(client) => {
            lines.push(line("Goes by", format!("plan {}", client.plan().epoch)));
            lines.push(line("Waits for", format!("{} answers", client.open())));
        }
    }
    lines
}

/// What the disk of a machine that is off holds, in words.
#[must_use]
pub fn on_disk(_: &Config, durable: &Durable) -> Option<String> {
    Some(format!("{} keys", durable.disk.shelf.len()))
}
