//! The rules of the house that a machine can see: floors of the imports, tidiness of the files.

mod floor;
mod import;
mod tenant;
mod tidy;
mod token;

pub use floor::{engine, page};
pub use tenant::{Tenant, named, tenants, wildcards};
pub use tidy::{document, rust, untagged};

/// A rule that a file breaks: where, and in one sentence what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

impl Breach {
    fn new(line: usize, problem: impl Into<String>) -> Self {
        Self { line, problem: problem.into() }
    }
}
