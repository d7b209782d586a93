//! Known mistakes of the toy that a scenario can switch on.

/// One mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bug {
    /// A node hands the token on and keeps it.
    DoubleToken,
}

/// All of them, with the word that the language has for each and what it does.
pub const BUGS: &[(Bug, &str, &str)] =
    &[(Bug::DoubleToken, "double-token", "a node hands the token on and keeps it")];
