//! Raft, behaviour by behaviour: single messages in `net`, whole clusters in `world`.

mod election;
mod flow;
mod log;
mod lost;
mod members;
pub(crate) mod net;
mod question;
mod read;
mod snapshot;
mod transfer;
mod world;

use super::entry::Payload;
use alloc::vec::Vec;

/// A log of numbers, whose state is the list of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub(crate) struct Numbers;

impl Payload for Numbers {
    type Command = u32;
    type State = Vec<u32>;
    fn command_bytes(_: &u32) -> u64 {
        4
    }
    fn state_bytes(state: &Vec<u32>) -> u64 {
        4 * state.len() as u64
    }
    fn state_digest(state: &Vec<u32>) -> u64 {
        crate::base::hash::Fold::of(state)
    }
}
