//! What a screen may know of a machine that makes ids.

use super::Process;
use crate::base::NodeTable;
use crate::machine::Machine;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What a machine says about itself: labels with their values.
#[must_use]
pub fn rows(process: &Process, _: &NodeTable) -> Vec<(String, String)> {
    let line = |label: &str, value: String| (String::from(label), value);
    let (given, waiting, last) = process.given();
    let mut lines = alloc::vec![
        line("Makes", String::from(process.kind().name())),
        line("Has made", format!("{given} ids")),
        line("Put off", waiting.to_string()),
    ];
    if let Some(id) = last {
        lines.push(line("The last one", process.kind().text(id)));
    }
    lines
}

/// What the disk of a machine that is off holds, in words.
#[must_use]
pub fn on_disk(
    _: &<Process as Machine>::Config,
    given: &<Process as Machine>::Durable,
) -> Option<String> {
    Some(format!("{given} ids given"))
}
