//! The page as files: built quickly for tests, built small for visitors, served while one writes.

mod build;
mod engine;
mod optimize;
mod origin;
mod package;
mod prune;
mod serve;
mod size;
mod styles;

pub use build::{build, quick, release};
pub use package::package;
pub use serve::serve;
