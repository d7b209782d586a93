//! The language of scenarios: a short text that says what a world is, what happens to it, and what
//! must come of it.
//!
//! ```text
//! title    Four shards become five        a header, a world, statements at times, expectations;
//! seed     7                              one statement a line, `#` begins a comment,
//! ring     b: 4 nodes, 150 vnodes         a line that starts with spaces goes on with the one above
//! load     1000 keys "user:{n}", values 1kB
//! at 1s    join n5
//! when n5 joined   say "Only the keys that n5 took over have moved."
//! expect   moved in 15%..25%
//! ```
//!
//! A statement is `[when] [who:] verb things options`. [`parse`](fn@parse) gives what it understood and says
//! what it did not, with the place; [`print`](fn@print) writes the same in its canonical form.
//!
//! **Invariant:** both are total. No input panics, none takes more than linear time, and a text that
//! is only half right runs half.

pub mod book;
pub mod check;
pub mod cluster;
pub mod command;
pub mod complete;
mod effect;
pub mod expectation;
pub mod link;
pub mod nemesis;
pub mod parse;
pub mod print;
pub mod raft;
pub mod rewrite;
pub mod table;
pub mod verb;
pub mod word;
pub mod work;
pub mod world;

pub use crate::text::Diagnostic;
pub use command::{
    Claim, ClusterSpec, Command, Comparison, Expectation, Expected, LoadSource, LoadSpec,
    MetricName, Mood, Scenario, SiteSpec, Statement, Subject, TrafficSpec, When,
};
pub use complete::{Completion, complete, highlight};
pub use link::{LinkError, link_of, text_of};
pub use parse::parse;
pub use print::print;
pub use rewrite::{Edit, rewritten};
pub use work::WORK_MAX;
