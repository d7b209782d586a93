//! What a screen may know of a survey.

use super::Process;
use super::tell::finding_text;
use crate::base::NodeTable;
use crate::machine::Machine;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What a machine says about itself: labels with their values.
#[must_use]
pub fn rows(process: &Process, _: &NodeTable) -> Vec<(String, String)> {
    let line = |label: &str, value: String| (String::from(label), value);
    let mut lines = alloc::vec![line("Keys", process.keys().len().to_string())];
    if let Some(finding) = process.finding() {
        lines.push(line("Found last", finding_text(finding)));
    }
    lines
}

/// What the disk of a machine that is off holds, in words.
#[must_use]
pub fn on_disk(
    _: &<Process as Machine>::Config,
    _: &<Process as Machine>::Durable,
) -> Option<String> {
    None
}
