//! Which messages of makers of ids are caused by reads: there are no messages.

use super::{Message, Note, Process};
use crate::tenant::{Errand, Reads};

impl Reads<Note> for Process {
    fn errand(message: &Message) -> Errand {
        match *message {}
    }
}
