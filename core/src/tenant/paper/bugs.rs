//! Known mistakes of keys on paper that a scenario can switch on: there are none.

/// One mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bug {}

/// All of them.
pub const BUGS: &[(Bug, &str, &str)] = &[];
