//! Scenarios on the command line: run one, sweep many seeds, join what several machines found.

pub mod array;
pub mod golden;
pub mod link;
pub mod mark;
pub mod merge;
pub mod open;
pub mod place;
pub mod report;
pub mod run;
pub mod seed;
pub mod sweep;
pub mod words;
