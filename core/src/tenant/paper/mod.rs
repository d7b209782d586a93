//! Keys on paper: one machine that places very many keys by a strategy, and says what a change would
//! move.

pub mod bugs;
pub mod build;
mod caused;
pub mod fact;
pub mod finding;
pub mod law;
pub mod measure;
pub mod message;
pub mod screen;
pub mod spec;
pub mod survey;
pub mod tell;
pub mod words;

pub use message::{Message, Note, Request, Timer, Write};
pub use spec::Spec;
pub use survey::Survey as Process;
