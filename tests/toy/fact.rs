//! What a screen may know of a node of the toy.

use super::Process;
use super::machine::{Config, Held};
use crate::base::NodeTable;
use alloc::string::String;
use alloc::vec::Vec;

fn shown(has: bool) -> String {
    String::from(if has { "the token" } else { "nothing" })
}

/// What a node says about itself: labels with their values.
#[must_use]
pub fn rows(process: &Process, _: &NodeTable) -> Vec<(String, String)> {
    Vec::from([(String::from("Has"), shown(process.has_token()))])
}

/// What the disk of a node that is off holds, in words.
#[must_use]
pub fn on_disk(_: &Config, held: &Held) -> Option<String> {
    Some(shown(held.has))
}
