//! Scenarios on the command line: run one, sweep many seeds, join what several machines found.

pub mod mark;
pub mod merge;
pub mod seed;
