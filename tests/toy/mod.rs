//! A toy, to show what a lab needs: nodes in a circle hand one token on.
//!
//! The node that has the token keeps it for a while, notes on its disk that it has it no more, and sends
//! it on. Each pass has a number, and a node takes no number twice, so a message that arrives a second time
//! makes no second token. A token that is lost on its way stays lost; on a disk that was wiped no number is
//! known, so an old message may be taken there.
//!
//! **Invariant:** a machine sees inputs only; a token is sent after the disk has forgotten it.

pub mod bugs;
pub mod build;
pub mod fact;
pub mod law;
pub mod machine;
pub mod measure;
pub mod message;
pub mod spec;
pub mod tell;
pub mod words;

pub use machine::Process;
pub use message::{Message, Note, Request, Timer};
pub use spec::Spec;
